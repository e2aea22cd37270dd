"""Do the pages of one list agree with each other and with the number that the network gives for it?

A wall or a thread comes page by page while it may change: what is new shifts the rest, so that as many items may come
twice as the count has grown by. Beyond that, items that come twice, out of order, or fewer than are counted contradict
the network's own words, and nothing is concluded from what is missing (DESIGN.md section 5).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Row:
    """What has come of one list so far."""

    count: int | None = None
    """How many items there are by the last word of the network."""
    came: int = 0
    """Places of the list that were read."""
    broken: bool = False
    """An item came twice, or out of order."""
    ids: set[int] = field(default_factory=set)
    _first: int | None = None
    _again: int = 0
    _edge: datetime | None = None

    @property
    def short(self) -> bool:
        """Tell whether a list read to its end has shown fewer distinct items than it counts."""
        return self.count is not None and self.came - self._again < self.count

    def add(
        self,
        items: Sequence[tuple[int, datetime]],
        size: int,
        *,
        falling: bool,
        aside: Collection[int] = (),
    ) -> None:
        """Take in a page of `size` places; `items` are those that could be read, with their moments.

        `falling`: the newest comes first. Those `aside`, a pinned post, stand where they like.
        """
        self._first = self.count if self._first is None else self._first
        own = [(number, at) for number, at in items if number not in aside]
        again = len(items) - len({number for number, _ in items} - self.ids)
        fresh = [at for number, at in own if number not in self.ids]
        self.ids |= {number for number, _ in items}
        self.came += size
        self._again += again
        grown = max(0, (self.count or 0) - (self._first or 0))
        self.broken |= self._again > grown or not self._in_order(fresh, falling=falling)

    def _in_order(self, moments: Sequence[datetime], *, falling: bool) -> bool:
        line = [*([self._edge] if self._edge is not None else []), *moments]
        self._edge = line[-1] if line else None
        return line == sorted(line, reverse=falling)
