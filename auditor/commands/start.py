"""``auditor start``: at most five questions, and the folder that a weekly run needs.

What is answered is tried at once. Nothing that stands in the folder already is written over.
"""

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from getpass import getpass
from pathlib import Path
from shlex import quote

import typer

from auditor.base.errors import CannotRunError, SettingsError, UsageError, os_error_text
from auditor.base.files import make_private, packaged, write_file
from auditor.base.i18n import Translator, choose_language
from auditor.base.settings import Settings, load_settings
from auditor.base.snapshot import Route
from auditor.base.text import N_, Text, phrase
from auditor.commands.console import echo
from auditor.commands.keypress import ask_line
from auditor.commands.options import Common, single
from auditor.probes.plugins import DiagnosisLine, PluginContext, plugin_of
from auditor.registry import Registry, load_registry
from auditor.registry.gaps import gaps_of

app = single()

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_TUESDAY = "2"
"""By then the replies to Sunday's comments have had their 24 hours."""
_KEY_FILE = "vk-key"
_UNIT = "auditor-weekly"


@dataclass(slots=True)
class _SetupDialog:
    """What was answered so far, and whom to ask."""

    words: Translator
    folder: Path = Path()
    written: dict[str, str] = field(default_factory=dict)
    """Lines of ``auditor.toml``."""

    def echo(self, message: str, **params: object) -> None:
        echo(self.words.text(phrase(message, **params)))

    def ask(self, message: str, default: str = "") -> str:
        """Return what was typed. Raises `UsageError` where nobody answers."""
        answer = ask_line(f"{self.words.gettext(message)} ", default)
        if answer is None:
            raise UsageError(phrase("start asks five questions; run it at a terminal"))
        return answer

    def ask_until(self, message: str, fits: Callable[[str], Text | None], default: str = "") -> str:
        """Ask until an answer fits; say each time why one does not."""
        while (wrong := fits(answer := self.ask(message, default))) is not None:
            echo(self.words.text(wrong))
        return answer

    def settings(self, **more: str) -> Settings:
        """Read what was answered, and `more`, as settings. Raises `SettingsError`."""
        known = dict(os.environ) | {f"AUDITOR_{name.upper()}": value for name, value in (self.written | more).items()}
        return load_settings(known, self.folder / "no-file-here")


@app.command()
def start(context: typer.Context) -> None:
    """Ask five questions, and set up a folder from which the pages are checked every week.

    Where to keep it, whom to write to, the VK key, a proxy, the day. Each answer is tried at once.
    """
    common: Common = context.obj
    setup = _SetupDialog(Translator(choose_language(common.lang, os.environ)))
    setup.settings()  # a variable that cannot be read is told before anything is asked
    try:
        _folder(setup)
        registry = _registry(setup)
        _contact(setup)
        _key(setup, registry)
        _proxy(setup, registry)
        _day(setup, registry.timezone)
        _finish(setup, registry)
    except OSError as error:
        raise CannotRunError(phrase("{path}: {why}", path=setup.folder, why=os_error_text(error))) from None


def _folder(setup: _SetupDialog) -> None:
    """Ask where to keep everything, and make the folder."""

    def fits(answer: str) -> Text | None:
        try:
            setup.folder = Path(answer).expanduser().resolve()
            taken = (setup.folder / "auditor.toml").exists()
        except (RuntimeError, ValueError, OSError):  # an unknown user's home, a character that no path has, a circle
            return phrase("not a path")
        if taken:
            return phrase("{path} is set up already; change its auditor.toml, or choose another", path=setup.folder)
        if _PROGRAM in (setup.folder, *setup.folder.parents):
            return phrase("{path} is inside the program's own folder; choose another", path=setup.folder)
        try:
            setup.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            return phrase("{path}: {why}", path=setup.folder, why=os_error_text(error))
        return None if os.access(setup.folder, os.W_OK) else phrase(_NO_RIGHT, path=setup.folder)

    setup.ask_until(
        N_("1/5 Folder for the registry, the settings, the archive and the reports [~/auditor-week]:"),
        fits,
        "~/auditor-week",
    )


_PROGRAM = Path(__file__).resolve().parent.parent.parent
"""The folder that was cloned; of an installed program the one of all packages."""
_NO_RIGHT = N_("{path}: this user may not write there")


def _registry(setup: _SetupDialog) -> Registry:
    """Copy the registry out of the program, unless the folder has one. Raises `RegistryError` for one with mistakes."""
    own = setup.folder / "officials.yaml"
    if not own.exists():
        shutil.copyfile(packaged("officials.yaml"), own)
    setup.echo(N_("  The registry: {path}. It is yours now; an update of the program does not touch it."), path=own)
    return load_registry(own)


_NO_CONTACT = N_('  Without it no reader knows where to write: add contact = "…" to auditor.toml later.')


def _contact(setup: _SetupDialog) -> None:
    """Ask for the line that every report prints."""

    def fits(answer: str) -> Text | None:
        try:
            setup.settings(contact=answer)
        except SettingsError as error:
            return error.text
        return None

    contact = setup.ask_until(
        N_("2/5 Address for statements and corrections (mail or a link), printed in each report:"), fits
    )
    if contact:
        setup.written["contact"] = contact
    else:
        setup.echo(_NO_CONTACT)


def _key(setup: _SetupDialog, registry: Registry) -> None:
    """Ask for the VK service key, without showing it, and try it."""
    question = setup.words.gettext(N_("3/5 VK service key (not shown; Enter: none, then VK is not looked at):"))
    while (key := _unseen(f"{question} ")) and not _KEY.fullmatch(key):
        setup.echo(N_("this is no VK key: a key has Latin letters, digits, dots, - and _, and no blanks"))
    if not key:
        return
    path = setup.folder / _KEY_FILE
    write_file(path, f"{key}\n", mode=0o600)
    setup.written["vk_token_file"] = str(path)
    _try(setup, registry, Route.VK)


_KEY = re.compile(r"[A-Za-z0-9._-]{20,}")


def _unseen(question: str) -> str:
    return (getpass(question) if sys.stdin.isatty() else ask_line(question) or "").strip()


def _proxy(setup: _SetupDialog, registry: Registry) -> None:
    """Try Telegram, and ask for a proxy where it cannot be reached."""
    if _try(setup, registry, Route.TELEGRAM_PREVIEW):
        setup.echo(N_("4/5 Telegram answers without a proxy."))
        return

    def fits(answer: str) -> Text | None:
        try:
            setup.settings(telegram_web_proxy=answer)
        except SettingsError as error:
            return error.text
        return None

    proxy = setup.ask_until(N_("4/5 Proxy for Telegram, socks5://host:port or http://host:port (Enter: none):"), fits)
    if proxy:
        setup.written["telegram_web_proxy"] = proxy
        _try(setup, registry, Route.TELEGRAM_PREVIEW)


def _try(setup: _SetupDialog, registry: Registry, route: Route) -> bool:
    """Say what a route answers with what was set so far; return whether it works."""
    plugin = plugin_of(route)
    controls = tuple(one for one in registry.controls if one.url.network is plugin.route.network)
    wiring = PluginContext(
        setup.settings(), lambda: datetime.now(UTC), setup.folder / "data", controls=controls, live=True
    )
    worst: DiagnosisLine | None = None
    for line in plugin.diagnose(wiring):
        if worst is None or line.state != "ok":
            worst = line
        if line.state != "ok":
            break
    works = worst is not None and worst.state == "ok"
    told = N_("works") if works or worst is None else worst.detail
    setup.echo(N_("  {subject}: {told}"), subject=worst.subject if worst else route.value, told=_text(told))
    return works


def _text(told: str | Text) -> Text:
    return told if isinstance(told, Text) else phrase(told)


def _day(setup: _SetupDialog, zone: str) -> None:
    """Ask on which day to run, and write the units and the line for cron."""

    def fits(answer: str) -> Text | None:
        return None if answer in set("1234567") else phrase("write a number from 1 (Monday) to 7 (Sunday)")

    day = setup.ask_until(N_("5/5 Day of the weekly run, 1 Monday … 7 Sunday [2]:"), fits, _TUESDAY)
    setup.written["data"], setup.written["out"] = str(setup.folder / "data"), str(setup.folder / "reports")
    program = str(Path(shutil.which("auditor") or Path(sys.executable).with_name("auditor")).absolute())
    name = _DAYS[int(day) - 1]
    write_file(
        setup.folder / f"{_UNIT}.service", _SERVICE.format(folder=_escaped(setup.folder), program=_escaped(program))
    )
    write_file(setup.folder / f"{_UNIT}.timer", _TIMER.format(day=name, zone=zone))
    write_file(setup.folder / "crontab.txt", _cron(day, setup.folder, program))


def _escaped(path: str | Path) -> str:
    """Write a path as a unit has it: a per cent sign begins a specifier."""
    return str(path).replace("%", "%%")


_SERVICE = """\
[Unit]
Description=auditor weekly
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
WorkingDirectory={folder}
ExecStart="{program}" weekly --quiet
ExecStopPost="{program}" purge --quiet
SuccessExitStatus=1 3
"""
_TIMER = """\
[Timer]
OnCalendar={day} 09:00 {zone}
Persistent=true

[Install]
WantedBy=timers.target
"""


def _cron(day: str, folder: Path, program: str) -> str:
    """Return the line for cron, to which a per cent sign is the end of a command."""
    folder_, program_ = quote(str(folder)), quote(program)
    line = f"0 9 * * {day}  cd {folder_} && {program_} weekly --quiet; {program_} purge --quiet\n"
    return line.replace("%", "\\%")


def _finish(setup: _SetupDialog, registry: Registry) -> None:
    """Write ``auditor.toml``, and say what can be checked and what to do next."""
    make_private(setup.folder / "data")
    made = ["auditor.toml", f"{_UNIT}.service", f"{_UNIT}.timer", "crontab.txt"]
    write_file(setup.folder / made[0], "".join(f"{line}\n" for line in _lines(setup.written)), mode=0o600)
    bound = [office for office in registry.offices if registry.bound(office)]
    lacking = gaps_of(registry, datetime.now(registry.zone).date(), bound)
    ready = len(bound) - sum(one.blocking_count > 0 for one in lacking)
    setup.echo(N_("Written: {files}"), files=", ".join(made))
    setup.echo(
        N_("{n} of {total} can be checked. Next: cd {folder} && auditor next"),
        n=ready,
        total=len(bound),
        folder=quote(str(setup.folder)),
    )


def _lines(written: dict[str, str]) -> Iterator[str]:
    for name, value in written.items():
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        yield f'{name} = "{quoted}"'
