"""What t.me's pages say, read from their markup: the landing page, the preview of a history, the talk under a post.

Telegram promises nothing about this markup. Every mark relied on was seen in saved pages of 2021-2026, and each reader
asks for the marks that must be there before it believes what is missing. No reader raises.

The pages hold citizens' names and words. What is read of them stays in memory; `talks` reduces it to flags and keyed
hashes before anything is returned.
"""

import base64
import binascii
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from auditor.probes.linked import Anchor, Marked, marked
from auditor.probes.tme.history import is_advertisement

_MARKS = re.compile(r"""\b(?:tgme_|tme_|TWidget|widget_frame_base)""")
_OPENS = re.compile(r"<html\b|<!doctype\s+html", re.IGNORECASE)
_CLOSES = re.compile(r"</html\s*>", re.IGNORECASE)
_LOST = 20
_HANDLE = re.compile(r"[A-Za-z0-9_]{2,64}")
_HOSTS = {"t.me", "www.t.me", "telegram.me", "telegram.dog"}
# How providers' and regulators' block pages speak. Bounded, so that no page takes long to search.
_BLOCK = re.compile(
    r"заблокирован|ограничен\w{0,5}\s{1,9}доступ|доступ\w{0,5}\s{1,9}(?:к\s{1,9}\w{1,30}\s{1,9}){0,4}ограничен|"
    r"роскомнадзор|149-фз|"
    r"eais\.rkn\.gov\.ru|\bblocked\b|access\s+(?:is\s+)?restricted",
    re.IGNORECASE,
)


def decode(body: bytes) -> str:
    """Return the page's text; t.me is always UTF-8."""
    return body.decode("utf-8", errors="replace")


def garbled(page: str) -> bool:
    """Tell whether a page came in another code: its markup reads, its words do not, so no question would be found.

    A letter that was cut in two somewhere is not enough.
    """
    lost = page.count("\N{REPLACEMENT CHARACTER}")
    return lost > _LOST and lost * 100 > len(page)


def parse(page: str) -> LexborHTMLParser:
    """Parse any text as a page."""
    return LexborHTMLParser(page)


def is_telegram(page: str) -> bool:
    """Tell whether there is any of Telegram's own markup on the page."""
    return _MARKS.search(page) is not None


def whole(page: str) -> bool:
    """Tell whether a page was not cut off: one that opens `html` closes it. A bare fragment is taken as it is.

    The newest messages come last, so a page cut short would silently lose the week's posts.
    """
    return _OPENS.search(page) is None or _CLOSES.search(page) is not None


def speaks_of_block(page: str) -> bool:
    """Tell whether a page says that access is blocked."""
    return _BLOCK.search(page) is not None


def attribute(node: LexborNode | None, name: str) -> str:
    """Return an attribute, or an empty string."""
    return (node.attributes.get(name) or "") if node is not None else ""


def has_class(node: LexborNode | None, name: str) -> bool:
    """Tell whether `node` has the class."""
    return name in attribute(node, "class").split()


def _children(node: LexborNode | None, name: str) -> list[LexborNode]:
    """Return the direct children that have the class: quotes and hidden templates repeat the same classes deeper."""
    return [c for c in node.iter() if has_class(c, name)] if node is not None else []


def _child(node: LexborNode | None, name: str) -> LexborNode | None:
    """Return the first direct child that has the class."""
    return next(iter(_children(node, name)), None)


def text_of(node: LexborNode | None) -> str:
    """Return the text, with line breaks as such and smileys as characters; stripped."""
    return marked(node).text


def utc(text: str) -> datetime | None:
    """Read `datetime` of a `time` element: ISO 8601 with an offset. None for anything else."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def handle_of(href: str, host: str = "") -> str | None:
    """Return the user name, in lower case, that a link to a profile names; `host` counts as t.me too."""
    try:
        parts = urlsplit(href.strip())
        netloc = parts.netloc.casefold()
    except ValueError:
        return None
    if netloc and netloc not in _HOSTS and netloc != host.casefold():
        return None
    name = parts.path.strip("/")
    return name.casefold() if _HANDLE.fullmatch(name) else None


# The landing page ----------------------------------------------------------------------------------------------------

_SUBSCRIBERS = re.compile(r"^([\d\s\u00a0\u202f,.]+)(?:subscriber|member)s?\b", re.IGNORECASE)
_DOMAIN = re.compile(r"[?&]domain=([A-Za-z0-9_]+)")
_TITLE = re.compile(r"@([A-Za-z0-9_]+)\s*$")
# Federal law 303-ФЗ of 08.08.2024: pages above 10,000 subscribers carry a link to their entry in the register.
_REGISTER = re.compile(r"(?<![\w-])(?:knd\.gov\.ru(?![\w-]|\.\w)|gosuslugi\.ru/snet\b)", re.IGNORECASE)
_SHORTENED = re.compile(
    r"(?<![\w.-])(?:clck\.ru|vk\.cc|bit\.ly|goo\.su|u\.to|tinyurl\.com|is\.gd|t\.ly|cutt\.ly|ya\.cc|surl\.li|gu-st\.ru|"
    r"qps\.ru|shorturl\.at|rebrand\.ly|ow\.ly)/\S",
    re.IGNORECASE,
)


class Kind(StrEnum):
    """What a name on t.me is."""

    CHANNEL = "channel"
    GROUP = "group"
    USER = "user"
    BOT = "bot"
    PRIVATE = "private"
    MISSING = "missing"
    UNRECOGNISED = "unrecognised"


@dataclass(frozen=True, slots=True)
class Description:
    """The owner's description of a channel: its text, and where its links lead."""

    text: str = ""
    links: tuple[str, ...] = ()
    anchors: tuple[Anchor, ...] = field(default=(), compare=False)
    """The same links with their places in `text`."""

    @property
    def marked(self) -> Marked:
        """The text with its links."""
        return Marked(self.text, self.anchors)


@dataclass(frozen=True, slots=True)
class Landing:
    """What a landing page says. `handle` is the name it speaks of, in lower case, where it names one."""

    kind: Kind
    handle: str | None = None
    title: str | None = None
    subscribers: int | None = None
    verified: bool | None = None
    description: Description | None = None


def read_landing(page: str) -> Landing:
    """Read a landing page. A page without the marks that it must have is `unrecognised`."""
    if not whole(page):
        return Landing(Kind.UNRECOGNISED)
    tree = parse(page)
    handle, title = _handle(tree), tree.css_first(".tgme_page_title")
    if title is None:
        return Landing(_kind_without_title(tree), handle)
    kind = _kind(tree)
    extra = [text_of(node) for node in tree.css(".tgme_page_extra")]
    return Landing(
        kind=kind,
        handle=handle,
        title=text_of(title.css_first("span") or title) or None,
        subscribers=next((n for t in extra if (n := exact_number(t)) is not None), None),
        verified=title.css_first(".verified-icon") is not None,
        description=_described(tree.css_first(".tgme_page_description")),
    )


def _kind_without_title(tree: LexborHTMLParser) -> Kind:
    """Tell the stub of a missing name from a page that merely lost its title.

    The same stub is what a throttled client gets, so the caller may not believe it without a control.
    """
    icon = tree.css_first(".tgme_page_icon .tgme_icon_user") is not None
    contact = tree.css_first(".tgme_page_description .tgme_username_link") is not None
    content = tree.css_first(".tgme_page_extra, .tgme_page_photo, .tgme_page_context_link, .tgme_channel_history")
    return Kind.MISSING if icon and contact and content is None else Kind.UNRECOGNISED


def _kind(tree: LexborHTMLParser) -> Kind:
    extra = " ".join(text_of(node) for node in tree.css(".tgme_page_extra")).casefold()
    action = tree.css_first(".tgme_page_action a, .tgme_action_button_new")
    button = text_of(action).casefold()
    if attribute(action, "href").startswith("tg://join"):
        return Kind.PRIVATE
    if "monthly user" in extra or button == "start bot":
        return Kind.BOT
    if "subscriber" in extra:
        return Kind.CHANNEL
    # In the pages of 2021 a channel had "members" too; its preview link and its card tell it from a group.
    preview = any("/s/" in attribute(node, "href") for node in tree.css("a.tgme_page_context_link"))
    if preview or tree.css_first(".tgme_page_post") is not None:
        return Kind.CHANNEL
    if "member" in extra:
        return Kind.GROUP
    return Kind.USER if button == "send message" else Kind.UNRECOGNISED


def _handle(tree: LexborHTMLParser) -> str | None:
    for node in tree.css('meta[property="al:ios:url"]'):
        if match := _DOMAIN.search(attribute(node, "content")):
            return match[1].casefold()
    match = _TITLE.search(text_of(tree.css_first("title")))
    return match[1].casefold() if match else None


def exact_number(text: str) -> int | None:
    """Read ``11 286 994 subscribers``; None for a rounded ``11.3M`` and for anything else."""
    match = _SUBSCRIBERS.match(text.strip())
    if match is None or "." in match[1]:
        return None
    digits = re.sub(r"[^0-9]", "", match[1])
    return int(digits) if digits and len(digits) < 12 else None


_ROUNDED = re.compile(r"(\d{1,4})(?:\.(\d{1,2}))?([KM])")


def agrees(shown: str, number: int | None) -> bool:
    """Tell whether a rounded counter, such as ``5.01K``, may be of the exact `number`."""
    match = _ROUNDED.fullmatch(shown)
    if match is None or number is None:
        return False
    unit = (1000 if match[3] == "K" else 1_000_000) / 10 ** len(match[2] or "")
    shift = abs(int(match[1] + (match[2] or "")) * unit - number)
    return bool(shift < unit)


def _described(node: LexborNode | None) -> Description:
    """Read a description; one that is not there is empty."""
    if node is None:
        return Description()
    whole = marked(node)
    return Description(whole.text, tuple(attribute(a, "href") for a in node.css("a[href]")), whole.anchors)


def register_link(description: Description | None) -> bool | None:
    """Tell whether the description carries a link to the register of large pages.

    None where the description was not seen, or where a shortened link in it may be the one.
    """
    if description is None:
        return None
    places = (description.text, *description.links)
    if any(_REGISTER.search(place) for place in places):
        return True
    return None if any(_SHORTENED.search(place) for place in places) else False


# The preview of a history --------------------------------------------------------------------------------------------

_POST = re.compile(r"([A-Za-z0-9_]+)/(\d{1,15})")
_BEFORE = re.compile(r"[?&]before=(\d{1,15})")
_MOST_MESSAGES = 400
"""No page holds so many messages: Telegram's has twenty, and reading what nests in each other takes ever longer."""
_CREATED = "Channel created"
_POST_HIDDEN = re.compile(r"please open telegram to view this (?:post|message)", re.IGNORECASE)
_UNSHOWN = re.compile(r"please open telegram to view|can.t be displayed", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Message:
    """One block of the history; an album is one. `at` is UTC."""

    id: int
    at: datetime
    service: bool = False
    created: bool = False
    """The service message "Channel created" with id 1: the channel's birth."""
    repost: bool = False
    hidden: bool = False
    """Only "Please open Telegram to view this post"."""
    text: str = ""
    """The owner's own words; empty for a repost."""
    channel_id: int | None = None
    anchors: tuple[Anchor, ...] = field(default=(), compare=False)
    """The links in `text`."""
    source: Marked = field(default=Marked(), compare=False)
    """Of a repost: where it was taken from, as shown, with its link."""
    advertisement: bool = False

    @property
    def is_post(self) -> bool:
        """Whether it is a post or a repost: neither a service message nor an advertisement."""
        return not (self.service or self.advertisement)

    @property
    def marked(self) -> Marked:
        """The owner's own words with their links."""
        return Marked(self.text, self.anchors)


@dataclass(frozen=True, slots=True)
class Header:
    """The card next to the history. Counters are rounded from 1,000 up, so `subscribers` is exact or None."""

    title: str | None = None
    subscribers: int | None = None
    verified: bool | None = None
    description: Description | None = None
    has_content: bool = False
    """Its counters speak of photos, videos, files or links."""
    shown: str = ""
    """The subscribers as they are shown, ``5.01K``."""


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """What a preview page shows of one channel."""

    recognised: bool
    messages: tuple[Message, ...] = ()
    before: int | None = None
    """Older messages are at ``?before=``; None: this page holds the first message of all."""
    header: Header | None = None
    damaged: bool = False
    """A message of the channel could not be read: counting the others would undercount."""
    foreign: bool = False
    """It holds messages of other names."""
    disordered: bool = False
    """A message stands on it twice, or not in the order of time."""
    unshown: bool = False
    """In place of messages it says that Telegram's app would show them."""


def read_history(page: str, name: str) -> HistoryPage:
    """Read a preview page of the channel `name`. Messages of other names on it are not the channel's."""
    if not whole(page):
        return HistoryPage(recognised=False)
    tree = parse(page)
    every = tree.css(".tgme_widget_message[data-post]")
    if len(every) > _MOST_MESSAGES:
        return HistoryPage(recognised=False)
    blocks = [b for b in every if _is_of(b, name)]
    found = [_message(b) for b in blocks]
    messages = {m.id: m for m in found if m is not None}
    ids = [m.id for m in found if m is not None]
    history = tree.css_first("section.tgme_channel_history, main.tgme_main, .tgme_channel_info")
    return HistoryPage(
        recognised=bool(blocks) or history is not None,
        messages=tuple(sorted(messages.values(), key=lambda m: m.id)),
        before=_older_messages(tree, min(messages, default=None)),
        header=_header(tree),
        damaged=None in found,
        foreign=len(every) > len(blocks),
        disordered=ids != sorted(messages),
        unshown=any(_UNSHOWN.search(text_of(n)) for n in tree.css(".tme_no_messages_found")),
    )


def _is_of(block: LexborNode, name: str) -> bool:
    match = _POST.match(attribute(block, "data-post"))
    return match is not None and match[1].casefold() == name.casefold()


def _message(block: LexborNode) -> Message | None:
    match = _POST.match(attribute(block, "data-post"))
    # A video's length is a `time` too, but without `datetime`; a quoted post has its own date nowhere.
    times = block.css(".tgme_widget_message_date time[datetime]") or block.css("time[datetime]")
    at = utc(attribute(times[-1], "datetime")) if times else None
    if match is None or at is None:
        return None
    number, service = int(match[2]), has_class(block, "service_message")
    source = block.css_first(".tgme_widget_message_forwarded_from")
    repost = source is not None
    words = _words(block)
    text = words.text
    return Message(
        id=number,
        at=at,
        service=service,
        created=service and number == 1 and text == _CREATED,
        repost=repost,
        hidden=not text
        and any(_POST_HIDDEN.search(text_of(n)) for n in block.css(".message_media_not_supported_label")),
        text="" if repost else text,
        channel_id=_channel_id(attribute(block, "data-view")),
        anchors=() if repost else words.anchors,
        source=marked(source.css_first(".tgme_widget_message_forwarded_from_name")) if source is not None else Marked(),
        advertisement=is_advertisement(text, [*(a.href for a in words.anchors), *_buttons(block)]),
    )


def _buttons(block: LexborNode) -> list[str]:
    """Return where the buttons under a message and the preview of its link lead."""
    nodes = block.css("a.tgme_widget_message_inline_button[href], a.tgme_widget_message_link_preview[href]")
    return [attribute(node, "href") for node in nodes]


def _words(block: LexborNode) -> Marked:
    """Return the message's own text: what it quotes has the same class deeper down."""
    bubble = _child(block, "tgme_widget_message_bubble") or block.css_first(".tgme_widget_message_bubble")
    own = [n for n in _children(bubble, "tgme_widget_message_text") if not has_class(n, "js-message_reply_text")]
    if not own:
        nested = block.css(".js-message_text")
        own = [n for n in nested[:1] if not has_class(n, "js-message_reply_text")]
    whole, anchors = "", list[Anchor]()
    for part in map(marked, own):
        whole += "\n" if whole else ""
        anchors += (Anchor(a.start + len(whole), a.end + len(whole), a.href) for a in part.anchors)
        whole += part.text
    return Marked(whole, tuple(anchors)).stripped()


def _channel_id(view: str) -> int | None:
    """Read the bare channel id out of `data-view`: base64url JSON whose `c` is its negative."""
    try:
        data = json.loads(base64.urlsafe_b64decode(view + "=" * (-len(view) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    number = data.get("c") if isinstance(data, dict) else None
    return -number if isinstance(number, int) and not isinstance(number, bool) and number < 0 else None


def _older_messages(tree: LexborHTMLParser, oldest: int | None) -> int | None:
    """Return the cursor to older messages; `rel=canonical` is the page itself and never one."""
    cursors = [int(m[1]) for n in tree.css("link[rel=prev]") if (m := _BEFORE.search(attribute(n, "href")))]
    more = (attribute(n, "data-before") for n in tree.css(".js-messages_more[data-before], .tme_messages_more"))
    cursors += [int(value) for value in more if value.isascii() and value.isdigit() and len(value) < 16]
    if not cursors:
        return None
    return min([*cursors, oldest]) if oldest is not None else min(cursors)


def _header(tree: LexborHTMLParser) -> Header | None:
    counters = tree.css(".tgme_channel_info_counter")
    title = tree.css_first(".tgme_channel_info_header_title")
    if title is None and not counters:
        return None
    texts = [" ".join(text_of(n).split()) for n in counters]
    labels = tree.css_first(".tgme_channel_info_header_labels")
    verified = labels is not None and labels.css_first(".verified-icon") is not None
    info = tree.css_first(".tgme_channel_info")
    return Header(
        title=text_of(title) or None,
        subscribers=next((n for t in texts if (n := exact_number(t)) is not None), None),
        verified=verified if labels is not None else None,
        description=_described(info.css_first(".tgme_channel_info_description")) if info is not None else None,
        shown=next((t.split()[0] for t in texts if "subscriber" in t), ""),
        has_content=any(t and "subscriber" not in t and "member" not in t for t in texts),
    )


# The talk under a post -----------------------------------------------------------------------------------------------

_COMMENTS = re.compile(r'"comments_cnt"\s*:\s*(\d{1,9})')
_API = re.compile(r'"api_url"\s*:\s*("(?:[^"\\]|\\.){1,500}")')
_HEADER = re.compile(r"^(\d[\d\s\u00a0]{0,12})\s*comments?\b", re.IGNORECASE)
_CLOSED = re.compile(r"discussion is not available", re.IGNORECASE)
_TALK_HIDDEN = re.compile(
    r"please open telegram to view|can(?:'|\N{RIGHT SINGLE QUOTATION MARK})t be displayed", re.IGNORECASE
)
_GONE = "deleted account"
_POST_LINK = re.compile(r"/(\w+/\d+)$")
_MOST_COMMENTS = 1000
"""No page holds so many comments: at most a hundred are sent at a time."""


class DiscussionState(StrEnum):
    """What a widget shows."""

    OPEN = "open"
    CLOSED = "closed"
    HIDDEN = "hidden"
    NO_POST = "no_post"
    UNRECOGNISED = "unrecognised"


@dataclass(frozen=True, slots=True, repr=False)
class RawComment:
    """A comment as the page shows it. Has no `repr`, so that no log or traceback can show it."""

    id: int
    at: datetime
    reply_to: int | None
    handle: str | None
    name: str | None
    text: str
    unread: bool = False
    """Its author cannot be told: no line names him, or his link is not one to a name."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a request for older comments must send along."""

    peer: str
    top_msg_id: str
    discussion_hash: str


@dataclass(frozen=True, slots=True)
class Discussion:
    """One page of a discussion. `before` leads to older comments; None: there are none."""

    state: DiscussionState
    count: int | None = None
    comments: tuple[RawComment, ...] = field(default=(), repr=False)
    before: int | None = None
    form: Form | None = None
    api: str | None = field(default=None, repr=False)
    damaged: bool = False
    """A comment on the page could not be read, or the way to older ones."""
    post: str | None = None
    """The post that it says it is about, as `name/number` in lower case."""


def read_discussion(page: str, host: str = "") -> Discussion:
    """Read a widget page. `host` is the server's own, whose links to people count as t.me's."""
    if not whole(page):
        return Discussion(DiscussionState.UNRECOGNISED)
    tree = parse(page)
    blocks = _blocks(tree)
    if len(blocks) > _MOST_COMMENTS:
        return Discussion(DiscussionState.UNRECOGNISED)
    found = [_comment(b, host) for b in blocks]
    comments = tuple(c for c in found if c is not None)
    form, count = _form(tree), _count(tree, page)
    return Discussion(
        state=_state(tree, seen=bool(found) or form is not None or count is not None),
        count=count,
        comments=comments,
        before=_older_comments(tree),
        form=form,
        api=_api(page),
        damaged=None in found or _leads_nowhere(tree),
        post=_post_of(tree),
    )


def _post_of(tree: LexborHTMLParser) -> str | None:
    """Return the post that the heading leads to; a closed discussion leads to none."""
    found = _POST_LINK.search(attribute(tree.css_first(".tgme_post_discussion_header a"), "href"))
    return found[1].casefold() if found else None


def read_older(body: str, host: str = "") -> Discussion:
    """Read an answer of ``loadComments``: JSON that holds a fragment of the same markup."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return Discussion(DiscussionState.UNRECOGNISED)
    html = data.get("comments_html") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not data.get("ok", True) or not isinstance(html, str):
        return Discussion(DiscussionState.UNRECOGNISED)
    tree = parse(html)
    blocks = _blocks(tree)
    if len(blocks) > _MOST_COMMENTS:
        return Discussion(DiscussionState.UNRECOGNISED)
    found = [_comment(b, host) for b in blocks]
    count = data.get("comments_cnt")
    return Discussion(
        state=DiscussionState.OPEN,
        count=count if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None,
        comments=tuple(c for c in found if c is not None),
        before=_older_comments(tree),
        damaged=None in found or _leads_nowhere(tree),
    )


def _blocks(tree: LexborHTMLParser) -> list[LexborNode]:
    blocks = tree.css(".tgme_widget_message[data-post-id]")
    return [b for b in blocks if not has_class(b, "service_message")]


def _state(tree: LexborHTMLParser, *, seen: bool) -> DiscussionState:
    if seen:
        return DiscussionState.OPEN
    notices = " ".join(text_of(n) for n in tree.css(".tme_no_messages_found, .tgme_post_discussion"))
    error = tree.css_first(".tgme_widget_message_error, .err_message")
    if _TALK_HIDDEN.search(f"{notices} {text_of(error)}"):
        return DiscussionState.HIDDEN
    if error is not None:
        return DiscussionState.NO_POST
    if _CLOSED.search(notices):
        return DiscussionState.CLOSED
    # Open and empty: the heading still links to the post; a closed one has no link.
    if tree.css_first(".tgme_post_discussion_header .js-header") and tree.css_first(".tgme_post_discussion_header a"):
        return DiscussionState.OPEN
    return DiscussionState.UNRECOGNISED


def _count(tree: LexborHTMLParser, page: str) -> int | None:
    match = _COMMENTS.search(page)
    if match:
        return int(match[1])
    heading = _HEADER.match(text_of(tree.css_first(".tgme_post_discussion_header .js-header")))
    return int(re.sub(r"\D", "", heading[1])) if heading else None


def _older_comments(tree: LexborHTMLParser) -> int | None:
    values = (attribute(n, "data-before") for n in tree.css(_MORE))
    return min((int(v) for v in values if v.isascii() and v.isdigit() and len(v) < 16), default=None)


_MORE = ".js-messages_more[data-before]"


def _leads_nowhere(tree: LexborHTMLParser) -> bool:
    """Tell whether a page says that there are older comments, and not where."""
    return tree.css_first(_MORE) is not None and _older_comments(tree) is None


def _form(tree: LexborHTMLParser) -> Form | None:
    form = tree.css_first(".js-new_message_form") or tree.css_first("form input[name=top_msg_id]")
    form = form if form is None or form.tag == "form" else form.parent
    if form is None:
        return None
    values = {attribute(n, "name"): attribute(n, "value") for n in form.css("input[name]")}
    if not values.get("top_msg_id"):
        return None
    return Form(values.get("peer", ""), values["top_msg_id"], values.get("discussion_hash", ""))


def _api(page: str) -> str | None:
    match = _API.search(page)
    try:
        url = json.loads(match[1]) if match else None
    except ValueError:
        return None
    return url if isinstance(url, str) else None


def _comment(block: LexborNode, host: str) -> RawComment | None:
    number = attribute(block, "data-post-id")
    bubble = _child(block, "tgme_widget_message_bubble")
    footer = _child(bubble, "tgme_widget_message_footer")
    time = footer.css_first("time[datetime]") if footer is not None else None
    time = time or block.css_first(".tgme_widget_message_date time[datetime]")
    at = utc(attribute(time, "datetime"))
    if not (number.isascii() and number.isdigit() and len(number) < 16) or at is None:
        return None
    author = _child(bubble, "tgme_widget_message_author")
    who = author.css_first(".tgme_widget_message_author_name") if author is not None else None
    name, href = text_of(who) or None, attribute(who, "href")
    handle = handle_of(href, host) if href else None
    own = [n for n in _children(bubble, "tgme_widget_message_text") if not has_class(n, "js-message_reply_text")]
    return RawComment(
        id=int(number),
        at=at,
        reply_to=_reply_to(bubble),
        handle=handle,
        name=None if name is None or name.casefold() == _GONE else name,
        text="\n".join(text_of(n) for n in own).strip(),
        unread=(name is None or bool(href)) and handle is None,
    )


def _reply_to(bubble: LexborNode | None) -> int | None:
    value = attribute(_child(bubble, "js-reply_to"), "data-reply-to")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None
