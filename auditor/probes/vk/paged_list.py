"""A list that VK sends page by page while it may change, checked for consistency and against VK's own count.

Each page is requested from the last item of the previous one, so that an item deleted meanwhile cannot hide the next.
New items shift the rest: as many items may come twice as the count has grown by. Beyond that, items that come twice,
out of order, or in another number than VK counts are a contradiction (docs/dev/design.md, section 5). A list without a
count is never known to be complete.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from auditor.base.snapshot import Cause
from auditor.probes.protocol import Failure, Look, Request, fetch
from auditor.probes.vk.field_types import UnreadItem, VkList

PAGE = 100
"""The most items that wall.get and wall.getComments send in one response."""
MOST_PAGES = 60
"""A list with more pages is not read to its end, and gets the cause `TOO_LITTLE_DATA`."""


class ListItem(Protocol):
    """An item of a list. A pinned post (`is_pinned`) may be out of order."""

    @property
    def id(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def deleted(self) -> bool | None: ...


ItemT = TypeVar("ItemT", bound=ListItem)


@dataclass(slots=True)
class PagedList(Generic[ItemT]):
    """The part of a list that was read. Without a `cause`, nothing is missing from its beginning to `read_to`."""

    newest_first: bool = False
    items: dict[int, ItemT] = field(default_factory=dict)
    places_read: int = 0
    """How many positions of the list were read."""
    last_id: int | None = None
    """The id of the item at the last position, if it could be read."""
    count: int | None = None
    """The list's length by VK's latest page."""
    read_at: datetime | None = None
    """When the first response came: newer items cannot be in it."""
    read_to: datetime | None = None
    """The moment of the last item read: the oldest if `newest_first`, else the newest."""
    complete: bool = False
    """Whether it was read to its end."""
    cause: Cause | None = None
    failure: Failure | None = None
    changed_while_read: bool = False
    """Whether it shrank, or repeated or reordered items while it was read, so that one may have been passed over."""
    pages_requested: int = 0
    last_page: "VkList[ItemT] | None" = None
    """The latest page."""
    first_count: int | None = None
    """The list's length by VK's first page."""
    _repeated: int = 0

    @property
    def offset(self) -> int:
        """The position from which to request the next page."""
        return self.places_read - (self.last_id is not None)

    def add_inline(self, inline: Sequence[ItemT | UnreadItem]) -> None:
        """Add the first items, which came inline with another response."""
        readable = [item for item in inline if not isinstance(item, UnreadItem)]
        self._note_order(readable)
        self.items, self.places_read = {item.id: item for item in readable}, len(inline)
        self.last_id = readable[-1].id if readable and readable[-1] is inline[-1] else None

    def add(self, page: "VkList[ItemT]") -> bool:
        """Add the next page, and return whether there is another to request."""
        items, size, self.last_page = page.readable, len(page.items), page
        if self.last_id is not None and [item.id for item in items[:1]] == [self.last_id]:
            items, size = items[1:], size - 1
        elif self.last_id is not None and not page.unread:
            self.changed_while_read = self.last_id not in {item.id for item in items}
        fresh = {item.id: item for item in items if item.id not in self.items}
        self._note_order(list(fresh.values()))
        self.items |= fresh
        self._add_counts(page.total, size, len(items) - len(fresh))
        self.last_id = None if not items or isinstance(page.items[-1], UnreadItem) else items[-1].id
        if page.unread or page.total is None:  # the item that is missed may be the one that matters
            self.cause = Cause.UNRECOGNISED_PAGE
        self.complete = self.count is not None and self.places_read >= self.count
        falls_short = self.places_read - self._repeated < (self.count or 0)
        ends_early = not fresh or len(page.items) < PAGE
        if self.changed_while_read or (falls_short if self.complete else ends_early):
            self.cause, self.complete = self.cause or Cause.CONTRADICTION, False
            return False
        return not self.complete

    def _note_order(self, fresh: Sequence[ItemT]) -> None:
        """Check that the items are in order; a pinned post comes first, and older responses do not mark it."""
        pinned = self.newest_first and not self.places_read and len(fresh) > 1 and fresh[0].at < fresh[1].at
        moments = [item.at for item in fresh[1 if pinned else 0 :] if not getattr(item, "is_pinned", None)]
        sequence = [*([self.read_to] if self.read_to else []), *moments]
        self.changed_while_read |= sequence != sorted(sequence, reverse=self.newest_first)
        self.read_to = (min if self.newest_first else max)(sequence, default=None)

    def _add_counts(self, total: int | None, size: int, repeated: int) -> None:
        self.places_read, self._repeated = self.places_read + size, self._repeated + repeated
        if total is not None:
            visible = sum(not item.deleted for item in self.items.values())
            self.changed_while_read |= total < max(visible, self.count or 0)
            self.first_count = total if self.first_count is None else self.first_count
            self.count = total
        self.changed_while_read |= self._repeated > (self.count or 0) - (self.first_count or 0)


def read_list(
    paged_list: PagedList[ItemT],
    request_at: Callable[[int], "Request[VkList[ItemT]]"],
    max_pages: int = MOST_PAGES,
    is_enough: Callable[[], bool] = lambda: False,
) -> Look[None]:
    """Read a list until `is_enough`, or to its end, in at most `max_pages` pages; the result is in `paged_list`."""
    while paged_list.pages_requested < max_pages:
        page = yield from fetch(request_at(paged_list.offset))
        paged_list.pages_requested, paged_list.read_at = paged_list.pages_requested + 1, paged_list.read_at or page.at
        if isinstance(page, Failure):
            # VK has just shown the owner as existing, and counted what it now calls gone: that is not believed.
            paged_list.failure, paged_list.cause = page, Cause.REFUSED if page.cause is Cause.GONE else page.cause
            return
        if not paged_list.add(page) or is_enough():
            return
    paged_list.cause = paged_list.cause or Cause.TOO_LITTLE_DATA
