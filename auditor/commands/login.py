"""``auditor login``: a Telegram account's session, begun or ended. Nothing that is typed is echoed or kept."""

import sys
from typing import Annotated

import typer

from auditor.base.archive_lock import make_private_folder
from auditor.base.errors import UsageError
from auditor.base.i18n import Translator
from auditor.base.text import N_, phrase
from auditor.commands.console import echo
from auditor.commands.options import Common, single
from auditor.probes.telegram.client.client_account import session_file
from auditor.probes.telegram.client.sign_in import Prompts, sign_in, sign_out
from auditor.run.workspace import Workspace

app = single()


@app.command()
def login(
    context: typer.Context,
    leave: Annotated[bool, typer.Option("--sign-out", help="End the session at Telegram and remove its file.")] = False,
) -> None:
    """Sign in with a Telegram account at a prompt, or out.

    What is typed is not shown. Only the owner of the session file can read it.
    """
    common: Common = context.obj
    session = common.open()
    echo(_log_out(session) if leave else _log_in(session))


def _log_in(session: Workspace) -> str:
    """Ask for phone, code and, if it is set, the two-step password; return a line that says who is signed in.

    Raises `UsageError` without a terminal: a secret never comes by a pipe or an argument.
    """
    if not sys.stdin.isatty():
        raise UsageError(phrase("signing in asks at a terminal; run it in one"))
    file = session_file(session.settings, session.data)
    make_private_folder(file.parent)
    words = session.words
    prompts = Prompts(
        phone=lambda: _ask(words, N_("Phone number of the account (not shown as you type)")),
        code=lambda: _ask(words, N_("Code that Telegram sent (not shown)")),
        password=lambda: _ask(words, N_("Two-step password (not shown)")),
        wrong=lambda: typer.echo(words.gettext(N_("That was not right; once more.")), err=True),
    )
    who = sign_in(session.settings, file, prompts)
    return words.translate(N_("Signed in as {name}, {phone}"), name=who.name, phone=who.phone)


def _ask(words: Translator, question: str) -> str:
    return str(typer.prompt(words.gettext(question), default="", hide_input=True, show_default=False, err=True)).strip()


def _log_out(session: Workspace) -> str:
    """End the session at Telegram and remove its file; return a line that says what was ended."""
    ended = sign_out(session.settings, session_file(session.settings, session.data))
    sentence = N_("Signed out; the session is ended at Telegram") if ended else N_("There was no session to end")
    return session.words.gettext(sentence)
