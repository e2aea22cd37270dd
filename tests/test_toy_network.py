"""One folder makes a network: it is looked at, judged, shown and played back, and no other file knows of it."""

import csv
import json
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.command import Done, started

ROOT = Path(__file__).parent.parent
WEEK, NOW = "2026-W47", "2026-11-24T12:00+07:00"

FOLDER = {
    "__init__.py": '"""A toy network: a page is a JSON document."""\n',
    "network.py": '''
"""What the rest of the program needs to know of the toy network."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.base.networks import NetworkFacts, RouteFacts
from auditor.base.settings import a_url, setting
from auditor.base.text import N_


def _normal(path: Sequence[str], shown: str) -> str:
    if len(path) != 1 or not re.fullmatch("[a-z]+", path[0].lower()):
        raise ValueError(f"{shown} is no page of the toy network; write https://toys.example/NAME")
    return path[0].lower()


@dataclass(frozen=True, slots=True)
class ToySettings:
    """The way to the toy network."""

    url: str = setting("https://toys.example", a_url)


NETWORK = NetworkFacts(
    key="toys", name=N_("Toy network"), order=3, host="toys.example", other_hosts=frozenset({"toy.example"}),
    normal=_normal,
)
ROUTE = RouteFacts(
    key="toys_web", network="toys", name=N_("Toy network (its web)"), doing=N_("Toy network"), settings=ToySettings,
    prefix="toys", asked=lambda way: way.url,
)
''',
    "plugin.py": '''
"""The toy network as a plug-in: one request a page."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

from auditor.base.address import Address
from auditor.base.snapshot import (
    Cause, CommentsState, ControlResult, EvidenceKind, Outcome, Post, Precision, Route, Snapshot,
)
from auditor.base.text import N_, Text
from auditor.base.answers import Answer, keep, no_answer
from auditor.probes.base import Batch, Clock, Sighting, Target, Window
from auditor.probes.http import Http, HttpConnection
from auditor.probes.plugins import Line, Plugin, Probe, Wiring, trouble
from auditor.probes.tape import Tape
from auditor.probes.toys.network import ToySettings
from auditor.registry.models import Control

TOYS = Route("toys_web")


class ToyProbe:
    """Looks at pages of the toy network."""

    route = TOYS

    def __init__(self, connection: HttpConnection, vantage: str) -> None:
        self._http, self._clock, self._vantage = Http(connection), connection.clock, vantage

    @property
    def requests(self) -> int:
        return self._http.requests

    def prepare(self, batch: Batch) -> None:
        """Do nothing: a page shows one account."""

    def control(self, control: Control) -> tuple[ControlResult, tuple[Answer, ...]]:
        answer = self._ask(control.url.name, EvidenceKind.CONTROL)
        return controlled(control, answer), (answer,)

    def look(self, target: Target, window: Window, *, wait: bool = True) -> Sighting:
        answer = self._ask(target.address.name, EvidenceKind.PROFILE)
        return Sighting(seen(target, answer, self._clock(), self._vantage), (answer,))

    def close(self) -> None:
        self._http.close()

    def _ask(self, name: str, kind: EvidenceKind) -> Answer:
        reply, url = self._http.get(f"/{name}"), f"https://toys.example/{name}"
        if reply.status is None:
            return no_answer(kind, url, at=reply.fetched_at, cause=reply.cause or Cause.UNREACHABLE)
        return keep(kind, url, fetched_at=reply.fetched_at, status=reply.status, received=reply.body)


def controlled(control: Control, answer: Answer) -> ControlResult:
    exists = {200: True, 404: False}.get(answer.evidence.status or 0)
    outcome = Outcome.CANT_TELL if exists is None else Outcome.PASSED if exists is control.exists else Outcome.FAILED
    return ControlResult(
        network=TOYS.network, route=TOYS, url=control.url.url, expected=control.exists, outcome=outcome,
        cause=answer.silence if exists is None else None, evidence=(answer.evidence,),
    )


def seen(target: Target, answer: Answer, at: datetime, vantage: str) -> Snapshot:
    about = {"network": TOYS.network, "route": TOYS, "url": target.address.url, "taken_at": at, "vantage": vantage}
    if answer.evidence.status != 200:
        return Snapshot(**about, cause=answer.silence or Cause.REFUSED, evidence=(answer.evidence,))
    page = json.loads(answer.body)
    posts = tuple(
        Post(
            id=number, at=datetime.fromisoformat(moment), url=f"{target.address.url}/{number}",
            text_key=f"toy {number}", comments_state=CommentsState.OPEN, comments_count=0,
        )
        for number, moment in enumerate(page["posts"])
    )
    return Snapshot(
        **about, exists=True, kind="profile", id=page["id"], subscribers=page["subscribers"],
        opened_at=datetime.fromisoformat(page["opened"]), opened_precision=Precision.EXACT, posts=posts,
        evidence=(answer.evidence,),
    )


def _open(wiring: Wiring) -> Probe:
    return ToyProbe(_connection(wiring), wiring.settings.vantage)


def _replay_look(target: Target, window: Window, tape: Tape, *, trusted: bool, vantage: str = "") -> Snapshot:
    return seen(target, tape.play(target.address.url) or tape.left[0], tape.at, vantage)


def _replay_control(control: Control, tape: Tape) -> ControlResult:
    return controlled(control, tape.play(control.url.url) or tape.left[0])


def _examine(wiring: Wiring) -> Iterator[Line]:
    probe = ToyProbe(_connection(wiring), "")
    result, _ = probe.control(wiring.controls[0])
    probe.close()
    if result.cause is not None:
        yield trouble("toys", result.cause)
    else:
        yield Line("toys", "ok", Text(N_("The toy answers")))


def _connection(wiring: Wiring) -> HttpConnection:
    return HttpConnection(url=wiring.settings.of(ToySettings).url, interval=0, clock=wiring.clock)


PLUGIN = Plugin(
    route=TOYS, open=_open, replay_look=_replay_look, replay_control=_replay_control, examine=_examine
)
''',
}
TRANSLATION = {
    "Toy network": "Игрушечная сеть",
    "Toy network (its web)": "Игрушечная сеть (сайт)",
    "The toy answers": "Игрушка отвечает",
}
REGISTRY = """\
timezone: Asia/Tomsk
directive:
  title: Поручение
  issuer: Имярек А. А.
  issued: 2022-05-25
  deadline: 2022-06-01
  binds: municipal_head
  source: https://example.org/directive
controls:
  - {url: "https://toys.example/control", exists: true}
offices:
  - id: first
    municipality: Первый район
    title: глава Первого района
    group: municipal_head
    tenures:
      - name: Имярек Анна Андреевна
        since: 2021-12
        known_as_of: 2026-10
        sources: ["https://example.org/1"]
        accounts:
          - url: toy.example/Head
            kind: personal
            confirmed: {on: 2026-11-20, how: сказано на сайте, sources: ["https://example.org/1"]}
"""
PAGES = {
    "/control": {},
    "/head": {
        "id": 7,
        "subscribers": 1234,
        "opened": "2021-12-20T10:00:00+00:00",
        "posts": [f"2026-11-{day}T05:00:00+00:00" for day in (10, 16, 18, 20)],
    },
}


class _ToySite(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        page = PAGES.get(self.path)
        body = json.dumps(page).encode()
        self.send_response(404 if page is None else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base class calls it
        """Be quiet."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator["House"]:
    """A copy of the program with one folder more, and a week that it collected from the toy network."""
    folder = tmp_path_factory.mktemp("house")
    for name in ("auditor", "templates"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "auditor/probes/toys").mkdir()
    for name, text in FOLDER.items():
        (folder / "auditor/probes/toys" / name).write_text(text, encoding="utf-8")
    book = folder / "auditor/locales/ru/report.po"
    entries = "".join(f'\n#\nmsgid "{said}"\nmsgstr "{words}"\n' for said, words in TRANSLATION.items())
    book.write_text(book.read_text(encoding="utf-8") + entries, encoding="utf-8")
    (folder / "officials.yaml").write_text(REGISTRY, encoding="utf-8")
    with HTTPServer(("127.0.0.1", 0), _ToySite) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        house = House(folder, f"http://127.0.0.1:{server.server_port}")
        done = house.run("weekly", "--week", WEEK, "--out", folder / "reports", "-q")
        assert done.code in {0, 1, 3}, done.err
        yield house
        server.shutdown()


class House:
    """The copy, and the address of its network's server."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url

    def run(self, *arguments: str | Path) -> Done:
        place = ("--registry", self.folder / "officials.yaml", "--data", self.folder / "data", "--as-of", NOW)
        env = {
            "PYTHONPATH": str(self.folder),
            "PYTHONSAFEPATH": "1",
            "AUDITOR_TOYS_URL": self.url,
            "AUDITOR_TELEGRAM_WEB_URL": self.url,
        }
        return started(*arguments, *place, cwd=self.folder, env=env)

    def report(self, name: str) -> str:
        return (self.folder / "reports" / WEEK / name).read_text(encoding="utf-8-sig")


def test_it_is_looked_at_and_judged(house: House) -> None:
    """Its control, the account under its one address, the directive and the practice."""
    document = json.loads(house.report("audit.json"))
    assert [(c["network"], c["outcome"]) for c in document["controls"]] == [("toys", "passed")]
    (office,) = document["offices"]
    (account,) = office["accounts"]
    assert (account["network"], account["url"], account["id"]) == ("toys", "https://toys.example/head", 7)
    assert office["verdict"] == "passed"
    person = {f["check"]: f for f in office["findings"] if f["account"] is None}
    assert person["posts_per_week"]["outcome"] == "passed"
    assert person["posts_per_week"]["values"]["posts"] == 3
    opened = next(f for f in office["findings"] if f["check"] == "opened_by_deadline" and f["account"] is not None)
    assert (opened["network"], opened["outcome"]) == ("toys", "passed")


def test_it_is_on_the_page(house: House) -> None:
    """Its name in the row, the card and the choice of networks; its route beside the control."""
    assert '<option value="toys">Игрушечная сеть</option>' in house.report("index.html").replace("\xa0", " ")
    card = house.report("o/first.html").replace("\xa0", " ")
    assert "Игрушечная сеть" in card
    assert "https://toys.example/head" in card
    assert "Игрушечная сеть (сайт)" in house.report("method.html").replace("\xa0", " ")


def test_it_is_on_the_terminals_card(house: House) -> None:
    """The page with its network's name."""
    done = house.run("check", "first", "--offline")
    assert done.code in {0, 1, 3}, done.err
    assert "Игрушечная сеть" in done.out


def test_it_is_in_the_tables(house: House) -> None:
    """An office's row has its address."""
    (row,) = csv.DictReader(house.report("audit.csv").splitlines(), delimiter=";")
    assert any("https://toys.example/head" in (cell or "") for cell in row.values())


def test_the_doctor_examines_it(house: House) -> None:
    """By its own line."""
    assert "Игрушка отвечает" in house.run("doctor").out


def test_its_week_is_made_again_from_the_stored_answers(house: House) -> None:
    """By its own player."""
    done = house.run("replay", "--week", WEEK)
    assert done.code == 0, done.out + done.err


def test_a_wrong_address_is_refused_in_its_words(house: House) -> None:
    """As of the networks that the program has always known; its host is named among them."""
    book = house.folder / "wrong.yaml"
    for wrong, said in (("toys.example/a/b", "no page of the toy network"), ("other.example/x", "or Toy network")):
        book.write_text(REGISTRY.replace("toy.example/Head", wrong), encoding="utf-8")
        env = {"PYTHONPATH": str(house.folder), "PYTHONSAFEPATH": "1"}
        done = started("registry", "check", "--registry", book, cwd=house.folder, env=env)
        assert done.code == 2
        assert said in done.err


def test_no_other_file_was_touched(house: House) -> None:
    """The copy differs from the program by the folder and the translation alone."""

    def files(root: Path) -> dict[str, bytes]:
        found = (p for name in ("auditor", "templates") for p in (root / name).rglob("*") if p.is_file())
        return {str(p.relative_to(root)): p.read_bytes() for p in found if "__pycache__" not in p.parts}

    ours, theirs = files(ROOT), files(house.folder)
    changed = {name for name in theirs if ours.get(name) != theirs[name]}
    assert changed == {"auditor/locales/ru/report.po", *(f"auditor/probes/toys/{name}" for name in FOLDER)}
