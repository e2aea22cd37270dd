"""Enter an office that the registry does not have: what it is called, its level, and a code that never changes.

A new office is told from a slip of the pen by its level, which only a dialog or a sheet of new offices asks for.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from auditor.base.errors import UsageError, text_of
from auditor.base.text import N_, phrase
from auditor.registry.answers import AnswerError
from auditor.registry.filled_sheet import SheetRow
from auditor.registry.lookup import pick_office, suggested_id
from auditor.registry.models import Office, Registry, office_code
from auditor.registry.registry_file import FileEdit, RegistryFile
from auditor.registry.typed_text import plain_text, read_level, read_place, title_of_head

_READERS: Mapping[str, Callable[[Any], Any]] = {
    "municipality": read_place,
    "title": read_place,
    "group": lambda value: read_level(value).value,
    "id": lambda value: office_code(plain_text(value)),
}


def read_office_key(key: str, value: Any, registry: Registry) -> str:
    """Return an answer about a new office, by the key of its column. Raises `AnswerError`."""
    try:
        answer = str(_READERS[key](value))
    except ValueError as error:
        raise AnswerError(key, text_of(error)) from None
    if key == "id" and any(office.id == answer for office in registry.offices):
        raise AnswerError(key, phrase("{id} is another office's; write another code", id=answer))
    return answer


def office_entry(answers: Mapping[str, str], registry: Registry) -> dict[str, str]:
    """Return a new office as the file has it. Raises `AnswerError` if something is missing, or it is there already."""
    place = answers.get("municipality", "")
    title = answers.get("title") or title_of_head(place)
    for key, value in (("municipality", place), ("title", title)):
        if not value:
            raise AnswerError(key, phrase(_MISSING))
    for office in registry.offices:
        if (office.municipality, office.title) == (place, title):
            raise AnswerError("title", phrase("this office is there already: {id}", id=office.id))
    code = answers.get("id") or suggested_id(registry, place)
    return {"id": code, "municipality": place, "title": title, "group": answers["group"]}


_MISSING = N_("write what the municipality and the office are called, like «глава Первого района»")


def is_new_office(row: SheetRow, registry: Registry) -> bool:
    """Return whether a row of a sheet enters an office: it has a level, and no office is meant by its code."""
    if not plain_text(row.values.get("group")):
        return False
    code, place, title = (plain_text(row.values.get(key)) for key in ("id", "municipality", "title"))
    if not code:
        offices = [office for office in registry.offices if office.municipality == place]
        return all(title and office.title != title for office in offices)
    try:
        return pick_office(registry, code, exact=True).id != code
    except UsageError:
        return True


def enter_row(
    row: SheetRow, registry: Registry, file: RegistryFile, texts: Mapping[Path, str]
) -> tuple[FileEdit, Office, Registry]:
    """Return the edit that enters the office of a row, the office, and the registry with it. Raises `AnswerError`."""
    keys = (key for key in _READERS if plain_text(row.values.get(key)))
    answers = {key: read_office_key(key, row.values[key], registry) for key in keys}
    entry = office_entry(answers, registry)
    try:
        edit = file.with_office(entry, texts)
    except UsageError as error:
        raise AnswerError("id", error.text) from None
    changed = file.registry({**texts, file.path: edit.text})
    return edit, next(office for office in changed.offices if office.id == entry["id"]), changed
