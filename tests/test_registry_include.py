"""`include:` takes in other files with offices; a mistake is told of the file that it is in."""

import os
from pathlib import Path

import pytest

from auditor.base.errors import RegistryError
from auditor.registry import Registry, load_registry, parse_registry
from auditor.registry.source import Line
from tests.command import auditor

HEAD = """\
timezone: Asia/Tomsk
directive: {title: П, issuer: И, issued: 2022-05-25, deadline: 2022-06-01, binds: municipal_head, source: с}
"""


def office(name: str, page: str = "") -> str:
    tenure = f"\n    tenures: [{{name: Имярек А. А., since: 2022, accounts: [{{url: {page}, kind: personal}}]}}]"
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
    """A path is relative to the file that names it; an included file may include further ones."""
    found = loaded(
        tmp_path,
        "include: [east.yaml]\noffices:\n" + office("own"),
        east="include: [far/end.yaml]\noffices:\n" + office("east"),
        far__end="offices:\n" + office("far"),
    )
    assert [one.id for one in found.offices] == ["own", "east", "far"]
    lines = [found.line_of(one) for one in found.offices]
    assert [(int(n), getattr(n, "file", "")) for n in lines] == [
        (5, ""),
        (3, str(tmp_path / "east.yaml")),
        (2, str(tmp_path / "far/end.yaml")),
    ]
    assert isinstance(lines[1], Line)


def test_all_offices_may_stand_in_included_files(tmp_path: Path) -> None:
    """The registry itself then has none."""
    assert [one.id for one in loaded(tmp_path, "include: [a.yaml]\n", a="offices:\n" + office("a")).offices] == ["a"]


def test_what_is_kept_with_a_judgement_holds_all_that_was_included(tmp_path: Path) -> None:
    """Years later the files may be others."""
    found = loaded(
        tmp_path, "include: [a.yaml]\noffices:\n" + office("own"), a="offices:\n" + office("a", "t.me/abcde")
    )
    (tmp_path / "a.yaml").unlink()
    again = parse_registry(found.text, "the registry of the day", stored=True)
    assert again == found.model_copy(update={"include": []})


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
        ("round.yaml", "is included already, or includes itself"),
        ("far", "this is no file that can be read"),
        ("pipe", "this is no file that can be read"),
        ("circle", "this is no file that can be read"),
        ("latin.yaml", "the text is not UTF-8"),
        ("1", "there is an item that is not text"),
        ("null, a.yaml", "there is an item that is not text"),
        ("{a: b}", "there is an item that is not text"),
        ("[a.yaml]", "there is an item that is not text"),
        ("*a", "an alias *a is used"),
        (r'"a\0b.yaml"', "there is a character that steers, U+0000"),
        (r'"\ud800.yaml"', "there is half a character"),
    ],
)
def test_what_cannot_be_included_is_one_line(tmp_path: Path, named: str, said: str) -> None:
    """With the file and the line that name it."""
    (tmp_path / "far").mkdir()
    (tmp_path / "latin.yaml").write_bytes(b"offices: [\xff]\n")
    (tmp_path / "circle").symlink_to("circle")
    os.mkfifo(tmp_path / "pipe")
    files = {"a": "offices:\n" + office("a"), "round": "include: [round.yaml]\noffices:\n" + office("r")}
    (line,) = mistakes(tmp_path, f"include: [{named}]\noffices:\n" + office("own"), **files)
    assert line.startswith("round.yaml:1: " if "round" in named else "officials.yaml:3: ")
    assert said in line


def test_a_mistake_is_told_of_its_own_file(tmp_path: Path) -> None:
    """Also where two files contradict each other: the other one's name stands in the sentence."""
    lines = mistakes(
        tmp_path,
        "include: [a.yaml]\noffices:\n" + office("own", "t.me/imyarek"),
        a="offices:\n" + office("OWN") + office("b").replace("глава", "[]"),
    )
    assert "a.yaml:2: the id 'OWN' is taken by the office on line 5; give it another id" in lines
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
    (line,) = mistakes(tmp_path, "include: [a.yaml]\n", a="offices:\n" + office("a") + "timezone: Asia/Omsk\n")
    assert line == "a.yaml:6: 'timezone' cannot stand in an included file; keep offices: alone in it"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("offices: 5\n", "offices is not a list; write each item on its own line after a dash"),
        ("offices: {}\n", "offices is not a list; write each item on its own line after a dash"),
        ("offices: []\ninclude: b.yaml\n", "include is not a list; write each item on its own line after a dash"),
        (
            "offices: []\ninclude: [1]\n",
            "include: there is an item that is not text; write the name of a file, in quotes",
        ),
    ],
)
def test_what_is_no_list_of_offices_or_names_is_not_passed_over(tmp_path: Path, text: str, said: str) -> None:
    """Else a file's offices would be missing, and nobody would know."""
    (line,) = mistakes(tmp_path, "include: [a.yaml]\noffices:\n" + office("own"), a=text)
    assert line == f"a.yaml:{text.count(chr(10))}: {said}"


def test_a_long_chain_of_files_is_one_line(tmp_path: Path) -> None:
    """Whoever split a registry thus has made a mistake, and Python has a limit of its own."""
    chain = {f"c{n}": f"include: [c{n + 1}.yaml]\noffices: []\n" for n in range(400)}
    (line,) = mistakes(tmp_path, "include: [c0.yaml]\noffices:\n" + office("own"), **chain)
    assert line == "c99.yaml:1: include: more than 100 files, one in another; name it further up"


def test_too_many_files_are_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not one for each that is too many."""
    monkeypatch.setattr("auditor.registry.include._MOST", 3)
    files = {f"f{n}": "offices: []\n" for n in range(9)}
    named = "".join(f"  - {name}.yaml\n" for name in files)
    (line,) = mistakes(tmp_path, f"include:\n{named}offices:\n" + office("own"), **files)
    assert line.startswith("officials.yaml:7: include: more than 3 files")


def test_the_command_line_knows_included_files(tmp_path: Path) -> None:
    """`check` names their mistakes, `show` lists their offices, `schema` describes them for editors."""
    loaded(tmp_path, "include: [a.yaml]\n", a="offices:\n" + office("v-raione"))
    shown = auditor("registry", "show", "--lang", "en", cwd=tmp_path)
    assert (shown.code, "v-raione" in shown.out) == (0, True)
    (tmp_path / "a.yaml").write_text("offices:\n" + office("no id"))
    assert auditor("registry", "check", cwd=tmp_path).err.startswith("a.yaml:2: the id 'no id' is not of Latin")
    schema = auditor("registry", "schema", "included", cwd=tmp_path)
    assert '"required": [\n    "offices"\n  ]' in schema.out
