"""Our templates and what they may call: escaped values, the reader's words, our own style sheet and script."""

import base64
import hashlib
import re
from collections.abc import Mapping
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
from auditor.report.site import (
    DATA_PAGE,
    FEED,
    HOME,
    LOOK,
    TRENDS,
    WEEKS,
    Public,
    Spot,
    anchor,
    card_page,
    method_page,
    office_page,
    week_page,
)

_HATCHED = ".unsure,.bar.b-striped,.bar.b-unsure,.w-unknown,.w-columns .gap{fill:url(#hatch)}"
"""A style sheet in a file of its own may look for the pattern there; this one stands in the page."""
_BREAK = re.compile(r"\n+(?=</(?:td|th|tr|li|p|dd|dl|ol|ul|div|table|tbody|thead|details|summary)>)")
_OPTIONAL = re.compile(r"</(?:td|th|tr)>")
_SYMBOL = re.compile(r'<(symbol|pattern) id="([^"]+)".*?</\1>\n?', re.DOTALL)
_USED = re.compile(r'(?:href="|url\()#([^")]+)')


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
        "raised": _raised,
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


def _raised(html: str, levels: int = 1) -> Markup:
    """Put the headings of a card's blocks so many levels higher, where the card has a page of its own."""
    return Markup(re.sub("(?<=</h)4|(?<=<h)4", str(4 - levels), str(html)))  # noqa: S704 - rendered, and so escaped


def lay_out(
    template: str, spot: Spot, said: Catalogue, context: Mapping[str, Any], rules: str = "", *, week_css: str = ""
) -> str:
    """Return the page of a template at its place; `rules` are style rules of this page alone.

    `week_css` is the path of a style sheet that it shares with pages of its week.

    `context` may say under `public` what the folder is on the web; without it, it has no address and is not listed.
    A page in the folder shares the style sheet and the script with the others; one that stands alone holds both.
    """
    css, script = (f"{_HATCHED}{rules}", "") if spot.path else (f"{_shared_css()}\n{rules}", page_script())
    sheet = {"css": Markup(css), "script": Markup(script)}  # noqa: S704 - our own files
    shared = dict(zip(("shared_css", "shared_script", "shared_icon"), shared_files(), strict=True), week_css=week_css)
    looks = shared if spot.path else dict.fromkeys(shared, "")
    policy = {"policy_header": content_policy(css, script, shared=bool(spot.path))}
    page = environment(said.lang, str(said.zone)).get_template(template)
    return _tight(
        page.render({"public": Public(), **context, **speech(said), **sheet, **looks, **policy, "spot": spot})
    )


def shared_files() -> dict[str, str]:
    """Return the files that all pages of the folder share, by their paths."""
    icon = (packaged("templates") / "report.svg").read_text(encoding="utf-8")
    made = {"report.css": _shared_css(), "report.js": page_script(), "report.svg": icon}
    return {f"{LOOK}/{named_by_content(name, text)}": text for name, text in made.items()}


def _shared_css() -> str:
    return f"{style_sheet('report.css')}\n{style_sheet('weeks.css')}\n"


def named_by_content(name: str, text: str) -> str:
    """Name a shared file by its content: a page made by another version keeps the one that it was made for."""
    stem, kind = name.partition("-")[0].partition(".")[0], name.rpartition(".")[2]
    return f"{stem}-{hashlib.sha256(text.encode()).hexdigest()[:10]}.{kind}"


def _tight(html: str) -> str:
    """Leave out what nobody sees: line breaks before the end of a block, symbols that nothing on the page uses.

    And the end tags of rows and cells, which HTML does not ask for: the next row or cell, or the table's end, says it.
    """
    html = _OPTIONAL.sub("", _BREAK.sub("", html))
    used = set(_USED.findall(html))
    return _SYMBOL.sub(lambda found: found[0] if found[2] in used else "", html)


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


def content_policy(css: str, script: str = "", *, shared: bool = False) -> str:
    """Allow exactly our own style sheet, script and icon, and nothing else (Content-Security-Policy).

    With `shared`, the files beside the page are allowed too.
    """
    ours = " 'self'" if shared else ""
    runs = f"{_digest(script) if script else ''}{ours}".strip()
    scripts = f" script-src {runs};" if runs else ""
    styles = f"style-src {_digest(css)}{ours};{scripts}"
    return f"default-src 'none'; {styles} img-src data:{ours}; base-uri 'none'; form-action 'none'"


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
        "anchor": anchor,
        "verdict_heading": lambda office: words.verdict_heading(office, said),
        "office_page": office_page,
        "week_page": week_page,
        "card_page": card_page,
        "method_page": method_page,
        "home": HOME,
        "weeks_page": WEEKS,
        "trends_page": TRENDS,
        "feed": FEED,
        "language_name": _LANGUAGES.__getitem__,
        "data_page": DATA_PAGE,
    }


_LANGUAGES = {"ru": "\u041f\u043e-\u0440\u0443\u0441\u0441\u043a\u0438", "en": "English"}
"""Each language as its own readers call it."""


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
