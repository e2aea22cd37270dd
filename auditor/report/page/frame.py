"""What the pages of a week have in common, and the style rules that hang on what its tables are called."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from auditor.audit.document import Audit
from auditor.base.i18n import Catalogue
from auditor.base.safe import one_line
from auditor.base.text import N_
from auditor.checks.posts_per_week import CHECK as POSTS
from auditor.report import words
from auditor.report.checks import shown as shown_of
from auditor.report.checks_shown import head_of, practice_heads

_EVIDENCE_SHOWN = 6
"""How many rows of evidence are shown at once; the others are one click away."""
_PLAIN = re.compile(r"[^\w .,:()«»—–-]")
_METHOD_COLUMNS = (N_("Threshold, basis"), N_("Source"), N_("Left out this week"))
_POLICY_COLUMNS = (N_("Value"), N_("Basis"), N_("Source"), N_("Note"))
_LAST_COLUMN = N_("26 weeks")
_PAGES_COLUMNS = (N_("How confirmed"), N_("Opened"), N_("Subscribers"))
_WEEKS_COLUMNS = (N_("Posts"), N_("Answered in time"), N_("Median answer"))


def week_frame(audit: Audit, said: Catalogue) -> dict[str, Any]:
    """Return what every page of a week says of it."""
    return {
        "audit": audit,
        "synthetic": audit.synthetic,
        "version": audit.tool_version,
        "lang": said.lang,
        "number": words.week_number(audit.week),
        "span": words.week_span(audit, said),
        "zone": words.zone_name(audit, said),
        "deadline_note": lambda office: words.deadline_note(office, audit, said),
        "posts_head": head_of(POSTS, audit),
        "networks": words.NETWORKS,
        "evidence_shown": _EVIDENCE_SHOWN,
    }


TABLES = ("practice", "method", "policy", "pages")


def page_rules(audit: Audit, said: Catalogue, *shown: str) -> str:
    """Return the rules that name the columns of these tables on narrow screens, and give the practice its widths."""
    heads = practice_heads(audit)
    tables = (
        Labels("practice", 900, ["", *(head.title for head in heads), said.gettext(_LAST_COLUMN)]),
        Labels("method", 900, ["", "", *(said.gettext(n) for n in _METHOD_COLUMNS)]),
        Labels("policy", 900, ["", *(said.gettext(n) for n in _POLICY_COLUMNS)]),
        Labels("pages", 720, ["", *(said.gettext(n) for n in _PAGES_COLUMNS)]),
        Labels("trend.bound", 720, ["", "", *(said.gettext(n) for n in _WEEKS_COLUMNS)]),
        Labels("trend.free", 720, ["", *(said.gettext(n) for n in _WEEKS_COLUMNS)]),
    )
    widths = _width_rules([shown_of(head.check).share for head in heads]) if "practice" in shown else ""
    return f"{widths}\n{label_rules([table for table in tables if table.table in shown])}\n{running_head(audit, said)}"


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


def running_head(audit: Audit, said: Catalogue) -> str:
    """Return the style rule that prints the title, the week and the report's version on every sheet."""
    title = N_("Pages of heads in social networks: week {week}, {span}")
    left = said.say(title, week=str(words.week_number(audit.week)), span=words.week_span(audit, said))
    right = said.say(N_("Version {version} of the report."), version=audit.version)
    if audit.synthetic:
        right = f"{right} {said.gettext(N_('demonstration')).capitalize()}."
    boxes = (("top-left", left), ("top-right", right))
    return "@page{" + "".join(f'@{at}{{content:"{_string(text)}";font:7.5pt sans-serif}}' for at, text in boxes) + "}"
