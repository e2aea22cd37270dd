"""A list of VK's that comes page by page while it may change, held against itself and its own count.

Each page is asked for from the last item of the page before, so that one that was deleted meanwhile cannot hide the
next. What is new shifts the rest: as many items may come twice as the count has grown by. Beyond that, items that come
twice, out of order, fewer or more than are counted contradict VK's own words (docs/dev/design.md, section 5). A list
that is not counted is never known to be whole.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from auditor.base.snapshot import Cause
from auditor.probes.protocol import Failure, Look, Request, fetch
from auditor.probes.vk.field_types import UnreadItem, VkList

PAGE = 100
"""The most that wall.get and wall.getComments give in one answer."""
MOST_PAGES = 60
"""A list that needs more is not read to its end but called too little data."""


class ListItem(Protocol):
    """An item of a list. A pinned post (`is_pinned`) stands where it likes."""

    @property
    def id(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def deleted(self) -> bool | None: ...


ItemT = TypeVar("ItemT", bound=ListItem)


@dataclass(slots=True)
class PagedList(Generic[ItemT]):
    """What was read of a list. Without a `cause` nothing is missing from its beginning to `edge`."""

    newest_first: bool = False
    """The newest comes first."""
    items: dict[int, ItemT] = field(default_factory=dict)
    places_read: int = 0
    """Places of the list that were read."""
    last: int | None = None
    """The item at the last of them, where it could be read."""
    count: int | None = None
    """How many places there are by VK's last word."""
    at: datetime | None = None
    """When the first answer came: nothing newer was seen."""
    read_to: datetime | None = None
    """The moment up to which it was read."""
    complete: bool = False
    """It was read to its end."""
    cause: Cause | None = None
    failure: Failure | None = None
    changed_while_read: bool = False
    """It shrank, repeated or disordered items while it was read, so that one may have been passed over."""
    pages_requested: int = 0
    newest: "VkList[ItemT] | None" = None
    """The page that came last."""
    first_count: int | None = None
    """How many places there were by VK's first word."""
    _again: int = 0

    @property
    def offset(self) -> int:
        """From where the next page is asked for."""
        return self.places_read - (self.last is not None)

    def add_inline(self, along: Sequence[ItemT | UnreadItem]) -> None:
        """Take in what has come along with something else."""
        read = [item for item in along if not isinstance(item, UnreadItem)]
        self._note_order(read)
        self.items, self.places_read = {item.id: item for item in read}, len(along)
        self.last = read[-1].id if read and read[-1] is along[-1] else None

    def add(self, page: "VkList[ItemT]") -> bool:
        """Take in the next page, and tell whether to go on."""
        items, size, self.newest = page.readable, len(page.items), page
        if self.last is not None and [item.id for item in items[:1]] == [self.last]:
            items, size = items[1:], size - 1
        elif self.last is not None and not page.unread:
            self.changed_while_read = self.last not in {item.id for item in items}
        fresh = {item.id: item for item in items if item.id not in self.items}
        self._note_order(list(fresh.values()))
        self.items |= fresh
        self._count(page.total, size, len(items) - len(fresh))
        self.last = None if not items or isinstance(page.items[-1], UnreadItem) else items[-1].id
        if page.unread or page.total is None:  # the very post or answer that is missed
            self.cause = Cause.UNRECOGNISED_PAGE
        self.complete = self.count is not None and self.places_read >= self.count
        short = self.places_read - self._again < (self.count or 0)
        stopped = not fresh or len(page.items) < PAGE
        if self.changed_while_read or (short if self.complete else stopped):
            self.cause, self.complete = self.cause or Cause.CONTRADICTION, False
            return False
        return not self.complete

    def _note_order(self, fresh: Sequence[ItemT]) -> None:
        """Hold the moments against each other; old answers do not mark a pinned post, which comes first."""
        pinned = self.newest_first and not self.places_read and len(fresh) > 1 and fresh[0].at < fresh[1].at
        moments = [item.at for item in fresh[1 if pinned else 0 :] if not getattr(item, "is_pinned", None)]
        line = [*([self.read_to] if self.read_to else []), *moments]
        self.changed_while_read |= line != sorted(line, reverse=self.newest_first)
        self.read_to = (min if self.newest_first else max)(line, default=None)

    def _count(self, places: int | None, size: int, again: int) -> None:
        self.places_read, self._again = self.places_read + size, self._again + again
        if places is not None:
            shown = sum(not item.deleted for item in self.items.values())
            self.changed_while_read |= places < max(shown, self.count or 0)
            self.first_count = places if self.first_count is None else self.first_count
            self.count = places
        self.changed_while_read |= self._again > (self.count or 0) - (self.first_count or 0)


def read_list(
    line: PagedList[ItemT],
    page_at: Callable[[int], "Request[VkList[ItemT]]"],
    most: int = MOST_PAGES,
    enough: Callable[[], bool] = lambda: False,
) -> Look[None]:
    """Read a list on until that is enough, or to its end, in at most so many pages."""
    while line.pages_requested < most:
        page = yield from fetch(page_at(line.offset))
        line.pages_requested, line.at = line.pages_requested + 1, line.at or page.at
        if isinstance(page, Failure):
            # VK has just shown the owner as alive, and counted what it now calls gone: that is not believed.
            line.failure, line.cause = page, Cause.REFUSED if page.cause is Cause.GONE else page.cause
            return
        if not line.add(page) or enough():
            return
    line.cause = line.cause or Cause.TOO_LITTLE_DATA
