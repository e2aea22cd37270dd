"""What may be written to disk of an answer: no citizen's name, picture or words, no phone number (DESIGN.md 10)."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from auditor.base.snapshot import Comment
from auditor.probes.tme.discussion import Discussion, DiscussionState, Form
from auditor.probes.tme.history import Header, HistoryPage, Message
from auditor.probes.tme.html import attribute, has_class, parse
from auditor.probes.tme.landing import Description, Kind, Landing, register_link

CAP = 64 * 1024
"""Bytes kept of an answer that is an error, a block page or not recognised."""

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


def minimised_landing(landing: Landing) -> bytes:
    """Return what is kept of the page of a user or a bot: that it is one."""
    return _json({"kind": landing.kind})


def strangers_landing(landing: Landing, number: int) -> bytes:
    """Return what is kept of another channel's landing page: whoever took a name is no official."""
    return _json({"channel": number, "kind": landing.kind, **_card(landing)})


def strangers_history(header: Header | None, number: int) -> bytes:
    """Return what is kept of such a channel's preview: its number, and the flags of its card."""
    return _json({"channel": number, "header": _card(header) if header is not None else None})


def _card(card: Landing | Header) -> dict[str, Any]:
    return {
        "subscribers": card.subscribers,
        "verified": card.verified,
        "register_link": register_link(card.description),
    }


def restored_landing(body: bytes) -> Landing | None:
    """Read what was kept of a landing page; None where it is the page itself."""
    row = _object(body)
    if row is None or "kind" not in row:
        return None
    return Landing(
        Kind(row["kind"]), subscribers=row.get("subscribers"), verified=row.get("verified"), description=_told(row)
    )


def restored_history(body: bytes, at: datetime) -> HistoryPage | None:
    """Read what was kept of another channel's preview, fetched `at`; None where it is a page of messages."""
    row = _object(body)
    if row is None or "header" not in row:
        return None
    card = row["header"]
    header = (
        Header(subscribers=card["subscribers"], verified=card["verified"], description=_told(card)) if card else None
    )
    return HistoryPage(recognised=True, messages=(Message(1, at, channel_id=row["channel"]),), header=header)


def _told(card: Mapping[str, Any]) -> Description | None:
    """Return a description that holds a register link, holds none, or was not seen."""
    return {True: Description("knd.gov.ru"), False: Description(), None: None}[card.get("register_link")]


def _object(body: bytes) -> dict[str, Any] | None:
    if not body.startswith(b"{"):
        return None
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


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
    """Leave of a forwarded message that it is one, and its date."""
    for bubble in reversed(tree.css(".tgme_widget_message_bubble")):
        if bubble.css_first(".tgme_widget_message_forwarded_from") is None:
            continue
        for part in list(bubble.iter(include_text=True)):
            if not any(has_class(part, kept) for kept in _KEPT_OF_FORWARD):
                part.decompose()


def minimised_discussion(page: Discussion, comments: Iterable[Comment], *, leads_on: bool) -> bytes:
    """Return a page of comments as JSON: what the page said of itself, and each comment without author and words.

    `leads_on` says whether older comments could be asked for where the page has them.
    """
    facts = {
        "state": page.state,
        "comments_cnt": page.count,
        "before": page.before,
        "damaged": page.damaged,
        "top_msg_id": page.form.top_msg_id if page.form is not None else None,
        "leads_on": leads_on,
    }
    rows = [c.model_dump(mode="json", exclude={"thread", "deleted"}) for c in comments]
    return _json({**facts, "comments": rows})


def restored_discussion(body: bytes) -> Discussion | None:
    """Read what was kept of a page of comments; None where it was not read as one."""
    row = _object(body)
    if row is None or "state" not in row:
        return None
    top = row.get("top_msg_id")
    return Discussion(
        state=DiscussionState(row["state"]),
        count=row["comments_cnt"],
        comments=tuple(Comment.model_validate(comment) for comment in row["comments"]),
        before=row["before"],
        form=Form("", top, "") if top is not None else None,
        api="/api/method" if row.get("leads_on") else None,
        damaged=row["damaged"],
    )


def _json(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1).encode()
