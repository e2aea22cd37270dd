"""The tolerant readers: anything that JSON can hold is read or left out, and nothing raises."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.probes.vk import minimise
from auditor.probes.vk.answers import (
    flag,
    moment,
    number,
    read_comments,
    read_group,
    read_user,
    read_wall,
    whole,
)

_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.just("1")
_JSON = st.recursive(_SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner))


def _shaped(*keys: str) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with the right keys and any values at all."""
    return st.dictionaries(st.sampled_from(keys), _JSON | st.integers(1, 2**31))


_COMMENT = _shaped("id", "from_id", "date", "text", "parents_stack", "thread", "deleted", "reply_to_comment")
_POST = _shaped("id", "from_id", "date", "text", "post_type", "copy_history", "comments", "is_pinned", "marked_as_ads")
_OWNER = _shaped("id", "screen_name", "is_closed", "verified", "followers_count", "status", "personal", "links", "wall")


@given(_JSON | st.fixed_dictionaries({"count": _JSON, "items": st.lists(_POST | _JSON)}))
def test_any_wall_is_read_or_refused(value: Any) -> None:
    """And what is read of it can be written down."""
    page = read_wall(value, 5)
    if page is not None:
        assert page.size >= len(page.posts) + page.unread
        assert json.loads(minimise.dump(minimise.wall(value, 5)))


@given(_JSON | st.fixed_dictionaries({"items": st.lists(_COMMENT | _JSON), "current_level_count": _JSON}))
def test_any_comments_are_read_or_refused(value: Any) -> None:
    """An item that cannot be read is counted, never dropped in silence."""
    page = read_comments(value)
    if page is not None:
        assert page.size >= len(page.comments)
        lost = [i for i in value["items"] if not isinstance(i, dict)]
        assert page.unread >= len(lost)


@given(_OWNER | st.dictionaries(st.text(max_size=4), _JSON))
def test_any_page_is_read_or_refused(raw: dict[str, Any]) -> None:
    """A user has a positive id, a community a negative one."""
    user, community = read_user(raw), read_group(raw)
    assert user is None or user.id > 0
    assert community is None or community.id < 0
    assert minimise.dump([minimise.user(raw), minimise.group(raw)])


@given(st.integers(-(2**53), 2**53))
def test_a_number_is_the_same_in_every_form(value: int) -> None:
    """Integer, float and text: VK sends all three."""
    assert whole(value) == whole(str(value)) == value
    if abs(value) < 2**52:
        assert whole(float(value)) == value


@pytest.mark.parametrize("value", [None, "", "x", 1.5, float("nan"), float("inf"), 2**60, [], {}, "1" * 30, "²"])
def test_what_is_no_number_is_none(value: object) -> None:
    """Never zero."""
    assert whole(value) is None
    assert number(value) is None
    assert flag(value) is None
    assert moment(value) is None


@pytest.mark.parametrize(("value", "expected"), [(1, True), (0, False), (True, True), (False, False), (None, None)])
def test_booleans_come_as_numbers_too(value: object, expected: bool | None) -> None:
    """`is_pinned` is 0 or 1, `deleted` true or false."""
    assert flag(value) is expected


def test_a_count_below_zero_or_a_boolean_is_unknown() -> None:
    """VK's own schema has such slips."""
    assert [number(v) for v in (-1, True, 0, 3.0)] == [None, None, 0, 3]


def test_lists_in_place_of_objects_are_left_out() -> None:
    """`personal: []`, `counters: []`, `thread: []`, `comments: []`."""
    assert read_user({"id": 5, "personal": [], "counters": []}) is not None
    page = read_comments({"items": [{"id": 1, "date": 1_700_000_000, "from_id": 2, "thread": [], "parents_stack": {}}]})
    assert page is not None
    assert (page.unread, page.comments[0].replies) == (0, 0)
    wall = read_wall({"count": 1, "items": [{"id": 1, "date": 1_700_000_000, "comments": []}]}, 5)
    assert wall is not None
    assert (wall.posts[0].comments, wall.posts[0].from_id) == (None, 5)


@given(st.text())
def test_mentions_lose_their_names(name: str) -> None:
    """A closing bracket ends a mention; what is written outside of one stays."""
    clean = name.replace("]", "")
    assert minimise.without_mentions(f"Спасибо [id123|{clean}]!") == "Спасибо [id]!"


def test_text_that_has_no_utf8_is_written_all_the_same() -> None:
    """Half a surrogate pair is valid JSON."""
    value = {"count": 1, "items": [{"id": 1, "date": 1_700_000_000, "text": json.loads('"\\ud83d"')}]}
    assert b"1700000000" in minimise.dump(minimise.wall(value, 5))
