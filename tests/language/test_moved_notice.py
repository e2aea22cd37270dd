"""What a post of the official's own says of its page: that it has moved."""

import csv
from pathlib import Path

import pytest

from auditor.language.moved_notice import says_moved

with (Path(__file__).parents[1] / "data" / "moved.csv").open(encoding="utf-8", newline="") as file:
    ROWS = [(row["text"], row["to"] or None) for row in csv.DictReader(file)]
SLOW = "переехал |в MAX |теперь все |[id1| |не веду канал |a.a/|комментарии |с с |в новый канал |переходим теперь все "
LINES = ("переезжаю на другой канал, ссылка ниже\nhttps://t.me/primer3", "telegram")


@pytest.mark.parametrize(("text", "to"), [*ROWS, ("", None), LINES])
def test_a_post_that_says_where_the_page_moved_is_known(text: str, to: str | None) -> None:
    """The page or its author moves, by a listed word, and the post names the place; schools and timetables move too."""
    assert says_moved(text) == to


@pytest.mark.timeout(10)
@pytest.mark.parametrize("piece", SLOW.split("|"))
def test_a_long_post_is_read_in_no_time(piece: str) -> None:
    """A post made to be slow costs the run nothing."""
    says_moved(piece * 20_000)
