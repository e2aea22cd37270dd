"""A Russian full name taken apart."""

from dataclasses import dataclass
from typing import Self


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
