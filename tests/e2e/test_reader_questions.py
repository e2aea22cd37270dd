"""The questions that five readers bring, each answered in the folder of reports by visible words alone."""

import pytest
from playwright.sync_api import Browser

from tests.audit_samples import sample_audit
from tests.e2e.conftest import watch
from tests.e2e.readers import READERS, Question, Reader, make_site

SOON = 30.0
"""Seconds by the model: more is no page that answers."""
CASES = [(size, question) for size, questions in READERS.values() for question in questions]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page that opens the folder."""
    return make_site(tmp_path_factory.mktemp("readers")).as_uri()


@pytest.mark.parametrize(("size", "question"), CASES, ids=[question.__name__ for _, question in CASES])
def test_the_folder_answers(browser: Browser, home: str, size: tuple[int, int], question: Question) -> None:
    """The answer is the audit document's, and is found in a few steps and screens."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    watched = watch(context)
    watched.page.goto(home)
    reader = Reader(watched.page)
    assert question(reader, sample_audit())
    assert watched.messages == []
    assert reader.acts <= 2
    assert reader.screens <= 6, reader.depths
    assert reader.seconds < SOON, (reader.words, reader.steps)
    context.close()
