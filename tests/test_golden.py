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

TOMSK = ZoneInfo("Asia/Tomsk")
RUSSIAN, ENGLISH = Catalogue("ru", TOMSK), Catalogue("en", TOMSK)
CYRILLIC = re.compile(r"[А-Яа-яЁё]+")
ROOT = Path(__file__).parent.parent

EXPECTED = {
    ".tool_version": "it is another version",
    ".confirmed.by": "a confirmation says how it was made, and nobody's name",
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


def test_the_week_of_the_deadline_is_judged_as_before(tmp_path: Path) -> None:
    """2022-W22 as of 7 June 2022, by the shipped registry and an archive that has seen nothing."""
    assert unexpected(load("first-week"), first_week(ROOT / "officials.yaml", tmp_path / "data")) == []
