"""A request of ours that failed is not the absence of what it asked for."""

from pathlib import Path

import pytest

from auditor.sandbox.ports import Reply
from auditor.sandbox.world.model import Account
from tests.rules.helpers import NUMBERS, cant
from tests.wire.bent import Bend, Call, error
from tests.wire.helpers import Scene, confirmed, office, registry, tenure
from tests.wire.pages import at, citizen, comment, posted, profile, reply, six_questions


def _long_thread(page: Account) -> None:
    """Put 102 comments under one post: six questions, and the owner's only answer in the place before the last."""
    under = posted(page, 2)
    six_questions(under)
    for n in range(94):
        comment(under, citizen(20 + n), at(4, 8, n // 2), f"Спасибо за хорошую новость, сосед номер {n}!")
    comment(under, page.identity, at(4, 20), "Дороги починят в июне, подрядчик назначен.")
    comment(under, citizen(200), at(4, 21), "Спасибо за ответ!")


def _deletes(page: Account, times: int) -> Bend:
    """Let a citizen's comment be deleted after each of the first so many first pages of the long thread."""
    left = [times]

    def bend(call: Call) -> Reply | None:
        first = call.name == "wall.getComments" and call.params.get("offset") == "0"
        if not first or int(call.params["post_id"]) != posted(page, 2).id or not left[0]:
            return None
        answer, left[0] = call.answered(), left[0] - 1
        next(c for c in posted(page, 2).comments if c.text.startswith("Спасибо") and not c.deleted).deleted = True
        return answer

    return bend


@pytest.mark.parametrize(("times", "verdict"), [(1, NUMBERS), (9, cant("contradiction"))], ids=["once", "again"])
def test_a_thread_that_shrinks_while_it_is_read_is_asked_for_once_more(
    times: int, verdict: tuple, tmp_path: Path
) -> None:
    """Of the first pass nothing counts, and the answer that slipped between two pages is read; else nothing is told."""
    page = profile()
    _long_thread(page)
    with Scene(tmp_path, [page], registry(office(tenure(confirmed(page)))), _deletes(page, times)) as scene:
        assert scene.weekly().answered().judged == verdict


def test_post_deleted_before_its_thread_was_asked_for_says_nothing_of_the_page(tmp_path: Path) -> None:
    """An error about one post's comments is no word of the network's that the page is not there."""
    page = profile()
    under = posted(page, 2)
    for question in six_questions(under):
        reply(under, question, page.identity)
    comment(posted(page, 4), citizen(9), at(4, 15), "Спасибо за новость!")

    def deletes(call: Call) -> Reply | None:
        lost = call.name == "wall.getComments" and int(call.params["post_id"]) == posted(page, 4).id
        return error(15, "Access denied: post was not found") if lost else None

    with Scene(tmp_path, [page], registry(office(tenure(confirmed(page)))), deletes) as scene:
        audit = scene.weekly()
    assert audit.of_page("account_exists", page).outcome == "passed"
    assert audit.answered().cause != "gone"
    assert audit.of_page("comments_answered", page).cause != "gone"
