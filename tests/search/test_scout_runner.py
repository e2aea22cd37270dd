"""Calls of scouts: within the budget, beside controls, and with every response stored."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from auditor.archive import Archive
from auditor.base.address import Address
from auditor.base.snapshot import Cause, Network
from auditor.registry.models import Control
from auditor.sandbox.tme import landing_pages
from auditor.search.scout_runner import Budget, ScoutRunner
from auditor.search.scouts.scout import BudgetSpentError, ScoutResult, Task
from tests.probes.tme_memory import CONTROL, NOW, Site
from tests.search.memory_scouts import TELEGRAM_CONTROL, Sites, VkWorld, any_page, preview_scout, site_scout, vk_scout

ABSENT = Control(url="https://t.me/nobody_at_all", exists=False)


Make = Callable[..., ScoutRunner]


@pytest.fixture
def make_runner(tmp_path: Path) -> Iterator[Make]:
    with Archive.open(tmp_path) as archive:
        run = archive.start_run(week="", command="discover", started_at=NOW, vantage="", tool_version="")
        controls = [ABSENT, TELEGRAM_CONTROL]
        yield lambda *scouts, budget=None, **more: ScoutRunner(
            archive, run, scouts, budget or Budget(), controls, **more
        )


def test_nothing_is_asked_once_the_minutes_are_over(make_runner: Make) -> None:
    """They are counted by a clock of their own; something is left to ask then."""
    for seconds, allowed in ((60.0, True), (61.0, False)):
        runner = make_runner(
            site_scout(Sites({})), budget=Budget(minutes=1.0), monotonic=Mock(side_effect=[0.0, *[seconds] * 9])
        )
        assert (runner.can_ask(runner.scouts["website"], Task.READ), runner.spent) == (allowed, not allowed)


def test_controls_are_looked_at_once(make_runner: Make) -> None:
    """Before names are tried or pages read; those that must be missing only where no request is counted."""
    for requests, paths in ((None, [f"/{CONTROL}", "/nobody_at_all"]), (3, [f"/{CONTROL}"]), (1, [f"/{CONTROL}"])):
        site = Site()
        scout = preview_scout(site, trusted=False)
        runner = make_runner(scout, budget=Budget(requests))
        assert (runner.can_ask(scout, Task.SEARCH), site.paths) == (False, [])
        allowed = [runner.can_ask(scout, task) for task in (Task.NAMES, Task.READ, Task.NAMES)]
        assert (allowed, site.paths, runner.spent) == ([requests != 1] * 3, paths, requests == 1)


def test_a_control_that_fails_closes_the_names_alone(make_runner: Make) -> None:
    """And is told; no other control is looked at; pages are read all the same."""
    site = Site()
    site.instead[f"/{CONTROL}"] = landing_pages.missing(CONTROL)
    scout = preview_scout(site, trusted=False)
    runner = make_runner(scout)
    assert (runner.can_ask(scout, Task.NAMES), runner.can_ask(scout, Task.READ)) == (False, True)
    assert (runner.outages(), site.paths) == ({"telegram_preview": Cause.CONTROL_FAILED}, [f"/{CONTROL}"])


def test_a_route_that_answers_for_too_few_names_is_asked_for_no_more(make_runner: Make) -> None:
    """One that answered for all of them is."""
    scout = preview_scout(Site())
    runner = make_runner(scout)
    runner.ask(scout, lambda: ScoutResult(tried=3, cause=Cause.REFUSED), names=3)
    assert (runner.can_ask(scout, Task.NAMES), runner.outages()) == (True, {})
    runner.ask(scout, lambda: ScoutResult(tried=2, cause=Cause.REFUSED), names=3)
    assert (runner.can_ask(scout, Task.NAMES), runner.outages()) == (False, {"telegram_preview": Cause.REFUSED})


def test_a_defect_of_ours_costs_one_answer(make_runner: Make, caplog: pytest.LogCaptureFixture) -> None:
    """Its words are not told: they might quote a page. An allowance that is used up is no defect."""
    scout = preview_scout(Site())
    runner = make_runner(scout)
    assert runner.ask(scout, Mock(side_effect=ValueError("слова"))) == ScoutResult(cause=Cause.UNRECOGNISED_PAGE)
    assert [record.getMessage() for record in caplog.records] == ["telegram_preview: ValueError"]
    assert not runner.spent
    assert runner.ask(scout, Mock(side_effect=BudgetSpentError)) == ScoutResult(interrupted=True)
    assert runner.spent


def test_for_how_many_names_there_is_room(make_runner: Make) -> None:
    """A whole batch where nothing is counted, of which VK takes a thousand; none says that the budget is spent."""
    budget = Budget(one_by_one=30)
    assert (budget.names(Network.VK), budget.names(Network.TELEGRAM), Budget().one_by_one) == (1000, 30, 70)
    vk, scout = vk_scout(VkWorld()), preview_scout(Site())
    assert make_runner(vk).names_affordable(vk) == 1000
    runner = make_runner(scout, budget=Budget(6))
    assert (runner.names_affordable(scout), runner.spent) == (4, False)
    scout.try_names(["imyarek0"] * 4, any_page)
    assert (runner.names_affordable(scout), runner.spent) == (0, True)
    with pytest.raises(BudgetSpentError):
        scout.try_names(["imyarek0"], any_page)


def test_who_can_be_given_names_and_who_can_read_a_page(make_runner: Make) -> None:
    """Names have networks; sites are read by their own scout; a closed door reads nothing, and is no outage."""
    website, keyless, telegram = site_scout(Sites({})), vk_scout(VkWorld(), has_key=False), preview_scout(Site())
    deaf = SimpleNamespace(name="deaf", network=Network.VK, batch=0, capabilities=tuple)  # gives no names
    runner = make_runner(website, deaf, keyless, telegram)
    assert list(runner.namers()) == [(keyless, "vk"), (telegram, "telegram")]
    readers = [
        runner.reader(a) for a in ("https://rayon.example/", Address.parse("@imyarek"), Address.parse("vk.com/id5"))
    ]
    assert (readers, runner.outages()) == ([website, telegram, None], {})
