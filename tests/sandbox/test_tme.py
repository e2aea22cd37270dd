"""t.me of the sandbox, held to saved pages of the real one."""

import re
from pathlib import Path

import pytest

from auditor.sandbox import World
from auditor.sandbox.state import SandboxState
from auditor.sandbox.tme.routes import TelegramWeb

SAID_BY_FACTS_ONLY = {"js-messages_more_wrap", "tgme_widget_message_error", "err_message", "body_widget_post"}
"""Classes that no saved page shows."""


@pytest.fixture(scope="module")
def pages(world: World) -> list[str]:
    """Landing pages, previews, and the newest posts with their threads."""
    comments = {"embed": "1", "discussion": "1", "comments_limit": "50"}
    web, made = TelegramWeb(SandboxState(world.accounts, world.now)), list[str]()
    for shown in world.accounts:
        if shown.network == "telegram" and shown.trouble is None:
            made.append(web.get(f"/{shown.name}", {}).body)
            if shown.kind == "channel" and not shown.preview_off:
                made.append(web.get(f"/s/{shown.name}", {}).body)
                some = shown.posts_at(world.now)[-4:]
                made += [web.get(f"/{shown.name}/{post.id}", comments).body for post in some]
    return made


def classes(pages: list[str]) -> set[str]:
    """Every class of some pages."""
    return {name for page in pages for value in re.findall(r'class="([^"]*)"', page) for name in value.split()}


def test_every_page_says_that_it_is_synthetic(pages: list[str]) -> None:
    """So that a stored one is never taken for a real page."""
    assert len(pages) > 50
    assert all("synthetic" in page and len(page) > 500 for page in pages)


def test_our_structure_is_tmes(pages: list[str], shared: Path) -> None:
    """No selector can work here and not there."""
    saved = [file.read_text(encoding="utf-8") for file in sorted((shared / "telegram" / "pages").glob("*.html"))]
    assert classes(pages) - classes(saved) <= SAID_BY_FACTS_ONLY
