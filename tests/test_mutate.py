"""The tool that changes one place of the code at a time and asks whether a test notices (`tools/mutate.py`)."""

import ast

from tools.mutate import TREE, about, choose_mutants, everything, mutants_of

MODULE = b'''"""What a week is worth: 7 days."""

from enum import Enum


def is_late(day: int, last: "int | None" = 3, *, strict: bool = False) -> bool:
    """Tell whether a day is after the last, 1 or 2."""
    if last is None:
        raise ValueError("no last day, or 0")
    return day > last and not strict
'''


def test_each_mutant_changes_its_own_place_alone() -> None:
    """What stands around it stays as it is, and what comes of it is another program."""
    for mutant in (mutant for place in mutants_of(MODULE, "room/sums.py") for mutant in place):
        changed = mutant.applied(MODULE)
        assert changed.startswith(MODULE[: mutant.start])
        assert changed.endswith(MODULE[mutant.end :])
        assert ast.dump(ast.parse(changed)) != ast.dump(ast.parse(MODULE))


def test_what_is_changed_is_what_the_program_does() -> None:
    """Bounds, conditions, defaults and results; no docstring, annotation, import or message."""
    places = mutants_of(MODULE, "room/sums.py")
    assert {place[0].before: [mutant.after for mutant in place] for place in places} == {
        "3": ["4"],
        "False": ["True"],
        "last is None": ["(last is not None)"],
        "return day > last and not strict": ["return None"],
        "day > last and not strict": ["(day > last or not strict)", "(not strict)", "(day > last)"],
        "day > last": ["(day >= last)", "(day <= last)"],
        "not strict": ["(strict)"],
    }


def test_a_seed_chooses_the_same_mutants_each_time() -> None:
    """So that a share before and after is of one sample."""
    first = choose_mutants(TREE, ["auditor/checks"], 5, 1)
    assert first == choose_mutants(TREE, ["auditor/checks"], 5, 1) != choose_mutants(TREE, ["auditor/checks"], 5, 2)


def test_tests_are_found_in_whichever_room_but_the_browsers() -> None:
    """Those that name a room, and with `--whole` all."""
    tests = everything().keys()
    assert {"tests/test_mutate.py", "tests/rules/test_post_rules.py"} <= tests
    assert not [name for name in tests if name.startswith("tests/browser")]
    some = {*about(["auditor/checks"])}
    assert "tests/checks/test_sentences.py" in some < tests
