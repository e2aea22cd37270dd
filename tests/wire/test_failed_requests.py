"""A request of ours that failed is not the absence of what it asked for."""

from pathlib import Path

from auditor.sandbox.world.model import Account, Author
from tests.wire.helpers import Bend, Call, Reply, Scene, confirmed, institution, office, registry, tenure
from tests.wire.names import BY_UNKNOWN, UNPROVED
from tests.wire.pages import (
    at,
    channel,
    citizen,
    comment,
    community,
    group_of,
    posted,
    profile,
    reply,
    six_questions,
)

NAMELESS_ERROR = 10
"""VK's "internal server error"."""


def _talked_over(page: Account, answers: int) -> Account:
    """Let a linked group whose name tells nothing answer so many of six people; return the group's own page."""
    group = group_of(page, "govorim_o_rayone")
    under = posted(page, 2)
    for question in six_questions(under)[:answers]:
        reply(under, question, Author(page.group_number, "Говорим о районе", page.group_name))
    return group


def test_linked_group_whose_page_cannot_be_had_is_nobody_known(tmp_path: Path) -> None:
    """Where the kind of who answered could not be found out, he is unknown, and nothing is red."""
    # Item 1.
    page = channel()
    group = _talked_over(page, 2)

    def fails(call: Call) -> Reply | None:
        return Reply(b"", 503, "text/html") if call.name == f"/{group.name}" else None

    with Scene(tmp_path, [page, group], registry(office(tenure(confirmed(page)))), fails) as scene:
        finding = scene.weekly().answered()
    assert finding.judged == ("cantTell", UNPROVED)
    assert finding.value(BY_UNKNOWN) == 2


def test_linked_group_that_answered_one_person_is_no_citizen(tmp_path: Path) -> None:
    """Who answered is asked for, or is unknown: that he answered one person only makes nobody a citizen."""
    # Item 1.
    page = channel()
    group = _talked_over(page, 1)
    with Scene(tmp_path, [page, group], registry(office(tenure(confirmed(page))))) as scene:
        finding = scene.weekly().answered()
    assert finding.outcome == "cantTell"
    assert finding.value("answered_in_time") + finding.value(BY_UNKNOWN) == 1


def _unresolved(name: str) -> Bend:
    """Let VK answer each question that names a page with an error of its own."""

    def fails(call: Call) -> Reply | None:
        asked = {"user_ids", "group_ids", "screen_name"} & call.params.keys()
        named = any(name in call.params[key].split(",") for key in asked)
        return Reply.error(NAMELESS_ERROR, "Internal server error") if named else None

    return fails


def test_vk_staff_whose_name_was_not_resolved_is_no_citizen(tmp_path: Path) -> None:
    """Where a name of the registry's `staff` could not be resolved, who answers is unknown."""
    # Item 3.
    page, helper = profile(), profile("pomoshnik", 40_000_002, "Имярек Пётр Петрович")
    under = posted(page, 2)
    for question in six_questions(under)[:2]:
        reply(under, question, helper.identity)
    book = registry(office(tenure(confirmed(page, staff=["pomoshnik"]))))
    with Scene(tmp_path, [page, helper], book, _unresolved("pomoshnik")) as scene:
        finding = scene.weekly().answered()
    assert finding.judged == ("cantTell", UNPROVED)
    assert finding.value(BY_UNKNOWN) == 2


def test_vk_institution_whose_name_was_not_resolved_is_no_citizen(tmp_path: Path) -> None:
    """Where the name of the office's own body could not be resolved, who answers is unknown."""
    # Item 3.
    page, body = profile(), community("administraciya_perviy", 50_000_001, "Администрация Первого района")
    under = posted(page, 2)
    for question in six_questions(under)[:2]:
        reply(under, question, body.identity)
    book = registry(office(tenure(confirmed(page)), accounts=[institution(body)]))
    with Scene(tmp_path, [page, body], book, _unresolved("administraciya_perviy")) as scene:
        finding = scene.weekly().answered()
    assert finding.judged == ("cantTell", UNPROVED)
    assert finding.value(BY_UNKNOWN) == 2


def test_vk_second_page_whose_name_was_not_resolved_is_no_citizen(tmp_path: Path) -> None:
    """Where the name of the holder's other page could not be resolved, who answers is unknown."""
    # Item 3.
    page, other = profile(), profile("glava_perviy_dva", 40_000_002)
    under = posted(page, 2)
    for question in six_questions(under)[:2]:
        reply(under, question, other.identity)
    book = registry(office(tenure(confirmed(page), confirmed(other))))
    with Scene(tmp_path, [page, other], book, _unresolved("glava_perviy_dva")) as scene:
        finding = scene.weekly().of_page("comments_answered", page)
    assert finding.value(BY_UNKNOWN) == 2


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


def test_answer_that_slipped_between_two_pages_is_read(tmp_path: Path) -> None:
    """A thread that shrinks while it is read is asked for again, and of the first pass nothing counts."""
    # Item 4.
    page = profile()
    _long_thread(page)
    with Scene(tmp_path, [page], registry(office(tenure(confirmed(page)))), _deletes(page, 1)) as scene:
        finding = scene.weekly().answered()
    assert finding.judged == ("cantTell", "no_threshold")


def test_thread_that_shrinks_twice_is_a_contradiction(tmp_path: Path) -> None:
    """A thread that shrinks while it is read, and again when it is asked for once more, was not read whole."""
    # Item 4.
    page = profile()
    _long_thread(page)
    with Scene(tmp_path, [page], registry(office(tenure(confirmed(page)))), _deletes(page, 9)) as scene:
        finding = scene.weekly().answered()
    assert finding.judged == ("cantTell", "contradiction")


def test_post_deleted_before_its_thread_was_asked_for_says_nothing_of_the_page(tmp_path: Path) -> None:
    """An error about one post's comments is no word of the network's that the page is not there."""
    # Item 6.
    page = profile()
    under = posted(page, 2)
    for question in six_questions(under):
        reply(under, question, page.identity)
    comment(posted(page, 4), citizen(9), at(4, 15), "Спасибо за новость!")

    def deletes(call: Call) -> Reply | None:
        lost = call.name == "wall.getComments" and int(call.params["post_id"]) == posted(page, 4).id
        return Reply.error(15, "Access denied: post was not found") if lost else None

    with Scene(tmp_path, [page], registry(office(tenure(confirmed(page)))), deletes) as scene:
        audit = scene.weekly()
    assert audit.of_page("account_exists", page).outcome == "passed"
    assert audit.answered().cause != "gone"
    assert audit.of_page("comments_answered", page).cause != "gone"
