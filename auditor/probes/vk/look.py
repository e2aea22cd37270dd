"""The look at one page: who it is, its posts through the window, what is said under them, since when it is there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from auditor.base.address import Address
from auditor.base.snapshot import Cause, ControlResult, EvidenceKind, Network, Outcome, Post, Route, Snapshot
from auditor.probes.base import Target, Window, unread_control
from auditor.probes.looks import Ask, Call, Failure, Look, ask
from auditor.probes.vk.codes import speaks_of_page
from auditor.probes.vk.forms import Items, WallPost
from auditor.probes.vk.names import Found, find
from auditor.probes.vk.pages import Page
from auditor.probes.vk.posts import Wall, bounds, oldest_photo, oldest_post, read_wall, wall_page
from auditor.probes.vk.speakers import Door, numbered_names
from auditor.probes.vk.talks import Talk, read_talk
from auditor.registry.models import Control

VK, ROUTE = Network.VK, Route.VK
_DEACTIVATED = {"deleted": (False, Cause.GONE), "banned": (None, Cause.BANNED)}
"""Only ``deleted`` says that a page is gone: one that VK has banned may come back."""
_WALL_CLOSED = frozenset({0, 3})
_FEW = 20
_READ = frozenset({None, Cause.CONTRADICTION})
"""Causes with which a thread was read to its end: a contradiction is what the end shows."""


def look(target: Target, window: Window) -> Look[Snapshot]:
    """Look at a page."""
    found = yield from find(target)
    exists, cause = existence(found)
    page = found.page
    if page is None or not exists:
        facts = {"kind": found.kind} if page is None else {"kind": page.kind, "id": page.id}
        moved = {"id": target.id, "kind": None} if page is None and exists and target.id else {}
        return _snapshot(target, found.at, exists=exists, cause=cause, **(facts | moved))
    if target.id not in {None, page.id}:  # another page than the confirmed one: only its existence matters
        return _snapshot(target, found.at, exists=True, posts_cause=Cause.GONE, kind=page.kind, id=page.id)
    facts = _facts(page) | ({"renamed_to": _address_of(page)} if found.moved else {})
    if cause is not None:
        return _snapshot(target, found.at, exists=True, cause=cause, **facts)
    wall = yield from read_wall(page.id, window, target)
    at = wall.at or found.at
    if not wall.items and _is_private(page, wall.failure):
        return _snapshot(target, at, exists=True, cause=Cause.PRIVATE, **facts)
    seen = (yield from _seen(page, wall, target, window)) if target.full else {}
    told = {"posts": _posts(wall, {}), "posts_cause": wall.cause, "posts_since": wall.since}
    return _snapshot(target, at, exists=True, **(told | facts | seen))


def _snapshot(target: Target, at: datetime, **facts: Any) -> Snapshot:
    return Snapshot(network=VK, route=ROUTE, url=target.address.url, taken_at=at, sides=target.sides, **facts)


def existence(found: Found) -> tuple[bool | None, Cause | None]:
    """Say whether a page exists, and why it cannot be judged. True and False are VK's own words about the page."""
    page = found.page
    if page is None:
        return found.exists, found.cause
    if page.deactivated:
        return _DEACTIVATED.get(page.deactivated, (None, Cause.UNRECOGNISED_PAGE))
    return True, Cause.PRIVATE if page.id > 0 and page.closed else None


def _facts(page: Page) -> dict[str, Any]:
    told = ("kind", "id", "verified", "subscribers", "register_link")
    return {name: getattr(page, name) for name in told}


def _address_of(page: Page) -> str:
    """Return a page's address now: by its short name, or by its number where it shows none."""
    return Address(VK, min(page.chosen_names - page.numbered_names, default=numbered_names(page.id)[0])).url


def _is_private(page: Page, failure: Failure | None) -> bool:
    """Tell whether a wall is kept from people outside: by VK's word, or a closed community whose wall was refused."""
    if failure is None or failure.code is None:
        return False
    refused = speaks_of_page(failure) or failure.cause is Cause.REFUSED
    return failure.cause is Cause.PRIVATE or (page.closed and refused and failure.cause is not Cause.WALL_OFF)


def _seen(page: Page, wall: Wall, target: Target, window: Window) -> Look[dict[str, Any]]:
    """Read the threads of the window, and the traces of the opening."""
    oldest, before, facts = wall.oldest, target.photos_before, dict[str, Any]()
    photo: datetime | Cause | None = None
    if target.posts_until is None or before is not None:  # else an earlier look has looked for it
        oldest = yield from oldest_post(wall)
    answers = wall.failure is None or speaks_of_page(wall.failure)
    if answers and before is not None and page.id > 0 and (oldest is None or oldest >= before):
        photo = yield from oldest_photo(page.id)
        facts = {"photos_cause": photo} if isinstance(photo, Cause) else {"photos_read": True}
    talks = yield from _talks(page, wall, target, window)
    facts |= {"posts": _posts(wall, talks), "posts_cause": wall.cause, "older_cause": wall.tail_cause}
    return facts | bounds(oldest, None if isinstance(photo, Cause) else photo)


def _talks(page: Page, wall: Wall, target: Target, window: Window) -> Look[dict[int, Talk]]:
    """Read the threads under the posts of the window, the newest post first."""
    door, talks = Door(page.id, target), dict[int, Talk]()
    wall_closed = page.id < 0 and page.wall in _WALL_CLOSED
    refused: Cause | None = None
    asks_state = not wall_closed
    for post in reversed([p for p in wall.own if window.comments_from <= p.at < window.ends]):
        talk = talks[post.id] = Talk(post, cause=refused)
        empty = post.comments == 0 and post.at >= window.starts
        talk.left = post.comments is not None and target.skip.get(post.id) == post.comments
        # An empty thread can show only that it is closed; if the newest is not, the rest are not asked.
        state = empty and asks_state and not post.can_comment
        if not talk.left and refused is None and (state or post.comments != 0):
            talk = talks[post.id] = yield from read_talk(door, post)
        talk.hold(wall_closed=wall_closed)
        if talk.failure is not None and talk.failure.cause is Cause.NO_CREDENTIALS:
            refused = Cause.NO_CREDENTIALS  # the key may not read this page's threads
        if empty and not talk.left:
            asks_state = asks_state and talk.closed
    return talks


def _posts(wall: Wall, talks: Mapping[int, Talk]) -> tuple[Post, ...]:
    return tuple(_post(wall, post, talks.get(post.id)) for post in wall.own)


def _post(wall: Wall, post: WallPost, talk: Talk | None) -> Post:
    same = ("id", "at", "repost", "sketch", "moved", "moved_to")
    fields = {name: getattr(post, name) for name in same} | {"comments_count": post.comments}
    if talk is None:  # its thread was not asked for, so it is not read, however empty it looks
        fields["comments_cause"] = Cause.TOO_LITTLE_DATA
    else:
        was_read = talk.cause in _READ and not talk.left
        fields |= {
            "comments_state": talk.state,
            "comments_cause": talk.cause,
            "comments_left": talk.left,
            "comments": talk.shown,
            "comments_read_at": (wall.at if post.comments == 0 else talk.at) if was_read else None,
        }
    return Post(url=f"https://vk.com/wall{wall.owner}_{post.id}", **fields)


# Controls ------------------------------------------------------------------------------------------------------------


def control_look(control: Control) -> Look[ControlResult]:
    """Look at an account known to exist, or known not to; of one that is there also at its wall and at a thread."""
    found = yield from find(Target(control.url), EvidenceKind.CONTROL)
    exists, cause = existence(found)
    page = found.page
    if found.free or (page is not None and cause in {Cause.GONE, Cause.BANNED}):
        exists = False
    if exists and not control.exists and page is not None and not page.has_name(control.url.name):
        exists, cause = None, Cause.UNRECOGNISED_PAGE
    outcome = Outcome.CANT_TELL
    if exists is not None:
        outcome = Outcome.PASSED if exists is control.exists else Outcome.FAILED
    about: dict[str, Any] = {"outcome": outcome, "cause": cause if outcome is Outcome.CANT_TELL else None}
    if outcome is Outcome.PASSED and exists and page is not None and cause is None:
        about |= yield from _inside(page.id)
    return ControlResult(
        network=VK,
        route=ROUTE,
        url=control.url.url,
        expected=control.exists,
        **about,
    )


def _inside(owner: int) -> Look[dict[str, Any]]:
    """Tell whether a wall shows posts and one of its posts a thread: two questions.

    None where that was not asked, or where there is nothing to be shown: a wall that is off, posts without comments.
    Where its wall cannot be read, nobody's can be believed to be empty.
    """
    page = yield from ask(wall_page(owner, EvidenceKind.CONTROL, count=_FEW, words=False))
    if isinstance(page, Failure):
        off = page.cause in {Cause.WALL_OFF, Cause.PRIVATE} or not page.sent
        return {} if off else {"wall": False} | unread_control(page.cause)
    talked = next((post for post in page.posts if post.comments), None)
    if talked is None:
        return {"wall": bool(page.posts)}
    params: dict[str, str | int] = {"owner_id": owner, "post_id": talked.id, "count": 1, "thread_items_count": 0}
    thread = yield from ask(Ask(Call("wall.getComments", params | {"extended": 0}), Items, EvidenceKind.CONTROL))
    if isinstance(thread, Failure):
        return {"wall": True, "thread": False if thread.sent else None}
    return {"wall": True, "thread": bool(thread.items)}
