"""The accounts that a text names or links, each with its place in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.base.address import Address
from auditor.probes.linked import Anchor, Marked
from auditor.search.pages import Place
from auditor.search.scouts.accounts_in import accounts_in, passage


def found_in(whole: Marked | str, *, mentions: bool = True) -> list[str]:
    text = whole if isinstance(whole, Marked) else Marked(whole)
    return [a.url.removeprefix("https://") for _, a in accounts_in(text, mentions=mentions)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("vk.com/imyarek", ["vk.com/imyarek"]),
        ("(https://VK.com/Imyarek_A).", ["vk.com/imyarek_a"]),
        ("http://m.vk.ru/id12, www.vk.com/club3; t.me/s/imyarek", ["vk.com/id12", "vk.com/club3", "t.me/imyarek"]),
        ("telegram.me/imyarek и imyarek.t.me", ["t.me/imyarek", "t.me/imyarek"]),
        ("telegram.dog/imyarek", ["t.me/imyarek"]),
        ("Имярек-https://t.me/imyarek, Имярек-t.me/imyarek_b", ["t.me/imyarek", "t.me/imyarek_b"]),
        ("запись t.me/imyarek/12 и t.me/s/imyarek/12", []),
        ("страница vk.com/o.a.imyarek.", ["vk.com/o.a.imyarek"]),
        ("канал @imyarek, @imyarek_b.", ["t.me/imyarek", "t.me/imyarek_b"]),
        ("почта imyarek@example.org, @name.surname, @abc", []),
        ("https://vk.com/wall-1_2 vk.com/share.php?url=x t.me/share/url t.me/+AbCdEfGh12 t.me/joinchat/AbCdEf", []),
        ("t.me/imyarek_bot", []),
        ("devk.com/imyarek https://example.org/vk.com/imyarek x.t.me.example.org", []),
        ("t.me/imyarеk_99", []),
        ("@" * 300 + "t.me/" * 100, []),
    ],
)
def test_what_text_names(text: str, found: list[str]) -> None:
    """Accounts in any spelling; what is none stays out."""
    assert found_in(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Телеграм: @imyarek", ["t.me/imyarek"]),
        ("Мой тг @imyarek", ["t.me/imyarek"]),
        ("Телеграм:\n@imyarek", ["t.me/imyarek"]),
        ("Телеграм:\n\n@imyarek", ["t.me/imyarek"]),
        ("Телеграм:\n" + "слово " * 12 + "\n@imyarek", []),
        ("@imyarek", []),
        ("Инстаграм: @imyarek", []),
        ("Телеграм, инстаграм @imyarek", []),
        ("Инстаграм, телеграм @imyarek", ["t.me/imyarek"]),
        ("Телеграм: @imyarek, @imyarek_b", ["t.me/imyarek", "t.me/imyarek_b"]),
        ("Телеграм: @imyarek, инстаграм @imyarek_b", ["t.me/imyarek"]),
        ("Телеграм " + "слово " * 40 + "@imyarek", []),
        (f"Телеграм: @imyarek {'слово ' * 40}@imyarek_b", ["t.me/imyarek"]),
    ],
)
def test_a_name_alone_counts_where_telegram_is_spoken_of(text: str, found: list[str]) -> None:
    """In its line, or in the line above; on in a list; not after another network's name."""
    assert found_in(text, mentions=False) == found


def test_a_link_outweighs_its_words() -> None:
    """Words that name one account and lead to another are both, in doubt; VK's way out is looked through."""
    hrefs = [
        "https://t.me/other_one",
        "https://vk.com/away.php?to=https%3A%2F%2Ft.me%2Fthird",
        "tg://resolve?domain=fourth",
    ]
    anchors = (Anchor(0, 12, hrefs[0]), Anchor(15, 24, hrefs[1]), Anchor(27, 30, hrefs[2]))
    found = accounts_in(Marked("t.me/imyarek и наш канал и ещё", anchors), mentions=True)
    assert [(n, a.name) for n, a in found] == [(0, "imyarek"), (0, "other_one"), (15, "third"), (27, "fourth")]


@pytest.mark.parametrize(
    ("words", "href", "found"),
    [
        ("@imyarek", "https://t.me/other_one", ["t.me/other_one"]),
        ("vk.com/id5", "https://vk.com/imyarek", ["vk.com/imyarek"]),
        ("vk.com/imyarek", "https://t.me/other_one", ["t.me/other_one"]),
        ("канал", "mailto:a@b.invalid", []),
        ("канал", "//t.me/imyarek", ["t.me/imyarek"]),
        ("канал", "/imyarek", []),
        ("канал", "http://[", []),
        ("канал", "https://t.me/imyarek/5", []),
    ],
)
def test_what_words_and_their_link_are_together(words: str, href: str, found: list[str]) -> None:
    """A number may be a name's, and a network's name may be for another: then the link alone counts."""
    assert found_in(Marked(words, (Anchor(0, len(words), href),))) == found


def test_a_pages_links_to_itself_are_left_out() -> None:
    """Every post ends with an invitation to subscribe."""
    own = Address.parse("@imyarek")
    text = passage(Place.POST, Marked("Читайте @imyarek и @imyarek_b"), own=own, url="https://t.me/imyarek/4")
    assert (text.links, text.offsets) == ((Address.parse("@imyarek_b"),), (19,))


@given(st.text(max_size=200))
def test_every_place_lies_in_the_text(text: str) -> None:
    """For any text, in any order."""
    whole = f"{text} t.me/imyarek {text}"
    for place, address in accounts_in(Marked(whole), mentions=True):
        assert address.name in whole[place:].casefold()
