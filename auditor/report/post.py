"""The week as a messenger post of at most 1,000 characters, to be forwarded without the report."""

from collections.abc import Mapping
from typing import Any

from auditor.base.i18n import Translator
from auditor.report.templates import render_lines

MAX_CHARACTERS = 1000
"""Characters, including line ends."""
_ATTEMPTS = (
    *((1000, True, True), (1000, False, True), (12, False, True), (5, False, True), (2, False, True)),
    *((0, False, True), (0, False, False)),
)
"""Numbers of names a line, whether with their reasons, and whether with alarms, tried until the post is short enough.

Every claim is bounded before any name is given: the sentence of what is not visible stays, and so do the alarms unless
the post is too long without a single name.
"""


def post(facts: Mapping[str, Any], options: object, translator: Translator) -> str:
    """Return the post of the week with these `facts`; it ends with a newline."""
    text = ""
    for max_names, reasons, alarms in _ATTEMPTS:
        names = {"max_names": max_names, "reasons": reasons, "alarms": alarms}
        text = render_lines("post.txt", translator, {**facts, "options": options, **names})
        if len(text) <= MAX_CHARACTERS:
            return text
    return text[: MAX_CHARACTERS - 1] + "\n"
