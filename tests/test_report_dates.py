"""The line of dates: left of the deadline is in time, right is late, across it cannot be told."""

import pytest

from auditor.audit.document import Audit
from auditor.base.i18n import Catalogue
from auditor.report.page.dates import DateLine, date_line
from tests.audit_samples import sample_audit
from tests.cases import TOMSK

RU = Catalogue("ru", TOMSK)


@pytest.fixture(scope="module")
def audit() -> Audit:
    return sample_audit()


def line(audit: Audit, number: int) -> DateLine:
    drawn = date_line(audit.offices[number - 1], audit, RU)
    assert drawn is not None
    return drawn


def test_the_scale_is_the_same_on_all_cards(audit: Audit) -> None:
    """From three years before the deadline to the week's year, so that cards compare."""
    lines = [line(audit, n) for n in (1, 3, 9, 13)]
    assert {tuple(years for *_, years in drawn.years) for drawn in lines} == {tuple(range(2019, 2027))}
    assert len({drawn.deadline for drawn in lines}) == 1
    assert lines[0].label == "срок 31.05.2022"


def test_an_exact_opening_is_a_point_on_its_side(audit: Audit) -> None:
    """Early left of the line, late right of it."""
    early, late = line(audit, 1), line(audit, 3)
    assert early.strips[1].kind == late.strips[1].kind == "exact"
    assert float(early.strips[1].end) < float(early.deadline or 0) < float(late.strips[1].end)


def test_all_before_a_day_lies_across_the_line(audit: Audit) -> None:
    """Where the day comes after the deadline nothing can be told."""
    across = line(audit, 9)
    assert across.strips[1].kind == "before"
    assert float(across.strips[1].start) < float(across.deadline or 0) < float(across.strips[1].end)


def test_what_was_not_seen_is_hatched_across(audit: Audit) -> None:
    """No date is invented for a page that could not be seen."""
    strip = line(audit, 6).strips[1]
    assert (strip.kind, strip.start, strip.width, strip.text) == ("unseen", "0", "100", "дата открытия не видна")


def test_a_newcomer_has_a_line_of_their_own(audit: Audit) -> None:
    """The personal deadline replaces the common one, and a tenure in acting is dashed."""
    drawn = line(audit, 7)
    assert drawn.label == "срок 18.12.2026"
    assert drawn.strips[0].kind == "acting"


def test_a_press_report_is_drawn_too(audit: Audit) -> None:
    """It dates an opening where no address is known."""
    strip = line(audit, 12).strips[1]
    assert (strip.label, strip.kind, strip.text) == ("СМИ", "before", "VK: страница открыта 05.12.2021")


def test_nobody_in_office_has_no_line(audit: Audit) -> None:
    """A vacancy draws nothing, and a volunteer has no deadline."""
    assert date_line(audit.offices[10], audit, RU) is None
    assert line(audit, 21).deadline is None


def test_places_stay_on_the_scale(audit: Audit) -> None:
    """Whatever the dates, every mark lies between 0 and 100 per cent."""
    for office in audit.offices:
        drawn = date_line(office, audit, RU)
        for strip in drawn.strips if drawn else ():
            assert 0 <= float(strip.start) <= float(strip.end) <= 100
            assert 0 <= float(strip.width) <= 100
