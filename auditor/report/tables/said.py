"""What the tables say in words: how a finding stands, how exactly a date is known, why a cell is empty."""

from datetime import date, datetime

from auditor.audit.document import AuditedFinding, AuditedOffice
from auditor.base.i18n import short_name
from auditor.base.text import N_
from auditor.base.weeks import PartialDate
from auditor.report.practice import CHECKS
from auditor.report.tables.model import Frame, Value
from auditor.report.words import CAUSES, OUTCOMES, say

_BENCHMARK = {"passed": N_("within the benchmark"), "failed": N_("below the benchmark")}
"""Analogues and conventions are no duty: to be below one is never "not met"."""
_UNTESTED = OUTCOMES["untested"]
_PLAIN = {"passed": N_("yes"), "failed": N_("no")}


def words_of(finding: AuditedFinding) -> dict[str, str]:
    """Return the words of a finding's outcome, by what it rests on."""
    if finding.basis == "norm":
        return OUTCOMES
    return OUTCOMES | (_BENCHMARK if finding.check in CHECKS else _PLAIN)


def standing(finding: AuditedFinding | None, frame: Frame) -> str:
    """Say how a finding came out, and of what is neither good nor bad also why."""
    if finding is None:
        return frame.words.gettext(_UNTESTED)
    word = say(words_of(finding), finding.outcome, frame.words)
    if finding.outcome == "cantTell":
        return f"{word}: {say(CAUSES, finding.cause or '', frame.words)}" if finding.cause else word
    return f"{word}: {finding.message}" if finding.outcome in {"inapplicable", "untested"} else word


def yes_no(value: bool | None, frame: Frame) -> Value:
    """Write what was seen; what was not seen stays empty."""
    return None if value is None else frame.words.gettext(N_("yes") if value else N_("no"))


def day_of(moment: datetime | None, frame: Frame) -> date | None:
    """Return a moment's day in the registry's zone."""
    return moment.astimezone(frame.words.zone).date() if moment is not None else None


def precision_of(precision: str | None, *, bounded: bool, frame: Frame) -> str:
    """Say how exactly an opening is known; `bounded` where it is also known what it is not earlier than."""
    if precision == "exact":
        return frame.words.gettext(N_("exact to the day"))
    if precision is None:
        return ""
    return frame.words.gettext(N_("between two days") if bounded else N_("not later than this day"))


def name_of(office: AuditedOffice) -> Value:
    """Return the holder's name as tables have it; None where there is no holder."""
    return short_name(office.holder.name) if office.holder is not None else None


def since_in(office: AuditedOffice, frame: Frame) -> Value:
    """Return the first day in office as a date, or in words as much of it as is known."""
    holder, words = office.holder, frame.words
    if holder is None:
        unknown = words.gettext(N_("holder not on record"))
        return words.say(N_("vacant since {since}"), since=office.vacancy.since) if office.vacancy else unknown
    if holder.since is None:
        return words.gettext(N_("start not known"))
    return _start(holder.since, frame)


def last_word_in(office: AuditedOffice, frame: Frame) -> Value:
    """Return the day of the newest source that has the holder in office; None where no end of its word is on record."""
    known = office.holder.known_as_of if office.holder is not None else None
    return _start(known, frame) if known else None


def _start(since: str, frame: Frame) -> Value:
    """Give a day as a date; a month alone would be read as its first day by a spreadsheet, so it is words."""
    try:
        known = PartialDate.parse(since)
    except ValueError:
        return since
    return known.first if known.exact else frame.words.say(N_("{date}, day not known"), date=since)
