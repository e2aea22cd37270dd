"""Whose each address in an official text is."""

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.base.address import Address
from auditor.registry.models import Region
from auditor.sandbox.world.names import _HOLDERS, ORDINALS
from auditor.search.pages import Passage, Place
from auditor.search.weighing.lead import Mention, Person
from auditor.search.weighing.links import find_addresses, mentions
from auditor.search.weighing.places import Municipality
from tests.weighing_people import head

TOMSK = Region(name="Томская область", code=70)
TWENTY = [
    head(f"Имярек {name}", f"{place} район", id=f"n{number}")
    for number, (name, place) in enumerate(zip(_HOLDERS, ORDINALS, strict=False))
]
FAMILIES = ("Имяреков", "Нектова", "Имярек", "Такойтов", "Безымянный", "Имяреченко", "Никтоев-Первый")


def post(text: str, **more) -> Passage:
    return Passage(Place.POST, text, url=more.pop("url", "https://vk.com/wall-1_1"), **more)


def short(person: Person) -> str:
    name = person.name
    return f"{name.family} {name.given[0]}. {name.patronymic[0]}."


def address(person: Person, host: str = "t.me") -> str:
    return f"https://{host}/head_{person.office.id}"


def owners(found: list[Mention]) -> dict[str, str | None]:
    return {m.address.name: m.person.office.id if m.person else None for m in found}


def right(people: list[Person]) -> dict[str, str | None]:
    return {f"head_{p.office.id}": p.office.id for p in people}


ITEMS = {
    "place — name address": lambda p: f"{p.municipality} — {short(p)} {address(p)}",
    "place: full name (address)": lambda p: f"{p.municipality}: {p.name} ({address(p)})",
    "name, place - address": lambda p: f"{p.name}, {p.municipality} - {address(p)}",
    "name address": lambda p: f"{p.name} {address(p)}",
    "given family: address": lambda p: f"{p.name.given} {p.name.family}: {address(p)}",
    "address — name, place": lambda p: f"{address(p)} — {short(p)}, {p.municipality}",
    "name-address": lambda p: f"{p.name}-{address(p)}",
    "address (place, name)": lambda p: f"{address(p)} ({p.municipality}, {p.name})",
}
MULTI = {
    "address on the next line": lambda p: f"{p.municipality}, {short(p)}\n{address(p)}",
    "address on the line before": lambda p: f"{address(p)}\n{p.municipality}, {short(p)}",
}
JOINS = {"lines": "\n", "blank lines": "\n\n", "semicolons": "; ", "bullets": " 🔹 ", "commas": ", ", "dots": " • "}


@pytest.mark.parametrize("join", JOINS.values(), ids=JOINS)
@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
def test_twenty_heads_twenty_leads(item, join: str) -> None:
    """A post that lists twenty heads, all of one family name, gives each their own address."""
    assert owners(mentions(post(join.join(map(item, TWENTY))), TWENTY)) == right(TWENTY)


@pytest.mark.parametrize("join", ["\n", "\n\n"])
@pytest.mark.parametrize("item", MULTI.values(), ids=MULTI)
def test_an_address_on_a_line_of_its_own(item, join: str) -> None:
    """The list itself tells whether addresses stand before or after the names."""
    assert owners(mentions(post(join.join(map(item, TWENTY))), TWENTY)) == right(TWENTY)


def test_names_as_linked_words() -> None:
    """Where the name itself is the link, there is no address in the text."""
    text, offsets = "", []
    for person in TWENTY:
        text += f"{person.municipality}: "
        offsets.append(len(text))
        text += f"{short(person)}\n"
    links = tuple(Address.parse(address(p)) for p in TWENTY)
    assert owners(mentions(post(text, links=links, offsets=tuple(offsets)), TWENTY)) == right(TWENTY)


def test_letters_taken_apart_move_no_address() -> None:
    """Offsets count the text as it came, й and ё of two characters included."""
    line = "Двенадцаты\u0438\u0306 раи\u0306он: Имярек Максим, канал"
    links = (Address.parse("t.me/head_n11"), Address.parse("t.me/head_n12"))
    text = f"{line}\n{TWENTY[12].name}, канал"
    found = mentions(post(text, links=links, offsets=(line.index("канал"), text.rindex("канал"))), TWENTY)
    assert owners(found) == {"head_n11": "n11", "head_n12": "n12"}


@pytest.mark.parametrize("first", ["Telegram-каналы глав:", "Каналы глав нашей вымышленной области в Телеграм:"])
def test_names_with_at_under_a_heading(first: str) -> None:
    """In a post on VK as well, ``@name`` is Telegram's in every line of a list that says so; VK's own is not."""
    text = first + "\n" + "\n".join(f"{short(p)} @head_{p.office.id}" for p in TWENTY)
    assert owners(mentions(post(text), TWENTY)) == right(TWENTY)
    assert mentions(post(f"{first}\nИмярек А. А. @id15\nИнстаграм: @page_n0"), TWENTY) == []


def test_a_municipality_and_an_address_on_two_lines() -> None:
    """The municipality alone above the address hints at its head, and no more than that."""
    text = "\n".join(f"{p.municipality}\n{address(p)}" for p in TWENTY)
    for first in ("", "Каналы глав муниципалитетов:\n"):
        found = mentions(post(first + text), TWENTY)
        assert owners(found) == right(TWENTY)
        assert {m.why for m in found} == {"place"}


def test_both_networks_of_each() -> None:
    """Two addresses of one person may share a line or have a line each."""
    one = "\n".join(f"{p.name} {address(p)} {address(p, 'vk.com')}" for p in TWENTY)
    apart = "\n".join(f"{p.name}\nТелеграм: {address(p)}\nВК: {address(p, 'vk.com')}" for p in TWENTY)
    for text in (one, apart):
        found = mentions(post(text), TWENTY)
        assert len(found) == 40
        assert owners(found) == right(TWENTY)


def test_two_heads_of_one_surname_stay_apart() -> None:
    """By the given name, by initials, or where those are the same too, by the municipality; else nobody is guessed."""
    anna, anton = head("Имярек Анна Андреевна", id="anna"), head("Имярек Антон Антонович", "Второй район", id="anton")
    both = [anna, anton]
    assert owners(mentions(post("Имярек Анна t.me/page_a, Имярек Антон t.me/page_b"), both)) == {
        "page_a": "anna",
        "page_b": "anton",
    }
    text = "Первый район — Имярек А. А. t.me/page_a\nВторой район — Имярек А. А. t.me/page_b"
    assert owners(mentions(post(text), both)) == {"page_a": "anna", "page_b": "anton"}
    assert owners(mentions(post("Имярек А. А. t.me/page_a"), both)) == {"page_a": None}


@pytest.mark.parametrize(
    "text",
    [
        "Первый район:\nИмярек А. А. — t.me/page_a\nВторой район:\nИмярек А. А. — t.me/page_b",
        "Первый район\nИмярек А. А.\nt.me/page_a\n\nВторой район\nИмярек А. А.\nt.me/page_b",
    ],
)
def test_two_of_one_name_under_their_municipalities(text: str) -> None:
    """The heading above tells apart those whom the name does not; of another municipality it tells nothing."""
    both = [head("Имярек Анна Андреевна", id="a"), head("Имярек Антон Антонович", "Второй район", id="b")]
    assert owners(mentions(post(text), both)) == {"page_a": "a", "page_b": "b"}
    third = [*both, head("Нектов Клим Климович", "Третий район", id="c")]
    other = text.replace("Первый", "Третий")
    assert owners(mentions(post(other), third))["page_a"] is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Нектов А. А. t.me/page_a\nНектова А. А. t.me/page_b", {"page_a": "m", "page_b": "f"}),
        ("Нектова А. А. t.me/page_b\nНектов А. А. t.me/page_a", {"page_b": "f", "page_a": "m"}),
        ("Канал Нектова А. А.: t.me/page_a", {"page_a": "m"}),
        ("Канал главы Первого района Нектова А. А.: t.me/page_a", {"page_a": "m"}),
        ("Глава Второго района Нектова А. А.: t.me/page_b", {"page_b": "f"}),
        ("У Нектовой А. А. появился канал t.me/page_b", {"page_b": "f"}),
        (
            "Нектовы, главы Первого и Второго районов: t.me/page_a t.me/page_b",
            {"page_a": None, "page_b": None},
        ),
    ],
)
def test_a_man_and_a_woman_of_one_surname(text: str, found: dict[str, str | None]) -> None:
    """«Нектова» is she at the head of a line and he after «канал»; «Нектовы» are neither."""
    both = [head("Нектов Антон Андреевич", id="m"), head("Нектова Алла Алексеевна", "Второй район", id="f")]
    assert owners(mentions(post(text), both)) == found


def test_a_municipality_is_no_namesake() -> None:
    """A head whose family name is the adjective of a neighbour's municipality takes no address from it."""
    people = [head("Первый Иван Иванович", "Второй район", id="i"), head("Имярек Анна", "Первый район", id="a")]
    assert owners(mentions(post("Первый район: t.me/page_a\nПервый Иван t.me/page_i"), people)) == {
        "page_a": "a",
        "page_i": "i",
    }


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("У Анны Имярек появился канал: t.me/kanal_1", "n0"),
        ("Канал Бориса Имярека — t.me/kanal_1", "n1"),
        ("Глава Первого района Имярек Анна завела канал. Подписывайтесь: t.me/kanal_1", "n0"),
        ("Канал главы Второго района: t.me/kanal_1", "n1"),
        ("Второй район: t.me/kanal_1", "n1"),
        ("Подписывайтесь на наш канал t.me/kanal_1", None),
        ("Погода на завтра t.me/kanal_1", None),
        ("В Первом районе открыли новую школу: t.me/kanal_1", None),
        ("Администрация Первого района: t.me/kanal_1", None),
        ("Первый район — Небылицын П. П. t.me/kanal_1", None),
        ("Глава Первого района Небылицын Прохор: t.me/kanal_1", None),
        ("Имярек А. А., глава Второго района t.me/kanal_1", None),
        ("Первый и Второй районы: t.me/kanal_1", None),
        ("Имярек А. А. провёл приём. Снег вывезли. Фото: t.me/kanal_1", None),
        ("Имярек Анна\n\nПогода на завтра\n\nt.me/kanal_1", None),
        ("Первый снег выпал. t.me/kanal_1", None),
    ],
)
def test_near_somebody_or_nobodys(text: str, owner: str | None) -> None:
    """A name in any case, or an office with its municipality; what stands near nobody is nobody's."""
    assert owners(mentions(post(text), TWENTY)) == {"kanal_1": owner}


@pytest.mark.parametrize(
    "text",
    [
        "Глава Первого района Имярек Анна поздравила жителей. Подробнее: t.me/gazeta_1",
        "Имярек Анна рассказала о планах газете «Вымысел»: t.me/gazeta_1",
        "По ссылке t.me/gazeta_1 рассказали о планах, которые есть у Анны Имярек",
        "Имярек Анна: t.me/gazeta_1/1572",
        "Имярек Анна: vk.com/id1, новости района: t.me/gazeta_1",
        "Канал Имярек\nt.me/gazeta_1",
    ],
)
def test_a_report_about_somebody_is_a_weak_word(text: str) -> None:
    """A link below a report, or to a post, may lead to its author: it is not said to be the person's page."""
    found = mentions(post(text), [TWENTY[0]])[-1]
    assert found.why in {"nearby", ""}
    assert found.strength <= 0.5


@pytest.mark.parametrize(
    "text",
    [
        "1. Первый район — Имярек А. А.: @page_n0\n2. Второй район — Имярек Б. Б.: @page_n1",
        "| Первый район | Имярек А. А. | t.me/page_n0 |\n| Второй район | Имярек Б. Б. | t.me/page_n1 |",
        "Первый район\nГлава — Имярек Анна\nТГ-канал: t.me/page_n0\nВторой район\nГлава — Имярек Борис\nТГ: @page_n1",
        "👉 Глава Имярек Анна\n➡️ t.me/page_n0\n👉 Глава Имярек Борис\n➡️ t.me/page_n1",
        "Имярек Анна: ВК - vk.com/page_n0; ТГ - t.me/page_n0\nИмярек Борис: ВК - vk.com/page_n1; ТГ - t.me/page_n1",
        "[id100|Имярек Анна] t.me/page_n0, [id200|Имярек Борис] t.me/page_n1",
        "Мэр Вымысла Имярек А. А. (t.me/page_n0), исполняющий обязанности главы Имярек Б. Б. (t.me/page_n1)",
        "Имярек А. А. (Первый район) теперь и в сети: t.me/page_n0. Подписывайтесь!",
    ],
)
def test_lists_as_people_write_them(text: str) -> None:
    """Numbers, tables, arrows, several lines an item: each address is its owner's, in full strength."""
    found = mentions(post(text, url="https://t.me/oblast/1"), TWENTY)
    mine = [m for m in found if m.address.name.startswith("page_")]
    assert owners(mine) == {m.address.name: m.address.name.removeprefix("page_") for m in mine}
    assert all(m.why in {"name", "name+place"} for m in mine)


def test_offices_and_names_mixed_in_one_line() -> None:
    """One named by the office, the next by name: neither takes the other's address."""
    text = "Имярек Б. Б., Второй район: t.me/page_n1, глава Третьего района: t.me/page_n2, Имярек Анна: t.me/page_n0"
    found = mentions(post(text), TWENTY)
    assert owners(found) == {"page_n0": "n0", "page_n1": "n1", "page_n2": "n2"}


def test_a_list_broken_in_the_wrong_places_is_not_guessed() -> None:
    """Where each line holds the end of one item and the beginning of the next, no address goes to a neighbour."""
    text = ", ".join(f"{p.name.given} {p.name.family}\n{address(p)}" for p in TWENTY)
    found = owners(mentions(post(text), TWENTY))
    assert {name: owner for name, owner in found.items() if owner is not None}.items() <= right(TWENTY).items()


def test_a_signature_below_a_list_is_not_the_last_heads() -> None:
    """The body's own address under a list stays out of it."""
    text = "\n".join(map(ITEMS["name address"], TWENTY))
    for below in ("\nt.me/oblast", "\n\nt.me/oblast", "\n\nПодписывайтесь: t.me/oblast"):
        assert owners(mentions(post(text + below), TWENTY)) == {**right(TWENTY), "oblast": None}


def test_own_addresses_are_nobodys() -> None:
    """The page's own address, an institution's on record and one that the caller knows are no leads."""
    anna = head("Имярек Анна", office_accounts=[{"url": "https://t.me/rayon1", "kind": "institution"}])
    text = "Имярек Анна: t.me/rayon1 t.me/oblast t.me/duma_1 t.me/anna_1"
    passage = post(text, url="https://t.me/oblast/15")
    found = {m.address.name: m for m in mentions(passage, [anna], bodies=[Address.parse("t.me/duma_1")])}
    assert {name: m.why for name, m in found.items() if m.person is None} == {
        "rayon1": "own",
        "oblast": "own",
        "duma_1": "own",
    }
    assert found["anna_1"].person == anna


def test_what_the_registry_knows_needs_no_name() -> None:
    """A confirmed account is its holder's, wherever it is linked."""
    confirmed = {"url": "https://t.me/anna_1", "kind": "personal", "confirmed": {"on": "2026-01-01", "how": "по сайту"}}
    anna = head("Имярек Анна", accounts=[confirmed])
    (found,) = mentions(post("Читайте t.me/anna_1"), [anna])
    assert (found.person, found.why) == (anna, "record")


def test_the_head_and_not_the_duma() -> None:
    """Where several hold offices in a town, the office word means its head; a name means whom it names."""
    mayor = head("Имярек Анна", "Город Вымысел", id="mayor")
    chair = head("Имярек Борис", "Город Вымысел", id="chair", group="city_duma")
    text = "Мэр Вымысла: t.me/page_1\nБорис Имярек, Вымысел: t.me/page_2"
    assert owners(mentions(post(text), [mayor, chair])) == {"page_1": "mayor", "page_2": "chair"}


@pytest.mark.parametrize(
    ("municipality", "text", "there"),
    [
        ("Томский район", "главы Томского района", True),
        ("Томский район", "в Томском муниципальном районе", True),
        ("Томский район", "Томский р-н", True),
        ("Томский район", "#ТомскийРайон", True),
        ("Томский район", "Томский — глава", True),
        ("Томский район", "Томская область", False),
        ("Томский район", "Томской области", False),
        ("Томский район", "город Томск", False),
        ("Томский район", "Томский политехнический университет", False),
        ("Томск", "мэр Томска", True),
        ("Томск", "Томская область", False),
        ("Томск", "в Томском районе", False),
        ("Верхнекетский район", "глава Верхнекетского", True),
        ("Верхнекетский район", "Верхнекетский район", True),
        ("Стрежевой", "мэр Стрежевого", True),
        ("Стрежевой", "городской округ Стрежевой", True),
        ("Кедровый", "кедровый орех", False),
        ("Кедровый", "мэр Кедрового", True),
        ("Северск", "ЗАТО Северск", True),
        ("ЗАТО Северск", "мэр Северска", True),
        ("Первомайский район", "глава Первомайского муниципального округа", True),
        ("Первый район", "первый снег", False),
    ],
)
def test_municipalities_in_all_cases(municipality: str, text: str, there: bool) -> None:
    """A district is not its region, nor its town; an adjective is not any word of that stem."""
    assert Municipality.parse(municipality).said_in(text, TOMSK.name) is there


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Канал https://t.me/kanal_1.", ["kanal_1"]),
        ("t.me/kanal_1/15, vk.com/club15; vk.ru/id7!", ["kanal_1", "club15", "id7"]),
        ("(telegram.me/kanal_1)", ["kanal_1"]),
        ("m.vk.com/some.name", ["some.name"]),
        ("kanal_1.t.me", ["kanal_1"]),
        ("[id77|Анна] и [club5|Район]", ["id77", "club5"]),
        ("Телеграм: @kanal_1", ["kanal_1"]),
        ("почта info@example.com, @kanal_1", []),
        ("vk.com/wall-1_2 vk.com/feed t.me/share/url?url=x t.me/+AbCdEfGhIjK t.me/joinchat/AbCdEfGhIjK", []),
        ("t.me/priemnaya_bot", []),
        ("notvk.com/kanal_1 example.com/t.me/kanal_1", []),
        ("«t.me/kanal_1»", ["kanal_1"]),
        ("Имярек А. А.-https://t.me/kanal_1", ["kanal_1"]),
        ("Имярек-t.me/kanal_1 и канал:https://t.me/kanal_2", ["kanal_1", "kanal_2"]),
        ("example.com/https://t.me/kanal_1 my-t.me/kanal_2", []),
        ("t.me/kanal_1\u00a0— канал", ["kanal_1"]),
    ],
)
def test_addresses_in_free_text(text: str, names: list[str]) -> None:
    """With a scheme or without, in any bracket; wall posts, invites, shares, bots and mail are no accounts."""
    assert [found.name for _, found in find_addresses(text)] == names


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    """No text breaks the reading, and each place lies in the text."""
    assert all(0 <= at < len(text) for at, _ in find_addresses(text, telegram=True))
    mentions(post(text), TWENTY[:3])


@st.composite
def lists(draw: st.DrawFn) -> tuple[list[Person], str]:
    """Invented heads and a post that lists them in one of the layouts."""
    count = draw(st.integers(2, 20))
    rng = random.Random(draw(st.integers(0, 1 << 30)))
    names = rng.sample(_HOLDERS, count)
    people = [
        head(f"{rng.choice(FAMILIES)} {name}", f"{place} район", id=f"n{number}")
        for number, (name, place) in enumerate(zip(names, rng.sample(ORDINALS, count), strict=True))
    ]
    item, join = draw(st.sampled_from([*ITEMS.values()])), draw(st.sampled_from([*JOINS.values()]))
    if draw(st.booleans()):
        item, join = draw(st.sampled_from([*MULTI.values()])), draw(st.sampled_from(["\n", "\n\n"]))
    first = draw(st.sampled_from(["", "Каналы глав районов:\n", "Где читать глав?\n\n"]))
    return people, first + join.join(map(item, people))


@settings(max_examples=150, deadline=None)
@given(lists())
def test_random_lists_in_random_layouts(case: tuple[list[Person], str]) -> None:
    """Whoever is listed, and however: each address goes to its owner."""
    people, text = case
    assert owners(mentions(post(text, at=datetime(2026, 1, 1, tzinfo=UTC)), people)) == right(people)
