"""No remembered secret comes out again, in whatever form it was put in; and nothing is guessed."""

import asyncio
import base64
import json
import logging
import random
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from auditor.base.answers import keep
from auditor.base.errors import ArchiveError, Problem, RegistryError, SettingsError
from auditor.base.logs import set_up_logs
from auditor.base.secrets import MASK, Secret, forget, redact, redact_body, redact_document, remember, remember_proxy
from auditor.base.settings import load_settings
from auditor.base.snapshot import EvidenceKind
from auditor.commands.cli import run_guarded
from auditor.probes.telegram.client.session import parse_proxy

AT = datetime(2026, 11, 24, 5, tzinfo=UTC)


secrets = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Zs", "Zl", "Zp", "Cs")), min_size=8
).filter(lambda s: not set(s) <= set(MASK) and len(set(s)) > 3)
around = st.text(st.sampled_from(list('ab19 _-=&?%/:@"<>{}[]\\.,\nпё+;#')), max_size=30)

FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "percent": lambda s: quote(s, safe=""),
    "percent_of_a_path": quote,
    "form": quote_plus,
    "lower_percent": lambda s: quote(s, safe="").lower(),
    "json": lambda s: json.dumps(s)[1:-1],
    "json_in_utf8": lambda s: json.dumps(s, ensure_ascii=False)[1:-1],
    "json_with_slashes": lambda s: json.dumps(s, ensure_ascii=False)[1:-1].replace("/", "\\/"),
    "base64": lambda s: base64.b64encode(s.encode()).decode(),
    "base64_of_a_login": lambda s: base64.b64encode(b"user:" + s.encode()).decode(),
    "base64_within": lambda s: base64.b64encode(b"ab" + s.encode() + b"cde").decode(),
    "base64_for_addresses": lambda s: base64.urlsafe_b64encode(b"x" + s.encode()).decode(),
    "base64_in_an_address": lambda s: quote(base64.b64encode(s.encode()).decode(), safe=""),
    "base64_in_json": lambda s: base64.b64encode(s.encode()).decode().replace("/", "\\/"),
}
"""The ways in which programs write a text into another."""


CASES: dict[str, Callable[[str], str]] = {"upper": str.upper, "lower": str.lower, "swapped": str.swapcase}
KNOWN = ["vk1.a.QwErTy-0123456789_abcdefGHIJKLMNOP.zz", "0123456789abcdefFEDCBA9876543210", "Kennwort/ohne Namen"]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("secret", KNOWN)
@pytest.mark.parametrize("around", ["", "<p>новости</p>\n" * 600])
def test_no_case_hides_a_secret(case: str, secret: str, around: str) -> None:
    """In a text and in a body, a short one and a long one."""
    remember(secret)
    written = CASES[case](secret)
    assert redact(f"{around}<{written}>{around}") == f"{around}<{MASK}>{around}"
    assert redact_body(f"{around}<{written}>{around}".encode()).decode() == f"{around}<{MASK}>{around}"


def core(form: str, written: str) -> str:
    """What of a written secret may not stay: of base64 the edges tell of neighbours too."""
    return written[4:-4] if form.startswith("base64") else written


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=8)
@given(secret=secrets, before=around, after=around)
def test_a_remembered_secret_is_found_in_every_form_at_every_place(
    form: str, secret: str, before: str, after: str
) -> None:
    """Nothing of it is left in a text, nor in a body."""
    forget()
    remember(secret)
    written = FORMS[form](secret)
    for shown in (redact(before + written + after), redact_body((before + written + after).encode()).decode()):
        left = shown.replace(MASK, "\0")
        assert core(form, written) not in left
        assert secret not in left


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=8)
@given(secret=secrets, noise=st.integers(0, 2**32))
def test_a_long_body_is_searched_as_well_as_a_short_one(form: str, secret: str, noise: int) -> None:
    """The cheap look before the thorough one overlooks nothing."""
    forget()
    remember(secret)
    written = FORMS[form](secret)
    page = "".join(random.Random(noise).choices('<div class="x">%41\\u0435 &amp; страница/\n', k=6000))
    body = f"{page[:3000]} {written} {page[3000:]}".encode()
    assert core(form, written).encode() not in redact_body(body).replace(MASK.encode(), b"\0")


@settings(max_examples=20)
@given(key=st.binary(min_size=250, max_size=256), before=st.binary(max_size=20))
def test_the_key_of_a_session_is_found_as_bytes_and_in_writing(key: bytes, before: bytes) -> None:
    """It is no text."""
    forget()
    remember(key)
    assert key not in redact_body(before + key + b"\0")
    for written in (quote(key, safe=""), base64.b64encode(key).decode()):
        assert written[4:-8] not in redact(f"key={written}")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | around,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(around, inner, max_size=4),
        max_leaves=15,
    ),
    secrets,
)
@example({"id": 79991234567}, "79991234567")
def test_a_document_stays_one(value: object, secret: str) -> None:
    """Secrets go out of its strings and keys; numbers and form stay."""
    forget()
    remember(secret)
    clean = json.loads(redact_document(json.dumps({"value": value, secret: [secret], "in": f"x{secret}y"})))
    assert clean[MASK] == [MASK]
    assert clean["in"] == f"x{MASK}y"
    assert secret not in json.dumps(clean["value"], ensure_ascii=False) or not isinstance(value, str)


@given(around | st.text())
def test_nothing_is_taken_twice(text: str) -> None:
    """What was cleaned stays as it is."""
    remember("совсем секретно")
    assert redact(redact(text)) == redact(text)


VK = "vk1.a.EXAMPLE-not_A-key0123456789abcdefghijklmnop"
OLD_VK = "0123456789abcdef" * 5 + "01234"


@pytest.mark.parametrize("key", [VK, OLD_VK])
def test_a_key_of_vk_is_known_by_its_form_in_what_is_printed(key: str) -> None:
    """An operator may paste one anywhere; in evidence only his own, which is remembered, is looked for."""
    body = f"said {key}.".encode()
    assert redact(f"said {key}, access_token={key}&v=5.199") == f"said {MASK}, access_token={MASK}&v=5.199"
    assert redact_body(body) is body


@pytest.mark.parametrize(
    "text",
    [
        "A basic understanding",
        "Bearer of news; token: none, password: нет",
        "Приёмная: +7 (38222) 1-23-45, факс 8 38222 12346",
        "2026-11-24T12:00:00+07:00",
        "https://t.me/s/perviy_rayon?before=120",
        "https://vk.com/@perviy_rayon",
        "ev-1a2b3c4d5e6f 4a7c1f0e6d5b4a7c1f0e6d5b4a7c1f0e6d5b4a7c1f0e6d5b4a7c1f0e6d5b4a7c",
        "vk: users.get: VK error 5",
        "Глава (приёмная) ответила на 12 вопросов из 12 345 678 901",
        "officials.yaml:12: unknown key; remove it",
    ],
)
def test_nothing_is_guessed(text: str) -> None:
    """Words that merely resemble a secret stay, in print and in evidence."""
    remember("очень-секретно", VK)
    assert redact(text) == text
    assert redact_body(text.encode()).decode() == text


def test_a_short_secret_is_found_only_as_a_word_and_not_in_evidence() -> None:
    """The password «pass» does not make holes in «passed»."""
    remember("pass", "73920", "abc")
    assert redact("passed: pass 73920 739201 abc") == f"passed: {MASK} {MASK} 739201 abc"
    assert redact_body(b'{"id":73920}') == b'{"id":73920}'


PROXIES = [
    ("socks5://auditor:s3cret-word@127.0.0.1:1080", "s3cret-word"),
    ("http://auditor:s3cret%2Fw%C3%B6rd@h:1", "s3cret/wörd"),
    ("mtproxy://dd00112233445566778899aabbccddeeff@h:443", "dd00112233445566778899aabbccddeeff"),
    ("http://auditor:bro/ken-word@[h:1", "bro/ken-word"),
]


@pytest.mark.parametrize(("address", "secret"), PROXIES)
def test_a_proxys_password_is_remembered_in_both_its_forms(address: str, secret: str) -> None:
    """As it is written in the address, and as the proxy is told it."""
    remember_proxy(address)
    assert redact(f"<{secret}>") == redact(f"<{quote(secret, safe='')}>") == f"<{MASK}>"


def test_settings_remember_what_they_read(tmp_path) -> None:
    """Key, hash, passwords; what the environment's files hold too."""
    file = tmp_path / "key"
    file.write_text("key-from-a-file\n")
    environ = {
        "AUDITOR_VK_TOKEN_FILE": str(file),
        "AUDITOR_TELEGRAM_API_HASH": "hash-of-the-api",
        "AUDITOR_VK_PROXY": "http://a:first-password@h:1",
        "AUDITOR_TELEGRAM_WEB_PROXY": "socks5://a:second-password@h:1",
        "AUDITOR_TELEGRAM_PROXY": "socks5://a:third-password@h:1",
        "AUDITOR_WEBSITE_PROXY": "http://a:fourth-password@h:1",
    }
    load_settings(environ, tmp_path)
    words = ["key-from-a-file", "hash-of-the-api", *(f"{n}-password" for n in ("first", "second", "third", "fourth"))]
    assert redact(" ".join(words)) == " ".join([MASK] * 6)


def test_a_hash_given_in_place_of_the_number_beside_it_is_not_repeated(tmp_path) -> None:
    """The two are copied from one page, and swapped easily."""
    with pytest.raises(SettingsError) as refused:
        load_settings({"AUDITOR_TELEGRAM_API_ID": "0123456789abcdef0123456789abcdef"}, tmp_path)
    assert "0123" not in str(refused.value)


def test_a_telegram_proxy_remembers_the_form_that_goes_over_the_wire() -> None:
    """Base64 in the setting, hex in what Telethon says."""
    secret = bytes.fromhex("dd00112233445566778899aabbccddeeff")
    parse_proxy(f"mtproxy://{base64.urlsafe_b64encode(secret).decode().rstrip('=')}@h:443")
    assert MASK in redact(secret.hex())


@given(
    secret=secrets, place=st.sampled_from(["url", "header", "body", "location"]), form=st.sampled_from(sorted(FORMS))
)
def test_evidence_holds_no_secret_wherever_an_answer_echoes_it(secret: str, place: str, form: str) -> None:
    """And says so: such a body is minimised, with the hash of what came."""
    forget()
    remember(secret)
    written = FORMS[form](secret)
    told = {"url": "https://t.me/a", "header": "", "body": "", "location": "/", place: f"https://h/?k={written}"}
    answer = keep(
        EvidenceKind.PROFILE,
        told["url"],
        fetched_at=AT,
        status=200,
        received=told["body"].encode(),
        headers=(("Server", told["header"]), ("Location", told["location"])),
    )
    kept = repr((answer.evidence.url, answer.headers, answer.body.decode())).replace(MASK, "\0")
    assert repr(core(form, written))[1:-1] not in kept
    assert answer.evidence.minimised is (place == "body")
    assert (answer.evidence.sha256 == answer.evidence.stored_sha256) is (place != "body")


@settings(max_examples=25)
@given(secret=secrets, form=st.sampled_from(sorted(FORMS)), depth=st.integers(0, 2))
def test_no_error_of_ours_repeats_a_secret(secret: str, form: str, depth: int) -> None:
    """Neither as text, nor in its arguments, nor in a problem's line."""
    forget()
    remember(secret)
    written = FORMS[form](secret)
    errors = [
        ArchiveError(f"x: {written}"),
        SettingsError(written),
        RegistryError([Problem("a.yaml", 1, f"unknown {written}", "remove it")]),
    ]
    for error in errors:
        assert core(form, written) not in str(error).replace(MASK, "\0")
        assert repr(core(form, written))[1:-1] not in repr(error.args).replace(MASK, "\0")


def _raised(words: str) -> BaseException:
    try:
        try:
            {}[words]
        except KeyError as first:
            raise ConnectionError(f"proxy said {words}", words) from first
    except ConnectionError as error:
        return error


@pytest.mark.parametrize("verbose", [False, True])
def test_a_log_line_its_arguments_and_its_traceback_hold_no_secret_and_no_answer(
    verbose: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """The words of an exception are never written, a secret's nowhere."""
    remember("очень-секретно")
    set_up_logs(verbose=verbose)
    log = logging.getLogger("auditor.test")
    error = _raised("очень-секретно и слова жителя")
    log.warning("asked %s with %r", "https://h/?k=" + quote("очень-секретно"), {"key": "очень-секретно"})
    log.error("broke", exc_info=error, stack_info=True)
    said = capsys.readouterr().err
    assert "секретно" not in said
    assert "жителя" not in said
    assert quote("секретно") not in said
    assert "ConnectionError" in said
    assert "KeyError" in said


@pytest.mark.parametrize("verbose", [False, True])
def test_a_defect_is_one_line_of_kind_and_place(verbose: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 4; with -v the way to it, and still none of its words."""
    remember("очень-секретно")
    set_up_logs(verbose=verbose)

    def command() -> None:
        parse_proxy(5)  # type: ignore[arg-type]  # a defect, made on purpose

    assert run_guarded(command) == 4
    said = capsys.readouterr().err
    assert "AttributeError at auditor/" in said
    assert ("Traceback" in said or "File" in said) is verbose
    assert verbose or len(said.splitlines()) == 1
    assert run_guarded(lambda: (_ for _ in ()).throw(_raised("очень-секретно: слова жителя"))) == 4
    assert not {"секретно", "жителя"} & set(capsys.readouterr().err.split())


def test_what_a_thread_dies_of_is_one_line_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No hook of Python's own prints an exception's words."""
    from auditor.base.logs import guard_process

    for place, name in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(place, name, getattr(place, name))
    guard_process()
    set_up_logs()

    def work() -> None:
        raise _raised("слова жителя")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    sys.excepthook(ValueError, ValueError("слова жителя"), None)
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 2
    assert "жителя" not in said


def test_a_connection_that_ends_with_the_process_is_no_defect(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What waits for an answer, and would say goodbye, when a command ends early: its own line has said why."""
    from auditor.base.logs import guard_process

    async def connection() -> None:
        try:
            await asyncio.sleep(0)
        finally:
            await asyncio.sleep(0)

    for place, name in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(place, name, getattr(place, name))
    guard_process()
    waiting = connection()
    waiting.send(None)
    del waiting
    assert capsys.readouterr().err == ""


def test_a_secret_does_not_show_itself() -> None:
    """`repr` is what tracebacks with values and debuggers print."""
    assert repr(Secret("очень-секретно")) == "Secret('***')"


def test_a_secret_that_a_document_holds_as_a_number_is_taken_out() -> None:
    """A telephone number typed at sign-in may come back as one."""
    remember("79990001122")
    assert redact_document('{"phone":79990001122,"n":1,"yes":true}') == '{"phone":"[secret]","n":1,"yes":true}'


def test_many_places_cost_no_more_than_one_walk_over_the_body() -> None:
    """100,000 places in 1.6 MB: a walk that begins again at each of them would take minutes."""
    remember("hunter2hunter2")
    assert redact_body(b"hunter2hunter2, " * 100_000) == b"[secret], " * 100_000
