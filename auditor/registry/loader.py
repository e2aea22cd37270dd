"""Load ``officials.yaml``: every mistake at once, each with its line and how to mend it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError

from auditor.base.errors import Problem, RegistryError
from auditor.base.weeks import to_utc
from auditor.registry.models import Registry
from auditor.registry.policy import complete_policy
from auditor.registry.rules import check_rules
from auditor.registry.source import Complaints, EnoughError, Node, parse_source, read_text
from auditor.registry.translate import Translator

Complain = Callable[[int, str, str], None]

_STAND_IN = datetime(2022, 6, 1, tzinfo=UTC)
"""Takes the place of a deadline that cannot be read, so that the rest is still checked. It is never returned."""


def load_registry(path: Path | str) -> Registry:
    """Read and check a registry.

    Returns it with every policy key filled and the directive's deadline in UTC. Raises `RegistryError` with every
    problem found, as ``file:line: what; how to mend it``; nothing else, whatever the file holds.
    """
    text, problems = read_text(Path(path))
    if text is None:
        raise RegistryError(problems)
    return parse_registry(text, str(path))


def parse_registry(text: str, name: str) -> Registry:
    """Check a registry's text as `load_registry` does a file; `name` is what its problems call it."""
    text = text.removeprefix("\ufeff")
    return _registry(*parse_source(text, name), name=name).written_as(text)


def _registry(root: Node | None, problems: list[Problem], *, name: str) -> Registry:
    if root is None:
        raise RegistryError(problems)
    complain = Complaints(name, problems)
    try:
        registry = _checked(root, complain)
    except EnoughError:
        raise RegistryError(_each_once(problems)) from None
    if registry is None or problems:
        raise RegistryError(_each_once(problems))
    return registry


def _checked(root: Node, complain: Complain) -> Registry | None:
    if not isinstance(root.value, dict):
        complain(1, "the file does not hold keys", "begin with timezone:, directive: and offices:")
        return None
    registry = _model(root, complain)
    check_rules(root, complain)
    return registry


def _each_once(problems: Sequence[Problem]) -> list[Problem]:
    return list(dict.fromkeys(problems))


def _model(root: Node, complain: Complain) -> Registry | None:
    """Make the model, or complain of everything that keeps it from being made."""
    data = root.plain()
    zone = _zone(root, complain)
    directive = root.child("directive")
    if directive is not None and isinstance(directive.value, dict) and directive.child("deadline") is not None:
        data["directive"]["deadline"] = _deadline(directive, zone, complain)
    policy = root.child("policy")
    if policy is None or policy.value is None or isinstance(policy.value, dict):
        data["policy"] = complete_policy(policy, complain)
    try:
        return Registry.model_validate(data)
    except ValidationError as error:
        Translator(Registry, root, complain).tell(error)
        return None


def _zone(root: Node, complain: Complain) -> ZoneInfo:
    """Return the registry's zone; another one in its place, after a complaint, where it is not known."""
    name = root.text("timezone")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        if name:
            complain(root.line_of("timezone"), f"the time zone {name!r} is not known", "write it like Asia/Tomsk")
        return ZoneInfo("UTC")


def _deadline(directive: Node, zone: ZoneInfo, complain: Complain) -> datetime:
    """Read a day (its midnight in `zone`), a local time, or a time with an offset."""
    node = directive.child("deadline")
    assert node is not None
    try:
        moment = datetime.fromisoformat(str(node.value).strip())
    except ValueError:
        moment = None
    if moment is None or not 1900 <= moment.year <= 2100:
        if not node.broken:
            what = (
                f"the deadline {node.value!r} is not a day or a time" if node.value is not None else "deadline is empty"
            )
            complain(node.line, what, "write it like 2022-06-01 or 2022-06-01T00:00")
        return _STAND_IN
    return to_utc(moment.replace(tzinfo=zone) if moment.tzinfo is None else moment)
