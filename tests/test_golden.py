"""What was judged before a change of the house is judged so after it."""

import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from auditor.audit.document import AuditedFinding
from auditor.base.i18n import Catalogue
from auditor.checks.check import sentences
from tests.golden import SEEDS, demonstration, first_week, gaps, load
from tests.golden.words import HERE, seen
from tests.golden.words import demonstration as words_demonstration

TOMSK = ZoneInfo("Asia/Tomsk")
RUSSIAN, ENGLISH = Catalogue("ru", TOMSK), Catalogue("en", TOMSK)
CYRILLIC = re.compile(r"[А-Яа-яЁё]+")
ROOT = Path(__file__).parent.parent

EXPECTED = {
    ".tool_version": "it is another version",
    ".confirmed.by": "a confirmation says how it was made, and nobody's name",
    ".contact": "a demonstration names whom to write to, who is invented",
    ".made": "how much is asked is held by `tests/test_least_requests.py`",
}
"""Differences that are meant, as the end of a path, each with its reason."""


def unexpected(golden: Any, found: Any) -> list[tuple[str, Any, Any]]:
    return [gap for gap in gaps(golden, found) if not gap[0].endswith(tuple(EXPECTED))]


def said_otherwise(document: dict[str, Any]) -> list[str]:
    """The findings whose words do not follow from the id and the parameters of their sentence, in both languages."""
    wrong = []
    for finding in (AuditedFinding.model_validate(f) for office in document["offices"] for f in office["findings"]):
        assert finding.message_id in sentences()
        english = ENGLISH.text(finding.text)
        registered = " ".join(value for value in finding.params.values() if isinstance(value, str))
        foreign = set(CYRILLIC.findall(english)) - set(CYRILLIC.findall(registered))
        if RUSSIAN.text(finding.text) != finding.message or foreign or "{" in english:
            wrong.append(f"{finding.message_id}: {finding.message} / {english}")
    return wrong


@pytest.mark.parametrize("seed", SEEDS)
def test_a_demonstrations_five_weeks_are_judged_as_before(seed: int, tmp_path: Path) -> None:
    """Value for value, with every sentence; only ids of evidence and added keys aside."""
    found = demonstration(tmp_path, seed)
    assert unexpected(load(f"seed-{seed}"), found) == []
    assert [one for week in found.values() for one in said_otherwise(week)] == []


def test_readers_see_what_they_saw(tmp_path: Path) -> None:
    """Words and numbers of each kind of page, tables, findings; `python -m tests.golden.words` writes them anew."""
    kept = HERE / f"seed-{SEEDS[0]}"
    made = dict(seen(words_demonstration(tmp_path, SEEDS[0])))
    assert {path.name for path in kept.iterdir()} == made.keys()
    for name, text in made.items():
        assert text == (kept / name).read_text("utf-8"), name


def test_the_week_of_the_deadline_is_judged_as_before(tmp_path: Path) -> None:
    """2022-W22 as of 7 June 2022, by the shipped registry and an archive that has seen nothing."""
    assert unexpected(load("first-week"), first_week(ROOT / "officials.yaml", tmp_path / "data")) == []
