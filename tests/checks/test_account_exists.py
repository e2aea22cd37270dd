"""Whether a confirmed page still exists: what rules and stories need of it."""

from tests.truth.record import OfficeTruth
from tests.truth.rules import ExpectedFinding, Subject, Truth, cannot


def _exists(subject: Subject) -> ExpectedFinding:
    unseen = [a.unseen for a in subject.accounts if a.unseen is not None]
    return (
        cannot(unseen[0]) if len(unseen) == len(subject.accounts) else ExpectedFinding("passed", None, {"exists": True})
    )


def _without_page(office: OfficeTruth) -> ExpectedFinding:
    return ExpectedFinding("failed" if office.opening.outcome == "failed" else "untested")


TRUTH = Truth(_exists, without_page=_without_page, of_institutions=True)
