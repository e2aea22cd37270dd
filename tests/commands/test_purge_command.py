"""``auditor purge`` removes what is older than the settings allow, and says what."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.base.archive_lock import hold_lock
from auditor.base.errors import LockedError
from auditor.commands import cli
from auditor.commands.purge import render_purge, run_purge
from auditor.run.judge_week import show_week
from auditor.run.workspace import Workspace
from tests.archive_samples import BOOK, WEEK, edit, fill, flaws, moment, workspace_on


@pytest.fixture
def by(tmp_path: Path) -> Workspace:
    """Return a workspace on the archive of three weeks, 91 days after the first run."""
    return workspace_on(fill(tmp_path / "a"), moment(1) + timedelta(days=91))


def test_what_is_due_is_counted_removed_and_told(by: Workspace) -> None:
    """The dry run removes nothing and says so; then it goes, and a second time there is nothing."""
    dry = run_purge(by, dry_run=True)
    assert (flaws(by.data), dry.answers, dry.comments) == ([], 2, 3)
    due = "Older than 90 days (pages: 365): answers of networks 2, looks 0, rows of comments 3. Their checksums, dates"
    printed = render_purge(dry, by, dry_run=True)
    assert printed.splitlines() == [f"{due} and sums stay.", "A dry run: nothing was removed."]
    done = run_purge(by)
    assert (done, flaws(by.data)) == (dry, [])
    assert render_purge(done, by, dry_run=False).endswith("\nRemoved, and written into the chain of checksums.")
    assert render_purge(run_purge(by), by, dry_run=False) == "Nothing is older than the settings allow."


def test_nothing_is_removed_under_a_run_or_a_search_nor_made_to_be_purged(by: Workspace, tmp_path: Path) -> None:
    """A dry run waits for nobody; without an archive there is nothing to do."""
    for place in (by.data, by.data / "search"):
        with hold_lock(place), pytest.raises(LockedError):
            run_purge(by)
    assert run_purge(by, dry_run=True)
    assert not run_purge(workspace_on(tmp_path / "none"))
    assert not (tmp_path / "none").exists()


def test_the_command_removes_what_is_due_and_says_so(by: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    """Unless a dry run is asked for, which comes first here."""
    by.registry_path.write_text(BOOK, encoding="utf-8")
    places = ["--data", by.data, "--registry", by.registry_path, "--lang", "en", "--as-of", by.clock().isoformat()]
    for options, end in ((["--dry-run"], "nothing was removed."), ([], "chain of checksums."), (["--quiet"], "")):
        assert cli.run([str(part) for part in ("purge", *options, *places)]) == 0
        assert capsys.readouterr().out.strip().endswith(end)
    assert flaws(by.data) == []


def of_comments(by: Workspace, at: datetime) -> list[tuple[object, ...]]:
    """What the first week says of answers to comments."""
    with Archive.read(by.data) as archive:
        audit = show_week(by, archive, WEEK, at)
    findings = [
        finding for office in audit.offices for finding in office.findings if finding.check == "comments_answered"
    ]
    return [(f.account, f.outcome, f.cause, f.values) for f in findings]


def test_after_a_purge_an_old_week_is_judged_with_the_figures_of_then(by: Workspace) -> None:
    """And without its stored audit the comments are unknown: nothing turns red that was not."""
    page, before = "https://t.me/perviy_rayon", of_comments(by, moment(1))
    assert [row[3]["questions"] for row in before if row[0] == page] == [1]
    run_purge(by)
    assert of_comments(by, by.clock()) == before
    edit(by.data, "DELETE FROM audits")
    (row,) = [row for row in of_comments(by, moment(1)) if row[0] == page]
    assert (row[1:3], row[3]["comments"]) == (("cantTell", "stale"), None)
