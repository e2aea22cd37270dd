"""History: earlier weeks as they were judged, or as a later look counts them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from auditor.audit.document import Audit, AuditedFinding, AuditedOffice, AuditedWeek
from auditor.base.snapshot import RunSnapshot, Snapshot, Weight
from tests.cases import NOW, WEEK, account, audit, day, office, posts, tenure
from tests.rules.rule_rows import BOTH, channel, in_office, profile, weighed

MONDAY = -168.0
"""A week earlier, in hours."""
NAME = "Имярек Анна Андреевна"


def judged(*looks: Snapshot | RunSnapshot, earlier: Sequence[Audit] = (), people: Any = None) -> AuditedOffice:
    """Return the one office as audited after these looks."""
    return audit(office(*people or [in_office()]), looks=looks, earlier=earlier).offices[0]


def stored(back: int, outcome: str, posts: dict[str, int], answers: dict[str, int], message_id: str = "") -> Audit:
    """Return the audit of `back` weeks before, with these values of its posts and of its questions."""
    stored_audit = audit(office(tenure(since="2020")))
    verdict_fields = {
        "outcome": outcome,
        "cause": "too_little_data" if outcome == "cantTell" else None,
        "basis": "analogue",
    }
    counted = AuditedFinding(check="posts_per_week", values=posts, **verdict_fields)
    answered = AuditedFinding(check="comments_answered", values=answers, message_id=message_id, **verdict_fields)
    seat = stored_audit.offices[0].model_copy(update={"verdict": "failed", "findings": [counted, answered]})
    return stored_audit.model_copy(update={"week": str(WEEK.shift(-back)), "offices": [seat]})


def week_of(office: AuditedOffice, back: int) -> AuditedWeek:
    return next(past for past in office.history if past.week == str(WEEK.shift(-back)))


def test_a_history_is_26_weeks_with_this_one_last() -> None:
    """Each named once, in order, whatever is known of it."""
    audited = judged(channel(*posts(5, 30, 60)))
    assert [past.week for past in audited.history] == [str(WEEK.shift(n)) for n in range(-25, 1)]
    this_week = audited.history[-1]
    assert (this_week.verdict, this_week.holder, this_week.posts, this_week.from_look) == (
        audited.verdict,
        NAME,
        3,
        False,
    )


def test_a_week_that_was_audited_stands_as_it_was_judged_then() -> None:
    """Even where a later look shows other posts; by the number that is held against the threshold."""
    stored_audit = stored(3, "passed", {"posts": 5, "distinct": 4, "reposts": 1}, {"due": 7, "answered_in_time": 2})
    past = week_of(judged(channel(*posts(5)), earlier=[stored_audit]), 3)
    week = str(WEEK.shift(-3))
    assert past == AuditedWeek(week=week, verdict="failed", holder=NAME, posts=4, reposts=1, due=7, in_time=2)
    open_week = stored(1, "cantTell", {"posts": 2}, {"due": 5, "answered_in_time": 3})
    past = week_of(judged(channel(), earlier=[open_week]), 1)
    assert (past.posts, past.due) == (None, 5), "an open week's count is not the week's"
    unread = stored(1, "cantTell", {"posts": 2}, {"due": 4, "answered_in_time": 3}, "cause.too_little_data")
    assert week_of(judged(channel(), earlier=[unread]), 1).due is None, "a thread was not read"


def test_a_mended_spelling_is_no_other_holder_in_a_history() -> None:
    """Neither ё nor another coding of a letter; another name stays as it was."""
    names = {"Имярек Алёна Андреевна": "Имярек Алена Андреевна", "Имярек Глеб": "Имярек Глеб"}
    for name, shown in names.items():
        (stored_office,) = stored(1, "passed", {}, {}).offices
        stored_office = stored_office.model_copy(
            update={"holder": stored_office.holder.model_copy(update={"name": name})}
        )
        earlier = stored(1, "passed", {}, {}).model_copy(update={"offices": [stored_office]})
        person = in_office(name="Имярек Алена Андреевна")
        assert week_of(judged(channel(), people=[person], earlier=[earlier]), 1).holder == shown


def test_the_same_text_on_two_networks_is_one_publication_in_every_week() -> None:
    """In this one, and in one counted later."""
    copied_posts = [post.model_copy(update={"sketch": f"k{post.id}"}) for post in posts(5, MONDAY + 3)]
    audited = judged(channel(*copied_posts), profile(*copied_posts), people=[in_office(*BOTH)])
    assert audited.finding("posts_per_week").values["posts"] == 2
    assert [(week_of(audited, n).posts, week_of(audited, n).from_look) for n in (0, 1)] == [(1, False), (1, True)]


BACK = {"posts_since": day(4 * MONDAY)}
SEEN = {
    "posts": (channel(*posts(5, MONDAY + 3, MONDAY + 9, 3 * MONDAY + 1), **BACK), [2, None, None, None]),
    "a quiet week": (channel(*posts(5, 3 * MONDAY + 1), **BACK), [0, None]),
    "not reached wholly": (channel(*posts(5, 2 * MONDAY + 2), posts_since=day(2 * MONDAY + 1)), [0, None]),
    "posts not read": (channel(posts_cause="throttled"), [None, None]),
    "closed": (channel(cause="private"), [None, None]),
    "not seen": (channel(exists=None, cause="blocked"), [None, None]),
    "doubted": (weighed(channel(*posts(MONDAY + 1)), Weight.FAVOURABLE_ONLY), [None, None]),
}


@pytest.mark.parametrize(("look", "counts"), SEEN.values(), ids=SEEN.keys())
def test_a_week_nobody_audited_is_counted_in_a_full_look_over_all_of_it(look: Any, counts: list[int | None]) -> None:
    """Else it is unknown and not zero; more than 14 days later nobody knows what was deleted since."""
    audited = judged(look)
    assert [week_of(audited, n).posts for n in range(1, len(counts) + 1)] == counts
    assert [week_of(audited, n).from_look for n in range(1, len(counts) + 1)] == [n is not None for n in counts]
    assert week_of(audited, 1).verdict is None


def test_another_page_under_the_name_shows_no_week_before() -> None:
    """The confirmed page's number is known from its own looks."""
    earlier_look = weighed(channel(at=NOW - timedelta(weeks=2)), made_for=WEEK.shift(-2))
    audited = judged(earlier_look, channel(*posts(MONDAY + 1), id=1500000999))
    assert week_of(audited, 1).posts is None


def test_a_predecessors_weeks_bear_the_predecessors_name_and_posts() -> None:
    """Another person's record is not the holder's, and the week of taking office is judged of nobody."""
    former_page = account(name="prezhniy")
    predecessor = in_office(former_page, name="Имярек Борис Борисович", until="2026-11-08")
    earlier_look = channel(*posts(2 * MONDAY + 1), url=former_page.url.url, at=WEEK.shift(-2).ends)
    newest_look = channel(*posts(MONDAY + 1, 2 * MONDAY + 5, 2 * MONDAY + 6))
    people = [predecessor, in_office(since="2026-11-09")]
    audited = judged(weighed(earlier_look, made_for=WEEK.shift(-2)), newest_look, people=people)
    holders_and_posts = [(week_of(audited, n).holder, week_of(audited, n).posts) for n in (1, 2)]
    assert holders_and_posts == [("Имярек Анна Андреевна", None), ("Имярек Борис Борисович", 1)]
