"""The first rule over real sockets: whatever a network or the way to it does, nothing is red or green by it."""

from pathlib import Path

import pytest

from auditor.sandbox import Sandbox
from tests.fault_rows import ANY, SLOW, TELEGRAM_ONLY, VK_ONLY, Row, in_scripts, is_word_of_vk, table
from tests.fault_runs import Bench, line_of, page, stable, written

ROWS = table()
LONGEST = 12.0
"""Seconds of any run here, time limits being short."""
USED_UP = {"error 28", "error 29"}
"""A method used up in a script rests before the known page is asked, so no control fails."""


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench()


@pytest.fixture(scope="module")
def lines() -> dict[str, str]:
    return written()


def test_without_a_fault_everything_is_told(bench: Bench, tmp_path: Path) -> None:
    """So a row that loses something loses it by its fault."""
    for route in ("t.me", "VK"):
        seen = bench.run(Row(route, "none"), tmp_path / route)
        assert (seen.causes, seen.wrong, seen.exit) == ("", [], 1)
    together = bench.run(Row("VK", "none"), tmp_path / "execute", key=Sandbox.vk_user_token)
    assert (together.causes, together.wrong, together.exit, together.requests) == ("", [], 1, 3)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_fault_is_told_as_what_it_is(bench: Bench, lines: dict[str, str], row: Row, tmp_path: Path) -> None:
    """Cause, tries and exit are those that docs/faults.md prints; nothing is said that is not so in the world."""
    seen = bench.read_site(row) if row.route == "site" else bench.run(row, tmp_path)
    assert seen.wrong == []
    assert "Traceback" not in seen.told
    assert seen.seconds < LONGEST
    line = line_of(row, seen)
    assert stable(line) == lines.get("|".join(line.split("|")[1:4]), "not in docs/faults.md: write it anew")


@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if row.route == "VK" and row.where == "every answer" and not row.fault.startswith("JSON")]
    + [in_scripts(row) for row in ROWS if is_word_of_vk(row)],
    ids=lambda row: f"{row.name}, {'in scripts' if row.scripts else 'of scripts too'}",
)
def test_a_fault_has_the_same_cause_where_the_key_may_execute(
    bench: Bench, lines: dict[str, str], row: Row, tmp_path: Path
) -> None:
    """Whether it befalls the answer to a script or the calls in it: cause and exit are those of docs/faults.md."""
    seen = bench.run(row, tmp_path, key=Sandbox.vk_user_token)
    assert seen.wrong == []
    assert "Traceback" not in seen.told
    line = line_of(row, seen)
    told = untried(lines["|".join(line.split("|")[1:4])])
    if row.fault in USED_UP and told[0].strip() == "control_failed":
        told[0] = untried(lines["|".join([*line.split("|")[1:3], " every answer "])])[0]
    assert untried(line) == told


def untried(line: str) -> list[str]:
    """Return the cause and the exit of a line: how often a script was sent is no number of the table's."""
    cells = line.split("|")
    return [cells[4], cells[6]]


def test_the_table_has_a_line_for_each_fault_and_no_other(lines: dict[str, str]) -> None:
    """A fault that is no longer played is not promised either."""
    assert len(lines) == len(ROWS) == len({row.name for row in ROWS})
    assert page([]).splitlines()[0] == "# Faults"


MALFORMED = (
    "a word in place of JSON",
    "JSON: a list",
    "JSON: response null",
    "JSON: response a string",
    "JSON: count and items of other kinds",
    "JSON: error a string",
    "JSON: an unknown error code",
    "JSON: error and response at once",
    "JSON: nested 900 deep",
    "JSON: huge integers",
    "JSON: numbers as strings of letters",
    "JSON: words in place of objects",
    "JSON: the same key twice",
    "JSON: no id",
    "JSON: no date",
    "JSON: no items",
)
"""One of each kind of answer that is no answer."""
PLACES = {
    "t.me": (["landings", "previews", "discussions"], TELEGRAM_ONLY),
    "VK": (["names", "wall.get", "wall.getComments"], {fault: VK_ONLY[fault] for fault in MALFORMED}),
}
COMMON = ("reset", "404", "429, Retry-After: an hour", "a redirect to itself", "200, empty", "half of it, as if whole")


@pytest.mark.parametrize(
    ("route", "where", "fault"),
    [
        (route, where, fault)
        for route, (places, own) in PLACES.items()
        for where in places
        for fault in (*own, *COMMON)
        if fault not in SLOW
    ],
)
def test_a_fault_in_one_kind_of_answer_alone_turns_nothing_either(
    bench: Bench, route: str, where: str, fault: str, tmp_path: Path
) -> None:
    """With the controls seen as they must be, so that what came is believed: names, walls or comments go wrong."""
    seen = bench.run(Row(route, fault, (ANY | PLACES[route][1])[fault], where), tmp_path)
    assert seen.wrong == []
    assert "Traceback" not in seen.told


@pytest.mark.parametrize("where", ["wall.get", "wall.getComments"])
@pytest.mark.parametrize("fault", MALFORMED)
def test_a_fault_in_one_kind_of_call_of_a_script_turns_nothing_either(
    bench: Bench, where: str, fault: str, tmp_path: Path
) -> None:
    """The other calls of the same script are answered well."""
    seen = bench.run(in_scripts(Row("VK", fault, VK_ONLY[fault], where)), tmp_path, key=Sandbox.vk_user_token)
    assert seen.wrong == []
    assert "Traceback" not in seen.told


@pytest.mark.parametrize("after", [1, 4, 9])
@pytest.mark.parametrize("fault", COMMON)
@pytest.mark.parametrize("route", ["t.me", "VK"])
def test_a_fault_that_begins_in_mid_run_turns_nothing_either(
    bench: Bench, route: str, fault: str, after: int, tmp_path: Path
) -> None:
    """From the second, fifth, tenth request on."""
    seen = bench.run(Row(route, fault, ANY[fault]), tmp_path, after=after)
    assert seen.wrong == []


@pytest.mark.parametrize("route", ["t.me", "VK"])
@pytest.mark.parametrize("fault", ["reset", "403", "a block page with 200"])
def test_check_ends_as_weekly_does(bench: Bench, route: str, fault: str, tmp_path: Path) -> None:
    """One office that cannot be told about is exit 3 as well."""
    assert bench.run(Row(route, fault, ANY[fault]), tmp_path, command="check").exit == 3
