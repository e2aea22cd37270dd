"""Reading Russian comments just far enough."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.language.words import has_text, has_words, is_question

QUESTIONS = [
    "Когда?",
    "Когда починят дорогу",
    "когда уже уберут снег!",
    "Прошу обратить внимание на яму",
    "Прошу вас, почините мост",
    "Просим отремонтировать крышу",
    "Прошу прощения, а когда починят мост",
    "Просьба убрать снег",
    "Подскажите, пожалуйста, телефон приёмной",
    "Не подскажете телефон",
    "а когда будет вода",
    "А у нас во дворе когда",
    "дорогу когда сделаете",
    "Почему не чистят тротуары",
    "Сделайте что-нибудь с собаками",
    "Примите меры",
    "Хотелось бы узнать, когда откроют бассейн",
    "Можно ли записаться на приём",
    "Не пора ли посыпать дорогу",
    "Могли бы вы посыпать дорогу",
    "Нужна помощь, третий день без отопления",
    "Необходимо убрать мусор с площадки",
    "Что с водой",
    "Какие сроки ремонта",
    "Кто отвечает за уборку",
    "Как записаться к вам на приём",
    "В чём причина отключений",
    "Это правда https://example.org/news?",
    "правда？",
]

STATEMENTS = [
    "Прошу прощения",
    "Прошу прощения за резкость",
    "Просим прощения, ошиблись",
    "прошу меня извинить",
    "Прошу заметить, всё сделали хорошо",
    "Спасибо за ответ",
    "Спасибо, что приняли меры",
    "Скажите спасибо, что хоть так",
    "Примите поздравления",
    "Примите наши искренние соболезнования",
    "Как красиво!",
    "Какой молодец",
    "Кто бы сомневался",
    "Что за прелесть",
    "Вряд ли",
    "Мало ли",
    "Когда приехал, всё было готово",
    "Люблю, когда поют",
    "Наша просьба услышана, спасибо",
    "Обратился с просьбой, всё решили",
    "Дорогу сделали, всё хорошо",
    "https://example.org/?q=1",
    "Смотрите https://example.org/a?b=c, там всё",
    "👍",
    "",
]


@pytest.mark.parametrize("text", QUESTIONS)
def test_what_asks_is_a_question(text: str):
    """With its mark or without: people type as they speak."""
    assert is_question(text)
    assert is_question(text.upper())


@pytest.mark.parametrize("text", STATEMENTS)
def test_what_does_not_ask_is_none(text: str):
    """Courtesy borrows the words of a request; a mark inside a link is not one."""
    assert not is_question(text)


def test_nothing_is_no_question():
    """A sticker has no text."""
    assert not is_question(None)
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
    text = piece * 20_000
    is_question(text)


WORDS = st.text(st.sampled_from("абвгдеёжзийклмнопрстуфхцчшщъыьэюяABCz0123 "), min_size=1).filter(str.strip)


@given(WORDS, st.sampled_from(["?", " ?", "??!", "?)", "？"]))
def test_a_mark_after_words_always_asks(words: str, mark: str):
    """The design's own rule: a question mark makes a question."""
    assert is_question(words + mark)


@given(st.text())
def test_any_text_is_read(text: str):
    """Nothing raises, and words are always text."""
    is_question(text)
    assert has_text(text) or not has_words(text)
