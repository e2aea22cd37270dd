"""What the discussion widget under a post says: comments as the page shows them, which live in memory only."""

import json
import re
from dataclasses import dataclass, field, replace
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode

from auditor.probes.telegram.forms import TalkState
from auditor.probes.telegram.web.pages import (
    attribute,
    child,
    handle_of,
    has_class,
    is_stub,
    number_in,
    own_texts,
    parse,
    text_of,
    utc,
    whole,
)

_COMMENTS = re.compile(r'"comments_cnt"\s*:\s*(\d{1,9})')
_API = re.compile(r'"api_url"\s*:\s*("(?:[^"\\]|\\.){1,500}")')
_HEADER = re.compile(r"^(\d[\d\s\u00a0]{0,12})\s*comments?\b", re.IGNORECASE)
_CLOSED = re.compile(r"discussion is not available", re.IGNORECASE)
_HIDDEN = re.compile(
    r"please open telegram to view|can(?:'|\N{RIGHT SINGLE QUOTATION MARK})t be displayed", re.IGNORECASE
)
_GONE = "deleted account"
_POST_LINK = re.compile(r"/(\w+/\d+)$")
_MORE = ".js-messages_more[data-before]"
_MOST_COMMENTS = 1000
"""No page holds so many comments: at most a hundred are sent at a time."""


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
class Discussion:
    """One page of a discussion. `before` leads to older comments; None: there are none."""

    state: TalkState | None
    """None: it is no page of a discussion."""
    count: int | None = None
    comments: tuple[RawComment, ...] = field(default=(), repr=False)
    before: int | None = None
    keys: dict[str, str] = field(default_factory=dict, repr=False)
    """What a request for older comments must send along."""
    api: str | None = field(default=None, repr=False)
    damaged: bool = False
    """A comment on the page could not be read, or the way to older ones."""
    post: str | None = None
    """The post that it says it is about, as `name/number` in lower case."""


def read_discussion(page: str, host: str = "") -> Discussion:
    """Read a widget page. `host` is the server's own, whose links to people count as t.me's."""
    tree = parse(page)
    shown = _shown(tree, host)
    if not whole(page) or shown.state is None:
        return Discussion(None)
    keys, count = _keys(tree), _count(tree, page)
    seen = bool(shown.comments) or shown.damaged or bool(keys) or count is not None
    state = TalkState.OPEN if seen else _state(tree) or (TalkState.STUB if is_stub(page) else None)
    return replace(shown, state=state, count=count, keys=keys, api=_api(page), post=_post_of(tree))


def read_older(body: str, host: str = "") -> Discussion:
    """Read an answer of ``loadComments``: JSON that holds a fragment of the same markup."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return Discussion(None)
    html = data.get("comments_html") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not data.get("ok", True) or not isinstance(html, str):
        return Discussion(None)
    count = data.get("comments_cnt")
    known = isinstance(count, int) and not isinstance(count, bool) and count >= 0
    return replace(_shown(parse(html), host), count=count if known else None)


def _shown(tree: LexborHTMLParser, host: str) -> Discussion:
    """Read the comments of a page, and the way to older ones."""
    blocks = [b for b in tree.css(".tgme_widget_message[data-post-id]") if not has_class(b, "service_message")]
    if len(blocks) > _MOST_COMMENTS:
        return Discussion(None)
    comments, before = [_comment(b, host) for b in blocks], _older_comments(tree)
    return Discussion(
        TalkState.OPEN,
        comments=tuple(c for c in comments if c is not None),
        before=before,
        damaged=None in comments or (before is None and tree.css_first(_MORE) is not None),
    )


def _post_of(tree: LexborHTMLParser) -> str | None:
    """Return the post that the heading leads to; a closed discussion leads to none."""
    match = _POST_LINK.search(attribute(tree.css_first(".tgme_post_discussion_header a"), "href"))
    return match[1].casefold() if match else None


def _state(tree: LexborHTMLParser) -> TalkState | None:
    """Tell what a page without comments, count and form shows."""
    notices = " ".join(text_of(n) for n in tree.css(".tme_no_messages_found, .tgme_post_discussion"))
    error = tree.css_first(".tgme_widget_message_error, .err_message")
    if _HIDDEN.search(f"{notices} {text_of(error)}"):
        return TalkState.HIDDEN
    if error is not None:
        return TalkState.NO_POST
    if _CLOSED.search(notices):
        return TalkState.CLOSED
    # Open and empty: the heading still links to the post; a closed one has no link.
    heading = tree.css_first(".tgme_post_discussion_header .js-header")
    return TalkState.OPEN if heading and tree.css_first(".tgme_post_discussion_header a") else None


def _count(tree: LexborHTMLParser, page: str) -> int | None:
    match = _COMMENTS.search(page)
    if match:
        return int(match[1])
    heading = _HEADER.match(text_of(tree.css_first(".tgme_post_discussion_header .js-header")))
    return int(re.sub(r"\D", "", heading[1])) if heading else None


def _older_comments(tree: LexborHTMLParser) -> int | None:
    numbers = (number_in(attribute(n, "data-before")) for n in tree.css(_MORE))
    return min((n for n in numbers if n is not None), default=None)


def _keys(tree: LexborHTMLParser) -> dict[str, str]:
    form = tree.css_first(".js-new_message_form") or tree.css_first("form input[name=top_msg_id]")
    form = form if form is None or form.tag == "form" else form.parent
    inputs = form.css("input[name]") if form is not None else ()
    values = {attribute(n, "name"): attribute(n, "value") for n in inputs}
    names = ("peer", "top_msg_id", "discussion_hash")
    return {name: values.get(name, "") for name in names} if values.get("top_msg_id") else {}


def _api(page: str) -> str | None:
    match = _API.search(page)
    try:
        url = json.loads(match[1]) if match else None
    except ValueError:
        return None
    return url if isinstance(url, str) else None


def _comment(block: LexborNode, host: str) -> RawComment | None:
    number, bubble = number_in(attribute(block, "data-post-id")), child(block, "tgme_widget_message_bubble")
    footer = child(bubble, "tgme_widget_message_footer")
    time = footer.css_first("time[datetime]") if footer is not None else None
    time = time or block.css_first(".tgme_widget_message_date time[datetime]")
    at = utc(attribute(time, "datetime"))
    if number is None or at is None:
        return None
    author = child(bubble, "tgme_widget_message_author")
    who = author.css_first(".tgme_widget_message_author_name") if author is not None else None
    name, href = text_of(who) or None, attribute(who, "href")
    handle = handle_of(href, host) if href else None
    return RawComment(
        id=number,
        at=at,
        reply_to=number_in(attribute(child(bubble, "js-reply_to"), "data-reply-to")),
        handle=handle,
        name=None if name is None or name.casefold() == _GONE else name,
        text="\n".join(map(text_of, own_texts(bubble))).strip(),
        unread=(name is None or bool(href)) and handle is None,
    )
