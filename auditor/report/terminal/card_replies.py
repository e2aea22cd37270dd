"""Questions and replies on the terminal's card: what became of this week's, and how long a reply takes."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from auditor.audit.document import Audit, AuditedOffice
from auditor.base.i18n import Catalogue
from auditor.base.text import N_
from auditor.report.curve import curve_of
from auditor.report.terminal.ink import Ink

if TYPE_CHECKING:
    from rich.console import RenderableType

_FIGURES = {
    "questions": N_("Questions"),
    "answered_in_time": N_("answered in time"),
    "answered_late": N_("answered later"),
    "no_reply_found": N_("no public reply found by the time of the look"),
    "pending": N_("not yet due"),
}
_LONGEST = 20
"""Columns of the longest bar."""


def questions(office: AuditedOffice, audit: Audit, ink: Ink) -> "Iterator[RenderableType]":
    """Print the week's questions: in time, later, no public reply found, not yet due; and those aside."""
    said, finding = ink.said, office.finding("comments_answered")
    values = finding.values if finding else {}
    if finding is None or not values.get("questions"):
        return  # the practice's line has said why
    yield ink.title(said.gettext(N_("Questions and replies")))
    yield ink.below(_bars(values, ink))
    if finding.cause == "too_little_data":
        sentence = N_("Too little data: the share is counted from {n} questions whose time is over.")
        yield ink.below(ink.text(said.say(sentence, n=_least(audit))))
    aside = _aside(values, said)
    if aside:
        yield ink.below(ink.text(" ".join(aside), "dim"))


def _bars(values: Mapping[str, int], ink: Ink) -> "RenderableType":
    """Print each number with its bar, on the scale of all questions."""
    table = ink.grid()
    table.add_column()
    table.add_column(justify="right", no_wrap=True)
    for key, label in _FIGURES.items():
        count = values.get(key) or 0
        drawn = "█" * -(-count * _LONGEST // values["questions"])
        cells = [ink.text(ink.said.gettext(label)), ink.text(ink.said.number(count), "bold")]
        table.add_row(*cells, *[ink.text(drawn, "dim")] * ink.wide)
    return table


def _aside(values: Mapping[str, int], said: Catalogue) -> list[str]:
    lines = []
    if values.get("general_answers"):
        sentence = N_("Answers to nobody in particular: {n}; they are not timed.")
        lines.append(said.say(sentence, n=values["general_answers"]))
    if values.get("answered_by_other"):
        lines.append(said.say(N_("Answered by another body only: {n}."), n=values["answered_by_other"]))
    return lines


def _least(audit: Audit) -> int:
    known = audit.policy.get("least_questions")
    return known.value if known is not None and isinstance(known.value, int) else 5


def reply_times(office: AuditedOffice, audit: Audit, ink: Ink) -> "Iterator[RenderableType]":
    """Say how long a reply takes, with the uncertainty of it, and from how many questions and weeks that is known."""
    curve = curve_of(office, audit, ink.said)
    if curve is None:
        return
    yield ink.title(ink.said.gettext(N_("Time to reply")))
    for sentence in curve.said:
        yield ink.below(ink.text(sentence))
    yield ink.below(ink.text(curve.note, "dim"))
