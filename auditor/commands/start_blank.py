"""The questions of ``auditor start --blank``, and the registry of a new region made of their answers: no office yet.

Until the registry is written, the answers stand in ``auditor.toml`` as remarks, so that an interrupted start goes on.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

from auditor.base.errors import text_of
from auditor.base.files import packaged, write_file
from auditor.base.text import N_, Text
from auditor.registry import load_registry
from auditor.registry.answer_sheet import new_offices_sheet
from auditor.registry.model_reader import invalid
from auditor.registry.models import NO_DIRECTIVE, OfficeGroup, known_zone
from auditor.registry.typed_text import LEVELS, plain_text, read_date, read_level, read_place, read_source
from auditor.registry.yaml_splice import lines_of
from auditor.search.scoring.regions import code_of

PREFIX = "blank_"
"""How the names of these answers begin."""
_TITLE = "Страницы глав в социальных сетях"
"""How the title of a new region's reports begins: a word of the registry, which is Russian."""
NO_OFFICES = N_("  It has no office yet: enter them by `auditor registry fill --new`, or in {sheet}, and take that in.")
FILES = ("officials.yaml", "corrections.yaml", "statements.yaml", "answers.xlsx")


# What may be answered -------------------------------------------------------------------------------------------------

_ZONES = (
    "Europe/Kaliningrad",
    "Europe/Moscow",
    "Europe/Samara",
    "Asia/Yekaterinburg",
    "Asia/Omsk",
    "Asia/Krasnoyarsk",
    "Asia/Irkutsk",
    "Asia/Yakutsk",
    "Asia/Vladivostok",
    "Asia/Magadan",
    "Asia/Kamchatka",
)
"""A zone for each difference from Moscow, from one hour less on."""
_MOSCOW = 1
_DIFFERENCE = re.compile(r"(?:мск|msk|москва)\s*(?:([+-]?)\s*(\d{1,2}))?", re.IGNORECASE)


def read_zone(value: str) -> str:
    """Return a time zone by its name, or by its difference from Moscow, «МСК+4»."""
    text = plain_text(value).replace("−", "-").replace("–", "-")
    match = _DIFFERENCE.fullmatch(text)
    if match is None:
        return known_zone(text)
    number = _MOSCOW + int(f"{match[1] or ''}{match[2] or 0}")
    if not 0 <= number < len(_ZONES):
        raise invalid("{text} is no time of Russia; write it from МСК-1 to МСК+9", text=repr(text))
    return _ZONES[number]


def _read_whole_day(value: str) -> str:
    day = read_date(value)
    if not day.exact:
        raise invalid("{day} is not a whole day; write it like 01.02.2024", day=str(day))
    return day.first.isoformat()


_QUESTIONS: Mapping[str, tuple[str, str, Callable[[str], str]]] = {
    "region": (N_("Region, as the report is to call it, like «Вымышленная область»:"), "", read_place),
    "timezone": (N_("Its time: МСК, МСК+4 or a name like Asia/Irkutsk [МСК]:"), "МСК", read_zone),
    "title": (
        N_("Directive: what it is called (Enter: there is none, nothing is judged against a deadline):"),
        "",
        read_place,
    ),
    "issuer": (N_("Who issued it:"), "", read_place),
    "issued": (N_("Day on which it was issued, like 25.05.2022:"), "", _read_whole_day),
    "last_day": (N_("Last day by which a page must be open, that day included:"), "", _read_whole_day),
    "binds": (N_("Whom it binds: {levels} [1]:"), "1", lambda value: read_level(value).value),
    "source": (
        N_("Where it can be read: an address, or a document with number and date:"),
        "",
        lambda value: read_source(value).text,
    ),
}
_MAY_BE_EMPTY = {"title"}


def objection_to(key: str, reply_text: str) -> Text | None:
    """Return why a line cannot be the answer to a question; None if it can."""
    if not reply_text:
        return None if key in _MAY_BE_EMPTY else Text(N_("this cannot be left out; write it, or leave by Ctrl-C"))
    try:
        _QUESTIONS[key][2](reply_text)
    except ValueError as error:
        return text_of(error)
    return None


def next_questions(answers: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield the key, the question and the default of each question that is not answered yet; `answers` may grow."""
    for key, (question, default, _) in _QUESTIONS.items():
        has_no_directive = answers.get(f"{PREFIX}title") == "" and key not in {"region", "timezone"}
        if f"{PREFIX}{key}" not in answers and not has_no_directive:
            yield key, question, default


def read_blank(key: str, reply_text: str) -> str:
    """Return an answer as it is kept."""
    return _QUESTIONS[key][2](reply_text) if reply_text else ""


def level_names() -> str:
    """Return what a directive may bind, with numbers."""
    return ", ".join(f"{number} {name}" for number, name in enumerate(LEVELS, 1))


# The files ------------------------------------------------------------------------------------------------------------


def write_blank(folder: Path, answers: Mapping[str, str], today: date) -> None:
    """Write an empty registry, and beside it the files for remarks and for new offices. Raises `OSError`."""
    values = {key: answers.get(f"{PREFIX}{key}", "") for key in _QUESTIONS}
    for name in ("corrections", "statements"):
        if not (folder / f"{name}.yaml").exists():
            write_file(folder / f"{name}.yaml", f"{name}: []\n")
    write_file(folder / FILES[0], blank_registry(values))
    write_file(folder / FILES[-1], new_offices_sheet(load_registry(folder / FILES[0]), today))


def blank_registry(values: Mapping[str, str]) -> str:
    """Return the text of a registry without offices, with the remarks and the control pages of the packaged one."""
    packaged_text = packaged("officials.yaml").read_text(encoding="utf-8")
    head = re.findall(r"^#.*\n", packaged_text.partition("\ntimezone:")[0] + "\n", re.MULTILINE)
    remarks = [line for line in head if not line.startswith("# yaml-language-server")]
    controls = re.search(r"^controls:\n(?: .*\n)+", packaged_text, re.MULTILINE)
    code = code_of(values["region"])
    region = {"name": values["region"]} | ({"code": code} if code is not None else {})
    title = f"{_TITLE}: {values['region']}"
    parts = [{"timezone": values["timezone"], "title": title, "region": region}, {"directive": _directive_of(values)}]
    blocks = ["\n".join(lines_of(part)) + "\n" for part in parts]
    return "\n".join(["".join(remarks), *blocks, controls[0] if controls else "", "offices: []\n"])


def _directive_of(values: Mapping[str, str]) -> dict[str, object] | str:
    if not values["title"]:
        return NO_DIRECTIVE
    first_late = date.fromisoformat(values["last_day"]) + timedelta(days=1)
    return {
        "title": values["title"],
        "issuer": values["issuer"],
        "issued": date.fromisoformat(values["issued"]),
        "deadline": first_late,
        "binds": OfficeGroup(values["binds"]).value,
        "source": values["source"],
    }


def remark_lines(answers: Mapping[str, str]) -> Iterator[str]:
    """Yield the answers as remarks of ``auditor.toml``: no setting has their names."""
    yield from (f"# {name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in answers.items())


def answers_in(text: str) -> dict[str, str]:
    """Return the answers among the remarks of an unfinished ``auditor.toml``. Raises `ValueError`."""
    return {match[1]: json.loads(match[2]) for match in re.finditer(rf'(?m)^# ({PREFIX}\w+) = (".*")$', text)}
