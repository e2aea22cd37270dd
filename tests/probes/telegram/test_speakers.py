"""The door: who is who while an author still has a name."""

from auditor.base.snapshot import Side
from auditor.probes.telegram.telegram_anonymiser import CommentAuthor, TelegramAnonymiser, is_similar_name
from tests.cases import NOW


def test_what_tells_an_author_from_others() -> None:
    """His name, his number, else how he is shown; without any nobody can be told apart, and no repr shows him."""
    for writer, key in [
        (CommentAuthor(("a", "b"), "Житель", 5), "a"),
        (CommentAuthor((), "Житель", 5), "5"),
        (CommentAuthor((), "Житель"), "\nЖитель"),
        (CommentAuthor((), "Житель", doubtful=True), "\n?Житель"),
        (CommentAuthor(doubtful=True), ""),
    ]:
        assert writer.key == key
        assert "Житель" not in repr(writer)
        remark = TelegramAnonymiser("primer", set()).anonymise(writer, number=1, at=NOW, text="Слова", reply_to=None)
        assert remark.comment.author == (1 if key else None)
        assert remark.comment.side is (Side.UNKNOWN if writer.doubtful else Side.CITIZEN)


def test_a_name_that_sounds_like_the_page_or_the_holder() -> None:
    """In any order, with a chat's word or without: it may be anybody, and proves nothing."""
    like = ("Первый район", "район первый, чат", "Примеров Имярек", "Имярек Вымыслович Примеров")
    unlike = ("Имярек", "Первый район города", "", "чат")
    names = [name for name in (*like, *unlike) if is_similar_name(name, "Первый район", ["Примеров Имярек Вымыслович"])]
    assert names == list(like)
