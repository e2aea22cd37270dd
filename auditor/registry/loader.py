"""Find and load ``officials.yaml``: every mistake at once, each with its line and how to mend it."""

import json
import types
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import platformdirs
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from auditor.base.errors import RegistryError, UsageError
from auditor.base.files import packaged
from auditor.base.text import N_, Text, shortened
from auditor.base.weeks import to_utc
from auditor.registry.include import Read, take_in
from auditor.registry.models import Registry, keys_of
from auditor.registry.policy import complete_policy
from auditor.registry.rules import check_rules
from auditor.registry.source import (
    Complain,
    Complaints,
    EnoughError,
    Node,
    Step,
    did_you_mean,
    parse_source,
    read_text,
)

_NAME = "officials.yaml"
_STAND_IN = datetime(2022, 6, 1, tzinfo=UTC)
"""Replaces a deadline that cannot be read, so that the rest is still checked. It is never returned."""


_STORED_FULLEST = 1_000_000
"""Keys and values of a stored registry: all that it included together."""

_M = TypeVar("_M", bound=BaseModel)


def locate_registry(explicit: Path | str | None, environ: Mapping[str, str], cwd: Path) -> Path:
    """Return the first of ``--registry``, ``AUDITOR_REGISTRY``, ``./officials.yaml``, the user's own, the packaged one.

    `explicit` is what ``--registry`` was given. Relative paths are from `cwd`. Raises `UsageError` if one that was
    asked for by name does not exist: another registry would judge other people.
    """
    for asked, by in ((explicit, "--registry"), (environ.get("AUDITOR_REGISTRY"), "AUDITOR_REGISTRY")):
        if asked is None or not str(asked).strip():
            continue
        path = cwd / Path(asked).expanduser()
        if not path.is_file():
            raise UsageError(Text(_NO_REGISTRY, {"path": repr(str(asked)), "by": by}))
        return path
    own = platformdirs.user_config_path("auditor", appauthor=False) / _NAME
    for path in (cwd / _NAME, own):
        if path.is_file():
            return path
    return packaged(_NAME)


_NO_REGISTRY = N_("there is no registry {path} ({by}); check the path")


def load_registry(path: Path | str) -> Registry:
    """Read and check a registry.

    Returns it with every policy key filled and the directive's deadline in UTC. Raises `RegistryError` with every
    problem found, as ``file:line: what; how to mend it``; nothing else, whatever the file holds.
    """
    text, problems = read_text(Path(path))
    if text is None:
        raise RegistryError(problems)
    return parse_registry(text, str(path))


def parse_registry(text: str, name: str, *, stored: bool = False, read: Read = read_text) -> Registry:
    """Check a registry's text as `load_registry` does a file; `name` is what its problems call it.

    Files that it includes are looked for next to `name` and read by `read`. A `stored` registry comes from the archive:
    it holds all that it once included.
    """
    text = text.removeprefix("\ufeff")
    root, problems = parse_source(text, name, fullest=_STORED_FULLEST) if stored else parse_source(text, name)
    if root is None:
        raise RegistryError(problems)
    complain, registry = Complaints(name, problems), None
    with suppress(EnoughError):
        take_in(root, Path(name), read, complain)
    with suppress(EnoughError):
        registry = _checked(root, complain)
    if registry is None or problems:
        raise RegistryError(problems)
    return registry.written_as(_whole(root) if registry.include else text, [n.line for n in root.children("offices")])


def _whole(root: Node) -> str:
    """Write a registry with all that it includes as one text, which is kept with what was judged by it."""
    data = root.plain()
    del data["include"]
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _checked(root: Node, complain: Complain) -> Registry | None:
    if not isinstance(root.value, dict):
        complain(1, "the file does not hold keys", "begin with timezone:, directive: and offices:")
        return None
    registry = read_model(Registry, _input(root, complain), root, complain)
    check_rules(root, complain)
    return registry


def _input(root: Node, complain: Complain) -> Any:
    """Return what the model is made of: the file's values, the whole policy, and the deadline in UTC."""
    data = root.plain()
    zone = _zone(root, complain)
    directive = root.child("directive")
    if directive is not None and isinstance(directive.value, dict) and directive.child("deadline") is not None:
        data["directive"]["deadline"] = _deadline(directive, zone, complain)
    policy = root.child("policy")
    if policy is None or policy.value is None or isinstance(policy.value, dict):
        data["policy"] = complete_policy(policy, complain)
    return data


def _zone(root: Node, complain: Complain) -> ZoneInfo:
    """Return the registry's zone; UTC, after a complaint, if it is unknown."""
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


def read_model(model: type[_M], data: Any, root: Node, complain: Complain) -> _M | None:
    """Make a model of `data`, or complain, at the lines of `root`, of everything that prevents it."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        _Translator(model, root, complain).tell(error)
        return None


class _Translator:
    """Turns pydantic's errors about a file into plain sentences at the right lines."""

    def __init__(self, model: type[BaseModel], root: Node, complain: Complain) -> None:
        """`model` is what the whole file must be; `root` is what it holds."""
        self.model = model
        self.root = root
        self.complain = complain

    def tell(self, failure: ValidationError) -> None:
        """Complain of each error once. A value that fits none of several types is one error."""
        told: set[tuple[Step, ...]] = set()
        for error in failure.errors(include_url=False):
            place = self._place(error["loc"])
            if error["type"] == "missing":
                place = (*place, error["loc"][-1])
            if place not in told and not self._broken(place):
                told.add(place)
                self.complain(self._line(place), *self._words(error, place))

    def _place(self, loc: Sequence[Step]) -> tuple[Step, ...]:
        """Return the part of an error's place that exists in the file; the rest are names of types."""
        node = self.root
        steps: list[Step] = []
        for step in loc:
            below = node.child(step)
            if below is not None:
                node = below
                steps.append(step)
        return tuple(steps)

    def _nodes(self, place: Sequence[Step]) -> Iterator[Node]:
        node: Node | None = self.root
        for step in place:
            node = node.child(step) if node is not None else None
            if node is None:
                return
            yield node

    def _line(self, place: Sequence[Step]) -> int:
        return [self.root, *self._nodes(place)][-1].line

    def _broken(self, place: Sequence[Step]) -> bool:
        return any(node.broken for node in self._nodes(place))

    def _words(self, error: ErrorDetails, place: tuple[Step, ...]) -> tuple[str, str]:
        """Say what is wrong and how to mend it."""
        key = next((str(step) for step in reversed(place) if isinstance(step, str)), "the file")
        kind = error["type"]
        if kind == "missing":
            return f"{key} is missing{self._where(place[:-1])}", f"add {key}: here"
        if kind == "extra_forbidden":
            return f"the key {key!r} is not known{self._where(place[:-1])}", self._nearest(place)
        if isinstance(place[-1] if place else None, int):
            key = f"item {int(place[-1]) + 1} of {key}"
        if kind == "value_error":
            what, _, mend = str(error["ctx"]["error"]).partition("; ")
            return f"{key}: {what}", mend or "write the year, the month or the day, like 2021-12-05"
        if error["input"] is None:
            return f"{key} is empty", "write its value, or take the key out where it may be left out"
        if kind == "enum":
            return f"{key} cannot be {_shown(error['input'])}", _one_of(error)
        return f"{key} cannot be {_shown(error['input'])}", _wanted(error)

    def _where(self, place: Sequence[Step]) -> str:
        """Name the entry in which a key is missing or unknown."""
        names = [step for step in place if isinstance(step, str)]
        if not names:
            return ""
        return f" in item {place[-1] + 1} of {names[-1]}" if isinstance(place[-1], int) else f" in {names[-1]}"

    def _nearest(self, place: tuple[Step, ...]) -> str:
        fields = _fields_at(self.model, place[:-1])
        return did_you_mean(str(place[-1]), fields, f"known here are: {', '.join(fields)}")


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping of keys"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    return shortened(repr(value), 60)


def _one_of(error: ErrorDetails) -> str:
    known = error["ctx"]["expected"].replace(" or ", ", ").replace("'", "").split(", ")
    return did_you_mean(str(error["input"]), known, f"write one of {', '.join(known)}")


_WANTED = {
    "list": "write a list: each item on its own line after a dash",
    "model": "write keys under it, each with its value",
    "dict": "write keys under it, each with its value",
    "bool": "write true or false",
    "int": "write a whole number",
    "float": "write a number",
}


def _wanted(error: ErrorDetails) -> str:
    kind = error["type"]
    if kind == "string_type":
        simple = isinstance(error["input"], int | float) and not isinstance(error["input"], bool)
        return (
            f"put it in quotes: '{error['input']}'" if simple else "write text, in quotes where it looks like a value"
        )
    return _WANTED.get(kind.split("_")[0], f"mend it: {error['msg'].lower()}")


def _fields_at(whole: type[BaseModel], place: Sequence[Step]) -> list[str]:
    """Return the names of the keys that are known at a place of the file."""
    annotation: Any = whole
    for step in place:
        if isinstance(step, int):
            continue
        model = _model_in(annotation)
        fields = {field.alias or name: field for name, field in model.model_fields.items()} if model else {}
        if step in fields:
            annotation = fields[str(step)].annotation
    model = _model_in(annotation)
    return keys_of(model) if model is not None else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the model inside an annotation: ``list[Office]``, ``Confirmation | None``, ``dict[str, PolicyValue]``."""
    if get_origin(annotation) is None and not isinstance(annotation, types.UnionType):
        return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None
    return next((found for part in get_args(annotation) if (found := _model_in(part)) is not None), None)
