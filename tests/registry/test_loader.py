"""Which registry is read, what it takes in by `include:`, and what is kept of it with a judgement."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditor.base.errors import RegistryError, UsageError
from auditor.base.files import packaged
from auditor.registry import Registry, load_registry, locate_registry
from auditor.registry.loader import parse_stored
from tests.registry.registry_texts import HEAD, OFFICE


def office(name: str, page: str = "", person: str = "Имярек А. А.") -> str:
    """Return an office of four lines; with a page a fifth: a holder who has it."""
    body = OFFICE.replace("first", name)
    if page:
        accounts = f"accounts: [{{url: {page}, kind: personal}}]"
        body += f"    tenures: [{{name: {person}, since: 2022, sources: [x], {accounts}}}]\n"
    return body


def loaded(folder: Path, main: str, **files: str) -> Registry:
    """Load a registry from files; ``far__end`` is far/end.yaml."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "officials.yaml").write_text(HEAD.removesuffix("offices:\n") + main, encoding="utf-8")
    return load_registry(folder / "officials.yaml")


def mistakes(folder: Path, main: str, **files: str) -> list[str]:
    """Return the lines that tell what is wrong with a registry, without the folder."""
    with pytest.raises(RegistryError) as caught:
        loaded(folder, main, **files)
    return [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems]


def test_each_place_is_looked_at_in_its_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The option, the variable, the working folder, the user's configuration, the package."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    cwd, requested, named = tmp_path / "cwd", tmp_path / "asked.yaml", tmp_path / "named.yaml"
    in_folder, user_file = cwd / "officials.yaml", tmp_path / "config" / "auditor" / "officials.yaml"
    for path in (requested, named, in_folder, user_file):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    environ = {"AUDITOR_REGISTRY": str(named)}
    assert locate_registry(requested, environ, cwd) == requested
    assert locate_registry(" ", environ, cwd) == named
    assert locate_registry("../asked.yaml", {}, cwd) == cwd / ".." / "asked.yaml"
    for existing in (in_folder, user_file):
        assert locate_registry(None, {"AUDITOR_REGISTRY": ""}, cwd) == existing
        existing.unlink()
    assert locate_registry(None, {}, cwd) == packaged("officials.yaml")


@pytest.mark.parametrize(
    ("name", "by"), [("absent.yaml", "--registry"), ("absent.yaml", "AUDITOR_REGISTRY"), (".", "")]
)
def test_one_that_was_asked_for_and_is_not_there_is_an_error(tmp_path: Path, name: str, by: str) -> None:
    """Another registry in its place would judge other people."""
    (tmp_path / "officials.yaml").touch()
    with pytest.raises(UsageError, match=r"x\.yaml:1: there is no such file"):
        load_registry(tmp_path / "x.yaml")
    with pytest.raises(UsageError, match=rf"there is no registry '{name}' \({by}.*\); check the path$"):
        locate_registry(None if by.startswith("A") else name, {by: name}, tmp_path)


def test_what_a_group_shares_each_of_its_offices_has_that_does_not_say_otherwise(tmp_path: Path) -> None:
    """An included file's groups go before the registry's; its offices follow, and are kept with a judgement."""
    seat = office("x").replace("    title: глава\n", "").replace("municipal_head", "city_duma")
    other = office("y").replace("municipal_head", "city_duma")
    shared = "groups: {city_duma: {title: депутат, website: 'https://duma.example'}}\n"
    registry = loaded(
        tmp_path,
        f"{shared}include: [far/b.yaml, a.yaml]\noffices:\n{office('own')}{seat}{other}",
        a="\ufefftimezone: Asia/Tomsk\noffices:\n" + seat.replace("x", "a"),
        far__b="groups: {city_duma: {website: 'https://b.example'}}\noffices:\n" + seat.replace("x", "b"),
    )
    assert [(entry.id, entry.title, entry.website) for entry in registry.offices] == [
        ("own", "глава", None),
        ("x", "депутат", "https://duma.example"),
        ("y", "глава", "https://duma.example"),
        ("b", "депутат", "https://b.example"),
        ("a", "депутат", "https://duma.example"),
    ]
    (tmp_path / "far" / "b.yaml").unlink()
    assert parse_stored(registry.text, "the registry of the day") == registry


@pytest.mark.parametrize("text", ["timezone: Asia/Tomsk", "{}", "[]", '{"": 5}', '{"": ""}'])
def test_what_is_no_stored_registry_is_told_as_a_mistake(text: str) -> None:
    """Whoever judges a week again is told that the registry of the day cannot be read."""
    with pytest.raises(RegistryError, match="the registry of the day:1: "):
        parse_stored(text, "the registry of the day")


ZONES = ["timezone: Asia/Tmosk", "timezone: '+07:00'", "timezone: 7", "timezone: [Asia/Tomsk]", "timezone:", "note: x"]


@pytest.mark.parametrize("line", ZONES)
def test_a_wrong_zone_is_a_mistake_of_its_line(tmp_path: Path, line: str) -> None:
    """Also where the days of sources are compared with today's."""
    path = tmp_path / "officials.yaml"
    path.write_text(HEAD.replace("timezone: Asia/Tomsk", line) + office("a", "t.me/imyarek"), encoding="utf-8")
    with pytest.raises(RegistryError, match=r"officials\.yaml:\d+: .*timezone"):
        load_registry(path, datetime(2026, 12, 3, tzinfo=UTC))


@pytest.mark.parametrize("text", ["null\n", "~\n", "", "# nothing\n"])
def test_a_file_of_nothing_is_empty(tmp_path: Path, text: str) -> None:
    """And is told so: a null is nothing too."""
    path = tmp_path / "officials.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RegistryError, match=r"officials\.yaml:1: the file is empty"):
        load_registry(path)


OUTSIDE = ["far/../../a.yaml", "..", "/etc/hosts", "~/a.yaml", r"C:\a.yaml", r"..\a.yaml", "c:a", "", " "]
A = "offices:\n" + office("a")
BORIS = {page: "offices:\n" + office("b", f"t.me/{page}", "Имярек Б. Б.") for page in ("imyarek", "other")}
TWICE = "is included already, or includes itself; take it out here"


REFUSED = [
    *((f"'{name}'", A, f"officials.yaml:3: include: {name!r} is not below the folder of this") for name in OUTSIDE),
    ("a/b..c", A, "officials.yaml:3: include: a/b..c: there is no such file; check the path"),
    ("officials.yaml", A, f"officials.yaml:3: include: officials.yaml {TWICE}"),
    ("a.yaml, link.yaml", A, f"officials.yaml:3: include: link.yaml {TWICE}"),
    ("far", A, "officials.yaml:3: include: far: this is no file that can be read"),
    ("a.yaml", "include: [b.yaml]\n" + A, "a.yaml:1: the key 'include' is not known; known here are: timezone,"),
    ("a.yaml", "timezone: Asia/Omsk\n" + A, "a.yaml:1: the registry's zone is another; take it out; "),
    ("a.yaml", "- a\n", "a.yaml:1: the file does not hold keys; begin with offices:"),
    ("a.yaml", A + office("own"), "a.yaml:6: id own stands twice, first on line 5; give each its own"),
    ("a.yaml", BORIS["imyarek"], "a.yaml:6: https://t.me/imyarek of Имярек Б. Б. is also on line 9, as that of"),
    ("b.yaml, a.yaml", BORIS["other"], "a.yaml:6: https://t.me/other of Имярек Б. Б. is also on line 6 of b.yaml,"),
]


@pytest.mark.parametrize(("named", "text", "problem"), REFUSED)
def test_what_cannot_be_included_is_one_line(tmp_path: Path, named: str, text: str, problem: str) -> None:
    """With its file and line; no name leads above the folder on any system, and offices alone may be included."""
    (tmp_path / "far").mkdir()
    (tmp_path / "link.yaml").symlink_to("a.yaml")
    main = f"include: [{named}]\noffices:\n" + office("own", "t.me/imyarek")
    (line,) = mistakes(tmp_path, main, a=text, b="offices:\n" + office("c", "t.me/other"))
    assert line.startswith(problem)
