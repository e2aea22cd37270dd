"""The rows of the fault table: what is done to a route, and what the run must make of it."""

import gzip
import json
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tests.faulty_server import (
    Asked,
    FaultyServer,
    Good,
    Play,
    bomb,
    changed,
    chunked_off,
    closed,
    continuing,
    dripping,
    dripping_head,
    endless,
    hanging,
    raw,
    reset,
    said,
    silent,
)

MB = 1024 * 1024
BLOCK_PAGE = "<!DOCTYPE html><html><body><h1>Доступ к ресурсу ограничен</h1></body></html>" + " " * 600
OTHER_PAGE = f"<!DOCTYPE html><html><head><title>Имярек</title></head><body>{'<p>Погода</p>' * 60}</body></html>"
NEW_DESIGN = (
    '<!DOCTYPE html><html><head><link href="//telegram.org/css/new.css" rel="stylesheet"></head>'
    f"<body>{'<div class=card></div>' * 40}</body></html>"
)
EMPTY_SHELL = (
    '<!DOCTYPE html><html><head><title>Telegram</title></head><body class="tgme_new">'
    f"{'<div class=tgme_new_card></div>' * 40}</body></html>"
)


@dataclass(frozen=True)
class Row:
    """One fault on one route, and which answers it meets. Without a `play` there is nobody to play it."""

    route: str
    fault: str
    play: Play | None = None
    where: str = "every answer"
    scripts: bool = False
    """Scripts are asked for too, and the fault meets calls in them."""

    def meets(self, asked: Asked) -> bool:
        """Tell whether the fault is played on a request."""
        return asked_for(self.where)(asked) or (self.scripts and asked.path.endswith("/execute"))

    @property
    def name(self) -> str:
        return f"{self.route}: {self.fault}, {self.where}"


def with_status(status: int, **headers: str) -> Play:
    return said("x" * 600, status, **headers)


def _stub(good: Good, url: str) -> Good:
    name = url.rsplit("/", 1)[-1]
    return Good(
        f'<!DOCTYPE html><html><head><title>Telegram: Contact @{name}</title></head><body><div class="tgme_page">'
        '<div class="tgme_page_icon"><i class="tgme_icon_user"></i></div><div class="tgme_page_description">If you '
        f'have <strong>Telegram</strong>, you can contact <a class="tgme_username_link" href="#">@{name}</a></div>'
        "</div></body></html>".encode()
    )


def _recoded(coding: str) -> Callable[[Good, str], Good]:
    return lambda good, url: Good(
        good.body.decode().encode(coding, "replace"), 200, {"Content-Type": f"text/html; charset={coding}"}
    )


def _half(good: Good, url: str) -> bytes:
    data = good.packed()
    return data[: len(data) - len(good.body) // 2]


def _packed_half(good: Good, url: str) -> Good:
    packed = gzip.compress(good.body)
    return Good(packed[: len(packed) // 2], 200, {**good.headers, "Content-Encoding": "gzip"})


def _quiet_half(good: Good, url: str) -> Good:
    """Half a page whose length says that it is whole."""
    return Good(good.body[: len(good.body) // 2], good.status, good.headers)


def _to_itself(good: Good, url: str) -> Good:
    return Good(status=302, headers={"Location": url})


def _dated(date: str) -> Callable[[Good, str], Good]:
    return lambda good, url: Good(good.body, good.status, {**good.headers, "Date": date})


ANY: dict[str, Play] = {
    "reset": reset,
    "closed without a word": closed,
    "no answer": silent,
    "stops in the middle": hanging,
    "a byte now and then": dripping,
    "a head a byte now and then": dripping_head,
    "100 Continue without end": continuing,
    "no HTTP": raw(b"SSH-2.0-nobody\r\n"),
    "a redirect to itself": changed(_to_itself),
    "a redirect to another host": said("", 302, Location="http://warning.provider.invalid/?id=1"),
    "a redirect nowhere": said("", 302),
    "a redirect to nonsense": said("", 302, Location="http://[::1"),
    "401": with_status(401),
    "403": with_status(403),
    "404": with_status(404),
    "429": with_status(429),
    "429, Retry-After: 1": with_status(429, Retry_After="1"),
    "429, Retry-After: a date past": with_status(429, Retry_After="Tue, 24 Nov 2020 05:00:30 GMT"),
    "429, Retry-After: an hour": with_status(429, Retry_After="3600"),
    "429, Retry-After: a date far off": with_status(429, Retry_After="Fri, 31 Dec 9999 23:59:59 GMT"),
    "429, Retry-After: forty digits": with_status(429, Retry_After="9" * 40),
    "429, Retry-After: -5": with_status(429, Retry_After="-5"),
    "429, Retry-After: garbage": with_status(429, Retry_After="\u00b2"),
    "451": with_status(451),
    "500": with_status(500),
    "502": with_status(502),
    "503, Retry-After: an hour": with_status(503, Retry_After="3600"),
    "204, empty": said("", 204),
    "200, empty": said(""),
    "cut short of its Content-Length": changed(_half),
    "chunks that break off": chunked_off,
    "gzip that breaks off": changed(_packed_half),
    "half of it, as if whole": changed(_quiet_half),
    "a hundred megabytes": endless,
    "a gzip bomb": bomb,
    "deflate that is none": said(b"no such stream" * 99, Content_Encoding="deflate"),
    "gzip that is none": said(b"no such stream" * 99, Content_Encoding="gzip"),
    "br, which was not asked for": said(b"\x1b\x03" * 400, Content_Encoding="br"),
    "gzip in gzip": changed(
        lambda good, url: Good(gzip.compress(gzip.compress(good.body)), 200, {"Content-Encoding": "gzip, gzip"})
    ),
    "in UTF-16": changed(_recoded("utf-16")),
    "noise": said(bytes(range(256)) * 40),
    "a block page with 200": said(BLOCK_PAGE),
    "another site's page with 200": said(OTHER_PAGE),
}
"""What can befall any route over HTTP."""

TELEGRAM_ONLY: dict[str, Play] = {
    "in windows-1251": changed(_recoded("windows-1251")),
    "Telegram's own files in an unknown layout": said(NEW_DESIGN),
    "Telegram's marks in an unknown layout": said(EMPTY_SHELL),
    "the stub of a missing name": changed(_stub),
    "JSON": said("{}", Content_Type="application/json"),
}


def _json(value: object) -> Play:
    return said(json.dumps(value), Content_Type="application/json")


def _without(*keys: str) -> Callable[[Good, str], Good]:
    """Take keys out of an answer, wherever they stand."""

    def cut(value: object) -> object:
        if isinstance(value, dict):
            return {k: cut(v) for k, v in value.items() if k not in keys}
        return [cut(one) for one in value] if isinstance(value, list) else value

    return lambda good, url: Good(json.dumps(cut(json.loads(good.body))).encode(), 200, good.headers)


def _numbers(change: Callable[[int], object]) -> Callable[[Good, str], Good]:
    """Change every number of an answer."""

    def changed_(value: object) -> object:
        if isinstance(value, dict):
            return {k: changed_(v) for k, v in value.items()}
        if isinstance(value, list):
            return [changed_(one) for one in value]
        return change(value) if isinstance(value, int) and not isinstance(value, bool) else value

    return lambda good, url: Good(json.dumps(changed_(json.loads(good.body))).encode(), 200, good.headers)


def _strings_for_objects(good: Good, url: str) -> Good:
    """Put words in the place of objects in lists."""
    text = good.body.decode()
    data = json.loads(text)

    def flat(value: object) -> object:
        if isinstance(value, dict):
            return {k: flat(v) for k, v in value.items()}
        return ["x" for _ in value] if isinstance(value, list) else value

    return Good(json.dumps(flat(data)).encode(), 200, good.headers)


def _twice(good: Good, url: str) -> Good:
    """Say "response" twice, the second time empty."""
    return Good(re.sub(rb"\}\s*$", b', "response": {"count": 0, "items": []}}', good.body), 200, good.headers)


def _nested(depth: int) -> Play:
    return said('{"response":' + "[" * depth + "]" * depth + "}", Content_Type="application/json")


VK_ONLY: dict[str, Play] = {
    "a word in place of JSON": said("OK", Content_Type="application/json"),
    "JSON: a list": _json([]),
    "JSON: a string": _json("response"),
    "JSON: null": _json(None),
    "JSON: a number": _json(5),
    "JSON: an empty object": _json({}),
    "JSON: response null": _json({"response": None}),
    "JSON: response a string": _json({"response": "x"}),
    "JSON: response a number": _json({"response": 5}),
    "JSON: response false": _json({"response": False}),
    "JSON: numbers for objects": _json({"response": [1, 2, 3]}),
    "JSON: count and items of other kinds": _json({"response": {"count": "many", "items": {"0": 1}, "groups": 7}}),
    "JSON: error a string": _json({"error": "x"}),
    "JSON: error without a code": _json({"error": {"error_msg": "x"}}),
    "JSON: an unknown error code": _json({"error": {"error_code": 987654, "error_msg": "x"}}),
    "JSON: error code not a number": _json({"error": {"error_code": float("nan"), "error_msg": "x"}}),
    "JSON: error and response at once": _json({"error": {"error_code": 10}, "response": []}),
    "JSON: nested 100,000 deep": _nested(100_000),
    "JSON: nested 900 deep": _nested(900),
    "JSON: huge integers": changed(_numbers(lambda n: n + 10**30)),
    "JSON: an integer of 10,000 digits": said('{"response":' + "9" * 10_000 + "}", Content_Type="application/json"),
    "JSON: numbers as strings of letters": changed(_numbers(lambda n: "x")),
    "JSON: words in place of objects": changed(_strings_for_objects),
    "JSON: the same key twice": changed(_twice),
    "JSON: no id": changed(_without("id")),
    "JSON: no date": changed(_without("date")),
    "JSON: no items": changed(_without("items")),
    "JSON with HTML's type": changed(lambda good, url: Good(good.body, 200, {"Content-Type": "text/html"})),
}

CODES = (1, 5, 6, 9, 14, 15, 18, 19, 28, 29, 30, 100, 212)
"""VK's errors, one for each rule; what the others mean is in `auditor.probes.vk.errors`."""


SITE_ONLY: dict[str, Play] = {
    "in windows-1251": changed(_recoded("windows-1251")),
    "windows-1251, said to be UTF-8": changed(
        lambda good, url: Good(good.body.decode().encode("cp1251"), 200, {"Content-Type": "text/html; charset=utf-8"})
    ),
    "a picture": said(b"\x89PNG" * 200, Content_Type="image/png"),
}
SHARED = (
    "reset",
    "no answer",
    "no HTTP",
    "a redirect to another host",
    "403",
    "404",
    "429, Retry-After: an hour",
    "451",
    "500",
    "200, empty",
    "cut short of its Content-Length",
    "half of it, as if whole",
    "a gzip bomb",
    "noise",
    "a block page with 200",
)
"""One of each kind of what can befall HTTP, for the routes that go by the same client as t.me."""
ROUTES = ("t.me", "VK", "site")
CONNECTION = (
    "connection refused",
    "no time to connect",
    "a name that nobody has",
    "a certificate of nobody's",
    "plain HTTP on a TLS port",
    "TLS where plain HTTP is asked",
)
"""What goes wrong before a request can be made."""
UNMET = ("a certificate of nobody's", "plain HTTP on a TLS port", "TLS where plain HTTP is asked")
"""Those of them at a server that never comes to read a request."""
SLOW = {
    "no time to connect",
    "no answer",
    "stops in the middle",
    "a byte now and then",
    "a head a byte now and then",
    "100 Continue without end",
}
"""Those that last as long as the time limits."""
VK_METHODS = ("every answer", "wall.get", "wall.getComments")


def vk_error(code: int) -> Play:
    extra = {"captcha_sid": "1", "captcha_img": "https://example.invalid/c"} if code == 14 else {}
    return _json({"error": {"error_code": code, "error_msg": "said in a test", "request_params": [], **extra}})


def asked_for(where: str) -> Callable[[Asked], bool]:
    """Return which requests a fault meets: all, those of one VK method, or those of one kind of t.me's pages."""
    if where == "every answer":
        return lambda asked: True
    if where == "previews":
        return lambda asked: asked.path.startswith("/s/")
    if where == "landings":
        return lambda asked: asked.path.count("/") == 1 and "sandbox_" not in asked.path
    if where == "names":
        return lambda asked: (
            asked.path.endswith(("/users.get", "/groups.getById")) and "sandbox_" not in str(asked.form)
        )
    if where == "discussions":
        return lambda asked: "discussion" in asked.query or asked.method == "POST"
    return lambda asked: asked.path.endswith(f"/{where}")


_CALL = re.compile(r"API\.([\w.]+)\((\{.*?\})\)")


def is_word_of_vk(row: Row) -> bool:
    """Tell whether a fault is in what VK says, so that a single call of a script can meet it."""
    return row.fault.startswith(("JSON: ", "error "))


def in_scripts(row: Row) -> Row:
    """Let a fault that is VK's own word befall the calls in a script of ``execute``, and not the script's answer."""
    meant, play = asked_for(row.where), row.play
    assert play is not None

    def played(connection: socket.socket, server: FaultyServer, asked: Asked) -> None:
        calls = [_call(asked, *call) for call in _CALL.findall(asked.form.get("code", ""))]
        came = [_said(play, server, call) if meant(call) else json.loads(server.answer(call).body) for call in calls]
        if not calls or None in came:
            return play(connection, server, asked)
        errors = [
            {"method": call.path.removeprefix("/method/"), **one["error"]}
            for call, one in zip(calls, came, strict=True)
            if "error" in one
        ]
        told = {"execute_errors": [*errors, {**errors[-1], "method": "execute"}]} if errors else {}
        return _json({"response": ["error" not in one and one["response"] for one in came], **told})(
            connection, server, asked
        )

    return replace(row, play=played, scripts=True)


def _call(script: Asked, method: str, given: str) -> Asked:
    """Return a call of a script as it would be asked alone."""
    shared = {name: script.form[name] for name in ("access_token", "v")}
    return Asked("POST", f"/method/{method}", form={k: str(v) for k, v in json.loads(given).items()} | shared)


class _Paper:
    """Takes down what a play sends."""

    def __init__(self) -> None:
        self.came = b""

    def sendall(self, data: bytes) -> None:
        self.came += data


def _said(play: Play, server: FaultyServer, asked: Asked) -> Any:
    """Return what a fault answers to one call; None where a script cannot hold it."""
    paper = _Paper()
    play(paper, server, asked)  # type: ignore[arg-type]  # of a socket it needs this alone
    body = paper.came.partition(b"\r\n\r\n")[2]
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or body.count(b'"response"') > 1:
        return None
    return said if set(said) == {"response"} or isinstance(said.get("error"), dict) else None


def table() -> list[Row]:
    """Return every row, in the order in which the table is printed."""
    rows = [Row("t.me", fault) for fault in CONNECTION]
    rows += [Row(route, fault) for route in ("VK", "site") for fault in (CONNECTION[0], *UNMET)]
    shared = {fault: ANY[fault] for fault in SHARED}
    rows += [Row("t.me", fault, play) for fault, play in (ANY | TELEGRAM_ONLY).items()]
    rows += [Row("VK", fault, play) for fault, play in (shared | VK_ONLY).items()]
    rows += [Row("VK", f"error {code}", vk_error(code), where) for code in CODES for where in VK_METHODS]
    rows += [Row("site", fault, play) for fault, play in (shared | SITE_ONLY).items()]
    return sorted(rows, key=lambda row: ROUTES.index(row.route))
