"""Candidates: how a page's title agrees, what it says of itself, where it links; and which pages may be leads."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from auditor.base.snapshot import Precision
from auditor.registry.models import Tenure
from auditor.search.scoring.candidate import lead_filter, make_candidate
from auditor.search.scouted_page import PageKind, PassagePlace
from tests.search.invented_people import TWENTY, head, page, passage

FORMER, BODY = Tenure(name="Бывшев Клим Климович"), {"url": "https://t.me/rayon1", "kind": "institution"}
ANNA = head(accounts=[BODY], website="https://www.Rayon.example/x", predecessor=FORMER)

WORDS = {
    "office place": ["Глава Первого района", "Глава Первого района Имярек Анна Андреевна"],
    "office_bare": ["Глава района", "Глава Вымышленной области"],
    "place": ["Первый район", "Первый район, Вымышленная область"],
    "office_bare place": ["Мэр. " + "слово " * 20 + "Первый район"],
    "other_office": ["Глава Второго района", "Глава Энского района", "Глава города Небылинска"],
    "other_office place": ["Глава Небыльского сельского поселения Первого района"],
    "other_place": ["Новости Второго района"],
    "other_region place": ["Первый район, Соседняя область"],
    "former office place": ["Экс-глава Первого района"],
    "other_job place": ["Депутат. Первый район", "Помощник главы Первого района", "Глава КФХ, Первый район"],
    "fan": ["Группа поддержки"],
    "office own_voice place": ["Официальный канал главы Первого района"],
}
CLAIMS: list[tuple[dict[str, Any], str]] = [
    *(({"description": words}, claims) for claims, some in WORDS.items() for words in some),
    ({"title": "Глава Первого района Имярек Анна"}, "office place"),
    ({"title": "Администрация Первого района"}, "institution place"),
    ({"title": "Администрация. Имярек Анна"}, ""),
    ({"title": "Канал", "description": "Глава Первого района Небылицын Борис"}, "office other_holder place"),
    ({"government": True}, "government"),
    ({"government": False}, ""),
    ({"kind": PageKind.PROFILE, "work": "пекарня"}, "other_job"),
    ({"kind": PageKind.PROFILE, "work": "пекарня", "place": "первый район"}, "place"),
    ({"kind": PageKind.COMMUNITY, "work": "Блог"}, ""),
    ({"kind": PageKind.PROFILE, "title": "Администрация Района"}, ""),
]


def test_what_a_page_says_of_itself() -> None:
    """The office and the place, another's, a former one; supporters, a body; each as a code."""
    for facts, claims in CLAIMS:
        candidate = make_candidate(ANNA, page(**{"title": "Имярек Анна", **facts}), [ANNA, *TWENTY])
        assert " ".join(sorted(candidate.claims)) == claims, facts


def test_how_its_title_agrees() -> None:
    """Named in the description alone is another code; the predecessor's name is another's."""
    codes = {"Имярек Анна Андреевна": "name_full", "Имярек Анна": "name", "Имярек": "name_family", "": ""}
    codes |= {"Имярек Борис": "name_other", "Бывшев Клим": "name_other"}
    for title, name in codes.items():
        candidate = make_candidate(ANNA, page(title=title or None))
        assert (candidate.name, candidate.titled) == (name, title != ""), title
    names = [
        make_candidate(ANNA, page(title="Канал", description=f"Пишет Имярек{more}")).name for more in (" Анна", "")
    ]
    assert names == ["name_described", ""]
    assert make_candidate(head("Имярек"), page(title="Анна Имярек")).name == "name_known", (
        "a family name alone is on record"
    )


def test_no_word_of_a_page_is_kept_but_its_title_in_memory() -> None:
    """Nor an opening that is not exact."""
    opened = datetime(2020, 1, 1, tzinfo=UTC)
    scouted = page(title="Имярек", description="слова", place="где", work="кем", opened_at=opened)
    for precision in Precision:
        candidate = make_candidate(ANNA, replace(scouted, opened_precision=precision), whole=True)
        assert (candidate.description, candidate.place, candidate.work, candidate.passages, candidate.whole) == (
            None,
            None,
            None,
            (),
            True,
        )
        assert (candidate.opened_at is not None) is (precision is Precision.EXACT)


def test_its_links_are_its_owners_and_its_own_are_those_beside_which_nothing_else_is_said() -> None:
    """A host of an official site counts, one that ends like it does not; posts may link to anybody."""
    texts = {
        "Мой канал: t.me/kanal_1\nГазета «Вымысел» пишет: t.me/gazeta_1": PassagePlace.DESCRIPTION,
        "Фейк: t.me/fake_1": PassagePlace.STATUS,
        "www.rayon.example": PassagePlace.SITE,
        "t.me/druzhba_1": PassagePlace.POST,
    }
    passages = tuple(passage(text, place=place, url="https://vk.com/anna") for text, place in texts.items())
    candidate = make_candidate(ANNA, page("vk.com/anna", "Анна Имярек", passages=passages), [ANNA])
    assert candidate.links == {"https://t.me/kanal_1", "https://t.me/gazeta_1", "rayon.example"}
    assert candidate.own == {"https://t.me/kanal_1"}
    other = passage("pro-rayon.example", place=PassagePlace.SITE, url="https://vk.com/anna")
    assert not make_candidate(ANNA, page("vk.com/anna", "Анна Имярек", passages=(other,)), [ANNA]).links


def test_a_number_tells_a_user_from_a_channel() -> None:
    """On Telegram both may have the same."""
    user, channel = (
        make_candidate(ANNA, page(title="", kind=kind, id=5)) for kind in (PageKind.USER, PageKind.CHANNEL)
    )
    assert (user.page_key, channel.page_key) == (("telegram", True, 5), ("telegram", False, 5))
    assert make_candidate(ANNA, page(title="")).page_key is None


KEPT = (
    "t.me/page_1 Имярек Анна; vk.com/id1 Анна Имярек; t.me/page_1 Имярек: Глава Первого района; t.me/rayon1 ;"
    "t.me/page_1 Имярек: Глава Второго района; t.me/page_1 Администрация Первого района"
)
NOT_KEPT = (
    "t.me/page_1 Имярек; t.me/page_1 Имярек Борис. Первый район; vk.com/id1 Пелагея Небылицына: Первый район;"
    "vk.com/id1 Первый Район; t.me/page_1 ; t.me/page_1 Первый снег"
)


def test_what_is_worth_keeping() -> None:
    """A page that may be the person's or is the body's own; a citizen's other page is not kept."""
    for row in [*KEPT.split(";"), *NOT_KEPT.split(";")]:
        address, _, facts_text = row.strip(" ").partition(" ")
        title, _, words = facts_text.partition(": ")
        facts = {"place": words} if address.startswith("vk") else {"description": words}
        assert lead_filter(ANNA)(page(address, title or None, **facts)) is (row in KEPT.split(";")), row
