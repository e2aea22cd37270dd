"""What is kept of a text when its words are not: the one place that probes call."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from auditor.base.snapshot import Identity
from auditor.language.answers import read_answer
from auditor.language.posts import says_closing, says_moved
from auditor.language.sketch import of_post
from auditor.language.words import has_text, has_words

RULES = 2
"""The version of the rules by which comments and answers are read: raised whenever they may read one differently."""

_ASKING = frozenset({Identity.CITIZEN, Identity.UNPROVED})


def read_comment(
    text: str | None,
    identity: Identity,
    at: datetime,
    *,
    addressed: Identity | None = None,
    names: Collection[str] = (),
    repeated: bool = False,
) -> dict[str, Any]:
    """Return the fields of a `Comment` that its words decide; `at`, UTC, is when it was written.

    A citizen's comment asks, reports, does neither or is unsure; one of the owner's side, of an institution or of
    another body is an answer of some kind. `addressed` is whose side somebody is on whom the text begins by mentioning,
    None where it mentions nobody or its own author; `names` are the holder's; `repeated`: its author has spread the
    same text under other posts.
    """
    fields: dict[str, Any] = {"has_text": has_text(text), "has_words": has_words(text), "rules": RULES}
    if identity in _ASKING:
        from auditor.language.comments import REPEATED, read  # noqa: PLC0415 - 0.1 s that most commands do without

        reading = REPEATED if repeated else read(text, addressed=addressed, names=names)
        return {**fields, "says": reading.says, "rule": reading.rule}
    return {**fields, "reply": read_answer(text, at)}


def read_post(text: str | None) -> dict[str, Any]:
    """Return the fields of a `Post` that the owner's words in it decide."""
    moved_to = says_moved(text)
    return {"sketch": of_post(text), "moved": moved_to is not None, "moved_to": moved_to, "closing": says_closing(text)}
