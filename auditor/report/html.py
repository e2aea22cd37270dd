"""The weekly page: one self-contained file that asks nothing of anywhere and runs no script but its own."""

import base64
import hashlib
import re
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from auditor.audit.document import Audit
from auditor.base.i18n import Catalogue, short_name
from auditor.base.packaged import packaged
from auditor.base.safe import clean, pieces, safe_url, show_url, viewable_url
from auditor.base.text import N_, NN_
from auditor.report import headline, view, words
from auditor.report.caveats import no_comparison
from auditor.report.curve import weeks_asked
from auditor.report.dates import end_of_week, report_text, shared_marks
from auditor.report.deadline import deadline_note
from auditor.report.labels import Labels, label_rules
from auditor.report.left_out import left_out
from auditor.report.limits import LIMITS
from auditor.report.place import Place
from auditor.report.text import CHANGES
from auditor.report.tiles import tiles

_EVIDENCE_SHOWN = 6
"""So many rows of evidence stand open; the others are one step away."""

_BREAK = re.compile(r"\n+(?=</(?:td|th|tr|li|p|dd|dl|ol|ul|div|table|tbody|thead|details|summary)>)")

_METHOD_COLUMNS = (N_("Threshold, basis"), N_("Source"), N_("Left out this week"))
_POLICY_COLUMNS = (N_("Value"), N_("Basis"), N_("Source"), N_("Note"))
_TIMES_COLUMNS = (N_("Half answered within"), N_("26 weeks"))
_PAGES_COLUMNS = (N_("How confirmed"), N_("Opened"), N_("Subscribers"))


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


@cache
def environment(lang: str, timezone: str) -> Environment:
    """Return what reads our templates: it escapes, cleans, and stops at a name that it was not given."""
    environment = Environment(
        loader=FileSystemLoader(packaged("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_finalize,
    )
    said = Catalogue(lang, ZoneInfo(timezone))
    environment.filters |= {
        "bind": said.bind,
        "date": said.date,
        "moment": said.moment,
        "number": said.number,
        "partial": said.partial,
    }
    return environment


def _finalize(value: Any) -> Any:
    """Make every value harmless on its way out: what is markup already was made of such values."""
    if isinstance(value, Markup):
        return value
    return clean(value) if isinstance(value, str) else value


@cache
def style_sheet(name: str) -> str:
    """Read a style sheet without its comments and indentation."""
    text = (packaged("templates") / name).read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return "".join(line.strip() for line in text.splitlines())


def _page_style(audit: Audit, said: Catalogue) -> str:
    """Return the weekly page's style sheet with the names of its columns for narrow screens."""
    heads = [head.title for head in view.practice_heads(audit)]
    tables = (
        Labels("practice", 900, ["", *heads, *(said.gettext(n) for n in _TIMES_COLUMNS)]),
        Labels("method", 900, ["", "", *(said.gettext(n) for n in _METHOD_COLUMNS)]),
        Labels("policy", 900, ["", *(said.gettext(n) for n in _POLICY_COLUMNS)]),
        Labels("pages", 720, ["", *(said.gettext(n) for n in _PAGES_COLUMNS)]),
    )
    return f"{style_sheet('report.css')}\n{label_rules(tables)}"


@cache
def page_script() -> str:
    """Read the weekly page's script without its comments and indentation."""
    text = (packaged("templates") / "report.js").read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def _tight(html: str) -> str:
    """Leave out the line breaks before the end of a block: nobody sees them, and there are two thousand."""
    return _BREAK.sub("", html)


def content_policy(css: str, script: str = "") -> str:
    """Allow exactly our own style sheet, script and icon, and nothing else (Content-Security-Policy)."""
    scripts = f" script-src {_digest(script)};" if script else ""
    return f"default-src 'none'; style-src {_digest(css)};{scripts} img-src data:; base-uri 'none'; form-action 'none'"


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _context(audit: Audit, said: Catalogue) -> dict[str, Any]:
    bound, groups = view.cards_of(audit, said), view.groups_of(audit, said)
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
        "deadline_note": lambda office: deadline_note(office, audit, said),
        "old_word": headline.old_word(audit, said),
        "tiles": placed,
        "real_map": real,
        "bound": bound,
        "groups": groups,
        "marks": shared_marks(card.line for card in [*bound, *(card for group in groups for card in group.cards)]),
        "weeks_asked": weeks_asked(audit),
        "practice_heads": view.practice_heads(audit),
        "limits": [said.gettext(limit) for limit in LIMITS],
        "left_out": left_out(audit, said),
        "evidence_shown": _EVIDENCE_SHOWN,
        "placed_names": {office.id: words.place_of(office) for office in audit.offices},
        "check_titles": {check.name: check.title for check in audit.checks},
        **_act(audit, said),
    }


def _act(audit: Audit, said: Catalogue) -> dict[str, Any]:
    """Return the numbers of the line of the act."""
    policy = {key: value.value for key, value in audit.policy.items()}
    return {
        "grace": _days(policy.get("deadline_grace_days"), said),
        "newcomer": _days(policy.get("newcomer_days"), said),
        "least_questions": policy.get("least_questions", "—"),
    }


def _days(value: Any, said: Catalogue) -> str:
    return said.count(*NN_("{n} day", "{n} days"), value) if isinstance(value, int) else "—"


def speech(said: Catalogue) -> dict[str, Any]:
    """Return the functions by which the templates speak the reader's language."""
    table = {
        "outcome_word": words.OUTCOMES,
        "narrow_word": words.OUTCOMES_NARROW,
        "network_word": words.NETWORKS,
        "route_word": words.ROUTES,
        "basis_word": words.BASES,
        "cause_word": words.CAUSES,
        "evidence_word": words.EVIDENCE,
        "policy_word": words.POLICY,
        "change_word": CHANGES,
    }
    speakers = {name: _speaker(entries, said) for name, entries in table.items()}
    return speakers | {
        "_": said.say,
        "since_of": lambda office: words.since_of(office, said),
        "last_day": lambda deadline: words.last_day(deadline, said),
        "own_deadline": lambda office: words.own_deadline(office, said),
        "report_text": lambda report: report_text(report, said),
        "policy_value": lambda value: _policy_value(value, said),
        "weekday": lambda moment: said.weekday(moment.astimezone(said.zone).date()),
        "moment": said.moment,
        "place": words.place_of,
        "week_number": words.week_number,
        "short_name": short_name,
        "pieces": pieces,
        "safe_url": safe_url,
        "viewable_url": viewable_url,
        "show_url": show_url,
        "anchor": _anchor,
    }


def _speaker(table: dict[str, str], said: Catalogue) -> Any:
    return lambda key: words.say(table, key, said)


def _policy_value(value: Any, said: Catalogue) -> str:
    if isinstance(value, bool):
        return said.gettext(N_("yes") if value else N_("no"))
    if isinstance(value, list):
        return " / ".join(said.number(step) for step in value)
    return said.value(value)


def _anchor(office: str) -> str:
    """Name a card's place: letters, digits, dots and hyphens only; no two offices have one name."""
    return "o-" + re.sub(r"[^\w.-]", lambda found: f"~{ord(found[0]):x}~", office)
