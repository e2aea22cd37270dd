"""The week's posts and answers of an office in one sentence: does the holder write, and answer people?"""

from auditor.audit.document import Audit, AuditedOffice
from auditor.base.i18n import Catalogue
from auditor.base.snapshot import Cause, Outcome
from auditor.base.text import N_
from auditor.checks.comments_answered import CHECK as ANSWERED
from auditor.checks.posts_per_week import CHECK as POSTS
from auditor.report.checks import shown
from auditor.report.checks.shown import cause_words
from auditor.report.checks_shown import practice
from auditor.report.words import policy_number, week_number

_COUNTED = frozenset({None, Cause.NO_THRESHOLD, Cause.TOO_LITTLE_DATA})
"""Causes, or none, under which what was seen of the questions may be counted."""


def week_sentence(office: AuditedOffice, audit: Audit, words: Catalogue) -> str:
    """Say how many posts and questions were seen, and how many of these are answered; what is unknown is no number."""
    week, reason = week_number(audit.week), practice(office, audit, words).reason
    if reason is not None:
        why = reason.said[:1].upper() + reason.said[1:]
        return words.say(N_("Posts and answers in week {week}. {reason}."), week=week, reason=why)
    said = N_("Posts in week {week}: {posts}; {answers}.")
    return words.say(said, week=week, posts=_posts(office, words), answers=_answers(office, audit, words))


def _posts(office: AuditedOffice, words: Catalogue) -> str:
    found = office.read(POSTS)
    if found is None or found.values.distinct is None:
        return words.gettext(N_("not known"))
    count = words.number(found.values.distinct)
    return words.say(N_("at least {n}"), n=count) if found.values.at_least else count


def _answers(office: AuditedOffice, audit: Audit, words: Catalogue) -> str:
    found = office.read(ANSWERED)
    cell = shown(ANSWERED).cell(found) if found is not None else None
    if found is None or cell is None:
        return words.gettext(N_("whether anybody asked or was answered is not known"))
    quiet = words.text(cell.quiet) if cell.quiet is not None else ""
    if found.outcome is Outcome.INAPPLICABLE:
        return quiet
    aside = f" ({quiet})" if quiet else ""
    in_time, late = found.values.answered_in_time, found.values.answered_late
    if not found.values.questions or in_time is None or late is None or found.cause not in _COUNTED:
        return (
            words.say(N_("whether questions were answered is not known: {why}"), why=cause_words(found) or "") + aside
        )
    told = N_("questions seen: {n}, answered by the owner: {answered}, within {hours} h: {in_time}")
    hours = policy_number(audit, "reply_within_hours", 24)
    counts = {"n": found.values.questions, "answered": in_time + late, "in_time": in_time}
    return words.say(told, hours=hours, **counts) + aside
