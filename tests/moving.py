"""A clock for runs that stands still unless it is moved."""

from auditor.probes.driver import Timer


class Moving:
    """Seconds that pass when a test says so, or somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.timer = Timer(lambda: self.now, self._sleep)

    def pass_time(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self.now += seconds

    async def _sleep(self, seconds: float) -> None:
        self.pass_time(seconds)
