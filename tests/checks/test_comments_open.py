"""Whether people can comment: what rules and stories need of it."""

from datetime import timedelta

from tests.rules.rule_rows import CLOSED, OLD, post
from tests.truth.record import Value
from tests.truth.rules import ExpectedFinding, Subject, Truth, cannot

FAILING = (*OLD, *(post(n, hours=160, comments_state=CLOSED) for n in (1, 2)))
_LEAST_CLOSED = 2
_SOON = timedelta(days=2)
"""Whether comments were closed at first is known of posts no older at the one look."""


def _open(subject: Subject) -> ExpectedFinding:
    opened, seen_closed, undetermined = (
        sum(getattr(a, key) for a in subject.readable_accounts) for key in ("open", "closed", "undetermined")
    )
    moments = [at for a in subject.readable_accounts if a.closed for at in a.closed_moments if at < subject.ends]
    closed = sum(subject.now - at <= _SOON for at in moments)
    undetermined += seen_closed - closed
    values: dict[str, Value] = {"open": opened, "closed": closed, "unseen": undetermined}
    if opened and not seen_closed:
        return ExpectedFinding("passed", None, values)
    if subject.obstacle is not None:
        return cannot(subject.obstacle)
    if not opened + closed + undetermined:
        return ExpectedFinding("inapplicable", None, values)
    if opened + closed < _LEAST_CLOSED or opened + closed < undetermined:
        return ExpectedFinding("cantTell", "too_little_data", values)
    return ExpectedFinding("cantTell", "no_threshold", values) if opened else ExpectedFinding("failed", None, values)


TRUTH = Truth(_open)
