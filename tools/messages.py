"""Bring the catalogues up to date and compile them: `python tools/messages.py [LANGUAGE]`.

Every sentence of the program and of its templates is looked up in each ``auditor/locales/*.po``: translations stay,
unused sentences are removed, and new ones are added untranslated behind their neighbours, where a test names them.
The order of a file is kept. A LANGUAGE that has no catalogue yet gets one, with no sentence translated.

References are written anew. They name files and no lines, which every edit above them would change. Comments to
translators (``#.``) are written by hand in ``ru.po``, and copied from there to the other languages. After a conflict of
two branches take its markers out and run this: an entry that is there twice becomes one.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from auditor.commands.help import help_texts, paragraphs
from auditor.commands.options import program

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "auditor/locales"
CATALOGUE = LOCALES / "ru.po"
_PYTHON = (
    {
        "N_": None,
        "NN_": (1, 2),
        "NP_": ((1, "c"), 2),
        "NNP_": ((1, "c"), 2, 3),
        "Text": None,
        "gettext": None,
        "ngettext": (1, 2),
        "translate": None,
        "fill": None,
        "phrase": None,
        "value_field": (1,),
        "invalid": None,
        "refusal": None,
        "with_location": None,
        "add_problem": (3,),
        "add_problem_at": (3,),
    },
    {"value_field": (2,), "add_problem": (4,), "add_problem_at": (4,)},
)
"""Functions whose arguments are sentences; of a `value_field` both the unit and the meaning, of a problem what
is wrong and how to mend it."""
_TEMPLATES = ({"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)},)
_JINJA = {"silent": "false", "trimmed": "true", "extensions": "jinja2.ext.do"}

_OF_THE_DAY = ('"POT-', '"PO-', '"Report-', '"Last-', '"Language-Team', '"Generated', '"Project', "#, fuzzy")
"""Lines of the header that would change with every run."""


class Key(NamedTuple):
    """What an entry is found by: the sentence or its two forms, and the context that tells its meanings apart."""

    id: str | tuple[str, ...]
    context: str | None = None


def extracted() -> dict[Key, set[str]]:
    """Return every sentence with the files that use it."""
    messages: dict[Key, set[str]] = {}
    for path in sorted((ROOT / "auditor").rglob("*.py")):
        _extract("python", path, _PYTHON, {}, messages)
    for path in sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt", ".xml"}):
        _extract("jinja2.ext:babel_extract", path, _TEMPLATES, _JINJA, messages)
    for text, name in _help_of_commands():
        messages.setdefault(Key(text), set()).add(name)
    return messages


def _extract(method: str, path: Path, passes: tuple, options: dict[str, str], messages: dict[Key, set[str]]) -> None:
    for keywords in passes:
        for _, message, _, context in extract_from_file(method, str(path), keywords=keywords, options=options):
            parts = (message,) if isinstance(message, str) else tuple(part for part in message if part)
            if any(parts):
                key = Key(parts[0] if len(parts) == 1 else parts, context)
                messages.setdefault(key, set()).add(_name(path))


def _help_of_commands() -> Iterator[tuple[str, str]]:
    """Yield each paragraph of the command line's help with a file that holds it."""
    texts = dict.fromkeys(filter(None, help_texts(program)))
    for path in sorted((ROOT / "auditor/commands").glob("*.py")):
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        literals = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        held = {paragraph for literal in literals for paragraph in paragraphs(literal)}
        yield from ((text, _name(path)) for text in texts if text in held)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


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


def entries(path: Path) -> dict[Key, Message]:
    """Return what a catalogue holds, the sentences that are out of use too."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.stem, abort_invalid=True)
    messages = [*(message for message in catalogue if message.id), *catalogue.obsolete.values()]
    return {_key_of(message): message for message in messages}


def _key_of(message: Message) -> Key:
    return Key(message.id if isinstance(message.id, str) else tuple(message.id), message.context)


def renewed(path: Path, messages: dict[Key, set[str]]) -> Catalog:
    """Return a catalogue of all `messages`, with the translations and comments that are there."""
    russian = entries(CATALOGUE)
    written = entries(path) if path.exists() else {}
    language = Locale.parse(path.stem).english_name
    catalogue = Catalog(path.stem, project="auditor", header_comment=f"# All that the program says, in {language}.")
    for key in ordered(written or russian, messages):
        message = written.get(key) or Message(key.id)
        comments = russian[key].auto_comments if key in russian else ()
        files = [(name, None) for name in sorted(messages[key])]
        catalogue.add(
            key.id, message.string, files, message.flags, comments, message.user_comments, context=key.context
        )
    return catalogue


def write(path: Path, catalogue: Catalog) -> None:
    """Write a catalogue without what would change with every run."""
    with path.open("wb") as file:
        write_po(file, catalogue, width=110)
    head, blank, body = path.read_text("utf-8").partition("\n\n")
    head_lines = [line for line in head.splitlines() if not line.startswith(_OF_THE_DAY)]
    path.write_text("\n".join(head_lines) + blank + body, encoding="utf-8")


def compile_catalogue(path: Path) -> None:
    """Write what the program reads of a catalogue beside it. Fuzzy translations are left out, as msgfmt does."""
    with path.open("rb") as source, path.with_suffix(".mo").open("wb") as compiled:
        write_mo(compiled, read_po(source, locale=path.stem))


def main() -> None:
    """Bring all catalogues up to date, and begin those of the languages that are asked for."""
    messages = extracted()
    for path in sorted({*LOCALES.glob("*.po"), *(LOCALES / f"{lang}.po" for lang in sys.argv[1:])}):
        catalogue = renewed(path, messages)
        write(path, catalogue)
        compile_catalogue(path)
        missing = sum(not all(_forms(message.string)) for message in catalogue if message.id)
        print(f"{path.name}: {len(messages)} messages, {missing} of them without a translation")


def _forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else text


if __name__ == "__main__":
    main()
