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
from auditor.probes.event_loop import run
from auditor.probes.telegram.client.client_plugin import PLUGIN
from auditor.probes.telegram.client.rpc_errors import RpcRefused
from auditor.probes.telegram.client.sign_in import Prompts, SessionOwner, _sentence, owner_of, sign_in, sign_out
from auditor.sandbox import Sandbox, World
from tests.probes.signed_in import CONTROL, Phone, methods


class Applicant:
    """Somebody who has not signed in yet, and types what is prepared; `wrong` counts how often it is refused."""

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
def applicant(sandbox: Sandbox, tmp_path: Path) -> Applicant:
    return Applicant(sandbox, tmp_path)


def test_a_number_that_is_nobodys_is_refused(applicant: Applicant) -> None:
    """With a hint at how numbers are written; no code is asked for."""
    for number in ("", " ", "nobody", "+70000000009"):
        applicant.number = number
        with pytest.raises(UsageError, match="country's code"):
            applicant.enter("never asked for")
        assert applicant.codes == ["never asked for"]


def test_a_code_signs_in_and_the_route_works_with_it(sandbox: Sandbox, applicant: Applicant) -> None:
    """The file is the owner's alone, holds nobody's name, and opens the route."""
    assert applicant.enter() == SessionOwner("И…", "+9 … 01", sandbox.now)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (applicant.file, applicant.file.parent)] == [0o600, 0o700]
    assert [path.name for path in applicant.file.parent.iterdir()] == ["telegram.session"]
    with closing(sqlite3.connect(applicant.file)) as db:
        assert db.execute("SELECT count(*) FROM entities").fetchone() == (0,)
    assert (
        Phone(sandbox, applicant.folder, {"AUDITOR_TELEGRAM_SESSION": str(applicant.file)}).look(CONTROL).exists is True
    )


@pytest.mark.parametrize("two_step", [False, True])
def test_what_was_mistyped_may_be_mended_twice(sandbox: Sandbox, applicant: Applicant, two_step: bool) -> None:
    """A code, in which blanks are nothing, and a password; the third wrong one ends it, and nothing is written."""
    code = sandbox.telegram_code
    sandbox.two_step = two_step
    blanks, right = f" {code[:4]} {code[4:]} ", (sandbox.telegram_password,) if two_step else ()
    applicant.enter("11111", blanks, passwords=(*["not it"] * two_step, *right))
    assert applicant.wrong == 1 + two_step
    applicant.file.unlink()
    wrong = {"passwords": ("a", "", "b")} if two_step else {}
    with pytest.raises(UsageError, match="wrong too often"):
        applicant.enter(*([code] if two_step else ["11111", "", "22222"]), **wrong)
    assert not applicant.file.exists()


def test_an_interrupted_sign_in_leaves_what_was_there(applicant: Applicant) -> None:
    """Not even a folder; a session that was there before stays."""
    interrupt = Mock(side_effect=KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        applicant.enter(code=interrupt)
    assert not applicant.file.parent.exists()
    applicant.enter()
    session = applicant.file.read_bytes()
    with pytest.raises(KeyboardInterrupt):
        applicant.enter(code=interrupt)
    assert applicant.file.read_bytes() == session


def test_whose_it_is_and_whose_it_is_no_more(sandbox: Sandbox, applicant: Applicant) -> None:
    """Masked; None without a session and after signing out; the file goes with the session."""
    assert run(owner_of(applicant.settings, applicant.file)) is None
    applicant.enter()
    copy = applicant.file.read_bytes()
    assert run(owner_of(applicant.settings, applicant.file)) == SessionOwner("И…", "+9 … 01", sandbox.now)
    assert sign_out(applicant.settings, applicant.file) is True
    assert methods(sandbox)["auth.logOut"] == 1
    assert not applicant.file.exists()
    for content in (copy, b"noise"):
        applicant.file.write_bytes(content)
        assert (run(owner_of(applicant.settings, applicant.file)), sign_out(applicant.settings, applicant.file)) == (
            None,
            False,
        )
        assert not applicant.file.exists()


def test_where_telegram_cannot_be_reached_the_session_stays(sandbox: Sandbox, applicant: Applicant) -> None:
    """It would live on at the server; whose it is cannot be told."""
    applicant.enter()
    sandbox.faults.on("mtproto_down")
    for action in (sign_out, lambda *args: run(owner_of(*args))):
        with pytest.raises(CannotRunError, match="cannot be reached"):
            action(applicant.settings, applicant.file)
    assert applicant.file.exists()


def test_a_wrong_setting_is_named_in_one_line(applicant: Applicant) -> None:
    """Before anything is typed where that can be."""
    names, together = ("telegram_api_id", "telegram_api_hash"), "do not go together"
    for name, text, says in (*((name, "", name) for name in names), (names[1], "0" * 32, together)):
        applicant.more = {f"AUDITOR_{name.upper()}": text}
        with pytest.raises(SettingsError, match=says) as caught:
            applicant.enter()
        assert "\n" not in str(caught.value)


def test_each_refusal_has_its_sentence() -> None:
    """What the person must do about it, and whether the person can mend it."""
    for refusal, kind, says in [
        (RpcRefused("FLOOD_WAIT", 420, 60), CannotRunError, "wait 60 seconds"),
        (RpcRefused("PHONE_NUMBER_UNOCCUPIED", 400), UsageError, "no account has this number"),
        (RpcRefused("PHONE_CODE_EXPIRED", 400), UsageError, "expired"),
        (RpcRefused("SESSION_REVOKED", 401), CannotRunError, "auditor login"),
        (RpcRefused("SOMETHING_NEW", 400), CannotRunError, "SOMETHING_NEW"),
    ]:
        error_class, sentence = _sentence(refusal)
        assert error_class == kind
        assert says in str(sentence)


def test_nothing_repeats_what_was_typed(
    sandbox: Sandbox, applicant: Applicant, caplog: pytest.LogCaptureFixture
) -> None:
    """Phone, code, password and hash, in the message, the chain of causes and the logs."""
    caplog.set_level(logging.DEBUG)
    sandbox.two_step = True
    texts = [repr(applicant.settings)]
    for number, codes in (("+70000000009", ["11111"]), ("", ["31313"] * 3), ("", [sandbox.telegram_code])):
        applicant.number = number or sandbox.telegram_phone
        with pytest.raises(UsageError) as caught:
            applicant.enter(*codes, passwords=("tainoe slovo",) * 3)
        texts += [str(caught.value), repr(caught.value), str(caught.value.__cause__)]
    sandbox.faults.on("mtproto_user_banned")
    with pytest.raises(CannotRunError, match="banned") as banned:
        applicant.enter(passwords=(sandbox.telegram_password,))
    text = "\n".join([*texts, str(banned.value), caplog.text])
    typed = ("70000000009", "31313", "tainoe", sandbox.telegram_code, "9996620001")
    assert not [secret for secret in (*typed, sandbox.telegram_api_hash) if secret in text]


def test_doctor_says_whose_session_it_is_and_what_is_closed(sandbox: Sandbox, applicant: Applicant) -> None:
    """Not signed in, signed in, signed in no more, out of reach."""
    context = Phone(sandbox, applicant.folder, {"AUDITOR_TELEGRAM_SESSION": str(applicant.file)}).context()
    assert [line.state for line in run(PLUGIN.diagnose(context))] == ["unset"]
    applicant.enter()
    (line,) = run(PLUGIN.diagnose(context))
    assert (line.state, line.detail.params["name"]) == ("ok", "И…")
    for fault, state in (("mtproto_auth_key_unregistered", "refused"), ("mtproto_down", "unreachable")):
        sandbox.faults.clear()
        sandbox.faults.on(fault)
        assert [line.state for line in run(PLUGIN.diagnose(context))] == [state]
