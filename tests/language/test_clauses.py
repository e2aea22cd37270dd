"""Where a clause begins, and whether it asks (docs/dev/comments.md, steps 7 and 8)."""

import re

import pytest

from auditor.language import classify
from auditor.language.clauses import decided, parted
from auditor.language.tagger import plain, sentences, tagged


def clauses(text: str) -> str:
    """A sentence with its clauses parted and decided, without the classes of its words."""
    (sentence,) = tagged(sentences(plain(text)))
    return re.sub(r"/\S*| (?=[,;?!])", "", decided(parted(sentence))).strip()


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("снег кто убирать будет", "снег, кто убирать будет?"),
        ("парк где гуляют", "парк; где гуляют"),
        ("Зачем баню закрыли", "зачем баню закрыли?"),
        ("не знают когда включат", "не знают; когда включат"),
        ("скажите когда включат", "скажите, когда включат?"),
        ("Понятно почему молодежь уезжает", "понятно; почему молодежь уезжает"),
        ("там где нет света", "там; где нет света"),
        ("автобус отменили на чем ездить", "автобус отменили, на чем ездить?"),
        ("присоединяюсь к вопросу что с мостом", "присоединяюсь к вопросу, что с мостом?"),
        ("Включат когда приедут проверяющие", "включат; когда приедут проверяющие"),
        ("вода будет когда", "вода будет, когда?"),
        # a question word that begins no clause
        ("это хоть кто скажет", "это хоть кто скажет"),
        ("так как починили", "так как починили"),
        ("уезжают кто куда", "уезжают кто куда"),
        # what follows upon it is told
        ("Когда захотят тогда и сделают", "; когда захотят тогда и сделают"),
        ("Кто хочет, тот работает", "; кто хочет, тот работает"),
        # with a mark the first question asks, and a later one goes on
        ("Когда дадут воду, которой нет?", "когда дадут воду, которой нет?"),
        ("Кто знает, когда дадут?", "кто знает; когда дадут?"),
    ],
)
def test_a_clause_begins_at_a_question_word_and_asks_or_tells(text: str, read: str) -> None:
    """«?» stands after one that asks without a mark, «;» before one that tells."""
    assert clauses(text) == read


@pytest.mark.parametrize(
    ("asks", "tells"),
    [
        ("Почему нет света!!!", "Какая красота!"),
        ("Когда будет кап.ремонт школы", "Кап.ремонт школы сделали"),
        ("Хотим что бы почистили дорогу", "Что бы вы без нас делали"),
        ("Хотелось бы увидеть график работ, думаю всем полезно", "Думаю, полезно всем увидеть график"),
        ("Нужен переход у школы, и лавочки не нужны", "Лавочки не нужны"),
        ("Необходимо скосить траву", "Необходимо уважать соседей"),
        ("Надо навести порядок во дворе", "Надо же, навели порядок во дворе"),
        ("Дорогу чистить будут", "Дорогу чистить будут."),
    ],
)
def test_what_is_said_in_another_clause_or_aloud_changes_nothing(asks: str, tells: str) -> None:
    """An exception counts in its own clause, «!» is no exception, and a stop within a word ends no sentence."""
    assert classify(asks).says == "asks"
    assert classify(tells).says != "asks"
