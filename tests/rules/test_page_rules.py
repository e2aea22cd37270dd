"""Which pages count against a holder (section 5): existing, confirmed, linked from the register, and not excused."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from auditor.base.snapshot import Network, Post, Snapshot, Weight
from auditor.base.weeks import Week
from auditor.registry.models import AccountKind, OtherNetwork, Tenure
from tests.cases import NOW, TOMSK, WEEK, account, address, case, day, judge, judge_office, posts, report
from tests.rules.rule_rows import (
    BOTH,
    CHECKS,
    CLIENT,
    OLD,
    PRACTICE,
    WITHOUT_ANSWERS,
    Row,
    all_of,
    asked,
    bad,
    by_check,
    channel,
    confirmed,
    each,
    elsewhere,
    exactly,
    failing,
    finding_summary,
    fresh,
    good,
    in_office,
    later,
    neutral_telegram,
    of_office,
    passing,
    post,
    profile,
    row,
    stale,
    table,
    vk_page,
    weighed,
)

POSTS, SILENCE, ANSWERS = "posts_per_week", "longest_silence", "comments_answered"
COUNTS, TALKS = (POSTS, SILENCE), ("comments_open", ANSWERS)
BARE, UNREAD = channel(*OLD), profile(exists=None, cause="unreachable", id=None)
NEW, OLD_PAGE = [account(), fresh(vk_page())], [stale(account()), vk_page()]
MIXED = [account(), stale(vk_page())]
YOUNG = {"opened_at": day(0.5), "opened_precision": "exact"}
"""Snapshot fields of a page that was opened on the week's Monday."""


def young(*page_posts: Any, **fields: Any):
    """Return a look at a profile that was opened on the week's Monday."""
    return profile(*page_posts, **YOUNG, **fields)


def bad_young(check: str):
    """Return a look at a young profile whose posts fail the check, if posts on a page can."""
    state = "closed" if check == "comments_open" else "open"
    questions = asked(5) if check == ANSWERS else ()
    hours = 160 if check == "comments_open" else 1
    return young(*(post(n, *questions[: 5 * (n == 1)], hours=hours, comments_state=state) for n in (1, 2)))


def good_young(check: str):
    """Return a look at a young profile whose posts pass the check."""
    return young(*(post for post in passing(check) if post.at >= day(0.5)))


def reported(network: Any) -> dict[str, Tenure]:
    """Return the holder of a channel whom the press reports on a network."""
    return {"person": in_office(account(), reports=[report(by="2025", network=network)])}


def listed(*pages: Any) -> dict[str, Tenure]:
    """Return a holder with these pages on record."""
    return {"person": in_office().model_copy(update={"listed": [*pages]})}


def started(since: str) -> dict[str, Tenure]:
    """Return a holder who took office on a day."""
    return {"person": in_office(since=since)}


def known_since(day: str) -> dict[str, Tenure]:
    """Return a holder whose start is unknown; the earliest source that names them in office is of a day."""
    return {"person": in_office(since=None, known_from=day, known_as_of="2026-11-24")}


def neutral_in(verdict: str, week: Week, judged_at: datetime) -> dict[str, Row]:
    """Return a row of a silent channel in a week near the day from which Telegram is neutral."""
    # what a source of a later day says of the holder is left aside
    person = in_office(confirmed(account(), "2025-01-01"), since="2020", known_as_of="2025-05")
    how = {"week": week, "as_of": judged_at, "person": person}
    return each(verdict, channel(at=judged_at), checks=[POSTS], neutral=True, **how)


def since(verdict: str, precision: str) -> dict[str, Row]:
    """Return a row of a profile that was read back to its oldest post."""
    fields = {"posts_cause": "throttled", "posts_since": day(150), "opened_at": day(150)}
    look = profile(*posts(150), **fields, opened_precision=precision)
    return each(verdict, look, checks=[POSTS], pages=[fresh(vk_page())])


NEUTRAL, FRESH = {"neutral": True}, {"pages": [fresh(vk_page())]}
TWO_CAUSES = (channel(posts_cause="throttled"), profile(posts_cause="private"))
W21 = Week(2025, 21, TOMSK)
THREE_QUESTIONS, TWO_MORE = channel(*OLD, post(1, *asked(3))), post(1, *asked(2), hours=2)
LONG_SILENT = channel(*posts(-24 * 706, -24 * 3))
ROWS = {
    "an old confirmation": each("stale", bad(), pages=[stale(account())]),
    "green on it": each("passed", good(), pages=[stale(account())]),
    "a neutral network": each("inapplicable", bad(), **NEUTRAL),
    "green on it too": each("passed", good(), **NEUTRAL),
    "the first trace is of the week": each("inapplicable", bad_young, **FRESH),
    "what passes is not judged by halves": each("inapplicable", good_young, **FRESH),
    "a doubted look makes no page older": each(
        "inapplicable", weighed(young()), weighed(profile(*OLD, at=day(100)), Weight.FAVOURABLE_ONLY), **FRESH
    ),
    "a look that saw nothing makes it no older": each(
        "inapplicable", profile(exists=None, cause="throttled", id=None, at=day(-24 * 20)), young(), **FRESH
    ),
    "a page of after the week": each("inapplicable", profile(**YOUNG | {"opened_at": WEEK.ends}), **FRESH),
    "beside an old confirmation": each("failed", BARE, bad(page=profile), pages=OLD_PAGE),
    "beside a neutral network": each("failed", BARE, bad(page=profile), pages=BOTH, **NEUTRAL),
    "between the two": each("stale", BARE, bad(page=profile), pages=MIXED, **NEUTRAL),
    "a page that could not be read": each("unreachable", bad(), UNREAD, pages=BOTH),
    "a page that nobody looked at": each("cantTell", bad(), pages=BOTH),
    "the first page's cause": each("throttled", *TWO_CAUSES, pages=BOTH),
    "in the order of the registry": each("private", *TWO_CAUSES, pages=BOTH[::-1]),
    "beside a page elsewhere": each("too_little_data", bad(), **listed(account(), elsewhere())),
    "a report of MAX": each("cantTell", bad(), **reported(OtherNetwork.MAX)),
    "green beside it": each("passed", good(), **reported(Network.VK)),
    "a report of the page's network": each("failed", bad(), **reported(Network.TELEGRAM)),
    "a report of none": each("failed", bad(), **reported(None)),
    "in office since Sunday": each("failed", bad(), **started("2026-11-15")),
    "since Monday": each("inapplicable", bad(), **started("2026-11-16")),
    "since some day of the month": each("inapplicable", bad(), **started("2026-11")),
    "without a page": each("inapplicable", person=in_office(since="2026-11-16").model_copy(update={"listed": []})),
    "known since Sunday": each("failed", bad(), **known_since("2026-11-15")),
    "known since Monday": each("inapplicable", bad(), **known_since("2026-11-16")),
    "a closed thread or a question on an old page": each("stale", bad(), profile(*OLD), checks=TALKS, pages=OLD_PAGE),
    "on a neutral network": each("inapplicable", bad(), profile(*OLD), checks=TALKS, pages=BOTH, **NEUTRAL),
    "on a page of this week": each("cantTell", BARE, bad_young, checks=TALKS, pages=NEW),
    "on one that is older": each("failed", BARE, bad(page=profile), checks=TALKS, pages=NEW),
    "what a page of this week shows counts in favour": each("passed", BARE, good_young, checks=TALKS, pages=NEW),
    "a silent page beside a new one": each("failed", BARE, young(), checks=COUNTS, pages=NEW),
    "a neutral page lends no age": each("inapplicable", BARE, young(), checks=COUNTS, pages=NEW, **NEUTRAL),
    "enough beside a page that could not be read": each("passed", good(), UNREAD, checks=WITHOUT_ANSWERS, pages=BOTH),
    "answers beside it": each("cantTell", good(), UNREAD, checks=[ANSWERS], pages=BOTH),
    "questions of both, too few without the old confirmation": each(
        "too_little_data", THREE_QUESTIONS, profile(*OLD, TWO_MORE), checks=[ANSWERS], pages=MIXED, due=5, askers=5
    ),
    "365 days": each("failed", BARE, checks=[POSTS], pages=[confirmed(account(), "2025-11-22")]),
    "confirmed after the week": each("failed", BARE, checks=[POSTS], pages=[fresh(account())]),
    "confirmation_valid_days": each(
        "failed", BARE, checks=[POSTS], pages=[stale(account())], policy={"confirmation_valid_days": 366}
    ),
    "before its day a network is not neutral": neutral_in("failed", W21, W21.ends + timedelta(days=2)),
    "in its week it is": neutral_in("inapplicable", W21.shift(1), W21.ends + timedelta(days=9)),
    "silence since taking office": each(
        "failed", LONG_SILENT, checks=[SILENCE], **started("2026-11-15"), days_since_last=8
    ),
    "a page perhaps older than its oldest post": since("throttled", "not_later_than"),
    "and one that is not": since("inapplicable", "exact"),
}


@by_check(ROWS)
def test_only_a_page_with_valid_standing_and_an_office_held_before_the_week_count_against_the_holder(
    check: str, row: Row
) -> None:
    """On a valid confirmation, not neutral, there before the week; it must hold with all their pages too."""
    row.holds(check)


def test_why_nothing_is_asked_is_said_with_its_source_or_its_day() -> None:
    """The law of a neutral network; the day of taking office, where it is known."""
    for check, look in ((POSTS, BARE), ("account_exists", channel(exists=False, at=day(50)))):
        finding = judge_office(check, neutral_telegram(case([in_office()], look)))
        assert (finding.outcome, finding.message.params["source"]) == ("inapplicable", "https://example.invalid/l")
    for since, sentence in (("2026-11-18", "office.took_office"), ("2026-11", "office.start_not_exact")):
        assert judge_office(POSTS, case([in_office(since=since)], channel())).message.id == sentence


# One page under two addresses ----------------------------------------------------------------------------------------


def named(look: Any) -> Any:
    """Return the look as made at the page's other address."""
    return look.model_copy(update={"url": "https://vk.com/id77"})


DIRECTIVE, NUMBERED = "opened_by_deadline", account(Network.VK, "id77").model_copy(update={"id": 77})
TWO = [vk_page(), account(Network.VK, "id77")]
THREE = profile(*OLD, post(1, *asked(3)))
HALF = (profile(*failing(POSTS)), named(profile(exists=None, cause="unreachable", id=None, at=day(100))))
DATED = profile(**exactly("2023-02-14T12:00"))
SOURCED = [confirmed(TWO[0], "2026-09-01", of="2022-01"), confirmed(TWO[1], "2026-10-01")]
TWICE = {
    "three questions are three": each(
        "too_little_data", THREE, named(THREE), checks=[ANSWERS], pages=TWO, due=3, askers=3
    ),
    "one of them was not read": each("failed", *HALF, checks=[POSTS], pages=[TWO[0], NUMBERED]),
    "two numbers are two": each("cantTell", *HALF, checks=[POSTS], pages=TWO),
    "the source of either dates it": each("passed", DATED, named(DATED), checks=[DIRECTIVE], pages=SOURCED),
    "of neither it is late": each("failed", DATED, named(DATED), checks=[DIRECTIVE], pages=TWO),
}


@by_check(TWICE)
def test_a_page_that_is_on_record_twice_is_judged_once(check: str, row: Row) -> None:
    """By its number."""
    row.holds(check)


@pytest.mark.parametrize("check", PRACTICE)
@pytest.mark.parametrize("make_posts", [failing, passing])
def test_it_has_the_findings_of_one(check: str, make_posts: Any) -> None:
    """Its questions and the posts without words would count double."""
    look = profile(*make_posts(check))
    assert all_of(check, [look, named(look)], pages=TWO) == all_of(check, [look], pages=[vk_page()])


def test_a_user_and_a_channel_of_one_number_are_two_pages() -> None:
    """Telegram numbers them apart; of the user nothing is judged."""
    user = account(name="imyarek")
    look = channel(exists=None, cause="wrong_kind", kind="user", url=user.url.url)
    assert len(all_of("account_exists", [channel(), look], pages=[account(), user])) == 3


# A page's own finding -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", [check for check in CHECKS if check != "account_confirmed"])
def test_a_pages_own_finding_is_never_failed(check: str) -> None:
    """The person is judged, and once; what was counted on the page stands in its values."""
    fields = {"subscribers": 20_000, "register_link": False, **exactly("2023-02-14T12:00")}
    gone, page_posts = channel(exists=False, at=day(50)), failing(check)
    person, page = all_of(check, [gone if check == "account_exists" else channel(*page_posts, **fields)])
    assert (person.outcome, page.verdict) == ("failed", "inapplicable")
    assert page.values == (person.values | ({"reason": None} if check == "opened_by_deadline" else {}))


@pytest.mark.parametrize("check", PRACTICE)
def test_a_page_that_alone_would_pass_passes_and_one_that_could_not_be_told_says_why(check: str) -> None:
    """Beside one that fails, which is inapplicable."""
    _, bad_page, fine = all_of(check, [BARE, good(page=profile)(check)], pages=BOTH)
    assert (fine.verdict, bad_page.outcome) == ("passed", "inapplicable")
    _, unread, bad_page = all_of(check, [channel(posts_cause="throttled"), bad(page=profile)(check)], pages=BOTH)
    assert (unread.verdict, bad_page.verdict) == ("throttled", "inapplicable")


# A page that moves ---------------------------------------------------------------------------------------------------


def moved(days: float, to: str = "max") -> Post:
    """Return an own post, `days` before the week's end, which announces that the page moves."""
    return posts(168 - 24 * days)[0].model_copy(update={"moved": True, "moved_to": to})


def went(verdict: str, days: float, to: str, *pages: Any, new: tuple[Post, ...] = (), **fields: Any) -> Row:
    """Return a row of a page that announced its move `days` before the week's end, beside other pages on record."""
    new_looks = [channel(*new)] if account() in pages else []
    return row(verdict, profile(*LAST_YEAR, moved(days, to)), *new_looks, **listed(vk_page(), *pages), **fields)


def then(verdict: str, days: float, **fields: Any) -> Row:
    """Return a row of a page that announced its move, and posted again `days` before the week's end."""
    after = posts(168 - 24 * days, first_id=5, **fields)
    return row(verdict, profile(*LAST_YEAR, moved(20), *after), **listed(vk_page()))


LAST_YEAR, SILENT = posts(-24 * 60, first_id=90), posts(-24 * 40)
ON_MAX = elsewhere().model_copy(update={"url": "https://max.ru/imyarek"})
MOVED = {
    "moved_days of 10": went("failed", 20, "max", policy={"moved_days": 10}),
    "to MAX, on record": went("inapplicable", 50, "max", ON_MAX),
    "to MAX, another is on record": went("too_little_data", 50, "max", elsewhere()),
    "to MAX, none": went("failed", 50, "max"),
    "somewhere, a page is on record": went("inapplicable", 50, "other", ON_MAX),
    "to Telegram, with new posts": went("passed", 50, "telegram", account(), new=posts(100)),
    "within the days, silent there": went("failed", 25, "telegram", account(), new=SILENT),
    "to a neutral network": went("failed", 50, "telegram", account(), new=SILENT, **NEUTRAL),
    "posted on, then silent": then("failed", 12),
    "posts on": then("passed", 3),
    "a repost after it": then("inapplicable", 12, repost=True),
    "a neutral page beside one elsewhere": row("inapplicable", BARE, **listed(account(), elsewhere()), **NEUTRAL),
    "a neutral page beside a report": row("inapplicable", BARE, **reported(Network.VK), **NEUTRAL),
}


@table(MOVED)
def test_it_is_excused_for_thirty_days_and_for_good_once_the_new_page_is_on_record(row: Row) -> None:
    """By the last own post alone; a new page that is looked at is judged instead, and a neutral one excuses nobody."""
    row.holds(SILENCE)


@pytest.mark.parametrize(("days", "outcome"), [(8, "inapplicable"), (30, "inapplicable"), (31, "failed")])
@pytest.mark.parametrize("check", COUNTS)
def test_for_thirty_days_nothing_of_the_practice_fails_on_it(check: str, days: float, outcome: str) -> None:
    """From that post on, to the week's last day; the post is named."""
    finding = judge_office(check, case([in_office(vk_page())], profile(*LAST_YEAR, moved(days + 0.5))))
    assert finding.outcome == outcome
    if outcome == "inapplicable":
        assert finding.message.params["post"] == "https://t.me/perviy_rayon/1"


def test_a_moved_page_that_is_gone_is_no_failure() -> None:
    """It has moved: its absence is no fault."""
    looks = [profile(*LAST_YEAR, moved(10), at=day(10)), profile(exists=False, cause="gone", at=NOW)]
    assert of_office("account_exists", looks, pages=[vk_page()]).outcome != "failed"


# Is it there ---------------------------------------------------------------------------------------------------------

EXISTS, LINK = "account_exists", "register_link"
MIDWEEK = day(50)
BEFORE = profile(*posts(-24 * 20), at=day(-24 * 5))
BLIND = {"exists": None, "id": None}


def gone(at: Any = MIDWEEK, **fields: Any) -> Snapshot:
    """Return a look in which VK reports, by the page's number, that it does not exist."""
    return profile(exists=False, cause="gone", at=at, **fields)


def vk(verdict: Any, *looks: Any, **fields: Any) -> Row:
    """Return a row of a VK page that existed before the week."""
    return row(verdict, *(looks if hasattr(looks[0], "weight") else (BEFORE, *looks)), pages=[vk_page()], **fields)


def person(verdict: Any, **fields: Any) -> Row:
    """Return a row of a holder whose VK page is gone; `fields` change the tenure."""
    return row(verdict, BEFORE, gone(), person=in_office(vk_page()).model_copy(update=fields))


LONG = {"as_of": later(days=20)}
BACK = profile(at=later(days=15))
THERE, LOST = channel(*posts(-24 * 20)), channel(exists=False, cause="gone", at=day(50))
MINE, OTHERS = channel(*posts(-24 * 20), at=day(-24 * 8)), channel(*posts(1, 2, 3), id=9)
NO_PAGE = in_office().model_copy(update={"listed": []})
THERE_ROWS = {
    "closed": row("passed", channel(at=MIDWEEK, cause="private")),
    "banned": row("banned", channel(at=MIDWEEK, exists=None, cause="banned")),
    "a user": row("wrong_kind", channel(at=MIDWEEK, exists=None, cause="wrong_kind", kind="user")),
    "gone": row("failed", channel(at=MIDWEEK, exists=False)),
    "since its last second": vk("failed", gone(WEEK.ends - timedelta(seconds=1)), **LONG),
    "since its end": vk("gone", gone(WEEK.ends), **LONG),
    "too late": vk("seen_late", gone(later(days=14, seconds=1)), **LONG),
    "and back again": vk("passed", gone(day(-24 * 3)), profile(at=day(50))),
    "gone anew after the week": vk("passed", gone(), profile(at=day(90)), gone(NOW)),
    "there in the week": vk("failed", profile(at=day(20)), gone()),
    "then not seen": vk("failed", gone(), profile(exists=None, cause="throttled")),
    "shown by a late look": vk("cantTell", gone(), BACK, **LONG),
    "by a doubted look": vk("control_failed", weighed(gone(), Weight.FAVOURABLE_ONLY)),
    "a doubted look saw it since": vk("passed", weighed(gone()), weighed(profile(at=NOW), Weight.FAVOURABLE_ONLY)),
    "renamed": row("passed", channel(), channel(renamed_to="https://t.me/perviy_noviy")),
    "both gone": row("failed", LOST, gone(), pages=BOTH),
    "one there": row("passed", THERE, gone(), pages=BOTH),
    "one not seen": row("blocked", channel(cause="blocked", **BLIND), gone(), pages=BOTH),
    "a report of MAX": person("cantTell", reports=[report(by="2025", network=OtherNetwork.MAX)]),
    "a report of years ago": person("cantTell", reports=[report(by="2022", network=Network.TELEGRAM)]),
    "a report of the page's network": person("failed", reports=[report(by="2025", network=Network.VK)]),
    "on a neutral network": row("inapplicable", LOST, neutral=True),
    "on an old confirmation": row("stale", LOST, pages=[stale(account())]),
    "beside one on an old confirmation": row("failed", LOST, gone(), pages=[stale(account()), vk_page()]),
    "before the week is closed": vk("failed", gone(), as_of=day(60)),
}  # fmt: skip


@table(THERE_ROWS)
def test_absence_is_the_networks_own_word_by_the_pages_number_and_nothing_else(row: Row) -> None:
    """By a full look in time that nothing later denies, of all their pages; a look that saw nothing changes nothing."""
    row.holds(EXISTS)


OUTDATED = gone(WEEK.starts - timedelta(hours=1))
VK, THESE = {"pages": [vk_page()]}, (EXISTS, *PRACTICE)
SEEN_BEFORE = channel(*posts(-24 * 20), at=WEEK.starts - timedelta(seconds=1), subscribers=20_000)
LONG_GONE = [profile(*posts(-24 * 60), at=day(-24 * 55)), gone(day(-24 * 20)), gone()]
UNSEEN = {
    "before the week alone": each("untested", BEFORE, OUTDATED, checks=THESE, **VK),
    "then not seen": each("throttled", BEFORE, OUTDATED, profile(cause="throttled", **BLIND), checks=THESE, **VK),
    "there by a late look": each("cantTell", BEFORE, OUTDATED, BACK, checks=THESE, **VK, **LONG),
    "still": each("cantTell", BEFORE, OUTDATED, gone(), **VK) | {EXISTS: vk("failed", OUTDATED, gone())},
    "seen before the week": each("untested", SEEN_BEFORE, checks=(*THESE, LINK)),
    "a free name": each("not_at_address", SEEN_BEFORE, channel(cause="not_at_address", **BLIND), checks=THESE),
    "another's number": each("not_at_address", MINE, OTHERS, checks=THESE),
    "gone before the week and still": each("gone", *LONG_GONE, **VK),
    "beside a page that is there it is read, and empty": each(
        "failed", channel(*posts(-24 * 15)), *LONG_GONE, checks=COUNTS, pages=BOTH
    ),
    "gone in the week, after a post": each("gone", profile(*posts(1), at=day(20)), gone(), checks=[POSTS], **VK),
    "after enough": each("passed", profile(*posts(1, 2, 3), at=day(20)), gone(), checks=[POSTS], **VK),
}


@by_check(UNSEEN)
def test_that_a_page_is_gone_is_said_by_a_look_since_the_weeks_start(check: str, row: Row) -> None:
    """One of before it says since when; of a page gone in the week only what was seen counts."""
    row.holds(check)


def test_an_institutions_page_is_asked_for_its_existence_alone_and_satisfies_nothing() -> None:
    """Its posts are nobody's, the person has no page, and that it is gone is no failure."""
    body = account(name="administratsiya").model_copy(update={"kind": AccountKind.INSTITUTION})
    url = address(name="administratsiya").url
    judged_case = case([NO_PAGE], channel(*posts(1, 2, 3), url=url), accounts=[body])
    assert [finding_summary(finding).verdict for finding in judge(EXISTS, judged_case)] == ["untested", "passed"]
    for check in set(CHECKS) - {EXISTS}:
        assert [finding_summary(finding).outcome for finding in judge(check, judged_case)] == ["untested"]
    lost = channel(exists=False, at=day(50), url=url)
    outcomes = [
        finding_summary(finding).outcome
        for finding in judge(EXISTS, case([in_office()], channel(), lost, accounts=[body]))
    ]
    assert outcomes == ["passed", "passed", "inapplicable"]


@pytest.mark.parametrize(
    ("on", "verdict"), [("2026-11-22", "passed"), ("2025-11-22", "passed"), ("2025-11-21", "stale")]
)
def test_a_confirmation_holds_for_a_year(on: str, verdict: tuple) -> None:
    """365 days after it, at the week's end; nobody has to have looked, and of two pages the valid one is theirs."""
    page = confirmed(account(), on)
    row(verdict, pages=[page], confirmed_by="письмо", confirmed_on=on).holds("account_confirmed")
    outcomes = [finding.verdict for finding in all_of("account_confirmed", [], pages=[page, vk_page()])]
    assert outcomes == ["passed", verdict, "passed"]


# The register's link ------------------------------------------------------------------------------------------------

LINKLESS = channel(subscribers=20_000, register_link=False)
LINKED = LINKLESS.model_copy(update={"register_link": True})
UNLINKED_EARLIER = LINKLESS.model_copy(update={"taken_at": day(100)})
OPEN_LINK = LINKLESS.model_copy(update={"register_link": None})
LINKS = {
    "10 000": row("inapplicable", channel(subscribers=10_000, register_link=False)),
    "10 001, linked": row("passed", channel(subscribers=10_001, register_link=True)),
    "10 001": row("failed", channel(subscribers=10_001, register_link=False)),
    "a shortened link": row("too_little_data", channel(subscribers=10_001, register_link=None)),
    "a shortened link since": row("too_little_data", weighed(UNLINKED_EARLIER, run=1), weighed(OPEN_LINK, run=2)),
    "not seen by one route of a run": row(
        "failed", weighed(OPEN_LINK, run=2), weighed(LINKLESS.model_copy(update={"route": CLIENT}), run=2)
    ),
    "a counter that is not known": row("too_little_data", channel(subscribers=None, register_link=False)),
    "register_link_subscribers": row("inapplicable", LINKLESS, policy={"register_link_subscribers": 20_000}),
    "from the week's last day on": row("failed", LINKLESS, policy={"register_link_since": "2026-11-22"}),
    "from the day after it": row("inapplicable", LINKLESS, policy={"register_link_since": "2026-11-23"}),
    "by a doubted look": row("control_failed", weighed(LINKLESS, Weight.FAVOURABLE_ONLY)),
    "linked by a doubted one": row("passed", weighed(LINKLESS), weighed(LINKED, Weight.FAVOURABLE_ONLY)),
    "one page of two": row("failed", LINKLESS, profile(subscribers=20_000, register_link=True), pages=BOTH),
    "on an old confirmation": row(
        "cantTell", LINKLESS, profile(subscribers=20_000, register_link=True), pages=[stale(account()), vk_page()]
    ),
    "on a neutral network": row("failed", LINKLESS, neutral=True),
    "before the week is closed": row("failed", LINKLESS.model_copy(update={"taken_at": day(50)}), as_of=day(60)),
}


@table(LINKS)
def test_the_register_link_is_owed_above_ten_thousand_from_its_day_on(row: Row) -> None:
    """It is missed by a full look and seen by any; one page without it fails, whatever the others have."""
    row.holds(LINK)


def test_a_link_whose_end_is_not_known_is_told_as_that() -> None:
    """A shortener's, or one to a site that may lead further: nobody says that the link is missing."""
    finding = judge_office(LINK, case([in_office()], OPEN_LINK))
    assert (finding.outcome, finding.message.id) == ("cantTell", "register_link.not_settled")
