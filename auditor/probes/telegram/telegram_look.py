"""The look at one Telegram channel, and at a control, over either source.

A channel's look resolves the address, reads the history back, finds when the channel was opened, reads the threads
under the posts of the window, and at last looks up some of the authors who replied there.
"""

from collections.abc import Sequence
from dataclasses import replace
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
from auditor.probes.page_facts import ControlFacts, Opening, PageFacts, PageHistory
from auditor.probes.protocol import Failure, Look, fetch
from auditor.probes.target import VERSION, Target, Window
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
    facts = channel.facts
    if channel.has_history and target.full:
        facts = yield from _read_channel(source, channel, target, window)
    elif channel.has_history and channel.first_page is not None:
        facts = _newest_posts(channel, channel.first_page, target)
    return facts.to_snapshot(source.route, target)


def _read_channel(source: ChannelSource, channel: ResolvedChannel, target: Target, window: Window) -> Look[PageFacts]:
    reading = yield from _read_history(source, channel, target, window)
    traces = yield from _find_opening(source, channel, reading, target)
    is_shown, identity = reading.cause is not Cause.PREVIEW_OFF, channel.facts.identity
    posts = (yield from _read_posts(source, channel, reading, target, window)) if is_shown else ()
    history = PageHistory(
        posts,
        cause=reading.cause,
        since=reading.since,
        older_cause=reading.older_cause,
        recent_from=window.recent_from if is_shown else None,
        unattributed=() if target.version >= VERSION else None,  # in a channel nobody else writes
    )
    identity = replace(identity, id=identity.id or reading.channel_id)
    return PageFacts(reading.read_at or channel.facts.taken_at, identity, Opening(traces), history)


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


def _newest_posts(channel: ResolvedChannel, page: HistoryPage, target: Target) -> PageFacts:
    """Return the posts on the newest page of an institution's channel: their texts are compared, no thread is read."""
    reading = HistoryReading({message.id: message for message in page.readable})
    posts = tuple(_snapshot_post(channel.name, post, _NOT_READ, target) for post in posts_of(reading.messages.values()))
    return replace(channel.facts, taken_at=page.at, history=PageHistory(posts, since=reading.since))


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
    if isinstance(card, Failure):
        return ControlFacts(cause=card.cause).to_result(source.route, control)
    exists = card.kind is not EntityKind.MISSING
    facts = ControlFacts(Outcome.PASSED if exists == control.exists else Outcome.FAILED)
    if control.exists and card.kind is EntityKind.CHANNEL:
        facts = yield from _inspect_channel(source, facts)
    return facts.to_result(source.route, control)


def _inspect_channel(source: ChannelSource, facts: ControlFacts) -> Look[ControlFacts]:
    """Return `facts` with `wall` and `thread`: whether the control shows its posts, and an open thread.

    `wall`, VK's word, stands for the channel's posts. Either stays None where nothing could be checked.
    While a control's posts cannot be read, no other page's posts can be believed to be missing.
    """
    page = yield from fetch(source.history_page(None, EvidenceKind.CONTROL))
    if isinstance(page, Failure):
        return facts.without_posts(page.cause) if page.sent else facts
    posts = [message for message in page.readable if not message.is_service]
    if not posts:
        return facts.without_posts(page.cause)
    request = source.probe_thread(posts)
    if request is None:
        return replace(facts, wall=True)
    comment_page = yield from fetch(request)
    if isinstance(comment_page, Failure):
        return replace(facts, wall=True, thread=False if comment_page.sent else None)
    return replace(facts, wall=True, thread=comment_page.state is CommentsState.OPEN)
