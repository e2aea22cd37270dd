"""`auditor weekly`: a week is looked at, judged and published; a plan asks nothing."""

import re
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor.audit.document import Audit
from auditor.base.errors import UsageError
from auditor.base.i18n import Translator
from auditor.base.snapshot import Route
from auditor.commands.next import expiry_lines, gaps_in
from auditor.commands.weekly import parse_span, plan_lines
from auditor.run.collect_week import RouteForecast
from auditor.sandbox import Sandbox, World
from tests.cases import TOMSK, WEEK
from tests.commands.typed import typed, workspace_in
from tests.truth import differences, truth_of

EN = Translator("en", TOMSK)


def test_a_week_is_judged_as_it_was(looked: Path, world: Any) -> None:
    """What the run wrote is the truth of the world; it printed a summary in plain text, and at last the page's path."""
    (path,) = looked.glob("reports/2*/audit.json")
    assert differences(Audit.from_json(path.read_text(encoding="utf-8")), truth_of(world)) == []
    code, err, *out = (looked / "printed.txt").read_text(encoding="utf-8").splitlines()
    assert (code, err) == ("1", "")
    assert out[-1] == str(path.parent.relative_to(looked) / "index.html")
    assert "\x1b" not in "".join(out)


def test_a_run_says_what_ages(place: Path, world: World) -> None:
    """Whoever reads its summary need not ask `next` to learn that a confirmation runs out."""
    later = world.now + timedelta(days=30)
    (line,) = expiry_lines(gaps_in(workspace_in(place, later)), EN)
    closed = {f"AUDITOR_{name}_URL": "http://127.0.0.1:9" for name in ("VK_API", "TELEGRAM_WEB")}
    done = typed("weekly", "--as-of", later.isoformat(), "--lang", "en", cwd=place, env=closed)
    assert line in done.out


def test_a_plan_asks_nothing(place: Path, box: Sandbox, as_of: tuple[str, str]) -> None:
    """And leaves no archive and no report."""
    done = typed("weekly", "--plan", *as_of, cwd=place, env=box.settings())
    assert (done.code, box.requests) == (0, [])
    assert len(done.out.splitlines()) >= 4
    assert {path.name for path in place.iterdir()} == {"officials.yaml"}


@pytest.mark.parametrize(
    ("typed_in", "seconds"),
    [("1h30m", 5400), ("1h2m3s", 3723), (" 45s ", 45), ("9999h", 35_996_400)]
    + [(wrong, None) for wrong in ("", "20", "m", "0m", "1m1h", "-5m", "1.5h", "10000h", "1h 30m")],
)
def test_a_span_is_read(typed_in: str, seconds: float | None) -> None:
    """Hours, minutes, seconds; of others nothing is guessed."""
    with nullcontext() if seconds else pytest.raises(UsageError, match=re.escape(repr(typed_in))):
        assert parse_span(typed_in) == seconds


TIMES = {59.2: "60 sec", 60: "60 sec", 61: "2 min", 7200: "120 min", 7201: "3 hr", 259_200: "72 hr", 259_201: "4 days"}


@pytest.mark.parametrize(("seconds", "written"), TIMES.items())
def test_a_plan_tells_a_time_that_is_plain_to_read(seconds: float, written: str) -> None:
    """Never too short a one; the routes work side by side."""
    forecasts = [RouteForecast(Route.VK, 3, 9, seconds), RouteForecast(Route.TELEGRAM_PREVIEW, 1, 2, seconds / 2)]
    first, *routes, together = plan_lines(forecasts, WEEK, EN)
    assert str(WEEK) in first
    assert [re.findall(r"\d+", line)[:2] for line in routes] == [["3", "9"], ["1", "2"]]
    assert routes[0].endswith(written)
    assert written in together


@pytest.mark.parametrize(
    ("budget", "figures"), [(None, []), (100.0, []), (99.9, ["2", "9", "1"]), (40.0, ["40", "4", "6"])]
)
def test_a_plan_tells_what_a_budget_leaves(budget: float | None, figures: list[str]) -> None:
    """In so much time so many pages can be looked at; the rest is left to the next run."""
    lines = list(plan_lines([RouteForecast(Route.VK, 10, 30, 100.0)], WEEK, EN, budget))
    assert [re.findall(r"\d+", line) for line in lines[2:-1]] == ([figures] if figures else [])
