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


@pytest.mark.parametrize(("name", "least"), [("notices.csv", 0.8), ("notices_unseen.csv", 0.75)])
def test_most_notices_are_found_and_no_trap_is_taken_for_one(name: str, least: float) -> None:
    """A trap opens one more page, denies a rumour, or tells of another's page, a library, a street."""
    notices = [(row["text"], row["label"]) for row in rows(name) if row["of"] == "move"]
    found = [read_move(text).to is not None for text, label in notices if label == "moved"]
    assert sum(found) >= least * len(found)
    assert [text for text, label in notices if label == "not" and read_move(text).to] == []


@pytest.mark.parametrize(
    "text",
    [
        "Мы продолжаем наши новости в Максе: https://max.ru/savva",
        "Теперь я в Максе: https://max.ru/savva",
        "Мы теперь в Максе, а здесь всё по-прежнему: max.ru/s",
        "Дальше общаемся в эфире ВК сегодня в 18:00",
        "Здесь не ждите автобус, остановка перенесена. Схема: https://nebylovo.example",
        "Мошенники пишут, что этот канал закрыт. Это ложь. Наш адрес: t.me/savva",
        "Пишут, что я закрываю канал. Нет! Подписывайтесь и в Максе: max.ru/s",
        "Эта группа детского сада закрыта на карантин. Подробности: https://vk.com/sad",
        "Мы переехали! Библиотека теперь на улице Мнимой, подробности: https://vk.com/lib",
        "Страница истории закрыта: завод снесён. https://vk.com/z",
        "Здесь пишу только о работе, личное теперь в ВК",
        "Больше здесь не пишу про дороги, надоело. Про школы в ВК напишу",
        "Этот канал закрывают? Мы на всех площадках: vk.com/s, ok.ru/s",
    ],
)
def test_who_only_goes_on_in_two_places_or_tells_of_another_has_not_moved(text: str) -> None:
    """A wrong notice excuses a head who is silent here."""
    assert read_move(text) == Move()


@pytest.mark.parametrize(
    "text",
    [
        "Закрываю канал, у меня всё ок.",
        "Закрываю страницу. Спасибо [id1|Савве] за помощь!",
        "Закрываю канал. Спасибо @savva за помощь!",
        "Закрываю канал. Фотографии остались тут: https://disk.nebylovo.example/foto",
        "Ухожу отсюда. Глава района теперь Фёкла Мнимая, её страница vk.com/fekla",
    ],
)
def test_a_link_elsewhere_or_a_name_is_no_new_page(text: str) -> None:
    """Such a post may say that the page moves, and is shown to who keeps the registry."""
    assert read_move(text) == Move(doubtful=True)


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("Отсюда ухожу. Новая страница - https://ok.ru/savva", Move("ok")),
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
