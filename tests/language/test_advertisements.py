"""An advertisement among comments asks nothing, and a citizen's question with the same words does."""

import csv
from pathlib import Path

import pytest

from auditor.language import classify

DATA = Path(__file__).parents[1] / "data"


def rows(name: str) -> list[tuple[str, str]]:
    """The texts of a table with their labels, `ad` or `honest`."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return [(row["text"], row["label"]) for row in csv.DictReader(file)]


@pytest.mark.parametrize("name", ["advertisements.csv", "advertisements_unseen.csv"])
def test_no_honest_question_is_lost_and_hardly_an_advertisement_asks(name: str) -> None:
    """Of ten hands, of which two wrote after the rules."""
    readings = [(label, classify(text)) for text, label in rows(name)]
    asking = [reading.says == "asks" for label, reading in readings if label == "ad"]
    assert sum(asking) <= 0.15 * len(asking)
    assert [text for text, label in rows(name) if label == "honest" and classify(text).rule == "advertisement"] == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Хотите заработать? Пишите в личные сообщения", "advertisement"),
        ("Кто хочет похудеть, пишите мне", "advertisement"),
        ("Хочешь узнать свою судьбу? Гадаю на картах таро", "advertisement"),
        ("Когда откроют мост в Небылове? Пишите мне в лс", "question.when"),
        ("Сделайте доставку дров пенсионерам, звоните мне", "request.either"),
        ("Почему автобус на работу не ходит, а в лс не отвечаете?", "question.word"),
        ("Кредит дадут, если дом без газа?", "question.mark"),
        ("Куда звонить, если доставка дров опять сорвана?", "question.where"),
        ("Прошу закрыть контору займов, телефон 8 900 000 00 00", "request.plea"),
    ],
)
def test_an_offer_and_a_way_to_the_seller_make_an_advertisement(text: str, rule: str) -> None:
    """One of the two is in many an honest question, and who pleads sells nothing."""
    assert classify(text).rule == rule
