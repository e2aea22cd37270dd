"""One week: judged from the archive, and shown to readers."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from auditor.archive import Archive, Proof, hold_lock
from auditor.audit.change import TimeSplit, rejudged, turned_offices
from auditor.audit.document import Audit, AuditedOffice, AuditedProof
from auditor.audit.judge import SeenBy, make_audit
from auditor.audit.remarks import with_remarks
from auditor.audit.words import worded
from auditor.base.errors import ArchiveError, UsageError
from auditor.base.snapshot import Outcome
from auditor.base.weeks import Week
from auditor.registry import Office
from auditor.registry.models import office_urls
from auditor.run.session import Session
from auditor.run.stored_audits import earlier_audits, registry_then, whole_since

if TYPE_CHECKING:
    from auditor.run.collect import Collected

log = logging.getLogger(__name__)


def audit_week(
    session: Session, week: Week, look: Callable[[Archive], "Collected"], *, synthetic: bool = False
) -> tuple[Audit, "Collected"]:
    """Collect by `look`, judge and store one week; return its audit as readers see it, and what the run did.

    Raises `LockedError` while another run holds the archive, and `UsageError` for a week that was judged before its
    comments were purged: judged again it would rest on less.
    """
    session.require_own_time()
    with hold_lock(session.data), Archive.open(session.data) as archive:
        _refuse_purged(archive, str(week))
        if synthetic:
            archive.mark_synthetic()
        done = look(archive)
        audit = _with_turned_cells(session, archive, judge_week(session, archive, week, done.finished_at))
        archive.save_audit(str(week), done.finished_at, audit.stored(), session.registry.text)
        sealed = _sealed(archive, remarked(session, audit, done.finished_at).settled(), done.finished_at)
        _stamp(session, archive, sealed.seal)
        return sealed, done


def _stamp(session: Session, archive: Archive, seal: str) -> None:
    """Have the seal stamped where an authority is set. Without a stamp a week is worth no less: it is only told."""
    if not session.settings.stamp_url:
        return
    from auditor.probes.stamps import time_stamp  # noqa: PLC0415 - few have one

    try:
        token = time_stamp(session.settings.stamp_url, seal, session.clock)
        if token is not None:
            archive.keep_stamp(seal, token)
    except OSError as error:
        log.warning("AUDITOR_STAMP_URL: the seal's time stamp was not kept (%s)", error.strerror)
        return
    if token is None:
        log.warning("AUDITOR_STAMP_URL: no time stamp came for the seal of this audit; the week is complete without it")


def judge_week(
    session: Session, archive: Archive, week: Week, as_of: datetime, offices: Sequence[Office] | None = None
) -> Audit:
    """Judge a week from what the archive holds, without any network, and say it in the session's language."""
    return worded(_judged(session, archive, week, as_of, offices), session.words)


def _judged(
    session: Session, archive: Archive, week: Week, as_of: datetime, offices: Sequence[Office] | None = None
) -> Audit:
    vantage, controls = archive.controls(str(week), as_of)
    urls = None if offices is None else _urls(offices)

    def previous(some: Sequence[Office]) -> Audit | None:
        before = archive.previous_audit(str(week), as_of, _ids(some))
        return Audit.from_parts(*before) if before else None

    return make_audit(
        session.registry,
        week,
        as_of,
        _seen_by(archive, as_of, whole_since(archive, week, as_of)),
        looked=bool(controls) or archive.has_looks(str(week), as_of, urls),
        controls=controls,
        requests=archive.requests(str(week), as_of),
        vantage=vantage,
        previous=previous,
        earlier=lambda some: earlier_audits(archive, week, as_of, _ids(some)),
        synthetic=archive.synthetic,
        offices=offices,
    )


def _ids(offices: Sequence[Office]) -> set[str]:
    return {office.id for office in offices}


def _urls(offices: Sequence[Office]) -> set[str]:
    return {url for office in offices for url in office_urls(office)}


def _seen_by(archive: Archive, as_of: datetime, since: datetime) -> SeenBy:
    """Read the looks at some offices' pages as they are judged: those of all would not go into the memory."""
    return lambda offices: archive.snapshots(as_of, _urls(offices), since)


def show_week(session: Session, archive: Archive, week: Week, as_of: datetime) -> Audit:
    """Return a week's audit for a report, with its statements and corrections.

    As of the moment at which the stored audit was made, that audit is the report. At another moment the week is judged
    again by the present registry, and the document names each verdict that differs from the stored one. Where the
    comments of the week were purged, the stored audit is taken; without one up to `as_of` the checks of comments say
    `stale`: purged is unknown, never none.
    """
    return _sealed(archive, remarked(session, _audit_shown(session, archive, week, as_of), as_of).settled(), as_of)


def _sealed(archive: Archive, audit: Audit, as_of: datetime) -> Audit:
    """Add the seal that is printed, where under it that is on which contested findings rest, and the first moment."""
    named = {name for office in audit.offices for finding in office.contested() for name in finding.evidence}
    found = {name: _told(proof) for name, proof in archive.proofs(named).items()}
    first = archive.first_audited_at(audit.week)
    first_as_of = first if first is not None and first < audit.as_of else None
    seal = archive.seal_of(audit.week, as_of)
    return audit.model_copy(update={"seal": seal, "first_as_of": first_as_of}).each(
        lambda office: _proved(office, found)
    )


def _proved(office: AuditedOffice, found: Mapping[str, AuditedProof]) -> AuditedOffice:
    proved = {
        name: answer.model_copy(update={"proof": found[name]})
        for name, answer in office.evidence.items()
        if name in found
    }
    return office.model_copy(update={"evidence": {**office.evidence, **proved}}) if proved else office


def _told(proof: Proof) -> AuditedProof:
    return AuditedProof(
        leaf=proof.leaf,
        place=proof.place,
        leaves=proof.leaves,
        path=[f"{side}:{joined}" for side, joined in proof.path],
        root=proof.root,
        run=proof.run,
        link=proof.link,
    )


def remarked(session: Session, audit: Audit, as_of: datetime) -> Audit:
    """Return a document for readers: with the remarks up to `as_of`, its version and where to write."""
    contact = session.settings.contact
    return with_remarks(audit, session.remarks, contact, registry=session.registry, as_of=as_of)


def exit_code(audit: Audit) -> int:
    """Return 0 if nothing failed, 1 if something failed, 3 if nothing failed but something could not be told."""
    outcomes = {finding.outcome for office in audit.offices for finding in office.findings}
    if Outcome.FAILED in outcomes:
        return 1
    return 3 if outcomes & {Outcome.CANT_TELL, Outcome.UNTESTED} else 0


def _with_turned_cells(session: Session, archive: Archive, audit: Audit) -> Audit:
    """Name the verdicts and cells that differ from those of the week's stored audit, if there is one."""
    found = archive.edition(audit.week)
    if found is None:
        return audit
    try:
        told = compared(session, archive, audit, Audit.from_parts(*found))
    except ArchiveError:  # the stored audit is damaged; this run replaces it
        return audit
    return told if _turned(told) else audit


def compared(session: Session, archive: Archive, audit: Audit, stored: Audit) -> Audit:
    """Return `audit` with what differs from the audit of its week that was stored first, and what made it another.

    To tell that, the offices concerned are judged again as of the first audit's moment: by the registry of then with
    the rules of now, and by the registry of now.
    """
    names, book = turned_offices(audit, stored), session.registry
    if not names:
        return rejudged(audit, stored)
    week, as_of = Week.parse(audit.week, book.zone), _first_made(archive, stored)
    then, _ = registry_then(archive, book, audit.week)
    ruled = then.model_copy(update={"policy": book.policy, "directive": book.directive})
    by_rule, by_registry = (
        _judged(replace(session, registry=one), archive, week, as_of, [o for o in one.offices if o.id in names])
        for one in (ruled, book)
    )
    return rejudged(audit, stored, TimeSplit(by_rule, by_registry))


def _first_made(archive: Archive, stored: Audit) -> datetime:
    """Return the moment of the week's first audit, to the microsecond where it is the last one stored."""
    if stored.rejudged is not None:
        return stored.rejudged.stored_as_of
    return archive.audited_at(stored.week) or stored.as_of


def _turned(audit: Audit) -> bool:
    told = audit.rejudged
    return told is not None and bool(told.offices or told.cells)


def _refuse_purged(archive: Archive, week: str) -> None:
    purged = archive.comments_purged(week)
    if purged is not None and archive.audit(week) is not None:
        said = f"the comments of {week} were purged on {purged:%Y-%m-%d}, so it stays as it was judged with them"
        raise UsageError(f"{said}; `auditor report --week {week}` shows it")


def _audit_shown(session: Session, archive: Archive, week: Week, as_of: datetime) -> Audit:
    found = archive.edition(str(week), as_of) or archive.edition(str(week))
    purged = archive.comments_purged(str(week))
    if found is None:
        return judge_week(session, archive, week, as_of)
    stored = worded(Audit.from_parts(*found), session.words)
    if purged is not None and stored.as_of <= as_of:
        return stored.model_copy(update={"comments_purged_at": purged})
    if stored.as_of != as_of.replace(microsecond=0):
        return compared(session, archive, judge_week(session, archive, week, as_of), stored)
    return stored
