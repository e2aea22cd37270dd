"""``auditor start``: ask at most five questions, and set up the folder that a weekly run needs.

Each answer is tried at once. A registry that is already in the folder is kept.
"""

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote

import click

from auditor.base.errors import CannotRunError, SettingsError, UsageError, os_error_text
from auditor.base.files import make_private, packaged, write_file
from auditor.base.i18n import Translator, choose_language
from auditor.base.settings import Settings, load_settings
from auditor.base.snapshot import Route
from auditor.base.text import N_, Text, phrase
from auditor.commands.console import echo
from auditor.commands.keypress import ask_line, ask_secret
from auditor.commands.options import Common, program
from auditor.probes.event_loop import run
from auditor.probes.plugins import PluginContext, plugin_of
from auditor.registry import Registry, load_registry
from auditor.registry.gaps import gaps_of

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_TUESDAY = "2"
"""The default day: by then Sunday's questions have had 24 hours for a reply."""
_UNIT = "auditor-weekly"


@dataclass(slots=True)
class _SetupDialog:
    """The dialog's language, and the answers so far."""

    translator: Translator
    folder: Path = Path()
    written: dict[str, str] = field(default_factory=dict)
    """Lines of ``auditor.toml``."""

    def echo(self, message: str, **params: object) -> None:
        echo(self.translator.text(phrase(message, **params)))

    def ask(self, message: str, default: str = "") -> str:
        """Return what was typed, or `default` for an empty line. Raises `UsageError` at the end of input."""
        reply_text = ask_line(f"{self.translator.gettext(message)} ", default)
        if reply_text is None:
            raise UsageError(phrase("start asks five questions; run it at a terminal"))
        return reply_text

    def ask_until(self, message: str, objection_to: Callable[[str], Text | None], default: str = "") -> str:
        """Ask until `objection_to` returns None for the answer, printing each objection; return the answer."""
        while (objection := objection_to(reply_text := self.ask(message, default))) is not None:
            echo(self.translator.text(objection))
        return reply_text

    def settings(self, **more: str) -> Settings:
        """Return the settings made of the environment, the answers so far and `more`. Raises `SettingsError`."""
        environ = dict(os.environ) | {f"AUDITOR_{name.upper()}": value for name, value in (self.written | more).items()}
        return load_settings(environ, self.folder / "no-file-here")


@program.command()
@click.pass_obj
def start(common: Common) -> None:
    """Ask five questions, and set up a folder from which the pages are checked every week.

    Where to keep it, whom to write to, the VK key, a proxy, the day. Each answer is tried at once.
    """
    dialog = _SetupDialog(Translator(choose_language(common.lang, os.environ)))
    dialog.settings()  # reports an invalid environment variable before the first question
    try:
        _ask_folder(dialog)
        registry = _copy_registry(dialog)
        _ask_contact(dialog)
        _ask_about_routes(dialog, registry)
        _ask_day(dialog, registry.timezone)
        _finish(dialog, registry)
    except OSError as error:
        raise CannotRunError(phrase("{path}: {why}", path=dialog.folder, why=os_error_text(error))) from None


def _ask_folder(dialog: _SetupDialog) -> None:
    """Ask for the folder, and make it."""

    def objection_to(reply_text: str) -> Text | None:
        try:
            dialog.folder = Path(reply_text).expanduser().resolve()
            is_set_up = (dialog.folder / "auditor.toml").exists()
        except (RuntimeError, ValueError, OSError):  # unknown home folder, invalid character, loop of links
            return phrase("not a path")
        if is_set_up:
            return phrase("{path} is set up already; change its auditor.toml, or choose another", path=dialog.folder)
        if _PROGRAM in (dialog.folder, *dialog.folder.parents):
            return phrase("{path} is inside the program's own folder; choose another", path=dialog.folder)
        try:
            dialog.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            return phrase("{path}: {why}", path=dialog.folder, why=os_error_text(error))
        return None if os.access(dialog.folder, os.W_OK) else phrase(_NO_RIGHT, path=dialog.folder)

    dialog.ask_until(
        N_("1/5 Folder for the registry, the settings, the archive and the reports [~/auditor-week]:"),
        objection_to,
        "~/auditor-week",
    )


_PROGRAM = Path(__file__).resolve().parent.parent.parent
"""The cloned repository, or site-packages if the program is installed."""
_NO_RIGHT = N_("{path}: this user may not write there")


def _copy_registry(dialog: _SetupDialog) -> Registry:
    """Copy the packaged registry into the folder unless it has one; return it. Raises `RegistryError` for mistakes."""
    path = dialog.folder / "officials.yaml"
    if not path.exists():
        shutil.copyfile(packaged("officials.yaml"), path)
    dialog.echo(N_("  The registry: {path}. It is yours now; an update of the program does not touch it."), path=path)
    return load_registry(path)


_NO_CONTACT = N_('  Without it no reader knows where to write: add contact = "…" to auditor.toml later.')


def _ask_contact(dialog: _SetupDialog) -> None:
    """Ask for the contact that every report prints."""

    def objection_to(reply_text: str) -> Text | None:
        try:
            dialog.settings(contact=reply_text)
        except SettingsError as error:
            return error.text
        return None

    contact = dialog.ask_until(
        N_("2/5 Address for statements and corrections (mail or a link), printed in each report:"), objection_to
    )
    if contact:
        dialog.written["contact"] = contact
    else:
        dialog.echo(_NO_CONTACT)


def _ask_about_routes(dialog: _SetupDialog, registry: Registry) -> None:
    """Ask for each route what its record says that it needs."""
    for route in Route:
        if route.facts.key_question:
            _ask_key(dialog, registry, route)
        if route.facts.proxy_question:
            _ask_proxy(dialog, registry, route)


def _ask_key(dialog: _SetupDialog, registry: Registry, route: Route) -> None:
    """Ask for a route's key without showing it, store it in a private file and try it."""
    prompt = dialog.translator.gettext(route.facts.key_question)
    while (key := ask_secret(f"{prompt} ")) and not _KEY.fullmatch(key):
        dialog.echo(route.facts.key_objection)
    if not key:
        return
    path = dialog.folder / f"{route.facts.prefix}-key"
    write_file(path, f"{key}\n", mode=0o600)
    dialog.written[f"{route.facts.prefix}_token_file"] = str(path)
    _try_route(dialog, registry, route)


_KEY = re.compile(r"[A-Za-z0-9._-]{20,}")


def _ask_proxy(dialog: _SetupDialog, registry: Registry, route: Route) -> None:
    """Try a route, and ask for a proxy if it cannot be reached."""
    if _try_route(dialog, registry, route):
        dialog.echo(route.facts.proxy_unneeded)
        return
    name = f"{route.facts.prefix}_proxy"

    def objection_to(reply_text: str) -> Text | None:
        try:
            dialog.settings(**{name: reply_text})
        except SettingsError as error:
            return error.text
        return None

    proxy = dialog.ask_until(route.facts.proxy_question, objection_to)
    if proxy:
        dialog.written[name] = proxy
        _try_route(dialog, registry, route)


def _try_route(dialog: _SetupDialog, registry: Registry, route: Route) -> bool:
    """Try a route with the settings so far, print the result, and return whether it works."""
    plugin = plugin_of(route)
    controls = tuple(control for control in registry.controls if control.url.network is plugin.route.network)
    plugin_context = PluginContext(
        dialog.settings(), lambda: datetime.now(UTC), dialog.folder / "data", controls=controls, live=True
    )
    worst = min(run(plugin.diagnose(plugin_context)), key=lambda line: line.state == "ok", default=None)
    works = worst is not None and worst.state == "ok"
    detail = N_("works") if works or worst is None else worst.detail
    dialog.echo(N_("  {subject}: {told}"), subject=worst.subject if worst else route.value, told=_as_text(detail))
    return works


def _as_text(message: str | Text) -> Text:
    return message if isinstance(message, Text) else phrase(message)


def _ask_day(dialog: _SetupDialog, zone: str) -> None:
    """Ask for the day of the weekly run, and write the systemd units and the line for cron."""

    def objection_to(reply_text: str) -> Text | None:
        return None if reply_text in set("1234567") else phrase("write a number from 1 (Monday) to 7 (Sunday)")

    day = dialog.ask_until(N_("5/5 Day of the weekly run, 1 Monday … 7 Sunday [2]:"), objection_to, _TUESDAY)
    dialog.written["data"], dialog.written["out"] = str(dialog.folder / "data"), str(dialog.folder / "reports")
    executable = str(Path(shutil.which("auditor") or Path(sys.executable).with_name("auditor")).absolute())
    name = _DAYS[int(day) - 1]
    write_file(
        dialog.folder / f"{_UNIT}.service",
        _SERVICE.format(folder=_escaped(dialog.folder), program=_escaped(executable)),
    )
    write_file(dialog.folder / f"{_UNIT}.timer", _TIMER.format(day=name, zone=zone))
    write_file(dialog.folder / "crontab.txt", _cron_line(day, dialog.folder, executable))


def _escaped(path: str | Path) -> str:
    """Return a path as a systemd unit needs it: a per cent sign, which begins a specifier, is doubled."""
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


def _cron_line(day: str, folder: Path, program: str) -> str:
    """Return the line for cron, in which a per cent sign must be escaped: unescaped it would end the command."""
    folder_, program_ = quote(str(folder)), quote(program)
    line = f"0 9 * * {day}  cd {folder_} && {program_} weekly --quiet; {program_} purge --quiet\n"
    return line.replace("%", "\\%")


def _finish(dialog: _SetupDialog, registry: Registry) -> None:
    """Write ``auditor.toml``, and print the files made, how many offices can be checked and the next command."""
    make_private(dialog.folder / "data")
    files = ["auditor.toml", f"{_UNIT}.service", f"{_UNIT}.timer", "crontab.txt"]
    write_file(dialog.folder / files[0], "".join(f"{line}\n" for line in _lines(dialog.written)), mode=0o600)
    bound = [office for office in registry.offices if registry.bound(office)]
    office_gaps = gaps_of(registry, datetime.now(registry.zone).date(), bound)
    ready = len(bound) - sum(gaps.blocking_count > 0 for gaps in office_gaps)
    dialog.echo(N_("Written: {files}"), files=", ".join(files))
    dialog.echo(
        N_("{n} of {total} can be checked. Next: cd {folder} && auditor next"),
        n=ready,
        total=len(bound),
        folder=quote(str(dialog.folder)),
    )


def _lines(written: dict[str, str]) -> Iterator[str]:
    for name, value in written.items():
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        yield f'{name} = "{quoted}"'
