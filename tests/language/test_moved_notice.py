"""What a post of the official's own says of its page: that it has moved."""

import csv
from pathlib import Path

import pytest

from auditor.language.minimise_text import post_fields
from auditor.language.moved_notice import Move, read_move

DATA = Path(__file__).parents[1] / "data"


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a table."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ROWS = [(row["text"], row["to"] or None) for row in rows("moved.csv")]
SLOW = "переехал |в MAX |теперь все |[id1| |не веду канал |a.a/|комментарии |с с |в новый канал |переходим теперь все "
LINES = ("переезжаю на другой канал, ссылка ниже\nhttps://t.me/primer3", "telegram")


@pytest.mark.parametrize(("text", "to"), [*ROWS, ("", None), LINES])
def test_a_post_that_says_where_the_page_moved_is_known(text: str, to: str | None) -> None:
    """The page stops or its author goes, and the post names the other page; schools and timetables move too."""
    assert read_move(text).to == to


@pytest.mark.parametrize(("name", "least"), [("notices.csv", 0.9), ("notices_unseen.csv", 0.85)])
def test_most_notices_are_found_and_no_trap_is_taken_for_one(name: str, least: float) -> None:
    """A trap opens one more page, denies a rumour, or tells of another's page, a library, a street."""
    notices = [(row["text"], row["label"]) for row in rows(name) if row["of"] == "move"]
    found = [read_move(text).to is not None for text, label in notices if label == "moved"]
    assert sum(found) >= least * len(found)
    assert [text for text, label in notices if label == "not" and read_move(text).to] == []


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("Этот канал закрываю.", Move(doubtful=True)),
        ("Больше не веду эту страницу ВКонтакте.", Move(doubtful=True)),
        ("Этот канал закрываю, пишу теперь в MAX", Move("max")),
        ("Мой канал в MAX: max.ru/primer", Move()),
        ("Закрываю этот канал? Нет, и здесь всё остаётся как было", Move()),
    ],
)
def test_one_sign_alone_is_doubtful(text: str, move: Move) -> None:
    """That the page stops, with no other named: such a post excuses nothing, and is shown to who keeps the registry."""
    assert read_move(text) == move
    fields = post_fields(text)
    assert (fields["moved"], fields["moved_to"], fields["may_have_moved"]) == (
        move.to is not None,
        move.to,
        move.doubtful,
    )


@pytest.mark.timeout(10)
@pytest.mark.parametrize("piece", SLOW.split("|"))
def test_a_long_post_is_read_in_no_time(piece: str) -> None:
    """A post made to be slow costs the run nothing."""
    read_move(piece * 20_000)
