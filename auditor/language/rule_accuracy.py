"""The accuracy of the rules of comments on invented rows that they were not written from; printed in the method."""

from dataclasses import dataclass
from typing import NamedTuple

from auditor.base.text import N_, Text

_NOTE = N_(
    "Measured on {rows} invented comments that no rule was written from; in brackets the interval of 95 %. Of what "
    "the rules took for a question {precision} % ({precision_between}) was one; of the questions {recall} % "
    "({recall_between}) were found. By length and marks: of the questions in comments over 140 signs {letters} % "
    "({letters_between}), in shorter ones {short} % ({short_between}), in those without any mark, where only the "
    "words tell a question from a statement and fewer are found, {bare} % ({bare_between}). {unsure} % of all was "
    "left unsure. No real comment is kept to measure on."
)


class Found(NamedTuple):
    """A share with Wilson's interval at 95 %, each rounded to two digits."""

    value: float
    least: float
    most: float

    @property
    def between(self) -> str:
        """The interval in per cent."""
        return f"{self.least * 100:.0f}–{self.most * 100:.0f}"


@dataclass(frozen=True, slots=True)
class Measured:
    """The accuracy on `rows` comments; rows labelled unsure count in `rows` and `unsure` alone."""

    rows: int
    unsure: float
    """The share of all rows that the rules classify as unsure."""
    precision: Found
    """The share of comments that ask among those classified as asking."""
    recall: Found
    """The share of comments classified as asking among those that ask."""
    letters: Found
    """Recall of comments over 140 signs."""
    short: Found
    """Recall of shorter comments that have marks."""
    bare: Found
    """Recall of comments without any mark."""

    @property
    def note(self) -> Text:
        """How accurate the rules are, as the method says it: in per cent."""
        shares = {name: getattr(self, name) for name in ("precision", "recall", "letters", "short", "bare")}
        values = {name: round(share.value * 100) for name, share in shares.items()}
        between = {f"{name}_between": share.between for name, share in shares.items()}
        return Text(_NOTE, {"rows": self.rows, "unsure": round(self.unsure * 100), **values, **between})


MEASURED = Measured(
    rows=498,
    unsure=0.03,
    precision=Found(0.95, 0.92, 0.97),
    recall=Found(0.93, 0.89, 0.96),
    letters=Found(0.96, 0.82, 0.99),
    short=Found(0.93, 0.88, 0.96),
    bare=Found(0.92, 0.83, 0.96),
)
MEASURED_RULES = 4
"""The version of the rules (`auditor.language.minimise_text.RULES`) that was measured."""
