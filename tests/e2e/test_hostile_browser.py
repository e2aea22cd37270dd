"""Hostile words in every place of the report and of the export's page, in a real browser, from a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, Page

from auditor.archive import Archive
from auditor.base.answers import keep
from auditor.base.i18n import Catalogue
from auditor.base.snapshot import EvidenceKind
from auditor.commands.proof import pack, write_package
from auditor.report.page.html import render_html
from tests.audit_samples import sample_registry
from tests.cases import NOW, TOMSK, WEEK, snapshot
from tests.e2e.conftest import Watched, watch
from tests.hostile import FORMULAS, HALVES, LINKS, LONG, MARKUP, STEERING, everywhere

TEXTS = [*MARKUP, *(t for t in STEERING.values() if t not in HALVES), *FORMULAS]
OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
MADE = """() => ({
    owned: window.owned,
    scripts: document.scripts.length,
    elements: document.querySelectorAll('img, iframe, object, embed, form, base, video, math, marquee,'
        + ' template, foreignObject, animate').length,
    handlers: [...document.querySelectorAll('*')].flatMap(e => [...e.attributes]).filter(a => /^on/i.test(a.name))
        .length,
    styled: document.querySelectorAll('[style]').length,
    metas: document.querySelectorAll('meta[http-equiv]').length,
    links: [...document.links].map(a => a.href),
})"""

PATIENCE = 120_000
"""Milliseconds that a page of endless words may take on a busy machine."""


@dataclass(frozen=True)
class Pages:
    """The report with hostile words, the same with endless ones, and the page of an export."""

    report: Path
    endless: Path
    export: Path
    entries: tuple[str, ...]

    def named(self, name: str) -> Path:
        return Path(getattr(self, name))


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    folder, said = tmp_path_factory.mktemp("hostile"), Catalogue("ru", TOMSK)
    for name, texts in (("report", TEXTS), ("endless", LONG)):
        audit, places = everywhere(texts, LINKS)
        assert places > len(texts)
        (folder / f"{name}.html").write_text(render_html(audit, catalogue=said), encoding="utf-8")
    registry, _ = sample_registry()
    audit, _ = everywhere(TEXTS, LINKS)
    with Archive.open(folder / "data") as archive:
        run = archive.start_run(
            week=str(WEEK), command="weekly", started_at=NOW, vantage=MARKUP[0], tool_version=MARKUP[1]
        )
        account = registry.offices[0].tenures[0].accounts[0].url.url
        for url in [account, *LINKS]:
            answer = keep(EvidenceKind.PROFILE, url, fetched_at=NOW, status=200, received=f"{MARKUP[0]}{url}".encode())
            archive.looks.save(run, str(WEEK), snapshot(url=account, evidence=(answer.evidence,)), (answer,))
        archive.finish_run(run, NOW)
        archive.audits.save(str(WEEK), NOW, audit.to_json())
        package = pack(archive, registry.offices[0], str(WEEK), said)
    write_package(package, folder / "x.zip")
    with ZipFile(folder / "x.zip") as packed:
        packed.extract("index.html", folder)
        names = tuple(packed.namelist())
    return Pages(folder / "report.html", folder / "endless.html", folder / "index.html", names)


@pytest.fixture(params=["report", "endless", "export"])
def opened(request: pytest.FixtureRequest, browser: Browser, hostile: Pages) -> Iterator[Watched]:
    context = browser.new_context(viewport={"width": 390, "height": 900})
    context.route("http://**/*", lambda route: route.abort())
    context.route("https://**/*", lambda route: route.abort())
    watched = watch(context)
    watched.page.goto(hostile.named(request.param).as_uri(), timeout=PATIENCE)
    watched.page.evaluate(OPEN_ALL)
    yield watched
    context.close()


def roused(page: Page) -> None:
    """Do all that a reader may do: point at, focus, click on whatever is no link out of the page."""
    page.evaluate(
        """() => { for (const e of document.querySelectorAll('*')) {
            for (const kind of ['mouseover', 'mouseenter', 'focus', 'toggle', 'animationstart', 'load', 'error'])
                e.dispatchEvent(new Event(kind, {bubbles: true}));
            if (!e.closest('a, summary, input')) e.click?.();
        } }"""
    )
    page.wait_for_timeout(300)


def test_nothing_runs_and_nothing_is_asked(opened: Watched) -> None:
    """No dialog, no message, no request, no script's mark, no element and no attribute that data made."""
    roused(opened.page)
    made = opened.page.evaluate(MADE)
    assert made.pop("owned", None) is None
    links = made.pop("links")
    assert made.pop("scripts") == (0 if opened.page.url.endswith("index.html") else 1)
    assert made == {"elements": 0, "handlers": 0, "styled": 0, "metas": 1}
    assert opened.messages == []
    assert opened.outside() == []
    file = opened.page.url.partition("#")[0]
    assert {url for url in links if not url.startswith(("https://", file + "#"))} == set()


def test_no_link_leads_where_its_words_do_not(opened: Watched) -> None:
    """Each link is clicked: one leads within the page, or to the web in a plain host; none runs a script."""
    page, before = opened.page, opened.page.url
    for link in page.query_selector_all("a[href]"):
        href = link.get_attribute("href") or ""
        assert href.startswith(("#", "https://", "http://")), href
        if href.startswith("#"):
            link.evaluate("a => a.click()")
    assert page.url.partition("#")[0] == before.partition("#")[0]
    assert page.evaluate("window.owned") is None
    assert opened.messages == []


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_nothing_breaks_the_layout(browser: Browser, hostile: Pages, width: int) -> None:
    """At no width does a name of any length or alphabet push the page sideways."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    for name in ("report", "endless", "export"):
        page = context.new_page()
        page.goto(hostile.named(name).as_uri(), timeout=PATIENCE)
        page.evaluate(OPEN_ALL)
        assert page.evaluate(SIDEWAYS) == 0, name
    context.close()


def test_the_policy_of_every_page_stops_what_would_get_in(browser: Browser, hostile: Pages, tmp_path: Path) -> None:
    """If markup did get in: no script, no style, no picture, no frame, no base, no form of it works."""
    put = (
        "<script>window.owned=1</script><img src=x onerror='window.owned=1'><style>h1{position:fixed}</style>"
        "<p style='position:fixed'>x</p><iframe src='https://evil.example/'></iframe><base href='https://evil.example/'>"
        "<form action='https://evil.example/'><input name=a></form>"
    )
    for name in ("report", "export"):
        spoiled = tmp_path / f"{name}.html"
        spoiled.write_text(
            hostile.named(name).read_text(encoding="utf-8").replace("</main>", f"{put}</main>"), encoding="utf-8"
        )
        context = browser.new_context()
        watched = watch(context)
        watched.page.goto(spoiled.as_uri(), timeout=PATIENCE)
        watched.page.evaluate("document.querySelector('form').submit()")
        watched.page.wait_for_timeout(300)
        assert watched.page.evaluate("window.owned") is None
        assert watched.page.evaluate("getComputedStyle(document.querySelector('h1')).position") == "static"
        assert watched.page.evaluate("document.baseURI").startswith("file:")
        assert watched.page.url == spoiled.as_uri()
        assert not [url for url in watched.outside() if "evil.example" in url]
        context.close()


def test_the_names_in_an_export_are_ours(hostile: Pages) -> None:
    """No entry is named by what somebody wrote: nothing is unpacked beside its folder."""
    assert set(hostile.entries) == {
        "SHA256SUMS", "audit.json", "checks.json", "evidence.warc.gz", "findings.json", "index.html", "records.json",
        "remarks.json", "seals.jsonl", "verify.py", "words.json",
    }  # fmt: skip
    assert all(PurePosixPath(name).parts == PureWindowsPath(name).parts for name in hostile.entries)
