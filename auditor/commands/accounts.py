"""``auditor accounts``: record a person's decision about an account: show a diff, ask, write."""

import logging
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from auditor.base.errors import ArchiveError, UsageError
from auditor.base.safe import mark_control_characters, one_line
from auditor.base.text import N_, Text, phrase
from auditor.commands.console import echo
from auditor.commands.keypress import ask_line
from auditor.commands.options import Common, exact_who_argument, program, words_argument

if TYPE_CHECKING:
    from auditor.base.address import Address
    from auditor.base.i18n import Translator
    from auditor.registry.registry_file import FileEdit, RegistryFile
    from auditor.run.workspace import Workspace

log = logging.getLogger(__name__)

_url = click.argument("url", help="The account's address on VK or Telegram, in any form that people paste.")
_how = click.option("--how", help="How that was found out, in a sentence. Required.")
_on = click.option("--on", help="The day of it, 2026-11-24; by default today.")
_yes = click.option("--yes", is_flag=True, help="Write without asking.")

_AGREED = {"y", "yes", "д", "да"}


@program.group()
def accounts() -> None:
    """Write a person's decision about an account into officials.yaml."""


@accounts.command("confirm")
@exact_who_argument
@_url
@_how
@click.option("--source", "sources", multiple=True, help="Where that can be seen; may be repeated.")
@click.option("--kind", default="personal", show_default=True, help="personal, or institution for a page of the body.")
@click.option(
    "--id",
    "number",
    type=click.IntRange(-(10**15), 10**15),
    help="The network's own number; a VK group's has a -.",
)
@click.option("--of", help="The source's own date: 2025, 2025-07 or 2025-07-31.")
@_on
@_yes
@click.pass_obj
def accounts_confirm(common: Common, /, who: str, url: str, *, yes: bool, **given: Any) -> None:
    """Record that an account is the holder's, or the body's.

    The change is shown as a diff and written when you agree.
    """
    from auditor.registry.decisions import plan_confirm

    _decide(
        common.open(writes=["registry"]),
        common,
        who,
        lambda file, office: plan_confirm(file, office, url, **given),
        yes=yes,
    )


@accounts.command("reject")
@exact_who_argument
@_url
@_how
@_on
@_yes
@click.pass_obj
def accounts_reject(common: Common, /, who: str, url: str, *, yes: bool, **given: Any) -> None:
    """Record that an account is not the holder's.

    It is not shown as a lead again.
    """
    from auditor.registry.decisions import plan_reject

    _decide(
        common.open(writes=["registry"]),
        common,
        who,
        lambda file, office: plan_reject(file, office, url, **given),
        yes=yes,
    )


@accounts.command("searched")
@exact_who_argument
@_how
@click.option("--found", help="nothing, or what was found. Required.")
@click.option("--network", "networks", multiple=True, help="Where: vk, telegram, ok, max or other; may be repeated.")
@click.option("--by", help="Who searched: printed in the report. Required.")
@_on
@_yes
@click.pass_obj
def accounts_searched(common: Common, /, who: str, *, yes: bool, **given: Any) -> None:
    """Record a search for the holder's accounts.

    Without a recorded search of VK, Telegram, OK and MAX, "not found" is never said. At a terminal it asks for what
    is missing.
    """
    from auditor.registry import decisions

    workspace = common.open(writes=["registry"])
    file, query = registry_file(workspace, common), _chosen(workspace, who)
    decisions.require_searchable(file, query, given["on"])
    given["networks"] = ", ".join(given["networks"]) or None
    questions: dict[str, tuple[str, Callable[[str | None], object]]] = {
        "by": (WHO_SEARCHED, decisions.require_searcher),
        "networks": (WHICH_NETWORKS, decisions.require_networks),
        "how": (HOW_SEARCHED, decisions.require_how_searched),
        "found": (_WHAT_WAS_FOUND, partial(decisions.require_found, file, query)),
    }
    for key in filter(lambda key: given[key] is not None, questions):
        questions[key][1](given[key])
    for key, question in questions.items():
        given[key] = _answer(workspace.translator, given[key], *question)
    given["networks"] = list(filter(None, [given["networks"]]))
    echo(carry_out(lambda: decisions.plan_searched(file, query, **given), workspace.translator, yes=yes))


WHO_SEARCHED = N_("Who searched: printed in a public file")
WHICH_NETWORKS = N_("Networks that you searched: vk, telegram, ok, max")
_WHAT_WAS_FOUND = N_("What was found: nothing, or the addresses")
HOW_SEARCHED = N_("Where and by what you searched, for another to repeat it")
WHY_UNDONE = N_("Why it is taken back: kept as a note")


@accounts.command("undo")
@words_argument("who", "An office, and the address of the page, or --search.", required=True)
@click.option("--search", is_flag=True, help="Take back a recorded search in the place of a page's decision.")
@click.option("--on", help="The day of the search, 2026-11-24, where several are on record.")
@click.option("--how", help="Why it is taken back; kept as a note. Required.")
@_yes
@click.pass_obj
def accounts_undo(common: Common, /, who: str, *, search: bool, **given: Any) -> None:
    """Take back a confirmation, a rejection or a recorded search.

    The page waits for a decision again; a page of the institution leaves the record.
    """
    from auditor.registry.decisions import plan_undo, plan_undo_search, require_why_undone
    from auditor.registry.lookup import is_address

    *names, last = who.split()
    url = None if search else last
    if search == is_address(last) or not (search or names):
        raise UsageError(Text(N_("give the address of the page, or --search to take back a recorded search")))
    workspace, day = common.open(writes=["registry"]), given["on"]
    how = _answer(workspace.translator, given["how"], WHY_UNDONE, require_why_undone)
    words = workspace.translator.text

    def plan(file: "RegistryFile", office: str) -> "FileEdit":
        if url is None:
            return plan_undo_search(file, office, how=how, on=day, words=words)
        return plan_undo(file, office, url, how=how, words=words)

    _decide(workspace, common, who if url is None else " ".join(names), plan, yes=given["yes"])


def _answer(
    translator: "Translator", given: str | None, question: str, require: Callable[[str | None], object]
) -> str | None:
    """Return what was given by an option; else, at a terminal, what is typed once `require` does not object."""
    if given is not None or not sys.stdin.isatty():
        return given
    while (reply_text := ask_line(f"{translator.gettext(question)}: ")) is not None:
        if is_accepted(reply_text, require, translator):
            return reply_text
    return None


def is_accepted(reply_text: str, require: Callable[[str | None], object], translator: "Translator") -> bool:
    """Return whether `require` does not object to an answer; say in a line what it objects to."""
    try:
        require(reply_text)
    except UsageError as error:
        echo(f"  ! {one_line(translator.text(error.text))}")
        return False
    return True


def _decide(
    workspace: "Workspace",
    common: Common,
    who: str,
    plan_edit: "Callable[[RegistryFile, str], FileEdit]",
    *,
    yes: bool,
) -> None:
    """Plan a decision about an office and carry it out; a name may be a former holder's, which the plan refuses."""
    file, query = registry_file(workspace, common), _chosen(workspace, who)
    echo(carry_out(lambda: plan_edit(file, query), workspace.translator, yes=yes))


def _chosen(workspace: "Workspace", who: str) -> str:
    """Return `who`, or of several offices the id of the one that is chosen."""
    from auditor.registry.lookup import UnclearOfficeError, pick_office

    try:
        pick_office(workspace.registry, who, exact=True)
    except UnclearOfficeError:
        return workspace.office(who, exact=True).id
    return who


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
        show_change(edit, translator)
        return translator.text(edit.done_message)
    edit = plan()
    if not sys.stdin.isatty():
        raise UsageError(Text(N_("this asks before it writes; run it at a terminal, or give --yes")))
    show_change(edit, translator)
    if not agreed(translator.text(Text(N_("Write this into {path}? [y/N] "), {"path": str(edit.path)}))):
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


def show_change(edit: "FileEdit", translator: "Translator") -> None:
    """Print a change as a diff, and what it changes in the report."""
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    for line in edit.diff:
        shown = mark_control_characters(line)
        sys.stdout.write((_coloured(shown) if colour else shown) + "\n")
    sys.stdout.flush()
    if edit.effect is not None:
        echo(f"! {translator.text(edit.effect)}")


def _coloured(line: str) -> str:
    codes = {"+": "32", "-": "31", "@": "36"}
    code = codes.get(line[:1])
    return f"\x1b[{code}m{line}\x1b[0m" if code else line


def agreed(prompt: str) -> bool:
    """Ask on the standard error, and return whether the answer is yes."""
    sys.stderr.write(prompt)
    sys.stderr.flush()
    return sys.stdin.readline().strip().casefold() in _AGREED
