"""What a cause says of the page, and what of the way to it."""

from auditor.base.snapshot import Cause


def test_a_cause_may_pass_if_it_says_nothing_of_the_page() -> None:
    """The network, the way to it, the key or a clock is at fault; another request may succeed."""
    passing = {"unreachable", "throttled", "blocked", "no_credentials", "control_failed"}
    assert {cause.value for cause in Cause if cause.may_pass} == passing
