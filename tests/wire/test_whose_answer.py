"""Whose words an answer is: the owner's, another body's, a citizen's, or nobody knows."""

from pathlib import Path

import pytest

from auditor.sandbox.world.model import Account, Author
from tests.wire.helpers import Audit, Call, Reply, Scene, confirmed, office, registry, tenure
from tests.wire.names import BY_BODY, BY_UNKNOWN, UNPROVED
from tests.wire.pages import channel, citizen, community, posted, profile, reply, six_questions

ASSOCIATION = Author(-60_000_001, "Объединение жителей", "obedinenie", community=True)
SHOP = Author(1_700_000_001, "Лавка соседей", "lavka_sosedey")


def _four_of_six(page: Account, author: Author) -> None:
    under = posted(page, 2)
    for question in six_questions(under)[:4]:
        reply(under, question, author)


def test_vk_organisation_that_is_not_on_record_is_nobody_known(tmp_path: Path) -> None:
    """What a community writes is no citizen's comment: who it is cannot be told, and so nothing is red."""
    # Item 16.
    page = profile()
    _four_of_six(page, ASSOCIATION)
    with Scene(tmp_path, [page], registry(office(tenure(confirmed(page))))) as scene:
        finding = scene.weekly().answered()
    assert finding.judged == ("cantTell", UNPROVED)
    assert (finding.value(BY_UNKNOWN), finding.value("comments")) == (4, 6)


def test_channel_that_is_not_on_record_is_nobody_known(tmp_path: Path) -> None:
    """What a channel writes under another's posts is no citizen's comment, as t.me shows."""
    # Item 16.
    page, shop = channel(), channel("lavka_sosedey", SHOP.number, SHOP.name)
    _four_of_six(page, SHOP)
    with Scene(tmp_path, [page, shop], registry(office(tenure(confirmed(page))))) as scene:
        finding = scene.weekly().answered()
    assert finding.judged == ("cantTell", UNPROVED)
    assert (finding.value(BY_UNKNOWN), finding.value("comments")) == (4, 6)


def test_channel_that_is_not_on_record_is_nobody_known_to_a_client(tmp_path: Path) -> None:
    """What a channel writes under another's posts is no citizen's comment, as a signed-in client sees it."""
    # Item 16.
    page, shop = channel(), channel("lavka_sosedey", SHOP.number, SHOP.name)
    page.preview_off = True
    _four_of_six(page, SHOP)
    with Scene(tmp_path, [page, shop], registry(office(tenure(confirmed(page)))), client=True) as scene:
        finding = scene.weekly().answered()
    assert finding.judged == ("cantTell", UNPROVED)
    assert (finding.value(BY_UNKNOWN), finding.value("comments")) == (4, 6)


def _between_offices(folder: Path, page: Account, neighbour: Account) -> Audit:
    second = office(tenure(confirmed(neighbour), name="Имярек Олег Олегович"), number=2)
    with Scene(folder, [page, neighbour], registry(office(tenure(confirmed(page))), second)) as scene:
        return scene.weekly()


@pytest.mark.parametrize("network", ["vk", "telegram"])
def test_answers_of_another_office_leave_nobody_red(tmp_path: Path, network: str) -> None:
    """Where another office has answered, nobody may say that only citizens wrote there."""
    # Item 17.
    page, neighbour = (
        (profile(), profile("glava_vtoroy", 40_000_003, "Имярек Олег Олегович"))
        if network == "vk"
        else (channel(), channel("glava_vtoroy", 1_500_000_003, "Глава Второго района"))
    )
    _four_of_six(page, neighbour.identity)
    finding = _between_offices(tmp_path, page, neighbour).answered()
    assert finding.judged == ("cantTell", "no_threshold")
    assert (finding.value(BY_BODY), finding.value("no_reply_found"), finding.value("comments")) == (4, 6, 6)


def test_who_signed_the_post_is_no_citizen(tmp_path: Path) -> None:
    """What VK marks as the post's author's is nobody's known where he is not on record."""
    # Item 18.
    page = community("rayon_perviy", 50_000_002, "Глава Первого района")
    under, signer = posted(page, 2), citizen(77)
    reply(under, six_questions(under)[0], signer)

    def marks(call: Call) -> Reply | None:
        if call.name != "wall.getComments":
            return None
        value = call.answered().value
        items = value["response"]["items"]
        for item in [*items, *(one for top in items for one in top.get("thread", {}).get("items", []))]:
            item["is_from_post_author"] = item.get("from_id") == signer.number
        return Reply.of(value)

    with Scene(tmp_path, [page], registry(office(tenure(confirmed(page)))), marks) as scene:
        finding = scene.weekly().answered()
    assert finding.judged == ("cantTell", UNPROVED)
    assert (finding.value(BY_UNKNOWN), finding.value("comments")) == (1, 6)
