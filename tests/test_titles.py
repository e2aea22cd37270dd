"""What a finding is called: what was seen, and no more (DESIGN.md section 5, Wording; facts/wording.md)."""

from typing import Any

import pytest

from auditor.audit.document import Audit, AuditedFinding
from auditor.audit.judge import make_audit
from auditor.audit.words import title_of, worded
from auditor.base.i18n import Catalogue
from auditor.base.snapshot import Cause, StoredSnapshot
from auditor.checks import catalogue
from auditor.checks.opened_by_deadline import CHECK as OPENED
from auditor.registry.policy import DEFAULT_POLICY
from auditor.report.cards import cards_of
from tests.audit_samples import sample_audit
from tests.cases import (
    NOW,
    TOMSK,
    WEEK,
    account,
    case,
    day,
    judge_office,
    office,
    opened,
    posts,
    registry,
    report,
    search,
    snapshot,
    tenure,
)

RU = Catalogue("ru", TOMSK)


def titled(finding: AuditedFinding) -> str:
    return title_of(finding, DEFAULT_POLICY, RU)


def shown(one: Any, *seen: Any) -> Audit:
    """One office's week, in Russian."""
    rows: dict[str, list[StoredSnapshot]] = {}
    for look in seen:
        rows.setdefault(look.url, []).append(StoredSnapshot(str(WEEK), look))
    return worded(make_audit(registry(one), WEEK, NOW, rows), RU)


def found_of(one: Any, *seen: Any) -> dict[str, AuditedFinding]:
    """The office's findings about the person, by their check, in Russian."""
    return {f.check: f for f in shown(one, *seen).offices[0].findings if f.account is None}


def head(**fields: Any):
    return office(tenure(**{"since": "2020", "accounts": [account()]} | fields))


def test_late_pages_are_called_late_and_nothing_is_said_of_2022() -> None:
    """That no page was open then is not known: another may have been deleted since."""
    found = found_of(head(), snapshot(**opened("2023-01-01")))["opened_by_deadline"]
    assert (found.outcome, titled(found)) == ("failed", "Подтверждённые страницы открыты после срока")


def test_a_search_that_found_nothing_names_its_day_and_does_not_speak_of_the_deadline() -> None:
    """A search of 2026 says what was there in 2026."""
    found = found_of(head(accounts=[], searches=[search("2026-11-18")]))["opened_by_deadline"]
    assert (found.outcome, titled(found)) == ("failed", "Личная страница не найдена на 18.11.2026")


def test_a_page_opened_on_the_day_of_grace_is_not_called_simply_in_time() -> None:
    """The grace is named in the title."""
    found = found_of(head(), snapshot(**opened("2022-06-01 10:00")))["opened_by_deadline"]
    assert (found.outcome, titled(found)) == ("passed", "Личная страница открыта в срок с учётом льготы")


def test_a_date_known_to_the_month_is_shown_as_a_month() -> None:
    """Its last day would be read as exact."""
    found = found_of(head(accounts=[], reports=[report(by="2022-04")]))["opened_by_deadline"]
    assert "04.2022" in found.message
    assert "30.04.2022" not in found.message


@pytest.mark.parametrize(
    ("check", "whose"),
    [("posts_per_week", "Башкортостан, 12.2025; Санкт-Петербург, 04.2024"), ("longest_silence", "наше допущение")],
)
def test_a_red_cell_of_the_practice_names_the_region_that_its_number_comes_from(check: str, whose: str) -> None:
    """In the title; a number of our own is called that."""
    sample = sample_audit()
    assert sample.policy["posts_per_week"] == DEFAULT_POLICY["posts_per_week"]
    silent = next(o for o in sample.offices if o.id == "rayon-18")
    found = silent.finding(check)
    assert found is not None
    assert (found.outcome, titled(found).endswith(f"(ориентир: {whose})")) == ("failed", True)


def test_what_is_said_of_an_open_week_says_so() -> None:
    """What is enough already as much as what is too little yet."""
    enough = snapshot(**opened("2021-01-01"), posts=posts(1, 2, 30), taken_at=day(56))
    for look in (enough, enough.model_copy(update={"posts": posts(1)})):
        made = case([tenure(since="2020", accounts=[account()])], look, as_of=day(57))
        for check in catalogue():
            for found in check.judge(made):
                if check.place == "practice" and found.account is None and found.outcome != "inapplicable":
                    assert found.message.id == "week.so_far", found


def test_where_nothing_is_claimed_the_title_claims_nothing() -> None:
    """«Комментарии открыты» would say that they are."""
    found = found_of(head(), snapshot(exists=None, cause=Cause.THROTTLED))
    assert titled(found["comments_open"]) == "Комментарии открыты: не установлено"
    assert titled(found["opened_by_deadline"]) == "Открыта в срок: не установлено"


def test_a_week_in_which_the_holder_came_has_one_reason_for_the_whole_row() -> None:
    """And no cell of it says that there were no posts."""
    came = shown(head(since="2026-11-18"), snapshot(**opened("2021-01-01"), posts=posts(100)))
    (card,) = cards_of(came, {})
    assert card.silent is not None
    assert RU.text(card.silent.message) == "В должности с 18.11.2026: оценивается со следующей недели"


def test_closed_comments_are_said_only_where_every_post_is_closed() -> None:
    """One open post was a place to ask."""
    for states, said in ((["closed", "closed"], True), (["closed", "open"], False), ([], False)):
        line = tuple(
            post for n, state in enumerate(states, start=1) for post in posts(n, first_id=n, comments_state=state)
        )
        made = case([tenure(since="2020", accounts=[account()])], snapshot(**opened("2021-01-01"), posts=line))
        assert (judge_office("comments_answered", made).message.id == "comments_answered.closed") is said


def test_each_title_is_a_statement_of_its_own() -> None:
    """Of passed and of failed; the directive's never says that there was no page in 2022."""
    titles = [(check.passed, check.failed) for check in catalogue()]
    assert len({*sum(titles, ())}) == 2 * len(titles)
    assert "2022" not in " ".join((OPENED.passed, OPENED.failed, *OPENED.titles))
