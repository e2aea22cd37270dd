"""What is kept of a text's words, so that equal texts are found and nothing can be read out of it.

Of a post a digest of its words in their order. Of an answer to a citizen a sketch: a character a word, sorted, 12 bits
of a digest of the word's beginning, which dozens of words share; the greeting, whom it calls and what may be a name are
left out first. Of a citizen's own words there is neither.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from auditor.language import grammar
from auditor.language.words import without_mentions

_MOST_SIGNS = 20_000
"""So much of a text is read: more than either network lets one write."""
_BEGINNING = 5
"""So many letters of a word are looked at."""

# An area of Unicode for private use: such a character is in no text, and is itself in JSON and in every database.
_FIRST, _BITS = 0xE000, 12
_DIGEST = 16
"""Characters of a post's digest."""

_LINK = re.compile(
    r"(?:https?://|www\.)\S*|(?<![\w.-])[\w.-]+\.(?:ru|com|org|net|me|info|рф|su)/\S*|(?<!\w)@\w+"
    r"|\[(?:id|club|public|event|link)\]",  # what `without_mentions` leaves
    re.IGNORECASE,
)
_TELEPHONE = re.compile(
    r"(?:\+7|\b8)[ (–-]{0,2}\d{3,5}[ )–-]{0,2}\d{1,3}[ –-]?\d{2}[ –-]?\d{2}\b|\b\d{1,3}[–-]\d{2}[–-]\d{2}\b"
)
_THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+")
_GREETING = re.compile(r"(?:здравствуй|приветств|привет|уважаем|добр(?:ый|ое|ого|ая)|день|вечер|утро|сут|дня)\w*$")
_SENTENCE_ENDS = re.compile(r"[.!?…\n]")
_CALLS = re.compile(r"\s?[,!]")
_PATRONYMIC = re.compile(r"\w{2,}(?:[ое]вич|ьич|[ое]вн|[иы]чн)(?:а|у|ем|ом|е|ы|ой)?$")
_ABBREVIATION = 5
"""Words of capitals up to this length are «УК», «ЕДДС» and their like, no names."""


def post_digest(text: str | None) -> str:
    """Return a digest of a post's words; empty without any. Case, punctuation, links and smileys do not matter."""
    words = " ".join(match.group().casefold() for match in _TOKEN.finditer(plain(text)))
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:_DIGEST] if words else ""


def reply_sketch(text: str | None) -> str:
    """Return the sketch of an answer to a citizen, without greeting and names; empty without words."""
    return "".join(sorted(_characters(_impersonal(_words(text)))))


# From words to characters ------------------------------------------------------------------------------------------


def plain(text: str | None) -> str:
    """Return a text without links and mentions, with «е» for «ё» and «#» for «№», cut to what is read."""
    cut = _LINK.sub(" ", without_mentions((text or "")[:_MOST_SIGNS])).replace("№", "#")
    return unicodedata.normalize("NFKC", cut).replace("ё", "е").replace("Ё", "Е")


class _SketchWord(NamedTuple):
    """A word of a text."""

    text: str
    opens: bool
    """It begins a sentence."""
    called: bool
    """A comma or an exclamation mark follows."""


def _words(text: str | None) -> Iterator[_SketchWord]:
    read, end = _TELEPHONE.sub(" ", _THOUSANDS.sub("", plain(text))), 0
    for found in _TOKEN.finditer(read):
        opens = end == 0 or _SENTENCE_ENDS.search(read, end, found.start()) is not None
        end = found.end()
        yield _SketchWord(found.group(), opens, _CALLS.match(read, end) is not None)


def _impersonal(words: Iterable[_SketchWord]) -> Iterator[str]:
    """Yield an answer's words but the greeting, whom it calls at its opening, and what may be a name."""
    line = [word for word in words if not _GREETING.match(word.text.casefold())]
    people = {place for place, word in enumerate(line) if _PATRONYMIC.match(word.text.casefold())}
    for place, word in enumerate(line):
        called = place == 0 and word.called
        if not (called or {place, place + 1} & people or _may_be_name(word) or _is_called(word.text.casefold())):
            yield word.text


def _may_be_name(word: _SketchWord) -> bool:
    """Tell whether a word inside a sentence is written with a capital, and is no «УК» or «ЕДДС»."""
    short = word.text.isupper() and len(word.text) <= _ABBREVIATION
    return word.text[0].isupper() and not word.opens and not short


def _is_called(text: str) -> bool:
    """Tell whether the dictionary has a word as a person's name, however it is written."""
    return grammar.word(text).name


def _characters(words: Iterable[str]) -> Iterator[str]:
    before = ""
    for word in words:
        yield _character(_stem(word))
        if word[0].isdigit():
            yield _character(f"{before} {word}")
        before = _stem(word)


def _stem(word: str) -> str:
    return word.replace(".", ":") if word[0].isdigit() else word.casefold()[:_BEGINNING]


@lru_cache(maxsize=20_000)
def _character(word: str) -> str:
    digest = hashlib.sha256(word.encode("utf-8", "replace")).digest()
    return chr(_FIRST + int.from_bytes(digest[:4], "big") % (1 << _BITS))
