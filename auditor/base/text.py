"""Sentences for readers, independent of the language in which they are read.

A check is pure and knows no language: it returns a `Text`, the English sentence with its parameters, which
`auditor.base.i18n` translates. The catalogue's extraction test finds every literal passed to `Text`, `N_` or `NN_`.
A text that is stored and shown years later comes from a `Sentence`: its id is stored, its words are not.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

Scalar = str | int | float | date | datetime | None

_TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence with placeholders: ``Text("Posts in the week: {posts}", {"posts": 3})``.

    With `plural` set, `count` selects the form. Dates, times and numbers in `params` are written by the reader's
    rules when the text is translated, so pass them as values, never as strings. A parameter may be a `Text`.
    """

    message: str
    params: Mapping[str, "Scalar | Text"] = field(default_factory=dict)
    plural: str | None = None
    count: int | None = None
    id: str = ""
    """The id of the `Sentence` it was made from; empty for a text that is never stored."""

    def __hash__(self) -> int:
        """Hash the English text: the parameters are a mapping."""
        return hash(str(self))

    def __str__(self) -> str:
        """Return the English text, for exceptions."""
        return re.sub(r"\{(\w+)\}", lambda match: str(self.params[match[1]]), without_context(self.message))


PART = "A part of other sentences"
"""What a sentence rests on that is never said alone."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with a stable id. In a plural one the parameter ``n`` selects the form.

    The id is a contract: stored documents name it, so a change of meaning needs a new one.
    """

    id: str
    message: str
    plural: str | None = None
    rests_on: str = ""
    """What had to be seen for it to be said, as the lawyer of the person would read it."""
    not_said: str = ""
    """What it does not say."""
    red: bool = False
    """Whether a finding that failed can say it."""
    reason: str | None = None
    """Why a verdict is inapplicable or untested that says it, as a document has it (`AuditedOffice.verdict_reason`)."""
    short: str = ""
    """The same in a few words for a narrow cell, marked by `N_`; empty: the cause's."""

    def fill(self, **params: Scalar | Text) -> Text:
        """Return the sentence with its placeholders filled."""
        return self.fill_from(params)

    def fill_from(self, params: Mapping[str, Scalar | Text]) -> Text:
        """Return the sentence with its placeholders filled from a mapping."""
        count = params.get("n") if self.plural is not None else None
        return Text(self.message, params, self.plural, count if isinstance(count, int) else None, self.id)


def phrase(message: str, /, **params: object) -> Text:
    """Return a text for a person at the terminal: ``phrase("{path}: is no file", path=path)``.

    A parameter that is neither a text nor a date is written as `str` writes it: a line 1234 is not grouped.
    """
    return Text(
        message, {name: value if isinstance(value, _UNCHANGED_TYPES) else str(value) for name, value in params.items()}
    )


_UNCHANGED_TYPES = (Text, date, type(None))
_AS_IT_IS = "{words}"


def verbatim(text: str) -> Text:
    """Return a `Text` that every language shows verbatim: it is already in the reader's words."""
    return Text(_AS_IT_IS, {"words": text})


def shorten(text: str, longest: int) -> str:
    """Return at most `longest` characters of a text; the rest becomes an ellipsis."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def params_to_json(params: Mapping[str, Scalar | Text]) -> dict[str, Any]:
    """Convert parameters to JSON values: times in UTC, days in ISO 8601, a sentence as its id and parameters."""
    return {name: _to_json(value) for name, value in params.items()}


def _to_json(value: Scalar | Text) -> Any:
    if isinstance(value, Text):
        if not value.id:
            raise ValueError(f"a text without an id cannot be stored: {value.message!r}")
        return {"message_id": value.id, "params": params_to_json(value.params)}
    if isinstance(value, datetime):
        return format_time(value)
    return value.isoformat() if isinstance(value, date) else value


def format_time(moment: datetime) -> str:
    """Write a time as stored documents have it, UTC with seconds: ``2026-11-22T17:00:00Z``."""
    text = moment.astimezone(UTC).isoformat(timespec="seconds")
    return text.removesuffix("+00:00") + "Z"


def text_from_json(message_id: str, params: Mapping[str, Any], sentences: Mapping[str, Sentence]) -> Text:
    """Read a stored sentence. One that is not among `sentences` is shown as its id."""
    sentence = sentences.get(message_id)
    if sentence is None:
        return verbatim(message_id)
    return sentence.fill_from({name: _from_json(value, sentences) for name, value in params.items()})


def _from_json(value: Any, sentences: Mapping[str, Sentence]) -> Scalar | Text:
    """Read a parameter. A day stays text, which is written by the reader's rules all the same."""
    if isinstance(value, dict):
        return text_from_json(str(value.get("message_id", "")), value.get("params") or {}, sentences)
    if isinstance(value, str) and _TIME.match(value):
        return datetime.fromisoformat(value)
    return value if isinstance(value, str | int | float) else None


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark `message` for the catalogue without translating it here."""
    return message


def NN_(singular: str, plural: str) -> tuple[str, str]:  # noqa: N802 - gettext's own name for it
    """Mark a pair of forms for the catalogue without translating them here."""
    return singular, plural


_CONTEXT_END = "\x04"
"""What parts a context from its sentence in every compiled catalogue."""


def NP_(context: str, message: str) -> str:  # noqa: N802 - as gettext names what has a context
    """Mark `message` for the catalogue in that of its meanings which `context` names."""
    return f"{context}{_CONTEXT_END}{message}"


def NNP_(context: str, singular: str, plural: str) -> tuple[str, str]:  # noqa: N802 - as above
    """Mark a pair of forms for the catalogue in that of their meanings which `context` names."""
    return NP_(context, singular), plural


def without_context(message: str) -> str:
    """Return a sentence as its English reader sees it."""
    return message.rpartition(_CONTEXT_END)[2]
