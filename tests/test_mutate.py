"""The tool that changes one place of the code at a time and asks whether a test notices (`tools/mutate.py`)."""

import ast
import subprocess
from functools import partial
from pathlib import Path

import pytest

from tools.mutate import TREE, Copy, Measured, Mutant, Trial, chosen, mutants_of, table, tried

MODULE = b'''"""What a week is worth: 7 days."""

from enum import Enum


def is_late(day: int, last: "int | None" = 3, *, strict: bool = False) -> bool:
    """Tell whether a day is after the last, 1 or 2."""
    if last is None:
        raise ValueError("no last day, or 0")
    return day > last and not strict
'''
NOTICED = b"from room.sums import is_late\n\n\ndef test_late():\n    assert is_late(5)\n    assert not is_late(2)\n"
TEST = "tests/test_sums.py::test_late"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A program of one module with one test, which asks nothing of the last day itself."""
    files = {"room/sums.py": MODULE, "tests/test_sums.py": NOTICED, "pyproject.toml": b""}
    for name, content in files.items():
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path / "project", check=True)
    return tmp_path / "project"


def changes() -> dict[str, list[str]]:
    return {place[0].before: [mutant.after for mutant in place] for place in mutants_of(MODULE, "room/sums.py")}


def test_each_mutant_changes_its_own_place_alone() -> None:
    """What stands around it stays as it is, and what comes of it is another program."""
    for mutant in (mutant for place in mutants_of(MODULE, "room/sums.py") for mutant in place):
        changed = mutant.applied(MODULE)
        assert changed.startswith(MODULE[: mutant.start])
        assert changed.endswith(MODULE[mutant.end :])
        assert ast.dump(ast.parse(changed)) != ast.dump(ast.parse(MODULE))


def test_what_is_changed_is_what_the_program_does() -> None:
    """Bounds, conditions, defaults and results; no docstring, annotation, import or message."""
    assert changes() == {
        "3": ["4"],
        "False": ["True"],
        "last is None": ["(last is not None)"],
        "return day > last and not strict": ["return None"],
        "day > last and not strict": ["(day > last or not strict)", "(not strict)", "(day > last)"],
        "day > last": ["(day >= last)", "(day <= last)"],
        "not strict": ["(strict)"],
    }


def test_a_seed_chooses_the_same_mutants_each_time() -> None:
    """So that a share before and after is of one sample; another seed is another sample."""
    rooms = ["auditor/checks"]
    first = chosen(TREE, rooms, 5, 1)
    assert len({(mutant.path, mutant.start, mutant.end) for mutant in first}) == 5
    assert chosen(TREE, rooms, 5, 1) == first
    assert chosen(TREE, rooms, 5, 2) != first


def test_a_change_is_tried_in_a_copy_and_taken_back(tree: Path, tmp_path: Path) -> None:
    """The tree is as it was, and so is the copy afterwards; what no test notices survives."""
    (tmp_path / "copy").mkdir()
    copy = Copy(tree, tmp_path / "copy")
    known = Measured({"room/sums.py": {10: {TEST}}}, {TEST: 0.1})
    trial = Trial([copy], _of("day > last"), tmp_path / "trial.jsonl")
    trial.each(trial.left("near"), partial(tried, known=known, asked="near"))
    done = [trial.done[mutant] for mutant in trial.mutants]
    assert [fate.killer for fate in done] == ["", TEST]
    assert Trial([copy], trial.mutants, trial.out).left("all") == trial.mutants[:1]
    assert "room/sums.py:10: day > last -> (day >= last)" in "\n".join(table(done, ["room"]))
    assert (copy.root / "room/sums.py").read_bytes() == MODULE
    assert sorted(path.name for path in tree.rglob("*.*") if ".git" not in path.parts) == [
        "pyproject.toml", "sums.py", "test_sums.py",
    ]  # fmt: skip
    assert (tree / "room/sums.py").read_bytes() == MODULE


def _of(before: str) -> list[Mutant]:
    return next(place for place in mutants_of(MODULE, "room/sums.py") if place[0].before == before)
