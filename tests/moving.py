"""A clock for runs that stands still unless it is moved."""

from dataclasses import dataclass

from auditor.probes.driver import Timer


@dataclass
class Moving:
    """Seconds that pass when a test says so, or somebody sleeps."""

    now: float = 0.0

    def __post_init__(self) -> None:
        """Make the timer."""
        self.timer = Timer(lambda: self.now, self.sleep)

    def sleep(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self.now += seconds
