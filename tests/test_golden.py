"""What was judged before a change of the house is judged so after it."""

import json
import re
import tarfile
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from auditor.audit.document import AuditedFinding
from auditor.base.columns import in_columns
from auditor.base.i18n import Catalogue
from auditor.checks.check import sentences
from tests.command import Done, auditor
from tests.golden import FOLDER, SEEDS, demonstration, first_week, gaps, load, normal

TOMSK = ZoneInfo("Asia/Tomsk")
RUSSIAN, ENGLISH = Catalogue("ru", TOMSK), Catalogue("en", TOMSK)
CYRILLIC = re.compile(r"[А-Яа-яЁё]+")
ROOT = Path(__file__).parent.parent
WEEK = "2026-W47"

EXPECTED = {".tool_version": "it is another version"}
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


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Two weeks of a demonstration, stored and published by version 0.1.0."""
    with tarfile.open(FOLDER / "archive-0.1.0.tar.xz") as packed:
        packed.extractall(tmp_path, filter="data")
    return tmp_path


def run(old: Path, *arguments: str) -> Done:
    return auditor(*arguments, "--registry", str(old / "officials.yaml"), "--data", str(old / "data"), cwd=old)


def test_an_archive_of_version_0_1_0_verifies(old: Path) -> None:
    """Every stored answer and every seal still holds."""
    done = run(old, "evidence", "verify")
    assert done.code == 0, done.out + done.err


def test_an_archive_of_version_0_1_0_is_shown_as_it_was_published(old: Path) -> None:
    """The report of a stored week is the document of that time."""
    published = json.loads((old / "reports" / WEEK / "audit.json").read_text())
    done = run(old, "report", "--week", WEEK, "--as-of", published["as_of"], "--out", str(old / "again"))
    assert done.code == 1, done.err
    again = json.loads((old / "again" / WEEK / "audit.json").read_text())
    published["offices"] = [in_todays_form(office) for office in published["offices"]]
    said_to_it = {"statements", "corrections", "version", "contact"}
    differing = unexpected(told(normal(published)), told(normal(again)))
    assert [g for g in differing if not said_to_it & set(g[0].split("."))] == []


def in_todays_form(office: dict[str, Any]) -> dict[str, Any]:
    """What 0.1.0 said of an office, as this version writes it: histories by columns, no titles of findings."""
    history = in_columns([told(past) for past in office["history"]])
    for finding in office["findings"]:
        del finding["title"]
    return office | {"history": history}


def told(one: Any) -> Any:
    """Leave out, at any depth, what is not known, not so or empty: not all versions write it."""
    if isinstance(one, list):
        return [told(item) for item in one]
    if not isinstance(one, dict):
        return one
    return {key: told(value) for key, value in one.items() if value is not False and value not in (None, {}, [])}


def test_an_archive_of_version_0_1_0_is_replayed_by_what_it_stored(old: Path) -> None:
    """Its answers are of an older form, which one line says. Section 5 was rewritten since; each difference says so."""
    done = run(old, "replay", "--week", WEEK, "--json")
    assert done.code in {0, 1}, done.err
    answer = json.loads(done.out)
    assert {look["reason"] for look in answer["unplayed"]} <= {"older_form"}
    assert {d["why"] for d in answer["differences"]} == {"version"}
    page = run(old, "replay", "--week", WEEK, "--lang", "en").out
    assert page.count("in an older form") == 1
