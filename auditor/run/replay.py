"""A week's audit made again from the stored responses, without any network, and compared with the stored one.

The registry is the one that was kept with the audit. Each value that differs is named: office, check, field, stored,
made again. What retention has removed is not a difference: values of an office that rest on purged responses are
listed separately. An audit that another version of the program judged need not come out the same; each look must.

Each look of the runs behind the audit is run again from its stored responses. One that lacks some of them is listed and
counts as it was stored; if only responses with comments were purged, all else is taken again and the comments are what
the purge has left of them, their sums by post.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar, cast

from pydantic import ValidationError

from auditor.archive import Archive
from auditor.archive.snapshot_store import StoredControl
from auditor.audit.compare import Difference, diff_audits, diff_values
from auditor.audit.document import Audit
from auditor.base.errors import ArchiveError
from auditor.base.snapshot import (
    ControlResult,
    Evidence,
    EvidenceKind,
    Post,
    Route,
    RunSnapshot,
    Snapshot,
    looks_by_url,
)
from auditor.base.stored_response import StoredResponse
from auditor.base.text import phrase
from auditor.base.weeks import Week
from auditor.language.minimise_text import RULES
from auditor.probes.plugins import Plugin, plugin_of
from auditor.probes.protocol import replay
from auditor.registry import Registry
from auditor.registry.holders import office_urls
from auditor.run.look_input import LookInput
from auditor.run.stored_audits import audit_with_stored, registry_then, stored_audit

_Result = TypeVar("_Result", Snapshot, ControlResult)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
PluginOf = Callable[[Route], Plugin]


@dataclass(frozen=True, slots=True)
class MissingLook:
    """A look at an account or a control that lacks some of its responses; `detail` names the record, in English."""

    route: Route
    url: str
    week: str
    reason: Literal["purged", "damaged"]
    detail: str = ""


@dataclass(slots=True)
class ReplayedRuns:
    """All that the runs behind an audit saw, taken again as far as possible."""

    archive: Archive
    plugin_of: PluginOf
    looks: list[RunSnapshot] = field(default_factory=list)
    """Each weighs as stored: a control that comes out differently is a gap."""
    controls: list[StoredControl] = field(default_factory=list)
    missing: list[MissingLook] = field(default_factory=list)
    gaps: list[tuple[str, Difference]] = field(default_factory=list)
    """Where a look came out differently than it was stored, with the account's address."""

    def snapshots(self) -> dict[str, list[RunSnapshot]]:
        """Return the snapshots by address, as `Archive.snapshots` does."""
        return looks_by_url(self.looks)

    def repeat(self, run: int, week: str, stored: _Result) -> _Result:
        """Run one look again and note where it differs; where that is impossible, return it as it was stored."""
        missing, repeated = MissingLook(stored.route, stored.url, week, "purged"), None
        try:
            responses = _responses(self.archive, stored.evidence)
            look_input = self.archive.snapshots.look_input(run, stored)
            if look_input is not None and responses is not None:
                repeated = _run_again(self.plugin_of(stored.route), look_input, run, stored, responses)
        except ArchiveError as error:
            responses, missing = None, replace(missing, reason="damaged", detail=str(error))
        if repeated is None or len(responses or ()) < len(stored.evidence):
            self.missing.append(missing)
        if repeated is None:
            return stored
        kind = "look" if isinstance(stored, Snapshot) else "control"
        for path, stored_value, repeated_value in diff_values(_keyed_by_id(stored), _keyed_by_id(repeated)):
            where = f"{stored.route} {stored.url} {week}: {'.'.join(path)}"
            self.gaps.append((stored.url, Difference("", kind, where, stored_value, repeated_value)))
        return repeated


@dataclass(frozen=True, slots=True)
class Replay:
    """The result of a replay. `audit` is the one made again."""

    as_of: datetime
    stored: Audit
    audit: Audit
    differences: tuple[Difference, ...] = ()
    """`left` is what was stored, `right` what was made again; `check` is ``look`` or ``control`` for a difference in
    what was seen."""
    purged: tuple[Difference, ...] = ()
    """Differences of offices some of whose responses were purged: the sealed audit's values apply."""
    rejudged: tuple[Difference, ...] = ()
    """Differences between the judgement of the version that made the audit and that of this one, another version."""
    missing: tuple[MissingLook, ...] = ()
    """Looks some of whose responses are purged or damaged."""
    looks: int = 0
    """Looks at accounts and controls that the audit rests on, those included."""
    registry_was_kept: bool = True
    """Whether the registry kept with the audit was used; if it cannot be read, today's is."""

    @property
    def equal(self) -> bool:
        """Whether the whole stored audit was made again from the evidence alone."""
        relevant = [look for look in self.missing if look.week == self.stored.week or look.reason == "damaged"]
        return not (self.differences or self.rejudged or self.purged or relevant) and self.registry_was_kept


def replay_week(archive: Archive, registry: Registry, week: str) -> Replay:
    """Make the stored audit of `week` again and compare the two. `registry` is used where its own cannot be read.

    Raises `ArchiveError` where no audit is stored or it cannot be read.
    """
    stored, as_of = stored_audit(archive, week), archive.audits.as_of(week)
    if stored is None or as_of is None:
        raise ArchiveError(phrase("no audit of {week} is stored; `auditor weekly --week {week}` makes one", week=week))
    registry_of_then = registry_then(archive, week)
    registry_used = registry_of_then or registry
    replayed = replay_runs(archive, archive.audits.runs_behind(week), as_of)
    audit = _make_audit_again(archive, registry_used, stored, as_of, replayed)
    purged_urls = {look.url for look in replayed.missing if look.reason == "purged"}
    offices = {office.id for office in registry_used.offices if purged_urls & set(office_urls(office))}
    gaps = tuple(diff_audits(stored, audit))
    rejudged = gaps if stored.tool_version != audit.tool_version else ()
    purged = tuple(gap for gap in gaps if not rejudged and (gap.office in offices if gap.office else offices))
    changed = (gap for gap in gaps if gap not in rejudged and gap not in purged)
    return Replay(
        as_of=as_of,
        stored=stored,
        audit=audit,
        differences=(*_look_differences(registry_used, replayed), *changed),
        purged=purged,
        rejudged=rejudged,
        missing=tuple(replayed.missing),
        looks=len(replayed.looks) + len(replayed.controls),
        registry_was_kept=registry_of_then is not None,
    )


def _make_audit_again(
    archive: Archive, registry: Registry, stored: Audit, as_of: datetime, replayed: ReplayedRuns
) -> Audit:
    week = Week.parse(stored.week, registry.zone)
    controls = ((control.run, control.result) for control in replayed.controls if control.week == stored.week)
    purged_at = stored.comments_purged_at  # of a purge, as of the week's first audit, only what is stored tells
    audit = audit_with_stored(archive, registry, week, as_of, replayed.snapshots(), controls, purged_at, behind=True)
    return audit.model_copy(update={"rejudged": stored.rejudged})


def _look_differences(registry: Registry, replayed: ReplayedRuns) -> Iterator[Difference]:
    for url, gap in replayed.gaps:
        office = next((office.id for office in registry.offices if url in office_urls(office)), "")
        yield replace(gap, office=office)


# Looks run again from their responses --------------------------------------------------------------------------------


def replay_runs(
    archive: Archive, runs: frozenset[int], as_of: datetime, plugin_of: PluginOf = plugin_of
) -> ReplayedRuns:
    """Take again what `runs` saw up to `as_of`."""
    replayed = ReplayedRuns(archive, plugin_of)
    for control in archive.snapshots.controls(as_of):
        if control.run in runs:
            repeated = replayed.repeat(control.run, control.week, control.result)
            replayed.controls.append(replace(control, result=repeated))
    for look in archive.snapshots.all(as_of):
        if look.run in runs:
            repeated_look = replayed.repeat(look.run, look.week, look.snapshot)
            replayed.looks.append(replace(look, snapshot=repeated_look))
    return replayed


def _run_again(
    plugin: Plugin, look_input: str, run: int, stored: _Result, responses: Sequence[StoredResponse]
) -> _Result:
    """Run a look again from its input. Raises `ArchiveError` if the input or a response is damaged."""
    try:
        given = LookInput.model_validate_json(look_input)
    except ValidationError:
        raise ArchiveError(phrase("run {run}: its note has lost its form", run=run)) from None
    taken_at, vantage = (stored.taken_at, stored.vantage) if isinstance(stored, Snapshot) else (_LONG_AGO, "")
    try:
        result = replay(given.look(plugin), responses, taken_at)
    except ValidationError:
        raise ArchiveError(phrase("an answer has lost its form")) from None
    except Exception:  # noqa: BLE001 - its text might quote a citizen; what is stored shows whether it broke then too
        result = None
    repeated = cast("_Result", given.to_stored(result, stored.route, stored.evidence, taken_at, vantage))
    if given.target.rules != RULES:
        repeated = _with_stored(repeated, stored, _NOTICES)
    purged = isinstance(stored, Snapshot) and any(post.comments_purged is not None for post in stored.posts)
    if purged or len(responses) < len(stored.evidence):
        repeated = _with_stored(repeated, stored, _COMMENT_FIELDS, "sides_open")
    return repeated


_NOTICES = ("moved", "moved_to", "may_have_moved", "says_answers")
"""What the rules of the day of a look read in its posts' words: a move, answers to people."""
_COMMENT_FIELDS = tuple(name for name in Post.model_fields if name.startswith("comments"))
"""Where only purged responses had the comments, the purge has left their sums."""


def _with_stored(result: _Result, stored: _Result, of_posts: Collection[str], *names: str) -> _Result:
    """Return a look that was run again with these fields of its posts, and `names` of its own, as they are stored."""
    if not isinstance(result, Snapshot) or not isinstance(stored, Snapshot):
        return result
    fields = {post.id: {name: getattr(post, name) for name in of_posts} for post in stored.posts}
    posts = tuple(post.model_copy(update=fields.get(post.id)) for post in result.posts)
    return result.model_copy(update={"posts": posts, **{name: getattr(stored, name) for name in names}})


def _responses(archive: Archive, evidence: Sequence[Evidence]) -> list[StoredResponse] | None:
    """Return the responses of a look in the order in which they came, without purged ones of comments.

    Returns None if others were purged too. Raises `ArchiveError` where one is damaged.
    """
    entries = {entry.evidence.id: entry for entry in archive.evidence.entries(ids=[item.id for item in evidence])}
    responses = []
    for evidence_id in (item.id for item in evidence):
        entry = entries.get(evidence_id)
        if entry is None:
            raise ArchiveError(phrase("{name}: is missing", name=evidence_id))
        if entry.purged is None:
            responses.append(StoredResponse(entry.evidence, archive.evidence.record(entry).body))
        elif entry.evidence.kind is not EvidenceKind.COMMENTS:
            return None
    return responses


def _keyed_by_id(result: Snapshot | ControlResult) -> dict[str, Any]:
    """Return a snapshot or a control's result as plain data, posts and comments by id instead of position."""
    data = result.model_dump(mode="json")
    if isinstance(result, Snapshot):
        for post in data["posts"]:
            post["comments"] = {str(comment["id"]): comment for comment in post["comments"]}
        data["posts"] = {str(post["id"]): post for post in data["posts"]}
    return data
