"""A finding is stored as ids, parameters and typed values; its sentences are made with the report."""

import json
import re
from dataclasses import fields
from itertools import product
from typing import Any

import pytest

from auditor.audit.cases import make_case
from auditor.audit.document import Audit, AuditedFinding
from auditor.audit.localise import localise, title_of
from auditor.base.errors import ArchiveError
from auditor.base.i18n import Translator
from auditor.base.text import PART, Sentence
from auditor.checks import catalogue, check_of, directive
from auditor.checks.definition import Check, _sentences_in, modules, sentences
from auditor.checks.finding import ReportSection, meanings
from auditor.registry.policy import default_policy
from auditor.report.cards import office_cards
from tests.audit_samples import sample_audit, sample_registry
from tests.cases import NOW, TOMSK, WEEK, audit, case, day, judge_office, office, posts, report, search
from tests.rules.rule_rows import WITHOUT_ANSWERS, channel, exactly, in_office
from tools.sentences import TABLE, page

RU, EN = Translator("ru", TOMSK), Translator("en", TOMSK)


def test_every_sentence_is_explained_and_the_document_is_what_the_catalogue_makes() -> None:
    """docs/dev/sentences.md shows each in its words, what fails marked: `python -m tools.sentences` writes it anew."""
    explained = [s.id for s in sentences().values() if s.rests_on and (s.not_said or s.rests_on == PART)]
    assert explained == list(sentences())
    assert TABLE.read_text(encoding="utf-8") == page()
    failed = {f.message_id for office in sample_audit().offices for f in office.findings if f.outcome == "failed"}
    assert set() < failed <= {sentence.id for sentence in sentences().values() if sentence.red}


def test_no_two_sentences_share_an_id() -> None:
    """A stored id has one meaning."""
    sentences_by_id: dict[str, set[Sentence]] = {}
    for module in modules():
        for sentence in _sentences_in(module):
            sentences_by_id.setdefault(sentence.id, set()).add(sentence)
    assert [name for name, same_id in sentences_by_id.items() if len(same_id) > 1] == []
    assert len(sentences_by_id) > 50


def nobody(**fields: Any) -> Any:
    """Return the office of a holder without a page."""
    return office(in_office(**fields).model_copy(update={"listed": []}))


TITLES = {
    "late": (office(in_office()), exactly("2023-01-01"), "Подтверждённые страницы открыты после срока"),
    "not found": (nobody(searches=[search("2026-11-18")]), {}, "Личная страница не найдена на 18.11.2026"),
    "in the grace": (
        office(in_office()), exactly("2022-06-01T10:00"), "Личная страница открыта в срок с учётом допуска"
    ),
    "not known": (
        office(in_office()), {"exists": None, "cause": "throttled", "opened_at": None, "traces": ()},
        "Открыта в срок: не установлено",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("seat", "look", "title"), TITLES.values(), ids=TITLES.keys())
def test_a_title_claims_what_was_seen_and_no_more(seat: Any, look: dict[str, Any], title: str) -> None:
    """Nothing is said of 2022 by a search of 2026, and nothing at all where nothing was seen."""
    finding = localise(audit(seat, looks=[channel(**look)]), RU).offices[0].finding("opened_by_deadline")
    assert title_of(finding, default_policy(), RU) == title


def test_each_title_is_a_statement_of_its_own() -> None:
    """Of passed and of failed; the directive's, which is the verdict, never says that there was no page in 2022."""
    titles = [(check.passed, check.failed) for check in catalogue()]
    assert len({*sum(titles, ())}) == 2 * len(titles)
    assert directive().section is ReportSection.DIRECTIVE
    assert "2022" not in " ".join((directive().passed, directive().failed, *directive().possible_titles))


def test_a_date_known_to_the_month_is_shown_as_a_month() -> None:
    """Its last day would be read as exact."""
    finding = localise(audit(nobody(reports=[report(by="2022-04")])), RU).offices[0].finding("opened_by_deadline")
    assert re.findall(r"[\d.]*04\.2022", finding.message) == ["04.2022"]


@pytest.mark.parametrize(
    ("check", "whose"),
    [("posts_per_week", "Башкортостан, 12.2025; Санкт-Петербург, 04.2024"), ("longest_silence", "наше допущение")],
)
def test_a_red_cell_of_the_practice_names_the_region_that_its_number_comes_from(check: str, whose: str) -> None:
    """In the title; a number of our own is called that."""
    finding = next(o for o in sample_audit().offices if o.id == "rayon-18").finding(check)
    assert finding.outcome == "failed"
    assert title_of(finding, default_policy(), RU).endswith(f"(ориентир: {whose})")


@pytest.mark.parametrize("hours", [(1, 2, 30), (1,)])
@pytest.mark.parametrize("check", WITHOUT_ANSWERS)
def test_what_is_said_of_an_open_week_says_so(check: str, hours: tuple[float, ...]) -> None:
    """What is enough already as much as what is too little yet."""
    look = channel(*posts(*hours, comments_state="open"), at=day(56))
    assert judge_office(check, case([in_office()], look, as_of=day(57))).message.id == "week.so_far"


def test_a_week_in_which_the_holder_came_has_one_reason_for_the_whole_row() -> None:
    """And no cell of it says that there were no posts."""
    came = office(in_office(since="2026-11-18"))
    (card,) = office_cards(localise(audit(came, looks=[channel(*posts(100))]), RU), {})
    assert card.shared_finding.message.id == "office.took_office"


def test_a_finding_comes_back_from_the_document_as_it_went_in() -> None:
    """Its values typed, its sentence by its id."""
    book, snapshots = sample_registry()
    for seat, check in product(book.offices, catalogue()):
        for finding in check.judge(make_case(book, seat, WEEK, NOW, snapshots)):
            restored = AuditedFinding.model_validate_json(AuditedFinding.of(finding).model_dump_json()).read(check)
            assert (restored.values, restored.evidence) == (finding.values, finding.evidence)
            assert RU.text(restored.message) == RU.text(finding.message)


@pytest.mark.parametrize("check", catalogue(), ids=lambda check: check.name)
def test_values_have_a_meaning_and_a_type_and_those_of_another_version_do_no_harm(check: Check[Any]) -> None:
    """One that it lacks is unknown, one that it adds is left aside, and nothing is made by force of another type."""
    assert all(meaning.meaning for meaning in meanings(check.values).values())
    assert check.read({}) == check.read({"a_key_of_the_future": [1, {}]}) == check.values()
    with pytest.raises(ValueError, match="validation error"):
        check.read({fields(check.values)[-1].name: {"not": "a value"}})


def test_a_damaged_finding_is_told_in_one_line() -> None:
    """As any other damage of the archive is."""
    damaged = AuditedFinding(check="posts_per_week", outcome="passed", basis="norm", values={"distinct": "three"})
    with pytest.raises(ArchiveError, match="lost its form"):
        damaged.read(check_of("posts_per_week"))


def test_what_is_stored_holds_no_words() -> None:
    """No message, no title, nothing of a check but its name and figures, no language."""
    stored = json.loads(sample_audit("ru").to_stored())
    assert "language" not in stored
    findings = [finding for seat in stored["offices"] for finding in seat["findings"]]
    assert not [f for f in findings if {"message", "title"} & f.keys() or f["message_id"] not in sentences()]
    assert all(check.keys() == {"name", "basis", "source", "left_out", "applies"} for check in stored["checks"])


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_a_stored_audit_is_said_as_it_was_when_it_was_made(lang: str) -> None:
    """In the same language word for word."""
    assert localise(Audit.from_json(sample_audit("ru").to_stored()), Translator(lang)) == sample_audit(lang)
