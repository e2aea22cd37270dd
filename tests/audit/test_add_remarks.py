"""Statements and corrections are shown beside the findings and change none of them."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.archive import Archive
from auditor.audit.add_remarks import with_remarks
from auditor.audit.document import Audit
from auditor.base.weeks import Week
from auditor.registry.remarks import Correction, Remarks, Statement
from auditor.run.judge_week import exit_code
from tests.audit_samples import sample_audit, sample_registry
from tests.cases import NOW, WEEK

FIRST, FOLLOWED = "rayon-01", "rayon-07"
"""The seventh's holder took office within the week, on 18 November."""


BOOK, AUDIT = sample_registry()[0], sample_audit(previous=False)


def statement(office: str = FIRST, week: Week = WEEK, on: str = "2026-11-23", until: str | None = None) -> Statement:
    """Return a statement about a week of an office."""
    text_fields = {"text": "Страница открыта в срок.", "who": "пресс-служба", "source": "письмо"}
    return Statement.model_validate({"office": office, "week": str(week), "on": on, "until": until, **text_fields})


def correction(number: int, week: Week = WEEK, on: str = "2026-11-23", **of: str) -> Correction:
    """Return a correction of a week."""
    text_fields = {"text": "Было иначе.", "source": "письмо"}
    return Correction.model_validate({"number": number, "week": str(week), "on": on, **text_fields, **of})


def remarked(remarks: Remarks, contact: str = "", *, audit: Audit = AUDIT, as_of: datetime = NOW) -> Audit:
    """Return the audit with the statements and corrections that apply to it."""
    return with_remarks(audit, remarks, contact, registry=BOOK, as_of=as_of)


def shown(*statements: Statement, **options: Any) -> dict[str, list[int]]:
    """Return by office id the days of the month of the statements shown beside its findings."""
    remarked_audit = remarked(Remarks(statements=statements), **options)
    return {office.id: [s.on.day for s in office.statements] for office in remarked_audit.offices if office.statements}


def test_a_statement_stands_with_its_office_alone() -> None:
    """With who said it, when, where that can be seen, and its last day; the earlier one first."""
    both = (statement(), statement(on="2026-11-20"))
    assert shown(*both) == {FIRST: [20, 23]}
    last_statement = remarked(Remarks(statements=both)).offices[0].statements[1]
    assert (last_statement.week, last_statement.who, last_statement.source, last_statement.until) == (
        str(WEEK),
        "пресс-служба",
        "письмо",
        date(2026, 12, 21),
    )


@pytest.mark.parametrize(
    ("back", "until", "is_shown"),
    [(0, None, True), (3, None, True), (-1, None, False), (1, "2026-11-22", True), (1, "2026-11-21", False)],
)
def test_a_statement_is_shown_from_its_week_until_its_last_day(back: int, until: str | None, is_shown: bool) -> None:
    """Not before, and in no week that ends after it."""
    assert bool(shown(statement(week=WEEK.shift(-back), on="2026-11-16", until=until))) is is_shown


def test_what_is_said_after_the_moment_is_not_known_yet() -> None:
    """A report made again as of an earlier moment is the same, whatever was said since."""
    moment = datetime(2026, 11, 23, 16, 59, tzinfo=UTC)  # 23:59 of the 23rd in Tomsk
    assert not shown(statement(on="2026-11-24"), as_of=moment)
    assert shown(statement(on="2026-11-24"), as_of=moment + timedelta(minutes=1))


def test_words_are_those_of_whoever_holds_the_office_since() -> None:
    """A successor does not inherit them; what was said while nobody held it stays while nobody does."""
    earlier, after = statement(FOLLOWED, WEEK.shift(-1), on="2026-11-16"), statement(FOLLOWED)
    assert shown(earlier) == {}
    assert shown(earlier, after) == {FOLLOWED: [23]}
    vacant = next(o.id for o in AUDIT.offices if o.vacancy)
    assert shown(statement(vacant, WEEK.shift(-1), on="2026-11-16")) == {vacant: [16]}
    first_office, *others = AUDIT.offices
    successor_office = first_office.model_copy(
        update={"holder": first_office.holder.model_copy(update={"name": "Имярек Яков Яковлевич"})}
    )
    assert shown(statement(), audit=AUDIT.model_copy(update={"offices": [successor_office, *others]})) == {}


def test_corrections_are_the_weeks_own_by_number_and_make_the_version() -> None:
    """Not those of other weeks or not made yet; a document of one office holds its own, and the report's version."""
    remarks = Remarks(
        corrections=(
            correction(7, office=FIRST, check="posts_per_week"),
            correction(3),
            correction(4, WEEK.shift(-1)),
            correction(5, office="rayon-02"),
            correction(9, on="2026-12-01"),
        )
    )
    remarked_audit = remarked(remarks, "press@example.invalid")
    corrections = [(c.number, c.office, c.check) for c in remarked_audit.corrections]
    assert corrections == [(3, None, None), (5, "rayon-02", None), (7, FIRST, "posts_per_week")]
    assert (remarked_audit.version, remarked_audit.contact) == (4, "press@example.invalid")
    alone = remarked(remarks, audit=AUDIT.model_copy(update={"offices": AUDIT.offices[:1]}))
    assert ([c.number for c in alone.corrections], alone.version) == ([3, 7], 4)
    assert remarked(Remarks()) == AUDIT


WEEKS = st.integers(-30, 5).map(WEEK.shift)
DAYS = st.dates(date(2026, 5, 1), date(2027, 1, 31)).map(str)
OFFICES = st.sampled_from([FIRST, FOLLOWED, "rayon-20", "duma-1"])
STATEMENTS = st.builds(statement, OFFICES, WEEKS, DAYS, st.none() | DAYS)
CORRECTIONS = st.builds(correction, st.integers(1, 99), WEEKS, DAYS) | st.builds(correction, st.just(7), office=OFFICES)


@given(st.lists(STATEMENTS, max_size=8).map(tuple), st.lists(CORRECTIONS, max_size=6).map(tuple))
def test_what_is_said_changes_no_finding(
    statements: tuple[Statement, ...], corrections: tuple[Correction, ...]
) -> None:
    """Taken away again, the document is the one that it was; and what is shown holds in its week."""
    remarked_audit = remarked(Remarks(statements, corrections), "сюда")
    offices = [office.model_copy(update={"statements": []}) for office in remarked_audit.offices]
    bare = {"offices": offices, "corrections": [], "version": 1, "contact": ""}
    assert remarked_audit.model_copy(update=bare) == AUDIT
    assert exit_code(remarked_audit) == exit_code(AUDIT)
    assert all(s.until >= WEEK.last_day and s.week <= str(WEEK) for o in remarked_audit.offices for s in o.statements)
    assert remarked_audit.version == 1 + len(remarked_audit.corrections)


def test_published_weeks_show_what_was_said_and_the_stored_ones_hold_nothing_of_it(five_weeks: Path) -> None:
    """The demonstration has a statement that holds, one that ended with its head, and corrections of two weeks."""
    paths = five_weeks.glob("reports/*/audit.json")
    published = {path.parent.name: Audit.from_json(path.read_text(encoding="utf-8")) for path in paths}
    office_ids = [[o.id for o in published[week].offices if o.statements] for week in sorted(published)]
    assert office_ids[-2:] == [["rayon-04", "rayon-19"], ["rayon-04"]]
    assert (published[max(published)].version, len(published[max(published)].corrections)) == (2, 1)
    with Archive.read(five_weeks / "data") as archive:
        for week, audit in published.items():
            text = archive.audits.text(week) or ""
            assert Audit.from_json(text).corrections == []
            assert not [s.text for o in audit.offices for s in o.statements if s.text in text]
