"""`auditor doctor`: what each key and route can do now; also the archive, the clock and the disk."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from auditor.archive import Archive
from auditor.base.i18n import Catalogue
from auditor.base.settings import load_settings
from auditor.base.snapshot import Cause
from auditor.commands import doctor
from auditor.commands.doctor import examine, keeping
from auditor.commands.purge import NOTHING_DUE
from auditor.probes.plugins import Examined
from auditor.registry import load_registry
from auditor.run.session import Session
from auditor.sandbox import Sandbox
from tests.cases import NOW, WEEK, posts, snapshot
from tests.commands.typed import typed

DEAD = "http://127.0.0.1:9"


class Disk(NamedTuple):
    free: int


def session_in(folder: Path, now: datetime | None = NOW, **environ: str) -> Session:
    registry = load_registry(folder / "officials.yaml")
    return Session(
        settings=load_settings(environ, folder),
        registry=registry,
        registry_path=folder / "officials.yaml",
        data=folder / "data",
        out=folder / "reports",
        words=Catalogue("en", registry.zone),
        as_of=now,
    )


def machine(session: Session) -> dict[str, Examined]:
    """What is said of all but the routes."""
    return {str(line.subject): line for line in doctor._machine(session)}


def states(out: str) -> dict[str, str]:
    """The state of each thing that was examined, by its name."""
    rows = (line.split("  ") for line in out.splitlines() if "  " in line)
    return {row[0].strip(): next(part.strip() for part in row[1:] if part.strip()) for row in rows if row[0].strip()}


def test_each_route_is_tried_once(after: Path, box: Sandbox, as_of: tuple[str, str]) -> None:
    """A line a route, with -v one a method. Exit 0 where what is set works: without a key VK is only not set."""
    line = ("doctor", *as_of, "--lang", "en")
    fine, keyless = (typed(*line, cwd=after, env=box.settings() | more) for more in ({}, {"AUDITOR_VK_TOKEN": ""}))
    told = states(fine.out)
    assert (fine.code, told["VK"], told["Telegram (viewed without signing in)"]) == (0, "works", "works"), fine.out
    assert (keyless.code, states(keyless.out)["VK"]) == (0, "not set, optional")
    whole = states(typed(*line, "-v", cwd=after, env=box.settings()).out)
    assert (whole["vk: wall.getComments"], whole["telegram: /s/"]) == ("works", "works")
    wrong = typed(*line, cwd=after, env=box.settings() | {"AUDITOR_VK_TOKEN": "no-key-of-this-world"})
    assert (wrong.code, states(wrong.out)["VK"]) == (3, "refused")
    assert box.vk_token not in fine.out + fine.err
    quiet = typed(*line, "-q", cwd=after, env=box.settings())
    assert (quiet.code, quiet.out) == (fine.code, "")


def test_a_network_that_is_closed_from_here_is_told_once(place: Path, box: Sandbox, as_of: tuple[str, str]) -> None:
    """With the setting that names a way round."""
    dead = box.settings() | {"AUDITOR_VK_API_URL": DEAD, "AUDITOR_TELEGRAM_WEB_URL": DEAD}
    done = typed("doctor", *as_of, "--lang", "en", cwd=place, env=dead)
    assert done.code == 3
    for network, setting in (
        ("Telegram (viewed without signing in)", "AUDITOR_TELEGRAM_WEB_PROXY"),
        ("VK", "AUDITOR_VK_PROXY"),
    ):
        (line,) = (row for row in done.out.splitlines() if row.startswith(network) and "closed from here" in row)
        assert setting in line


def test_progress_is_told_of_each_thing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order in which a run needs it."""
    monkeypatch.setattr(doctor, "_routes", lambda _, *, whole: iter([]))
    told: list[tuple[int, str]] = []
    lines = examine(session_in(place), lambda n, _of, subject: told.append((n, subject)))
    assert told == [(n, line.subject) for n, line in enumerate(lines, 1)]
    assert [line.subject for line in lines][:3] == ["registry", "clock", "archive"]


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (None, "ok"),  # the machine's own
        (datetime(2026, 11, 24, tzinfo=UTC), "ok"),
        (datetime(2020, 1, 1, tzinfo=UTC), "ok"),  # a moment that was asked for is no clock
    ],
)
def test_a_clock_is_held_against_the_program(now: datetime | None, state: str, place: Path) -> None:
    """No archive tells of a later run."""
    assert machine(session_in(place, now))["clock"].state == state


def test_a_clock_before_the_program_or_the_last_run_is_wrong(
    looked: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sets it."""
    with Archive.read(looked / "data") as archive:
        last = archive.last_run()
    assert last is not None
    ran = datetime.fromisoformat(last[1])
    for moment, state in ((ran, "ok"), (ran - timedelta(seconds=1), "wrong")):
        clock = machine(session_in(looked, moment))["clock"]
        assert clock.state == state
        assert clock.detail.params.get("week", last[0]) == last[0]
    monkeypatch.setattr(doctor, "_BUILT", datetime(2100, 1, 1, tzinfo=UTC))
    assert machine(session_in(place, None))["clock"].state == "wrong"


@pytest.mark.parametrize(
    ("free", "state", "told"),
    [(500 * 1024**2, "ok", 500), (500 * 1024**2 - 1, "wrong", 499), (3 * 1024**3, "ok", 3072)],
)
def test_a_disk_needs_room(free: int, state: str, told: int, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a gigabyte; the folder need not be there yet."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Disk(free))
    disk = machine(session_in(place))["archive"]
    assert (disk.state, disk.detail.params["free"]) == (state, told)


def test_an_archive_that_cannot_be_used_is_told(place: Path) -> None:
    """With what is wrong of it."""
    (place / "data").write_text("x")
    disk = machine(session_in(place))["archive"]
    assert disk.state == "wrong"
    assert "data" in str(disk.detail.params["error"])


def test_an_archive_open_to_others_is_told(after: Path) -> None:
    """With the command that mends it; one of its owner's own is not."""
    (after / "data").chmod(0o700)
    assert [line.subject for line in keeping(session_in(after))] == ["archive: keeping"]
    (after / "data").chmod(0o750)
    rights = next(keeping(session_in(after)))
    assert (rights.subject, rights.state) == ("archive: rights", "wrong")
    assert str(after / "data") in str(rights.detail)


def test_what_is_kept_too_long_is_told(after: Path, place: Path) -> None:
    """With how much of it; nothing is said where nothing was ever stored."""
    (after / "data").chmod(0o700)
    (early,) = keeping(session_in(after))
    (late,) = keeping(session_in(after, NOW + timedelta(days=400)))
    assert (early.state, early.detail.message) == ("ok", NOTHING_DUE)
    assert late.state == "wrong"
    assert late.detail.params["answers"]
    assert late.detail.params["comments"]


@pytest.mark.parametrize(
    ("strange", "state"),
    [
        ({}, "ok"),
        ({"cause": Cause.UNRECOGNISED_PAGE, "exists": None}, "noted"),
        ({"posts_cause": Cause.UNRECOGNISED_PAGE}, "noted"),
        ({"posts": posts(1, comments_cause=Cause.UNRECOGNISED_PAGE)}, "noted"),
        ({"cause": Cause.THROTTLED, "exists": None}, "ok"),  # nothing of it was seen
    ],
)
def test_a_route_whose_pages_look_strange_is_told(strange: dict[str, object], state: str, place: Path) -> None:
    """With how many, and which is the first; a route that was never used has no line."""
    with Archive.open(place / "data") as archive:
        run = archive.start_run(week=str(WEEK), command="weekly", started_at=NOW, vantage="", tool_version="0")
        for name, fields in (("perviy", {}), ("vtoroy", strange)):
            archive.looks.save(run, str(WEEK), snapshot(url=f"https://t.me/{name}", **fields))
        archive.finish_run(run, NOW)
    told = machine(session_in(place))
    (layout,) = (line for subject, line in told.items() if subject.startswith("form of the pages"))
    assert layout.state == state
    if state == "noted":
        params = layout.detail.params
        assert (params["count"], params["of"], params["first"], params["ids"]) == (1, 2, "https://t.me/vtoroy", "—")
