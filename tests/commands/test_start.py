"""`auditor start`: five questions, each answer tried, and a folder that the weekly run needs."""

import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Callable, Collection
from pathlib import Path
from unittest.mock import AsyncMock, Mock

import pytest

from auditor.base.settings import can_be_reached, load_settings
from auditor.base.snapshot import Route
from auditor.base.text import phrase
from auditor.commands import keypress
from auditor.commands import start as start_command
from auditor.commands.cli import run
from auditor.probes.plugins import DiagnosisLine
from auditor.probes.vk.vk_network import VkSettings
from auditor.registry import load_registry
from auditor.run.home_folder import find_home
from tests.conftest import ROOT

KEY = "a-key-that-nobody-has-0123456789"


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Return what runs the command with lines typed, and Ctrl-C at their end; all networks answer but `silent` ones."""

    def started(*lines: str | None, silent: Collection[Route] = ()) -> int:
        def plugin(route: Route) -> Mock:
            line = DiagnosisLine(route.value, "unreachable" if route in silent else "ok", phrase("what came of it"))

            return Mock(route=route, diagnose=AsyncMock(return_value=[line]))

        typed = iter(lines)

        def ask_line(_question: str, default: str = "") -> str | None:
            try:
                return next(typed) or default
            except StopIteration:
                raise KeyboardInterrupt from None

        monkeypatch.setattr(start_command, "plugin_of", plugin)
        for asking in (start_command, keypress):
            monkeypatch.setattr(asking, "ask_line", ask_line)
        return run(["--lang", "en", "start"])

    return started


def test_five_answers_make_a_folder(tmp_path: Path, start: Callable[..., int]) -> None:
    """Registry, settings, key, timer and the line for cron; the key is in a file that only its owner can read."""
    folder = tmp_path / "week 1"
    lines = [str(folder), "otchet@example.org", KEY, "socks5://127.0.0.1:9", "3"]
    assert start(*lines, silent=[Route.TELEGRAM_PREVIEW]) == 0
    settings = load_settings({}, folder)
    assert settings.of(VkSettings).token is not None
    assert (folder / "vk-key").stat().st_mode & 0o777 == 0o600
    assert KEY not in (folder / "auditor.toml").read_text(encoding="utf-8")
    assert settings.contact == "otchet@example.org"
    assert "OnCalendar=Wed 09:00" in (folder / "auditor-weekly.timer").read_text(encoding="utf-8")
    assert (folder / "crontab.txt").read_text(encoding="utf-8").startswith("0 9 * * 3  cd ")
    assert load_registry(folder / "officials.yaml").offices == load_registry(ROOT / "officials.yaml").offices


def test_an_interrupted_start_goes_on(
    tmp_path: Path, start: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each answer is in auditor.toml at once; the next start offers the folder, and asks only what is left."""
    folder = tmp_path / "week"
    assert start() == 130
    assert "nothing was written" in capsys.readouterr().err
    assert start(str(folder), "otchet@example.org") == 130
    assert f"the answers are in {folder}/auditor.toml" in capsys.readouterr().err
    assert load_settings({}, folder).contact == "otchet@example.org"
    assert start(None, KEY) == 130
    assert start(None, "5") == 0
    settings = load_settings({}, folder)
    assert (settings.contact, settings.data) == ("otchet@example.org", folder / "data")
    assert settings.of(VkSettings).token is not None
    assert "not finished" not in (folder / "auditor.toml").read_text(encoding="utf-8")
    assert find_home({}, tmp_path).folder == folder


def test_the_first_screen_says_what_each_network_needs(
    tmp_path: Path, start: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """Before the first question; where no network answers, a weekly job elsewhere is offered."""
    assert start() == 130
    screen = capsys.readouterr().out
    assert "VK: a service key, which VK gives to organisations alone" in screen
    assert "a machine or a proxy abroad" in screen
    for silent in ([Route.VK], [Route.VK, Route.TELEGRAM_PREVIEW]):
        assert start(str(tmp_path / str(len(silent))), "", silent=silent) == 130
        offered = "auditor start --ci github" in capsys.readouterr().out
        assert offered is (len(silent) == 2)


def test_the_key_or_its_file_is_taken(tmp_path: Path, start: Callable[..., int]) -> None:
    """A file stays where it is; one without a key, and words, are asked for again."""
    (tmp_path / "key").write_text(f"{KEY}\n", encoding="utf-8")
    (tmp_path / "letter").write_text("не знаю", encoding="utf-8")
    replies = ["не знаю", str(tmp_path / "letter"), f'"{tmp_path / "key"}"']
    assert start(str(tmp_path / "week"), "", *replies, "2") == 0
    values = tomllib.loads((tmp_path / "week/auditor.toml").read_text(encoding="utf-8"))
    assert values["vk_token_file"] == str(tmp_path / "key")
    assert not (tmp_path / "week/vk-key").exists()


@pytest.mark.parametrize(
    ("contact", "reaches"),
    [
        ("otchet@example.org", True),
        ("Приёмная: otchet@example.org", True),
        ("https://example.org/a", True),
        ("t.me/otchet", True),
        ("отчёт.рф", True),
        ("+7 (382-2) 00-00-00", True),
        ("не знаю", False),
        ("ул. Вымышленная, 5, 634000", False),
        ("ул.Вымышленная", False),
        ("почта@нет", False),
        ("", False),
    ],
)
def test_a_contact_is_where_readers_can_write(contact: str, reaches: bool) -> None:
    """An e-mail, a link or a telephone with its code, with words beside it or without."""
    assert can_be_reached(contact) is reaches


def test_a_contact_that_nobody_can_write_to_is_asked_for_again(
    tmp_path: Path, start: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """With what is wanted; none at all is an answer."""
    assert start(str(tmp_path / "week"), "не знаю", "otchet@example.org", "", "2") == 0
    assert "give an e-mail, a link (https://…) or a telephone" in capsys.readouterr().out
    assert load_settings({}, tmp_path / "week").contact == "otchet@example.org"


def test_an_answer_that_does_not_fit_is_asked_for_again(tmp_path: Path, start: Callable[..., int]) -> None:
    """A contact that holds a key; no day of the week. Where Telegram answers no proxy is asked for."""
    key = f"a key vk1.a.{'x' * 80}"
    assert start(str(tmp_path / "week"), key, "otchet@example.org", "", "9", "2") == 0
    assert "telegram_web_proxy" not in tomllib.loads((tmp_path / "week/auditor.toml").read_text(encoding="utf-8"))


def test_what_is_there_already_stays(tmp_path: Path, start: Callable[..., int]) -> None:
    """A registry of the operator's is kept; a folder that is set up, or the program's own, is not taken."""
    own = (ROOT / "officials.yaml").read_text(encoding="utf-8") + "# mine\n"
    for name in ("mine", "done"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "officials.yaml").write_text(own, encoding="utf-8")
    (tmp_path / "done/auditor.toml").write_text("vk_rps = 2\n", encoding="utf-8")
    folders = [str(tmp_path / "done"), str(ROOT / "week"), "~nobody-of-this-name/x", "a\0b", str(tmp_path / "mine")]
    assert start(*folders, "", "", "") == 0
    assert (tmp_path / "mine/officials.yaml").read_text(encoding="utf-8") == own
    assert [path.name for path in sorted((tmp_path / "done").iterdir())] == ["auditor.toml", "officials.yaml"]
    assert not (ROOT / "week").exists()


def test_the_line_for_cron_and_the_units_hold_a_folder_of_any_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: Callable[..., int]
) -> None:
    """Blanks, quotes and a per cent sign, which would end the command; systemd, where it is here, reads both units."""
    analyze = shutil.which("systemd-analyze")
    monkeypatch.setattr(shutil, "which", lambda _name: "/bin/true")
    folder = tmp_path / "my $x 50% o'clock"
    assert start(str(folder), "", "", "") == 0
    line = (folder / "crontab.txt").read_text(encoding="utf-8")
    assert "%" not in line.replace("\\%", "")
    assert shlex.split(line.split("  ", 1)[1].replace("\\%", "%"))[1] == str(folder)
    for unit in ("auditor-weekly.service", "auditor-weekly.timer") if analyze else ():
        done = subprocess.run([analyze, "verify", str(folder / unit)], capture_output=True, text=True, check=False)
        assert not [line for line in done.stderr.splitlines() if unit in line], done.stderr


def test_the_end_of_input_is_one_line_and_exit_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without anybody to answer nothing is set up."""
    monkeypatch.setattr(start_command, "ask_line", lambda _question, default="": None)
    assert run(["start"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_per_cent_sign_is_doubled_in_the_unit_and_escaped_for_cron(tmp_path: Path, start: Callable[..., int]) -> None:
    """Alone it begins a specifier of systemd's, and ends a command of cron's."""
    folder = tmp_path / "100% week"
    assert start(str(folder), "", KEY, "") == 0
    unit, line = ((folder / name).read_text(encoding="utf-8") for name in ("auditor-weekly.service", "crontab.txt"))
    assert f"WorkingDirectory={tmp_path}/100%% week\n" in unit
    assert (line.count("100\\% week"), line.count("%")) == (1, 1)
