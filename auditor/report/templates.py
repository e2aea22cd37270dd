"""What the templates speak with: a reader's language, harmless links, and how each check is shown."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import platformdirs
from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.bccache import Bucket
from jinja2.environment import TemplateModule
from markupsafe import Markup, escape

from auditor.audit.document import AuditedFinding
from auditor.audit.localise import benchmark_regions, cause_phrase, title_of
from auditor.base.files import make_private, packaged
from auditor.base.i18n import Translator, short_name, short_place
from auditor.base.networks import networks, routes
from auditor.base.safe import mark_control_characters, one_line, safe_url, show_url, split_links, viewable_url
from auditor.base.text import N_
from auditor.checks import check_of
from auditor.checks.causes import CAUSES
from auditor.checks.finding import meanings

_YES = N_("yes")
_MEASURES = frozenset({"days", "whole days", "calendar days", "hours"})
"""Units that the meaning of a value does not say."""


def environment_for(words: Translator) -> Environment:
    """Return the environment in which templates speak the language of `words`, with times in its zone."""
    return _environment(words.lang, str(words.zone))


@cache
def _environment(lang: str, zone: str) -> Environment:
    words = Translator(lang, ZoneInfo(zone))
    environment = Environment(
        loader=FileSystemLoader(packaged("templates")),
        bytecode_cache=_compiled(),
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        autoescape=select_autoescape(["html", "xml"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.filters |= {
        "date": words.date,
        "moment": words.moment,
        "date_of": lambda moment: moment.astimezone(words.zone).date(),
        "number": words.number,
        "partial": words.partial,
        "say": words.text,
        "value": words.value,
        "cause": lambda cause: cause_phrase(cause, words),
        "todo": lambda cause, last_day: words.gettext(CAUSES[cause].to_do).format(deadline=last_day),
        "bind": lambda text: Markup(words.add_no_break_spaces(escape(text))),  # noqa: S704 - escaped right here
        "tr": words.gettext,
        "whose": lambda check, policy: benchmark_regions(check, policy, words),
        "titled": lambda finding, policy: title_of(finding, policy, words),
        "figures": lambda finding: list(_figures(finding, words)),
        "share": lambda part, whole: f"{part / whole * 100:.2f}".rstrip("0").rstrip("."),
    }
    environment.globals |= {
        "lang": lang,
        "networks": {key: words.gettext(facts.name) for key, facts in networks().items()},
        "routes": {key: words.gettext(facts.name) for key, facts in routes().items()},
        "pieces": split_links,
        "safe_url": safe_url,
        "short_name": short_name,
        "short_place": short_place,
        "show_url": show_url,
        "viewable_url": viewable_url,
        "check": lambda name: _macros(environment, name),
    }
    return environment


def _figures(finding: AuditedFinding, words: Translator) -> Iterator[tuple[str, str]]:
    """Yield the figures of a finding with what each is; zeros and lists are left out."""
    check = check_of(finding.check)
    values = finding.read(check).values if check is not None else None
    for key, told in meanings(type(values)).items() if values is not None else ():
        value = getattr(values, key)
        if isinstance(value, int | float | date) and value:
            unit = f", {words.gettext(told.unit)}" if told.unit in _MEASURES else ""
            said = words.gettext(_YES) if value is True else words.value(value)
            yield said, f"{words.gettext(told.meaning)}{unit}"


def _macros(environment: Environment, check: str) -> TemplateModule:
    """Return how a check is shown: the macros of its own template, else those of its outcome alone."""
    return environment.select_template([f"checks/{check}.html", "checks/other.html"]).module


def _compiled() -> FileSystemBytecodeCache | None:
    """Return where compiled templates are kept for the next command; None where no folder of ours can be made."""
    folder = platformdirs.user_cache_path("auditor", appauthor=False) / "templates"
    try:
        make_private(folder)
    except OSError:
        return None
    return _TemplateCache(str(folder))


class _TemplateCache(FileSystemBytecodeCache):
    """Compiled templates; one that cannot be kept is compiled again by the next command."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def render(template: str, words: Translator, context: Mapping[str, Any]) -> str:
    """Return a template's text. What came from outside can neither break it nor deceive the eye."""
    return mark_control_characters(environment_for(words).get_template(template).render(context))


def render_lines(template: str, words: Translator, context: Mapping[str, Any]) -> str:
    """Return a template's text a sentence a line: a name from outside cannot start a line, and no line is empty."""
    written = environment_for(words).get_template(template).render(context)
    return "".join(f"{line}\n" for line in (one_line(" ".join(part.split())) for part in written.splitlines()) if line)
