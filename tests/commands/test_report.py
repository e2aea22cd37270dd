"""`auditor report`: the folder is published from the archive alone; the same inputs give the same bytes."""

from pathlib import Path

from tests.commands.typed import typed


def files(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_report_is_made_again_from_the_archive_and_a_week_that_it_lost_is_dropped_by_name_alone(
    after: Path, as_of: tuple[str, str]
) -> None:
    """Not a byte differs; the last line is the page; the exit code is the week's, and 4 where nothing is changed."""
    (page,) = after.glob("reports/2*/index.html")
    line, week = ("report", *as_of, "--out"), page.parent.name
    done = [typed(*line, folder, cwd=after) for folder in ("one", "one", "two")]
    assert {(result.code, result.err) for result in done} == {(1, "")}
    assert [result.out.splitlines()[-1] for result in done] == [
        f"{at}/{week}/index.html" for at in ("one", "one", "two")
    ]
    assert files(after / "one") == files(after / "two")
    assert typed(*line, "two", "-q", cwd=after).out == ""
    (after / "data").rename(after / "elsewhere")
    refused = typed(*line, "two", cwd=after)
    assert (refused.code, refused.out, len(refused.err.splitlines())) == (4, "", 1)
    assert f"--drop-week {week}" in refused.err
    assert files(after / "one") == files(after / "two")
    assert typed(*line, "two", "--drop-week", "soon", cwd=after).code == 2
    assert typed(*line, "two", "--drop-week", week.lower(), cwd=after).code in {0, 1, 3}


def test_a_moment_before_a_published_week_is_refused_and_advises_to_drop_nothing(
    after: Path, as_of: tuple[str, str]
) -> None:
    """The week is in the archive and right: the one line says that it was audited later, whatever is to be dropped."""
    (page,) = after.glob("reports/2*/index.html")
    week, earlier = page.parent.name, ("--as-of", "2026-11-23T12:00:00+07:00")
    assert typed("report", *as_of, "--out", "whole", cwd=after).code == 1
    before = files(after / "whole")
    for drop in ((), ("--drop-week", week)):
        refused = typed("report", *earlier, "--out", "whole", "--lang", "en", *drop, cwd=after)
        assert (refused.code, refused.out, len(refused.err.splitlines())) == (4, "", 1)
        assert f"whole: shows {week}, audited later than " in refused.err
        assert "Leave --as-of out" in refused.err
        assert "--drop-week" not in refused.err
    assert files(after / "whole") == before
    assert typed("report", *earlier, "--out", "other", cwd=after).code in {0, 1, 3}
