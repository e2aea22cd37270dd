"""One question a module, with its own texts and threshold. A check is pure: it reads a `Case`, it yields findings.

To add one, add a module here that defines ``CHECK``; nothing else needs to know of it.
"""

__all__ = ["catalogue", "check_of", "directive"]

from functools import cache
from typing import Any

from auditor.checks.definition import Check, modules
from auditor.checks.finding import ReportSection


@cache
def catalogue() -> tuple[Check[Any], ...]:
    """Return every check of this package, in their own order."""
    found = [check for module in modules() if isinstance(check := getattr(module, "CHECK", None), Check)]
    return tuple(sorted(found, key=lambda check: check.order))


@cache
def check_of(name: str) -> Check[Any] | None:
    """Return the check of this name; None where the program has none, as for a document of another version."""
    return next((check for check in catalogue() if check.name == name), None)


@cache
def directive() -> Check[Any]:
    """Return the check that answers the directive's own question: its finding is an office's verdict."""
    (check,) = [check for check in catalogue() if check.section is ReportSection.DIRECTIVE]
    return check
