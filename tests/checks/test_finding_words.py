"""A finding's words hold the numbers of its values, say its cause and cite what it rests on."""

from collections.abc import Iterator
from typing import Any

import pytest

from auditor.base.snapshot import Cause, CommentsState
from auditor.base.text import Text
from auditor.checks import opened_by_deadline
from auditor.checks.comments_answered import is_counted
from auditor.checks.finding import Outcome
from tests.cases import account, case, day, judge
from tests.checks.test_finding_evidence import PROFILE, channel
from tests.fairness.talk import organisation
from tests.rules.rule_rows import asked, bad, elsewhere, exactly, fresh, in_office, later, post


def finding_of(check: str, *looks: Any, days: float = 7, **options: Any) -> Any:
    """Return the holder's own finding of a channel, some days after the week's end."""
    return judge(check, case([in_office(account())], *looks, as_of=later(days=days), **options))[0]


def numbers_of(text: Any) -> Iterator[tuple[str, Any]]:
    """Yield what fills a message and the messages in it, by its name."""
    for name, value in text.params.items():
        yield from numbers_of(value) if isinstance(value, Text) else [(name, value)]


def few_questions() -> Any:
    return finding_of("comments_answered", channel(page_posts=[post(1, *asked(4))]))


def young_questions() -> Any:
    return finding_of("comments_answered", channel(page_posts=[post(1, *asked(4, hours=150))], at=later(hours=1)))


def organisations() -> Any:
    return finding_of("comments_answered", channel(page_posts=[post(1, *(organisation(n) for n in range(11, 17)))]))


def few_subscribers() -> Any:
    return finding_of("register_link", channel(subscribers=120, register_link=False))


def first_week() -> Any:
    new = case([in_office(fresh(account()))], channel(**exactly("2026-11-18")), as_of=later(days=7))
    return judge("posts_per_week", new)[0]


@pytest.mark.parametrize("drawn", [few_questions, young_questions, organisations, few_subscribers, first_week])
def test_no_number_of_a_message_is_missing_and_each_is_that_of_its_values(drawn: Any) -> None:
    """«{due} of {askers}» and the threshold are filled in: readers see them, and tables see the values."""
    finding = drawn()
    numbers, values = list(numbers_of(finding.message)), finding.values
    assert numbers
    assert [name for name, number in numbers if number is None] == []
    same = {"organisations": "organisation_questions", "pending": "pending", "due": "due", "subscribers": "subscribers"}
    assert [(name, n) for name, n in numbers if name in same and n != getattr(values, same[name])] == []


def test_the_figures_of_too_few_questions_are_counted_and_a_cause_has_none() -> None:
    """The region's sums and the cards take them in; where the finding names a cause, there is nothing to sum."""
    assert is_counted(few_questions())
    assert not is_counted(finding_of("comments_answered", channel(posts_cause="throttled", posts=())))


def test_what_is_too_little_to_tell_says_why_and_shows_no_share_of_open_posts() -> None:
    """One post, unseen: no «open under 0 of 1»."""
    finding = finding_of("comments_open", channel(page_posts=[post(1, comments_state=CommentsState.UNKNOWN)]))
    assert finding.cause is Cause.TOO_LITTLE_DATA
    assert finding.message.id == "cause.too_little_data"


@pytest.mark.parametrize(
    ("check", "looks", "cause"),
    [
        ("account_exists", [channel("mine", at=day(-24 * 8)), channel("other", PROFILE, id=9)], Cause.NOT_AT_ADDRESS),
        ("register_link", [channel("tg", PROFILE, subscribers=None)], Cause.TOO_LITTLE_DATA),
    ],
)
def test_what_could_not_be_told_cites_the_answer_that_left_it_open(check: str, looks: list[Any], cause: Cause) -> None:
    """Another's number under the address; a page without a counter: a reader may look at either."""
    finding = finding_of(check, *looks)
    assert finding.cause is cause
    assert finding.evidence[-1:] == (looks[-1].evidence[0].id,)


def test_a_red_that_a_page_elsewhere_keeps_away_says_so() -> None:
    """And what was seen here stands behind it, not alone: by itself it would read as the reason."""
    listed = in_office().model_copy(update={"listed": [account(), elsewhere()]})
    finding = judge("posts_per_week", case([listed], bad()("posts_per_week"), as_of=later(days=7)))[0]
    assert finding.cause is Cause.TOO_LITTLE_DATA
    assert finding.message.id == "office.elsewhere"


@pytest.mark.parametrize(("opened", "named"), [("2021-10-12", False), ("2022-06-01T10:00", True)])
def test_the_grace_is_in_the_title_only_where_it_was_used(opened: str, named: bool) -> None:
    """A page that was opened in time without it needs no allowance."""
    finding = finding_of("opened_by_deadline", channel(**exactly(opened)))
    assert finding.outcome is Outcome.PASSED
    assert (opened_by_deadline.CHECK.title_override(finding) is not None) is named
