"""How VK's responses are read: a fact that cannot be read is unknown, an item that cannot be identified is unread."""

from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter

from auditor.probes.vk.field_types import Count, Date, Flag, Number, UnreadItem, VkList, Word, read_each
from tests.cases import NOW

LARGEST = 2**53


def test_a_fact_is_read_or_unknown() -> None:
    """Numbers come as floats and texts, flags as integers and the other way round; false is not 0."""
    for form, value, read in [
        *((Number, value, 7) for value in (7, 7.0, "7")),
        *((Number, value, None) for value in (True, False, None, "abc", 7.5, [], LARGEST + 1, -LARGEST - 1)),
        *((Number, value, value) for value in (0, -7, LARGEST)),
        *((Count, value, read) for value, read in ((0, 0), (7, 7), (-1, None), (False, None), (10**30, None))),
        *((Flag, value, read) for value, read in ((1, True), (0, False), (True, True), ("x", None), (7, None))),
        *((Word, value, read) for value, read in (("слово", "слово"), ("", ""), (5, None), ("a\ud800", "a?"))),
    ]:
        assert TypeAdapter(form).validate_python(value) == read


def test_a_date_is_unix_seconds_of_the_calendar() -> None:
    """What is stored, in ISO 8601, reads the same; pydantic would take a large number for milliseconds."""
    form = TypeAdapter[datetime](Date)
    for value in (1_700_000_000, 1_700_000_000.7, "1700000000", " 1700000000 "):
        moment = form.validate_python(value)
        assert moment == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
        assert form.validate_json(form.dump_json(moment)) == moment
    for value in (0, -1, True, None, "", "abc", 4_102_444_800, 1_700_000_000_000):
        with pytest.raises(ValueError, match="valid"):
            form.validate_python(value)


def test_an_item_that_cannot_be_read_is_counted() -> None:
    """Unless VK says that it is deleted; of neither is anything kept."""
    raws = [{"id": 1}, {"text": "слова"}, {"deleted": 1}, {"is_deleted": True}, 5]
    items = read_each(raws, lambda raw: int(raw.get("id", "")))
    page = VkList[int](at=NOW, count=5, items=items)
    assert items == [1, UnreadItem(), UnreadItem(deleted=True), UnreadItem(deleted=True), UnreadItem()]
    assert (page.readable, page.first, page.unread, page.total) == ([1], 1, 2, 5)
    with pytest.raises(ValueError, match="no list"):
        read_each({"items": []}, dict)
