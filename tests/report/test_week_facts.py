"""A week as a whole: how many of how many, and what became of what was published."""

from datetime import date
from typing import Any

import pytest

from auditor.audit.document import Audit, AuditedCellChange, AuditedControl, AuditedRejudged, CellChangeReason
from auditor.report import week_facts
from auditor.report.cards import office_cards
from tests.audit_samples import sample_audit
from tests.cases import NOW
from tests.report.read_report import EN, RU

DIRECTIVE, EXISTS, POSTS = "opened_by_deadline", "account_exists", "posts_per_week"


def test_a_week_is_counted_over_the_bound_offices() -> None:
    """What could not be seen is in none of the counts, and how much that is stands beside them."""
    answered = week_facts.Measure(3 * 5 + 1 + 39, 18 + 9 + 12 + 4 + 73 + 16, late=6 + 9 + 17 + 7, unknown=4)
    posting = week_facts.Measure(8, 10, unknown=10)
    opened = week_facts.Measure(8, 20, open=6)
    assert week_facts.measures(sample_audit()) == {"opened": opened, "posting": posting, "answered": answered}


def test_it_is_told_how_much_is_known() -> None:
    """Of the bound offices the heads, the pages and the practice; a stale head is not known."""
    counts = week_facts.coverage(office_cards(sample_audit(), {}))
    assert (counts["bound"], counts["heads"], counts["pages"], counts["judged"]) == (20, 19, 14, 10)
    stale = sample_audit().map_offices(lambda office: office.model_copy(update={"verdict_cause": "stale_holder"}))
    assert week_facts.coverage(office_cards(stale, {}))["heads"] == 0


def test_weeks_in_a_row_begin_with_the_first_published() -> None:
    """But so many; one that nobody audited is among them."""
    audit = sample_audit()
    assert week_facts.weeks_up_to("2026-W47", {"2026-W45": audit}, 9) == ["2026-W45", "2026-W46", "2026-W47"]
    assert week_facts.weeks_up_to("2026-W47", {"2026-W45": audit}, 2) == ["2026-W46", "2026-W47"]
    assert week_facts.weeks_up_to("2026-W47", {}, 9) == ["2026-W47"]
    assert week_facts.weeks_up_to("2027-W01", {"2026-W52": audit}, 9) == ["2026-W52", "2026-W53", "2027-W01"]


def test_the_newest_day_that_the_registry_tells_of_is_known() -> None:
    """Of a confirmation, a search, a holder; None where it tells of none."""
    assert week_facts.recorded_on(sample_audit()) == date(2026, 11, 18)
    assert week_facts.recorded_on(sample_audit().model_copy(update={"offices": []})) is None
    bare = {"accounts": [], "searches": [], "holder": None}
    for keep, day in (("accounts", 2), ("searches", 18), ("holder", 1)):
        emptied = {key: value for key, value in bare.items() if key != keep}
        only = sample_audit().map_offices(lambda office, gone=emptied: office.model_copy(update=gone))
        assert week_facts.recorded_on(only) == date(2026, 11, day)


def test_the_first_failed_control_of_each_route_is_told() -> None:
    """One that came out right tells nothing."""

    def control(route: str, url: str, outcome: str) -> AuditedControl:
        return AuditedControl(network="vk", route=route, url=url, expected=True, outcome=outcome)

    rows = [control("vk", "a", "passed"), control("vk", "b", "cantTell"), control("vk", "c", "failed")]
    audit = sample_audit().model_copy(update={"controls": [*rows, control("telegram_preview", "d", "failed")]})
    assert [control.url for control in week_facts.failed_controls(audit)] == ["b", "d"]


TURNS = [
    (POSTS, None, "failed", CellChangeReason.RULE, True),
    (POSTS, "https://t.me/x", "failed", CellChangeReason.RULE, False),  # a page's own practice
    (EXISTS, "https://t.me/x", "cantTell", CellChangeReason.EVIDENCE, True),
    (EXISTS, "https://t.me/x", "inapplicable", CellChangeReason.EVIDENCE, False),  # a first look
    (EXISTS, "https://t.me/x", "untested", CellChangeReason.EVIDENCE, False),
    (EXISTS, None, "inapplicable", CellChangeReason.EVIDENCE, True),
    (EXISTS, None, "untested", CellChangeReason.RULE, True),
    ("gone_check", "https://t.me/x", "failed", CellChangeReason.RULE, False),
]


@pytest.mark.parametrize(("check", "account", "before", "why", "shown"), TURNS)
def test_a_cell_that_says_another_thing_is_told(
    check: str, account: Any, before: str, why: CellChangeReason, shown: bool
) -> None:
    """Unless nothing was said before, as of a page that was only come to later."""
    change = AuditedCellChange(office="rayon-01", check=check, account=account, before=before, now="passed", why=why)
    first = {"rayon-01": "untested", "rayon-02": "failed"}
    rejudged = AuditedRejudged(stored_as_of=NOW, offices=[*first, "duma-1"], before=first, cells=[change])
    audit = sample_audit().model_copy(update={"rejudged": rejudged})
    assert week_facts.cell_changes(audit) == ([change] if shown else [])
    others = {"rayon-02": "failed", "duma-1": None}
    assert week_facts.changed_verdicts(audit) == others | ({"rayon-01": "untested"} if shown else {})
    assert (week_facts.changed_verdicts(sample_audit()), week_facts.cell_changes(sample_audit())) == ({}, [])


def test_why_a_check_could_tell_nothing_is_counted() -> None:
    """By cause, the most frequent first; what was not tested is among them."""
    untold = dict(week_facts.untold_causes(sample_audit(), DIRECTIVE))
    assert (untold["blocked"], untold["throttled"]) == (1, 1)
    assert "untested" in untold
    assert {"passed", "failed", "inapplicable"}.isdisjoint(untold)
    counts = [n for _, n in week_facts.untold_causes(sample_audit(), POSTS)]
    assert counts == sorted(counts, reverse=True)


def test_every_page_is_told_the_same_facts(two: list[Audit]) -> None:
    """The offices by outcome and by change, the week in words, the week before where a reader can be shown it."""
    earlier, later = two
    facts = week_facts.week_facts(later, {audit.week: audit for audit in two}, RU)
    assert all(len(cards) == getattr(later.summary, outcome) for outcome, cards in facts.by_outcome.items())
    assert sum(map(len, facts.by_change.values())) == len(facts.bound) == 20
    assert (facts.number, facts.last_day) == (47, date(2022, 5, 31))
    assert (facts.previous, facts.previous_measures) == (earlier, week_facts.measures(earlier))
    assert week_facts.week_facts(later, {}, RU).previous is None
    last = later.model_copy(update={"week": "2026-W49"})
    spans = [week_facts.week_facts(audit, {}, words).span for audit in (later, last) for words in (RU, EN)]
    assert spans[:2] == ["16–22.11.2026", "16–22 Nov 2026"]
    assert spans[2:] == ["30.11.2026–06.12.2026", "30 Nov 2026–6 Dec 2026"]
