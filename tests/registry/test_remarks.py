"""What is said to reports, in statements.yaml and corrections.yaml: read, or each mistake told at its line."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from auditor.base.errors import RegistryError, UsageError
from auditor.registry.model_reader import ModelReader
from auditor.registry.remarks import Remarks, load_remarks, locate_remarks, personal_data_in, remarks_schemas
from auditor.registry.yaml_tree import parse_yaml

STATEMENTS = """\
statements:
  - office: rayon-1
    week: 2026-W47
    text: >
      Страница открыта в срок,
      подтверждение направлено.
    who: пресс-служба Первого района
    on: 2026-11-24
    source: письмо, вх. № 5 (https://example.invalid/letter).
"""
CORRECTIONS = """\
corrections:
  - {number: 1, week: 2026-W46, text: Было иначе., on: 2026-11-18, source: проверка оператора}
  - {number: 3, week: 2026-W47, office: rayon-1, check: posts_per_week, text: И тут., on: 2026-11-24, source: письмо}
withdrawn:
  - {week: 2026-W45, on: 2026-11-20, reason: Реестр был неверен.}
"""
NAMES: dict[str, Any] = {"offices": ["rayon-1", "rayon-2"], "checks": ["posts_per_week", "comments_open"]}


def load(folder: Path, statements: str = "", corrections: str = "", **names: Any) -> Remarks:
    """Write the two files and load them."""
    (folder / "statements.yaml").write_bytes(statements.encode("utf-8", "surrogatepass"))
    (folder / "corrections.yaml").write_text(corrections, encoding="utf-8")
    return load_remarks(folder / "statements.yaml", folder / "corrections.yaml", **(NAMES | names))


def mistakes(folder: Path, statements: str = "", corrections: str = "", **names: Any) -> list[str]:
    """Return the lines that tell what is wrong, with the first letter of the file; none if nothing is."""
    try:
        load(folder, statements, corrections, **names)
    except RegistryError as error:
        return [f"{Path(p.file).name[0]}{str(p).removeprefix(p.file)}" for p in error.problems]
    return []


def test_what_is_said_is_read(tmp_path: Path) -> None:
    """Folded text is one paragraph, and a statement without `until` holds for 28 days."""
    remarks = load(tmp_path, STATEMENTS, CORRECTIONS)
    (statement,) = remarks.statements
    assert statement.text == "Страница открыта в срок, подтверждение направлено."
    assert (statement.week, statement.until, statement.last_day) == ("2026-W47", None, date(2026, 12, 22))
    corrections = [(correction.number, correction.office, correction.check) for correction in remarks.corrections]
    assert corrections == [(1, None, None), (3, "rayon-1", "posts_per_week")]
    assert [(withdrawal.week, withdrawal.on) for withdrawal in remarks.withdrawn] == [("2026-W45", date(2026, 11, 20))]
    for text in ("# nothing yet\n\n", "statements:\n"):
        assert load(tmp_path, text, text.replace("statements", "corrections")) == Remarks()
    assert load_remarks(None, None, offices=[], checks=[]) == Remarks()
    until = load(tmp_path, STATEMENTS.replace("    on:", "    until: 2026-11-24\n    on:")).statements[0]
    assert until.last_day == date(2026, 11, 24)


BAD_STATEMENTS = """\
statements:
  - {office: rayon-11, week: 2026-W60, text: т, who: "", on: 2026-11-31, source: "javascript:alert(1)"}
  - {office: rayon-2, week: 2026-W48, text: Т, who: я, on: 2026-11-22, until: 2026-11-28, source: "https://u:p@x.org"}
"""
BAD_CORRECTIONS = """\
corrections:
  - {number: 5, week: 2026-W47, text: т, on: 2026-11-24, source: с, check: posts_a_week}
  - {number: 5, week: 2026-W47, text: т, on: 2026-11-24, source: с, office: x}
  - {number: 4, week: 2026-W47, text: т, on: 2026-11-24, source: с}
  - {number: 0, week: 2026-W49, text: т, on: 2026-11-24, source: с}
withdrawn:
  - {week: 2026-W46, on: 2026-11-24, reason: т}
  - {week: 2026-W46, on: 2026-11-25, reason: т}
"""
PROBLEMS = """\
c:2: there is no check 'posts_a_week'; did you mean 'posts_per_week'?
c:3: number 5 stands twice, first on line 2; give each its own
c:3: there is no office 'x'; the registry lists them
c:4: number 4 follows number 5; let the numbers rise
c:5: number cannot be 0; write 1 or more
c:5: week 2026-W49 begins 2026-11-30, after 2026-11-24, on which this is said; mend the week or the day
c:8: week 2026-W46 stands twice, first on line 7; give each its own
s:2: on: '2026-11-31' is not a day; write it whole, like 2022-05-25
s:2: source: 'javascript:alert(1' is not an address of a page; write it whole, like https://example.org/page
s:2: there is no office 'rayon-11'; did you mean 'rayon-1'?
s:2: week: there is no week '2026-W60'; a year has weeks W01 to W52 or W53
s:2: who cannot be ''; write it out
s:3: source: the address holds a login; leave out what stands before the @
s:3: until 2026-11-28 is before 2026-11-29, so it would never be shown; write a later day, or take until: out
s:3: week 2026-W48 begins 2026-11-23, after 2026-11-22, on which this is said; mend the week or the day
"""


def test_every_mistake_of_both_files_is_told_at_once(tmp_path: Path) -> None:
    """In the order of files and lines; one mistake hides no other."""
    assert mistakes(tmp_path, BAD_STATEMENTS, BAD_CORRECTIONS) == PROBLEMS.splitlines()


MISTAKES = [
    ("    on:", "    until: 2026-11-23\n    on:", "s:8: until 2026-11-23 is before 2026-11-24, so it would never"),
    ("on: 2026-11-24", "on: 2026-11-16\n    until: 2026-11-22", ""),
    ("Страница открыта в срок,\n      подтверждение направлено.", "ы" * 1_000, ""),
    ("Страница открыта в срок,\n      подтверждение направлено.", "ы" * 1_001, "s:4: text cannot be 'ыыы"),
    ("пресс-служба Первого района", "п" * 300, ""),
    ("пресс-служба Первого района", "п" * 301, "s:7: who cannot be 'ппп"),
    ("пресс-служба", "пресс\u200bслужба", "s:7: who: there is a character that cannot be seen, U+200B; take it ou"),
    ("(https://example.invalid/letter)", "(см. т. 5:11)", ""),
]


@pytest.mark.parametrize(("old", "new", "problem"), MISTAKES)
def test_one_mistake_is_one_line(tmp_path: Path, old: str, new: str, problem: str) -> None:
    """At the key that it is about; what is printed in a report is short, visible and links to web pages alone."""
    assert old in STATEMENTS
    lines = mistakes(tmp_path, STATEMENTS.replace(old, new, 1))
    assert [line[: len(problem)] for line in lines] == [problem] * bool(problem)


def test_a_file_is_looked_for_beside_the_registry_or_where_a_setting_says(tmp_path: Path) -> None:
    """One that was asked for and is not there is an error: the report would hide a reply."""
    registry = tmp_path / "officials.yaml"
    assert locate_remarks(None, registry, "statements.yaml") is None
    beside, requested = tmp_path / "statements.yaml", tmp_path / "other.yaml"
    beside.touch()
    assert locate_remarks(None, registry, "statements.yaml") == beside
    with pytest.raises(UsageError, match=r"there is no file '.*other.yaml', which the settings name for statements"):
        locate_remarks(requested, registry, "statements.yaml")
    requested.touch()
    assert locate_remarks(requested, registry, "statements.yaml") == requested


@pytest.mark.parametrize(("name", "text"), [("statements", STATEMENTS), ("corrections", CORRECTIONS)])
def test_editors_have_a_schema_of_each_file(name: str, text: str) -> None:
    """It takes what the loader takes, explains every key, and refuses an unknown one."""
    schema = json.loads(remarks_schemas()[name])
    jsonschema.Draft202012Validator.check_schema(schema)
    data = parse_yaml(text, "x.yaml", ModelReader())
    jsonschema.Draft202012Validator(schema).validate(data)
    for model in (schema, *schema["$defs"].values()):
        assert all(key.get("description") for key in model["properties"].values())
    data[name][0]["said"] = 1
    assert not jsonschema.Draft202012Validator(schema).is_valid(data)


PERSONAL = [
    *("+7 000 000-00-01", "8(0000)00\N{EN DASH}00\N{EN DASH}01", "70000000001", "9000000001", "(000) 000 00 01"),
    *("тел. 00-00-01", "000-00-01", "имярек@example.invalid", "https://vk.com/id1?w=wall1_2", "[id1|Имярек]"),
    *("m.vk.ru/ID1", "@id1"),
]
HARMLESS = [
    *("вх. № 5 от 24.11.2026", "2026-11-24", "132-р", "1 530 дней с 14.09.2022", "https://vk.com/wall-1000000000_2"),
    *("https://example.invalid/9000000001?id=80000000001", "t.me/rayon01_glava", "vk.com/ideal", "исх. 01-05-1234"),
]


@pytest.mark.parametrize("text", [*PERSONAL, *HARMLESS])
def test_what_may_be_a_residents_is_warned_of(tmp_path: Path, text: str) -> None:
    """Telephone numbers, e-mail addresses and persons' pages on VK, in each text; dates, letters and posts are not."""
    load(tmp_path, STATEMENTS.replace("подтверждение направлено.", f"«{text}»"))
    warned = personal_data_in(tmp_path / "statements.yaml", None)
    assert [warning.line for warning in warned] == [4] * (text in PERSONAL)
    assert all(text not in str(warning) for warning in warned)
