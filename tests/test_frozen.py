"""A frozen class is what `dataclass(frozen=True, slots=True)` would have made of it."""

import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from typing import Any

import pytest

from auditor.base.frozen import frozen


@frozen
class Page:
    """A page of invented facts."""

    url: str
    number: int = 0
    seen: list[str] = field(default_factory=list)
    key: str = field(default="", repr=False)
    source: str = field(default="", compare=False)

    @property
    def short(self) -> str:
        return self.url.removeprefix("https://")


@frozen(kw_only=True)
class Post(Page):
    """A page with a field that must be given."""

    likes: int

    def __post_init__(self) -> None:
        if self.likes < 0:
            raise ValueError("fewer likes than none")


def test_an_object_has_what_it_was_given_and_the_defaults_besides() -> None:
    """By place or by name; each object has a list of its own."""
    page, other = Page("https://a", 3), Page(url="https://b")
    page.seen.append("x")
    assert (page.url, page.number, page.short, other.number, other.seen) == ("https://a", 3, "a", 0, [])
    assert Post("https://a", likes=2).likes == 2
    assert [one.name for one in fields(Post)] == ["url", "number", "seen", "key", "source", "likes"]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (Page, TypeError),
        (lambda: Page("https://a", wrong=1), TypeError),
        (lambda: Post("https://a", 1, [], "", "", 2), TypeError),
        (lambda: Post("https://a", likes=-1), ValueError),
        (lambda: setattr(Page("https://a"), "url", "https://b"), FrozenInstanceError),
        (lambda: delattr(Page("https://a"), "url"), FrozenInstanceError),
    ],
)
def test_a_mistake_is_refused(wrong: Callable[[], Any], error: type[Exception]) -> None:
    """What lacks, what nobody asked for, what `__post_init__` refuses, and every change."""
    with pytest.raises(error):
        wrong()


def test_two_objects_are_equal_by_the_fields_that_are_compared() -> None:
    """Of one class alone; equal ones have one hash; a class's own method stays."""
    assert Page("https://a", source="x") == Page("https://a", source="y") != Page("https://a", 1)
    assert Page("https://a") != Post("https://a", likes=0)
    with pytest.raises(TypeError, match="unhashable"):
        hash(Page("https://a"))  # for its list, as a tuple with one
    assert len({Point(1, 2), Point(1, 2), Point(2, 1)}) == 2


@frozen
class Point:
    """Two numbers."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class _Point:
    x: int
    y: int


def test_it_is_shown_copied_and_stored_as_a_dataclass_is() -> None:
    """A field that is not shown is not; what was pickled comes back."""
    assert repr(Point(1, 2)) == repr(_Point(1, 2)).removeprefix("_")
    assert "secret" not in repr(Page("https://a", key="secret"))
    assert replace(Point(1, 2), y=3) == Point(1, 3)
    assert pickle.loads(pickle.dumps(Post("https://a", likes=2))) == Post("https://a", likes=2)
    assert not hasattr(Point(1, 2), "__dict__")


@frozen
class Note:
    """Nothing of it is compared."""

    text: str = field(default="", compare=False)


def test_objects_of_which_nothing_is_compared_are_equal() -> None:
    """As those of a dataclass are."""
    assert (Note("one") == Note("other"), hash(Note("one")) == hash(Note("other"))) == (True, True)
