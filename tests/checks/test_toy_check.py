"""A check is one module: nothing else names it but its translation."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workbook import Book
from tools.messages import compile_catalogue

ROOT = Path(__file__).parents[2]
WEEK = "2026-W47"

JUDGED = '''
"""How many of the week's own posts were made at the weekend? A toy."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from auditor.base.snapshot import Outcome
from auditor.base.text import N_, Sentence, Text
from auditor.checks.case import Case, why_posts_incomplete
from auditor.checks.definition import Check
from auditor.checks.finding import Finding, ReportSection, Values, value_field
from auditor.checks.observed_page import ObservedPage
from auditor.checks.person_judgement import judge_person
from auditor.registry.models import Basis
from auditor.registry.policy import NO_NORM, Threshold

_LEAST = Threshold(
    key="weekend_posts",
    value=2,
    least=0,
    most=100,
    wanted=N_("Toy number"),
    basis=Basis.CONVENTION,
    source=NO_NORM,
    note="игрушка",
    label=N_("Toy label"),
    words=lambda value: Text(N_("Toy threshold: {least}"), {"least": value.number}),
)
_COUNTED = Sentence(
    "weekend_posts.counted", N_("Toy posts at the weekend: {n}"), rests_on="toys", not_said="toys", red=True
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekend(Values):
    at_weekend: int | None = value_field("posts", "own posts of Saturday and Sunday")


def _judge(case: Case) -> Iterator[Finding[Weekend]]:
    yield from judge_person(CHECK, case, _finding)


def _finding(case: Case, pages: Sequence[ObservedPage]) -> Finding[Weekend]:
    week_posts, cause = case.posts(pages), why_posts_incomplete(pages, case.week.starts)
    n = sum(post.at.astimezone(case.zone).weekday() > 4 for post in week_posts)
    least, values = case.policy_value("weekend_posts"), Weekend(at_weekend=n)
    if n < least and cause is not None:
        return CHECK.cant_tell(case, cause, values)
    outcome = Outcome.PASSED if n >= least else Outcome.FAILED
    return CHECK.finding(case, outcome, _COUNTED.fill(n=n), values, threshold=least)


CHECK = Check(
    name="weekend_posts",
    order=4,
    section=ReportSection.PRACTICE,
    title=N_("Toy weekend"),
    passed=N_("Toy: there are posts at the weekend"),
    failed=N_("Toy: there are no posts at the weekend"),
    question=N_("Toy question: are there posts at the weekend?"),
    method=N_("Toy method: posts of Saturday and Sunday are counted."),
    values=Weekend,
    judge=_judge,
    threshold=_LEAST,
    bar="at_weekend",
    section_heading=N_("Toy section"),
)
'''
TRANSLATED = re.findall(r'N_\("(.*?)"\)|"posts", "(.*)"', JUDGED)


def run(house: Path, *arguments: str | Path) -> str:
    """Run ``auditor ARGUMENTS`` in the copied tree, as a user starts it, and return its output."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("AUDITOR_")}
    env |= {"PYTHONPATH": str(house), "PYTHONSAFEPATH": "1", "PYTHONWARNINGS": "error", "AUDITOR_HOME": "."}
    command = [sys.executable, "-m", "auditor", *map(str, arguments)]
    done = subprocess.run(command, cwd=house, env=env, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1, 3}, done.stderr
    return done.stdout


@pytest.mark.thorough
@pytest.mark.timeout(300)
def test_a_check_of_one_file_is_wherever_checks_are(tmp_path: Path) -> None:
    """In the document, on the pages, in the tables and on the terminal's card, in the reader's language."""
    for name in ("auditor", "templates"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    for name in ("pyproject.toml", "officials.yaml"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "auditor/checks/weekend_posts.py").write_text(JUDGED, encoding="utf-8")
    with (tmp_path / "auditor/locales/ru.po").open("a", encoding="utf-8") as book:
        book.writelines(f'\nmsgid "{message}"\nmsgstr "РУ {message}"\n' for message in map("".join, TRANSLATED))
    compile_catalogue(tmp_path / "auditor/locales/ru.po")
    demo = tmp_path / "demo"
    run(tmp_path, "demo", "--out", demo, "--weeks", "1", "-q")

    def report(name: str) -> str:
        return (demo / "reports" / WEEK / name).read_text("utf-8")

    document = json.loads(report("audit.json"))
    findings = [f for o in document["offices"] for f in o["findings"] if f["message_id"] == "weekend_posts.counted"]
    assert findings
    assert all(f["values"]["at_weekend"] == f["params"]["n"] for f in findings)
    assert "РУ Toy weekend" in report("index.html").split("</thead>")[0]
    office = report("o/rayon-04.html")
    assert re.search(r"<dd>\d+ <small>РУ Toy posts at the weekend: \d+; ориентир: РУ Toy threshold: 2", office)
    row = r"<dt>РУ own posts of Saturday and Sunday</dt>\s*<dd>\d+</dd>"
    assert re.search(rf"<h2>РУ Toy section</h2>\s*<dl class=.facts.>\s*<div>\s*{row}", office)
    assert re.search(r"<li>РУ Toy weekend: [01]; ориентир: РУ Toy threshold: 2", office), "advice"
    assert all(phrase in report("method.html") for phrase in ("РУ Toy question", "РУ Toy method", "РУ Toy label"))
    head, *rows = report("offices.csv").splitlines()
    column_index = head.split(",").index("weekend_posts.at_weekend")
    assert any(row.split(",")[column_index].isdigit() for row in rows)
    texts = Book((demo / "reports" / WEEK / "audit.xlsx").read_bytes()).texts
    assert {"РУ own posts of Saturday and Sunday", "weekend_posts"} <= {*texts}
    folders = ("--registry", demo / "officials.yaml", "--data", demo / "data")
    card = run(tmp_path, "check", "rayon-01", "--offline", *folders, "--as-of", "2026-11-24T12:00+07:00")
    shown = r"РУ Toy weekend: \d+ · РУ Toy posts at the weekend: \d+; ориентир: РУ Toy threshold: 2"
    assert re.search(shown, " ".join(card.split()))
    run(tmp_path, "report", "--week", WEEK, "--lang", "en", *folders, "--out", tmp_path / "english", "-q")
    page = (tmp_path / "english" / WEEK / "index.html").read_text(encoding="utf-8")
    assert "Toy weekend" in page
    assert "РУ " not in page
