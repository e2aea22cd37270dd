"""One run of ``auditor weekly`` against a server that plays a fault, and what came of it."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

from typer.main import get_command

import auditor.run.weekly
from auditor.base.secrets import forget
from auditor.commands.cli import app, run_guarded
from auditor.probes import driver
from auditor.probes.http import Http, HttpConnection
from auditor.probes.limits import Limits
from auditor.probes.pacing import Breaker
from auditor.probes.plugins import Opened, Probe, Wiring
from auditor.probes.tme.probe import TelegramPreviewProbe
from auditor.probes.vk.client import VkClient
from auditor.probes.vk.probe import VkProbe
from auditor.probes.web import Web
from auditor.sandbox import Sandbox, World
from auditor.sandbox.tme.routes import TelegramWeb
from auditor.sandbox.vk.api import VkApi
from auditor.search.scouts.website import SiteWay, WebsiteScout
from tests.fault_rows import ROUTES, SLOW, UNMET, Row
from tests.faulty_server import Asked, FaultyServer, Good, deaf, nobody

SHORT = Limits(connect=0.05, read=0.05, total=0.1)
"""For faults that wait: the server never has to answer in time."""
AMPLE = Limits(connect=5, read=5, total=20)
OFFICES = {"t.me": ("rayon-01", "rayon-04", "rayon-14"), "VK": ("rayon-02", "rayon-05", "rayon-18", "administration")}
"""For each route a head who keeps to everything, one who is late and silent, and one gone or private.

For VK the institution too whose community answers under the first head's posts: off the record it would be unknown.
"""


@dataclass(frozen=True)
class Seen:
    """What a run came to. `tries`: how often the first request that met the fault was made."""

    exit: int | None
    """How the command ended; None where no command was run."""
    audit: dict[str, Any] = field(repr=False)
    printed: str
    told: str
    seconds: float
    tries: int
    requests: int
    wrong: list[tuple[str, ...]]
    """Findings that say failed or passed where the world does not."""
    causes: str
    """Why findings could not be told that can be told in truth."""


SITE_LINKS = "https://vk.com/primer_rayon_01"
_SITE = f"""<!DOCTYPE html><html><head><title>Первый район</title></head><body>
<p>{"Официальный сайт вымышленного района. " * 20}</p><p>Глава в сети: <a href="{SITE_LINKS}">страница</a></p>
</body></html>"""


class Bench:
    """The invented world, its good answers, and a way to run the program on it."""

    def __init__(self) -> None:
        self.world = World.build()
        self.zone = ZoneInfo("Asia/Tomsk")
        sandbox = Sandbox(self.world)
        self._telegram, self._vk = TelegramWeb(sandbox), VkApi(sandbox)
        self._truth = {(e.office, e.check, e.account): (e.outcome, e.cause) for e in self.world.truth()}

    def registry(self, route: str) -> str:
        chosen = [
            replace(o, accounts=[held for held in o.accounts if held.account.network == "vk"])
            for o in self.world.offices
            if o.id in OFFICES[route]
        ]
        return replace(self.world, offices=chosen).registry_yaml()

    def read_site(self, row: Row) -> Seen:
        """Read an official site, as the search for accounts does."""
        with self.server(row) as (url, server):
            limits = driver.Limits(interval=0, answer=0.1 if row.fault in SLOW else 20)
            opened = Opened(SiteWay(Web(lambda: self.world.now)), limits)
            scout = WebsiteScout(opened, lambda: self.world.now, allow_local=True)
            begun = time.monotonic()
            got = scout.read(f"{url}/", self.world.now, lambda page: True)
            seconds = time.monotonic() - begun
            scout.close()
        tries = scout.requests if server is None or row.fault in UNMET else server.tries
        links = [address.url for passage in got.passages for address in passage.links]
        wrong = [("site", "link", link, "passed", "") for link in links if link != SITE_LINKS]
        return Seen(None, {}, "", "", seconds, tries, scout.requests, wrong, got.cause or "")

    def answer(self, asked: Asked) -> Good:
        """Answer as the networks would."""
        if asked.path == "/":
            return Good(_SITE.encode(), 200, {"Content-Type": "text/html; charset=utf-8"})
        if asked.path.startswith("/method/"):
            said = self._vk.call(asked.path.removeprefix("/method/"), asked.form)
            return Good(json.dumps(said, ensure_ascii=False).encode(), 200, {"Content-Type": "application/json"})
        if asked.method == "POST":
            reply = self._telegram.post(asked.path, asked.form, "XMLHttpRequest")
        else:
            reply = self._telegram.get(asked.path, asked.query)
        kind = "application/json" if reply.json else "text/html; charset=utf-8"
        return Good(reply.body.encode(), reply.status, {"Content-Type": kind, **reply.headers})

    @contextmanager
    def server(self, row: Row, after: int = 0) -> Iterator[tuple[str, FaultyServer | None]]:
        """Serve what the row asks for; None where there is no server at all."""
        if row.fault == "connection refused":
            with nobody() as url:
                yield url, None
        elif row.fault == "no time to connect":
            with deaf() as url:
                yield url, None
        elif row.fault == "a name that nobody has":
            yield "http://nobody.invalid", None
        else:
            tls = row.fault in {"a certificate of nobody's", "TLS where plain HTTP is asked"}
            with FaultyServer(self.answer, row.play, when=row.meets, after=after, tls=tls) as server:
                yield _address(row, server), server

    def run(self, row: Row, folder: Path, after: int = 0, command: str = "weekly", key: str = Sandbox.vk_token) -> Seen:
        """Run the program as the command line does, with short time limits and this `key` for VK."""
        forget()
        folder.mkdir(parents=True, exist_ok=True)
        _with_the_same_key(folder / "data")
        book = folder / "officials.yaml"
        book.write_text(self.registry(row.route), encoding="utf-8")
        with self.server(row, after) as (url, server):
            probes = Opener(row.route, url, SHORT if row.fault in SLOW else AMPLE, key)
            paths = ["--registry", book, "--data", folder / "data"]
            asked = ["weekly", "--out", folder / "out"] if command == "weekly" else ["check", OFFICES[row.route][0]]
            begun = time.monotonic()
            with _publishing(("html", "json") if row.where == "every answer" and not after else ("json",)):
                code, out, err = command_line([*asked, *paths, "--as-of", self.world.now.isoformat()], probes)
            seconds = time.monotonic() - begun
            tries = probes.tries() if server is None or row.fault in UNMET else server.tries
        found = list((folder / "out").rglob("audit.json"))
        audit = json.loads(found[0].read_text(encoding="utf-8")) if found else {"offices": []}
        untrue = [
            (office["id"], f["check"], f["account"] or "", f["outcome"], f["cause"])
            for office in audit["offices"]
            for f in office["findings"]
            if self._truth[office["id"], f["check"], f["account"]] != (f["outcome"], f["cause"])
        ]
        return Seen(
            code,
            audit,
            out,
            err,
            seconds,
            tries,
            probes.requests,
            wrong=[row for row in untrue if row[3] in {"passed", "failed"}],
            causes=", ".join(sorted({row[4] for row in untrue if row[3] == "cantTell"})),
        )


def _with_the_same_key(data: Path) -> None:
    """Give each run's archive the same key of authors: the patterns by which it is looked for are made but once."""
    data.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def _publishing(formats: tuple[str, ...]) -> Iterator[None]:
    """Write these files of a report and no other: how the others are written is not what a fault changes."""
    from auditor.commands import publish

    with mock.patch.object(publish, "publish", partial(publish.publish, formats=formats)):
        yield


def _address(row: Row, server: FaultyServer) -> str:
    if row.fault == "TLS where plain HTTP is asked":
        return f"http://127.0.0.1:{server.port}"
    return f"https://127.0.0.1:{server.port}" if row.fault == "plain HTTP on a TLS port" else server.url


class Opener:
    """Opens the probes as the program does, with short time limits, and counts what they ask."""

    def __init__(self, route: str, url: str, limits: Limits, key: str = Sandbox.vk_token) -> None:
        self.route, self.url, self.limits, self.key = route, url, limits, key
        self.opened: list[Probe] = []

    def __call__(self, wiring: Wiring) -> list[Probe]:
        return self.open(wiring.clock)

    def open(self, clock: Any) -> list[Probe]:
        self.opened = [self._probe(clock)]
        return self.opened

    def _probe(self, clock: Any) -> Probe:
        if self.route == "t.me":
            return TelegramPreviewProbe(self._connection(clock))
        return VkProbe(self._connection(clock), self.key)

    def _connection(self, clock: Any) -> HttpConnection:
        interval = 0 if self.route == "t.me" else 0.001
        return HttpConnection(
            url=self.url, interval=interval, clock=clock, limits=self.limits, sleep=lambda seconds: None
        )

    @property
    def requests(self) -> int:
        return sum(probe.requests for probe in self.opened)

    def tries(self) -> int:
        """Count the tries of one request where no server can."""
        connection = self._connection(lambda: datetime(2026, 11, 24, tzinfo=UTC))
        if self.route == "t.me":
            http = Http(connection)
            http.get("/x")
            http.close()
            return http.requests
        client = VkClient(connection, self.key, breaker=Breaker())
        client.call("users.get", user_ids="1")
        client.close()
        return client.requests


_COMMANDS = get_command(app)
"""Made once: `app` makes it anew at every call."""


HERE = {"AUDITOR_VK_API_URL": "http://127.0.0.1:9", "AUDITOR_TELEGRAM_WEB_URL": "http://127.0.0.1:9"}
"""Without a network of its own on this machine a command takes no `--as-of`; `probes` ask others."""


def command_line(args: list[Any], probes: Any) -> tuple[int, str, str]:
    """Run ``auditor ARGS`` in this process; return how it ended, what it printed and what it told the operator."""
    out, err = StringIO(), StringIO()
    with (
        mock.patch.object(auditor.run.weekly, "open_probes", probes or auditor.run.old_weekly.open_probes),
        mock.patch.dict(os.environ, {"AUDITOR_VK_TOKEN": Sandbox.vk_token} | HERE),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            code = run_guarded(lambda: _COMMANDS([str(a) for a in args]))
        except SystemExit as end:
            code = int(end.code or 0)
    return code, out.getvalue(), err.getvalue()


TABLE = Path(__file__).parent.parent / "docs" / "faults.md"
_HEAD = """\
# Faults

What the weekly run makes of each fault. Written by `benchmarks/fault_table.py`; `tests/test_fault_table.py` plays every
line again over real sockets and holds all of it but the seconds to what happens. The faults of a signed-in Telegram
client are in `tests/test_telegram_client_faults.py`.

Three invented heads are looked at over one route: one who keeps to everything, one who is late and silent, one whose
page is not at its address (t.me) or closed (VK); over VK also the institution's community that answers under the first
one's posts. An official site (site) is read by the search for accounts alone, so no exit stands there; nothing is
concluded from what a site does not have.

What concerns HTTP alone is played on t.me in full, and one of each kind on the others, which go by the same client.

- **Cause**: why that which could have been told was not; a dash where the fault changed nothing.
  `control_failed`: the page was there, but the fault met the control page too, so that nothing read in that run may
  count against anybody.
- **Tries**: how often one and the same request was made, the first time included; counted by the server where it reads
  one.
- **Exit** 3: something could not be told. Exit 1 stands where enough was seen to say, truly, that the second head is
  late and silent; never for anything that the fault did. That a page is deleted (18) is not believed of a wall
  whose owner VK has just shown as alive, nor an answer that leaves out a page whose number is known: VK shows a deleted
  one by its number as deactivated.
- **A user's key** asks by `execute`: each fault of VK is played again with one, on the script's whole answer and, where
  it is VK's own word, on the calls in a script. Causes and exits are those of the table; tries are of whole scripts.
- **Clock**: an answer whose own `Date` is more than 10 minutes from this machine's clock is kept and not believed: the
  control fails, every cell that rests on it is `control_failed`, exit 3, and `auditor doctor` says by how many minutes
  the clock is off. Posts yet to come make a page unreadable. So neither a wrong clock nor an old copy out of a cache
  turns anything red or green (`tests/test_clock_check.py`). A moment that was passed in (`--as-of`) is held to no date.
- **Seconds**: of the whole run, on the machine that wrote the table, with time limits of 0.1 s for the faults that wait
  and without the waits between tries. As it is set, a try on t.me ends after 90 s and one on VK after 60 s at the
  latest; a route asks no more after three accounts in a row, and waits no more than 300 s in all between its tries.
"""
_COLUMNS = "| Route | Input | Meets | Cause | Tries | Exit | Seconds |\n|---|---|---|---|---|---|---|\n"


def line_of(row: Row, seen: Seen) -> str:
    """Write a line of the table."""
    exited = "—" if seen.exit is None else seen.exit
    cells = (row.route, row.fault, row.where, seen.causes or "—", seen.tries, exited, f"{seen.seconds:.1f}")
    return f"| {' | '.join(map(str, cells))} |"


def page(lines: list[str]) -> str:
    """Put the table together."""
    return f"{_HEAD}\n{_COLUMNS}" + "\n".join(lines) + "\n"


def stable(line: str) -> str:
    """Leave the seconds out."""
    return line.rsplit("|", 2)[0]


def written() -> dict[str, str]:
    """Return the file's lines by their first three cells, without seconds."""
    lines = [
        line
        for line in TABLE.read_text(encoding="utf-8").splitlines()
        if line.startswith(tuple(f"| {route} |" for route in ROUTES))
    ]
    return {"|".join(line.split("|")[1:4]): stable(line) for line in lines}
