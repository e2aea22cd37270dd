"""The stored form of t.me's pages: no citizen's name, picture or words and no phone number (DESIGN.md section 10).

Landing pages and previews stay pages in t.me's own markup, so that the reader of a page reads what is stored of it. A
talk is stored as JSON: what the page said of itself, and of each comment its place and what is kept of the rest.
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from html import escape

from pydantic import TypeAdapter
from selectolax.lexbor import LexborHTMLParser, LexborNode

from auditor.base.snapshot import Comment
from auditor.probes.tme.history import is_advertisement
from auditor.probes.tme.pages import (
    Description,
    Discussion,
    DiscussionState,
    Header,
    Kind,
    Landing,
    attribute,
    has_class,
    parse,
    register_link,
    text_of,
)

# Pages -----------------------------------------------------------------------------------------------------------

_EXTRA = {Kind.CHANNEL: "{count} subscribers", Kind.BOT: "{count} monthly users"}
_LINKS = {True: "knd.gov.ru", False: "", None: "vk.cc/-"}
"""A description that holds a register link, holds none, or may hold it."""


def bare_landing(landing: Landing) -> bytes:
    """Return a landing page without its owner: what the name is, and the flags of the card."""
    extra = _EXTRA.get(landing.kind, "").format(count="" if landing.subscribers is None else landing.subscribers)
    title = f'<div class="tgme_page_title">{_mark(landing.verified)}</div><div class="tgme_page_extra">{extra}</div>'
    about = f'<div class="tgme_page_description">{_link(landing.description)}</div>'
    joined = ' href="tg://join"' if landing.kind is Kind.PRIVATE else ""
    return f'{title}{about}<div class="tgme_page_action"><a{joined}>Send Message</a></div>'.encode()


def bare_history(name: str, header: Header | None, number: int, at: datetime) -> bytes:
    """Return the preview of a channel without its owner: its number, and the flags of its card, as seen `at`."""
    view = base64.urlsafe_b64encode(json.dumps({"c": -number}).encode()).decode().rstrip("=")
    time = f'<div class="tgme_widget_message_date"><time datetime="{at.isoformat()}"></time></div>'
    message = f'<div class="tgme_widget_message" data-post="{escape(name)}/1" data-view="{view}">{time}</div>'
    return f'{_bare_header(header)}<section class="tgme_channel_history">{message}</section>'.encode()


def _bare_header(header: Header | None) -> str:
    if header is None:
        return ""
    count = "" if header.subscribers is None else f"{header.subscribers} subscribers"
    shown = [
        '<div class="tgme_channel_info_header_title"></div>',
        f'<div class="tgme_channel_info_counter">{count}</div>',
        "" if header.verified is None else _labels(header.verified),
        f'<div class="tgme_channel_info_description">{_link(header.description)}</div>',
    ]
    inside = "".join(shown)
    return inside if header.description is None else f'<div class="tgme_channel_info">{inside}</div>'


def _labels(verified: bool) -> str:
    return f'<div class="tgme_channel_info_header_labels">{_mark(verified)}</div>'


def _mark(verified: bool | None) -> str:
    return '<i class="verified-icon"></i>' if verified else ""


def _link(description: Description | None) -> str:
    return _LINKS[register_link(description)]


# People other than the owner: signatures, the sources of forwards, quotes, who pinned, whose contact; and polls, which
# show how few people voted.
_PEOPLE = (
    ".tgme_widget_message_from_author",
    ".tgme_widget_message_reply",
    ".tgme_widget_message_author_name",
    ".tgme_widget_message_via_bot",
    ".tgme_widget_message_poll",
    ".tgme_widget_message_voters",
    '[class*="_contact"]',
)
_KEPT_OF_FORWARD = ("tgme_widget_message_forwarded_from", "tgme_widget_message_footer")


def minimised_history(page: str, name: str) -> bytes:
    """Return a preview page with other people taken out. Read again, it yields the same messages.

    Of a forwarded message its date stays and that it was forwarded; a block of another channel loses its content.
    """
    tree = parse(page)
    _empty(tree, ".tgme_widget_message", lambda block: not _is_of(block, name))
    _empty(tree, ".tgme_widget_message_forwarded_from")
    _thin_out_forwarded(tree)
    for selector in _PEOPLE:
        _empty(tree, selector)
    return (tree.html or "").encode()


def _is_of(block: LexborNode, name: str) -> bool:
    return attribute(block, "data-post").casefold().partition("/")[0] == name.casefold()


def _empty(tree: LexborHTMLParser, selector: str, wanted: Callable[[LexborNode], bool] = lambda _: True) -> None:
    """Empty the nodes, last first: what lies inside another comes before it, and is not touched when it has gone."""
    for node in reversed(tree.css(selector)):
        if node.child is not None and wanted(node):
            node.inner_html = ""


def _thin_out_forwarded(tree: LexborHTMLParser) -> None:
    """Leave of a forwarded message that it is one, its date, and that it is marked as an advertisement."""
    for bubble in reversed(tree.css(".tgme_widget_message_bubble")):
        if bubble.css_first(".tgme_widget_message_forwarded_from") is None:
            continue
        for part in list(bubble.iter(include_text=True)):
            if has_class(part, "tgme_widget_message_text") and _is_marked(part):
                part.inner_html = "erid"
            elif not any(has_class(part, kept) for kept in _KEPT_OF_FORWARD):
                part.decompose()


def _is_marked(part: LexborNode) -> bool:
    return is_advertisement(text_of(part), [attribute(link, "href") for link in part.css("a[href]")])


# Talks -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TalkPage:
    """A page of a discussion as it is stored. `before` leads to older comments; None: there are none."""

    state: DiscussionState = DiscussionState.UNRECOGNISED
    count: int | None = None
    before: int | None = None
    damaged: bool = False
    """A comment on the page could not be read."""
    top: str | None = None
    """The discussion's own id, by which older comments are asked for."""
    leads_on: bool = False
    """Older comments could be asked for where the page has them."""
    ids: tuple[int, ...] = ()
    """The comments on it."""
    comments: tuple[Comment, ...] = field(default=(), repr=False)
    """The same with all that is kept of each, once that is known."""


_TALK = TypeAdapter(TalkPage)


def kept_talk(page: Discussion, *, leads_on: bool, rows: bool = True) -> bytes:
    """Return what is kept of a page of comments before it is known who wrote them; without `rows`, nothing of them."""
    top = page.form.top_msg_id if page.form is not None else None
    ids = tuple(c.id for c in page.comments) if rows else ()
    return _written(TalkPage(page.state, page.count, page.before, page.damaged, top, leads_on, ids))


def with_comments(body: bytes, known: Mapping[int, Comment]) -> bytes:
    """Return a stored page of comments with all that is kept of each."""
    page = read_talk(body.decode())
    return _written(replace(page, comments=tuple(known[number] for number in page.ids)))


def read_talk(text: str) -> TalkPage:
    """Read a stored page of comments; what is none is `unrecognised`."""
    try:
        return _TALK.validate_json(text)
    except ValueError:
        return TalkPage()


def _written(page: TalkPage) -> bytes:
    """Write a page, the same for the same page."""
    return _TALK.dump_json(page, indent=1, exclude_defaults=True)
