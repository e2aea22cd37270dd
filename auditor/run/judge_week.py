"""A week judged from the archive and shown to readers, and those still in time judged again."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from auditor.archive import Archive
from auditor.archive.seals import InclusionProof
from auditor.audit.add_remarks import with_remarks
from auditor.audit.change import RejudgedAudits, changed_offices, with_rejudged
from auditor.audit.controls import judged_controls
from auditor.audit.document import Audit, AuditedOffice, AuditedProof
from auditor.audit.localise import localise
from auditor.audit.make_audit import make_audit
from auditor.base.archive_lock import hold_lock
from auditor.base.errors import ArchiveError, os_error_text
from auditor.base.snapshot import Outcome
from auditor.base.text import N_, phrase
from auditor.base.weeks import Week
from auditor.registry import Office, Registry
from auditor.registry.holders import office_urls
from auditor.run.stored_audits import (
    before_purge,
    earlier_audits,
    previous_audit,
    registry_then,
    stored_audit,
    whole_since,
)
from auditor.run.timestamp_files import keep_stamp
from auditor.run.workspace import Workspace

if TYPE_CHECKING:
    from auditor.run.collect import RunResult

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WeeklyResult:
    """What `weekly` made: the week's audit, and those of earlier weeks that it changed, the oldest first."""

    audit: Audit
    rejudged: tuple[Audit, ...]
    removed_ids: tuple[str, ...]
    """Ids of offices that the last stored audit has and the registry has not."""
    run_result: "RunResult"


def audit_week(
    session: Workspace, week: Week, look: Callable[[Archive], "RunResult"], *, synthetic: bool = False
) -> WeeklyResult:
    """Collect by `look`, judge and store the week, and every other that is still in time and has changed by it.

    Raises `LockedError` while another run holds the archive.
    """
    session.require_own_time()
    with hold_lock(session.data), Archive.open(session.data) as archive:
        if synthetic:
            archive.mark_synthetic()
        done = look(archive)
        as_of = done.finished_at
        gone = tuple(_ids_gone(archive, session.registry, as_of))
        again = []
        for other in _in_time(archive, session.registry, week, as_of):
            audit = _judged_anew(session, archive, other, as_of)
            if _has_changed(archive, audit):
                again.append(_stored(session, archive, audit, as_of))
        audit = _stored(session, archive, _judged_anew(session, archive, week, as_of), as_of)
        _stamp(session, audit.seal)
        return WeeklyResult(audit, tuple(again), gone, done)


def _in_time(archive: Archive, registry: Registry, week: Week, as_of: datetime) -> Iterator[Week]:
    """Yield the audited weeks besides `week` at which a look is still in time, the oldest first."""
    days = timedelta(days=registry.policy["late_look_days"].number)
    first, end = Week.containing(as_of - days, registry.zone).shift(-1), Week.containing(as_of, registry.zone).shift(1)
    for name in archive.audits.weeks(str(first), str(end), as_of):
        other = Week.parse(name, registry.zone)
        if other != week and as_of <= other.ends + days:
            yield other


def _judged_anew(session: Workspace, archive: Archive, week: Week, as_of: datetime) -> Audit:
    return _with_turned_cells(session, archive, judge_week(session, archive, week, as_of))


def _has_changed(archive: Archive, audit: Audit) -> bool:
    """Tell whether an audit says something else than the one that is stored of its week."""
    stored = _readable(archive, audit.week)
    return stored is None or _comparable(stored) != _comparable(audit)


def _readable(archive: Archive, week: str) -> Audit | None:
    """Return the audit that is stored of a week; None: there is none, or it is damaged and the next one replaces it."""
    try:
        return stored_audit(archive, week)
    except ArchiveError:
        return None


def _comparable(audit: Audit) -> dict[str, Any]:
    """Return what an audit says of each office, without the answers behind it."""
    return {office.id: office.model_dump(mode="json", include=_TOLD) for office in audit.offices}


_TOLD: dict[str, Any] = {
    "holder": True,
    "exemption": True,
    "vacancy": True,
    "findings": {"__all__": {"outcome", "cause", "check", "account", "message_id", "params", "values"}},
}


def _stored(session: Workspace, archive: Archive, audit: Audit, as_of: datetime) -> Audit:
    """Store an audit, and return it as readers see it."""
    archive.audits.save(audit.week, as_of, audit.to_stored(), session.registry.text)
    return _sealed(archive, with_remarks_and_contact(session, audit, as_of), as_of)


def _ids_gone(archive: Archive, registry: Registry, as_of: datetime) -> Iterator[str]:
    """Yield the ids of the offices of the last stored audit that the registry does not have any more."""
    known = {office.id for office in registry.offices}
    try:
        last = previous_audit(archive, Week.containing(as_of, registry.zone).shift(1), as_of)
    except ArchiveError:  # it is damaged, and tells nothing
        return
    yield from (office.id for office in (last.offices if last is not None else ()) if office.id not in known)


_NO_STAMP = N_("AUDITOR_STAMP_URL: no time stamp came for the seal of this audit; the week is complete without it")


def _stamp(session: Workspace, seal: str) -> None:
    """Have the seal stamped where an authority is set. Without a stamp a week is worth no less: it is only told."""
    if not session.settings.stamp_url:
        return
    from auditor.probes.timestamp_client import time_stamp  # noqa: PLC0415 - few have one

    try:
        token = time_stamp(session.settings.stamp_url, seal, session.clock)
        if token is not None:
            keep_stamp(session.data, seal, token)
    except OSError as error:
        log.warning(phrase("AUDITOR_STAMP_URL: the seal's time stamp was not kept ({why})", why=os_error_text(error)))
        return
    if token is None:
        log.warning(phrase(_NO_STAMP))


def judge_week(
    session: Workspace, archive: Archive, week: Week, as_of: datetime, offices: Sequence[Office] | None = None
) -> Audit:
    """Judge a week from what the archive holds, without any network, and say it in the session's language."""
    return localise(_judged(session, archive, week, as_of, offices), session.words)


def _judged(
    session: Workspace, archive: Archive, week: Week, as_of: datetime, offices: Sequence[Office] | None = None
) -> Audit:
    controls = judged_controls((one.run, one.result) for one in archive.snapshots.controls(as_of, str(week)))
    urls = {url for office in offices for url in office_urls(office)} if offices is not None else None
    purged = archive.audits.comments_purged(str(week))
    seen = archive.snapshots.snapshots(as_of, urls, whole_since(archive, session.registry, week, as_of))
    audit = make_audit(
        session.registry,
        week,
        as_of,
        seen,
        looked=bool(controls) or any(one.week == str(week) for rows in seen.values() for one in rows),
        controls=controls,
        requests=archive.requests(str(week), as_of),
        vantage=archive.vantage(str(week), as_of),
        previous=previous_audit(archive, week, as_of),
        earlier=earlier_audits(archive, week, as_of),
        before_purge=before_purge(archive, week, purged) if purged is not None else None,
        synthetic=archive.synthetic,
        offices=offices,
    )
    return audit.model_copy(update={"comments_purged_at": purged})


def show_week(session: Workspace, archive: Archive, week: Week, as_of: datetime) -> Audit:
    """Return a week's audit for a report, with its statements and corrections.

    As of the moment at which the stored audit was made, that audit is the report. At another moment the week is judged
    again by the present registry, and the document names each verdict that differs from the stored one.
    """
    return _sealed(
        archive, with_remarks_and_contact(session, _audit_shown(session, archive, week, as_of), as_of), as_of
    )


def published_weeks(session: Workspace, archive: Archive, as_of: datetime, judged: Audit) -> list[Audit]:
    """Return every stored week as readers are shown it, made up to a moment, oldest first; `judged` is one of them."""
    texts = archive.audits.between("0000-W01", "9999-W53", as_of)
    weeks = {audit.week: audit for audit in map(Audit.from_json, texts) if audit.week != judged.week}
    shown = [
        _sealed(archive, with_remarks_and_contact(session, localise(a, session.words), as_of), as_of)
        for a in weeks.values()
    ]
    return sorted([*shown, judged], key=lambda audit: audit.week)


def _sealed(archive: Archive, audit: Audit, as_of: datetime) -> Audit:
    """Add the seal that is printed, where under it that is on which contested findings rest, and the first moment."""
    named = {name for office in audit.offices for finding in office.contested() for name in finding.evidence}
    found = {name: _proof(proof) for name, proof in archive.evidence.proofs(named).items()}
    first = archive.audits.as_of(audit.week, first=True)
    first_as_of = first if first is not None and first < audit.as_of else None
    seal = archive.audits.seal_of(audit.week, as_of)
    return audit.model_copy(update={"seal": seal, "first_as_of": first_as_of}).map_offices(
        lambda office: _proved(office, found)
    )


def _proved(office: AuditedOffice, found: Mapping[str, AuditedProof]) -> AuditedOffice:
    proved = {
        name: answer.model_copy(update={"proof": found[name]})
        for name, answer in office.evidence.items()
        if name in found
    }
    return office.model_copy(update={"evidence": {**office.evidence, **proved}}) if proved else office


def _proof(proof: InclusionProof) -> AuditedProof:
    path = [f"{side}:{joined}" for side, joined in proof.path]
    return AuditedProof.model_validate({**asdict(proof), "path": path})


def with_remarks_and_contact(session: Workspace, audit: Audit, as_of: datetime) -> Audit:
    """Return a document for readers: with the remarks up to `as_of`, its version and where to write."""
    contact = session.settings.contact
    return with_remarks(audit, session.remarks, contact, registry=session.registry, as_of=as_of)


def exit_code(audit: Audit) -> int:
    """Return 0 if nothing failed, 1 if something failed, 3 if nothing failed but something could not be told."""
    outcomes = {finding.outcome for office in audit.offices for finding in office.findings}
    if Outcome.FAILED in outcomes:
        return 1
    return 3 if outcomes & {Outcome.CANT_TELL, Outcome.UNTESTED} else 0


def _with_turned_cells(session: Workspace, archive: Archive, audit: Audit) -> Audit:
    """Name the verdicts and cells that differ from those of the week's stored audit, if there is one."""
    stored = _readable(archive, audit.week)
    changed = None if stored is None else with_rejudged_cells(session, archive, audit, stored)
    told = None if changed is None else changed.rejudged
    return changed if changed is not None and told is not None and (told.offices or told.cells) else audit


def with_rejudged_cells(session: Workspace, archive: Archive, audit: Audit, stored: Audit) -> Audit:
    """Return `audit` with what differs from the audit of its week that was stored first, and what made it another.

    To tell that, the offices concerned are judged again as of the first audit's moment: by the registry of then with
    the rules of now, and by the registry of now.
    """
    names, book = changed_offices(audit, stored), session.registry
    if not names:
        return with_rejudged(audit, stored)
    week, as_of = Week.parse(audit.week, book.zone), _first_made(archive, stored)
    then = registry_then(archive, audit.week) or book
    ruled = then.model_copy(update={"policy": book.policy, "directive": book.directive})
    by_rule, by_registry = (
        _judged(replace(session, registry=one), archive, week, as_of, [o for o in one.offices if o.id in names])
        for one in (ruled, book)
    )
    return with_rejudged(audit, stored, RejudgedAudits(by_rule, by_registry))


def _first_made(archive: Archive, stored: Audit) -> datetime:
    """Return the moment of the week's first audit, to the microsecond where it is the last one stored."""
    if stored.rejudged is not None:
        return stored.rejudged.stored_as_of
    return archive.audits.as_of(stored.week) or stored.as_of


def _audit_shown(session: Workspace, archive: Archive, week: Week, as_of: datetime) -> Audit:
    stored = stored_audit(archive, str(week), as_of) or stored_audit(archive, str(week))
    if stored is None:
        return judge_week(session, archive, week, as_of)
    if stored.as_of != as_of.replace(microsecond=0):
        return with_rejudged_cells(session, archive, judge_week(session, archive, week, as_of), stored)
    return localise(stored, session.words)
