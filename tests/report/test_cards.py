"""What a template is given of an office: its findings, its history, and what they rest on."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from auditor.audit.document import Audit, AuditedEarlier, AuditedOffice, AuditedWeek
from auditor.report.cards import OfficeCard, PastWeek, Scale, last_allowed_day, office_cards
from tests.audit_samples import sample_audit

TOMSK = ZoneInfo("Asia/Tomsk")


def office(name: str, **fields: Any) -> AuditedOffice:
    return next(o for o in sample_audit().offices if o.id == name).model_copy(update=fields)


def card(name: str, previous: AuditedOffice | None = None, **fields: Any) -> OfficeCard:
    return OfficeCard(sample_audit(), office(name, **fields), previous)


def test_bound_offices_come_by_the_alphabet_and_the_others_as_they_are_on_record() -> None:
    """Under the names that readers know them by."""
    cards = office_cards(sample_audit(), {})
    bound = [c.name for c in cards if c.office.bound]
    assert bound[:3] == ["Восемнадцатый", "Восьмой", "Второй"]
    assert [c.office.id for c in cards[len(bound) :]] == ["duma-1", "duma-2"]
    assert cards[-1].name == cards[-1].long_name == "депутат вымышленной думы, место 2"
    assert cards[0].long_name == "Восемнадцатый район"
    silent = [
        c.office.id for c in cards if c.shared_finding and c.shared_finding.cause
    ]  # one finding speaks for all its like
    assert silent == ["rayon-15", "rayon-14", "rayon-16", "rayon-06"]
    assert card("rayon-18").shared_finding is None


def test_a_day_has_its_place_on_a_line_of_years() -> None:
    """One known in part counts as its first day; one beyond the line stands at its end."""
    days = ("2021", "2021-07", datetime(2023, 12, 31, tzinfo=TOMSK), date(2010, 1, 1), date(2030, 1, 1))
    assert [Scale(range(2020, 2024)).position_of(day) for day in days] == [25.05, 37.44, 99.93, 0.0, 100.0]


def test_a_line_begins_three_years_before_the_deadline() -> None:
    """It ends with the week's year, or the last day allowed to a newcomer."""
    assert card("rayon-01").scale.years == range(2019, 2027)
    late = datetime(2027, 3, 1, tzinfo=TOMSK)
    assert card("rayon-01", deadline=late).scale.years == range(2019, 2028)
    assert card("rayon-01", deadline=late).last_day == date(2027, 2, 28)
    assert last_allowed_day(sample_audit(), datetime(2022, 6, 1, tzinfo=TOMSK)) == date(2022, 5, 31)


def test_what_a_finding_rests_on_is_in_the_order_of_reading() -> None:
    """Each answer once: pages, then posts, then comments; a search and a publication are proof without any."""
    proved, searched, published = card("rayon-18"), card("rayon-05"), card("rayon-12")
    assert {"opened_by_deadline", "posts_per_week", "longest_silence"} <= {*proved.checks_with_proof}
    assert {finding.check for finding in proved.proof_findings} == {*proved.checks_with_proof}
    assert proved.checks_with_proof[:2] == ["posts_per_week", "longest_silence"], "what fails comes first"
    assert (published.office.verdict, published.checks_with_proof) == ("passed", ["opened_by_deadline"])
    kinds = [evidence.kind for evidence in card("rayon-20").evidence.values()]
    assert kinds == sorted(kinds, key=["profile", "opening", "posts", "comments", "control", "lead"].index)
    assert (searched.was_searched, searched.checks_with_proof) == (True, ["account_exists", "opened_by_deadline"])
    assert card("rayon-17").checks_with_proof == []
    assert (card("rayon-01").record_count("posts_per_week"), card("rayon-01").record_count()) == (2, 0)


def test_a_card_knows_its_pages_and_benchmarks() -> None:
    """An institution's page is not the person's."""
    first = card("rayon-01")
    assert [card(f"rayon-{n:02}").has_page for n in (1, 5)] == [True, False]
    assert not card("rayon-01", accounts=[a for a in first.office.accounts if a.kind != "personal"]).has_page
    assert [first.benchmark(check) for check in ("posts_per_week", "account_exists", "gone_check")] == [3, None, None]
    page = "https://vk.com/rayon01_glava"
    assert (first.page_finding("account_exists", page).account, first.page_finding("gone_check", page)) == (page, None)


EARLIER = [AuditedEarlier(title="глава", since="2021", until="2022-05")]


DECIDES = [
    ("rayon-03", {"since": "2022-05"}, True),
    ("rayon-03", {"since": "2021-01"}, False),  # the holder's own days end before the common deadline
    ("rayon-01", {"since": "2022-05"}, False),  # it decides nothing
    ("rayon-10", {"since": "2022-05"}, False),  # exempt
    ("duma-1", {"since": "2022-05"}, False),
]


@pytest.mark.parametrize(("name", "fields", "counted"), DECIDES)
def test_an_earlier_tenure_is_named_where_it_decides(name: str, fields: dict[str, Any], counted: bool) -> None:
    """And that decides something."""
    holder = office(name).holder
    earlier = holder.model_copy(update={"earlier": EARLIER} | fields)
    assert (card(name, holder=earlier).counted_from == EARLIER[0]) is counted
    assert card(name, holder=holder.model_copy(update={"earlier": []} | fields)).counted_from is None


def test_a_change_says_what_can_be_compared() -> None:
    """Another holder, or posts that were not known then, are no better or worse."""
    then = office("rayon-01")
    other = then.model_copy(update={"holder": then.holder.model_copy(update={"name": "Имярек Другая Дама"})})
    unseen = then.model_copy(update={"findings": [f for f in then.findings if f.check != "posts_per_week"]})
    for previous, changed, expected in (
        (then, "neutral", "neutral"),
        (other, "neutral", "incomparable"),
        (unseen, "neutral", "incomparable"),
        (None, "neutral", "neutral"),
        (other, "regression", "regression"),
    ):
        assert card("rayon-01", previous, change=changed, verdict_change=None).change == expected
    assert card("rayon-20").change == "verdict"
    assert card("rayon-05", office("rayon-05", holder=None), verdict_change=None).change == "neutral"


def test_a_history_begins_with_the_first_week_of_which_anything_is_known() -> None:
    """A published week is told as it was published; a week of another holder is marked."""
    name = office("rayon-01").holder.name
    past = [
        AuditedWeek(week="2026-W42"),
        AuditedWeek(week="2026-W43", posts=3, holder="Имярек Другая Дама"),
        AuditedWeek(week="2026-W44"),
        AuditedWeek(week="2026-W46", verdict="failed", posts=7, due=18, in_time=3, holder=name),
    ]
    now = office("rayon-01", history=past)
    week = sample_audit().model_copy(update={"offices": [now], "previous_week": "2026-W46"})
    then = week.model_copy(update={"week": "2026-W46", "offices": [office("rayon-01", verdict="passed")]})
    later = then.model_copy(update={"week": "2026-W50"})
    (shown,) = office_cards(week, {"2026-W46": then, "2026-W50": later})
    assert shown.history == (
        PastWeek("2026-W43", posts=3, other_holder=True),
        PastWeek("2026-W44"),
        PastWeek("2026-W46", "passed", 7, 18, 3, 6, published=True),
    )
    assert shown.compared_week == shown.history[-1]
    assert shown.previous == then.offices[0]
    others = now.model_copy(update={"history": [past[-1].model_copy(update={"holder": "Имярек Другая Дама"})]})
    (not_compared,) = office_cards(week.model_copy(update={"offices": [others]}), {"2026-W46": then})
    assert (not_compared.history[-1].posts, not_compared.compared_week) == (7, None), "another holder's figure"
    long = now.model_copy(update={"history": [AuditedWeek(week=f"2025-W{n:02}", posts=n) for n in range(1, 40)]})
    assert len(office_cards(Audit.model_copy(week, update={"offices": [long]}), {})[0].history) == 26


def test_the_oldest_trace_of_each_page_and_kind_is_shown() -> None:
    """Several of one source say no more."""
    first = card("rayon-01")
    finding = first.office.finding("opened_by_deadline")
    traces = finding.values["traces"]
    double = [*traces, traces[0] | {"at": (sample_audit().as_of + timedelta(days=1)).isoformat()}]
    with_double = finding.model_copy(update={"values": finding.values | {"traces": double}})
    findings = [with_double if f is finding else f for f in first.office.findings]
    assert card("rayon-01", findings=findings).traces == first.traces
    assert len(first.traces) == 2
