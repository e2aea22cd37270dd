"""``auditor login`` and ``auditor logout``: a Telegram account's session.

Nothing that is typed is echoed, kept or repeated.
"""

import getpass
import sys
from typing import TYPE_CHECKING

from auditor.base.errors import UsageError
from auditor.base.text import N_
from auditor.commands.console import say
from auditor.commands.options import Common, group, takes

if TYPE_CHECKING:
    from auditor.base.i18n import Catalogue
    from auditor.run.session import Session

app = group("Sign in for a route that needs it.")
logout_app = group("Sign out of a route.")


@app.command("telegram")
@takes("registry", "data", "lang")
def login_telegram(common: Common) -> None:
    """Sign in with a Telegram account at a prompt.

    What is typed is not shown. Only the owner of the session file can read it.
    """
    say(_log_in(common.open()))


@logout_app.command("telegram")
@takes("registry", "data", "lang")
def logout_telegram(common: Common) -> None:
    """End the session at Telegram and remove its file."""
    say(_log_out(common.open()))


def _log_in(session: "Session") -> str:
    """Ask for phone, code and, if it is set, the two-step password; return a line that says who is signed in.

    Raises `UsageError` without a terminal: a secret never comes by a pipe or an argument.
    """
    from auditor.base.locks import make_private_folder
    from auditor.probes.telegram.client.session import session_file
    from auditor.probes.telegram.client.sign_in import Prompts, sign_in

    if not sys.stdin.isatty():
        raise UsageError("signing in asks at a terminal; run it in one")
    file = session_file(session.settings, session.data)
    make_private_folder(file.parent)
    words = session.words
    who = sign_in(
        session.settings,
        file,
        Prompts(
            phone=lambda: _ask(words, N_("Phone number of the account (not shown as you type): ")),
            code=lambda: _ask(words, N_("Code that Telegram sent (not shown): ")),
            password=lambda: _ask(words, N_("Two-step password (not shown): ")),
            wrong=lambda: _tell(words, N_("That was not right; once more.")),
        ),
    )
    return words.say(N_("Signed in as {name}, {phone}"), name=who.name, phone=who.phone)


def _ask(words: "Catalogue", question: str) -> str:
    return getpass.getpass(words.gettext(question)).strip()


def _tell(words: "Catalogue", sentence: str) -> None:
    sys.stderr.write(words.gettext(sentence) + "\n")


def _log_out(session: "Session") -> str:
    """End the session at Telegram and remove its file; return a line that says what was ended."""
    from auditor.probes.telegram.client.session import session_file
    from auditor.probes.telegram.client.sign_in import sign_out

    ended = sign_out(session.settings, session_file(session.settings, session.data))
    sentence = N_("Signed out; the session is ended at Telegram") if ended else N_("There was no session to end")
    return session.words.gettext(sentence)
