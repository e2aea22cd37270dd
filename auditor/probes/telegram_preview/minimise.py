"""What may be written to disk of an answer: no citizen's name, picture or words, no phone number (DESIGN.md 10)."""

__all__ = ["CAP", "minimised_discussion", "minimised_history", "minimised_landing"]

import json
from collections.abc import Iterable, Mapping
from typing import Any

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
    for block in tree.css(".tgme_widget_message"):
        if attribute(block, "data-post").casefold().partition("/")[0] != name.casefold():
            block.inner_html = ""
            continue
        for source in block.css(".tgme_widget_message_forwarded_from"):
            source.inner_html = ""
        if block.css_first(".tgme_widget_message_forwarded_from") is not None:
            for bubble in block.css(".tgme_widget_message_bubble"):
                for part in list(bubble.iter(include_text=True)):
                    if not any(has_class(part, kept) for kept in _KEPT_OF_FORWARD):
                        part.decompose()
    for selector in _PEOPLE:
        for node in tree.css(selector):
            node.inner_html = ""
    return (tree.html or "").encode()


def minimised_discussion(facts: Mapping[str, Any], comments: Iterable[Comment]) -> bytes:
    """Return a page of comments as JSON: what the page said of itself, and each comment without author and words."""
    rows = [c.model_dump(mode="json", exclude={"thread", "deleted"}) for c in comments]
    return _json({**facts, "comments": rows})


def _json(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1).encode()
