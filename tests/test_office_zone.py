"""An office of a file with a zone of its own: its week, its days and its deadline are counted there."""

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
from auditor.registry.loader import parse_stored
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


HEAD = """\
timezone: Asia/Tomsk
include: [east.yaml]
directive: {title: П, issuer: И, issued: 2022-05-25, deadline: 2022-06-01, binds: municipal_head, source: с}
"""
PART = "offices:\n  - {id: a, municipality: А, title: глава, group: municipal_head}\n"


def written(folder: Path, part: str) -> Path:
    (folder / "officials.yaml").write_text(HEAD, encoding="utf-8")
    (folder / "east.yaml").write_text(part, encoding="utf-8")
    return folder / "officials.yaml"


def test_the_offices_of_an_included_file_have_its_zone(tmp_path: Path) -> None:
    """Where it names one; and so they have it when they are read from what was kept with a judgement."""
    assert load_registry(written(tmp_path, PART)).offices[0].timezone is None
    found = load_registry(written(tmp_path, "timezone: Asia/Kamchatka\n" + PART))
    assert (found.offices[0].timezone, found.zones) == ("Asia/Kamchatka", {EAST})
    assert found.at(found.offices[0]).zone == EAST
    assert parse_stored(found.text, "the registry of the day").offices == found.offices


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (
            "timezone: Asia/Nowhere\n" + PART,
            r"east\.yaml:1: timezone: the time zone 'Asia/Nowhere' is not",
        ),
        (
            PART.replace("{id", "{timezone: Asia/Omsk, id"),
            r"east\.yaml:2: the key 'timezone' is not known in item 1",
        ),
    ],
)
def test_an_unknown_zone_and_a_zone_of_one_office_are_told_at_their_line(tmp_path: Path, part: str, told: str) -> None:
    """A file has one zone."""
    with pytest.raises(RegistryError, match=told):
        load_registry(written(tmp_path, part))
