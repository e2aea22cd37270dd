"""What the preview of a channel's history says, and what of such a page is kept."""

from hypothesis import given
from hypothesis import strategies as st

from auditor.probes.telegram.responses import EntityKind, MessageKind
from auditor.probes.telegram.web.landing_page import read_landing
from auditor.probes.telegram.web.preview_page import PreviewPage, cut_preview, read_preview
from auditor.probes.telegram.web.tme_html import parse, text_of
from auditor.sandbox.world.model import PostKind, WorldAuthor
from tests.probes.tme_memory import NAME, NOW, POSTED_AT, history, landing, with_markup, with_older, world_post

SOMEBODY = WorldAuthor(9, "Некто Такой", "nekto")


def preview(page: str) -> PreviewPage:
    return read_preview(page, NAME, POSTED_AT)


REPOST = world_post(41, text="слова другого", kind=PostKind.REPOST, origin=SOMEBODY)


def test_a_preview_page_is_read() -> None:
    """Ids, kinds, texts, the bare channel id, the way to older pages; a rounded counter is no number."""
    service = world_post(42, text="Фото", kind=PostKind.SERVICE)
    blocks = world_post(40, text="Создан мост\nи дорога"), REPOST, service, world_post(43)
    page = history(*blocks, subscribers=1234).replace(f'data-post="{NAME}/43', 'data-post="chuzhoi/43')
    read = preview(with_older(page.replace(f"{NAME}/40", f"{NAME.upper()}/40"), "40"))
    assert [(m.id, m.kind, m.text, m.at) for m in read.readable] == [
        (40, MessageKind.POST, "Создан мост\nи дорога", POSTED_AT),
        (41, MessageKind.REPOST, "", POSTED_AT),
        (42, MessageKind.SERVICE, "Фото", POSTED_AT),
    ]
    assert [m.marked.text for m in read.readable][:2] == ["Создан мост\nи дорога", "Некто Такой"]
    assert (read.number, read.before, read.foreign) == (1_500_000_001, 40, True)
    assert (read.header.subscribers, read.header.shown, read.header.has_content) == (None, "1.23K", False)
    assert preview(history(world_post(5))).before is None, "rel=canonical is the page itself"


NESTED = '<div class="tgme_widget_message_text js-message_text">Три снимка</div>'
QUOTED = world_post(9, text="своё", replies_to=world_post(8, text="чужое"))


def test_a_messages_own_words_and_date_are_read() -> None:
    """Once, and not those of what stands in it: a nested caption, a quote of the same class, a video's length."""
    album = history(world_post(84, text="Три снимка", media="album", extra=1)).replace(">Три снимка<", f">{NESTED}<")
    video = with_markup(history(QUOTED), '<time class="message_video_duration">0:39</time>')
    plain = history(QUOTED).replace(" js-message_text", "")
    for page, text in ((album, "Три снимка"), (video, "своё"), (plain, "своё")):
        assert [(m.text, m.at) for m in preview(page).readable] == [(text, POSTED_AT)]


def test_only_the_first_service_message_is_a_birth() -> None:
    """A post that says "Channel created" is a post; one that is marked by «erid» is an advertisement."""
    for number, kind, text, message_kind in (
        (1, PostKind.SERVICE, "Channel created", MessageKind.CREATION),
        (1, PostKind.OWN, "Channel created", MessageKind.POST),
        (2, PostKind.SERVICE, "Channel created", MessageKind.SERVICE),
        (2, PostKind.OWN, "Скидки. erid: 2Vtzqw", MessageKind.ADVERTISEMENT),
        (2, PostKind.OWN, "Меридиан", MessageKind.POST),
    ):
        assert [m.kind for m in preview(history(world_post(number, text=text, kind=kind))).readable] == [message_kind]


def test_what_is_wrong_with_a_page_is_told() -> None:
    """A message without a date damages it; one that shows none may be restricted; endless numbers are none."""
    page = history(world_post(9), world_post(10))
    assert [m and m.id for m in preview(page.replace("datetime=", "data-x=", 1)).messages] == [None, 10]
    empty = history()
    notice = "This channel can't be displayed because it violated local laws."
    assert preview(empty.replace("No posts found", notice)).unshown
    assert not preview(empty).unshown
    assert preview(with_older(page, "9" * 5000)).before is None


FIVE = history(*(world_post(n) for n in range(1, 6)))


@given(st.integers(0, len(FIVE) - len("</html>\n") - 120))
def test_a_page_cut_short_is_not_recognised(end: int) -> None:
    """The newest messages stand last: half a page would be a silent week."""
    assert read_preview(FIVE[:end], NAME, POSTED_AT) is None
    assert read_landing(landing()[: min(end, len(landing()) - 150)]).kind is EntityKind.UNRECOGNISED


def test_what_is_stored_reads_the_same_and_names_nobody() -> None:
    """Forwards, signatures, quotes and contacts lose their people; the facts stay."""
    blocks = world_post(40, text="своё", signature="Подпись"), REPOST, world_post(43, text="тоже чужие"), QUOTED
    contact = '<div class="tgme_widget_message_contact_wrap">Некто <span>+7 900 000-00-00</span></div>'
    page = history(*blocks).replace(f'data-post="{NAME}/43', 'data-post="chuzhoi/43')
    page = with_older(with_markup(page, contact), "40")
    stored = cut_preview(page, NAME)
    for word in ("Подпись", "Некто", "nekto", "чужие", "чужое", "другого", "900 000"):
        assert word not in stored
    before, after = preview(page), preview(stored)
    assert [m.model_dump() for m in before.readable] == [m.model_dump() for m in after.readable]
    assert (before.before, before.header, before.number) == (after.before, after.header, after.number)


CLASSES = ("bubble", "forwarded_from", "reply", "footer", "text", "from_author")
AROUND = [
    *(f'<div class="tgme_widget_message" data-post="{whose}</div>' for whose in (f'{NAME}/1">%s', 'drugoi/1">%sчужое')),
    *(f'<div class="tgme_widget_message_{name}">%s</div>' for name in CLASSES),
    '%s<b class="tgme_widget_message_from_author">чужое</b>',
]
"""Messages of this channel and of another, and parts of them; words of others are marked as such."""


def _nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    around = st.builds(lambda markup, body: markup % body, st.sampled_from(AROUND), inner)
    return st.lists(around | inner, max_size=4).map("".join)


@given(st.recursive(st.sampled_from(["слово", "<b>слово</b>"]), _nested, max_leaves=25))
def test_what_is_anothers_goes_however_things_lie_in_each_other(body: str) -> None:
    """And once is enough: what is stored is cut no further."""
    stored = cut_preview(f"<html><body>{body}</body></html>", NAME)
    assert "чужое" not in stored
    assert cut_preview(stored, NAME) == stored


def test_as_many_messages_as_a_page_can_hold_are_read() -> None:
    """And Python's stack is no limit for a page."""
    for number, read in [(400, 400), (401, None)]:
        page = "".join(f'<div class="tgme_widget_message" data-post="{NAME}/{n}"></div>' for n in range(number))
        preview_page = read_preview(f"<html><body>{page}</body></html>", NAME, NOW)
        assert (preview_page and len(preview_page.messages)) == read
        assert text_of(parse("<div>" * 3000 + "x").body) == "x"
