"""What is fetched is dated by the machine: a moment that is passed in judges, and turns an invented clock alone."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.base.errors import UsageError
from auditor.base.settings import load_settings
from auditor.run.session import asked_by
from auditor.run.weekly import look
from auditor.sandbox import World
from tests.command import auditor
from tests.pipeline import few, sandboxed

THEN = "2022-06-07T12:00+07:00"


@pytest.mark.parametrize("command", [("weekly",), ("check", "rayon-01"), ("discover", "rayon-01")])
def test_a_moment_dates_nothing_that_is_fetched_from_a_real_network(command: tuple[str, ...], tmp_path: Path) -> None:
    """Exit 2 and one line, before anything is asked or written."""
    (tmp_path / "officials.yaml").write_text(few(World.build()).registry_yaml(), encoding="utf-8")
    done = auditor(*command, "--as-of", THEN, "--data", tmp_path / "data", cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1
    assert "--as-of judges and cannot date what is looked at now" in done.err
    assert not (tmp_path / "data").exists()


def test_what_is_stored_is_judged_as_of_any_moment(tmp_path: Path) -> None:
    """Without a network, whatever the settings would ask."""
    (tmp_path / "officials.yaml").write_text(few(World.build()).registry_yaml(), encoding="utf-8")
    done = auditor("check", "rayon-01", "--offline", "--as-of", THEN, "--data", tmp_path / "data", cwd=tmp_path)
    assert done.code == 3
    assert done.err == ""


def test_one_real_network_is_enough_to_refuse(tmp_path: Path) -> None:
    """A key beside an invented world: VK would be asked in earnest."""
    with sandboxed(few(World.build()), tmp_path) as (_, session):
        session.require_own_time()
        real = load_settings({"AUDITOR_VK_TOKEN": "x", "AUDITOR_TELEGRAM_WEB_URL": "http://127.0.0.1:9"}, tmp_path)
        with pytest.raises(UsageError, match="cannot date"):
            replace(session, settings=real).require_own_time()
        replace(session, settings=real, as_of=None).require_own_time()
        alone = load_settings({"AUDITOR_TELEGRAM_WEB_URL": "http://127.0.0.1:9"}, tmp_path)
        with pytest.raises(UsageError, match="cannot date"):
            replace(session, settings=alone).require_own_time(sites=["https://site.example"])


@pytest.mark.parametrize(
    ("environ", "asked"),
    [
        ({}, ["https://t.me"]),
        ({"AUDITOR_VK_TOKEN": "x"}, ["https://api.vk.ru", "https://t.me"]),
        ({"AUDITOR_TELEGRAM_API_ID": "1"}, ["https://t.me", "tcp://telegram.org"]),
        (
            {"AUDITOR_TELEGRAM_API_ID": "1", "AUDITOR_TELEGRAM_DC": "2@127.0.0.1:443"},
            ["https://t.me", "tcp://127.0.0.1:443"],
        ),
    ],
)
def test_each_route_says_whom_it_asks(environ: dict[str, str], asked: list[str], tmp_path: Path) -> None:
    """With the settings as they are; without its key a route asks nobody."""
    assert list(asked_by(load_settings(environ, tmp_path))) == asked


def test_a_run_without_a_moment_is_dated_by_the_machine(tmp_path: Path) -> None:
    """Each answer lies between the beginning and the end of the run by this machine's clock."""
    with sandboxed(few(World.build()), tmp_path) as (_, session):
        live, begun = replace(session, as_of=None), datetime.now(UTC)
        with Archive.open(session.data) as archive:
            look(live, archive, live.week(None), command="weekly")
            times = [entry.evidence.fetched_at for entry in archive.answers.entries()]
    assert times
    assert all(begun <= at <= datetime.now(UTC) for at in times)
