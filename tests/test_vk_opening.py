"""Bounds of a VK page's opening from its id."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from auditor.probes.vk.wall import not_earlier_than

_IDS = st.integers(1, 2**40)


@given(_IDS, _IDS, st.sampled_from([1, -1]))
def test_the_bound_never_decreases_as_ids_grow(one: int, other: int, sign: int) -> None:
    """Ids are handed out in order; no bound below the first point counts as the lowest."""
    never = datetime.min.replace(tzinfo=UTC)
    low, high = sorted((one, other))
    assert (not_earlier_than(sign * low) or never) <= (not_earlier_than(sign * high) or never)


def test_the_bound_is_ninety_days_before_the_last_point_at_or_below_the_id() -> None:
    """And None below the first one: nothing is published about older communities."""
    found = {number: not_earlier_than(number) for number in (1, 669_999_999, 670_000_000, -221_099_999, -221_100_000)}
    days = {number: moment.date().isoformat() if moment else None for number, moment in found.items()}
    assert days == {
        1: "2006-06-25",
        669_999_999: "2020-03-22",
        670_000_000: "2022-03-08",
        -221_099_999: None,
        -221_100_000: "2023-03-12",
    }
