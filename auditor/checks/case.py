"""What a check is given: one office in one week, with all that was seen of its accounts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from auditor.base.remembered import remembered
from auditor.base.snapshot import Cause, EvidenceKind, Outcome, Post, Precision, Snapshot, seen_under
from auditor.base.text import N_, Sentence, Text
from auditor.base.weeks import Week, day_end, day_start
from auditor.registry.models import (
    Account,
    Confirmation,
    Deadline,
    Exemption,
    Holder,
    Neutral,
    Office,
    PolicyValue,
    Registry,
    Vacancy,
    held_in_doubt,
    stale_vacancy,
    under_review,
)

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


_IN_DOUBT = Sentence(
    "office.in_doubt",
    N_("By partly known dates another than the one named may have held the office in this week: it is not judged"),
)
_STALE_HOLDER = Sentence(
    "office.stale_holder",
    N_("The newest evidence that this person holds the office is of {date}: too old to judge anybody by"),
)
_STALE_VACANCY = Sentence(
    "office.stale_vacancy", N_("The newest evidence that the office is vacant is of {date}: too old to say so")
)


ABSENT = frozenset({Cause.GONE, Cause.NOT_AT_ADDRESS})
"""Causes that say of a page that it is not there: a run whose control failed may not."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two routes saw the same thing differently."""

    what: str
    preview: str
    client: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A page whose own last post says that it has moved: silence there is no fault."""

    post: str
    """The post's address."""
    on: date
    until: date | None
    """The last such day; None: for good, since the new page is on record."""


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

    `current` is what the week's looks show together: the newest one that tells, with the posts of all others.
    `stored` is every trusted snapshot of any week, oldest first, for what does not age: an opening date.
    """

    account: Account
    current: Snapshot | None = None
    stored: tuple[Snapshot, ...] = ()
    expected_id: int | None = None
    """The number of the page that was confirmed, where known: another number under its name is another page."""
    distrusted: bool = False
    """The controls of `current`'s run failed: what it saw was there, and what it did not see is not known."""
    late: bool = False
    """`current` was taken more than `late_look_days` after the week: what it does not show may have been there."""
    looks: tuple[Snapshot, ...] = ()
    """The looks by which the week is judged at the confirmed page, oldest first, each apart.

    A thread that a look made for another week did not ask for has its `comments_cause`.
    """
    glimpses: tuple[Snapshot, ...] = ()
    """Other looks at the page: a control of their run failed, or they came too late for the week.

    What they show was there and counts to the holder's good; what they do not show tells nothing.
    """
    hinted: tuple[Snapshot, ...] = ()
    """Looks of runs whose control failed, so far as they may be believed: what they saw is a trace, and no more."""
    gone_since: datetime | None = None
    """The first of the looks that say in a row, up to `current`, that the page is gone."""
    wall_cause: Cause | None = None
    """Why `current`'s wall is not believed to be as empty as it came: a look of the same time, or a control's wall."""
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
        if self.distrusted:
            return Obstacle(Outcome.CANT_TELL, Cause.CONTROL_FAILED)
        if self.current.exists is None:
            return Obstacle(Outcome.CANT_TELL, self.current.cause or Cause.UNRECOGNISED_PAGE)
        if self.stranger:
            return Obstacle(Outcome.CANT_TELL, Cause.NOT_AT_ADDRESS, note=self._stranger_note(case))
        return self._conflict("exists") or self._elsewhere(case) or self._gone_later(case) or self._seen_since(case)

    @property
    def stranger(self) -> bool:
        """Tell whether another page than the confirmed one is at the address now: it says nothing of the holder."""
        seen = self.current.id if self.current else None
        return seen is not None and self.expected_id is not None and seen != self.expected_id

    @property
    def unread(self) -> bool:
        """Tell whether the page's posts could not be read back: it may be older than its earliest trace."""
        if self.current is None or self.current.posts_cause is None:
            return False
        own = (look for look in (self.current, *self.stored) if self.is_own(look))
        return all(look.opened_precision is not Precision.EXACT for look in own)

    @property
    def renamed_to(self) -> str | None:
        """The address under which the confirmed page is now, where it is not the one on record."""
        found = self.current.renamed_to if self.current and not self.stranger else None
        return found if found != self.account.url.url else None

    def is_own(self, look: Snapshot) -> bool:
        """Tell whether a look may show the confirmed page."""
        return _may_show(self.expected_id, look)

    @property
    def is_lost(self) -> bool:
        """Tell whether the page is not the person's any more: it is gone, or another page has its name."""
        return self.stranger or (self.gone_since is not None and self.current is not None and not self.current.exists)

    def says_gone(self, look: Snapshot) -> bool:
        """Tell whether the network says of the page, by its number, that it is gone: a free name proves nothing."""
        return look.exists is False and (self.account.network.facts.asked_by_number or look.id is not None)

    @property
    def posts(self) -> tuple[Post, ...]:
        """The posts that any look saw."""
        return self.current.posts if self.current else ()

    def posts_between(self, start: datetime, end: datetime) -> tuple[Post, ...]:
        """Return the posts of ``start <= at < end`` that any look saw, oldest first, deleted since or not."""
        return self.current.posts_between(start, end) if self.current else ()

    def first_trace(self, case: "Case", *, hinted: bool = False) -> datetime | None:
        """Return the earliest moment at which the page is known to have been there: nothing before it is judged.

        None where no look shows any: that somebody confirmed it on a day does not say that it was not there before.
        With `hinted` a look whose control failed will do, which may show more of the page and blame nobody for it.
        """
        groups = (self.stored, self.hinted) if hinted else (self.stored,)
        moments = [moment for looks in groups if (moment := _earliest(looks, self.expected_id)) is not None]
        confirmed = self.account.confirmed
        if moments and confirmed is not None:
            moments.append(day_end(confirmed.on, case.registry.zone))
        return min(moments, default=None)

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
        """Return why an unused name proves nothing: it tells only that nobody has it."""
        if self.current is None or self.current.exists is not False or self.says_gone(self.current):
            return None
        known = [s for s in self.stored if s.exists and s.id is not None and s.id == self.expected_id]
        if not known or known[-1].renamed_to in {None, self.account.url.url}:
            return Obstacle(Outcome.CANT_TELL, Cause.NOT_AT_ADDRESS)
        note = _ELSEWHERE.say(
            date=case.day_of(self.current.taken_at),
            seen=case.day_of(known[-1].taken_at),
            address=known[-1].renamed_to,
        )
        return Obstacle(Outcome.CANT_TELL, Cause.NOT_AT_ADDRESS, note=note)

    def _gone_later(self, case: "Case") -> Obstacle | None:
        """Return why a page that is gone now says nothing of this week: no look before the week's end says so."""
        assert self.current is not None
        if self.current.exists or (self.gone_since is not None and self.gone_since < case.week.ends):
            return None
        return Obstacle(Outcome.CANT_TELL, Cause.SEEN_LATE if self.late else Cause.GONE)

    def _seen_since(self, case: "Case") -> Obstacle | None:
        """Return why a page that is gone is not believed to be: a look in time that is not trusted saw it since."""
        seen = (look for look in self.doubted_since(case) if look.exists)
        gone = self.current is not None and self.current.exists is False
        return Obstacle(Outcome.CANT_TELL, Cause.CONTRADICTION) if gone and any(seen) else None

    def doubted_since(self, case: "Case") -> Iterator[Snapshot]:
        """Yield the looks in time after `current` whose control failed: what `current` misses they may have seen."""
        assert self.current is not None
        since, until = self.current.taken_at, case.late_after
        return (look for look in self.glimpses if since <= look.taken_at <= until)

    def _conflict(self, what: str) -> Obstacle | None:
        conflict = self.conflicts.get(what)
        return Obstacle(Outcome.CANT_TELL, Cause.CONTRADICTION, conflict) if conflict else None

    def inside_obstacle(self, case: "Case") -> Obstacle | None:
        """Return why what is on the account cannot be judged, its existence being known, or None."""
        found = self.obstacle(case)
        if found is not None:
            return found
        assert self.current is not None
        if self.current.exists is False:
            return Obstacle(Outcome.CANT_TELL, Cause.GONE)
        return Obstacle(Outcome.CANT_TELL, self.current.cause) if self.current.cause else None

    def posts_obstacle(
        self, case: "Case", since: datetime | None = None, *, even_late: bool = False
    ) -> Obstacle | None:
        """Return why it cannot be told what was not posted from `since` (the week's start) on, or None.

        What was posted counts all the same: `posts_between`. With `even_late` a look that came late will do.
        """
        start = since or case.week.starts
        found = self.obstacle(case)
        if found is None and self.gone_since is not None and self.gone_since <= start:
            return None  # gone before the stretch began: read, and empty
        return found or self.inside_obstacle(case) or self._half_read(case, start, even_late=even_late)

    def _half_read(self, case: "Case", start: datetime, *, even_late: bool) -> Obstacle | None:
        """Return why a page that can be read was not read whole from `start` to the end of what is judged."""
        assert self.current is not None
        cause = Cause.GONE if self.gone_since is not None else self.current.posts_cause
        cause = cause or self.wall_cause
        if cause is None and self.late and not even_late:
            cause = Cause.SEEN_LATE
        elif cause is None and case.week_over and self.current.taken_at < case.week.ends:
            cause = Cause.TOO_LITTLE_DATA
        elif cause is None and self.current.posts_since is not None and self.current.posts_since > start:
            cause = self.current.older_cause or Cause.TOO_LITTLE_DATA
        return self._conflict("posts") if cause is None else Obstacle(Outcome.CANT_TELL, cause)

    @property
    def evidence(self) -> tuple[str, ...]:
        """Ids of the answers behind `current`."""
        return tuple(e.id for e in self.current.evidence) if self.current else ()

    def evidence_of(self, *kinds: EvidenceKind) -> tuple[str, ...]:
        """Ids of the answers of these kinds behind `current`."""
        return tuple(e.id for e in self.current.evidence if e.kind in kinds) if self.current else ()


def _may_show(number: int | None, look: Snapshot) -> bool:
    return look.id is None or number in {None, look.id}


@remembered(64)
def _earliest(looks: tuple[Snapshot, ...], number: int | None) -> datetime | None:
    """Return the earliest moment at which looks show the page of a number; None where none shows it."""
    own = [look for look in looks if _may_show(number, look)]
    moments = [look.taken_at for look in own if look.exists]
    moments += [look.opened_at for look in own if look.opened_at is not None]
    moments += [trace.at for look in own for trace in look.traces]
    moments += [post.at for look in own for post in look.posts]
    return min(moments, default=None)


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

    @property
    def late_after(self) -> datetime:
        """The last moment at which a look may tell what was missing in the week: after it, today's state is seen."""
        return self.week.ends + timedelta(days=self.value("late_look_days"))

    @property
    def practice_from(self) -> datetime | None:
        """When the holder's own time begins: nothing before it is his. None: from of old."""
        latest = self.holder.judged_from if self.holder else None
        return day_start(latest, self.registry.zone) if latest is not None else None

    @property
    def pages_traced(self) -> list[datetime]:
        """The first trace of each personal page that was looked at."""
        traces = (sight.first_trace(self) for sight in self.personal if sight.stored or sight.current)
        return [trace for trace in traces if trace is not None]

    @property
    def pages_of_before(self) -> tuple[Sight, ...]:
        """The personal pages that are not known to have appeared in this week or later."""
        return self._traced_before(self.week.starts, hinted=False)

    @property
    def pages_of_the_week(self) -> tuple[Sight, ...]:
        """The personal pages that are not known to have appeared after the week."""
        return self._traced_before(self.week.ends, hinted=True)

    def _traced_before(self, moment: datetime, *, hinted: bool) -> tuple[Sight, ...]:
        traces = ((sight, sight.first_trace(self, hinted=hinted)) for sight in self.personal)
        return tuple(sight for sight, trace in traces if trace is None or trace < moment or sight.unread)

    def under_review(self, confirmed: Confirmation | None) -> bool:
        """Tell whether a confirmation is older on the day that is judged than the policy lets it be."""
        return confirmed is not None and under_review(confirmed, self.day, self.value("confirmation_valid_days"))

    def neutral(self, sight: Sight) -> Neutral | None:
        """Return why silence or absence on the page's network is no fault in this week, or None."""
        found = self.registry.directive.neutral_on(self.day)
        return next((one for one in found if one.network == sight.account.network), None)

    def all_neutral(self, sights: Sequence[Sight]) -> Neutral | None:
        """Return why silence on the networks of `sights` is no fault, where that holds of each of them; or None."""
        found = [self.neutral(sight) for sight in sights]
        return found[0] if found and all(found) else None

    def excuse(self, sight: Sight) -> Neutral | Moved | None:
        """Return why silence on the page is no fault in this week: its network is neutral, or it has moved."""
        return self.neutral(sight) or self.moved(sight)

    def all_excused(self, sights: Sequence[Sight]) -> Neutral | Moved | None:
        """Return why silence on `sights` is no fault, where that holds of each of them; or None."""
        found = [self.excuse(sight) for sight in sights]
        return found[0] if found and all(found) else None

    def moved(self, sight: Sight) -> Moved | None:
        """Return what the page's own last post of the holder's time says of a move, while that excuses silence.

        It does for `neutral_after_move_days`, and for good once the new page is on record, unless that is on a neutral
        network: silence would be judged nowhere then.
        """
        begin, end = self.practice_from, self.horizon
        own = [p for p in sight.posts if not p.repost and p.at < end and (begin is None or p.at >= begin)]
        last = max(own, key=lambda post: post.at, default=None)
        if last is None or not last.moved:
            return None
        on = self.day_of(last.at)
        until = on + timedelta(days=self.value("neutral_after_move_days"))
        if self._is_on_record(last.moved_to, sight):
            return Moved(last.url, on, None)
        return Moved(last.url, on, until) if self.day <= until else None

    def _is_on_record(self, network: str | None, left: Sight) -> bool:
        """Tell whether a page on the network to which one moved is on record, and silence there would be judged."""
        pages = {str(sight.account.network) for sight in self.personal if sight is not left}
        if network == "other":
            return bool(pages - self._neutral_networks)
        reported = {str(report.network) for report in self.holder.reports} if self.holder else set()
        return network in (pages | reported) - self._neutral_networks

    @property
    def _neutral_networks(self) -> set[str]:
        return {str(one.network) for one in self.registry.directive.neutral_on(self.day)}

    def absence(self, sights: Iterable[Sight], since: datetime | None = None) -> Obstacle | None:
        """Return why it cannot be told what was not posted on `sights` from `since` on, or None.

        A page is ignored where silence is no fault and which is not the person's any more.
        """
        return obstacle_among([s for s in sights if not (self.excuse(s) and s.is_lost)], self, since)

    def fresh(self, taken_at: datetime) -> bool:
        """Tell whether a look shows the week as far as it is judged."""
        return taken_at >= self.week.ends or not self.week_over

    @property
    def standing(self) -> Obstacle | None:
        """Return why there is no holder to judge: vacant, none on record, in doubt, or the evidence is too old."""
        if self.in_doubt:
            return Obstacle(Outcome.UNTESTED, note=_IN_DOUBT.say())
        if self.stale_since is not None:
            sentence = _STALE_VACANCY if self.vacancy else _STALE_HOLDER
            return Obstacle(Outcome.CANT_TELL, Cause.STALE_HOLDER, note=sentence.say(date=self.stale_since))
        if self.vacancy is not None:
            return Obstacle(Outcome.INAPPLICABLE)
        return Obstacle(Outcome.UNTESTED) if self.holder is None else None

    @property
    def in_doubt(self) -> bool:
        """Tell whether another than who is named may have held the office in the week, by partly known dates."""
        return held_in_doubt(self.office, self.week.first_day, self.day)

    @property
    def stale_since(self) -> date | None:
        """The newest evidence of who holds the office, where it is too old for the week."""
        if self.holder is not None:
            return self.holder.stale_on(self.week.last_day, self.policy)
        return stale_vacancy(self.vacancy, self.week.last_day, self.policy) if self.vacancy else None


def evidence_of(sights: Iterable[Sight], *kinds: EvidenceKind) -> tuple[str, ...]:
    """Return the ids of the answers of these kinds behind what was seen of `sights`."""
    return tuple(one for sight in sights for one in sight.evidence_of(*kinds))


def obstacle_among(
    sights: Sequence[Sight], case: Case, since: datetime | None = None, *, even_late: bool = False
) -> Obstacle | None:
    """Return why the first of `sights` that cannot be judged from `since` on cannot be, or None.

    A page that was gone before counts as read and empty, and does not block the others; if all are gone, the cause is
    that.
    """
    found = (sight.posts_obstacle(case, since, even_late=even_late) for sight in sights)
    obstacle = next((obstacle for obstacle in found if obstacle is not None), None)
    if obstacle is None and sights and all(sight.gone_since is not None for sight in sights):
        return Obstacle(Outcome.CANT_TELL, Cause.GONE)
    return obstacle
