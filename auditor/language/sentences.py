"""A comment's text made even and cut into sentences, as people type them: marks glued, missing or three in a row."""

import re
import unicodedata
from collections.abc import Iterator

from auditor.language.lexicon import ABBREVIATIONS
from auditor.language.words import URL

_HEAD, _TAIL = 3_000, 1_000
"""Signs that are read of a text's beginning and end: a letter asks in its last lines, and nobody's is longer."""
_SMILEY = re.compile(
    r"[\U0001f000-\U0001faff\u2190-\u2bff\ufe0f]+|(?<![\d(])[:;]?-?[()]{2,}(?=\s|$)|[:;]-?[)(](?=\s|$)|(?<=[\w?!.])\)+$"
)
_PHONE = re.compile(r"\+?(?<!\d)\d(?:[ ()-]{0,2}\d){9,11}(?!\d)")
_MARKS = re.compile(r"[.!?…]+[)»\"]*")
_BEFORE = re.compile(r"(\w+)$")


def plain(text: str) -> str:
    """Return what is read of a text: composed letters without accents piled up, ё as е, no links, single spaces."""
    if len(text) > _HEAD + _TAIL:
        text = f"{text[:_HEAD]} {text[-_TAIL:]}"
    text = unicodedata.normalize("NFKC", text)[: _HEAD + _TAIL].replace("ё", "е").replace("Ё", "Е")
    text = "".join(sign for sign in text if unicodedata.category(sign) not in {"Mn", "Me", "Cf"})
    return re.sub(r"[^\S\n]+", " ", _SMILEY.sub(" ", URL.sub(" ", text))).strip()


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a plain text, each with its mark."""
    for line in text.split("\n"):
        start = 0
        for mark in _MARKS.finditer(line):
            if not _goes_on(line, mark):
                yield line[start : mark.end()].strip()
                start = mark.end()
        if line[start:].strip():
            yield line[start:].strip()


def without_phones(text: str) -> tuple[str, bool]:
    """Return the text without telephone numbers, and whether there was one."""
    bare = _PHONE.sub(" ", text)
    return bare, bare != text


def _goes_on(line: str, mark: re.Match[str]) -> bool:
    """Tell whether a full stop belongs to an abbreviation, initials, a date, a number or an address."""
    if mark[0] != "." or mark.end() == len(line):
        return False
    before, after = _BEFORE.search(line[max(0, mark.start() - 20) : mark.start()]), line[mark.end()]
    word = before[1] if before else ""
    if after.isdigit() and word[-1:].isdigit():
        return True
    if word.isascii() and word.isalpha() and after.isascii() and after.isalpha():
        return True
    return word.casefold() in ABBREVIATIONS or (len(word) == 1 and word.isalpha())
