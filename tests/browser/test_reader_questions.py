"""The questions that five readers bring, each answered in the folder of reports by visible words alone."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.audit_samples import sample_audit
from tests.browser.conftest import watch
from tests.browser.report_readers import READERS, Question, Reader

SOON = 30.0
"""Seconds by the model: more is no page that answers."""
CASES = [
    pytest.param(size, question, id=question.__name__, marks=[pytest.mark.thorough] if n else [])
    for size, questions in READERS.values()
    for n, question in enumerate(questions)
]
"""The first question of each reader is asked by `make test` too."""


@pytest.mark.parametrize(("size", "question"), CASES)
def test_the_folder_answers(browser: Browser, reports: Path, size: tuple[int, int], question: Question) -> None:
    """The answer is the audit document's, and is found in a few steps and screens."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page, messages = watch(context)
    page.goto((reports / "index.html").as_uri())
    reader = Reader(page)
    question(reader, sample_audit())
    assert messages == []
    assert reader.acts <= 2
    assert reader.screens <= 6, reader.depths
    assert reader.seconds < SOON, (reader.words, reader.steps)
    context.close()
