"""A look in the parts in which it is stored: what stays, what goes after a year, what goes after 90 days."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from auditor.base.snapshot import EvidenceKind
from auditor.base.storage_format import compress_text, decompress_text, dump_json

_STALE = "stale"
"""The cause (docs/dev/design.md, section 9) for what was seen and is not kept: it is unknown, not none."""
_KEPT_OF_A_POST = ("id", "at", "url", "repost")


def parted(text: str) -> tuple[int, int, bytes, bytes, bytes | None]:
    """Part a snapshot's JSON: the number of posts and of comments; compressed, the facts, the core and the comments."""
    seen = json.loads(text)
    rows = [post["comments"] for post in seen["posts"]]
    core = {**seen, "posts": [_with_sums(post) for post in seen["posts"]]}
    comments = compress_text(dump_json(rows)) if any(rows) else None
    return (
        len(rows),
        sum(map(len, rows)),
        compress_text(dump_json(_facts(seen))),
        compress_text(dump_json(core)),
        comments,
    )


def joined(facts: bytes, core: bytes | None, comments: bytes | None) -> dict[str, Any]:
    """Return a look as JSON: whole, or with sums in the place of its comments, or its facts alone."""
    seen: dict[str, Any] = json.loads(decompress_text(facts if core is None else core))
    if core is None:
        return seen
    rows = json.loads(decompress_text(comments)) if comments is not None else ()
    for post, said in zip(seen["posts"], rows, strict=comments is not None):
        if said:
            post |= {"comments": said, "comments_purged": None}
    for post in seen["posts"]:
        if post["comments_purged"] is not None and post["comments_cause"] is None:
            post["comments_cause"] = _STALE
    return seen


def _facts(seen: Mapping[str, Any]) -> dict[str, Any]:
    """Return what later weeks need of a look: its facts, its oldest and its newest post, the answers that date it."""
    line = sorted(seen["posts"], key=lambda post: (datetime.fromisoformat(post["at"]), post["id"]))
    ends = line[:1] + line[1:][-1:]
    posts = [{**{key: post[key] for key in _KEPT_OF_A_POST}, "comments_cause": _STALE} for post in ends]
    told = {key: value for key, value in seen.items() if value not in (None, "", [])}
    cause, dating = seen["posts_cause"] or _STALE, list(_dating(seen["evidence"]))
    return {**told, "posts_cause": cause, "posts": posts, "evidence": dating}


def _dating(answers: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield the last answer of those that may show since when a page is there (`checks.opening`), by kind."""
    for kind in (EvidenceKind.OPENING, EvidenceKind.POSTS):
        yield from [answer for answer in answers if answer["kind"] == kind.value][-1:]


def _with_sums(post: Mapping[str, Any]) -> dict[str, Any]:
    """Return a post with the sums of its comments in the place of their rows."""
    rows = post["comments"]
    return {**post, "comments": [], "comments_purged": _sums(rows)} if rows else dict(post)


def _sums(comments: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    by = Counter(comment["side"] for comment in comments)
    says = Counter(comment.get("says") for comment in comments)
    sides = {side: by[side] for side in ("citizen", "owner", "body", "unknown")}
    told = {"questions": says["asks"], "reports": says["reports"], "unsure": says["unsure"]}
    return {"comments": len(comments), **sides, **told}
