"""A real browser for the report. It is closed before other tests run: its event loop does not share a thread."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.readers import make_site

NAMES = ("chromium", "chromium-browser", "google-chrome")
# The browser must speak to nobody: neither our pages nor its own services may use a network.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def program(package: str, *names: str) -> str:
    """Return where a program of one of `names` is; without one the test is skipped with a word, and fails in CI."""
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        reason = f"there is no {names[0]} here; install it with: apt-get install {package}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's chromium."""
    found = program("chromium", *NAMES)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of two invented weeks."""
    return make_site(tmp_path_factory.mktemp("reports")).parent


@dataclass
class Watched:
    """A page with everything that it said or asked for."""

    page: Page
    messages: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def outside(self) -> list[str]:
        """Requests beyond the file itself and the icon inside it."""
        return [url for url in self.requests if not url.startswith(("file://", "data:"))]


def watch(context: BrowserContext) -> Watched:
    """Open a page and listen to it."""
    watched = Watched(context.new_page())
    watched.page.on("console", lambda message: watched.messages.append(message.text))
    watched.page.on("pageerror", lambda error: watched.messages.append(str(error)))
    watched.page.on("dialog", lambda dialog: (watched.messages.append(dialog.message), dialog.dismiss()))
    watched.page.on("request", lambda request: watched.requests.append(request.url))
    return watched
