"""A week as a whole: how many of how many, who is where, and what every page of it is told."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from auditor import __version__
from auditor.audit.document import Audit, AuditedCellChange, AuditedControl, AuditedOffice, CellChangeReason
from auditor.base.i18n import Translator
from auditor.base.snapshot import Cause, Outcome
from auditor.base.weeks import PartialDate, Week
from auditor.checks import check_of
from auditor.checks.comments_answered import CHECK as ANSWERED
from auditor.checks.comments_answered import is_counted
from auditor.checks.finding import ReportSection
from auditor.checks.posts_per_week import CHECK as POSTS
from auditor.report.cards import KNOWN, ORDER, OfficeCard, last_moment, office_cards, practice_checks


@dataclass(frozen=True, slots=True)
class Measure:
    """So many of so many; `late` are those of `n` that came later, `unknown` the offices that are left out."""

    n: int
    of: int
    late: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Measures:
    """The three figures of a week, over the bound offices."""

    opened: Measure
    posting: Measure
    answered: Measure


def measures(audit: Audit) -> Measures:
    """Count a week: whose page was there in time, who posts as often as the benchmark, how many questions have a reply.

    What could not be seen is in none of the counts.
    """
    bound = [office for office in audit.offices if office.bound]
    posts = Counter(post.outcome for office in bound if (post := office.finding(POSTS.name)) is not None)
    seen = posts["passed"] + posts["failed"]
    answers = [found for office in bound if (found := office.read(ANSWERED)) is not None]
    counted = [found.values for found in answers if is_counted(found)]
    in_time = sum(values.answered_in_time or 0 for values in counted)
    late = sum(values.answered_late or 0 for values in counted)
    untold = sum(found.outcome is Outcome.CANT_TELL and not is_counted(found) for found in answers)
    return Measures(
        opened=Measure(audit.summary.passed, audit.summary.bound),
        posting=Measure(posts["passed"], seen, unknown=len(bound) - seen),
        answered=Measure(in_time + late, sum(values.due or 0 for values in counted), late, unknown=untold),
    )


def weeks_up_to(week: str, published: Mapping[str, Audit], most: int) -> list[str]:
    """Return the weeks in a row that end with `week` and begin with the first one published, but `most` of them."""
    names, at = [week], Week.parse(week, ZoneInfo("UTC"))
    first = min(published, default=week)
    while names[0] > first and len(names) < most:
        names.insert(0, str(at.shift(-len(names))))
    return names


def recorded_on(audit: Audit) -> date | None:
    """Return the newest day of which the registry says something that the document quotes: it was written later."""
    return max((day for office in audit.offices for day in _days_of(office)), default=None)


def _days_of(office: AuditedOffice) -> Iterator[date]:
    yield from (account.confirmed.on for account in office.accounts if account.confirmed is not None)
    yield from (search.on for search in office.searches)
    if office.holder is not None and office.holder.known_as_of is not None:
        yield PartialDate.parse(office.holder.known_as_of).first


def failed_controls(audit: Audit) -> list[AuditedControl]:
    """Return the first control of each route that did not come out right: nothing is judged there."""
    first: dict[str, AuditedControl] = {}
    for control in audit.controls:
        if control.outcome != "passed":
            first.setdefault(control.route, control)
    return list(first.values())


def cell_changes(audit: Audit) -> list[AuditedCellChange]:
    """Return the cells of a published week that say another thing since, those that said something of a page."""
    told = audit.rejudged.cells if audit.rejudged else []
    return [turn for turn in told if (turn.account is None or _is_of_page(turn)) and not _is_first_look(turn)]


def _is_of_page(turn: AuditedCellChange) -> bool:
    check = check_of(turn.check)
    return check is not None and check.section in {ReportSection.DIRECTIVE, ReportSection.PAGE}


def _is_first_look(turn: AuditedCellChange) -> bool:
    """Tell whether a page was only come to later, as after a `--budget`: nothing was said that is corrected now."""
    unseen = {"untested"} if turn.account is None else {"untested", "inapplicable"}
    return turn.before in unseen and turn.why is CellChangeReason.EVIDENCE


def changed_verdicts(audit: Audit) -> dict[str, str | None]:
    """Return the offices whose verdict is another than the one published first, with that one."""
    told = audit.rejudged
    if told is None:
        return {}
    seen = {turn.office for turn in cell_changes(audit)}
    others = (name for name in told.offices if name in seen or told.before.get(name) != "untested")
    return {name: told.before.get(name) for name in others}


def coverage(cards: Iterable[OfficeCard]) -> Counter[str]:
    """Count the bound offices of which the head, a page and the practice are known."""
    known: Counter[str] = Counter()
    for card in cards:
        if card.office.bound:
            known["bound"] += 1
            known["heads"] += card.office.holder is not None and card.office.verdict_cause != Cause.STALE_HOLDER
            known["pages"] += card.has_page
            known["judged"] += any(card.findings[check.name].outcome in KNOWN for check in card.practice)
    return known


def untold_causes(audit: Audit, check: str) -> list[tuple[str, int]]:
    """Return why a check could tell nothing of offices, with how many: causes of `cantTell`, or ``untested``."""
    found = (office.finding(check) for office in audit.offices)
    untold = Counter(f.cause or f.outcome for f in found if f is not None and f.outcome in {"cantTell", "untested"})
    return untold.most_common()


_CHANGES = ("verdict", "regression", "improvement", "incomparable", "neutral")


def week_facts(audit: Audit, published: Mapping[str, Audit], words: Translator) -> dict[str, Any]:
    """Return what every page of a week is told; `published` are the weeks that a reader can be shown, by name."""
    shown, before = office_cards(audit, published), published.get(audit.previous_week or "")
    bound = [card for card in shown if card.office.bound]
    turned = cell_changes(audit)
    return {
        **frame_facts(audit, words),
        "before": before,
        "cards": shown,
        "bound": bound,
        "by_outcome": {outcome: [c for c in bound if c.office.verdict == outcome] for outcome in ORDER},
        "by_change": {kind: [c for c in bound if c.change == kind] for kind in _CHANGES},
        "by_group": [(g, list(some)) for g, some in groupby(shown[len(bound) :], lambda card: card.office.group)],
        "measures": measures(audit),
        "measures_before": measures(before) if before is not None else None,
        "practice": [check for check in practice_checks() if any(c.name == check.name for c in audit.checks)],
        "most": _bar_scales(shown),
        "most_bound": _bar_scales(bound),
        "coverage": coverage(shown),
        "recorded_on": recorded_on(audit),
        "failed_controls": failed_controls(audit),
        "turns": turned,
        "turned": Counter(turn.why.value for turn in turned),
        "judged_otherwise": changed_verdicts(audit),
        "last_day": last_moment(audit.directive.deadline, audit),
    }


def frame_facts(audit: Audit, words: Translator) -> dict[str, Any]:
    """Return what even a page is told that says nothing of a week's findings."""
    seven = Week.parse(audit.week, ZoneInfo(audit.timezone))
    return {
        "audit": audit,
        "final_day": seven.last_day,
        "span": _span(seven.first_day, seven.last_day, words),
        "number": int(audit.week[-2:]),
        "program": __version__,
    }


def _span(first: date, last: date, words: Translator) -> str:
    """Write a week's days, its month once where it has one: ``16–22.11.2026``."""
    day = words.date(first)
    return f"{day[:2].rstrip(' .')}–{words.date(last)}" if first.month == last.month else f"{day}–{words.date(last)}"


def _bar_scales(shown: Iterable[OfficeCard]) -> dict[str, int]:
    """Return the largest figure that each check draws, so that all bars of a table have one scale."""
    most: Counter[str] = Counter()
    for card in shown:
        for name, key in (("posts_per_week", "distinct"), ("comments_answered", "due")):
            finding = card.finding(name)
            most[name] = max(most[name], 1, (getattr(finding.values, key) if finding is not None else 0) or 0)
    return dict(most)
