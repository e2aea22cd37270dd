"""Each cause that a cell shows has its step, or it is said that nothing is to be done."""

import re

import pytest

from auditor.audit.document import AuditedFinding, AuditedHolder, AuditedOffice
from auditor.base.i18n import Translator
from auditor.base.snapshot import Cause
from auditor.checks.causes import CAUSES
from auditor.commands.look_gaps import REMEDIES, Remedy, look_gaps, passing_lines, route_lines
from auditor.registry import parse_registry
from auditor.registry.gaps import Gap, GapKind, gaps_of
from auditor.registry.holders import Holder, holder_on
from tests.cases import TOMSK
from tests.registry.registry_texts import HEAD, OFFICE
from tests.registry.test_gaps import ANNA, PAGE, TODAY, confirmed, held, only_gaps

EN = Translator("en", TOMSK)
URL = "https://t.me/imyarek"


def holder_of(rest: str) -> Holder:
    holder = holder_on(parse_registry(HEAD + OFFICE + rest, "officials.yaml").offices[0], TODAY)
    assert holder is not None
    return holder


def audited(cause: Cause, check: str = "account_exists", name: str = ANNA) -> AuditedOffice:
    """An office of which a cell and its page show a cause."""
    finding = AuditedFinding(check=check, outcome="cantTell", cause=cause.value, basis="convention")
    on_page = finding.model_copy(update={"network": "telegram", "account": URL})
    place = {"id": "first", "municipality": "Первый район", "title": "глава", "group": "municipal_head"}
    return AuditedOffice(
        **place, bound=True, verdict="cantTell", holder=AuditedHolder(name=name), findings=[finding, on_page]
    )


def steps(office: AuditedOffice, rest: str) -> list[Gap]:
    return list(look_gaps(office, holder_of(rest)))


IN_OFFICE = held("since: 2026", PAGE)


@pytest.mark.parametrize("cause", Cause)
def test_each_cause_has_a_step_or_passes_by_itself(cause: Cause) -> None:
    """The registry's own gap, a step about the page, the diagnosis, or a line that nothing is to be done."""
    office = audited(cause)
    gaps = steps(office, IN_OFFICE)
    routes = list(route_lines([office], EN))
    passing = list(passing_lines(office, EN))
    remedy = REMEDIES[cause]
    if remedy is Remedy.PAGE:
        (gap,) = gaps
        assert (gap.kind, URL in EN.text(gap.text)) == (GapKind.LOOK, True)
        assert all(re.match(r"auditor [a-z].* first", command) for command in gap.commands)
    assert bool(gaps) == (remedy is Remedy.PAGE)
    assert routes[1:] == (["     $ auditor doctor"] if remedy is Remedy.ROUTE else [])
    assert routes[:1] == ([f"Telegram: {EN.text(CAUSES[cause].fill())}. Offices that it concerns: 1"] if routes else [])
    assert len(passing) == (remedy is Remedy.TIME)


def test_what_the_registry_is_the_cause_of_is_a_gap_of_the_registry() -> None:
    """A holder without a late source, a confirmation too old, two who may hold the office, an unknown start."""
    rival = (
        "    tenures:\n"
        f"      - {{name: {ANNA}, since: 2026, until: 2026-11, sources: [x]}}\n"
        "      - {name: Имярек Борис Борисович, since: 2026-11, sources: [x]}\n"
    )
    for rest, kind, command in (
        (held("since: 2020"), GapKind.HOLDER, "auditor registry fill first"),
        (confirmed("2025-01-01"), GapKind.CONFIRMATION, f"auditor accounts confirm first {URL} --how … --source …"),
        (rival, GapKind.HOLDER, "auditor registry fill first"),
        (held("known_as_of: 2026-11", PAGE), GapKind.OPENING, "auditor registry fill first"),
    ):
        first = only_gaps(rest)[0]
        assert (first.kind, first.commands) == (kind, (command,))


def test_an_opening_that_is_dated_too_roughly_asks_for_a_date() -> None:
    """No longer once a source of it is on record, and the next run judges by it."""
    office = audited(Cause.TOO_LITTLE_DATA, "opened_by_deadline")
    (gap,) = steps(office, IN_OFFICE)
    assert list(passing_lines(office, EN)) == []
    assert (gap.kind, gap.commands) == (GapKind.OPENING, ("auditor registry fill first",))
    dated = held("since: 2026", PAGE, "reports: [{network: telegram, opened_on: 2026-02, source: x}]")
    assert steps(office, dated) == []


def test_what_was_seen_of_another_holder_is_no_step() -> None:
    """The audit is of last week, and the registry of today."""
    assert steps(audited(Cause.GONE, name="Имярек Прежний Прежнев"), IN_OFFICE) == []
    registry = parse_registry(HEAD + OFFICE + IN_OFFICE, "officials.yaml")
    unseen = {"first": steps(audited(Cause.GONE), IN_OFFICE)}
    (office_gaps,) = gaps_of(registry, TODAY, unseen=unseen)
    assert [gap.kind for gap in office_gaps.gaps] == [GapKind.LOOK, GapKind.WEBSITE]
    assert office_gaps.blocking_count == 0
