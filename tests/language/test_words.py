"""Whether a text has five words or more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.base.snapshot import Side
from auditor.language.minimise_text import comment_fields, post_fields
from auditor.language.words import has_five_words

WORD = st.sampled_from(["да", "из-за", "№5", "10:30", "за\u0301мок", "5-й", "3,5", "Ёлка", "об’єм"])
NO_WORD = st.sampled_from(
    ["—", "🙂", "@primer_name", "[id5|Имярек Первый]", "[club7|Пример]", "https://primer.ru/a", "!"]
)


@given(st.lists(WORD, max_size=8), st.lists(NO_WORD, max_size=4))
def test_words_are_counted_without_mentions_links_and_smileys(words: list[str], others: list[str]):
    """A word has a letter or a digit; an accent or a hyphen inside parts it not."""
    assert has_five_words(" ".join([*others, *words, *others])) is (len(words) >= 5)


@pytest.mark.parametrize("text", [None, "", "Спасибо!", "[id] да да да да", "@a_b да, да, да, да 🙂"])
def test_a_short_text_has_no_five_words(text: str | None):
    """Neither has none at all."""
    assert not has_five_words(text)
    assert post_fields(text)["has_five_words"] is False


@pytest.mark.parametrize("side", Side)
def test_it_is_recorded_of_citizens_and_unknown_authors(side: Side):
    """Of the owner's side a sketch is enough, and of other bodies nothing is needed."""
    fields = comment_fields("Мост откроют в среду, приходите все", side)
    assert fields.get("has_five_words") is (True if side in {Side.CITIZEN, Side.UNKNOWN} else None)
