"""The PDF as chromium prints it: whole, tagged, numbered, the same twice."""

import hashlib
import re
import subprocess
import zlib
from pathlib import Path

import pytest

from auditor.audit.document import Audit, AuditedOffice
from auditor.base.i18n import Catalogue
from auditor.report.page.html import render_html
from auditor.report.pdf import print_pdf
from auditor.report.weeks.published_weeks import read_audit
from auditor.report.words import OUTCOMES
from tests.audit_samples import sample_audit
from tests.e2e.conftest import NAMES, program

A4 = (595, 842)
"""Points, rounded."""


@pytest.fixture(scope="module")
def audit() -> Audit:
    """Four of the sample's offices: one of each kind of card, and a small file."""
    week = sample_audit()
    return week.model_copy(update={"offices": [week.offices[n] for n in (0, 2, 5, 20)]})


@pytest.fixture(scope="module")
def printed(audit: Audit) -> bytes:
    return print_pdf(render_html(audit, catalogue=Catalogue("ru")), audit, browser=Path(program("chromium", *NAMES)))


def text_of(printed: bytes) -> bytes:
    """Everything in the file, its packed streams opened."""
    parts = [printed]
    for found in re.finditer(rb"/FlateDecode.*?stream\r?\n(.*?)\r?\nendstream", printed, re.DOTALL):
        try:
            parts.append(zlib.decompress(found[1]))
        except zlib.error:
            continue
    return b"\n".join(parts)


def test_it_is_the_same_twice(audit: Audit, printed: bytes) -> None:
    """Printed again, by another process in another folder: byte by byte."""
    assert print_pdf(render_html(audit, catalogue=Catalogue("ru")), audit) == printed


def test_it_is_tagged_and_speaks_its_language(printed: bytes) -> None:
    """A reader's program finds headings, tables with their heads, and an outline."""
    assert re.search(rb"/MarkInfo\s*<<[^>]*/Marked true", printed)
    assert re.search(rb"/Lang\s*\(ru\)", printed)
    for tag in (b"H1", b"H2", b"H3", b"Table", b"TH", b"TD", b"L"):
        assert re.search(rb"/S /%s\b" % tag, printed), tag
    assert b"/Outlines" in printed


def test_its_pages_are_a4_and_hold_every_card(audit: Audit, printed: bytes) -> None:
    """More pages than parts, each of the same size; every anchor of a card is a place in it."""
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert {(round(float(x)), round(float(y))) for x, y in boxes} == {A4}
    assert len(boxes) >= 5
    for office in audit.offices:
        assert f"o-{office.id}".encode() in text_of(printed)


def test_nothing_in_it_leads_to_this_machine(printed: bytes) -> None:
    """No address of the folder it was printed in, and no date but the audit's."""
    whole = text_of(printed)
    assert b"file:" not in whole
    assert b"auditor-pdf-" not in whole
    assert set(re.findall(rb"\(D:(\d{14})", printed)) == {b"20261124050000"}


@pytest.fixture(scope="module")
def proven(audit: Audit) -> Audit:
    """The same four, each with so much evidence that no card with it fits a page."""
    offices = []
    for office in audit.offices:
        named = list(office.evidence.items()) or list(audit.offices[0].evidence.items())
        address = "https://t.me/s/primer_glava_rayona?before=1234567890&padding=" + "x" * 60
        many = {
            f"ev-{office.id}-{n:02d}": named[n % len(named)][1].model_copy(
                update={"sha256": hashlib.sha256(f"{office.id}{n}".encode()).hexdigest(), "url": f"{address}{n:02d}"}
            )
            for n in range(30)
        }
        offices.append(office.model_copy(update={"evidence": many}))
    return audit.model_copy(update={"offices": offices})


def pages_of(printed: bytes, folder: Path) -> list[str]:
    """What each sheet says, without its runs of spaces."""
    reader = program("poppler-utils", "pdftotext")
    (folder / "report.pdf").write_bytes(printed)
    told = subprocess.run([reader, "-layout", "report.pdf", "-"], cwd=folder, capture_output=True, check=True)
    return [" ".join(page.split()) for page in told.stdout.decode().split("\f") if page.strip()]


def test_every_sheet_says_what_it_is_of(printed: bytes, proven: Audit, tmp_path: Path) -> None:
    """Title, week and version on each; on one that goes on with a card, whose it is and how it came out."""
    pages = pages_of(print_pdf(render_html(proven, catalogue=Catalogue("ru")), proven), tmp_path)
    digests = {row.sha256: office for office in proven.offices for row in office.evidence.values()}
    for page in pages:
        assert "Страницы глав в социальных сетях: неделя 47, 16.11.2026–22.11.2026" in page
        assert "Версия отчёта 1." in page
        for digest, office in digests.items():
            if digest[:10] in page:
                assert (office.municipality if office.bound else office.title) in page
                assert not office.bound or words_of_outcome(office) in page
    assert all(any(digest[:10] in page for page in pages) for digest in digests)


def words_of_outcome(office: AuditedOffice) -> str:
    return Catalogue("ru").gettext(OUTCOMES[office.verdict])


def test_the_demonstration_takes_fewer_than_25_sheets(demonstration: Path) -> None:
    """Twenty-seven cards with their charts, two tables and the method."""
    audit = read_audit(demonstration, "2026-W47")
    assert audit is not None
    printed = print_pdf(render_html(audit, catalogue=Catalogue("ru")), audit)
    assert len(re.findall(rb"/MediaBox", printed)) < 25
