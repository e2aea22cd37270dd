"""What the checks declare, in one reader's words: cells, heads, the column of networks, notes to a page, advice.

Their signs are hollow and uncoloured: colour is for the directive's verdict.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from auditor.audit.document import Audit, AuditedAccount, AuditedOffice
from auditor.audit.words import whose_number
from auditor.base.i18n import Catalogue
from auditor.base.safe import show_url
from auditor.base.snapshot import Cause, Outcome
from auditor.base.text import N_
from auditor.checks import catalogue, directive
from auditor.checks.account_exists import CHECK as EXISTS
from auditor.checks.check import Check
from auditor.checks.finding import Finding, Place
from auditor.report.checks import shown
from auditor.report.checks.shown import SIGNS, Advised, Bar, Interval, Sign, cause_words
from auditor.report.checks.shown import Cell as CheckCell
from auditor.report.words import CAUSES, NETWORKS, Cell, say


@dataclass(frozen=True, slots=True)
class PracticeHead:
    """A column of the practice: what is asked, the threshold, and what that rests on."""

    check: Check[Any]
    title: str
    threshold: str
    basis: str


@dataclass(frozen=True, slots=True)
class Practice:
    """An office's row of the practice: a cell for each head, or one reason why there are none."""

    cells: list[tuple[PracticeHead, Cell]]
    reason: Cell | None


@dataclass(frozen=True, slots=True)
class BarShown:
    """A line of a chart. `length` is a part of one, on the scale of the whole chart."""

    label: str
    count: int
    kind: str
    length: float
    part: bool


@dataclass(frozen=True, slots=True)
class IntervalShown:
    """A share within its bounds, each in per cent, with its words."""

    label: str
    said: str
    low: str
    known: str
    high: str
    width: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What a check draws of a finding: words above, bars on one scale, a share within its bounds, words below."""

    head: PracticeHead
    title: str
    page: str
    """The page that it is about; empty: the person."""
    cell: Cell
    unknown: bool
    """There are no figures, and the cell says why."""
    said: str
    strong: str
    bars: list[BarShown]
    interval: IntervalShown | None
    aside: str


_NOT_TESTED = N_("not tested")
_DATE = re.compile(r", \d{2}\.\d{4}(?=;|$)")
"""The month of a source; a narrow cell goes without."""
_LAST = 9.0
"""After all that is said of a page that is there."""


def checks_at(place: Place, audit: Audit) -> list[Check[Any]]:
    """Return the checks shown at `place`, in order, leaving out those that the document's version did not have."""
    judged = {check.name for check in audit.checks}
    return [check for check in catalogue() if check.place is place and check.name in judged]


def practice_heads(audit: Audit) -> list[PracticeHead]:
    """Return the heads of the practice's columns, in the words of the document."""
    return [head_of(check, audit) for check in checks_at(Place.PRACTICE, audit)]


def head_of(check: Check[Any], audit: Audit) -> PracticeHead:
    """Return a check's head as the document describes it."""
    told = next((one for one in audit.checks if one.name == check.name), None)
    if told is None:
        return PracticeHead(check, check.name, "—", "")
    return PracticeHead(check, told.title, told.threshold, told.basis)


# The practice ---------------------------------------------------------------------------------------------------------


def practice(office: AuditedOffice, audit: Audit, words: Catalogue) -> Practice:
    """Return an office's row of the practice."""
    reason = _one_reason(office, audit, words)
    heads = practice_heads(audit) if reason is None else []
    cells = _said_once([_practice_cell(head.check, office, audit, words) for head in heads], words)
    return Practice(list(zip(heads, cells, strict=True)), reason)


def _said_once(cells: Iterable[Cell], words: Catalogue) -> Iterator[Cell]:
    """Say of a row once that something could not be told, and each cause once."""
    told: set[str] = set()
    for cell in cells:
        if cell.sign != Sign.UNKNOWN or not (cell.said and cell.quiet):
            yield cell
        elif cell.quiet in told:
            yield replace(cell, said=words.gettext(N_("the same")), quiet="")
        else:
            yield replace(cell, said=cell.quiet, quiet="") if told else cell
            told.add(cell.quiet)


def _practice_cell(check: Check[Any], office: AuditedOffice, audit: Audit, words: Catalogue) -> Cell:
    """Return a cell; one below the benchmark names the region that its number comes from."""
    finding = office.read(check)
    cell = _cell_of(check, finding, words)
    if finding is None or finding.outcome is not Outcome.FAILED:
        return cell
    whose = _DATE.sub("", whose_number(check, audit.policy, words))
    whose = words.say(N_("benchmark: {whose}"), whose=whose)
    return replace(cell, quiet="; ".join(filter(None, (cell.quiet, whose))))


def _cell_of(check: Check[Any], finding: Finding[Any] | None, words: Catalogue) -> Cell:
    """Return a check's cell; where it has no figures, the outcome with its cause."""
    if finding is None:
        return Cell(Sign.DASHED, words.gettext(_NOT_TESTED))
    cell = shown(check).cell(finding)
    return _outcome_alone(finding, words) if cell is None else _in_words(cell, words)


def _in_words(cell: CheckCell, words: Catalogue) -> Cell:
    return Cell(
        sign=cell.sign,
        said=words.text(cell.said) if cell.said is not None else "",
        strong=words.number(cell.strong) if cell.strong is not None else "",
        quiet=words.text(cell.quiet) if cell.quiet is not None else "",
        key=cell.key,
    )


def _outcome_alone(finding: Finding[Any], words: Catalogue) -> Cell:
    if finding.outcome is Outcome.UNTESTED:
        return Cell(Sign.DASHED, words.gettext(_NOT_TESTED))
    if finding.outcome is Outcome.INAPPLICABLE:
        return Cell(Sign.NOTHING, "", quiet=words.gettext(N_("does not apply")))
    cause = cause_words(finding)
    quiet = words.text(cause) if cause is not None else ""
    return Cell(SIGNS[finding.outcome], words.gettext(N_("could not be told")), quiet=quiet)


def _one_reason(office: AuditedOffice, audit: Audit, words: Catalogue) -> Cell | None:
    """Return why none of the practice could be told of this office, if the reason is the same for all of it."""
    found = [f for check in checks_at(Place.PRACTICE, audit) if (f := office.finding(check.name)) is not None]
    if not any(a.kind == "personal" for a in office.accounts) or not found:
        return _no_page(office, words)
    first = found[0]
    known = any(value is not None for f in found for value in f.values.values())
    if all((f.outcome, f.cause) == ("cantTell", first.cause) for f in found) and not known:
        cause = say(CAUSES, first.cause or "", words)
        return Cell(Sign.UNKNOWN, words.say(N_("could not be told: {cause}"), cause=cause))
    if all(f.outcome == "untested" for f in found):
        return Cell(Sign.DASHED, first.message)
    if all((f.outcome, f.message) == ("inapplicable", first.message) for f in found):
        return Cell(Sign.NOTHING, first.message)
    return None


def _no_page(office: AuditedOffice, words: Catalogue) -> Cell:
    if office.vacancy is not None:
        return Cell(Sign.DASHED, words.gettext(N_("the office is vacant")))
    if office.holder is None:
        return Cell(Sign.DASHED, words.gettext(N_("holder not on record")))
    if any(search.found == "nothing" for search in office.searches):
        return Cell(Sign.DASHED, words.gettext(N_("no page found in the recorded search")))
    return Cell(Sign.DASHED, words.gettext(N_("no confirmed personal page on record")))


# Charts ---------------------------------------------------------------------------------------------------------------


def charts(office: AuditedOffice, audit: Audit, words: Catalogue) -> list[Chart]:
    """Return what the checks draw of an office and of its pages, in the order of the checks."""
    silent = _one_reason(office, audit, words) is not None
    places = [place for place in Place if not (silent and place is Place.PRACTICE)]
    checks = sorted((c for place in places for c in checks_at(place, audit)), key=lambda check: check.order)
    found = (_chart(check, one, audit, words) for check in checks for one in _drawn(check, office))
    return [chart for chart in found if shown(chart.head.check).bars or chart.aside]


def _drawn(check: Check[Any], office: AuditedOffice) -> list[Finding[Any]]:
    """Return the findings that a check draws: of each page where it is about single pages, else of the person."""
    if check.place is Place.PAGE:
        return [finding for finding in office.read_all(check) if finding.account is not None]
    finding = office.read(check)
    return [finding] if finding is not None else []


def _chart(check: Check[Any], finding: Finding[Any], audit: Audit, words: Catalogue) -> Chart:
    counted = [(bar, n) for bar in shown(check).bars if (n := bar.value(finding.values)) is not None]
    most = max((n for _, n in counted), default=0)
    lead, interval = shown(check).lead(finding, audit.policy) if counted else None, shown(check).interval(finding)
    return Chart(
        head=head_of(check, audit),
        title=words.gettext(shown(check).chart or check.label or check.title),
        page=finding.account or "",
        cell=_cell_of(check, finding, words),
        unknown=bool(shown(check).bars) and not counted,
        said=words.text(lead.said) if lead is not None else "",
        strong=words.text(lead.strong) if lead is not None and lead.strong is not None else "",
        bars=[_bar(bar, n, most, words) for bar, n in counted if most and (n or not bar.optional)],
        interval=_interval(interval, words) if interval is not None else None,
        aside=" ".join(map(words.text, shown(check).aside(finding))),
    )


def _bar(bar: Bar[Any], count: int, most: int, words: Catalogue) -> BarShown:
    return BarShown(words.gettext(bar.label), count, bar.kind, count / most, bar.part)


def _interval(interval: Interval, words: Catalogue) -> IntervalShown:
    low, known, high = (f"{part * 100:.2f}" for part in (interval.low, interval.known, interval.high))
    said = words.say(N_("{low}–{high} %"), low=round(interval.low * 100), high=round(interval.high * 100))
    width = f"{(interval.high - interval.low) * 100:.2f}"
    return IntervalShown(words.gettext(interval.label), said, low, known, high, width)


# The directive, network by network ------------------------------------------------------------------------------------


def networks(office: AuditedOffice, words: Catalogue) -> list[Cell]:
    """Report each network on its own, by the best of its confirmed personal pages; what two share is said once."""
    shared: dict[Cell, list[str]] = {}
    for network in NETWORKS:
        standing = replace(_standing(office, network, words), key=None)
        shared.setdefault(standing, []).append(say(NETWORKS, network, words))
    return [replace(standing, strong=", ".join(names)) for standing, names in shared.items()]


def _standing(office: AuditedOffice, network: str, words: Catalogue) -> Cell:
    check = directive()
    pages = [f for f in office.read_all(check) if f.account is not None and f.network == network]
    cells = [_missing(office, f, words) or _cell_of(check, f, words) for f in pages]
    if cells:
        return min(cells, key=lambda cell: cell.key or 0)
    if any(report.network == network for report in office.reports):
        return Cell("press", words.gettext(N_("reported by the press")))
    if any(search.found == "nothing" for search in office.searches):
        return Cell("cross", words.gettext(N_("not found")))
    return Cell(Sign.DASHED, words.gettext(N_("not searched for")))


def _missing(office: AuditedOffice, finding: Finding[Any], words: Catalogue) -> Cell | None:
    """Return the cell of a page that is not where the registry has it, if nothing else is said of it."""
    if finding.outcome is not Outcome.INAPPLICABLE:
        return None
    seen = office.finding(EXISTS.name, finding.account)
    gone = seen is not None and (seen.values.get("exists") is False or seen.cause in {Cause.NOT_AT_ADDRESS, Cause.GONE})
    return (
        Cell(Sign.UNKNOWN, words.gettext(N_("the page is not at the address on record")), key=_LAST) if gone else None
    )


# Notes to a page ------------------------------------------------------------------------------------------------------


def notes_of(account: AuditedAccount, office: AuditedOffice, audit: Audit, words: Catalogue) -> list[Cell]:
    """Return what the checks of single pages say of this one, in their order."""
    found = [(check, office.read(check, account.url)) for check in checks_at(Place.PAGE, audit)]
    notes = [shown(check).note(finding) for check, finding in found if finding is not None]
    return [_in_words(note, words) for note in notes if note is not None]


# What to do -----------------------------------------------------------------------------------------------------------

_PAGES = {
    Cause.PRIVATE: N_("The page {page} is closed by its settings: open it to all, or nothing on it can be seen."),
    Cause.WALL_OFF: N_("The wall of {page} is switched off: switch it on, or no post on it can be seen."),
    Cause.BANNED: N_(
        "The network has blocked {page}: send the address of another page of the holder, if there is one."
    ),
    Cause.PREVIEW_OFF: N_("Viewing {page} without signing in is switched off: switch it on in the channel's settings."),
    Cause.WRONG_KIND: N_(
        "{page} is not a channel's address: send the address of the channel, and it goes into the registry."
    ),
}
"""What a personal page that no check can look at is asked for, whatever the directive's outcome."""


def advice(office: AuditedOffice, audit: Audit, words: Catalogue) -> list[str]:
    """Return «Что сделать»: what would change the directive's outcome, or that nothing does; then the practice."""
    steps = [
        *(_directive(office, audit, words) if office.bound else ()),
        *_closed_pages(office, words),
        *_practice(office, audit, words),
        *_single_pages(office, audit, words),
    ]
    return list(dict.fromkeys(steps)) or [words.gettext(N_("Nothing: no outcome of this week asks for it."))]


def _directive(office: AuditedOffice, audit: Audit, words: Catalogue) -> Iterator[str]:
    check = directive()
    finding = office.read(check)
    if finding is None:
        return
    latest = office.deadline or audit.directive.deadline
    asked = Advised(
        finding,
        words.zone,
        reason=office.verdict_reason,
        last_day=(latest - timedelta(seconds=1)).astimezone(words.zone).date(),
        has_page=any(account.kind == "personal" for account in office.accounts),
    )
    yield from map(words.text, shown(check).advice(asked))


def _closed_pages(office: AuditedOffice, words: Catalogue) -> Iterator[str]:
    """Say of each personal page that could not be seen what would let it be seen."""
    for account in office.accounts:
        if account.kind == "personal" and account.cause in _PAGES and account.cause != office.verdict_cause:
            yield words.say(_PAGES[Cause(account.cause)], page=show_url(account.url))


def _practice(office: AuditedOffice, audit: Audit, words: Catalogue) -> Iterator[str]:
    """Name what is below a benchmark. It is no duty, and says so."""
    for check in checks_at(Place.PRACTICE, audit):
        finding = office.read(check)
        if finding is not None:
            yield from map(words.text, shown(check).advice(Advised(finding, words.zone)))


def _single_pages(office: AuditedOffice, audit: Audit, words: Catalogue) -> Iterator[str]:
    """Ask for what single pages lack; a page that is gone is not asked for where the directive's advice did."""
    verdict = Cause(office.verdict_cause) if office.verdict_cause else None
    if verdict is not Cause.GONE and any(account.taken_over_by is not None for account in office.accounts):
        yield words.gettext(N_("Another page is under an address on record: send the confirmed page's new address."))
    for check in checks_at(Place.PAGE, audit):
        for finding in office.read_all(check):
            yield from map(words.text, shown(check).advice(Advised(finding, words.zone, verdict_cause=verdict)))
