"""Signing in and out at the sandbox's MTProto, and whose session it is."""

import logging
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from unittest.mock import Mock

import pytest

from auditor.base.errors import CannotRunError, SettingsError, UsageError
from auditor.base.settings import Settings, load_settings
from auditor.probes.telegram.client.client_plugin import PLUGIN
from auditor.probes.telegram.client.rpc_errors import RpcRefused
from auditor.probes.telegram.client.sign_in import Prompts, SessionOwner, _sentence, owner_of, sign_in, sign_out
from auditor.sandbox import Sandbox, World
from tests.probes.signed_in import CONTROL, Phone, methods


class Door:
    """Somebody who has not signed in yet, and types what is prepared; `wrong` counts how often he must try again."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox, self.folder, self.more = sandbox, folder, dict[str, str]()
        self.number, self.codes, self.passwords, self.wrong = sandbox.telegram_phone, list[str](), list[str](), 0
        self.file = folder / "data" / "telegram.session"

    @property
    def settings(self) -> Settings:
        own = {"AUDITOR_TELEGRAM_SESSION": str(self.file)}
        return load_settings({**self.sandbox.settings(client=self.folder), **own, **self.more}, self.folder)

    def enter(
        self, *codes: str, passwords: tuple[str, ...] = (), code: Callable[[], str] | None = None
    ) -> SessionOwner:
        self.codes, self.passwords = list(codes or (self.sandbox.telegram_code,)), list(passwords)
        code = code or (lambda: self.codes.pop(0))
        typed = Prompts(lambda: self.number, code, lambda: self.passwords.pop(0), self._tell)
        return sign_in(self.settings, self.file, typed)

    def _tell(self) -> None:
        self.wrong += 1


@pytest.fixture
def sandbox(world: World) -> Iterator[Sandbox]:
    with Sandbox(world) as running:
        yield running


@pytest.fixture
def door(sandbox: Sandbox, tmp_path: Path) -> Door:
    return Door(sandbox, tmp_path)


def test_a_number_that_is_nobodys_is_refused(door: Door) -> None:
    """With a hint at how numbers are written; no code is asked for."""
    for number in ("", " ", "nobody", "+70000000009"):
        door.number = number
        with pytest.raises(UsageError, match="country's code"):
            door.enter("never asked for")
        assert door.codes == ["never asked for"]


def test_a_code_signs_in_and_the_route_works_with_it(sandbox: Sandbox, door: Door) -> None:
    """The file is the owner's alone, holds nobody's name, and opens the route."""
    assert door.enter() == SessionOwner("И…", "+9 … 01", sandbox.now)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (door.file, door.file.parent)] == [0o600, 0o700]
    assert [path.name for path in door.file.parent.iterdir()] == ["telegram.session"]
    with closing(sqlite3.connect(door.file)) as db:
        assert db.execute("SELECT count(*) FROM entities").fetchone() == (0,)
    assert Phone(sandbox, door.folder, {"AUDITOR_TELEGRAM_SESSION": str(door.file)}).look(CONTROL).exists is True


@pytest.mark.parametrize("two_step", [False, True])
def test_what_was_mistyped_may_be_mended_twice(sandbox: Sandbox, door: Door, two_step: bool) -> None:
    """A code, in which blanks are nothing, and a password; the third wrong one ends it, and nothing is written."""
    code = sandbox.telegram_code
    sandbox.two_step = two_step
    blanks, right = f" {code[:4]} {code[4:]} ", (sandbox.telegram_password,) if two_step else ()
    door.enter("11111", blanks, passwords=(*["not it"] * two_step, *right))
    assert door.wrong == 1 + two_step
    door.file.unlink()
    wrong = {"passwords": ("a", "", "b")} if two_step else {}
    with pytest.raises(UsageError, match="wrong too often"):
        door.enter(*([code] if two_step else ["11111", "", "22222"]), **wrong)
    assert not door.file.exists()


def test_an_interrupted_sign_in_leaves_what_was_there(door: Door) -> None:
    """Not even a folder; a session that was there before stays."""
    interrupt = Mock(side_effect=KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        door.enter(code=interrupt)
    assert not door.file.parent.exists()
    door.enter()
    before = door.file.read_bytes()
    with pytest.raises(KeyboardInterrupt):
        door.enter(code=interrupt)
    assert door.file.read_bytes() == before


def test_whose_it_is_and_whose_it_is_no_more(sandbox: Sandbox, door: Door) -> None:
    """Masked; None without a session and after signing out; the file goes with the session."""
    assert owner_of(door.settings, door.file) is None
    door.enter()
    copy = door.file.read_bytes()
    assert owner_of(door.settings, door.file) == SessionOwner("И…", "+9 … 01", sandbox.now)
    assert sign_out(door.settings, door.file) is True
    assert (door.file.exists(), methods(sandbox)["auth.logOut"]) == (False, 1)
    for left in (copy, b"noise"):
        door.file.write_bytes(left)
        assert (owner_of(door.settings, door.file), sign_out(door.settings, door.file)) == (None, False)
        assert not door.file.exists()


def test_where_telegram_cannot_be_reached_the_session_stays(sandbox: Sandbox, door: Door) -> None:
    """It would live on at the server; whose it is cannot be told."""
    door.enter()
    sandbox.faults.on("mtproto_down")
    for act in (sign_out, owner_of):
        with pytest.raises(CannotRunError, match="cannot be reached"):
            act(door.settings, door.file)
    assert door.file.exists()


def test_a_wrong_setting_is_named_in_one_line(door: Door) -> None:
    """Before anything is typed where that can be."""
    names, together = ("AUDITOR_TELEGRAM_API_ID", "AUDITOR_TELEGRAM_API_HASH"), "do not go together"
    for name, text, says in (*((name, "", name) for name in names), (names[1], "0" * 32, together)):
        door.more = {name: text}
        with pytest.raises(SettingsError, match=says) as caught:
            door.enter()
        assert "\n" not in str(caught.value)


def test_each_refusal_has_its_sentence() -> None:
    """What the person must do about it, and whether it is his to mend."""
    for refusal, kind, says in [
        (RpcRefused("FLOOD_WAIT", 420, 60), CannotRunError, "wait 60 seconds"),
        (RpcRefused("PHONE_NUMBER_UNOCCUPIED", 400), UsageError, "no account has this number"),
        (RpcRefused("PHONE_CODE_EXPIRED", 400), UsageError, "expired"),
        (RpcRefused("SESSION_REVOKED", 401), CannotRunError, "auditor login"),
        (RpcRefused("SOMETHING_NEW", 400), CannotRunError, "SOMETHING_NEW"),
    ]:
        told, sentence = _sentence(refusal)
        assert (told, says in str(sentence)) == (kind, True)


def test_nothing_repeats_what_was_typed(sandbox: Sandbox, door: Door, caplog: pytest.LogCaptureFixture) -> None:
    """Phone, code, password and hash, in the message, the chain of causes and the logs."""
    caplog.set_level(logging.DEBUG)
    sandbox.two_step = True
    said = [repr(door.settings)]
    for number, codes in (("+70000000009", ["11111"]), ("", ["31313"] * 3), ("", [sandbox.telegram_code])):
        door.number = number or sandbox.telegram_phone
        with pytest.raises(UsageError) as caught:
            door.enter(*codes, passwords=("tainoe slovo",) * 3)
        said += [str(caught.value), repr(caught.value), str(caught.value.__cause__)]
    sandbox.faults.on("mtproto_user_banned")
    with pytest.raises(CannotRunError, match="banned") as banned:
        door.enter(passwords=(sandbox.telegram_password,))
    text = "\n".join([*said, str(banned.value), caplog.text])
    typed = ("70000000009", "31313", "tainoe", sandbox.telegram_code, "9996620001")
    assert not [secret for secret in (*typed, sandbox.telegram_api_hash) if secret in text]


def test_doctor_says_whose_session_it_is_and_what_is_closed(sandbox: Sandbox, door: Door) -> None:
    """Not signed in, signed in, signed in no more, out of reach."""
    wiring = Phone(sandbox, door.folder, {"AUDITOR_TELEGRAM_SESSION": str(door.file)}).wiring()
    assert [line.state for line in PLUGIN.diagnose(wiring)] == ["unset"]
    door.enter()
    (line,) = PLUGIN.diagnose(wiring)
    assert (line.state, line.detail.params["name"]) == ("ok", "И…")
    for fault, state in (("mtproto_auth_key_unregistered", "refused"), ("mtproto_down", "unreachable")):
        sandbox.faults.clear()
        sandbox.faults.on(fault)
        assert [line.state for line in PLUGIN.diagnose(wiring)] == [state]
