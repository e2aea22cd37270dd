"""Words of a text, compared so that spelling, alphabet and case of the declension do not part what is the same."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from auditor.search.scoring.spelling import LETTERS

# A hash tag or a careless title runs words together: «#ТомскийРайон» is two.
_WORD = re.compile(r"[A-ZА-ЯЁ]+(?![a-zа-яё])|[A-ZА-ЯЁ]?[a-zа-яё]+(?:['’ʹ][a-zа-яё]+)*'?")

_LATIN = {letter: ways.split(" ")[0] for letter, ways in LETTERS.items() if len(letter) == 1}
# In this order: what the schemes in use write for one letter becomes one sign (capitals are signs of their own).
_ONE_SIGN = (
    (re.compile(r"shch|sch|sh"), "S"),
    (re.compile(r"zh"), "Z"),
    (re.compile(r"kh"), "h"),
    (re.compile(r"tch|ch"), "C"),
    (re.compile(r"ts|tz|tc|cz"), "c"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"w"), "v"),
    (re.compile(r"ck|q|c(?=[tlrk])"), "k"),
    (re.compile(r"[yj]o"), "e"),
    (re.compile(r"^[ijy]+(?=[aeou])"), ""),
    (re.compile(r"[ijy]+(?=e)"), ""),
    (re.compile(r"[ijy]+"), "i"),
    (re.compile(r"(.)\1+"), r"\1"),
)

_ENDINGS = {
    "а", "у", "е", "ы", "и", "я", "ю", "ой", "ей", "ом", "ем", "ым", "им", "ою", "ого", "его", "ому", "ему", "ую", "юю",
    "ью", "ьего", "ьему", "ьим", "ьем",
}  # fmt: skip
"""Endings of the oblique cases, of nouns and adjectives in the singular."""
_FLEETING = {"павел": "павл", "лев": "льв"}


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text, without hyphens: `start` and `end` are its place, `dotted` says that a full stop follows."""

    text: str
    start: int
    end: int
    dotted: bool

    @property
    def span(self) -> tuple[int, int]:
        """Where it is in the text."""
        return self.start, self.end

    @property
    def plain(self) -> str:
        """The word without case and ё."""
        return plain(self.text)

    @property
    def capital(self) -> bool:
        """Tell whether it begins with a capital."""
        return self.text[0].isupper()


def clean(text: str) -> str:
    """Compose letters that a keyboard took apart, and unfold ornamental ones. Changes places: for titles alone."""
    return unicodedata.normalize("NFKC", text)


def words(text: str) -> tuple[Word, ...]:
    """Take a text apart into words."""
    found = _WORD.finditer(text)
    return tuple(Word(m[0], m.start(), m.end(), text[m.end() : m.end() + 1] == ".") for m in found)


def gap(text: str, first: Word, second: Word) -> str:
    """Return the text between two words."""
    return text[first.end : second.start]


@lru_cache(maxsize=20_000)
def plain(word: str) -> str:
    """Fold case, ё and the dots of initials."""
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
    """Return what stays of a name in its oblique cases; nothing for a name that has none."""
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
    """Tell whether `word` is an oblique case of `nominative`: «Имярека» of «Имярек», «Томского» of «Томский»."""
    written, name = plain(word), plain(nominative)
    endings = _ENDINGS if name[-1:] in "аяйь" else _ENDINGS - {"ы", "и"}  # «Имяреки» are several
    return written != name and any(
        written.startswith(stem) and written[len(stem) :] in endings for stem in _stems(name)
    )
