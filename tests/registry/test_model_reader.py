"""Mistakes in a registry: all at once, each at its line, each with a way to mend it; and never a traceback."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.registry import parse_registry
from tests.registry.registry_texts import SMALLEST, mistake, mistakes

WRONG = {
    "timezone: Asia/Tomsk": "timezone: Asia/Tomks\nexpects: {municipal_head: 3}",
    "offices:": "policy: {post_per_week: {value: 3}}\noffices:",
    "    title: глава Первого района\n": "",
    "kind: personal}": "kind: personal, confirmed: {on: 2026}}\n          - {url: '@First_Head', kind: private}",
}


def test_form_and_meaning_are_told_together() -> None:
    """One wrong value hides no other mistake."""
    text = SMALLEST
    for old, new in WRONG.items():
        text = text.replace(old, new)
    assert [line.partition("; ")[0] for line in mistakes(text)] == [
        "1: timezone: the time zone 'Asia/Tomks' is not known",
        "2: 3 offices of the group municipal_head are expected, 1 are listed",
        "10: the policy has no key 'post_per_week'",
        "12: title is missing in item 1 of offices",
        "20: how is missing in confirmed",
        "20: on: 2026 is not a day",
        "21: https://t.me/first_head stands twice, first on line 20",
        "21: kind cannot be 'private'",
    ]


MISTAKES = [
    ("since: 2021-12", "person: anna", "16: the key 'person' is not known in item 1 of tenures; known here are: "),
    ("kind: personal", "kind: personal, staff: [[1]]", "19: item 1 of staff cannot be a list; write a whole"),
    (" {url: t.me/first_head, kind: personal}", " 5", "19: item 1 of accounts cannot be 5; write keys under it"),
    ("[https://example.org/1]", "[x, 2021]", "17: item 2 of sources cannot be a number; put what is written the"),
    ("Имярек Анна Андреевна", "1e3", "15: name cannot be a number; put what is written there in quotes"),
    ("Имярек Анна Андреевна", "{a: b}", "15: name cannot be a mapping of keys; write text, in quotes"),
    ("Имярек Анна Андреевна", "", "15: name is empty; write its value, or take the key out"),
    ("since: 2021-12", "acting: 2", "16: acting cannot be 2; write true or false"),
    ("group: municipal_head", "group: municipal_heads", "13: group cannot be 'municipal_heads'; did you mean 'm"),
    ("offices:", "expects: {heads: 1}\noffices:", "9: heads cannot be 'heads'; write one of municipal_head"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "problem"), MISTAKES)
def test_one_mistake_gives_one_line(old: str, new: str, problem: str) -> None:
    """At the key or item that it is about, in words that say how to mend it."""
    assert mistake(old, new)[: len(problem)] == problem


def test_what_is_no_registry_is_told_once() -> None:
    """By the first key of the file that is meant; of so many mistakes that nobody reads them the rest is one."""
    assert mistakes("- a\n- b\n") == ["1: the file does not hold keys; begin with timezone: and what belongs to it"]
    lines = mistakes("".join(f"key{n}: 1\n" for n in range(1_000)))
    assert (len(lines), lines[-1]) == (501, "501: there are more mistakes; mend these first")


def test_a_key_with_nothing_after_it_is_left_out() -> None:
    """`accounts:` with no items under it is an empty list, `until:` no date."""
    nothing = "        until:\n        acting: null\n        accounts:\n"
    text = SMALLEST.replace("        accounts:\n", nothing) + "    vacancies:\n    accounts:\n"
    (office,) = parse_registry(text, "r").offices
    assert (office.vacancies, office.accounts, office.tenures[0].until) == ([], [], None)
    assert (office.tenures[0].acting, len(office.tenures[0].accounts)) == (False, 1)


def test_a_mistake_is_one_visible_line_however_long_what_it_quotes() -> None:
    """The terminal obeys no value, and no value fills it."""
    (line,) = mistakes(SMALLEST.replace("since: 2021-12", f'"{"k" * 1_000}\\n\\u200B": 1'))
    assert line.isprintable()
    assert 100 < len(line) < 900
    assert len(mistake("group: municipal_head", "group: " + "x" * 5_000)) < 300


JUNK = ["- ", "{", "}", "[", ": ", "? ", "&a ", "*a", "!!int x", "'", '"', "|", ">", "%", "---", "\t", "<<"]


@given(st.integers(0, len(SMALLEST)), st.sampled_from(JUNK) | st.text(max_size=9))
def test_a_damaged_file_is_loaded_or_told_of_and_nothing_else(place: int, junk: str) -> None:
    """Whatever is cut out and put in."""
    for line in mistakes(SMALLEST[:place] + junk + SMALLEST[place + 10 :]):
        assert re.match("[1-9][0-9]{0,2}: ", line)
        assert line.isprintable()
