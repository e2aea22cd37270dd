"""Whether a page was open by the last day: what stories need of it, and what is said."""

from tests.truth.record import OfficeTruth, Opening
from tests.truth.rules import ExpectedFinding, Subject, Truth


def _as_opened(opening: Opening, office: OfficeTruth) -> ExpectedFinding:
    return ExpectedFinding(opening.outcome, opening.cause, opening.values(office.deadline))


def _opened(subject: Subject) -> ExpectedFinding:
    return _as_opened(subject.accounts[0].opening, subject.office)


TRUTH = Truth(_opened, of_office=lambda office: _as_opened(office.opening, office))
