"""The look at one Telegram channel, and at a control, over either source.

A channel's look resolves the address, reads the history back, finds when the channel was opened, reads the threads
under the posts of the window, and at last looks up some of the authors who replied there.
"""

from collections.abc import Sequence
from typing import Any

from auditor.base.reply_targets import comments_if_complete
from auditor.base.snapshot import (
    Cause,
    Comment,
    CommentsState,
    ControlResult,
    EvidenceKind,
    Outcome,
    Post,
    Snapshot,
    Trace,
)
from auditor.language.minimise_text import post_fields
from auditor.probes.protocol import Failure, Look, fetch
from auditor.probes.target import VERSION, Target, Window, control_without_posts
from auditor.probes.telegram.channel_source import ChannelSource, ResolvedChannel, TelegramThread
from auditor.probes.telegram.history_reader import HistoryReading, posts_of, read_back, traces_of, why_not_empty
from auditor.probes.telegram.responses import EntityKind, HistoryPage, Message, MessageKind
from auditor.probes.telegram.telegram_anonymiser import has_unseen_staff
from auditor.probes.telegram.telegram_threads import assign_sides, drop_doubtful_closed, read_threads
from auditor.registry.models import Control

_NOT_READ = TelegramThread(cause=Cause.TOO_LITTLE_DATA)


def telegram_look(source: ChannelSource, target: Target, window: Window) -> Look[Snapshot]:
    """Look at a channel: what it is, its history over `window`, its opening, and the threads under its posts."""
    channel = yield from source.resolve()
    facts: dict[str, Any] = {"taken_at": channel.taken_at, **channel.facts}
    if channel.has_history and target.full:
        facts |= yield from _read_channel(source, channel, target, window)
    elif channel.has_history and channel.first_page is not None:
        facts |= _newest_posts(channel, channel.first_page, target)
    return Snapshot(
        network=source.route.network, route=source.route, url=target.address.url, sides=target.sides, **facts
    )


def _read_channel(
    source: ChannelSource, channel: ResolvedChannel, target: Target, window: Window
) -> Look[dict[str, Any]]:
    history = yield from _read_history(source, channel, target, window)
    traces = yield from _find_opening(source, channel, history, target)
    posts: tuple[Post, ...] = ()
    if history.cause is not Cause.PREVIEW_OFF:
        posts = yield from _read_posts(source, channel, history, target, window)
    return {
        "taken_at": history.read_at or channel.taken_at,
        "id": channel.facts.get("id") or history.channel_id,
        "opened_at": traces[0].at if traces else None,
        "opened_precision": traces[0].precision if traces else None,
        "traces": traces,
        "posts_cause": history.cause,
        "posts_since": history.since,
        "older_cause": history.older_cause,
        "posts": posts,
        "comments_recent_from": None if history.cause is Cause.PREVIEW_OFF else window.recent_from,
        "unattributed": () if target.version >= VERSION else None,  # in a channel nobody else writes
    }


def _read_history(
    source: ChannelSource, channel: ResolvedChannel, target: Target, window: Window
) -> Look[HistoryReading]:
    """Read the history back; one that looks empty is asked for in another way before that is believed."""
    history = yield from read_back(source, window, target.posts_until, channel.first_page)
    if target.version >= VERSION and not history.messages and history.cause is None:
        history.cause = yield from why_not_empty(source)
    return history


def _find_opening(
    source: ChannelSource, channel: ResolvedChannel, history: HistoryReading, target: Target
) -> Look[tuple[Trace, ...]]:
    oldest: Sequence[Message] = ()
    if not (history.reached_start or 1 in history.messages or target.opening_known):
        oldest = yield from source.oldest_messages(min(history.messages, default=None))
    return traces_of({message.id: message for message in (*history.messages.values(), *oldest)}, channel.created)


def _newest_posts(channel: ResolvedChannel, page: HistoryPage, target: Target) -> dict[str, Any]:
    """Return the posts on the newest page of an institution's channel: their texts are compared, no thread is read."""
    history = HistoryReading({message.id: message for message in page.readable})
    posts = tuple(_snapshot_post(channel.name, post, _NOT_READ, target) for post in posts_of(history.messages.values()))
    return {"posts": posts, "posts_since": history.since, "taken_at": page.at}


# Posts ---------------------------------------------------------------------------------------------------------------


def _read_posts(
    source: ChannelSource, channel: ResolvedChannel, history: HistoryReading, target: Target, window: Window
) -> Look[tuple[Post, ...]]:
    posts = posts_of(history.messages.values())
    in_window = [post for post in posts if window.reads_comments_of(post.at)]
    to_read = [post for post in in_window if not (_may_skip(post, target) or _has_no_comments(post))]
    week_ids = [post.id for post in in_window if window.starts <= post.at < window.ends]
    recent_ids = [post.id for post in in_window if window.recent_from is not None and post.at >= window.recent_from]
    threads, administrators_cause = yield from read_threads(source, to_read, week_ids, recent_ids)
    in_doubt = administrators_cause is not None or (not source.shows_author_ids and has_unseen_staff(target.staff))
    comments = yield from assign_sides(source, threads, sides_in_doubt=in_doubt)
    skipped_ids = {post.id for post in in_window if post.id not in threads and not _has_no_comments(post)}
    snapshot_posts = []
    for post in posts:
        thread = threads.get(post.id) or _thread_from_history(post, history, is_skipped=post.id in skipped_ids)
        snapshot_post = _snapshot_post(
            channel.name, post, thread, target, comments.get(post.id, ()), administrators_cause=administrators_cause
        )
        snapshot_posts.append(snapshot_post.model_copy(update={"comments_left": post.id in skipped_ids}))
    failed_ids = {post_id for post_id, t in threads.items() if t.state is CommentsState.UNKNOWN and t.cause is not None}
    return drop_doubtful_closed(snapshot_posts, skipped_ids | failed_ids)


def _may_skip(post: Message, target: Target) -> bool:
    """Return whether a thread on record may be skipped: its comment count is unchanged, or the source shows none."""
    return post.id in target.skip and post.comments in {None, target.skip[post.id]}


def _has_no_comments(post: Message) -> bool:
    """Return whether the history itself says that there is no comment under a post."""
    return post.state is CommentsState.CLOSED or post.comments == 0


def _thread_from_history(post: Message, history: HistoryReading, *, is_skipped: bool) -> TelegramThread:
    """Return what the history says of a thread that was not requested; one that is empty counts as read."""
    if _has_no_comments(post):
        return TelegramThread(post.state, post.comments, read_at=history.read_at)
    return TelegramThread(post.state, post.comments, None if is_skipped else Cause.TOO_LITTLE_DATA)


def _snapshot_post(
    name: str,
    post: Message,
    thread: TelegramThread,
    target: Target,
    comments: Sequence[Comment] = (),
    *,
    administrators_cause: Cause | None = None,
) -> Post:
    return Post(
        id=post.id,
        at=post.at,
        url=f"https://t.me/{name}/{post.id}",
        repost=post.kind is MessageKind.REPOST,
        comments_state=thread.state,
        comments_count=thread.count,
        comments_cause=thread.cause or (administrators_cause if thread.comments else None),
        comments=tuple(sorted(comments_if_complete(comments, thread.cause), key=lambda comment: comment.id)),
        comments_read_at=thread.read_at,
        **_content_fields(post, target),
    )


def _content_fields(post: Message, target: Target) -> dict[str, Any]:
    """Return the fields of a post that depend on its own words and on what it bears; auditor 1.0 recorded fewer."""
    fields = post_fields("" if post.kind is MessageKind.REPOST else post.text)
    if target.version < VERSION or post.hidden:
        fields |= {"has_five_words": None, "says_answers": None}
    return fields if target.version < VERSION else {**fields, "has_media": post.has_media}


# Controls ------------------------------------------------------------------------------------------------------------


def control_look(source: ChannelSource, control: Control) -> Look[ControlResult]:
    """Check that a control's name exists, or does not, as expected; for a channel also that its posts are shown."""
    card = yield from source.resolve_control()
    facts: dict[str, Any] = {"outcome": Outcome.CANT_TELL}
    if isinstance(card, Failure):
        facts["cause"] = card.cause
    else:
        exists = card.kind is not EntityKind.MISSING
        facts["outcome"] = Outcome.PASSED if exists == control.exists else Outcome.FAILED
        if control.exists and card.kind is EntityKind.CHANNEL:
            facts |= yield from _inspect_channel(source)
    return ControlResult(
        network=source.route.network, route=source.route, url=control.url.url, expected=control.exists, **facts
    )


def _inspect_channel(source: ChannelSource) -> Look[dict[str, Any]]:
    """Return `wall` and `thread` of a `ControlResult`: whether the control shows its posts, and an open thread.

    `wall`, VK's word, stands for the channel's posts. Either is None where nothing could be checked.
    While a control's posts cannot be read, no other page's posts can be believed to be missing.
    """
    page = yield from fetch(source.history_page(None, EvidenceKind.CONTROL))
    if isinstance(page, Failure):
        return {"wall": False} | control_without_posts(page.cause) if page.sent else {"wall": None}
    posts = [message for message in page.readable if not message.is_service]
    request = source.probe_thread(posts) if posts else None
    if request is None:
        return {"wall": bool(posts)} | ({} if posts else control_without_posts(page.cause))
    comment_page = yield from fetch(request)
    if isinstance(comment_page, Failure):
        return {"wall": True, "thread": False if comment_page.sent else None}
    return {"wall": True, "thread": comment_page.state is CommentsState.OPEN}
