"""One question a module, with its own texts and threshold. A check is pure: it reads a `Case`, it yields findings.

To add one, add a module here that defines ``CHECK``; nothing else needs to know of it.
"""

__all__ = ["catalogue"]

import importlib
import pkgutil
from functools import cache

from auditor.checks.check import Check


@cache
def catalogue() -> tuple[Check, ...]:
    """Return every check of this package, in their own order."""
    modules = (importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__))
    found = [check for module in modules if isinstance(check := getattr(module, "CHECK", None), Check)]
    return tuple(sorted(found, key=lambda check: check.order))
