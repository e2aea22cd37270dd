"""Each check has a module of tests with the rows that hold for every check."""

import pytest

from auditor.checks import catalogue
from tests.rules.rule_rows import PRACTICE, channel, failing, of_office, passing
from tests.truth.rules import Truth, truths


def test_each_check_has_its_truth() -> None:
    """By which every finding about the invented stories is derived."""
    assert list(truths()) == [check.name for check in catalogue()]
    assert all(isinstance(truth, Truth) for truth in truths().values())


@pytest.mark.parametrize("check", PRACTICE)
def test_each_check_of_the_practice_fails_by_its_failing_posts_and_passes_by_the_others(check: str) -> None:
    """The rules about weights, excuses and pages are tried by them."""
    outcomes = [of_office(check, [channel(*page_posts)]).outcome for page_posts in (failing(check), passing(check))]
    assert outcomes == ["failed", "passed"]
