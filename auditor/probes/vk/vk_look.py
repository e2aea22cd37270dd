"""The look at one page: its identity, its posts in the window, their comments, and by when it existed."""

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
"""Values of a community's `wall`: no posts are shown, and no comments are possible."""
_FEW = 20


def vk_look(target: Target, window: Window) -> Look[Snapshot]:
    """Look at a page and return its snapshot."""
    resolved = yield from resolve_page(target)
    facts = {"taken_at": resolved.at} | (yield from _snapshot_fields(resolved, target, window))
    return Snapshot(network=VK, route=ROUTE, url=target.address.url, sides=target.sides, **facts)


def _snapshot_fields(resolved: ResolvedPage, target: Target, window: Window) -> Look[dict[str, Any]]:
    """Return the fields of the snapshot, as far as the page can be read."""
    page = resolved.page
    facts: dict[str, Any] = {"exists": resolved.exists, "cause": resolved.cause, "kind": resolved.kind}
    if page is None:
        return facts | {"id": target.id if resolved.exists else None}
    if resolved.exists is False and page.id not in {target.id, target.address.number}:
        # The page that has the name now is gone: that says nothing about the page on record, whose id is not known.
        return facts | {"exists": None, "cause": Cause.NOT_AT_ADDRESS}
    facts["id"] = page.id
    if not resolved.exists:
        return facts
    if target.id not in {None, page.id}:  # another page than the confirmed one: only its existence matters
        return facts | {"cause": None, "posts_cause": Cause.GONE}
    facts |= {"verified": page.verified, "subscribers": page.subscribers}
    facts["register_link"] = page.has_register_link(target.website, target.version)
    if resolved.renamed:
        facts["renamed_to"] = _address_of(page)
    if resolved.cause is not None:
        return facts
    wall = yield from read_wall(page.id, window, target)
    facts["taken_at"] = wall.read_at or resolved.at
    if not wall.items and _is_private(page, wall.failure):
        return facts | {"cause": Cause.PRIVATE}
    threads: Mapping[int, dict[str, Any]] = {}
    if target.full:
        facts |= yield from opening_bound(wall, target)
        threads = yield from read_threads(wall, target, window, wall_closed=page.wall == _CLOSED)
        facts["comments_recent_from"] = window.recent_from
    if page.wall == _OFF and wall.items:
        wall.cause = wall.cause or Cause.CONTRADICTION
    if target.full and target.version > 1:
        facts |= {"page_comments": page.comments_word, "unattributed": wall.unattributed}
    posts = tuple(_snapshot_post(wall.owner, post, threads.get(post.id)) for post in wall.counted_posts)
    return facts | {"posts": posts, "posts_cause": wall.cause, "posts_since": wall.since}


def _address_of(page: VkPage) -> str:
    """Return a page's present address: by its short name, or by its id if it shows none."""
    return Address(VK, min(page.chosen_names - page.numbered_names, default=numbered_names(page.id)[0])).url


def _is_private(page: VkPage, failure: Failure | None) -> bool:
    """Return whether outsiders cannot see a wall: VK says so, or it refused the wall of a closed community."""
    if failure is None or failure.code is None:
        return False
    refused = concerns_page(failure) or failure.cause is Cause.REFUSED
    return failure.cause is Cause.PRIVATE or (page.closed and refused and failure.cause is not Cause.WALL_OFF)


def _snapshot_post(owner: int, post: WallPost, thread_fields: Mapping[str, Any] | None) -> Post:
    """Return a post of the snapshot; without `thread_fields` its comments were not requested, and are unknown."""
    copied = ("id", "at", "repost", "sketch", "moved", "moved_to", "may_have_moved", "has_media")
    fields = {name: getattr(post, name) for name in (*copied, "has_five_words", "says_answers")} | {
        "comments_count": post.comments
    }
    fields |= {"comments_cause": Cause.TOO_LITTLE_DATA} if thread_fields is None else thread_fields
    return Post(url=f"https://vk.com/wall{owner}_{post.id}", **fields)


# Controls ------------------------------------------------------------------------------------------------------------


def vk_control_look(control: Control) -> Look[ControlResult]:
    """Look at an account known to exist, or known not to; if it exists, also at its wall and one thread."""
    resolved = yield from resolve_page(Target(control.url), EvidenceKind.CONTROL)
    exists, cause, page = resolved.exists, resolved.cause, resolved.page
    if resolved.name_unused or (page is not None and cause in {Cause.GONE, Cause.BANNED}):
        exists = False
    if exists and not control.exists and page is not None and not page.has_name(control.url.name):
        exists, cause = None, Cause.UNRECOGNISED_PAGE
    fields: dict[str, Any] = {"outcome": Outcome.CANT_TELL, "cause": cause}
    if exists is not None:
        fields = {"outcome": Outcome.PASSED if exists is control.exists else Outcome.FAILED}
    if exists and control.exists and page is not None and cause is None:
        fields |= yield from _probe_wall(page.id)
    return ControlResult(network=VK, route=ROUTE, url=control.url.url, expected=control.exists, **fields)


def _probe_wall(owner: int) -> Look[dict[str, Any]]:
    """Return a control's fields `wall` and `thread`: whether its wall shows posts, and one of its posts comments.

    A field is missing or None if that was not requested, or there is nothing to show: the wall is off, no post has
    comments. If the control's wall cannot be read, no other page's wall is believed to be empty.
    """
    page = yield from fetch(wall_page(owner, EvidenceKind.CONTROL, count=_FEW, with_text=False))
    if isinstance(page, Failure):
        is_off = page.cause in {Cause.WALL_OFF, Cause.PRIVATE} or not page.sent
        return {} if is_off else {"wall": False} | control_without_posts(page.cause)
    commented = next((post for post in page.readable if post.comments), None)
    if commented is None:
        return {"wall": bool(page.readable)}
    thread = yield from fetch(probe_thread(owner, commented.id, EvidenceKind.CONTROL))
    if isinstance(thread, Failure):
        return {"wall": True, "thread": False if thread.sent else None}
    return {"wall": True, "thread": bool(thread.items)}
