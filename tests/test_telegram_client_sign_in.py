"""Signing in and out at the sandbox's MTProto, and whose session it is."""

import logging
import sqlite3
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from auditor.base.errors import CannotRunError, SettingsError, UsageError
from auditor.probes.mtproto.place import Connection, Patience, read_session
from auditor.probes.mtproto.sign_in import Prompts, Who, sign_in, sign_out, who_am_i
from auditor.sandbox import Sandbox, World
from tests.telegram_client import Client, methods


@pytest.fixture(scope="module")
def world() -> World:
    return World.build()


@pytest.fixture
def sandbox(world: World) -> Iterator[Sandbox]:
    with Sandbox(world) as running:
        yield running


@pytest.fixture
def door(sandbox: Sandbox, tmp_path: Path) -> Connection:
    key = tmp_path / "key.pem"
    key.write_text(sandbox.telegram_public_key_pem)
    return Connection(
        api_id=sandbox.telegram_api_id,
        api_hash=sandbox.telegram_api_hash,
        session=tmp_path / "data" / "telegram",
        dc=sandbox.telegram_dc,
        public_key=key,
        patience=Patience(connect=10, answer=10),
    )


class Typist:
    """Types what is prepared; `wrong` counts how often it is told to try again."""

    def __init__(self, sandbox: Sandbox, *codes: str, passwords: tuple[str, ...] = ()) -> None:
        self.phone, self.codes, self.passwords = sandbox.telegram_phone, list(codes), list(passwords)
        self.wrong = 0

    @property
    def prompts(self) -> Prompts:
        return Prompts(lambda: self.phone, lambda: self.codes.pop(0), lambda: self.passwords.pop(0), self._tell)

    def _tell(self) -> None:
        self.wrong += 1


@pytest.mark.parametrize("phone", ["", " ", "nobody", "+70000000009"])
def test_a_number_that_is_nobodys_is_refused(sandbox: Sandbox, door: Connection, phone: str) -> None:
    """With a hint at how numbers are written; no code is asked for."""
    typist = Typist(sandbox)
    typist.phone = phone
    with pytest.raises(UsageError, match="country's code"):
        sign_in(door, typist.prompts)


def test_a_code_signs_in_and_the_probe_works_with_it(sandbox: Sandbox, door: Connection, tmp_path: Path) -> None:
    """The file is the owner's alone, holds nobody's name, and opens the route."""
    who = sign_in(door, Typist(sandbox, sandbox.telegram_code).prompts)
    assert who == Who("И…", "+9 … 01", sandbox.now)
    assert stat.S_IMODE(door.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(door.file.parent.stat().st_mode) == 0o700
    assert [p.name for p in door.file.parent.iterdir()] == ["telegram.session"]
    with sqlite3.connect(door.file) as db:
        assert db.execute("SELECT count(*) FROM entities").fetchone() == (0,)
    db.close()
    client = Client(sandbox, tmp_path)
    assert client.look("sandbox_control", session=door.session).snapshot.exists is True


def test_a_wrong_code_may_be_mended(sandbox: Sandbox, door: Connection) -> None:
    """Blanks in a code are nothing; the third wrong one ends it."""
    typist = Typist(sandbox, "11111", f" {sandbox.telegram_code[:4]} {sandbox.telegram_code[4:]} ")
    sign_in(door, typist.prompts)
    assert typist.wrong == 1
    door.file.unlink()
    with pytest.raises(UsageError, match="wrong too often"):
        sign_in(door, Typist(sandbox, "11111", "", "22222").prompts)
    assert not door.file.exists()


def test_two_step_asks_for_the_password(sandbox: Sandbox, door: Connection) -> None:
    """A wrong one may be mended, too many end it."""
    sandbox.two_step = True
    typist = Typist(sandbox, sandbox.telegram_code, passwords=("not it", sandbox.telegram_password))
    assert sign_in(door, typist.prompts).name == "И…"
    assert typist.wrong == 1
    with pytest.raises(UsageError, match="password was wrong"):
        sign_in(door, Typist(sandbox, sandbox.telegram_code, passwords=("a", "", "b")).prompts)


def test_an_account_of_another_data_centre_is_followed_there(
    sandbox: Sandbox, door: Connection, tmp_path: Path
) -> None:
    """And the session leads there afterwards, whatever the setting names."""
    sandbox.faults.on("mtproto_phone_migrate")
    sign_in(door, Typist(sandbox, sandbox.telegram_code).prompts)
    stored = read_session(door.session)
    assert stored is not None
    assert stored.dc.number == 4
    assert who_am_i(door) is not None
    assert Client(sandbox, tmp_path).look("sandbox_control", session=door.session).snapshot.exists is True


def test_an_interrupted_sign_in_leaves_nothing(sandbox: Sandbox, door: Connection) -> None:
    """Not even a folder; a session that was there before stays."""

    def interrupt() -> str:
        raise KeyboardInterrupt

    prompts = replace(Typist(sandbox).prompts, code=interrupt)
    with pytest.raises(KeyboardInterrupt):
        sign_in(door, prompts)
    assert not door.file.parent.exists()
    sign_in(door, Typist(sandbox, sandbox.telegram_code).prompts)
    before = door.file.read_bytes()
    with pytest.raises(KeyboardInterrupt):
        sign_in(door, prompts)
    assert door.file.read_bytes() == before


def test_who_it_is_and_who_it_is_no_more(sandbox: Sandbox, door: Connection) -> None:
    """Masked; None without a session and after signing out; the file goes with the session."""
    assert who_am_i(door) is None
    sign_in(door, Typist(sandbox, sandbox.telegram_code).prompts)
    copy = door.file.read_bytes()
    assert who_am_i(door) == Who("И…", "+9 … 01", sandbox.now)
    assert sign_out(door) is True
    assert not door.file.exists()
    assert methods(sandbox)["auth.logOut"] == 1
    door.file.write_bytes(copy)
    assert who_am_i(door) is None
    assert sign_out(door) is False
    assert not door.file.exists()


def test_where_telegram_cannot_be_reached_the_session_stays(sandbox: Sandbox, door: Connection) -> None:
    """It would live on at the server; who it is cannot be told."""
    sign_in(door, Typist(sandbox, sandbox.telegram_code).prompts)
    sandbox.faults.on("mtproto_down")
    for act in (sign_out, who_am_i, lambda d: sign_in(d, Typist(sandbox).prompts)):
        with pytest.raises(CannotRunError, match="cannot be reached"):
            act(door)
    assert door.file.exists()


def test_a_session_that_cannot_be_read_is_removed_by_signing_out(door: Connection) -> None:
    """There is nothing to end."""
    door.file.parent.mkdir()
    door.file.write_text("noise")
    assert sign_out(door) is False
    assert not door.file.exists()


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"api_id": None}, SettingsError, "AUDITOR_TELEGRAM_API_ID"),
        ({"api_hash": ""}, SettingsError, "AUDITOR_TELEGRAM_API_HASH"),
        ({"api_hash": "0" * 32}, SettingsError, "do not go together"),
        ({"session": None}, SettingsError, "AUDITOR_TELEGRAM_SESSION"),
        ({"proxy": "ftp://x"}, SettingsError, "AUDITOR_TELEGRAM_PROXY"),
        ({"dc": "elsewhere"}, SettingsError, "AUDITOR_TELEGRAM_DC"),
    ],
)
def test_a_wrong_setting_is_named(sandbox: Sandbox, door: Connection, change: Any, error: type, says: str) -> None:
    """In one line, before anything is typed where that can be."""
    with pytest.raises(error, match=says) as caught:
        sign_in(replace(door, **change), Typist(sandbox, sandbox.telegram_code).prompts)
    assert "\n" not in str(caught.value)


def test_no_error_and_no_log_repeats_what_was_typed(
    sandbox: Sandbox, door: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    """Phone, code, password and hash, in the message, the chain of causes and the logs."""
    caplog.set_level(logging.DEBUG)
    sandbox.two_step = True
    strange = Typist(sandbox, "11111", "11111", "11111")
    strange.phone = "+70000000009"
    told = []
    for typist in (strange, Typist(sandbox, "31313", "31313", "31313"), Typist(sandbox, sandbox.telegram_code)):
        typist.passwords = ["tainoe slovo"] * 3
        with pytest.raises(UsageError) as caught:
            sign_in(door, typist.prompts)
        told += [str(caught.value), repr(caught.value), str(caught.value.__cause__)]
    sandbox.faults.on("mtproto_user_banned")
    with pytest.raises(CannotRunError, match="banned") as banned:
        sign_in(door, Typist(sandbox, sandbox.telegram_code, passwords=(sandbox.telegram_password,)).prompts)
    text = "\n".join([*told, str(banned.value), caplog.text, repr(door)])
    for secret in ("70000000009", "31313", "tainoe", sandbox.telegram_api_hash, sandbox.telegram_code, "9996620001"):
        assert secret not in text
