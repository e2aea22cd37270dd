"""A YAML text becomes mappings that know their lines; what hides or guesses a value is a mistake at its line."""

import os
from pathlib import Path
from typing import Any

import pytest

from auditor.base.errors import RegistryError
from auditor.registry.model_reader import ModelReader
from auditor.registry.yaml_tree import parse_yaml, read_text


def lines(reader: ModelReader) -> list[str]:
    """Return what is wrong, without the file."""
    return [str(problem).removeprefix(f"{problem.file}:") for problem in reader.problems.values()]


def parsed(text: str) -> tuple[Any, list[str]]:
    """Return what a text holds, and the mistakes of it."""
    reader = ModelReader()
    return parse_yaml(text, "x.yaml", reader), lines(reader)


TEXTS = ["no", "on", "y", "1:30", "0o17", "1_000", "2022-06-01", "x y"]
QUOTED = {"'true'": "true", "'12'": "12", '""': "", "\tx\t# a remark": "x"}
OTHERS = {
    "true": True, "False": False, "12": 12, "-7": -7, "1" * 18: int("1" * 18), "1.5": 1.5, "1e3": 1000.0, ".5": 0.5,
    "~": None, "null": None, "": None, "[1, [2]]": [1, [2]], "{b: 1}": {"b": 1},
}  # fmt: skip


@pytest.mark.parametrize(("written", "value"), [*zip(TEXTS, TEXTS, strict=True), *QUOTED.items(), *OTHERS.items()])
def test_a_value_is_what_stands_there(written: str, value: object) -> None:
    """YAML 1.1 would make truths of `no` and `on`, ninety minutes of 1:30, and days of dates."""
    tree, problems = parsed(f"a: {written}\n")
    assert (tree, problems, repr(tree["a"])) == ({"a": value}, [], repr(value))


def test_keys_items_and_entries_know_their_lines() -> None:
    """The line of an entry without a key is that of the entry; blanks around a text do not count."""
    refused, _ = parsed("\n# a remark\nb:\n  - x: ' 1 '\n  - 2\nc: 3\n")
    entry = refused["b"][0]
    assert (refused.lines, refused["b"].lines, entry.line, entry.lines) == ({"b": 3, "c": 6}, [4, 5], 4, {"x": 4})
    assert (entry.line_of("nothing"), str(entry.location), entry.file) == (4, "item 1 of b", "x.yaml")
    assert (refused.entries("b"), refused.entries("c"), entry.text("x"), refused.text("c")) == ([entry], [], "1", "")
    text = "a: >-\n  Было так: в газете.\n  Отчёт: там.\nb: 'x\n  by: y'\nc: |\n  text\n"  # no colon makes a key
    assert parsed(text) == ({"a": "Было так: в газете. Отчёт: там.", "b": "x by: y", "c": "text\n"}, [])


MISTAKES = [
    ("", "1: the file is empty; begin with"),
    ("a: 1\nb: [1, 2\n", "2: from here on the lines cannot be read; close the bracket"),
    ("a: 'x\n\n\n", "1: from here on the lines cannot be read; close the bracket or the quotes"),
    ("a: 1\nb: c: d\n", "2: from here on the lines cannot be read; put a value"),
    ("a: 1\nb: @name\n", "2: from here on the lines cannot be read; put a name with @"),
    ('a: 1\nb: "\\U99999999"\n', "2: from here on the lines cannot be read; check"),
    ("a: 1\nb: \x07\n", "2: there is a character that YAML does not allow; remove it"),
    ('a: 1\nb: "\\e[2J"\n', "2: there is a character that steers, U+001B; take it out"),
    ("[" * 100_000, "1: from here on the lines cannot be read; check the indentation and the brackets"),
    ("a: 1\n---\nb: 2\n", "2: a second document begins here; keep one document"),
    ("a: 1\nb: 2\na: 3\n", "3: the key 'a' stands twice, first on line 1; keep one of the two"),
    ("a: 1\nb: &here 2\n", "2: an anchor &here is used; remove it"),
    ("a: 1\nb: !!str 2\n", "2: a tag tag:yaml.org,2002:str is used; remove it"),
    ("a: 1\n? [b, c]\n: 2\n", "2: a key is not plain text; write it as key: value"),
    ("a: " + "[" * 17 + "]" * 17, "1: more than 16 levels of nesting; "),
    ("a: " + "я" * 10_001, "1: a value is longer than 10000 characters; "),
    ("a: >-\n  text\n  exemptions:\n", "3: this line is text of the note that begins on line 1, and no key"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "problem"), MISTAKES)
def test_a_mistake_is_one_line_at_its_place(text: str, problem: str) -> None:
    """With what is wrong there and how to mend it; what was opened and never closed, where it was opened."""
    _, problems = parsed(text)
    assert [line[: len(problem)] for line in problems] == [problem]


def test_the_bounds_are_far_from_what_is_meant() -> None:
    """A registry has eight levels, a note some hundred characters, a list as many items as it needs."""
    for text in ("a: " + "[" * 15 + "]" * 15, "a: " + "я" * 10_000, "\n- 1" * 20_000):
        assert parsed(text)[1] == []


def test_every_hidden_value_is_a_mistake_of_its_own() -> None:
    """Nothing is read on then: a value would stand for another."""
    tree, problems = parsed("a: [1, *x, 3]\nb: *y\nc: !t &z 1\n")
    assert tree is None
    assert [line.partition("; ")[0] for line in problems] == [
        "1: an alias *x is used",
        "2: an alias *y is used",
        "3: an anchor &z is used",
        "3: a tag !t is used",
    ]


UNREADABLE = [
    ("absent.yaml", "1: there is no such file; check the path"),
    ("cp1251.yaml", "2: the text is not UTF-8; save the file in the encoding UTF-8"),
    ("large.yaml", "1: the file is larger than 40 bytes; check that it is the right file"),
    (".", "1: this is no file that can be read; check the path"),
    ("pipe", "1: this is no file that can be read; check the path"),
    ("with\x00nul", "1: the file cannot be read (not a path); check the path and who may read it"),
]


@pytest.mark.parametrize(("name", "problem"), UNREADABLE)
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, name: str, problem: str) -> None:
    """With what to do; a pipe is not waited for."""
    (tmp_path / "cp1251.yaml").write_bytes("a: 1\nb: Первый\n".encode("cp1251"))
    (tmp_path / "large.yaml").write_bytes(b"#" * 41)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(RegistryError) as unread:
        read_text(tmp_path / name, largest=40)
    assert str(unread.value).removeprefix(f"{tmp_path / name}:").startswith(problem)
    (tmp_path / "fits").write_text("a: Первый", encoding="utf-8-sig")
    assert read_text(tmp_path / "fits", largest=3 + 3 + 12) == "a: Первый"
