"""One office for a terminal: `card.txt` at its width, the outcome in colour."""

import os
import re
import shutil
import textwrap
from collections.abc import Sequence
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from auditor.audit.document import Audit
from auditor.base.i18n import Translator
from auditor.base.safe import one_line
from auditor.report.templates import environment_for
from auditor.report.week_facts import week_facts

_NARROWEST, _WIDEST, _PIPED = 40, 120, 100
"""Columns. A terminal gets its own width within the first two; a pipe or a file the third."""
_COLOURS = {"passed": "1;34", "failed": "1;31", "cantTell": "1;33"}
"""Only the directive's outcome is coloured, as on the page."""
_VERDICT_LINE = re.compile("^[✓✕?—○] .*", re.MULTILINE)


def card_for(
    stream: TextIO, audit: Audit, translator: Translator, *, leads: Sequence[str] = (), notices: Sequence[str] = ()
) -> str:
    """Return the card of a document's first office, as wide as the terminal.

    The outcome is coloured if `stream` takes colours. `leads` are unconfirmed accounts and `notices` messages to the
    operator; they are given beside the document.
    """
    local_translator, one_line_audit = translator.in_zone(ZoneInfo(audit.timezone)), _without_line_ends(audit)
    facts = week_facts(one_line_audit, {one_line_audit.week: one_line_audit}, local_translator)
    context = facts.plus(card=facts.cards[0], leads=[*map(one_line, leads)], notices=[*map(one_line, notices)])
    text_of_card = environment_for(local_translator).get_template("card.txt").render(context)
    width = min(max(shutil.get_terminal_size((_PIPED, 24)).columns, _NARROWEST), _WIDEST)
    text = _wrap(text_of_card, width)
    colour = _COLOURS.get(audit.offices[0].verdict, "")
    if not (colour and audit.offices[0].bound and wants_colour(stream)):
        return text
    return _VERDICT_LINE.sub(lambda line: f"\x1b[{colour}m{line[0]}\x1b[0m", text, count=1)


def _without_line_ends(audit: Audit) -> Audit:
    """Return a document whose texts have no line ends, so that a foreign name cannot start a line of the card."""

    def flat(value: Any) -> Any:
        match value:
            case str():
                return one_line(value)
            case list():
                return [flat(part) for part in value]
            case dict():
                return {key: flat(part) for key, part in value.items()}
        return value

    return Audit.model_validate(flat(audit.model_dump(mode="json", by_alias=True)))


def wants_colour(stream: TextIO) -> bool:
    """Return whether to use colours: on a terminal or with FORCE_COLOR, unless NO_COLOR or TERM forbids."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()


def _wrap(text: str, width: int) -> str:
    """Wrap long lines between words with a hanging indent, and merge consecutive empty lines."""
    lines: list[str] = []
    for line in text.splitlines():
        indent = line[: len(line) - len(line.lstrip())]
        sentence = one_line(" ".join(line.split()))
        if sentence:
            shown = textwrap.wrap(
                sentence, width - len(indent), subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
            )
            lines += [f"{indent}{part}" for part in shown]
        elif lines and lines[-1]:
            lines.append("")
    return "\n".join(lines).strip("\n") + "\n"
