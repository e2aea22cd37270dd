"""Digest a text so that equal texts can be found while its words cannot be read.

For a post: a digest of its words in their order. For a reply to a citizen: a sketch, one character per word, sorted; a
character is 12 bits of a digest of the word's beginning, which dozens of words share. The greeting, the person
addressed and possible names are left out first. For a citizen's own words there is neither.
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
"""Signs of a text that are read: more than either network accepts."""
_BEGINNING = 5
"""Leading letters of a word that count."""

# Unicode's private use area: its characters occur in no text, and JSON and every database keep them as they are.
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
"""Letters; words in capitals up to this length are abbreviations such as «УК» and «ЕДДС», no names."""


def post_digest(text: str | None) -> str:
    """Return a digest of a post's words, empty if it has none. Case, punctuation, links and smileys do not matter."""
    words = " ".join(match.group().casefold() for match in _TOKEN.finditer(plain(text)))
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:_DIGEST] if words else ""


def reply_sketch(text: str | None) -> str:
    """Return the sketch of a reply to a citizen, without greeting and names; empty without words."""
    return "".join(sorted(_characters(_impersonal(_words(text)))))


# From words to characters ------------------------------------------------------------------------------------------


def plain(text: str | None) -> str:
    """Return a text cut to the length that is read, without links and mentions, with «е» for «ё» and «#» for «№»."""
    cut = _LINK.sub(" ", without_mentions((text or "")[:_MOST_SIGNS])).replace("№", "#")
    return unicodedata.normalize("NFKC", cut).replace("ё", "е").replace("Ё", "Е")


class _SketchWord(NamedTuple):
    """A word of a text."""

    text: str
    opens: bool
    """Whether it begins a sentence."""
    called: bool
    """Whether a comma or an exclamation mark follows."""


def _words(text: str | None) -> Iterator[_SketchWord]:
    readable, end = _TELEPHONE.sub(" ", _THOUSANDS.sub("", plain(text))), 0
    for match in _TOKEN.finditer(readable):
        opens = end == 0 or _SENTENCE_ENDS.search(readable, end, match.start()) is not None
        end = match.end()
        yield _SketchWord(match.group(), opens, _CALLS.match(readable, end) is not None)


def _impersonal(words: Iterable[_SketchWord]) -> Iterator[str]:
    """Yield a reply's words without the greeting, the person addressed at its beginning, and possible names."""
    remaining = [word for word in words if not _GREETING.match(word.text.casefold())]
    name_indexes = {index for index, word in enumerate(remaining) if _PATRONYMIC.match(word.text.casefold())}
    for index, word in enumerate(remaining):
        called = index == 0 and word.called
        if not (called or {index, index + 1} & name_indexes or _may_be_name(word) or _is_called(word.text.casefold())):
            yield word.text


def _may_be_name(word: _SketchWord) -> bool:
    """Return whether a word inside a sentence has a capital and is no abbreviation such as «УК»."""
    short = word.text.isupper() and len(word.text) <= _ABBREVIATION
    return word.text[0].isupper() and not word.opens and not short


def _is_called(text: str) -> bool:
    """Return whether the dictionary has a word as a person's name, whatever its case."""
    return grammar.word(text).name


def _characters(words: Iterable[str]) -> Iterator[str]:
    previous = ""
    for word in words:
        yield _character(_stem(word))
        if word[0].isdigit():
            yield _character(f"{previous} {word}")
        previous = _stem(word)


def _stem(word: str) -> str:
    return word.replace(".", ":") if word[0].isdigit() else word.casefold()[:_BEGINNING]


@lru_cache(maxsize=20_000)
def _character(word: str) -> str:
    digest = hashlib.sha256(word.encode("utf-8", "replace")).digest()
    return chr(_FIRST + int.from_bytes(digest[:4], "big") % (1 << _BITS))
