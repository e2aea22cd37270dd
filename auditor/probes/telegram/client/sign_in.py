"""Signing in and out, and whose session it is, for ``auditor login`` and ``doctor``.

What a person types is sent to Telegram and nowhere else: no message, exception or log repeats it. The session file is
written completely or not at all, readable by its owner alone, and only once Telegram has let the account in.
"""

import asyncio
import operator
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from auditor.base.errors import AuditorError, CannotRunError, SettingsError, UsageError, os_error_text
from auditor.base.files import make_private, replacing
from auditor.base.secrets import remember
from auditor.base.settings import Settings
from auditor.base.text import N_, Text, phrase
from auditor.probes.event_loop import new_runner, run
from auditor.probes.telegram.client.client_account import DataCentre, load_account, read_session
from auditor.probes.telegram.client.rpc_errors import ConnectionLost, RpcRefused
from auditor.probes.telegram.client.telethon_connection import TelethonConnection

_MAX_TRIES = 3
"""How many times a code or a password may be typed."""
_EMPTY_INPUT = "0"
"""Sent instead of empty input, for which Telethon would do something else."""
_MISTYPED = {"PHONE_CODE_INVALID", "PASSWORD_HASH_INVALID"}
_TIMEOUT = 60.0
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Prompts:
    """The prompts for the person at the terminal. What they return is not kept."""

    phone: Callable[[], str]
    code: Callable[[], str]
    password: Callable[[], str]
    """Must not echo."""
    wrong: Callable[[], None] = lambda: None
    """Called when the code or the password was wrong, before it is asked for again."""


@dataclass(frozen=True, slots=True)
class SessionOwner:
    """Whose session it is, masked: the first letter of the name, the first and the last two digits of the number."""

    name: str
    phone: str
    since: datetime | None = None
    """When it was signed in, UTC, if Telegram says so."""


def sign_in(settings: Settings, file: Path, prompts: Prompts) -> SessionOwner:
    """Sign in, write the session file and return whose it is. If interrupted, nothing is written.

    Raises `UsageError` for a number, code or password that Telegram refuses, `SettingsError` for faulty settings,
    `CannotRunError` if Telegram cannot be reached or asks to wait.
    """
    with _errors_in_words(), new_runner() as runner:  # whose loop stands still while a person types
        connection = _connection_to(settings, DataCentre())
        try:
            _authenticate(connection, runner, prompts)
            owner = runner.run(_owner(connection))
            make_private(file.parent)
            with replacing(file) as draft:
                connection.write_session(draft)
        finally:
            runner.run(connection.aclose())
    return owner


async def owner_of(settings: Settings, file: Path, seconds: float = _TIMEOUT) -> SessionOwner | None:
    """Return whose session it is; None if there is none or it is no longer signed in. Raises as `sign_in` does.

    Each of Telegram's two responses may take `seconds`.
    """
    return await _if_signed_in(settings, file, lambda connection: _owner(connection, seconds))


def sign_out(settings: Settings, file: Path) -> bool:
    """End the session at Telegram and remove its file; return False if there was no session to end.

    If Telegram cannot be reached the file stays and `CannotRunError` is raised: the session would live on.
    """
    ended = run(_if_signed_in(settings, file, lambda connection: connection.call("auth.logOut", {}, _TIMEOUT)))
    file.unlink(missing_ok=True)
    return ended is not None


async def _if_signed_in(
    settings: Settings, file: Path, action: Callable[[TelethonConnection], Awaitable[_T]]
) -> _T | None:
    """Return what `action` returns; None without a session, or if it is no longer signed in."""
    session = read_session(file)
    if session is None:
        return None
    with _errors_in_words():
        try:
            async with aclosing(_connection_to(settings, session)) as connection:
                return await action(connection)
        except RpcRefused as refusal:
            if refusal.is_signed_out:
                return None
            raise


def _authenticate(connection: TelethonConnection, runner: asyncio.Runner, prompts: Prompts) -> None:
    phone = prompts.phone().strip()
    digits = "".join(character for character in phone if character.isdigit())
    remember(phone, digits)  # Telegram repeats the digits alone
    if not digits:
        raise RpcRefused("PHONE_NUMBER_INVALID", 400)  # Telethon would send nothing at all
    sent = runner.run(connection.run_with_client(lambda client: client.send_code_request(phone), _TIMEOUT))
    remember(sent.phone_code_hash)
    request = {"phone": phone, "phone_code_hash": sent.phone_code_hash}

    def send(typed_input: dict[str, str]) -> None:
        runner.run(connection.run_with_client(operator.methodcaller("sign_in", **typed_input), _TIMEOUT))

    try:
        _submit(send, prompts, lambda: {**request, "code": "".join(prompts.code().split())})
    except RpcRefused as refusal:
        if refusal.word != "SESSION_PASSWORD_NEEDED":
            raise
        _submit(send, prompts, lambda: {"password": prompts.password()})


def _submit(send: Callable[[dict[str, str]], None], prompts: Prompts, read_input: Callable[[], dict[str, str]]) -> None:
    """Prompt until the input is accepted. Raises `RpcRefused` if it was wrong too often."""
    for tries_left in reversed(range(_MAX_TRIES)):
        typed_input = read_input()
        remember(*typed_input.values())
        typed_input = {key: text or _EMPTY_INPUT for key, text in typed_input.items()}
        try:
            send(typed_input)
        except RpcRefused as refusal:
            if refusal.word not in _MISTYPED or not tries_left:
                raise
            prompts.wrong()
        else:
            return


async def _owner(connection: TelethonConnection, seconds: float = _TIMEOUT) -> SessionOwner:
    user = await connection.run_with_client(lambda client: client.get_me(), seconds)
    if user is None:
        raise RpcRefused("AUTH_KEY_UNREGISTERED", 401)
    remember(user.phone)
    return SessionOwner(_masked_name(user.first_name), _masked_phone(user.phone), await _since(connection, seconds))


async def _since(connection: TelethonConnection, seconds: float) -> datetime | None:
    """Return when this sign-in began; None if the server does not say."""
    try:
        sessions = await connection.call("account.getAuthorizations", {}, seconds)
    except RpcRefused as refusal:
        if refusal.is_signed_out:
            raise
        return None
    signed_in_at = next((session.date_created for session in sessions.authorizations if session.current), None)
    return signed_in_at.astimezone(UTC) if signed_in_at is not None else None


def _masked_name(name: str | None) -> str:
    return f"{name.strip()[0]}…" if name and name.strip() else "…"


def _masked_phone(phone: str | None) -> str:
    digits = "".join(character for character in phone or "" if character.isdigit())
    return f"+{digits[0]} … {digits[-2:]}" if len(digits) > 6 else "…"


# Telegram's errors, for the operator ---------------------------------------------------------------------------------

_WAIT = N_("Telegram asks to wait {seconds} seconds before the next try; come back then")
_BANNED = CannotRunError, N_("Telegram has banned this account; it cannot be used")
_SENTENCES: dict[str, tuple[type[AuditorError], str]] = {
    "API_ID_INVALID": (
        SettingsError,
        N_("telegram_api_id and telegram_api_hash do not go together; copy both from my.telegram.org"),
    ),
    "PHONE_NUMBER_INVALID": (UsageError, N_("Telegram knows no such number; write it with the country's code, +7…")),
    "PHONE_NUMBER_UNOCCUPIED": (UsageError, N_("no account has this number; sign up in Telegram's own program first")),
    "PHONE_NUMBER_BANNED": _BANNED,
    "USER_DEACTIVATED_BAN": _BANNED,
    "PHONE_CODE_EXPIRED": (UsageError, N_("the code has expired; sign in again for a new one")),
    "PHONE_CODE_INVALID": (UsageError, N_("the code was wrong too often; sign in again for a new one")),
    "PASSWORD_HASH_INVALID": (UsageError, N_("the password was wrong too often; sign in again")),
}


def _connection_to(settings: Settings, session: DataCentre) -> TelethonConnection:
    account = load_account(settings, session)
    if account is None:
        raise SettingsError(
            phrase(
                "telegram_api_id and telegram_api_hash_file are needed in auditor.toml; get both from https://my.telegram.org"
            )
        )
    return TelethonConnection(account)


@contextmanager
def _errors_in_words() -> Iterator[None]:
    """Turn Telegram's errors into exceptions of one line that repeats nothing that was typed."""
    try:
        yield
    except OSError as error:
        raise CannotRunError(
            phrase("the session file cannot be written ({why}); check its folder", why=os_error_text(error))
        ) from None
    except ConnectionLost:
        raise CannotRunError(
            phrase("Telegram cannot be reached from here; check the network or set telegram_proxy in auditor.toml")
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
    if refusal.is_signed_out:
        return CannotRunError, phrase("this session is signed in no more; run auditor login")
    return CannotRunError, phrase("Telegram refused: {word}; try again later", word=refusal.word)
