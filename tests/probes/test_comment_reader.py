"""Whose words a comment is, and how authors are distinguished within one look."""

from auditor.base.snapshot import Side
from auditor.probes.comment_reader import CommentAuthor, CommentReader
from tests.cases import NOW


def test_authors_are_numbered_as_they_are_met() -> None:
    """The same words of the same author refer to their first comment, whatever their case and punctuation."""
    reader = CommentReader()
    assert [reader.ordinal(key) for key in ("b", "a", "b", "")] == [1, 2, 1, None]
    words = ("Когда починят?", "КОГДА, починят", "Когда", "!", "!")
    asked = [reader.read(CommentAuthor(id=1), text, id=n, at=NOW) for n, text in enumerate(words, 10)]
    assert [comment.same_as for comment in asked] == [None, 10, None, None, None]
    others = (CommentAuthor(id=2), CommentAuthor(), CommentAuthor())
    asked = [reader.read(author, "Когда починят?", id=n, at=NOW) for n, author in enumerate(others, 15)]
    assert [comment.same_as for comment in asked] == [None] * 3


def test_a_side_is_that_of_the_record() -> None:
    """By name or id the owner's or another body's; else a person is a citizen, and whoever may be none is unknown."""
    reader = CommentReader({"glava5"}, ({"rayon7"}, {"glava8"}), {31})
    for author, side in [
        (CommentAuthor(("id5", "glava5")), Side.OWNER),
        (CommentAuthor(id=31), Side.OWNER),
        (CommentAuthor(is_owner=True), Side.OWNER),
        (CommentAuthor(("rayon7",)), Side.BODY),
        (CommentAuthor(("glava8",), is_doubtful=True), Side.BODY),
        (CommentAuthor(("zhitel",)), Side.CITIZEN),
        (CommentAuthor(("zhitel",), is_doubtful=True), Side.UNKNOWN),
    ]:
        comment = reader.read(author, "Почините мост!", id=1, at=NOW)
        assert (comment.side, reader.side_on_record(author) is None) == (side, side in {Side.CITIZEN, Side.UNKNOWN})
