"""Signing a Telegram account in and out at the terminal. Nothing that is typed is echoed, kept or repeated."""

import getpass
import sys

from auditor.archive.opening import make_private_folder
from auditor.base.errors import UsageError
from auditor.base.i18n import Catalogue
from auditor.base.text import N_, Text
from auditor.probes.mtproto.place import Connection
from auditor.probes.mtproto.sign_in import Prompts, sign_in, sign_out
from auditor.run.app import Session


def telegram_door(session: Session) -> Connection:
    """Return the way to Telegram as the settings have it."""
    settings = session.settings
    return Connection(
        api_id=settings.telegram_api_id,
        api_hash=settings.telegram_api_hash,
        session=session.telegram_session,
        proxy=settings.telegram_proxy,
        dc=settings.telegram_dc,
        public_key=settings.telegram_public_key,
    )


def log_in(session: Session) -> str:
    """Ask for phone, code and, where it is on, the two-step password; return a line that says who is signed in.

    Raises `UsageError` where there is no terminal to ask at: a secret never comes by a pipe or an argument.
    """
    if not sys.stdin.isatty():
        raise UsageError("signing in asks at a terminal; run it in one")
    make_private_folder(session.telegram_session.parent)
    words = session.words
    who = sign_in(
        telegram_door(session),
        Prompts(
            phone=lambda: _ask(words, N_("Phone number of the account (not shown as you type): ")),
            code=lambda: _ask(words, N_("Code that Telegram sent (not shown): ")),
            password=lambda: _ask(words, N_("Two-step password (not shown): ")),
            wrong=lambda: _say(words, N_("That was not right; once more.")),
        ),
    )
    return words.text(Text(N_("Signed in as {name}, {phone}"), {"name": who.name, "phone": who.phone}))


def _ask(words: Catalogue, question: str) -> str:
    return getpass.getpass(words.gettext(question)).strip()


def _say(words: Catalogue, sentence: str) -> None:
    sys.stderr.write(words.gettext(sentence) + "\n")


def log_out(session: Session) -> str:
    """End the session at Telegram and remove its file; return a line that says what was ended."""
    ended = sign_out(telegram_door(session))
    sentence = N_("Signed out; the session is ended at Telegram") if ended else N_("There was no session to end")
    return session.words.gettext(sentence)
