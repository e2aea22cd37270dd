"""What is kept of a VK page, and what it says of itself."""

from typing import Any

import pytest

from auditor.base.snapshot import Cause
from auditor.probes.vk.pages import Page, kept_page
from tests.cases import NOW


def page(number: int = 5, **fields: Any) -> Page:
    return Page.model_validate({"id": number, **fields})


@pytest.mark.parametrize(
    ("deactivated", "exists", "cause"),
    [
        (None, True, None),
        ("", True, None),
        (0, True, None),
        ("deleted", False, Cause.GONE),
        ("banned", None, Cause.BANNED),
        ("frozen", None, Cause.UNRECOGNISED_PAGE),
        (1, None, Cause.UNRECOGNISED_PAGE),
    ],
)
@pytest.mark.parametrize("number", [5, -7])
def test_only_deleted_says_that_a_page_is_gone(number: int, deactivated: Any, exists: bool, cause: Any) -> None:
    """One that VK has banned may come back, and a word of tomorrow is none that we know."""
    seen = page(number, deactivated=deactivated)
    assert (seen.exists, seen.cause) == (exists, cause)


@pytest.mark.parametrize(
    ("fields", "closed", "cause"),
    [
        ({"id": 5, "is_closed": True}, True, Cause.PRIVATE),
        ({"id": 5, "is_closed": 1, "can_access_closed": False}, True, Cause.PRIVATE),
        ({"id": 5, "is_closed": True, "can_access_closed": True}, False, None),
        ({"id": 5, "is_closed": False}, False, None),
        ({"id": 5}, False, None),
        ({"id": -7, "is_closed": 1}, True, None),
        ({"id": -7, "is_closed": 2}, True, None),
        ({"id": -7, "is_closed": 0}, False, None),
        ({"id": -7}, False, None),
    ],
)
def test_who_sees_a_closed_page(fields: dict[str, Any], closed: bool, cause: Cause | None) -> None:
    """Friends or members; some closed communities show their wall all the same."""
    seen = Page.model_validate(fields)
    assert (seen.closed, seen.cause) == (closed, cause)


@pytest.mark.parametrize(
    ("number", "fields", "names", "others"),
    [
        (5, {"screen_name": "Glava", "domain": "glava_2"}, ("glava", "glava_2", "id5"), ("id6", "club5")),
        (-7, {"screen_name": "rayon"}, ("rayon", "club7", "public7", "event7"), ("id7", "glava")),
        (5, {}, ("anything",), ()),
    ],
)
def test_which_names_lead_to_a_page(number: int, fields: dict[str, Any], names: Any, others: Any) -> None:
    """Its own and those of its number; one that shows no name is not denied any."""
    seen = page(number, **fields)
    assert [seen.has_name(name) for name in (*names, *others)] == [True] * len(names) + [False] * len(others)


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"description": "Номер: https://knd.gov.ru/license?id=1"}, True),
        ({"description": "", "site": "https://www.gosuslugi.ru/snet/abc"}, True),
        ({"description": "", "links": [{"url": "https://www.knd.gov.ru/license?id=1"}]}, True),
        ({"description": "", "links": [{"url": "https://vk.cc/3abc"}, 5]}, None),
        ({"description": "https://knd.gov.ru.example.org/ и not-knd.gov.ru"}, False),
        ({"description": "О районе", "links": [{"url": "https://rayon.example"}]}, False),
        ({"description": "Реестр: clck.ru/3abc"}, None),
        ({"description": None, "status": "Работаем"}, None),
        ({"id": 5, "status": "Работаем"}, False),
        ({"id": 5}, None),
    ],
)
def test_a_register_link_is_seen_not_seen_or_perhaps(fields: dict[str, Any], found: bool | None) -> None:
    """None where no text or no community's description was sent, or where a shortened link may be the register's."""
    assert Page.model_validate({"id": -7} | fields).register_link is found


LISTED = [{"id": 5, "screen_name": "glava5", "about": "слова"}, {"id": 6, "domain": "Drugoi"}, {"id": 8}]


@pytest.mark.parametrize(
    ("asked", "more", "numbers", "unread"),
    [
        (5, {}, [5], 0),
        ("glava5", {}, [5], 1),  # the page without a name may be the one
        ("drugoi", {}, [6], 1),
        ("glava5", {"alone": True}, [5, 8], 1),
        (9, {}, [], 0),
        (-5, {"sign": -1}, [-5], 0),
    ],
)
def test_of_many_pages_only_what_may_be_the_one_is_kept(asked: Any, more: Any, numbers: list[int], unread: int) -> None:
    """Another's is nobody's evidence here; a page of another number than the official one is a stranger's."""
    kept = kept_page(
        {"at": NOW, "items": LISTED}, **{"sign": 1, "asked": asked, "official": None, "alone": False} | more
    )
    assert ([found.id for found in kept.shown], kept.unread) == (numbers, unread)
    stranger = kept_page({"at": NOW, "groups": LISTED}, 1, 5, 4, alone=False).first
    assert stranger == page(5)


@pytest.mark.parametrize("raw", [{}, {"items": None}, {"groups": 5, "items": []}])
def test_what_is_no_list_of_pages_is_not_understood(raw: dict[str, Any]) -> None:
    """In either form."""
    with pytest.raises(ValueError, match="no list"):
        kept_page({"at": NOW} | raw, 1, 5, None, alone=False)
