"""A week's audit as readers get it: the stored one or one judged now, with the statements and corrections to it."""

from dataclasses import replace
from datetime import datetime

from auditor.archive import Archive
from auditor.audit.change import rejudged
from auditor.audit.document import Audit
from auditor.audit.remarks import with_remarks
from auditor.audit.words import worded
from auditor.base.i18n import Catalogue
from auditor.base.weeks import Week
from auditor.run.replay import registry_then
from auditor.run.session import Session
from auditor.run.week import judge_week


def show_week(session: Session, archive: Archive, week: Week, as_of: datetime) -> Audit:
    """Return a week's audit for a report, with its statements and corrections.

    As of the moment at which the stored audit was made, that audit is the report. At another moment the week is judged
    again by the present registry, and the document names each verdict that differs from the stored one. Where the
    comments of the week were purged, the stored audit is taken; without one up to `as_of` the checks of comments say
    `stale`: purged is unknown, never none.
    """
    return remarked(session, _audit(session, archive, week, as_of), as_of)


def remarked(session: Session, audit: Audit, as_of: datetime) -> Audit:
    """Return a document for readers: with the remarks up to `as_of`, its version and where to write."""
    contact = session.settings.contact
    return with_remarks(audit, session.remarks, contact, registry=session.registry, as_of=as_of)


def _audit(session: Session, archive: Archive, week: Week, as_of: datetime) -> Audit:
    text, purged = archive.audit(str(week)), archive.comments_purged(str(week))
    if text is None:
        return judge_week(session, archive, week, as_of)
    stored = worded(Audit.from_json(text), session.words)
    if purged is not None and stored.as_of <= as_of:
        return stored.model_copy(update={"comments_purged_at": purged})
    if stored.as_of != as_of.replace(microsecond=0):
        return rejudged(judge_week(session, archive, week, as_of), stored)
    if stored.language != session.words.lang:  # of version 0.1.0, which stored its words alone
        return _in_other_words(session, archive, week, stored)
    return stored


def _in_other_words(session: Session, archive: Archive, week: Week, stored: Audit) -> Audit:
    """Judge a stored audit's week in another language, by the registry of then."""
    then, _ = registry_then(archive, session.registry, str(week))
    made = archive.audited_at(str(week)) or stored.as_of
    words = Catalogue(session.words.lang, then.zone)
    audit = judge_week(replace(session, registry=then, words=words), archive, week, made)
    told = rejudged(audit, stored)
    return told if told.rejudged and told.rejudged.offices else audit
