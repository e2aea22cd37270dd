"""Pages of invented people on the sandbox's networks, built post by post: what stands where is plain in each test.

Moments are told by the day counted from the Monday of the week that is judged (0 is Monday, 6 Sunday, 7 the Monday
after it) and the hour in Tomsk.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from auditor.sandbox.world.model import Account, Author, Comment, Post, PostKind
from auditor.sandbox.world.world import ENDS

WEEK = "2026-W47"
OPENED = datetime(2021, 5, 12, 12, tzinfo=ENDS.tzinfo)
HOLDER = "Имярек Анна Андреевна"
_STREETS = ("Первой", "Второй", "Третьей", "Четвёртой", "Пятой", "Шестой", "Седьмой", "Восьмой", "Девятой")


def at(day: int, hour: int = 12, minute: int = 0) -> datetime:
    """Return a moment of the week, or of the days around it."""
    return ENDS - timedelta(days=7 - day) + timedelta(hours=hour, minutes=minute)


def citizen(number: int) -> Author:
    """Return one of the town's invented people."""
    return Author(5_000_000 + number, f"Жительница {_STREETS[number % 9]}", f"zhitel_nomer_{number}")


def profile(name: str = "glava_perviy", number: int = 40_000_001, title: str = HOLDER) -> Account:
    """Return a person's VK page, opened in time."""
    return _lively(Account("vk", name, "user", number, title, OPENED, subscribers=300))


def channel(name: str = "glava_perviy", number: int = 1_500_000_001, title: str = "Глава Первого района") -> Account:
    """Return a Telegram channel opened in time, with a linked group of the name `name`_chat."""
    page = Account("telegram", name, "channel", number, title, OPENED, subscribers=300)
    page.posts.append(Post(OPENED, "Channel created", PostKind.SERVICE))
    page.group_name, page.group_number = f"{name}_chat", number + 1_000_000
    return _lively(page)


def _lively(page: Account) -> Account:
    """Give a page a post of its first day, one every other day of the weeks before, and four in the week."""
    page.posts.append(Post(OPENED + timedelta(hours=1), "Первая запись вымышленной страницы."))
    for day in range(-60, -15, 2):
        post(page, at(day))
    for day in (0, 2, 4, 6):
        post(page, at(day, 9))
    return page


def post(page: Account, moment: datetime, text: str = "", **more: Any) -> Post:
    """Add a post."""
    made = Post(moment, text or f"Запись о вымышленном деле от {moment:%d.%m}, номер {len(page.posts)}.", **more)
    page.posts.append(made)
    return made


def posted(page: Account, day: int) -> Post:
    """Return a post of a day that is there already."""
    return next(one for one in page.posts if one.at == at(day, 9))


def ask(under: Post, who: Author, moment: datetime, text: str = "") -> Comment:
    """Add a question."""
    street = _STREETS[len(under.comments) % 9]
    return comment(under, who, moment, text or f"Когда починят дорогу на {street} улице? Номер {len(under.comments)}.")


def comment(under: Post, who: Author, moment: datetime, text: str, **more: Any) -> Comment:
    """Add a comment."""
    made = Comment(moment, who, text, **more)
    under.comments.append(made)
    return made


def reply(under: Post, question: Comment, who: Author, hours: float = 2, text: str = "") -> Comment:
    """Add somebody's answer to a comment, so many hours after it."""
    words = text or f"Работы начнутся во вторник, подрядчик назначен, участок номер {len(under.comments)}."
    moment = question.at + timedelta(hours=hours)
    return comment(under, who, moment, words, answers=question, top=question.top or question)


def six_questions(under: Post, day: int = 3) -> list[Comment]:
    """Add six questions of six people on one day."""
    return [ask(under, citizen(n), at(day, 10 + n)) for n in range(6)]


def number_all(pages: Iterable[Account]) -> None:
    """Give every post and comment that has no number yet the next one, in order of time."""
    for page in pages:
        comments = [c for p in page.posts for c in p.comments]
        if page.network == "vk":
            _number([*page.posts, *comments])
        else:
            _number(page.posts)
            _number(comments)
            for place, one in enumerate(sorted(page.posts, key=lambda p: p.at)):
                one.copy_id = one.copy_id or 100_000 + place


def _number(items: list[Any]) -> None:
    following = count(1 + max((one.id for one in items), default=0))
    for item in sorted((one for one in items if not one.id), key=lambda one: one.at):
        item.id = next(following)
