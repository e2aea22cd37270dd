"""Whatever a secret is put into, and in whatever form, nothing of it comes out."""

import base64
import html
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

from auditor.base.errors import ArchiveError, Problem, RegistryError, SettingsError
from auditor.base.logs import set_up_logs
from auditor.base.redact import MASK, forget, redact, redact_body, redact_document, remember, remember_proxy
from auditor.base.settings import Secret, load_settings
from auditor.base.snapshot import EvidenceKind
from auditor.commands.cli import run_guarded
from auditor.probes.base import keep
from auditor.probes.mtproto.place import parse_proxy

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
    "lower_percent": lambda s: "".join(f"%{b:02x}" for b in s.encode()),
    "percent_twice": lambda s: quote(quote(s, safe=""), safe=""),
    "json": lambda s: json.dumps(s)[1:-1],
    "json_in_json": lambda s: json.dumps(json.dumps(s, ensure_ascii=False))[1:-1],
    "json_with_slashes": lambda s: json.dumps(s, ensure_ascii=False)[1:-1].replace("/", "\\/"),
    "repr": lambda s: repr(s)[1:-1],
    "ascii": lambda s: ascii(s)[1:-1],
    "repr_of_bytes": lambda s: repr(s.encode())[2:-1],
    "html": html.escape,
    "html_numbers": lambda s: "".join(f"&#{ord(c)};" for c in s),
    "hex": lambda s: s.encode().hex(),
    "upper_hex": lambda s: s.encode().hex().upper(),
    "base64": lambda s: base64.b64encode(s.encode()).decode(),
    "base64_of_a_login": lambda s: base64.b64encode(b"user:" + s.encode()).decode(),
    "base64_within": lambda s: base64.b64encode(b"ab" + s.encode() + b"cde").decode(),
    "base64_for_addresses": lambda s: base64.urlsafe_b64encode(b"x" + s.encode()).decode(),
    "base64_in_an_address": lambda s: quote(base64.b64encode(s.encode()).decode(), safe=""),
}
"""The ways in which programs write a text into another."""


CASES: dict[str, Callable[[str], str]] = {
    "upper": str.upper,
    "lower": str.lower,
    "swapped": str.swapcase,
    "with spaces of no width": "\u200b".join,
    "with soft hyphens in JSON": lambda s: json.dumps("\u00ad".join(s))[1:-1],
    "with a terminal's colours": lambda s: f"{s[:7]}\x1b[0;31m{s[7:]}",
    "with colours in Python's writing": lambda s: repr(f"{s[:7]}\x1b[0m{s[7:]}")[1:-1],
}
KNOWN = ["vk1.a.QwErTy-0123456789_abcdefGHIJKLMNOP.zz", "0123456789abcdefFEDCBA9876543210", "Kennwort/ohne Namen"]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("secret", KNOWN)
@pytest.mark.parametrize("around", ["", "<p>новости</p>\n" * 600])
def test_neither_case_nor_what_cannot_be_seen_hides_a_secret(case: str, secret: str, around: str) -> None:
    """In a text and in a body, a short one and a long one."""
    remember(secret)
    written = CASES[case](secret)
    assert redact(f"{around}<{written}>{around}") == f"{around}<{MASK}>{around}"
    assert redact_body(f"{around}<{written}>{around}".encode()).decode() == f"{around}<{MASK}>{around}"


NUMBER = "+79991234567"
DIALLED = [
    "8 (999) 123 45 67",
    "8-999-123-45-67",
    "+7 999 123-45-67",
    "79991234567",
    "89991234567",
    "%2B7%20(999)%201234567",
]


@pytest.mark.parametrize("written", DIALLED)
@pytest.mark.parametrize("around", ["", "<p>новости 7 из 8</p>\n" * 600])
def test_a_remembered_number_is_found_as_it_is_dialled(written: str, around: str) -> None:
    """A Russian one by 8 as well, with any signs between its digits; another's number stays in a body."""
    remember(NUMBER)
    assert redact_body(f"{around}<{written}>{around}".encode()).decode() == f"{around}<{MASK}>{around}"
    other = f"{around}<8 (999) 123 45 68>"
    assert redact_body(other.encode()).decode() == other


@pytest.mark.parametrize("secret", KNOWN[:2])
@given(cut=st.data())
def test_a_piece_of_a_key_is_masked_and_nothing_beside_it(secret: str, cut: st.DataObject) -> None:
    """Twelve signs or more, at a line's end, its beginning or within it."""
    remember(secret)
    size = cut.draw(st.integers(12, len(secret)))
    start = cut.draw(st.integers(0, len(secret) - size))
    piece = secret[start : start + size]
    assert redact(f"said: {piece}") == f"said: {MASK}"
    assert redact(f"«{piece.upper()}»…") == f"«{MASK}»…"


def test_words_of_a_pass_phrase_are_no_pieces_of_it() -> None:
    """They are words; nor is a short beginning that every key of VK has."""
    remember("Kennwort/ohne Namen und Zahl", KNOWN[0])
    assert redact("ohne Namen und Zahl; vk1.a.Q is how they begin") == "ohne Namen und Zahl; vk1.a.Q is how they begin"


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
@given(secret=secrets, mix=st.randoms(use_true_random=False))
def test_a_secret_half_escaped_is_found_too(secret: str, mix: random.Random) -> None:
    """Each character may be written in another way."""
    ways = [str, lambda c: quote(c, safe=""), lambda c: json.dumps(c)[1:-1], lambda c: f"&#x{ord(c):X};"]
    forget()
    remember(secret)
    assert redact(f"<{''.join(mix.choice(ways)(c) for c in secret)}>") == f"<{MASK}>"


@settings(max_examples=20)
@given(key=st.binary(min_size=250, max_size=256), before=st.binary(max_size=20))
def test_the_key_of_a_session_is_found_as_bytes_and_in_writing(key: bytes, before: bytes) -> None:
    """It is no text."""
    forget()
    remember(key)
    assert key not in redact_body(before + key + b"\0")
    for written in (key.hex(), repr(key)[2:-1], base64.b64encode(key).decode()):
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
SHAPES = [
    (f"https://api.example/method/users.get?access_token={VK}&v=5.199", VK),
    (f'{{"key":"access_token","value":"{VK[6:]}"}}', VK[6:]),
    (f'"request_params":[{{\\"key\\": \\"access_token\\", \\"value\\": \\"{VK[6:]}\\"}}]', VK[6:]),
    (f"said {VK}.", VK),
    (f"Location: https://x.example/#access%5Ftoken={VK}", VK),
    ("api_hash='0123456789abcdef0123456789abcdef'", "0123456789abcdef"),
    ('{"api_hash": "0123456789abcdef"}', "0123456789abcdef"),
    ("Authorization: Bearer abc.def.ghi", "abc.def.ghi"),
    ("Proxy-Authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
    ("{'Authorization': 'Token 12345'}", "12345"),
    ("Cookie: remixsid=1_abc; b=c", "abc"),
    ("Set-Cookie: stel_token=0011; path=/", "0011"),
    ("cannot connect to socks5://auditor:p%40ss@127.0.0.1:1080", "p%40ss"),
    ("cannot connect to http://auditor:p@127.0.0.1:1080", "auditor:p@"),
    ("to=http%3A%2F%2Fauditor%3Ap%40127.0.0.1", "auditor%3Ap"),
    ("mtproxy://dd0123456789abcdef0123456789abcdef@h:443", "dd0123"),
    ("https://t.me/proxy?server=x&secret=dd0123456789abcdef", "dd0123"),
    ("phone +7 999 123-45-67 is", "123-45"),
    ("phone +79991234567.", "9991234567"),
    ("phone=79991234567", "79991234567"),
    ("q=%2B79991234567", "79991234567"),
    ("(+7 (999) 1234567)", "1234567"),
    ("password: хвост", "хвост"),
    ("1BAAOMTQ5LjE1NC4xNjcuOTEAUH" * 14, "BAAOMTQ5LjE1NC4x"),
    ("0123456789abcdef" * 5 + "01234", "0123456789abcdef"),
]


@pytest.mark.parametrize(("text", "secret"), SHAPES)
def test_what_looks_like_a_secret_goes_out_of_what_is_printed(text: str, secret: str) -> None:
    """Nobody has to have told us of it."""
    assert secret not in redact(text)
    assert MASK in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24T12:00:00+07:00",
        "https://t.me/s/perviy_rayon?before=120",
        "https://vk.com/@perviy_rayon",
        "ev-1a2b3c4d5e6f 4a7c1f0e6d5b4a7c1f0e6d5b4a7c1f0e6d5b4a7c1f0e6d5b4a7c1f0e6d5b4a7c",
        "vk: users.get: VK error 5",
        "Глава (приёмная) ответила на 12 вопросов из 12 345 678 901",
        "officials.yaml:12: unknown key; remove it",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    """A hash, a time, an address, a figure."""
    assert redact(text) == text


def test_a_telephone_in_an_officials_post_is_evidence_and_a_key_never_is() -> None:
    """Bodies are left as they came but for keys and what is remembered."""
    post = "Приёмная: +7 (38222) 1-23-45, password: нет, http://a:b@c".encode()
    assert redact_body(post) is post
    assert VK.encode() not in redact_body(post + VK.encode())


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
    """As it stands in the address, and as the proxy is told it."""
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


def test_a_secret_does_not_show_itself() -> None:
    """`repr` is what tracebacks with values and debuggers print."""
    assert repr(Secret("очень-секретно")) == "Secret('***')"
