"""The scouts on Telegram: names tried one by one over t.me, channels read for links, Telegram's own search."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from auditor.base.address import Address
from auditor.base.answers import Answer as Kept
from auditor.base.snapshot import Cause, EvidenceKind, Network, Precision
from auditor.probes.driver import Limits
from auditor.probes.plugins import Opened
from auditor.probes.telegram.web.way import WebWay
from auditor.probes.web import Web
from auditor.registry.models import Control
from auditor.search.pages import Page, PageKind, Place
from auditor.search.scouts.base import CallResult, Door, Scout, Task
from auditor.search.scouts.telegram_preview import TelegramPreviewScout
from tests.telegram_site import (
    NO_POSTS,
    NOW,
    PAGES,
    Answer,
    Asked,
    Site,
    daily,
    document,
    gzipped,
    history,
    landing,
    message,
    missing,
    paged,
    saved,
    serving,
)

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
BORN = datetime(2026, 11, 1, 3, 0, tzinfo=UTC)
BLOCK_PAGE = document("Доступ ограничен", "<h1>Доступ к ресурсу ограничен по решению суда</h1>" + "x" * 600)
WORDS = "Имярек Первый пишет сам"


def stub(asked: Asked) -> str:
    return missing(asked.path.rsplit("/", 1)[-1])


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as server:
        server.fallback = stub
        server.routes["/telegram"] = landing("telegram", title="Telegram")
        yield server


@pytest.fixture
def scout(site: Site) -> Iterator[TelegramPreviewScout]:
    made = scout_of(site)
    made.control(control())
    yield made
    made.close()


def scout_of(site: Site, *own: str) -> TelegramPreviewScout:
    opened = Opened(WebWay(Web(lambda: NOW), site.url), Limits(interval=0, answer=1))
    return TelegramPreviewScout(opened, lambda: NOW, [address(n) for n in own])


def address(name: str) -> Address:
    return Address(Network.TELEGRAM, name)


def control(name: str = "telegram", *, exists: bool = True) -> Control:
    return Control(url=address(name), exists=exists)


def of_ivan(page: Page) -> bool:
    return "Имярек" in (page.title or "")


def door(scout: Scout, task: Task) -> Door:
    return next(d for d in scout.doors() if d.task is task)


def everybody(page: Page) -> bool:
    return True


def names(count: int) -> list[str]:
    return [f"imyarek{n:02}" for n in range(count)]


def written(got: CallResult) -> str:
    return "\n".join(a.body.decode() + a.evidence.url for a in got.answers)


def stored(answer: Kept) -> dict:
    return json.loads(answer.body)


# Names


def test_it_is_a_scout(scout: TelegramPreviewScout):
    """It has what the search asks of every scout, and says that t.me has no search and what opens one."""
    whole: Scout = scout
    assert (whole.name, whole.network) == ("telegram_preview", Network.TELEGRAM)
    assert 1 <= whole.batch <= 10
    doors = {d.task: d for d in whole.doors()}
    assert [doors[t].open for t in Task] == [True, False, True]
    assert doors[Task.SEARCH].key == "AUDITOR_TELEGRAM_SESSION"
    assert whole.search("Имярек", everybody) == CallResult(cause=Cause.WRONG_KIND)
    assert whole.requests == 1


def test_of_ten_names_those_that_exist_are_returned(site: Site, scout: TelegramPreviewScout):
    """Channel, person, group and bot, each with what its page says; the rest is answered for, and absent."""
    about = 'Глава. Пишет в <a href="https://vk.com/imyarek_vk">ВК</a>'
    site.routes |= {
        "/imyarek01": landing("imyarek01", "1 234 subscribers", title="Имярек", description=about, verified=True),
        "/imyarek03": landing("imyarek03", "@imyarek03", title="Имярек П.", button="Send Message", preview=False),
        "/imyarek05": landing("imyarek05", "97 members, 4 online", title="Чат", button="View", preview=False),
        "/imyarek07": landing("imyarek07", "9 monthly users", title="Бот", button="Start Bot", preview=False),
    }
    got = scout.try_names(names(10), of_ivan)
    assert (got.tried, got.cause) == (10, None)
    assert [(p.address.name, p.kind) for p in got.pages] == [
        ("imyarek01", PageKind.CHANNEL),
        ("imyarek03", PageKind.USER),
        ("imyarek05", PageKind.GROUP),
        ("imyarek07", PageKind.BOT),
    ]
    first = got.pages[0]
    assert (first.exists, first.title, first.subscribers, first.verified) == (True, "Имярек", 1234, True)
    assert first.description == "Глава. Пишет в ВК"
    said = first.passages[0]
    assert (said.place, said.links, said.offsets) == (Place.DESCRIPTION, (Address(Network.VK, "imyarek_vk"),), (15,))
    assert said.text[15:] == "ВК"


def test_a_batch_costs_one_request_a_name_and_one_for_the_control(site: Site, scout: TelegramPreviewScout):
    """Ten names, eleven requests; a batch of names that all exist needs no control."""
    before = scout.requests
    assert scout.try_names(names(10), everybody).tried == 10
    assert scout.requests - before == 11
    site.fallback = lambda asked: landing(asked.path[1:])
    before = scout.requests
    assert scout.try_names(names(10), everybody).tried == 10
    assert scout.requests - before == 10


def test_of_strangers_nothing_is_written(site: Site, scout: TelegramPreviewScout):
    """Of a page that is not worth it: no name, no title, no address. Of one that is: address, kind and flags."""
    site.routes |= {
        "/imyarek01": landing("imyarek01", title="Имярек", description=WORDS, verified=True),
        "/imyarek02": landing("imyarek02", title="Некто Другой", description="чужие слова"),
        "/imyarek03": landing("imyarek03", "@imyarek03", title="Некто", button="Send Message", preview=False),
    }
    got = scout.try_names(names(6), of_ivan)
    text = written(got)
    for word in ("Некто", "чужие", "Имярек", WORDS, "imyarek00", "imyarek02", "imyarek03", "imyarek04"):
        assert word not in text
    assert {a.evidence.url for a in got.answers} == {
        "https://t.me/imyarek01",
        "https://t.me/telegram",
        "https://t.me/",
    }
    lead = next(a for a in got.answers if a.evidence.url.endswith("imyarek01"))
    assert stored(lead) == {"id": None, "kind": "channel", "subscribers": 120, "verified": True}
    assert (lead.evidence.kind, lead.evidence.minimised) == (EvidenceKind.LEAD, True)
    assert lead.evidence.sha256 != lead.evidence.stored_sha256
    assert got.pages[0].evidence == (lead.evidence.id,)
    assert [p.evidence for p in got.pages[1:]] == [(), ()]
    count = next(a for a in got.answers if a.evidence.url == "https://t.me/")
    assert stored(count) == {"asked": 6, "others": 2}


def test_nothing_is_asked_before_a_control_was_seen(site: Site):
    """Without one no absence could be believed."""
    scout = scout_of(site)
    assert scout.try_names(names(3), everybody) == CallResult(cause=Cause.CONTROL_FAILED)
    scout.control(control("nobody_there"))
    assert scout.try_names(names(3), everybody) == CallResult(cause=Cause.CONTROL_FAILED)
    assert "/imyarek00" not in site.paths
    scout.close()


def test_after_a_failed_control_no_name_is_tried(site: Site, scout: TelegramPreviewScout):
    """A name that must be there and is shown as missing means a throttled client."""
    got = scout.control(control("nobody_there"))
    assert (got.cause, len(got.answers)) == (Cause.CONTROL_FAILED, 1)
    assert scout.try_names(names(3), everybody).tried == 0


def throttle_after(site: Site, count: int) -> None:
    """From the `count`-th further request on every name is answered by the stub."""
    begun = len(site.asked)
    known = landing("telegram")
    site.routes["/telegram"] = lambda a: missing("telegram") if len(site.asked) - begun > count else known


def test_stubs_of_a_throttled_client_are_no_absences(site: Site, scout: TelegramPreviewScout):
    """The control at the end of the batch is missing too: none of the names since the last one was tried."""
    throttle_after(site, 5)
    got = scout.try_names(names(10), everybody)
    assert (got.tried, got.cause, got.pages) == (0, Cause.THROTTLED, ())
    assert not [a for a in got.answers if stored(a).get("control")]


def test_pages_found_before_the_throttling_are_found_all_the_same(site: Site, scout: TelegramPreviewScout):
    """Positive evidence needs no control: the names up to the first absent one are tried, a later page is returned."""
    site.routes |= {f"/imyarek0{n}": landing(f"imyarek0{n}") for n in (0, 1, 3)}
    throttle_after(site, 3)
    got = scout.try_names(names(6), everybody)
    assert (got.tried, got.cause) == (2, Cause.THROTTLED)
    assert [p.address.name for p in got.pages] == ["imyarek00", "imyarek01", "imyarek03"]


def test_a_route_that_asks_to_wait_is_left_alone(site: Site, scout: TelegramPreviewScout):
    """The control is not asked for either, so none of the names counts as tried; a page found before is found."""
    site.routes |= {"/imyarek00": landing("imyarek00"), "/imyarek04": Answer("", 429)}
    got = scout.try_names(names(10), everybody)
    assert (got.tried, got.cause, [p.address.name for p in got.pages]) == (1, Cause.THROTTLED, ["imyarek00"])
    assert (site.paths[-1], door(scout, Task.NAMES).cause) == ("/imyarek04", Cause.THROTTLED)


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (Answer("", 500), Cause.UNREACHABLE),
        (Answer("", 403), Cause.REFUSED),
        (Answer(BLOCK_PAGE), Cause.BLOCKED),
        (Answer(missing("imyarek04"), cut=20), Cause.UNREACHABLE),
    ],
)
def test_a_failing_route_ends_the_batch_where_it_fails(
    site: Site, scout: TelegramPreviewScout, answer: Answer, cause: Cause
):
    """Four names are answered for, as the control is still seen; the fifth and the rest are to be tried again."""
    site.routes["/imyarek04"] = answer
    got = scout.try_names(names(10), everybody)
    assert (got.tried, got.cause) == (4, cause)
    assert "/imyarek05" not in site.paths


def test_after_three_failing_batches_the_route_is_left_alone(site: Site, scout: TelegramPreviewScout):
    """Then no further request is sent, and the doors say why."""
    site.fallback = Answer("", 500)
    for _ in range(3):
        assert scout.try_names(names(2), everybody).cause is Cause.UNREACHABLE
    before = scout.requests
    assert scout.try_names(names(2), everybody) == CallResult(cause=Cause.UNREACHABLE)
    assert scout.read(address("imyarek01"), LONG_AGO, everybody) == CallResult(cause=Cause.UNREACHABLE)
    assert scout.requests == before
    assert door(scout, Task.NAMES).cause is Cause.UNREACHABLE


def test_a_page_that_cannot_be_read_is_neither_there_nor_absent(site: Site, scout: TelegramPreviewScout):
    """A new design, or a page about another name: the name is answered for, with `exists` unknown, and not kept."""
    site.routes |= {
        "/imyarek01": document("Telegram", '<div class="tgme_page">' + "x" * 600 + "</div>"),
        "/imyarek02": landing("somebody_else"),
    }
    got = scout.try_names(names(4), everybody)
    assert (got.tried, got.cause) == (4, None)
    assert [(p.address.name, p.exists, p.cause) for p in got.pages] == [
        ("imyarek01", None, Cause.UNRECOGNISED_PAGE),
        ("imyarek02", None, Cause.UNRECOGNISED_PAGE),
    ]
    assert "imyarek" not in written(got)


# Reading

NAME = "pervyi_rayon"
HEADS = """Главы районов теперь в сети:<br/>
Первый район, Имярек А. А.: <a href="https://t.me/opaque_one">t.me/opaque_one</a><br/>
Второй район, <a href="https://vk.com/id77?from=tg">Имярек Б. Б.</a><br/>
Третий район, Имярек В. В. @opaque_three, почта head@example.org, https://vk.com/wall-1_2"""


def channel(site: Site, messages: dict[int, str], **options: str) -> None:
    site.routes |= {f"/{NAME}": landing(NAME, description="Наш сайт example.org"), f"/s/{NAME}": paged(NAME, messages)}


def test_a_list_post_gives_each_link_its_place(site: Site):
    """Written out, hidden behind a name, and mentioned; mail and wall posts are no accounts."""
    scout = scout_of(site, NAME)
    channel(site, {7: message(NAME, 7, NOW - timedelta(days=2), HEADS)})
    got = scout.read(address(NAME), LONG_AGO, everybody)
    page = got.pages[0]
    post = next(p for p in page.passages if p.place is Place.POST)
    assert [str(a) for a in post.links] == [
        "https://t.me/opaque_one",
        "https://vk.com/id77",
        "https://t.me/opaque_three",
    ]
    places = ["t.me/opaque_one", "Имярек Б. Б.", "@opaque_three"]
    assert [post.text[n:].startswith(word) for n, word in zip(post.offsets, places, strict=True)] == [True] * 3
    assert (post.url, post.at) == (f"https://t.me/{NAME}/7", NOW - timedelta(days=2))
    assert (got.cause, page.last_post_at, page.id) == (None, NOW - timedelta(days=2), 1000000001)
    scout.close()


def test_posts_are_read_back_to_the_moment_asked_for(site: Site):
    """Ninety days of posts, with a link in each; a month is asked for; the opening costs one request more."""
    scout = scout_of(site, NAME)
    first = NOW - timedelta(days=90)
    posts = {n: message(NAME, n, first + timedelta(days=n), f"@linked_{n:03}") for n in range(2, 90)}
    channel(site, {1: message(NAME, 1, first, "Channel created", service=True)} | posts)
    since = NOW - timedelta(days=30)
    page = scout.read(address(NAME), since, everybody).pages[0]
    seen = [p for p in page.passages if p.place is Place.POST]
    assert min(p.at for p in seen if p.at) <= since
    assert len(seen) < 60
    assert (page.opened_at, page.opened_precision) == (first, Precision.EXACT)
    assert [a.query.get("before") for a in site.asked if a.path == f"/s/{NAME}"] == [None, "70", "21"]
    assert scout.requests == 4
    scout.close()


def test_each_passage_names_the_answer_it_was_read_from(site: Site):
    """Of an official page its answers are kept as the probe keeps them, and the post is in the one named."""
    scout = scout_of(site, NAME)
    channel(site, {n: message(NAME, n, BORN + timedelta(hours=n), f"@linked_{n:03}") for n in range(1, 46)})
    got = scout.read(address(NAME), LONG_AGO, everybody)
    kept = {a.evidence.id: a for a in got.answers}
    for said in got.pages[0].passages:
        assert said.text in kept[said.evidence].body.decode()
    assert {a.evidence.kind for a in got.answers} == {EvidenceKind.LEAD}
    assert got.pages[0].evidence == tuple(kept)
    scout.close()


def test_of_a_page_that_is_nobodys_own_only_flags_are_kept(site: Site, scout: TelegramPreviewScout):
    """One answer, with kind, number, counts and moments; no title, word or link."""
    channel(site, {n: message(NAME, n, BORN + timedelta(hours=n), f"{WORDS} @linked_{n:03}") for n in range(1, 46)})
    got = scout.read(address(NAME), LONG_AGO, everybody)
    assert len(got.answers) == 1
    text = written(got)
    assert WORDS not in text
    assert "linked" not in text
    assert "Первый" not in text
    assert stored(got.answers[0])["kind"] == "channel"
    assert {p.evidence for p in got.pages[0].passages} == {got.answers[0].evidence.id}
    assert len(got.pages[0].passages) == 46


def test_a_stranger_is_not_read_on(site: Site, scout: TelegramPreviewScout):
    """Of a page that is not worth it the landing page is asked for, and nothing named."""
    channel(site, daily(NAME, BORN, 5))
    got = scout.read(address(NAME), LONG_AGO, of_ivan)
    assert [p.title for p in got.pages] == ["Первый район"]
    assert NAME not in written(got)
    assert f"/s/{NAME}" not in site.paths


def test_a_repost_is_the_name_of_its_source(site: Site, scout: TelegramPreviewScout):
    """Its words are somebody else's; where it came from is a link that the page's owner made."""
    block = message(NAME, 4, BORN, "чужие слова @third_party", forwarded="Имярек, глава").replace(
        "t.me/x", "t.me/opaque"
    )
    channel(site, {4: block})
    page = scout.read(address(NAME), LONG_AGO, everybody).pages[0]
    post = next(p for p in page.passages if p.place is Place.POST)
    assert (post.text, post.links, post.offsets) == ("Имярек, глава", (address("opaque"),), (0,))
    assert post.copied


def test_links_of_a_page_to_itself_are_left_out(site: Site, scout: TelegramPreviewScout):
    """Every post ends with an invitation to subscribe."""
    channel(site, {4: message(NAME, 4, BORN, f"Новость. Подписывайтесь: t.me/{NAME.upper()} @{NAME}")})
    page = scout.read(address(NAME), LONG_AGO, everybody).pages[0]
    assert [p.place for p in page.passages] == [Place.DESCRIPTION]


def test_a_person_has_a_card_alone(site: Site, scout: TelegramPreviewScout):
    """One request; no preview is asked for."""
    site.routes["/imyarek"] = landing(
        "imyarek", "@imyarek", title="Имярек", description="@pervyi_rayon", button="Send Message", preview=False
    )
    before = scout.requests
    page = scout.read(address("imyarek"), LONG_AGO, everybody).pages[0]
    assert (page.kind, page.passages[0].links, scout.requests - before) == (PageKind.USER, (address(NAME),), 1)


def test_a_page_that_is_gone_is_believed_beside_the_control(site: Site, scout: TelegramPreviewScout):
    """With the control in sight it is absent; without it nothing is known."""
    assert scout.read(address("gone_now"), LONG_AGO, everybody).pages[0].exists is False
    throttle_after(site, 0)
    got = scout.read(address("gone_now"), LONG_AGO, everybody)
    assert (got.pages[0].exists, got.cause) == (None, Cause.THROTTLED)
    fresh = scout_of(site)
    got = fresh.read(address("gone_now"), LONG_AGO, everybody)
    assert (got.pages[0].exists, got.cause) == (None, Cause.CONTROL_FAILED)
    fresh.close()


def test_a_preview_that_is_off_leaves_the_card(site: Site, scout: TelegramPreviewScout):
    """What the landing page says stands; why there are no posts is the cause."""
    site.routes |= {
        f"/{NAME}": landing(NAME, title="Имярек"),
        f"/s/{NAME}": Answer("", 302, {"Location": f"https://t.me/{NAME}"}),
    }
    got = scout.read(address(NAME), LONG_AGO, everybody)
    assert (got.pages[0].title, got.cause) == ("Имярек", Cause.PREVIEW_OFF)
    site.routes[f"/s/{NAME}"] = history(NAME, NO_POSTS, counters="120 subscribers, 5 photos")
    assert scout.read(address(NAME), LONG_AGO, everybody).cause is Cause.THROTTLED


def test_channels_whose_posts_do_not_come_close_the_route_too(site: Site, scout: TelegramPreviewScout):
    """Three in a row, though their landing pages came."""
    site.routes |= {f"/{NAME}": landing(NAME), f"/s/{NAME}": Answer("", 500)}
    for _ in range(3):
        got = scout.read(address(NAME), LONG_AGO, everybody)
        assert (got.pages[0].exists, got.cause) == (True, Cause.UNREACHABLE)
    assert scout.read(address(NAME), LONG_AGO, everybody) == CallResult(cause=Cause.UNREACHABLE)


def test_other_addresses_are_not_its_business(site: Site, scout: TelegramPreviewScout):
    """VK, a web address, a private invite: no request."""
    before = scout.requests
    assert scout.read("https://example.org", LONG_AGO, everybody).cause is Cause.WRONG_KIND
    assert scout.read(Address(Network.VK, "id1"), LONG_AGO, everybody).cause is Cause.WRONG_KIND
    assert scout.read(address("+AbCdEfGh12"), LONG_AGO, everybody).cause is Cause.PRIVATE
    assert scout.requests == before


def test_compressed_pages_are_read(site: Site, scout: TelegramPreviewScout):
    """As t.me sends them."""
    site.routes["/imyarek00"] = gzipped(landing("imyarek00", title="Имярек"))
    assert scout.try_names(["imyarek00"], everybody).pages[0].title == "Имярек"


# Saved pages

real = pytest.mark.skipif(not PAGES.is_dir(), reason="the folder ../shared with saved pages is not here")


@real
def test_real_landing_pages(site: Site, scout: TelegramPreviewScout):
    """A channel, a group, a bot, a person and a missing name."""
    site.routes |= {
        "/durov": saved("06"),
        "/python": saved("07"),
        "/botfather": saved("05"),
        "/diaboxapp": saved("03"),
    }
    got = scout.try_names(["durov", "python", "botfather", "diaboxapp", "zz_absent"], everybody)
    assert got.tried == 5
    assert [(p.address.name, p.kind, p.verified) for p in got.pages] == [
        ("durov", PageKind.CHANNEL, True),
        ("python", PageKind.GROUP, False),
        ("botfather", PageKind.BOT, True),
        ("diaboxapp", PageKind.CHANNEL, False),
    ]
    assert [p.subscribers is not None and p.subscribers > 1000 for p in got.pages] == [True, True, False, True]
    assert all(p.title for p in got.pages)
    for page in got.pages:
        for said in page.passages:
            assert len(said.links) == len(said.offsets)
            assert all(0 <= n < len(said.text) for n in said.offsets)


@real
def test_a_real_history(site: Site, scout: TelegramPreviewScout):
    """A channel whose whole history is on one page: born by its first message, its last post and its number."""
    site.routes |= {"/ai_news_official": landing("ai_news_official"), "/s/ai_news_official": saved("01")}
    page = scout.read(address("ai_news_official"), LONG_AGO, everybody).pages[0]
    assert (page.id, page.opened_precision) == (1532425936, Precision.EXACT)
    assert page.opened_at is not None
    assert page.last_post_at is not None
    assert page.opened_at < page.last_post_at


@real
def test_a_forward_in_real_fragments(site: Site, scout: TelegramPreviewScout):
    """Sources of forwards are links, where their name carries one; signatures are none."""
    site.routes |= {"/tchantest": landing("tchantest"), "/s/tchantest": saved("F1")}
    page = scout.read(address("tchantest"), LONG_AGO, everybody).pages[0]
    posts = [p for p in page.passages if p.place is Place.POST]
    assert posts
    assert all(a != address("tchantest") for p in posts for a in p.links)
    assert all(0 <= n <= len(p.text) for p in posts for n in p.offsets)
