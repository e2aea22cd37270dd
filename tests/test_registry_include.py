"""`include:` takes in files with offices, one level of them; a mistake is told of the file that it is in."""

import json
import os
from pathlib import Path

import pytest

from auditor.base.errors import RegistryError
from auditor.registry import Registry, load_registry
from auditor.registry.loader import parse_stored
from tests.command import auditor

HEAD = """\
timezone: Asia/Tomsk
directive: {title: П, issuer: И, issued: 2022-05-25, deadline: 2022-06-01, binds: municipal_head, source: с}
"""


def office(name: str, page: str = "") -> str:
    tenure = "\n    tenures: [{name: Имярек А. А., since: 2022, sources: [x], "
    tenure += f"accounts: [{{url: {page}, kind: personal}}]}}]"
    return (
        f"  - id: {name}\n    municipality: Район\n    title: глава\n    group: municipal_head{tenure * bool(page)}\n"
    )


def loaded(folder: Path, main: str, **files: str) -> Registry:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    (folder / "officials.yaml").write_text(HEAD + main)
    return load_registry(folder / "officials.yaml")


def mistakes(folder: Path, main: str, **files: str) -> list[str]:
    with pytest.raises(RegistryError) as told:
        loaded(folder, main, **files)
    return [str(problem).replace(f"{folder}/", "") for problem in told.value.problems]


def test_offices_of_an_included_file_follow_the_registrys_own(tmp_path: Path) -> None:
    """In the order in which the files are named; a path is relative to the registry."""
    found = loaded(
        tmp_path,
        "include: [far/end.yaml, east.yaml]\noffices:\n" + office("own"),
        east="offices:\n" + office("east"),
        far__end="offices:\n" + office("far"),
    )
    assert [one.id for one in found.offices] == ["own", "far", "east"]


def test_what_a_group_shares_each_of_its_offices_has_that_does_not_say_otherwise(tmp_path: Path) -> None:
    """An included file's groups go before the registry's."""
    seat = office("x").replace("    title: глава\n", "").replace("municipal_head", "city_duma")
    other = office("y").replace("municipal_head", "city_duma")
    shared = "groups: {city_duma: {title: депутат, website: 'https://duma.example'}}\n"
    found = loaded(
        tmp_path,
        f"{shared}include: [a.yaml, b.yaml]\noffices:\n{office('own')}{seat}{other}",
        a="offices:\n" + seat.replace("x", "a"),
        b="groups: {city_duma: {website: 'https://b.example'}}\noffices:\n" + seat.replace("x", "b"),
    )
    assert [(one.id, one.title, one.website) for one in found.offices] == [
        ("own", "глава", None),
        ("x", "депутат", "https://duma.example"),
        ("y", "глава", "https://duma.example"),
        ("a", "депутат", "https://duma.example"),
        ("b", "депутат", "https://b.example"),
    ]
    lines = mistakes(tmp_path, shared.replace("title", "titel") + "offices:\n" + seat)
    assert lines == [
        "officials.yaml:3: the key 'titel' is not known in city_duma; did you mean 'title'?",
        "officials.yaml:5: title is missing in item 1 of offices; add title: here",
    ]


def test_all_offices_may_stand_in_included_files(tmp_path: Path) -> None:
    """The registry itself then has none."""
    assert [one.id for one in loaded(tmp_path, "include: [a.yaml]\n", a="offices:\n" + office("a")).offices] == ["a"]


def test_what_is_kept_with_a_judgement_holds_all_that_was_included(tmp_path: Path) -> None:
    """Years later the files may be others."""
    found = loaded(
        tmp_path, "include: [a.yaml]\noffices:\n" + office("own"), a="offices:\n" + office("a", "t.me/abcde")
    )
    (tmp_path / "a.yaml").unlink()
    assert parse_stored(found.text, "the registry of the day") == found


@pytest.mark.parametrize("text", ["", "timezone: Asia/Tomsk", "{}", "[]", '{"": 5}', '{"": ""}'])
def test_what_is_no_stored_registry_is_told_as_a_mistake(text: str) -> None:
    """Whoever judges a week again is told that the registry of the day cannot be read."""
    with pytest.raises(RegistryError):
        parse_stored(text, "the registry of the day")


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("../a.yaml", "is not below the folder of this file"),
        ("far/../../a.yaml", "is not below the folder of this file"),
        ("/etc/hosts", "is not below the folder of this file"),
        ("~/a.yaml", "is not below the folder of this file"),
        ("'C:\\a.yaml'", "is not below the folder of this file"),
        ("''", "is not below the folder of this file"),
        ("no.yaml", "include: no.yaml: there is no such file"),
        ("officials.yaml", "is included already, or includes itself"),
        ("a.yaml, a.yaml", "is included already, or includes itself"),
        ("far", "this is no file that can be read"),
        ("pipe", "this is no file that can be read"),
        ("circle", "this is no file that can be read"),
        ("latin.yaml", "the text is not UTF-8"),
        ("1", "item 1 of include cannot be 1; put it in quotes"),
        ("null, a.yaml", "item 1 of include is empty"),
        ("{a: b}", "item 1 of include cannot be a mapping of keys"),
        ("[a.yaml]", "item 1 of include cannot be a list"),
        ("*a", "an alias *a is used"),
        (r'"a\0b.yaml"', "there is a character that steers, U+0000"),
        (r'"\ud800.yaml"', "found invalid Unicode character escape code"),
    ],
)
def test_what_cannot_be_included_is_one_line(tmp_path: Path, named: str, said: str) -> None:
    """With the file and the line that name it."""
    (tmp_path / "far").mkdir()
    (tmp_path / "latin.yaml").write_bytes(b"offices: [\xff]\n")
    (tmp_path / "circle").symlink_to("circle")
    os.mkfifo(tmp_path / "pipe")
    files = {"a": "offices:\n" + office("a")}
    (line,) = mistakes(tmp_path, f"include: [{named}]\noffices:\n" + office("own"), **files)
    assert line.startswith("officials.yaml:3: ")
    assert said in line


def test_a_mistake_is_told_of_its_own_file(tmp_path: Path) -> None:
    """Also where two files contradict each other: the other one's name stands in the sentence."""
    lines = mistakes(
        tmp_path,
        "include: [a.yaml]\noffices:\n" + office("own", "t.me/imyarek"),
        a="offices:\n" + office("OWN") + office("b").replace("глава", "[]"),
    )
    assert "a.yaml:2: id OWN stands twice, first on line 5; give each its own" in lines
    assert any(line.startswith("a.yaml:8: title cannot be") for line in lines)
    (other,) = mistakes(
        tmp_path,
        "include: [a.yaml, b.yaml]\noffices:\n" + office("own"),
        a="offices:\n" + office("a", "t.me/imyarek"),
        b="offices:\n" + office("b", "t.me/imyarek").replace("Имярек А. А.", "Имярек Б. Б."),
    )
    assert other.startswith("b.yaml:6: https://t.me/imyarek of Имярек Б. Б. is also on line 6 of a.yaml, as that of")


def test_only_offices_may_stand_in_an_included_file(tmp_path: Path) -> None:
    """A second directive or policy would be passed over in silence."""
    (line,) = mistakes(tmp_path, "include: [a.yaml]\n", a="offices:\n" + office("a") + "policy: {}\n")
    assert line == "a.yaml:6: the key 'policy' is not known; known here are: timezone, groups, offices"
    (line,) = mistakes(tmp_path, "include: [a.yaml]\n", a="include: [b.yaml]\noffices:\n" + office("a"))
    assert line == "a.yaml:1: the key 'include' is not known; known here are: timezone, groups, offices"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("offices: 5\n", "offices cannot be 5; write a list: each item on its own line after a dash"),
        ("offices: {}\n", "offices cannot be a mapping of keys; write a list: each item on its own line after a dash"),
        ("- a\n", "the file does not hold keys; begin with offices:"),
    ],
)
def test_what_is_no_list_of_offices_or_names_is_not_passed_over(tmp_path: Path, text: str, said: str) -> None:
    """Else a file's offices would be missing, and nobody would know."""
    (line,) = mistakes(tmp_path, "include: [a.yaml]\noffices:\n" + office("own"), a=text)
    assert line == f"a.yaml:{text.count(chr(10))}: {said}"


def test_the_command_line_knows_included_files(tmp_path: Path) -> None:
    """`check` names their mistakes, `next` lists their offices, `schema` describes them for editors."""
    loaded(tmp_path, "include: [a.yaml]\n", a="offices:\n" + office("v-raione"))
    shown = auditor("next", "--lang", "en", cwd=tmp_path)
    assert (shown.code, "v-raione" in shown.out) == (0, True)
    (tmp_path / "a.yaml").write_text("offices:\n" + office("no id"))
    assert auditor("registry", "check", cwd=tmp_path).err.startswith("a.yaml:2: id: 'no id' is not of at most 64 Latin")
    schema = auditor("registry", "schema", "included", cwd=tmp_path)
    assert list(json.loads(schema.out)["properties"]) == ["timezone", "groups", "offices"]
