"""Find and load ``officials.yaml``: every mistake at once, each with its line and how to mend it."""

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import platformdirs

from auditor.base.errors import Problem, RegistryError, UsageError
from auditor.base.files import packaged
from auditor.base.text import N_, Text, phrase
from auditor.registry.model_reader import ModelReader, TooManyProblemsError, YamlList, YamlMapping
from auditor.registry.models import IncludedFile, Registry
from auditor.registry.policy import complete_policy
from auditor.registry.rules import check_rules
from auditor.registry.yaml_tree import parse_yaml, read_text

_NAME = "officials.yaml"
_NO_REGISTRY = N_("there is no registry {path} ({by}); check the path")

ReadText = Callable[[Path, ModelReader], str | None]
"""Returns the text of a file that is included; None where it cannot be read, which is told."""


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
    return next((path for path in (cwd / _NAME, own) if path.is_file()), None) or packaged(_NAME)


def load_registry(path: Path | str) -> Registry:
    """Read and check a registry.

    Returns it with every policy key filled and the directive's deadline in UTC. Raises `RegistryError` with every
    problem found, as ``file:line: what; how to mend it``; nothing else, whatever the file holds.
    """
    reader = ModelReader()
    text = read_text(Path(path), reader)
    if text is None:
        raise RegistryError(reader.problems.values())
    return parse_registry(text, str(path))


def parse_registry(text: str, name: str, read: ReadText = read_text) -> Registry:
    """Check a registry's text as `load_registry` does a file; `name` is what its problems call it.

    Files that it includes are looked for next to `name` and read by `read`.
    """
    reader, texts, registry = ModelReader(name), {"": text.removeprefix("\ufeff")}, None

    def read_and_keep(path: Path, reader: ModelReader) -> str | None:
        found = read(path, reader)
        if found is not None:
            texts[os.path.relpath(path, Path(name).parent)] = found
        return found

    with suppress(TooManyProblemsError):
        root = parse_yaml(texts[""], name, reader)
        registry = _read(root, reader, read_and_keep) if root is not None else None
    if registry is None or reader.problems:
        raise RegistryError(reader.problems.values())
    return registry.model_copy(update={"text": json.dumps(texts, ensure_ascii=False)})


def parse_stored(text: str, name: str) -> Registry:
    """Check a registry that was kept with a judgement: `Registry.text`, which holds all that it included.

    Raises `RegistryError`.
    """
    try:
        texts: Any = json.loads(text)
    except ValueError:
        texts = None
    if not isinstance(texts, dict) or not isinstance(texts.get(""), str):
        wrong = phrase("this is no stored registry"), phrase("it was written by another version, or damaged")
        raise RegistryError([Problem(name, 1, *wrong)])
    folder = Path(name).parent
    return parse_registry(texts[""], name, lambda path, _: texts.get(os.path.relpath(path, folder)))


def _read(root: Any, reader: ModelReader, read: ReadText) -> Registry | None:
    """Return the registry with the offices of all files; None where anything of them is wrong, which is told."""
    parts: list[IncludedFile] = []
    if isinstance(root, YamlMapping):
        complete_policy(root, reader)
        _share(root, root)
        parts = [part for keys in _included(root, reader, read) if (part := _part(keys, root, reader)) is not None]
    registry = reader.read(Registry, root)
    if registry is None:
        return None
    whole = registry.model_copy(update={"offices": [*registry.offices, *(o for part in parts for o in part.offices)]})
    reader.mapping_of[id(whole)] = root
    check_rules(whole, reader)
    if reader.problems:
        return None
    return whole.model_copy(update={"directive": whole.directive.due_in(whole.zone)})


def _part(keys: YamlMapping, root: YamlMapping, reader: ModelReader) -> IncludedFile | None:
    """Read an included file: its offices have its zone, and what its groups share or else the registry's."""
    zone = keys.text("timezone")
    if zone not in {"", root.text("timezone")}:
        for office in keys.entries("offices"):
            office.setdefault("timezone", zone)
    _share(keys, keys)
    _share(keys, root)
    return reader.read(IncludedFile, keys)


def _share(file: YamlMapping, shared: YamlMapping) -> None:
    """Give each office of a file what its group shares, where the office does not say it itself."""
    groups: Any = shared.get("groups")
    for office in file.entries("offices") if isinstance(groups, YamlMapping) else ():
        common = groups.get(office.text("group"))
        for key in ("title", "website") if isinstance(common, YamlMapping) else ():
            if office.get(key) is None and key in common:
                office[key] = common[key]


def _included(root: YamlMapping, reader: ModelReader, read: ReadText) -> Iterator[YamlMapping]:
    """Yield what is in each file that a registry includes. What cannot be read is told where it is named."""
    include, main = root.get("include"), Path(reader.main)
    seen = {os.path.realpath(main)}
    for name, line in zip(include, include.lines, strict=True) if isinstance(include, YamlList) else ():
        if not isinstance(name, str):
            continue  # the model tells that it is no name
        path, wrong, text = main.parent / name, ModelReader(), None
        real = os.path.realpath(path)
        if not stays_below(name):
            wrong.add_problem(
                "",
                0,
                phrase("{name} is not below the folder of this file", name=repr(name)),
                phrase("write the name of a file beside it"),
            )
        elif real in seen:
            wrong.add_problem(
                "", 0, phrase("{name} is included already, or includes itself", name=name), phrase("take it out here")
            )
        else:
            text = read(path, wrong)
        seen.add(real)
        for problem in wrong.problems.values():
            what = phrase("{name}: {what}", name=name, what=problem.message) if problem.line else problem.message
            reader.add_problem(reader.main, line, phrase("include: {what}", what=what), problem.fix)
        found = parse_yaml(text.removeprefix("\ufeff"), str(path), reader) if text is not None else None
        if isinstance(found, YamlMapping):
            yield found
        elif found is not None:
            reader.add_problem(str(path), 1, phrase("the file does not hold keys"), phrase("begin with offices:"))


def stays_below(name: str) -> bool:
    """Tell whether a path is relative, on every system, and leads nowhere above the folder."""
    parts = re.split(r"[/\\]", name.strip())
    return "\\" not in name and ":" not in name and parts[0] not in {"", "~"} and ".." not in parts
