"""Sketches: how much of two texts is the same, without the texts."""

import csv
import json
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.base.snapshot import Side
from auditor.language.alike import ALIKE, groups, same_text, same_words
from auditor.language.reading import read_comment
from auditor.language.sketch import of_answer, of_post
from tests.cases import NOW

OURS = Path(__file__).parent / "data" / "replies.csv"
SHARED = Path(__file__).parents[2] / "shared" / "facts"


def rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        pytest.skip("the labelled rows are not here")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def pairwise_f1(labels: list[str], pairs: set[tuple[int, int]]) -> float:
    """Of the pairs that are called the same; an empty label is a group of its own."""
    line = combinations(range(len(labels)), 2)
    wanted = {(a, b) for a, b in line if labels[a] and labels[a] == labels[b]}
    return 2 * len(wanted & pairs) / (len(wanted) + len(pairs))


@pytest.mark.parametrize("path", [OURS, SHARED / "replies.dev.csv"], ids=["ours", "shared"])
def test_near_equal_answers_are_grouped_as_people_group_them(path: Path):
    """Pairwise F1 of 0.97 at least, on rows written before the sketch and on others'."""
    line = rows(path)
    found = {pair for group in groups([of_answer(row["reply"]) for row in line]) for pair in combinations(group, 2)}
    assert pairwise_f1([row["group"] or "" for row in line], found) >= 0.97


def test_copied_posts_are_found_as_people_find_them():
    """Reordered, cut, told in another person, with a greeting: F1 of 0.95 at least."""
    line = rows(SHARED / "posts.dev.csv")
    sketches = [of_post(row["text"]) for row in line]
    found = {(a, b) for a, b in combinations(range(len(line)), 2) if same_text(sketches[a], sketches[b]) >= 90}
    assert pairwise_f1([row["group"] for row in line], found) >= 0.95


def test_the_same_text_on_two_networks_has_one_sketch():
    """Case, ё, smileys, links, hash signs, line breaks and a «№» differ between a person's two pages."""
    telegram = "✅ Открыли НОВЫЙ мост у дома № 3.\n\nЕщё один — в Заречном! #мост https://t.me/x/1"
    vk = "Открыли новый мост у дома №3. Еще один - в Заречном #мост 🎉"
    assert of_post(telegram) == of_post(vk) != of_post("Открыли новый мост")


@pytest.mark.parametrize("name", ["Ольга", "ольга", "ОЛЬГА", "Ольга Петровна", "Уважаемая Ольга Петровна"])
def test_whom_an_answer_calls_is_in_no_sketch(name: str):
    """In whatever case, with a patronymic, with the greeting before it or behind."""
    plain = of_answer("Ваша заявка передана в работу.")
    assert of_answer(f"{name}, ваша заявка передана в работу.") == plain
    assert of_answer(f"Здравствуйте, {name}! Ваша заявка передана в работу.") == plain
    assert of_answer(f"{name}, здравствуйте! Ваша заявка передана в работу.") == plain


@pytest.mark.parametrize("name", ["Мария", "Иван Петрович Примеров", "Сидорова"])
def test_a_name_inside_a_sentence_is_in_no_sketch(name: str):
    """It is written with a capital, as streets are; «УК» stays."""
    assert of_answer(f"Передал обращение в УК, спасибо вам, {name}!") == of_answer(
        "Передал обращение в УК, спасибо вам!"
    )


@pytest.mark.parametrize("name", ["сидоровой", "ольге", "иванова", "СИДОРОВОЙ-ИВАНОВОЙ"])
def test_a_name_without_its_capital_is_in_no_sketch(name: str):
    """Officials write in haste; twelve bits would tell which of a thread's few people it is."""
    assert of_answer(f"заявку {name} передали в работу") == of_answer("заявку передали в работу")


def test_of_a_citizens_comment_no_digest_is_kept():
    """Of a thousand texts a few dozen forms are left: what it does, by which rule, and that it has words."""
    texts = [f"Когда починят {what} на {n}-й улице{end}" for what in "абвгд" for n in range(50) for end in "?!.,"]
    for identity in (Side.CITIZEN, Side.UNKNOWN):
        kept = {json.dumps(read_comment(text, identity, NOW), sort_keys=True, default=str) for text in texts}
        assert len(kept) < 10
        assert not any("sketch" in one or "reply" in one for one in kept)


def test_an_answers_character_stands_for_many_words():
    """Of a thousand words' beginnings every tenth character is met by several: no character tells its word."""
    sketches = [of_answer(a + b + c) for a in "абвгдежзик" for b in "аоиуе" for c in "клмнпрстшщбвгджз"]
    characters = [one for one in sketches if one]  # some are names
    assert len(characters) > 700
    assert all(len(one) == 1 and 0xE000 <= ord(one) < 0xF000 for one in characters)
    assert len({*characters}) < len(characters) - 30


def test_other_facts_in_the_same_frame_are_another_answer():
    """Streets, hours and houses differ."""
    one = of_answer("Воду на Первой отключаем 8 октября с 10:00 до 16:00, меняем гидрант, подвоз к дому 3.")
    two = of_answer("Воду на Второй отключаем 6 октября с 9:00 до 17:00, меняем задвижку, подвоз к дому 12.")
    assert same_words(one, two) < ALIKE


@given(st.text(max_size=200), st.text(max_size=200))
def test_likeness_is_mutual_and_whole(one: str, other: str):
    """From 0 to 100, the same both ways, 100 of a text with itself, 0 with none."""
    for read in (of_post, of_answer):
        a, b = read(one), read(other)
        for measure in (same_words, same_text):
            assert 0 <= measure(a, b) == measure(b, a) <= 100
            assert measure(a, a) == (100 if a else 0)
            assert measure(a, "") == 0


@given(st.lists(st.text("абв ", max_size=12), max_size=12))
def test_a_group_is_whole(texts: list[str]):
    """Every place is in one group at most, equal sketches are in one, and whoever is like a member is a member."""
    sketches = [of_answer(text) for text in texts]
    found = groups(sketches)
    of_place = {place: number for number, group in enumerate(found) for place in group}
    assert sum(map(len, found)) == len(of_place)
    for a, b in combinations(range(len(texts)), 2):
        if min(map(len, (sketches[a], sketches[b]))) >= 4 and same_words(sketches[a], sketches[b]) >= ALIKE:
            assert of_place[a] == of_place[b]
        if sketches[a] and sketches[a] == sketches[b]:
            assert of_place[a] == of_place[b]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["a.a-", "http://", "[id1|", "@a ", "1.", "а,", "Я ", "ё́", "а" * 50])
def test_a_long_text_is_sketched_in_no_time(piece: str):
    """A text made to be slow costs the run nothing, and its sketch is no longer than what is read."""
    text = piece * 20_000
    assert len(of_post(text)) <= 40_000
    of_answer(text)
