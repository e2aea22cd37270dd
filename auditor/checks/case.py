"""What a check is given: one office in one week, with all that was seen of its accounts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from auditor.base.snapshot import Cause, EvidenceKind, Outcome, Snapshot, seen_under
from auditor.base.text import N_, Sentence, Text
from auditor.base.weeks import Week
from auditor.registry.models import Account, Basis, Deadline, Exemption, Holder, Office, PolicyValue, Registry, Vacancy

_FRESH = timedelta(hours=24)
_TAKEN_OVER = Sentence(
    "page.taken_over",
    N_(
        "By {date} another page is under this address: its number is {seen}, the confirmed page's is {expected}. It is "
        "not judged"
    ),
)
_UNPROVEN = Sentence(
    "page.unproven",
    N_(
        "The page under this address has the number {seen}, and the one on record, {expected}, was never seen here: it "
        "is another page, or the number on record is wrong. Until that is settled it is not judged"
    ),
)
_ELSEWHERE = Sentence(
    "page.elsewhere",
    N_(
        "Not found at this address on {date}; on {seen} the page was under {address}, and this time it could not be "
        "asked for by its number"
    ),
)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two routes saw the same thing differently."""

    what: str
    preview: str
    client: str


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why something cannot be judged: `untested`, or `cantTell` with its cause."""

    outcome: Outcome
    cause: Cause | None = None
    conflict: Conflict | None = None
    note: Text | None = None
    """What is to be said in place of the cause's own sentence."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What the archive has of one account at the audit's moment.

    `current` was taken for this week; `stored` is every trusted snapshot of any week, oldest first, for what does
    not age: an opening date. `distrusted` is set when the controls of `current`'s run failed.
    """

    account: Account
    current: Snapshot | None = None
    stored: tuple[Snapshot, ...] = ()
    expected_id: int | None = None
    """The number of the page that was confirmed, where known: another number under its name is another page."""
    distrusted: bool = False
    routes: Mapping[str, str] = field(default_factory=dict)
    """Which route each fact of `current` is from."""
    threads_work: bool = False
    """The run of `current` saw a thread or widget of its route work elsewhere."""
    conflicts: Mapping[str, Conflict] = field(default_factory=dict)
    """What two routes saw differently: ``exists`` (is it the same page at all) and ``posts``."""

    def obstacle(self, case: "Case") -> Obstacle | None:
        """Return why the account's existence cannot be told this week, or None."""
        if self.current is None:
            return Obstacle(Outcome.CANT_TELL, Cause.STALE) if self.stored else Obstacle(Outcome.UNTESTED)
        if self.current.exists is None:
            return Obstacle(Outcome.CANT_TELL, self.current.cause or Cause.UNRECOGNISED_PAGE)
        if self.distrusted:
            return Obstacle(Outcome.CANT_TELL, Cause.CONTROL_FAILED)
        if not case.fresh(self.current.taken_at):
            return Obstacle(Outcome.CANT_TELL, Cause.STALE)
        if self.stranger:
            return Obstacle(Outcome.CANT_TELL, Cause.GONE, note=self._stranger_note(case))
        return self._conflict("exists") or self._elsewhere(case)

    @property
    def stranger(self) -> bool:
        """Tell whether another page than the confirmed one is at the address now: it says nothing of the holder."""
        seen = self.current.id if self.current else None
        return seen is not None and self.expected_id is not None and seen != self.expected_id

    @property
    def renamed_to(self) -> str | None:
        """The address under which the confirmed page is now, where it is not the one on record."""
        found = self.current.renamed_to if self.current and not self.stranger else None
        return found if found != self.account.url.url else None

    def _stranger_note(self, case: "Case") -> Text:
        """Say that the page is another one; a number that was never seen here may be a slip of the registry."""
        assert self.current is not None
        numbers = [(s.id, s.taken_at) for s in self.stored if s.id is not None]
        seen, expected = str(self.current.id), str(self.expected_id)
        if not seen_under(self.account.url.url, self.expected_id, self.stored):
            return _UNPROVEN.say(seen=seen, expected=expected)
        since = self.current.taken_at
        for number, taken_at in reversed(numbers):
            if number != self.current.id:
                break
            since = min(since, taken_at)
        return _TAKEN_OVER.say(seen=seen, expected=expected, date=case.day_of(since))

    def _elsewhere(self, case: "Case") -> Obstacle | None:
        """Return why an unused name proves nothing: the page was last seen under another, which cannot be asked now.

        On VK the number itself was asked for, and its answer counts.
        """
        known = [s for s in self.stored if s.exists and s.id is not None and s.id == self.expected_id]
        if self.current is None or self.current.exists is not False or self.account.network.facts.asked_by_number:
            return None
        if not known or known[-1].renamed_to in {None, self.account.url.url}:
            return None
        note = _ELSEWHERE.say(
            date=case.day_of(self.current.taken_at),
            seen=case.day_of(known[-1].taken_at),
            address=known[-1].renamed_to,
        )
        return Obstacle(Outcome.CANT_TELL, Cause.GONE, note=note)

    def _conflict(self, what: str) -> Obstacle | None:
        conflict = self.conflicts.get(what)
        return Obstacle(Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA, conflict) if conflict else None

    def inside_obstacle(self, case: "Case") -> Obstacle | None:
        """Return why what is on the account cannot be judged, its existence being known, or None."""
        found = self.obstacle(case)
        if found is not None:
            return found
        assert self.current is not None
        if self.current.exists is False:
            return Obstacle(Outcome.CANT_TELL, Cause.GONE)
        return Obstacle(Outcome.CANT_TELL, self.current.cause) if self.current.cause else None

    def posts_obstacle(self, case: "Case", since: datetime | None = None) -> Obstacle | None:
        """Return why the account's posts from `since` (the week's start) on cannot be judged, or None."""
        found = self.inside_obstacle(case)
        if found is not None:
            return found
        assert self.current is not None
        if self.current.posts_cause is not None:
            return Obstacle(Outcome.CANT_TELL, self.current.posts_cause)
        complete = self.current.posts_since is None or self.current.posts_since <= (since or case.week.starts)
        if complete:
            return self._conflict("posts")
        return Obstacle(Outcome.CANT_TELL, self.current.older_cause or Cause.TOO_LITTLE_DATA)

    @property
    def evidence(self) -> tuple[str, ...]:
        """Ids of the answers behind `current`."""
        return tuple(e.id for e in self.current.evidence) if self.current else ()

    def evidence_of(self, *kinds: EvidenceKind) -> tuple[str, ...]:
        """Ids of the answers of these kinds behind `current`."""
        return tuple(e.id for e in self.current.evidence if e.kind in kinds) if self.current else ()


@dataclass(frozen=True, slots=True)
class Case:
    """One office in one week, judged at `as_of`."""

    registry: Registry
    office: Office
    week: Week
    as_of: datetime
    policy: Mapping[str, PolicyValue]
    holder: Holder | None = None
    vacancy: Vacancy | None = None
    exemption: Exemption | None = None
    deadline: Deadline | None = None
    personal: tuple[Sight, ...] = ()
    """The holder's confirmed personal accounts."""
    institution: tuple[Sight, ...] = ()
    """The office's own pages: shown, and only asked whether they exist."""

    @property
    def bound(self) -> bool:
        """Tell whether the directive binds the office."""
        return self.registry.bound(self.office)

    @property
    def horizon(self) -> datetime:
        """The week's end, or `as_of` if that is earlier: nothing after it is judged."""
        return min(self.week.ends, self.as_of)

    @property
    def week_over(self) -> bool:
        """Tell whether the whole week can be judged."""
        return self.as_of >= self.week.ends

    def fresh(self, taken_at: datetime) -> bool:
        """Tell whether a look shows the week as far as it is judged: after its end, or within a day in an open one."""
        return taken_at >= self.week.ends or (not self.week_over and self.as_of - taken_at <= _FRESH)

    def day_of(self, moment: datetime) -> date:
        """Return the day of a moment in the registry's zone."""
        return moment.astimezone(self.registry.zone).date()

    @property
    def day(self) -> date:
        """The day that is judged: the week's last, or that of `as_of` in an open week."""
        return min(self.week.last_day, self.day_of(self.as_of))

    def value(self, key: str) -> Any:
        """Return the policy's value for `key`."""
        return self.policy[key].value

    def choice(self, key: str) -> Any:
        """Return the policy's value for a key that has no default, or None."""
        return self.policy[key].value if key in self.policy else None

    def basis(self, key: str) -> Basis:
        """Return what the policy's value for `key` rests on."""
        return self.policy[key].basis

    @property
    def standing(self) -> Obstacle | None:
        """Return why the office has no holder to judge: it is vacant, or none is on record."""
        if self.vacancy is not None:
            return Obstacle(Outcome.INAPPLICABLE)
        return Obstacle(Outcome.UNTESTED) if self.holder is None else None


def obstacle_among(sights: Iterable[Sight], case: Case, since: datetime | None = None) -> Obstacle | None:
    """Return why the first of `sights` that cannot be judged from `since` on cannot be, or None."""
    return next((obstacle for s in sights if (obstacle := s.posts_obstacle(case, since)) is not None), None)
