"""How well the rules of comments read, on invented rows that they were not written from; printed in the method."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """The error of reading `rows` comments, `asking` of which ask; rows labelled unsure count in neither share."""

    rows: int
    asking: int
    precision: float
    """The share of those that ask among those taken for asking."""
    precision_interval: tuple[float, float]
    """Wilson's, at 95 %; so is the other."""
    recall: float
    """The share of those taken for asking among those that ask."""
    recall_interval: tuple[float, float]
    unsure: float
    """The share of all rows that the rules leave open."""


MEASURED = Measured(
    rows=298,
    asking=138,
    precision=0.95,
    precision_interval=(0.9, 0.97),
    recall=0.92,
    recall_interval=(0.86, 0.95),
    unsure=0.03,
)
"""To two digits."""
MEASURED_RULES = 3
"""The version of the rules (`auditor.language.minimise_text.RULES`) that was measured."""
