"""From which day a person's deadline is counted: said where the dates beside the name do not tell."""

import re
from typing import Any

import pytest

from auditor.audit.document import Audit, AuditedOffice
from auditor.audit.judge import make_audit
from auditor.audit.words import worded
from auditor.base.i18n import Catalogue
from auditor.base.snapshot import StoredSnapshot
from auditor.report.checks_shown import advice, networks
from auditor.report.page.html import render_html
from auditor.report.terminal.card import render_card
from auditor.report.words import deadline_note
from tests.cases import NOW, TOMSK, WEEK, account, office, opened, registry, report, snapshot, tenure
from tests.tables import render_csv

RU = Catalogue("ru", TOMSK)
ACTING = {"known_from": "2022-05-31", "until": "2022-09-07", "acting": True}
ELECTED = {"since": "2022-09-07"}


def judged(*people: Any, looks: Any = ()) -> tuple[AuditedOffice, Audit]:
    rows = {look.url: [StoredSnapshot(str(WEEK), look)] for look in looks}
    audit = worded(make_audit(registry(office(*people)), WEEK, NOW, rows), RU)
    return audit.offices[0], audit


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_an_earlier_tenure_that_decides_is_named() -> None:
    """On the page and in the terminal: the dates beside the name alone would promise thirty days more."""
    one, audit = judged(tenure(**ACTING, reports=[report(by="2022-07")]), tenure(**ELECTED))
    assert one.holder is not None
    assert [(e.known_from, e.acting) for e in one.holder.earlier] == [("2022-05-31", True)]
    said = (
        "Срок считается не от 07.09.2022, а от первого дня в этой должности: исполнение обязанностей не позднее чем с "
        "31.05.2022."
    )
    assert plain(deadline_note(one, audit, RU)) == said
    assert said in plain(render_html(audit, catalogue=RU))
    assert said in " ".join(plain(render_card(one, audit, RU)).split())
    assert said in plain(render_csv(audit, catalogue=RU).decode())


def test_a_month_is_not_shown_as_its_last_day() -> None:
    """What a press report dates to July is of July."""
    for month, written in (("2022-07", "07.2022"), ("2022-04", "04.2022")):
        one, _ = judged(tenure(since="2020", reports=[report(by=month)]))
        found = one.finding("opened_by_deadline")
        assert found is not None
        assert re.search(rf"(?<!\d\.){written}", found.message)


@pytest.mark.parametrize("by", ["2022-06-20", "2022-07"])
def test_without_a_known_start_a_later_trace_is_not_called_late(by: str) -> None:
    """It hangs on the day of taking office: that is said, and a source for it asked for."""
    one, audit = judged(tenure(**ACTING, reports=[report(by=by)]), tenure(**ELECTED))
    found = one.finding("opened_by_deadline")
    assert found is not None
    assert (found.outcome, found.cause, found.message_id) == (
        "cantTell",
        "too_little_data",
        "opened_by_deadline.start_unknown",
    )
    steps = advice(one, audit, RU)
    assert not [step for step in steps if "2022" in step]
    assert steps[0].split()[1:4] == ["источник", "с", "точным"]


def test_an_earlier_tenure_known_to_the_day_gives_one_deadline() -> None:
    """Acting since April, elected in September: the directive's own deadline, and why."""
    one, audit = judged(tenure(since="2022-04-05", until="2022-09-07", acting=True), tenure(**ELECTED))
    assert one.deadline_known
    assert plain(deadline_note(one, audit, RU)) == (
        "Срок считается не от 07.09.2022, а от первого дня в этой должности: исполнение обязанностей с 05.04.2022."
    )


def test_where_the_dates_tell_it_themselves_nothing_is_added() -> None:
    """In office for years, a newcomer with a deadline of their own, or a page that was open before any deadline."""
    early = tenure(**ACTING, reports=[report(by="2022-05")])
    for people in ([tenure(since="2015")], [tenure(since="2026-11-01")], [early, tenure(**ELECTED)]):
        one, audit = judged(*people)
        assert deadline_note(one, audit, RU) == ""


def test_a_page_in_time_by_the_grace_alone_is_not_called_simply_in_time() -> None:
    """The row's own sentence says that it was a day late."""
    page = [account()]
    within, _ = judged(tenure(since="2020", accounts=page), looks=[snapshot(**opened("2022-06-01T10:00"))])
    assert [cell.said for cell in networks(within, RU) if cell.strong == "Telegram"] == ["в срок с льготой"]
    before, _ = judged(tenure(since="2020", accounts=page), looks=[snapshot(**opened("2022-05-31T10:00"))])
    assert [cell.said for cell in networks(before, RU) if cell.strong == "Telegram"] == ["в срок"]
