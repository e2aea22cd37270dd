"""The weekly page: one self-contained file that loads nothing and runs no script but its own."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from auditor.audit.document import Audit, AuditedFinding, AuditedOffice
from auditor.base.i18n import Catalogue
from auditor.base.safe import one_line
from auditor.base.text import N_, NN_
from auditor.checks.posts_per_week import CHECK as POSTS
from auditor.report import headline, words
from auditor.report.checks_shown import head_of, practice_heads
from auditor.report.headline import no_comparison
from auditor.report.page.cards import Card, cards_of, groups_of
from auditor.report.page.dates import end_of_week, shared_marks
from auditor.report.page.templates import content_policy, environment, page_script, speech, style_sheet
from auditor.report.page.tiles import tiles
from auditor.report.reply_times import weeks_asked
from auditor.report.turned import turned_cells
from auditor.report.words import CAUSES, LIMITS, OUTCOMES, UNKNOWABLE, deadline_note, policy_number, say

_EVIDENCE_SHOWN = 6
"""How many rows of evidence are shown at once; the others are one click away."""

_BREAK = re.compile(r"\n+(?=</(?:td|th|tr|li|p|dd|dl|ol|ul|div|table|tbody|thead|details|summary)>)")

_PLAIN = re.compile(r"[^\w .,:()«»—–-]")
_WEEK = re.compile(r"\d{4}-W(\d{2})", re.ASCII)

_HALF_SHARE = 11
"""The width of the column of the time in which half are answered, in per cent of the practice's table."""
_METHOD_COLUMNS = (N_("Threshold, basis"), N_("Source"), N_("Left out this week"))
_POLICY_COLUMNS = (N_("Value"), N_("Basis"), N_("Source"), N_("Note"))
_TIMES_COLUMNS = (N_("Half answered within"), N_("26 weeks"))
_PAGES_COLUMNS = (N_("How confirmed"), N_("Opened"), N_("Subscribers"))


@dataclass(frozen=True, slots=True)
class Place:
    """The ways out of a page. Every address is relative to it, so that a folder of reports can lie anywhere."""

    previous: str | None = None
    """The nearest week before of which there is a page: ``../2026-W46/index.html``."""
    next: str | None = None
    weeks: str | None = None
    """The page of all weeks."""
    files: tuple[str, ...] = ()
    """The other files in the page's folder: ``audit.csv``."""

    @property
    def previous_number(self) -> int | None:
        """The number of the week before; None where there is none."""
        return _number(self.previous)

    @property
    def next_number(self) -> int | None:
        """The number of the week after; None where there is none."""
        return _number(self.next)


def _number(href: str | None) -> int | None:
    found = _WEEK.search(href or "")
    return int(found[1]) if found else None


def render_html(
    audit: Audit, *, catalogue: Catalogue, place: Place | None = None, template: str = "report.html"
) -> str:
    """Return the page. The same audit and place give the same bytes; every time in it is in the registry's zone.

    ``one.html`` is the page of a document with one office: its card and the method.
    """
    said = catalogue.at(ZoneInfo(audit.timezone))
    css, script = _page_style(audit, said), page_script()
    page = environment(catalogue.lang, audit.timezone).get_template(template)
    sheet = {"css": Markup(css), "script": Markup(script)}  # noqa: S704 - our own files
    policy = {"policy_header": content_policy(css, script)}
    ways = {"ways": place or Place()}
    return _tight(page.render(_context(audit, said) | speech(said) | sheet | policy | ways))


def _page_style(audit: Audit, said: Catalogue) -> str:
    """Return the weekly page's style sheet with the names of its columns for narrow screens."""
    heads = practice_heads(audit)
    tables = (
        Labels("practice", 900, ["", *(head.title for head in heads), *(said.gettext(n) for n in _TIMES_COLUMNS)]),
        Labels("method", 900, ["", "", *(said.gettext(n) for n in _METHOD_COLUMNS)]),
        Labels("policy", 900, ["", *(said.gettext(n) for n in _POLICY_COLUMNS)]),
        Labels("pages", 720, ["", *(said.gettext(n) for n in _PAGES_COLUMNS)]),
    )
    shares = [*(head.check.share for head in heads), _HALF_SHARE]
    return f"{style_sheet('report.css')}\n{_width_rules(shares)}\n{label_rules(tables)}\n{running_head(audit, said)}"


def running_head(audit: Audit, said: Catalogue) -> str:
    """Return the style rule that prints the title, the week and the report's version on every sheet."""
    title = N_("Pages of heads in social networks: week {week}, {span}")
    left = said.say(title, week=str(words.week_number(audit.week)), span=words.week_span(audit, said))
    right = said.say(N_("Version {version} of the report."), version=audit.version)
    if audit.synthetic:
        right = f"{right} {said.gettext(N_('demonstration')).capitalize()}."
    boxes = (("top-left", left), ("top-right", right))
    return "@page{" + "".join(f'@{at}{{content:"{_string(text)}";font:7.5pt sans-serif}}' for at, text in boxes) + "}"


def _width_rules(shares: Sequence[int | None]) -> str:
    """Return the style rules for the widths of the practice's columns, from the second on; paper has its own."""
    rules = (f".practice thead th:nth-child({n}){{width:{share}%}}" for n, share in enumerate(shares, start=2) if share)
    return f"@media screen{{{''.join(rules)}}}"


@dataclass(frozen=True, slots=True)
class Labels:
    """The names of a table's columns, by the table's class, for screens no wider than so many pixels.

    An empty name is for a column that needs none, since its cells explain themselves.
    """

    table: str
    widest: int
    names: Sequence[str]


def label_rules(tables: Sequence[Labels]) -> str:
    """Return the style rules that put each column's name over its cells; no name can end its string or the rule."""
    return "\n".join(
        f"@media screen and (max-width:{t.widest}px){{{''.join(_rules(t))}}}" for t in tables if any(t.names)
    )


def _rules(table: Labels) -> list[str]:
    return [
        f'.{table.table} td:not([colspan]):nth-child({n}):not(:empty)::before{{content:"{_string(name)}"}}'
        for n, name in enumerate(table.names, start=1)
        if name
    ]


def _string(text: str) -> str:
    return _PLAIN.sub(lambda found: f"\\{ord(found[0]):x} ", one_line(text))


def _tight(html: str) -> str:
    """Leave out the line breaks before the end of a block: they are invisible, and there are two thousand."""
    return _BREAK.sub("", html)


def _context(audit: Audit, said: Catalogue) -> dict[str, Any]:
    bound, groups = cards_of(audit, said), groups_of(audit, said)
    placed, real = tiles([card.office for card in bound], said)
    return {
        "audit": audit,
        "lang": said.lang,
        "number": words.week_number(audit.week),
        "span": words.week_span(audit, said),
        "last_date": end_of_week(audit),
        "zone": words.zone_name(audit, said),
        "summary": audit.summary.model_dump(),
        "clauses": headline.clauses(audit, said),
        "who": headline.who(audit, said),
        "changes": headline.changes(audit, said),
        "alarms": headline.alarms(audit, said),
        "no_comparison": no_comparison(audit, said),
        "turned": turned_cells(audit, said),
        "deadline_note": lambda office: deadline_note(office, audit, said),
        "old_word": headline.old_word(audit, said),
        "coverage": headline.coverage(audit, said),
        "mostly_untold": headline.mostly_untold(audit),
        "tiles": placed,
        "real_map": real,
        "bound": bound,
        "groups": groups,
        "marks": shared_marks(card.line for card in [*bound, *(card for group in groups for card in group.cards)]),
        "has_figures": _has_figures,
        "figures": _has_figures([*bound, *(card for group in groups for card in group.cards)]),
        "weeks_asked": weeks_asked(audit),
        "practice_heads": practice_heads(audit),
        "posts_head": head_of(POSTS, audit),
        "limits": [said.gettext(limit) for limit in LIMITS],
        "unknowable": [said.gettext(one) for one in UNKNOWABLE],
        "left_out": left_out(audit, said),
        "networks": words.NETWORKS,
        "evidence_shown": _EVIDENCE_SHOWN,
        "placed_names": {office.id: words.place_of(office) for office in audit.offices},
        "check_titles": {check.name: check.title for check in audit.checks},
        **_act(audit, said),
    }


def _has_figures(cards: Iterable[Card]) -> bool:
    """Tell whether the table of the practice has anything to show of these offices: a figure, or a correction."""
    return any(not card.practice.reason or card.corrections.by_check for card in cards)


def _act(audit: Audit, said: Catalogue) -> dict[str, Any]:
    """Return the numbers of the line of the act."""
    return {
        "grace": _days(policy_number(audit, "deadline_grace_days", None), said),
        "newcomer": _days(policy_number(audit, "newcomer_days", None), said),
    }


def _days(value: int | None, said: Catalogue) -> str:
    return said.count(*NN_("{n} day", "{n} days"), value) if value is not None else "—"


def left_out(audit: Audit, said: Catalogue) -> dict[str, list[tuple[str, int]]]:
    """Return for each check the causes in the reader's words with their counts, the most frequent first."""
    counted: dict[str, Counter[str]] = {check.name: Counter() for check in audit.checks}
    for office in audit.offices:
        for finding in _subjects(office):
            if finding.outcome in {"cantTell", "untested"} and finding.check in counted:
                counted[finding.check][_why(finding, said)] += 1
    return {name: sorted(causes.items(), key=lambda item: (-item[1], item[0])) for name, causes in counted.items()}


def _subjects(office: AuditedOffice) -> list[AuditedFinding]:
    """Return each check's finding of the office, and where it has none, those of the personal pages."""
    whole = {finding.check for finding in office.findings if finding.account is None}
    institutions = {account.url for account in office.accounts if account.kind == "institution"}
    return [
        finding
        for finding in office.findings
        if finding.account is None or (finding.check not in whole and finding.account not in institutions)
    ]


def _why(finding: AuditedFinding, said: Catalogue) -> str:
    return say(CAUSES, finding.cause, said) if finding.cause else say(OUTCOMES, finding.outcome, said)
