"""The way to t.me: a page of Telegram's is told from what stands in its place."""

from typing import Any

from auditor.base.snapshot import Cause
from auditor.probes.driver import Response
from auditor.probes.http_client import HttpClient
from auditor.probes.protocol import Call, Failure, FailureAction
from auditor.probes.telegram.web.web_transport import WebTransport
from tests.probes.tme_memory import NAME, NOW, landing

LANDING, PREVIEW = Call("landing", {"path": f"/{NAME}"}), Call("preview", {"path": f"/s/{NAME}"})
OLDER = Call("loadComments", {"api": "/api/method", "before_id": 7})
LONG = "<p>words of an invented page</p>" * 30
OWN = '<link href="//telegram.org/css/new.css">'
GARBLED = landing().encode() + b"\xff" * 900


def read(body: str | bytes, call: Call = LANDING, status: int = 200, **response_fields: Any) -> Any:
    raw = body if isinstance(body, bytes) else body.encode()
    return WebTransport(HttpClient(lambda: NOW), "http://T.invalid/").read(
        call, Response(NOW, status, raw, **response_fields)
    )


def test_a_page_is_telegrams_or_not() -> None:
    """By its markup; next to nothing is a throttled client's, anything else was put there on the way."""
    for body, call, cause in [
        (landing(), LANDING, None),
        ('{"ok": true}', OLDER, None),
        ('{"ok": true}', LANDING, Cause.THROTTLED),
        (GARBLED, LANDING, Cause.UNRECOGNISED_PAGE),
        ("", LANDING, Cause.THROTTLED),
        ("x" * 499, LANDING, Cause.THROTTLED),
        (LONG, LANDING, Cause.BLOCKED),
        (LONG + OWN, LANDING, Cause.UNRECOGNISED_PAGE),
        *((f"<p>{words}", LANDING, Cause.BLOCKED) for words in ("Сайт заблокирован", "доступ ограничен", "149-ФЗ")),
        ('<meta http-equiv="refresh" content="0">', LANDING, Cause.BLOCKED),
        ("<iframe src=x>", LANDING, Cause.BLOCKED),
    ]:
        result = read(body, call)
        assert result == ({"html": body} if cause is None else Failure(at=NOW, cause=cause))


def test_a_redirect_says_that_there_is_no_preview_or_leads_away() -> None:
    """To the landing page of the same name, within Telegram's own hosts."""
    for location, call, expected in [
        (f"http://t.invalid/{NAME}", PREVIEW, {"redirected": True}),
        (f"https://t.me/{NAME.upper()}/", PREVIEW, {"redirected": True}),
        (f"https://t.me/{NAME}", LANDING, Cause.UNRECOGNISED_PAGE),
        ("https://t.me/drugoi", PREVIEW, Cause.UNRECOGNISED_PAGE),
        (f"https://nott.me/{NAME}", PREVIEW, Cause.BLOCKED),
        (f"http://warning.invalid/{NAME}", PREVIEW, Cause.BLOCKED),
        ("http://[::1", PREVIEW, Cause.BLOCKED),
    ]:
        result = read("", call, 302, location=location)
        assert result == (Failure(at=NOW, cause=expected) if isinstance(expected, Cause) else expected)


def test_too_many_requests_are_waited_for() -> None:
    """What passes soon is waited for by all looks; a longer wait costs this one."""
    for retry_after, act, wait in (
        (None, FailureAction.CLOSE_METHOD, 60),
        ("300", FailureAction.CLOSE_METHOD, 300),
        ("301", FailureAction.RETRY, 301),
    ):
        failure = read("", status=429, headers=(("Retry-After", retry_after),) if retry_after else ())
        assert (failure.cause, failure.status, failure.act, failure.wait) == (Cause.THROTTLED, 429, act, wait)


def test_an_error_may_be_a_block_page() -> None:
    """By its words, unless Telegram's own markup stands there too."""
    assert read("Доступ ограничен", status=403).cause is Cause.BLOCKED
    assert read("Доступ ограничен " + landing(), status=403).cause is Cause.REFUSED
    assert read("words", status=503).cause is Cause.UNREACHABLE
