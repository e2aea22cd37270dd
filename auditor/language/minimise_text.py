"""What is kept of a text when its words are not: the one place that probes call."""

from collections.abc import Collection
from typing import Any

from auditor.base.snapshot import Side
from auditor.language.comment import classify
from auditor.language.moved_notice import says_moved
from auditor.language.sketch import post_digest, reply_sketch
from auditor.language.words import has_text, has_words

RULES = 3
"""The version of the rules by which comments are read: raised whenever they may read one differently."""

_ASKING = frozenset({Side.CITIZEN, Side.UNKNOWN})


def comment_fields(
    text: str | None,
    side: Side,
    *,
    addressed: Side | None = None,
    names: Collection[str] = (),
) -> dict[str, Any]:
    """Return the fields of a `Comment` that its words decide.

    A citizen's comment asks, reports, does neither or is unsure; of an owner's words a sketch is kept. `addressed` is
    whose side somebody is on whom the text begins by mentioning, None where it mentions nobody or its own author;
    `names` are the holder's.
    """
    fields: dict[str, Any] = {"has_text": has_text(text), "has_words": has_words(text), "rules": RULES}
    if side in _ASKING:
        reading = classify(text, addressed=addressed, names=names)
        return {**fields, "says": reading.says, "rule": reading.rule}
    return {**fields, "sketch": reply_sketch(text)} if side is Side.OWNER else fields


def post_fields(text: str | None) -> dict[str, Any]:
    """Return the fields of a `Post` that the owner's words in it decide."""
    moved_to = says_moved(text)
    return {"sketch": post_digest(text), "moved": moved_to is not None, "moved_to": moved_to}
