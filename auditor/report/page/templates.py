"""Our templates and what they may call: escaped values, the reader's words, our own style sheet and script."""

import base64
import hashlib
import re
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from auditor.base.files import packaged
from auditor.base.i18n import Catalogue, short_name, with_soft_hyphens
from auditor.base.safe import clean, pieces, safe_url, show_url, viewable_url
from auditor.base.text import N_
from auditor.report import words


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
        "hyphen": _hyphen,
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


def _hyphen(name: str) -> Markup:
    """Let the long words of a name end a line."""
    return Markup("&shy;").join(with_soft_hyphens(clean(name)).split("\N{SOFT HYPHEN}"))


@cache
def style_sheet(name: str) -> str:
    """Read a style sheet without its comments and indentation."""
    text = (packaged("templates") / name).read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return "".join(line.strip() for line in text.splitlines())


@cache
def page_script() -> str:
    """Read the weekly page's script without its comments and indentation."""
    text = (packaged("templates") / "report.js").read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def content_policy(css: str, script: str = "") -> str:
    """Allow exactly our own style sheet, script and icon, and nothing else (Content-Security-Policy)."""
    scripts = f" script-src {_digest(script)};" if script else ""
    return f"default-src 'none'; style-src {_digest(css)};{scripts} img-src data:; base-uri 'none'; form-action 'none'"


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


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
        "control_word": words.CONTROLS,
        "change_word": words.CHANGES,
    }
    speakers = {name: _speaker(entries, said) for name, entries in table.items()}
    return speakers | {
        "_": said.say,
        "networks": tuple(words.NETWORKS),
        "since_of": lambda office: words.since_of(office, said),
        "last_day": lambda deadline: words.last_day(deadline, said),
        "own_deadline": lambda office: words.own_deadline(office, said),
        "traces_of": words.traces_of,
        "trace_text": lambda trace: words.trace_text(trace, said),
        "search_text": lambda search: words.search_text(search, said),
        "outside": lambda group: words.outside(group, said),
        "report_text": lambda report: words.report_text(report, said),
        "policy_value": lambda value: _policy_value(value, said),
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
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return " / ".join(said.number(step) for step in value)
    return said.value(value)


def _anchor(office: str) -> str:
    """Name a card's place: letters, digits, dots and hyphens only; no two offices have one name."""
    return "o-" + re.sub(r"[^\w.-]", lambda found: f"~{ord(found[0]):x}~", office)
