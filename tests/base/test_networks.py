"""What networks and routes say of themselves is read from their own modules."""

import re
from importlib.util import find_spec
from urllib.parse import urlsplit

from auditor.base.networks import NetworkFacts, networks, routes
from auditor.base.snapshot import Network, Precision, Route, Trace, TraceKind
from tests.cases import NOW


def test_every_route_leads_to_a_network_that_is_known() -> None:
    """The names that the rest of the program writes out are those that are declared."""
    assert sorted(routes()) == sorted(Route)
    assert sorted(networks()) == sorted(Network)
    assert {route.network.value for route in Route} == set(networks())
    assert all(find_spec(facts.plugin) for facts in routes().values())
    assert [network.facts.example for network in Network] == ["https://vk.com/NAME", "https://t.me/NAME"]
    assert [route.facts.signed_in for route in Route] == [False, False, True]


def test_a_network_claims_nothing_that_it_does_not_say() -> None:
    """No name is a number, an invite, a program or one that can be chosen."""
    plain = NetworkFacts(key="toy", name="Toy", host="toy.example", normalise_name=lambda parts, shown: parts[0])
    assert plain.number("5") is None
    assert not plain.is_invite("+x")
    assert not plain.is_bot("x_bot")
    assert not plain.custom_name_pattern.fullmatch("x")
    assert plain.hosts == {"toy.example"}
    assert not re.search(f"{plain.link_pattern}|{plain.mention_pattern}", "https://toy.example/x @x")
    assert not plain.spoken_name.search("toy")
    assert (plain.post_owner("toy.example/x/1"), plain.leads_on(urlsplit("toy.example/away"))) == (None, None)


def test_a_network_says_whose_page_a_post_is_on_and_where_its_own_links_lead() -> None:
    """By the post's address alone; an account's address is no post's, nor does it lead elsewhere."""
    vk, telegram = Network.VK.facts, Network.TELEGRAM.facts
    posts = {"https://vk.com/wall-7_1": "club7", "vk.ru/wall5_2": "id5", "https://vk.com/glava5?w=wall5_2": None}
    assert {url: vk.post_owner(url) for url in posts} == posts
    posts = {"https://t.me/Glava/12": "glava", "t.me/s/glava/12": "glava", "https://t.me/glava": None}
    assert {url: telegram.post_owner(url) for url in posts} == posts
    away, resolve = urlsplit("https://m.vk.com/away.php?to=https%3A%2F%2Ft.me%2Fx"), urlsplit("tg://resolve?domain=x")
    assert (vk.leads_on(away), vk.leads_on(resolve)) == ("https://t.me/x", None)
    assert (telegram.leads_on(resolve), telegram.leads_on(away)) == ("@x", None)


def test_a_trace_dates_an_opening_or_only_bounds_it() -> None:
    """Only what Telegram says of the creation itself is exact."""
    exact = {kind for kind in TraceKind if Trace(kind=kind, at=NOW).precision is Precision.EXACT}
    assert exact == {TraceKind.CREATED, TraceKind.CHANNEL_DATE}
    assert Trace(kind=TraceKind.OLDEST_POST, at=NOW).precision is Precision.NOT_LATER_THAN
