"""A cause is the finding's: page, card, table, summary, post and letter say it in the same words."""

import pytest

from auditor.audit.document import Audit, AuditedFinding, AuditedOffice, Summary
from auditor.audit.localise import localise
from auditor.report.post import post
from auditor.report.site import SiteOptions
from auditor.report.templates import render_lines
from auditor.report.week_facts import week_facts
from tests.audit_samples import sample_audit
from tests.pages import card, folder, summary
from tests.report.read_report import RU, page, text_of

OFFICE, DIRECTIVE = "rayon-17", "opened_by_deadline"
INEXACT = "дата открытия неточна"
CAUSES = [
    (f"{DIRECTIVE}.undated", "too_little_data", "когда открыта страница, неизвестно"),
    (f"{DIRECTIVE}.reported", "too_little_data", "о странице известно только из прессы"),
    ("office.undated_holder", "stale_holder", "нет источника о том, когда этот человек занимал должность"),
    ("cause.unreachable", "unreachable", "сеть не ответила"),
]


def untold(message_id: str, cause: str) -> Audit:
    """The invented week of one office without a page, whose every finding could not be told for one reason."""

    def other(finding: AuditedFinding) -> AuditedFinding:
        params = {"last_day": "2022-05-31"} if message_id.startswith(DIRECTIVE) else {}
        return finding.model_copy(
            update={"outcome": "cantTell", "cause": cause, "message_id": message_id, "params": params, "values": {}}
        )

    def changed(office: AuditedOffice) -> AuditedOffice:
        fields = {"verdict": "cantTell", "verdict_cause": cause, "verdict_reason": None}
        return office.model_copy(update=fields | {"findings": [*map(other, office.findings)]})

    audit = sample_audit()
    offices = [changed(office) for office in audit.offices if office.id == OFFICE]
    return localise(audit.model_copy(update={"offices": offices, "summary": Summary(bound=1, cantTell=1)}), RU)


@pytest.mark.parametrize(("message_id", "cause", "words"), CAUSES)
def test_a_cause_is_told_in_the_same_words_everywhere(message_id: str, cause: str, words: str) -> None:
    """No place says that a date is inexact where another says that no page is on record."""
    audit = untold(message_id, cause)
    files, facts = folder([audit], RU), week_facts(audit, {audit.week: audit}, RU)
    letter = render_lines("letter.txt", RU, facts.plus(card=facts.cards[0], page="", answer_by=audit.as_of))
    texts = {
        "home": text_of(page(files, "index.html").body),
        "week": text_of(page(files, f"{audit.week}/index.html").body),
        "office": text_of(page(files, f"o/{OFFICE}/index.html").body),
        "card": " ".join(card(audit, RU).split()),
        "summary": summary(audit, RU),
        "post": post(facts, SiteOptions(), RU),
        "letter": letter,
    }
    assert [name for name, text in texts.items() if words not in text.lower().replace("\N{NO-BREAK SPACE}", " ")] == []
    assert [name for name, text in texts.items() if INEXACT in text] == []


def test_a_letter_counts_all_offices_as_the_headline_does() -> None:
    """Its office is one of the twenty: how many meet the directive, how many do not, of how many it is not known."""
    audit = sample_audit()
    facts = week_facts(audit, {audit.week: audit}, RU)
    letter = render_lines("letter.txt", RU, facts.plus(card=facts.cards[0], page="", answer_by=audit.as_of))
    assert "Поручение соблюдено у 8 из 20. Не соблюдено у 3. О 6 пока неизвестно. К 3 не применяется." in letter
