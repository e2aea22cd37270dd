"""Identify pages across renames: a name can pass from one page to another, a network's id of a page cannot.

(docs/dev/sources.md, Telegram.) Pure: snapshots and the registry in, ids and merged histories out. Collecting and
judging both use these functions, so they agree on which page was confirmed.
"""

from collections.abc import Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

from auditor.base.snapshot import RunSnapshot, Snapshot
from auditor.base.weeks import day_start
from auditor.registry.models import Account


def confirmed_number(account: Account, trusted: Iterable[Snapshot], zone: ZoneInfo) -> int | None:
    """Return the network's id of the confirmed page: the registry's, else the first seen since the confirmation.

    None if neither is known. `trusted` are the account's trusted snapshots, oldest first.
    """
    if account.id is not None:
        return account.id
    confirmed = account.confirmed
    since = day_start(confirmed.on, zone) if confirmed else None
    ids = (s.id for s in trusted if s.id is not None and (since is None or s.taken_at >= since))
    return next(ids, None)


def merge_renamed_pages(snapshots: Mapping[str, Sequence[RunSnapshot]]) -> Mapping[str, Sequence[RunSnapshot]]:
    """Return the snapshots by address, each with those of the same page under earlier names, oldest first.

    So a renamed page keeps its history when its new address is written into the registry. An address that belonged to
    another page first does not inherit any.
    """
    moves: dict[tuple[str, str, int], None] = {}
    for old_url, run_snapshots in snapshots.items():
        for run_snapshot in run_snapshots:
            new_url, page_id = run_snapshot.snapshot.renamed_to, run_snapshot.snapshot.id
            if run_snapshot.trusted and new_url is not None and page_id is not None and new_url != old_url:
                moves[old_url, new_url, page_id] = None
    merged = dict(snapshots)
    for old_url, new_url, page_id in moves:
        own_snapshots = merged.get(new_url, ())
        first_id = next((r.snapshot.id for r in own_snapshots if r.trusted and r.snapshot.id is not None), page_id)
        if first_id == page_id:
            moved_snapshots = [r for r in merged[old_url] if r.snapshot.id == page_id]
            merged[new_url] = sorted([*moved_snapshots, *own_snapshots], key=lambda r: r.snapshot.taken_at)
    return merged
