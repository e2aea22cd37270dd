"""Digests of posts and sketches of answers: equal texts are found, and nothing can be read out of them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.base.snapshot import Side
from auditor.language.minimise_text import comment_fields
from auditor.language.sketch import post_digest, reply_sketch
from auditor.language.words import has_words


def test_the_same_text_on_two_networks_has_one_sketch():
    """Case, ё, smileys, links, hash signs, line breaks and a «№» differ between a person's two pages."""
    telegram = "✅ Открыли НОВЫЙ мост у дома № 3.\n\nЕщё один — в Заречном! #мост https://t.me/x/1"
    vk = "Открыли новый мост у дома №3. Еще один - в Заречном #мост 🎉"
    assert post_digest(telegram) == post_digest(vk) != post_digest("Открыли новый мост")


@pytest.mark.parametrize("name", ["Ольга", "ольга", "ОЛЬГА", "Ольга Петровна", "Уважаемая Ольга Петровна"])
def test_whom_an_answer_calls_is_in_no_sketch(name: str):
    """In whatever case, with a patronymic, with the greeting before it or behind."""
    plain = reply_sketch("Ваша заявка передана в работу.")
    for called in (f"{name}, ваша", f"Здравствуйте, {name}! Ваша", f"{name}, здравствуйте! Ваша"):
        assert reply_sketch(f"{called} заявка передана в работу.") == plain


def test_a_name_inside_a_sentence_is_in_no_sketch():
    """With a capital, as streets are, or in haste without it; twelve bits would tell which of a thread's few it is."""
    for name in ("Мария", "Иван Петрович Примеров", "Сидорова"):
        reply = "Передал обращение в УК, спасибо вам"
        assert reply_sketch(f"{reply}, {name}!") == reply_sketch(f"{reply}!")
    for name in ("сидоровой", "ольге", "иванова", "СИДОРОВОЙ-ИВАНОВОЙ"):
        assert reply_sketch(f"заявку {name} передали в работу") == reply_sketch("заявку передали в работу")


def test_of_a_citizens_comment_no_digest_is_kept():
    """Of a thousand texts a few dozen forms are left: what it does, by which rule, and that it has words."""
    texts = [f"Когда починят {what} на {n}-й улице{end}" for what in "абвгд" for n in range(50) for end in "?!.,"]
    for side in (Side.CITIZEN, Side.UNKNOWN):
        minimised = {json.dumps(comment_fields(text, side), sort_keys=True) for text in texts}
        assert len(minimised) < 10
        assert not any("sketch" in fields for fields in minimised)


def test_an_answers_character_stands_for_many_words():
    """Of a thousand words' beginnings every tenth character is met by several: no character tells its word."""
    sketches = [reply_sketch(a + b + c) for a in "абвгдежзик" for b in "аоиуе" for c in "клмнпрстшщбвгджз"]
    characters = [sketch for sketch in sketches if sketch]  # some are names
    assert len(characters) > 700
    assert all(len(character) == 1 and 0xE000 <= ord(character) < 0xF000 for character in characters)
    assert len({*characters}) < len(characters) - 30


def test_other_facts_in_the_same_frame_are_another_answer():
    """Streets, hours and houses differ."""
    first = reply_sketch("Воду на Первой отключаем 8 октября с 10:00 до 16:00, меняем гидрант, подвоз к дому 3.")
    second = reply_sketch("Воду на Второй отключаем 6 октября с 9:00 до 17:00, меняем задвижку, подвоз к дому 12.")
    assert first != second


@given(st.text(max_size=200))
def test_equal_texts_have_equal_digests_and_a_text_without_words_has_none(text: str):
    """Case and what stands around words do not matter."""
    assert post_digest(text) == post_digest(f" {text} 🎉!")
    assert bool(post_digest(text)) <= has_words(text)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["a.a-", "http://", "[id1|", "@a ", "1.", "а,", "Я ", "ё́", "а" * 50])
def test_a_long_text_is_sketched_in_no_time(piece: str):
    """A text made to be slow costs the run nothing, and its sketch is no longer than what is read."""
    text = piece * 20_000
    assert len(post_digest(text)) <= 16
    reply_sketch(text)
