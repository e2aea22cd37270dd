"""Official sites read for links, over servers on loopback: what is taken, what is kept, and what is not asked."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from auditor.base.address import Address
from auditor.base.snapshot import Cause, EvidenceKind, Network
from auditor.probes.driver import Limits
from auditor.probes.linked import CLOSE, OPEN, Anchor, Marked, marked
from auditor.probes.plugins import Opened
from auditor.probes.telegram.web.pages import text_of
from auditor.probes.web import Web
from auditor.probes.wire import Resolve, is_public, resolved
from auditor.search.pages import Page, Passage, Place
from auditor.search.scouts.accounts_in import accounts_in
from auditor.search.scouts.base import CallResult, Scout, Task
from auditor.search.scouts.website import SiteWay, WebsiteScout, decoded, sections_of, site_of
from tests.telegram_site import NOW, Answer, Asked, Site, serving

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
HTML = {"Content-Type": "text/html"}


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as server:
        yield server


@pytest.fixture
def scout() -> Iterator[WebsiteScout]:
    made = scout_of()
    yield made
    made.close()


def scout_of(*, answer: float = 20, allow_local: bool = True, resolve: Resolve = resolved) -> WebsiteScout:
    web = Web(lambda: NOW, size=300_000, public=not allow_local, resolve=resolve)
    opened = Opened(SiteWay(web), Limits(interval=0, answer=answer))
    return WebsiteScout(opened, lambda: NOW, allow_local=allow_local)


def everybody(page: Page) -> bool:
    return True


def html(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>Первый район</title>{head}</head><body>{body}</body></html>"


def read(scout: WebsiteScout, url: str) -> CallResult:
    return scout.read(url, LONG_AGO, everybody)


def linked(got: CallResult) -> list[str]:
    return [str(a) for p in got.passages for a in p.links]


def lines(said: Passage) -> list[str]:
    """The visible lines of a text, without the marks of its layout."""
    return [line.strip() for line in re.split(r"[\x1c-\x1f\n]+", said.text) if line.strip()]


def at_offset(said: Passage, number: int = 0) -> str:
    return said.text[said.offsets[number] :]


# What is taken


def test_it_is_a_scout(scout: WebsiteScout):
    """It reads, and has no names and no search."""
    whole: Scout = scout
    assert (whole.name, whole.network, whole.requests) == ("website", None, 0)
    assert [(d.task, d.open) for d in whole.doors()] == [(Task.READ, True)]
    assert whole.try_names(["imyarek"], everybody) == CallResult(cause=Cause.WRONG_KIND)
    assert whole.search("Имярек", everybody) == CallResult(cause=Cause.WRONG_KIND)
    assert whole.read(Address(Network.VK, "id1"), LONG_AGO, everybody).cause is Cause.WRONG_KIND


def test_links_come_with_the_words_around_them(site: Site, scout: WebsiteScout):
    """Written out, hidden behind words and behind a picture; each stands where the visible text has it."""
    site.routes["/"] = html(
        """<script>var x = "https://vk.com/script";</script>
        <h1>Глава района</h1><p>Имярек А. А. ведёт
           <a href="https://vk.com/imyarek_a">страницу   ВКонтакте</a> и канал t.me/imyarek_tg.</p>
        <a href="https://vk.ru/club77"><img alt="ВК"></a>"""
    )
    got = read(scout, site.url)
    (said,) = got.passages
    assert lines(said) == ["Глава района", "Имярек А. А. ведёт страницу ВКонтакте и канал t.me/imyarek_tg."]
    assert [str(a) for a in said.links] == [
        "https://vk.com/imyarek_a",
        "https://t.me/imyarek_tg",
        "https://vk.com/club77",
    ]
    assert at_offset(said).startswith("страницу ВКонтакте")
    assert at_offset(said, 1).startswith("t.me/imyarek_tg.")
    assert (said.place, said.url, said.at) == (Place.WEBSITE, site.url + "/", None)
    assert got.cause is None


def test_of_a_very_long_page_the_end_is_left_out(site: Site):
    """What stands in the first 200,000 characters is read, with its words."""
    filler = "<p>" + "слово " * 40_000 + "</p>"
    site.routes["/"] = html(f'<p>Глава: <a href="https://t.me/one_link">канал</a></p>{filler}<p>vk.com/two_link</p>')
    scout = WebsiteScout(Opened(SiteWay(Web(lambda: NOW)), Limits(interval=0)), lambda: NOW, allow_local=True)
    got = read(scout, site.url)
    assert linked(got) == ["https://t.me/one_link"]
    assert at_offset(got.passages[0]).startswith("канал")
    scout.close()


def test_a_table_keeps_its_rows(site: Site, scout: WebsiteScout):
    """Twenty rows: each is a block with its cells, in their order."""
    rows = "".join(
        f'<tr><td>Район {n}</td><td>Имярек {n}</td><td><a href="https://t.me/head_no_{n:02}">канал</a></td></tr>'
        for n in range(20)
    )
    site.routes["/"] = html(f"<table>{rows}</table>")
    (said,) = read(scout, site.url).passages
    assert len(said.links) == 20
    assert lines(said)[21:24] == ["Район 7", "Имярек 7", "канал"]
    row = f"{OPEN}{OPEN}Район 7{CLOSE}{OPEN}Имярек 7{CLOSE}{OPEN}канал{CLOSE}{CLOSE}"
    assert row in said.text


def test_mentions_count_beside_the_networks_name_alone(site: Site, scout: WebsiteScout):
    """Mail is no account, and ``@name`` alone may be of any network."""
    site.routes["/"] = html(
        "<p>Телеграм: @imyarek_tg</p><p>Почта: head@rayon.example</p><p>Нельзяграм: @imyarek_in</p>"
    )
    assert linked(read(scout, site.url)) == ["https://t.me/imyarek_tg"]


def test_five_more_pages_are_read_those_that_speak_of_accounts(site: Site, scout: WebsiteScout):
    """By what a link is called or how its path is spelled; news, files and other hosts are left."""
    sections = {
        "/soc": "Мы в социальных сетях",
        "/p/12": "Глава района",
        "/rukovodstvo/": "Кто есть кто",
        "/contacts.php?id=1": "Как нас найти",
        "/struct": "Структура администрации",
        "/p/13": "Контактная информация",
        "/p/14": "Глава района о бюджете",
    }
    menu = "".join(f'<a href="{path}">{words}</a>' for path, words in sections.items())
    others = (
        '<a href="/">Главная</a><a href="/news">Новости</a><a href="/glava.pdf">Глава</a>'
        '<a href="https://other.example/glava">Глава</a><a href="mailto:x@rayon.example">Контакты</a>'
        f'<a href="/news/1">{"Глава района открыл новый мост через реку, " * 4}</a>'
    )
    site.routes |= {"/": html(menu + others)}
    for path in sections:
        plain = path.partition("?")[0]
        site.routes[plain] = html(f'<a href="https://t.me/found_at_{len(site.routes)}">канал</a>')
    got = read(scout, site.url + "/")
    assert site.paths == ["/", "/soc", "/p/12", "/rukovodstvo/", "/contacts.php", "/struct"]
    assert site.asked[4].query == {"id": "1"}
    assert scout.requests == 6
    assert len(got.answers) == 6
    assert len(got.passages) == 5


def test_a_page_that_fails_costs_its_own_links(site: Site, scout: WebsiteScout):
    """The rest is read, and the site counts as read."""
    site.routes |= {
        "/": html('<a href="/soc">Соцсети</a><a href="/glava">Глава</a>'),
        "/soc": Answer("", 404),
        "/glava": html('<a href="https://vk.com/imyarek_a">ВК</a>'),
    }
    got = read(scout, site.url)
    assert (linked(got), got.cause) == (["https://vk.com/imyarek_a"], None)


def test_further_pages_are_asked_for_once(site: Site, scout: WebsiteScout):
    """The first page is tried three times, as all depends on it; the others once."""
    site.routes |= {"/": html('<a href="/soc">Соцсети</a>'), "/soc": Answer("", 503)}
    read(scout, site.url)
    assert site.paths == ["/", "/soc"]
    site.routes["/"] = Answer("", 503)
    assert read(scout, site.url).cause is Cause.UNREACHABLE
    assert site.paths.count("/") == 4


def test_an_empty_page_has_no_links(site: Site, scout: WebsiteScout):
    """It was read all the same."""
    site.routes["/"] = Answer("")
    got = read(scout, site.url)
    assert (got.passages, got.cause, len(got.answers)) == ((), None, 1)


def test_the_foot_of_every_page_is_one_passage(site: Site, scout: WebsiteScout):
    """The body's own pages are linked from each page of its site."""
    foot = "<main>{}</main>" + "<p>.</p>" * 300 + '<footer><a href="https://vk.com/rayon">Мы ВКонтакте</a></footer>'
    site.routes |= {"/": html(foot.format('<a href="/soc">Соцсети</a>')), "/soc": html(foot.format("Соцсети"))}
    assert linked(read(scout, site.url)) == ["https://vk.com/rayon"]


# Letters


@pytest.mark.parametrize(
    ("codec", "headers", "head"),
    [
        ("windows-1251", {"Content-Type": "text/html; charset=windows-1251"}, ""),
        ("windows-1251", HTML, '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">'),
        ("windows-1251", {"Content-Type": "text/html; charset=cp1251"}, '<meta charset="utf-8">'),
        ("windows-1251", {"Content-Type": "text/html; charset=ISO-8859-1"}, "<meta charset=windows-1251>"),
        ("windows-1251", {"Content-Type": "text/html; charset=utf-8"}, ""),
        ("windows-1251", {}, ""),
        ("windows-1251", {"Content-Type": "text/html; charset=no-such"}, ""),
        ("utf-8", HTML, ""),
        ("utf-8-sig", HTML, ""),
        ("utf-8", {"Content-Type": "text/html; charset=windows-1251"}, ""),
    ],
)
def test_russian_is_read_in_whatever_letters_it_is_written(
    site: Site, scout: WebsiteScout, codec: str, headers: dict[str, str], head: str
):
    """By the server's word, by the page's, by neither, and against a wrong one."""
    body = html('<a href="/x">Глава</a> Имярек Ёлкин, щука — <a href="https://vk.com/imyarek">его страница</a>', head)
    site.routes["/"] = Answer(body.replace("—", "-").encode(codec), headers=headers)
    (said,) = read(scout, site.url).passages
    assert lines(said) == ["Глава Имярек Ёлкин, щука - его страница"]
    assert at_offset(said).startswith("его страница")


@given(st.binary(max_size=300))
def test_any_bytes_are_some_text(body: bytes):
    """Whatever a server sends."""
    assert isinstance(decoded(body), str)


# What is kept


def test_of_a_page_its_links_are_kept_and_no_word(site: Site, scout: WebsiteScout):
    """Staff lists have telephones and mail; the digest of the whole says what was seen."""
    page = html('Приёмная +7 000 000-00-00, head@rayon.example, Имярек Б. Б. <a href="https://t.me/rayon_tg">канал</a>')
    site.routes["/"] = page
    got = read(scout, site.url + "/")
    (kept,) = got.answers
    assert json.loads(kept.body) == {"url": site.url + "/", "links": ["https://t.me/rayon_tg"]}
    assert (kept.evidence.kind, kept.evidence.minimised, kept.evidence.status) == (EvidenceKind.LEAD, True, 200)
    assert kept.evidence.sha256 != kept.evidence.stored_sha256
    assert got.passages[0].evidence == kept.evidence.id
    assert "Имярек" not in repr(got)
    assert "000-00" not in repr(got)


# What goes wrong


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (Answer("", 404), Cause.UNRECOGNISED_PAGE),
        (Answer("", 403), Cause.REFUSED),
        (Answer("", 503), Cause.UNREACHABLE),
        (Answer("", 451), Cause.BLOCKED),
        (Answer("%PDF", headers={"Content-Type": "application/pdf"}), Cause.UNRECOGNISED_PAGE),
        (Answer("<p>" + "x" * 400_000, headers=HTML), Cause.UNRECOGNISED_PAGE),
        (Answer("<p>" + "x" * 600, cut=20), Cause.UNREACHABLE),
    ],
)
def test_a_site_that_cannot_be_read_says_why(site: Site, scout: WebsiteScout, answer: Answer, cause: Cause):
    """Large, broken off, or no page at all."""
    site.routes["/"] = answer
    assert read(scout, site.url) == CallResult(cause=cause)


@pytest.mark.parametrize("answer", [Answer("<p>x", hang=0.5), Answer("<p>" + "x" * 600, drip=0.05)])
def test_a_site_that_takes_too_long_is_unreachable(site: Site, answer: Answer):
    """Silent, or a byte now and then."""
    site.routes["/"] = answer
    scout = scout_of(answer=0.3)
    assert read(scout, site.url) == CallResult(cause=Cause.UNREACHABLE)
    scout.close()


def test_a_host_that_is_not_there(scout: WebsiteScout):
    """Unreachable, without an exception."""
    assert read(scout, "http://no-such-host.invalid/").cause is Cause.UNREACHABLE
    assert read(scout, "http://127.0.0.1:1/").cause is Cause.UNREACHABLE


@pytest.mark.parametrize(
    "url",
    [
        "ftp://rayon.example/",
        "file:///etc/passwd",
        "rayon.example",
        "",
        "http://",
        "http://a:b@127.0.0.1/",
        "http://[x/#y",
    ],
)
def test_what_is_no_address_of_a_page_is_not_asked(scout: WebsiteScout, url: str):
    """Other schemes, no scheme, a login in it."""
    assert read(scout, url).cause is Cause.WRONG_KIND
    assert scout.requests == 0


# Redirects


def test_redirects_on_the_same_host_are_followed(site: Site, scout: WebsiteScout):
    """And links are read relative to where they led; the first page is not asked for twice."""
    site.routes |= {
        "/": Answer("", 301, {"Location": "/ru/#top"}),
        "/ru/": html('<a href="glava">Глава</a><a href="/ru/">Контакты</a>'),
        "/ru/glava": html("vk.com/imyarek_a"),
    }
    got = read(scout, site.url + "/")
    assert linked(got) == ["https://vk.com/imyarek_a"]
    assert site.paths == ["/", "/ru/", "/ru/glava"]


def test_a_site_that_moved_is_followed_and_named(site: Site):
    """To a host that may be the body's: it is read there, and the result says where the site is now."""
    port = urlsplit(site.url).port
    new = f"http://rayon.gosuslugi.ru:{port}/"
    scout = scout_of(resolve=lambda host, port: ["127.0.0.1"])
    site.routes |= {"/old": Answer("", 302, {"Location": new}), "/": html('<a href="/glava">Глава</a>')}
    site.routes |= {"/glava": html("vk.com/imyarek_a")}
    got = read(scout, f"http://rayon.example:{port}/old")
    assert (linked(got), got.cause, got.moved) == (["https://vk.com/imyarek_a"], None, new)
    assert got.passages[0].url == f"{new}glava"
    scout.close()


@pytest.mark.parametrize(
    ("old", "new", "official"),
    [
        ("rayon.example", "rayon.gosuslugi.ru", True),
        ("rayon.example", "rayon.gov.ru", True),
        ("rayon.example", "new.rayon.example", True),
        ("old.rayon.example", "rayon.example", True),
        ("rayon.example", "casino.example", False),
        ("rayon.example", "notgosuslugi.ru", False),
        ("rayon.example", "gosuslugi.ru.evil.example", False),
        ("rayon.example", "example", False),
        ("rayon.example", "127.0.0.1:8080", False),
    ],
)
def test_to_which_hosts_a_body_may_have_moved(old: str, new: str, official: bool):
    """A state's zone, and what lies under or over its own name; anybody else's is named and not read."""
    scout = scout_of(allow_local=False)
    assert scout._official(old, new) is official
    scout.close()


def test_a_site_that_leads_to_a_stranger_is_named_and_not_read(site: Site):
    """Where the name was sold, nothing is asked there."""
    site.routes["/"] = Answer("", 302, {"Location": "http://casino.example/"})
    scout = scout_of(allow_local=True)
    got = read(scout, site.url + "/")
    assert (got.cause, got.moved, got.passages) == (Cause.UNRECOGNISED_PAGE, "http://casino.example/", ())
    assert scout.requests == 1
    scout.close()


def test_a_circle_of_redirects_ends(site: Site, scout: WebsiteScout):
    """After five hops."""
    site.routes |= {"/": Answer("", 302, {"Location": "/a"}), "/a": Answer("", 302, {"Location": "/"})}
    assert read(scout, site.url + "/").cause is Cause.UNRECOGNISED_PAGE
    assert scout.requests == 5


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://rayon.example/", "https://www.rayon.example/x", True),
        ("https://rayon.example", "https://RAYON.example:443/", True),
        ("https://район.рф/", "https://xn--80asmdh.xn--p1ai/glava", True),
        ("https://rayon.example/", "https://evil.rayon.example/", False),
        ("https://rayon.example/", "https://rayon.example.evil.example/", False),
        ("https://rayon.example/", "https://rayon.example:8443/", False),
        ("https://rayon.example/", "ftp://rayon.example/", False),
    ],
)
def test_which_addresses_are_of_one_site(one: str, other: str, same: bool):
    """With ``www.`` or without, http or https, in either alphabet."""
    assert (site_of(one) == site_of(other)) is same


# This machine's own network


@pytest.mark.parametrize(
    "host",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
        ),
        *("255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1"),
        *("192.0.0.9", "192.0.0.170", "192.88.99.1", "fec0::1", "feff::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1", "2001:db8::1", "no address"),
    ],
)
def test_addresses_that_are_not_of_the_internet_at_large(host: str):
    """Private, loopback, link-local, reserved, and those that hide in an address of version 6."""
    assert not is_public(host)


def test_addresses_of_the_internet_at_large():
    """Both versions."""
    assert is_public("93.184.215.14")
    assert is_public("2606:2800:21f:cb07:6820:80da:af6b:8b2c")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_this_machine_is_not_asked(site: Site, host: str):
    """In none of the forms in which it can be written, unless it is allowed."""
    scout = scout_of(allow_local=False)
    port = urlsplit(site.url).port
    assert read(scout, f"http://{host}:{port}/").cause in {Cause.REFUSED, Cause.UNREACHABLE}
    assert (scout.requests, site.asked) == (0, [])
    scout.close()


@pytest.mark.parametrize("port", [22, 25, 8080, 8443])
def test_other_ports_than_the_webs_are_not_asked(port: int):
    """Behind them are servers that expect something else."""
    scout = scout_of(allow_local=False, resolve=lambda host, port: ["93.184.215.14"])
    assert read(scout, f"http://rayon.example:{port}/").cause is Cause.REFUSED
    assert scout.requests == 0
    scout.close()


def test_a_name_that_resolves_to_this_machine_is_not_asked(site: Site):
    """A public name with a private address; one private among several is enough."""

    def resolve(host: str, port: int) -> Sequence[str]:
        return ["93.184.215.14", "127.0.0.1"]

    scout = scout_of(allow_local=False, resolve=resolve)
    assert read(scout, "http://rayon.example/") == CallResult(cause=Cause.REFUSED)
    assert (scout.requests, site.asked) == (0, [])
    scout.close()


def test_the_address_that_was_checked_is_the_one_connected_to(site: Site):
    """Asked once for a name that would next resolve elsewhere; the server is told the name."""
    site.routes |= {"/": Answer("", 302, {"Location": "/ru"}), "/ru": html("vk.com/imyarek_a")}
    asked: list[str] = []

    def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    scout = scout_of(resolve=resolve)
    port = urlsplit(site.url).port
    got = read(scout, f"http://rayon.example:{port}/")
    assert linked(got) == ["https://vk.com/imyarek_a"]
    assert {a.headers["Host"] for a in site.asked} == {f"rayon.example:{port}"}
    assert asked == ["rayon.example"], "a connection is used again"
    assert got.passages[0].url == f"http://rayon.example:{port}/ru"
    scout.close()


def test_a_redirect_that_resolves_elsewhere_is_checked_anew(site: Site):
    """Each hop is looked at: the name's second answer is a private address, and is refused."""
    site.routes["/"] = Answer("", 302, {"Location": "/ru"})
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    scout = scout_of(allow_local=False, resolve=lambda host, port: next(answers))
    assert read(scout, "http://rayon.example/").cause in {Cause.REFUSED, Cause.UNREACHABLE}
    scout.close()


# Text with its links


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("vk.com/imyarek", ["vk.com/imyarek"]),
        ("(https://VK.com/Imyarek_A).", ["vk.com/imyarek_a"]),
        ("http://m.vk.ru/id12, www.vk.com/club3; t.me/s/imyarek", ["vk.com/id12", "vk.com/club3", "t.me/imyarek"]),
        ("telegram.me/imyarek и imyarek.t.me", ["t.me/imyarek", "t.me/imyarek"]),
        ("запись t.me/imyarek/12 и t.me/s/imyarek/12", []),
        ("страница vk.com/o.a.imyarek.", ["vk.com/o.a.imyarek"]),
        ("канал @imyarek, @imyarek_b.", ["t.me/imyarek", "t.me/imyarek_b"]),
        ("почта imyarek@example.org, @name.surname, @abc", []),
        ("https://vk.com/wall-1_2 vk.com/share.php?url=x t.me/share/url t.me/+AbCdEfGh12 t.me/joinchat/AbCdEf", []),
        ("devk.com/imyarek https://example.org/vk.com/imyarek x.t.me.example.org", []),
        ("@" * 300 + "t.me/" * 100, []),
    ],
)
def test_what_text_names(text: str, found: list[str]):
    """Accounts in any spelling; what is none stays out."""
    assert [a.url.removeprefix("https://") for _, a in accounts_in(Marked(text), mentions=True)] == found


def test_a_link_outweighs_its_words():
    """Words that name one account and lead to another are both, in doubt; VK's way out is looked through."""
    text = "t.me/imyarek и наш канал и ещё"
    hrefs = [
        "https://t.me/other_one",
        "https://vk.com/away.php?to=https%3A%2F%2Ft.me%2Fthird",
        "tg://resolve?domain=fourth",
    ]
    anchors = (Anchor(0, 12, hrefs[0]), Anchor(15, 24, hrefs[1]), Anchor(27, 30, hrefs[2]))
    found = accounts_in(Marked(text, anchors), mentions=True)
    assert [(n, a.name) for n, a in found] == [(0, "imyarek"), (0, "other_one"), (15, "third"), (27, "fourth")]


@given(st.text(max_size=200))
def test_every_place_lies_in_the_text(text: str):
    """For any text, in any order."""
    for place, address in accounts_in(Marked(text + " t.me/imyarek " + text), mentions=True):
        assert address.name in (text + " t.me/imyarek " + text)[place:].casefold()


@given(
    st.recursive(
        st.text("ab <&\n@./", max_size=8), lambda inner: st.lists(inner, max_size=4).map("<a href=t.me/x>".join)
    )
)
def test_links_stay_within_the_text(body: str):
    """Whatever nests in whatever, on a page and in a message; both lay out the same words."""
    tree = LexborHTMLParser(f"<div> {body} </div>")
    for flowing in (False, True):
        whole = marked(tree.body, flowing=flowing)
        assert all(0 <= a.start <= a.end <= len(whole.text) for a in whole.anchors)
    assert marked(tree.body).text.split() == marked(tree.body, flowing=True).text.split()
    assert text_of(tree.body) == marked(tree.body).text


def test_deep_pages_do_not_exhaust_the_stack():
    """Three thousand elements, one in another."""
    tree = LexborHTMLParser("<p><a href='https://t.me/deep_one'>" + "<b>" * 3000 + "x")
    assert [a.name for _, a in accounts_in(marked(tree.body, flowing=True), mentions=True)] == ["deep_one"]


def test_the_front_page_is_not_the_heads():
    """«Главная» and «мероприятия» are no sections of the head."""
    tree = LexborHTMLParser('<a href="/a">Главная</a><a href="/b">Мероприятия</a><a href="/main/headers">x</a>')
    assert sections_of(tree, "http://rayon.example/") == []


def redirecting(asked: Asked) -> Answer:
    return Answer("", 302, {"Location": asked.path})


def test_a_page_that_redirects_to_itself_ends(site: Site, scout: WebsiteScout):
    """As some do that want a cookie."""
    site.routes["/"] = redirecting
    assert read(scout, site.url + "/").cause is Cause.UNRECOGNISED_PAGE
