"""Sentences for readers, kept apart from the language they will be read in.

A check is pure and knows no language: it returns a `Text`, the English sentence with its parameters, and
`auditor.base.i18n` turns it into the reader's words. Every literal passed to `Text`, `N_` or `NN_` is found by the
catalogue's extraction test.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

Scalar = str | int | float | date | datetime | None


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence with named places: ``Text("Posts in the week: {posts}", {"posts": 3})``.

    With `plural` set, `count` picks the form. Dates, times and numbers in `params` are written by the reader's
    rules when the text is translated, so pass them as they are, never as strings. A parameter may be a `Text`.
    """

    message: str
    params: Mapping[str, "Scalar | Text"] = field(default_factory=dict)
    plural: str | None = None
    count: int | None = None


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark `message` for the catalogue without translating it here."""
    return message


def NN_(singular: str, plural: str) -> tuple[str, str]:  # noqa: N802 - gettext's own name for it
    """Mark a pair of forms for the catalogue without translating them here."""
    return singular, plural
