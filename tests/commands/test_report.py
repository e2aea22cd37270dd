"""`auditor report`: the folder is published from the archive alone; the same inputs give the same bytes."""

import json
from pathlib import Path

from tests.commands.typed import typed


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_report_rendered_again_does_not_differ_by_a_byte(after: Path, as_of: tuple[str, str]) -> None:
    """Into another folder or over the first; the last line is the page, for scripts; the exit code is the week's."""
    done = [typed("report", *as_of, "--out", folder, cwd=after) for folder in ("one", "one", "two")]
    week = json.loads((after / "one" / "published.json").read_text(encoding="utf-8"))["made"]["week"]
    assert {(one.code, one.err) for one in done} == {(1, "")}
    assert [one.out.splitlines()[-1] for one in done] == [f"{at}/{week}/index.html" for at in ("one", "one", "two")]
    assert files(after / "one") == files(after / "two")
    assert typed("report", "-q", *as_of, "--out", "two", cwd=after).out == ""


def test_a_published_week_that_the_archive_lost_is_taken_away_by_name_alone(
    after: Path, as_of: tuple[str, str]
) -> None:
    """Without its name nothing is changed and the exit code is 4."""
    before = files(after / "reports")
    (after / "data").rename(after / "elsewhere")
    refused = typed("report", *as_of, cwd=after)
    week = refused.err.split()[-1]
    assert (refused.code, refused.out, len(refused.err.splitlines())) == (4, "", 1)
    assert f"--drop-week {week}" in refused.err
    assert files(after / "reports") == before
    done = typed("report", *as_of, "--drop-week", week.lower(), cwd=after)
    assert done.code in {0, 1, 3}, done.err
    assert typed("report", *as_of, "--drop-week", "soon", cwd=after).code == 2
