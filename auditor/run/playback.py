"""What runs saw, taken again from the stored answers by the look that saw it.

A look whose answers are not all there is named. It counts as it was stored, but for comments whose answers alone were
purged: then all else is taken again, and the comments are what the purge has left of them, their sums by post.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from auditor.archive import Archive, StoredControl, StoredLook
from auditor.audit.compare import Gap, compare_values
from auditor.base.answers import Answer
from auditor.base.errors import ArchiveError
from auditor.base.snapshot import (
    ControlResult,
    Evidence,
    EvidenceKind,
    Post,
    Route,
    Snapshot,
    StoredSnapshot,
    routes_seen_by,
    with_run,
)
from auditor.probes.looks import Look, replay
from auditor.probes.plugins import Plugin, plugin_of
from auditor.run.notes import ControlNote, LookNote
from auditor.run.seen import stored_control, stored_look

_Seen = TypeVar("_Seen", Snapshot, ControlResult)
_Note = TypeVar("_Note", bound=BaseModel)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
PluginOf = Callable[[Route], Plugin]


class Reason(StrEnum):
    """Why answers of a look are not there."""

    PURGED = "purged"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Missing:
    """A look at an account or a control whose answers are not all there; `detail` names the record, in English."""

    route: Route
    url: str
    week: str
    reason: Reason
    detail: str = ""


@dataclass(slots=True)
class Played:
    """All that the runs behind an audit saw, taken again as far as that could be done."""

    looks: list[tuple[StoredLook, Snapshot]] = field(default_factory=list)
    controls: list[tuple[StoredControl, ControlResult]] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    gaps: list[tuple[str, Gap]] = field(default_factory=list)
    """Where a look came out differently than it was stored, with the account's address."""

    def snapshots(self) -> dict[str, list[StoredSnapshot]]:
        """Return the snapshots by address, as `Archive.snapshots` does."""
        looks = [(look.run, look.week, snapshot) for look, snapshot in self.looks]
        routes = routes_seen_by(looks, [(control.run, result) for control, result in self.controls])
        found: dict[str, list[StoredSnapshot]] = {}
        for (look, _), row in zip(self.looks, with_run(looks, routes), strict=True):
            found.setdefault(look.snapshot.url, []).append(row)
        return found


class _MissingError(Exception):
    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


def play_runs(archive: Archive, runs: frozenset[int], as_of: datetime, plugin_of: PluginOf = plugin_of) -> Played:
    """Take again what `runs` saw up to `as_of`."""
    played, player = Played(), _Player(archive, plugin_of)
    for control in archive.control_looks(as_of):
        if control.run in runs:
            played.controls.append((control, player.play(player.control, control, control.result, played)))
    for look in archive.looks(as_of):
        if look.run in runs:
            played.looks.append((look, player.play(player.look, look, look.snapshot, played)))
    return played


_Row = TypeVar("_Row", StoredLook, StoredControl)


@dataclass(frozen=True, slots=True)
class _Player:
    archive: Archive
    plugin_of: PluginOf

    def play(self, again: Callable[[_Row, Sequence[Answer]], _Seen], row: _Row, stored: _Seen, played: Played) -> _Seen:
        """Take one look again and note where it differs; where it cannot be, return it as it was stored."""
        try:
            answers = self._answers(stored.evidence)
            found = again(row, answers)
        except _MissingError as error:
            played.missing.append(Missing(stored.route, stored.url, row.week, error.reason, error.detail))
            return stored
        if len(answers) < len(stored.evidence):
            played.missing.append(Missing(stored.route, stored.url, row.week, Reason.PURGED))
        kind = "look" if isinstance(row, StoredLook) else "control"
        for path, was, now in compare_values(_by_numbers(stored), _by_numbers(found)):
            where = f"{stored.route} {stored.url} {row.week}: {'.'.join(path)}"
            played.gaps.append((stored.url, Gap("", kind, where, was, now)))
        return found

    def look(self, row: StoredLook, answers: Sequence[Answer]) -> Snapshot:
        """Take a look at an account again."""
        if row.brief:
            raise _MissingError(Reason.PURGED)
        stored, note = row.snapshot, self._note(row, LookNote)
        look, at = self.plugin_of(stored.route).look(note.target, note.window), stored.taken_at
        seen = stored_look(_again(look, answers, at), stored.route, note, stored.evidence, at, stored.vantage)
        whole = row.purged is None and len(answers) == len(stored.evidence)
        return seen if whole else _with_sums(seen, stored)

    def control(self, row: StoredControl, answers: Sequence[Answer]) -> ControlResult:
        """Take a look at a control again."""
        stored, note = row.result, self._note(row, ControlNote)
        look = self.plugin_of(stored.route).control(note.control)
        return stored_control(_again(look, answers, _LONG_AGO), stored.route, note, stored.evidence)

    def _note(self, row: StoredLook | StoredControl, kind: type[_Note]) -> _Note:
        if row.note is None:
            raise _MissingError(Reason.DAMAGED, "its note is missing")
        try:
            return kind.model_validate_json(self.archive.note(row.note))
        except ArchiveError as error:
            raise _MissingError(Reason.DAMAGED, str(error)) from None
        except ValidationError:
            raise _MissingError(Reason.DAMAGED, f"{row.note.where} has lost its form") from None

    def _answers(self, evidence: Sequence[Evidence]) -> list[Answer]:
        """Return the answers of a look in the order in which they came: all but purged ones of comments."""
        names = [answer.id for answer in evidence]
        entries = {entry.evidence.id: entry for entry in self.archive.entries(ids=names)}
        answers = []
        for name in names:
            entry = entries.get(name)
            if entry is None:
                raise _MissingError(Reason.DAMAGED, f"{name}: is missing")
            if entry.purged is None:
                try:
                    answers.append(Answer(entry.evidence, self.archive.record(entry).body))
                except ArchiveError as error:
                    raise _MissingError(Reason.DAMAGED, str(error)) from None
            elif entry.evidence.kind is not EvidenceKind.COMMENTS:
                raise _MissingError(Reason.PURGED)
        return answers


def _again(look: Look[_Seen], answers: Sequence[Answer], at: datetime) -> _Seen | None:
    """Take a look again; None: it broke, as it did then or by a change of ours since."""
    try:
        return replay(look, answers, at)
    except ValidationError:
        raise _MissingError(Reason.DAMAGED, "an answer has lost its form") from None
    except Exception:  # noqa: BLE001 - its text might quote a citizen; what is stored shows whether it broke then too
        return None


def _by_numbers(seen: Snapshot | ControlResult) -> dict[str, Any]:
    """Return what was seen as plain data, posts and comments by their numbers instead of their places."""
    data = seen.model_dump(mode="json")
    if isinstance(seen, Snapshot):
        for post in data["posts"]:
            post["comments"] = {str(comment["id"]): comment for comment in post["comments"]}
        data["posts"] = {str(post["id"]): post for post in data["posts"]}
    return data


def _with_sums(seen: Snapshot, stored: Snapshot) -> Snapshot:
    """Return a look that was taken again without its answers of comments, with what the purge has left of these."""
    names = [name for name in Post.model_fields if name.startswith("comments")]
    left = {post.id: {name: getattr(post, name) for name in names} for post in stored.posts}
    return seen.model_copy(update={"posts": tuple(p.model_copy(update=left.get(p.id)) for p in seen.posts)})
