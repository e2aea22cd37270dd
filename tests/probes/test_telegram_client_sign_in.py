"""Signing in and out at the sandbox's MTProto, and whose session it is."""

import logging
import sqlite3
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from auditor.base.errors import CannotRunError, SettingsError, UsageError
from auditor.base.settings import Settings, load_settings
from auditor.probes.telegram.client.plugin import PLUGIN
from auditor.probes.telegram.client.session import session_file
from auditor.probes.telegram.client.sign_in import Owner, Prompts, owner_of, sign_in, sign_out
from auditor.sandbox import Sandbox, World
from tests.probes.signed_in import CONTROL, Phone, methods


@pytest.fixture(scope="module")
def world() -> World:
    return World.build()


@pytest.fixture
def sandbox(world: World) -> Iterator[Sandbox]:
    with Sandbox(world) as running:
        yield running


class Door:
    """The settings of somebody who has not signed in yet."""

    def __init__(self, sandbox: Sandbox, folder: Path, **more: str) -> None:
        self.sandbox, self.folder, self.more = sandbox, folder, more

    @property
    def environ(self) -> dict[str, str]:
        own = {"AUDITOR_TELEGRAM_SESSION": str(self.folder / "data" / "telegram")}
        return {**self.sandbox.settings(client=self.folder), **own, **self.more}

    @property
    def settings(self) -> Settings:
        return load_settings(self.environ, self.folder)

    @property
    def file(self) -> Path:
        return session_file(self.settings, self.folder)

    def enter(self, typist: "Typist | Prompts") -> Owner:
        prompts = typist.prompts if isinstance(typist, Typist) else typist
        return sign_in(self.settings, self.file, prompts)

    @property
    def phone(self) -> Phone:
        return Phone(self.sandbox, self.folder, {**self.environ})


@pytest.fixture
def door(sandbox: Sandbox, tmp_path: Path) -> Door:
    return Door(sandbox, tmp_path)


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
def test_a_number_that_is_nobodys_is_refused(sandbox: Sandbox, door: Door, phone: str) -> None:
    """With a hint at how numbers are written; no code is asked for."""
    typist = Typist(sandbox)
    typist.phone = phone
    with pytest.raises(UsageError, match="country's code"):
        door.enter(typist)


def test_a_code_signs_in_and_the_route_works_with_it(sandbox: Sandbox, door: Door) -> None:
    """The file is the owner's alone, holds nobody's name, and opens the route."""
    owner = door.enter(Typist(sandbox, sandbox.telegram_code))
    assert owner == Owner("И…", "+9 … 01", sandbox.now)
    assert stat.S_IMODE(door.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(door.file.parent.stat().st_mode) == 0o700
    assert [path.name for path in door.file.parent.iterdir()] == ["telegram.session"]
    with sqlite3.connect(door.file) as db:
        assert db.execute("SELECT count(*) FROM entities").fetchone() == (0,)
    db.close()
    assert door.phone.look(CONTROL).exists is True


def test_a_wrong_code_may_be_mended(sandbox: Sandbox, door: Door) -> None:
    """Blanks in a code are nothing; the third wrong one ends it."""
    typist = Typist(sandbox, "11111", f" {sandbox.telegram_code[:4]} {sandbox.telegram_code[4:]} ")
    door.enter(typist)
    assert typist.wrong == 1
    door.file.unlink()
    with pytest.raises(UsageError, match="wrong too often"):
        door.enter(Typist(sandbox, "11111", "", "22222"))
    assert not door.file.exists()


def test_two_step_asks_for_the_password(sandbox: Sandbox, door: Door) -> None:
    """A wrong one may be mended, too many end it."""
    sandbox.two_step = True
    typist = Typist(sandbox, sandbox.telegram_code, passwords=("not it", sandbox.telegram_password))
    assert door.enter(typist).name == "И…"
    assert typist.wrong == 1
    with pytest.raises(UsageError, match="password was wrong"):
        door.enter(Typist(sandbox, sandbox.telegram_code, passwords=("a", "", "b")))


def test_an_interrupted_sign_in_leaves_nothing(sandbox: Sandbox, door: Door) -> None:
    """Not even a folder; a session that was there before stays."""

    def interrupt() -> str:
        raise KeyboardInterrupt

    prompts = replace(Typist(sandbox).prompts, code=interrupt)
    with pytest.raises(KeyboardInterrupt):
        door.enter(prompts)
    assert not door.file.parent.exists()
    door.enter(Typist(sandbox, sandbox.telegram_code))
    before = door.file.read_bytes()
    with pytest.raises(KeyboardInterrupt):
        door.enter(prompts)
    assert door.file.read_bytes() == before


def test_whose_it_is_and_whose_it_is_no_more(sandbox: Sandbox, door: Door) -> None:
    """Masked; None without a session and after signing out; the file goes with the session."""
    assert owner_of(door.settings, door.file) is None
    door.enter(Typist(sandbox, sandbox.telegram_code))
    copy = door.file.read_bytes()
    assert owner_of(door.settings, door.file) == Owner("И…", "+9 … 01", sandbox.now)
    assert sign_out(door.settings, door.file) is True
    assert not door.file.exists()
    assert methods(sandbox)["auth.logOut"] == 1
    door.file.write_bytes(copy)
    assert owner_of(door.settings, door.file) is None
    assert sign_out(door.settings, door.file) is False
    assert not door.file.exists()


def test_where_telegram_cannot_be_reached_the_session_stays(sandbox: Sandbox, door: Door) -> None:
    """It would live on at the server; whose it is cannot be told."""
    door.enter(Typist(sandbox, sandbox.telegram_code))
    sandbox.faults.on("mtproto_down")
    for act in (sign_out, owner_of):
        with pytest.raises(CannotRunError, match="cannot be reached"):
            act(door.settings, door.file)
    with pytest.raises(CannotRunError, match="cannot be reached"):
        door.enter(Typist(sandbox))
    assert door.file.exists()


def test_a_session_that_cannot_be_read_is_removed_by_signing_out(door: Door) -> None:
    """There is nothing to end."""
    door.file.parent.mkdir()
    door.file.write_text("noise")
    assert sign_out(door.settings, door.file) is False
    assert not door.file.exists()


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("API_ID", "", "AUDITOR_TELEGRAM_API_ID"),
        ("API_HASH", "", "AUDITOR_TELEGRAM_API_HASH"),
        ("API_HASH", "0" * 32, "do not go together"),
        ("PROXY", "ftp://x", "AUDITOR_TELEGRAM_PROXY"),
        ("DC", "elsewhere", "AUDITOR_TELEGRAM_DC"),
    ],
)
def test_a_wrong_setting_is_named(sandbox: Sandbox, tmp_path: Path, name: str, text: str, says: str) -> None:
    """In one line, before anything is typed where that can be."""
    door = Door(sandbox, tmp_path, **{f"AUDITOR_TELEGRAM_{name}": text})
    with pytest.raises(SettingsError, match=says) as caught:
        door.enter(Typist(sandbox, sandbox.telegram_code))
    assert "\n" not in str(caught.value)


def test_no_error_and_no_log_repeats_what_was_typed(
    sandbox: Sandbox, door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    """Phone, code, password and hash, in the message, the chain of causes and the logs."""
    caplog.set_level(logging.DEBUG)
    sandbox.two_step = True
    strange = Typist(sandbox, "11111", "11111", "11111")
    strange.phone = "+70000000009"
    said = []
    for typist in (strange, Typist(sandbox, "31313", "31313", "31313"), Typist(sandbox, sandbox.telegram_code)):
        typist.passwords = ["tainoe slovo"] * 3
        with pytest.raises(UsageError) as caught:
            door.enter(typist)
        said += [str(caught.value), repr(caught.value), str(caught.value.__cause__)]
    sandbox.faults.on("mtproto_user_banned")
    with pytest.raises(CannotRunError, match="banned") as banned:
        door.enter(Typist(sandbox, sandbox.telegram_code, passwords=(sandbox.telegram_password,)))
    text = "\n".join([*said, str(banned.value), caplog.text, repr(door.settings)])
    for secret in ("70000000009", "31313", "tainoe", sandbox.telegram_api_hash, sandbox.telegram_code, "9996620001"):
        assert secret not in text


def test_doctor_says_whose_session_it_is_and_what_is_closed(sandbox: Sandbox, door: Door) -> None:
    """Not signed in, signed in, signed in no more, out of reach."""
    wiring = door.phone.wiring()
    assert [line.state for line in PLUGIN.examine(wiring)] == ["refused"]
    door.enter(Typist(sandbox, sandbox.telegram_code))
    (line,) = PLUGIN.examine(wiring)
    assert (line.state, line.detail.params["name"]) == ("ok", "И…")
    sandbox.faults.on("mtproto_auth_key_unregistered")
    assert [line.state for line in PLUGIN.examine(wiring)] == ["refused"]
    sandbox.faults.clear()
    sandbox.faults.on("mtproto_down")
    assert [line.state for line in PLUGIN.examine(wiring)] == ["unreachable"]
