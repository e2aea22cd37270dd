"""A week's audit made again from the stored answers alone, with no network, and held against the stored one.

Each look is played back by the code of its probe; what cannot be played is named and taken as it was stored, so that
the rest is still compared. The registry is the one that was kept with the run.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from importlib import import_module
from typing import Any, TypeVar

from pydantic import ValidationError

from auditor import __version__
from auditor.archive import Archive, StoredControl, StoredLook, StoredSnapshot, judged_controls
from auditor.archive.seals import strip
from auditor.audit.compare import Gap, compare_audits, compare_values
from auditor.audit.document import Audit
from auditor.audit.judge import make_audit
from auditor.audit.past import earlier_audits
from auditor.base.errors import ArchiveError, RegistryError
from auditor.base.i18n import Catalogue
from auditor.base.snapshot import Cause, ControlResult, Outcome, Route, Snapshot
from auditor.base.weeks import Week
from auditor.probes.base import Answer, Sighting
from auditor.probes.notes import ControlNote, LookNote
from auditor.probes.tape import Take, Tape
from auditor.registry import Registry
from auditor.registry.loader import parse_registry
from auditor.registry.offices import office_urls
from auditor.run.clock_check import believed, believed_sighting

_PLAYERS = {
    Route.VK: "auditor.probes.vk.replay",
    Route.TELEGRAM_PREVIEW: "auditor.probes.tme.replay",
    Route.TELEGRAM_CLIENT: "auditor.probes.mtproto.replay",
}
Seen = TypeVar("Seen", Snapshot, ControlResult)


class Reason(StrEnum):
    """Why a look was not played back."""

    NOT_NOTED = "not_noted"
    """It was stored before looks were written down."""
    PURGED = "purged"
    DAMAGED = "damaged"
    NO_PLAYER = "no_player"
    """The route cannot be played back by this program."""
    FAILED = "failed"


_AGED = {Reason.PURGED, Reason.NOT_NOTED}
"""Why a look of an earlier week may well not be playable."""


class Why(StrEnum):
    """What a difference comes from, as far as that can be told."""

    UNPLAYED = "unplayed"
    """A look that the office rests on was not played back."""
    LOOK = "look"
    """A look came out otherwise than it was stored."""
    REGISTRY = "registry"
    """The registry of the day is not there; the one of now was used."""
    PREVIOUS = "previous"
    """The week before was audited again since, or not at all then."""
    VERSION = "version"
    """The stored audit was made by another version of the program."""
    UNKNOWN = "unknown"


class RegistryUsed(StrEnum):
    """Which registry the audit was made again by."""

    THEN = "then"
    NOW = "now"
    """None was kept with the audit."""
    NOW_DAMAGED = "now_damaged"
    """The one kept cannot be read."""


@dataclass(frozen=True, slots=True)
class Unplayed:
    """A look, or a look at a control, that was taken as it was stored; `detail` names the record, in English."""

    route: Route
    url: str
    week: str
    at: datetime | None
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that came out otherwise. `check` is ``look`` or ``control`` where it is what was seen, not a finding."""

    office: str
    check: str
    field: str
    stored: str
    replayed: str
    why: Why


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of it. `audit` is the one made again."""

    week: str
    as_of: datetime
    stored: Audit
    audit: Audit
    differences: tuple[Difference, ...] = ()
    unplayed: tuple[Unplayed, ...] = ()
    looks: int = 0
    """Looks and controls that the audit rests on, the unplayed included."""
    registry: RegistryUsed = RegistryUsed.THEN
    registry_changed: bool = False
    by_registry_of_now: int = 0
    """How many values of the stored audit would be others by the registry of now, where that has changed."""

    @property
    def blocking(self) -> tuple[Unplayed, ...]:
        """What was not played though it should have been: looks of earlier weeks may have been purged."""
        return tuple(u for u in self.unplayed if u.week == self.week or u.reason not in _AGED)

    @property
    def equal(self) -> bool:
        """Whether the stored audit was made again, all of it, from the evidence alone."""
        return not self.differences and not self.blocking and self.registry is RegistryUsed.THEN


@dataclass(slots=True)
class _Played:
    """What has been played so far."""

    looks: list[tuple[StoredLook, Snapshot]] = field(default_factory=list)
    controls: list[tuple[StoredControl, ControlResult]] = field(default_factory=list)
    unplayed: list[Unplayed] = field(default_factory=list)
    gaps: list[tuple[str, Gap]] = field(default_factory=list)
    """By the account's address."""

    def seen(self) -> dict[str, list[StoredSnapshot]]:
        """Return the snapshots as `Archive.snapshots` does."""
        broken = {(c.run, r.route) for c, r in self.controls if r.outcome is not Outcome.PASSED}
        found: dict[str, list[StoredSnapshot]] = {}
        for look, snapshot in self.looks:
            row = StoredSnapshot(look.week, snapshot, (look.run, snapshot.route) not in broken)
            found.setdefault(look.snapshot.url, []).append(row)
        return found


class _NotPlayedError(Exception):
    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


def replay_week(archive: Archive, registry: Registry, week: str, words: Catalogue) -> Replay:
    """Make the stored audit of `week` again and compare. `registry` is the one of now, `words` the caller's language.

    Raises `ArchiveError` where no audit is stored or it cannot be read.
    """
    text, as_of = archive.audit(week), archive.audited_at(week)
    if text is None or as_of is None:
        raise ArchiveError(f"no audit of {week} is stored; `auditor weekly --week {week}` makes one")
    try:
        stored = Audit.model_validate_json(text)
    except ValidationError:
        raise ArchiveError(f"the audit of {week} has lost its form; `auditor evidence verify` names it") from None
    then, used = _registry_then(archive, registry, week)
    played = _play_all(archive, as_of, archive.runs_behind(week))
    audit = _with_purged_times(_judge(archive, then, week, as_of, played, stored), stored, then, played)
    done = Replay(
        week=week,
        as_of=as_of,
        stored=stored,
        audit=audit,
        unplayed=tuple(played.unplayed),
        looks=len(played.looks) + len(played.controls),
        registry=used,
        registry_changed=used is RegistryUsed.THEN and then.text != registry.text,
    )
    if done.registry_changed:
        now = _with_purged_times(_judge(archive, registry, week, as_of, played, stored), stored, registry, played)
        done = replace(done, by_registry_of_now=sum(1 for _ in compare_audits(stored, now)))
    del words  # the document is in the language it was made in
    return replace(done, differences=tuple(_differences(done, then, played)))


def _registry_then(archive: Archive, now: Registry, week: str) -> tuple[Registry, RegistryUsed]:
    try:
        text = archive.registry_of(week)
        if text is None:
            return now, RegistryUsed.NOW
        return parse_registry(text, "the registry of the day"), RegistryUsed.THEN
    except (ArchiveError, RegistryError):
        return now, RegistryUsed.NOW_DAMAGED


def _judge(archive: Archive, registry: Registry, week: str, as_of: datetime, played: _Played, stored: Audit) -> Audit:
    before, judged = archive.previous_audit(week, as_of), Week.parse(week, registry.zone)
    mine = [(control, result) for control, result in played.controls if control.week == week]
    audit = make_audit(
        registry,
        judged,
        as_of,
        played.seen(),
        words=Catalogue(stored.language, registry.zone),
        controls=judged_controls((control.run, result) for control, result in mine),
        vantage=mine[-1][0].vantage if mine else archive.last_vantage(week, as_of),
        previous=Audit.model_validate_json(before) if before else None,
        earlier=earlier_audits(archive, judged, as_of),
        synthetic=archive.synthetic,
    )
    # What an audit stored before held is in no archive any more: the stored one alone knows it.
    return audit.model_copy(update={"rejudged": stored.rejudged})


def _with_purged_times(audit: Audit, stored: Audit, registry: Registry, played: _Played) -> Audit:
    """Take the times to reply as they were stored where comments of the weeks before were purged since."""
    gone = {u.url for u in played.unplayed if u.week != audit.week and u.reason in _AGED}
    kept = {office.id: office.reply_times for office in stored.offices}
    purged = {office.id for office in registry.offices if gone & office_urls(office)} & kept.keys()
    offices = [o.model_copy(update={"reply_times": kept[o.id]}) if o.id in purged else o for o in audit.offices]
    return audit.model_copy(update={"offices": offices})


# Playing ---------------------------------------------------------------------------------------------------------


def _play_all(archive: Archive, as_of: datetime, runs: frozenset[int]) -> _Played:
    """Play what `runs` saw up to that moment, on which the audit rests; what cannot be played is as it was stored."""
    played = _Played()
    for control in (row for row in archive.control_looks(as_of) if row.run in runs):
        result = _tried(partial(_control, archive, control), control, control.result, None, played)
        played.controls.append((control, result))
    for look in (row for row in archive.looks(as_of) if row.run in runs):
        at = look.snapshot.taken_at
        played.looks.append((look, _tried(partial(_look, archive, look), look, look.snapshot, at, played)))
    return played


def _tried(
    play: Callable[[], Seen], row: StoredLook | StoredControl, stored: Seen, at: datetime | None, played: _Played
) -> Seen:
    try:
        found = play()
    except _NotPlayedError as error:
        played.unplayed.append(Unplayed(stored.route, stored.url, row.week, at, error.reason, error.detail))
        return stored
    kind = "look" if isinstance(row, StoredLook) else "control"
    again = found
    if isinstance(row, StoredLook) and row.purged is not None and isinstance(found, Snapshot):
        again = Snapshot.model_validate_json(strip(found.model_dump_json()))
    for path, here, there in compare_values(_plain(stored), _plain(again)):
        where = f"{stored.route} {stored.url} {row.week}"
        played.gaps.append((stored.url, Gap("", kind, f"{where}: {'.'.join(path)}", here, there)))
    return found


def _plain(seen: Snapshot | ControlResult) -> dict[str, Any]:
    """Return what was seen with posts and comments by their numbers."""
    data = seen.model_dump(mode="json")
    if isinstance(seen, Snapshot):
        for post in data["posts"]:
            post["comments"] = {str(comment["id"]): comment for comment in post["comments"]}
        data["posts"] = {str(post["id"]): post for post in data["posts"]}
    return data


def _look(archive: Archive, look: StoredLook) -> Snapshot:
    note = _note(archive, look, LookNote)
    answers, tape = _tape(archive, note)
    (target, window), seen = note.wanted(), look.snapshot
    if _was_defect(tape, note):
        return Snapshot(
            network=note.route.network,
            route=note.route,
            url=note.url,
            taken_at=note.taken_at,
            vantage=seen.vantage,
            cause=Cause.UNRECOGNISED_PAGE,
            evidence=tuple(answer.evidence for answer in answers),
        )
    snapshot: Snapshot = _guarded(
        note.route, "replay_look", target, window, tape, trusted=note.trusted, vantage=seen.vantage
    )
    return believed_sighting(Sighting(snapshot, answers)).snapshot if note.live else snapshot


def _control(archive: Archive, control: StoredControl) -> ControlResult:
    note = _note(archive, control, ControlNote)
    answers, tape = _tape(archive, note)
    if _was_defect(tape, note):
        return ControlResult(
            network=note.route.network,
            route=note.route,
            url=note.url,
            expected=note.expected,
            outcome=Outcome.CANT_TELL,
            cause=Cause.UNRECOGNISED_PAGE,
            evidence=tuple(answer.evidence for answer in answers),
        )
    result: ControlResult = _guarded(note.route, "replay_control", note.wanted(), tape, vantage=control.vantage)
    return believed(result, answers) if note.live else result


def _was_defect(tape: Tape, note: LookNote | ControlNote) -> bool:
    """Tell whether our own code failed then: nothing is known but that (`auditor.run.collect`)."""
    takes = tape.left
    return len(takes) == 1 and takes[0].evidence.url == note.url and takes[0].silence is Cause.UNRECOGNISED_PAGE


_Note = TypeVar("_Note", LookNote, ControlNote)


def _note(archive: Archive, row: StoredLook | StoredControl, kind: type[_Note]) -> _Note:
    if row.note is None:
        raise _NotPlayedError(Reason.NOT_NOTED)
    try:
        return kind.model_validate_json(archive.note(row.note))
    except ArchiveError as error:
        raise _NotPlayedError(Reason.DAMAGED, str(error)) from None
    except ValidationError:
        raise _NotPlayedError(Reason.DAMAGED, f"{row.note.where} has lost its form") from None


def _tape(archive: Archive, note: LookNote | ControlNote) -> tuple[tuple[Answer, ...], Tape]:
    """Return the answers of a look with their headers, and the tape to play them from."""
    entries = {entry.evidence.id: entry for entry in archive.entries(ids=note.evidence)}
    answers = []
    for identifier in note.evidence:
        entry = entries.get(identifier)
        if entry is None:
            raise _NotPlayedError(Reason.DAMAGED, f"{identifier}: is missing")
        if entry.purged is not None:
            raise _NotPlayedError(Reason.PURGED)
        try:
            record = archive.record(entry)
        except ArchiveError as error:
            raise _NotPlayedError(Reason.DAMAGED, str(error)) from None
        told = tuple(note.told.get(identifier, {}).items())
        answers.append(Answer(entry.evidence, record.body, headers=record.http_headers, told=told))
    takes = [Take(answer.evidence, answer.body, dict(answer.told)) for answer in answers]
    return tuple(answers), Tape(takes, note.taken_at)


def _guarded(route: Route, name: str, *given: Any, **named: Any) -> Any:
    """Call a route's player. Whatever it raises costs the look and is told by its kind: it might quote somebody."""
    try:
        player = getattr(import_module(_PLAYERS[route]), name)
    except (ImportError, AttributeError):
        raise _NotPlayedError(Reason.NO_PLAYER) from None
    try:
        return player(*given, **named)
    except Exception as error:  # noqa: BLE001 - as the docstring says
        raise _NotPlayedError(Reason.FAILED, type(error).__name__) from None


# Telling why -----------------------------------------------------------------------------------------------------


def _differences(done: Replay, registry: Registry, played: _Played) -> Iterator[Difference]:
    urls = {office.id: office_urls(office) for office in registry.offices}
    for url, gap in played.gaps:
        office = next((name for name, known in urls.items() if url in known), "")
        yield _told(replace(gap, office=office), Why.LOOK)
    unplayed = {u.url for u in played.unplayed}
    otherwise = {url for url, _ in played.gaps}
    for gap in compare_audits(done.stored, done.audit):
        mine = urls.get(gap.office, unplayed | otherwise)  # what is of no office sums them all up
        yield _told(gap, _why(gap, done, [(unplayed & mine, Why.UNPLAYED), (otherwise & mine, Why.LOOK)]))


def _why(gap: Gap, done: Replay, looks: Sequence[tuple[Iterable[str], Why]]) -> Why:
    if gap.field == "tool_version":
        return Why.VERSION
    for found, why in looks:
        if found:
            return why
    if done.registry is not RegistryUsed.THEN:
        return Why.REGISTRY
    if gap.field.startswith(("previous_", "change", "history")):
        return Why.PREVIOUS
    return Why.UNKNOWN if done.stored.tool_version == __version__ else Why.VERSION


def _told(gap: Gap, why: Why) -> Difference:
    return Difference(gap.office, gap.check, gap.field, gap.one, gap.other, why)
