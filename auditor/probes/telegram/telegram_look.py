"""The look at one Telegram channel, and at a control, over either source.

A channel's look asks what stands at the address, reads its history back, finds its opening, reads the threads under
the posts of the window, and last asks what some of those are who answer there.
"""

from collections.abc import Sequence
from typing import Any

from auditor.base.reply_targets import comments_if_complete
from auditor.base.snapshot import Cause, Comment, CommentsState, ControlResult, EvidenceKind, Outcome, Post, Snapshot
from auditor.language.minimise_text import post_fields
from auditor.probes.protocol import Failure, Look, fetch
from auditor.probes.target import Target, Window, control_without_posts
from auditor.probes.telegram.channel_source import ChannelSource, ResolvedChannel, TelegramThread
from auditor.probes.telegram.history_reader import HistoryReading, posts_of, read_back, traces_of
from auditor.probes.telegram.responses import EntityKind, HistoryPage, Message, MessageKind
from auditor.probes.telegram.telegram_anonymiser import has_unseen_staff
from auditor.probes.telegram.telegram_threads import assign_sides, drop_doubtful_closed, read_threads
from auditor.registry.models import Control

_UNREAD = TelegramThread(cause=Cause.TOO_LITTLE_DATA)


def telegram_look(source: ChannelSource, target: Target, window: Window) -> Look[Snapshot]:
    """Look at a channel: what it is, its history over `window`, its opening, and the threads under its posts."""
    place = yield from source.resolve()
    facts: dict[str, Any] = {"taken_at": place.at, **place.facts}
    if place.has_history and target.full:
        facts |= yield from _channel(source, place, target, window)
    elif place.has_history and place.first_page is not None:
        facts |= _newest(place, place.first_page)
    return Snapshot(
        network=source.route.network, route=source.route, url=target.address.url, sides=target.sides, **facts
    )


def _channel(source: ChannelSource, place: ResolvedChannel, target: Target, window: Window) -> Look[dict[str, Any]]:
    walk = yield from read_back(source, window, target.posts_until, place.first_page)
    oldest: Sequence[Message] = ()
    if not (walk.whole or 1 in walk.messages or target.opening_known):
        oldest = yield from source.oldest_messages(min(walk.messages, default=None))
    traces = traces_of({m.id: m for m in (*walk.messages.values(), *oldest)}, place.created)
    posts = (yield from _posts(source, place, walk, target, window)) if walk.cause is not Cause.PREVIEW_OFF else ()
    return {
        "taken_at": walk.read_at or place.at,
        "id": place.facts.get("id") or walk.number,
        "opened_at": traces[0].at if traces else None,
        "opened_precision": traces[0].precision if traces else None,
        "traces": traces,
        "posts_cause": walk.cause,
        "posts_since": walk.since,
        "older_cause": walk.older_cause,
        "posts": posts,
    }


def _newest(place: ResolvedChannel, newest: HistoryPage) -> dict[str, Any]:
    """Return the posts of a body's newest page: what they say is compared, and nothing under them is asked for."""
    walk = HistoryReading({message.id: message for message in newest.readable})
    posts = tuple(_post(place.name, post, _UNREAD) for post in posts_of(walk.messages.values()))
    return {"posts": posts, "posts_since": walk.since, "taken_at": newest.at}


# Posts ---------------------------------------------------------------------------------------------------------------


def _posts(
    source: ChannelSource, place: ResolvedChannel, walk: HistoryReading, target: Target, window: Window
) -> Look[tuple[Post, ...]]:
    posts = posts_of(walk.messages.values())
    asked = [p for p in posts if window.comments_from <= p.at < window.ends]
    wanted = [p for p in asked if not (_is_left(p, target) or _is_told(p))]
    threads, unnamed = yield from read_threads(source, wanted, [p.id for p in asked if p.at >= window.starts])
    doubt = unnamed is not None or (not source.shows_numbers and has_unseen_staff(target.staff))
    comments = yield from assign_sides(source, threads, doubt=doubt)
    left = {p.id for p in asked if p.id not in threads and not _is_told(p)}
    rows = []
    for post in posts:
        thread = threads.get(post.id) or _unasked(post, walk, left=post.id in left)
        row = _post(place.name, post, thread, comments.get(post.id, ()), unnamed=unnamed)
        rows.append(row.model_copy(update={"comments_left": post.id in left}))
    failed = {number for number, t in threads.items() if t.state is CommentsState.UNKNOWN and t.cause is not None}
    return drop_doubtful_closed(rows, left | failed)


def _is_left(post: Message, target: Target) -> bool:
    """Tell whether a thread may be left out: its count is unchanged, or the source does not show it."""
    return post.id in target.skip and post.comments in {None, target.skip[post.id]}


def _is_told(post: Message) -> bool:
    """Tell whether the history itself says that there is no comment under a post."""
    return post.state is CommentsState.CLOSED or post.comments == 0


def _unasked(post: Message, walk: HistoryReading, *, left: bool) -> TelegramThread:
    """Return what the history says of a thread that was not asked for: that it is empty is all there is to read."""
    if _is_told(post):
        return TelegramThread(post.state, post.comments, read_at=walk.read_at)
    return TelegramThread(post.state, post.comments, None if left else Cause.TOO_LITTLE_DATA)


def _post(
    name: str, post: Message, thread: TelegramThread, comments: Sequence[Comment] = (), *, unnamed: Cause | None = None
) -> Post:
    repost = post.kind is MessageKind.REPOST
    return Post(
        id=post.id,
        at=post.at,
        url=f"https://t.me/{name}/{post.id}",
        repost=repost,
        comments_state=thread.state,
        comments_count=thread.count,
        comments_cause=thread.cause or (unnamed if thread.remarks else None),
        comments=tuple(sorted(comments_if_complete(comments, thread.cause), key=lambda comment: comment.id)),
        comments_read_at=thread.read_at,
        **post_fields("" if repost else post.text),
    )


# Controls ------------------------------------------------------------------------------------------------------------


def control_look(source: ChannelSource, control: Control) -> Look[ControlResult]:
    """Look whether a name is there that must be, or is not that must not be; of a channel also inside."""
    card = yield from source.resolve_control()
    about: dict[str, Any] = {"outcome": Outcome.CANT_TELL}
    if isinstance(card, Failure):
        about["cause"] = card.cause
    else:
        exists = card.kind is not EntityKind.MISSING
        about["outcome"] = Outcome.PASSED if exists == control.exists else Outcome.FAILED
        if control.exists and card.kind is EntityKind.CHANNEL:
            about |= yield from _inside(source)
    return ControlResult(
        network=source.route.network, route=source.route, url=control.url.url, expected=control.exists, **about
    )


def _inside(source: ChannelSource) -> Look[dict[str, Any]]:
    """Tell whether a control shows posts, and one of them a thread; None where there is none to be shown.

    Where its posts cannot be read, nobody's can be believed to be missing.
    """
    page = yield from fetch(source.history_page(None, EvidenceKind.CONTROL))
    if isinstance(page, Failure):
        return {"wall": False} | control_without_posts(page.cause) if page.sent else {"wall": None}
    posts = [message for message in page.readable if not message.is_service]
    question = source.probe_thread(posts) if posts else None
    if question is None:
        return {"wall": bool(posts)} | ({} if posts else control_without_posts(page.cause))
    talk = yield from fetch(question)
    if isinstance(talk, Failure):
        return {"wall": True, "thread": False if talk.sent else None}
    return {"wall": True, "thread": talk.state is CommentsState.OPEN}
