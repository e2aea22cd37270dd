"""Which comments of one author have the same words, however they are typed (section 5, Comments)."""

import unicodedata

import pytest

from auditor.probes.comment_reader import CommentAuthor, CommentReader
from tests.cases import NOW
from tests.fairness.talk import answered, channel, post, question, questions, remark

TEXT = "Когда починят ещё один мост?"
TYPED = {
    "decomposed": unicodedata.normalize("NFD", TEXT),
    "a soft hyphen": TEXT.replace("починят", "почи\u00adнят"),
    "an unseen space": TEXT.replace("мост", "\u200bмост"),
    "е for ё": TEXT.replace("ё", "е"),
    "a link": f"{TEXT} https://example.invalid/most",
    "a mention": f"[id5|Имярек], {TEXT}",
    "case and marks": TEXT.upper().replace("?", "!!!"),
}


@pytest.mark.parametrize("typed", TYPED.values(), ids=TYPED.keys())
def test_the_same_words_are_the_same_however_they_are_typed(typed: str) -> None:
    """Else three people who ask twice would be six questions, enough for red."""
    reader, texts = CommentReader(), ((1, TEXT), (1, typed), (2, typed), (1, TEXT.replace("мост", "дом")))
    comments = [reader.read(CommentAuthor(id=i), text, id=10 + n, at=NOW) for n, (i, text) in enumerate(texts)]
    assert [comment.same_as for comment in comments] == [None, 10, None, None]


def test_a_helpers_reply_to_an_earlier_copy_is_one_to_the_question() -> None:
    """An answer to any copy counts, whenever it was written; so does the doubt who gave it."""
    first, *others = questions(5)
    copy, early = first.model_copy(update={"same_as": 50}), question(50, -30, author=first.author)
    older = post(3, early, remark(60, 50, 30), hours=-40)
    assert answered(channel(older, post(1, copy, *others))).verdict == "unproved_identity"
