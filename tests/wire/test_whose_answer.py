"""Whose words an answer is: the owner's, another body's, a citizen's, or nobody knows; asked for in vain, unknown."""

import json
from pathlib import Path
from typing import Any

import pytest

from auditor.sandbox.ports import Reply
from auditor.sandbox.world.model import Account, Author
from tests.rules.helpers import NUMBERS, cant
from tests.wire.bent import Bend, Call, error, said
from tests.wire.helpers import Scene, confirmed, institution, office, registry, tenure
from tests.wire.pages import channel, citizen, community, group_of, posted, profile, reply, six_questions

WHOSE = cant("unproved_identity")
ASSOCIATION = Author(-60_000_001, "Объединение жителей", "obedinenie", community=True)
SHOP = Author(1_700_000_001, "Лавка соседей", "lavka_sosedey")


def _answered(page: Account, count: int, author: Author) -> Account:
    under = posted(page, 2)
    for question in six_questions(under)[:count]:
        reply(under, question, author)
    return page


@pytest.mark.parametrize("route", ["vk", "preview", "client"])
def test_a_community_or_channel_that_is_not_on_record_is_nobody_known(route: str, tmp_path: Path) -> None:
    """What it writes is no citizen's comment: who it is cannot be told, and so nothing is red."""
    page = _answered(profile() if route == "vk" else channel(), 4, ASSOCIATION if route == "vk" else SHOP)
    page.preview_off = route == "client"
    pages = [page] if route == "vk" else [page, channel("lavka_sosedey", SHOP.number, SHOP.name)]
    with Scene(tmp_path, pages, registry(office(tenure(confirmed(page)))), client=route == "client") as scene:
        finding = scene.weekly().answered()
    assert finding.judged == WHOSE
    assert (finding.value("answered_by_unknown"), finding.value("comments")) == (4, 6)


@pytest.mark.parametrize("network", ["vk", "telegram"])
def test_answers_of_another_office_leave_nobody_red(tmp_path: Path, network: str) -> None:
    """Where another office has answered, nobody may say that only citizens wrote there."""
    page, neighbour = (
        (profile(), profile("glava_vtoroy", 40_000_003, "Имярек Олег Олегович"))
        if network == "vk"
        else (channel(), channel("glava_vtoroy", 1_500_000_003, "Глава Второго района"))
    )
    _answered(page, 4, neighbour.identity)
    second = office(tenure(confirmed(neighbour), name="Имярек Олег Олегович"), number=2)
    with Scene(tmp_path, [page, neighbour], registry(office(tenure(confirmed(page))), second)) as scene:
        finding = scene.weekly().answered()
    assert finding.judged == NUMBERS
    assert [finding.value(name) for name in ("answered_by_body", "no_reply_found", "comments")] == [4, 6, 6]


def test_who_signed_the_post_is_no_citizen(tmp_path: Path) -> None:
    """What VK marks as the post's author's is nobody's known where he is not on record."""
    page, signer = community("rayon_perviy", 50_000_002, "Глава Первого района"), citizen(77)
    _answered(page, 1, signer)

    def marks(call: Call) -> Reply | None:
        if call.name != "wall.getComments":
            return None
        value = json.loads(call.answered().body)
        items = value["response"]["items"]
        for item in [*items, *(one for top in items for one in top.get("thread", {}).get("items", []))]:
            item["is_from_post_author"] = item.get("from_id") == signer.number
        return said(value)

    with Scene(tmp_path, [page], registry(office(tenure(confirmed(page)))), marks) as scene:
        finding = scene.weekly().answered()
    assert (finding.judged, finding.value("answered_by_unknown")) == (WHOSE, 1)


@pytest.mark.parametrize("shown", [True, False])
def test_a_linked_group_whose_name_tells_nothing_is_no_citizen(shown: bool, tmp_path: Path) -> None:
    """It is asked for; where its page cannot be had it is unknown, and nothing is red."""
    page = channel()
    group = group_of(page, "govorim_o_rayone")
    _answered(page, 2, Author(page.group_number, "Говорим о районе", page.group_name))

    def fails(call: Call) -> Reply | None:
        return Reply("", 503) if call.name == f"/{group.name}" and not shown else None

    with Scene(tmp_path, [page, group], registry(office(tenure(confirmed(page)))), fails) as scene:
        finding = scene.weekly().answered()
    assert finding.judged == (NUMBERS if shown else WHOSE)
    assert finding.value("answered_in_time" if shown else "answered_by_unknown") == 2


def _unresolved(name: str) -> Bend:
    """Let VK answer each question that names a page with an error of its own."""

    def fails(call: Call) -> Reply | None:
        asked = {"user_ids", "group_ids", "screen_name"} & call.params.keys()
        named = any(name in call.params[key].split(",") for key in asked)
        return error(10, "Internal server error") if named else None

    return fails


@pytest.mark.parametrize("kind", ["staff", "institution", "page"])
def test_a_vk_name_of_the_record_that_could_not_be_resolved_leaves_who_answers_unknown(
    kind: str, tmp_path: Path
) -> None:
    """Of the staff, of the office's own body, and of the holder's other page."""
    body = community("administraciya", 50_000_001, "Администрация Первого района")
    page, other = profile(), body if kind == "institution" else profile("pomoshnik", 40_000_002, "Имярек Пётр Петрович")
    _answered(page, 2, other.identity)
    mine = [confirmed(page, staff=["pomoshnik"] if kind == "staff" else []), *([confirmed(other)] * (kind == "page"))]
    more: dict[str, Any] = {"accounts": [institution(other)]} if kind == "institution" else {}
    with Scene(tmp_path, [page, other], registry(office(tenure(*mine), **more)), _unresolved(other.name)) as scene:
        finding = scene.weekly().of_page("comments_answered", page)
    assert (finding.outcome, finding.value("answered_by_unknown")) == ("cantTell", 2)
