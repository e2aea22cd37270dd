"""A list that comes page by page while it may change: whole only as it is counted, and in its own order."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from auditor.base.snapshot import Cause, EvidenceKind
from auditor.probes.paged_list import PAGE, PositionList, read_list
from auditor.probes.protocol import Call, Failure, Request
from auditor.probes.vk.field_types import UnreadItem
from auditor.probes.vk.wall import WallPage, WallPost
from tests.cases import NOW

CONTRADICTION, UNRECOGNISED, TOO_LITTLE = Cause.CONTRADICTION, Cause.UNRECOGNISED_PAGE, Cause.TOO_LITTLE_DATA


def item(number: int, **more: Any) -> WallPost:
    """A post, the higher its number the newer."""
    return WallPost(id=number, at=NOW + timedelta(minutes=number), own=True, **more)


def page(numbers: Sequence[int | None], count: int | None) -> WallPage:
    """A page of posts, of which None is one that could not be read."""
    items = tuple(UnreadItem() if number is None else item(number) for number in numbers)
    return WallPage(at=NOW, count=count, items=items)


def read(*pages: WallPage | Failure, **more: Any) -> tuple[Any, list[int]]:
    """Read a list that comes in these pages; return what was read, and the offset of each request."""
    paged_list, offsets = PositionList[WallPost](newest_first=True), list[int]()

    def request_at(offset: int) -> Request[Any]:
        offsets.append(offset)
        return Request(Call("m", {"offset": offset}), WallPage, EvidenceKind.POSTS)

    look, responses = read_list(paged_list, request_at, **more), iter(pages)
    try:
        look.send(None)
        while True:
            look.send(next(responses))
    except StopIteration:
        return paged_list, offsets


def down(first: int, number: int) -> list[int]:
    return list(range(first, first - number, -1))


HUNDRED, REST = down(300, PAGE), down(201, 53)
"""The second page begins with the item at which the first one ended."""


def test_a_list_is_whole_only_as_it_is_counted() -> None:
    """Each page is requested from the last item of the previous one, and without a cause nothing is missing."""
    for pages, shown, cause, offsets in [
        ([page([], 0)], 0, None, [0]),
        ([page([9, 8], 2)], 2, None, [0]),
        ([page(HUNDRED, PAGE)], 100, None, [0]),
        ([page(HUNDRED, 152), page(REST, 152)], 152, None, [0, 99]),
        # It grows, which shifts the rest: more come twice than the count has grown by, so it is not believed.
        ([page(HUNDRED, 152), page([202, 201, *down(200, 52)], 153)], 152, CONTRADICTION, [0, 99]),
        ([page(HUNDRED, 152), page([201, 202, *down(200, 51)], 152)], 151, CONTRADICTION, [0, 99]),
        # It shrinks, repeats itself, or ends before its end.
        ([page(HUNDRED, 152), page(REST, 151)], 152, CONTRADICTION, [0, 99]),
        ([page(HUNDRED, 152), page(REST[1:], 152)], 152, CONTRADICTION, [0, 99]),
        ([page(HUNDRED, 152), page(HUNDRED, 152)], 100, CONTRADICTION, [0, 99]),
        ([page(HUNDRED, 152), page([201], 152)], 100, CONTRADICTION, [0, 99]),
        ([page([9, 8], 3)], 2, CONTRADICTION, [0]),
        # More than are counted, one twice, disordered.
        ([page([9, 8], 1)], 2, CONTRADICTION, [0]),
        ([page([9, 9], 2)], 1, CONTRADICTION, [0]),
        ([page(HUNDRED, 102), page([201, 200, 202], 102)], 101, CONTRADICTION, [0, 99]),
        # Not counted, or not read.
        ([page([], None)], 0, UNRECOGNISED, [0]),
        ([page([9, None], 2)], 1, UNRECOGNISED, [0]),
        ([page([*HUNDRED[:99], None], 152), page(down(200, 52), 152)], 151, UNRECOGNISED, [0, 100]),
    ]:
        paged_list, requested = read(*pages)
        assert (len(paged_list.items), paged_list.cause, requested) == (shown, cause, offsets)
        assert paged_list.complete is (cause is None or (cause is UNRECOGNISED and pages[-1].count is not None))
        assert paged_list.read_to == min((post.at for post in paged_list.items.values()), default=None)


def test_a_list_is_read_no_further_than_it_must_be() -> None:
    """To where that is enough, or in so many pages at most; a page that fails ends it, and what was read stays.

    VK has just counted what it now calls gone: that is not believed.
    """
    paged_list, requested = read(page(HUNDRED, 900), is_enough=lambda: True)
    assert (paged_list.cause, paged_list.complete, requested, paged_list.read_at) == (None, False, [0], NOW)
    paged_list, requested = read(page(HUNDRED, 900), max_pages=1)
    assert (paged_list.cause, requested) == (TOO_LITTLE, [0])
    for sent, cause in ((Cause.GONE, Cause.REFUSED), (Cause.THROTTLED, Cause.THROTTLED)):
        failure = Failure(at=NOW, cause=sent)
        paged_list, _ = read(page(HUNDRED, 152), failure)
        assert (len(paged_list.items), paged_list.cause, paged_list.failure, paged_list.complete) == (
            100,
            cause,
            failure,
            False,
        )
    old = item(1)
    paged_list, _ = read(WallPage(at=NOW, count=4, items=(old, item(9), item(8), item(7))))
    assert (paged_list.cause, paged_list.read_to) == (None, item(7).at), (
        "a pinned one stands first; old answers do not mark it"
    )
