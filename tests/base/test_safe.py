"""What comes from outside can neither steer what shows it, nor deceive the eye, nor be computed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.base.safe import (
    is_invisible,
    is_local_url,
    mark_control_characters,
    one_line,
    safe_url,
    show_url,
    split_links,
    spreadsheet_cell,
    viewable_url,
)
from tests.hostile import LINKS

GONE = "\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Первый район — «№ 5», 75 %…", "Первый район — «№ 5», 75 %…"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("Ünïcode ﷽ 👍", "Ünïcode ﷽ 👍"),
        ("\x1b[2J", f"{GONE}[2J"),
        ("\ud800", GONE),
        ("t.\u200bme", f"t.{GONE}me"),
        ("\u202egnp.exe", f"{GONE}gnp.exe"),
        ("\u3164\u2800", GONE * 2),
        ("е" + "\u0301" * 9 + "ё", "е" + "\u0301" * 4 + "ё"),
        ("x" + "\u20dd" * 4 + "y", "x" + "\u20dd" * 4 + "y"),
    ],
)
def test_what_steers_or_hides_becomes_a_visible_mark(text: str, shown: str) -> None:
    """Tabs and line ends stay, and four marks on a letter."""
    assert mark_control_characters(text) == shown


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    """Whatever is written in a name, it begins no line, steers nothing, and is the same when done twice."""
    shown = one_line(text)
    assert len(shown.splitlines()) <= 1
    assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}]
    assert one_line(shown) == shown == mark_control_characters(shown)


def test_what_is_not_seen_and_what_is_of_this_machine_is_known() -> None:
    """Controls, directions, ends of lines, and what has no letter yet; a test's server, or an invented world's."""
    urls = ("http://127.0.0.1:8000/x", "http://[::1]/", "http://localhost", "https://t.me")
    assert [is_local_url(url) for url in urls] == [True, True, True, False]
    assert [is_invisible(c) for c in "\x1b\u202e\u2028\ue000\ud800\u0378aЯ5 —"] == [True] * 6 + [False] * 5


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("=+-@|%\t\r\n \u00a0\u3000\u200b\ufeff＝＋－＠"))))
def test_no_text_is_a_formula(text: str) -> None:
    """Whatever stands before the sign, and however wide it is written."""
    bare = unicodedata.normalize("NFKC", spreadsheet_cell(text)).lstrip()
    assert not bare or bare[0] not in "=+-@|%"
    assert len(spreadsheet_cell(text).splitlines()) <= 1


def test_plain_words_stay_plain_and_no_longer_than_a_spreadsheet_takes() -> None:
    """Nothing is put before what is no formula; what is too long is cut, visibly."""
    for text in ("Первый район", "1 июня", "", "«Имярек»", "a=b", "https://t.me/x", "О-1", "№ 5"):
        assert spreadsheet_cell(text) == text
    for letter in "Ы=":
        made = spreadsheet_cell(letter * 1_000_000)
        assert made[-2:] == f"{letter}…"
        assert 32_000 <= len(made) <= 32_767


@pytest.mark.parametrize("url", LINKS)
def test_none_of_these_is_a_link(url: str) -> None:
    """Another scheme, a login, a host that looks like another."""
    assert safe_url(url) is None
    assert viewable_url(url) is None


@pytest.mark.parametrize(
    ("url", "link", "shown"),
    [
        ("https://t.me/x", True, "t.me/x"),
        ("http://www.example.org/", True, "example.org"),
        ("https://администрация.рф/глава", True, "администрация.рф/глава"),
        ("https://www.пример.рф/", False, "пример.рф"),
        ("https://т.me/x", False, "xn--r1a.me/x"),
        ("https://vк.com/x", False, "xn--v-ttb.com/x"),
        ("https://a.т-x.me", False, "a.xn---x-qmc.me"),
    ],
)
def test_a_deceptive_host_is_no_link_and_shown_as_browsers_write_it(url: str, link: bool, shown: str) -> None:
    """A host of one alphabet stays as it is; an address is shown without what the eye does not need."""
    assert (safe_url(url), show_url(url)) == (url if link else None, shown)


def test_what_citizens_write_and_calls_of_programs_are_not_linked() -> None:
    """A reader's browser could not show it, or would show too much."""
    shown = ["https://t.me/primer/5", "https://t.me/primer/5?embed=1", "https://vk.com/wall-5_6"]
    calls = ["https://api.vk.ru/method/wall.get", "https://vk.com/method/wall.get", "https://example.org/api/x"]
    talk = "https://t.me/primer/5?embed=1&discussion=1"
    assert [viewable_url(url) for url in (*shown, *calls, talk)] == [*shown, None, None, None, None]


def test_a_text_is_split_at_its_addresses() -> None:
    """With a scheme or without one; a point at the end is the sentence's, and a mail address is none."""
    text = "см. https://example.org/a_b, t.me/primer. Пишите: pochta@example.org или https://т.me/x"
    assert split_links(text) == [
        ("см. ", None),
        ("https://example.org/a_b", "https://example.org/a_b"),
        (", ", None),
        ("t.me/primer", "https://t.me/primer"),
        (". Пишите: pochta@example.org или https://т.me/x", None),
    ]
    assert split_links("") == []
