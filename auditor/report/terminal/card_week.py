"""The week on the terminal's card: the practice with its bases, 26 weeks as a line, this week by day, the replies."""

from collections.abc import Iterator, Sequence
from math import ceil
from typing import TYPE_CHECKING

from auditor.audit.document import Audit, AuditedDay, AuditedOffice, AuditedPost
from auditor.base.i18n import Catalogue
from auditor.base.safe import one_line, show_url
from auditor.base.snapshot import CommentsState
from auditor.base.text import N_
from auditor.checks.finding import Place
from auditor.report import words
from auditor.report.checks_shown import Chart, PracticeHead, charts, checks_at
from auditor.report.checks_shown import practice as practice_of
from auditor.report.history import Ramp, WeekOfPosts, ramp_for, sparkline, strip_of, weeks_of
from auditor.report.terminal.ink import MARKS, Ink
from auditor.report.words import Cell

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text as Line


_POSTS_SHOWN = 7
_TOLD = {"inapplicable": "·", "passed": "✓", "failed": "▽", "cantTell": "?"}


def practice(office: AuditedOffice, audit: Audit, ink: Ink) -> "Iterator[RenderableType]":
    """Print the week's practice, each with its benchmark and what that rests on; none of it is a duty."""
    said = ink.said
    aside = said.gettext(N_("no duty: it changes no outcome"))
    yield ink.title(said.gettext(N_("How the pages are kept")), aside)
    row = practice_of(office, audit, said)
    if row.reason is not None:
        yield ink.below(_reason(row.reason, ink))
        return
    yield from ink.rows([_row(cell, head, ink) for head, cell in row.cells])
    yield from _unlike(office, audit, ink)


def _reason(cell: Cell, ink: Ink) -> "Line":
    zero = ink.said.gettext(N_("This is not zero.")) if cell.sign == "unknown" else ""
    return ink.joined(". ", [f"{MARKS[cell.sign]} {cell.said}", zero])


def _row(cell: Cell, head: PracticeHead, ink: Ink) -> "tuple[Line, Line, Line]":
    shown = ink.joined(" ", [ink.text(cell.strong, "bold"), cell.said])
    if cell.quiet:
        shown.append_text(ink.text(f" ({cell.quiet})" if shown.plain else cell.quiet))
    basis = words.say(words.BASES, head.basis, ink.said)
    told = ", ".join(filter(None, (head.threshold, basis)))
    return ink.text(MARKS.get(cell.sign, "·")), ink.text(head.title), _below(shown, ink.text(told, "dim"))


def _below(first: "Line", second: "Line") -> "Line":
    return first.append("\n").append_text(second)


def _unlike(office: AuditedOffice, audit: Audit, ink: Ink) -> "Iterator[RenderableType]":
    """Name the pages that came out otherwise than the person as a whole."""
    for check in checks_at(Place.PRACTICE, audit):
        whole = office.finding(check.name)
        for finding in office.findings:
            if finding.check != check.name or finding.account is None or whole is None:
                continue
            counted = any(value is not None for value in finding.values.values())
            unlike = finding.outcome != whole.outcome and finding.message != whole.message
            if unlike and counted and finding.outcome in _TOLD:
                told = f"{show_url(one_line(finding.account))}: {finding.message}"
                yield ink.item(ink.text(_TOLD[finding.outcome], "dim"), ink.text(told, "dim"))


def weeks(office: AuditedOffice, audit: Audit, ink: Ink) -> "Iterator[RenderableType]":
    """Draw the posts of the last weeks on one line; say in words what is not known, and the numbers."""
    said, strip = ink.said, strip_of(office, audit, ink.said)
    if strip is None:
        return
    yield ink.title(said.gettext(N_("26 weeks")), said.gettext(N_("posts, the last on the right")))
    row, ramp = weeks_of(office), ramp_for(ink.encoding)
    if strip.drawn:
        yield ink.below(ink.text("").append(sparkline(row, ramp)))
    known = [week.count for week in row if week.count is not None and not week.other]
    most = said.say(N_("most in a week: {n}"), n=max(known)) if known else ""
    yield ink.below(ink.joined("; ", [strip.seen, most]))
    if not known:
        yield ink.below(ink.text(said.gettext(N_("The posts are not known; that does not mean that there were none."))))
    if strip.drawn:
        yield ink.below(ink.text(", ".join(_legend(row, ramp, said)), "dim"))
        yield ink.below(ink.text(" ".join((strip.numbers + ".", *strip.notes)), "dim"))


def _legend(row: Sequence[WeekOfPosts], ramp: Ramp, said: Catalogue) -> Iterator[str]:
    """Say what each letter means that is no height; those that do not occur are left out."""
    own = [week.count for week in row if not week.other]
    if 0 in own:
        yield ramp.zero + " " + said.gettext(N_("zero"))
    if None in own:
        yield ramp.unknown + " " + said.gettext(N_("unknown"))
    if len(own) < len(row):
        yield ramp.other + " " + said.gettext(N_("another holder"))


def days(office: AuditedOffice, audit: Audit, ink: Ink) -> "Iterator[RenderableType]":
    """Print this week's posts by day, and links to the official's own."""
    said = ink.said
    if practice_of(office, audit, said).reason is not None:
        return
    yield ink.title(said.gettext(N_("The week by day")))
    if office.days is None:
        unseen = N_("Not every page could be seen, so the week's posts are not known. This is not zero.")
        yield ink.below(ink.text(f"? {said.gettext(unseen)}"))
    else:
        yield ink.below(_calendar(office.days, ink))
    for post in office.posts[:_POSTS_SHOWN]:
        yield ink.below(_post(post, ink))
    if len(office.posts) > _POSTS_SHOWN:
        yield ink.below(ink.text(said.say(N_("More posts: {n}"), n=len(office.posts) - _POSTS_SHOWN), "dim"))


def _calendar(week: Sequence[AuditedDay], ink: Ink) -> "RenderableType":
    """Lay out a column a day with its posts; on a narrow terminal without dates."""
    said, table = ink.said, ink.grid()
    rows = [(N_("own"), [day.posts for day in week])]
    rows += [(N_("reposts"), [day.reposts for day in week])] * any(day.reposts for day in week)
    table.add_column(no_wrap=True)
    for _ in week:
        table.add_column(justify="right", no_wrap=True)
    heads = [said.weekday(day.date) + f" {day.date.day}" * ink.wide for day in week]
    table.add_row("", *(ink.text(head, "dim") for head in heads))
    for label, counts in rows:
        table.add_row(ink.text(said.gettext(label), "dim"), *(ink.text(said.number(count)) for count in counts))
    return table


def _post(post: AuditedPost, ink: Ink) -> "Line":
    said = ink.said
    local = post.at.astimezone(said.zone).date()
    parts = [f"{said.weekday(local)} {said.moment(post.at)}"]
    parts += [said.gettext(N_("repost"))] * post.repost
    parts += [said.gettext(N_("comments closed"))] * (post.comments == CommentsState.CLOSED)
    return ink.link(post.url).append_text(ink.text(f" · {', '.join(parts)}", "dim"))


_LONGEST = 20
"""Columns of the longest bar."""


def drawings(office: AuditedOffice, audit: Audit, ink: Ink) -> "Iterator[RenderableType]":
    """Print what the checks draw: words, bars on one scale, a share within its bounds, words below."""
    for chart in charts(office, audit, ink.said):
        page = show_url(one_line(chart.page)) if chart.page else ""
        if chart.bars or chart.aside:  # otherwise the practice's line has said why
            yield ink.title(chart.title, page)
        if chart.bars:
            yield ink.below(_bars(chart, ink))
        for said in filter(None, (chart.strong, chart.aside)):
            yield ink.below(ink.text(said, "dim" if said is chart.aside else ""))


def _bars(chart: Chart, ink: Ink) -> "RenderableType":
    """Print each number with its bar, and the share with what is sure of it and what is not."""
    table = ink.grid()
    table.add_column()
    table.add_column(justify="right", no_wrap=True)
    for bar in chart.bars:
        cells = [ink.text(bar.label), ink.text(ink.said.number(bar.count), "bold")]
        table.add_row(*cells, *[ink.text("█" * ceil(bar.length * _LONGEST), "dim")] * ink.wide)
    if chart.interval is not None:
        one = chart.interval
        low, high = (round(float(end) / 100 * _LONGEST) for end in (one.low, one.high))
        drawn = "█" * low + "▒" * (high - low)
        table.add_row(ink.text(one.label), ink.text(one.said, "bold"), *[ink.text(drawn, "dim")] * ink.wide)
    return table
