"""Names of persons: a full name taken apart, and the given names in use in Russia with their short forms."""

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Self

from auditor.search.scoring.word_forms import declined, fold_key, plain


@dataclass(frozen=True, slots=True)
class FullName:
    """Family name, given name, patronymic; the last two may be unknown, and are then empty."""

    family: str
    given: str = ""
    patronymic: str = ""

    @classmethod
    def parse(cls, name: str) -> Self:
        """Read a name as the registry writes it: family name first. A patronymic of several words stays whole."""
        family, _, rest = " ".join(name.split()).partition(" ")
        given, _, patronymic = rest.partition(" ")
        return cls(family, given, patronymic)

    def __str__(self) -> str:
        """Render family name first."""
        return " ".join(part for part in (self.family, self.given, self.patronymic) if part)


_PATRONYMIC = re.compile(
    r"(?:[оеё]вич|[а-я]ич|[оеё]вн|[иы]ничн|[а-я]ичн)(?:|а|у|ем|ом|е|ы|ой)$"
    r"|(?:ovich|evich|yevich|ievich|ovna|evna|ichna)$"
    r"|^(?:оглы|кызы|ogly|kyzy)$"
)


@lru_cache(maxsize=1)
def _table() -> dict[str, set[str]]:
    """Read the list: a given name on each line, and its short forms after it. By each form, whose it may be."""
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
    """Return the given names that `word` may be, in full or short, in either alphabet; none if it is no such name.

    With `oblique`, the other cases of the declension count as well.
    """
    exact = frozenset(_by_key().get(fold_key(word), ()))
    if exact or not oblique:
        return exact
    return frozenset(name for form, names in _table().items() if declined(word, form) for name in names)


def is_patronymic(word: str) -> bool:
    """Tell whether `word` has the shape of a patronymic, in any case of the declension."""
    written = plain(word)
    return len(written) >= 4 and bool(_PATRONYMIC.search(written))
