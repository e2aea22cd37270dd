"""VK in `benchmarks.least`: what a run asks, the least that the world allows, and what a plain script would ask."""

import dataclasses
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from math import ceil
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from auditor.base.snapshot import Route
from auditor.base.weeks import Week
from auditor.probes.base import Window
from auditor.sandbox import Sandbox, World
from auditor.sandbox.world.model import Account, Post, PostKind, Trouble
from benchmarks.second_week import second_week_of
from tests.pipeline import audited, session_of

ZONE = ZoneInfo("Asia/Tomsk")
_DEADLINE = datetime(2022, 5, 31, 17, tzinfo=UTC)
"""Of the directive: a profile that shows no older post is asked for its photos."""


def pages_of(world: World) -> dict[str, tuple[Account, bool]]:
    """Return the VK pages that a run looks at by address, each with whether it is judged or an institution's."""
    found: dict[str, tuple[Account, bool]] = {}
    for office in world.offices:
        tenures = office.tenures[-1:]
        found |= {h.account.url: (h.account, False) for h in office.accounts if h.account.network == "vk"}
        held = (h for tenure in tenures for h in tenure.accounts if h.confirmed_on and h.account.network == "vk")
        found |= {h.account.url: (h.account, True) for h in held}
    return found


def least(world: World, now: datetime, *, known: bool = False) -> int:
    """Return the least requests of a first week; with `known`, of the next after all was read in the week before.

    Names are found in one request for users, one for communities, and one for the name that must not be there; then
    come the control's wall and thread.
    """
    window = Window.of(Week.parse(world.week, ZONE), now)
    calls = _again if known else _calls
    return 5 + sum(calls(account, window, now, judged=judged) for account, judged in pages_of(world).values())


def _again(account: Account, window: Window, now: datetime, *, judged: bool) -> int:
    """Count the calls for its wall and for the threads of this week; older ones are as they were."""
    before = dataclasses.replace(window, comments_from=window.starts)
    return _calls(account, before, now, judged=judged) - (judged and len(_shown(account, now)) > 100)


def _calls(account: Account, window: Window, now: datetime, *, judged: bool) -> int:
    """Count the calls for a wall, its oldest post, photos and threads."""
    if account.deactivated:
        return int(account.kind == "user")  # it does not say its name, so it is asked for by itself
    if account.kind == "missing" or (account.closed and account.kind == "user"):
        return 0
    if account.trouble is Trouble.THROTTLED:
        return 2  # flood control may pass, so it is asked twice
    posts = _shown(account, now)
    if not judged or account.closed or account.trouble is Trouble.WALL_DENIED:
        return 1
    read = [p for p in posts if p.at >= window.gap_from] if len(posts) > 100 else posts
    walls = 1 + max(0, ceil(len(read) / 100) - 1)
    threads = (len(posts) > 100) + _photos(account, posts) + (not posts and account.kind == "user")
    if account.trouble is not None:
        return walls + threads + (account.trouble is Trouble.COMMENTS_NOT_FOR_KEY)  # and then no other thread
    under = [p for p in posts if window.comments_from <= p.at < window.ends and p.kind is not PostKind.AD]
    talked = [p for p in under if any(not c.deleted for c in p.comments_at(now))]
    threads += len(talked) + _empty(account, [p for p in under if p not in talked], window)
    return walls + threads + sum(_longer(p, now) for p in talked if not p.closed)


def _shown(account: Account, now: datetime) -> list[Post]:
    return [p for p in account.posts_at(now) if p.kind in {PostKind.OWN, PostKind.REPOST, PostKind.AD}]


def _photos(account: Account, posts: list[Post]) -> int:
    return int(account.kind == "user" and not any(p.at < _DEADLINE for p in posts))


def _empty(account: Account, posts: list[Post], window: Window) -> int:
    """Count the threads without comments that may be closed: all where the newest is, else that one."""
    of_week = [p for p in posts if p.at >= window.starts]
    if account.tells_can_post or account.wall in {0, 3} or not of_week:
        return 0
    return len(of_week) if max(of_week, key=lambda p: p.at).closed else 1


def _longer(post: Post, now: datetime) -> int:
    """Count the calls for more than a hundred threads, and for more than ten answers in one."""
    shown = [c for c in post.comments_at(now) if not c.deleted]
    tops = [c for c in post.comments_at(now) if c.top is None]
    answers = (sum(c.top is top for c in shown) for top in tops)
    return max(0, ceil(len(tops) / 100) - 1) + sum(ceil((n - 10) / 100) for n in answers if n > 10)


def plain_loop(sandbox: Sandbox, world: World, now: datetime) -> int:
    """Read the same pages as public scripts do, and return how many requests that takes.

    Page by page: who it is, its wall by hundreds to the end, and under each post of the window that has comments all of
    them by hundreds, each with its first ten answers; then the other answers of those that have more.
    """
    window = Window.of(Week.parse(world.week, ZONE), now)
    client, before = httpx.Client(), len(sandbox.requests)
    for account, _ in pages_of(world).values():
        name = account.name
        found = _call(client, sandbox, "users.get", user_ids=name) or _call(
            client, sandbox, "groups.getById", group_ids=name
        )
        if not found:
            continue
        about = {"owner_id": account.number, "filter": "owner"}
        for post in list(_paged(client, sandbox, "wall.get", **about)):
            of_window = window.comments_from.timestamp() <= post["date"] < window.ends.timestamp()
            if of_window and post.get("comments", {}).get("count"):
                _talk(client, sandbox, account.number, post["id"])
    client.close()
    return len(sandbox.requests) - before


def _talk(client: httpx.Client, sandbox: Sandbox, owner: int, post: int) -> None:
    about = {"owner_id": owner, "post_id": post}
    for top in list(_paged(client, sandbox, "wall.getComments", **about, thread_items_count=10)):
        if top.get("thread", {}).get("count", 0) > 10:
            list(_paged(client, sandbox, "wall.getComments", **about, comment_id=top["id"]))


def _paged(client: httpx.Client, sandbox: Sandbox, method: str, **about: object) -> Iterator[dict[str, Any]]:
    """Yield the items of all pages; a short page is the last."""
    for offset in count(0, 100):
        items = (_call(client, sandbox, method, **about, count=100, offset=offset) or {}).get("items", [])
        yield from items
        if len(items) < 100:
            return


def _call(client: httpx.Client, sandbox: Sandbox, method: str, **params: object) -> Any:
    form = {**params, "access_token": sandbox.vk_token, "v": "5.199"}
    return client.post(f"{sandbox.vk_url}/method/{method}", data=form).json().get("response")


def rows(world: World) -> Iterator[tuple[str, int, int, int, int | None]]:
    """Yield for each look what was asked, the least of it, how many pages there are, and what was forecast."""
    pages = len(pages_of(world))
    with tempfile.TemporaryDirectory() as folder, Sandbox(world) as sandbox:
        environ = sandbox.settings()
        for what, now in (("first week", world.now), ("same week again", world.now + timedelta(hours=1))):
            sandbox.now, before = now, len(sandbox.requests)
            audited(session_of(world, Path(folder), environ, now))
            asked = sum(request.network == "vk" for request in sandbox.requests[before:])
            yield f"VK, {what}", asked, least(world, now) if what == "first week" else 5 + pages, pages, None
        week = second_week_of(world, sandbox, Path(folder) / "second", environ, Route.VK)
        yield "VK, next week", week.asked, least(world, world.now, known=True), pages, week.planned
        sandbox.now = world.now
        yield "VK, a plain loop", plain_loop(sandbox, world, world.now), least(world, world.now), pages, None
