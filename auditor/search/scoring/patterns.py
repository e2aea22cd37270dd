"""The word lists of ``patterns.toml`` as regular expressions."""

import re
import tomllib
from functools import cache
from importlib import resources


@cache
def pattern(name: str) -> re.Pattern[str]:
    """Return the list `name` as one case-insensitive expression."""
    return re.compile("|".join(_lists()[name]), re.IGNORECASE)


@cache
def _lists() -> dict[str, list[str]]:
    return tomllib.loads(resources.files(__package__).joinpath("patterns.toml").read_text(encoding="utf-8"))
