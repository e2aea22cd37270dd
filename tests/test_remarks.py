"""What officials say is shown beside the findings and changes none of them."""

import json
import re
import shutil
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from auditor.archive import Archive
from auditor.audit.document import Audit, AuditedOffice
from auditor.audit.remarks import with_remarks
from auditor.audit.words import worded
from auditor.base.i18n import Catalogue
from auditor.base.weeks import Week
from auditor.commands.demo import run_demo
from auditor.registry import Registry
from auditor.registry.remarks import Correction, Remarks, Statement
from auditor.run.week import exit_code
from tests.audit_samples import sample_audit, sample_registry
from tests.cases import NOW, TOMSK, WEEK
from tests.command import auditor
from tests.hostile import LINKS, MARKUP
from tests.pages import whole

FIRST, FOLLOWED = "rayon-01", "rayon-07"
"""The seventh's holder took office within the week, on 18 November; the eighth's predecessor left the day before."""


@pytest.fixture(scope="module")
def registry() -> Registry:
    return sample_registry()[0]


@pytest.fixture(scope="module")
def audit() -> Audit:
    return sample_audit(previous=False)


def statement(office: str = FIRST, week: Week = WEEK, on: str = "2026-11-23", until: str | None = None) -> Statement:
    said = {"office": office, "week": str(week), "on": on, "until": until}
    return Statement.model_validate(
        said | {"text": "Страница открыта в срок.", "who": "пресс-служба", "source": "письмо"}
    )


def correction(number: int, week: Week = WEEK, on: str = "2026-11-23", **of: str) -> Correction:
    fields = {"number": number, "week": str(week), "on": on, "text": "Было иначе.", "source": "письмо"}
    return Correction.model_validate(fields | of)


def shown(audit: Audit, registry: Registry, *said: Statement, as_of: datetime = NOW) -> dict[str, list[str]]:
    """Return by office the texts shown beside its findings."""
    done = with_remarks(audit, Remarks(statements=said), registry=registry, as_of=as_of)
    return {office.id: [s.text for s in office.statements] for office in done.offices if office.statements}


def bare(document: Audit) -> Audit:
    """Return a document without what was said to it, and the proofs that are shown of what is contested."""
    offices = [
        office.model_copy(
            update={
                "statements": [],
                "evidence": {name: e.model_copy(update={"proof": None}) for name, e in office.evidence.items()},
            }
        )
        for office in document.offices
    ]
    return document.model_copy(update={"offices": offices, "corrections": [], "version": 1, "contact": ""})


def test_a_statement_stands_with_its_office_alone(audit: Audit, registry: Registry) -> None:
    """With who said it, when, where that can be seen, and its last day."""
    done = with_remarks(audit, Remarks(statements=(statement(),)), registry=registry, as_of=NOW)
    (office,) = [o for o in done.offices if o.statements]
    assert office.id == FIRST
    (said,) = office.statements
    assert (said.week, said.who, said.on, said.source) == (str(WEEK), "пресс-служба", date(2026, 11, 23), "письмо")
    assert said.until == date(2026, 12, 21)


@pytest.mark.parametrize(
    ("week", "until", "there"),
    [
        (WEEK, None, True),
        (WEEK.shift(-3), None, True),
        (WEEK.shift(1), None, False),
        (WEEK.shift(-1), "2026-11-22", True),
        (WEEK.shift(-1), "2026-11-21", False),
    ],
)
def test_a_statement_is_shown_from_its_week_until_its_last_day(
    audit: Audit, registry: Registry, week: Week, until: str | None, there: bool
) -> None:
    """Not before, and in no week that ends after it."""
    said = statement(week=week, on="2026-11-16", until=until)
    assert bool(shown(audit, registry, said)) is there


def test_what_is_said_after_the_moment_is_not_known_yet(audit: Audit, registry: Registry) -> None:
    """A report made again as of an earlier moment is the same, whatever was said since."""
    moment = datetime(2026, 11, 23, 16, 59, tzinfo=UTC)  # 23:59 of the 23rd in Tomsk
    assert not shown(audit, registry, statement(on="2026-11-24"), as_of=moment)
    assert shown(audit, registry, statement(on="2026-11-24"), as_of=moment + timedelta(minutes=1))


def test_a_successor_does_not_inherit_what_was_said(audit: Audit, registry: Registry) -> None:
    """The holder's week counts; the same statement about the successor's own week is the successor's."""
    before, after = statement(FOLLOWED, WEEK.shift(-1), on="2026-11-16"), statement(FOLLOWED)
    assert shown(audit, registry, before) == {}
    assert list(shown(audit, registry, before, after)) == [FOLLOWED]
    assert len(shown(audit, registry, before, after)[FOLLOWED]) == 1


def test_a_vacant_office_may_say_something_too(audit: Audit, registry: Registry) -> None:
    """What was said while nobody held it stays while nobody does."""
    vacant = next(o.id for o in audit.offices if o.vacancy)
    assert list(shown(audit, registry, statement(vacant, WEEK.shift(-1), on="2026-11-16"))) == [vacant]


def test_words_stand_beside_no_other_name(audit: Audit, registry: Registry) -> None:
    """Where a stored document names somebody else than the registry of now does, nobody's words are put to it."""

    def renamed(office: AuditedOffice) -> AuditedOffice:
        other = office.holder and office.holder.model_copy(update={"name": "Имярек Яков Яковлевич"})
        return office.model_copy(update={"holder": other})

    stored = audit.model_copy(update={"offices": [renamed(office) for office in audit.offices]})
    assert shown(stored, registry, statement()) == {}


def test_corrections_are_the_weeks_own_by_number_and_make_the_version(audit: Audit, registry: Registry) -> None:
    """Those of other weeks, and those not made yet, do not count."""
    made = (
        correction(7, office=FIRST, check="posts_per_week"),
        correction(3),
        correction(4, WEEK.shift(-1)),
        correction(9, on="2026-12-01"),
    )
    done = with_remarks(audit, Remarks(corrections=made), "press@example.invalid", registry=registry, as_of=NOW)
    assert [(c.number, c.office, c.check) for c in done.corrections] == [(3, None, None), (7, FIRST, "posts_per_week")]
    assert (done.version, done.contact) == (3, "press@example.invalid")
    assert with_remarks(audit, Remarks(), registry=registry, as_of=NOW).version == 1


def test_a_document_of_one_office_holds_its_own_corrections_and_the_reports_version(
    audit: Audit, registry: Registry
) -> None:
    """As `check` prints it."""
    one = audit.model_copy(update={"offices": audit.offices[:1]})
    made = (correction(1, office="rayon-02"), correction(2), correction(3, office=FIRST))
    done = with_remarks(one, Remarks(corrections=made), registry=registry, as_of=NOW)
    assert ([c.number for c in done.corrections], done.version) == ([2, 3], 4)


def test_words_that_mean_harm_are_words_on_the_page(audit: Audit, registry: Registry) -> None:
    """No element, attribute or link of the page is made by a statement or a correction."""

    def page(texts: list[str]) -> LexborHTMLParser:
        said = tuple(statement().model_copy(update={"text": t, "who": t, "source": t}) for t in texts)
        made = tuple(
            correction(n + 1, office=FIRST).model_copy(update={"text": t, "source": t}) for n, t in enumerate(texts)
        )
        done = with_remarks(audit, Remarks(said, made), texts[0], registry=registry, as_of=NOW)
        return LexborHTMLParser(whole(done, Catalogue("ru", TOMSK)))

    plain, hostile = page(["слово"]), page([*MARKUP, *LINKS])
    for name in ("script", "style", "img", "iframe", "form", "meta"):
        assert len(hostile.css(name)) == len(plain.css(name)), name
    assert {a for node in hostile.css("*") for a in node.attributes} <= {
        a for node in plain.css("*") for a in node.attributes
    }
    assert MARKUP[0] in hostile.root.text()
    links = {node.attributes.get("href") or "" for node in hostile.css("a")}
    assert not [link for link in links if not re.match(r"https?://[a-z0-9.-]+(?:[/?]|$)|#|mailto:|[a-z0-9.]", link)]


WEEKS = st.integers(-30, 5).map(WEEK.shift)
DAYS = st.dates(date(2026, 5, 1), date(2027, 1, 31))
OFFICES = [f"rayon-{n:02d}" for n in range(1, 21)] + ["duma-1", "duma-2"]
SAID = st.builds(
    lambda office, week, on, until: statement(office, week, str(on), until and str(until)),
    st.sampled_from(OFFICES),
    WEEKS,
    DAYS,
    st.none() | DAYS,
)
PUT_RIGHT = st.builds(
    lambda n, week, on, office: correction(n, week, str(on), **({"office": office} if office else {})),
    st.integers(1, 99),
    WEEKS,
    DAYS,
    st.none() | st.sampled_from(OFFICES),
)


@settings(max_examples=25)
@given(said=st.lists(SAID, max_size=12), put_right=st.lists(PUT_RIGHT, max_size=6))
def test_whatever_is_said_no_outcome_and_no_finding_changes(
    audit: Audit, registry: Registry, said: list[Statement], put_right: list[Correction]
) -> None:
    """Taken away again, the document is the one that it was; and what is shown holds in its week."""
    remarks = Remarks(tuple(said), tuple(put_right))
    done = with_remarks(audit, remarks, "сюда", registry=registry, as_of=NOW)
    assert bare(done) == audit
    assert exit_code(done) == exit_code(audit)
    assert all(s.until >= WEEK.last_day and s.week <= str(WEEK) for o in done.offices for s in o.statements)
    assert done.version == 1 + len(done.corrections)
    assert Audit.from_json(done.to_json()) == done


# The commands ----------------------------------------------------------------------------------------------------

STATEMENTS = """\
statements:
  - office: rayon-05
    week: 2026-W46
    text: Страница была открыта раньше, документы направлены.
    who: пресс-служба Пятого района
    on: 2026-11-20
    source: письмо от 20.11.2026
"""
CORRECTIONS = """\
corrections:
  - {number: 1, week: 2026-W46, text: Было иначе., on: 2026-11-20, source: письмо}
  - {number: 2, week: 2026-W47, office: rayon-05, text: И тут., on: 2026-11-24, source: письмо}
  - {number: 3, week: 2026-W47, office: rayon-04, text: И там., on: 2026-11-24, source: письмо}
"""
AS_OF = ("--as-of", "2026-11-24T12:00+07:00")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two audited weeks of the demonstration; what its own people say is kept aside."""
    folder = tmp_path_factory.mktemp("demo")
    run_demo(folder, seed=2022, weeks=2)
    for name in ("statements.yaml", "corrections.yaml"):
        (folder / name).rename(folder / f"invented-{name}")
    return folder


@pytest.fixture
def spoken(demo: Path, tmp_path: Path) -> Path:
    """The same, with a statement and corrections beside the registry."""
    folder = Path(shutil.copytree(demo, tmp_path / "demo"))
    (folder / "statements.yaml").write_text(STATEMENTS, encoding="utf-8")
    (folder / "corrections.yaml").write_text(CORRECTIONS, encoding="utf-8")
    return folder


def ran(folder: Path, *command: str, env: dict[str, str] | None = None):
    return auditor(*command, "--data", "data", cwd=folder, env=env)


def document(folder: Path, out: str, week: str = "2026-W47") -> Audit:
    return Audit.from_json((folder / out / week / "audit.json").read_text(encoding="utf-8"))


def test_the_demonstration_shows_a_statement_that_holds_one_that_ended_and_a_correction(demo: Path) -> None:
    """The head of the nineteenth left between the two weeks; the first of them was judged again with the second."""
    before, after = document(demo, "reports", "2026-W46"), document(demo, "reports")
    assert [o.id for o in before.offices if o.statements] == ["rayon-04", "rayon-19"]
    assert [o.id for o in after.offices if o.statements] == ["rayon-04"]
    assert [[c.number for c in week.corrections] for week in (before, after)] == [[1], [2]]
    assert (after.version, after.corrections[0].office) == (2, "rayon-03")


def test_a_report_made_again_shows_what_was_said_and_judges_the_same(demo: Path, spoken: Path) -> None:
    """Outcomes, findings and the exit code are those of before; the contact is the setting's."""
    plain = ran(demo, "report", "-q", "--out", "plain", *AS_OF)
    done = ran(spoken, "report", "-q", "--out", "spoken", *AS_OF, env={"AUDITOR_CONTACT": "press@example.invalid"})
    assert (done.code, done.err) == (plain.code, "")
    before, after = document(demo, "plain"), document(spoken, "spoken")
    assert bare(after) == bare(before)
    assert [(o.id, len(o.statements)) for o in after.offices if o.statements] == [("rayon-05", 1)]
    assert ([c.number for c in after.corrections], after.version, after.contact) == ([2, 3], 3, "press@example.invalid")


def test_a_withdrawn_week_is_a_notice_and_no_mistake(spoken: Path) -> None:
    """What was published before is as it was made, with the remarks of then; with every week withdrawn notices stay."""
    where = ("--out", "reports", *AS_OF)
    assert ran(spoken, "report", "-q", *where).code == 1
    entry = "  - {{week: {}, on: 2026-11-20, reason: Реестр был неверен.}}\n"
    book = spoken / "corrections.yaml"
    book.write_text(CORRECTIONS + "withdrawn:\n" + entry.format("2026-W46"), encoding="utf-8")
    before = ran(spoken, "evidence", "verify", "--published", "reports")
    told = [line for line in before.out.splitlines() if line.startswith("reports")]
    assert (before.code, len(told), "с другими заявлениями" in told[0]) == (3, 1, True), before.out
    assert ran(spoken, "report", "-q", *where).code == 1
    assert [path.name for path in (spoken / "reports/2026-W46").iterdir()] == ["index.html"]
    assert "Реестр был неверен." in (spoken / "reports/2026-W46/index.html").read_text("utf-8")
    assert ran(spoken, "evidence", "verify", "--published", "reports").code == 0
    with book.open("a", encoding="utf-8") as file:
        file.write(entry.format("2026-W47"))
    done = ran(spoken, "report", "-q", *where)
    assert (done.code, done.err) == (1, "")
    assert {path.name for path in (spoken / "reports").iterdir() if path.name != "look"} == {
        "index.html", "feed.xml", "published.json", "2026-W46", "2026-W47",
    }  # fmt: skip
    assert [path.name for path in (spoken / "reports/2026-W47").iterdir()] == ["index.html"]
    assert ran(spoken, "evidence", "verify", "--published", "reports").code == 0


def test_a_report_that_names_nobody_to_write_to_says_so(spoken: Path) -> None:
    """In one line before it publishes; with a contact nothing is said."""
    silent, told = (
        ran(spoken, "report", "--out", "reports", *AS_OF, env={"AUDITOR_CONTACT": contact} if contact else None)
        for contact in ("", "press@example.invalid")
    )
    assert (silent.code, silent.err.count("\n"), "AUDITOR_CONTACT" in silent.err) == (1, 1, True), silent.err
    assert (told.code, told.err) == (1, "")


def test_the_card_and_its_document_hold_what_was_said(spoken: Path) -> None:
    """`check` shows its office's statements and corrections."""
    done = ran(spoken, "check", "rayon-05", "--offline", "--json", *AS_OF)
    (office,) = Audit.from_json(done.out).offices
    assert [s.who for s in office.statements] == ["пресс-служба Пятого района"]
    assert [c.number for c in Audit.from_json(done.out).corrections] == [2]


def test_an_export_carries_what_was_said_and_the_sealed_audit_as_it_is(spoken: Path, tmp_path: Path) -> None:
    """In a file of its own and on the page; of other offices nothing."""
    path = tmp_path / "x.zip"
    done = ran(spoken, "evidence", "export", "rayon-05", "--week", "2026-W47", "--to", str(path), *AS_OF)
    assert done.code == 0, done.err
    with zipfile.ZipFile(path) as package:
        said, page = json.loads(package.read("remarks.json")), package.read("index.html").decode()
        sealed = package.read("audit.json").decode()
    assert [s["text"] for s in said["statements"]] == ["Страница была открыта раньше, документы направлены."]
    assert ([c["number"] for c in said["corrections"]], said["version"]) == ([2], 3)
    assert "документы направлены" in page
    assert "Исправление №\xa02 от 24.11.2026" in page
    assert "И там." not in page
    with Archive.read(spoken / "data") as archive:
        assert archive.audits.text("2026-W47") == sealed


NOWHERE = {
    "AUDITOR_TELEGRAM_WEB_URL": "http://127.0.0.1:9",
    "AUDITOR_VK_API_URL": "http://127.0.0.1:9",
    "AUDITOR_TELEGRAM_WEB_INTERVAL": "0",
}
"""Every network out of reach."""


def test_weekly_publishes_what_was_said_and_stores_nothing_of_it(spoken: Path) -> None:
    """The document beside the page has it, the one in the archive has not: it is made again equal, its seals hold."""
    done = ran(spoken, "weekly", "-q", "--week", "2026-W47", "--out", "out", *AS_OF, env=NOWHERE)
    assert done.code in {0, 1, 3}, done.err
    published = document(spoken, "out")
    assert (published.version, [o.id for o in published.offices if o.statements]) == (3, ["rayon-05"])
    with Archive.read(spoken / "data") as archive:
        stored = archive.audits.text("2026-W47")
    assert stored is not None
    assert worded(Audit.from_json(stored), Catalogue("ru", TOMSK)) == bare(published).model_copy(update={"seal": ""})
    assert "документы направлены" not in stored
    replayed = ran(spoken, "evidence", "verify", "--replay", "--week", "2026-W47")
    assert (replayed.code, replayed.err) == (0, "")
    assert ran(spoken, "evidence", "verify").code == 0
