"""Lenient field types for VK's responses, of which only the official's own public words are stored.

A model ignores fields that it does not name, so that a field which VK adds later is left out until it was examined. VK
sends numbers as floats, booleans as integers and the other way round, and leaves fields out (its published schema and
recorded responses disagree in eight ways). So a fact that cannot be read is unknown (None), and an item is lost, as an
`UnreadItem`, only if the fields that identify it cannot be read.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import BeforeValidator, Field, TypeAdapter, WrapValidator

from auditor.base.snapshot import Moment
from auditor.probes.protocol import MinimisedModel, MinimisedResponse

_LAST_MOMENT = 4_102_444_800  # 2100-01-01: a later date is a mistake, not a post
_LARGEST = 2**53  # the most that JSON carries exactly


def _parse_date(value: object) -> object:
    """Convert Unix seconds to a moment; pydantic would take a large number for milliseconds. ISO 8601 is left as it is.

    Raises `ValueError` for a number outside the calendar.
    """
    if isinstance(value, str) and value.strip().isdecimal():
        value = float(value)
    if not isinstance(value, int | float):
        return value
    if isinstance(value, bool) or not 0 < value < _LAST_MOMENT:
        raise ValueError("no moment of the calendar")
    return datetime.fromtimestamp(int(value), UTC)


def _refuse_flag(value: object) -> object:
    """Raise `ValueError` for a boolean, which Python would take for a number: false is not 0."""
    if isinstance(value, bool):
        raise ValueError("no number")  # noqa: TRY004 - of what VK sends, not of ours
    return value


def _or_none(value: Any, read: Callable[[Any], Any]) -> Any:
    try:
        return read(value)
    except ValueError:
        return None


def _replace_surrogates(value: object) -> object:
    """Replace half surrogate pairs in a text, which have no UTF-8."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


Date = Annotated[Moment, BeforeValidator(_parse_date)]
Whole = Annotated[int, BeforeValidator(_refuse_flag), Field(ge=-_LARGEST, le=_LARGEST)]
Number = Annotated[Whole | None, WrapValidator(_or_none)]
Count = Annotated[Annotated[Whole, Field(ge=0)] | None, WrapValidator(_or_none)]
Flag = Annotated[bool | None, WrapValidator(_or_none)]
Word = Annotated[str | None, BeforeValidator(_replace_surrogates), WrapValidator(_or_none)]
read_whole = TypeAdapter[int | None](Number).validate_python
read_flag = TypeAdapter[bool | None](Flag).validate_python
read_moment = TypeAdapter[datetime](Date).validate_python

Raw = Mapping[str, Any]
"""A JSON object as VK sends it."""


def as_object(value: object) -> Raw:
    """Return a JSON object as it is, and an empty one for any other value."""
    return value if isinstance(value, dict) else {}


class UnreadItem(MinimisedModel):
    """Stands in for an item that could not be read. Only whether VK calls it deleted is stored."""

    deleted: Flag = None


ItemT = TypeVar("ItemT")


class VkList(MinimisedResponse, Generic[ItemT]):
    """A list as VK sends it; `count` is its total. As stored, with a second item that could not be read::

    {"at": "2026-11-24T05:00:00Z", "count": 2, "items": [{"id": 12, …}, {"deleted": null}]}
    """

    count: Count = None
    items: tuple[Annotated[ItemT | UnreadItem, Field(union_mode="left_to_right")], ...]

    @classmethod
    def minimise(cls, read: Callable[[Raw], ItemT], raw: Raw) -> Self:
        """Return a raw list with each item reduced by `read`. Raises `ValueError` or `KeyError` if it is not a list."""
        return cls.model_validate({**raw, "items": read_each(raw["items"], read)})

    @property
    def readable(self) -> list[ItemT]:
        """The items that could be read."""
        return [item for item in self.items if not isinstance(item, UnreadItem)]

    @property
    def first(self) -> ItemT | None:
        """The first item that could be read, or None."""
        return next(iter(self.readable), None)

    @property
    def unread(self) -> int:
        """Count of unreadable items that are not deleted: one of them may be the very post that is missed."""
        return count_unread(self.items)

    @property
    def places(self) -> int:
        """Count of the positions that it takes, those of unreadable items included."""
        return len(self.items)

    @property
    def ends_readable(self) -> bool:
        """Whether its last item could be read."""
        return bool(self.items) and not isinstance(self.items[-1], UnreadItem)

    @property
    def total(self) -> int | None:
        """Count of the items to page over; None if unknown."""
        return self.count


def read_each(items: object, read: Callable[[Raw], ItemT]) -> list[ItemT | UnreadItem]:
    """Return each item of a list reduced by `read`, or an `UnreadItem`. Raises `ValueError` if it is not a list."""
    if not isinstance(items, list):
        raise ValueError("no list")  # noqa: TRY004 - of what VK sends, not of ours
    return [_read_item(as_object(item), read) for item in items]


def _read_item(raw: Raw, read: Callable[[Raw], ItemT]) -> ItemT | UnreadItem:
    try:
        return read(raw)
    except ValueError:
        return UnreadItem(deleted=read_flag(raw.get("is_deleted")) or read_flag(raw.get("deleted")))


def count_unread(items: Iterable[object]) -> int:
    """Return how many items could not be read and are not deleted."""
    return sum(isinstance(item, UnreadItem) and not item.deleted for item in items)
