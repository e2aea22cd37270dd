"""``auditor start``: ask at most five questions, and set up the folder that a weekly run needs.

Each answer is tried at once and written into ``auditor.toml``, so that the next start goes on after an interrupted one.
A registry that is already in the folder is kept.
"""

import os
import re
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from shlex import quote

import click

from auditor.base.errors import CannotRunError, SettingsError, UsageError, os_error_text
from auditor.base.files import make_private, packaged, write_file
from auditor.base.i18n import Translator, choose_language
from auditor.base.settings import Settings, can_be_reached, load_settings
from auditor.base.snapshot import Route
from auditor.base.text import N_, Text, phrase
from auditor.commands.console import echo, warn_of_passing_copy
from auditor.commands.keypress import ask_line, ask_secret
from auditor.commands.options import Common, program
from auditor.commands.start_blank import (
    FILES,
    NO_OFFICES,
    PREFIX,
    answers_in,
    level_names,
    next_questions,
    objection_to,
    read_blank,
    remark_lines,
    write_blank,
)
from auditor.commands.what_next import print_steps, what_next
from auditor.probes.event_loop import run
from auditor.probes.plugins import DiagnosisLine, PluginContext, plugin_of
from auditor.registry import Registry, load_registry
from auditor.registry.gaps import gaps_of
from auditor.run.home_folder import SETTINGS_FILE, last_started, remember_started

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
        answers = {name: value for name, value in (self.written | more).items() if not name.startswith(PREFIX)}
        environ = {name: value for name, value in os.environ.items() if _key_of(name) not in answers}
        return load_settings(environ, self.folder if self.written else self.folder / "no-file-here", answers)

    @property
    def path(self) -> Path:
        """The file of the answers."""
        return self.folder / SETTINGS_FILE

    def keep(self, **answers: str) -> None:
        """Write answers into the file; an empty one says that the question was answered."""
        self.written |= answers
        text = self.translator.gettext(N_("not finished; run it again, and it goes on here"))
        write_file(self.path, f"{_UNFINISHED} {text}\n{''.join(_lines(self.written))}", mode=0o600)


def _key_of(variable: str) -> str:
    return variable.removeprefix("AUDITOR_").lower()


_UNFINISHED = "# auditor start:"
"""How a file of answers begins until all questions are answered."""


def _earlier_answers(path: Path) -> dict[str, str] | None:
    """Return the answers of an interrupted start; None if the folder is set up. Raises `OSError`, `ValueError`."""
    if not path.exists():
        return {}
    text = path.read_text(encoding="utf-8")
    if not text.startswith(_UNFINISHED):
        return None
    return {name: str(value) for name, value in tomllib.loads(text).items()} | answers_in(text)


@program.command()
@click.option("--ci", metavar="github", help="Write a repository instead, whose weekly job runs without a server.")
@click.option("--blank", is_flag=True, help="For another region: ask about it, and make a registry without offices.")
@click.pass_obj
def start(common: Common, *, ci: str | None, blank: bool) -> None:
    """Ask five questions, and set up a folder from which the pages are checked every week.

    Where to keep it, whom to write to, the VK key, a proxy, the day. Each answer is tried and written at once.
    """
    if ci is not None:
        from auditor.commands.repository import write_repository

        write_repository(common, ci, blank=blank)
        return
    dialog = _SetupDialog(Translator(choose_language(common.lang, os.environ)))
    dialog.settings()  # reports an invalid environment variable before the first question
    try:
        _say_needs(dialog)
        _ask_folder(dialog)
        registry = _copy_registry(dialog, blank=blank)
        _ask_contact(dialog)
        _ask_about_routes(dialog, registry)
        _ask_day(dialog, registry.timezone)
        _finish(dialog, registry)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(_interrupted(dialog)) from None
    except OSError as error:
        raise CannotRunError(phrase("{path}: {why}", path=dialog.folder, why=os_error_text(error))) from None


def _interrupted(dialog: _SetupDialog) -> Text:
    if not dialog.written:
        return phrase("interrupted; nothing was written")
    return phrase("interrupted; the answers are in {path}: run `auditor start` again, and it goes on", path=dialog.path)


def _say_needs(dialog: _SetupDialog) -> None:
    """Print what each network needs, before anything is asked."""
    warn_of_passing_copy(dialog.translator)
    dialog.echo(N_("The networks need:"))
    for route in _tried_routes():
        echo(f"  {dialog.translator.gettext(route.facts.needs)}")
    dialog.echo(N_("Ctrl-C: leave. Each answer is written at once, and the next start goes on after it."))


def _tried_routes() -> list[Route]:
    return [route for route in Route if route.facts.needs]


def _ask_folder(dialog: _SetupDialog) -> None:
    """Ask for the folder, make it, and read what an interrupted start wrote there."""
    default = _default_folder()

    def objection_to(reply_text: str) -> Text | None:
        try:
            dialog.folder = Path(reply_text).expanduser().resolve()
            answers = _earlier_answers(dialog.path)
        except (RuntimeError, ValueError, OSError):  # unknown home folder, invalid character, loop of links
            return phrase("not a path")
        if answers is None:
            return phrase("{path} is set up already; change its auditor.toml, or choose another", path=dialog.folder)
        if _PROGRAM in (dialog.folder, *dialog.folder.parents):
            return phrase("{path} is inside the program's own folder; choose another", path=dialog.folder)
        try:
            dialog.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            return phrase("{path}: {why}", path=dialog.folder, why=os_error_text(error))
        dialog.written = answers
        return None if os.access(dialog.folder, os.W_OK) else phrase(_NO_RIGHT, path=dialog.folder)

    dialog.echo(N_("1/5 Folder for the registry, the settings, the archive and the reports"))
    dialog.ask_until(f"[{default}]:", objection_to, default)
    if dialog.written:
        dialog.echo(N_("  Going on: {answers} are there."), answers=", ".join(dialog.written))
    dialog.keep(data="data", out="reports")  # so the folder may be moved, or mounted elsewhere
    remember_started(dialog.folder)


def _default_folder() -> str:
    """Return the folder of a start that was interrupted, else this one if it is empty, else the usual one."""
    folder = last_started()
    with suppress(OSError, ValueError):
        if folder is not None and _earlier_answers(folder / SETTINGS_FILE) is not None:
            return str(folder)
    return "~/auditor-week" if any(Path().iterdir()) else "."


_PROGRAM = Path(__file__).resolve().parent.parent.parent
"""The cloned repository, or site-packages if the program is installed."""
_NO_RIGHT = N_("{path}: this user may not write there")


def _copy_registry(dialog: _SetupDialog, *, blank: bool) -> Registry:
    """Copy the packaged registry into the folder, or make a blank one, unless it has one; return it.

    Raises `RegistryError` for mistakes.
    """
    path = dialog.folder / "officials.yaml"
    if not path.exists() and (blank or any(name.startswith(PREFIX) for name in dialog.written)):
        _make_blank(dialog)
    elif not path.exists():
        shutil.copyfile(packaged("officials.yaml"), path)
    dialog.echo(N_("  The registry: {path}. It is yours now; an update of the program does not touch it."), path=path)
    registry = load_registry(path)
    if not registry.offices:
        dialog.echo(NO_OFFICES, sheet=dialog.folder / FILES[-1])
    return registry


def _make_blank(dialog: _SetupDialog) -> None:
    """Ask about the region and its directive, and write a registry without offices."""
    for key, question, default in next_questions(dialog.written):
        text = dialog.translator.translate(question, levels=level_names())
        reply_text = dialog.ask_until(text, partial(objection_to, key), default)
        dialog.keep(**{f"{PREFIX}{key}": read_blank(key, reply_text)})
    write_blank(dialog.folder, dialog.written, datetime.now(UTC).date())
    dialog.written = {name: value for name, value in dialog.written.items() if not name.startswith(PREFIX)}
    dialog.keep()


_NO_CONTACT = N_('  Without it no reader knows where to write: add contact = "…" to auditor.toml later.')


def _ask_contact(dialog: _SetupDialog) -> None:
    """Ask for the contact that every report prints."""
    if "contact" in dialog.written:
        return

    def objection_to(reply_text: str) -> Text | None:
        return _objection(dialog, "contact", reply_text) or (
            None if not reply_text or can_be_reached(reply_text) else phrase(_VAGUE_CONTACT)
        )

    question = N_("2/5 Address for statements and corrections (e-mail, link or telephone), printed in each report:")
    contact = dialog.ask_until(question, objection_to)
    dialog.keep(contact=contact)
    if not contact:
        dialog.echo(_NO_CONTACT)


_VAGUE_CONTACT = N_("readers cannot write there: give an e-mail, a link (https://…) or a telephone with its code")


def _objection(dialog: _SetupDialog, name: str, reply_text: str) -> Text | None:
    """Return why the text cannot be the setting `name`; None if it can."""
    try:
        dialog.settings(**{name: reply_text})
    except SettingsError as error:
        return error.text
    return None


def _ask_about_routes(dialog: _SetupDialog, registry: Registry) -> None:
    """Try each network, and ask for what it needs."""
    reached = [route for route in _tried_routes() if _is_reached(dialog, registry, route)]
    if not reached:
        dialog.echo(_NOWHERE)
    for route in _tried_routes():
        if route.facts.key_question:
            _ask_key(dialog, registry, route)
        if route.facts.proxy_question and route not in reached:
            _ask_proxy(dialog, registry, route)
        elif route.facts.proxy_question:
            dialog.echo(route.facts.proxy_unneeded)


_NOWHERE = N_(
    "  Neither network answers from here. The weekly run can be left to a machine abroad: auditor start --ci github"
)


def _is_reached(dialog: _SetupDialog, registry: Registry, route: Route) -> bool:
    """Try whether a network answers from here, if only that it needs another key; print what came."""
    facts = route.facts
    no_key = {f"{facts.prefix}_token": _NO_KEY} if facts.key_question and not _key_file(dialog, route) else {}
    worst = _diagnosed(dialog.settings(**no_key), dialog.folder, registry, route)
    reached = worst is None or worst.state in {"ok", "refused"}
    detail = phrase("answers from here") if worst is None or reached else worst.detail
    dialog.echo(N_("  {subject}: {told}"), subject=Text(facts.name), told=detail)
    return reached


_NO_KEY = "no-key-of-anybody-0000"
"""What VK, which tells nothing without a key, gets in place of one, to see whether it answers at all."""


def _key_file(dialog: _SetupDialog, route: Route) -> str:
    return dialog.written.get(f"{route.facts.prefix}_token_file", "")


def _ask_key(dialog: _SetupDialog, registry: Registry, route: Route) -> None:
    """Ask for a route's key or its file, without showing it, and try it."""
    name = f"{route.facts.prefix}_token_file"
    if name in dialog.written:
        return
    prompt = dialog.translator.gettext(route.facts.key_question)
    while (reply_text := ask_secret(f"{prompt} ")) and (path := _file_of_key(dialog, route, reply_text)) is None:
        dialog.echo(route.facts.key_objection)
    dialog.keep(**{name: str(path) if reply_text else ""})
    if reply_text:
        _try_route(dialog, registry, route)


_KEY = re.compile(r"[A-Za-z0-9._-]{20,}")


def _file_of_key(dialog: _SetupDialog, route: Route, reply_text: str) -> Path | None:
    """Return the file with the key: the one that was typed, or a private one in the folder; None for anything else."""
    with suppress(OSError, ValueError, RuntimeError):  # not a path, or nothing that can be read
        path = Path(reply_text.strip("\"'«»")).expanduser().resolve()
        if path.is_file():
            return path if _KEY.fullmatch(path.read_text(encoding="utf-8-sig").strip()) else None
    if not _KEY.fullmatch(reply_text):
        return None
    path = Path(f"{route.facts.prefix}-key")
    write_file(dialog.folder / path, f"{reply_text}\n", mode=0o600)
    return path


def _ask_proxy(dialog: _SetupDialog, registry: Registry, route: Route) -> None:
    """Ask for the proxy of a route that cannot be reached without, and try it."""
    name = f"{route.facts.prefix}_proxy"
    if name in dialog.written:
        return
    proxy = dialog.ask_until(route.facts.proxy_question, lambda reply_text: _objection(dialog, name, reply_text))
    dialog.keep(**{name: proxy})
    if proxy:
        _try_route(dialog, registry, route)


def _try_route(dialog: _SetupDialog, registry: Registry, route: Route) -> None:
    """Try a route with the settings so far, and print the result."""
    worst = _diagnosed(dialog.settings(), dialog.folder, registry, route)
    works = worst is None or worst.state == "ok"
    detail = phrase("works") if worst is None or works else worst.detail
    dialog.echo(N_("  {subject}: {told}"), subject=Text(route.facts.name), told=detail)


def _diagnosed(settings: Settings, folder: Path, registry: Registry, route: Route) -> DiagnosisLine | None:
    """Return the first line of a route's diagnosis that is not ok, else the first."""
    plugin = plugin_of(route)
    controls = tuple(control for control in registry.controls if control.url.network is plugin.route.network)
    context = PluginContext(settings, lambda: datetime.now(UTC), folder / "data", controls=controls, live=True)
    return min(run(plugin.diagnose(context)), key=lambda line: line.state == "ok", default=None)


def _ask_day(dialog: _SetupDialog, zone: str) -> None:
    """Ask for the day of the weekly run, and write the systemd units and the line for cron."""

    def objection_to(reply_text: str) -> Text | None:
        return None if reply_text in set("1234567") else phrase("write a number from 1 (Monday) to 7 (Sunday)")

    day = dialog.ask_until(N_("5/5 Day of the weekly run, 1 Monday … 7 Sunday [2]:"), objection_to, _TUESDAY)
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
    files = [SETTINGS_FILE, f"{_UNIT}.service", f"{_UNIT}.timer", "crontab.txt"]
    write_file(
        dialog.path, "".join(_lines({name: value for name, value in dialog.written.items() if value})), mode=0o600
    )
    bound = [office for office in registry.offices if registry.counted(office)]
    today = datetime.now(registry.zone).date()
    office_gaps = gaps_of(registry, today, bound)
    ready = len(bound) - sum(gaps.blocking_count > 0 for gaps in office_gaps)
    dialog.echo(N_("Written: {files}"), files=", ".join(files))
    if not registry.offices:
        dialog.echo(N_("Next: cd {folder} && auditor registry fill --new"), folder=quote(str(dialog.folder)))
        return
    dialog.echo(
        N_("{n} of {total} can be checked. The commands work in its folder: cd {folder}"),
        n=ready,
        total=len(bound),
        folder=quote(str(dialog.folder)),
    )
    print_steps(what_next(office_gaps, today, is_week_due=True), dialog.translator)


def _lines(written: dict[str, str]) -> Iterator[str]:
    yield from remark_lines({name: value for name, value in written.items() if name.startswith(PREFIX)})
    for name, value in written.items():
        if name.startswith(PREFIX):
            continue
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        yield f'{name} = "{quoted}"\n'
