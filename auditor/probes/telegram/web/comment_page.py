"""Minimises the discussion widget under a post to its comments, already without authors, and their count.

The functions raise `ValueError` for a page that is not a discussion or belongs to another post, and any exception for
JSON of another form. A widget, shortened::

    <div class="tgme_post_discussion_header"><a href="/first_district/7"></a><h3 class="js-header">1 comment</h3></div>
    <div class="tgme_widget_message" data-post-id="30"><div class="tgme_widget_message_bubble">
      <div class="tgme_widget_message_author"><a class="tgme_widget_message_author_name">A. Reader</a></div>
      <div class="tgme_widget_message_text">When will the bridge be mended?</div>
      <div class="tgme_widget_message_footer"><time datetime="2026-11-20T10:00:00+00:00"></time></div></div></div>
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from auditor.base.snapshot import Cause, CommentsState
from auditor.probes.comment_reader import CommentAuthor
from auditor.probes.telegram.responses import EntityKind, TelegramComment, TelegramCommentPage
from auditor.probes.telegram.telegram_authors import TelegramAuthors
from auditor.probes.telegram.web import tme_html
from auditor.probes.telegram.web.landing_page import read_landing

_SCRIPT_COUNT = re.compile(r'"comments_cnt"\s*:\s*(\d+)')
_API_URL = re.compile(r'"api_url"\s*:\s*("(?:[^"\\]|\\.){1,500}")')
_HEADING_COUNT = re.compile(r"(\d[\d\s]{0,20})comments?\b", re.IGNORECASE)
_CLOSED = re.compile(r"discussion is not available", re.IGNORECASE)
_HIDDEN = re.compile(
    r"please open telegram to view|can(?:'|\N{RIGHT SINGLE QUOTATION MARK})t be displayed", re.IGNORECASE
)
_DELETED_ACCOUNT = "deleted account"
_POST_LINK = re.compile(r"/(\w+/\d+)$")
_EMPTY_HEADING = "comments"
"""The heading, in lower case, of a discussion without comments."""
_HEADING, _MORE_BUTTON = ".tgme_post_discussion_header", ".js-messages_more[data-before]"
_MOST_COMMENTS = 1000
"""No page holds more comments: Telegram sends at most a hundred at a time."""


def minimise_widget(received: Mapping[str, Any], authors: TelegramAuthors, post_path: str) -> TelegramCommentPage:
    """Minimise the widget under `post_path` (``name/id``); `authors` keeps the keys to request older comments."""
    html = received["html"]
    tree = tme_html.parse(html)
    post_link = _POST_LINK.search(tme_html.attribute(tree.css_first(f"{_HEADING} a"), "href"))
    if not tme_html.is_complete_html(html) or (
        post_link is not None and post_link[1].casefold() != post_path.casefold()
    ):
        raise ValueError("a discussion of another post, or one cut short")
    keys, path, counts = _form_keys(tree), _api_path(html), _counts(tree, html)
    if keys and path:
        authors.page_keys[post_path] = {**keys, "api": path}
    comment_page = _read_comments(tree, authors, post_path, received["at"])
    is_open = comment_page.remarks or keys or counts
    state, cause = (CommentsState.OPEN, None) if is_open else _state_without_comments(tree, html)
    if state is CommentsState.OPEN and post_link is None:  # a closed one leads to no post
        raise ValueError("an open discussion that names no post")
    if state is CommentsState.OPEN and not comment_page.remarks and _heading(tree).casefold() == _EMPTY_HEADING:
        counts.add(0)
    cause = Cause.CONTRADICTION if len(counts) > 1 else cause or comment_page.cause
    count = next(iter(counts)) if len(counts) == 1 else None
    return comment_page.model_copy(update={"state": state, "cause": cause, "count": count})


def minimise_older_comments(
    received: Mapping[str, Any], authors: TelegramAuthors, post_path: str
) -> TelegramCommentPage:
    """Minimise a response of ``loadComments``: JSON that holds a fragment of the same markup."""
    data = json.loads(received["html"])
    if not data.get("ok", True):
        raise ValueError("loadComments reports an error")
    comment_page = _read_comments(
        tme_html.parse(data["comments_html"]), authors, post_path, received["at"], data.get("comments_cnt")
    )
    # The page before said that there are older ones.
    return comment_page if comment_page.remarks else comment_page.model_copy(update={"cause": Cause.CONTRADICTION})


def minimise_widget_state(received: Mapping[str, Any], post_path: str) -> TelegramCommentPage:
    """Minimise the widget under a control's post to whether it is open, without any comment."""
    comment_page = minimise_widget(received, TelegramAuthors(), post_path)
    return TelegramCommentPage(at=comment_page.at, state=comment_page.state)


def _read_comments(
    tree: LexborHTMLParser, authors: TelegramAuthors, post_path: str, received_at: datetime, count: Any = None
) -> TelegramCommentPage:
    """Read the comments of a page, and the cursor to older ones."""
    blocks = [block for block in tree.css(_BLOCK) if not tme_html.has_class(block, "service_message")]
    if len(blocks) > _MOST_COMMENTS:
        raise ValueError("more comments than a discussion page can hold")
    comments = [_read_comment(block, authors) for block in blocks]
    cursors = [tme_html.parse_number(tme_html.attribute(node, "data-before")) for node in tree.css(_MORE_BUTTON)]
    before_id = min((cursor for cursor in cursors if cursor is not None), default=None)
    if before_id is None and cursors:
        comments.append(None)  # the older comments are lost
    lacks_keys = before_id is not None and post_path not in authors.page_keys and None not in comments
    cause = Cause.TOO_LITTLE_DATA if lacks_keys else None
    return TelegramCommentPage(
        at=received_at, state=CommentsState.OPEN, cause=cause, count=count, remarks=tuple(comments), before=before_id
    )


def _state_without_comments(tree: LexborHTMLParser, html: str) -> tuple[CommentsState, Cause | None]:
    """Return the state of a page without comments, count or form: it is closed only if it says so in words.

    Raises `ValueError` for a page that is not a discussion.
    """
    notices = " ".join(tme_html.text_of(node) for node in tree.css(".tme_no_messages_found, .tgme_post_discussion"))
    error = tree.css_first(".tgme_widget_message_error, .err_message")
    if _HIDDEN.search(f"{notices} {tme_html.text_of(error)}"):
        return CommentsState.UNKNOWN, Cause.PREVIEW_OFF
    if error is not None:
        return CommentsState.UNKNOWN, Cause.TOO_LITTLE_DATA
    if _CLOSED.search(notices):
        return CommentsState.CLOSED, None
    if _heading(tree):  # open and empty; in a closed one the heading element itself has the class
        return CommentsState.OPEN, None
    # The page of a missing name: there is no post, or the client is throttled.
    if read_landing(html).kind is EntityKind.MISSING:
        return CommentsState.UNKNOWN, Cause.THROTTLED
    raise ValueError("not a discussion")


def _heading(tree: LexborHTMLParser) -> str:
    """Return the heading of an open discussion: ``2 comments``, or ``Comments`` (docs/dev/sources.md, Telegram)."""
    return tme_html.text_of(tree.css_first(f"{_HEADING} .js-header"))


def _counts(tree: LexborHTMLParser, html: str) -> set[int]:
    """Return the counts of comments in the script and in the heading: two numbers if they differ, none if both lack."""
    matches = (_SCRIPT_COUNT.search(html), _HEADING_COUNT.match(_heading(tree)))
    numbers = (tme_html.parse_number(re.sub(r"\s", "", match[1])) for match in matches if match is not None)
    return {number for number in numbers if number is not None}


def _form_keys(tree: LexborHTMLParser) -> dict[str, str]:
    form = tree.css_first(".js-new_message_form") or tree.css_first("form input[name=top_msg_id]")
    form = form if form is None or form.tag == "form" else form.parent
    inputs = form.css("input[name]") if form is not None else ()
    values = {tme_html.attribute(node, "name"): tme_html.attribute(node, "value") for node in inputs}
    names = ("peer", "top_msg_id", "discussion_hash")
    return {name: values.get(name, "") for name in names} if values.get("top_msg_id") else {}


def _api_path(html: str) -> str:
    """Return path and query of the API address on the page; requests go to the host in the settings."""
    match = _API_URL.search(html)
    try:
        url = urlsplit(json.loads(match[1]) if match else "")
    except ValueError:
        return ""
    is_path = url.path.startswith("/") and not url.path.startswith("//")
    return url._replace(scheme="", netloc="", fragment="").geturl() if is_path else ""


_BLOCK = ".tgme_widget_message[data-post-id]"


def _read_comment(block: LexborNode, authors: TelegramAuthors) -> TelegramComment | None:
    bubble = tme_html.child(block, "tgme_widget_message_bubble")
    footer = tme_html.child(bubble, "tgme_widget_message_footer")
    time = footer.css_first("time[datetime]") if footer is not None else None
    written_at = tme_html.parse_time(
        tme_html.attribute(time or block.css_first(".tgme_widget_message_date time[datetime]"), "datetime")
    )
    reply_attribute = tme_html.attribute(tme_html.child(bubble, "js-reply_to"), "data-reply-to")
    comment_id = tme_html.parse_number(tme_html.attribute(block, "data-post-id"))
    reply_to = tme_html.parse_number(reply_attribute)
    if comment_id is None or written_at is None or (reply_attribute and reply_to is None):
        return None
    return authors.read_comment(
        _read_author(tme_html.child(bubble, "tgme_widget_message_author")),
        comment_id=comment_id,
        at=written_at,
        text=tme_html.join_texts(tme_html.message_texts(bubble)).text,
        reply_to=reply_to,
    )


def _read_author(author_line: LexborNode | None) -> CommentAuthor:
    """Return a comment's author; doubtful if unnamed, if the link names no user, or if the account is deleted."""
    name_nodes = author_line.css(".tgme_widget_message_author_name") if author_line is not None else []
    if len(name_nodes) != 1:
        return CommentAuthor(is_doubtful=True)
    name, href = tme_html.text_of(name_nodes[0]), tme_html.attribute(name_nodes[0], "href")
    handle = tme_html.handle_of(href) if name_nodes[0].tag == "a" else None
    if handle is None and (href or name.casefold() in {"", _DELETED_ACCOUNT}):
        return CommentAuthor(is_doubtful=True)
    return CommentAuthor((handle,) if handle else (), name)
