"""A snapshot without its comments: what retention leaves of it.

Made of the stored text and of nothing else, so that a run's seal can name the hash of what will be left, long before
anything is purged: whoever calls an edit a purge is found out.
"""

import json
from collections import Counter
from typing import Any

_CAUSE = "stale"
"""The cause of DESIGN.md 9 for what was seen once and cannot be shown now: comments that went are unknown, not none."""


def strip(body: str) -> str:
    """Return a snapshot's text with the sums of its comments in place of their rows; the same where it has none."""
    seen = json.loads(body)
    posts = [post for post in seen.get("posts", ()) if post.get("comments")]
    if not posts:
        return body
    for post in posts:
        post["comments_purged"] = _sums(post["comments"])
        post["comments"] = []
        if post.get("comments_cause") is None:
            post["comments_cause"] = _CAUSE
    return json.dumps(seen, ensure_ascii=False, separators=(",", ":"))


def count_comments(body: str) -> int:
    """Return how many comments a snapshot's text holds."""
    return sum(len(post.get("comments", ())) for post in json.loads(body).get("posts", ()))


def _sums(comments: list[dict[str, Any]]) -> dict[str, int]:
    by = Counter(comment["identity"] for comment in comments)
    return {
        "comments": len(comments),
        "citizen": by["citizen"],
        "owner": by["owner"],
        "other_body": by["other_body"],
        "questions": sum(bool(comment.get("question")) for comment in comments),
    }
