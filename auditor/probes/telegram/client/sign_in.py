"""Signing in and out, and whose session it is: what ``auditor login`` and ``doctor`` call.

What a person types goes to Telegram and nowhere else: no message, exception or log repeats it. The session file is
written whole or not at all, readable by its owner alone, and only once Telegram has let the account in.
"""

import operator
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from auditor.base.errors import AuditorError, CannotRunError, SettingsError, UsageError, os_error_text
from auditor.base.files import make_private, replacing
from auditor.base.secrets import remember
from auditor.base.settings import Settings
from auditor.base.text import N_, Text, phrase
from auditor.probes.telegram.client.client_account import SessionFile, load_account, read_session
from auditor.probes.telegram.client.rpc_errors import ConnectionLost, RpcRefused
from auditor.probes.telegram.client.telethon_connection import TelethonConnection

_TRIES = 3
"""How often a code or a password may be mistyped."""
_NOTHING = "0"
"""In place of an empty answer, at which Telethon would ask for something else."""
_MISTYPED = {"PHONE_CODE_INVALID", "PASSWORD_HASH_INVALID"}
_SECONDS = 60.0
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Prompts:
    """How to ask the person in front of the terminal. What they return is not kept."""

    phone: Callable[[], str]
    code: Callable[[], str]
    password: Callable[[], str]
    """Must not echo."""
    wrong: Callable[[], None] = lambda: None
    """Told that the code or the password was wrong and will be asked for again."""


@dataclass(frozen=True, slots=True)
class SessionOwner:
    """Whose session it is, masked: the first letter of the name, the first and the last digits of the number."""

    name: str
    phone: str
    since: datetime | None = None
    """When it was signed in, UTC, where Telegram tells."""


def sign_in(settings: Settings, file: Path, prompts: Prompts) -> SessionOwner:
    """Sign in and write the session file; return whose it is. Interrupted, nothing is written.

    Raises `UsageError` for a number, code or password that Telegram refuses, `SettingsError` for the settings' faults,
    `CannotRunError` where Telegram cannot be reached or asks to wait.
    """
    with _connected(settings, SessionFile()) as wire:
        _enter(wire, prompts)
        owner = _owner(wire)
        make_private(file.parent)
        with replacing(file) as draft:
            wire.write_session(draft)
    return owner


def owner_of(settings: Settings, file: Path) -> SessionOwner | None:
    """Return whose session it is; None where there is none or it is signed in no more. Raises as `sign_in` does."""
    return _if_signed_in(settings, file, _owner)


def sign_out(settings: Settings, file: Path) -> bool:
    """End the session at Telegram and remove its file; False where there was nothing to end there.

    Where Telegram cannot be reached the file stays and `CannotRunError` is raised: the session would live on.
    """
    ended = _if_signed_in(settings, file, lambda wire: wire.call("auth.logOut", {}, _SECONDS) or True)
    file.unlink(missing_ok=True)
    return ended is not None


def _if_signed_in(settings: Settings, file: Path, work: Callable[[TelethonConnection], _T]) -> _T | None:
    """Return what came of it; None without a session, or where it is signed in no more."""
    session = read_session(file)
    if session is None:
        return None
    with _connected(settings, session) as wire:
        try:
            return work(wire)
        except RpcRefused as refusal:
            if refusal.signed_out:
                return None
            raise


def _enter(wire: TelethonConnection, prompts: Prompts) -> None:
    phone = prompts.phone().strip()
    remember(phone, "".join(c for c in phone if c.isdigit()))  # Telegram repeats the digits alone
    if not any(c.isdigit() for c in phone):
        raise RpcRefused("PHONE_NUMBER_INVALID", 400)  # Telethon would send nothing at all
    sent = wire.run_with_client(lambda client: client.send_code_request(phone), _SECONDS)
    remember(sent.phone_code_hash)
    typed = {"phone": phone, "phone_code_hash": sent.phone_code_hash}
    try:
        _try(wire, prompts, lambda: {**typed, "code": "".join(prompts.code().split())})
    except RpcRefused as refusal:
        if refusal.word != "SESSION_PASSWORD_NEEDED":
            raise
        _try(wire, prompts, lambda: {"password": prompts.password()})


def _try(wire: TelethonConnection, prompts: Prompts, typed: Callable[[], dict[str, str]]) -> None:
    """Ask until it is right, or has been wrong too often."""
    for left in reversed(range(_TRIES)):
        answer = typed()
        remember(*answer.values())
        answer = {key: text or _NOTHING for key, text in answer.items()}
        try:
            wire.run_with_client(operator.methodcaller("sign_in", **answer), _SECONDS)
        except RpcRefused as refusal:
            if refusal.word not in _MISTYPED or not left:
                raise
            prompts.wrong()
        else:
            return


def _owner(wire: TelethonConnection) -> SessionOwner:
    me = wire.run_with_client(lambda client: client.get_me(), _SECONDS)
    if me is None:
        raise RpcRefused("AUTH_KEY_UNREGISTERED", 401)
    remember(me.phone)
    return SessionOwner(_masked_name(me.first_name), _masked_phone(me.phone), _since(wire))


def _since(wire: TelethonConnection) -> datetime | None:
    """Return when this sign-in began; a server that does not tell is no fault."""
    try:
        listed = wire.call("account.getAuthorizations", {}, _SECONDS)
    except RpcRefused as refusal:
        if refusal.signed_out:
            raise
        return None
    began = next((a.date_created for a in listed.authorizations if a.current), None)
    return began.astimezone(UTC) if began is not None else None


def _masked_name(name: str | None) -> str:
    return f"{name.strip()[0]}…" if name and name.strip() else "…"


def _masked_phone(phone: str | None) -> str:
    digits = "".join(c for c in phone or "" if c.isdigit())
    return f"+{digits[0]} … {digits[-2:]}" if len(digits) > 6 else "…"


# What Telegram says, for the operator --------------------------------------------------------------------------------

_WAIT = N_("Telegram asks to wait {seconds} seconds before the next try; come back then")
_BANNED = CannotRunError, N_("Telegram has banned this account; it cannot be used")
_SENTENCES: dict[str, tuple[type[AuditorError], str]] = {
    "API_ID_INVALID": (
        SettingsError,
        N_("AUDITOR_TELEGRAM_API_ID and AUDITOR_TELEGRAM_API_HASH do not go together; copy both from my.telegram.org"),
    ),
    "PHONE_NUMBER_INVALID": (UsageError, N_("Telegram knows no such number; write it with the country's code, +7…")),
    "PHONE_NUMBER_UNOCCUPIED": (UsageError, N_("no account has this number; sign up in Telegram's own program first")),
    "PHONE_NUMBER_BANNED": _BANNED,
    "USER_DEACTIVATED_BAN": _BANNED,
    "PHONE_CODE_EXPIRED": (UsageError, N_("the code has expired; sign in again for a new one")),
    "PHONE_CODE_INVALID": (UsageError, N_("the code was wrong too often; sign in again for a new one")),
    "PASSWORD_HASH_INVALID": (UsageError, N_("the password was wrong too often; sign in again")),
}


@contextmanager
def _connected(settings: Settings, session: SessionFile) -> Iterator[TelethonConnection]:
    """Connect, and turn what Telegram says into one line that repeats nothing of what was typed."""
    account = load_account(settings, session)
    if account is None:
        raise SettingsError(
            phrase(
                "AUDITOR_TELEGRAM_API_ID and AUDITOR_TELEGRAM_API_HASH are needed; get both from https://my.telegram.org"
            )
        )
    try:
        with closing(TelethonConnection(account)) as wire:
            yield wire
    except OSError as error:
        raise CannotRunError(
            phrase("the session file cannot be written ({why}); check its folder", why=os_error_text(error))
        ) from None
    except ConnectionLost:
        raise CannotRunError(
            phrase("Telegram cannot be reached from here; check the network or set AUDITOR_TELEGRAM_PROXY")
        ) from None
    except RpcRefused as refusal:
        kind, sentence = _sentence(refusal)
        raise kind(sentence) from None


def _sentence(refusal: RpcRefused) -> tuple[type[AuditorError], Text]:
    if refusal.seconds is not None:
        return CannotRunError, phrase(_WAIT, seconds=refusal.seconds)
    if refusal.word in _SENTENCES:
        kind, message = _SENTENCES[refusal.word]
        return kind, phrase(message)
    if refusal.signed_out:
        return CannotRunError, phrase("this session is signed in no more; run auditor login")
    return CannotRunError, phrase("Telegram refused: {word}; try again later", word=refusal.word)
