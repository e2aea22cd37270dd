"""An office with a zone of its own: its week, its days and its deadline are counted there."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from auditor.audit.cases import make_case
from auditor.base.errors import RegistryError
from auditor.base.snapshot import Network
from auditor.base.weeks import Week, day_start
from auditor.probes.base import Window
from auditor.registry import load_registry
from tests.cases import NOW, TOMSK, WEEK, account, office, registry, tenure

EAST = ZoneInfo("Asia/Kamchatka")


def test_the_week_and_the_deadline_are_the_offices_own() -> None:
    """Midnight where the office is, five hours before that of the registry."""
    there = office(tenure(since="2020", accounts=[account(Network.VK, "vostok")])).model_copy(
        update={"timezone": "Asia/Kamchatka"}
    )
    book = registry(there)
    case = make_case(book, there, WEEK, NOW, {})
    assert case.week == Week(WEEK.year, WEEK.number, EAST)
    assert case.week.starts == WEEK.starts - timedelta(hours=5)
    here = book.directive.deadline.astimezone(TOMSK).replace(tzinfo=None)
    assert case.registry.directive.deadline.astimezone(EAST).replace(tzinfo=None) == here
    assert make_case(book, office(tenure(since="2020")), WEEK, NOW, {}).registry is book


def test_a_run_reads_the_weeks_of_all_zones() -> None:
    """From the first midnight to the last."""
    window = Window.of(WEEK, WEEK.ends + timedelta(days=3), [EAST, ZoneInfo("Europe/Kaliningrad")])
    assert window.starts == day_start(WEEK.first_day, EAST)
    assert window.ends == day_start(WEEK.last_day + timedelta(days=1), ZoneInfo("Europe/Kaliningrad"))
    assert Window.of(WEEK, NOW, [TOMSK]) == Window.of(WEEK, NOW)


def test_an_unknown_zone_of_an_office_is_told_at_its_line(tmp_path: Path) -> None:
    """With the way to write it."""
    text = (
        Path("officials.yaml")
        .read_text(encoding="utf-8")
        .replace("    municipality:", "    timezone: Asia/Nowhere\n    municipality:", 1)
    )
    (tmp_path / "officials.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RegistryError, match=r"Asia/Nowhere' is not known; write it like Asia/Tomsk"):
        load_registry(tmp_path / "officials.yaml")


def test_a_registry_is_taken_as_it_was_read_until_any_of_its_files_changes(tmp_path: Path) -> None:
    """Equal in every value, with the same lines; a changed part is read anew, a wrong one is told of."""
    head = (
        Path("officials.yaml").read_text(encoding="utf-8").partition("\noffices:")[0].replace("expects:", "x-expects:")
    )
    head = "\n".join(line for line in head.splitlines() if not line.startswith(("x-expects", "seats")))
    part = "offices:\n  - {id: a, municipality: А, title: глава, group: municipal_head}\n"
    path, other = tmp_path / "officials.yaml", tmp_path / "east.yaml"
    path.write_text(f"{head}\ninclude: [east.yaml]\noffices: []\n", encoding="utf-8")
    other.write_text(part, encoding="utf-8")
    first, again = load_registry(path), load_registry(path)
    assert (first, first.text) == (again, again.text)
    assert [str(first.line_of(o)) for o in first.offices] == [str(again.line_of(o)) for o in again.offices]
    other.write_text(part.replace("А,", "Б,"), encoding="utf-8")
    assert [o.municipality for o in load_registry(path).offices] == ["Б"]
    other.write_text(part.replace("title", "titel"), encoding="utf-8")
    with pytest.raises(RegistryError, match=r"east\.yaml:2"):
        load_registry(path)
