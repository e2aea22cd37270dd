"""Reading t.me's markup: landing pages, previews and discussions, whole, cut short or garbled."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.base.snapshot import Cause, CommentsState
from auditor.probes.linked import Anchor, Marked
from auditor.probes.telegram.forms import Kind, Message, MessageKind, Remark, Talk, register_link
from auditor.probes.telegram.speakers import Door, Writer
from auditor.probes.telegram.web.pages import exact_number, handle_of, parse, read_landing, text_of, utc
from auditor.probes.telegram.web.preview import Preview, cut, read_preview
from auditor.probes.telegram.web.widget import keep_older, keep_talk
from tests.telegram_site import (
    NO_POSTS,
    PAGES,
    closed_discussion,
    comment,
    discussion,
    document,
    history,
    landing,
    message,
    missing,
    saved,
)

AT = datetime(2026, 11, 18, 7, 30, tzinfo=UTC)
NAME = "pervyi_rayon"


def preview(page: str) -> Preview:
    """A page that is a preview."""
    read = read_preview(page, NAME, AT)
    assert read is not None
    return read


class Seen(Door):
    """A door that remembers what it was shown."""

    def __init__(self) -> None:
        super().__init__(NAME, set())
        self.comments = list[dict[str, Any]]()

    def remark(self, writer: Writer, **comment: Any) -> Remark:
        self.comments.append({"writer": writer, **comment})
        return super().remark(writer, **comment)


STRANGE = (ValueError, LookupError, AttributeError, TypeError, RecursionError)
"""What an answer of another form may make a reader of JSON raise; the driver makes it unrecognised."""


def talk(page: str, door: Door | None = None, post: str = f"{NAME}/7") -> Talk:
    return keep_talk({"at": AT, "html": page}, door or Seen(), post)


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        (landing(NAME), Kind.CHANNEL),
        (landing(NAME, "1 subscriber", preview=False), Kind.CHANNEL),
        (landing(NAME, "35 members"), Kind.CHANNEL),
        (landing(NAME, ""), Kind.CHANNEL),
        (landing(NAME, "97 957 members, 4 138 online", preview=False), Kind.GROUP),
        (landing(NAME, "3 members", preview=False), Kind.GROUP),
        (landing(NAME, f"@{NAME}", button="Send Message", preview=False), Kind.USER),
        (landing(NAME, "81 monthly users", button="Start Bot", preview=False), Kind.BOT),
        (landing(NAME, "5 members", href="tg://join?invite=AbC", button="Join Group", preview=False), Kind.PRIVATE),
        (landing(NAME, "", button="Something new", preview=False), Kind.UNRECOGNISED),
        (missing(NAME), Kind.MISSING),
        (document("Telegram", "<div class='tgme_page'></div>"), Kind.UNRECOGNISED),
        ("", Kind.UNRECOGNISED),
    ],
)
def test_the_kind_is_told_by_markup(page: str, kind: Kind) -> None:
    """Title and status say nothing; a page without its marks is not "missing"."""
    assert read_landing(page).kind is kind


def test_a_channels_card_is_read_exactly() -> None:
    """Subscribers to the last one, the verified mark, the description with its line breaks and links."""
    page = landing(
        NAME,
        "11\u00a0286\u00a0994 subscribers",
        verified=True,
        description='Глава&#33;<br/><a href="https://knd.gov.ru/license?id=1">реестр</a>',
    )
    seen = read_landing(page)
    header = seen.header
    assert (header.subscribers, header.verified, header.title, seen.handle) == (11286994, True, "Первый район", NAME)
    assert seen.about == Marked("Глава!\nреестр", (Anchor(7, 13, "https://knd.gov.ru/license?id=1"),))
    assert header.register_link is True


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1 subscriber", 1),
        ("5 012 subscribers", 5012),
        ("11.3M subscribers", None),
        ("5.01K subscribers", None),
        ("8 photos", None),
        ("subscribers", None),
        ("no subscribers", None),
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


def test_a_preview_page_is_read() -> None:
    """Ids, times, kinds, the bare channel id and the way to older pages."""
    blocks = (
        message(NAME.upper(), 40, AT, "Создан мост<br/>и дорога")
        + message(NAME, 41, AT, "слова другого", forwarded="Некто")
        + message(NAME, 42, AT, "Channel photo updated", service=True)
        + message("chuzhoi", 43, AT)
    )
    page = preview(history(NAME, blocks, before=40, counters="1.2K subscribers, 3 photos"))
    assert [(m.id, m.kind, m.text) for m in page.readable] == [
        (40, MessageKind.POST, "Создан мост\nи дорога"),
        (41, MessageKind.REPOST, ""),
        (42, MessageKind.SERVICE, "Channel photo updated"),
    ]
    assert page.number == 1000000001
    assert (page.before, page.foreign) == (40, True)
    assert page.header is not None
    assert (page.header.subscribers, page.header.has_content) == (None, True)


def test_an_album_is_one_post_and_its_text_is_read_once() -> None:
    """Its caption is in two nested blocks of the same class."""
    album = '<a href="https://t.me/x/84?single"></a><a href="https://t.me/x/85?single"></a>'
    nested = '<div class="tgme_widget_message_text js-message_text">Три снимка</div>'
    page = preview(history(NAME, message(NAME, 84, AT, nested, inner=album)))
    assert [(m.id, m.text) for m in page.readable] == [(84, "Три снимка")]


def test_quoted_words_are_not_the_posts() -> None:
    """A reply quotes another post in the same classes."""
    words = '<div class="tgme_widget_message_text js-message_reply_text">чужое</div>'
    quote = f'<a class="tgme_widget_message_reply">{words}</a>'
    page = preview(history(NAME, message(NAME, 9, AT, "своё", inner=quote)))
    assert page.readable[0].text == "своё"


def test_only_the_first_service_message_is_a_birth() -> None:
    """A post that says "Channel created" is a post."""
    blocks = message(NAME, 1, AT, "Channel created") + message(NAME, 2, AT, "Channel created", service=True)
    kinds = [message.kind for message in preview(history(NAME, blocks)).readable]
    assert kinds == [MessageKind.POST, MessageKind.SERVICE]
    born = preview(history(NAME, message(NAME, 1, AT, "Channel created\n  ", service=True)))
    assert born.readable[0].kind is MessageKind.BIRTH


def test_a_videos_length_is_not_a_date() -> None:
    """It is a `time` too, without `datetime`."""
    video = '<time class="message_video_duration">0:39</time>'
    page = preview(history(NAME, message(NAME, 9, AT, inner=video)))
    assert page.readable[0].at == AT


def test_a_message_without_a_date_damages_the_page() -> None:
    """Counting the others would undercount."""
    broken = message(NAME, 9, AT).replace("datetime=", "data-x=")
    page = preview(history(NAME, broken + message(NAME, 10, AT)))
    assert [m and m.id for m in page.messages] == [None, 10]


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_page_cut_short_is_not_recognised(share: float) -> None:
    """The newest messages stand last: half a page would be a silent week."""
    whole = history(NAME, "".join(message(NAME, i, AT) for i in range(1, 15)))
    assert read_preview(whole[: int(len(whole) * share)], NAME, AT) is None
    assert len(preview(whole).readable) == 14
    stub = landing(NAME)
    assert read_landing(stub[: int(len(stub) * share)]).kind is Kind.UNRECOGNISED


def test_an_unshown_history_says_so() -> None:
    """Restricted by law or switched off: not an empty channel."""
    notice = NO_POSTS.replace("No posts found", "This channel can't be displayed because it violated local laws.")
    assert preview(history(NAME, notice)).unshown
    assert not preview(history(NAME, NO_POSTS)).unshown


def test_canonical_is_never_a_cursor() -> None:
    """Following it would go round in a circle."""
    assert preview(history(NAME, message(NAME, 5, AT))).before is None


def test_a_comment_is_read_without_what_it_quotes() -> None:
    """The hidden template and the quote repeat names and texts."""
    door, shown = Seen(), comment(5, AT, "Когда починят", name="Имярек Б.", handle="Imyarek_B", reply_to=3)
    talk(discussion(f"{NAME}/7", shown, 1), door)
    assert door.comments == [
        {"writer": Writer(("imyarek_b",), "Имярек Б."), "number": 5, "at": AT, "text": "Когда починят", "reply_to": 3}
    ]
    assert (door.keys[f"{NAME}/7"]["top_msg_id"], door.keys[f"{NAME}/7"]["api"]) == (
        "302",
        "/api/method?api_hash=5ec4e7",
    )


def test_comments_do_not_show_themselves() -> None:
    """No traceback or log prints a citizen's name or words."""
    door = Seen()
    page = talk(discussion(f"{NAME}/7", comment(5, AT, "слова", name="Имярек"), 1), door)
    for thing in (page, door, door.comments[0]["writer"]):
        assert "слова" not in repr(thing)
        assert "Имярек" not in repr(thing)


def test_comments_without_an_author_or_of_a_deleted_account_are_read() -> None:
    """Whose words they are cannot be told, which is no reason to stop."""
    door, gone = Seen(), comment(6, AT, "b", name="Deleted Account")
    talk(discussion(f"{NAME}/7", comment(5, AT, "a", author=False) + gone, 2), door)
    assert [shown["writer"] for shown in door.comments] == [Writer(doubtful=True)] * 2


HIDDEN, NO_POST, STUB = Cause.PREVIEW_OFF, Cause.TOO_LITTLE_DATA, Cause.THROTTLED


@pytest.mark.parametrize(
    ("page", "state", "cause"),
    [
        (discussion(f"{NAME}/7", "", 0), CommentsState.OPEN, None),
        (discussion(f"{NAME}/7", "", None), CommentsState.OPEN, None),
        (discussion(f"{NAME}/7", "", None, form=False), CommentsState.OPEN, None),
        (closed_discussion(), CommentsState.CLOSED, None),
        (
            closed_discussion("Please open Telegram to view this discussion from Первый район"),
            CommentsState.UNKNOWN,
            HIDDEN,
        ),
        (
            closed_discussion("This group can’t be displayed because it violated local laws."),
            CommentsState.UNKNOWN,
            HIDDEN,
        ),
        (
            document("w", '<div class="tgme_widget_message_error">Post not found</div>'),
            CommentsState.UNKNOWN,
            NO_POST,
        ),
        (missing(NAME), CommentsState.UNKNOWN, STUB),
    ],
)
def test_a_discussion_is_open_closed_or_not_told(page: str, state: CommentsState, cause: Cause | None) -> None:
    """Closed is said in words by the page, never concluded from what is missing."""
    assert (talk(page).state, talk(page).cause) == (state, cause)


@pytest.mark.parametrize(
    "page",
    [
        closed_discussion("Something new"),
        discussion(f"{NAME}/7", comment(5, AT, "a"), 1)[:-9],
        discussion(f"{NAME}/8", comment(5, AT, "a"), 1),
    ],
)
def test_another_page_is_no_discussion(page: str) -> None:
    """One of a new design, one that was cut short, one about another post."""
    with pytest.raises(ValueError, match="discussion"):
        talk(page)


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"ok":false,"comments_html":""}', '{"ok":true}', "[" * 100_000])
def test_an_answer_without_comments_is_not_recognised(body: str) -> None:
    """An error of the method is not an empty page."""
    with pytest.raises(STRANGE):
        keep_older({"at": AT, "html": body}, Seen(), f"{NAME}/7")


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


def test_endless_numbers_are_no_numbers() -> None:
    """Python refuses to read thousands of digits, and a page must not make it try."""
    digits = "9" * 5000
    more = f'<a class="js-messages_more" data-before="{digits}"></a>'
    assert preview(history(NAME, message(NAME, 5, AT) + more)).before is None
    endless = discussion(f"{NAME}/7", "", None).replace("None comments", f"{digits} comments")
    assert talk(endless).count is None
    assert talk(endless.replace("</body>", f"{more}</body>")).remarks == (None,)
    assert exact_number(f"{digits} subscribers") is None


def test_deep_nesting_is_read() -> None:
    """Python's stack is no limit for a page."""
    assert text_of(parse("<div>" * 3000 + "x").body) == "x"


@pytest.mark.parametrize("text", ["", "2026", "2026-11-18T07:30:00", "0001-01-01T00:00:00+14:00", "x"])
def test_a_time_without_zone_or_sense_is_none(text: str) -> None:
    """A guess at a zone may move a post over a deadline."""
    assert utc(text) is None


def test_what_is_stored_reads_the_same_and_names_nobody() -> None:
    """Forwards, signatures, quotes and contacts lose their people; the facts stay."""
    contact = '<div class="tgme_widget_message_contact_wrap">Некто <span>+7 900 000-00-00</span></div>'
    blocks = (
        message(NAME, 40, AT, "своё", signature="Подпись", inner=contact)
        + message(NAME, 41, AT, "чужие слова", forwarded="Некто Такой")
        + message("chuzhoi", 43, AT, "тоже чужие")
    )
    page = history(NAME, blocks, before=40)
    stored = cut(page, NAME)
    for word in ("Подпись", "Некто", "чужие", "900 000"):
        assert word not in stored
    before, after = preview(page), preview(stored)
    assert [m.model_dump() for m in before.readable] == [m.model_dump() for m in after.readable]
    assert (before.before, before.header) == (after.before, after.header)


def test_people_inside_people_are_taken_out() -> None:
    """Markup that nests what is taken out does not break the taking."""
    inner = '<div class="x_contact">Некто<div class="x_contact">Другой<i class="x_contact">Третий</i></div></div>'
    nested = message("chuzhoi", 2, AT, message("chuzhoi", 3, AT, "Некто", forwarded="Некто"), forwarded="Некто")
    page = history(NAME, message(NAME, 1, AT, nested, inner=inner, forwarded="Некто") * 3)
    stored = cut(page, NAME)
    assert not any(word in stored for word in ("Некто", "Другой", "Третий"))


FRAGMENTS = [
    history(NAME, message(NAME, 1, AT) + message(NAME, 2, AT, forwarded="x"), before=5),
    landing(NAME),
    missing(NAME),
    discussion(f"{NAME}/7", comment(5, AT, "a", reply_to=3), 1, before=5),
    closed_discussion(),
]


def readers(page: str, name: str) -> None:
    """Read whatever it is; what is no discussion is a `ValueError`, which the driver makes unrecognised."""
    read_landing(page)
    read_preview(page, name, AT)
    with suppress(ValueError):
        talk(page, Door(name, set()), f"{name}/7")
    with suppress(*STRANGE):
        keep_older({"at": AT, "html": page}, Door(name, set()), f"{name}/7")


@given(
    st.one_of(st.text(), st.sampled_from(FRAGMENTS)), st.integers(0, 6000), st.text(max_size=30), st.integers(0, 6000)
)
def test_no_page_makes_a_reader_raise(page: str, at: int, noise: str, end: int) -> None:
    """Whatever comes, cut anywhere and with anything put in: facts or "unrecognised", never an exception."""
    for text in (page[:at] + noise + page[at:end], page[:at] + noise + page[at:]):
        readers(text, NAME)
        cut(text, NAME)


@pytest.mark.skipif(not PAGES.is_dir(), reason="the folder ../shared with saved pages is not here")
@given(st.data())
def test_no_cut_of_a_real_page_makes_a_reader_raise(data: st.DataObject) -> None:
    """Truncations of saved pages."""
    page = saved(data.draw(st.sampled_from(["01", "06", "10", "11", "12", "13", "18", "F1"])))
    piece = page[data.draw(st.integers(0, 500)) : data.draw(st.integers(0, len(page)))]
    readers(piece, "tchantest")


@given(st.integers(0, len(history(NAME, "".join(message(NAME, i, AT) for i in range(1, 6)))) - 9))
def test_no_cut_of_a_page_yields_a_shorter_history(end: int) -> None:
    """A page that opened and did not close is never taken for a whole one."""
    page = history(NAME, "".join(message(NAME, i, AT) for i in range(1, 6)))[:end]
    assert read_preview(page, NAME, AT) is None


@pytest.mark.skipif(not PAGES.is_dir(), reason="the folder ../shared with saved pages is not here")
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
