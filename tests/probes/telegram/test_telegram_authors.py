"""The anonymiser: authors are distinguished, and their sides settled, while they still have names."""

from auditor.base.snapshot import Side
from auditor.probes.comment_reader import CommentAuthor
from auditor.probes.telegram.telegram_authors import TelegramAuthors, is_similar_name
from tests.cases import NOW


def test_what_tells_an_author_from_others() -> None:
    """Their user name, their id, else their display name; without any there is no ordinal, and no repr shows a name."""
    for author, key in [
        (CommentAuthor(("a", "b"), "Житель", 5), "a"),
        (CommentAuthor((), "Житель", 5), "5"),
        (CommentAuthor((), "Житель"), "\nЖитель"),
        (CommentAuthor((), "Житель", is_doubtful=True), "\n?Житель"),
        (CommentAuthor(is_doubtful=True), ""),
    ]:
        assert author.key == key
        assert "Житель" not in repr(author)
        comment = TelegramAuthors().read_comment(author, comment_id=1, at=NOW, text="Слова", reply_to=None)
        assert comment.comment.author == (1 if key else None)
        assert comment.comment.side is (Side.UNKNOWN if author.is_doubtful else Side.CITIZEN)


def test_a_name_that_sounds_like_the_page_or_the_holder() -> None:
    """In any order, with a chat's word or without: it may be anybody, and proves nothing."""
    like = ("Первый район", "район первый, чат", "Примеров Имярек", "Имярек Вымыслович Примеров")
    unlike = ("Имярек", "Первый район города", "", "чат")
    names = [name for name in (*like, *unlike) if is_similar_name(name, "Первый район", ["Примеров Имярек Вымыслович"])]
    assert names == list(like)
