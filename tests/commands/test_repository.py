"""`auditor start --ci github` writes a repository; its workflows are plain, and GitHub can read them."""

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from auditor.base.settings import load_settings
from auditor.commands import repository
from auditor.commands.release import Release
from auditor.registry import load_registry
from tests.command import Done
from tests.commands.typed import Person, typed
from tests.conftest import ROOT

SOURCE = "git+https://example.invalid/auditor.git@0123456789abcdef"
WORKFLOWS = ("weekly", "registry")


def start(folder: Path, *answers: str | None, options: tuple[str, ...] = ()) -> Done:
    lines = iter([str(folder), *answers, None])
    return typed("start", "--ci", "github", *options, cwd=folder.parent, answers=Person(lambda: next(lines)))


@pytest.fixture
def made(tmp_path: Path) -> Path:
    folder = tmp_path / "page"
    assert start(folder, "otchet@example.invalid", "News/Page", SOURCE).code == 0
    return folder


def test_four_answers_make_a_repository(made: Path) -> None:
    """Each file is there and can be read; the program has a commit, its libraries have checksums."""
    settings = load_settings({}, made)
    assert (settings.contact, settings.report_url) == ("otchet@example.invalid", "https://news.github.io/Page")
    assert load_registry(made / "officials.yaml").offices == load_registry(ROOT / "officials.yaml").offices
    assert (made / "requirements.txt").read_text(encoding="utf-8") == f"auditor @ {SOURCE}\n"
    assert "pyrage==" in (made / "requirements.lock").read_text(encoding="utf-8")
    assert typed("registry", "check", cwd=made).code == 0
    assert "Первый запуск" in (made / "README.md").read_text(encoding="utf-8")


def test_another_region_gets_a_repository_with_a_registry_of_its_own(tmp_path: Path) -> None:
    """`--blank` asks about region and directive first; the sheet for new offices never gets into the repository."""
    region = ("Вымышленная область", "МСК+4", "")
    done = start(tmp_path / "page", *region, "otchet@example.invalid", "", SOURCE, options=("--blank",))
    registry = load_registry(tmp_path / "page/officials.yaml")
    assert done.code == 0, done.err
    assert (registry.region.name, registry.timezone, registry.directive) == (
        "Вымышленная область",
        "Asia/Krasnoyarsk",
        None,
    )
    assert "registry fill --new" in done.out
    assert (tmp_path / "page/answers.xlsx").exists()
    assert "*.xlsx\n" in (tmp_path / "page/.gitignore").read_text(encoding="utf-8")
    workflow = (tmp_path / "page/.github/workflows/weekly.yml").read_text(encoding="utf-8")
    assert '"17 2 * * 2"' in workflow, "nine in the morning there"
    assert "омск" not in "".join(path.read_text("utf-8") for path in (tmp_path / "page").glob("*.yaml"))


def test_the_key_lies_beside_the_repository_and_its_owner_alone_can_read_it(made: Path, tmp_path: Path) -> None:
    """Who puts the whole folder on GitHub does not publish it. A second start makes no other key."""
    key_path = tmp_path / "page-archive-key.txt"
    key = key_path.read_text(encoding="utf-8")
    assert key.startswith("AGE-SECRET-KEY-1")
    assert key_path.stat().st_mode & 0o777 == 0o600
    assert not [path for path in made.rglob("*") if path.is_file() and key.strip() in path.read_text(encoding="utf-8")]
    (made / "auditor.toml").unlink()
    assert start(made, "", "", SOURCE).code == 0
    assert key_path.read_text(encoding="utf-8") == key


def test_what_is_there_stays(tmp_path: Path) -> None:
    """A registry of the newsroom's own; a folder that is set up is not taken."""
    folder = tmp_path / "page"
    folder.mkdir()
    own = (ROOT / "officials.yaml").read_text(encoding="utf-8") + "# ours\n"
    (folder / "officials.yaml").write_text(own, encoding="utf-8")
    assert start(folder, "", "", SOURCE).code == 0
    assert (folder / "officials.yaml").read_text(encoding="utf-8") == own
    assert start(folder, str(tmp_path / "other"), "", "", SOURCE).code == 0
    assert (tmp_path / "other/auditor.toml").exists()


def test_an_answer_that_does_not_fit_is_asked_for_again(tmp_path: Path) -> None:
    """A contact with a key in it, a name that is none, a program without a version."""
    answers = [
        "https://token:abc@example.invalid",
        "",
        "наша страница",
        "",
        "git+https://example.invalid/auditor",
        "auditor==1.1.0",
    ]
    assert start(tmp_path / "page", *answers).code == 0
    assert (tmp_path / "page/requirements.txt").read_text(encoding="utf-8") == "auditor==1.1.0\n"


def test_nothing_is_written_before_the_last_answer(tmp_path: Path) -> None:
    """The end of input is one line and exit 2; so is another host."""
    done = start(tmp_path / "page", "otchet@example.invalid")
    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert typed("start", "--ci", "gitlab", cwd=tmp_path).code == 2
    assert list(tmp_path.iterdir()) == []


def test_where_the_program_came_from_is_an_address_with_a_commit() -> None:
    """What only this machine has is none."""
    own = repository.ProgramSource
    assert str(own("git@example.invalid:news/auditor.git", "abc")) == "git+https://example.invalid/news/auditor.git@abc"
    assert [
        str(own(url, commit)) for url, commit in (("/srv/auditor", "abc"), ("https://example.invalid/a.git", ""))
    ] == ["", ""]


@pytest.mark.parametrize("zone", ["Asia/Tomsk", "Europe/Kaliningrad", "Asia/Kamchatka", "America/New_York"])
def test_the_job_runs_on_tuesday_morning_of_the_registry(zone: str) -> None:
    """GitHub reads its schedule in UTC, in which it may be Monday yet."""
    minute, hour, day = (int(part) for part in repository._cron(zone).replace("* *", "").split())
    at = datetime(2026, 11, 22 + day, hour, minute, tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(zone))
    assert (at.isoweekday(), at.minute) == (2, 17)
    assert at.hour in {8, 9, 10}  # by the summer time of now


@pytest.mark.parametrize("name", WORKFLOWS)
def test_no_input_reaches_a_shell_and_no_secret_a_step_that_needs_none(made: Path, name: str) -> None:
    """What somebody typed comes by the environment alone; the key goes to steps of `auditor ci` alone."""
    jobs = yaml.safe_load((made / f".github/workflows/{name}.yml").read_text(encoding="utf-8"))["jobs"].values()
    steps = [step for job in jobs for step in job["steps"]]
    assert [step for step in steps if "${{" in step.get("run", "")] == []
    keyed = [step["run"] for step in steps if "AUDITOR_ARCHIVE_KEY" in step.get("env", {})]
    assert all(re.fullmatch(r'auditor ci \w+ "\$ARCHIVE"( \$\{FIRST:\+--first\})?', line) for line in keyed)
    assert not [job for job in jobs if "secrets." in str(job.get("env"))]


@pytest.mark.parametrize("key", ["", "AGE-SECRET-KEY-1BROKEN"])
def test_without_its_key_the_archive_is_neither_taken_nor_kept(place: Path, key: str) -> None:
    """One line and exit 2, before anything is asked of GitHub; the key is not repeated."""
    for command in ("begin", "take", "keep"):
        done = typed("ci", command, cwd=place, env={"AUDITOR_ARCHIVE_KEY": key, "PATH": ""})
        assert (done.code, len(done.err.splitlines())) == (2, 1)
        assert "BROKEN" not in done.err


def test_where_gh_is_missing_one_line_says_so(place: Path, tmp_path: Path) -> None:
    """Exit 4, and no archive is begun."""
    key = str(repository.new_key())
    done = typed("ci", "begin", cwd=place, env={"AUDITOR_ARCHIVE_KEY": key, "PATH": str(tmp_path)})
    assert (done.code, "gh" in done.err, Release.__name__ in done.err) == (4, True, False)


def test_what_could_not_run_stands_on_the_jobs_page(place: Path, tmp_path: Path) -> None:
    """Of codes 2 and 4; a page that cannot be written changes nothing."""
    page = tmp_path / "page.md"
    done = typed("evidence", "verify", cwd=place, env={"GITHUB_STEP_SUMMARY": str(page)})
    assert (done.code, page.read_text(encoding="utf-8").strip()) == (4, done.err.strip())
    assert typed("evidence", "verify", cwd=place, env={"GITHUB_STEP_SUMMARY": str(tmp_path)}).err == done.err
