"""The week as a messenger post of at most 1,000 characters, to be forwarded without the report."""

from pathlib import Path

from auditor.base.i18n import Translator
from auditor.report.templates import PACKAGED, render_lines
from auditor.report.week_facts import WeekFacts

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


def post(facts: WeekFacts, options: object, translator: Translator, templates: Path = PACKAGED) -> str:
    """Return the post of the week with these `facts`; it ends with a newline."""
    text = ""
    for max_names, reasons, alarms in _ATTEMPTS:
        names = {"max_names": max_names, "reasons": reasons, "alarms": alarms}
        text = render_lines("post.txt", translator, facts.plus(options=options, **names), templates)
        if len(text) <= MAX_CHARACTERS:
            return text
    return text[: MAX_CHARACTERS - 1] + "\n"
