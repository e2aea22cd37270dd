"""Minimise a text to the fields that are stored instead of its words; probes call it first.

A citizen's comment «Когда дадут воду на Вымышленной улице?» becomes::

    {"has_text": True, "has_words": True, "rules": 4, "says": "asks", "rule": "question.when", "has_five_words": True}
"""

from collections.abc import Collection
from typing import TypedDict

from auditor.base.snapshot import Intent, Side
from auditor.language.answers_notice import says_answers
from auditor.language.comment import classify
from auditor.language.moved_notice import read_move
from auditor.language.sketch import post_digest, reply_sketch
from auditor.language.words import has_five_words, has_text, has_words

RULES = 4
"""The version of the rules of comments: raised by every edit that may classify some comment differently."""

_ASKING = frozenset({Side.CITIZEN, Side.UNKNOWN})


class CommentWords(TypedDict, total=False):
    """The fields of a `Comment` that depend on its words."""

    has_text: bool
    has_words: bool
    rules: int
    says: Intent | None
    rule: str
    has_five_words: bool | None
    sketch: str | None


class PostWords(TypedDict):
    """The fields of a `Post` that depend on its words."""

    sketch: str | None
    moved: bool
    moved_to: str | None
    may_have_moved: bool
    has_five_words: bool | None
    says_answers: bool | None


def comment_fields(
    text: str | None,
    side: Side,
    *,
    addressed: Side | None = None,
    names: Collection[str] = (),
) -> CommentWords:
    """Return the fields of a `Comment` that depend on its words.

    A comment by a citizen or an unknown author gets its intent and rule and whether it has five words, the owner's a
    sketch. `addressed` is the side of the account that the text begins by mentioning, None if it mentions nobody or its
    own author; `names` are the holder's.
    """
    fields: CommentWords = {"has_text": has_text(text), "has_words": has_words(text), "rules": RULES}
    if side in _ASKING:
        reading = classify(text, addressed=addressed, names=names)
        return {**fields, "says": reading.says, "rule": reading.rule, "has_five_words": has_five_words(text)}
    return {**fields, "sketch": reply_sketch(text)} if side is Side.OWNER else fields


def post_fields(text: str | None) -> PostWords:
    """Return the fields of a `Post` that depend on its words."""
    move = read_move(text)
    return {
        "sketch": post_digest(text),
        "moved": move.to is not None,
        "moved_to": move.to,
        "may_have_moved": move.doubtful,
        "has_five_words": has_five_words(text),
        "says_answers": says_answers(text),
    }
