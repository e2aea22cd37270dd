"""Every sentence of the program that a reader can see, found in its sources as the translators' tools find it."""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from tests.conftest import ROOT

Key = str | tuple[str, ...]
KEYWORDS = {"N_": None, "NN_": (1, 2), "Text": None, "_": None, "gettext": None, "ngettext": (1, 2), "say": None}
_DECLARED = ({"Is": (1,)}, {"Is": (2,)})
"""What a check declares of a value: its unit and its meaning, both of which the description of the data says."""
_TEMPLATES = {"silent": "false", "trimmed": "true", "keep_trailing_newline": "true"}


def sources() -> Iterator[tuple[str, Path]]:
    """The files with sentences in them, each with the method that reads it."""
    yield from (("python", path) for path in sorted((ROOT / "auditor").rglob("*.py")))
    yield from (("jinja2.ext:babel_extract", path) for path in sorted((ROOT / "templates").rglob("*.html")))


def extracted() -> dict[Key, set[str]]:
    """Every message with the files that it is found in."""
    found: dict[Key, set[str]] = {}
    for method, path in sources():
        options = _TEMPLATES if method != "python" else {}
        keywords = (KEYWORDS, *(_DECLARED if method == "python" else ()))
        messages = [m for k in keywords for m in extract_from_file(method, path, keywords=k, options=options)]
        for _, message, _, _ in messages:
            key = message if isinstance(message, str) else tuple(message)
            if key:
                found.setdefault(key, set()).add(str(path.relative_to(ROOT)))
    return found


def translations(lang: str = "ru"):
    """Every entry of a language's catalogues, with its file."""
    for path in sorted((ROOT / "auditor/locales" / lang).glob("*.po")):
        with path.open("rb") as stream:
            catalog = read_po(stream, locale=lang, abort_invalid=True)
        yield from ((path, message) for message in catalog if message.id)
        yield from ((path, message) for message in catalog.obsolete.values())
