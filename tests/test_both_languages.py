"""The same reports in two languages: one folder within the other, each page linked with its twin."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from auditor.archive import Archive
from auditor.audit.document import Audit
from auditor.commands.publish import compare_published, publish, run_weekly
from auditor.report.site import Public, Spot, Twin
from auditor.report.weeks.published_weeks import weeks_in
from auditor.run.session import Session
from auditor.sandbox import World
from tests.pipeline import sandboxed


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Session, Audit]]:
    """A week before the setting, and one with it."""
    with sandboxed(World.build(), tmp_path_factory.mktemp("both")) as (_, session):
        settings = replace(session.settings, report_both=True, report_url="https://reports.test")
        before = replace(session, settings=replace(settings, report_both=False))
        week = session.week(None)
        run_weekly(before, week.shift(-1), synthetic=True)
        both = replace(session, settings=settings)
        audit = run_weekly(both, week, synthetic=True)[0].audit
        yield both, audit


def read(path: Path) -> LexborHTMLParser:
    return LexborHTMLParser(path.read_text(encoding="utf-8"))


def twin_of(page: Path) -> Path | None:
    """Follow the visible link, which is the one in the head too."""
    html = read(page)
    seen = [link.attributes["href"] for link in html.css("p.twin a")]
    assert seen == [link.attributes["href"] for link in html.css("link[hreflang]")]
    return (page.parent / str(seen[0])).resolve() if seen else None


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_each_page_leads_to_its_twin_and_back(published: tuple[Session, Audit]) -> None:
    """From every kind of page, in its own words; only pages of the week before English began have no twin."""
    out = published[0].out.resolve()
    pages = [page for page in out.rglob("*.html") if "en" not in page.relative_to(out).parts]
    assert len(pages) > 60
    alone = {page for page in pages if twin_of(page) is None}
    old = str(published[0].week(None).shift(-1))
    assert alone == {page for page in pages if old in page.relative_to(out).parts}
    for page in {*pages} - alone:
        twin = twin_of(page)
        assert twin == out / "en" / page.relative_to(out)
        assert twin_of(twin) == page
        assert [tree.css("html")[0].attributes["lang"] for tree in (read(page), read(twin))] == ["ru", "en"]


def test_the_inner_folder_is_no_week_and_has_its_own_feed_and_post(published: tuple[Session, Audit]) -> None:
    """In English, with its own address and its own ids."""
    session, audit = published
    inner = session.out / "en"
    assert weeks_in(session.out) == [str(session.week(None).shift(-1)), audit.week]
    assert weeks_in(inner) == [audit.week]
    assert Audit.from_json((inner / audit.week / "audit.json").read_text(encoding="utf-8")).language == "en"
    assert f"https://reports.test/en/{audit.week}" in (inner / audit.week / "post.txt").read_text(encoding="utf-8")
    feeds = [(folder / "feed.xml").read_text(encoding="utf-8") for folder in (session.out, inner)]
    ids = [{line.strip() for line in feed.splitlines() if "<id>" in line} for feed in feeds]
    assert 'xml:lang="en"' in feeds[1]
    assert ids[0].isdisjoint(ids[1])


def test_published_again_it_has_the_same_bytes(published: tuple[Session, Audit]) -> None:
    """In both folders."""
    session, audit = published
    before = bytes_of(session.out)
    publish(session, audit)
    assert bytes_of(session.out) == before


def test_both_are_held_against_the_archive(published: tuple[Session, Audit]) -> None:
    """As they were made nothing is said; a changed page of the inner folder is named."""
    session, audit = published
    with Archive.read(session.data) as archive:
        assert [line for line in compare_published(session, archive, session.out) if not line.harmless] == []
        page = session.out / "en" / audit.week / "index.html"
        whole = page.read_text(encoding="utf-8")
        page.write_text(whole.replace("English", "Englisch").replace("По-русски", "На русском"), encoding="utf-8")
        lines = [line.text for line in compare_published(session, archive, session.out)]
        page.write_text(whole, encoding="utf-8")
    assert [line.split(": ")[0] for line in lines] == [str(page)]


def test_reports_in_the_other_language_that_end_early_are_named(
    published: tuple[Session, Audit], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The setting was turned off and the folder left: its reader would take an old week for the newest."""
    session, audit = replace(published[0], out=tmp_path / "out"), published[1]
    shutil.copytree(published[0].out, session.out)
    older = str(session.week(None).shift(-1))
    (session.out / "en" / audit.week).rename(session.out / "en" / older)
    publish(replace(session, settings=replace(session.settings, report_both=False)), audit)
    assert f"{session.out / 'en'}: AUDITOR_REPORT_BOTH is off, and this week is not added" in caplog.text
    with Archive.read(session.data) as archive:
        lines = [
            line
            for line in compare_published(session, archive, session.out)
            if line.text.startswith(f"{session.out}/en: ")
        ]
    assert len(lines) == 1
    assert older in lines[0].text
    assert lines[0].harmless


def test_a_twin_is_found_from_any_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where the program stands at the root of the disk; a page of another week has none."""
    monkeypatch.chdir("/")
    inner = Public(twin=Twin("ru", "en", "", frozenset({"2026-W47"})))
    assert inner.twin is not None
    assert inner.twin.link(Spot("2026-W47/o/a.html", "2026-W47")) == "../../../2026-W47/o/a.html"
    assert inner.twin.link(Spot("index.html", "2026-W47")) == "../index.html"
    assert inner.twin.link(Spot("2026-W46/index.html", "2026-W46")) == ""


def test_a_week_published_again_in_one_language_does_not_lead_to_its_older_twin(
    published: tuple[Session, Audit], tmp_path: Path
) -> None:
    """While both say the same, the link stays; a correction in the first language alone takes it away."""
    session, audit = published
    out = Path(shutil.copytree(session.out, tmp_path / "out")).resolve()
    alone = replace(session, out=out, settings=replace(session.settings, report_both=False))
    page, twin = out / audit.week / "index.html", out / "en" / audit.week / "index.html"
    publish(alone, audit)
    assert twin_of(page) == twin
    publish(alone, audit.model_copy(update={"version": audit.version + 1}))
    assert twin_of(page) is None
    assert twin_of(out / "index.html") is None
    assert twin_of(twin) == page


def test_a_report_clears_what_a_killed_one_left(published: tuple[Session, Audit], tmp_path: Path) -> None:
    """Else readers would find half a page, and the comparison a file that nobody speaks for."""
    session, audit = published
    session = replace(session, out=Path(shutil.copytree(session.out, tmp_path / "out")))
    scraps = [
        session.out / place for place in ("a.html.k2_9xq1z.part.html", f"en/{audit.week}/post.txt.abcd_123.part.txt")
    ]
    for scrap in scraps:
        scrap.write_text("half")
    with Archive.read(session.data) as archive:
        assert {line.text.split(":")[0] for line in compare_published(session, archive, session.out)} >= {
            str(scraps[0])
        }
        publish(session, audit)
        assert not any(scrap.exists() for scrap in scraps)
        assert compare_published(session, archive, session.out) == []
