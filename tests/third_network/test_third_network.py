"""A third network is a folder of `auditor.probes`, a member of `Network` and one of `Route`: nothing else names it.

The folder `ladya` is added to a copy of the program, with these lines of `auditor/base/snapshot.py`. Real commands then
look at the network's server and judge what they see there.
"""

import gzip
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

from auditor.checks import catalogue
from tests.golden.words import words
from tests.third_network import ladya_server
from tests.third_network.ladya_server import InventedPage, Ladya, serving
from tools.messages import compile_catalogue

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "ladya"
WEEK, NOW = "2026-W47", datetime.fromisoformat("2026-11-24T12:00+07:00")
OPENED = datetime.fromisoformat("2022-05-20T09:00+07:00")
MEMBERS = {
    '    TELEGRAM = "telegram"\n': '    LADYA = "ladya"\n',
    '    TELEGRAM_CLIENT = "telegram_client"\n': '    LADYA = "ladya"\n',
}
"""What is added to `auditor/base/snapshot.py`, each after the line before it."""
WORDS = '\nmsgid "Ladya"\nmsgstr "Ладья"\n'
"""What is added to `auditor/locales/ru.po`."""
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


def pages() -> list[InventedPage]:
    """A page whose head answers, one that is silent, and the control; the third head's page is not there."""
    answers, silent, control = (
        InventedPage(name, number, OPENED)
        for number, name in enumerate(("glava_answers", "glava_silent", "ladya_news"), 7)
    )
    for day in range(130, 0, -1):  # more than a page of them
        at = NOW - timedelta(days=day)
        post = answers.write(at, f"Сегодня, в день {day}, на вымышленной площади открыли мост")
        answers.ask(post, f"Когда починят дорогу на улице {day}?", answer="Дорогу починят в среду.")
        answers.ask(control.write(at, f"Новости вымышленной сети, день {day}"), "Где это?")
    question = silent.write(NOW - timedelta(days=50), "Последнее сообщение этой вымышленной страницы за долгое время")
    silent.ask(question, "Когда дадут воду?")
    return [answers, silent, control]


def add_ladya(house: Path) -> None:
    """Copy the program into `house`, and add the network to it."""
    for name in ("auditor", "templates", "docs"):
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
    with (house / "auditor/locales/ru.po").open("a", encoding="utf-8") as book:
        book.write(WORDS)
    compile_catalogue(house / "auditor/locales/ru.po")


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

    def failures(self, data: str = "data") -> set[tuple[str, str]]:
        """Return the office and the check of each finding that somebody failed."""
        return {key for key, finding in self.findings(data).items() if finding["outcome"] == "failed"}


def holds(path: Path, word: bytes) -> bool:
    """Return whether a file has a word, packed or not."""
    content = path.read_bytes()
    return word in (gzip.decompress(content) if path.suffix == ".gz" else content)


pytestmark = pytest.mark.timeout(120)  # each command is a process of its own
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


def test_a_head_who_answers_and_a_silent_one_are_told_apart(house: House) -> None:
    """Both opened their pages in time, by the day that the network says; only one goes on posting and answers."""
    findings = house.findings()
    opened = {office: findings[office, "opened_by_deadline"]["outcome"] for office in ("answers", "silent")}
    posts = {office: findings[office, "posts_per_week"]["outcome"] for office in ("answers", "silent")}
    assert opened == {"answers": "passed", "silent": "passed"}
    assert posts == {"answers": "passed", "silent": "failed"}
    answered = findings["answers", "comments_answered"]["values"]
    assert (answered["due"], answered["answered_in_time"]) == (7, 7)


def test_a_missing_name_is_no_missing_page(house: House) -> None:
    """Nobody has the name on record: the page may have another one now."""
    findings = {check: finding for (office, check), finding in house.findings().items() if office == "missing"}
    assert findings.pop("account_confirmed")["outcome"] == "passed"  # that rests on the registry
    assert {(finding["outcome"], finding["cause"]) for finding in findings.values()} == {("cantTell", "not_at_address")}


def test_readers_see_the_network_by_its_name(house: House) -> None:
    """In the filter of the week's table, on the head's page, in the method and in the tables; nobody else is named."""
    assert '<option value="ladya">Ладья</option>' in house.report("index.html")
    assert "https://ladya.example/glava_answers" in house.report("o/answers.html")
    assert "\nЛадья: " in words(house.report("method.html"))
    assert ",ladya," in house.report("posts.csv")
    stored = [path for folder in ("data", "data-reports") for path in (house.folder / folder).rglob("*.*")]
    assert not [path for path in stored if path.is_file() and holds(path, b"sosed")]


def test_the_commands_of_two_networks_serve_the_third(house: House) -> None:
    """`check` shows a page, `doctor` tries each control, `--plan` counts its pages."""
    card = house.run("check", "answers", *AS_OF)
    assert "ladya.example/glava_answers — Ладья" in card
    lines = house.run("doctor", "-v", *AS_OF, "--lang", "en").splitlines()
    assert sum("ladya: " in line and "works" in line for line in lines) == 2
    plan = house.run("weekly", "--plan", *AS_OF, "--lang", "en")
    assert "Ladya: 3 pages" in plan


def test_what_is_stored_replays_to_the_same_looks(house: House) -> None:
    """`evidence verify --replay` makes every look again, without the network."""
    house.ladya.asked.clear()
    house.run("evidence", "verify", "--replay", "--week", WEEK, codes=frozenset({0}))
    assert not house.ladya.asked


@pytest.mark.parametrize(
    "fault", ["server", *(pytest.param(method, marks=pytest.mark.thorough) for method in ("user", "posts", "comments"))]
)
def test_an_error_is_no_absence(fault: str, house: House) -> None:
    """Whether the server is down or refuses one method, nobody is said to have failed at what was not seen.

    Without comments the posts are seen: who fails by them fails still.
    """
    house.ladya.fails, house.ladya.refused = fault == "server", frozenset({fault})
    try:
        house.run("weekly", *AS_OF, data=fault)
    finally:
        house.ladya.fails, house.ladya.refused = False, frozenset()
    seen, failed = house.failures(), house.failures(fault)
    on_comments = {check.name for check in catalogue() if check.rests_on_comments}
    assert failed == ({key for key in seen if key[1] not in on_comments} if fault == "comments" else set())


@pytest.mark.thorough
def test_the_folder_is_typed(house: House) -> None:
    """As strictly as the program."""
    command = [sys.executable, "-m", "mypy", "auditor/probes/ladya"]
    done = subprocess.run(command, cwd=house.folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_folder_is_short() -> None:
    """A network of posts and comments takes 500 lines, and its server 150."""
    server = Path(ladya_server.__file__)
    folder, alone = (
        sum(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)
        for paths in (FOLDER.glob("*.py"), [server])
    )
    assert folder <= 500
    assert alone < 150
