"""The policy: each threshold with its basis and source, and the values that a registry may set.

A threshold stands beside the code that compares with it, most of them in a module of `auditor.checks`, and is found
there. A registry's `policy:` says what differs.
"""

import importlib
import pkgutil
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from auditor.base.text import N_, Text, phrase, shorten, verbatim
from auditor.registry.model_reader import ModelReader, YamlList, YamlMapping, did_you_mean
from auditor.registry.models import Basis, Policy, PolicyValue

NO_NORM = "опубликованной нормы мы не нашли"
"""The source of a threshold that is this audit's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A value of the policy as it is packaged, with what a registry may write instead."""

    key: str
    """Its key in a registry's `policy:`; part of the contract."""
    value: int | float | bool | str | list[str]
    least: float | None = None
    most: float = 0
    """Bounds of a number, which is whole unless `least` is a fraction; without them a value is of the same kind."""
    wanted: str
    """What a registry may write, marked by `N_`."""
    basis: Basis
    source: str
    note: str
    """A remark for readers."""
    label: str
    """What the method calls it, marked by `N_`."""
    words: Callable[[PolicyValue], Text] | None = None
    """Return how a check tells it, if a check is judged by it."""

    def accepts(self, value: Any) -> bool:
        """Return whether a value may replace the packaged one: by its type and its bounds."""
        if isinstance(value, bool) or isinstance(self.value, bool):
            return isinstance(value, bool) and isinstance(self.value, bool)
        if self.least is not None:
            numbers = int if isinstance(self.least, int) else int | float
            return isinstance(value, numbers) and self.least <= value <= self.most
        if isinstance(self.value, list):
            return isinstance(value, list) and all(isinstance(item, str) and _is_stretch(item) for item in value)
        return isinstance(value, str) and _is_day(value)


_HOLDER = Threshold(
    key="holder_valid_days",
    value=730,
    least=1,
    most=3_650,
    wanted=N_("a whole number of days, 1 to 3650"),
    basis=Basis.CONVENTION,
    source=NO_NORM,
    note="дней: если последним сведениям о главе больше, о нём ничего не установлено",
    label=N_("Evidence of the holder is valid, days"),
)

_ACTING = Threshold(
    key="acting_valid_days",
    value=365,
    least=1,
    most=3_650,
    wanted=N_("a whole number of days, 1 to 3650"),
    basis=Basis.CONVENTION,
    source=NO_NORM,
    note="то же для временно исполняющих обязанности",
    label=N_("Evidence of an acting holder is valid, days"),
)

_QUIET_DAYS = Threshold(
    key="quiet_days",
    value=["01-01..01-08"],
    wanted=N_("a list of days of every year or of stretches of them: [01-01..01-08, 05-01]"),
    basis=Basis.NORM,
    source="статья 112 Трудового кодекса РФ (197-ФЗ)",
    note=(
        "новогодние каникулы, 1–8 января: в неделе, на которую приходятся три таких дня или больше, «не "
        "соблюдено» за ведение страницы не ставится"
    ),
    label=N_("Days of every year, month and day: no verdict against a week that has three of them"),
)


@cache
def thresholds() -> dict[str, Threshold]:
    """Return every threshold by its key, in the order of the keys."""
    package = importlib.import_module("auditor.checks")
    modules = [importlib.import_module(f"{package.__name__}.{m.name}") for m in pkgutil.iter_modules(package.__path__)]
    constants = [*globals().values(), *(constant for module in modules for constant in vars(module).values())]
    by_key = {constant.key: constant for constant in constants if isinstance(constant, Threshold)}
    return dict(sorted(by_key.items()))


@cache
def default_policy() -> Policy:
    """Return the packaged values by key, each with its source."""
    return {
        key: PolicyValue(value=packaged.value, basis=packaged.basis, source=packaged.source, note=packaged.note)
        for key, packaged in thresholds().items()
    }


def complete_policy(root: YamlMapping, reader: ModelReader) -> None:
    """Fill in the keys, and the fields of a key, that a registry's `policy` leaves out.

    An unknown key, or one that is no mapping, is reported and removed, so that the rest is still checked.
    """
    policy = root.get("policy")
    if policy is None:
        policy = root["policy"] = YamlMapping(root.line, root.file)
    if not isinstance(policy, YamlMapping):
        return  # the model reports that it must be a mapping
    for key in list(policy):
        if key not in thresholds():
            all_keys = phrase("known are: {default_policy}", default_policy=", ".join(thresholds()))
            message = phrase("the policy has no key {key}", key=repr(key))
            reader.add_problem_at(policy, key, message, did_you_mean(key, thresholds(), all_keys))
            del policy[key]
        elif not isinstance(policy[key], YamlMapping):
            if policy[key] is not None:
                fix = phrase("write {key}: {example}", key=key, example="{value: …}")
                reader.add_problem_at(policy, key, "{key} must hold keys, not a value alone", fix, key=key)
            del policy[key]
    for key, packaged in thresholds().items():
        entry = policy.setdefault(key, YamlMapping(policy.line, policy.file, verbatim(key)))
        for field in ("value", "basis", "source", "note"):
            entry.setdefault(field, getattr(packaged, field))


def check_policy(policy: Policy, reader: ModelReader) -> None:
    """Add a problem for every value that does not fit its key."""
    for key, entry in policy.items():
        value, packaged = reader.mapping_of[id(entry)]["value"], thresholds()[key]
        if not packaged.accepts(value):
            shown = shorten(repr(list(value) if isinstance(value, YamlList) else value), 40)
            fix = phrase("write {wanted}", wanted=Text(packaged.wanted))
            reader.add_problem_at(entry, "value", "{key} cannot be {shown}", fix, key=key, shown=shown)


# Days of every year -----------------------------------------------------------------------------------------------

LEAP_YEAR = 2024
_STRETCH = re.compile(r"(\d\d-\d\d)(?:\.\.(\d\d-\d\d))?", re.ASCII)
"""Matches ``01-01..01-08`` or ``05-01``: a month and a day, and the last of them."""


def _is_stretch(text: str) -> bool:
    """Return whether a text names days of a year: ``01-01..01-08``, ``12-31..01-08`` or ``05-01``."""
    match = _STRETCH.fullmatch(text)
    try:
        return match is not None and all(date.fromisoformat(f"{LEAP_YEAR}-{day}") for day in match.groups() if day)
    except ValueError:
        return False


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_within(day: date, stretch: str) -> bool:
    first, _, last = stretch.partition("..")
    month_day = f"{day:%m-%d}"
    if first <= (last or first):
        return first <= month_day <= (last or first)
    return month_day >= first or month_day <= last  # over the end of the year


def stretch_text(stretch: str) -> str:
    """Return a stretch of the year as readers write it: ``01.01–08.01``."""
    return "–".join(f"{day[3:]}.{day[:2]}" for day in stretch.split(".."))


QUIET_WEEK = 3
"""So many quiet days make a quiet week (docs/dev/design.md, section 5, Excused)."""


def quiet_days_in(policy: Policy, first_day: date, last_day: date) -> list[date]:
    """Return the days from `first_day` to `last_day` that stand among the policy's `quiet_days`."""
    stretches = policy["quiet_days"].stretches
    days = (first_day + timedelta(days=number) for number in range((last_day - first_day).days + 1))
    return [day for day in days if any(_is_within(day, stretch) for stretch in stretches)]
