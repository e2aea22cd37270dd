"""What is kept of the discussion widget under a post: remarks, as the look's door leaves them, and how many there are.

The functions raise `ValueError` for a page that is no discussion, or is another post's, and whatever they will for
JSON of another form.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from auditor.base.snapshot import Cause, CommentsState
from auditor.probes.telegram.responses import EntityKind, TelegramComment, TelegramCommentPage
from auditor.probes.telegram.telegram_anonymiser import CommentAuthor, TelegramAnonymiser
from auditor.probes.telegram.web import landing_page

_COMMENTS = re.compile(r'"comments_cnt"\s*:\s*(\d+)')
_API = re.compile(r'"api_url"\s*:\s*("(?:[^"\\]|\\.){1,500}")')
_COUNTED = re.compile(r"(\d[\d\s]{0,20})comments?\b", re.IGNORECASE)
_CLOSED = re.compile(r"discussion is not available", re.IGNORECASE)
_HIDDEN = re.compile(
    r"please open telegram to view|can(?:'|\N{RIGHT SINGLE QUOTATION MARK})t be displayed", re.IGNORECASE
)
_GONE = "deleted account"
_POST_LINK = re.compile(r"/(\w+/\d+)$")
_NONE = "comments"
"""What the heading is where it counts none."""
_HEADING, _MORE = ".tgme_post_discussion_header", ".js-messages_more[data-before]"
_MOST_COMMENTS = 1000
"""No page holds so many comments: at most a hundred are sent at a time."""


def keep_talk(raw: Mapping[str, Any], door: TelegramAnonymiser, post: str) -> TelegramCommentPage:
    """Keep the widget under `post`, ``name/number``. What its script sends for older comments goes to the door."""
    page = raw["html"]
    tree = landing_page.parse(page)
    of = _POST_LINK.search(landing_page.attribute(tree.css_first(f"{_HEADING} a"), "href"))
    if not landing_page.is_complete_html(page) or (of is not None and of[1].casefold() != post.casefold()):
        raise ValueError("not this discussion")
    keys, path, counts = _keys(tree), _api_path(page), _counts(tree, page)
    if keys and path:
        door.page_keys[post] = {**keys, "api": path}
    talk = _talk(tree, door, post, raw["at"], max(counts, default=None))
    opens = talk.remarks or keys or counts
    state, cause = (CommentsState.OPEN, None) if opens else _state(tree, page)
    if state is CommentsState.OPEN and of is None:  # a closed one leads to no post
        raise ValueError("whose discussion?")
    cause = Cause.CONTRADICTION if len(counts) > 1 else cause or talk.cause
    none = not (talk.remarks or counts) and _heading(tree).casefold() == _NONE
    return talk.model_copy(update={"state": state, "cause": cause, "count": 0 if none else talk.count})


def minimise_older_comments(raw: Mapping[str, Any], door: TelegramAnonymiser, post: str) -> TelegramCommentPage:
    """Keep an answer of ``loadComments``: JSON that holds a fragment of the same markup."""
    data = json.loads(raw["html"])
    if not data.get("ok", True):
        raise ValueError("an error of the method")
    talk = _talk(landing_page.parse(data["comments_html"]), door, post, raw["at"], data.get("comments_cnt"))
    # The page before said that there are older ones.
    return talk if talk.remarks else talk.model_copy(update={"cause": Cause.CONTRADICTION})


def keep_glimpse(raw: Mapping[str, Any], post: str) -> TelegramCommentPage:
    """Keep of a control's thread whether it is open, and nothing of a comment."""
    talk = keep_talk(raw, TelegramAnonymiser("", set()), post)
    return TelegramCommentPage(at=talk.at, state=talk.state)


def _talk(tree: LexborHTMLParser, door: TelegramAnonymiser, post: str, at: datetime, count: Any) -> TelegramCommentPage:
    """Read the comments of a page, and the way to older ones."""
    blocks = [block for block in tree.css(_BLOCK) if not landing_page.has_class(block, "service_message")]
    if len(blocks) > _MOST_COMMENTS:
        raise ValueError("too many comments")
    remarks = [_remark(block, door) for block in blocks]
    numbers = [landing_page.number_in(landing_page.attribute(node, "data-before")) for node in tree.css(_MORE)]
    before = min((number for number in numbers if number is not None), default=None)
    if before is None and numbers:
        remarks.append(None)  # what it leads to is lost
    stuck = before is not None and post not in door.page_keys and None not in remarks
    cause = Cause.TOO_LITTLE_DATA if stuck else None
    return TelegramCommentPage(
        at=at, state=CommentsState.OPEN, cause=cause, count=count, remarks=tuple(remarks), before=before
    )


def _state(tree: LexborHTMLParser, page: str) -> tuple[CommentsState, Cause | None]:
    """Tell what a page without comments, count and form shows: closed is said in words, never concluded."""
    notices = " ".join(landing_page.text_of(n) for n in tree.css(".tme_no_messages_found, .tgme_post_discussion"))
    error = tree.css_first(".tgme_widget_message_error, .err_message")
    if _HIDDEN.search(f"{notices} {landing_page.text_of(error)}"):
        return CommentsState.UNKNOWN, Cause.PREVIEW_OFF
    if error is not None:
        return CommentsState.UNKNOWN, Cause.TOO_LITTLE_DATA
    if _CLOSED.search(notices):
        return CommentsState.CLOSED, None
    if _heading(tree):  # open and empty; of a closed one it is the heading itself that has the class
        return CommentsState.OPEN, None
    # The page of a missing name: there is no post, or the client is throttled.
    if landing_page.read_landing(page).kind is EntityKind.MISSING:
        return CommentsState.UNKNOWN, Cause.THROTTLED
    raise ValueError("not a discussion")


def _heading(tree: LexborHTMLParser) -> str:
    """Return what an open discussion is headed by: ``2 comments``, or ``Comments`` for none (telegram.md 4)."""
    return landing_page.text_of(tree.css_first(f"{_HEADING} .js-header"))


def _counts(tree: LexborHTMLParser, page: str) -> set[int]:
    """Return how many comments the script and the heading tell of: two numbers where they differ."""
    told = (_COMMENTS.search(page), _COUNTED.match(_heading(tree)))
    numbers = (landing_page.number_in(re.sub(r"\s", "", match[1])) for match in told if match is not None)
    return {number for number in numbers if number is not None}


def _keys(tree: LexborHTMLParser) -> dict[str, str]:
    form = tree.css_first(".js-new_message_form") or tree.css_first("form input[name=top_msg_id]")
    form = form if form is None or form.tag == "form" else form.parent
    inputs = form.css("input[name]") if form is not None else ()
    values = {landing_page.attribute(n, "name"): landing_page.attribute(n, "value") for n in inputs}
    names = ("peer", "top_msg_id", "discussion_hash")
    return {name: values.get(name, "") for name in names} if values.get("top_msg_id") else {}


def _api_path(page: str) -> str:
    """Return the path and query of the address that the page names; its host is never asked but the one set."""
    match = _API.search(page)
    try:
        parts = urlsplit(json.loads(match[1]) if match else "")
    except ValueError:
        return ""
    local = parts.path.startswith("/") and not parts.path.startswith("//")
    return parts._replace(scheme="", netloc="", fragment="").geturl() if local else ""


_BLOCK = ".tgme_widget_message[data-post-id]"


def _remark(block: LexborNode, door: TelegramAnonymiser) -> TelegramComment | None:
    bubble = landing_page.child(block, "tgme_widget_message_bubble")
    footer = landing_page.child(bubble, "tgme_widget_message_footer")
    time = footer.css_first("time[datetime]") if footer is not None else None
    at = landing_page.utc(
        landing_page.attribute(time or block.css_first(".tgme_widget_message_date time[datetime]"), "datetime")
    )
    to = landing_page.attribute(landing_page.child(bubble, "js-reply_to"), "data-reply-to")
    number, reply_to = landing_page.number_in(landing_page.attribute(block, "data-post-id")), landing_page.number_in(to)
    if number is None or at is None or (to and reply_to is None):
        return None
    return door.anonymise(
        _writer(landing_page.child(bubble, "tgme_widget_message_author")),
        number=number,
        at=at,
        text=landing_page.joined(landing_page.own_texts(bubble)).text,
        reply_to=reply_to,
    )


def _writer(author: LexborNode | None) -> CommentAuthor:
    """Return who wrote; doubtful where no line names one, his link is not one to a name, or he is gone since."""
    who = author.css(".tgme_widget_message_author_name") if author is not None else []
    if len(who) != 1:
        return CommentAuthor(doubtful=True)
    name, href = landing_page.text_of(who[0]), landing_page.attribute(who[0], "href")
    handle = landing_page.handle_of(href) if who[0].tag == "a" else None
    if handle is None and (href or name.casefold() in {"", _GONE}):
        return CommentAuthor(doubtful=True)
    return CommentAuthor((handle,) if handle else (), name)
