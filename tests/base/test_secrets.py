"""No remembered secret comes out again, in whatever form it was put in; and nothing is guessed."""

import base64
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.base.secrets import (
    MASK,
    Secret,
    forget_all,
    may_hold_secret,
    redact,
    redact_body,
    redact_document,
    remember,
    remember_proxy,
)

SECRETS = st.text(st.sampled_from("abkXYZ0189/+=-_%&?#\"\\'.:;<>{}[]~ёЖßŋ漢🙂"), min_size=8, max_size=40).filter(
    lambda s: not set(s) <= set(MASK) and len(set(s)) > 3
)
AROUND = st.text(st.sampled_from(list('ab19 _-=&?%/:@"<>{}[]\\.,\nпё+;#')), max_size=30)
PAGE = '<div class="x">%41\\u0435 &amp; страница/\n' * 150

FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "upper": lambda s: s.upper() if s.isascii() else s,
    "percent": lambda s: quote(s, safe=""),
    "percent_of_a_path": quote,
    "form": quote_plus,
    "json": lambda s: json.dumps(s)[1:-1],
    "json_in_utf8": lambda s: json.dumps(s, ensure_ascii=False)[1:-1],
    "json_with_slashes": lambda s: json.dumps(s, ensure_ascii=False)[1:-1].replace("/", "\\/"),
    "base64": lambda s: base64.b64encode(s.encode()).decode(),
    "base64_within": lambda s: base64.b64encode(b"ab" + s.encode() + b"cde").decode(),
    "base64_for_addresses": lambda s: base64.urlsafe_b64encode(b"x" + s.encode()).decode(),
    "base64_in_an_address": lambda s: quote(base64.b64encode(s.encode()).decode(), safe=""),
    "base64_in_json": lambda s: base64.b64encode(s.encode()).decode().replace("/", "\\/"),
}
"""The ways in which programs write a text into another."""


@pytest.mark.parametrize("form", FORMS)
@given(secret=SECRETS, before=AROUND, after=AROUND | st.just(PAGE))
def test_a_remembered_secret_is_found_in_every_form_anywhere(form: str, secret: str, before: str, after: str) -> None:
    """Nothing of it is left in a text nor in a body, short or long; what was cleaned stays as it is."""
    forget_all()
    remember(secret)
    written = FORMS[form](secret)
    text, core = before + written + after, written[4:-4] if form.startswith("base64") else written
    for shown in (redact(text), redact_body(text.encode()).decode()):
        remaining = shown.replace(MASK, "\0")
        assert core not in remaining, "of base64 the edges tell of neighbours too"
        assert secret not in remaining
    assert redact(redact(text)) == redact(text)


@given(key=st.binary(min_size=250, max_size=256), before=st.binary(max_size=20))
def test_the_key_of_a_session_is_found_as_bytes_and_in_writing(key: bytes, before: bytes) -> None:
    """It is no text."""
    forget_all()
    remember(key)
    assert key not in redact_body(before + key + b"\0")
    for written in (quote(key, safe=""), base64.b64encode(key).decode()):
        assert written[4:-8] not in redact(f"key={written}")


def test_a_document_stays_one() -> None:
    """Secrets go out of its strings, keys and numbers; a telephone number typed at sign-in may come back as one."""
    remember("79990001122", "очень-секретно")
    document = {"очень-секретно": [None, True, 1.5, ["x очень-секретно y"]], "phone": 79990001122, "n": {"a": "b"}}
    clean = f'{{"{MASK}":[null,true,1.5,["x {MASK} y"]],"phone":"{MASK}","n":{{"a":"b"}}}}'
    assert redact_document(json.dumps(document)) == redact_document(json.dumps(document, ensure_ascii=False)) == clean
    assert redact_document('{"n": 1}') == '{"n": 1}', "a document without a secret is the same text"


VK = "vk1.a.EXAMPLE-not_A-key0123456789abcdefghijklmnop"
OLD_VK = "0123456789abcdef" * 5 + "01234"


@pytest.mark.parametrize("key", [VK, OLD_VK])
def test_a_key_of_vk_is_known_by_its_form_in_what_is_printed(key: str) -> None:
    """An operator may paste one anywhere; in evidence only the remembered keys are looked for."""
    body = f"said {key}.".encode()
    assert redact(f"said {key}, access_token={key}&v=5.199") == f"said {MASK}, access_token={MASK}&v=5.199"
    assert redact_body(body) is body


def test_nothing_is_guessed() -> None:
    """Words that merely resemble a secret stay, in print and in evidence."""
    remember("очень-секретно", VK)
    text = "Bearer of news; token: none, password: нет\nПриёмная: +7 (38222) 1-23-45, факс 8 38222 12346\n"
    text += "ev-1a2b3c4d5e6f 4a7c1f0e6d5b4a7c1f0e6d5b4a7c1f0e6d5b4a7c1f0e6d5b4a7c1f0e6d5b4a7c"
    assert redact(text) == text
    assert redact_body(text.encode()).decode() == text


def test_a_line_for_publication_may_hold_a_secret_by_its_form_too() -> None:
    """It is refused then, so a guess does no harm."""
    remember("очень-секретно")
    held = ["https://user:word@example.invalid", "access_token = x", "Password: x", "ключ очень-секретно"]
    plain = ["пишите на otchet@example.invalid", "tokens of thanks: none"]
    assert [text for text in (*held, *plain) if may_hold_secret(text)] == held


def test_a_short_secret_is_found_only_as_a_word_and_not_in_evidence() -> None:
    """The password «pass» does not make holes in «passed»; three letters are not looked for, eight inside words too."""
    remember("pass", "73920", "abc", None, "eightbyt")
    assert redact("passed: pass 73920 739201 abc xeightbytx") == f"passed: {MASK} {MASK} 739201 abc x{MASK}x"
    assert redact_body(b'{"id":73920}') == b'{"id":73920}'


def test_a_proxys_password_is_remembered_in_both_its_forms() -> None:
    """As it is written in the address, and as the proxy is told it; of no proxy there is none."""
    remember_proxy(None)
    remember_proxy("socks5://auditor:s3cret-word@127.0.0.1:1080")
    remember_proxy("http://auditor:s3cret%2Fw%C3%B6rd@h:1")
    remember_proxy("mtproxy://dd00112233445566778899aabbccddeeff@h:443")
    remember_proxy("http://auditor:bro/ken-word@[h:1")
    for secret in ("s3cret-word", "s3cret/wörd", "dd00112233445566778899aabbccddeeff", "bro/ken-word"):
        assert redact(f"<{secret}>") == redact(f"<{quote(secret, safe='')}>") == f"<{MASK}>"


def test_a_secret_does_not_show_itself() -> None:
    """`repr` is what tracebacks with values and debuggers print; it is remembered as it is made."""
    assert repr(Secret("очень-секретно")) == "Secret('***')"
    assert redact("очень-секретно") == MASK
