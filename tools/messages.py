"""Bring the catalogue up to date: `python tools/messages.py`.

Every sentence of the program and of its templates is looked up in ``auditor/locales/ru.po``: translations stay,
unused sentences are removed, and new ones are added untranslated behind their neighbours, where a test names them.
The order of the file is kept, so that moving a sentence to another module changes nothing.
"""

from collections.abc import Iterable
from pathlib import Path

import typer
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from auditor.commands.cli import app
from auditor.commands.help import help_texts

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "auditor/locales/ru.po"
_PYTHON = (
    {
        "N_": None,
        "NN_": (1, 2),
        "Text": None,
        "gettext": None,
        "ngettext": (1, 2),
        "translate": None,
        "fill": None,
        "phrase": None,
        "value_field": (1,),
    },
    {"value_field": (2,)},
)
"""Functions whose arguments are sentences; of a `value_field` both the unit and the meaning."""
_TEMPLATES = ({"_": None, "gettext": None, "ngettext": (1, 2)},)
_JINJA = {"silent": "false", "trimmed": "true", "extensions": "jinja2.ext.do"}

_OF_THE_DAY = ('"POT-', '"PO-', '"Report-', '"Last-', '"Language-Team', '"Generated', '"Project', "#, fuzzy")
"""Lines of the header that would change with every run."""

Key = str | tuple[str, ...]


def extracted() -> dict[Key, set[str]]:
    """Return every sentence with the files that use it."""
    messages: dict[Key, set[str]] = {}
    for path in sorted((ROOT / "auditor").rglob("*.py")):
        _read("python", path, _PYTHON, {}, messages)
    for path in sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt", ".xml"}):
        _read("jinja2.ext:babel_extract", path, _TEMPLATES, _JINJA, messages)
    for text in filter(None, help_texts(typer.main.get_command(app))):
        messages.setdefault(text, set()).add("the help of the command line")
    return messages


def _read(method: str, path: Path, passes: tuple, options: dict[str, str], messages: dict[Key, set[str]]) -> None:
    for keywords in passes:
        for _, message, _, _ in extract_from_file(method, str(path), keywords=keywords, options=options):
            parts = (message,) if isinstance(message, str) else tuple(part for part in message if part)
            if any(parts):
                messages.setdefault(parts[0] if len(parts) == 1 else parts, set()).add(str(path.relative_to(ROOT)))


def ordered(catalogued: Iterable[Key], extracted_keys: Iterable[Key]) -> list[Key]:
    """Return the extracted sentences in the catalogue's order, each new one behind its predecessor."""
    wanted = dict.fromkeys(extracted_keys)
    order = [key for key in catalogued if key in wanted]
    position = 0
    for key in wanted:
        if key not in order:
            order.insert(position, key)
        position = order.index(key) + 1
    return order


def main() -> None:
    """Bring the catalogue up to date."""
    with CATALOGUE.open("rb") as file:
        translations = {
            m.id if isinstance(m.id, str) else tuple(m.id): m.string for m in read_po(file, locale="ru") if m.id
        }
    catalogue = Catalog(locale="ru", project="auditor", header_comment="# All that the program says, in Russian.")
    for key in ordered(translations, extracted()):
        catalogue.add(key, string=translations.get(key, ""))
    with CATALOGUE.open("wb") as file:
        write_po(file, catalogue, width=110)
    head, blank, entries = CATALOGUE.read_text("utf-8").partition("\n\n")
    head_lines = [line for line in head.splitlines() if not line.startswith(_OF_THE_DAY)]
    CATALOGUE.write_text("\n".join(head_lines) + blank + entries, encoding="utf-8")
    print(f"{len(catalogue)} messages, {sum(key not in translations for key in extracted())} of them new")


if __name__ == "__main__":
    main()
