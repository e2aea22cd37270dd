"""Words of a text, compared whatever their spelling, alphabet and case of the declension."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from auditor.search.patterns import table
from auditor.search.scoring.spelling import LETTERS

# A hash tag or a careless title runs words together: «#ТомскийРайон» is two.
_WORD = re.compile(r"[A-ZА-ЯЁ]+(?![a-zа-яё])|[A-ZА-ЯЁ]?[a-zа-яё]+(?:['’ʹ][a-zа-яё]+)*'?")

_LATIN = {letter: variants.split(" ")[0] for letter, variants in LETTERS.items() if len(letter) == 1}
_ONE_SIGN = [(re.compile(spelled), sign) for spelled, sign in table("one_sign").items()]

_ENDINGS = {
    "а", "у", "е", "ы", "и", "я", "ю", "ой", "ей", "ом", "ем", "ым", "им", "ою", "ого", "его", "ому", "ему", "ую", "юю",
    "ью", "ьего", "ьему", "ьим", "ьем",
}  # fmt: skip
"""Endings of the oblique cases, of nouns and adjectives in the singular."""
_FLEETING = {"павел": "павл", "лев": "льв"}


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text, without hyphens, from `start` to `end`; `dotted`: a full stop follows."""

    text: str
    start: int
    end: int
    dotted: bool

    @property
    def span(self) -> tuple[int, int]:
        """Its start and end in the text."""
        return self.start, self.end

    @property
    def plain(self) -> str:
        """The word in lower case and with е for ё."""
        return plain(self.text)

    @property
    def capital(self) -> bool:
        """Return whether it begins with a capital."""
        return self.text[0].isupper()


def normalise_title(text: str) -> str:
    """Return a text with composed letters and plain forms of ornamental ones (NFKC).

    Positions change, so it is not for texts with links.
    """
    return unicodedata.normalize("NFKC", text)


def split_words(text: str) -> tuple[Word, ...]:
    """Split a text into words."""
    matches = _WORD.finditer(text)
    return tuple(Word(m[0], m.start(), m.end(), text[m.end() : m.end() + 1] == ".") for m in matches)


def text_between(text: str, first: Word, second: Word) -> str:
    """Return the text between two words."""
    return text[first.end : second.start]


@lru_cache(maxsize=20_000)
def plain(word: str) -> str:
    """Return a word in lower case, with е for ё and without outer dots and apostrophes."""
    return word.casefold().replace("ё", "е").strip(".'’")


@lru_cache(maxsize=20_000)
def fold_key(word: str) -> str:
    """Return a key that is the same for a Russian name and for the Latin spellings people give it.

    Сергей, Sergey, Sergei and Sergej have one key; so have Щукин, Shchukin and Schukin. It is coarser than spelling
    and finer than sound: Валерий and Валерия stay apart.
    """
    latin = "".join(_LATIN.get(letter, letter) for letter in plain(word))
    latin = "".join(c for c in unicodedata.normalize("NFKD", latin) if c.isascii() and c.isalpha())
    for pattern, sign in _ONE_SIGN:
        latin = pattern.sub(sign, latin)
    return latin


@lru_cache(maxsize=20_000)
def _stems(nominative: str) -> tuple[str, ...]:
    """Return the stems of a name in its oblique cases; empty if it is not declined."""
    if len(nominative) < 3 or re.search(r"(?:[оеиуюыэ]|[ыи]х)$", nominative):
        return ()
    if nominative.endswith(("ий", "ый", "ой", "ая", "яя")):
        return nominative[:-1], nominative[:-2]
    if nominative[-1] in "аяйь":
        return (nominative[:-1],)
    fleeting = nominative[:-2] + nominative[-1] if re.search(r".{2}(?:ец|ок|ек)$", nominative) else nominative
    return nominative, _FLEETING.get(nominative, fleeting)


@lru_cache(maxsize=50_000)
def declined(word: str, nominative: str) -> bool:
    """Return whether `word` is an oblique case of `nominative`: «Имярека» of «Имярек», «Томского» of «Томский»."""
    folded, name = plain(word), plain(nominative)
    endings = _ENDINGS if name[-1:] in "аяйь" else _ENDINGS - {"ы", "и"}  # «Имяреки» is a plural
    return folded != name and any(folded.startswith(stem) and folded[len(stem) :] in endings for stem in _stems(name))
