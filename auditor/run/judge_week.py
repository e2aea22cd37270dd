"""Judge a week from the archive, show it to readers, and judge again the weeks that are still in time."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from auditor.archive import Archive
from auditor.archive.seals import InclusionProof
from auditor.audit.add_remarks import with_remarks
from auditor.audit.change import as_compared, cells_of, changed_offices, with_rejudged
from auditor.audit.document import Audit, AuditedOffice, AuditedProof, Cell, CellChangeReason
from auditor.audit.localise import localise
from auditor.base.archive_lock import hold_lock
from auditor.base.errors import ArchiveError, os_error_text
from auditor.base.snapshot import Outcome
from auditor.base.text import N_, phrase
from auditor.base.weeks import Week
from auditor.registry import Office, Registry
from auditor.registry.holders import office_urls
from auditor.run.stored_audits import audit_with_stored, previous_audit, registry_then, stored_audit, whole_since
from auditor.run.timestamp_files import keep_stamp
from auditor.run.workspace import Workspace

if TYPE_CHECKING:
    from auditor.run.collect import RunResult

log = logging.getLogger(__name__)
_FIRST_WEEK = "0000-W01"


@dataclass(frozen=True, slots=True)
class WeeklyResult:
    """The result of `audit_week`: the week's audit, and the other weeks whose audits changed, oldest first."""

    audit: Audit
    rejudged: tuple[str, ...]
    removed_ids: tuple[str, ...]
    """Ids of offices that are in the last stored audit but no longer in the registry."""
    run_result: "RunResult"


def audit_week(
    workspace: Workspace, week: Week, collect: Callable[[Archive], "RunResult"], *, synthetic: bool = False
) -> WeeklyResult:
    """Call `collect`, then judge and store the week, and each other week that is still in time and whose audit changed.

    Raises `LockedError` while another run holds the archive.
    """
    workspace.require_own_time(routes=workspace.routes_to_pages)
    with hold_lock(workspace.data), Archive.open(workspace.data) as archive:
        if synthetic:
            archive.mark_synthetic()
        run_result = collect(archive)
        as_of = run_result.finished_at
        removed_ids = tuple(_removed_ids(archive, workspace.registry, as_of))
        rejudged = []
        for other_week in _weeks_in_time(archive, workspace.registry, week, as_of):
            audit, has_changed = _rejudge(workspace, archive, other_week, as_of)
            if has_changed:
                _store_audit(workspace, archive, audit, as_of)
                rejudged.append(str(other_week))
            del audit  # only one week's is in memory
        audit, _ = _rejudge(workspace, archive, week, as_of)
        _store_audit(workspace, archive, audit, as_of)
        audit = _as_shown(workspace, archive, localise(audit, workspace.translator), as_of)
        _stamp_seal(workspace, audit.seal)
        return WeeklyResult(audit, tuple(rejudged), removed_ids, run_result)


def _weeks_in_time(archive: Archive, registry: Registry, week: Week, as_of: datetime) -> Iterator[Week]:
    """Yield the audited weeks other than `week` for which a look is still in time, oldest first."""
    days = timedelta(days=registry.policy["late_look_days"].number)
    for name in archive.audits.weeks(_FIRST_WEEK, str(Week.containing(as_of, registry.zone).shift(1)), as_of):
        other_week = Week.parse(name, registry.zone)
        if other_week != week and as_of <= other_week.ends + days:
            yield other_week


def _rejudge(workspace: Workspace, archive: Archive, week: Week, as_of: datetime) -> tuple[Audit, bool]:
    """Return the week's audit, with what differs from the stored one, and whether that differs for its readers."""
    stored = _compared_audit(archive, week)
    audit = _make_audit(archive, workspace.registry, week, as_of, None)
    if stored is None:
        return audit, True
    changed = with_rejudged_cells(workspace, archive, audit, stored)
    is_other = changed.rejudged is not None and (changed.rejudged.offices or changed.rejudged.cells)
    return changed if is_other else audit, _differs(stored, audit)


def _compared_audit(archive: Archive, week: Week) -> Audit | None:
    """Return the audit in force as a comparison needs it; None without one, or where it is damaged and replaced."""
    with suppress(ArchiveError):
        stored = stored_audit(archive, str(week))
        return as_compared(stored) if stored is not None else None
    return None


def _differs(audit: Audit, other: Audit) -> bool:
    """Return whether two audits differ in what readers see of their offices, the evidence behind it aside."""
    offices, others = ({office.id: office for office in each.offices} for each in (audit, other))
    return offices.keys() != others.keys() or any(
        _comparable(office) != _comparable(others[office_id]) for office_id, office in offices.items()
    )


def _comparable(office: AuditedOffice) -> dict[str, Any]:
    return office.model_dump(mode="json", include=_COMPARED_FIELDS)


_COMPARED_FIELDS: dict[str, Any] = {
    "holder": True,
    "exemption": True,
    "vacancy": True,
    "findings": {"__all__": {"outcome", "cause", "check", "account", "message_id", "params", "values"}},
}


def _store_audit(workspace: Workspace, archive: Archive, audit: Audit, as_of: datetime) -> None:
    archive.audits.save(audit.week, as_of, audit.to_stored(), workspace.registry.text)


def _removed_ids(archive: Archive, registry: Registry, as_of: datetime) -> Iterator[str]:
    """Yield the ids of the offices that are in the last stored audit but no longer in the registry."""
    existing_ids = {office.id for office in registry.offices}
    try:
        last_audit = previous_audit(archive, Week.containing(as_of, registry.zone).shift(1), as_of)
    except ArchiveError:  # a damaged audit names no office
        return
    yield from (
        office.id for office in (last_audit.offices if last_audit is not None else ()) if office.id not in existing_ids
    )


_NO_STAMP = N_("stamp_url: no time stamp came for the checksum of the archive; the week is complete without it")


def _stamp_seal(workspace: Workspace, seal: str) -> None:
    """Have the seal stamped if an authority is set. A week without a stamp is complete; a warning says so."""
    if not workspace.settings.stamp_url:
        return
    from auditor.probes.timestamp_client import time_stamp  # noqa: PLC0415 - few have one

    try:
        token = time_stamp(workspace.settings, seal, workspace.clock)
        if token is not None:
            keep_stamp(workspace.data, seal, token)
    except OSError as error:
        log.warning(phrase("stamp_url: the checksum's time stamp was not kept ({why})", why=os_error_text(error)))
        return
    if token is None:
        log.warning(phrase(_NO_STAMP))


def judge_week(
    workspace: Workspace, archive: Archive, week: Week, as_of: datetime, offices: Sequence[Office] | None = None
) -> Audit:
    """Judge a week from the archive, without any network, and add messages in the workspace's language."""
    return localise(_make_audit(archive, workspace.registry, week, as_of, offices), workspace.translator)


def _make_audit(
    archive: Archive, registry: Registry, week: Week, as_of: datetime, offices: Sequence[Office] | None
) -> Audit:
    urls = {url for office in offices for url in office_urls(office)} if offices is not None else None
    snapshots = archive.snapshots.snapshots(as_of, urls, whole_since(archive, registry, week, as_of))
    controls = ((control.run, control.result) for control in archive.snapshots.controls(as_of, str(week)))
    purged_at = archive.audits.comments_purged(str(week))
    return audit_with_stored(archive, registry, week, as_of, snapshots, controls, purged_at, offices=offices)


def show_week(workspace: Workspace, archive: Archive, week: Week, as_of: datetime) -> Audit:
    """Return a week's audit for a report, with its statements and corrections.

    If `as_of` is the moment of a stored audit, to the second, that audit is shown. For another moment the week is
    judged again by today's registry, and the document names each verdict that differs from the stored one.
    """
    stored = stored_audit(archive, str(week), as_of) or stored_audit(archive, str(week))
    if stored is not None and stored.as_of == as_of.replace(microsecond=0):
        return _as_shown(workspace, archive, localise(stored, workspace.translator), as_of)
    audit = judge_week(workspace, archive, week, as_of)
    shown = audit if stored is None else with_rejudged_cells(workspace, archive, audit, stored)
    return _as_shown(workspace, archive, shown, as_of)


def published_weeks(workspace: Workspace, archive: Archive, as_of: datetime, judged_audit: Audit) -> Iterable[Audit]:
    """Return all weeks as readers see them, oldest first: the last audit of each up to `as_of`, and `judged_audit`.

    They can be iterated as long as the archive is open, and as often as wished; each is read when it is asked for.
    """
    return _PublishedWeeks(workspace, archive, as_of, judged_audit)


@dataclass(frozen=True, slots=True)
class _PublishedWeeks:
    workspace: Workspace
    archive: Archive
    as_of: datetime
    judged_audit: Audit

    def __iter__(self) -> Iterator[Audit]:
        for week in sorted({*self.archive.audits.weeks(_FIRST_WEEK, "9999-W53", self.as_of), self.judged_audit.week}):
            yield self.judged_audit if week == self.judged_audit.week else self._stored(week)

    def _stored(self, name: str) -> Audit:
        week = Week.parse(name, self.workspace.registry.zone)
        (text,) = self.archive.audits.between(name, str(week.shift(1)), self.as_of)
        audit = localise(Audit.from_json(text), self.workspace.translator)
        return _as_shown(self.workspace, self.archive, audit, self.as_of)


def _as_shown(workspace: Workspace, archive: Archive, audit: Audit, as_of: datetime) -> Audit:
    """Return an audit as readers see it.

    With remarks, the seal to print, the archive's first seal, the inclusion proofs of the findings' evidence, and the
    moment of the first audit.
    """
    evidence_ids = {name for office in audit.offices for finding in office.proved() for name in finding.evidence}
    proofs = {name: _audited_proof(proof) for name, proof in archive.evidence.proofs(evidence_ids).items()}
    first_stored_at = archive.audits.as_of(audit.week, first=True)
    first_as_of = first_stored_at if first_stored_at is not None and first_stored_at < audit.as_of else None
    seals = {"seal": archive.audits.seal_of(audit.week, as_of), "archive": archive.audits.first_seal()}
    shown = with_remarks_and_contact(workspace, audit, as_of)
    return shown.model_copy(update={**seals, "first_as_of": first_as_of}).map_offices(
        lambda office: _with_proofs(office, proofs)
    )


def _with_proofs(office: AuditedOffice, proofs: Mapping[str, AuditedProof]) -> AuditedOffice:
    with_proof = {
        name: evidence.model_copy(update={"proof": proofs[name]})
        for name, evidence in office.evidence.items()
        if name in proofs
    }
    return office.model_copy(update={"evidence": {**office.evidence, **with_proof}}) if with_proof else office


def _audited_proof(proof: InclusionProof) -> AuditedProof:
    path = [f"{side}:{joined}" for side, joined in proof.path]
    return AuditedProof.model_validate({**asdict(proof), "path": path})


def with_remarks_and_contact(workspace: Workspace, audit: Audit, as_of: datetime) -> Audit:
    """Return the audit with the remarks up to `as_of`, its version and the contact for readers."""
    contact = workspace.settings.contact
    return with_remarks(audit, workspace.remarks, contact, registry=workspace.registry, as_of=as_of)


def exit_code(audit: Audit) -> int:
    """Return 1 if a finding failed, else 3 if one is undecided (`cantTell` or `untested`), else 0."""
    outcomes = {finding.outcome for office in audit.offices for finding in office.findings}
    if Outcome.FAILED in outcomes:
        return 1
    return 3 if outcomes & {Outcome.CANT_TELL, Outcome.UNTESTED} else 0


def with_rejudged_cells(workspace: Workspace, archive: Archive, audit: Audit, stored: Audit) -> Audit:
    """Return `audit` with its differences from the first stored audit of its week, and the reason for each.

    To find the reason, the offices concerned are judged again as of the first audit's moment: by the registry stored
    with it and today's rules, and by today's registry.
    """
    office_ids, registry_now = changed_offices(audit, stored), workspace.registry
    if not office_ids:
        return with_rejudged(audit, stored)
    week, first = Week.parse(audit.week, registry_now.zone), stored.rejudged
    # To the microsecond if the stored audit is also the first one.
    as_of = first.stored_as_of if first is not None else archive.audits.as_of(stored.week) or stored.as_of
    registry_of_then = registry_then(archive, audit.week) or registry_now
    then_with_rules_of_now = registry_of_then.model_copy(
        update={"policy": registry_now.policy, "directive": registry_now.directive}
    )

    def cells_by(registry: Registry) -> Mapping[Cell, str]:
        offices = [office for office in registry.offices if office.id in office_ids]
        return cells_of(_make_audit(archive, registry, week, as_of, offices))

    by_rule, by_registry = cells_by(then_with_rules_of_now), cells_by(registry_now)
    return with_rejudged(audit, stored, {CellChangeReason.RULE: by_rule, CellChangeReason.REGISTRY: by_registry})
