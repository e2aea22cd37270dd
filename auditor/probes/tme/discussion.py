"""The discussion widget of one post: whether people can comment, and the comments (telegram.md 4).

What is read here holds citizens' names and words. It lives in memory only; `comments` turns it into flags and keyed
hashes before anything is returned.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from selectolax.lexbor import LexborHTMLParser, LexborNode

from auditor.base.snapshot import Comment
from auditor.probes.tme.html import (
    attribute,
    child,
    children,
    handle_of,
    has_class,
    parse,
    text_of,
    utc,
    whole,
)

_COUNT = re.compile(r'"comments_cnt"\s*:\s*(\d{1,9})')
_API = re.compile(r'"api_url"\s*:\s*("(?:[^"\\]|\\.){1,500}")')
_HEADER = re.compile(r"^(\d[\d\s\u00a0]{0,12})\s*comments?\b", re.IGNORECASE)
_CLOSED = re.compile(r"discussion is not available", re.IGNORECASE)
_HIDDEN = re.compile(
    r"please open telegram to view|can(?:'|\N{RIGHT SINGLE QUOTATION MARK})t be displayed", re.IGNORECASE
)
_GONE = "deleted account"
_MOST = 1000
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
    """A comment as it stands on the page. Has no `repr`, so that no log or traceback can show it."""

    id: int
    at: datetime
    reply_to: int | None
    handle: str | None
    name: str | None
    text: str


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
    comments: tuple[RawComment | Comment, ...] = field(default=(), repr=False)
    """In the raw, or as they were kept, where a stored page is read."""
    before: int | None = None
    form: Form | None = None
    api: str | None = field(default=None, repr=False)
    damaged: bool = False
    """A comment on the page could not be read."""


def read_discussion(page: str, host: str = "") -> Discussion:
    """Read a widget page. `host` is the server's own, whose links to people count as t.me's."""
    if not whole(page):
        return Discussion(DiscussionState.UNRECOGNISED)
    tree = parse(page)
    blocks = _blocks(tree)
    if len(blocks) > _MOST:
        return Discussion(DiscussionState.UNRECOGNISED)
    found = [_comment(b, host) for b in blocks]
    comments = tuple(c for c in found if c is not None)
    form, count = _form(tree), _count(tree, page)
    return Discussion(
        state=_state(tree, seen=bool(found) or form is not None or count is not None),
        count=count,
        comments=comments,
        before=_before(tree),
        form=form,
        api=_api(page),
        damaged=None in found,
    )


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
    if len(blocks) > _MOST:
        return Discussion(DiscussionState.UNRECOGNISED)
    found = [_comment(b, host) for b in blocks]
    count = data.get("comments_cnt")
    return Discussion(
        state=DiscussionState.OPEN,
        count=count if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None,
        comments=tuple(c for c in found if c is not None),
        before=_before(tree),
        damaged=None in found,
    )


def _blocks(tree: LexborHTMLParser) -> list[LexborNode]:
    blocks = tree.css(".tgme_widget_message[data-post-id]")
    return [b for b in blocks if not has_class(b, "service_message")]


def _state(tree: LexborHTMLParser, *, seen: bool) -> DiscussionState:
    if seen:
        return DiscussionState.OPEN
    notices = " ".join(text_of(n) for n in tree.css(".tme_no_messages_found, .tgme_post_discussion"))
    error = tree.css_first(".tgme_widget_message_error, .err_message")
    if _HIDDEN.search(f"{notices} {text_of(error)}"):
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
    match = _COUNT.search(page)
    if match:
        return int(match[1])
    heading = _HEADER.match(text_of(tree.css_first(".tgme_post_discussion_header .js-header")))
    return int(re.sub(r"\D", "", heading[1])) if heading else None


def _before(tree: LexborHTMLParser) -> int | None:
    values = (attribute(n, "data-before") for n in tree.css(".js-messages_more[data-before]"))
    return min((int(v) for v in values if v.isascii() and v.isdigit() and len(v) < 16), default=None)


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
    bubble = child(block, "tgme_widget_message_bubble")
    footer = child(bubble, "tgme_widget_message_footer")
    time = footer.css_first("time[datetime]") if footer is not None else None
    time = time or block.css_first(".tgme_widget_message_date time[datetime]")
    at = utc(attribute(time, "datetime"))
    if not (number.isascii() and number.isdigit() and len(number) < 16) or at is None:
        return None
    author = child(bubble, "tgme_widget_message_author")
    who = author.css_first(".tgme_widget_message_author_name") if author is not None else None
    name = text_of(who) or None
    own = [n for n in children(bubble, "tgme_widget_message_text") if not has_class(n, "js-message_reply_text")]
    return RawComment(
        id=int(number),
        at=at,
        reply_to=_reply_to(bubble),
        handle=handle_of(attribute(who, "href"), host) if attribute(who, "href") else None,
        name=None if name is None or name.casefold() == _GONE else name,
        text="\n".join(text_of(n) for n in own).strip(),
    )


def _reply_to(bubble: LexborNode | None) -> int | None:
    value = attribute(child(bubble, "js-reply_to"), "data-reply-to")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None
