"""The Jinja environment of the templates: the reader's language, safe links, and the macros of each check."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import platformdirs
from jinja2 import Environment, FileSystemBytecodeCache, FunctionLoader, StrictUndefined, select_autoescape
from jinja2.bccache import Bucket
from jinja2.environment import TemplateModule
from markupsafe import Markup, escape

from auditor.audit.document import Audit, AuditedFinding
from auditor.audit.localise import benchmark_regions, cause_phrase, reason_phrase, threshold_label, title_of
from auditor.base.files import make_private, own_folder, packaged, read_packaged
from auditor.base.i18n import Translator, short_name, short_place
from auditor.base.safe import mark_control_characters, one_line, safe_url, show_url, split_links, viewable_url
from auditor.base.snapshot import Network, Route
from auditor.base.text import N_
from auditor.checks import catalogue, check_of, directive
from auditor.checks.causes import to_do
from auditor.checks.finding import Finding, meanings
from auditor.report.cards import benchmark_of, headline_checks, page_checks

_YES, _NO = N_("yes"), N_("no")
_MEASURES = frozenset({"days", "whole days", "calendar days", "hours"})
"""Units that a value's meaning does not mention."""


PACKAGED = packaged("templates")
"""The folder of the program's own templates."""


def environment_for(translator: Translator, templates: Path = PACKAGED) -> Environment:
    """Return the environment of a folder of templates in the translator's language, with times in its zone."""
    return _environment(translator.lang, str(translator.zone), templates)


@cache
def _environment(lang: str, zone: str, templates: Path) -> Environment:
    def source_of(name: str) -> tuple[str, str, Callable[[], bool]]:
        return read_packaged(templates / name).decode(), str(templates / name), lambda: True

    translator = Translator(lang, ZoneInfo(zone))
    environment = Environment(
        loader=FunctionLoader(source_of),
        bytecode_cache=_template_cache(),
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        autoescape=select_autoescape(["html", "xml"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        translator.gettext, translator.ngettext, newstyle=True, pgettext=translator.pgettext
    )
    environment.filters |= {
        "date": translator.date,
        "moment": translator.moment,
        "date_of": lambda moment: moment.astimezone(translator.zone).date(),
        "number": translator.number,
        "partial": translator.partial,
        "text": translator.text,
        "value": translator.value,
        "cause": lambda cause: cause_phrase(cause, translator),
        "reason": lambda finding: reason_phrase(finding, translator),
        "to_do": lambda cause, last_day: translator.gettext(to_do(cause)).format(deadline=last_day),
        "no_break_spaces": lambda text: Markup(translator.add_no_break_spaces(escape(text))),  # noqa: S704 - escaped right here
        "translate": translator.gettext,
        "benchmark_regions": lambda check, policy: benchmark_regions(check, policy, translator),
        "threshold_label": lambda key: threshold_label(key, translator),
        "finding_title": lambda finding, policy: title_of(finding, policy, translator),
        "figure_of_bar": _figure_of_bar,
        "section_heading": lambda name: translator.gettext(heading) if (heading := _heading(name)) else "",
        "value_rows": lambda finding: list(_value_rows(finding, translator)),
        "title_of_check": lambda name: translator.gettext(check.title) if (check := check_of(name)) else name,
        "figures": lambda finding: list(_figures(finding, translator)),
        "zone_name": lambda audit: _zone_name(audit, translator),
        "share": lambda part, whole: f"{part / whole * 100:.2f}".rstrip("0").rstrip("."),
    }
    environment.globals |= {
        "lang": lang,
        "networks": {str(network): translator.gettext(network.facts.name) for network in Network},
        "routes": {str(route): translator.gettext(route.facts.name) for route in Route},
        "split_links": split_links,
        "safe_url": safe_url,
        "short_name": short_name,
        "short_place": short_place,
        "show_url": show_url,
        "viewable_url": viewable_url,
        "check": lambda name: _macros(environment, templates, name),
        "benchmark_of": benchmark_of,
        "directive_check": directive().name,
        "checks_decided_by_search": [check.name for check in catalogue() if check.decided_by_search],
        "headline_checks": headline_checks(),
        "page_checks": page_checks(),
    }
    for check in catalogue():
        environment.filters |= check.functions
        environment.globals |= check.functions
    return environment


_MOSCOW, _AHEAD, _BEHIND = N_("Moscow time"), N_("Moscow time + {hours} h"), N_("Moscow time − {hours} h")


def _zone_name(audit: Audit, translator: Translator) -> str:
    """Return how readers call the zone of a document's times.

    By its hours from Moscow's where they are whole and the same in all months of its year, otherwise by its own name.
    """
    months = (datetime(audit.as_of.year, month, 1, tzinfo=UTC) for month in range(1, 13))
    zone, moscow = ZoneInfo(audit.timezone), ZoneInfo("Europe/Moscow")
    hours, *others = {_offset(month, zone) - _offset(month, moscow) for month in months}
    if others or hours % 1:
        return audit.timezone
    sentence = _AHEAD if hours > 0 else _BEHIND if hours else _MOSCOW
    return translator.translate(sentence, hours=abs(int(hours)))


def _offset(moment: datetime, zone: ZoneInfo) -> float:
    """Return how many hours a zone is ahead of UTC."""
    return (moment.astimezone(zone).utcoffset() or timedelta()) / timedelta(hours=1)


def _figures(finding: AuditedFinding, translator: Translator) -> Iterator[tuple[str, str]]:
    """Yield (value, meaning) of a finding's positive numbers, dates and yeses; no, texts and lists are left out."""
    check = check_of(finding.check)
    rows = _value_rows(finding.read(check), translator) if check is not None else ()
    return ((shown, meaning) for value, shown, meaning in rows if isinstance(value, date) or value > 0)


def _value_rows(finding: Finding[Any], translator: Translator) -> Iterator[tuple[Any, str, str]]:
    """Yield (value, as it is shown, meaning) of a finding's numbers, dates and yes or no, as far as they are known."""
    for key, described in meanings(type(finding.values)).items():
        value = getattr(finding.values, key)
        if isinstance(value, date | int | float):
            unit = f", {translator.gettext(described.unit)}" if described.unit in _MEASURES else ""
            shown = translator.gettext(_YES if value else _NO) if isinstance(value, bool) else translator.value(value)
            yield value, shown, f"{translator.gettext(described.meaning)}{unit}"


def _figure_of_bar(finding: Finding[Any]) -> int | None:
    """Return the figure of a finding that its check draws as a bar; None if it has none."""
    check = check_of(finding.check)
    return getattr(finding.values, check.bar) if check is not None and check.bar else None


def _heading(name: str) -> str:
    """Return the heading of a check's section on the office's page; empty if it has none."""
    check = check_of(name)
    return check.section_heading if check is not None else ""


def _macros(environment: Environment, templates: Path, check: str) -> TemplateModule:
    """Return the macros of a check's own template, else those that show its figure or its outcome."""
    own = f"checks/{check}.html"
    return environment.get_template(own if (templates / own).is_file() else "checks/default.html").module


def _template_cache() -> FileSystemBytecodeCache | None:
    """Return the cache of compiled templates for the next command; None if its folder cannot be made."""
    folder = own_folder(platformdirs.user_cache_path)
    if folder is None:
        return None
    with suppress(OSError):
        make_private(folder / "templates")
        return _TemplateCache(str(folder / "templates"))
    return None


class _TemplateCache(FileSystemBytecodeCache):
    """Compiled templates; one that cannot be saved is compiled again by the next command."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def render(template: str, translator: Translator, facts: Mapping[str, Any], templates: Path = PACKAGED) -> str:
    """Return a template filled with `facts`, its control and invisible characters marked."""
    return mark_control_characters(environment_for(translator, templates).get_template(template).render(facts))


def render_lines(template: str, translator: Translator, facts: Mapping[str, Any], templates: Path = PACKAGED) -> str:
    """Return a filled template with one sentence a line and no empty lines; a foreign name cannot start a line."""
    text = environment_for(translator, templates).get_template(template).render(facts)
    return "".join(f"{line}\n" for line in (one_line(" ".join(part.split())) for part in text.splitlines()) if line)
