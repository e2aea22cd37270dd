"""Comments (section 5): which threads have to be read, when, by whose record, and what is not shown any more."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from auditor.audit.cases import make_case
from auditor.base.snapshot import Snapshot, Weight
from auditor.registry.models import Account, AccountKind
from tests.cases import NOW, WEEK, account, case, day, registry, report, search
from tests.rules.helpers import (
    ALL,
    ANSWERED,
    CLOSED,
    DOUBTED,
    FIVE,
    GREEN,
    LATE,
    LITTLE,
    NOTHING,
    NUMBERS,
    OLD,
    RED,
    Row,
    asked,
    cant,
    channel,
    comment,
    document,
    head,
    in_office,
    later,
    offices_of,
    outcomes_of,
    post,
    replies,
    row,
    table,
    weighed,
)

CHECK = "comments_answered"
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
THROTTLED = cant("throttled")


def judged(verdict: Any, *looks: Any, **more: Any) -> Row:
    """Write a row that is judged on Thursday."""
    return row(verdict, *looks, **{"as_of": later(days=3)} | more)


def shown(*line: Any, at: datetime = NOW, **fields: Any) -> Snapshot:
    """A look at the channel with these posts."""
    return channel(*OLD, *line, at=at, **fields)


def unread(hours: float, cause: str = "throttled") -> Any:
    """A post whose thread could not be read."""
    return post(7, hours=hours, comments_cause=cause)


def counted(verdict: Any, line: Any, *, hours: float) -> Row:
    """Write a row of a thread read within the week and left out after it, at an equal count."""
    read = day(150)
    known = post(7, *line, hours=hours, comments_read_at=read, comments_count=len(line))
    left = post(7, hours=hours, comments_left=True, comments_count=len(line))
    return judged(verdict, shown(known, at=read + SECOND), shown(left))


def left_out(verdict: Any, weight: Weight | None = Weight.FULL, count: int = 1) -> Row:
    """Write a row of a thread of before the week that was left out at a count, and read once before."""
    read = post(7, comment(70, "citizen", -100, says="not"), hours=-24 * 5, comments_count=1)
    left = post(7, hours=-24 * 5, comments_left=True, comments_count=count)
    earlier = [] if weight is None else [weighed(shown(read, at=WEEK.starts - HOUR), weight)]
    return judged(verdict, *earlier, shown(left, post(1, *ANSWERED)))


def alone(verdict: Any, line: Any, weight: Weight = Weight.FULL, at: datetime = NOW) -> Row:
    """Write a row of one look of a weight."""
    return row(verdict, weighed(shown(post(1, *line), at=at), weight), as_of=later(days=20))


UNSEEN = post(1, comments_cause="throttled")
MINE, SHUT = post(1, *FIVE), post(7, hours=3, comments_state=CLOSED)
GREEN_POST, BEFORE_WEEK, TOO_LATE = post(1, *ANSWERED), -24 * 5, later(days=15)
WITHOUT = {"as_of": later(days=40)}
AFTER = (*FIVE, *replies("owner", 1, 2, 3, 4, 5, after=24 * 30))
THREADS = {
    **{
        f"unread of {name}, {color}": judged(cant(cause), shown(post(1, *line), unread(hours, cause)))
        for name, hours, cause in (("the week", 3, "throttled"), ("before it", BEFORE_WEEK, "contradiction"))
        for color, line in (("red", FIVE), ("green", ANSWERED), ("no question", ()))
    },
    "unread of before the window, red": judged(RED, shown(MINE, unread(-24 * 14 - 1))),
    "unread of before the window, green": judged(GREEN, shown(GREEN_POST, unread(-24 * 14 - 1))),
    "the wall from the window on": judged(RED, channel(MINE, posts_since=day(-24 * 14))),
    "the wall from a second later": judged("cantTell", channel(MINE, posts_since=day(-24 * 14) + SECOND)),
    "why it was not read": judged(THROTTLED, channel(MINE, posts_since=day(-1), older_cause="throttled")),
    **{
        f"a post of {name} that is gone, {color}": judged(verdict, shown(unread(hours), at=day(60)), shown(line))
        for name, hours in (("the week", 3), ("before it", BEFORE_WEEK))
        for color, verdict, line in (("red", RED, MINE), ("green", GREEN, GREEN_POST))
    },
    "a post that is still there": judged(THROTTLED, shown(unread(3), at=day(60)), shown(unread(3), MINE)),
    "by a look that did not read the wall none is gone": judged(
        THROTTLED, shown(unread(3), MINE, at=NOW - HOUR), shown(MINE, posts_cause="unreachable")
    ),
    "read at the week's end": judged(RED, shown(MINE, at=WEEK.ends), shown(UNSEEN)),
    "a second before": judged(
        "cantTell", shown(MINE, at=WEEK.ends - SECOND), shown(post(1, comments_cause="throttled"))
    ),
    "by its own moment": judged(RED, shown(post(1, *FIVE, comments_read_at=WEEK.ends))),
    "its own moment a second before": judged("cantTell", shown(post(1, *FIVE, comments_read_at=WEEK.ends - SECOND))),
    "an equal count, older, answered": counted("passed", ANSWERED, hours=BEFORE_WEEK),
    "an equal count, older, silent": counted("cantTell", FIVE, hours=BEFORE_WEEK),
    "an equal count, the week's, answered": counted("cantTell", ANSWERED, hours=1),
    "left out, read before the week": left_out(GREEN),
    "left out, read by a doubted look": left_out(LITTLE, Weight.FOR_HIM),
    "left out, another count": left_out(LITTLE, count=2),
    "left out, never read": left_out(LITTLE, None),
    "closed, beside red": judged(RED, shown(MINE, SHUT)),
    "closed, beside green": judged(GREEN, shown(GREEN_POST, SHUT)),
    "closed, and somebody wrote there": judged(
        "cantTell", shown(post(7, comment(70, "citizen", 30, says="not"), hours=3), at=day(60)), shown(MINE, SHUT)
    ),
    "asked for another week": judged("cantTell", weighed(shown(MINE), made_for=WEEK.shift(-1))),
    "late, silent": alone(LATE, FIVE, at=TOO_LATE),
    "late, answered": alone(GREEN, ANSWERED, at=TOO_LATE),
    "late, nobody asks": alone(LATE, (), at=TOO_LATE),
    "doubted, silent": alone(DOUBTED, FIVE, Weight.FOR_HIM),
    "doubted, nobody asks": alone(DOUBTED, (), Weight.FOR_HIM),
    "an answer of the week, seen late": judged(GREEN, shown(MINE), shown(GREEN_POST, at=later(days=40)), **WITHOUT),
    "an answer of a month later": judged(NUMBERS, shown(MINE), shown(post(1, *AFTER), at=later(days=40)), **WITHOUT),
}


@table(THREADS)
def test_every_thread_of_the_window_has_to_be_read_whole_after_the_week(row: Row) -> None:
    """For red by a full look; for green of older posts an unchanged count will do, and a late look counts."""
    row.holds(CHECK)


SIX, FOUR = (*FIVE, comment(6, "citizen", 21)), post(1, *FIVE[:4])
SATURDAY, YOUNG = {"at": day(100)}, comment(9, "citizen", 167)
LAST = comment(1, "citizen", 167)
PENDING = (comment(1, "citizen", 166), comment(2, "citizen", 166.5), *replies("owner", 2, hours=166.4, after=0.5))
FATES = {
    "not shown any more": judged(
        LITTLE, shown(MINE, **SATURDAY), shown(FOUR), questions=5, due=4, uncertain=1, no_reply_found=4
    ),
    "it blocks green": judged(LITTLE, shown(post(1, *SIX, *ALL), **SATURDAY), shown(GREEN_POST)),
    "and no red": judged(RED, shown(post(1, *SIX), **SATURDAY), shown(MINE), uncertain=1),
    "answered, then the replies deleted": judged(GREEN, shown(GREEN_POST, **SATURDAY), shown(MINE), answered_in_time=5),
    "answered, then all is deleted": judged(GREEN, shown(GREEN_POST, **SATURDAY), shown(post(1)), answered_in_time=5),
    "never read after the week": judged(
        THROTTLED, shown(MINE, **SATURDAY), shown(UNSEEN), questions=5, due=0, uncertain=5
    ),
    "a second before the week's end": judged(
        None, shown(MINE, **SATURDAY), as_of=WEEK.ends - SECOND, due=5, uncertain=0
    ),
    "at its end": judged(None, shown(MINE, **SATURDAY), as_of=WEEK.ends, due=0, uncertain=5),
    "shown again": judged(RED, shown(MINE, at=NOW - 2 * HOUR), shown(FOUR, at=NOW - HOUR), shown(MINE)),
    "shown again by a late look": judged(
        LITTLE, shown(MINE, **SATURDAY), shown(FOUR), shown(MINE, at=later(days=40)), **WITHOUT, uncertain=1
    ),
    "under a post that was deleted": judged(
        None, shown(post(7, *FIVE, hours=3), **SATURDAY), shown(post(1, *asked(5, hours=40))), due=5, uncertain=5
    ),
    "a second younger than 24 hours": judged(
        None, shown(post(1, LAST), at=LAST.at + 24 * HOUR - SECOND), as_of=later(days=5), pending=1, due=0
    ),
    "24 hours old": judged(None, shown(post(1, LAST), at=LAST.at + 24 * HOUR), as_of=later(days=5), pending=0, due=1),
    "young, and answered": judged(
        LITTLE, shown(post(1, *PENDING), at=later(hours=1)), pending=1, due=1, answered_in_time=1
    ),
    "young beside red": judged(RED, shown(post(1, *FIVE, YOUNG), at=later(hours=1)), pending=1),
    "young beside green": judged(GREEN, shown(post(1, *ANSWERED, YOUNG), at=later(hours=1)), pending=1),
}


@table(FATES)
def test_a_question_is_pending_while_it_is_young_and_uncertain_where_it_is_not_shown_later(row: Row) -> None:
    """To the second; uncertain ones block green, pending ones nothing, and what was answered stays so."""
    row.holds(CHECK)


# By the record of which moment --------------------------------------------------------------------------------------


def record(*pages: Account, **fields: Any) -> str:
    """The digest of what is on record of the sides."""
    return case([in_office(*pages)], **fields).sides


def since(verdict: Any, line: Any, **more: Any) -> Row:
    """Write a row of a thread that was read by a record without staff, and is judged by one with."""
    return judged(verdict, shown(post(1, *line), sides=record(account())), **{"pages": [STAFFED]} | more)


STAFFED = account().model_copy(update={"staff": [901]})
BODY = account(name="administratsiya").model_copy(update={"kind": AccountKind.INSTITUTION})
REMARK = comment(60, "citizen", 30, says="not")
TOLD = {"pages": [account()]}
STRANGER = (*FIVE, *replies("citizen", 1, says=None, author=901))
BY_NOW = {"at": NOW + HOUR, "sides": record(STAFFED)}
THEN = shown(post(1, *STRANGER), sides=record(account()))
FIRST = shown(GREEN_POST, sides=record(account()))
PERSON = in_office(account(), searches=[search("2026-11-18")], reports=[report(by="2022")])
RECORDS = {
    "who asks": since(RED, FIVE),
    "a remark": since(LITTLE, (*FIVE, REMARK)),
    "a remark by the same record": since(RED, (*FIVE, REMARK), **TOLD),
    "the owner": since(LITTLE, ANSWERED),
    "the owner by the same record": since(GREEN, ANSWERED, **TOLD),
    "a body": since(LITTLE, (*FIVE, *replies("body", 1))),
    "a body by the same record": since(NUMBERS, (*FIVE, *replies("body", 1)), **TOLD),
    "a remark of who asks": since(RED, (*FIVE, comment(60, "citizen", 30, says="not", author=1))),
    "a remark of one not told apart": since(LITTLE, (*FIVE, comment(60, "citizen", 30, says="not", author=None))),
    "nobody": since(NOTHING, ()),
    "a report and a search are no word of sides": judged(
        GREEN, shown(GREEN_POST, sides=record(account())), person=PERSON
    ),
    "14 days after": since(LITTLE, (*FIVE, REMARK), as_of=later(days=14)),
    "once the week is not in time": since(RED, (*FIVE, REMARK), as_of=later(days=15)),
    "read again, a citizen still": judged(RED, THEN, shown(post(1, *STRANGER), **BY_NOW), pages=[STAFFED]),
    "read again, and his": judged(
        NUMBERS, THEN, shown(post(1, *FIVE, *ALL[:1]), **BY_NOW), pages=[STAFFED], answered_in_time=1
    ),
}


@table(RECORDS)
def test_where_the_record_changed_since_a_thread_in_which_somebody_asks_nothing_settles_nothing(row: Row) -> None:
    """He may be whoever was added or taken away; who asks is a citizen by any record."""
    row.holds(CHECK)


CHANGED = {
    "staff": {"pages": [STAFFED]},
    "a page of his": {"pages": [account(), account(name="vtoraya")]},
    "the office's page": {"accounts": [BODY]},
}


@pytest.mark.parametrize(("line", "verdict"), [((*FIVE, REMARK), RED), (ANSWERED, GREEN)], ids=["red", "green"])
@pytest.mark.parametrize("changed", CHANGED.values(), ids=CHANGED.keys())
def test_staff_and_pages_are_what_the_record_says_of_sides(line: Any, verdict: Any, changed: dict[str, Any]) -> None:
    """Added, or taken away again."""
    now = record(*changed.get("pages", [account()]), **{k: v for k, v in changed.items() if k != "pages"})
    other = channel(url="https://t.me/vtoraya", id=1500000009)
    judged("cantTell", shown(post(1, *line), sides=record(account())), other, **changed).holds(CHECK)
    judged(verdict, shown(post(1, *line), sides=now), other, **changed).holds(CHECK)
    judged("cantTell", shown(post(1, *line), sides=now)).holds(CHECK)


def test_a_page_of_another_office_that_came_on_record_changes_it_too() -> None:
    """Whoever wrote may be that office; the week is read again."""
    first, alone, paged = head(1, account()), head(2), head(2, account(name="sosed"))
    look = shown(GREEN_POST, sides=make_case(registry(first, alone), first, WEEK, NOW, {}).sides)
    for other, outcome in ((alone, "passed"), (paged, "cantTell")):
        rows = offices_of(document(first, other, looks=[look]))
        assert outcomes_of(rows["rayon-01"])[CHECK] == outcome
