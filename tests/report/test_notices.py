"""What the operator has to decide or look into: pages of an unknown form, pages that moved, old confirmations."""

from typing import Any

import pytest

from auditor.audit.document import Audit, AuditedControl, AuditedOffice
from auditor.base.snapshot import Cause, Evidence, EvidenceKind
from auditor.report.notices import notices, unrecognised_pages
from tests import cases
from tests.audit_samples import sample_audit
from tests.cases import NOW, posts, snapshot, tenure
from tests.report.read_report import EN

PAGE = "https://t.me/rayon02_glava"
STRANGE = Cause.UNRECOGNISED_PAGE


def office(number: str = "rayon-02", **account: Any) -> AuditedOffice:
    sample = next(o for o in sample_audit().offices if o.id == number)
    return sample.model_copy(update={"accounts": [sample.accounts[0].model_copy(update=account), *sample.accounts[1:]]})


def strange(number: str, *checks: str, **fields: Any) -> AuditedOffice:
    """The office, where these checks could not recognise its page."""
    sample, fields = office(number), {"outcome": "cantTell", "cause": STRANGE} | fields
    url = sample.accounts[0].url
    findings = [f.model_copy(update=fields) if f.check in checks and f.account == url else f for f in sample.findings]
    return sample.model_copy(update={"findings": findings})


def week(*offices: AuditedOffice, controls: Any = ()) -> Audit:
    return sample_audit().model_copy(update={"offices": list(offices), "controls": list(controls)})


def answer(kind: EvidenceKind, number: int) -> Evidence:
    fields = {"url": "https://t.me/x", "fetched_at": NOW, "status": 200, "sha256": "0" * 64, "stored_sha256": "0" * 64}
    return Evidence(id=f"ev-{kind.value}{number}", kind=kind, **fields)


LAYOUTS = [
    ({"exists": None, "cause": STRANGE, "posts_cause": STRANGE}, "ev-profile2"),
    ({"posts_cause": STRANGE}, "ev-posts2"),
    ({"posts": posts(5, comments_cause=STRANGE)}, "ev-comments2"),
    ({"exists": None, "cause": Cause.BLOCKED, "posts_cause": Cause.BLOCKED}, ""),
]


@pytest.mark.parametrize(("fields", "named"), LAYOUTS)
def test_an_unknown_layout_is_told_with_the_answer_that_could_not_be_read(fields: dict[str, Any], named: str) -> None:
    """Reading stopped at the last answer of that kind; another failure is told as what it is."""
    answers = tuple(answer(EvidenceKind(kind), n) for kind in ("profile", "posts", "comments") for n in (1, 2))
    look = snapshot(url="https://t.me/perviy_rayon", evidence=answers, **fields)
    seat = cases.office(tenure(since="2020", accounts=[cases.account()]))
    ends = f"t.me/perviy_rayon. Kept as evidence: {named} (auditor evidence show {named})."
    lines = notices(cases.audit(seat, looks=[look]), EN)
    assert len(lines) == bool(named)
    assert [line for line in lines if ends not in line] == []


def test_pages_of_an_unknown_form_are_told_by_route_and_counted() -> None:
    """Each once; three are named, and no more answers."""
    audit = week(strange("rayon-02", "account_exists", "posts_per_week"), strange("rayon-03", "posts_per_week"))
    (route_pages,) = unrecognised_pages(audit)
    assert (route_pages.route, route_pages.pages) == ("telegram_preview", [PAGE, "https://t.me/rayon03_glava"])
    assert route_pages.evidence_ids == ["ev-rayon02_glava-t0", "ev-rayon03_glava-t2"]
    own = week(strange("rayon-02", "posts_per_week", cause=None, message_id=f"cause.{STRANGE}"))
    assert [drift.pages for drift in unrecognised_pages(own)] == [[PAGE]]
    (line,) = notices(week(strange("rayon-02", "posts_per_week", evidence=[])), EN)
    assert "auditor evidence show" not in line
    many = [strange(f"rayon-{n:02}", "account_exists") for n in (2, 3, 13, 18)]
    (line,) = notices(week(*many), EN)
    assert (line.count("t.me/"), line.count(", …")) == (3, 2)
    assert "4 pages" in line


def test_a_control_of_an_unknown_form_is_told_before_the_pages() -> None:
    """Routes in their order; one that was dropped since is told by its key."""

    def control(route: str, cause: str | None = STRANGE) -> AuditedControl:
        about = {"network": "vk", "url": f"https://vk.com/{route}", "expected": True, "outcome": "cantTell"}
        return AuditedControl(route=route, cause=cause, **about)

    rows = [control("old_route"), control("telegram_preview"), control("vk"), control("telegram_client", "throttled")]
    audit = week(strange("rayon-02", "account_exists"), controls=rows)
    assert [route_pages.route for route_pages in unrecognised_pages(audit)] == ["vk", "telegram_preview", "old_route"]
    lines = notices(audit, EN)
    for name, line in zip(["VK", "telegram_preview", PAGE[8:], "old_route"], lines, strict=True):
        assert name in line
    assert [line for line in lines if "the control page came" not in line] == [lines[2]]


MOVED = [
    ({"renamed_to": "https://t.me/new"}, "auditor accounts confirm rayon-02 https://t.me/new --id 5 "),
    ({"taken_over_by": 6}, "(6)"),
]


@pytest.mark.parametrize(("moved", "expected"), MOVED)
def test_a_page_that_moved_is_told_with_the_command_that_mends_it(moved: dict[str, Any], expected: str) -> None:
    """Once, however many offices have it; by the place of a bound office, by the title of another."""
    moved_office = office(id=5, **moved)
    (line,) = notices(week(moved_office, moved_office), EN)
    assert line[:7] == "Второй:"
    assert expected in line
    (line,) = notices(week(moved_office.model_copy(update={"bound": False})), EN)
    assert line.startswith("глава района:")


def test_old_confirmations_are_told_in_one_line() -> None:
    """So many are named."""
    numbers = [o.id for o in sample_audit().offices if o.accounts]
    (line,) = notices(week(*(office(number, under_review=True) for number in numbers)), EN)
    assert line.count("rayon") + line.count("vk.com/id") == 12
    assert ", …" in line
    (line,) = notices(week(office(under_review=True)), EN)
    assert "365" in line
    assert "t.me/rayon02_glava" in line
    assert ", …" not in line
