"""What a check says: one finding about one subject."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from auditor.base.snapshot import Cause, Network, Outcome
from auditor.base.text import Text
from auditor.registry.models import Basis

Value = str | int | float | bool | datetime | date | None


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check for one subject, with all that is needed to follow it back.

    The subject is the office as a whole (`network` and `account` None), or one account. `cause` is set exactly
    when the outcome is `cantTell`. `evidence` are ids of stored answers.
    """

    check: str
    outcome: Outcome
    message: Text
    basis: Basis
    values: Mapping[str, Value] = field(default_factory=dict)
    threshold: Value | list[int] = None
    cause: Cause | None = None
    network: Network | None = None
    account: str | None = None
    evidence: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Hold the rule that unknown always says why, and known never does."""
        if (self.outcome is Outcome.CANT_TELL) != (self.cause is not None):
            msg = f"{self.check}: outcome {self.outcome} with cause {self.cause}"
            raise ValueError(msg)
