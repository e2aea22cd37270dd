"""What is kept of a text when its words are not: the one place that probes call."""

from datetime import datetime
from typing import Any

from auditor.base.snapshot import Identity, Reply, Says
from auditor.language.posts import says_closing, says_moved
from auditor.language.sketch import of_post
from auditor.language.words import has_text, has_words, is_question

RULES = 1
"""The version of the rules by which comments and answers are read: raised whenever they may read one differently."""

_ASKING = frozenset({Identity.CITIZEN, Identity.UNPROVED})


def read_comment(text: str | None, identity: Identity, at: datetime) -> dict[str, Any]:  # noqa: ARG001 - a term
    """Return the fields of a `Comment` that its words decide; `at`, UTC, is when it was written.

    A citizen's comment asks, reports, does neither or is unsure; one of the owner's side, of an institution or of
    another body is an answer of some kind.
    """
    fields: dict[str, Any] = {"has_text": has_text(text), "has_words": has_words(text), "rules": RULES}
    if identity in _ASKING:
        says = Says.ASKS if is_question(text) else Says.NOT
        return {**fields, "says": says, "rule": "mark_or_word"}
    return {**fields, "reply": Reply()}


def read_post(text: str | None) -> dict[str, Any]:
    """Return the fields of a `Post` that the owner's words in it decide."""
    moved_to = says_moved(text)
    return {"sketch": of_post(text), "moved": moved_to is not None, "moved_to": moved_to, "closing": says_closing(text)}
