"""The command line over the sandbox's servers, with a wire between them that a test may bend.

Nothing of the program is called but its command line, and nothing is read but the audit document.
"""

import json
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from auditor.sandbox import Sandbox, World
from auditor.sandbox.world.model import Account, Accounts, Comment, Post
from auditor.sandbox.world.world import ENDS
from tests.command import Done, auditor
from tests.wire.pages import HOLDER, OPENED, WEEK, at, number_all

_CONTROL_NUMBERS = {"vk": 30_000_001, "telegram": 1_400_000_001}
AFTER = at(8, 12)
"""The Tuesday noon after the week: when it is looked at unless a test says otherwise."""


# The wire --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reply:
    """An answer as it goes over the wire; `cut` closes the connection in its place."""

    body: bytes = b""
    status: int = 200
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False

    @property
    def value(self) -> Any:
        """What its JSON says."""
        return json.loads(self.body)

    @classmethod
    def of(cls, value: Any) -> "Reply":
        """Answer with JSON."""
        return cls(json.dumps(value, ensure_ascii=False).encode())

    @classmethod
    def error(cls, code: int, words: str = "") -> "Reply":
        """Answer with VK's error."""
        return cls.of({"error": {"error_code": code, "error_msg": words, "request_params": []}})


@dataclass(frozen=True)
class Call:
    """One request: of VK its method and parameters, of t.me its path and query or form."""

    network: str
    name: str
    params: Mapping[str, str]
    answered: Callable[[], Reply]
    """What the network answers, where it is let to."""


Bend = Callable[[Call], Reply | None]
"""What comes in the place of the network's answer to a call; None: its own answer."""


class _Wire:
    """Passes requests on to the sandbox; each `Bend` may answer in its place, the last one first."""

    def __init__(self, network: str, upstream: str, bends: Sequence[Bend], calls: list[Call]) -> None:
        wire, host = self, urlsplit(upstream).netloc
        self.network, self.bends, self.calls = network, bends, calls

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._serve(b"")

            def do_POST(self) -> None:
                self._serve(self.rfile.read(int(self.headers["Content-Length"] or 0)))

            def _serve(self, body: bytes) -> None:
                reply = wire.answer(self.path, body, lambda: _ask(host, self.command, self.path, self.headers, body))
                if reply.cut:
                    self.close_connection = True
                    return
                self.send_response(reply.status)
                for name, value in {"Content-Type": reply.kind, **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, path: str, body: bytes, answered: Callable[[], Reply]) -> Reply:
        parts = urlsplit(path)
        params = dict(parse_qsl(body.decode() or parts.query, keep_blank_values=True))
        call = Call(self.network, parts.path.removeprefix("/method/"), params, answered)
        self.calls.append(call)
        for bend in reversed(self.bends):
            reply = bend(call)
            if reply is not None:
                return reply
        return answered()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _ask(host: str, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
    connection = HTTPConnection(host, timeout=20)
    kept = {k: v for k, v in headers.items() if k.lower() not in {"host", "connection", "accept-encoding"}}
    try:
        connection.request(method, path, body or None, kept)
        answer = connection.getresponse()
        more = {"Location": answer.headers["Location"]} if "Location" in answer.headers else {}
        return Reply(answer.read(), answer.status, answer.headers.get("Content-Type", "text/html"), more)
    except OSError:
        return Reply(cut=True)
    finally:
        connection.close()


# The registry ----------------------------------------------------------------------------------------------------


def confirmed(page: Account, **more: Any) -> dict[str, Any]:
    """Return a page as the registry has a holder's own, confirmed one."""
    proof = {"on": "2026-09-01", "how": "письмо пресс-службы", "sources": ["https://example.invalid/proof"]}
    return {"url": page.url, "kind": "personal", "confirmed": proof, **more}


def institution(page: Account) -> dict[str, Any]:
    """Return a page as the registry has an office's own."""
    return {"url": page.url, "kind": "institution"}


def tenure(*accounts: Mapping[str, Any], name: str = HOLDER, **more: Any) -> dict[str, Any]:
    """Return a person in office since 2019."""
    sources = ["https://example.invalid/appointment"]
    known = {"since": "2019-09", "known_as_of": "2026-10", "sources": sources}
    return {"name": name, **known, "accounts": list(accounts), **more}


def office(*tenures: Mapping[str, Any], number: int = 1, **more: Any) -> dict[str, Any]:
    """Return an office: the first is a municipal head's."""
    name = ("Первый", "Второй", "Третий")[number - 1]
    return {
        "id": f"rayon-{number}", "municipality": f"{name} район", "title": "глава района", "group": "municipal_head",
        "tenures": list(tenures), **more,
    }  # fmt: skip


_DIRECTIVE = {
    "title": "Вымышленное поручение открыть личные страницы",
    "issuer": "Губернатор вымышленной области",
    "issued": "2022-05-25",
    "deadline": "2022-06-01T00:00",
    "binds": "municipal_head",
    "source": "https://example.invalid/directive",
}


def registry(*offices: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Return a registry of these offices, with controls on both networks."""
    hosts = ("https://t.me", "https://vk.com")
    controls = [
        {"url": f"{host}/sandbox_{name}", "exists": name == "control"}
        for host in hosts
        for name in ("control", "nobody_here")
    ]
    return {
        "timezone": "Asia/Tomsk", "directive": _DIRECTIVE, "controls": controls, "offices": list(offices), **more,
    }  # fmt: skip


def policy(**values: Any) -> dict[str, Any]:
    """Return thresholds that differ from the packaged ones."""
    source = "https://example.invalid/policy"
    return {key: {"value": value, "basis": "convention", "source": source} for key, value in values.items()}


# The command line ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """A finding of the audit document."""

    outcome: str
    cause: str | None
    values: Mapping[str, Any]

    @property
    def judged(self) -> tuple[str, str | None]:
        """The outcome with its cause."""
        return self.outcome, self.cause

    def value(self, name: str) -> Any:
        """Return a value; one that the document called otherwise before comes under either name."""
        return self.values[name]


@dataclass(frozen=True)
class Audit:
    """One audit document, of which a test reads one office's."""

    document: Mapping[str, Any]

    def finding(self, check: str, office: str = "rayon-1") -> Finding:
        """Return the finding about an office as a whole."""
        (told,) = [one for one in self._findings(office) if one["check"] == check and one["account"] is None]
        return Finding(told["outcome"], told["cause"], told["values"])

    def of_page(self, check: str, page: Account, office: str = "rayon-1") -> Finding:
        """Return the finding about one page."""
        (told,) = [one for one in self._findings(office) if one["check"] == check and one["account"] == page.url]
        return Finding(told["outcome"], told["cause"], told["values"])

    def answered(self, office: str = "rayon-1") -> Finding:
        """Return the finding about questions and answers."""
        return self.finding("comments_answered", office)

    def _findings(self, office: str) -> list[Mapping[str, Any]]:
        return next(one for one in self.document["offices"] if one["id"] == office)["findings"]


class Scene:
    """Pages on the sandbox's networks and a registry, looked at by the command line as often as a test likes."""

    def __init__(
        self, folder: Path, pages: Iterable[Account], book: Mapping[str, Any], *bends: Bend, client: bool = False
    ) -> None:
        """Show `pages`; `bends` stand on the wire; with `client` a signed-in Telegram client looks as well."""
        self.folder, self.pages, self.book = folder, [*pages, *map(_control, _CONTROL_NUMBERS)], book
        number_all(self.pages)
        self.sandbox = Sandbox(World(1, ENDS, [], Accounts(self.pages), [], frozenset()))
        self.bends: list[Bend] = [*bends]
        self.calls: list[Call] = []
        self._client = client

    def __enter__(self) -> Self:
        """Serve."""
        self.sandbox.__enter__()
        environ = self.sandbox.settings(self.folder if self._client else None)
        self._wires = [
            _Wire("vk", environ["AUDITOR_VK_API_URL"], self.bends, self.calls),
            _Wire("telegram", environ["AUDITOR_TELEGRAM_WEB_URL"], self.bends, self.calls),
        ]
        vk, telegram = (wire.url for wire in self._wires)
        self.environ = {**environ, "AUDITOR_VK_API_URL": vk, "AUDITOR_TELEGRAM_WEB_URL": telegram}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        for wire in self._wires:
            wire.close()
        self.sandbox.__exit__(kind, error, trace)

    def run(self, *command: str, moment: datetime | None = AFTER) -> Done:
        """Run a command, as of a moment unless that is None."""
        number_all(self.pages)
        book = self.folder / "officials.yaml"
        book.write_text(json.dumps(self.book, ensure_ascii=False, indent=1), encoding="utf-8")
        if moment is not None:
            self.sandbox.now = moment
        timed = () if moment is None else ("--as-of", moment.isoformat())
        where = ("--registry", book, "--data", self.folder / "data", *timed)
        done = auditor(*command, *where, cwd=self.folder, env=self.environ)
        assert done.code in {0, 1, 3}, done.err
        return done

    def check_now(self) -> Audit:
        """Look at the first office by the machine's own clock, and return the document of the last week that ended."""
        return Audit(json.loads(self.run("check", "rayon-1", "--json", moment=None).out))

    def weekly(self, moment: datetime = AFTER, *, week: str = WEEK) -> Audit:
        """Look at everybody, judge and publish the week, and return its document."""
        self.run("weekly", "--week", week, "--out", str(self.folder / "out"), "-q", moment=moment)
        return self.published(week)

    def published(self, week: str = WEEK) -> Audit:
        """Return a week's document as it was published last."""
        return Audit(json.loads((self.folder / "out" / week / "audit.json").read_text(encoding="utf-8")))


def _control(network: str) -> Account:
    """Return a page that every run must find, with a thread."""
    kind, number = ("user" if network == "vk" else "channel"), _CONTROL_NUMBERS[network]
    page = Account(network, "sandbox_control", kind, number, "Контрольная страница", OPENED, subscribers=1)
    page.group_name, page.group_number = "sandbox_control_chat", 4_000_000_001
    talk = Comment(at(-90, 13), page.identity, "Вымышленный комментарий")
    page.posts.append(Post(at(-90), "Запись контрольной страницы.", comments=[talk]))
    return page
