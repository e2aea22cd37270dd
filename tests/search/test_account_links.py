"""The accounts that a text names or links, each with its place in it."""

from auditor.base.address import Address
from auditor.probes.linked_text import Anchor, LinkedText
from auditor.search.scouted_page import PassagePlace
from auditor.search.scouts.account_links import accounts_in, make_passage


def accounts_text(text: str, *anchors: Anchor, mentions: bool = True) -> str:
    """What a text names; addresses on Telegram without their host."""
    accounts = accounts_in(LinkedText(text, anchors), mentions=mentions)
    return " ".join(a.url.removeprefix("https://").removeprefix("t.me/") for _, a in accounts)


NAMED = [
    ("(https://VK.com/Imyarek_A).", "vk.com/imyarek_a"),
    ("http://m.vk.ru/id12, www.vk.com/club3; t.me/s/imyarek", "vk.com/id12 vk.com/club3 imyarek"),
    ("telegram.me/imyarek и imyarek.t.me, telegram.dog/imyarek_b", "imyarek imyarek imyarek_b"),
    ("Имярек-https://t.me/imyarek, Имярек-t.me/imyarek_b", "imyarek imyarek_b"),
    ("запись t.me/imyarek/12 и t.me/s/imyarek/12", ""),
    ("страница vk.com/o.a.imyarek.", "vk.com/o.a.imyarek"),
    ("канал @imyarek, @imyarek_b.", "imyarek imyarek_b"),
    ("почта imyarek@example.org, @name.surname, @abc", ""),
    ("https://vk.com/wall-1_2 vk.com/share.php?url=x t.me/share/url t.me/+AbCdEfGh12 t.me/joinchat/AbCdEf", ""),
    ("t.me/imyarek_bot", ""),
    ("devk.com/imyarek https://example.org/vk.com/imyarek x.t.me.example.org", ""),
    ("t.me/imyarеk_99", ""),
    ("@" * 300 + "t.me/" * 100, ""),
]


def test_what_text_names() -> None:
    """Accounts in any spelling; what is none stays out."""
    for text, expected in NAMED:
        assert accounts_text(text) == expected, text


ALONE = {
    "": ["@imyarek", "Телеграм, инстаграм @imyarek", "Телеграм " + "слово " * 40 + "@imyarek"],
    "imyarek": ["Мой тг @imyarek", "Телеграм:\n@imyarek", "Телеграм:\n\n@imyarek", "Инстаграм, телеграм @imyarek"],
    "imyarek imyarek_b": ["Телеграм: @imyarek, @imyarek_b"],
}
ALONE[""].append("Телеграм:\n" + "слово " * 12 + "\n@imyarek")
ALONE["imyarek"] += ["Телеграм: @imyarek, инстаграм @imyarek_b", f"Телеграм: @imyarek {'слово ' * 40}@imyarek_b"]


def test_a_name_alone_counts_where_telegram_is_spoken_of() -> None:
    """In its line, or in the line above; on in a list; not after another network's name."""
    for expected, texts in ALONE.items():
        assert {text: accounts_text(text, mentions=False) for text in texts} == dict.fromkeys(texts, expected)


def test_what_words_and_their_link_are_together() -> None:
    """Two accounts are both, in doubt; a number may be a name's, and a network's name for another: then the link."""
    for words, href, expected in (
        ("t.me/imyarek", "https://t.me/other_one", "imyarek other_one"),
        ("@imyarek", "https://t.me/other_one", "other_one"),
        ("vk.com/id5", "https://vk.com/imyarek", "vk.com/imyarek"),
        ("vk.com/imyarek", "https://t.me/other_one", "other_one"),
        ("канал", "https://vk.com/away.php?to=https%3A%2F%2Ft.me%2Fthird", "third"),
        ("канал", "tg://resolve?domain=fourth", "fourth"),
        ("канал", "//t.me/imyarek", "imyarek"),
        ("канал", "/imyarek", ""),
        ("канал", "http://[", ""),
        ("канал", "https://t.me/imyarek/5", ""),
    ):
        assert accounts_text(words, Anchor(0, len(words), href)) == expected, href


def test_a_pages_links_to_itself_are_left_out() -> None:
    """Every post ends with an invitation to subscribe."""
    own = Address.parse("@imyarek")
    text = make_passage(
        PassagePlace.POST, LinkedText("Читайте @imyarek и @imyarek_b"), own_address=own, url="https://t.me/imyarek/4"
    )
    assert (text.links, text.offsets) == ((Address.parse("@imyarek_b"),), (19,))
