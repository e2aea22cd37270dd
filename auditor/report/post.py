"""The week as a messenger post of at most 1,000 characters: it is forwarded without the report."""

from collections.abc import Mapping
from typing import Any

from auditor.base.i18n import Translator
from auditor.report.templates import render_lines

LONGEST = 1000
"""Characters, the line ends among them."""
_NAMED = ((1000, True), (1000, False), (12, False), (5, False), (2, False), (0, False))
"""So many names a line are tried, with their reasons or without, until the post is short enough."""


def post(facts: Mapping[str, Any], face: object, words: Translator) -> str:
    """Return the post of a week of which the pages are told `facts`; it ends with a newline."""
    written = ""
    for most, reasons in _NAMED:
        written = render_lines("post.txt", words, {**facts, "face": face, "most": most, "reasons": reasons})
        if len(written) <= LONGEST:
            return written
    return written[: LONGEST - 1] + "\n"
