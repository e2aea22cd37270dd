"""How each check is shown: a module a check, named as the check's own, that defines ``SHOWN``."""

__all__ = ["shown"]

import importlib
from functools import cache
from importlib.util import find_spec
from typing import Any

from auditor.checks.check import Check
from auditor.report.checks.shown import Shown


def shown(check: Check[Any]) -> Shown[Any]:
    """Return how a check is shown; one without a module here is shown by its outcome alone."""
    return _shown(check.name)


@cache
def _shown(name: str) -> Shown[Any]:
    module = f"{__name__}.{name}"
    found: Shown[Any] = importlib.import_module(module).SHOWN if find_spec(module) is not None else Shown()
    return found
