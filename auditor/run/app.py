"""What the commands do, without how they are typed or printed."""

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from auditor.archive import Archive
from auditor.audit.document import Audit
from auditor.audit.judge import make_audit
from auditor.audit.past import earlier_audits
from auditor.audit.rejudged import rejudged
from auditor.audit.remarks import with_remarks
from auditor.base.errors import ArchiveError, RegistryError, UsageError
from auditor.base.i18n import Catalogue
from auditor.base.settings import Settings, load_settings
from auditor.base.snapshot import Outcome
from auditor.base.weeks import Week, parse_time
from auditor.checks import catalogue
from auditor.probes.base import Clock
from auditor.probes.routes import open_probes
from auditor.registry import Office, Registry, find_offices, load_registry, locate_registry, nearest
from auditor.registry.loader import parse_registry
from auditor.registry.remarks import Remarks, load_remarks, locate_remarks
from auditor.run.collect import Collection, Progress, collect

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Session:
    """What one command works with. `as_of` is set only when the caller passed the clock in."""

    settings: Settings
    registry: Registry
    registry_path: Path
    data: Path
    out: Path
    words: Catalogue
    as_of: datetime | None = None
    remarks: Remarks = field(default_factory=Remarks)
    """What is said to the reports: attached when one is shown, never stored with an audit."""

    @property
    def telegram_session(self) -> Path:
        """Where the signed-in client's session is, or would be."""
        return self.settings.telegram_session or self.data / "telegram.session"

    @property
    def clock(self) -> Clock:
        """The caller's moment if one was passed in, else the machine's."""
        fixed = self.as_of
        return (lambda: datetime.now(UTC)) if fixed is None else (lambda: fixed)


def open_session(
    *,
    registry: Path | None = None,
    data: Path | None = None,
    out: Path | None = None,
    as_of: str | None = None,
    lang: str | None = None,
) -> Session:
    """Read settings and registry. Raises `UsageError` and its kin for anything that cannot be read."""
    here = Path.cwd()
    settings = load_settings(os.environ, here)
    if lang is not None:
        settings = replace(settings, lang=lang)
    path = locate_registry(registry or settings.registry, os.environ, here)
    path = path.relative_to(here) if path.is_relative_to(here) else path  # as it was typed, and shorter to read
    book = load_registry(path)
    return Session(
        settings=settings,
        registry=book,
        registry_path=path,
        data=data or settings.data or _user_data(),
        out=out or settings.out,
        words=Catalogue(settings.lang, book.zone),
        as_of=parse_time(as_of, book.zone) if as_of is not None else None,
        remarks=_remarks(settings, path, book),
    )


def _remarks(settings: Settings, path: Path, book: Registry) -> Remarks:
    return load_remarks(
        locate_remarks(settings.statements, path, "statements.yaml"),
        locate_remarks(settings.corrections, path, "corrections.yaml"),
        offices=[office.id for office in book.offices],
        checks=[check.name for check in catalogue()],
    )


def _user_data() -> Path:
    from platformdirs import user_data_path  # noqa: PLC0415 - only where no folder was named

    return user_data_path("auditor", appauthor=False)


def pick_week(session: Session, text: str | None) -> Week:
    """Return the week asked for, or the last one that has ended. Raises `UsageError` for one that has not begun."""
    now, zone = session.clock(), session.registry.zone
    if text is None:
        return Week.last_ended(now, zone)
    week = Week.parse(text, zone)
    if now < week.starts:
        raise UsageError(f"week {week} has not begun at {now.astimezone(zone):%Y-%m-%d %H:%M}; choose an earlier one")
    return week


def pick_office(session: Session, who: str) -> Office:
    """Return the one office that `who` names. Raises `UsageError` that lists them when there are several or none."""
    found = find_offices(session.registry, who)
    if len(found) == 1:
        return found[0]
    if found:
        listed = "; ".join(f"{office.id} ({office.municipality}, {office.title})" for office in found)
        raise UsageError(f"{who!r} names several offices, use an id: {listed}")
    close = ", ".join(nearest(session.registry, who))
    hint = f"did you mean: {close}" if close else "`auditor registry show` lists them"
    raise UsageError(f"no office, municipality or holder is called {who!r}; {hint}")


def look(
    session: Session,
    archive: Archive,
    week: Week,
    *,
    command: str,
    offices: Sequence[Office] | None = None,
    progress: Progress | None = None,
) -> Collection:
    """Look at the accounts of `offices` (all by default) over every route, and store what was seen."""
    probes = open_probes(
        session.settings,
        session.clock,
        archive.author_key(),
        session=session.telegram_session,
        login=archive.login(),
    )
    try:
        return collect(
            archive,
            session.registry,
            week,
            probes,
            session.clock,
            command=command,
            vantage=session.settings.vantage,
            offices=offices,
            progress=progress,
            live=session.as_of is None,
        )
    finally:
        for probe in probes:
            probe.close()


def judge_week(
    session: Session, archive: Archive, week: Week, as_of: datetime, offices: Sequence[Office] | None = None
) -> Audit:
    """Judge a week from what the archive holds, without any network."""
    vantage, controls = archive.controls(str(week), as_of)
    before = archive.previous_audit(str(week), as_of)
    return make_audit(
        session.registry,
        week,
        as_of,
        archive.snapshots(as_of),
        words=session.words,
        controls=controls,
        vantage=vantage,
        previous=Audit.from_json(before) if before else None,
        earlier=earlier_audits(archive, week, as_of),
        synthetic=archive.synthetic,
        offices=offices,
    )


def show_week(session: Session, archive: Archive, week: Week, as_of: datetime) -> Audit:
    """Return a week's audit for a report, with what is said to it.

    As of the moment that the stored audit was made, that audit is the report. At another moment the week is judged by
    the present registry, and the document names each verdict that is another than the stored one. Where its comments
    were purged, what was judged before is taken; without a stored audit up to `as_of` the checks of comments then say
    `stale`: purged is unknown, never none.
    """
    text, purged = archive.audit(str(week)), archive.comments_purged(str(week))
    if text is None:
        return remarked(session, judge_week(session, archive, week, as_of), as_of)
    stored = Audit.from_json(text)
    if purged is not None and stored.as_of <= as_of:
        return remarked(session, stored.model_copy(update={"comments_purged_at": purged}), as_of)
    if stored.as_of != as_of.replace(microsecond=0):
        return remarked(session, rejudged(judge_week(session, archive, week, as_of), stored), as_of)
    if stored.language != session.words.lang:
        return remarked(session, _in_other_words(session, archive, week, stored), as_of)
    return remarked(session, stored, as_of)


def _in_other_words(session: Session, archive: Archive, week: Week, stored: Audit) -> Audit:
    """Judge a stored audit's week by the registry that it was made by, for another language."""
    then, made = _registry_then(session, archive, week), archive.audited_at(str(week)) or stored.as_of
    words = Catalogue(session.words.lang, then.zone)
    audit = judge_week(replace(session, registry=then, words=words), archive, week, made)
    told = rejudged(audit, stored)
    return told if told.rejudged and told.rejudged.offices else audit


def _registry_then(session: Session, archive: Archive, week: Week) -> Registry:
    """Return the registry kept with a week's audit; the present one where none was, or it cannot be read."""
    try:
        text = archive.registry_of(str(week))
        return session.registry if text is None else parse_registry(text, "the registry of the day")
    except (ArchiveError, RegistryError):
        return session.registry


def remarked(session: Session, audit: Audit, as_of: datetime) -> Audit:
    """Return a document for readers: with what was said to it up to `as_of`, its version and where to write."""
    contact = session.settings.contact
    return with_remarks(audit, session.remarks, contact, registry=session.registry, as_of=as_of)


def exit_code(audit: Audit) -> int:
    """Return 0 nothing failed, 1 something failed, 3 nothing failed but something could not be told."""
    outcomes = {finding.outcome for office in audit.offices for finding in office.findings}
    if Outcome.FAILED in outcomes:
        return 1
    return 3 if outcomes & {Outcome.CANT_TELL, Outcome.UNTESTED} else 0
