"""A third network is a folder of `auditor.probes`, a member of `Network` and one of `Route`: nothing else names it.

The folder `ladya` is added to a copy of the program, with these lines of `auditor/base/snapshot.py`. Real commands then
look at the network's server and judge what they see there; `python -m mypy` and the import contracts hold the folder as
they hold any other.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.third_network.ladya_server import Ladya, LadyaPage, serving

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "ladya"
WEEK, NOW = "2026-W47", datetime.fromisoformat("2026-11-24T12:00+07:00")
OPENED = datetime.fromisoformat("2022-05-20T09:00+07:00")
MEMBERS = {
    '    TELEGRAM = "telegram"\n': '    LADYA = "ladya"\n',
    '    TELEGRAM_CLIENT = "telegram_client"\n': '    LADYA = "ladya"\n',
}
"""What is added to `auditor/base/snapshot.py`, each after the line before it."""
REGISTRY = """\
timezone: Asia/Tomsk
region: {name: Томская область, code: 70}
directive:
  {title: Поручение, issuer: Имярек А. А., issued: 2022-05-25, deadline: 2022-06-01, binds: municipal_head,
   source: https://example.org/directive}
controls:
  - {url: https://ladya.example/ladya_news, exists: true}
  - {url: https://ladya.example/nobody_has_this_name, exists: false}
offices:
"""
OFFICE = """\
  - id: {id}
    municipality: Район {id}
    title: глава
    group: municipal_head
    tenures:
      - name: Имярек Анна Андреевна
        since: 2021-12
        known_as_of: 2026-11-02
        sources: [https://example.org/{id}]
        accounts:
          - url: https://ladya.example/glava_{id}
            kind: personal
            confirmed: {{on: 2026-11-02, how: ссылка с официального сайта}}
"""


def pages() -> list[LadyaPage]:
    """A page whose head answers, one that is silent, and the control; the third head's page is not there."""
    answers, silent, control = (
        LadyaPage(name, number, OPENED) for number, name in enumerate(("glava_answers", "glava_silent", "ladya_news"), 7)
    )
    for day in range(60, 0, -1):
        at = NOW - timedelta(days=day)
        post = answers.write(at, f"Сегодня, в день {day}, на вымышленной площади открыли мост")
        answers.ask(post, "Когда починят дорогу на Вымышленной улице?", answer="Дорогу починят в среду.")
        answers.ask(control.write(at, f"Новости вымышленной сети, день {day}"), "Где это?")
    question = silent.write(NOW - timedelta(days=50), "Последнее сообщение этой вымышленной страницы за долгое время")
    silent.ask(question, "Когда дадут воду?")
    return [answers, silent, control]


def add_ladya(house: Path) -> None:
    """Copy the program into `house`, and add the network to it."""
    for name in ("auditor", "templates"):
        shutil.copytree(ROOT / name, house / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    for name in ("pyproject.toml", "officials.yaml"):
        shutil.copy(ROOT / name, house / name)
    shutil.copytree(FOLDER, house / "auditor/probes/ladya")
    snapshot = house / "auditor/base/snapshot.py"
    text = snapshot.read_text(encoding="utf-8")
    for before, added in MEMBERS.items():
        assert text.count(before) == 1
        text = text.replace(before, before + added)
    snapshot.write_text(text, encoding="utf-8")


@dataclass
class House:
    """A copy of the program with the network, a registry and the network's server."""

    folder: Path
    ladya: Ladya
    url: str

    def run(self, *arguments: str, data: str = "data", codes: frozenset[int] = frozenset({0, 1, 3})) -> str:
        """Run ``auditor ARGUMENTS`` as a user starts it, and return what it prints."""
        env = {key: value for key, value in os.environ.items() if not key.startswith("AUDITOR_")}
        env |= {"PYTHONPATH": str(self.folder), "PYTHONSAFEPATH": "1", "PYTHONWARNINGS": "error"}
        env |= {"AUDITOR_LADYA_URL": self.url, "AUDITOR_LADYA_INTERVAL": "0", "AUDITOR_TELEGRAM_WEB_URL": self.url}
        env |= {"AUDITOR_DATA": data, "AUDITOR_OUT": f"{data}-reports", "AUDITOR_REGISTRY": "heads.yaml"}
        command = [sys.executable, "-m", "auditor", *arguments]
        done = subprocess.run(command, cwd=self.folder, env=env, capture_output=True, text=True, check=False)
        assert done.returncode in codes, done.stdout + done.stderr
        return done.stdout

    def report(self, name: str, data: str = "data") -> str:
        """Return a file of the week's report."""
        return (self.folder / f"{data}-reports" / WEEK / name).read_text(encoding="utf-8")

    def findings(self, data: str = "data") -> dict[tuple[str, str], dict[str, Any]]:
        """Return the findings about each head as a person, by office and check."""
        offices = json.loads(self.report("audit.json", data))["offices"]
        rows = ((office["id"], finding) for office in offices for finding in office["findings"])
        return {(office, finding["check"]): finding for office, finding in rows if finding.get("account") is None}


AS_OF = ("--as-of", NOW.isoformat())


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The program with three networks, after a week's run."""
    folder = tmp_path_factory.mktemp("house")
    add_ladya(folder)
    offices = "".join(OFFICE.format(id=name) for name in ("answers", "silent", "missing"))
    (folder / "heads.yaml").write_text(REGISTRY + offices, encoding="utf-8")
    ladya = Ladya(pages())
    with serving(ladya) as url:
        made = House(folder, ladya, url)
        made.run("weekly", *AS_OF)
        yield made
