"""Which page an account is: a name can pass from one page to another, a network's number cannot (telegram.md 3.4).

Pure functions: snapshots and the registry in, numbers out. Collecting and judging both ask here, so they never
disagree about which page was confirmed.
"""

from collections.abc import Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

from auditor.base.snapshot import RunSnapshot, Snapshot
from auditor.base.weeks import day_start
from auditor.registry.models import Account


def confirmed_number(account: Account, trusted: Iterable[Snapshot], zone: ZoneInfo) -> int | None:
    """Return the number of the page that was confirmed: the registry's, else the first seen since its confirmation.

    `trusted` are the account's snapshots that may be believed, oldest first.
    """
    if account.id is not None:
        return account.id
    confirmed = account.confirmed
    since = day_start(confirmed.on, zone) if confirmed else None
    known = (s.id for s in trusted if s.id is not None and (since is None or s.taken_at >= since))
    return next(known, None)


def merge_renamed_pages(seen: Mapping[str, Sequence[RunSnapshot]]) -> Mapping[str, Sequence[RunSnapshot]]:
    """Give each address what was seen of its page under its earlier names too, oldest first.

    So a renamed page keeps its history when its new address is written into the registry. An address under which
    another page was seen first takes nothing over.
    """
    moves: dict[tuple[str, str, int], None] = {}
    for old, rows in seen.items():
        for row in rows:
            new, number = row.snapshot.renamed_to, row.snapshot.id
            if row.trusted and new is not None and number is not None and new != old:
                moves[old, new, number] = None
    joined = dict(seen)
    for old, new, number in moves:
        own = joined.get(new, ())
        first = next((r.snapshot.id for r in own if r.trusted and r.snapshot.id is not None), number)
        if first == number:
            kin = [r for r in joined[old] if r.snapshot.id == number]
            joined[new] = sorted([*kin, *own], key=lambda r: r.snapshot.taken_at)
    return joined
