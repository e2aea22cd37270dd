"""What a finding is called: what was seen, and no more (DESIGN.md section 5, Wording; facts/wording.md)."""

from datetime import timedelta
from typing import Any

import pytest

from auditor.audit.document import AuditedFinding
from auditor.audit.words import title_of, worded
from auditor.base.i18n import Catalogue
from auditor.base.snapshot import Cause
from auditor.checks import catalogue
from auditor.registry.policy import DEFAULT_POLICY
from auditor.report.checks_shown import networks, practice
from tests.audit_samples import sample_audit
from tests.cases import TOMSK, WEEK, account, case, office, opened, posts, search, snapshot, tenure
from tests.test_audit import audit

RU = Catalogue("ru", TOMSK)


def titled(finding: AuditedFinding) -> str:
    return title_of(finding, DEFAULT_POLICY, RU)


def found_of(*offices, seen=(), **more: Any) -> dict[str, AuditedFinding]:
    """The office's findings about the person, by their check, in Russian."""
    shown = worded(audit(*offices, seen=seen, **more), RU)
    return {f.check: f for f in shown.offices[0].findings if f.account is None}


def head(**fields: Any):
    return office(tenure(since="2020", accounts=[account()], **fields))


def test_late_pages_are_called_late_and_nothing_is_said_of_2022() -> None:
    """That no page was open then is not known: another may have been deleted since."""
    found = found_of(head(), seen=[snapshot(**opened("2023-01-01"))])["opened_by_deadline"]
    assert (found.outcome, titled(found)) == ("failed", "Подтверждённые страницы открыты после срока")


def test_a_search_that_found_nothing_names_its_day_and_does_not_speak_of_the_deadline() -> None:
    """A search of 2026 says what was there in 2026."""
    found = found_of(office(tenure(since="2020", searches=[search("2026-11-18")])))["opened_by_deadline"]
    assert (found.outcome, titled(found)) == ("failed", "Личная страница не найдена на 18.11.2026")


def test_a_page_opened_on_the_day_of_grace_is_not_called_simply_in_time() -> None:
    """The grace is named in the title."""
    found = found_of(head(), seen=[snapshot(**opened("2022-06-01 10:00"))])["opened_by_deadline"]
    assert (found.outcome, titled(found)) == ("passed", "Личная страница открыта в срок с учётом льготы")


@pytest.mark.parametrize(
    ("check", "whose"),
    [("posts_per_week", "Башкортостан, 12.2025; Санкт-Петербург, 04.2024"), ("longest_silence", "наше допущение")],
)
def test_a_red_cell_of_the_practice_names_the_region_that_its_number_comes_from(check: str, whose: str) -> None:
    """In the title, and in the cell on the page; a number of our own is called that."""
    sample = sample_audit()
    assert sample.policy["posts_per_week"] == DEFAULT_POLICY["posts_per_week"]
    silent = next(o for o in sample.offices if o.id == "rayon-18")
    found = silent.finding(check)
    assert found is not None
    assert (found.outcome, titled(found).endswith(f"(ориентир: {whose})")) == ("failed", True)
    cells = {head.check.name: cell for head, cell in practice(silent, sample, RU).cells}
    assert f"ориентир: {whose.partition(',')[0]}" in cells[check].quiet


def test_sentences_in_an_open_week_speak_of_the_moment_of_the_look() -> None:
    """Of the practice: what is enough already as much as what is too little yet."""
    look = snapshot(**opened("2021-01-01"), posts=posts(1, 2, 30), taken_at=WEEK.starts + timedelta(hours=56))
    for enough in (look, look.model_copy(update={"posts": posts(1)})):
        made = case([tenure(since="2020", accounts=[account()])], enough, as_of=WEEK.starts + timedelta(hours=57))
        for check in (check for check in catalogue() if check.place is Place.PRACTICE):
            found = next(finding for finding in check.judge(made) if finding.account is None)
            if found.outcome != "inapplicable":
                assert RU.text(found.message).startswith("Неделя ещё не закрыта. Пока: "), found
                assert found.outcome != "failed"


def test_a_page_that_is_not_at_its_address_is_not_called_on_record_in_the_table() -> None:
    """The card said that it was not found, the table beside it «страница есть»."""
    gone = snapshot(exists=False)
    made = audit(office(tenure(since="2020", accounts=[account()]), group="city_duma"), seen=[gone])
    shown = worded(made, RU).offices[0]
    (cell,) = [cell for cell in networks(shown, RU) if cell.strong == "Telegram"]
    assert cell.said == "по адресу из реестра страницы нет"


def test_where_nothing_is_claimed_the_title_claims_nothing() -> None:
    """«Комментарии открыты» would say that they are."""
    found = found_of(head(), seen=[snapshot(exists=None, cause=Cause.THROTTLED)])
    assert titled(found["comments_open"]) == "Комментарии открыты: не установлено"
    assert titled(found["opened_by_deadline"]) == "Открыта в срок: не установлено"


def test_a_page_that_is_older_than_the_tenure_is_not_measured_in_days_before_the_deadline() -> None:
    """«за 2 510 дней до срока» told nothing of a head who took office later."""
    newcomer = office(tenure(since="2026-11-03", accounts=[account()]))
    found = found_of(newcomer, seen=[snapshot(**opened("2020-01-10"))])["opened_by_deadline"]
    assert (found.outcome, found.message) == (
        "passed",
        "Telegram: страница открыта 10.01.2020, до вступления в должность",
    )


def test_a_week_in_which_the_holder_came_has_one_reason_for_the_whole_row() -> None:
    """And no cell of it says that there were no posts."""
    came = office(tenure(since="2026-11-18", accounts=[account()]))
    shown = worded(audit(came, seen=[snapshot(**opened("2021-01-01"), posts=posts(100))]), RU)
    row = practice(shown.offices[0], shown, RU)
    assert row.reason is not None
    assert row.reason.said == "В должности с 18.11.2026: оценивается со следующей недели"
