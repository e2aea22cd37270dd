"""A name can pass from one page to another; a network's number cannot."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from auditor.base.snapshot import RunSnapshot, Weight
from auditor.registry.renamed_pages import confirmed_number, merge_renamed_pages
from tests.cases import NOW, TOMSK, account, snapshot

OLD, NEW = "https://t.me/perviy_rayon", "https://t.me/perviy_rayon_novoe"
MIDNIGHT = datetime(2026, 8, 31, 17, tzinfo=UTC)
"""The first moment of 1 September, on which the account was confirmed, in Tomsk."""


@pytest.mark.parametrize(
    ("on_record", "looks", "number"),
    [(7, [(0, 8)], 7), (None, [(0, None), (0, 8), (1, 9)], 8), (None, [(-1, 6), (0, 8)], 8), (None, [(-1, 6)], None)],
)
def test_the_confirmed_page_is_the_registrys_or_the_first_seen_since(on_record: Any, looks: Any, number: Any) -> None:
    """What was seen before the confirmation was not what was confirmed."""
    snapshots = [snapshot(taken_at=MIDNIGHT + timedelta(seconds=seconds), id=page_id) for seconds, page_id in looks]
    page = account().model_copy(update={"id": on_record})
    assert confirmed_number(page, snapshots, TOMSK) == number
    lead = page.model_copy(update={"confirmed": None, "id": None})
    assert confirmed_number(lead, snapshots, TOMSK) == next((of for _, of in looks if of is not None), None)


def run_snapshot(days: int, page_id: int | None, url: str = OLD, **fields: Any) -> RunSnapshot:
    """Return a look so many days before now."""
    look = snapshot(taken_at=NOW - timedelta(days=days), id=page_id, url=url, **fields)
    return RunSnapshot("2026-W47", look, weight=Weight.FULL)


MOVED = [run_snapshot(9, 1), run_snapshot(8, 2), run_snapshot(7, 1, renamed_to=NEW)]


RENAMED = [
    (MOVED, [run_snapshot(1, 1, NEW)], [9, 7, 1]),
    (MOVED, [run_snapshot(8.5, 1, NEW)], [9, 8.5, 7]),
    (MOVED, [run_snapshot(1, None, NEW)], [9, 7, 1]),
    (MOVED, [run_snapshot(1, 2, NEW)], [1]),
    (MOVED, [replace(run_snapshot(2, 2, NEW), weight=Weight.NONE), run_snapshot(1, 1, NEW)], [9, 7, 2, 1]),
    ([replace(run_snapshot(7, 1, renamed_to=NEW), weight=Weight.NONE)], [run_snapshot(1, 1, NEW)], [1]),
]


@pytest.mark.parametrize(("old", "new", "merged_days"), RENAMED)
def test_a_renamed_page_keeps_its_history_under_its_new_name(old: Any, new: Any, merged_days: list[float]) -> None:
    """Oldest first; an address under which another page was seen first takes nothing over."""
    merged = merge_renamed_pages({OLD: old, NEW: new})
    assert [(NOW - look.snapshot.taken_at) / timedelta(days=1) for look in merged[NEW]] == merged_days
    assert merged[OLD] == old
