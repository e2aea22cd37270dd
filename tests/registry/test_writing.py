"""Decisions written into the file that has the office: nothing else of it changes, whatever it looks like."""

import stat
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from auditor.base.errors import UsageError
from auditor.base.text import Text
from auditor.registry import load_registry, parse_registry
from auditor.registry.models import Search
from auditor.registry.writing import Change, Draft, Plan, RegistryFile
from tests.registry.helpers import HEAD, OFFICE, SMALLEST

NOW = datetime(2026, 11, 25, tzinfo=UTC)
SEARCH = {"on": date(2026, 11, 25), "by": "Имярек Г. Г.", "how": "по имени", "found": "nothing"}
RECORDED = Search.model_validate(SEARCH)
SEARCHED = Change(("tenures", 0), "searches", SEARCH, add=True)
HELD = HEAD + OFFICE + "    tenures:\n      - sources: [x]\n        name: Имярек А. А.\n"


def edited(text: str, *changes: Change, number: int = 0) -> str:
    """Edit a registry that no file holds."""
    path = Path("officials.yaml")
    return Draft(RegistryFile(path, NOW), path, text.encode(), number).edited(changes).decode()


def account(url: str, *decided: str) -> dict[str, Any]:
    """Return an account's entry, decided about or a lead."""
    return {"url": url, "kind": "personal"} | {key: {"on": "2024-01-02", "how": "по сайту"} for key in decided}


@st.composite
def registries(draw: Any) -> tuple[Any, str]:
    """Draw a registry of up to three offices, and its text as people and programs write it."""
    offices: list[dict[str, Any]] = []
    for place in range(draw(st.integers(1, 3))):
        decided = draw(st.lists(st.sampled_from([(), ("confirmed",), ("rejected",)]), max_size=2))
        pages = [account(f"https://t.me/page_{place}{n}", *keys) for n, keys in enumerate(decided)]
        searches = draw(st.sampled_from([None, [], [SEARCH | {"on": "2024-02-03"}]]))
        listed = {"accounts": pages, "searches": searches, "note": "а: б"}
        tenure = {"name": f"Имярек А. {place}.", "sources": ["x"], **listed}
        kept = {key: value for key, value in tenure.items() if key in {"name", "sources"} or draw(st.booleans())}
        office = {"id": f"rayon-{place}", "municipality": "Район", "title": "глава", "group": "municipal_head"}
        offices.append(office | {"tenures": [dict(draw(st.permutations(list(kept.items()))))]})
    data = yaml.safe_load(HEAD.replace("offices:", "")) | {"offices": offices}
    flow = draw(st.sampled_from([False, None, True]))
    style: dict[str, Any] = {"default_flow_style": flow, "indent": draw(st.sampled_from([2, 4])), "sort_keys": False}
    text = yaml.safe_dump(data, allow_unicode=True, width=draw(st.sampled_from([60, 200])), **style)
    if flow is False:
        remarks = draw(st.lists(st.sampled_from(["", "  # remark: [{'", "\n\n      # remark"]), min_size=1, max_size=5))
        lines = enumerate(text.splitlines())
        text = "".join(f"{line}{remarks[n % len(remarks)]}\n" for n, line in lines)
    newline, end, mark = (draw(st.sampled_from(o)) for o in (["\n", "\r\n"], ["", "\n"], ["", "\ufeff"]))
    return data, mark + (text.rstrip("\n") + end).replace("\n", newline)


@given(registries(), st.data())
def test_any_edit_of_any_registry_adds_the_decision_and_changes_nothing_else(made: Any, choice: Any) -> None:
    """What loads is the edit; every line stays in its place but for what is in brackets, or empty and filled."""
    data, text = made
    number = choice.draw(st.integers(0, len(data["offices"]) - 1))
    tenure = data["offices"][number]["tenures"][0]
    change = SEARCHED
    if tenure.get("accounts") and choice.draw(st.booleans()):
        change = Change(("tenures", 0, "accounts", 0), "id", 5)
    elif choice.draw(st.booleans()):
        change = Change(("tenures", 0), "accounts", account("https://t.me/novaya", "confirmed"), add=True)
    new = edited(text, change, number=number)
    if change.add:
        tenure[change.key] = [*(tenure.get(change.key) or []), change.value]
    else:
        tenure["accounts"][0]["id"] = 5
    wanted = parse_registry(yaml.safe_dump(data, allow_unicode=True), "r")
    assert parse_registry(new, "r").offices == wanted.offices
    assert (new.endswith("\n"), new[0], "\r" in new) == (text.endswith("\n"), text[0], "\r" in text)
    rest = iter(new.splitlines())
    kept = (line for line in text.splitlines() if not (set("[]{}") & set(line) or line.endswith("null")))
    lost = [line for line in kept if line not in rest]
    assert lost == []


PAGE = Change(("tenures", 0), "accounts", account("t.me/novaya"), add=True)
PASTE = (
    "written in a way that cannot be added to here; paste this into the entry and check it with "
    "`auditor registry check`:\n"
)


@pytest.mark.parametrize(
    ("old", "new", "change", "told"),
    [
        ("А. А.", "А. А.\n        accounts: [ # none\n ]", PAGE, f"9: {PASTE}accounts:\n  - url: t.me/novaya\n"),
        ("- sources: [x]\n        name: Имярек А. А.", "- {name: А, sources: [x], searches}", SEARCHED, f"9: {PASTE}"),
        ("", "", Change((), "id", "no id"), "4: the edit would be a mistake: id: 'no id' is not of at most 64"),
        ("А. А.", "А. А.\n        until: 2022\n        since: 2020", Change(("tenures", 0), "since", 2023),
         "11: the edit would be a mistake: until 2022 is before since 2023; mend the one that is wrong"),
    ],
)  # fmt: skip
def test_an_edit_that_cannot_be_placed_or_would_be_a_mistake_is_refused(
    old: str, new: str, change: Change, told: str
) -> None:
    """With the lines to paste, or by the line of the file as it is: what is not written yet has none there."""
    with pytest.raises(UsageError) as refused:
        edited(HELD.replace(old, new, 1), change)
    assert str(refused.value).removeprefix("officials.yaml:")[: len(told)] == told


OTHER = OFFICE.replace("first", "other") + "    tenures:\n      - sources: [x]\n        name: Имярек Б. Б.\n"
OWNED = HELD + "        accounts:\n          - url: t.me/odin\n            kind: personal\n" + OTHER
LISTED = OWNED + "        accounts:\n          - url: t.me/odin_new\n            kind: personal\n"


@pytest.mark.parametrize(
    ("text", "number", "told"),
    [
        (OWNED, 1, ": the edit would be a mistake: https://t.me/odin of Имярек Б. Б. is also on line 12, as that of"),
        (LISTED.replace("odin\n", "new\n").replace("odin_new", "odin"), 0,
         ":22: the edit would be a mistake: https://t.me/odin of Имярек Б. Б. is also on the new lines, as that of"),
    ],
)  # fmt: skip
def test_a_mistake_names_the_lines_of_the_file_as_it_is(text: str, number: int, told: str) -> None:
    """Those behind the edit too; the new lines have no number yet."""
    change = Change(("tenures", 0), "accounts", account("t.me/odin"), add=True)
    with pytest.raises(UsageError) as refused:
        edited(text, change, number=number)
    assert str(refused.value).removeprefix("officials.yaml")[: len(told)] == told


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A registry that includes another file with the office «other»."""
    path = tmp_path / "officials.yaml"
    path.write_text(HELD.replace("offices:", "include: [more/rest.yaml]\noffices:"), encoding="utf-8")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "rest.yaml").write_text("offices:\n" + OTHER, encoding="utf-8")
    return path


def planned(path: Path, number: int = 0) -> Plan:
    """Plan to write a search."""
    file = RegistryFile(path, NOW)
    registry = file.registry()
    draft = file.draft_of(registry, registry.offices[number])
    return Plan(draft.path, draft.raw, draft.edited([SEARCHED]), Text("done"))


def test_a_plan_is_shown_as_a_diff_written_whole_and_taken_back(file: Path) -> None:
    """The file keeps its mode, and nothing is left beside it."""
    file.chmod(0o640)
    before, plan = file.read_bytes(), planned(file)
    assert [line for line in plan.diff if line[0] in "+-"] == [
        *(f"--- {file}", f"+++ {file}", "+        searches:", "+          - on: 2026-11-25"),
        *("+            by: Имярек Г. Г.", "+            how: по имени", "+            found: nothing"),
    ]
    plan.write()
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (plan.new, 0o640)
    assert {path.name for path in file.parent.iterdir()} == {"more", "officials.yaml"}
    assert load_registry(file).offices[0].tenures[0].searches == [RECORDED]
    plan.undo()
    assert file.read_bytes() == before


def test_a_decision_goes_into_the_file_that_has_the_office(file: Path) -> None:
    """The registry includes it; the whole is checked."""
    main, plan = file.read_bytes(), planned(file, 1)
    assert plan.path == file.parent / "more" / "rest.yaml"
    plan.write()
    assert file.read_bytes() == main
    assert [len(office.tenures[0].searches) for office in load_registry(file).offices] == [0, 1]
    change = Change(("tenures", 0), "accounts", account("t.me/odin"), add=True)
    file.write_text(main.decode() + "        accounts: [{url: t.me/odin, kind: personal}]\n", encoding="utf-8")
    registry = RegistryFile(file, NOW).registry()
    told = rf"^{plan.path}: the edit would be a mistake: .* is also on line 12, as that of Имярек А\. А\.; "
    with pytest.raises(UsageError, match=told):
        RegistryFile(file, NOW).draft_of(registry, registry.offices[1]).edited([change])


def test_a_link_to_the_registry_stays_a_link(file: Path) -> None:
    """What it points at is written."""
    link = file.parent / "link.yaml"
    link.symlink_to(file.name)
    plan = planned(link)
    plan.write()
    assert (link.is_symlink(), file.read_bytes()) == (True, plan.new)


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
