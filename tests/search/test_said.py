"""Whose page an official text says an address is: labels, lists, cards; warnings; and what is left to a person."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from auditor.base.address import Address
from auditor.search.weighing.lead import How, Mention, Person
from auditor.search.weighing.said import said
from tests.search.people import TWENTY, head, passage, read, site_page

SAID = yaml.safe_load(Path(__file__).parents[1].joinpath("data", "said.yaml").read_text(encoding="utf-8"))


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


@pytest.mark.parametrize("text", SAID["unclear"] + SAID["nobodys"])
def test_what_is_not_understood_or_somebody_elses_gives_nothing(text: str) -> None:
    """A question, a quoted label, a second sentence; a deputy's, a body's, another head's, or nobody's."""
    assert read(text)["page_1"].how is not How.GIVEN


@pytest.mark.parametrize("html", SAID["unclear_pages"] + SAID["body_pages"])
def test_a_warning_or_a_bodys_label_on_a_site_gives_nothing(html: str) -> None:
    """In a heading above, a column, a line below, a cell; «Мы в соцсетях» below the head's name is the body's own."""
    (found,) = said(site_page(html), TWENTY, home=TWENTY[0])
    assert found.how is not How.GIVEN


@pytest.mark.parametrize(("text", "owner", "how"), SAID["endorsements"])
def test_a_form_gives_and_a_sentence_mentions(text: str, owner: str, how: str) -> None:
    """A label, an item, a card gives the address to its owner; any other sentence is left to be read."""
    found = read(text, home=TWENTY[0])["page_1"]
    assert (found.how, found.office) == (how, owner)


def test_a_link_struck_out_is_not_read() -> None:
    """What a site has crossed out is no page any more."""
    html = '<p>Имярек Анна Андреевна: <del><a href="https://t.me/page_1">ТГ</a></del> <a href="https://t.me/real_9">ТГ</a></p>'
    assert owners(said(site_page(html), TWENTY)) == {"real_9": "n0"}


def test_a_mention_has_its_place_its_moment_and_who_is_named() -> None:
    """And whether the person is named, or the office alone."""
    one = read("Имярек Анна Андреевна прилетела, подробности в t.me/page_1")["page_1"]
    assert (one.how, one.url, one.by_office) == (How.MENTIONED, "https://vk.com/wall-1_1", False)
    (other,) = said(passage("Глава Первого района: t.me/page_1", evidence="e1"), TWENTY)
    assert (other.how, other.office, other.evidence, other.by_office) == (How.GIVEN, "n0", "e1", True)


def test_half_of_a_double_name_is_not_enough() -> None:
    """«Имяреков Ф. Ю.» may be another than Имяреков-Первый; with the office beside it is he."""
    people = [head("Имяреков-Первый Фёдор Юрьевич", "Первый район")]
    assert read("Имяреков Ф. Ю.: t.me/page_1", people)["page_1"].how is How.MENTIONED
    assert read("Глава Первого района Имяреков Ф. Ю.: t.me/page_1", people)["page_1"].how is How.GIVEN


def test_the_bodys_own_pages_and_the_speaker_are_no_mentions() -> None:
    """Addresses on record that are no person's are left out, and so is the page that speaks."""
    text = "Имярек Анна Андреевна: t.me/page_1, vk.com/rayon_1, vk.com/rayon_2"
    body, speaker = Address.parse("vk.com/rayon_1"), Address.parse("vk.com/rayon_2")
    found = said(passage(text, url=speaker.url), TWENTY, [body])
    assert [m.address.name for m in found] == ["page_1"]


@pytest.mark.parametrize(
    ("again", "how"),
    [
        ("Имярек Анна Андреевна: t.me/page_1", How.GIVEN),
        ("Имярек Борис Борисович: t.me/page_1", How.MENTIONED),
        ("Имярек Анна Андреевна рассказала о t.me/page_1", How.GIVEN),
        ("Имярек Борис рассказал о t.me/page_1", How.MENTIONED),
        ("Канал: t.me/page_1", How.GIVEN),
        ("Фейк: t.me/page_1", How.WARNED),
    ],
)
def test_an_address_that_is_there_twice_is_one_mention(again: str, how: How) -> None:
    """A warning outweighs all; what is given to one is not near another."""
    found = read(f"Имярек Анна Андреевна: t.me/page_1\n\n{again}")
    assert (found.keys(), found["page_1"].how) == ({"page_1"}, how)


PIECES = ["фейк", "канал", "главы", "не", "официальный", "t.me/page_1", "Имярек", ",", ".", ":", "—", "!", "якобы"]


@given(st.lists(st.sampled_from([*PIECES, "\n"]), max_size=30))
def test_any_order_of_words_is_read(some: list[str]) -> None:
    """And none gives the address to one of two who share the family name."""
    for mention in said(passage(" ".join(some)), TWENTY[:2]):
        assert mention.how is not How.GIVEN


@given(st.text(max_size=200), st.text(max_size=100))
def test_any_text_is_read(before: str, after: str) -> None:
    """Whatever stands around an address."""
    said(passage(f"{before} t.me/page_1 {after}"), TWENTY[:2])


def test_a_word_ten_times_as_long_costs_about_ten_times_the_work() -> None:
    """Letters in a row are read as any other text, not once for each place in them."""

    def work(size: int) -> float:
        text = passage("a" * size + " t.me/page_1 " + "б" * size)
        begun = time.process_time()
        said(text, TWENTY)
        return time.process_time() - begun

    work(1_000)
    assert work(10_000) < 40 * work(1_000) + 0.1


# Layouts of twenty heads


def address(person: Person, host: str = "t.me") -> str:
    return f"https://{host}/head_{person.office.id}"


def short(person: Person) -> str:
    return f"{person.name.family} {person.name.given[0]}. {person.name.patronymic[0]}."


def link(person: Person, words: str = "Telegram") -> str:
    return f'<a href="{address(person)}">{words}</a>'


_CARD = (
    '<div class="card"><img src="x"><div class="name">{p.name}</div><div class="post">Глава района: {p.municipality}'
    '</div><p>Избран в сентябре, образование высшее.</p><div class="soc">{link}</div></div>'
)
_CONTACTS = (
    "<div><p><b>Глава района</b></p><p>{p.name}</p><p>{p.municipality}</p><p>Телефон: +7 000 000-00-00</p>"
    "<p>E-mail: glava@example.invalid</p><p>Соцсети: {link}</p></div>"
)
_TABLE_HEAD = "<tr><th>Район</th><th>Глава</th><th>Канал</th><th>Тел.</th></tr>"
ROWS: dict[str, tuple[str, str, str]] = {
    # layout: what is before the rows, a row, what is after them
    "table": (
        f"<table>{_TABLE_HEAD}",
        "<tr><td>{p.municipality}</td><td>{p.name}</td><td>{link}</td><td>2-12-85</td></tr>",
        "</table>",
    ),
    "cards": ("", _CARD, ""),
    "dl": ("<dl>", "<dt>{p.municipality}: {short}</dt><dd>{link}</dd>", "</dl>"),
    "headings": (
        "",
        "<h3>{p.municipality}</h3><p>Глава: {p.name}</p><p>Родился здесь.</p><p>Telegram: {link}</p>",
        "",
    ),
    "contact blocks": ("", _CONTACTS, ""),
    "paragraphs": ("", "<p>{p.municipality} — {short}: t.me/head_{p.office.id}</p>", ""),
    "nested lists": (
        "<ul>",
        "<li>{p.municipality}<ul><li>{p.name}</li><li>ВКонтакте: https://vk.com/head_{p.office.id}</li></ul></li>",
        "</ul>",
    ),
    "lines of a paragraph": ("", "<p><strong>{p.municipality}</strong><br>Глава — {short}<br>ТГ: {link}</p>", ""),
    "icons above the name": ("", "<div>{icon}<h5>{p.name}</h5><span>{p.municipality}</span></div>", ""),
    "the name as the link": ("<ol>", "<li>{p.municipality}: {named}</li>", "</ol>"),
    "districts under a heading": ("<h2>Каналы глав районов</h2><ul>", "<li>{p.municipality}: {link}</li>", "</ul>"),
    "sentences with telephones": (
        "",
        "<div><p>{p.municipality}</p><p>{p.name}, тел. 2-12-85, эл. почта: a@b.invalid, {link}</p></div>",
        "",
    ),
}


def _row(row: str, person: Person) -> str:
    links = {"link": link(person), "icon": link(person, "<img src=x>"), "named": link(person, str(person.name))}
    return row.format(p=person, short=short(person), **links)


def _rows(name: str) -> Callable[[list[Person]], str]:
    before, row, after = ROWS[name]
    return lambda people: before + "".join(_row(row, person) for person in people) + after


def _columns(people: list[Person]) -> str:
    pairs = zip(people[:10], people[10:], strict=True)
    cell = "<td><strong>{p.municipality}</strong><br>{p.name}<br>{link}</td>"
    return f"<table>{''.join(f'<tr>{_row(cell, one)}{_row(cell, other)}</tr>' for one, other in pairs)}</table>"


def _columns_of_cards(people: list[Person]) -> str:
    return "".join(f'<div class="col">{_rows("cards")(some)}</div>' for some in (people[:10], people[10:]))


LAYOUTS = {name: _rows(name) for name in ROWS} | {"columns": _columns, "columns of cards": _columns_of_cards}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("gaps", [False, True], ids=["all", "some without a page"])
def test_twenty_heads_in_every_layout(layout: Callable[[list[Person]], str], *, gaps: bool) -> None:
    """At least nineteen of twenty are given their page, and none another's, below a menu and above a foot."""
    body = layout(TWENTY)
    if gaps:
        for person in TWENTY[::4]:
            body = body.replace(link(person), "нет").replace(f": t.me/head_{person.office.id}", "")
    menu = (
        '<nav><a href="/">Главная</a><a href="/glavy">Главы районов</a></nav><h1>Главы муниципальных образований</h1>'
    )
    foot = '<footer><a href="https://t.me/oblast_99">Telegram</a></footer>'
    found = owners(said(site_page(f"{menu}<main>{body}</main>{foot}"), TWENTY))
    assert all(name == f"head_{owner}" for name, owner in found.items())
    assert gaps or len(found) >= 19


def test_one_paragraph_after_the_other_only_mentions() -> None:
    """No block holds a head and the page together: the head named last is mentioned, and a person reads it."""
    body = "".join(f"<p>{p.municipality}, {p.name}</p><p>{link(p, 'Телеграм-канал')}</p>" for p in TWENTY)
    found = said(site_page(f"<main>{body}</main>"), TWENTY)
    assert {m.address.name: m.office for m in found} == {f"head_{p.office.id}": p.office.id for p in TWENTY}
    assert {m.how for m in found} == {How.MENTIONED}
