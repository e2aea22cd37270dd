"""`auditor demo`: an invented world is audited, and everything that comes of it says that it is invented."""

import sys
from pathlib import Path
from unittest.mock import Mock
from urllib.parse import urlsplit

import pytest

from auditor.archive import Archive
from auditor.base.errors import UsageError
from auditor.base.weeks import Week
from auditor.commands import demo
from auditor.commands.demo import _clear_folder, _next_line, _weeks_back
from auditor.run.workspace import Workspace, open_workspace, server_urls
from auditor.sandbox import Sandbox, World
from tests.cases import TOMSK
from tests.commands.typed import typed, workspace_in
from tests.pipeline import FEW, few


def test_of_a_longer_demonstration_a_week_is_missing() -> None:
    """As if the program had not been started; the last week is not among them."""
    assert list(map(_weeks_back, (1, 3, 4, 7))) == [[], [2, 1], [3, 1], [6, 5, 4, 3, 1]]


def test_weeks_are_walked_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each at its own moment, earlier ones by the registry of then; in one of them VK answers with captchas."""
    walked, boxes, books = list[tuple[int, bool, bool]](), list[Sandbox](), list[object]()
    last = Week.parse("2026-W47", TOMSK)

    def run_weekly(workspace: Workspace, week: Week, *, synthetic: bool, **_: object) -> tuple[Mock, Path]:
        books.append(workspace.registry)
        walked.append(((last.ends - week.ends).days // 7, "vk_captcha" in boxes[0].faults, books[0] != books[-1]))
        assert (boxes[0].now, week, synthetic) == (workspace.clock(), workspace.week(None), True)
        return Mock(audit=week), workspace.out

    class Box(Sandbox):
        def __enter__(self) -> Sandbox:
            boxes.append(self)
            return super().__enter__()

    monkeypatch.setattr(demo, "run_weekly", run_weekly)
    monkeypatch.setattr(demo, "Sandbox", Box)
    workspace, audit, page = demo.run_demo(tmp_path / "demo", seed=2022, weeks=5, lang="en")
    assert walked == [(4, False, False), (3, True, False), (1, False, False), (0, False, True)]
    assert (audit, page) == (last, tmp_path / "demo" / "reports")
    assert (workspace.translator.lang, workspace.data) == ("en", tmp_path / "demo" / "data")
    assert workspace.remarks.statements
    assert workspace.remarks.corrections


def test_what_a_demonstration_is_made_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Five weeks in a folder called demo, unless asked otherwise."""
    made = Mock(side_effect=UsageError("enough"))
    monkeypatch.setattr(demo, "run_demo", made)
    for line, out, weeks, lang in (("", "demo", 5, "ru"), ("--out x --weeks 26 --lang en", "x", 26, "en")):
        assert typed("demo", *line.split(), cwd=tmp_path).code == 2
        assert made.call_args.args == (Path(out),)
        assert {"weeks": weeks, "lang": lang, "seed": 2022}.items() <= made.call_args.kwargs.items()


def test_in_its_folder_commands_work_and_ask_no_real_network(
    place: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its settings close every network and hold its clock; the first line of both says that this is on purpose."""
    workspace = workspace_in(place, world.now)
    monkeypatch.setattr(demo, "run_demo", Mock(return_value=(workspace, Mock(), place / "reports")))
    monkeypatch.setattr(demo, "print_summary", Mock())
    done = typed("demo", "--out", ".", "--lang", "en", cwd=place)
    assert done.out.splitlines()[0].endswith("Where a network is closed, that is staged: yours is not asked.")
    settings = (place / "auditor.toml").read_text(encoding="utf-8").splitlines()
    assert "closed on purpose" in settings[0]
    assert settings[-1] == 'lang = "en"'
    monkeypatch.chdir(place)
    demonstration = open_workspace()
    assert (demonstration.clock(), demonstration.home.is_named) == (world.now, True)
    demonstration.require_own_time(["https://site.example"])  # no server of its own is outside this machine
    assert {urlsplit(url).hostname for url in server_urls(demonstration.settings)} == {"127.0.0.1"}
    shut = typed("check", "rayon-01", "--lang", "en", cwd=place, env={"AUDITOR_HOME": ""})
    assert "was not checked this week" in shut.out


def test_what_it_names_next_works_in_the_shell_as_it_is(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After `make demo` the program stands on no search path: the line makes it one first."""
    monkeypatch.chdir(place)
    (place / "venv/bin").mkdir(parents=True)
    (place / "venv/bin/activate").touch()
    monkeypatch.setattr(sys, "prefix", str(place / "venv"))
    monkeypatch.setenv("PATH", str(place))
    assert _next_line(Path("my demo")) == "source venv/bin/activate && cd 'my demo' && auditor next"
    (place / "auditor").touch(mode=0o755)
    assert _next_line(Path("demo")) == "cd demo && auditor next"


def test_its_reports_are_what_its_archive_makes_by_its_own_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever tries `evidence verify --published` there finds nothing made with other settings."""
    monkeypatch.setattr(World, "build", Mock(return_value=few(World.build(), {*FEW, "rayon-03", "rayon-19"})))
    assert typed("-q", "demo", "--weeks", "1", "--out", "there", cwd=tmp_path).code == 0
    done = typed("-q", "evidence", "verify", "--published", "reports", cwd=tmp_path / "there")
    assert (done.code, done.out, done.err) == (0, "", "")


def test_nothing_real_is_overwritten(tmp_path: Path) -> None:
    """An archive that is not a demonstration's stops it, in one line; so does a place that can be no folder."""
    with Archive.open(tmp_path / "real" / "data"):
        (tmp_path / "file").write_text("x")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "auditor.toml").write_text('contact = "press@example.org"', encoding="utf-8")
    before = sorted(map(str, tmp_path.rglob("*")))
    for place in ("real", "file", "mine"):
        done = typed("demo", "--out", place, cwd=tmp_path)
        assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
        assert place in done.err
        assert sorted(map(str, tmp_path.rglob("*"))) == before


def test_an_earlier_demonstration_is_removed_and_nothing_else(tmp_path: Path) -> None:
    """Its archive; a folder that is not there yet is made."""
    out = tmp_path / "a" / "demo"
    assert not _clear_folder(out, out / "data")
    with Archive.open(out / "data") as archive:
        archive.mark_synthetic()
    (out / "auditor.toml").write_text('contact = "otchet@example.invalid"', encoding="utf-8")
    assert _clear_folder(out, out / "data")
    assert [path.name for path in out.iterdir()] == ["auditor.toml"]
