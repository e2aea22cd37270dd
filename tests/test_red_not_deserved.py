"""Red cells, and green ones, that a head does not deserve: each as it was seen, and what is said of it now."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from auditor.audit.cases import make_case
from auditor.audit.document import AuditedOffice
from auditor.audit.judge import make_audit
from auditor.base.snapshot import (
    Cause,
    Comment,
    CommentsState,
    Network,
    Outcome,
    Precision,
    Route,
    Side,
    Snapshot,
    StoredSnapshot,
    Weight,
)
from auditor.base.weeks import Week
from auditor.checks.case import Case
from auditor.registry.models import (
    AccountKind,
    Confirmation,
    Exemption,
    Neutral,
    OtherAccount,
    OtherNetwork,
)
from tests.cases import (
    NOW,
    TOMSK,
    WEEK,
    account,
    case,
    day,
    judge,
    judge_office,
    office,
    opened,
    partial,
    posts,
    registry,
    report,
    search,
    snapshot,
    tenure,
    traced,
)

PRACTICE = ("posts_per_week", "longest_silence", "comments_open", "comments_answered")
OLD = posts(-24 * 60, first_id=900)
"""A post of long ago: the page is not of this week."""


def vk(**fields: Any) -> Snapshot:
    base = {"network": Network.VK, "route": Route.VK, "url": "https://vk.com/perviy", "id": 77, "kind": "profile"}
    return snapshot(**(base | fields))


def both_networks(*looks: Snapshot, **fields: Any) -> Case:
    pages = [account(), account(Network.VK, "perviy")]
    return case([tenure(since="2020", accounts=pages, **fields)], *looks)


def neutral(what: Case) -> Case:
    """The same case by a directive under which Telegram is neutral from 1 June 2025 on."""
    one = Neutral(
        network=Network.TELEGRAM, since=date(2025, 6, 1), reason="41-ФЗ", source="https://example.invalid/41-fz"
    )
    book = what.registry.model_copy(update={"directive": what.registry.directive.model_copy(update={"neutral": [one]})})
    return replace(what, registry=book)


def rows(*looks: Snapshot, week: Week = WEEK) -> dict[str, list[StoredSnapshot]]:
    """Looks as the archive has them, made for a week."""
    found: dict[str, list[StoredSnapshot]] = {}
    for look in looks:
        found.setdefault(look.url, []).append(StoredSnapshot(str(week), look, threads_work=True))
    return found


def told(finding: Any) -> tuple[Outcome, Cause | None]:
    return finding.outcome, finding.cause


# The holder's own time ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", PRACTICE)
@pytest.mark.parametrize("since", ["2026-11-16", "2026-11-21", "2026-11"])
def test_in_the_week_of_taking_office_the_practice_is_not_judged(check: str, since: str) -> None:
    """Item 2: in office since Saturday, with 706 days of silence before; a start known to the month as of its end."""
    page = snapshot(posts=posts(-24 * 706))
    what = case([tenure(since=since, accounts=[account()])], page)
    assert {f.outcome for f in judge(check, what)} == {Outcome.INAPPLICABLE}


@pytest.mark.parametrize(
    ("start", "message"),
    [
        ({"since": "2026-11-20"}, "office.took_office"),
        ({"since": "2026-11"}, "office.start_not_exact"),
        ({"since": "2026"}, "office.start_not_exact"),
        ({"known_as_of": "2026-11"}, "office.start_not_exact"),
    ],
)
def test_no_day_of_taking_office_is_made_up(start: dict[str, str], message: str) -> None:
    """A start known to the year was told as its last day, one not known at all as the day of the earliest evidence."""
    what = case([tenure(accounts=[account()], **start)], snapshot(posts=posts(-24 * 30)))
    assert judge_office("posts_per_week", what).message.id == message


def test_silence_before_taking_office_is_not_the_holders() -> None:
    """Item 2: two weeks later it is counted from the day of taking office, and whoever did not post is silent."""
    page = snapshot(posts=posts(-24 * 706))
    fresh = judge_office("longest_silence", case([tenure(since="2026-11-15", accounts=[account()])], page))
    assert (fresh.outcome, fresh.values.days_since_last) == (Outcome.FAILED, None)
    assert fresh.values.longest_gap_days == 8
    earlier = posts(-24 * 706, -24 * 3)
    posted = judge_office(
        "longest_silence", case([tenure(since="2026-11-01", accounts=[account()])], snapshot(posts=earlier))
    )
    assert (posted.outcome, posted.values.days_since_last) == (Outcome.FAILED, 10)


def test_a_page_opened_after_the_week_is_not_judged_for_it() -> None:
    """Item 14: opened on Monday and looked at on Tuesday."""
    page = snapshot(opened_at=WEEK.ends + timedelta(hours=9), opened_precision="exact")
    known = account().model_copy(update={"confirmed": Confirmation(on=NOW.date(), how="письмо")})
    what = case([tenure(since="2020", accounts=[known])], page)
    for check in PRACTICE:
        assert {f.outcome for f in judge(check, what)} == {Outcome.INAPPLICABLE}
    book = registry(office(tenure(since="2020", accounts=[known])))
    one: AuditedOffice = make_audit(book, WEEK, NOW, rows(page)).offices[0]
    assert {past.posts for past in one.history} == {None}


def test_a_page_of_this_week_is_not_judged_in_it_and_an_older_one_beside_it_is() -> None:
    """Item 14: what the new page shows counts to his good."""
    new = snapshot(opened_at=day(30), opened_precision="exact", posts=posts(31, 50))
    old = vk(posts=(*OLD, *posts(20)))
    known = account().model_copy(update={"confirmed": Confirmation(on=NOW.date(), how="письмо")})
    alone = case([tenure(since="2020", accounts=[known])], new)
    assert judge_office("posts_per_week", alone).outcome is Outcome.INAPPLICABLE
    pair = case([tenure(since="2020", accounts=[known, account(Network.VK, "perviy")])], new, old)
    assert (judge_office("posts_per_week", pair).values.posts, judge_office("posts_per_week", pair).outcome) == (
        3,
        Outcome.PASSED,
    )


@pytest.mark.parametrize("cause", [Cause.SEEN_LATE, Cause.THROTTLED])
def test_a_page_whose_posts_were_not_read_back_is_not_said_to_be_of_this_week(cause: Cause) -> None:
    """Its oldest post that was seen is not its first: what is known is why the week cannot be judged."""
    known = account().model_copy(update={"confirmed": Confirmation(on=NOW.date(), how="письмо")})
    people = [tenure(since="2020", accounts=[known])]
    unread = snapshot(
        posts=posts(150), posts_cause=cause, posts_since=day(150), opened_at=day(150), opened_precision="not_later_than"
    )
    assert told(judge_office("posts_per_week", case(people, unread))) == (Outcome.CANT_TELL, cause)
    closed = unread.model_copy(update={"posts": posts(150, 151, comments_state=CommentsState.CLOSED)})
    older = case([tenure(since="2020", accounts=[account(Network.VK, "perviy"), known])], vk(posts=OLD), closed)
    assert told(judge_office("comments_open", older)) == (Outcome.CANT_TELL, cause), "nothing fails by what it shows"
    born = unread.model_copy(update={"opened_precision": Precision.EXACT})
    assert judge_office("posts_per_week", case(people, born)).outcome is Outcome.INAPPLICABLE


@pytest.mark.parametrize("check", ["comments_open", "comments_answered"])
def test_nothing_fails_by_what_stands_on_a_page_of_this_week(check: str) -> None:
    """Closed threads, and questions without an answer; the older page beside it shows neither."""
    asked = tuple(Comment(id=n, at=day(20 + n), side=Side.CITIZEN, author=n, says="asks") for n in range(1, 6))
    line = posts(1, 2, comments_state=CommentsState.CLOSED if check == "comments_open" else CommentsState.OPEN)
    line = line if check == "comments_open" else (line[0].model_copy(update={"comments": asked}),)
    young = vk(posts=line, opened_at=day(0.5), opened_precision="exact")
    known = account(Network.VK, "perviy").model_copy(update={"confirmed": Confirmation(on=NOW.date(), how="письмо")})
    pair = case([tenure(since="2020", accounts=[account(), known])], snapshot(posts=OLD), young)
    found = judge_office(check, pair)
    assert (found.outcome, found.message.id) == (Outcome.INAPPLICABLE, "page.appeared")
    settled = both_networks(snapshot(posts=OLD), vk(posts=line))
    assert judge_office(check, settled).outcome is Outcome.FAILED


def test_of_a_holder_whose_evidence_is_too_old_nothing_is_said() -> None:
    """Item 17: known as acting since May 2022 and never since; in 2026 nothing passes and nothing fails."""
    person = tenure(known_from="2022-05-31", acting=True, accounts=[account()], reports=[report(by="2022-05-26")])
    what = case([person], snapshot(posts=posts(1)))
    findings = [f for check in (*PRACTICE, "opened_by_deadline", "account_exists") for f in judge(check, what)]
    assert {f.outcome for f in findings} <= {Outcome.CANT_TELL, Outcome.INAPPLICABLE}
    assert told(judge_office("opened_by_deadline", what)) == (Outcome.CANT_TELL, Cause.STALE_HOLDER)
    assert judge_office("opened_by_deadline", what).message.params["date"] == date(2022, 5, 31)


def test_a_week_in_which_another_may_have_held_the_office_is_untested() -> None:
    """By partly known dates nobody is judged."""
    people = [tenure("Имярек Борис Борисович", since="2019", until="2026-11"), tenure(since="2026-11-25")]
    what = case([*people], week=WEEK, as_of=NOW)
    for check in PRACTICE:
        assert {f.outcome for f in judge(check, what)} == {Outcome.UNTESTED}
    paged = [one.model_copy(update={"listed": [account()]}) for one in people]
    for check in ("account_exists", "register_link", "opened_by_deadline"):  # the page is gone; it was opened late
        found = judge(check, case(paged, snapshot(exists=False, taken_at=day(50), **opened("2023-02-14"))))
        assert {f.outcome for f in found} == {Outcome.UNTESTED}


# The networks ------------------------------------------------------------------------------------------------------


def test_silence_on_a_neutral_network_is_no_fault() -> None:
    """Item 5: Telegram is silent after 41-ФЗ and VK posts daily; with Telegram alone nothing is asked."""
    daily = vk(posts=(*OLD, *posts(*range(5, 168, 24))))
    quiet = snapshot(posts=posts(-24 * 200))
    what = neutral(both_networks(quiet, daily))
    for check in ("posts_per_week", "longest_silence"):
        assert judge_office(check, what).outcome is Outcome.PASSED
    alone = neutral(case([tenure(since="2020", accounts=[account()])], quiet))
    for check in ("posts_per_week", "longest_silence"):
        found = judge_office(check, alone)
        assert found.outcome is Outcome.INAPPLICABLE
        assert found.message.params["source"] == "https://example.invalid/41-fz"


def test_beside_a_neutral_network_the_person_is_judged_over_the_others_once_it_was_read() -> None:
    """A silent VK page fails; an unread Telegram page is the reading's cause."""
    silent, quiet = vk(posts=posts(-24 * 40)), snapshot(posts=posts(-24 * 200))
    assert judge_office("posts_per_week", neutral(both_networks(quiet, silent))).outcome is Outcome.FAILED
    unread = snapshot(exists=None, cause=Cause.UNREACHABLE, id=None)
    found = judge_office("posts_per_week", neutral(both_networks(unread, silent)))
    assert told(found) == (Outcome.CANT_TELL, Cause.UNREACHABLE)
    gone = snapshot(exists=False, taken_at=day(20))
    assert judge_office("posts_per_week", neutral(both_networks(gone, silent))).outcome is Outcome.FAILED


def test_a_page_gone_on_a_neutral_network_and_a_late_one_there_are_not_asked_for() -> None:
    """Item 5: in `account_exists` and in the directive."""
    person = [tenure(since="2020", accounts=[account()])]
    (gone,) = judge("account_exists", neutral(case(person, snapshot(exists=False, taken_at=day(20)))))
    assert gone.outcome is Outcome.INAPPLICABLE
    late = neutral(case(person, snapshot(**opened("2023-02-14"))))
    assert judge_office("opened_by_deadline", late).outcome is Outcome.INAPPLICABLE


def test_a_free_name_proves_nothing() -> None:
    """Item 6: a renamed channel seen by the preview alone."""
    what = case([tenure(since="2020", accounts=[account()])], snapshot(exists=False, id=None, taken_at=day(50)))
    (found,) = judge("account_exists", what)
    assert told(found) == (Outcome.CANT_TELL, Cause.NOT_AT_ADDRESS)


def test_a_page_gone_beside_one_that_is_seen_is_no_failure() -> None:
    """It fails where each of his pages is gone."""
    gone, there = vk(exists=False, taken_at=day(50)), snapshot(posts=posts(1))

    def outcomes(*looks: Snapshot) -> list[Outcome]:
        return [f.outcome for f in judge("account_exists", both_networks(*looks))]

    assert outcomes(there, gone) == [Outcome.PASSED, Outcome.INAPPLICABLE]
    assert outcomes(snapshot(exists=False, taken_at=day(50)), gone) == [Outcome.FAILED, Outcome.FAILED]
    assert outcomes(snapshot(exists=None, cause=Cause.BLOCKED, id=None), gone) == [Outcome.CANT_TELL] * 2


# Silence and posts --------------------------------------------------------------------------------------------------


def test_one_silence_is_red_in_the_weeks_at_whose_end_it_lasts() -> None:
    """Item 8: nine days of silence are red in one week, and a column every Monday at 10:00 never."""
    line = posts(*(10 + 168 * n for n in range(-8, 1)))
    assert (
        judge_office(
            "longest_silence", case([tenure(since="2020", accounts=[account()])], snapshot(posts=line))
        ).outcome
        is Outcome.PASSED
    )
    pause = [posts(hours, first_id=n)[0] for n, hours in enumerate(range(-24 * 60, -24 * 9 + 1, 24))]
    pause += posts(*range(1, 24 * 30, 24), first_id=500)
    outcomes = []
    for back in range(3, -4, -1):
        week = WEEK.shift(-back)
        look = snapshot(posts=tuple(p for p in pause if p.at < week.ends), taken_at=week.ends + timedelta(hours=36))
        book = registry(office(tenure(since="2020", accounts=[account()])))
        what = make_case(book, book.offices[0], week, look.taken_at, rows(look, week=week))
        outcomes.append(judge_office("longest_silence", what).outcome)
    assert outcomes.count(Outcome.FAILED) == 1


# The deadline ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "page", "outcome"),
    [
        ("2022-06-01", "2025-01-10", Outcome.FAILED),
        ("2022-05-30", "2025-01-10", Outcome.PASSED),
        ("2022-05-30", "2025-01-30", Outcome.PASSED),
        ("2022-05-30", "2025-02-02", Outcome.FAILED),
    ],
)
def test_an_exemption_given_in_time_moves_the_deadline(on: str, page: str, outcome: Outcome) -> None:
    """Item 9: exempt until 31.12.2024, opened on 10.01.2025: in time, 30 days after the exemption's last day."""
    released = Exemption(
        by="врио", on=partial(on), until=partial("2024-12-31"), reason="замещает", source="https://example.invalid/e"
    )
    person = tenure(since="2020", accounts=[account()], exemptions=[released])
    found = judge_office("opened_by_deadline", case([person], snapshot(**opened(page))))
    assert found.outcome is outcome
    if outcome is Outcome.PASSED:
        assert found.values.days_late <= 0


@pytest.mark.parametrize(
    ("on", "until", "outcome"),
    [
        ("2025-01-01", "2026-11-15", Outcome.FAILED),
        ("2025-01-01", "2026-11-16", Outcome.INAPPLICABLE),
        ("2025-01-01", "2026-11-30", Outcome.INAPPLICABLE),
        ("2026-11-17", "2026-11-19", Outcome.INAPPLICABLE),
        ("2026-11-22", "2026-12-31", Outcome.INAPPLICABLE),
        ("2026-11-23", "2026-12-31", Outcome.FAILED),
    ],
)
def test_an_exemption_given_later_excuses_the_weeks_in_which_it_is_in_force(
    on: str, until: str, outcome: Outcome
) -> None:
    """Also one that begins or ends within the week, or both; the page was opened late."""
    released = Exemption(
        by="врио", on=partial(on), until=partial(until), reason="x", source="https://example.invalid/e"
    )
    person = tenure(since="2020", accounts=[account()], exemptions=[released])
    assert judge_office("opened_by_deadline", case([person], snapshot(**opened("2023-02-14")))).outcome is outcome


def test_not_found_says_the_day_and_needs_a_search_of_every_network() -> None:
    """Item 10: it says nothing of 2022; fewer networks are `cantTell`, a lead or an old search `untested`."""

    def found(*searches: Any, **more: Any) -> Any:
        return judge_office("opened_by_deadline", case([tenure(since="2020", searches=list(searches), **more)]))

    red = found(search("2026-11-18"))
    assert (red.outcome, red.values.reason, red.message.params["date"]) == (
        Outcome.FAILED,
        "not_found",
        date(2026, 11, 18),
    )
    fewer = search("2026-11-18", networks=["vk", "telegram"])
    assert told(found(fewer)) == (Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA)
    assert found(search("2022-07-01")).outcome is Outcome.UNTESTED
    assert found(search("2026-11-18"), accounts=[account(confirmed=False)]).outcome is Outcome.UNTESTED
    assert found(search("2026-11-18", found="страница")).outcome is Outcome.UNTESTED
    assert told(found(search("2026-11-18"), reports=[report(by="2026-10", network=OtherNetwork.MAX)])) == (
        Outcome.CANT_TELL,
        Cause.TOO_LITTLE_DATA,
    )


def test_a_neutral_network_need_not_be_searched() -> None:
    """Telegram, after 41-ФЗ."""
    what = case([tenure(since="2020", searches=[search("2026-11-18", networks=["vk", "ok", "max"])])])
    assert judge_office("opened_by_deadline", neutral(what)).outcome is Outcome.FAILED
    assert judge_office("opened_by_deadline", what).outcome is Outcome.CANT_TELL


def elsewhere(of: str) -> OtherAccount:
    proof = Confirmation(on=date(2026, 9, 1), of=partial(of), how="по источнику", sources=["https://example.invalid/s"])
    return OtherAccount(
        url="https://ok.ru/imyarek", network=OtherNetwork.OK, kind=AccountKind.PERSONAL, confirmed=proof
    )


@pytest.mark.parametrize(("of", "outcome"), [("2022-04", Outcome.PASSED), ("2023-04-01", Outcome.CANT_TELL)])
def test_a_page_elsewhere_counts_by_its_source(of: str, outcome: Outcome) -> None:
    """Item 20: opened not later than the source's date; the finding says that the program does not look there."""
    person = tenure(since="2020").model_copy(update={"listed": [elsewhere(of)]})
    found = judge_office("opened_by_deadline", case([person]))
    assert found.outcome is outcome
    assert "does not look there" in found.message.message


def test_a_late_page_beside_one_elsewhere_fails_nobody() -> None:
    """Item 20: the other may be older."""
    person = tenure(since="2020").model_copy(update={"listed": [account(), elsewhere("2024-01-01")]})
    found = judge_office("opened_by_deadline", case([person], snapshot(**opened("2023-02-14"))))
    assert told(found) == (Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA)


def test_every_trace_is_shown_and_not_only_the_one_that_decided() -> None:
    """Item 19: the number's estimate, the oldest post and the report of the press, the oldest first."""
    page = vk(**traced("2022-08-01"), not_earlier_than=datetime(2022, 3, 8, tzinfo=TOMSK))
    person = tenure(since="2020", accounts=[account(Network.VK, "perviy")], reports=[report(by="2022-05-26")])
    found = judge_office("opened_by_deadline", case([person], page))
    assert [trace.kind for trace in found.values.traces] == ["number", "report", "oldest_post"]
    assert found.outcome is Outcome.PASSED


def test_a_late_opening_says_why_it_fails() -> None:
    """`late` and `not_found` are two things."""
    late = judge_office(
        "opened_by_deadline", case([tenure(since="2020", accounts=[account()])], snapshot(**opened("2023-02-14")))
    )
    assert (late.outcome, late.values.reason) == (Outcome.FAILED, "late")


# Looks and routes ---------------------------------------------------------------------------------------------------


def test_a_look_of_years_later_says_nothing_of_what_is_missing() -> None:
    """Item 11: 2024-W45 looked at in November 2026."""
    week = Week(2024, 45, TOMSK)
    book = registry(office(tenure(since="2020", accounts=[account()])))
    line = tuple(p.model_copy(update={"at": week.starts + timedelta(hours=9)}) for p in posts(1))
    what = make_case(book, book.offices[0], week, NOW, rows(snapshot(posts=line, **opened("2021-10-12")), week=week))
    assert told(judge_office("posts_per_week", what)) == (Outcome.CANT_TELL, Cause.SEEN_LATE)


def test_an_empty_wall_takes_nothing_from_an_earlier_look_of_that_time() -> None:
    """Item 12: six posts at 12:00 and none at 13:00 are six; too few are a contradiction, and no failure."""
    person = [tenure(since="2020", accounts=[account(Network.VK, "perviy")])]
    full, empty = vk(posts=(*OLD, *posts(*range(6)))), vk(taken_at=NOW + timedelta(hours=1))
    later = NOW + timedelta(hours=2)
    assert judge_office("posts_per_week", case(person, full, empty, as_of=later)).values.distinct == 6
    few = case(person, vk(posts=(*OLD, *posts(1, 2))), empty, as_of=later)
    assert told(judge_office("posts_per_week", few)) == (Outcome.CANT_TELL, Cause.CONTRADICTION)
    assert told(judge_office("longest_silence", case(person, vk(posts=OLD), empty, as_of=later))) == (
        Outcome.CANT_TELL,
        Cause.CONTRADICTION,
    )


def test_a_post_deleted_since_was_written() -> None:
    """What a look saw of a week stays seen."""
    person = [tenure(since="2020", accounts=[account()])]
    before = snapshot(posts=(*OLD, *posts(1, 20, 40)), taken_at=day(60))
    after = snapshot(posts=(*OLD, *posts(1)))
    assert judge_office("posts_per_week", case(person, before, after)).outcome is Outcome.PASSED


def test_a_page_gone_before_the_week_counts_as_read_and_empty() -> None:
    """One gone in it counts by what was seen before, and says that it is gone."""
    silent = snapshot(posts=posts(-24 * 40))
    long_gone = [vk(exists=False, taken_at=day(-24 * 50)), vk(exists=False)]
    assert judge_office("posts_per_week", both_networks(silent, *long_gone)).outcome is Outcome.FAILED
    gone_now = [vk(posts=posts(1), taken_at=day(20)), vk(exists=False, taken_at=day(50))]
    found = judge_office("posts_per_week", both_networks(silent, *gone_now))
    assert told(found) == (Outcome.CANT_TELL, Cause.GONE)


@pytest.mark.parametrize("check", ["posts_per_week", "longest_silence", "account_exists", "register_link"])
def test_before_the_weeks_end_nothing_that_can_be_mended_is_red(check: str) -> None:
    """Item 23: cannot tell, with its values, and the sentence speaks of the moment of the look."""
    noon = day(60)
    person = [tenure(since="2020", accounts=[account(), account(Network.VK, "perviy")])]
    looks = [
        snapshot(posts=posts(-24 * 40), taken_at=noon, subscribers=20_000),
        vk(posts=posts(-24 * 40), taken_at=noon),
    ]
    if check == "account_exists":
        looks = [snapshot(exists=False, taken_at=noon), vk(exists=False, taken_at=noon)]
    findings = judge(check, case(person, *looks, as_of=noon + timedelta(hours=2)))
    assert Outcome.FAILED not in {f.outcome for f in findings}
    (taken_back, *_) = [f for f in findings if f.outcome is Outcome.CANT_TELL]
    assert (taken_back.cause, taken_back.message.params["time"]) == (Cause.TOO_LITTLE_DATA, noon)
    assert {v for v in taken_back.values_to_json().values() if v is not None}


def test_on_an_old_confirmation_nothing_of_the_practice_fails() -> None:
    """What the page shows counts to his good; one valid confirmation among the pages is enough."""
    old = account().model_copy(update={"confirmed": Confirmation(on=date(2024, 1, 1), how="письмо")})
    person = [tenure(since="2020", accounts=[old])]
    few, many = snapshot(posts=(*OLD, *posts(1))), snapshot(posts=(*OLD, *posts(1, 2, 3)))
    assert told(judge_office("posts_per_week", case(person, few))) == (Outcome.CANT_TELL, Cause.STALE)
    assert judge_office("posts_per_week", case(person, many)).outcome is Outcome.PASSED
    (confirmed,) = judge("account_confirmed", case(person, few))
    assert told(confirmed) == (Outcome.CANT_TELL, Cause.STALE)
    large = case(person, snapshot(posts=few.posts, subscribers=20_000, **opened("2023-02-14")))
    for check in ("register_link", "opened_by_deadline"):  # of the page itself, and of the directive
        assert {f.outcome for f in judge(check, large)} == {Outcome.FAILED}
    pair = [tenure(since="2020", accounts=[old, account(Network.VK, "perviy")])]
    assert judge_office("posts_per_week", case(pair, few, vk(posts=OLD))).outcome is Outcome.FAILED


def test_of_a_failed_control_only_what_was_seen_counts() -> None:
    """To his good; nothing that was missed, and nothing where a page known not to exist was seen."""
    book = registry(office(tenure(since="2020", accounts=[account()])))

    def found(line: Any, *, phantom: bool = False) -> Any:
        row = StoredSnapshot(str(WEEK), snapshot(posts=line), weight=Weight.NONE if phantom else Weight.FOR_HIM)
        return judge_office("posts_per_week", make_case(book, book.offices[0], WEEK, NOW, {row.snapshot.url: [row]}))

    enough = (*OLD, *posts(1, 2, 3))
    assert found(enough).outcome is Outcome.PASSED
    assert told(found(OLD)) == (Outcome.CANT_TELL, Cause.CONTROL_FAILED)
    assert told(found(enough, phantom=True)) == (Outcome.CANT_TELL, Cause.CONTROL_FAILED)


# What a review from outside found -----------------------------------------------------------------------------------


def test_a_failure_stands_over_the_pages_with_a_valid_confirmation_alone() -> None:
    """A stale silent page beside a fresh page of a neutral network: nothing fresh is silent at its own fault."""
    old = account(Network.VK, "perviy").model_copy(
        update={"confirmed": Confirmation(on=date(2024, 1, 1), how="письмо")}
    )
    person = [tenure(since="2020", accounts=[account(), old])]
    silent, quiet = vk(posts=posts(-24 * 40)), snapshot(posts=posts(-24 * 200))
    what = neutral(case(person, quiet, silent))
    for check in ("posts_per_week", "longest_silence"):
        assert told(judge_office(check, what)) == (Outcome.CANT_TELL, Cause.STALE)


def test_a_neutral_page_lends_its_age_to_no_other() -> None:
    """Telegram is neutral and silent; VK was opened on the week's Thursday: the week is not judged by halves."""
    quiet = snapshot(posts=posts(-24 * 200))
    young = vk(opened_at=day(70), opened_precision="exact", posts=posts(80))
    new = account(Network.VK, "perviy").model_copy(update={"confirmed": Confirmation(on=NOW.date(), how="письмо")})
    what = neutral(case([tenure(since="2020", accounts=[account(), new])], quiet, young))
    for check in ("posts_per_week", "longest_silence"):
        assert judge_office(check, what).outcome is not Outcome.FAILED


def test_a_page_gone_beside_one_on_a_network_that_nobody_looks_at_is_no_failure() -> None:
    """Whether that one is there is not known."""
    person = tenure(since="2020").model_copy(update={"listed": [account(), elsewhere("2024-01-01")]})
    (found,) = judge("account_exists", case([person], snapshot(exists=False, taken_at=day(50))))
    assert told(found) == (Outcome.CANT_TELL, Cause.GONE)


def test_a_search_that_found_something_stays_open_until_it_is_decided() -> None:
    """A later search that found nothing does not decide it."""
    first = search(on="2026-08-01", found="https://t.me/primer_mozhet_byt")
    later = search(on="2026-10-01")
    assert judge_office("opened_by_deadline", case([tenure(since="2020", searches=[first, later])])).outcome is (
        Outcome.UNTESTED
    )
