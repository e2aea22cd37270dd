"""Split a snapshot into the parts in which it is stored: permanent facts, core (a year), comments (90 days)."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from auditor.base.snapshot import EvidenceKind
from auditor.base.storage_format import compress_text, decompress_text, dump_json

_STALE = "stale"
"""The cause (docs/dev/design.md, section 9) for what was seen but is no longer stored: unknown, not absent."""
_POST_FACTS = ("id", "at", "url", "repost")


def split_snapshot(text: str) -> tuple[int, int, bytes, bytes, bytes | None]:
    """Split a snapshot's JSON.

    Return the numbers of posts and of comments, and, compressed, the facts, the core, and the comments (None: none).
    """
    snapshot = json.loads(text)
    comments_by_post = [post["comments"] for post in snapshot["posts"]]
    core = {**snapshot, "posts": [_with_sums(post) for post in snapshot["posts"]]}
    comments = compress_text(dump_json(comments_by_post)) if any(comments_by_post) else None
    return (
        len(comments_by_post),
        sum(map(len, comments_by_post)),
        compress_text(dump_json(_facts(snapshot))),
        compress_text(dump_json(core)),
        comments,
    )


def join_snapshot(facts: bytes, core: bytes | None, comments: bytes | None) -> dict[str, Any]:
    """Return a snapshot's JSON object: complete, with sums instead of purged comments, or its facts alone."""
    snapshot: dict[str, Any] = json.loads(decompress_text(facts if core is None else core))
    if core is None:
        return snapshot
    comments_by_post = json.loads(decompress_text(comments)) if comments is not None else ()
    for post, post_comments in zip(snapshot["posts"], comments_by_post, strict=comments is not None):
        if post_comments:
            post |= {"comments": post_comments, "comments_purged": None}
    for post in snapshot["posts"]:
        if post["comments_purged"] is not None and post["comments_cause"] is None:
            post["comments_cause"] = _STALE
    return snapshot


def _facts(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """Return what later weeks need of a snapshot: its facts, oldest and newest post, and the evidence that dates it."""
    posts_by_time = sorted(snapshot["posts"], key=lambda post: (datetime.fromisoformat(post["at"]), post["id"]))
    first_and_last = posts_by_time[:1] + posts_by_time[1:][-1:]
    posts = [{**{key: post[key] for key in _POST_FACTS}, "comments_cause": _STALE} for post in first_and_last]
    facts = {key: value for key, value in snapshot.items() if value not in (None, "", [])}
    cause, dating = snapshot["posts_cause"] or _STALE, list(_dating_evidence(snapshot["evidence"]))
    return {**facts, "posts_cause": cause, "posts": posts, "evidence": dating}


def _dating_evidence(evidence: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield, by kind, the last evidence that may show when a page was opened (`auditor.checks.opening_traces`)."""
    for kind in (EvidenceKind.OPENING, EvidenceKind.POSTS):
        yield from [item for item in evidence if item["kind"] == kind.value][-1:]


def _with_sums(post: Mapping[str, Any]) -> dict[str, Any]:
    """Return a post with sums instead of its comments."""
    comments = post["comments"]
    return {**post, "comments": [], "comments_purged": _sums(comments)} if comments else dict(post)


def _sums(comments: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    count_by_side = Counter(comment["side"] for comment in comments)
    count_by_intent = Counter(comment.get("says") for comment in comments)
    sides = {side: count_by_side[side] for side in ("citizen", "owner", "body", "unknown")}
    intents = {
        "questions": count_by_intent["asks"],
        "reports": count_by_intent["reports"],
        "unsure": count_by_intent["unsure"],
    }
    return {"comments": len(comments), **sides, **intents}
