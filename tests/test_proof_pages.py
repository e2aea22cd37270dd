"""The page that a reader opens from a red cell: what it rests on, and how to check that without the program."""

import json
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from auditor.archive import Archive
from auditor.audit.document import Audit
from auditor.base.i18n import Catalogue
from auditor.checks import catalogue
from auditor.checks.finding import Place
from auditor.commands.proof import pack
from auditor.commands.publish import compare_published, pages_over_weeks, publish, run_weekly
from auditor.report.site import Public, proof_page
from auditor.run.session import Session
from auditor.sandbox import World
from tests.cases import TOMSK
from tests.pipeline import sandboxed


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Session, Audit]]:
    with sandboxed(World.build(), tmp_path_factory.mktemp("proofs")) as (_, session):
        audit = run_weekly(session, session.week(None), synthetic=True)[0].audit
        yield session, audit


def contested(audit: Audit) -> list[tuple[str, str]]:
    return [(o.id, f.check) for o in audit.offices for f in o.findings if f.outcome == "failed" and f.evidence]


def page_of(session: Session, audit: Audit, office: str) -> LexborHTMLParser:
    return LexborHTMLParser((session.out / proof_page(audit.week, office)).read_text(encoding="utf-8"))


def test_each_red_cell_has_a_place_of_proof_and_its_card_leads_there(published: tuple[Session, Audit]) -> None:
    """From the card and, for the directive and the practice, from the cell itself."""
    session, audit = published
    assert len(contested(audit)) > 5
    week = (session.out / audit.week / "index.html").read_text(encoding="utf-8")
    for office, check in contested(audit):
        assert page_of(session, audit, office).css_first(f"section#{check} a[href^='#ev-']") is not None
        card = (session.out / audit.week / "o" / f"{office}.html").read_text(encoding="utf-8")
        assert f'href="../{_proof(audit, office, check)}"' in card
    cells = {check.name for check in catalogue() if check.place is not Place.PAGE}
    found = [(o.id, f) for o in audit.offices for f in o.findings if f.outcome == "failed" and f.account is None]
    red = [(office, finding.check) for office, finding in found if finding.check in cells]
    assert all(f'href="{_proof(audit, *one)}"' in week for one in red if one in contested(audit))


def _proof(audit: Audit, office: str, check: str) -> str:
    return f"{proof_page(audit.week, office).removeprefix(f'{audit.week}/')}#{check}"


def test_each_answer_has_its_digest_and_its_way_to_the_root(published: tuple[Session, Audit]) -> None:
    """What the document names is there once, and each finding leads to what it rests on."""
    session, audit = published
    for office in audit.offices:
        for finding in office.findings:
            if (office.id, finding.check) in contested(audit) and finding.outcome == "failed":
                html = page_of(session, audit, office.id)
                named = [link.attributes["href"] for link in html.css(f"section#{finding.check} a[href^='#ev-']")]
                for name in finding.evidence:
                    (row,) = html.css(f"tr#{name}")
                    proof = office.evidence[name].proof
                    assert proof is not None
                    said = (name, office.evidence[name].sha256, proof.leaf, proof.root)
                    assert all(one in row.text() for one in said), name
                    assert f"#{name}" in named


def test_a_reader_finds_the_page_s_hash_in_the_export_and_checks_it(published: tuple[Session, Audit]) -> None:
    """With the page, the export and Python's library: record by record, and the way from the leaf to the root."""
    session, audit = published
    office, _ = contested(audit)[0]
    shown = {
        row.css("td")[0].text(): (row.css("td")[2].text(), [step.text() for step in row.css(".path li")])
        for row in page_of(session, audit, office).css("table.proofs tbody tr")
    }
    assert shown
    held = next(one for one in session.registry.offices if one.id == office)
    with Archive.read(session.data) as archive:
        data = pack(archive, held, audit.week, Catalogue("ru", TOMSK)).data
    records = {one["id"]: one for one in json.loads(zipfile.ZipFile(BytesIO(data)).read("records.json"))}
    for name, (digest, steps) in shown.items():
        record = records[name]
        assert record["sha256"] == digest
        assert steps[1:-1] == [":".join(step) for step in record["proof"]["path"]]
        assert steps[-1] == record["proof"]["root"]


def test_no_page_for_readers_has_a_command_of_the_operator(published: tuple[Session, Audit]) -> None:
    """A reader has no archive and no program; how to check is said without them."""
    session, _ = published
    pages = [path.read_text(encoding="utf-8") for path in session.out.rglob("*.html")]
    assert pages
    assert [page for page in pages if "auditor evidence" in page] == []


def test_published_pages_are_those_of_the_archive(published: tuple[Session, Audit]) -> None:
    """Made anew they are the same; a changed page is named."""
    session, audit = published
    with Archive.read(session.data) as archive:
        assert [line.text for line in compare_published(session, archive, session.out) if not line.harmless] == []
        page = session.out / proof_page(audit.week, contested(audit)[0][0])
        page.write_text(page.read_text(encoding="utf-8").replace("SHA-256", "SHA-512"), encoding="utf-8")
        assert [line.text.split(": ")[0] for line in compare_published(session, archive, session.out)] == [str(page)]
    publish(session, audit)
    with Archive.read(session.data) as archive:
        assert compare_published(session, archive, session.out) == []


def test_an_offices_page_leads_to_no_page_of_proof_that_is_not_there(published: tuple[Session, Audit]) -> None:
    """Its newest week may be one that 0.6 wrote; its card leads on."""
    session, audit = published
    office, _ = contested(audit)[0]
    page = session.out / proof_page(audit.week, office)
    assert f"{page.name}#" in (session.out / "o" / office / "index.html").read_text(encoding="utf-8")
    kept = page.read_bytes()
    page.unlink()
    made = dict(pages_over_weeks(session.out, session.words, Public()))
    assert "/proof/" not in made[f"o/{office}/index.html"]
    page.write_bytes(kept)


@pytest.mark.parametrize("name", ["index.html", "feed.xml", "trends.html", "data/offices.csv", "o/rayon-01/index.html"])
def test_a_page_over_all_weeks_that_was_taken_away_is_named(published: tuple[Session, Audit], name: str) -> None:
    """It is as much of the folder as a week's own."""
    session, _ = published
    kept = (session.out / name).read_bytes()
    (session.out / name).unlink()
    with Archive.read(session.data) as archive:
        said = [line for line in compare_published(session, archive, session.out) if not line.harmless]
    assert [line.text.split(": ")[0] for line in said] == [str(session.out / name)]
    (session.out / name).write_bytes(kept)


def test_a_week_of_an_older_version_is_not_called_changed_for_its_sentences(
    published: tuple[Session, Audit], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another verdict is named as ever."""
    session, audit = published
    monkeypatch.setattr("auditor.commands.publish.__version__", "99")
    path = session.out / audit.week / "audit.json"
    document = json.loads(path.read_text("utf-8"))
    finding = next(finding for office in document["offices"] for finding in office["findings"])
    finding["message"] = "as that version said it"
    try:
        assert _harmful(session, path, document) == []
        finding["outcome"] = "failed" if finding["outcome"] == "passed" else "passed"
        assert [line.split(": ")[0] for line in _harmful(session, path, document)] == [str(path)]
    finally:
        publish(session, audit)


def _harmful(session: Session, path: Path, document: object) -> list[str]:
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    with Archive.read(session.data) as archive:
        return [line.text for line in compare_published(session, archive, session.out) if not line.harmless]
