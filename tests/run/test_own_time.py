"""What is fetched is dated by the machine: a moment that is passed in judges, and turns an invented clock alone."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditor.base.errors import UsageError
from auditor.base.settings import load_settings
from auditor.run.session import asked_by
from auditor.run.week import audit_week
from tests.archive_samples import NOW, WEEK, session

HERE = {"AUDITOR_TELEGRAM_WEB_URL": "http://127.0.0.1:9"}
KEY = {"AUDITOR_VK_TOKEN": "x"}
CLIENT = {"AUDITOR_TELEGRAM_API_ID": "1"}


@pytest.mark.parametrize(
    ("environ", "asked"),
    [
        ({}, ["https://t.me"]),
        (HERE, ["http://127.0.0.1:9"]),
        (KEY, ["https://api.vk.ru", "https://t.me"]),
        (CLIENT, ["https://t.me", "tcp://telegram.org"]),
        (CLIENT | {"AUDITOR_TELEGRAM_DC": "2@127.0.0.1:443"}, ["https://t.me", "tcp://127.0.0.1:443"]),
    ],
)
def test_each_route_says_whom_it_asks(environ: dict[str, str], asked: list[str], tmp_path: Path) -> None:
    """With the settings as they are; without its key a route asks nobody."""
    assert list(asked_by(load_settings(environ, tmp_path))) == asked


@pytest.mark.parametrize(
    ("environ", "sites", "refused"),
    [
        (HERE, [], False),
        ({}, [], True),
        (HERE | KEY, [], True),
        (HERE, ["https://site.example"], True),
        (HERE | {"AUDITOR_WEBSITE_LOCAL": "1"}, ["https://site.example"], False),
    ],
)
def test_a_moment_dates_nothing_that_is_fetched_from_a_real_network(
    environ: dict[str, str], sites: list[str], refused: bool, tmp_path: Path
) -> None:
    """One real network is enough to refuse, before anything is asked or written; without a moment all is right."""
    by = replace(session(tmp_path / "a"), settings=load_settings(environ, tmp_path))
    replace(by, as_of=None).require_own_time(sites)
    if not refused:
        by.require_own_time(sites)
        return
    with pytest.raises(UsageError, match="--as-of judges and cannot date"):
        by.require_own_time(sites)
    if not sites:
        with pytest.raises(UsageError, match="--as-of judges"):
            audit_week(by, WEEK, lambda _: pytest.fail("it looked"))
        assert not by.data.exists()


def test_a_session_without_a_moment_goes_by_the_machines_clock(tmp_path: Path) -> None:
    """With one it stands still."""
    by, begun = session(tmp_path), datetime.now(UTC)
    assert by.clock() == by.clock() == NOW
    assert begun <= replace(by, as_of=None).clock() <= datetime.now(UTC)
