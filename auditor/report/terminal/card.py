"""One office in the terminal, for `auditor check`: the same words and signs as on the page."""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import TYPE_CHECKING, TextIO
from zoneinfo import ZoneInfo

from auditor.audit.document import Audit, AuditedOffice
from auditor.base.i18n import Catalogue
from auditor.report.terminal import card_head, card_pages, card_proof, card_replies, card_week
from auditor.report.terminal.ink import Ink

if TYPE_CHECKING:
    from rich.console import RenderableType

_NARROWEST, _WIDEST, _PIPED = 40, 160, 100
"""Columns. A terminal is written to at its width, within the first two; a pipe or a file at the third."""


def print_card(
    office: AuditedOffice,
    audit: Audit,
    catalogue: Catalogue,
    *,
    leads: Sequence[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Print the card to the standard output: coloured and linked on a terminal, plain where it is piped.

    `leads` are unconfirmed accounts: shown to the operator, never judged and never in the document.
    """
    out = stream or sys.stdout
    width = shutil.get_terminal_size((_PIPED, 24)).columns
    encoding = out.encoding or "utf-8"
    out.write(
        render_card(
            office, audit, catalogue, width=width, color=wants_color(out, os.environ), leads=leads, encoding=encoding
        )
    )


def wants_color(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Tell whether colours and links are asked for: by a terminal or FORCE_COLOR, unless NO_COLOR or TERM forbid."""
    if environment.get("NO_COLOR") or environment.get("TERM") in {"dumb", "unknown"}:
        return False
    return stream.isatty() or bool(environment.get("FORCE_COLOR"))


def render_card(
    office: AuditedOffice,
    audit: Audit,
    catalogue: Catalogue,
    *,
    width: int = _PIPED,
    color: bool = False,
    leads: Sequence[str] = (),
    encoding: str = "utf-8",
) -> str:
    """Return the card as text of at most `width` columns; with `color`, with ANSI colours and OSC 8 links.

    A letter that `encoding` lacks has another in its place.
    """
    from rich.console import Console  # noqa: PLC0415 - rich is heavy, and only `check` prints a card

    stream = StringIO()
    width = min(max(width, _NARROWEST), _WIDEST)
    console = Console(
        file=stream,
        width=width,
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=not color,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        _environ={},
    )
    ink = Ink(catalogue.at(ZoneInfo(audit.timezone)), width=width, encoding=encoding)
    for block in _blocks(office, audit, ink, leads):
        console.print(block)
    return ink.dried(stream.getvalue())


def _blocks(office: AuditedOffice, audit: Audit, ink: Ink, leads: Sequence[str]) -> "Iterator[RenderableType]":
    """Say first what came of it, then what to do, then what is seen, and last what proves it."""
    yield from card_head.head(office, audit, ink)
    yield from card_head.remarks(office, audit, ink)
    yield from card_proof.steps(office, audit, ink)
    yield from card_pages.pages(office, ink)
    if office.group != "institution":
        yield from card_week.practice(office, audit, ink)
        yield from card_replies.questions(office, audit, ink)
        yield from card_replies.reply_times(office, audit, ink)
        yield from card_week.weeks(office, audit, ink)
        yield from card_week.days(office, ink)
    yield from card_proof.evidence(office, audit, ink)
    yield from card_proof.for_operator(office, audit, ink, leads)
