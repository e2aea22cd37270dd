"""What a single value does not show: offices and checks that there are, numbers that rise, days in their order.

The rules read the nodes and not the models, so that one wrong value does not hide what is wrong elsewhere.
"""

from collections.abc import Callable, Iterable
from datetime import date
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from auditor.base.errors import UsageError
from auditor.base.weeks import Week
from auditor.registry.source import Node

Complain = Callable[[int, str, str], None]

_COMPARED = 300
"""Names that a mistyped one is held against: with more, five hundred mistakes would take ten seconds."""


def check_statements(root: Node, offices: Iterable[str], complain: Complain) -> None:
    """Complain of statements of no office, about weeks to come, or that are never shown."""
    known = list(offices)
    for entry in root.children("statements"):
        _known(entry, "office", known, complain)
        _week_has_begun(entry, complain)
        _is_shown(entry, complain)


def check_corrections(root: Node, offices: Iterable[str], checks: Iterable[str], complain: Complain) -> None:
    """Complain of corrections of no office or check, of weeks to come, and of numbers that do not rise."""
    known, judged = list(offices), list(checks)
    for entry in root.children("corrections"):
        _known(entry, "office", known, complain)
        _known(entry, "check", judged, complain)
        _week_has_begun(entry, complain)
    _numbers(root.children("corrections"), complain)


def _known(entry: Node, key: str, names: list[str], complain: Complain) -> None:
    name = entry.text(key)
    if not name or name in names:
        return
    near = get_close_matches(name, names, n=1) if len(names) <= _COMPARED else []
    listed = "`auditor registry show` lists them" if key == "office" else f"write one of {', '.join(names)}"
    complain(entry.line_of(key), f"there is no {key} {_shown(name)}", f"did you mean {near[0]!r}?" if near else listed)


def _shown(name: str) -> str:
    return repr(name if len(name) <= 60 else name[:57] + "…")


def _numbers(entries: list[Node], complain: Complain) -> None:
    """Hold that each number is higher than all before it: readers cite corrections by them."""
    first: dict[int, int] = {}
    highest = 0
    for entry in entries:
        found = entry.child("number")
        number = found.value if found is not None else None
        if found is None or not isinstance(number, int) or isinstance(number, bool):
            continue
        if number in first:
            complain(found.line, f"number {number} stands twice, first on line {first[number]}", "give each its own")
        elif number < highest:
            complain(found.line, f"number {number} follows number {highest}", "let the numbers rise down the file")
        first.setdefault(number, found.line)
        highest = max(highest, number)


def _week_has_begun(entry: Node, complain: Complain) -> None:
    week, on = _week(entry), _day(entry, "on")
    if week is not None and on is not None and on < week.first_day:
        complain(
            entry.line_of("week"),
            f"week {week} begins {week.first_day}, after {on}, on which this is said",
            "mend the week or the day",
        )


def _is_shown(entry: Node, complain: Complain) -> None:
    """Hold that a statement lasts to the end of its week at least, and not only to before it was made."""
    week, on, until = _week(entry), _day(entry, "on"), _day(entry, "until")
    line = entry.line_of("until")
    if until is not None and on is not None and until < on:
        complain(line, f"until {until} is before on {on}", "mend the one that is wrong")
    elif until is not None and week is not None and until < week.last_day:
        what = f"until {until} is before the end of week {week}, so it would never be shown"
        complain(line, what, f"write {week.last_day} or later, or take until: out")


def _week(entry: Node) -> Week | None:
    try:
        return Week.parse(entry.text("week"), ZoneInfo("UTC"))
    except UsageError:
        return None


def _day(entry: Node, key: str) -> date | None:
    try:
        return date.fromisoformat(entry.text(key))
    except ValueError:
        return None
