"""`auditor registry`: mistakes in officials.yaml and what is said to reports, counts, schemas."""

import json
import re
from pathlib import Path

import pytest

from auditor.registry.registry_schema import schema_text
from tests.command import Done
from tests.commands.heads import NOW
from tests.commands.typed import typed
from tests.registry.registry_texts import OFFICE, SMALLEST

STATEMENTS = "statements: [{office: first, week: 2026-W47, text: т, who: я, on: 2026-11-24, source: с}]\n"
CORRECTIONS = "corrections: [{number: 1, week: 2026-W46, text: т, on: 2026-11-18, source: с}]\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "officials.yaml").write_text(SMALLEST, encoding="utf-8")
    return tmp_path


def test_check_counts_what_is_on_record(place: Path) -> None:
    """Offices, holders, pages, what is said to reports, and offices of which something is missing; `-q` is silent."""
    duma = OFFICE.replace("first", "duma").replace("municipal_head", "city_duma")
    page = "    accounts: [{url: vk.com/rayon, kind: institution}]\n"
    (place / "officials.yaml").write_text(SMALLEST + duma + page, encoding="utf-8")
    (place / "statements.yaml").write_text(STATEMENTS, encoding="utf-8")
    (place / "corrections.yaml").write_text(CORRECTIONS, encoding="utf-8")
    done = typed("registry", "check", *NOW, cwd=place)
    assert (done.code, done.err) == (0, "")
    assert " ".join(done.out.split()) == (
        "officials.yaml: no mistakes. Offices: 2, bound by the directive: 1. Tenures: 1. "
        "Accounts: 1, waiting for confirmation: 1. Statements of officials: 1, corrections: 1. "
        "Offices of which something is missing or too old, see `auditor next`: 2."
    )
    assert typed("registry", "check", *NOW, "-q", cwd=place) == Done(0, "", "")


def test_offices_are_listed_a_line_each(place: Path) -> None:
    """The bound ones first: id, place, title, holder or that none is on record, pages, and how much is missing."""
    duma = OFFICE.replace("first", "duma").replace("municipal_head", "city_duma")
    rest = (
        duma,
        OFFICE.replace("first", "second").replace("Первый", "Второй"),
        OFFICE.replace("first", "empty") + "    vacancies: [{since: 2026-11, source: x}]\n",
        OFFICE.replace("first", "body").replace("municipal_head", "institution"),
        OFFICE.replace("first", "former") + "    abolished: 2025-10-07\n",
    )
    (place / "officials.yaml").write_text(SMALLEST + "".join(rest), encoding="utf-8")
    done = typed("registry", "list", *NOW, cwd=place)
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["first", "second", "empty", "former", "duma", "body"]
    assert re.fullmatch(
        r"first: Первый район, глава Первого района — Имярек .+; confirmed pages on record: 0; missing or too old: 3",
        lines[0],
    )
    assert lines[1] == "second: Второй район, глава — who holds it is not known; missing or too old: 2"
    assert lines[2] == "empty: Первый район, глава — the office is vacant; missing or too old: 1"
    assert lines[3] == "former: Первый район, глава — the office is abolished"
    assert lines[5] == "body: Первый район, глава"
    assert typed("registry", "list", "second", *NOW, cwd=place).out.splitlines() == [lines[1]]
    assert typed("registry", "list", "nowhere", *NOW, cwd=place).code == 2


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("officials.yaml", SMALLEST.replace("id: first", "id: no id"), "officials.yaml:10: id: 'no id' is not of at m"),
        ("officials.yaml", SMALLEST + "include: [a.yaml]\n", "officials.yaml:20: include: a.yaml: there is no such fi"),
        ("statements.yaml", STATEMENTS.replace("first", "second"), "statements.yaml:1: there is no office 'second'; "),
        ("corrections.yaml", CORRECTIONS.replace("1,", "x,"), "corrections.yaml:1: number cannot be 'x'; write a whol"),
    ],
)
def test_a_mistake_is_a_line_and_exit_2(place: Path, name: str, text: str, message: str) -> None:
    """Named by file and line, in whichever of the files it is."""
    (place / name).write_text(text, encoding="utf-8")
    done = typed("registry", "check", *NOW, cwd=place)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert done.err.startswith(message)


def test_each_file_has_a_schema(place: Path) -> None:
    """As JSON alone; without a name it is the registry's, and one line names those that there are."""
    names = ("registry", "included", "statements", "corrections", "audit")
    results = [typed("registry", "schema", name, *NOW, cwd=place) for name in names]
    assert {(result.code, result.err) for result in results} == {(0, "")}
    own = ("directive", "groups", "statements", "withdrawn", "schema")
    for key, result in zip(own, results, strict=True):
        assert key in json.loads(result.out)["properties"]
    assert results[0].out == typed("registry", "schema", *NOW, cwd=place).out == schema_text()
    message = f"auditor: there is no schema 'x'; choose one of {', '.join(names)}\n"
    assert typed("registry", "schema", "x", *NOW, cwd=place) == Done(2, "", message)


def test_a_source_of_a_day_to_come_is_a_mistake_and_an_older_moment_leaves_it_aside(place: Path) -> None:
    """`registry check` names its line; what lies between the moment that is asked for and today is no mistake."""
    text = SMALLEST.replace("since: 2021-12", "since: 2021-12\n        known_as_of: %s")
    (place / "officials.yaml").write_text(text % "2062-11-02", encoding="utf-8")
    for moment in ((), NOW):
        done = typed("registry", "check", *moment, "--lang", "en", cwd=place)
        assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
        assert done.err.startswith("officials.yaml:17: known_as_of 2 Nov 2062 is after today, ")
    (place / "officials.yaml").write_text(text % "2026-11-26", encoding="utf-8")
    assert typed("registry", "check", *NOW, cwd=place).code == 0


def test_a_remark_names_what_the_policys_numbers_never_let_be_red(place: Path) -> None:
    """It is no mistake."""
    policy = "policy: {reply_within_hours: {value: 720}}\noffices:"
    (place / "officials.yaml").write_text(SMALLEST.replace("offices:", policy), encoding="utf-8")
    done = typed("registry", "check", *NOW, cwd=place)
    assert done.code == 0
    assert "Remark: unanswered questions of a week's end can never be a red" in done.out


def test_a_remark_names_where_a_statement_may_name_a_resident(place: Path) -> None:
    """By file and line, never by what is written there; it is no mistake."""
    folded = "statements:\n- office: first\n  week: 2026-W47\n  on: 2026-11-24\n  source: с\n  who: я\n  text: >\n"
    (place / "statements.yaml").write_text(folded + "    Звонила +7 (000)\n    000-00-01.\n", encoding="utf-8")
    corrections = CORRECTIONS.replace("text: т", "text: ответ дан vk.com/id1 на imyarek@example.invalid")
    (place / "corrections.yaml").write_text(corrections, encoding="utf-8")
    done = typed("registry", "check", *NOW, cwd=place)
    end = "which is published as it stands; take it out if it is a resident's"
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[-3:] == [
        f"Remark: corrections.yaml:1: an e-mail address in text, {end}",
        f"Remark: corrections.yaml:1: a link to a person's page on VK in text, {end}",
        f"Remark: statements.yaml:7: a telephone number in text, {end}",
    ]
