"""How long something takes where part of it has not happened yet: the estimate of Kaplan and Meier.

Whatever was still open when it was last seen is censored there, not thrown away: the mean of what has ended would
flatter an official who answers few (Kaplan and Meier 1958, https://doi.org/10.1080/01621459.1958.10501452).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, log, sqrt

_Z = 1.959964
"""The normal quantile of a band of 95 %."""
_HALF = 0.5 - 1e-12
"""Half, less what the multiplying of shares may lose."""


@dataclass(frozen=True, slots=True)
class Wait:
    """One wait in hours: until its end, or, where it is not `over`, until it was last seen."""

    hours: float
    over: bool


@dataclass(frozen=True, slots=True)
class Step:
    """From `hours` on, the share of waits that are over, with the lower and upper bound of that share, all 0 to 1."""

    hours: float
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Curve:
    """The share of waits that are over, rising from 0 in steps; without steps none was seen to end."""

    steps: tuple[Step, ...] = ()

    @property
    def median(self) -> float | None:
        """The hours in which half of the waits are over; None where half are not."""
        return next((step.hours for step in self.steps if step.share >= _HALF), None)

    @property
    def median_low(self) -> float | None:
        """The lower bound of the median (Brookmeyer and Crowley 1982): where the band's upper edge reaches half."""
        return next((step.hours for step in self.steps if step.high >= _HALF), None)

    @property
    def median_high(self) -> float | None:
        """The upper bound of the median; None where the band's lower edge never reaches half."""
        return next((step.hours for step in self.steps if step.low >= _HALF), None)


def estimate(waits: Iterable[Wait]) -> Curve:
    """Estimate the share of waits that are over by each hour, with Greenwood's variance and a log-log band of 95 %.

    A wait that was last seen at the moment at which another ended counts as going on there. Where all that are left
    end at once the band has no formula: its lower edge then stays where it was, its upper edge is 1.
    """
    seen = list(waits)
    at_risk, ends = len(seen), Counter(wait.hours for wait in seen if wait.over)
    going, variance, low = 1.0, 0.0, 0.0
    steps = []
    for hours, leaving in sorted(Counter(wait.hours for wait in seen).items()):
        ended = ends[hours]
        if ended:
            going *= 1 - ended / at_risk
            variance += ended / (at_risk * (at_risk - ended)) if ended < at_risk else 0.0
            low, high = _band(going, variance) if ended < at_risk else (low, 1.0)
            steps.append(Step(hours, 1 - going, low, high))
        at_risk -= leaving
    return Curve(tuple(steps))


def _band(going: float, variance: float) -> tuple[float, float]:
    """Return the edges of the share that is over, where `going` (between 0 and 1, both excluded) is the share left."""
    reach = _Z * sqrt(variance) / -log(going)
    return 1 - going ** exp(-reach), 1 - going ** exp(reach)
