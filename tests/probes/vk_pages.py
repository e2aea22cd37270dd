"""Invented VK pages to be looked at in every way: full, empty, ignored by its owner, renamed, deleted."""

from datetime import timedelta
from typing import Any

from tests.probes.vk_memory import FIRST_DAY, NOW, World, comment, group, person, post, said, world

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WORDS = "Тайные слова гражданина: когда починят дорогу?"
CITIZEN = 900_000_101


def owner_of(number: int) -> dict[str, Any]:
    return person(number) if number > 0 else group(-number)


def rich(owner: int = 5, *, hours: float = 8) -> World:
    """A page whose window takes three pages of a wall: a pinned post, an advertisement, a repost, two talks.

    Of 103 comments the third has thirteen answers, some of the owner's: two pages, and one of the thread.
    """
    first = NOW - timedelta(hours=40)
    tops = [comment(500 + n, first + n * timedelta(seconds=9), CITIZEN + n % 7, "Спасибо") for n in range(103)]
    tops[0]["text"] = tops[2]["text"] = WORDS
    tops[2]["replies"] = [
        comment(
            700 + n, first + HOUR + n * timedelta(minutes=1), (CITIZEN, owner)[n % 2], "В среду.", parents_stack=[502]
        )
        for n in range(13)
    ]
    wall = [post(1000 - n, NOW - timedelta(hours=30 + hours * n), owner) for n in range(240)]
    wall[2] |= {"comments": {"count": 116}}
    wall[5] |= {"comments": {"count": 2}}
    wall[7] |= {"copy_history": [{"id": 1, "owner_id": CITIZEN, "text": WORDS}], "text": ""}
    wall[8] |= {"marked_as_ads": 1}
    few = [comment(1, NOW - 2 * DAY, CITIZEN, WORDS), comment(2, NOW - DAY, 31, "Ответим завтра.")]
    pinned = post(7, NOW - 900 * DAY, owner, is_pinned=1)
    return world(owner_of(owner), wall=[pinned, *wall], talks={998: tops, 995: few})


def quiet(owner: int = 5, *, posts: int = 0) -> World:
    """A page that has written little or nothing, and nobody has answered."""
    return world(owner_of(owner), wall=[post(20 - n, FIRST_DAY - n * 9 * DAY, owner) for n in range(posts)])


def talked(owner: int) -> World:
    """A page with three posts, under the newest of which two people have written."""
    made = quiet(owner, posts=3)
    newest = made.walls[owner][0]
    newest["comments"] = {"count": 2}
    made.comments[owner, newest["id"]] = [comment(n, NOW - n * HOUR, CITIZEN + n) for n in (2, 1)]
    return made


def ignored() -> World:
    """A page of five posts of the week, under each of which three people ask and nobody answers: it is red."""
    wall = [post(30 - n, FIRST_DAY + (5 - n) * DAY, 5, comments={"count": 3}) for n in range(5)]
    talks = {
        p["id"]: [
            comment(p["id"] * 10 + n, FIRST_DAY + (5 - i) * DAY + n * HOUR, CITIZEN + n, WORDS + str(p["id"]))
            for n in range(3)
        ]
        for i, p in enumerate(wall)
    }
    return world(person(5), wall=wall, talks=talks)


def renamed() -> World:
    """The confirmed page has another name; nobody has the old one."""
    made = quiet(posts=2)
    made.users[0]["screen_name"] = "novoe_imya"
    return made


def deleted() -> World:
    """A deleted page, which does not say its name."""
    gone = {"id": 5, "first_name": "DELETED", "last_name": "", "deactivated": "deleted"}
    return world(users_get=said([gone]))


def answered(owner: int) -> World:
    """A page that is not red: a post a day, and under the newest five questions, the last of which was answered."""
    wall = [post(20 - n, FIRST_DAY + (5 - n) * DAY, owner, comments={"count": 0, "can_post": 1}) for n in range(6)]
    wall += [post(9 - n, FIRST_DAY - (3 + n * 9) * DAY, owner, comments={"count": 0}) for n in range(6)]
    wall[0]["comments"] = {"count": 6, "can_post": 1}
    first = FIRST_DAY + 5 * DAY
    tops = [comment(100 + n, first + n * HOUR, 900 + n, f"Когда починят дорогу {n}?") for n in range(5)]
    tops[4]["replies"] = [comment(110, first + 6 * HOUR, owner, "Починим в среду.", parents_stack=[104])]
    return world(owner_of(owner), wall=wall, talks={20: tops})
