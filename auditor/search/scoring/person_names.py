"""Names of persons: a full name split into its parts, and the given names in use in Russia with their short forms."""

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Self

from auditor.search.patterns import pattern
from auditor.search.scoring.word_forms import declined, fold_key, plain


@dataclass(frozen=True, slots=True)
class FullName:
    """Family name, given name, patronymic; the last two are empty if unknown."""

    family: str
    given: str = ""
    patronymic: str = ""

    @classmethod
    def parse(cls, name: str) -> Self:
        """Split a name as the registry writes it, family name first. The patronymic may have several words."""
        family, _, rest = " ".join(name.split()).partition(" ")
        given, _, patronymic = rest.partition(" ")
        return cls(family, given, patronymic)

    def __str__(self) -> str:
        """Render family name first."""
        return " ".join(part for part in (self.family, self.given, self.patronymic) if part)


@lru_cache(maxsize=1)
def _table() -> dict[str, set[str]]:
    """Return the given names by each of their forms. Each line of the list has a name and its short forms."""
    text = resources.files(__package__).joinpath("given_names.txt").read_text(encoding="utf-8")
    table: dict[str, set[str]] = {}
    for name, *short in (line.split() for line in text.splitlines()):
        for form in (name, *short):
            table.setdefault(form, set()).add(name)
    return table


@lru_cache(maxsize=1)
def _by_key() -> dict[str, set[str]]:
    table: dict[str, set[str]] = {}
    for form, names in _table().items():
        table.setdefault(fold_key(form), set()).update(names)
    return table


@lru_cache(maxsize=20_000)
def canonical(word: str, *, oblique: bool = False) -> frozenset[str]:
    """Return the given names that `word` may be, in full or short, in either alphabet; empty if it is none.

    With `oblique`, the other cases of the declension count as well.
    """
    exact = frozenset(_by_key().get(fold_key(word), ()))
    if exact or not oblique:
        return exact
    return frozenset(name for form, names in _table().items() if declined(word, form) for name in names)


def is_patronymic(word: str) -> bool:
    """Return whether `word` has the shape of a patronymic, in any case of the declension."""
    folded = plain(word)
    return len(folded) >= 4 and bool(pattern("patronymic").search(folded))
