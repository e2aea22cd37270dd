"""How `auditor weekly` reads its budget, and what it prints of a plan."""

import pytest

from auditor.base.errors import UsageError
from auditor.base.i18n import Catalogue
from auditor.base.snapshot import Route
from auditor.commands.weekly import parse_span, plan_lines
from auditor.run.weekly import RouteForecast
from tests.cases import WEEK

VK = Route.VK


@pytest.mark.parametrize(("text", "seconds"), [("20m", 1200), ("1h30m", 5400), ("90s", 90), (" 2h ", 7200)])
def test_a_budget_is_hours_minutes_and_seconds(text: str, seconds: float) -> None:
    """As people write them."""
    assert parse_span(text) == seconds


@pytest.mark.parametrize("text", ["", "20", "m", "0m", "-5m", "20 minutes", "1d"])
def test_another_budget_is_one_line(text: str) -> None:
    """It says how to write one."""
    with pytest.raises(UsageError, match="write it as 20m or 1h30m"):
        parse_span(text)


def test_a_plan_says_how_long_it_takes_and_what_fits() -> None:
    """Per route its pages, requests and time; with a budget what is left."""
    text = "\n".join(plan_lines([RouteForecast(VK, 10, 20, 600.0)], WEEK, Catalogue("en"), 300.0))
    assert "10 pages, about 20 requests, 10 min" in text
    assert "in 5 min: about 5 pages, the most useful first; 5 are left to the next run" in text
    assert "about 10 min in all" in text


def test_a_budget_below_a_minute_is_told_in_seconds() -> None:
    """One second is no minute, in which sixty times as much would fit."""
    text = "\n".join(plan_lines([RouteForecast(VK, 10, 10, 20.0)], WEEK, Catalogue("ru"), 1.0))
    assert "за 1 с: страниц — около 0" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "всего около 20 с." in text.replace("\N{NO-BREAK SPACE}", " ")
