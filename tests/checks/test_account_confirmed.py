"""On what evidence a page is held to be the holder's: what rules and stories need of it."""

from tests.truth.rules import ExpectedFinding, Subject, Truth


def _confirmed(subject: Subject) -> ExpectedFinding:
    page = subject.accounts[0]
    return ExpectedFinding("passed", None, {"confirmed_on": page.confirmed_on, "confirmed_by": page.how})


TRUTH = Truth(_confirmed)
