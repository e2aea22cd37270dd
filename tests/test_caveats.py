"""What is said of a week before anything else: that nobody looked, that it was judged anew, that it still runs."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from auditor.archive import Archive
from auditor.audit.document import Audit, AuditedRejudged, Turned
from auditor.audit.judge import make_audit
from auditor.base.i18n import Catalogue
from auditor.base.weeks import Week
from auditor.commands.publish import run_weekly
from auditor.registry.loader import parse_registry
from auditor.report.headline import caveats, render_text
from auditor.report.page.html import render_html
from auditor.report.post import render_post
from auditor.report.tables.xlsx_file import render_xlsx
from auditor.report.terminal.card import render_card
from auditor.report.weeks.feed import render_feed
from auditor.run.replay import replay_week
from auditor.run.session import Session
from auditor.run.week import show_week
from auditor.sandbox import World
from tests.cases import TOMSK, account, office, registry, search, tenure
from tests.pipeline import few, sandboxed
from tests.tables import render_csv
from tests.workbook import Book

RU = Catalogue("ru", TOMSK)
NOBODY = "На этой неделе страницы не проверялись: итоги по реестру и прошлым проверкам."
FIRST = "Это первая проверенная неделя"
OPEN = "Неделя ещё не закрыта"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Session, Audit]:
    """A week of the sandbox as it was published, and the session that did it."""
    with sandboxed(World.build(), tmp_path_factory.mktemp("published")) as (_, session):
        audit = run_weekly(session, Week.last_ended(session.clock(), TOMSK))[0].audit
        return session, audit


@pytest.fixture(scope="module")
def unseen(published: tuple[Session, Audit]) -> Audit:
    """A week of the spring that nobody looked at."""
    session, _ = published
    return shown(session, Week.parse("2026-W20", TOMSK))


def shown(session: Session, week: Week, later: timedelta = timedelta()) -> Audit:
    with Archive.read(session.data) as archive:
        return show_week(session, archive, week, session.clock() + later)


@pytest.mark.parametrize(
    ("quoted", "said"),
    [
        ({"accounts": [account()]}, "По реестру на 01.09.2026: часть сведений внесена после 07.06.2022."),
        ({"searches": [search("2026-08-01")]}, "По реестру на 01.08.2026: часть сведений внесена после 07.06.2022."),
        ({"known_as_of": "2026-11"}, "По реестру на 01.11.2026: часть сведений внесена после 07.06.2022."),
        ({"known_as_of": "2022-06"}, None),
    ],
    ids=["confirmation", "search", "source", "nothing"],
)
def test_a_report_as_of_a_past_day_names_the_registrys_own(quoted: dict[str, Any], said: str | None) -> None:
    """Where it quotes what was learnt after that day: a confirmation, a search, a later source for the office."""
    week = Week.parse("2022-W22", TOMSK)
    book = registry(office(tenure(**({"since": "2020", "known_as_of": "2022-05"} | quoted))))
    audit = make_audit(book, week, week.ends + timedelta(days=1), {})
    told = [line for line in caveats(audit, RU) if line.startswith("По реестру")]
    assert told == ([said] if said else [])
    assert said is None or said in render_text(audit, RU)


def without_pages(session: Session, name: str) -> Session:
    """The same session with the registry of another day: the office's pages are not on record."""
    book = yaml.safe_load(json.loads(session.registry.text)[""])
    for seat in book["offices"]:
        for one in seat.get("tenures", ()) if seat["id"] == name else ():
            one.pop("accounts", None)
    text = json.dumps(book, default=str)
    return replace(session, registry=parse_registry(text, "officials.yaml"))


def failing(audit: Audit) -> str:
    return next(o.id for o in audit.offices if o.verdict == "failed" and any(a.kind == "personal" for a in o.accounts))


def everywhere(audit: Audit) -> dict[str, str]:
    """All that travels without the page."""
    book = Book(render_xlsx(audit, catalogue=RU))
    return {
        "page": render_html(audit, catalogue=RU),
        "text": render_text(audit, RU),
        "post": render_post(audit, catalogue=RU),
        "feed": render_feed([audit], catalogue=RU),
        "csv": render_csv(audit, catalogue=RU).decode("utf-8-sig"),
        "xlsx": "\n".join(book.texts),
        "card": render_card(audit.offices[0], audit, RU, width=160),
    }


def test_a_week_that_nobody_looked_at_says_so_first_wherever_it_goes(unseen: Audit) -> None:
    """Before the count, and the outcomes that the registry gives stand."""
    assert not unseen.looked
    assert unseen.summary.bound == 20
    said = everywhere(unseen)
    assert [where for where, text in said.items() if NOBODY not in text.replace("\N{NO-BREAK SPACE}", " ")] == []
    assert said["page"].index("не проверялись") < said["page"].index("<h1")
    assert said["text"].index("не проверялись") < said["text"].index("Поручение")
    assert said["post"].index("не проверялись") < said["post"].index("Поручение")


def test_a_week_that_nobody_looked_at_is_compared_with_no_other(unseen: Audit) -> None:
    """Nothing was seen to change."""
    assert {(o.change, o.verdict_change) for o in unseen.offices} == {("neutral", None)}
    assert unseen.previous_week is None
    assert "сравнивать не с чем" in render_html(unseen, catalogue=RU)


def test_a_week_that_was_looked_at_says_nothing_of_it(published: tuple[Session, Audit]) -> None:
    """Nor that it was judged anew, nor that it is open."""
    _, audit = published
    assert audit.looked
    assert not [text for text in everywhere(audit).values() if "не проверялись: итоги" in text or "Пересчитано" in text]


def test_an_open_week_says_so_wherever_it_goes(published: tuple[Session, Audit]) -> None:
    """Its last questions can still be answered."""
    _, audit = published
    assert not [where for where, text in everywhere(audit).items() if OPEN in text]
    said = everywhere(audit.model_copy(update={"closed": False}))
    assert [where for where, text in said.items() if OPEN not in text.replace("\N{NO-BREAK SPACE}", " ")] == []


def test_as_of_its_own_moment_the_stored_audit_is_the_report(published: tuple[Session, Audit]) -> None:
    """Whatever became of the registry since."""
    session, audit = published
    other = without_pages(session, failing(audit))
    assert shown(other, Week.parse(audit.week, TOMSK)).to_json() == audit.to_json()


def test_in_another_language_it_is_judged_by_the_registry_of_the_day(published: tuple[Session, Audit]) -> None:
    """The outcomes are the published ones, in other words."""
    session, audit = published
    other = replace(without_pages(session, failing(audit)), words=Catalogue("en", TOMSK))
    told = shown(other, Week.parse(audit.week, TOMSK))
    assert (told.language, told.rejudged) == ("en", None)
    assert [(o.id, o.verdict) for o in told.offices] == [(o.id, o.verdict) for o in audit.offices]


def test_no_red_cell_vanishes_from_a_published_week_without_a_trace(published: tuple[Session, Audit]) -> None:
    """Judged anew by another registry the week names the office and what it was, wherever it goes."""
    session, audit = published
    name = failing(audit)
    told = shown(without_pages(session, name), Week.parse(audit.week, TOMSK), timedelta(hours=1))
    assert told.rejudged is not None
    assert (told.rejudged.stored_as_of, told.rejudged.offices) == (audit.as_of, [name])
    assert told.rejudged.before == {name: "failed"}
    assert told.version == audit.version
    said = {where: text for where, text in everywhere(told).items() if "итог был другим" not in text}
    assert said == {}
    assert "(не соблюдено)" in render_post(told, catalogue=RU).replace("\N{NO-BREAK SPACE}", " ")


def test_a_post_names_some_of_many_and_says_how_many_more(published: tuple[Session, Audit]) -> None:
    """The line is never left out, and leaves room for the outcomes."""
    _, audit = published
    ids = [office.id for office in audit.offices if office.bound]
    told = AuditedRejudged(stored_as_of=audit.as_of, offices=ids, before=dict.fromkeys(ids, "cantTell"))
    post = render_post(audit.model_copy(update={"rejudged": told, "closed": False}), catalogue=RU)
    line = next(line for line in post.splitlines() if "итог был другим" in line.replace("\N{NO-BREAK SPACE}", " "))
    assert line.count("(не") == 5
    assert f"и ещё {len(ids) - 5}" in line.replace("\N{NO-BREAK SPACE}", " ")
    assert "не соблюдено —" in post.replace("\N{NO-BREAK SPACE}", " ")


def test_a_first_week_is_called_that_in_the_terminal_as_on_the_page(published: tuple[Session, Audit]) -> None:
    """Not that it cannot be compared."""
    _, audit = published
    for text in (render_html(audit, catalogue=RU), render_card(audit.offices[0], audit, RU, width=160)):
        assert FIRST in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "раньше не проверялось" not in render_card(audit.offices[0], audit, RU, width=160)


def test_an_office_that_left_the_registry_is_named_too(published: tuple[Session, Audit]) -> None:
    """By the name that it had."""
    session, audit = published
    gone = next(office for office in audit.offices if office.id == failing(audit))
    book = session.registry
    left = [office for office in book.offices if office.id != gone.id]
    other = replace(session, registry=book.model_copy(update={"offices": left}))
    told = shown(other, Week.parse(audit.week, TOMSK), timedelta(hours=1))
    assert told.rejudged is not None
    assert told.rejudged.gone == {gone.id: gone.municipality}
    assert gone.municipality in render_text(told, RU).replace("\N{NO-BREAK SPACE}", " ")


def test_judged_anew_by_the_same_registry_nothing_is_said(published: tuple[Session, Audit]) -> None:
    """The document knows that it was compared."""
    session, audit = published
    told = shown(session, Week.parse(audit.week, TOMSK), timedelta(hours=1))
    assert told.rejudged is not None
    assert told.rejudged.offices == []
    assert "Пересчитано" not in render_html(told, catalogue=RU)


def test_a_week_that_is_run_again_keeps_the_trace_of_what_was_published_first(tmp_path: Path) -> None:
    """By a run with another registry, and by a third; replay makes it again; with its cause the line goes."""
    with sandboxed(World.build(), tmp_path) as (box, session):
        week = Week.last_ended(session.clock(), TOMSK)
        first = run_weekly(session, week)[0].audit
        name = failing(first)
        other = without_pages(session, name)
        for hours in (1, 2):
            box.now = session.clock() + timedelta(hours=hours)
            judged, page = run_weekly(replace(other, as_of=box.now), week)
            again = judged.audit
            assert again.rejudged is not None
            assert (again.rejudged.offices, again.rejudged.before) == ([name], {name: "failed"})
            assert again.rejudged.stored_as_of == first.as_of
            assert "итог был другим" in page.read_text(encoding="utf-8").replace("\N{NO-BREAK SPACE}", " ")
        with Archive.read(session.data) as archive:
            assert replay_week(archive, other.registry, str(week)).equal
        back = shown(session, week, timedelta(hours=3)).rejudged
        assert back is not None
        assert back.offices == []


def test_pages_that_were_only_come_to_later_are_no_correction(tmp_path: Path) -> None:
    """After a round that its budget ended: the document knows them, and no reader is told of a correction."""
    with sandboxed(few(World.build()), tmp_path) as (box, session):
        week = Week.last_ended(session.clock(), TOMSK)
        run_weekly(session, week, seconds=0.0)
        box.now += timedelta(hours=1)
        judged, page = run_weekly(replace(session, as_of=box.now), week)
        again = judged.audit
    assert again.rejudged is not None
    assert set(again.rejudged.before.values()) == {"untested"}
    assert [*caveats(again, RU)] == []
    said = page.read_text(encoding="utf-8").replace("\N{NO-BREAK SPACE}", " ")
    assert not [word for word in ("Пересчитано", "другим проверкам") if word in said]
    other = [turn.model_copy(update={"why": Turned.REGISTRY}) for turn in again.rejudged.cells]
    told = again.model_copy(update={"rejudged": again.rejudged.model_copy(update={"cells": other})})
    assert len([*caveats(told, RU)]) == 2  # the registry has changed: then it is one


def with_policy(session: Session, **values: int) -> Session:
    """The same session with other numbers in its policy."""
    book = session.registry
    policy = dict(book.policy) | {key: book.policy[key].model_copy(update={"value": n}) for key, n in values.items()}
    return replace(session, registry=book.model_copy(update={"policy": policy}))


def test_a_published_week_names_each_cell_that_a_new_rule_turns(published: tuple[Session, Audit]) -> None:
    """A higher benchmark for posts: which offices, what the cell said, what it says now, and that the rule did it."""
    session, audit = published
    told = shown(with_policy(session, posts_per_week=30), Week.parse(audit.week, TOMSK), timedelta(hours=1)).rejudged
    assert told is not None
    assert (told.rules, told.tool_version) == (["posts_per_week"], audit.tool_version)
    assert {(turn.check, turn.before, turn.why) for turn in told.cells} == {
        ("posts_per_week", "passed", "rule_changed")
    }
    passed = [o.id for o in audit.offices for f in o.findings if (f.check, f.outcome) == ("posts_per_week", "passed")]
    assert [turn.office for turn in told.cells] == passed


def test_a_cell_that_the_registry_turns_is_not_laid_on_the_rule(published: tuple[Session, Audit]) -> None:
    """The pages of one office are not on record any more; nobody's answers are told by that record any longer."""
    session, audit = published
    name = failing(audit)
    told = shown(without_pages(session, name), Week.parse(audit.week, TOMSK), timedelta(hours=1)).rejudged
    assert told is not None
    assert {turn.why for turn in told.cells} == {"registry"}
    assert {turn.office for turn in told.cells if turn.check != "comments_answered"} == {name}
    assert ("opened_by_deadline", "failed") in {(turn.check, turn.before) for turn in told.cells}


def test_a_week_of_another_version_says_that_the_rule_turned_its_cells(tmp_path: Path) -> None:
    """Stored by an older program with a red cell that this one does not give; a replay names what differs."""
    with sandboxed(World.build(), tmp_path) as (_, session):
        week = Week.last_ended(session.clock(), TOMSK)
        judged, _ = run_weekly(session, week)
        first, done = judged.audit, judged.done
        office = next(
            o for o in first.offices for f in o.findings if (f.check, f.outcome) == ("posts_per_week", "passed")
        )
        red = [
            f.model_copy(update={"outcome": "failed"}) if f.check == "posts_per_week" and f.account is None else f
            for f in office.findings
        ]
        offices = [o.model_copy(update={"findings": red}) if o.id == office.id else o for o in first.offices]
        old = first.model_copy(update={"tool_version": "0.2.0", "offices": offices})
        with Archive.open(session.data) as archive:
            archive.audits.save(str(week), done.finished_at, old.to_stored(), session.registry.text)
        told = shown(session, week, timedelta(hours=1)).rejudged
        assert told is not None
        assert told.tool_version == "0.2.0"
        assert [(t.office, t.check, t.before, t.now, t.why) for t in told.cells] == [
            (office.id, "posts_per_week", "failed", "passed", "rule_changed")
        ]
        with Archive.read(session.data) as archive:
            done = replay_week(archive, session.registry, str(week))
        assert {"posts_per_week", ""} <= {gap.check for gap in done.differences}
