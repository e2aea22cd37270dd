"""The look at one page: its identity, its posts in the window, their comments, and by when it existed."""

from collections.abc import Mapping
from dataclasses import replace

from auditor.base.address import Address
from auditor.base.snapshot import Cause, ControlResult, EvidenceKind, Network, Outcome, Post, Route, Snapshot
from auditor.probes.page_facts import ControlFacts, Identity, PageFacts, PageHistory, ThreadFacts
from auditor.probes.protocol import Failure, Look, fetch
from auditor.probes.target import Target, Window
from auditor.probes.vk.error_codes import concerns_page
from auditor.probes.vk.profile import VkPage
from auditor.probes.vk.resolve import ResolvedPage, resolve_page
from auditor.probes.vk.vk_anonymiser import numbered_names
from auditor.probes.vk.vk_threads import probe_thread, read_threads
from auditor.probes.vk.wall import WallPost, find_opening, read_wall, wall_page
from auditor.registry.models import Control

VK, ROUTE = Network.VK, Route.VK
_OFF, _CLOSED = 0, 3
"""Values of a community's `wall`: no posts are shown, and no comments are possible."""
_FEW = 20
_NOT_REQUESTED = ThreadFacts(cause=Cause.TOO_LITTLE_DATA)


def vk_look(target: Target, window: Window) -> Look[Snapshot]:
    """Look at a page and return its snapshot."""
    resolved = yield from resolve_page(target)
    facts, page = PageFacts(resolved.at, _identity(resolved, target)), resolved.page
    if facts.identity.exists and facts.identity.cause is None and page is not None:
        if target.id in {None, page.id}:
            facts = yield from _read_page(page, facts, target, window)
        else:  # another page than the confirmed one: only its existence matters
            facts = replace(facts, history=PageHistory(cause=Cause.GONE))
    return facts.to_snapshot(ROUTE, target)


def _identity(resolved: ResolvedPage, target: Target) -> Identity:
    """Return who the page is, as far as its address and its own words say."""
    page, exists = resolved.page, resolved.exists
    if page is None:
        return Identity(exists, resolved.cause, resolved.kind, target.id if exists else None)
    if exists is False and page.id not in {target.id, target.address.number}:
        # The page that has the name now is gone: that says nothing about the page on record, whose id is not known.
        return Identity(None, Cause.NOT_AT_ADDRESS, resolved.kind)
    if not exists:
        return Identity(exists, resolved.cause, resolved.kind, page.id)
    if target.id not in {None, page.id}:
        return Identity(exists, None, resolved.kind, page.id)
    return Identity(
        exists,
        resolved.cause,
        resolved.kind,
        page.id,
        renamed_to=_address_of(page) if resolved.renamed else None,
        verified=page.verified,
        subscribers=page.subscribers,
        register_link=page.has_register_link(target.website, target.version),
    )


def _read_page(page: VkPage, facts: PageFacts, target: Target, window: Window) -> Look[PageFacts]:
    """Read what a page shows: its wall, by when it existed, and the comments under its posts."""
    wall = yield from read_wall(page.id, window, target)
    facts = replace(facts, taken_at=wall.read_at or facts.taken_at)
    if not wall.items and _is_private(page, wall.failure):
        return replace(facts, identity=replace(facts.identity, cause=Cause.PRIVATE))
    threads: Mapping[int, ThreadFacts] = {}
    if target.full:
        facts = replace(facts, opening=(yield from find_opening(wall, target)))
        threads = yield from read_threads(wall, target, window, wall_closed=page.wall == _CLOSED)
    if page.wall == _OFF and wall.items:
        wall.cause = wall.cause or Cause.CONTRADICTION
    records_walls = target.full and target.version > 1
    history = PageHistory(
        tuple(_snapshot_post(wall.owner, post, threads.get(post.id, _NOT_REQUESTED)) for post in wall.counted_posts),
        cause=wall.cause,
        since=wall.since,
        older_cause=wall.tail_cause if target.full else None,
        recent_from=window.recent_from if target.full else None,
        unattributed=wall.unattributed if records_walls else None,
    )
    identity = replace(facts.identity, page_comments=page.comments_word if records_walls else None)
    return replace(facts, identity=identity, history=history)


def _address_of(page: VkPage) -> str:
    """Return a page's present address: by its short name, or by its id if it shows none."""
    return Address(VK, min(page.chosen_names - page.numbered_names, default=numbered_names(page.id)[0])).url


def _is_private(page: VkPage, failure: Failure | None) -> bool:
    """Return whether outsiders cannot see a wall: VK says so, or it refused the wall of a closed community."""
    if failure is None or failure.code is None:
        return False
    refused = concerns_page(failure) or failure.cause is Cause.REFUSED
    return failure.cause is Cause.PRIVATE or (page.closed and refused and failure.cause is not Cause.WALL_OFF)


def _snapshot_post(owner: int, post: WallPost, thread: ThreadFacts) -> Post:
    return Post(
        id=post.id,
        at=post.at,
        url=f"https://vk.com/wall{owner}_{post.id}",
        repost=post.repost,
        sketch=post.sketch,
        moved=post.moved,
        moved_to=post.moved_to,
        may_have_moved=post.may_have_moved,
        has_media=post.has_media,
        has_five_words=post.has_five_words,
        says_answers=post.says_answers,
        comments_state=thread.state,
        comments_count=post.comments,
        comments_cause=thread.cause,
        comments_left=thread.left,
        comments=thread.comments,
        comments_read_at=thread.read_at,
    )


# Controls ------------------------------------------------------------------------------------------------------------


def vk_control_look(control: Control) -> Look[ControlResult]:
    """Look at an account known to exist, or known not to; if it exists, also at its wall and one thread."""
    resolved = yield from resolve_page(Target(control.url), EvidenceKind.CONTROL)
    exists, cause, page = resolved.exists, resolved.cause, resolved.page
    if resolved.name_unused or (page is not None and cause in {Cause.GONE, Cause.BANNED}):
        exists = False
    if exists and not control.exists and page is not None and not page.has_name(control.url.name):
        exists, cause = None, Cause.UNRECOGNISED_PAGE
    facts = ControlFacts(cause=cause)
    if exists is not None:
        facts = ControlFacts(Outcome.PASSED if exists is control.exists else Outcome.FAILED)
    if exists and control.exists and page is not None and cause is None:
        facts = yield from _probe_wall(page.id, facts)
    return facts.to_result(ROUTE, control)


def _probe_wall(owner: int, facts: ControlFacts) -> Look[ControlFacts]:
    """Return `facts` with `wall` and `thread`: whether the control's wall shows posts, and one of them comments.

    Each stays None if that was not requested, or there is nothing to show: the wall is off, no post has comments. If
    the control's wall cannot be read, no other page's wall is believed to be empty.
    """
    page = yield from fetch(wall_page(owner, EvidenceKind.CONTROL, count=_FEW, with_text=False))
    if isinstance(page, Failure):
        is_off = page.cause in {Cause.WALL_OFF, Cause.PRIVATE} or not page.sent
        return facts if is_off else facts.without_posts(page.cause)
    commented = next((post for post in page.readable if post.comments), None)
    if commented is None:
        return replace(facts, wall=bool(page.readable))
    thread = yield from fetch(probe_thread(owner, commented.id, EvidenceKind.CONTROL))
    if isinstance(thread, Failure):
        return replace(facts, wall=True, thread=False if thread.sent else None)
    return replace(facts, wall=True, thread=bool(thread.items))
