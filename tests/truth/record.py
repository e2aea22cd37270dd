"""What a story says of itself, so that rules can tell what must come out: nothing is read back from what it placed.

`Expected` is one finding. Its values are only those the story determines; times are aware datetimes, UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

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
        values: dict[str, Value] = {"opened_at": self.at, "precision": self.precision, "days_late": self.days_late}
        return values | {"grace_used": self.grace_used} | ({} if deadline is None else {"deadline": deadline})


@dataclass(slots=True)
class Ledger:
    """What a scenario placed under an account's posts in the audited week."""

    questions: list[tuple[datetime, datetime | None, datetime | None]] = field(default_factory=list)
    """Each question: when, when the owner answered it in words, when another body did."""
    remarks: int = 0
    reports: int = 0
    """Comments that tell of a problem and ask nothing."""
    unsure: int = 0
    """Comments of which two readers would differ whether they ask."""
    general: int = 0
    """Comments of the owner's that answer no question."""
    unknown: int = 0
    """Questions left open that an author whose side is not known answered."""

    @property
    def has_other_authors(self) -> bool:
        """Whether anybody but citizens has written."""
        answered = any(owner is not None or body is not None for _, owner, body in self.questions)
        return self.general > 0 or self.unknown > 0 or answered

    def figures(self, now: datetime) -> dict[str, int]:
        """Count what had become of each question by `now`."""
        statuses = [_question_status(at, answered, now) for at, answered, _ in self.questions]
        bodies = [body is not None and body <= now for _, _, body in self.questions]
        pending = statuses.count("pending")
        return {
            "comments": len(self.questions) + self.remarks + self.reports + self.unsure,
            "questions": len(statuses),
            "unsure": self.unsure,
            "problem_reports": self.reports,
            "due": len(statuses) - pending,
            "answered_in_time": statuses.count("in_time"),
            "answered_late": statuses.count("late"),
            "no_reply_found": statuses.count("none"),
            "pending": pending,
            "uncertain": 0,
            "answered_by_body": sum(b and f == "none" for b, f in zip(bodies, statuses, strict=True)),
            "answered_by_unknown": self.unknown,
        }


def _question_status(asked_at: datetime, answered_at: datetime | None, now: datetime) -> str:
    if answered_at is not None and answered_at <= now:
        return "in_time" if answered_at - asked_at <= _DAY else "late"
    return "pending" if now - asked_at < _DAY else "none"


@dataclass(frozen=True, slots=True)
class Move:
    """What became of an address on record in the audited week.

    `number` is its account's, before and after; `new` the address that it has now. `taken_by` is the number of the
    account that is found under the old address, None if there is none.
    """

    office: str
    network: str
    number: int
    old: str
    new: str
    taken_by: int | None = None


@dataclass(slots=True)
class AccountTruth:
    """What a scenario says of one confirmed account.

    `unseen`: why not even its existence can be told. `inside`: why its content cannot be judged; `hides_profile` says
    whether subscribers and description are hidden as well.
    """

    url: str
    confirmed_on: str | None
    how: str
    opening: Opening = field(default_factory=lambda: Opening("cantTell", "too_little_data"))
    unseen: str | None = None
    inside: str | None = None
    hides_profile: bool = False
    posts: int = 0
    reposts: int = 0
    moments: list[datetime] = field(default_factory=list)
    """When something was posted or reposted that can be seen, at any time."""
    opened: datetime | None = None
    """When the page was opened, for one on which nothing was ever posted."""
    open: int = 0
    closed: int = 0
    undetermined: int = 0
    """Posts of the week of which the network does not say whether they are open."""
    comments_cause: str | None = None
    ledger: Ledger = field(default_factory=Ledger)
    subscribers: int | None = None
    link: bool | None = False

    @property
    def cause(self) -> str | None:
        """Why its posts cannot be judged, or None."""
        return self.inside if self.unseen is None else self.unseen


@dataclass(slots=True)
class OfficeTruth:
    """What a scenario says of one office.

    `standing`: held, exempt, vacant or no_holder.
    """

    office: str
    opening: Opening
    standing: str = "held"
    deadline: datetime | None = None
    accounts: list[AccountTruth] = field(default_factory=list)
    institutions: list[AccountTruth] = field(default_factory=list)
    twins: int = 0
    """Texts of the week that are on both of the person's networks."""
    began: bool = False
    """The holder took office or their first page appeared in the week: the practice is not judged by halves."""
