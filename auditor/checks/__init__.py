"""One question a module, with its own texts and threshold. A check is pure: it reads a `Case`, it yields findings.

To add one, add a module here that defines ``CHECK``; nothing else needs to know of it.
"""

__all__ = ["catalogue", "check_of", "directive", "sentences"]

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from types import ModuleType
from typing import Any

from auditor.base.text import Sentence
from auditor.checks.check import Check
from auditor.checks.finding import Place


@cache
def _modules() -> tuple[ModuleType, ...]:
    return tuple(importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__))


@cache
def catalogue() -> tuple[Check[Any], ...]:
    """Return every check of this package, in their own order."""
    found = [check for module in _modules() if isinstance(check := getattr(module, "CHECK", None), Check)]
    return tuple(sorted(found, key=lambda check: check.order))


@cache
def check_of(name: str) -> Check[Any] | None:
    """Return the check of this name; None where the program has none, as for a document of another version."""
    return next((check for check in catalogue() if check.name == name), None)


@cache
def directive() -> Check[Any]:
    """Return the check that answers the directive's own question: its finding is an office's verdict."""
    (check,) = [check for check in catalogue() if check.place is Place.DIRECTIVE]
    return check


@cache
def sentences() -> Mapping[str, Sentence]:
    """Return every sentence that a finding can say, by its id: the constants of this package's modules."""
    return {sentence.id: sentence for module in _modules() for sentence in _said_in(module)}


def _said_in(module: ModuleType) -> Iterator[Sentence]:
    for constant in vars(module).values():
        tables = constant.values() if isinstance(constant, dict) else (constant,)
        yield from (one for one in tables if isinstance(one, Sentence))
