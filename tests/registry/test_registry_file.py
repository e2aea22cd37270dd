"""Decisions written into the file that has the office: nothing else of it changes, whatever it looks like."""

import stat
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import pytest

from auditor.base.errors import UsageError
from auditor.base.text import Text
from auditor.registry import load_registry, parse_registry
from auditor.registry.model_reader import ModelReader
from auditor.registry.models import RecordedSearch
from auditor.registry.registry_file import Draft, FileEdit, RegistryFile
from auditor.registry.yaml_tree import parse_yaml
from tests.registry.registry_texts import HEAD, OFFICE, SMALLEST

NOW = datetime(2026, 11, 25, tzinfo=UTC)
SEARCH = {"on": date(2026, 11, 25), "by": "Имярек Г. Г.", "how": "по имени", "found": "nothing"}
RECORDED = RecordedSearch.model_validate(SEARCH)
HELD = HEAD + OFFICE + "    tenures:\n      - sources: [x]\n        name: Имярек А. А.\n"
Change = Callable[[Draft], None]


def edited(text: str, *changes: Change, number: int = 0) -> str:
    """Edit a registry that no file holds."""
    path = Path("officials.yaml")
    draft = Draft(RegistryFile(path, NOW), path, text.encode(), number)
    for change in changes:
        change(draft)
    return draft.change(Text("done")).new.decode()


def searched(draft: Draft) -> None:
    """Add a search."""
    draft.add(("tenures", 0), "searches", SEARCH)


def listed(url: str) -> Change:
    """Return what puts a page on record as a lead."""
    return lambda draft: draft.add(("tenures", 0), "accounts", {"url": url, "kind": "personal"})


PAGE, ODIN = listed("t.me/novaya"), listed("t.me/odin")
BLOCK = HEAD + OFFICE.replace("first", "own") + HELD.removeprefix(HEAD) + "\n    # remark: [{'\n"
FLOW = HEAD + OFFICE + "    tenures: [{name: Имярек А. А., sources: [x], searches: []}]  # remark"
OTHER = OFFICE.replace("first", "other") + "    tenures:\n      - sources: [x]\n        name: Имярек Б. Б.\n"
OWNED = HELD + "        accounts:\n          - url: t.me/odin\n            kind: personal\n" + OTHER
LISTED = OWNED + "        accounts:\n          - url: t.me/odin_new\n            kind: personal\n"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(("written", "number"), [(BLOCK, 1), ("\ufeff" + BLOCK.rstrip("\n"), 1), (FLOW, 0)])
def test_an_edit_adds_the_decision_and_changes_nothing_else(written: str, number: int, newline: str) -> None:
    """What loads is the edit; every line stays in its place but for the one whose brackets take it."""
    text = written.replace("\n", newline)
    new = edited(text, searched, PAGE, number=number)
    tenures = [office.tenures[0] for office in parse_registry(new, "r").offices if office.tenures]
    assert [(tenure.searches, [page.url.name for page in tenure.accounts]) for tenure in tenures] == [
        ([RECORDED], ["novaya"])
    ]
    assert (new.endswith("\n"), new[0], new.count("\n")) == (text.endswith("\n"), text[0], new.count(newline))
    rest = iter(new.splitlines())
    assert [line for line in text.splitlines() if line not in rest and "[{name" not in line] == []


REMARKED = (
    HELD
    + """\
        searches:
          - on: 2026-11-20   # a day
            by: Имярек Г. Г.
            how: >-
              вопрос # не примечание
            # the result
            found: nothing
            networks: [vk]   # last

          # the second
          - {on: 2026-11-21, by: 'Имярек # Г. Г.', how: x, found: nothing}
        note: конец   # of the tenure
"""
)
REMOVED = [
    (("searches", 0), ["on: 2026-11-20", "by: Имярек Г. Г.\n", "how: >-", "не примечание", "found: nothing\n", "[vk]"]),
    (("searches", 1), ["on: 2026-11-21", "by: 'Имярек # Г. Г.', how: x"]),
    (("searches", 1, "how"), ["how: x"]),
    (("searches", 0, "networks"), ["networks: [vk]"]),
    (("searches",), ["searches:", "2026-11-20", "2026-11-21"]),
    (("note",), ["конец"]),
]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(("path", "gone"), REMOVED)
def test_what_is_removed_leaves_every_comment_and_other_line(
    path: tuple[Any, ...], gone: list[str], newline: str
) -> None:
    """In block style and in brackets; the comments inside what goes stay on lines of their own."""
    text = REMARKED.replace("\n", newline)
    before = parse_yaml(text, "", ModelReader())["offices"][0]["tenures"][0]
    draft = Draft(RegistryFile(Path("o.yaml"), NOW), Path("o.yaml"), text.encode(), 0)
    draft.remove(("tenures", 0, *path))
    after = parse_yaml(draft.text, "", ModelReader())["offices"][0]["tenures"][0]
    del reduce(getitem, path[:-1], before)[path[-1]]
    assert after == before
    assert [part for part in gone if part.replace("\n", newline) in draft.text] == []
    remarks = ["# a day", "# the result", "# last", "# the second", "# of the tenure"]
    assert [remark for remark in remarks if remark not in draft.text] == []
    assert draft.text.count("\n") == draft.text.count(newline)


def test_the_last_item_takes_its_list_along_and_a_comment_in_brackets_is_kept() -> None:
    """What would lose a comment is refused with its line."""
    draft = Draft(RegistryFile(Path("o.yaml"), NOW), Path("o.yaml"), OWNED.encode(), 0)
    draft.remove(("tenures", 0, "accounts", 0))
    assert draft.text == OWNED.replace(
        "        accounts:\n          - url: t.me/odin\n            kind: personal\n", ""
    )
    text = HELD + "        searches: [ {on: 2026-11-20, by: Г}, # remark\n {on: 2026-11-21, by: Г}]\n"
    draft = Draft(RegistryFile(Path("o.yaml"), NOW), Path("o.yaml"), text.encode(), 0)
    with pytest.raises(
        UsageError, match=r"^o.yaml:\d+: written in a way that cannot be taken out here; remove it by hand"
    ):
        draft.remove(("tenures", 0, "searches", 0))
    assert draft.text == text


PASTE = (
    "written in a way that cannot be added to here; paste this into the entry and check it with "
    "`auditor registry check`:\n"
)


REFUSED = [
    (HELD + "        accounts: [ # none\n ]", 0, PAGE, f":9: {PASTE}accounts:\n  - url: t.me/novaya\n"),
    (HEAD + OFFICE + "    tenures: [{name: А, sources: [x], searches}]", 0, searched, f":8: {PASTE}"),
    (HELD, 0, lambda draft: draft.set((), "id", "no id"),
     ": the edit would be a mistake: id: 'no id' is not of at most 64"),
    (HELD + "        until: 2022\n        since: 2020", 0, lambda draft: draft.set(("tenures", 0), "since", 2023),
     ": the edit would be a mistake: until 2022 is before since 2023; mend the one that is wrong"),
    (OWNED, 1, ODIN, ": the edit would be a mistake: https://t.me/odin of Имярек Б. Б. is also on line 12, as"),
    (LISTED.replace("odin\n", "new\n").replace("odin_new", "odin"), 0, ODIN,
     ": the edit would be a mistake: https://t.me/odin of Имярек Б. Б. is also on line 14, as that of"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "number", "change", "problem"), REFUSED)
def test_an_edit_that_would_be_a_mistake_is_refused(text: str, number: int, change: Change, problem: str) -> None:
    """With the lines to paste, or by the lines of the file as it would be."""
    with pytest.raises(UsageError) as refused:
        edited(text, change, number=number)
    assert str(refused.value).removeprefix("officials.yaml")[: len(problem)] == problem


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A registry that includes another file with the office «other»."""
    path = tmp_path / "officials.yaml"
    path.write_text(HELD.replace("offices:", "include: [more/rest.yaml]\noffices:"), encoding="utf-8")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "rest.yaml").write_text("offices:\n" + OTHER, encoding="utf-8")
    return path


def planned(path: Path, number: int = 0) -> FileEdit:
    """Plan to write a search."""
    file = RegistryFile(path, NOW)
    registry = file.registry()
    draft = file.draft_of(registry, registry.offices[number])
    searched(draft)
    return draft.change(Text("done"))


def test_a_plan_is_shown_as_a_diff_written_whole_and_taken_back(file: Path) -> None:
    """The file keeps its mode, and nothing is left beside it."""
    file.chmod(0o640)
    old, plan = file.read_bytes(), planned(file)
    assert [line for line in plan.diff if line[0] in "+-"] == [
        *(f"--- {file}", f"+++ {file}", "+        searches:", "+          - on: 2026-11-25"),
        *("+            by: Имярек Г. Г.", "+            how: по имени", "+            found: nothing"),
    ]
    plan.write()
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (plan.new, 0o640)
    assert {path.name for path in file.parent.iterdir()} == {"more", "officials.yaml"}
    assert load_registry(file).offices[0].tenures[0].searches == [RECORDED]
    plan.undo()
    assert file.read_bytes() == old
    link = file.parent / "link.yaml"
    link.symlink_to(file.name)
    planned(link).write()
    assert file.read_bytes() == plan.new
    assert link.is_symlink()


def test_a_draft_takes_change_after_change(file: Path) -> None:
    """A later change may be of what an earlier one added; nothing is written before all are made."""
    old, registry = file.read_bytes(), RegistryFile(file, NOW).registry()
    draft = RegistryFile(file, NOW).draft_of(registry, registry.offices[0])
    draft.set(("tenures", 0), "until", "2026-10")
    draft.add((), "tenures", {"name": "Имярек В. В.", "since": date(2026, 11, 2), "sources": ["x"]})
    draft.set(("tenures", 1), "acting", True)
    draft.add(("tenures", 1), "accounts", {"url": "t.me/imyarek_v", "kind": "personal"})
    assert file.read_bytes() == old
    draft.change(Text("done")).write()
    former, present = load_registry(file).offices[0].tenures
    assert str(former.until) == "2026-10"
    assert (present.name, present.acting, str(present.since)) == ("Имярек В. В.", True, "2026-11-02")
    assert [str(page.url) for page in present.accounts] == ["https://t.me/imyarek_v"]


def test_a_decision_goes_into_the_file_that_has_the_office(file: Path) -> None:
    """The registry includes it; the whole is checked."""
    main, plan = file.read_bytes(), planned(file, 1)
    assert plan.path == file.parent / "more" / "rest.yaml"
    plan.write()
    assert file.read_bytes() == main
    assert [len(office.tenures[0].searches) for office in load_registry(file).offices] == [0, 1]


def test_a_registry_that_was_changed_or_went_in_the_meantime_is_not_overwritten(file: Path) -> None:
    """Somebody else's edit is worth as much."""
    plan = planned(file)
    other = file.read_text(encoding="utf-8") + "# another hand\n"
    file.write_text(other, encoding="utf-8")
    with pytest.raises(UsageError, match=r"was changed by somebody else in the meantime; run the command again$"):
        plan.write()
    assert file.read_text(encoding="utf-8") == other
    registry = load_registry(file)
    file.write_text(SMALLEST.replace("id: first", "id: another"), encoding="utf-8")
    with pytest.raises(UsageError, match="the office first is not in it any more; run the command again"):
        RegistryFile(file, NOW).draft_of(registry.model_copy(update={"include": []}), registry.offices[0])
    file.unlink()
    with pytest.raises(UsageError, match=r"\(there is no such file or folder\); nothing was changed$"):
        plan.write()
    with pytest.raises(UsageError, match="cannot be read as text any more; check it"):
        RegistryFile(file, NOW).registry()


def test_what_would_not_load_never_replaces_the_registry(file: Path) -> None:
    """An edit is loaded back with the other files as they are when it is written, and by the day of the machine."""
    plan, old = planned(file), file.read_bytes()
    rest = file.parent / "more" / "rest.yaml"
    rest.write_text(rest.read_text(encoding="utf-8").replace("id: other", "id: first"), encoding="utf-8")
    with pytest.raises(
        UsageError, match="the edit would be a mistake: id first stands twice, first on line 5; give each its own"
    ):
        plan.write()
    assert (file.read_bytes(), sorted(path.name for path in file.parent.iterdir())) == (old, ["more", "officials.yaml"])


def test_a_source_of_a_day_to_come_is_refused_before_it_is_written(file: Path) -> None:
    """Whoever loads the registry next would refuse it."""
    registry = RegistryFile(file, NOW).registry()
    draft = RegistryFile(file, NOW).draft_of(registry, registry.offices[0])
    draft.set(("tenures", 0), "known_as_of", date(2099, 12, 1))
    with pytest.raises(UsageError, match="the edit would be a mistake: known_as_of 2099-12-01 is after today"):
        draft.change(Text("done"))


def test_what_a_killed_process_left_beside_the_registry_goes_with_the_next_write(file: Path) -> None:
    """It is no registry, is never read, and does no harm until then."""
    scrap = file.parent / "officials.yaml.abcd1234.part.yaml"
    scrap.write_text("offices: [", encoding="utf-8")
    planned(file).write()
    assert not scrap.exists()
