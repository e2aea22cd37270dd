"""How long a page is silent: what rules and stories need of it."""

from tests.rules.rule_rows import OLD
from tests.truth.rules import ExpectedFinding, Subject, Truth, cannot

FAILING = OLD
_SILENCE = 7


def _silence(subject: Subject) -> ExpectedFinding:
    """Count the days since the last post on any account; a post on an unread account could only make them fewer."""
    moments = sorted(at for a in subject.readable_accounts for at in a.moments if at < subject.ends)
    opened = [a.opened for a in subject.readable_accounts if a.opened is not None]
    last_post_at = moments[-1] if moments else min(opened, default=None)
    if last_post_at is None:
        return cannot(subject.obstacle or "too_little_data")
    silent_days = (subject.ends - last_post_at).days
    if subject.obstacle is not None and (silent_days > _SILENCE or not moments):
        return cannot(subject.obstacle)
    return ExpectedFinding("failed" if silent_days > _SILENCE else "passed", None, {"days_since_last": silent_days})


TRUTH = Truth(_silence)
