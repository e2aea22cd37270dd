"""What a run saw, read again from its stored answers by the code of its probes.

A look that cannot be played back is named with its reason and taken as it was stored, so that the rest is still
compared. Where retention has removed the comments alone, all else is played back, and the comments are what the purge
has left of them: their sums by post, which were sealed with the look.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar

from pydantic import ValidationError

from auditor.archive import Archive, StoredControl, StoredLook
from auditor.archive.seals import strip
from auditor.audit.compare import Gap, compare_values
from auditor.base.answers import Answer
from auditor.base.errors import ArchiveError
from auditor.base.snapshot import (
    Cause,
    ControlResult,
    EvidenceKind,
    Outcome,
    Route,
    Snapshot,
    StoredSnapshot,
    routes_seen_by,
    with_run,
)
from auditor.probes.base import Sighting
from auditor.probes.clock_check import believed, believed_sighting
from auditor.probes.known import Known, known_of
from auditor.probes.plugins import plugin_of
from auditor.probes.tape import ControlNote, LookNote, Tape

_Seen = TypeVar("_Seen", Snapshot, ControlResult)
_Note = TypeVar("_Note", LookNote, ControlNote)


class Reason(StrEnum):
    """Why a look was not played back."""

    PURGED = "purged"
    DAMAGED = "damaged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Unplayed:
    """A look at an account or a control that was taken as it was stored; `detail` names the record, in English."""

    route: Route
    url: str
    week: str
    at: datetime | None
    reason: Reason
    detail: str = ""


@dataclass(slots=True)
class Played:
    """All that the runs behind an audit saw, played back as far as that could be done."""

    looks: list[tuple[StoredLook, Snapshot]] = field(default_factory=list)
    controls: list[tuple[StoredControl, ControlResult]] = field(default_factory=list)
    unplayed: list[Unplayed] = field(default_factory=list)
    gaps: list[tuple[str, Gap]] = field(default_factory=list)
    """Where a look came out differently than it was stored, with the account's address."""
    summed: list[StoredLook] = field(default_factory=list)
    """Looks that were played back but for their comments, of which sums are left."""

    def snapshots(self) -> dict[str, list[StoredSnapshot]]:
        """Return the snapshots by address, as `Archive.snapshots` does."""
        looks = [(look.run, look.week, snapshot) for look, snapshot in self.looks]
        routes = routes_seen_by(looks, [(control.run, result) for control, result in self.controls])
        rows = with_run(looks, routes)
        found: dict[str, list[StoredSnapshot]] = {}
        for (look, _), row in zip(self.looks, rows, strict=True):
            found.setdefault(look.snapshot.url, []).append(row)
        return found


class _NotPlayedError(Exception):
    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


def play_runs(archive: Archive, runs: frozenset[int], as_of: datetime) -> Played:
    """Play back what `runs` saw up to `as_of`."""
    played = Played()
    for control in archive.control_looks(as_of):
        if control.run in runs:
            play_control = partial(_play_control, archive, control)
            played.controls.append((control, _or_as_stored(play_control, control, control.result, played)))
    for look in archive.looks(as_of):
        if look.run in runs:
            play_look = partial(_play_look, archive, look, played)
            played.looks.append((look, _or_as_stored(play_look, look, look.snapshot, played)))
    return played


def _or_as_stored(play: Callable[[], _Seen], row: StoredLook | StoredControl, stored: _Seen, played: Played) -> _Seen:
    """Play one look back and note where it differs; where it cannot be played, note why and return it as stored."""
    try:
        found = play()
    except _NotPlayedError as error:
        at = stored.taken_at if isinstance(stored, Snapshot) else None
        played.unplayed.append(Unplayed(stored.route, stored.url, row.week, at, error.reason, error.detail))
        return stored
    kind = "look" if isinstance(row, StoredLook) else "control"
    for path, was, now in compare_values(_by_numbers(stored), _by_numbers(_as_kept(found, row))):
        where = f"{stored.route} {stored.url} {row.week}: {'.'.join(path)}"
        played.gaps.append((stored.url, Gap("", kind, where, was, now)))
    return found


def _as_kept(found: Snapshot | ControlResult, row: StoredLook | StoredControl) -> Snapshot | ControlResult:
    """Return what a purge would have left of `found`, where one went over the stored look."""
    if isinstance(found, Snapshot) and isinstance(row, StoredLook) and row.purged is not None:
        return Snapshot.model_validate_json(strip(found.model_dump_json()))
    return found


def _by_numbers(seen: Snapshot | ControlResult) -> dict[str, Any]:
    """Return what was seen as plain data, posts and comments by their numbers instead of their places."""
    data = seen.model_dump(mode="json")
    if isinstance(seen, Snapshot):
        for post in data["posts"]:
            post["comments"] = {str(comment["id"]): comment for comment in post["comments"]}
        data["posts"] = {str(post["id"]): post for post in data["posts"]}
    return data


def _play_look(archive: Archive, look: StoredLook, played: Played) -> Snapshot:
    note = _note(archive, look, LookNote)
    answers = _answers(archive, note)
    tape = Tape(answers, note.taken_at)
    vantage = look.snapshot.vantage
    if _was_defect(tape, note):
        return Snapshot(
            network=note.route.network,
            route=note.route,
            url=note.url,
            taken_at=note.taken_at,
            vantage=vantage,
            cause=Cause.UNRECOGNISED_PAGE,
            evidence=tuple(answer.evidence for answer in answers),
        )
    known, kept = _known_then(archive, note)
    target = replace(note.target, known=known)
    player = partial(plugin_of(note.route).replay_look, target, note.window, tape)
    snapshot = _played(partial(player, trusted=note.trusted, vantage=vantage))
    snapshot = believed_sighting(Sighting(snapshot, answers)).snapshot if note.live else snapshot
    if len(answers) == len(note.evidence) and (
        kept or _by_numbers(_as_kept(snapshot, look)) == _by_numbers(look.snapshot)
    ):
        return snapshot
    snapshot = _with_sums(snapshot, look.snapshot)
    if not kept and _by_numbers(snapshot) != _by_numbers(look.snapshot):
        raise _NotPlayedError(Reason.PURGED)  # what it took over from earlier looks is not there any more
    played.summed.append(look)
    return snapshot


_OF_COMMENTS = (
    "comments",
    "comments_state",
    "comments_count",
    "comments_cause",
    "comments_read_at",
    "comments_purged",
)


def _with_sums(snapshot: Snapshot, stored: Snapshot) -> Snapshot:
    """Return a look that was played back without its answers of comments, with what the purge has left of these."""
    left = {post.id: {name: getattr(post, name) for name in _OF_COMMENTS} for post in stored.posts}
    posts = tuple(post.model_copy(update=left.get(post.id)) for post in snapshot.posts)
    return snapshot.model_copy(update={"posts": posts, "evidence": stored.evidence})


def _known_then(archive: Archive, note: LookNote) -> tuple[Known, bool]:
    """Make again what was known of the page from the looks that the note names; and whether these are still whole."""
    then = note.target.known
    if then.as_of is None:
        return then, True
    looks, kept = archive.looks_of(note.route.value, note.url, then.runs)
    return known_of(looks, then.as_of, then.hours), kept


def _play_control(archive: Archive, control: StoredControl) -> ControlResult:
    note = _note(archive, control, ControlNote)
    answers = _answers(archive, note)
    tape = Tape(answers, note.taken_at)
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
    result = _played(partial(plugin_of(note.route).replay_control, note.control, tape))
    return believed(result, answers) if note.live else result


def _was_defect(tape: Tape, note: LookNote | ControlNote) -> bool:
    """Tell whether our own code failed then, so that `auditor.run.collect` stored a silence instead of answers."""
    takes = tape.left
    return len(takes) == 1 and takes[0].evidence.url == note.url and takes[0].silence is Cause.UNRECOGNISED_PAGE


def _note(archive: Archive, row: StoredLook | StoredControl, kind: type[_Note]) -> _Note:
    if row.note is None:
        raise _NotPlayedError(Reason.DAMAGED, "its note is missing")
    try:
        return kind.model_validate_json(archive.note(row.note))
    except ArchiveError as error:
        raise _NotPlayedError(Reason.DAMAGED, str(error)) from None
    except ValidationError:
        raise _NotPlayedError(Reason.DAMAGED, f"{row.note.where} has lost its form") from None


def _answers(archive: Archive, note: LookNote | ControlNote) -> tuple[Answer, ...]:
    """Return the answers of a look, with their headers, in the order in which they came: all but purged comments."""
    entries = {entry.evidence.id: entry for entry in archive.entries(ids=note.evidence)}
    answers = []
    for name in note.evidence:
        entry = entries.get(name)
        if entry is None:
            raise _NotPlayedError(Reason.DAMAGED, f"{name}: is missing")
        if entry.purged is not None and entry.evidence.kind is EvidenceKind.COMMENTS:
            continue
        if entry.purged is not None:
            raise _NotPlayedError(Reason.PURGED)
        try:
            record = archive.record(entry)
        except ArchiveError as error:
            raise _NotPlayedError(Reason.DAMAGED, str(error)) from None
        told = note.told.get(name, {})
        answers.append(Answer(entry.evidence, record.body, headers=record.http_headers, told=told))
    return tuple(answers)


def _played(play: Callable[[], _Seen]) -> _Seen:
    """Call a route's player. An exception is told by its kind alone: its text might quote a citizen."""
    try:
        return play()
    except Exception as error:  # noqa: BLE001 - a defect of a player costs this look, not the replay
        raise _NotPlayedError(Reason.FAILED, type(error).__name__) from None
