"""Reading Russian texts just far enough."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.language.words import has_text, has_words


def test_nothing_has_no_words():
    """A sticker has no text."""
    assert not has_text(None)
    assert not has_words(None)


@pytest.mark.parametrize(
    ("text", "text_there", "words_there"),
    [("Сделаем", True, True), ("5", True, True), ("👍", True, False), ("@imyarek 👍", True, False),
     ("[id1|Имярек], 👍", True, False), ("https://example.org/a", True, False), (" \n", False, False)],
)  # fmt: skip
def test_a_smiley_is_text_and_no_words(text: str, text_there: bool, words_there: bool):
    """A comment of a smiley counts as one; an answer of a smiley is none."""
    assert (has_text(text), has_words(text)) == (text_there, words_there)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["a.a-", "http://", "[id1|", "прошу ", "когда а ", "@a ", "?"])
def test_a_long_text_is_read_in_no_time(piece: str):
    """A comment made to be slow costs the run nothing."""
    has_words(piece * 20_000)


@given(st.text())
def test_any_text_is_read(text: str):
    """Nothing raises, and words are always text."""
    assert has_text(text) or not has_words(text)
