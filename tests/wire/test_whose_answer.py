"""Whose words an answer is: the owner's, another body's, a citizen's, or nobody knows; asked for in vain, unknown."""

from pathlib import Path

import pytest

from auditor.sandbox.ports import Reply
from auditor.sandbox.world.model import Account, Author
from tests.rules.helpers import cant
from tests.wire.bent import Bend, Call, error
from tests.wire.helpers import Scene, confirmed, institution, office, registry, tenure
from tests.wire.pages import channel, community, posted, profile, reply, six_questions

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


def _unresolved(name: str) -> Bend:
    """Let VK answer each question that names a page with an error of its own."""

    def fails(call: Call) -> Reply | None:
        asked = {"user_ids", "group_ids", "screen_name"} & call.params.keys()
        named = any(name in call.params[key].split(",") for key in asked)
        return error(10, "Internal server error") if named else None

    return fails


def test_a_vk_name_of_the_record_that_could_not_be_resolved_leaves_who_answers_unknown(tmp_path: Path) -> None:
    """Of the office's own body, whose number is searched for before any look."""
    page, body = profile(), community("administraciya", 50_000_001, "Администрация Первого района")
    _answered(page, 2, body.identity)
    book = registry(office(tenure(confirmed(page)), accounts=[institution(body)]))
    with Scene(tmp_path, [page, body], book, _unresolved(body.name)) as scene:
        finding = scene.weekly().of_page("comments_answered", page)
    assert (finding.outcome, finding.value("answered_by_unknown")) == ("cantTell", 2)
