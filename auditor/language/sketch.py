"""Sketches of texts, by which `auditor.language.alike` tells how much of two is the same: a character a word, no words.

A word's character is a digest of its beginning, so that «отдел» and «отдела» are one; the characters are sorted, so
that the order of words is lost. A number counts twice, once with the word before it.

Of a post 16 bits of each word's digest are kept: posts are public, and few words of a region's week fall together. Its
facts, which are numbers and the names inside its sentences, have characters of their own: two posts of which each has a
fact that the other lacks tell of two things in one frame.

Of an answer to a citizen 12 bits are kept, which dozens of words share, and the greeting, whom it calls and what may be
a name, by its capital or by the dictionary, are left out first: nobody can be read out of it. Of a citizen's own words
there is no sketch.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from auditor.language import grammar
from auditor.language.alike import FIRST_FACT
from auditor.language.words import without_mentions

_MOST_SIGNS = 20_000
"""So much of a text is read: more than either network lets one write."""
_BEGINNING = 5
"""So many letters of a word are looked at."""

# The areas of Unicode for private use: such a character is in no text, and is itself in JSON and in every database.
_POST = (0xF0000, 16)
_FACT = (FIRST_FACT, 16)
_ANSWER = (0xE000, 12)

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

_NETWORKS = re.compile(r"(?:телегра|telegram|вк|вконтакте|vk|max|макс|дзен)\w*$")
"""Names in which the two copies of a post differ because they stand on two networks."""


def of_post(text: str | None) -> str:
    """Return a post's sketch; empty without words. Links, mentions, smileys, ё and «№» do not matter."""
    words = list(_words(text))
    facts = (_stem(word.text) for word in words if _is_fact(word))
    return "".join(
        sorted([*_characters((word.text for word in words), _POST), *(_character(f, *_FACT) for f in facts)])
    )


def of_answer(text: str | None) -> str:
    """Return the sketch of an answer to a citizen, without greeting and names; empty without words."""
    return "".join(sorted(_characters(_impersonal(_words(text)), _ANSWER)))


# From words to characters ------------------------------------------------------------------------------------------


def plain(text: str | None) -> str:
    """Return a text without links and mentions, with «е» for «ё» and «#» for «№», cut to what is read."""
    cut = _LINK.sub(" ", without_mentions((text or "")[:_MOST_SIGNS])).replace("№", "#")
    return unicodedata.normalize("NFKC", cut).replace("ё", "е").replace("Ё", "Е")


class _Word(NamedTuple):
    """A word of a text."""

    text: str
    opens: bool
    """It begins a sentence."""
    called: bool
    """A comma or an exclamation mark follows."""


def _words(text: str | None) -> Iterator[_Word]:
    read, end = _TELEPHONE.sub(" ", _THOUSANDS.sub("", plain(text))), 0
    for found in _TOKEN.finditer(read):
        opens = end == 0 or _SENTENCE_ENDS.search(read, end, found.start()) is not None
        end = found.end()
        yield _Word(found.group(), opens, _CALLS.match(read, end) is not None)


def _impersonal(words: Iterable[_Word]) -> Iterator[str]:
    """Yield an answer's words but the greeting, whom it calls at its opening, and what may be a name."""
    line = [word for word in words if not _GREETING.match(word.text.casefold())]
    people = {place for place, word in enumerate(line) if _PATRONYMIC.match(word.text.casefold())}
    for place, word in enumerate(line):
        called = place == 0 and word.called
        if not (called or {place, place + 1} & people or _may_be_name(word) or _is_called(word.text.casefold())):
            yield word.text


def _may_be_name(word: _Word) -> bool:
    """Tell whether a word inside a sentence is written with a capital, and is no «УК» or «ЕДДС»."""
    short = word.text.isupper() and len(word.text) <= _ABBREVIATION
    return word.text[0].isupper() and not word.opens and not short


def _is_called(text: str) -> bool:
    """Tell whether the dictionary has a word as a person's name, however it is written."""
    found = grammar.word(text)
    return found.name or found.family


def _is_fact(word: _Word) -> bool:
    """Tell whether a post's word is a number or a name, as far as that shows: at a sentence's start it does not."""
    if word.text[0].isdigit():
        return True
    return _may_be_name(word) and not word.text.isupper() and not _NETWORKS.match(word.text.casefold())


def _characters(words: Iterable[str], form: tuple[int, int]) -> Iterator[str]:
    before = ""
    for word in words:
        yield _character(_stem(word), *form)
        if word[0].isdigit():
            yield _character(f"{before} {word}", *form)
        before = _stem(word)


def _stem(word: str) -> str:
    return word.replace(".", ":") if word[0].isdigit() else word.casefold()[:_BEGINNING]


@lru_cache(maxsize=20_000)
def _character(word: str, first: int, bits: int) -> str:
    digest = hashlib.sha256(word.encode("utf-8", "replace")).digest()
    return chr(first + int.from_bytes(digest[:4], "big") % (1 << bits))
