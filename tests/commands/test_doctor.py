"""`auditor doctor`: what each key and route can do now; also the archive, the clock and the disk."""

import shutil
import socket
import time
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest

from auditor.archive import Archive
from auditor.base.i18n import Translator
from auditor.base.snapshot import Cause
from auditor.base.text import phrase
from auditor.commands import doctor
from auditor.commands.doctor import retention_lines
from auditor.commands.purge import NOTHING_DUE
from auditor.probes.plugins import PATIENCE, DiagnosisLine
from auditor.run.workspace import Workspace
from auditor.sandbox import Sandbox
from tests.archive_samples import begun
from tests.cases import NOW, WEEK, posts, snapshot
from tests.commands.typed import typed, workspace_in


def machine(workspace: Workspace) -> dict[str, DiagnosisLine]:
    """What is said of all but the routes."""
    return {str(line.subject): line for line in doctor._machine(workspace)}


def states(out: str) -> dict[str, str]:
    """The state of each thing that was examined, by its name."""
    rows = (line.split("  ") for line in out.splitlines() if "  " in line)
    return {row[0].strip(): next(part.strip() for part in row[1:] if part.strip()) for row in rows if row[0].strip()}


def test_each_route_is_tried_once(after: Path, box: Sandbox, as_of: tuple[str, str]) -> None:
    """A line a route, with -v one a method. Exit 0 where what is set works: without a key VK is only not set."""
    line = ("doctor", *as_of, "--lang", "en")
    fine, keyless = (typed(*line, cwd=after, env=box.settings() | more) for more in ({}, {"AUDITOR_VK_TOKEN": ""}))
    by_subject = states(fine.out)
    works = (by_subject["VK"], by_subject["Telegram (viewed without signing in)"])
    assert (fine.code, *works) == (0, "works", "works"), fine.out
    assert "\nWhat to do next:\n  auditor " in fine.out
    assert fine.out.splitlines()[-1] == "  auditor next — each step of each office"
    assert (keyless.code, states(keyless.out)["VK"]) == (0, "not set, optional")
    whole = states(typed(*line, "-v", cwd=after, env=box.settings()).out)
    assert (whole["vk: wall.getComments"], whole["telegram: /s/"]) == ("works", "works")
    wrong = typed(*line, cwd=after, env=box.settings() | {"AUDITOR_VK_TOKEN": "no-key-of-this-world"})
    assert (wrong.code, states(wrong.out)["VK"]) == (3, "refused")
    assert box.vk_token not in fine.out + fine.err
    quiet = typed(*line, "-q", cwd=after, env=box.settings())
    assert (quiet.code, quiet.out) == (fine.code, "")


SILENT_SERVERS = {"VK_API_URL": "http", "TELEGRAM_WEB_URL": "http"}
SILENT_PROXIES = {"VK_PROXY": "socks5", "TELEGRAM_WEB_PROXY": "http", "TELEGRAM_PROXY": "socks5"}


@pytest.mark.parametrize("silent", [SILENT_SERVERS, SILENT_PROXIES], ids=["servers", "proxies"])
def test_a_silent_network_is_told_within_one_wait(silent: dict[str, str], place: Path, box: Sandbox) -> None:
    """Whatever the number of routes; servers and proxies accept and never answer. Each line says what mends it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        environ = box.settings(client=place) | {"AUDITOR_TELEGRAM_DC": f"2@127.0.0.1:{port}"}
        environ |= {f"AUDITOR_{name}": f"{scheme}://127.0.0.1:{port}" for name, scheme in silent.items()}
        workspace, begun_at = workspace_in(place, NOW, **environ), time.monotonic()
        routes = doctor.diagnose(workspace, patience=0.5)[-3:]
    assert time.monotonic() - begun_at < 2
    assert [line.state for line in routes] == ["unreachable"] * 3
    assert all("_proxy" in str(workspace.translator.text(line.detail)) for line in routes)


def test_a_network_that_is_closed_from_here_is_not_fine(after: Path, box: Sandbox, as_of: tuple[str, str]) -> None:
    """Exit 3, so that whoever asks by a script sees it before the week does; nothing else is wrong there."""
    closed = box.settings() | {"AUDITOR_VK_API_URL": "http://127.0.0.1:9"}
    done = typed("doctor", *as_of, "--lang", "en", cwd=after, env=closed)
    assert (done.code, states(done.out)["VK"]) == (3, "closed from here")
    assert not {"to mend", "refused"} & set(states(done.out).values()), done.out


def test_no_setting_is_cut_on_a_narrow_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 80 columns; the page that explains the settings is there for whoever reads of it."""
    monkeypatch.setattr("rich.console.Console.width", 80)
    detail = phrase("closed from here: {host}; name a proxy by {proxy}", host="t.me", proxy="telegram_web_proxy")
    lines = [DiagnosisLine("Telegram (viewed without signing in)", "unreachable", detail)]
    with redirect_stdout(StringIO()) as out:
        doctor.print_diagnosis(lines, Translator("en"))
    assert max(map(len, out.getvalue().splitlines())) <= 80
    assert "telegram_web_proxy" in out.getvalue()
    for lang in ("en", "ru"):
        path = doctor._conclusion(lines, Translator(lang)).split(": ", 1)[1]
        assert path.endswith("docs/ru/settings.md")
        assert Path(path).is_file()


def test_the_longest_wait_leaves_room_in_fifteen_seconds() -> None:
    """For the program's own start, and for what Telegram's client takes to close a connection."""
    assert PATIENCE <= 13


def test_a_clock_before_the_program_or_the_last_run_is_wrong(
    looked: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sets it; a moment that was asked for is no clock, and is held against the runs alone."""
    with Archive.read(looked / "data") as archive:
        last = archive.last_run()
    ran = datetime.fromisoformat(last[1])
    for moment, state in ((ran, "ok"), (ran - timedelta(seconds=1), "wrong")):
        clock = machine(workspace_in(looked, moment))["clock"]
        assert clock.state == state
        assert clock.detail.params.get("week", last[0]) == last[0]
    for asked in (None, datetime(2020, 1, 1, tzinfo=UTC)):
        assert machine(workspace_in(place, asked))["clock"].state == "ok"
    monkeypatch.setattr(doctor, "_BUILT", datetime(2100, 1, 1, tzinfo=UTC))
    assert machine(workspace_in(place, None))["clock"].state == "wrong"


def test_an_archive_needs_room_and_a_folder(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a gigabyte; the folder need not be there yet."""
    for free, state, megabytes in ((500 * 1024**2, "ok", 500), (500 * 1024**2 - 1, "wrong", 499)):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, free=free: SimpleNamespace(free=free))
        disk = machine(workspace_in(place, NOW))["archive"]
        assert (disk.state, disk.detail.params["free"]) == (state, megabytes)
    (place / "data").write_text("x")
    disk = machine(workspace_in(place, NOW))["archive"]
    assert disk.state == "wrong"
    assert "data" in str(disk.detail.params["error"])


def test_an_archive_that_is_open_to_others_or_keeps_too_long_is_told(after: Path) -> None:
    """With the command that mends it, and with how much is due."""
    (after / "data").chmod(0o700)
    (early,) = retention_lines(workspace_in(after, NOW))
    (late,) = retention_lines(workspace_in(after, NOW + timedelta(days=400)))
    assert (early.subject, early.state, early.detail.message) == ("archive: keeping", "ok", NOTHING_DUE)
    assert late.state == "wrong"
    assert late.detail.params["answers"] > 0
    assert late.detail.params["comments"] > 0
    (after / "data").chmod(0o750)
    rights = next(retention_lines(workspace_in(after, NOW)))
    assert (rights.subject, rights.state) == ("archive: rights", "wrong")
    assert str(after / "data") in str(rights.detail)


@pytest.mark.parametrize(
    ("strange", "noted"),
    [
        ({"cause": Cause.UNRECOGNISED_PAGE, "exists": None}, True),
        ({"posts_cause": Cause.UNRECOGNISED_PAGE}, True),
        ({"posts": posts(1, comments_cause=Cause.UNRECOGNISED_PAGE)}, True),
        ({"cause": Cause.THROTTLED, "exists": None}, False),  # nothing of it was seen
    ],
)
def test_a_route_whose_pages_look_strange_is_told(strange: dict[str, object], noted: bool, place: Path) -> None:
    """With how many, and which is the first; a route that was never used has no line."""
    with Archive.open(place / "data") as archive:
        run = begun(archive)
        for name, fields in (("perviy", {}), ("vtoroy", strange)):
            archive.snapshots.save(run, str(WEEK), snapshot(url=f"https://t.me/{name}", **fields))
        archive.finish_run(run, NOW)
    lines = machine(workspace_in(place, NOW))
    (layout,) = (line for subject, line in lines.items() if subject.startswith("form of the pages"))
    where = {"count": 1, "of": 2, "first": "https://t.me/vtoroy", "ids": "—"}
    assert layout.state == ("noted" if noted else "ok")
    assert (where.items() <= layout.detail.params.items()) == noted, layout.detail.params
