"""Whether a page links to the register: what stories need of it."""

from tests.truth.record import AccountTruth, Value
from tests.truth.rules import ExpectedFinding, Subject, Truth, cannot

_SUBSCRIBERS = 10_000


def _link(subject: Subject) -> ExpectedFinding:
    order = ("failed", "cantTell", "passed", "inapplicable")
    return min(map(_page_link, subject.accounts), key=lambda finding: order.index(finding.outcome))


def _page_link(page: AccountTruth) -> ExpectedFinding:
    cause = page.unseen if page.unseen is not None else (page.inside if page.hides_profile else None)
    if cause is not None:
        return cannot(cause)
    assert page.subscribers is not None
    if page.subscribers <= _SUBSCRIBERS:
        return ExpectedFinding("inapplicable", None, {"subscribers": page.subscribers})
    values: dict[str, Value] = {"subscribers": page.subscribers, "link_found": page.link}
    if page.link is None:
        return ExpectedFinding("cantTell", "too_little_data", values)
    return ExpectedFinding("passed" if page.link else "failed", None, values)


TRUTH = Truth(_link, blocked_by_exemption=False)
