"""t.me of the sandbox, held to saved pages of the real one."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from auditor.sandbox import Sandbox, World

SAID_BY_FACTS_ONLY = {"js-messages_more_wrap", "tgme_widget_message_error", "err_message", "body_widget_post"}
"""Classes that docs/dev/sources.md names and no saved page shows."""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(World.build()) as running:
        yield running


@pytest.fixture
def web(sandbox: Sandbox) -> Iterator[httpx.Client]:
    sandbox.faults.clear()
    sandbox.now = sandbox.world.now
    with httpx.Client(base_url=sandbox.telegram_url) as client:
        yield client


def every_page(sandbox: Sandbox, web: httpx.Client) -> Iterator[str]:
    for shown in sandbox.world.accounts:
        if shown.network != "telegram" or shown.trouble is not None:
            continue
        yield web.get(f"/{shown.name}").text
        if shown.kind == "channel" and not shown.preview_off:
            yield web.get(f"/s/{shown.name}").text
            for post in shown.posts_at(sandbox.now)[-4:]:
                yield web.get(f"/{shown.name}/{post.id}?embed=1&discussion=1&comments_limit=50").text
                yield web.get(f"/{shown.name}/{post.id}?embed=1").text


def test_every_page_says_that_it_is_synthetic(sandbox: Sandbox, web: httpx.Client) -> None:
    """So that a stored one is never taken for a real page."""
    for body in every_page(sandbox, web):
        assert "synthetic" in body
        assert len(body) > 500


def test_every_class_on_our_pages_is_on_a_real_one(sandbox: Sandbox, web: httpx.Client, shared: Path) -> None:
    """Our markup is our own, its structure is t.me's: no selector can work here and not there."""

    def classes(body: str) -> set[str]:
        return {name for found in re.findall(r'class="([^"]*)"', body) for name in found.split()}

    saved = [f.read_text(encoding="utf-8") for f in sorted((shared / "telegram" / "pages").glob("*.html"))]
    real = set().union(*map(classes, saved))
    assert set().union(*map(classes, every_page(sandbox, web))) - real <= SAID_BY_FACTS_ONLY


def test_no_sentence_of_a_real_page_is_copied(sandbox: Sandbox, web: httpx.Client, shared: Path) -> None:
    """Markup and words are written anew; only Telegram's own fixed labels recur."""

    def sentences(body: str) -> set[str]:
        tree = LexborHTMLParser(body)
        return {s.strip() for s in tree.body.text(separator="\n").split("\n") if len(s.split()) > 7}

    saved = [f.read_text(encoding="utf-8") for f in sorted((shared / "telegram" / "pages").glob("*.html"))]
    assert not set().union(*map(sentences, saved)) & set().union(*map(sentences, every_page(sandbox, web)))
