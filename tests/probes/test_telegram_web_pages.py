"""Reading t.me's markup: landing pages, previews and discussions, whole, cut short, garbled or endless."""

import re
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from auditor.base.snapshot import Cause, CommentsState
from auditor.probes.driver import Reply
from auditor.probes.linked import Anchor, Marked
from auditor.probes.looks import Call
from auditor.probes.telegram.forms import Kind, Message, MessageKind, Remark, Talk, register_link
from auditor.probes.telegram.speakers import Door, Writer
from auditor.probes.telegram.web.pages import exact_number, handle_of, parse, read_landing, text_of, utc, whole
from auditor.probes.telegram.web.preview import Preview, cut, read_preview
from auditor.probes.telegram.web.way import WebWay
from auditor.probes.telegram.web.widget import keep_older, keep_talk
from auditor.probes.web import Web
from auditor.sandbox.tme import pages
from auditor.sandbox.world.model import Author, PostKind
from tests.probes.tme import (
    AT,
    NAME,
    NOW,
    ONE,
    POST,
    SAVED,
    THREE,
    closed_widget,
    comment,
    history,
    landing,
    placed,
    saved,
    widget,
)

HERE = f"{NAME}/{POST}"
FOOT = '    <div class="tgme_widget_message_footer'
SOMEBODY = Author(9, "Некто Такой", "nekto")
needs_saved = pytest.mark.skipif(not SAVED.is_dir(), reason="the folder ../shared with saved pages is not here")


def preview(page: str) -> Preview:
    """A page that is a preview."""
    read = read_preview(page, NAME, AT)
    assert read is not None
    return read


def with_inside(page: str, markup: str) -> str:
    """Put something before the foot of each message."""
    return page.replace(FOOT, markup + FOOT)


def with_older(page: str, before: str) -> str:
    """Put a link to older messages or comments there."""
    more = f'<a class="tme_messages_more js-messages_more" data-before="{before}"></a>'
    return page.replace('js-message_history">', f'js-message_history">{more}')


class Seen(Door):
    """A door that remembers what it was shown."""

    def __init__(self) -> None:
        super().__init__(NAME, set())
        self.comments = list[dict[str, Any]]()

    def remark(self, writer: Writer, **told: Any) -> Remark:
        self.comments.append({"writer": writer, **told})
        return super().remark(writer, **told)


STRANGE = (ValueError, LookupError, AttributeError, TypeError, RecursionError)
"""What an answer of another form may make a reader of JSON raise; the driver makes it unrecognised."""


def talk(page: str, door: Door | None = None) -> Talk:
    return keep_talk({"at": AT, "html": page}, door or Seen(), HERE)


# Landing pages -------------------------------------------------------------------------------------------------------

CHANNEL, GROUP, USER = landing(), landing(kind="group", subscribers=97_957), landing(kind="user")


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        (CHANNEL, Kind.CHANNEL),
        (landing(subscribers=1).replace("/s/", "/"), Kind.CHANNEL),
        (CHANNEL.replace("120 subscribers", "35 members"), Kind.CHANNEL),
        (CHANNEL.replace("120 subscribers", ""), Kind.CHANNEL),
        (GROUP, Kind.GROUP),
        (CHANNEL.replace("120 subscribers", "3 members").replace("/s/", "/"), Kind.GROUP),
        (USER, Kind.USER),
        (landing(kind="bot"), Kind.BOT),
        (GROUP.replace('shine" href="tg://resolve', 'shine" href="tg://join'), Kind.PRIVATE),
        (USER.replace("Send Message", "Something new"), Kind.UNRECOGNISED),
        (pages.missing(NAME), Kind.MISSING),
        (pages.document("<title>Telegram</title>", "<div class='tgme_page'></div>"), Kind.UNRECOGNISED),
        ("", Kind.UNRECOGNISED),
    ],
)
def test_the_kind_is_told_by_markup(page: str, kind: Kind) -> None:
    """Title and status say nothing; a page without its marks is not "missing"."""
    assert read_landing(page).kind is kind


def test_a_channels_card_is_read_exactly() -> None:
    """Subscribers to the last one, the verified mark, its name, the description with its line breaks and links."""
    about = "Глава!\nhttps://knd.gov.ru/license?id=1"
    page = landing(subscribers=11_286_994, verified=True, description=about)
    seen, header = read_landing(page), read_landing(page).header
    assert (header.subscribers, header.verified, header.title, seen.handle) == (11286994, True, "Первый район", NAME)
    assert seen.about == Marked(about, (Anchor(7, 38, "https://knd.gov.ru/license?id=1"),))
    assert header.register_link is True
    other = '<meta property="al:ios:url" content="tg://resolve?domain=Drugoi"></head>'
    assert read_landing(page.replace("</head>", other)).handle == "drugoi"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1 subscriber", 1),
        ("5 012 subscribers", 5012),
        ("11\u00a0286\u00a0994 subscribers", 11286994),
        ("11.3M subscribers", None),
        ("5.01K subscribers", None),
        ("8 photos", None),
        ("subscribers", None),
        (f"{'9' * 5000} subscribers", None),
    ],
)
def test_rounded_counters_are_no_numbers(text: str, number: int | None) -> None:
    """Above 10,000 subscribers a norm applies: a guess will not do."""
    assert exact_number(text) == number


@pytest.mark.parametrize(
    ("description", "found"),
    [
        (Marked("Мы в реестре: https://knd.gov.ru/license?id=1"), True),
        (Marked("реестр", (Anchor(0, 6, "https://www.gosuslugi.ru/snet/67a"),)), True),
        (Marked("приём: https://www.gosuslugi.ru/12345/1"), False),
        (Marked("реестр: https://www.knd.gov.ru/license?id=1"), True),
        (Marked("Реестр — knd.gov.ru."), True),
        (Marked("notknd.gov.ru"), False),
        (Marked("https://knd.gov.ru.example.org/"), False),
        (Marked("реестр: clck.ru/3abc"), None),
        (Marked("clck.ru/3abc и knd.gov.ru/x"), True),
        (Marked(), False),
        (None, None),
    ],
)
def test_a_register_link_is_seen_not_seen_or_perhaps(description: Marked | None, found: bool | None) -> None:
    """A shortened link may be the one; an unseen description says nothing."""
    assert register_link(description) is found


@pytest.mark.parametrize(
    ("href", "handle"),
    [
        ("https://t.me/Imyarek", "imyarek"),
        ("//t.me/imyarek/", "imyarek"),
        ("/imyarek", "imyarek"),
        ("https://example.org/imyarek", None),
        ("https://t.me/c/123/4", None),
        ("tg://user?id=1", None),
        ("http://[::1", None),
        ("", None),
    ],
)
def test_a_link_names_a_handle_only_on_telegrams_hosts(href: str, handle: str | None) -> None:
    """A link to elsewhere is no identity."""
    assert handle_of(href) == handle


@pytest.mark.parametrize("text", ["", "2026", "2026-11-18T07:30:00", "0001-01-01T00:00:00+14:00", "x"])
def test_a_time_without_zone_or_sense_is_none(text: str) -> None:
    """A guess at a zone may move a post over a deadline."""
    assert utc(text) is None


# Previews ------------------------------------------------------------------------------------------------------------

REPOST = placed(41, text="слова другого", kind=PostKind.REPOST, origin=SOMEBODY)


def test_a_preview_page_is_read() -> None:
    """Ids, kinds, texts, the bare channel id, the way to older pages; a rounded counter is no number."""
    blocks = (
        placed(40, text="Создан мост\nи дорога"),
        REPOST,
        placed(42, text="Фото", kind=PostKind.SERVICE),
        placed(43),
    )
    page = history(*blocks, subscribers=1234).replace(f'data-post="{NAME}/43', 'data-post="chuzhoi/43')
    read = preview(with_older(page.replace(f"{NAME}/40", f"{NAME.upper()}/40"), "40"))
    assert [(m.id, m.kind, m.text, m.at) for m in read.readable] == [
        (40, MessageKind.POST, "Создан мост\nи дорога", AT),
        (41, MessageKind.REPOST, "", AT),
        (42, MessageKind.SERVICE, "Фото", AT),
    ]
    assert (read.number, read.before, read.foreign) == (1_500_000_001, 40, True)
    assert read.header is not None
    assert (read.header.subscribers, read.header.shown, read.header.has_content) == (None, "1.23K", False)
    assert preview(history(placed(5))).before is None, "rel=canonical is the page itself"


NESTED = '<div class="tgme_widget_message_text js-message_text">Три снимка</div>'
QUOTED = placed(9, text="своё", replies_to=placed(8, text="чужое"))


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (
            history(placed(84, text="Три снимка", media="album", extra=1)).replace(">Три снимка<", f">{NESTED}<"),
            "Три снимка",
        ),
        (history(QUOTED), "своё"),
        (history(QUOTED).replace(" js-message_text", ""), "своё"),
        (
            with_inside(history(placed(9)), '<time class="message_video_duration">0:39</time>'),
            "Сегодня открыли новый мост",
        ),
    ],
    ids=["a nested caption", "a quote of the same class", "without a script's class", "a video's length"],
)
def test_a_messages_own_words_and_date_are_read(page: str, told: str) -> None:
    """Once, and not those of what stands in it."""
    assert [(m.text, m.at) for m in preview(page).readable] == [(told, AT)]


@pytest.mark.parametrize(
    ("number", "kind", "text", "told"),
    [
        (1, PostKind.SERVICE, "Channel created", MessageKind.BIRTH),
        (1, PostKind.OWN, "Channel created", MessageKind.POST),
        (2, PostKind.SERVICE, "Channel created", MessageKind.SERVICE),
        (2, PostKind.OWN, "Скидки. erid: 2Vtzqw", MessageKind.ADVERTISEMENT),
        (2, PostKind.OWN, "Меридиан", MessageKind.POST),
    ],
)
def test_only_the_first_service_message_is_a_birth(number: int, kind: PostKind, text: str, told: MessageKind) -> None:
    """A post that says "Channel created" is a post; one that is marked by «erid» is an advertisement."""
    assert [m.kind for m in preview(history(placed(number, text=text, kind=kind))).readable] == [told]


def test_what_is_wrong_with_a_page_is_told() -> None:
    """A message without a date damages it; one that shows none may be restricted; endless numbers are none."""
    page = history(placed(9), placed(10))
    assert [m and m.id for m in preview(page.replace("datetime=", "data-x=", 1)).messages] == [None, 10]
    empty = history()
    notice = "This channel can't be displayed because it violated local laws."
    assert preview(empty.replace("No posts found", notice)).unshown
    assert not preview(empty).unshown
    assert preview(with_older(page, "9" * 5000)).before is None


FIVE = history(*(placed(n) for n in range(1, 6)))


@given(st.integers(0, len(FIVE) - len("</html>\n") - 120))
def test_a_page_cut_short_is_not_recognised(end: int) -> None:
    """The newest messages stand last: half a page would be a silent week."""
    assert read_preview(FIVE[:end], NAME, AT) is None
    assert read_landing(CHANNEL[: min(end, len(CHANNEL) - 150)]).kind is Kind.UNRECOGNISED


# Discussions ---------------------------------------------------------------------------------------------------------

ASKED = comment(5, 0, "Когда починят", THREE)
SOLE = widget([ASKED], 1, "1 comment")
OPEN, CLOSED, UNKNOWN = CommentsState.OPEN, CommentsState.CLOSED, CommentsState.UNKNOWN


def test_a_comment_is_read_without_what_it_quotes() -> None:
    """The hidden template and the quote repeat names and texts; what leads to older ones stays at the door."""
    door, quoting = Seen(), comment(5, 0, "Когда починят", ONE, to=comment(3, 0, "Чужие слова", THREE))
    words = '<div class="tgme_widget_message_text js-message_reply_text">Чужие слова</div>'
    hidden = f'<div class="tgme_widget_message_reply_template js-reply_tpl">{words}</div>'
    page = talk(with_inside(widget([quoting], 1, "1 comment"), hidden), door)
    assert door.comments == [
        {"writer": Writer(("zhitel_1",), "Житель Один"), "number": 5, "at": AT, "text": "Когда починят", "reply_to": 3}
    ]
    assert (door.keys[HERE]["top_msg_id"], door.keys[HERE]["api"]) == (
        "1114",
        "/api/method?api_hash=5a2db0c5a2db0c5a2d",
    )
    for thing in (page, door, door.comments[0]["writer"]):
        assert "починят" not in repr(thing)
        assert "Житель" not in repr(thing)


@pytest.mark.parametrize(
    "change",
    [
        ("tgme_widget_message_author accent_color", "x"),
        ("Житель Три", "Deleted Account"),
        ('<a class="tgme_widget_message_author_name"', '<b class="tgme_widget_message_author_name"'),
        ("https://t.me/zhitel_3", "tg://user?id=3"),
    ],
    ids=["no line", "deleted", "no link", "no name"],
)  # fmt: skip
def test_whose_a_comment_is_may_be_lost(change: tuple[str, str]) -> None:
    """Which is no reason to stop: he may have been of the owner's side."""
    door = Seen()
    page = (
        SOLE if change[0].startswith("<a") or "t.me" in change[0] else SOLE.replace('href="https://t.me/zhitel_3"', "")
    )
    talk(page.replace(*change), door)
    assert [shown["writer"].doubtful for shown in door.comments] == [True]


@pytest.mark.parametrize(
    ("page", "state", "cause"),
    [
        (widget([], 0, "Comments"), OPEN, None),
        (widget([], 0, "0 comments"), OPEN, None),
        (widget([]), OPEN, None),
        (re.sub("(?s)<form.*</form>", "", widget([])), OPEN, None),
        (re.sub("(?s)<form.*</form>", "", widget([], 0, "")), OPEN, None),
        (closed_widget(), CLOSED, None),
        (closed_widget("Please open Telegram to view this discussion from Первый район"), UNKNOWN, Cause.PREVIEW_OFF),
        (closed_widget("This group can’t be displayed because it violated local laws."), UNKNOWN, Cause.PREVIEW_OFF),
        (
            pages.document("", '<div class="tgme_widget_message_error">Post not found</div>'),
            UNKNOWN,
            Cause.TOO_LITTLE_DATA,
        ),
        (pages.missing(NAME), UNKNOWN, Cause.THROTTLED),
    ],
)
def test_a_discussion_is_open_closed_or_not_told(page: str, state: CommentsState, cause: Cause | None) -> None:
    """Closed is said in words by the page, never concluded from what is missing."""
    assert (talk(page).state, talk(page).cause) == (state, cause)


@pytest.mark.parametrize(
    "page", [closed_widget("Something new"), SOLE[: SOLE.index("</html>")], SOLE.replace(f'/{POST}"', '/8"')]
)
def test_another_page_is_no_discussion(page: str) -> None:
    """One of a new design, one that was cut short, one about another post."""
    with pytest.raises(ValueError, match="discussion"):
        talk(page)


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"ok":false,"comments_html":""}', '{"ok":true}', "[" * 100_000])
def test_an_answer_without_comments_is_not_recognised(body: str) -> None:
    """An error of the method is not an empty page."""
    with pytest.raises(STRANGE):
        keep_older({"at": AT, "html": body}, Seen(), HERE)


def test_an_endless_number_of_comments_is_none() -> None:
    """Python refuses to read thousands of digits, and a page must not make it try."""
    digits = "9" * 5000
    assert talk(widget([], None, f"{digits} comments")).count is None
    assert talk(with_older(widget([]), digits)).remarks == (None,)


# What is stored ------------------------------------------------------------------------------------------------------


def test_what_is_stored_reads_the_same_and_names_nobody() -> None:
    """Forwards, signatures, quotes and contacts lose their people; the facts stay."""
    blocks = placed(40, text="своё", signature="Подпись"), REPOST, placed(43, text="тоже чужие"), QUOTED
    contact = '<div class="tgme_widget_message_contact_wrap">Некто <span>+7 900 000-00-00</span></div>'
    page = history(*blocks).replace(f'data-post="{NAME}/43', 'data-post="chuzhoi/43')
    page = with_older(with_inside(page, contact), "40")
    stored = cut(page, NAME)
    for word in ("Подпись", "Некто", "nekto", "чужие", "чужое", "другого", "900 000"):
        assert word not in stored
    before, after = preview(page), preview(stored)
    assert [m.model_dump() for m in before.readable] == [m.model_dump() for m in after.readable]
    assert (before.before, before.header, before.number) == (after.before, after.header, after.number)


_LEAVES = st.sampled_from(["слово", "<b>слово</b>", '<span class="tgme_widget_message_from_author">Имярек</span>'])
_CLASSES = [
    *("tgme_widget_message_bubble", "tgme_widget_message_forwarded_from", "tgme_widget_message_reply"),
    *("tgme_widget_message_footer", "tgme_widget_message_text", "x"),
]


def _nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    block = st.builds(
        lambda name, body: f'<div class="tgme_widget_message" data-post="{name}/1">{body}</div>',
        st.sampled_from(["imyarek", "drugoi"]),
        inner,
    )
    plain = st.builds(lambda name, body: f'<div class="{name}">{body}</div>', st.sampled_from(_CLASSES), inner)
    return st.lists(block | plain | inner, max_size=4).map("".join)


def _one_by_one(page: str) -> str:
    """Thin a page out in the plainest way: look for the next thing to take out until there is none."""
    tree = LexborHTMLParser(page)

    def empty(selector: str, wanted: Callable[[Any], bool] = lambda _: True) -> None:
        while node := next((n for n in tree.css(selector) if n.child and wanted(n)), None):
            node.inner_html = ""

    def goes(part: Any) -> bool:
        kept = {"tgme_widget_message_forwarded_from", "tgme_widget_message_footer"}
        return not kept & set((part.attributes.get("class") or "").split())

    empty(".tgme_widget_message", lambda n: not (n.attributes.get("data-post") or "").startswith("imyarek/"))
    empty(".tgme_widget_message_forwarded_from")
    while part := next(
        (
            part
            for bubble in tree.css(".tgme_widget_message_bubble")
            if bubble.css_first(".tgme_widget_message_forwarded_from") is not None
            for part in bubble.iter(include_text=True)
            if goes(part)
        ),
        None,
    ):
        part.decompose()
    for name in ("from_author", "reply"):
        empty(f".tgme_widget_message_{name}")
    return tree.html or ""


@given(st.recursive(_LEAVES, _nested, max_leaves=25))
def test_thinning_out_last_first_leaves_the_same(body: str) -> None:
    """As taking out one thing at a time would, however things lie in each other."""
    page = f"<html><body>{body}</body></html>"
    assert cut(page, "imyarek") == _one_by_one(page)


# Anything at all -----------------------------------------------------------------------------------------------------


def readers(page: str, name: str) -> None:
    """Read whatever it is; what is no discussion is a `ValueError`, which the driver makes unrecognised."""
    read_landing(page)
    read_preview(page, name, AT)
    cut(page, name)
    with suppress(ValueError):
        keep_talk({"at": AT, "html": page}, Door(name, set()), f"{name}/7")
    with suppress(*STRANGE):
        keep_older({"at": AT, "html": page}, Door(name, set()), f"{name}/7")


FRAGMENTS = [history(placed(1), REPOST), CHANNEL, pages.missing(NAME), SOLE, closed_widget()]


@given(st.text() | st.sampled_from(FRAGMENTS), st.integers(0, 6000), st.text(max_size=30), st.integers(0, 6000))
def test_no_page_makes_a_reader_raise(page: str, at: int, noise: str, end: int) -> None:
    """Whatever comes, cut anywhere and with anything put in: facts or "unrecognised", never an exception."""
    for text in (page[:at] + noise + page[at:end], page[:at] + noise + page[at:]):
        readers(text, NAME)


@needs_saved
@given(st.data())
def test_no_cut_of_a_real_page_makes_a_reader_raise(data: st.DataObject) -> None:
    """Truncations of saved pages."""
    page = saved(data.draw(st.sampled_from(["01", "06", "10", "11", "12", "13", "18", "F1"])))
    readers(page[data.draw(st.integers(0, 500)) : data.draw(st.integers(0, len(page)))], "tchantest")


@needs_saved
@pytest.mark.parametrize(("start", "name"), [("01", "ai_news_official"), ("10", "bregeadmin"), ("F1", "tchantest")])
def test_a_real_page_reads_the_same_once_it_is_cut(start: str, name: str) -> None:
    """What is stored is what is read, less who pinned a message, and it is no longer than what came."""
    page = saved(start)
    stored = cut(page, name)
    before, after = read_preview(page, name, AT), read_preview(stored, name, AT)
    assert before is not None
    assert after is not None
    assert list(map(_facts, before.readable)) == list(map(_facts, after.readable))
    assert (before.before, before.header, before.number) == (after.before, after.header, after.number)
    assert len(stored) < len(page)


def _facts(message: Message) -> dict[str, object]:
    return message.model_dump(exclude={"text"} if message.is_service else None)


SIZE, SECONDS = 600_000, 10.0
"""Ample CPU time for a large page; what grows with the square of the size takes longer, and at the cap hours."""
_FORWARDED = (
    '<div class="tgme_widget_message" data-post="imyarek/1"><div class="tgme_widget_message_bubble">'
    '<a class="tgme_widget_message_forwarded_from">x</a><div class="tgme_widget_message_text">a<b>c</b></div>'
    '<time datetime="2026-11-20T10:00:00+00:00"></time></div></div>'
)
HEAVY = {
    "forwarded messages": _FORWARDED,
    "another channel's messages": _FORWARDED.replace("imyarek", "drugoi"),
    "messages in messages": '<div class="tgme_widget_message" data-post="imyarek/1">',
    "comments in comments": '<div class="tgme_widget_message" data-post-id="1">',
    "signatures": '<span class="tgme_widget_message_from_author">x</span>',
    "half a sentence about a block": "доступ к ",
    "a word about a block without end": "ограничен",
    "ends that do not end": "</html ",
}


@pytest.mark.parametrize("name", sorted(HEAVY))
def test_no_page_takes_long(name: str) -> None:
    """Whatever it repeats, to whichever reader, as t.me's page or as a provider's."""
    piece = HEAVY[name]
    page = f'<html><body><main class="tgme_main">{piece * (SIZE // len(piece))}</main></body></html>'
    way, begun = WebWay(Web(lambda: NOW), "http://t.invalid"), time.process_time()
    readers(page, "imyarek")
    for body in (page, page.replace("tgme_", "")):
        whole(body)
        way.read(Call("landing", {"path": "/imyarek"}), Reply(NOW, 200, body.encode()))
    assert time.process_time() - begun < SECONDS
    assert read_preview(page, "imyarek", NOW) is None or "message" not in name, "no page holds so many"


def test_as_many_messages_as_a_page_can_hold_are_read() -> None:
    """And Python's stack is no limit for a page."""
    page = "".join(_FORWARDED.replace("/1", f"/{n}") for n in range(1, 101))
    read = read_preview(f"<html><body>{page}</body></html>", "imyarek", NOW)
    assert read is not None
    assert len(read.messages) == 100
    assert text_of(parse("<div>" * 3000 + "x").body) == "x"
