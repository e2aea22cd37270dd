"""`auditor demo`: an invented world is audited, and everything that comes of it says that it is invented."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from auditor.archive import Archive
from auditor.base.errors import UsageError
from auditor.base.weeks import Week
from auditor.commands import demo
from auditor.commands.demo import _clear, _weeks_back
from auditor.registry import load_registry
from auditor.run.session import Session
from auditor.sandbox import Sandbox
from tests.cases import TOMSK
from tests.commands.typed import typed


@pytest.mark.parametrize(
    ("weeks", "back"), [(1, []), (2, [1]), (3, [2, 1]), (4, [3, 1]), (5, [4, 3, 1]), (7, [6, 5, 4, 3, 1])]
)
def test_of_a_longer_demonstration_a_week_is_missing(weeks: int, back: list[int]) -> None:
    """As if the program had not been started; the last week is not among them."""
    assert _weeks_back(weeks) == back


@pytest.mark.thorough
def test_a_demonstration_says_that_it_is_invented(five_weeks: Path) -> None:
    """Its archive and each document; one week was missed, and in another VK answered with captchas."""
    with Archive.read(five_weeks / "data") as archive:
        assert archive.synthetic
    audits = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(five_weeks.glob("reports/2*/audit.json"))]
    assert [audit["week"] for audit in audits] == ["2026-W43", "2026-W44", "2026-W46", "2026-W47"]
    assert all(audit["synthetic"] and audit["contact"].endswith(".invalid") for audit in audits)

    def hindered(audit: dict) -> bool:
        return any(control["network"] == "vk" and control["outcome"] == "cantTell" for control in audit["controls"])

    assert list(map(hindered, audits)) == [False, True, False, False]
    assert load_registry(five_weeks / "officials.yaml").offices
    assert {path.name for path in five_weeks.iterdir()} == {
        *("officials.yaml", "statements.yaml", "corrections.yaml", "data", "reports"),
    }
    last = audits[-1]
    assert last["corrections"] or any(office.get("statements") for office in last["offices"])


def test_weeks_are_walked_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each at its own moment, earlier ones by the registry of then; in one of them VK answers with captchas."""
    walked: list[tuple[int, bool, bool]] = []

    def run_weekly(session: Session, week: Week, **options: object) -> tuple[SimpleNamespace, Path]:
        now = session.registry != before[0] if before else False
        before[:] = before or [session.registry]
        assert options["synthetic"] is True
        weeks_ago = (last[0].ends - Week.last_ended(session.clock(), session.registry.zone).ends).days // 7
        walked.append((weeks_ago, "vk_captcha" in boxes[0].faults, now))
        assert boxes[0].now == session.clock()
        assert week == session.week(None)
        return SimpleNamespace(audit=week), session.out

    class Box(Sandbox):
        def __enter__(self) -> Sandbox:
            boxes.append(self)
            return super().__enter__()

    boxes: list[Sandbox] = []
    before: list[object] = []
    last = [Week.parse("2026-W47", TOMSK)]
    monkeypatch.setattr(demo, "run_weekly", run_weekly)
    monkeypatch.setattr(demo, "Sandbox", Box)
    session, audit, page = demo.run_demo(tmp_path / "demo", seed=2022, weeks=5, lang="en")
    assert [(back, captcha) for back, captcha, _ in walked] == [(4, False), (3, True), (1, False), (0, False)]
    assert [registry_of_now for *_, registry_of_now in walked] == [False, False, False, True]
    assert (audit, page) == (last[0], tmp_path / "demo" / "reports")
    assert (session.words.lang, session.data) == ("en", tmp_path / "demo" / "data")
    assert session.remarks.statements
    assert session.remarks.corrections


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[Path, dict[str, object]]]]:
    """What the demonstration would be made of; it is not made."""
    asked: list[tuple[Path, dict[str, object]]] = []

    def run_demo(out: Path, **options: object) -> None:
        asked.append((out, options))
        raise UsageError("enough")

    monkeypatch.setattr(demo, "run_demo", run_demo)
    return asked


@pytest.mark.parametrize(
    ("line", "out", "weeks", "lang"),
    [("", "demo", 5, "ru"), ("--out x --weeks 1", "x", 1, "ru"), ("--lang en --weeks 26", "demo", 26, "en")],
)
def test_what_a_demonstration_is_made_of(
    line: str, out: str, weeks: int, lang: str, stopped: list[tuple[Path, dict[str, object]]], tmp_path: Path
) -> None:
    """Five weeks in a folder called demo, unless asked otherwise."""
    assert typed("demo", *line.split(), cwd=tmp_path).code == 2
    ((folder, options),) = stopped
    assert (folder, options["weeks"], options["lang"], options["seed"]) == (Path(out), weeks, lang, 2022)


def test_nothing_real_is_overwritten(tmp_path: Path) -> None:
    """An archive that is not a demonstration's stops it, in one line; so does a place that can be no folder."""
    with Archive.open(tmp_path / "real" / "data"):
        pass
    (tmp_path / "file").write_text("x")
    for place in ("real", "file"):
        before = sorted(map(str, tmp_path.rglob("*")))
        done = typed("demo", "--out", place, cwd=tmp_path)
        assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
        assert place in done.err
        assert sorted(map(str, tmp_path.rglob("*"))) == before


def test_an_earlier_demonstration_is_removed_and_nothing_else(tmp_path: Path) -> None:
    """Its archive; a folder that is not there yet is made."""
    out = tmp_path / "a" / "demo"
    assert not _clear(out, out / "data")
    with Archive.open(out / "data") as archive:
        archive.mark_synthetic()
    (out / "mine.txt").write_text("x")
    assert _clear(out, out / "data")
    assert [path.name for path in out.iterdir()] == ["mine.txt"]


@pytest.mark.thorough
def test_a_demonstration_is_made_twice_into_one_folder(tmp_path: Path) -> None:
    """The second replaces the first, and prints where the page is."""
    for _ in range(2):
        done = typed("demo", "--out", "demo", "--weeks", "1", cwd=tmp_path)
        assert (done.code, done.err) == (0, "")
        assert (tmp_path / done.out.splitlines()[-1]).name == "index.html"
    assert "вымышлен" in (tmp_path / done.out.splitlines()[-1]).read_text(encoding="utf-8")
