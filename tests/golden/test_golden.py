"""Compare a demonstration's verdicts and report texts with those stored."""

import json
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from auditor.audit.document import AuditedFinding
from auditor.base.i18n import Translator
from auditor.checks.definition import sentences
from tests.golden import VERDICTS, verdicts
from tests.golden.words import FOLDER, report_texts

TOMSK = ZoneInfo("Asia/Tomsk")
RUSSIAN, ENGLISH = Translator("ru", TOMSK), Translator("en", TOMSK)
CYRILLIC = re.compile(r"[А-Яа-яЁё]+")


def test_a_demonstrations_five_weeks_are_judged_as_before(five_weeks: Path) -> None:
    """Verdicts, ids of sentences and values: `python -m tests.golden` writes them anew."""
    assert list(verdicts(five_weeks / "reports")) == VERDICTS.read_text(encoding="utf-8").splitlines()


def test_the_words_of_a_finding_follow_from_its_sentence_in_both_languages(five_weeks: Path) -> None:
    """Its id and its parameters say it; English has no Russian but what the registry says."""
    for path in sorted(five_weeks.glob("reports/*/audit.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        for finding in (AuditedFinding.model_validate(f) for office in document["offices"] for f in office["findings"]):
            assert finding.message_id in sentences()
            english = ENGLISH.text(finding.text)
            registered = " ".join(value for value in finding.params.values() if isinstance(value, str))
            assert RUSSIAN.text(finding.text) == finding.message
            assert "{" not in english
            assert set(CYRILLIC.findall(english)) <= set(CYRILLIC.findall(registered))


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.iterdir()))
def test_readers_see_what_they_saw(name: str, five_weeks: Path) -> None:
    """Words and numbers of each kind of page and table."""
    assert dict(report_texts(five_weeks / "reports"))[name] == (FOLDER / name).read_text("utf-8")
