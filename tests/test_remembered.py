"""What a pure function returned is remembered for the very objects it was given."""

from auditor.base.remembered import remembered


def test_the_same_objects_are_asked_for_once_and_their_equals_anew() -> None:
    """Equal lists are two lists: one may be another page's."""
    asked: list[int] = []

    @remembered(4)
    def length(one: list[int]) -> int:
        asked.append(id(one))
        return len(one)

    first, second = [1, 2], [1, 2]
    assert [length(first), length(first), length(second)] == [2, 2, 2]
    assert asked == [id(first), id(second)]


def test_what_was_asked_longest_ago_is_forgotten_first() -> None:
    """The memory is bounded; what is asked again stays."""
    asked: list[str] = []

    @remembered(2)
    def same(one: str) -> str:
        asked.append(one)
        return one

    for letter in ("a", "b", "a", "c", "a", "b"):
        same(letter)
    assert asked == ["a", "b", "c", "b"]
