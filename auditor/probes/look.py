"""The look at a page and the look at a control: the same for every network.

A look at a page asks its source who the page is, reads the posts back through the window, finds by when the page
existed, and reads the comments under the posts. What is requested for each step, and in how many requests, is the
source's (`auditor.probes.source`); the result is a `Snapshot`.
"""

from collections.abc import Sequence
from dataclasses import replace

from auditor.base.snapshot import Cause, ControlResult, Outcome, Post, Snapshot
from auditor.probes.page_facts import ControlFacts, PageFacts
from auditor.probes.protocol import Failure, Look, fetch
from auditor.probes.source import Source
from auditor.probes.target import VERSION, Window
from auditor.registry.models import Control


def look_at_page(source: Source, window: Window) -> Look[Snapshot]:
    """Look at a page: who it is, its posts over `window`, its opening, and the comments under its posts."""
    resolved = yield from source.resolve()
    facts = resolved.facts
    if resolved.is_readable:
        facts = yield from source.read_posts(facts, window)
        if facts.identity.cause is None:
            facts = yield from _read_on(source, facts, window)
    return facts.to_snapshot(source.route, source.target)


def _read_on(source: Source, facts: PageFacts, window: Window) -> Look[PageFacts]:
    """Return `facts` with all that hangs on the posts; of an institution's page only the newest posts are wanted."""
    if not source.target.full:
        return _with_posts(source, facts, source.posts)
    opening = yield from source.find_opening()
    posts = yield from source.read_threads(window)
    facts = _with_posts(source, replace(facts, opening=opening), posts)
    if facts.history.cause is Cause.PREVIEW_OFF:  # of posts that are not shown no comments were requested
        return facts
    return replace(facts, history=replace(facts.history, recent_from=window.recent_from))


def _with_posts(source: Source, facts: PageFacts, posts: Sequence[Post]) -> PageFacts:
    history = replace(source.history, posts=tuple(posts))
    if not source.target.full or source.target.version < VERSION:
        history = replace(history, unattributed=None)
    return replace(facts, history=history)


def look_at_control(source: Source, control: Control) -> Look[ControlResult]:
    """Look at a page known to exist, or known not to; if it exists, also at its posts and one thread."""
    resolved = yield from source.resolve_control(control)
    facts = ControlFacts(cause=resolved.cause)
    if resolved.exists is not None:
        facts = ControlFacts(Outcome.PASSED if resolved.exists is control.exists else Outcome.FAILED)
    if control.exists and resolved.has_posts:
        facts = yield from _look_at_posts(source, facts)
    return facts.to_result(source.route, control)


def _look_at_posts(source: Source, facts: ControlFacts) -> Look[ControlFacts]:
    """Return `facts` with `wall` and `thread`: whether the control shows its posts, and comments under one of them.

    Each stays None if that was not requested, or there is nothing to show. While a control's posts cannot be read, no
    other page's posts are believed to be missing.
    """
    page = yield from fetch(source.control_posts())
    if isinstance(page, Failure):
        return facts if source.hides_posts(page) else facts.without_posts(page.cause)
    if not page.posts:
        return facts.without_posts(page.cause)
    request = source.control_thread(page)
    if request is None:
        return replace(facts, wall=True)
    thread = yield from fetch(request)
    if isinstance(thread, Failure):
        return replace(facts, wall=True, thread=False if thread.sent else None)
    return replace(facts, wall=True, thread=thread.shows_comments)
