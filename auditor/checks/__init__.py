"""The checks: one question a module, with its texts and its threshold. Checks are pure and read no clock.

In: a `Case` (one office in one week, with its pages and the looks at them). Out: `Finding`s with typed values. Imports
`auditor.base`, `auditor.registry` and the measured accuracy of `auditor.language`; no archive, no network.

To add a check, add a module here that defines ``CHECK``, and ``templates/checks/NAME.html`` if readers need more than
its outcome; `catalogue` finds it.
"""

__all__ = ["catalogue", "check_of", "directive"]

from functools import cache
from typing import Any

from auditor.checks.definition import Check, modules
from auditor.checks.finding import ReportSection


@cache
def catalogue() -> tuple[Check[Any], ...]:
    """Return every check of this package, ordered by `Check.order`."""
    checks = [check for module in modules() if isinstance(check := getattr(module, "CHECK", None), Check)]
    return tuple(sorted(checks, key=lambda check: check.order))


@cache
def check_of(name: str) -> Check[Any] | None:
    """Return the check of this name; None if this version has none, as for a document of another version."""
    return next((check for check in catalogue() if check.name == name), None)


@cache
def directive() -> Check[Any]:
    """Return the check that answers the directive's own question: its finding is an office's verdict."""
    (check,) = [check for check in catalogue() if check.section is ReportSection.DIRECTIVE]
    return check
