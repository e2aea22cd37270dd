"""A list that a network sends page by page while it may change: the one reader of posts and of comments.

Two kinds of list differ in how the next page is asked for. A `PositionList` is read from the position of the last item
read, so that an item deleted meanwhile cannot hide the next; new items shift the rest, and as many may come twice as
the count has grown by. A `CursorList` is read backwards, below an id that the page itself names. In both, what comes
twice, out of order, or in another number than the network counts is a contradiction (docs/dev/design.md, section 5).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from auditor.base.snapshot import Cause
from auditor.probes.protocol import Failure, Look, Request, fetch

PAGE = 100
"""The most items that VK and Telegram's client send in one response."""
MOST_PAGES = 60
"""A list with more pages is not read to its end, and gets the cause `TOO_LITTLE_DATA`."""


class ListItem(Protocol):
    """An item of a list."""

    @property
    def id(self) -> int: ...


class DatedItem(ListItem, Protocol):
    """An item of a list that is in order of time."""

    @property
    def at(self) -> datetime: ...


ItemT = TypeVar("ItemT", bound=ListItem)
DatedT = TypeVar("DatedT", bound=DatedItem)
ItemT_co = TypeVar("ItemT_co", bound=ListItem, covariant=True)


class ListPage(Protocol[ItemT_co]):
    """A page of a list, as its model stores it."""

    @property
    def at(self) -> datetime: ...
    @property
    def readable(self) -> Sequence[ItemT_co]:
        """The items that could be read, in the order of the page."""

    @property
    def unread(self) -> int:
        """Count of items that could not be read, any of which may be the very one that is missed."""

    @property
    def places(self) -> int:
        """How many positions of the list the page takes, those of deleted items included."""

    @property
    def total(self) -> int | None:
        """The length of the list; None if the page does not say."""


class PositionPage(ListPage[ItemT_co], Protocol[ItemT_co]):
    """A page of a `PositionList`."""

    @property
    def ends_readable(self) -> bool:
        """Whether its last item could be read."""


class CursorPage(ListPage[ItemT_co], Protocol[ItemT_co]):
    """A page of a `CursorList`."""

    @property
    def cause(self) -> Cause | None:
        """Why it is not a page of the list."""

    @property
    def before(self) -> int | None:
        """The id below which older items are requested; None if there are none."""


PageT = TypeVar("PageT", bound=CursorPage[Any])


@dataclass(slots=True)
class PagedList(Generic[ItemT]):
    """The part of a list that was read. Without a `cause`, nothing is missing from its beginning to where it ends."""

    items: dict[int, ItemT] = field(default_factory=dict)
    places_read: int = 0
    """How many positions of the list were read."""
    count: int | None = None
    """The list's length by the network's latest page."""
    read_at: datetime | None = None
    """When the first response came: newer items cannot be in it."""
    complete: bool = False
    """Whether it was read to its end."""
    cause: Cause | None = None
    failure: Failure | None = None
    pages_requested: int = 0
    last_page: Any = None
    """The latest page."""

    @property
    def cursor(self) -> int | None:
        """From where the next page is requested; None at the beginning of a `CursorList`."""
        raise NotImplementedError

    def add(self, page: Any) -> bool:
        """Add the next page, and return whether there is another to request."""
        raise NotImplementedError

    def fail(self, failure: Failure) -> None:
        """Note why the list was not read on."""
        self.failure, self.cause = failure, failure.cause


def read_list(
    paged_list: PagedList[ItemT],
    request_at: Callable[[Any], Request[Any]],
    max_pages: int = MOST_PAGES,
    is_enough: Callable[[], bool] = lambda: False,
    first_page: Any = None,
) -> Look[None]:
    """Read a list until `is_enough`, or to its end, in at most `max_pages` pages; the result is in `paged_list`.

    `first_page` is the first one, where it was already read.
    """
    while paged_list.pages_requested < max_pages:
        page = first_page or (yield from fetch(request_at(paged_list.cursor)))
        first_page, paged_list.pages_requested = None, paged_list.pages_requested + 1
        if isinstance(page, Failure):
            paged_list.fail(page)
            return
        paged_list.read_at = paged_list.read_at or page.at
        if not paged_list.add(page) or is_enough():
            return
    paged_list.cause = paged_list.cause or Cause.TOO_LITTLE_DATA


# By position ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class PositionList(PagedList[DatedT]):
    """A list that is read by position. Without a count it is never known to be complete."""

    newest_first: bool = False
    read_to: datetime | None = None
    """The moment of the last item read: the oldest if `newest_first`, else the newest."""
    last_id: int | None = None
    """The id of the item at the last position, if it could be read."""
    first_count: int | None = None
    """The list's length by the network's first page."""
    changed_while_read: bool = False
    """Whether it shrank, or repeated or reordered items while it was read, so that one may have been passed over."""
    _repeated: int = 0

    @property
    def cursor(self) -> int:
        """The position from which to request the next page."""
        return self.places_read - (self.last_id is not None)

    def fail(self, failure: Failure) -> None:
        """Note why the list was not read on."""
        PagedList.fail(self, failure)
        self.read_at = self.read_at or failure.at
        if failure.cause is Cause.GONE:
            # The network has just shown the owner as existing, and counted what it now calls gone: not believed.
            self.cause = Cause.REFUSED

    def add_inline(self, inline: Sequence[Any]) -> None:
        """Add the first items, which came inline with another response; one without an id could not be read."""
        readable = [item for item in inline if hasattr(item, "id")]
        self._note_order(readable)
        self.items, self.places_read = {item.id: item for item in readable}, len(inline)
        self.last_id = readable[-1].id if readable and readable[-1] is inline[-1] else None

    def add(self, page: PositionPage[DatedT]) -> bool:
        """Add the next page, and return whether there is another to request."""
        items, size, self.last_page = list(page.readable), page.places, page
        if self.last_id is not None and [item.id for item in items[:1]] == [self.last_id]:
            items, size = items[1:], size - 1
        elif self.last_id is not None and not page.unread:
            self.changed_while_read = self.last_id not in {item.id for item in items}
        fresh = {item.id: item for item in items if item.id not in self.items}
        self._note_order(list(fresh.values()))
        self.items |= fresh
        self._add_counts(page.total, size, len(items) - len(fresh))
        self.last_id = items[-1].id if items and page.ends_readable else None
        if page.unread or page.total is None:  # the item that is missed may be the one that matters
            self.cause = Cause.UNRECOGNISED_PAGE
        self.complete = self.count is not None and self.places_read >= self.count
        falls_short = self.places_read - self._repeated < (self.count or 0)
        ends_early = not fresh or page.places < PAGE
        if self.changed_while_read or (falls_short if self.complete else ends_early):
            self.cause, self.complete = self.cause or Cause.CONTRADICTION, False
            return False
        return not self.complete

    def _note_order(self, fresh: Sequence[DatedT]) -> None:
        """Check that the items are in order; a pinned post comes first, and older responses do not mark it."""
        pinned = self.newest_first and not self.places_read and len(fresh) > 1 and fresh[0].at < fresh[1].at
        moments = [item.at for item in fresh[1 if pinned else 0 :] if not getattr(item, "is_pinned", None)]
        sequence = [*([self.read_to] if self.read_to else []), *moments]
        self.changed_while_read |= sequence != sorted(sequence, reverse=self.newest_first)
        self.read_to = (min if self.newest_first else max)(sequence, default=None)

    def _add_counts(self, total: int | None, size: int, repeated: int) -> None:
        self.places_read, self._repeated = self.places_read + size, self._repeated + repeated
        if total is not None:
            visible = sum(not getattr(item, "deleted", None) for item in self.items.values())
            self.changed_while_read |= total < max(visible, self.count or 0)
            self.first_count = total if self.first_count is None else self.first_count
            self.count = total
        self.changed_while_read |= self._repeated > (self.count or 0) - (self.first_count or 0)


# Below an id ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class CursorList(PagedList[ItemT], Generic[ItemT, PageT]):
    """A list that is read backwards from its newest item; it is complete once a page leads to no older one."""

    before: int | None = None
    """The id below which the next page is requested; None at the beginning, and at the end."""
    counts: list[int] = field(default_factory=list)
    """The list's length by each page that gives it."""
    repeated: int = 0
    """How many items came twice."""

    @property
    def cursor(self) -> int | None:
        """The id below which the next page is requested."""
        return self.before

    def add(self, page: PageT) -> bool:
        """Add the next page, and return whether there is another to request."""
        fresh = {item.id: item for item in page.readable if item.id not in self.items}
        # Older items were requested: going on from newer ones would run in a circle.
        runs_in_circle = self.before is not None and (page.before or 0) >= self.before
        defect = Cause.UNRECOGNISED_PAGE if page.unread else Cause.CONTRADICTION if runs_in_circle else None
        self.repeated += len(page.readable) - len(fresh)
        self.items |= {item.id: item for item in page.readable}
        self.counts += [] if page.total is None else [page.total]
        self.places_read, self.before, self.last_page = self.places_read + page.places, page.before, page
        self.cause = page.cause or defect
        self.complete = self.cause is None and self.before is None
        return self.cause is None and not self.complete
