"""The program run on the command line over a server that plays a fault, and what came of it."""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

from auditor.audit.document import Audit
from auditor.base.secrets import forget
from auditor.commands import publish
from auditor.commands.cli import run
from auditor.sandbox import Sandbox, World
from auditor.sandbox.tme.routes import TelegramWeb
from auditor.sandbox.vk.api import VkApi
from tests.faulty_server import Asked, FaultyServer, Good, Play

NEW_DESIGN = (
    '<!DOCTYPE html><html><head><link href="//telegram.org/css/new.css" rel="stylesheet"></head>'
    f"<body>{'<div class=card></div>' * 40}</body></html>"
)
EMPTY_SHELL = (
    '<!DOCTYPE html><html><head><title>Telegram</title></head><body class="tgme_new">'
    f"{'<div class=tgme_new_card></div>' * 40}</body></html>"
)
OFFICES = {"t.me": ("rayon-01", "rayon-04", "rayon-14"), "VK": ("rayon-02", "rayon-05", "rayon-18", "administration")}
"""For each route a head who keeps to everything, one who is late and silent, and one gone or private.

For VK the institution too whose community answers under the first head's posts: off the record it would be unknown.
"""


@dataclass(frozen=True)
class Row:
    """One fault on one route, and which answers it meets; without a `play` all is well."""

    route: str
    fault: str
    play: Play | None = None
    where: str = "every answer"


@dataclass(frozen=True)
class Seen:
    """What a run came to: how it ended, the audit, what it printed and what it told the operator."""

    exit: int
    audit: dict[str, Any] = field(repr=False)
    printed: str
    told: str


class Bench:
    """The invented world, its good answers, and a way to run the program on it."""

    def __init__(self) -> None:
        self.world = World.build()
        self.zone = ZoneInfo("Asia/Tomsk")
        sandbox = Sandbox(self.world)
        self._telegram, self._vk = TelegramWeb(sandbox), VkApi(sandbox)

    def registry(self, route: str) -> str:
        """Write the registry of the route's offices; institutions have their page on VK alone."""
        chosen = [
            replace(o, accounts=[held for held in o.accounts if held.account.network == "vk"])
            for o in self.world.offices
            if o.id in OFFICES[route]
        ]
        return replace(self.world, offices=chosen).registry_yaml()

    def answer(self, asked: Asked) -> Good:
        """Answer as the networks would."""
        if asked.path.startswith("/method/"):
            said = self._vk.call(asked.path.removeprefix("/method/"), asked.form)
            return Good(json.dumps(said, ensure_ascii=False).encode(), 200, {"Content-Type": "application/json"})
        if asked.method == "POST":
            reply = self._telegram.post(asked.path, asked.form, "XMLHttpRequest")
        else:
            reply = self._telegram.get(asked.path, asked.query)
        kind = "application/json" if reply.json else "text/html; charset=utf-8"
        return Good(reply.body.encode(), reply.status, {"Content-Type": kind, **reply.headers})

    def run(self, row: Row, folder: Path, command: str = "weekly") -> Seen:
        """Run the program, and read the audit that it wrote."""
        forget()
        folder.mkdir(parents=True, exist_ok=True)
        book = folder / "officials.yaml"
        book.write_text(self.registry(row.route), encoding="utf-8")
        paths = ["--registry", book, "--data", folder / "data", "--as-of", self.world.now.isoformat()]
        asked = ["weekly", "--out", folder / "out"] if command == "weekly" else ["check", OFFICES[row.route][0]]
        with FaultyServer(self.answer, row.play, when=asked_for(row.where)) as server, publishing_documents():
            code, out, err = command_line([*asked, *paths], at(server.url))
        return Seen(code, audit_in(folder / "out"), out, err)


def asked_for(where: str) -> Callable[[Asked], bool]:
    """Return which requests a fault meets: all, those of one VK method, or those of one kind of t.me's pages."""
    if where == "every answer":
        return lambda asked: True
    if where == "previews":
        return lambda asked: asked.path.startswith("/s/")
    if where == "landings":
        return lambda asked: asked.path.count("/") == 1 and "sandbox_" not in asked.path
    if where == "discussions":
        return lambda asked: "discussion" in asked.query or asked.method == "POST"
    return lambda asked: asked.path.endswith(f"/{where}")


@contextmanager
def publishing_documents() -> Iterator[None]:
    """Write each week's document and no other file: how the others are drawn is not what a fault changes."""

    def documents(audits: Iterable[Audit], *_told: object, **_more: object) -> Iterator[tuple[str, bytes]]:
        yield from ((f"{audit.week}/audit.json", audit.to_json().encode()) for audit in audits)

    with mock.patch.object(publish, "site", documents):
        yield


def audit_in(out: Path) -> dict[str, Any]:
    """Return the audit of the one week in a folder of reports; without one an audit of nobody."""
    found = list(out.rglob("audit.json"))
    audit: dict[str, Any] = json.loads(found[0].read_text(encoding="utf-8")) if found else {"offices": []}
    return audit


def at(url: str) -> dict[str, str]:
    """Return the settings by which VK and t.me are asked at an address, as fast as they answer."""
    return {
        "AUDITOR_VK_API_URL": url,
        "AUDITOR_VK_TOKEN": Sandbox.vk_token,
        "AUDITOR_VK_RPS": "1000",
        "AUDITOR_TELEGRAM_WEB_URL": url,
        "AUDITOR_TELEGRAM_WEB_INTERVAL": "0",
        "AUDITOR_CONTACT": "otchet@example.invalid",
    }


NOBODY = at("http://127.0.0.1:9")
"""Where nobody listens: without a network of its own on this machine a command takes no `--as-of`."""


def command_line(args: list[Any], environ: Mapping[str, str] = NOBODY) -> tuple[int, str, str]:
    """Run ``auditor ARGS`` in this process; return how it ended, what it printed and what it told the operator."""
    out, err = StringIO(), StringIO()
    with mock.patch.dict(os.environ, environ), redirect_stdout(out), redirect_stderr(err):
        code = run([str(a) for a in args])
    return code, out.getvalue(), err.getvalue()
