"""Sentences as readers wished them, each where it stands."""

import re
from datetime import date
from typing import Any

import pytest

from auditor.audit.document import Audit
from auditor.audit.localise import localise
from tests.audit_samples import sample_audit
from tests.pages import card, folder
from tests.report.read_report import RU, page, text_of

DIRECTIVE = "opened_by_deadline"


def read(audit: Audit, path: str = "index.html") -> str:
    """The words of a page."""
    return text_of(page(folder([audit], RU), path).body).replace("\N{NO-BREAK SPACE}", " ")


def untold(message_id: str, params: dict[str, Any], **office: Any) -> Audit:
    """The week of the third district, whose directive could not be told for one reason."""
    audit = sample_audit(previous=False)
    (third,) = (entry for entry in audit.offices if entry.id == "rayon-03")
    fields = {"outcome": "cantTell", "message_id": message_id, "params": params, "values": {}} | office
    findings = [f.model_copy(update=fields) if f.check == DIRECTIVE else f for f in third.findings]
    changed = third.model_copy(update={"verdict": "cantTell", "verdict_reason": None, "findings": findings} | office)
    return localise(audit.model_copy(update={"offices": [changed]}), RU)


def test_an_unknown_opening_names_the_last_day() -> None:
    """As two sentences: that it is not known, and this head's own day."""
    audit = untold(f"{DIRECTIVE}.undated", {"last_day": "2025-01-30"}, cause="too_little_data")
    assert "Когда открыта страница, неизвестно. Срок для этого главы — 30.01.2025" in " ".join(card(audit, RU).split())


def test_a_figure_that_nobody_has_begins_with_a_word() -> None:
    """How many heads' pages could not be seen, without a semicolon before it."""
    hidden = [entry for entry in sample_audit(previous=False).offices if entry.id in {"rayon-06", "rayon-16"}]
    shown = read(sample_audit(previous=False).model_copy(update={"offices": hidden}))
    assert "Неизвестно: страниц 2 глав увидеть не удалось" in shown
    assert " ; " not in shown


def test_days_late_are_called_days_late() -> None:
    """On the first page, beside the name."""
    assert re.search(r"Третий .*?опоздание: \d+ д", read(sample_audit()))


def test_the_heading_of_comments_asks() -> None:
    """It claims nothing before the figure that answers it."""
    assert "Открыты ли комментарии" in read(sample_audit(), "o/rayon-03/index.html")
    assert "комментарии открыты:" not in read(sample_audit(), "o/rayon-03/index.html").lower()


def test_who_met_everything_reads_that_nothing_is_asked() -> None:
    """On the page of the office and on its card."""
    assert "От главы ничего не требуется." in read(sample_audit(), "o/rayon-01/index.html")


@pytest.mark.parametrize(
    ("newest", "words"),
    [(date(2022, 12, 31), "не проверено с 2022 года"), (date(2026, 3, 1), "не проверено с 01.03.2026")],
)
def test_a_head_of_long_ago_was_not_checked_since(newest: date, words: str) -> None:
    """The year, and in the year of the report the day."""
    audit = untold("office.stale_holder", {"date": str(newest)}, cause="stale_holder", verdict_cause="stale_holder")
    assert f"кто глава сейчас, {words}" in read(audit)
