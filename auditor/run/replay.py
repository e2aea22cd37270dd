"""A week's audit made again from the stored answers, without any network, and compared with the stored one.

The registry is the one that was kept with the audit. Each value that differs is named: office, check, field, stored,
made again. What retention has removed is no difference: values of an office that rest on purged answers are named
apart.

What runs saw is taken again by the look that saw it. A look whose answers are not all there is named. It counts as it
was stored, but for comments whose answers alone were purged: then all else is taken again, and the comments are what
the purge has left of them, their sums by post.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar, cast

from pydantic import ValidationError

from auditor.archive import Archive
from auditor.archive.snapshot_store import StoredControl, StoredLook
from auditor.audit.compare import Difference, diff_audits, diff_values
from auditor.audit.controls import judged_controls
from auditor.audit.document import Audit
from auditor.audit.make_audit import make_audit
from auditor.base.errors import ArchiveError
from auditor.base.snapshot import (
    ControlResult,
    Evidence,
    EvidenceKind,
    Post,
    Route,
    RunSnapshot,
    Snapshot,
    attach_route_health,
    route_health_by_run,
)
from auditor.base.stored_response import StoredResponse
from auditor.base.text import phrase
from auditor.base.weeks import Week
from auditor.probes.plugins import Plugin, plugin_of
from auditor.probes.protocol import replay
from auditor.registry import Registry
from auditor.registry.holders import office_urls
from auditor.run.look_input import LookInput
from auditor.run.stored_audits import before_purge, earlier_audits, previous_audit, registry_then, stored_audit

_Seen = TypeVar("_Seen", Snapshot, ControlResult)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
PluginOf = Callable[[Route], Plugin]


@dataclass(frozen=True, slots=True)
class MissingLook:
    """A look at an account or a control whose answers are not all there; `detail` names the record, in English."""

    route: Route
    url: str
    week: str
    reason: Literal["purged", "damaged"]
    detail: str = ""


@dataclass(slots=True)
class ReplayedRuns:
    """All that the runs behind an audit saw, taken again as far as that could be done."""

    looks: list[tuple[StoredLook, Snapshot]] = field(default_factory=list)
    controls: list[tuple[StoredControl, ControlResult]] = field(default_factory=list)
    missing: list[MissingLook] = field(default_factory=list)
    gaps: list[tuple[str, Difference]] = field(default_factory=list)
    """Where a look came out differently than it was stored, with the account's address."""

    def snapshots(self) -> dict[str, list[RunSnapshot]]:
        """Return the snapshots by address, as `Archive.snapshots` does."""
        looks = [(look.run, look.week, snapshot) for look, snapshot in self.looks]
        routes = route_health_by_run(looks, [(control.run, result) for control, result in self.controls])
        found: dict[str, list[RunSnapshot]] = {}
        for (look, _), row in zip(self.looks, attach_route_health(looks, routes), strict=True):
            found.setdefault(look.snapshot.url, []).append(row)
        return found


@dataclass(frozen=True, slots=True)
class Replay:
    """The result of a replay. `audit` is the one made again."""

    week: str
    as_of: datetime
    stored: Audit
    audit: Audit
    differences: tuple[Difference, ...] = ()
    """Of a gap `one` is what was stored, `other` what was made again; `check` is ``look`` or ``control`` where it was
    seen and not judged."""
    purged: tuple[Difference, ...] = ()
    """Differences of offices some of whose answers were purged: the sealed audit's values stand."""
    missing: tuple[MissingLook, ...] = ()
    """Looks of which answers are purged or damaged."""
    looks: int = 0
    """Looks at accounts and controls that the audit rests on, those included."""
    registry_was_kept: bool = True
    """By the registry that was kept with the audit; else by the one of now, because that cannot be read."""

    @property
    def equal(self) -> bool:
        """Whether the whole stored audit was made again from the evidence alone."""
        own = [look for look in self.missing if look.week == self.week or look.reason == "damaged"]
        return not (self.differences or self.purged or own) and self.registry_was_kept


def replay_week(archive: Archive, registry: Registry, week: str, plugin_of: PluginOf = plugin_of) -> Replay:
    """Make the stored audit of `week` again and compare the two. `registry` is used where its own cannot be read.

    Raises `ArchiveError` where no audit is stored or it cannot be read.
    """
    stored, as_of = stored_audit(archive, week), archive.audits.as_of(week)
    if stored is None or as_of is None:
        raise ArchiveError(phrase("no audit of {week} is stored; `auditor weekly --week {week}` makes one", week=week))
    kept = registry_then(archive, week)
    then = kept or registry
    played = replay_runs(archive, archive.audits.runs_behind(week), as_of, plugin_of)
    audit = _judged_again(archive, then, stored, as_of, played)
    aged = {look.url for look in played.missing if look.reason == "purged"}
    offices = {office.id for office in then.offices if aged & set(office_urls(office))}
    gaps = list(diff_audits(stored, audit))
    purged = tuple(gap for gap in gaps if (gap.office in offices if gap.office else offices))
    return Replay(
        week=week,
        as_of=as_of,
        stored=stored,
        audit=audit,
        differences=(*_of_looks(then, played), *(gap for gap in gaps if gap not in purged)),
        purged=purged,
        missing=tuple(played.missing),
        looks=len(played.looks) + len(played.controls),
        registry_was_kept=kept is not None,
    )


def _judged_again(archive: Archive, registry: Registry, stored: Audit, as_of: datetime, played: ReplayedRuns) -> Audit:
    week = Week.parse(stored.week, registry.zone)
    controls = [(control, result) for control, result in played.controls if control.week == stored.week]
    purged = stored.comments_purged_at
    audit = make_audit(
        registry,
        week,
        as_of,
        played.snapshots(),
        controls=judged_controls((control.run, result) for control, result in controls),
        requests=archive.requests(stored.week, as_of, behind=True),
        vantage=archive.vantage(stored.week, as_of),
        previous=previous_audit(archive, week, as_of),
        earlier=earlier_audits(archive, week, as_of),
        before_purge=None if purged is None else before_purge(archive, week, purged),
        synthetic=archive.synthetic,
    )
    # Of the week's first audit only `rejudged` tells, and of a purge only what is stored.
    return audit.model_copy(update={"rejudged": stored.rejudged, "comments_purged_at": purged})


def _of_looks(registry: Registry, played: ReplayedRuns) -> Iterator[Difference]:
    for url, gap in played.gaps:
        office = next((office.id for office in registry.offices if url in office_urls(office)), "")
        yield replace(gap, office=office)


# What was seen, taken again ------------------------------------------------------------------------------------------


def replay_runs(
    archive: Archive, runs: frozenset[int], as_of: datetime, plugin_of: PluginOf = plugin_of
) -> ReplayedRuns:
    """Take again what `runs` saw up to `as_of`."""
    played = ReplayedRuns()
    for control in archive.snapshots.controls(as_of):
        if control.run in runs:
            again = _played(archive, plugin_of, control, control.result, played)
            played.controls.append((control, again))
    for look in archive.snapshots.all(as_of):
        if look.run in runs:
            played.looks.append((look, _played(archive, plugin_of, look, look.snapshot, played)))
    return played


def _played(
    archive: Archive, plugin_of: PluginOf, row: StoredLook | StoredControl, stored: _Seen, played: ReplayedRuns
) -> _Seen:
    """Take one look again and note where it differs; where it cannot be, return it as it was stored."""

    def missing(reason: Literal["purged", "damaged"], detail: str = "") -> None:
        played.missing.append(MissingLook(stored.route, stored.url, row.week, reason, detail))

    try:
        answers = _answers(archive, stored.evidence)
        asked = archive.snapshots.look_input(row.run, stored)
        gone = asked is None or answers is None
        again = None if gone else _again(plugin_of(stored.route), str(asked), row, stored, answers or ())
    except ArchiveError as error:
        missing("damaged", str(error))
        return stored
    if again is None or answers is None or len(answers) < len(stored.evidence):
        missing("purged")
    if again is None:
        return stored
    kind = "look" if isinstance(stored, Snapshot) else "control"
    for path, was, now in diff_values(_by_numbers(stored), _by_numbers(again)):
        where = f"{stored.route} {stored.url} {row.week}: {'.'.join(path)}"
        played.gaps.append((stored.url, Difference("", kind, where, was, now)))
    return again


def _again(
    plugin: Plugin, asked: str, row: StoredLook | StoredControl, stored: _Seen, answers: Sequence[StoredResponse]
) -> _Seen:
    """Take a look again, by its note. Raises `ArchiveError` for what is damaged."""
    try:
        note = LookInput.model_validate_json(asked)
    except ValidationError:
        raise ArchiveError(phrase("run {run}: its note has lost its form", run=row.run)) from None
    at, vantage = (stored.taken_at, stored.vantage) if isinstance(stored, Snapshot) else (_LONG_AGO, "")
    try:
        seen = replay(note.look(plugin), answers, at)
    except ValidationError:
        raise ArchiveError(phrase("an answer has lost its form")) from None
    except Exception:  # noqa: BLE001 - its text might quote a citizen; what is stored shows whether it broke then too
        seen = None
    again = cast("_Seen", note.to_stored(seen, stored.route, stored.evidence, at, vantage))
    purged = isinstance(stored, Snapshot) and any(post.comments_purged is not None for post in stored.posts)
    return _with_sums(again, stored) if purged or len(answers) < len(stored.evidence) else again


def _answers(archive: Archive, evidence: Sequence[Evidence]) -> list[StoredResponse] | None:
    """Return the answers of a look in the order in which they came, but for purged ones of comments.

    None: others were purged too. Raises `ArchiveError` where one is damaged.
    """
    entries = {entry.evidence.id: entry for entry in archive.evidence.entries(ids=[answer.id for answer in evidence])}
    answers = []
    for name in (answer.id for answer in evidence):
        entry = entries.get(name)
        if entry is None:
            raise ArchiveError(phrase("{name}: is missing", name=name))
        if entry.purged is None:
            answers.append(StoredResponse(entry.evidence, archive.evidence.record(entry).body))
        elif entry.evidence.kind is not EvidenceKind.COMMENTS:
            return None
    return answers


def _by_numbers(seen: Snapshot | ControlResult) -> dict[str, Any]:
    """Return what was seen as plain data, posts and comments by their numbers instead of their places."""
    data = seen.model_dump(mode="json")
    if isinstance(seen, Snapshot):
        for post in data["posts"]:
            post["comments"] = {str(comment["id"]): comment for comment in post["comments"]}
        data["posts"] = {str(post["id"]): post for post in data["posts"]}
    return data


def _with_sums(seen: _Seen, stored: _Seen) -> _Seen:
    """Return a look that was taken again without its answers of comments, with what the purge has left of these."""
    if not isinstance(seen, Snapshot) or not isinstance(stored, Snapshot):
        return seen
    names = [name for name in Post.model_fields if name.startswith("comments")]
    left = {post.id: {name: getattr(post, name) for name in names} for post in stored.posts}
    posts = tuple(p.model_copy(update=left.get(p.id)) for p in seen.posts)
    return seen.model_copy(update={"posts": posts, "sides_open": stored.sides_open})
