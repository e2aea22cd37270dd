"""Whose page an official text says an address is: labels, lists, cards; warnings; and what is left to a person."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from auditor.search.weighing.lead import How, Mention, Person
from auditor.search.weighing.said import said
from tests.said_people import TWENTY, page, passage, read
from tests.weighing_people import head

SAID = yaml.safe_load(Path(__file__).parent.joinpath("data", "said.yaml").read_text(encoding="utf-8"))


def owners(found: list[Mention]) -> dict[str, str | None]:
    """Who is given each address."""
    return {m.address.name: m.office for m in found if m.how is How.GIVEN and m.office}


# Wordings


@pytest.mark.parametrize("text", SAID["warnings"])
def test_no_warning_endorses(text: str) -> None:
    """Called a fake, denied, reported, sued, a parody: the address is nobody's, and a warning speaks against it."""
    found = read(text)
    assert found["page_1"].how is How.WARNED
    assert "real_9" not in found or found["real_9"].how is How.MENTIONED


@pytest.mark.parametrize("text", SAID["unclear"])
def test_what_is_not_understood_gives_nothing(text: str) -> None:
    """A question, a quoted label, a word more than the closed list has, a second sentence."""
    assert read(text)["page_1"].how is not How.GIVEN


@pytest.mark.parametrize("html", SAID["unclear_pages"])
def test_a_warning_on_a_site_gives_nothing(html: str) -> None:
    """In a heading above, a column, a line below, or one of the table's cells."""
    (found,) = said(page(html), TWENTY, home=TWENTY[0])
    assert found.how is not How.GIVEN


@pytest.mark.parametrize("html", SAID["body_pages"])
def test_a_label_of_the_body_gives_its_page_to_nobody(html: str) -> None:
    """«Мы в соцсетях» below the head's name is the body's own page."""
    (found,) = said(page(html), TWENTY, home=TWENTY[0])
    assert found.how is not How.GIVEN


def test_a_link_struck_out_is_not_read() -> None:
    """What a site has crossed out is no page any more."""
    html = '<p>Имярек Анна Андреевна: <del><a href="https://t.me/page_1">ТГ</a></del> <a href="https://t.me/real_9">ТГ</a></p>'
    assert owners(said(page(html), TWENTY)) == {"real_9": "n0"}


@pytest.mark.parametrize(("text", "owner", "how"), SAID["endorsements"])
def test_a_form_gives_and_a_sentence_mentions(text: str, owner: str, how: str) -> None:
    """A label, an item, a card gives the address to its owner; any other sentence is left to be read."""
    found = read(text, home=TWENTY[0])["page_1"]
    assert (found.how, found.office) == (how, owner)


@pytest.mark.parametrize("text", SAID["nobodys"])
def test_beside_somebody_else_it_is_not_given(text: str) -> None:
    """A deputy's, a body's, another head's, or nobody's."""
    assert read(text)["page_1"].how is not How.GIVEN


def test_not_understood_is_mentioned_with_its_place() -> None:
    """The place of the sentence comes with it."""
    found = read("Имярек Анна Андреевна прилетела, подробности в t.me/page_1")["page_1"]
    assert (found.how, found.url) == (How.MENTIONED, "https://vk.com/wall-1_1")


def test_half_of_a_double_name_is_not_enough() -> None:
    """«Имяреков Ф. Ю.» may be another than Имяреков-Первый; with the office beside it is he."""
    people = [head("Имяреков-Первый Фёдор Юрьевич", "Первый район")]
    assert read("Имяреков Ф. Ю.: t.me/page_1", people)["page_1"].how is How.MENTIONED
    assert read("Глава Первого района Имяреков Ф. Ю.: t.me/page_1", people)["page_1"].how is How.GIVEN


PIECES = (
    "фейк",
    "канал",
    "главы",
    "не",
    "официальный",
    "t.me/page_1",
    "Имярек",
    ",",
    ".",
    ":",
    "—",
    "!",
    "\n",
    "якобы",
)


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_any_order_of_words_is_read(some: list[str]) -> None:
    """And none gives the address to one of two who share the family name."""
    for mention in said(passage(" ".join(some)), TWENTY[:2]):
        assert mention.how is not How.GIVEN


@given(st.text(max_size=200), st.text(max_size=100))
def test_any_text_is_read(before: str, after: str) -> None:
    """Whatever stands around an address."""
    said(passage(f"{before} t.me/page_1 {after}"), TWENTY[:2])


def test_a_long_word_costs_no_time() -> None:
    """A hundred thousand letters in a row are read as fast as any other text."""
    begun = time.perf_counter()
    said(passage("a" * 100_000 + " t.me/page_1 " + "б" * 100_000), TWENTY)
    assert time.perf_counter() - begun < 10  # a second on a machine that does nothing else


# Layouts of twenty heads


def address(person: Person, host: str = "t.me") -> str:
    return f"https://{host}/head_{person.office.id}"


def short(person: Person) -> str:
    return f"{person.name.family} {person.name.given[0]}. {person.name.patronymic[0]}."


def link(person: Person, words: str = "Telegram") -> str:
    return f'<a href="{address(person)}">{words}</a>'


_ROW = "<tr><td>{}</td><td>{}</td><td>{}</td><td>2-12-85</td></tr>"
_CARD = (
    '<div class="card"><img src="x"><div class="name">{}</div><div class="post">Глава района: {}</div>'
    '<p>Избран в сентябре, образование высшее.</p><div class="soc">{}</div></div>'
)
_CONTACTS = (
    "<div><p><b>Глава района</b></p><p>{}</p><p>{}</p><p>Телефон: +7 000 000-00-00</p>"
    "<p>E-mail: glava@example.invalid</p><p>Соцсети: {}</p></div>"
)


def _columns(people: list[Person]) -> str:
    half = len(people) // 2
    pairs = zip(people[:half], people[half:], strict=True)
    cell = "<td><strong>{}</strong><br>{}<br>{}</td>"
    rows = ("".join(cell.format(p.municipality, p.name, link(p)) for p in pair) for pair in pairs)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


LAYOUTS: dict[str, Callable[[list[Person]], str]] = {
    "table": lambda people: (
        "<table><tr><th>Район</th><th>Глава</th><th>Канал</th><th>Тел.</th></tr>"
        + "".join(_ROW.format(p.municipality, p.name, link(p, "ссылка")) for p in people)
        + "</table>"
    ),
    "cards": lambda people: "".join(_CARD.format(p.name, p.municipality, link(p)) for p in people),
    "dl": lambda people: (
        "<dl>" + "".join(f"<dt>{p.municipality}: {short(p)}</dt><dd>{link(p)}</dd>" for p in people) + "</dl>"
    ),
    "headings": lambda people: "".join(
        f"<h3>{p.municipality}</h3><p>Глава: {p.name}</p><p>Родился здесь.</p><p>Telegram: {link(p, 'канал')}</p>"
        for p in people
    ),
    "contact blocks": lambda people: "".join(
        _CONTACTS.format(p.municipality, p.name, link(p, "Телеграм")) for p in people
    ),
    "paragraphs": lambda people: "".join(
        f"<p>{p.municipality} — {short(p)}: {address(p).removeprefix('https://')}</p>" for p in people
    ),
    "nested lists": lambda people: (
        "<ul>"
        + "".join(
            f"<li>{p.municipality}<ul><li>{p.name}</li><li>ВКонтакте: {address(p, 'vk.com')}</li></ul></li>"
            for p in people
        )
        + "</ul>"
    ),
    "two columns": _columns,
    "two columns of cards": lambda people: "".join(
        f'<div class="col">{"".join(_CARD.format(p.name, p.municipality, link(p)) for p in some)}</div>'
        for some in (people[:10], people[10:])
    ),
    "lines of a paragraph": lambda people: "".join(
        f"<p><strong>{p.municipality}</strong><br>Глава — {short(p)}<br>ТГ: {link(p, 'канал')}</p>" for p in people
    ),
    "icons above the name": lambda people: "".join(
        f"<div>{link(p, '<img src=x>')}<h5>{p.name}</h5><span>{p.municipality}</span></div>" for p in people
    ),
    "the name as the link": lambda people: (
        "<ol>" + "".join(f"<li>{p.municipality}: {link(p, str(p.name))}</li>" for p in people) + "</ol>"
    ),
    "districts under a heading": lambda people: (
        "<h2>Каналы глав районов</h2><ul>"
        + "".join(f"<li>{p.municipality}: {link(p, 'канал')}</li>" for p in people)
        + "</ul>"
    ),
    "sentences with telephones": lambda people: "".join(
        f"<div><p>{p.municipality}</p><p>{p.name}, тел. 2-12-85, эл. почта: a@b.invalid, {link(p)}</p></div>"
        for p in people
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("gaps", [False, True], ids=["all", "some without a page"])
def test_twenty_heads_in_every_layout(layout: Callable[[list[Person]], str], gaps: bool) -> None:
    """At least nineteen of twenty are given their page, and none another's, below a menu and above a foot."""
    people = TWENTY[:20]
    body = layout(people)
    if gaps:
        for person in people[::4]:
            body = body.replace(link(person), "нет").replace(f": {address(person).removeprefix('https://')}", "")
    menu = (
        '<nav><a href="/">Главная</a><a href="/glavy">Главы районов</a></nav><h1>Главы муниципальных образований</h1>'
    )
    foot = '<footer><a href="https://t.me/oblast_99">Telegram</a></footer>'
    found = owners(said(page(f"{menu}<main>{body}</main>{foot}"), people))
    assert all(name == f"head_{owner}" for name, owner in found.items())
    if not gaps:
        assert len(found) >= 19


def test_one_paragraph_after_the_other_only_mentions() -> None:
    """No block holds a head and the page together: the head named last is mentioned, and a person reads it."""
    body = "".join(f"<p>{p.municipality}, {p.name}</p><p>{link(p, 'Телеграм-канал')}</p>" for p in TWENTY[:20])
    found = said(page(f"<main>{body}</main>"), TWENTY[:20])
    assert {m.address.name: m.office or None for m in found} == {
        f"head_{p.office.id}": p.office.id for p in TWENTY[:20]
    }
    assert {m.how for m in found} == {How.MENTIONED}
