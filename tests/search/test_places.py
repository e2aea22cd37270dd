"""Where a text speaks of a municipality or a public office, in any case of the declension."""

import re

from auditor.search.scoring.places import of_another_office, place_spans, spans_of
from auditor.search.scoring.word_forms import split_words

NAMED = {
    "Томский район": "главы [Томского муниципального района]; в [Томском р]-не; Томская область; Томского и прочих",
    "Верхнекетский район": "главы [Верхнекетского]; верхнекетского; Верхнекетского хора; Верхнекетская школа",
    "Первый район": "Первый и Второй районы; Первый снег; «[Первый» район]; Первый. Район",
    "Первомайский муниципальный округ": "[Первомайского округа]",
    "городской округ Стрежевой": "мэр [Стрежевого]; мэр стрежевого; Стрежевого района",
    "ЗАТО Северск": "в [Северске]; [Seversk]",
    "Томская область": "[Томской области]; Томского района",
}
"""Texts that may name a municipality, with the words that do in brackets."""


def test_where_a_municipality_is_named() -> None:
    """By its whole name, or by the adjective alone where it cannot mean the region."""
    for name, marked in ((name, marked) for name, texts in NAMED.items() for marked in texts.split(";")):
        text = marked.replace("[", "").replace("]", "")
        named = [text[start:end] for start, end in place_spans(name, text, region="Томская область")]
        assert named == re.findall(r"\[(.*)\]", marked), marked


def test_a_longer_name_is_not_the_shorter_one_within_it() -> None:
    """«Двадцать второй район» is no word of «Второй район»."""
    text = "Двадцать второй район и Второй район"
    spans = spans_of(["Второй район", "Двадцать второй район"], text, split_words(text))
    assert spans == {"Второй район": [(24, 36)], "Двадцать второй район": [(0, 21)]}


def test_an_office_of_another_kind() -> None:
    """A governor's, or a member's of a body, is no head's."""
    for title, words in (
        ("глава района", "Мэр"),
        ("губернатор области", "Губернатора"),
        ("депутат Думы", "Спикер Думы"),
    ):
        assert not of_another_office(title, split_words(words))
    by_text = {
        text: of_another_office("глава района", split_words(text)) for text in ("Губернатор", "Депутат Думы", "Новости")
    }
    assert by_text == {"Губернатор": True, "Депутат Думы": True, "Новости": False}
