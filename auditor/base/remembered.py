"""What a pure function returned for these very objects: remembered, where the same is asked time and again."""

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")


def remembered(most: int) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Remember what a pure function returned for the last `most` sets of arguments.

    Arguments are given by position and never change. They are told apart by identity: to compare years of looks by
    value takes longer than most of what is made of them.
    """

    def decorate(function: Callable[_P, _R]) -> Callable[_P, _R]:
        held: OrderedDict[tuple[int, ...], tuple[Any, _R]] = OrderedDict()

        @wraps(function)
        def called(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            key = tuple(map(id, args))
            if key in held:
                held.move_to_end(key)
                return held[key][1]
            held[key] = args, function(*args, **kwargs)  # the arguments are held too, so that no other has their number
            if len(held) > most:
                held.popitem(last=False)
            return held[key][1]

        return called

    return decorate
