"""``auditor login``: begin or end a Telegram account's session. Typed secrets are neither echoed nor stored."""

import sys

import click

from auditor.base.archive_lock import make_private_folder
from auditor.base.errors import UsageError
from auditor.base.text import N_, phrase
from auditor.commands.console import echo, echo_error
from auditor.commands.keypress import ask_secret
from auditor.commands.options import Common, program
from auditor.probes.telegram.client.client_account import session_path
from auditor.probes.telegram.client.sign_in import Prompts, sign_in, sign_out
from auditor.run.workspace import Workspace


@program.command()
@click.option("--sign-out", is_flag=True, help="End the session at Telegram and remove its file.")
@click.pass_obj
def login(common: Common, *, sign_out: bool) -> None:
    """Sign in with a Telegram account at a prompt, or out.

    What is typed is not shown. Only the owner of the session file can read it.
    """
    workspace = common.open(writes=["data"])
    echo(_log_out(workspace) if sign_out else _log_in(workspace))


def _log_in(workspace: Workspace) -> str:
    """Ask for phone, code and, if there is one, the two-step password; return a line that names the account.

    Raises `UsageError` without a terminal: secrets are not accepted from a pipe or an argument.
    """
    if not sys.stdin.isatty():
        raise UsageError(phrase("signing in asks at a terminal; run it in one"))
    file = session_path(workspace.settings, workspace.data)
    make_private_folder(file.parent)
    translator = workspace.translator

    def ask(prompt: str) -> str:
        return ask_secret(f"{translator.gettext(prompt)}: ")

    prompts = Prompts(
        phone=lambda: ask(N_("Phone number of the account (not shown as you type)")),
        code=lambda: ask(N_("Code that Telegram sent (not shown)")),
        password=lambda: ask(N_("Two-step password (not shown)")),
        wrong=lambda: echo_error(translator.gettext(N_("That was not right; once more."))),
    )
    account = sign_in(workspace.settings, file, prompts)
    return translator.translate(N_("Signed in as {name}, {phone}"), name=account.name, phone=account.phone)


def _log_out(workspace: Workspace) -> str:
    """End the session at Telegram and remove its file; return a line that says whether there was one."""
    ended = sign_out(workspace.settings, session_path(workspace.settings, workspace.data))
    sentence = N_("Signed out; the session is ended at Telegram") if ended else N_("There was no session to end")
    return workspace.translator.gettext(sentence)
