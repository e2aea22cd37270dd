"""One office's page, as `auditor check --format html` prints it, in a real browser."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from auditor.base.i18n import Catalogue
from auditor.report.page.html import render_html
from tests.audit_samples import hostile_audit, sample_audit
from tests.e2e.conftest import watch
from tests.e2e.test_report_browser import OPEN_ALL, SIDEWAYS, size


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A head who met the directive, one who was late, an exempt one, a voluntary seat; and hostile words."""
    folder = tmp_path_factory.mktemp("one")
    made = []
    for name, audit, number in [
        *((str(n), sample_audit(), n) for n in (1, 3, 10, 21)),
        ("hostile", hostile_audit(), 3),
    ]:
        alone = audit.model_copy(update={"offices": [audit.offices[number - 1]]})
        made.append(folder / f"{name}.html")
        made[-1].write_text(render_html(alone, catalogue=Catalogue("ru"), template="one.html"), encoding="utf-8")
    return made


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1440, "light"), (1440, "dark")])
def test_one_offices_page_is_quiet_and_accessible(browser: Browser, pages: list[Path], width: int, scheme: str) -> None:
    """No sideways scroll, no message, no request, no violation of axe; the card stands open."""
    context = browser.new_context(viewport=size(width), color_scheme=scheme)
    for path in pages:
        watched = watch(context)
        watched.page.goto(path.as_uri())
        assert watched.page.locator("details.card .todo").is_visible()
        watched.page.evaluate(OPEN_ALL)
        assert watched.page.evaluate(SIDEWAYS) == 0, path.name
        results = Axe().run(watched.page)
        assert results.violations_count == 0, (path.name, results.generate_report())
        assert watched.messages == []
        assert watched.outside() == []
        watched.page.close()
    context.close()
