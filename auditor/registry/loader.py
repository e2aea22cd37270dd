"""Find and load ``officials.yaml``; every problem is reported at once, each with its line and its fix."""

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import platformdirs

from auditor.base.errors import Problem, RegistryError
from auditor.base.files import own_folder, packaged
from auditor.base.text import N_, phrase
from auditor.registry.model_reader import ModelReader, YamlList, YamlMapping, refusal
from auditor.registry.models import IncludedFile, Registry
from auditor.registry.policy import complete_policy
from auditor.registry.rules import check_days_to_come, check_rules
from auditor.registry.yaml_tree import parse_yaml, read_text

_NAME = "officials.yaml"

ReadText = Callable[[Path], str]
"""Returns the text of an included file. Raises `RegistryError`, with one problem, if it cannot be read."""


def locate_registry(explicit: Path | str | None, environ: Mapping[str, str], cwd: Path) -> Path:
    """Return the first of ``--registry``, ``AUDITOR_REGISTRY``, ``./officials.yaml``, the user's own, the packaged one.

    `explicit` is the value of ``--registry``. Relative paths are from `cwd`. Raises `UsageError` if a file that was
    named does not exist: another registry would judge other people.
    """
    by_setting = "AUDITOR_REGISTRY, auditor.toml: registry"
    for given_path, origin in ((explicit, "--registry"), (environ.get("AUDITOR_REGISTRY"), by_setting)):
        if given_path is None or not str(given_path).strip():
            continue
        path = cwd / Path(given_path).expanduser()
        if not path.is_file():
            raise refusal("there is no registry {path} ({by}); check the path", path=repr(str(given_path)), by=origin)
        return path
    own = own_folder(platformdirs.user_config_path) or cwd
    return next((path for path in (cwd / _NAME, own / _NAME) if path.is_file()), None) or packaged(_NAME)


def load_registry(path: Path | str, now: datetime | None = None) -> Registry:
    """Read and check a registry; with `now` no source may be of a later day.

    Returns it with every policy key filled and a directive's deadline in UTC. Raises `RegistryError` with every
    problem found, as ``file:line: message; fix``; nothing else, whatever the file holds.
    """
    return parse_registry(read_text(Path(path)), str(path), now=now)


def parse_registry(text: str, name: str, read: ReadText = read_text, *, now: datetime | None = None) -> Registry:
    """Check a registry's text as `load_registry` does a file; problems name it by `name`.

    The files that it includes are looked for next to `name` and read by `read`.
    """
    reader, texts = ModelReader(name), {"": text.removeprefix("\ufeff")}

    def read_and_keep(path: Path) -> str:
        included_text = texts[os.path.relpath(path, Path(name).parent)] = read(path)
        return included_text

    root = parse_yaml(texts[""], name, reader)
    registry = _read_root(root, reader, read_and_keep, now) if root is not None else None
    if registry is None or reader.problems:
        raise RegistryError(reader.problems.values())
    return registry.model_copy(update={"text": json.dumps(texts, ensure_ascii=False)})


def parse_stored(text: str, name: str) -> Registry:
    """Check a registry that was stored with an audit: `Registry.text`, which holds all included files too.

    Raises `RegistryError`.
    """
    try:
        texts: Any = json.loads(text)
    except ValueError:
        texts = None
    if not isinstance(texts, dict) or not isinstance(texts.get(""), str):
        message_and_fix = phrase("this is no stored registry"), phrase("it was written by another version, or damaged")
        raise RegistryError([Problem(name, 1, *message_and_fix)])
    folder = Path(name).parent
    return parse_registry(texts[""], name, lambda path: str(texts.get(os.path.relpath(path, folder), "")))


def _read_root(root: Any, reader: ModelReader, read: ReadText, now: datetime | None) -> Registry | None:
    """Return the registry with the offices of all files; None if any has a problem, which `reader` then holds."""
    included_files: list[IncludedFile] = []
    if isinstance(root, YamlMapping):
        complete_policy(root, reader)
        _apply_group_defaults(root, root)
        included_files = [
            included_file
            for mapping in _included_mappings(root, reader, read)
            if (included_file := _read_included_file(mapping, root, reader)) is not None
        ]
    registry = reader.read(Registry, root)
    if registry is None:
        return None
    combined = registry.model_copy(
        update={"offices": [*registry.offices, *(o for part in included_files for o in part.offices)]}
    )
    reader.mapping_of[id(combined)] = root
    check_rules(combined, reader)
    if now is not None:
        check_days_to_come(combined, now, reader)
    if reader.problems:
        return None
    directive = combined.directive
    return combined.model_copy(update={"directive": directive.due_in(combined.zone) if directive is not None else None})


def _read_included_file(mapping: YamlMapping, root: YamlMapping, reader: ModelReader) -> IncludedFile | None:
    """Read an included file. Its offices take the defaults of its groups, else those of the registry."""
    zone = mapping.text("timezone")
    if zone not in {"", root.text("timezone")}:
        fix = N_("take it out; the offices of another zone need a registry of their own")
        reader.add_problem_at(mapping, "timezone", "the registry's zone is another", fix)
    _apply_group_defaults(mapping, mapping)
    _apply_group_defaults(mapping, root)
    return reader.read(IncludedFile, mapping)


def _apply_group_defaults(file: YamlMapping, source: YamlMapping) -> None:
    """Set the title and website of each office in `file` that lacks them to those of its group in `source`."""
    groups: Any = source.get("groups")
    for office in file.entries("offices") if isinstance(groups, YamlMapping) else ():
        defaults = groups.get(office.text("group"))
        for key in ("title", "website") if isinstance(defaults, YamlMapping) else ():
            if office.get(key) is None and key in defaults:
                office[key] = defaults[key]


def _included_mappings(root: YamlMapping, reader: ModelReader, read: ReadText) -> Iterator[YamlMapping]:
    """Yield the mapping of each included file. A file that cannot be read is a problem of the line that names it."""
    include, main = root.get("include"), Path(reader.main)
    visited = {os.path.realpath(main)}
    for name, line in zip(include, include.lines, strict=True) if isinstance(include, YamlList) else ():
        if not isinstance(name, str):
            continue  # the model reports that it is no name
        path = main.parent / name
        real_path = os.path.realpath(path)
        if not stays_below(name):
            what = phrase("include: {name} is not below the folder of this file", name=repr(name))
            reader.add_problem(reader.main, line, what, "write the name of a file beside it")
        elif real_path in visited:
            what = phrase("include: {name} is included already, or includes itself", name=name)
            reader.add_problem(reader.main, line, what, "take it out here")
        else:
            visited.add(real_path)
            yield from _read_mapping(path, name, line, reader, read)


def _read_mapping(path: Path, name: str, line: int, reader: ModelReader, read: ReadText) -> Iterator[YamlMapping]:
    """Yield the mapping of the file that `include` names on a line."""
    try:
        mapping = parse_yaml(read(path).removeprefix("\ufeff"), str(path), reader)
    except RegistryError as error:
        (problem,) = error.problems
        what = phrase("include: {name}: {what}", name=name, what=problem.message)
        reader.add_problem(reader.main, line, what, problem.fix)
        return
    if isinstance(mapping, YamlMapping):
        yield mapping
    elif mapping is not None:
        reader.add_problem(str(path), 1, "the file does not hold keys", "begin with offices:")


def stays_below(name: str) -> bool:
    """Return whether a path is relative on every system and stays below its folder."""
    steps = re.split(r"[/\\]", name.strip())
    return "\\" not in name and ":" not in name and steps[0] not in {"", "~"} and ".." not in steps
