"""The questions that readers bring, each answered on the page in a real browser, by visible words alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.audit_samples import sample_audit
from tests.e2e.conftest import watch
from tests.e2e.readers import QUESTIONS, Question, Reader

SOON = 30.0
"""Seconds by the model: more is no page that answers."""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    watched = watch(context)
    yield watched.page
    assert watched.messages == []
    context.close()


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.__name__)
def test_the_page_answers(page: Page, reports: Path, question: Question) -> None:
    """The answer is the audit document's, and is found in a few steps."""
    page.goto((reports / "plain.html").as_uri())
    reader = Reader(page)
    assert question(reader, sample_audit())
    assert reader.acts <= 2
    assert reader.seconds < SOON, (reader.words, reader.steps)
