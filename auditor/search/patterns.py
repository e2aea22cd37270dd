"""The word lists of ``patterns.toml`` as regular expressions, and its tables of spellings."""

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def pattern(name: str) -> re.Pattern[str]:
    """Return the list `name` as one case-insensitive expression."""
    return re.compile("|".join(_file()[name]), re.IGNORECASE)


def table(name: str) -> dict[str, str]:
    """Return the table `name`, in its order."""
    return dict(_file()[name])


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("patterns.toml").read_text(encoding="utf-8"))
