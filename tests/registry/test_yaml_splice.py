"""A value is put into a YAML text, and every other character of it stays."""

from typing import Any

import pytest

from auditor.registry.yaml_splice import SpliceError, lines_of, splice_value

ORDER = ["a", "b", "c", "d"]
ITEM = {"x": 1, "y": ["z"]}


PLACED = [
    ("c: 3\nd: 4\n", "b", 2, "c: 3\nb: 2\nd: 4\n"),
    ("{a: , b: 2}\n", "a", 1, "{a: 1, b: 2}\n"),
    ("a: 1\nz: 9\nb: 2\n", "c", 3, "a: 1\nz: 9\nb: 2\nc: 3\n"),
    ("a: 1  # one\n  # of it\n# next\nc: 3", "b", 2, "a: 1  # one\n  # of it\nb: 2\n# next\nc: 3"),
    ("a: 1\r\nc: 3\r\n", "b", ITEM, "a: 1\r\nb:\r\n  x: 1\r\n  y:\r\n    - z\r\nc: 3\r\n"),
    ("a: |\n  text\n\n\nc: 3\n", "b", 2, "a: |\n  text\nb: 2\n\n\nc: 3\n"),
    ("a: |+\n  text\n\n\nc: 3\n", "b", 2, "a: |+\n  text\n\n\nb: 2\nc: 3\n"),
    ("a:\n  - x: 2  # two\n    # of it\nc: 3\n", "b", 2, "a:\n  - x: 2  # two\n    # of it\nb: 2\nc: 3\n"),
    ("{a: 1, c: 3}  # x\n", "b", ITEM, "{a: 1, b: {x: 1, y: [z]}, c: 3}  # x\n"),
    ("a: 1  # one\nb: 2\n", "a", 3, "a: 3  # one\nb: 2\n"),
    ("a:\n  x: 0\n  # gone\n  z: 5\nb: 2\n", "a", ITEM, "a:\n  x: 1\n  y:\n    - z\nb: 2\n"),
    ("{a: {x: 0}, b: 2}\n", "a", ITEM, "{a: {x: 1, y: [z]}, b: 2}\n"),
    # an item of a list, which is opened where it is not there or empty
    ("a:\n- x: 1\nc: 3\n", "a", [ITEM], "a:\n- x: 1\n- x: 1\n  y:\n    - z\nc: 3\n"),
    ("a:\n    - x: 1  # one\n      # of it\n\n    # next\nc: 3\n", "a", [ITEM],
     "a:\n    - x: 1  # one\n      # of it\n    - x: 1\n      y:\n        - z\n\n    # next\nc: 3\n"),
    ("a: [{x: 1}]\n", "a", [ITEM], "a: [{x: 1}, {x: 1, y: [z]}]\n"),
    ("a:   # none yet\nc: 3\n", "a", [ITEM], "a:   # none yet\n  - x: 1\n    y:\n      - z\nc: 3\n"),
    ("a:\n  []  # none\n", "a", [ITEM], "a:  # none\n  - x: 1\n    y:\n      - z\n"),
    ("'a' : null   # none\n", "a", [ITEM], "'a' :   # none\n  - x: 1\n    y:\n      - z\n"),
    ("b: 2\n", "a", [ITEM], "b: 2\na:\n  - x: 1\n    y:\n      - z\n"),
    ("{a: []}\n", "a", [ITEM], "{a: [{x: 1, y: [z]}]}\n"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "key", "value", "new"), PLACED)
def test_a_value_stands_at_its_key_in_the_style_of_its_neighbours(text: str, key: str, value: Any, new: str) -> None:
    """Behind the last of the keys that come before it, or in the place of what stood there."""
    added = isinstance(value, list)
    assert splice_value(text, (), key, value[0] if added else value, ORDER, add=added) == new


@pytest.mark.parametrize("text", ["{}", "[a]", "a: [ # a remark\n ]"])
def test_what_cannot_be_added_to_is_refused(text: str) -> None:
    """There are no keys, or a remark would be lost; the place is a way of keys and numbers."""
    deep = "a:\n  - b: 1\n  - b:\n      c: 2\n"
    assert splice_value(deep, ("a", 1, "b"), "d", 5, ORDER) == deep + "      d: 5\n"
    with pytest.raises(SpliceError):
        splice_value(text, (), "a", 1, ORDER, add=True)


OTHER = [
    "yes", "on", "NO", "y", "N", "12:30:45", "2026-01-01T10:00", "2026-01-01", "0x1F", "1_000", "null", "17", "1e5",
    "08", "+7", "-", ".5", "~",
]  # fmt: skip
"""Text that some program reads as another value: by the old rules of YAML `yes` is a truth and 12:30 a number."""


def test_nothing_is_wrapped_shortened_or_sorted() -> None:
    """However often a value comes; text that some program reads as another value is quoted, a key never."""
    words = "слово " * 60 + "конец"
    twice = ["x"]
    assert lines_of({"b": words, "a": twice, "c": twice}) == [f"b: {words}", "a:", "  - x", "c:", "  - x"]
    for text in OTHER:
        assert lines_of({"on": text}) == [f"on: '{text}'"]
