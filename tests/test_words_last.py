"""A finding is stored as ids, parameters and typed values; its words are made when a report is made."""

import json
import re
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.audit.document import Audit, AuditedFinding, AuditedPolicy
from auditor.audit.words import title_of, whose_number, worded
from auditor.base.errors import ArchiveError
from auditor.base.i18n import Catalogue
from auditor.base.snapshot import Outcome
from auditor.base.text import Sentence, Text, params_to_json, text_from_json
from auditor.checks import catalogue, check_of, directive
from auditor.checks.check import Check, _said_in, modules, sentences
from auditor.checks.finding import Finding, Place, meanings
from auditor.registry.models import Basis
from tests.audit_samples import sample_audit
from tests.cases import TOMSK
from tests.pages import folder

RU, EN = Catalogue("ru", TOMSK), Catalogue("en", TOMSK)
CYRILLIC = re.compile(r"[А-Яа-яЁё]")
CHECKS = pytest.mark.parametrize("check", catalogue(), ids=lambda check: check.name)


def moments() -> st.SearchStrategy[datetime]:
    whole = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(lambda moment: moment.replace(microsecond=0))
    return whole.map(lambda moment: moment.replace(tzinfo=UTC))


def findings(check: Check[Any]) -> st.SearchStrategy[Finding[Any]]:
    """Findings of a check with any values that its types allow."""
    st.register_type_strategy(datetime, moments())
    values = st.builds(check.values, **{one.name: st.from_type(one.type) for one in fields(check.values)})
    return st.builds(
        Finding,
        check=st.just(check.name),
        outcome=st.just(Outcome.PASSED),
        message=st.sampled_from(sorted(sentences())).map(lambda name: sentences()[name].say(n=3)),
        basis=st.sampled_from(Basis),
        values=values,
        cause=st.none(),
        evidence=st.lists(st.text("abc", min_size=1), unique=True).map(tuple),
    )


@CHECKS
@given(data=st.data())
def test_a_finding_comes_back_from_the_document_as_it_went_in(check: Check[Any], data: st.DataObject) -> None:
    """Its values typed, its sentence by its id."""
    finding = data.draw(findings(check))
    stored = AuditedFinding.model_validate_json(AuditedFinding.of(finding).model_dump_json())
    again = stored.read(check)
    assert (again.values, again.message, again.evidence) == (finding.values, finding.message, finding.evidence)


@CHECKS
def test_keys_of_another_version_do_no_harm(check: Check[Any]) -> None:
    """One that it lacks is unknown, one that it adds is left aside."""
    assert check.read({}) == check.values()
    assert check.read({"a_key_of_the_future": [1, {}]}) == check.values()


@CHECKS
def test_a_value_of_another_type_is_refused(check: Check[Any]) -> None:
    """Nothing is made of it by force."""
    first = fields(check.values)[-1].name
    with pytest.raises(ValueError, match="validation error"):
        check.read({first: {"not": "a value"}})


def test_a_damaged_finding_is_told_in_one_line() -> None:
    """As any other damage of the archive is."""
    (check,) = [check for check in catalogue() if check.name == "posts_per_week"]
    damaged = AuditedFinding(check=check.name, outcome="passed", basis="norm", values={"distinct": "three"})
    with pytest.raises(ArchiveError, match="lost its form"):
        damaged.read(check)


@CHECKS
def test_every_value_says_its_unit_and_meaning(check: Check[Any]) -> None:
    """No value is a bare number to who reads the document."""
    for name, told in meanings(check.values).items():
        assert told.meaning, name


def test_one_check_answers_the_directive() -> None:
    """Its finding is the verdict."""
    assert directive().place is Place.DIRECTIVE
    assert check_of(directive().name) is directive()
    assert check_of("a_check_of_the_future") is None


# Sentences --------------------------------------------------------------------------------------------------------


def test_no_two_sentences_share_an_id() -> None:
    """A stored id has one meaning."""
    said: dict[str, set[Sentence]] = {}
    for module in modules():
        for sentence in _said_in(module):
            said.setdefault(sentence.id, set()).add(sentence)
    assert [name for name, found in said.items() if len(found) > 1] == []
    assert len(said) > 50


def audit_findings(audit: Audit) -> list[AuditedFinding]:
    return [finding for office in audit.offices for finding in office.findings]


def test_what_is_stored_holds_no_words() -> None:
    """No message, no title, nothing of a check but its name and figures, no language."""
    stored = json.loads(sample_audit("ru").to_stored())
    assert "language" not in stored
    for finding in (f for office in stored["offices"] for f in office["findings"]):
        assert not {"message", "title"} & set(finding)
        assert finding["message_id"] in sentences()
    for check in stored["checks"]:
        assert set(check) == {"name", "basis", "source", "left_out", "applies"}


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_a_stored_audit_is_said_as_it_was_when_it_was_made(lang: str) -> None:
    """In the same language word for word."""
    made = sample_audit(lang)
    assert worded(Audit.from_json(sample_audit("ru").to_stored()), Catalogue(lang)) == made


def test_an_audit_stored_by_a_russian_run_is_read_in_english() -> None:
    """The page is the one that an English run makes; Russian is in it only what the registry says."""
    stored = Audit.from_json(sample_audit("ru").to_stored())
    english = worded(stored, EN)
    assert folder([english], EN) == folder([sample_audit("en")], EN)
    for finding in audit_findings(english):
        said = finding.message
        for word in filter(None, (value for value in finding.params.values() if isinstance(value, str))):
            said = said.replace(word, "")
        assert not CYRILLIC.search(said), finding.message
        check = check_of(finding.check)
        assert check is not None
        assert not CYRILLIC.search(_title(finding, english.policy))
    for check in english.checks:
        assert not CYRILLIC.search(check.title + check.question + check.method + check.threshold)


def _title(finding: AuditedFinding, policy: AuditedPolicy) -> str:
    """The title without whose number it is: that is a name of the policy's source."""
    check = check_of(finding.check)
    assert check is not None
    return title_of(finding, policy, EN).replace(whose_number(check, policy, EN), "")


def test_parameters_keep_their_kind_in_json() -> None:
    """A moment is a moment again, a sentence inside is said in the reader's language, a word stays a word."""
    inner = Sentence("a.inner", "{n} day", "{n} days")
    outer = Sentence("a.outer", "{at} {day} {name} {gap} {share} {no}")
    text = outer.say(
        at=datetime(2026, 11, 24, 5, tzinfo=UTC), day="2026-11-23", name="{n}", gap=inner.say(n=2), share=0.5, no=None
    )
    stored = json.loads(json.dumps(params_to_json(text.params)))
    assert stored["at"] == "2026-11-24T05:00:00Z"
    assert stored["gap"] == {"message_id": "a.inner", "params": {"n": 2}}
    again = text_from_json("a.outer", stored, {"a.inner": inner, "a.outer": outer})
    assert again == text
    assert EN.text(again) == "24 Nov 2026 12:00 23 Nov 2026 {n} 2 days 0.5 —"


def test_a_text_without_an_id_is_not_stored() -> None:
    """It could not be said again."""
    with pytest.raises(ValueError, match="without an id"):
        params_to_json({"x": Text("Hello")})
