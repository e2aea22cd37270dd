"""The right answers, from what each scenario says of itself: it declares what it placed, nothing is read back.

`Expected` is one finding. Its values are only those the scenario determines; times are aware datetimes, UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from auditor.sandbox.model import Move

Value = str | int | bool | datetime | None

_DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Expected:
    """What one check must say of an office (`account` None) or of one of its accounts."""

    office: str
    check: str
    account: str | None
    outcome: str
    cause: str | None = None
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Opening:
    """What must be said of an opening."""

    outcome: str
    cause: str | None = None
    at: datetime | None = None
    precision: str | None = None
    days_late: int | None = None
    grace_used: bool = False

    def values(self, deadline: datetime | None) -> dict[str, Value]:
        """Return the values of ``opened_by_deadline``."""
        values: dict[str, Value] = {
            "opened_at": self.at,
            "precision": self.precision,
            "days_late": self.days_late,
            "grace_used": self.grace_used,
        }
        return values if deadline is None else {**values, "deadline": deadline}


@dataclass(slots=True)
class Ledger:
    """What a scenario placed under an account's posts in the audited week."""

    asked: list[tuple[datetime, datetime | None, datetime | None]] = field(default_factory=list)
    """Each question: when, when the owner answered it in words, when another body did."""
    remarks: int = 0
    general: int = 0

    def figures(self, now: datetime) -> dict[str, Value]:
        """Count what had become of each question by `now`."""
        fates = [_fate(at, answered, now) for at, answered, _ in self.asked]
        others = [other is not None and other <= now for _, _, other in self.asked]
        pending = fates.count("pending")
        return {
            "comments": len(self.asked) + self.remarks,
            "questions": len(fates),
            "due": len(fates) - pending,
            "answered_in_time": fates.count("in_time"),
            "answered_late": fates.count("late"),
            "no_reply_found": fates.count("none"),
            "pending": pending,
            "answered_by_other": sum(o and f == "none" for o, f in zip(others, fates, strict=True)),
            "general_answers": self.general,
        }


def _fate(asked: datetime, answered: datetime | None, now: datetime) -> str:
    if answered is not None and answered <= now:
        return "in_time" if answered - asked <= _DAY else "late"
    return "pending" if now - asked < _DAY else "none"


@dataclass(slots=True)
class AccountTruth:
    """What a scenario says of one confirmed account.

    `unseen`: the cause for which not even its existence can be told. `inside`: the cause for which what is on it
    cannot be judged; `hides_profile` says whether that goes for the subscribers and the description too.
    """

    network: str
    url: str
    confirmed_on: str | None
    how: str
    opening: Opening = field(default_factory=lambda: Opening("cantTell", "too_little_data"))
    unseen: str | None = None
    exists: bool = True
    inside: str | None = None
    hides_profile: bool = False
    posts: int = 0
    reposts: int = 0
    since: int | None = None
    gap: int = 0
    open: int = 0
    closed: int = 0
    unsaid: int = 0
    """Posts of the week of which the network does not say whether they are open."""
    comments_cause: str | None = None
    ledger: Ledger = field(default_factory=Ledger)
    subscribers: int | None = None
    link: bool | None = False
    looked_at_before: bool = True
    """Whether a run of the week before looks at it: not at a successor's."""

    @property
    def cause(self) -> str | None:
        """Why its posts cannot be judged, or None."""
        return self.inside if self.unseen is None else self.unseen

    def without_controls(self, *, running: bool) -> "AccountTruth":
        """Return it as it must be judged when the controls of its route failed."""
        if self.unseen is not None:
            return self
        return replace(self, unseen="control_failed", opening=_forgotten(self.opening, "control_failed", running))

    def not_followed(self, move: Move) -> "AccountTruth":
        """Return it as it must be judged when only its old address can be asked for."""
        if move.taken_by is not None:
            return replace(self, unseen="gone")
        return replace(self, exists=False, inside="gone", hides_profile=True)

    def stale(self, *, running: bool) -> "AccountTruth":
        """Return it as it must be judged when only the week before was looked at: an opening does not age."""
        if not self.looked_at_before:
            return replace(self, unseen="", opening=_forgotten(self.opening, "", running))
        known = self.opening.at is not None or self.opening.outcome == "inapplicable"
        return replace(self, unseen="stale", opening=self.opening if known else Opening("cantTell", "stale"))


def _forgotten(opening: Opening, cause: str, running: bool) -> Opening:
    """Return an opening of which no trace can be used. The empty cause is an account that was never looked at."""
    if running or opening.outcome == "inapplicable":
        return Opening("inapplicable")
    return Opening("cantTell", cause) if cause else Opening("untested")


@dataclass(slots=True)
class OfficeTruth:
    """What a scenario says of one office. `standing`: held, vacant or no_holder."""

    office: str
    opening: Opening
    standing: str = "held"
    deadline: datetime | None = None
    accounts: list[AccountTruth] = field(default_factory=list)
    institutions: list[AccountTruth] = field(default_factory=list)
    twins: int = 0
    """Texts of the week that stand on both of the person's networks."""
    gap: int | None = None
    """The longest silence of all accounts together, where that is not one account's own."""
    running: bool = False
    """The person's time for opening a page is not over."""
    rests_on_report: bool = False
    """The office's opening rests on a press report or a search, not on an account."""

    def without_moved(self, lost: Mapping[str, Move]) -> "OfficeTruth":
        """Return it as it must be judged when the pages of `lost`, by old address, cannot be followed."""
        return replace(self, accounts=[a.not_followed(lost[a.url]) if a.url in lost else a for a in self.accounts])
