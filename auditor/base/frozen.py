"""Classes whose objects never change, at half the price of `dataclasses`: a command imports a hundred of them.

`dataclass(frozen=True, slots=True)` writes six methods for each class and compiles them; three of them can be the same
for every class.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform, overload

_T = TypeVar("_T")


@overload
def frozen(cls: type[_T], /) -> type[_T]: ...
@overload
def frozen(*, kw_only: bool) -> Callable[[type[_T]], type[_T]]: ...


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[_T] | None = None, /, *, kw_only: bool = False) -> type[_T] | Callable[[type[_T]], type[_T]]:
    """Make of a class what `dataclass(frozen=True, slots=True)` makes of it."""
    return _made(cls, kw_only=kw_only) if cls is not None else lambda cls: _made(cls, kw_only=kw_only)


def _made(cls: type[_T], *, kw_only: bool) -> type[_T]:
    made = dataclass(repr=False, eq=False, frozen=True, slots=True, kw_only=kw_only)(cls)
    for name, method in (("__eq__", _eq), ("__hash__", _hash), ("__repr__", _repr)):
        if name not in vars(cls):
            setattr(made, name, method)
    return made


@cache
def _compared(cls: type[Any]) -> Callable[[Any], Any]:
    """Return what takes an object's values that are compared."""
    names = [one.name for one in fields(cls) if one.compare]
    return attrgetter(*names) if names else lambda _: ()


def _eq(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    values = _compared(self.__class__)
    return values(self) == values(other)


def _hash(self: Any) -> int:
    return hash(_compared(self.__class__)(self))


def _repr(self: Any) -> str:
    told = ", ".join(f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
    return f"{self.__class__.__qualname__}({told})"
