"""The look at one page: who it is, its posts through the window, what is said under them, since when it is there."""

from collections.abc import Mapping
from typing import Any

from auditor.base.address import Address
from auditor.base.snapshot import Cause, ControlResult, EvidenceKind, Network, Outcome, Post, Route, Snapshot
from auditor.probes.protocol import Failure, Look, fetch
from auditor.probes.target import Target, Window, control_without_posts
from auditor.probes.vk.error_codes import concerns_page
from auditor.probes.vk.profile import VkPage
from auditor.probes.vk.resolve import ResolvedPage, resolve_page
from auditor.probes.vk.vk_anonymiser import numbered_names
from auditor.probes.vk.vk_threads import probe_thread, read_threads
from auditor.probes.vk.wall import WallPost, opening_bound, read_wall, wall_page
from auditor.registry.models import Control

VK, ROUTE = Network.VK, Route.VK
_OFF, _CLOSED = 0, 3
"""A community's wall that shows no posts, and one under whose posts nobody can comment."""
_FEW = 20


def vk_look(target: Target, window: Window) -> Look[Snapshot]:
    """Look at a page."""
    found = yield from resolve_page(target)
    facts = {"taken_at": found.at} | (yield from _facts(found, target, window))
    return Snapshot(network=VK, route=ROUTE, url=target.address.url, sides=target.sides, **facts)


def _facts(found: ResolvedPage, target: Target, window: Window) -> Look[dict[str, Any]]:
    """Return the fields of a snapshot, as far as the page can be looked at."""
    page = found.page
    facts: dict[str, Any] = {"exists": found.exists, "cause": found.cause, "kind": found.kind}
    if page is None:
        return facts | {"id": target.id if found.exists else None}
    if found.exists is False and page.id not in {target.id, target.address.number}:
        # Gone is who has the name now: that is no word about a page on record, whose number is not known.
        return facts | {"exists": None, "cause": Cause.NOT_AT_ADDRESS}
    facts["id"] = page.id
    if not found.exists:
        return facts
    if target.id not in {None, page.id}:  # another page than the confirmed one: only its existence matters
        return facts | {"cause": None, "posts_cause": Cause.GONE}
    facts |= {name: getattr(page, name) for name in ("verified", "subscribers", "register_link")}
    if found.renamed:
        facts["renamed_to"] = _address_of(page)
    if found.cause is not None:
        return facts
    wall = yield from read_wall(page.id, window, target)
    facts["taken_at"] = wall.at or found.at
    if not wall.items and _is_private(page, wall.failure):
        return facts | {"cause": Cause.PRIVATE}
    talks: Mapping[int, dict[str, Any]] = {}
    if target.full:
        facts |= yield from opening_bound(wall, target)
        talks = yield from read_threads(wall, target, window, wall_closed=page.wall == _CLOSED)
    if page.wall == _OFF and wall.items:
        wall.cause = wall.cause or Cause.CONTRADICTION
    posts = tuple(_post(wall.owner, post, talks.get(post.id)) for post in wall.counted_posts)
    return facts | {"posts": posts, "posts_cause": wall.cause, "posts_since": wall.since}


def _address_of(page: VkPage) -> str:
    """Return a page's address now: by its short name, or by its number where it shows none."""
    return Address(VK, min(page.chosen_names - page.numbered_names, default=numbered_names(page.id)[0])).url


def _is_private(page: VkPage, failure: Failure | None) -> bool:
    """Tell whether a wall is kept from people outside: by VK's word, or a closed community whose wall was refused."""
    if failure is None or failure.code is None:
        return False
    refused = concerns_page(failure) or failure.cause is Cause.REFUSED
    return failure.cause is Cause.PRIVATE or (page.closed and refused and failure.cause is not Cause.WALL_OFF)


def _post(owner: int, post: WallPost, talk: Mapping[str, Any] | None) -> Post:
    """Make a post of the snapshot; without a `talk` its thread was not asked for, however empty it looks."""
    same = ("id", "at", "repost", "sketch", "moved", "moved_to")
    fields = {name: getattr(post, name) for name in same} | {"comments_count": post.comments}
    fields |= {"comments_cause": Cause.TOO_LITTLE_DATA} if talk is None else talk
    return Post(url=f"https://vk.com/wall{owner}_{post.id}", **fields)


# Controls ------------------------------------------------------------------------------------------------------------


def vk_control_look(control: Control) -> Look[ControlResult]:
    """Look at an account known to exist, or known not to; of one that is there also at its wall and at a thread."""
    found = yield from resolve_page(Target(control.url), EvidenceKind.CONTROL)
    exists, cause, page = found.exists, found.cause, found.page
    if found.name_unused or (page is not None and cause in {Cause.GONE, Cause.BANNED}):
        exists = False
    if exists and not control.exists and page is not None and not page.has_name(control.url.name):
        exists, cause = None, Cause.UNRECOGNISED_PAGE
    about: dict[str, Any] = {"outcome": Outcome.CANT_TELL, "cause": cause}
    if exists is not None:
        about = {"outcome": Outcome.PASSED if exists is control.exists else Outcome.FAILED}
    if exists and control.exists and page is not None and cause is None:
        about |= yield from _inside(page.id)
    return ControlResult(network=VK, route=ROUTE, url=control.url.url, expected=control.exists, **about)


def _inside(owner: int) -> Look[dict[str, Any]]:
    """Tell whether a wall shows posts and one of its posts a thread: two questions.

    None where that was not asked, or where there is nothing to be shown: a wall that is off, posts without comments.
    Where its wall cannot be read, nobody's can be believed to be empty.
    """
    page = yield from fetch(wall_page(owner, EvidenceKind.CONTROL, count=_FEW, words=False))
    if isinstance(page, Failure):
        off = page.cause in {Cause.WALL_OFF, Cause.PRIVATE} or not page.sent
        return {} if off else {"wall": False} | control_without_posts(page.cause)
    talked = next((post for post in page.readable if post.comments), None)
    if talked is None:
        return {"wall": bool(page.readable)}
    thread = yield from fetch(probe_thread(owner, talked.id, EvidenceKind.CONTROL))
    if isinstance(thread, Failure):
        return {"wall": True, "thread": False if thread.sent else None}
    return {"wall": True, "thread": bool(thread.items)}
