"""VK's own objects, as it would send them: an invented page's, all of one week."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from auditor.base.weeks import Week
from auditor.probes.base import Window

WEEK = Week(2026, 47, ZoneInfo("Asia/Tomsk"))
NOW = WEEK.ends + timedelta(hours=30)
WINDOW = Window.of(WEEK, NOW)
FIRST_DAY = WEEK.starts + timedelta(hours=5)


def seconds(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp())


def post(number: int, at: datetime, owner: int, **more: Any) -> dict[str, Any]:
    """A post of the owner's with no comments unless told otherwise."""
    return {
        "id": number,
        "owner_id": owner,
        "from_id": owner,
        "date": seconds(at),
        "text": f"Запись {number}",
        "post_type": "post",
        "comments": {"count": 0},
    } | more


def comment(number: int, at: datetime, author: int, text: str = "Когда починят дорогу?", **more: Any) -> dict[str, Any]:
    return {"id": number, "from_id": author, "date": seconds(at), "text": text, "parents_stack": []} | more


def person(number: int = 5, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "first_name": "Имярек",
        "last_name": "Первый",
        "screen_name": f"glava{number}",
        "is_closed": False,
        "can_access_closed": True,
        "verified": 0,
        "followers_count": 120,
        "status": "",
        "site": "",
    } | more


def group(number: int = 7, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "name": "Первый район",
        "screen_name": f"rayon{number}",
        "type": "page",
        "is_closed": 0,
        "verified": 1,
        "members_count": 3000,
        "description": "Страница первого района",
        "wall": 1,
    } | more
