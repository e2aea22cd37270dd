"""How many posts there are in a week: what rules and stories need of it."""

from tests.rules.rule_rows import OLD, post
from tests.truth.record import Value
from tests.truth.rules import ExpectedFinding, Subject, Truth, cannot

FAILING = (*OLD, post(1), post(2))
_LEAST_POSTS = 3


def _posts(subject: Subject) -> ExpectedFinding:
    """Count the holder's own posts; a text on both networks counts once if both were read."""
    accounts = subject.readable_accounts
    own_posts = sum(a.posts for a in accounts)
    is_joint = len(accounts) == len(subject.accounts) > 1
    distinct = own_posts - (subject.office.twins if is_joint else 0)
    if subject.obstacle is not None and distinct < _LEAST_POSTS:
        return cannot(subject.obstacle)
    values: dict[str, Value] = {"posts": own_posts, "reposts": sum(a.reposts for a in accounts), "distinct": distinct}
    return ExpectedFinding("passed" if distinct >= _LEAST_POSTS else "failed", None, values)


TRUTH = Truth(_posts)
