"""An office a row: the directive, and apart from it the practice. The CSV has both side by side."""

from collections.abc import Callable
from datetime import date, timedelta

from auditor.audit.document import Audit, AuditedFinding, AuditedOffice
from auditor.base.i18n import Catalogue
from auditor.base.text import N_
from auditor.report.headline import alarms, change_kind, sort_key, still_open, why_neutral
from auditor.report.tables.model import (
    Frame,
    Sheet,
    Spec,
    Value,
    Verdict,
    day_of,
    fill,
    last_word_in,
    moment_of,
    name_of,
    number_of,
    precision_of,
    since_in,
    standing,
    yes_no,
)
from auditor.report.words import CHANGES, GROUPS, OUTCOMES, SIGNS, deadline_note, policy_number, reason_of, say

Cell = Callable[[AuditedOffice, Frame], Value]
VERDICT, POSTS, _SILENCE = "opened_by_deadline", "posts_per_week", "longest_silence"
OPEN, _ANSWERED = "comments_open", "comments_answered"


def in_order(audit: Audit) -> list[AuditedOffice]:
    """Return the bound offices alphabetically by municipality, then the others by group in the registry's order."""
    bound = sorted((o for o in audit.offices if o.bound), key=sort_key)
    groups = dict.fromkeys([*GROUPS, *(o.group for o in audit.offices)])
    return bound + [o for group in groups for o in audit.offices if not o.bound and o.group == group]


def _judged(office: AuditedOffice) -> AuditedFinding | None:
    return office.finding(VERDICT)


def _verdict(office: AuditedOffice, frame: Frame) -> Value:
    """Name the outcome; an office that the directive does not bind has none."""
    if not office.bound:
        return frame.words.gettext(N_("outside the directive"))
    return Verdict(office.verdict, f"{SIGNS.get(office.verdict, '')} {say(OUTCOMES, office.verdict, frame.words)}")


def _cause(office: AuditedOffice, frame: Frame) -> Value:
    return (reason_of(office, frame.words) or None) if office.bound else None


def _rests(office: AuditedOffice, frame: Frame) -> Value:
    finding = _judged(office)
    note = deadline_note(office, frame.audit, frame.words)
    return ". ".join(filter(None, (finding.message if finding else "", note))) or None


def _opened(office: AuditedOffice, frame: Frame) -> Value:
    finding = _judged(office)
    return day_of(moment_of(finding.values.get("opened_at")), frame) if finding else None


def _precision(office: AuditedOffice, frame: Frame) -> Value:
    finding = _judged(office)
    if finding is None or moment_of(finding.values.get("opened_at")) is None:
        return None
    values = finding.values
    return precision_of(values.get("precision"), bounded=values.get("not_earlier_than") is not None, frame=frame)


def _not_earlier(office: AuditedOffice, frame: Frame) -> Value:
    finding = _judged(office)
    return day_of(moment_of(finding.values.get("not_earlier_than")), frame) if finding else None


def _last_day(office: AuditedOffice, frame: Frame) -> date | None:
    """Return the last day allowed: a deadline is the first moment too late."""
    if not office.bound:
        return None
    return day_of((office.deadline or frame.audit.directive.deadline) - timedelta(seconds=1), frame)


def _days_late(office: AuditedOffice, _: Frame) -> Value:
    finding = _judged(office)
    return number_of(finding.values.get("days_late")) if finding and office.bound else None


def _change(office: AuditedOffice, frame: Frame) -> Value:
    if not office.bound or frame.audit.previous_week is None:
        return None
    word, why = say(CHANGES, change_kind(office), frame.words), why_neutral(office, frame.words)
    return f"{word}: {why}" if why else word


def _before(office: AuditedOffice, frame: Frame) -> Value:
    known = office.bound and office.previous_verdict
    return say(OUTCOMES, office.previous_verdict or "", frame.words) if known else None


def _pages(office: AuditedOffice, _: Frame) -> Value:
    return " ".join(a.url for a in office.accounts if a.kind == "personal") or None


def _statement(office: AuditedOffice, frame: Frame) -> Value:
    said = (f"{s.text} ({s.who}, {frame.words.date(s.on)}; {s.source})" for s in office.statements)
    return "; ".join(said) or None


def _corrected(office: AuditedOffice, frame: Frame) -> Value:
    return ", ".join(f"№ {c.number}" for c in frame.audit.corrections if c.office == office.id) or None


def _figure(check: str, key: str) -> Cell:
    """Make a cell of a finding's figure; it stays empty where nothing could be counted."""

    def value(office: AuditedOffice, _: Frame) -> Value:
        finding = office.finding(check)
        figure = number_of(finding.values.get(key)) if finding else None
        return None if finding is None or _uncounted(finding, figure) else figure

    return value


def _uncounted(finding: AuditedFinding, figure: float | None) -> bool:
    """Tell whether a figure says nothing: closed comments are not 0 questions, nor a zero of what was half seen one."""
    whole = finding.cause in {"too_little_data", "no_threshold"} and finding.check != OPEN
    half_seen = finding.outcome == "cantTell" and not whole
    return finding.outcome == "inapplicable" or (half_seen and figure == 0)


def _half(edge: str) -> Cell:
    """Make a cell of the page's own estimate over the last weeks: within so many hours half are answered."""

    def value(office: AuditedOffice, frame: Frame) -> Value:
        times, least = office.reply_times, policy_number(frame.audit, "least_questions", 0)
        if times is None or not times.answered or times.questions < least:
            return None
        hours: float | None = getattr(times, edge)
        return None if hours is None else float(round(hours, 1))

    return value


def _attention(_: AuditedOffice, frame: Frame) -> Value:
    """Say in each row what is to be known of its week first: rows of several weeks may stand in one table."""
    return " ".join((*alarms(frame.audit, frame.words), *still_open(frame.audit, frame.words))) or None


def _standing(check: str) -> Cell:
    return lambda office, frame: standing(office.finding(check), frame)


_Specs = tuple[Spec[AuditedOffice], ...]
_TITLE: Spec[AuditedOffice] = Spec(N_("Office"), 30, lambda office, _: office.title)
_WHO: _Specs = (
    Spec(N_("Municipality"), 26, lambda office, _: office.municipality),
    Spec(N_("Holder"), 22, lambda office, _: name_of(office)),
)
_DIRECTIVE: _Specs = (
    Spec(N_("In office since"), 15, since_in),
    Spec(N_("Last word of the holder, where it is not today's"), 15, last_word_in),
    Spec(N_("Outcome"), 19, _verdict),
    Spec(N_("Cause"), 26, _cause),
    Spec(N_("What it rests on"), 46, _rests),
    Spec(N_("Opened"), 12, _opened),
    Spec(N_("How exactly that is known"), 18, _precision),
    Spec(N_("Not earlier than"), 12, _not_earlier),
    Spec(N_("Last day allowed"), 12, _last_day),
    Spec(N_("Days after it (before it: below 0)"), 13, _days_late),
    Spec(N_("Since the week before"), 22, _change),
    Spec(N_("Outcome then"), 16, _before),
    Spec(N_("Personal pages"), 30, _pages),
    Spec(N_("Statement"), 26, _statement),
    Spec(N_("Corrections"), 12, _corrected),
)
_PRACTICE: _Specs = (
    Spec(N_("Own posts"), 12, _figure(POSTS, "distinct")),
    Spec(N_("Reposts"), 10, _figure(POSTS, "reposts")),
    Spec(N_("Posts: in words"), 24, _standing(POSTS)),
    Spec(N_("Days since the last post"), 12, _figure(_SILENCE, "days_since_last")),
    Spec(N_("Longest gap, days"), 12, _figure(_SILENCE, "longest_gap_days")),
    Spec(N_("Gap: in words"), 24, _standing(_SILENCE)),
    Spec(N_("Posts with open comments"), 14, _figure(OPEN, "open")),
    Spec(N_("Posts with closed comments"), 14, _figure(OPEN, "closed")),
    Spec(N_("Posts where it could not be seen"), 14, _figure(OPEN, "unseen")),
    Spec(N_("Comments: in words"), 24, _standing(OPEN)),
    Spec(N_("Questions asked"), 10, _figure(_ANSWERED, "questions")),
    Spec(N_("Questions due"), 10, _figure(_ANSWERED, "due")),
    Spec(N_("Answered in time"), 10, _figure(_ANSWERED, "answered_in_time")),
    Spec(N_("Answered later"), 10, _figure(_ANSWERED, "answered_late")),
    Spec(N_("No public reply found by the time of the look"), 16, _figure(_ANSWERED, "no_reply_found")),
    Spec(N_("Of them answered by another body"), 14, _figure(_ANSWERED, "answered_by_other")),
    Spec(N_("Not yet due"), 10, _figure(_ANSWERED, "pending")),
    Spec(N_("Half answered within, hours (estimate)"), 15, _half("median_hours")),
    Spec(N_("The same, lower bound (95 %)"), 12, _half("median_low")),
    Spec(N_("The same, upper bound (95 %)"), 12, _half("median_high")),
    Spec(
        N_("Questions in the estimate"),
        12,
        lambda office, _: office.reply_times.questions if office.reply_times else None,
    ),
    Spec(N_("Answers: in words"), 28, _standing(_ANSWERED)),
)
_WEEK: _Specs = (
    Spec(N_("Week"), 10, lambda _, frame: frame.audit.week),
    Spec(N_("As of"), 16, lambda _, frame: frame.audit.as_of),
    Spec(N_("Invented"), 10, lambda _, frame: yes_no(frame.audit.synthetic, frame)),
    Spec(N_("Attention"), 40, _attention),
    Spec(N_("Office id"), 16, lambda office, _: office.id),
    _TITLE,
    Spec(N_("Group"), 22, lambda office, frame: say(GROUPS, office.group, frame.words)),
    Spec(N_("Bound by the directive"), 12, lambda office, frame: yes_no(office.bound, frame)),
)


def directive_sheet(frame: Frame) -> Sheet:
    """Return the bound offices with the outcome of the directive and what it rests on."""
    return fill(N_("Directive"), _WHO + _DIRECTIVE, [o for o in in_order(frame.audit) if o.bound], frame)


def practice_sheet(frame: Frame) -> Sheet:
    """Return how the pages are kept. It is no duty, so nothing in it is met or not met."""
    offices = [o for o in in_order(frame.audit) if o.group != "institution"]
    return fill(N_("How the pages are kept"), (_WHO[0], _TITLE, _WHO[1], *_PRACTICE), offices, frame, fixed=2)


def week_sheet(audit: Audit, words: Catalogue) -> Sheet:
    """Return all that is known of each office in one row; rows of several weeks can stand in one table."""
    return fill(N_("Week"), _WEEK + _WHO + _DIRECTIVE + _PRACTICE, in_order(audit), Frame(audit, words))
