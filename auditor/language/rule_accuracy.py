"""The accuracy of the rules of comments on invented rows that they were not written from; printed in the method."""

from dataclasses import dataclass

from auditor.base.text import N_, Text

_NOTE = N_(
    "Measured on {rows} invented comments that no rule was written from: {precision} % ({precision_between}) of "
    "what the rules took for a question was one, {recall} % ({recall_between}) of the questions were found, "
    "{unsure} % of all was left unsure; in brackets the interval of 95 %. No real comment is kept to measure on."
)


@dataclass(frozen=True, slots=True)
class Measured:
    """The accuracy on `rows` comments, `asking` of which ask; rows labelled unsure count in neither share."""

    rows: int
    asking: int
    precision: float
    """The share of comments that ask among those classified as asking."""
    precision_interval: tuple[float, float]
    """Wilson's interval at 95 %, as is `recall_interval`."""
    recall: float
    """The share of comments classified as asking among those that ask."""
    recall_interval: tuple[float, float]
    unsure: float
    """The share of all rows that the rules classify as unsure."""

    @property
    def note(self) -> Text:
        """How accurate the rules are, as the method says it: in per cent."""
        shares = {name: round(getattr(self, name) * 100) for name in ("precision", "recall", "unsure")}
        bounds = {name: getattr(self, f"{name}_interval") for name in ("precision", "recall")}
        intervals = {f"{name}_between": f"{low * 100:.0f}–{high * 100:.0f}" for name, (low, high) in bounds.items()}
        return Text(_NOTE, {"rows": self.rows, **shares, **intervals})


MEASURED = Measured(
    rows=298,
    asking=138,
    precision=0.95,
    precision_interval=(0.9, 0.97),
    recall=0.92,
    recall_interval=(0.86, 0.95),
    unsure=0.03,
)
"""Rounded to two digits."""
MEASURED_RULES = 3
"""The version of the rules (`auditor.language.minimise_text.RULES`) that was measured."""
