"""The side of a comment on VK, the comment it replies to, and what is stored of its author."""

from datetime import timedelta

import pytest

from auditor.base.snapshot import Side
from tests.probes.vk_memory import (
    FIRST_DAY,
    VkResponse,
    comment,
    group,
    look_with_tape,
    only_post,
    page_with_comments,
    person,
    post,
    target,
)

HOUR = timedelta(hours=1)
ASKED = comment(11, FIRST_DAY, 901)


def test_a_thread_keeps_who_answers_whom() -> None:
    """Top comment, its thread, the exact comment answered, the author addressed: by ids and numbers within the look."""
    replies = [
        comment(12, FIRST_DAY + 2 * HOUR, 5, "[id901|Имя], починим", parents_stack=[11]),
        comment(13, FIRST_DAY + 3 * HOUR, 902, "И у нас!", parents_stack=[11], reply_to_comment=12),
    ]
    thread = only_post(page_with_comments([ASKED | {"replies": replies}]))
    assert [(c.id, c.side, c.author, c.thread, c.reply_to, c.answers, c.question) for c in thread.comments] == [
        (11, Side.CITIZEN, 1, None, None, None, True),
        (12, Side.OWNER, 2, 11, None, 11, False),
        (13, Side.CITIZEN, 3, 11, 12, 12, False),
    ]
    assert {c.mentions for c in thread.comments} == {None}


def test_sides_are_told_apart() -> None:
    """The owner, staff by id and by name, their other page; their institution, other offices; a citizen; and unknown.

    A reply from another confirmed page of the holder is the owner's; a community not on record has no known side.
    """
    authors = (5, 31, 32, 40, -8, -7, 6, 900, -900)
    comments = [comment(20 + n, FIRST_DAY + n * HOUR, author) for n, author in enumerate(authors)]
    vk = page_with_comments(comments, person(6), person(32), person(40), group(7), group(8))
    others = frozenset(target(n).address for n in ("rayon7", "id6"))
    own, institution = (frozenset({target(name).address}) for name in ("id40", "rayon8"))
    thread = only_post(vk, staff=(31, "glava32"), others=others, own=own, institution=institution)
    assert [c.side.value for c in thread.comments] == [*["owner"] * 4, *["body"] * 3, "citizen", "unknown"]


def test_who_is_an_organisation() -> None:
    """A community that is not on record; whoever is not named may be anybody, and so may one beside unknown ids."""
    authors = (5, 900, -900, -8, -7, 0)
    comments = [comment(20 + n, FIRST_DAY + n * HOUR, author) for n, author in enumerate(authors)]
    on_record = {"staff": (-8,), "others": frozenset({target("club7").address})}
    for more, expected in (({}, True), ({"institution": LOST}, None)):
        thread = only_post(page_with_comments(comments), **on_record, **more)
        assert [c.organisation for c in thread.comments] == [None, False, expected, None, None, None]
        assert thread.comments[2].side is Side.UNKNOWN, "whose side it is on stays open"


def test_the_mark_of_the_posts_author_is_believed_only_where_no_author_is_named() -> None:
    """Beside another id it means the person who signed the post, who may be anybody's helper."""
    comments = [comment(n, FIRST_DAY, author, is_from_post_author=True) for n, author in ((11, 900), (12, 0), (13, 31))]
    del comments[1]["from_id"]
    comments_read = only_post(page_with_comments(comments), staff=(31,)).comments
    assert {c.id: c.side for c in comments_read} == {11: Side.UNKNOWN, 12: Side.OWNER, 13: Side.OWNER}


THAT_ONE, LOST = (frozenset({target(name).address}) for name in ("glava32", "uskolznul"))


@pytest.mark.parametrize("code", [None, 10])
def test_who_may_be_somebody_on_record_is_unknown_where_no_number_came(code: int | None) -> None:
    """An unresolved name, or an unused one on the owner's side, may be any author; one who asks is a citizen."""
    refusing = {"users_get": lambda p: VkResponse.error(10) if "glava32" in p["user_ids"] else None} if code else {}
    for author, about, expected in (
        (32, {"staff": ("glava32",)}, Side.OWNER),
        (32, {"own": THAT_ONE}, Side.OWNER),
        (32, {"institution": THAT_ONE}, Side.BODY),
        (32, {"others": THAT_ONE}, Side.BODY),
        (903, {"staff": ("uskolznul",)}, Side.UNKNOWN),
        (903, {"others": LOST}, Side.CITIZEN),
    ):
        reply = comment(21, FIRST_DAY + HOUR, author, "Починим в среду.", reply_to_comment=20, parents_stack=[20])
        comments = [comment(20, FIRST_DAY, 901, replies=[reply]), comment(22, FIRST_DAY + 2 * HOUR, 902)]
        comments_read = only_post(page_with_comments(comments, person(32), **refusing), **about).comments
        side = Side.UNKNOWN if code and author == 32 else expected
        assert [(c.id, c.side) for c in comments_read] == [(20, Side.CITIZEN), (21, side), (22, Side.CITIZEN)]
        assert [c.question for c in comments_read] == [True, False, True]


def test_what_has_no_words() -> None:
    """A sticker after a mention is no text, a smiley is one without words; a deleted comment keeps its thread."""
    gone = {"id": 14, "date": int(FIRST_DAY.timestamp()), "deleted": True, "parents_stack": []}
    gone["replies"] = [comment(15, FIRST_DAY + HOUR, 5, "Сделано", parents_stack=[14])]
    texts = {11: "[id5|Имя], ", 12: "🙂", 13: ""}
    comments_read = only_post(
        page_with_comments([*(comment(n, FIRST_DAY, 890 + n, text) for n, text in texts.items()), gone])
    ).comments
    assert [c.id for c in comments_read if c.has_text] == [12, 15]
    assert [c.id for c in comments_read if c.has_words] == [15]
    assert [(c.author, c.question) for c in comments_read if c.deleted] == [(None, False)]
    assert comments_read[-1].thread == 14


def test_nothing_of_a_citizen_is_kept_but_an_ordinal() -> None:
    """Names, words, numbers, pictures: none in the snapshot, the records or any repr."""
    picture = [{"type": "photo", "photo": {"url": "https://pic.invalid"}}]
    full = comment(11, FIRST_DAY, 987_654_321, "Имя-жителя Пётр, дом 5, почему нет воды?", attachments=picture)
    full["replies"] = [comment(12, FIRST_DAY, 5, "[id987654321|Имя-жителя], ответ", parents_stack=[11])]
    vk = page_with_comments([full])
    vk.walls[5][0]["signer_id"] = 912_345_678
    vk.walls[5].insert(0, post(9, FIRST_DAY, 987_654_321, text="Слова-жителя на стене"))
    vk.walls[5].append(post(8, FIRST_DAY, 5, text="Спасибо, [id987654321|Имя-жителя]!"))
    finished = look_with_tape(vk, "glava5")
    text = (
        repr(finished) + finished.result.model_dump_json() + "".join(record.body.decode() for record in finished.tape)
    )
    words = ("Пётр", "дом 5", "Имя-жителя", "Слова-жителя", "987654321", "912345678", "pic.invalid", "починят")
    assert not [word for word in words if word in text]
    assert all(record.evidence.minimised for record in finished.tape)
    assert "Спасибо" in text, "the official's own words stay"
