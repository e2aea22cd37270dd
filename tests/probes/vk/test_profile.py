"""What is kept of a VK page, and what it says of itself."""

from typing import Any

import pytest

from auditor.base.snapshot import Cause
from auditor.probes.target import VERSION
from auditor.probes.vk.profile import VkPage, select_page
from tests.cases import NOW


def page(number: int = 5, **fields: Any) -> VkPage:
    return VkPage.model_validate({"id": number, **fields})


def test_what_a_page_says_of_itself() -> None:
    """Only «deleted» says that it is gone: one that VK has banned may come back, a word of tomorrow is none we know.

    A closed one is seen by friends or members; some closed communities show their wall all the same.
    """
    for number, fields, exists, closed, cause in [
        (5, {}, True, False, None),
        (5, {"is_closed": 1, "can_access_closed": False}, True, True, Cause.PRIVATE),
        (5, {"is_closed": True, "can_access_closed": True}, True, False, None),
        (-7, {"is_closed": 0}, True, False, None),
        (-7, {"is_closed": 1}, True, True, None),
        (-7, {"deactivated": ""}, True, False, None),
        (5, {"deactivated": "deleted"}, False, False, Cause.GONE),
        (-7, {"deactivated": "banned"}, None, False, Cause.BANNED),
        (5, {"deactivated": "frozen"}, None, False, Cause.UNRECOGNISED_PAGE),
        (-7, {"deactivated": 1}, None, False, Cause.UNRECOGNISED_PAGE),
    ]:
        vk_page = page(number, **fields)
        assert (vk_page.exists, vk_page.closed, vk_page.cause) == (exists, closed, cause)


def test_which_names_lead_to_a_page() -> None:
    """Its own and those of its number; one that shows no name is not denied any."""
    person, group = page(5, screen_name="Glava", domain="glava_2"), page(-7, screen_name="rayon")
    names = ("glava", "glava_2", "id5", "id6", "club5", "rayon", "club7", "public7", "event7", "id7")
    assert [name for name in names if person.has_name(name)] == ["glava", "glava_2", "id5"]
    assert [name for name in names if group.has_name(name)] == ["rayon", "club7", "public7", "event7"]
    assert page(5).has_name("anything")


def test_a_register_link_is_seen_not_seen_or_perhaps() -> None:
    """None where no text or no community's description was sent, or where a link may lead to it: no host is trusted.

    Only those that lead nowhere else, and the office's own site on record.
    """
    register, short = {"url": "https://www.knd.gov.ru/license?id=1"}, {"url": "https://vk.cc/3abc"}
    for number, fields, expected in (
        (-7, {"description": "Номер: https://knd.gov.ru/license?id=1"}, True),
        (-7, {"description": "", "site": "https://www.gosuslugi.ru/snet/abc"}, True),
        (-7, {"description": "", "links": [register]}, True),
        (-7, {"description": "", "links": [short, 5]}, None),
        (-7, {"description": "О районе", "links": [{"url": "https://rayon.example"}]}, None),
        (-7, {"description": "О районе", "links": [{"url": "https://vk.com/club8"}]}, False),
        (-7, {"description": "Сайт района: www.site.example, почта glava@rayon.example"}, False),
        (-7, {"description": "Номер в перечне: https://gu-st.ru/abc"}, None),
        (-7, {"description": "Номер в перечне: gu-st.ru/abc"}, None),
        (-7, {"description": None, "status": "Работаем"}, None),
        (5, {"status": "Работаем"}, False),
        (5, {}, None),
    ):
        assert page(number, **fields).has_register_link("https://site.example/", VERSION) is expected
    for text, expected_of_1_0 in (("gu-st.ru/abc", False), ("vk.cc/abc", None), ("vk.cc/a, knd.gov.ru/b", True)):
        assert page(status=text).has_register_link("", version=1) is expected_of_1_0, "as a stored look has it"


LISTED = [{"id": 5, "screen_name": "glava5", "about": "слова"}, {"id": 6, "domain": "Drugoi"}, {"id": 8}]


def test_of_many_pages_only_what_may_be_the_one_is_kept() -> None:
    """Another account's page is no evidence here; of a page with another id than the confirmed one little is kept."""
    options: dict[str, Any] = {"sign": 1, "id_or_name": 5, "confirmed_id": None, "alone": False}
    for more, numbers, unread in (
        ({}, [5], 0),
        ({"id_or_name": "glava5"}, [5], 1),  # the page without a name may be the one
        ({"id_or_name": "drugoi"}, [6], 1),
        ({"id_or_name": "glava5", "alone": True}, [5, 8], 1),
        ({"id_or_name": -5, "sign": -1}, [-5], 0),
    ):
        pages = select_page({"at": NOW, "items": LISTED}, **{**options, **more})
        assert ([listed.id for listed in pages.readable], pages.unread) == (numbers, unread)
    assert select_page({"at": NOW, "groups": LISTED}, 1, 5, 4, alone=False).first == page(5)
    for raw in ({}, {"items": None}, {"groups": 5, "items": []}):
        with pytest.raises(ValueError, match="no list"):
            select_page({"at": NOW, **raw}, **options)
