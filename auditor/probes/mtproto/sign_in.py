"""Signing in and out, and whose session it is: what ``auditor login telegram`` and ``doctor`` call.

What a person types goes to Telegram and nowhere else: no message, exception or log repeats it. The session file is
written whole or not at all, readable by its owner alone, and only once Telegram has let the account in.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from auditor.base.errors import AuditorError, CannotRunError, SettingsError, UsageError
from auditor.base.files import make_private, replacing
from auditor.base.secrets import remember
from auditor.probes.mtproto.asking import Ask, Lost, Refused, SignedOut
from auditor.probes.mtproto.link import Link
from auditor.probes.mtproto.place import Connection, DataCentre, StoredSession, read_session

_TRIES = 3
"""How often a code or a password may be mistyped."""
_NOT_YET = StoredSession(DataCentre(2, "", 0), b"")
_NOTHING = "0"
"""In place of an empty answer, at which Telethon would ask for something else."""
_MISTYPED = {"PHONE_CODE_INVALID", "PASSWORD_HASH_INVALID"}


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
class Who:
    """Whose session it is, masked: the first letter of the name, the first and the last digits of the number."""

    name: str
    phone: str
    since: datetime | None = None
    """When it was signed in, UTC, where Telegram tells."""


def sign_in(connection: Connection, prompts: Prompts) -> Who:
    """Sign in and write the session file; return who it is.

    Raises `UsageError` for a number, code or password that Telegram refuses, `SettingsError` for the settings' faults,
    `CannotRunError` where Telegram cannot be reached or asks to wait. Interrupted, nothing is written.
    """
    file, link = connection.file, _link(connection, _NOT_YET)
    try:
        with _told():
            _enter(link, prompts)
            who = _who(link)
            _save(link, file)
        return who
    finally:
        link.close()


def who_am_i(connection: Connection) -> Who | None:
    """Return whose session it is; None where there is none or it is signed in no more. Raises as `sign_in` does."""
    stored = read_session(connection.session)
    if stored is None:
        return None
    link = _link(connection, stored)
    try:
        with _told():
            return _who(link)
    except _SignedOutError:
        return None
    finally:
        link.close()


def sign_out(connection: Connection) -> bool:
    """End the session at Telegram and remove its file; False where there was nothing to end there.

    Where Telegram cannot be reached the file stays and `CannotRunError` is raised: the session would live on.
    """
    stored, ended = read_session(connection.session), False
    if stored is not None:
        link = _link(connection, stored)
        try:
            with _told():
                link.call(Ask("auth.logOut"))
                ended = True
        except _SignedOutError:
            ended = False
        finally:
            link.close()
    if connection.file.is_file():
        connection.file.unlink()
    return ended


def _link(connection: Connection, session: StoredSession) -> Link:
    """Prepare a connection. Raises `SettingsError` for a setting that is missing or cannot be read."""
    place = connection.place(session)
    if place is None:
        raise SettingsError(
            "AUDITOR_TELEGRAM_API_ID and AUDITOR_TELEGRAM_API_HASH are needed; get both from https://my.telegram.org"
        )
    return Link(place)


def _enter(link: Link, prompts: Prompts) -> None:
    phone = prompts.phone().strip()
    remember(phone, "".join(c for c in phone if c.isdigit()))  # Telegram repeats the digits alone
    if not any(c.isdigit() for c in phone):
        raise Refused("PHONE_NUMBER_INVALID", 400)  # Telethon would send nothing at all
    sent = link.do(lambda client: client.send_code_request(phone))
    code_hash = sent.phone_code_hash
    remember(code_hash)

    def with_code(code: str) -> None:
        link.do(lambda client: client.sign_in(phone, code, phone_code_hash=code_hash))

    try:
        _tries(prompts, lambda: "".join(prompts.code().split()), with_code)
    except SignedOut as refusal:
        if refusal.word != "SESSION_PASSWORD_NEEDED":
            raise
        _tries(prompts, prompts.password, lambda typed: link.do(lambda client: client.sign_in(password=typed)))


def _tries(prompts: Prompts, typed: Callable[[], str], attempt: Callable[[str], None]) -> None:
    """Ask until it is right, or has been wrong too often."""
    for left in reversed(range(_TRIES)):
        answer = typed()
        remember(answer)
        try:
            attempt(answer or _NOTHING)
        except Refused as refusal:
            if refusal.word not in _MISTYPED or not left:
                raise
            prompts.wrong()
        else:
            return


def _who(link: Link) -> Who:
    me = link.do(lambda client: client.get_me())
    if me is None:
        raise SignedOut("AUTH_KEY_UNREGISTERED", 401)
    remember(me.phone)
    return Who(_masked_name(me.first_name), _masked_phone(me.phone), _since(link))


def _since(link: Link) -> datetime | None:
    """Return when this sign-in began; a server that does not tell is no fault."""
    try:
        listed = link.call(Ask("account.getAuthorizations"))
    except SignedOut:
        raise
    except Refused:
        return None
    began = next((a.date_created for a in listed.authorizations if a.current), None)
    return began.astimezone(UTC) if began is not None else None


def _save(link: Link, file: Path) -> None:
    """Write the session's file whole or not at all, for its owner alone."""
    make_private(file.parent)
    with replacing(file) as (draft,):
        link.write_session(draft)


def _masked_name(name: str | None) -> str:
    return f"{name.strip()[0]}…" if name and name.strip() else "…"


def _masked_phone(phone: str | None) -> str:
    digits = "".join(c for c in phone or "" if c.isdigit())
    return f"+{digits[0]} … {digits[-2:]}" if len(digits) > 6 else "…"


class _SignedOutError(CannotRunError):
    """The session is signed in no more."""


@contextmanager
def _told() -> Iterator[None]:
    """Turn what Telegram says into one line that repeats nothing of what was typed."""
    try:
        yield
    except OSError as error:
        raise CannotRunError(f"the session file cannot be written ({error.strerror}); check its folder") from None
    except Lost:
        raise CannotRunError(
            "Telegram cannot be reached from here; check the network or set AUDITOR_TELEGRAM_PROXY"
        ) from None
    except Refused as refusal:
        raise _error(refusal) from None


def _error(refusal: Refused) -> AuditorError:
    if refusal.seconds is not None:
        return CannotRunError(f"Telegram asks to wait {refusal.seconds} seconds before the next try; come back then")
    known: dict[str, Any] = {
        "API_ID_INVALID": SettingsError(
            "AUDITOR_TELEGRAM_API_ID and AUDITOR_TELEGRAM_API_HASH do not go together; copy both from my.telegram.org"
        ),
        "PHONE_NUMBER_INVALID": UsageError("Telegram knows no such number; write it with the country's code, +7…"),
        "PHONE_NUMBER_UNOCCUPIED": UsageError("no account has this number; sign up in Telegram's own program first"),
        "PHONE_NUMBER_BANNED": CannotRunError("Telegram has banned this account; it cannot be used"),
        "USER_DEACTIVATED_BAN": CannotRunError("Telegram has banned this account; it cannot be used"),
        "PHONE_CODE_EXPIRED": UsageError("the code has expired; sign in again for a new one"),
        "PHONE_CODE_INVALID": UsageError("the code was wrong too often; sign in again for a new one"),
        "PASSWORD_HASH_INVALID": UsageError("the password was wrong too often; sign in again"),
    }
    if refusal.word in known:
        told: AuditorError = known[refusal.word]
        return told
    if isinstance(refusal, SignedOut):
        return _SignedOutError("this session is signed in no more; run auditor login telegram")
    return CannotRunError(f"Telegram refused: {refusal.word}; try again later")
