"""Load ``statements.yaml`` and ``corrections.yaml``: every mistake at once, each with its line and how to mend it."""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from auditor.base.errors import Problem, RegistryError
from auditor.registry.remarks.models import CorrectionsFile, Remarks, StatementsFile
from auditor.registry.remarks.rules import check_corrections, check_statements
from auditor.registry.source import Complaints, EnoughError, Node, parse_source, read_text
from auditor.registry.translate import Translator

Read = TypeVar("Read", bound=BaseModel)
Complain = Callable[[int, str, str], None]
_Rules = Callable[[Node, Complain], None]


def load_remarks(
    statements: Path | None, corrections: Path | None, *, offices: Iterable[str], checks: Iterable[str]
) -> Remarks:
    """Read what is said to the reports; None, and a file with nothing in it, is nothing said.

    `offices` and `checks` are the names that may be spoken of. Raises `RegistryError` with every problem found, as
    ``file:line: what; how to mend it``; nothing else, whatever the files hold.
    """
    known, judged, problems = list(offices), list(checks), list[Problem]()
    said = _file(statements, StatementsFile, lambda root, tell: check_statements(root, known, tell), problems)
    put_right = _file(
        corrections, CorrectionsFile, lambda root, tell: check_corrections(root, known, judged, tell), problems
    )
    if problems:
        raise RegistryError(list(dict.fromkeys(problems)))
    return Remarks(
        statements=tuple(said.statements or ()) if said is not None else (),
        corrections=tuple(put_right.corrections or ()) if put_right is not None else (),
    )


def _file(path: Path | None, model: type[Read], rules: _Rules, problems: list[Problem]) -> Read | None:
    """Return what the file holds, or None: it is none, empty, or wrong, which is then among `problems`."""
    if path is None:
        return None
    if os.path.lexists(path) and not os.path.isfile(path):  # noqa: PTH113 - raises nothing; a pipe would never end
        problems.append(Problem(str(path), 1, "this is no file that can be read", "check the path, or remove it"))
        return None
    text, wrong = read_text(path)
    problems += wrong
    return None if text is None or _nothing_in(text) else _parsed(text, str(path), model, rules, problems)


def _nothing_in(text: str) -> bool:
    lines = (line.strip() for line in text.splitlines())
    return all(not line or line.startswith("#") for line in lines)


def _parsed(text: str, name: str, model: type[Read], rules: _Rules, problems: list[Problem]) -> Read | None:
    root, wrong = parse_source(text, name)
    complain = Complaints(name, wrong)
    read = None
    if root is not None:
        with suppress(EnoughError):
            read = _checked(root, model, rules, complain)
    problems += wrong
    return read


def _checked(root: Node, model: type[Read], rules: _Rules, complain: Complain) -> Read | None:
    if not isinstance(root.value, dict):
        (key,) = model.model_fields
        complain(1, "the file does not hold keys", f"begin with {key}: and list them under it, each after a dash")
        return None
    read = None
    try:
        read = model.model_validate(root.plain())
    except ValidationError as error:
        Translator(model, root, complain).tell(error)
    rules(root, complain)
    return read
