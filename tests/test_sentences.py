"""docs/sentences.md explains every sentence of a finding, and is made from the catalogue."""

from auditor.checks.check import sentences
from benchmarks.sentences import RED, SEEN, TABLE, page
from tests.audit_samples import sample_audit


def test_every_sentence_is_explained_and_no_other() -> None:
    """What it rests on, and what it does not say."""
    assert sentences().keys() == SEEN.keys()
    assert sentences().keys() >= RED
    assert all(rests_on and not_said for rests_on, not_said in SEEN.values())


def test_the_document_is_what_the_catalogue_makes() -> None:
    """Written anew by ``PYTHONPATH=. python benchmarks/sentences.py``."""
    assert TABLE.read_text(encoding="utf-8") == page()


def test_what_is_red_is_marked_red() -> None:
    """A finding of the sample that failed says a sentence that the table marks."""
    found = [f for office in sample_audit().offices for f in office.findings if f.outcome == "failed"]
    assert found
    assert {finding.message_id for finding in found} <= RED
