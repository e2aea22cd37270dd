"""What a story records about itself, so that rules can derive the findings without reading the world back.

`Expected` is one finding. Its values are only those the story determines; times are aware datetimes, UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

Value = str | int | bool | datetime | None

_DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Expected:
    """The expected finding of one check about an office (`account` None) or one of its accounts."""

    office: str
    check: str
    account: str | None
    outcome: str
    cause: str | None = None
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Opening:
    """The expected finding about an opening."""

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
    """The comments that a scenario placed under an account's posts in the audited week."""

    questions: list[tuple[datetime, datetime | None, datetime | None]] = field(default_factory=list)
    """Moments of each question, of the owner's answer in words, and of another body's answer."""
    remarks: int = 0
    reports: int = 0
    """Comments that report a problem and ask nothing."""
    unsure: int = 0
    """Comments on which two readers would disagree whether they ask."""
    general: int = 0
    """Comments by the owner that answer no question."""
    unknown: int = 0
    """Open questions that an author of unknown side answered."""

    @property
    def has_other_authors(self) -> bool:
        """Return whether anybody but citizens has commented."""
        answered = any(owner is not None or body is not None for _, owner, body in self.questions)
        return self.general > 0 or self.unknown > 0 or answered

    def figures(self, now: datetime) -> dict[str, int]:
        """Return the values of `comments_answered` at the moment `now`."""
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
    """A renaming, deletion or take-over of an address on record in the audited week.

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
    """What a scenario records about one confirmed account.

    `unseen`: why not even its existence is known. `inside`: why its content cannot be judged; `hides_profile` says
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
    """Moments of all visible posts and reposts, of any week."""
    opened: datetime | None = None
    """When the page was opened, if nothing was ever posted on it."""
    open: int = 0
    closed: int = 0
    """Posts of the week that are closed when they are looked at."""
    closed_moments: list[datetime] = field(default_factory=list)
    """Moments of the closed posts, of any week."""
    undetermined: int = 0
    """Posts of the week whose comments state the network does not report."""
    comments_cause: str | None = None
    ledger: Ledger = field(default_factory=Ledger)
    subscribers: int | None = None
    link: bool | None = False

    @property
    def cause(self) -> str | None:
        """Return why its posts cannot be judged, or None."""
        return self.inside if self.unseen is None else self.unseen


@dataclass(slots=True)
class OfficeTruth:
    """What a scenario records about one office.

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
    bound: bool = True
    """Whether the directive binds the office: the practice of another is shown, and not judged."""
    began: bool = False
    """Whether the holder took office, or their first page appeared, in the week: the practice is then not judged."""
