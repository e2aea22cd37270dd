"""The door: who is who while an author still has a name."""

import pytest

from auditor.base.snapshot import Side
from auditor.probes.telegram.speakers import Door, Writer, sounds_like
from tests.cases import NOW


@pytest.mark.parametrize(
    ("writer", "key"),
    [
        (Writer(("a", "b"), "Житель", 5), "a"),
        (Writer((), "Житель", 5), "5"),
        (Writer((), "Житель"), "\nЖитель"),
        (Writer((), "Житель", doubtful=True), "\n?Житель"),
        (Writer(doubtful=True), ""),
    ],
)
def test_what_tells_an_author_from_others(writer: Writer, key: str) -> None:
    """His name, his number, else how he is shown; without any nobody can be told apart, and no repr shows him."""
    assert writer.key == key
    assert "Житель" not in repr(writer)
    remark = Door("primer", set()).remark(writer, number=1, at=NOW, text="Слова", reply_to=None)
    assert remark.comment.author == (1 if key else None)
    assert remark.comment.side is (Side.UNKNOWN if writer.doubtful else Side.CITIZEN)


@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("Первый район", True),
        ("район первый, чат", True),
        ("Примеров Имярек", True),
        ("Имярек Вымыслович Примеров", True),
        ("Имярек", False),
        ("Первый район города", False),
        ("", False),
        ("чат", False),
    ],
)
def test_a_name_that_sounds_like_the_page_or_the_holder(name: str, like: bool) -> None:
    """In any order, with a chat's word or without: it may be anybody, and proves nothing."""
    assert sounds_like(name, "Первый район", ["Примеров Имярек Вымыслович"]) is like
