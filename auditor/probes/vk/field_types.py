"""How VK's answers are read and kept: the official's own public words and nobody else's.

A form ignores what it does not name, so that a field which VK adds tomorrow is left out until somebody has looked at
it. VK sends numbers as floats, booleans as integers and the other way round, and leaves fields out (its published
schema and recorded answers disagree in eight ways). So a fact that cannot be read is unknown, and only what identifies
an item costs the item, which then stands there as `Unread`.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import BeforeValidator, Field, TypeAdapter, WrapValidator

from auditor.base.snapshot import Moment
from auditor.probes.protocol import MinimisedModel, MinimisedResponse

_LAST_MOMENT = 4_102_444_800  # 2100-01-01: a later date is a mistake, not a post
_LARGEST = 2**53  # the most that JSON carries exactly


def _date(value: object) -> object:
    """Read Unix seconds; what is stored is ISO 8601. Pydantic would take a large number for milliseconds."""
    if isinstance(value, str) and value.strip().isdecimal():
        value = float(value)
    if not isinstance(value, int | float):
        return value
    if isinstance(value, bool) or not 0 < value < _LAST_MOMENT:
        raise ValueError("no moment of the calendar")
    return datetime.fromtimestamp(int(value), UTC)


def _no_flag(value: object) -> object:
    """Refuse what Python would take for a number: false is not 0."""
    if isinstance(value, bool):
        raise ValueError("no number")  # noqa: TRY004 - of what VK sends, not of ours
    return value


def _or_none(value: Any, read: Callable[[Any], Any]) -> Any:
    try:
        return read(value)
    except ValueError:
        return None


def _encodable(value: object) -> object:
    """Half a surrogate pair has no UTF-8."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


Date = Annotated[Moment, BeforeValidator(_date)]
Whole = Annotated[int, BeforeValidator(_no_flag), Field(ge=-_LARGEST, le=_LARGEST)]
Number = Annotated[Whole | None, WrapValidator(_or_none)]
Count = Annotated[Annotated[Whole, Field(ge=0)] | None, WrapValidator(_or_none)]
Flag = Annotated[bool | None, WrapValidator(_or_none)]
Word = Annotated[str | None, BeforeValidator(_encodable), WrapValidator(_or_none)]
whole = TypeAdapter[int | None](Number).validate_python
flag = TypeAdapter[bool | None](Flag).validate_python
moment = TypeAdapter[datetime](Date).validate_python

Raw = Mapping[str, Any]
"""A JSON object as VK sends it."""


def an_object(value: object) -> Raw:
    """Return an object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


class UnreadItem(MinimisedModel):
    """What stands where an item should be. Nothing of it is kept but that VK says it is deleted."""

    deleted: Flag = None


ItemT = TypeVar("ItemT")


class VkList(MinimisedResponse, Generic[ItemT]):
    """A list as VK gives it. `count` is how many there are in all."""

    count: Count = None
    items: tuple[Annotated[ItemT | UnreadItem, Field(union_mode="left_to_right")], ...]

    @classmethod
    def minimise(cls, read: Callable[[Raw], ItemT], raw: Raw) -> Self:
        """Keep of a list what `read` keeps of each item. Raises `ValueError` or `KeyError` for what is no list."""
        return cls.model_validate({**raw, "items": each(raw["items"], read)})

    @property
    def readable(self) -> list[ItemT]:
        """Those that could be read."""
        return [item for item in self.items if not isinstance(item, UnreadItem)]

    @property
    def first(self) -> ItemT | None:
        """The first of those."""
        return next(iter(self.readable), None)

    @property
    def unread(self) -> int:
        """How many could not be read, what is deleted left out: one of them may be the very post that is missed."""
        return count_unread(self.items)

    @property
    def total(self) -> int | None:
        """How many there are to page over."""
        return self.count


def each(items: object, read: Callable[[Raw], ItemT]) -> list[ItemT | UnreadItem]:
    """Read each item of a list. Raises `ValueError` for what is none."""
    if not isinstance(items, list):
        raise ValueError("no list")  # noqa: TRY004 - of what VK sends, not of ours
    return [_item(an_object(item), read) for item in items]


def _item(raw: Raw, read: Callable[[Raw], ItemT]) -> ItemT | UnreadItem:
    try:
        return read(raw)
    except ValueError:
        return UnreadItem(deleted=flag(raw.get("is_deleted")) or flag(raw.get("deleted")))


def count_unread(items: Iterable[object]) -> int:
    """Count what could not be read and is not deleted."""
    return sum(isinstance(item, UnreadItem) and not item.deleted for item in items)
