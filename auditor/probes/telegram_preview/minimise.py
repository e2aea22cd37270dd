"""What may be written to disk of an answer: no citizen's name, picture or words, no phone number (DESIGN.md 10)."""

__all__ = ["CAP", "minimised_discussion", "minimised_history", "minimised_landing"]

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from auditor.probes.telegram_preview.html import attribute, has_class, parse
from auditor.probes.telegram_preview.landing import Landing
from auditor.snapshot import Comment

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


def minimised_history(page: str, name: str) -> bytes:
    """Return a preview page with other people taken out. Read again, it yields the same messages.

    Of a forwarded message its date stays and that it was forwarded; a block of another channel loses its content.
    """
    tree = parse(page)
    _empty(tree, ".tgme_widget_message", lambda block: not _is_of(block, name))
    _empty(tree, ".tgme_widget_message_forwarded_from")
    while parts := _forwarded_parts(tree):
        for part in parts:
            part.decompose()
    for selector in _PEOPLE:
        _empty(tree, selector)
    return (tree.html or "").encode()


def _is_of(block: LexborNode, name: str) -> bool:
    return attribute(block, "data-post").casefold().partition("/")[0] == name.casefold()


def _empty(tree: LexborHTMLParser, selector: str, wanted: Callable[[LexborNode], bool] = lambda _: True) -> None:
    """Empty the nodes one by one, asking anew each time: one that lay inside another is no longer there."""
    while node := next((n for n in tree.css(selector) if n.child is not None and wanted(n)), None):
        node.inner_html = ""


def _forwarded_parts(tree: LexborHTMLParser) -> list[LexborNode]:
    """Return what is to go of the first forwarded message that still holds something."""
    for bubble in tree.css(".tgme_widget_message_bubble"):
        if bubble.css_first(".tgme_widget_message_forwarded_from") is None:
            continue
        parts = [p for p in bubble.iter(include_text=True) if not any(has_class(p, kept) for kept in _KEPT_OF_FORWARD)]
        if parts:
            return parts
    return []


def minimised_discussion(facts: Mapping[str, Any], comments: Iterable[Comment]) -> bytes:
    """Return a page of comments as JSON: what the page said of itself, and each comment without author and words."""
    rows = [c.model_dump(mode="json", exclude={"thread", "deleted"}) for c in comments]
    return _json({**facts, "comments": rows})


def _json(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1).encode()
