"""What the operator has to decide or look into: pages of an unknown form, pages that moved, old confirmations."""

from typing import Any

import pytest

from auditor.audit.document import Audit, AuditedControl, AuditedOffice
from auditor.base.i18n import Catalogue
from auditor.report.notices import drifts, notices
from tests.audit_samples import sample_audit
from tests.cases import TOMSK

EN = Catalogue("en", TOMSK)
PAGE = "https://t.me/rayon02_glava"
STRANGE = "unrecognised_page"


def office(number: str = "rayon-02", **account: Any) -> AuditedOffice:
    found = next(o for o in sample_audit().offices if o.id == number)
    return found.model_copy(update={"accounts": [found.accounts[0].model_copy(update=account), *found.accounts[1:]]})


def strange(number: str, *checks: str, **fields: Any) -> AuditedOffice:
    """The office, where these checks could not recognise its page."""
    seen, fields = office(number), {"outcome": "cantTell", "cause": STRANGE} | fields
    url = seen.accounts[0].url
    named = [f.model_copy(update=fields) if f.check in checks and f.account == url else f for f in seen.findings]
    return seen.model_copy(update={"findings": named})


def week(*offices: AuditedOffice, controls: Any = ()) -> Audit:
    return sample_audit().model_copy(update={"offices": list(offices), "controls": list(controls)})


def test_a_week_without_any_says_nothing() -> None:
    """Another failure is told as what it is."""
    assert notices(sample_audit(), EN) == []


def test_a_page_of_an_unknown_form_is_told_with_what_to_look_at() -> None:
    """Each once, by route; the answer at which reading stopped, of the kind that could not be read."""
    audit = week(strange("rayon-02", "account_exists", "posts_per_week"), strange("rayon-03", "posts_per_week"))
    (drift,) = drifts(audit)
    assert (drift.route, drift.pages) == ("telegram_preview", [PAGE, "https://t.me/rayon03_glava"])
    assert drift.answers == ["ev-rayon02_glava-t0", "ev-rayon03_glava-t2"]
    (line,) = notices(audit, EN)
    assert "auditor evidence show ev-rayon02_glava-t0" in line
    assert "2 pages" in line
    own = week(strange("rayon-02", "posts_per_week", cause=None, message_id=f"cause.{STRANGE}"))
    assert [drift.pages for drift in drifts(own)] == [[PAGE]]
    (line,) = notices(week(strange("rayon-02", "posts_per_week", evidence=[])), EN)
    assert "auditor evidence show" not in line


def test_many_pages_are_named_in_part() -> None:
    """The evidence lists them all."""
    many = [strange(f"rayon-{n:02}", "account_exists") for n in (2, 3, 13, 18)]
    (line,) = notices(week(*many), EN)
    assert line.count("t.me/") == 3
    assert line.count(", …") == 2
    assert "4 pages" in line


def test_a_control_of_an_unknown_form_is_told_before_the_pages() -> None:
    """Routes in their order; one that was dropped since is told by its key."""

    def control(route: str, cause: str | None = STRANGE) -> AuditedControl:
        return AuditedControl(
            network="vk", route=route, url=f"https://vk.com/{route}", expected=True, outcome="cantTell", cause=cause
        )

    rows = [control("old_route"), control("telegram_preview"), control("vk"), control("telegram_client", "throttled")]
    audit = week(strange("rayon-02", "account_exists"), controls=rows)
    assert [drift.route for drift in drifts(audit)] == ["vk", "telegram_preview", "old_route"]
    lines = notices(audit, EN)
    assert [name in line for name, line in zip(["VK", "telegram_preview", PAGE[8:], "old_route"], lines, strict=True)]
    assert len(lines) == 4
    assert "old_route" in lines[3]


@pytest.mark.parametrize(
    ("moved", "told"),
    [
        ({"renamed_to": "https://t.me/new"}, "auditor accounts confirm rayon-02 https://t.me/new --id 5 "),
        ({"taken_over_by": 6}, "(6)"),
    ],
)
def test_a_page_that_moved_is_told_with_the_command_that_mends_it(moved: dict[str, Any], told: str) -> None:
    """Once, however many offices have it; by the place of a bound office, by the title of another."""
    seen = office(id=5, **moved)
    (line,) = notices(week(seen, seen), EN)
    assert told in line
    assert line.startswith("Второй:")
    (line,) = notices(week(seen.model_copy(update={"bound": False})), EN)
    assert line.startswith("глава района:")


def test_old_confirmations_are_told_in_one_line() -> None:
    """So many are named."""
    numbers = [o.id for o in sample_audit().offices if o.accounts]
    (line,) = notices(week(*(office(number, under_review=True) for number in numbers)), EN)
    assert line.count("rayon") + line.count("vk.com/id") == 12
    assert ", …" in line
    (line,) = notices(week(office(under_review=True)), EN)
    assert ("365" in line, "t.me/rayon02_glava" in line, "…" in line.partition(": ")[2].partition(".")[0]) == (
        True,
        True,
        False,
    )
