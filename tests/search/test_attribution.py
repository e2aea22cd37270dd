"""Whose page an official text says an address is: labels, lists, cards; warnings; and what is left to a person."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from auditor.base.address import Address
from auditor.search.scoring.attribution import mentions_in
from auditor.search.scoring.lead import MentionKind
from tests.search.invented_people import TWENTY, head, passage, read, site_page

SAID = yaml.safe_load(Path(__file__).parents[1].joinpath("data", "said.yaml").read_text(encoding="utf-8"))

# Wordings


def test_no_warning_endorses() -> None:
    """An address that is called a fake, denied, reported, sued or a parody is given to no one and counts as warned."""
    for mentions in map(read, SAID["warnings"]):
        assert mentions.pop("page_1").how is MentionKind.WARNED
        assert {mention.how for name, mention in mentions.items() if name == "real_9"} <= {MentionKind.MENTIONED}


def test_what_is_not_understood_or_somebody_elses_gives_nothing() -> None:
    """A question, a quoted label, a second sentence; a deputy's, a body's, another head's, or nobody's."""
    assert [text for text in SAID["unclear"] + SAID["nobodys"] if read(text)["page_1"].how is MentionKind.GIVEN] == []


def test_a_warning_or_a_bodys_label_on_a_site_gives_nothing() -> None:
    """In a heading above, a column, a line below, a cell; «Мы в соцсетях» below the head's name is the body's own."""
    for html in SAID["unclear_pages"] + SAID["body_pages"]:
        (mention,) = mentions_in(site_page(html), TWENTY, head=TWENTY[0])
        assert mention.how is not MentionKind.GIVEN, html


def test_a_form_gives_and_a_sentence_mentions() -> None:
    """A label, an item, a card gives the address to its owner; any other sentence is left to be read."""
    for text, owner, how in SAID["endorsements"]:
        mention = read(text, head=TWENTY[0])["page_1"]
        assert (mention.how, mention.office) == (how, owner), text


def test_a_link_struck_out_is_not_read() -> None:
    """What a site has crossed out is no page any more."""
    html = '<p>Имярек Анна Андреевна: <del><a href="https://t.me/page_1">ТГ</a></del> <a href="https://t.me/real_9">ТГ</a></p>'
    assert [(m.address.name, m.office, m.how) for m in mentions_in(site_page(html), TWENTY)] == [
        ("real_9", "n0", MentionKind.GIVEN)
    ]


def test_a_mention_has_its_place_its_moment_and_who_is_named() -> None:
    """And whether the person is named, or the office alone; the body's own pages and the speaker are none."""
    text = "Имярек Анна Андреевна прилетела, подробности в t.me/page_1, vk.com/rayon_1, vk.com/rayon_2"
    body, speaker = Address.parse("vk.com/rayon_1"), Address.parse("vk.com/rayon_2")
    (mention,) = mentions_in(passage(text, url=speaker.url), TWENTY, [body])
    assert (mention.how, mention.url, mention.by_office) == (MentionKind.MENTIONED, speaker.url, False)
    (by_office,) = mentions_in(passage("Глава Первого района: t.me/page_1", evidence="e1"), TWENTY)
    assert (by_office.how, by_office.office, by_office.evidence, by_office.by_office) == (
        MentionKind.GIVEN,
        "n0",
        "e1",
        True,
    )


def test_half_of_a_double_name_is_not_enough() -> None:
    """«Имяреков Ф. Ю.» may be another than Имяреков-Первый; with the office beside it the name means the head."""
    people = [head("Имяреков-Первый Фёдор Юрьевич", "Первый район")]
    assert read("Имяреков Ф. Ю.: t.me/page_1", people)["page_1"].how is MentionKind.MENTIONED
    assert read("Глава Первого района Имяреков Ф. Ю.: t.me/page_1", people)["page_1"].how is MentionKind.GIVEN


def test_an_address_that_is_there_twice_is_one_mention() -> None:
    """A warning outweighs all; what is given to one is not near another."""
    for second_text, how in (
        ("Имярек Анна Андреевна: t.me/page_1", MentionKind.GIVEN),
        ("Имярек Борис Борисович: t.me/page_1", MentionKind.MENTIONED),
        ("Имярек Анна Андреевна рассказала о t.me/page_1", MentionKind.GIVEN),
        ("Имярек Борис рассказал о t.me/page_1", MentionKind.MENTIONED),
        ("Канал: t.me/page_1", MentionKind.GIVEN),
        ("Фейк: t.me/page_1", MentionKind.WARNED),
    ):
        mentions = read(f"Имярек Анна Андреевна: t.me/page_1\n\n{second_text}")
        assert {name: mention.how for name, mention in mentions.items()} == {"page_1": how}, second_text


PIECES = ["фейк", "канал", "главы", "не", "официальный", "t.me/page_1", "Имярек", ",", ".", ":", "—", "!", "якобы"]


@given(st.lists(st.sampled_from([*PIECES, "\n"]) | st.text(max_size=20), max_size=30))
def test_any_words_are_read(texts: list[str]) -> None:
    """And none gives the address to one of two who share the family name."""
    for mention in mentions_in(passage(" ".join(texts)), TWENTY[:2]):
        assert mention.how is not MentionKind.GIVEN


# Layouts of twenty heads: a row for each, and what is around the rows

CARD = (
    '<div class="card"><img src="x"><div class="name">{p.name}</div><div class="post">Глава района: {p.municipality}'
    '</div><p>Избран в сентябре, образование высшее.</p><div class="soc">{link}</div></div>'
)
CONTACTS = (
    "<div><p><b>Глава района</b></p><p>{p.name}</p><p>{p.municipality}</p><p>Телефон: +7 000 000-00-00</p>"
    "<p>E-mail: glava@example.invalid</p><p>Соцсети: {link}</p></div>"
)
SENTENCES = "<div><p>{p.municipality}</p><p>{p.name}, тел. 2-12-85, эл. почта: a@b.invalid, {link}</p></div>"
NESTED = "<li>{p.municipality}<ul><li>{p.name}</li><li>ВКонтакте: https://vk.com/head_{p.office.id}</li></ul></li>"
HEADINGS = "<h3>{p.municipality}</h3><p>Глава: {p.name}</p><p>Родился здесь.</p><p>Telegram: {link}</p>"
CELLS = "<tr><td>{p.municipality}</td><td>{p.name}</td><td>{link}</td><td>2-12-85</td></tr>"
LAYOUTS = {
    "table": ("<table><tr><th>Район</th><th>Глава</th><th>Канал</th><th>Тел.</th></tr>%s</table>", CELLS),
    "columns": ("<table><tr>%s</tr></table>", "<td><strong>{p.municipality}</strong><br>{p.name}<br>{link}</td>"),
    "cards": ("%s", CARD),
    "dl": ("<dl>%s</dl>", "<dt>{p.municipality}: {short}</dt><dd>{link}</dd>"),
    "headings": ("%s", HEADINGS),
    "contact blocks": ("%s", CONTACTS),
    "paragraphs": ("%s", "<p>{p.municipality} — {short}: t.me/head_{p.office.id}</p>"),
    "nested lists": ("<ul>%s</ul>", NESTED),
    "lines of a paragraph": ("%s", "<p><strong>{p.municipality}</strong><br>Глава — {short}<br>ТГ: {link}</p>"),
    "icons above the name": ("%s", "<div>{icon}<h5>{p.name}</h5><span>{p.municipality}</span></div>"),
    "the name as the link": ("<ol>%s</ol>", "<li>{p.municipality}: {named}</li>"),
    "under a heading": ("<h2>Каналы глав районов</h2><ul>%s</ul>", "<li>{p.municipality}: {link}</li>"),
    "sentences with telephones": ("%s", SENTENCES),
}


def laid_out(layout: tuple[str, str], gap: int = 99) -> str:
    """Return a page of twenty heads, every `gap`-th without a page of their own."""
    rows = []
    for number, p in enumerate(TWENTY, 1):
        link = f'<a href="https://t.me/head_{p.office.id}">%s</a>'
        links = {"link": link % "Telegram", "icon": link % "<img src=x>", "named": link % p.name}
        short = f"{p.name.family} {p.name.given[0]}. {p.name.patronymic[0]}."
        row = layout[1].format(p=p, short=short, **links)
        bare = row.replace(links["link"], "нет").replace(f": t.me/head_{p.office.id}", "")
        rows.append(row if number % gap else bare)
    menu = '<nav><a href="/">Главная</a><a href="/glavy">Главы районов</a></nav><h1>Главы образований</h1>'
    foot = '<footer><a href="https://t.me/oblast_99">Telegram</a></footer>'
    return f"{menu}<main>{layout[0] % ''.join(rows)}</main>{foot}"


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_twenty_heads_in_every_layout(layout: tuple[str, str]) -> None:
    """At least nineteen of twenty are given their page, and none another's, below a menu and above a foot."""
    for gap, least in ((99, 19), (4, 0)):
        owners = {
            m.address.name: m.office
            for m in mentions_in(site_page(laid_out(layout, gap)), TWENTY)
            if m.how is MentionKind.GIVEN
        }
        assert all(name == f"head_{owner}" for name, owner in owners.items() if owner)
        assert len(owners) >= least


def test_one_paragraph_after_the_other_only_mentions() -> None:
    """No block holds a head and the page together: the head named last is mentioned, and a person reads it."""
    mentions = mentions_in(site_page(laid_out(("%s", "<p>{p.municipality}, {p.name}</p><p>{link}</p>"))), TWENTY)
    heads = {m.address.name: (m.office, m.how) for m in mentions if m.address.name != "oblast_99"}
    assert heads == {f"head_{p.office.id}": (p.office.id, MentionKind.MENTIONED) for p in TWENTY}
