"""`auditor report`: the folder is published from the archive alone; the same inputs give the same bytes."""

import json
import shutil
from pathlib import Path

from tests.commands.typed import typed
from tests.conftest import ROOT

BOOK = ROOT / "tests" / "data" / "officials.yaml"


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


def test_a_registry_alone_judges_the_first_week_after_the_deadline(tmp_path: Path) -> None:
    """Empty archive, no network: only what press reports and exemptions on record show. No archive is made."""
    shutil.copy(BOOK, tmp_path / "officials.yaml")
    done = typed("report", "--week", "2022-W22", "--as-of", "2022-06-07T12:00+07:00", cwd=tmp_path)
    assert done.code == 3, done.err
    assert not (tmp_path / "data").exists()
    audit = json.loads((tmp_path / "reports" / "2022-W22" / "audit.json").read_text(encoding="utf-8"))
    offices = {office["id"]: office for office in audit["offices"] if office["bound"]}
    assert {name for name, office in offices.items() if office["verdict"] == "passed"} == {
        *("strezhevoy", "seversk", "verkhneketsky", "kolpashevsky"),
    }
    assert "failed" not in {office["verdict"] for office in offices.values()}
    assert offices["tomsk-city"]["exemption"]["source"].startswith("https://expert-club.online/")
