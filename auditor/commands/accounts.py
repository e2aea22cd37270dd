"""``auditor accounts``: record a person's decision about an account: show a diff, ask, write."""

import logging
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from auditor.base.errors import ArchiveError, UsageError
from auditor.base.safe import mark_control_characters
from auditor.base.text import N_, Text, phrase
from auditor.commands.console import echo
from auditor.commands.options import Common, ExactWho, group

if TYPE_CHECKING:
    from auditor.base.address import Address
    from auditor.base.i18n import Translator
    from auditor.registry.registry_file import FileEdit, RegistryFile
    from auditor.run.workspace import Workspace

log = logging.getLogger(__name__)

app = group("Write a person's decision about an account into officials.yaml.")

_Url = Annotated[str, typer.Argument(help="The account's address on VK or Telegram, in any form that people paste.")]
_How = Annotated[str | None, typer.Option("--how", help="How that was found out, in a sentence. Required.")]
_Sources = Annotated[list[str] | None, typer.Option("--source", help="Where that can be seen; may be repeated.")]
_On = Annotated[str | None, typer.Option("--on", help="The day of it, 2026-11-24; by default today.")]
_Yes = Annotated[bool, typer.Option("--yes", help="Write without asking.")]

_AGREED = {"y", "yes", "д", "да"}


@app.command("confirm")
def accounts_confirm(
    context: typer.Context,
    who: ExactWho,
    url: _Url,
    how: _How = None,
    source: _Sources = None,
    kind: Annotated[str, typer.Option("--kind", help="personal, or institution for a page of the body.")] = "personal",
    number: Annotated[
        int | None,
        typer.Option("--id", min=-(10**15), max=10**15, help="The network's own number; a VK group's has a -."),
    ] = None,
    of: Annotated[str | None, typer.Option("--of", help="The source's own date: 2025, 2025-07 or 2025-07-31.")] = None,
    on: _On = None,
    yes: _Yes = False,
) -> None:
    """Record that an account is the holder's, or the body's.

    The change is shown as a diff and written when you agree.
    """
    from auditor.registry.decisions import plan_confirm

    given: dict[str, Any] = {"how": how, "sources": source or (), "on": on, "of": of, "kind": kind, "number": number}
    _decide(context.obj, lambda file: plan_confirm(file, who, url, **given), yes=yes)


@app.command("reject")
def accounts_reject(
    context: typer.Context,
    who: ExactWho,
    url: _Url,
    how: _How = None,
    on: _On = None,
    yes: _Yes = False,
) -> None:
    """Record that an account is not the holder's.

    It is not shown as a lead again.
    """
    from auditor.registry.decisions import plan_reject

    _decide(context.obj, lambda file: plan_reject(file, who, url, how=how, on=on), yes=yes)


@app.command("searched")
def accounts_searched(
    context: typer.Context,
    who: ExactWho,
    how: _How = None,
    found: Annotated[str | None, typer.Option("--found", help="nothing, or what was found. Required.")] = None,
    network: Annotated[
        list[str] | None, typer.Option("--network", help="Where: vk, telegram, ok, max or other; may be repeated.")
    ] = None,
    by: Annotated[str | None, typer.Option("--by", help="Who searched: printed in the report. Required.")] = None,
    on: _On = None,
    yes: _Yes = False,
) -> None:
    """Record a search for the holder's accounts.

    Without a recorded search of VK, Telegram, OK and MAX, "not found" is never said.
    """
    from auditor.registry.decisions import plan_searched

    given: dict[str, Any] = {"how": how, "by": by, "found": found, "networks": network or (), "on": on}
    _decide(context.obj, lambda file: plan_searched(file, who, **given), yes=yes)


def _decide(common: Common, plan_edit: "Callable[[RegistryFile], FileEdit]", *, yes: bool) -> None:
    workspace = common.open()
    file = registry_file(workspace, common)
    echo(carry_out(lambda: plan_edit(file), workspace.translator, yes=yes))


def registry_file(workspace: "Workspace", common: Common) -> "RegistryFile":
    """Return the registry file, ready to have decisions written into it."""
    from auditor.registry.registry_file import RegistryFile

    named = common.registry is not None or workspace.settings.registry is not None
    return RegistryFile(workspace.registry_path, workspace.clock(), named, partial(_last_known_id, workspace))


def _last_known_id(workspace: "Workspace", address: "Address") -> int | None:
    """Return the id that the network last gave for this address, from the archive; None if no look recorded one."""
    from auditor.archive import Archive

    try:
        with Archive.read(workspace.data) as archive:
            now = workspace.clock()
            looks = archive.snapshots.snapshots(now, [address.url], since=now).get(address.url, [])
    except ArchiveError as error:
        log.warning(phrase("the page's number is not looked up: {said}", said=error.text))
        return None
    return next((look.snapshot.id for look in reversed(looks) if look.snapshot.id is not None), None)


def carry_out(plan: "Callable[[], FileEdit]", translator: "Translator", *, yes: bool) -> str:
    """Show the planned change, ask unless `yes`, and write it; return a line that reports the result.

    Raises `UsageError` if it must ask and standard input is not a terminal.
    """
    if yes:
        edit = _write_planned(plan)
        show_change(edit)
        return translator.text(edit.done_message)
    edit = plan()
    if not sys.stdin.isatty():
        raise UsageError(Text(N_("this asks before it writes; run it at a terminal, or give --yes")))
    show_change(edit)
    if not _agreed(translator.text(Text(N_("Write this into {path}? [y/N] "), {"path": str(edit.path)}))):
        return translator.gettext(N_("Nothing was written."))
    edit.write()
    return translator.text(edit.done_message)


_TRIES = 20
"""As many decisions written at once as can be waited for."""


def _write_planned(plan: "Callable[[], FileEdit]") -> "FileEdit":
    """Write the planned change and return it; where another process wrote first, plan it anew on what is there now."""
    from auditor.registry.registry_file import ChangedMeanwhileError

    for _ in range(_TRIES):
        with suppress(ChangedMeanwhileError):
            edit = plan()
            edit.write()
            return edit
    edit = plan()
    edit.write()
    return edit


def show_change(edit: "FileEdit") -> None:
    """Print a change as a diff."""
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    for line in edit.diff:
        shown = mark_control_characters(line)
        sys.stdout.write((_coloured(shown) if colour else shown) + "\n")
    sys.stdout.flush()


def _coloured(line: str) -> str:
    codes = {"+": "32", "-": "31", "@": "36"}
    code = codes.get(line[:1])
    return f"\x1b[{code}m{line}\x1b[0m" if code else line


def _agreed(prompt: str) -> bool:
    sys.stderr.write(prompt)
    sys.stderr.flush()
    return sys.stdin.readline().strip().casefold() in _AGREED
