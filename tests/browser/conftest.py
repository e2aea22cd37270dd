"""A real browser for the report. It is closed before other tests run: its event loop does not share a thread."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.report_readers import make_site

# The browser must speak to nobody: neither our pages nor its own services may use a network.
QUIET = "--no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update"


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's chromium; without one the test is skipped with a word, and fails in CI."""
    executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if executable is None:
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("there is no chromium here; install it with: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=[*QUIET.split(), "--disable-sync"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of two invented weeks."""
    return make_site(tmp_path_factory.mktemp("reports")).parent


def watch(context: BrowserContext) -> tuple[Page, list[str]]:
    """Open a page; return it with what it says and asks for beyond the file itself and the icon inside it."""
    page, messages = context.new_page(), list[str]()
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.on("dialog", lambda dialog: (messages.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: request.url.startswith(("file://", "data:")) or messages.append(request.url))
    return page, messages
