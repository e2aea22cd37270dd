"""A week's audit made again from the stored answers, without any network, and compared with the stored one.

The registry is the one that was kept with the audit. Each value that differs is named: office, check, field, stored,
made again. What retention has removed is no difference: values of an office
that rest on purged answers are named apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from auditor.archive import Archive, judged_controls
from auditor.audit.compare import Gap, compare_audits
from auditor.audit.document import Audit
from auditor.audit.judge import make_audit
from auditor.base.errors import ArchiveError
from auditor.base.weeks import Week
from auditor.registry import Registry
from auditor.registry.holders import office_urls
from auditor.run.playback import Missing, Played, PluginOf, Reason, play_runs
from auditor.run.stored_audits import RegistryUsed, before_purge, earlier_audits, previous_audit, registry_then


@dataclass(frozen=True, slots=True)
class Replay:
    """The result of a replay. `audit` is the one made again."""

    week: str
    as_of: datetime
    stored: Audit
    audit: Audit
    differences: tuple[Gap, ...] = ()
    """Of a gap `one` is what was stored, `other` what was made again; `check` is ``look`` or ``control`` where it was
    seen and not judged."""
    purged: tuple[Gap, ...] = ()
    """Differences of offices some of whose answers were purged: the sealed audit's values stand."""
    missing: tuple[Missing, ...] = ()
    """Looks of which answers are purged or damaged."""
    looks: int = 0
    """Looks at accounts and controls that the audit rests on, those included."""
    registry: RegistryUsed = RegistryUsed.THEN

    @property
    def equal(self) -> bool:
        """Whether the whole stored audit was made again from the evidence alone."""
        own = [look for look in self.missing if look.week == self.week or look.reason is not Reason.PURGED]
        return not (self.differences or self.purged or own) and self.registry is RegistryUsed.THEN


def replay_week(archive: Archive, registry: Registry, week: str, plugin_of: PluginOf | None = None) -> Replay:
    """Make the stored audit of `week` again and compare the two. `registry` is used where none was kept with it.

    Raises `ArchiveError` where no audit is stored or it cannot be read.
    """
    stored, as_of = _stored(archive, week)
    then, used = registry_then(archive, registry, week)
    runs = archive.runs_behind(week)
    played = play_runs(archive, runs, as_of) if plugin_of is None else play_runs(archive, runs, as_of, plugin_of)
    audit = _judged_again(archive, then, stored, as_of, played)
    gaps = [*_of_looks(then, played), *compare_audits(stored, audit)]
    purged = _offices_purged(then, played)
    aged = {id(gap) for gap in gaps if gap.check not in {"look", "control"} and _is_of(gap, purged)}
    return Replay(
        week=week,
        as_of=as_of,
        stored=stored,
        audit=audit,
        differences=tuple(gap for gap in gaps if id(gap) not in aged),
        purged=tuple(gap for gap in gaps if id(gap) in aged),
        missing=tuple(played.missing),
        looks=len(played.looks) + len(played.controls),
        registry=used,
    )


def _stored(archive: Archive, week: str) -> tuple[Audit, datetime]:
    text, as_of = archive.audit(week), archive.audited_at(week)
    if text is None or as_of is None:
        raise ArchiveError(f"no audit of {week} is stored; `auditor weekly --week {week}` makes one")
    return Audit.from_json(text), as_of


def _judged_again(archive: Archive, registry: Registry, stored: Audit, as_of: datetime, played: Played) -> Audit:
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
        vantage=controls[-1][0].vantage if controls else archive.last_vantage(stored.week, as_of),
        previous=previous_audit(archive, week, as_of),
        earlier=earlier_audits(archive, week, as_of),
        before_purge=None if purged is None else before_purge(archive, week, purged),
        synthetic=archive.synthetic,
    )
    # Of the week's first audit only `rejudged` tells, and of a purge only what is stored.
    return audit.model_copy(update={"rejudged": stored.rejudged, "comments_purged_at": purged})


def _of_looks(registry: Registry, played: Played) -> Iterator[Gap]:
    for url, gap in played.gaps:
        office = next((office.id for office in registry.offices if url in office_urls(office)), "")
        yield replace(gap, office=office)


def _offices_purged(registry: Registry, played: Played) -> set[str]:
    """Return the offices of which answers were purged."""
    urls = {look.url for look in played.missing if look.reason is Reason.PURGED}
    return {office.id for office in registry.offices if urls & set(office_urls(office))}


def _is_of(gap: Gap, offices: set[str]) -> bool:
    """Tell whether a value is of one of the offices, or sums up all."""
    return gap.office in offices if gap.office else bool(offices)
