"""The scout on t.me: names tried one by one beside a control, and channels read for links."""

from datetime import timedelta
from typing import Any

from auditor.base.address import Address
from auditor.base.snapshot import Cause, EvidenceKind, Network, Precision
from auditor.probes.driver import Response
from auditor.registry.models import Control
from auditor.sandbox.tme import landing_pages
from auditor.sandbox.world.model import PostKind, WorldAccount, WorldAuthor
from auditor.search.scouted_page import PageKind, PassagePlace
from auditor.search.scouts.scout import ScoutResult, Task
from tests.probes.tme_memory import (
    CONTROL,
    CREATED_AT,
    NAME,
    NOW,
    NUMBER,
    Site,
    account,
    channel,
    history,
    redirect,
    saved_page,
    world_post,
)
from tests.search.memory_scouts import (
    any_page,
    capability_of,
    names,
    preview_scout,
    stored_bodies,
    stored_text,
    titled_with,
)

LONG_AGO = NOW - timedelta(days=3000)


def tg(name: str) -> Address:
    return Address(Network.TELEGRAM, name)


def user(name: str, kind: str = "channel", title: str = "Имярек", **more: Any) -> WorldAccount:
    return account(name, kind, NUMBER + 10, title=title, **more)


# Names ---------------------------------------------------------------------------------------------------------------


def test_names_and_pages_are_open_and_the_search_needs_a_session() -> None:
    """t.me has no search of its own."""
    scout = preview_scout(Site())
    capabilities = [(Task.NAMES, True, ""), (Task.SEARCH, False, "`auditor login`"), (Task.READ, True, "")]
    assert [(d.task, d.open, d.key) for d in scout.capabilities()] == capabilities
    assert scout.search("Имярек", any_page) == ScoutResult(cause=Cause.NO_CREDENTIALS)
    assert [scout.names_affordable(requests) for requests in (0, 1, 5, 11, 100)] == [0, 0, 4, 10, 10]


def test_of_ten_names_those_that_exist_are_returned_and_of_strangers_nothing_is_written() -> None:
    """Each with what its page says; kept are address, kind and flags of who is worth it, and how many others exist."""
    about = "Глава. Пишет в vk.com/imyarek_vk"
    site = Site(
        user("imyarek1", subscribers=1234, description=about, verified=True),
        user("imyarek3", "user", title="Некто Другой"),
        user("imyarek5", "group", title="Некто", subscribers=97),
    )
    result = preview_scout(site).try_names(["IMYAREK1", *names(10)[2:]], titled_with("Имярек"))
    assert (result.tried, result.cause) == (9, None)
    assert [(p.address.name[-1], p.kind) for p in result.pages] == [("1", "channel"), ("3", "user"), ("5", "group")]
    assert [(p.subscribers, p.description) for p in result.pages] == [(1234, about), (None, None), (97, None)]
    first_page = result.pages[0]
    assert (first_page.exists, first_page.title, first_page.verified, first_page.closed) == (
        True,
        "Имярек",
        True,
        False,
    )
    (text,) = first_page.passages
    assert (text.text, text.place, text.url) == (about, PassagePlace.DESCRIPTION, first_page.address.url)
    assert (text.links, text.offsets) == ((Address.parse("vk.com/imyarek_vk"),), (15,))
    assert [(a.evidence.url, row) for a, row in zip(result.responses, stored_bodies(result), strict=True)] == [
        ("https://t.me/imyarek1", {"id": None, "kind": "channel", "subscribers": 1234, "verified": True}),
        (f"https://t.me/{CONTROL}", {"control": True}),
        ("https://t.me/", {"asked": 9, "others": 2}),
    ]
    lead = result.responses[0].evidence
    assert (lead.kind, lead.minimised) == (EvidenceKind.LEAD, True)
    assert lead.sha256 != lead.stored_sha256
    assert [p.evidence for p in result.pages] == [(lead.id,), (), ()]


def test_until_a_known_page_was_seen_no_name_is_tried() -> None:
    """A missing one that must be there means a throttled client; one that must be missing proves nothing."""
    failed = Cause.CONTROL_FAILED
    rows = ((CONTROL, True, None, None), ("nobody_there", False, None, failed))
    for name, exists, of_control, of_names in (
        *rows,
        (CONTROL, False, failed, failed),
        ("absent", True, failed, failed),
    ):
        site = Site()
        scout = preview_scout(site, trusted=False)
        checked = scout.control(Control(url=tg(name), exists=exists))
        assert ([a.evidence.kind for a in checked.responses], checked.cause) == ([EvidenceKind.CONTROL], of_control)
        site.requests.clear()
        result = scout.try_names(names(3), any_page)
        assert (result.tried, result.cause, bool(site.requests)) == (0 if of_names else 3, of_names, not of_names)


def throttle_after(site: Site, count: int) -> None:
    """From the `count`-th further request on the control is answered by the stub."""
    requests_before, shown_page = len(site.requests), site.page(f"/{CONTROL}")
    site.instead[f"/{CONTROL}"] = lambda: (
        landing_pages.missing(CONTROL) if len(site.requests) - requests_before > count else shown_page
    )


def test_stubs_of_a_throttled_client_are_no_absences() -> None:
    """The control at the end is missing too: names from the first absent one on count as not tried; pages are found."""
    site = Site(*(user(f"imyarek{n}") for n in (0, 1, 3)))
    scout = preview_scout(site)
    throttle_after(site, 3)
    result = scout.try_names(names(6), any_page)
    assert (result.tried, result.cause) == (2, Cause.THROTTLED)
    assert [p.address.name for p in result.pages] == ["imyarek0", "imyarek1", "imyarek3"]
    assert {"control": False} in stored_bodies(result)


def test_a_failing_route_ends_the_batch_where_it_fails() -> None:
    """Names before are answered for, if the control is still seen; three such batches, and the route is left alone."""
    for status, cause, tried, opened in ((500, Cause.UNREACHABLE, 4, True), (429, Cause.THROTTLED, 1, False)):
        site = Site(user("imyarek0"))
        scout = preview_scout(site)
        site.instead["/imyarek4"] = Response(NOW, status)
        result = scout.try_names(names(10), any_page)
        assert (result.tried, result.cause, [p.address.name for p in result.pages]) == (tried, cause, ["imyarek0"])
        assert capability_of(scout, Task.NAMES).open == opened
        assert "/imyarek5" not in site.paths
        for _ in range(3):
            scout.try_names(["imyarek4"], any_page)
        requests_before = scout.requests
        assert scout.try_names(names(2), any_page) == ScoutResult(cause=cause)
        assert scout.read(tg("imyarek1"), LONG_AGO, any_page) == ScoutResult(cause=cause)
        assert (scout.requests, capability_of(scout, Task.NAMES).cause) == (requests_before, cause)


def test_a_page_that_cannot_be_read_is_neither_there_nor_absent() -> None:
    """A new design, or a page about another name: the name is answered for, with `exists` unknown, and not kept."""
    site = Site()
    scout = preview_scout(site)
    site.instead |= {
        "/imyarek1": landing_pages.other_layout("imyarek1"),
        "/imyarek2": landing_pages.landing(user("somebody_else")),
    }
    result = scout.try_names(names(4), any_page)
    assert (result.tried, result.cause) == (4, None)
    assert [(p.exists, p.cause) for p in result.pages] == [(None, Cause.UNRECOGNISED_PAGE)] * 2
    assert "imyarek" not in stored_text(result)


# Reading -------------------------------------------------------------------------------------------------------------


def read_channel(
    site: Site, *own: str, since: Any = LONG_AGO, is_lead: Any = any_page
) -> tuple[ScoutResult, list[Any]]:
    """What came of the channel, and the passages of its posts."""
    result = preview_scout(site, *own).read(tg(NAME), since, is_lead)
    return result, [p for p in result.pages[0].passages if p.place is PassagePlace.POST]


def test_a_list_post_gives_each_link_its_place() -> None:
    """Written out, hidden behind a name, mentioned; links of a page to itself are none; a repost names its source."""
    heads = (
        "Главы районов теперь в сети:\nПервый район, Имярек А. А.: t.me/opaque_one\nВторой район, Имярек Б. Б.\n"
        f"Третий район, Имярек В. В. @opaque_three. Подписывайтесь: t.me/{NAME.upper()} @{NAME}"
    )
    list_post = world_post(7, NOW - timedelta(days=2), heads, anchors=[("Имярек Б. Б.", "https://vk.com/id77?from=tg")])
    origin = WorldAuthor(NUMBER + 5, "Имярек, глава", "opaque_one")
    repost = world_post(4, CREATED_AT, "чужие слова @third_party", kind=PostKind.REPOST, origin=origin)
    site = Site(account(posts=[repost, world_post(5, CREATED_AT, f"Читайте @{NAME}"), list_post]))
    site.instead[f"/s/{NAME}"] = site.page(f"/s/{NAME}").replace("t.me/opaque_one/1", "t.me/opaque_one")
    result, (copied, post) = read_channel(site, NAME)
    assert [a.name for a in post.links] == ["opaque_one", "id77", "opaque_three"]
    assert [post.text[n:][:5] for n in post.offsets] == ["t.me/", "Имяре", "@opaq"]
    assert (post.url, post.at, post.copied) == (f"https://t.me/{NAME}/7", NOW - timedelta(days=2), False)
    assert (result.cause, result.pages[0].last_post_at, result.pages[0].id) == (None, NOW - timedelta(days=2), NUMBER)
    assert (copied.text, copied.links, copied.offsets) == ("Имярек, глава", (tg("opaque_one"),), (0,))
    assert copied.copied


def test_posts_are_read_back_to_the_moment_asked_for() -> None:
    """Ninety days of posts, with a link in each; a month is asked for; the opening costs one request more."""
    first = NOW - timedelta(days=90)
    birth = world_post(1, first, "Channel created", kind=PostKind.SERVICE)
    daily = [world_post(n, first + timedelta(days=n), f"@linked_{n:03}") for n in range(2, 90)]
    site, since = Site(account(posts=[birth, *daily])), NOW - timedelta(days=30)
    result, posts = read_channel(site, NAME, since=since)
    assert min(p.at for p in posts) <= since
    assert len(posts) < 60
    assert (result.pages[0].opened_at, result.pages[0].opened_precision) == (first, Precision.EXACT)
    assert result.pages[0].last_post_at == NOW - timedelta(days=1)
    assert [params.get("before") for path, params in site.requests if path == f"/s/{NAME}"] == [None, "70", "21"]


def test_of_an_official_page_the_words_are_kept_and_of_any_other_flags() -> None:
    """Each passage is in the response it names; of another page one response stays, with kind, id and counts."""
    daily = [world_post(n, CREATED_AT + timedelta(hours=n), f"@linked_{n:03}") for n in range(1, 46)]
    site = Site(account(posts=daily, description="Наш канал @other_one"))
    result, _ = read_channel(site, NAME)
    responses = {a.evidence.id: a for a in result.responses}
    assert len(result.pages[0].passages) == 46
    for text in result.pages[0].passages:
        assert text.text in responses[text.evidence].body.decode()
    assert {a.evidence.kind for a in result.responses} == {EvidenceKind.LEAD}
    assert result.pages[0].evidence == tuple(responses)
    other_result, _ = read_channel(site)
    (row,) = stored_bodies(other_result)
    assert (row["kind"], row["id"], row["answers"]) == ("channel", NUMBER, 4)
    assert not [word for word in ("linked", "канал", "Первый") if word in stored_text(other_result)]
    assert [p.evidence for p in other_result.pages[0].passages] == [other_result.responses[0].evidence.id] * 46


def test_only_a_channel_that_is_worth_it_has_more_than_a_card() -> None:
    """One request, without the preview; a person's page is not stored as a body's is, a stranger's is not named."""
    site = Site(channel())
    result, _ = read_channel(site, is_lead=titled_with("Имярек"))
    assert (result.pages[0].title, stored_bodies(result)) == ("Первый район", [{"asked": 1, "others": 1}])
    assert site.paths == [f"/{NAME}"]
    assert NAME not in stored_text(result)
    for kind in ("user", "group", "bot"):
        site = Site(account(NAME, kind, title="Имярек", description="@imyarek"))
        result, _ = read_channel(site, NAME)
        assert (result.pages[0].kind, result.pages[0].passages[0].links, site.paths) == (
            kind,
            (tg("imyarek"),),
            [f"/{NAME}"],
        )
        assert ("Имярек" in stored_text(result)) is (kind == "group")


def test_a_page_that_is_gone_is_believed_beside_the_control() -> None:
    """With the control in sight it is absent; without it nothing is known."""
    site = Site()
    scout = preview_scout(site)
    result = scout.read(tg("gone_now"), LONG_AGO, titled_with("Имярек"))
    assert (result.pages[0].exists, result.cause) == (False, Cause.GONE)
    assert stored_bodies(result) == [{"asked": 1, "others": 0}]
    assert {"exists": False} in stored_bodies(scout.read(tg("gone_now"), LONG_AGO, any_page))
    throttle_after(site, 0)
    result = scout.read(tg("gone_now"), LONG_AGO, any_page)
    assert (result.pages[0].exists, result.cause) == (None, Cause.THROTTLED)
    result = preview_scout(site, trusted=False).read(tg("gone_now"), LONG_AGO, any_page)
    assert (result.pages[0].exists, result.cause) == (None, Cause.CONTROL_FAILED)


def test_a_preview_that_does_not_come_leaves_the_card() -> None:
    """What the landing page says stands; why there are no posts is the cause. Three in a row close the route."""
    for preview, cause in (
        (redirect(f"https://t.me/{NAME}"), Cause.PREVIEW_OFF),
        (history(), None),
        (history().replace("subscriber", "photo"), Cause.THROTTLED),
        (Response(NOW, 500), Cause.UNREACHABLE),
        (landing_pages.other_layout(NAME), Cause.UNRECOGNISED_PAGE),
    ):
        site = Site(channel())
        scout = preview_scout(site)
        site.instead[f"/s/{NAME}"] = preview
        for _ in range(3):
            result = scout.read(tg(NAME), LONG_AGO, any_page)
            assert (result.pages[0].title, result.pages[0].exists, result.cause) == ("Первый район", True, cause)
        assert (capability_of(scout, Task.READ).open, capability_of(scout, Task.NAMES).open) == (
            cause is not Cause.UNREACHABLE,
            True,
        )


def test_saved_landing_pages_are_read(shared: Any) -> None:
    """A channel, a group, a bot, a person's channel and a missing name, as t.me shows them."""
    site = Site()
    scout = preview_scout(site)
    real = {"durov": "06", "python": "07", "botfather": "05", "diaboxapp": "03"}
    site.instead |= {f"/{name}": saved_page(start) for name, start in real.items()}
    result = scout.try_names([*real, "zz_absent"], any_page)
    assert (result.tried, [p.address.name for p in result.pages if p.title]) == (5, [*real])
    assert [p.kind for p in result.pages] == [PageKind.CHANNEL, PageKind.GROUP, PageKind.BOT, PageKind.CHANNEL]
    assert [p.verified for p in result.pages] == [True, False, True, False]
    assert [p.address.name for p in result.pages if (p.subscribers or 0) <= 1000] == ["botfather"]
