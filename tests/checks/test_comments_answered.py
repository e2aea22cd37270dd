"""Whether questions are answered: what rules and stories need of it, and what is said."""

from collections.abc import Mapping
from dataclasses import fields

import pytest

from tests.cases import case, judge_office
from tests.rules.rule_rows import ANSWERED, OLD, asked, channel, in_office, post, usual_posts
from tests.truth.record import Ledger
from tests.truth.rules import ExpectedFinding, Subject, Truth, cannot

FAILING = (*OLD, post(1, *asked(5)), post(2))
PASSING = usual_posts(*ANSWERED)
_LEAST_QUESTIONS = 5


def _answered(subject: Subject) -> ExpectedFinding:
    obstacle = subject.obstacle or next((a.comments_cause for a in subject.accounts if a.comments_cause), None)
    if obstacle is not None:
        return cannot(obstacle)
    total = Ledger()
    for page in subject.accounts:
        for entry in fields(Ledger):
            setattr(total, entry.name, getattr(total, entry.name) + getattr(page.ledger, entry.name))
    values = total.figures(subject.now)
    return ExpectedFinding(*_verdict(values, total), values)


def _verdict(values: Mapping[str, int], ledger: Ledger) -> tuple[str, str | None]:
    """Return outcome and cause by section 5 of docs/dev/design.md: all threads read, every asker distinct."""
    due = values["due"]
    if not values["questions"]:
        return "inapplicable", None
    enough = due >= _LEAST_QUESTIONS
    if enough and due == values["answered_in_time"]:
        return "passed", None
    if enough and due == values["no_reply_found"] and not ledger.has_other_authors:
        return "failed", None
    if values["answered_by_unknown"]:
        return "cantTell", "unproved_identity"
    return "cantTell", "no_threshold" if enough else "too_little_data"


TRUTH = Truth(_answered)


@pytest.mark.parametrize(
    ("states", "all_closed"), [(("closed", "closed"), True), (("closed", "open"), False), ((), False)]
)
def test_closed_comments_are_said_only_where_every_post_is_closed(states: tuple[str, ...], all_closed: bool) -> None:
    """One open post was a place to ask."""
    page_posts = [post(n, hours=n, comments_state=state) for n, state in enumerate(states, start=1)]
    finding = judge_office("comments_answered", case([in_office()], channel(*page_posts)))
    assert (finding.message.id == "comments_answered.closed") is all_closed
