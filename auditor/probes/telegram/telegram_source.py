"""What both routes to Telegram share as a source: the history, its posts, the threads under them.

A route (`web.web_source`, `client.client_source`) says how a channel is found and what is requested for a page of its
history, for a page of comments, for a comment's author.
"""

from collections.abc import Sequence
from dataclasses import replace

from auditor.base.reply_targets import comments_if_complete
from auditor.base.snapshot import Cause, Comment, CommentsState, EvidenceKind, Post
from auditor.language.minimise_text import post_fields
from auditor.probes.page_facts import Opening, PageFacts, PageHistory, ThreadFacts
from auditor.probes.protocol import Failure, Look, Request
from auditor.probes.source import Resolved, ResolvedControl
from auditor.probes.target import VERSION, Target, Window
from auditor.probes.telegram.channel_history import ChannelHistory, read_back, traces_of, why_not_empty
from auditor.probes.telegram.channel_source import ChannelSource, OldestMessages, ResolvedChannel, TelegramThread
from auditor.probes.telegram.responses import (
    EntityKind,
    HistoryPage,
    Message,
    MessageKind,
)
from auditor.probes.telegram.telegram_authors import has_unseen_staff
from auditor.probes.telegram.telegram_sides import assign_sides
from auditor.probes.telegram.telegram_threads import drop_doubtful_closed, read_threads
from auditor.registry.models import Control


class TelegramSource(ChannelSource):
    """One channel over one route, for one look. Each route completes it with what it can request."""

    def __init__(self, target: Target) -> None:
        """Take the target; nothing is requested yet."""
        self.target = target
        self._channel: ResolvedChannel | None = None
        self._history = ChannelHistory()
        self._oldest = OldestMessages()

    # The page --------------------------------------------------------------------------------------------------------

    def resolve(self) -> Look[Resolved]:
        """Return what the target's address leads to."""
        self._channel = yield from self.find_channel()
        return self._channel

    def read_posts(self, facts: PageFacts, window: Window) -> Look[PageFacts]:
        """Read the history back; one that looks empty is asked for in another way before that is believed.

        Of an institution's channel the newest page suffices: its texts are compared.
        """
        first_page, target = self._channel.first_page if self._channel else None, self.target
        if not target.full and first_page is not None:
            self._history = ChannelHistory({message.id: message for message in first_page.readable})
            return replace(facts, taken_at=first_page.at)
        self._history = history = yield from read_back(self, window, target.posts_until, first_page)
        if target.version >= VERSION and not history.items and history.cause is None:
            history.cause = yield from why_not_empty(self)
        identity = replace(facts.identity, id=facts.identity.id or history.channel_id)
        return replace(facts, taken_at=history.read_at or facts.taken_at, identity=identity)

    def find_opening(self) -> Look[Opening]:
        """Return the traces of the opening: the date of creation and the oldest message."""
        messages = self._history.items
        if not (self._history.complete or 1 in messages or self.target.opening_known):
            self._oldest = yield from self.oldest_messages(min(messages, default=None))
        created = self._channel.created if self._channel else None
        every = (*messages.values(), *self._oldest.messages)
        return Opening(traces_of({message.id: message for message in every}, created))

    @property
    def posts(self) -> Sequence[Post]:
        """The posts and reposts, oldest first, without comments."""
        return tuple(map(self._post, self._history.posts))

    @property
    def history(self) -> PageHistory:
        """How far back the history was read. In a channel nobody else writes."""
        history, older_cause = self._history, self._history.older_cause
        if self.target.version >= VERSION:
            older_cause = older_cause or self._oldest.cause
        return PageHistory((), history.cause, history.since, older_cause, unattributed=())

    def _post(self, message: Message) -> Post:
        words = post_fields("" if message.kind is MessageKind.REPOST else message.text)
        records_more = self.target.version >= VERSION  # auditor 1.0 recorded fewer
        if not records_more or message.hidden:
            words |= {"has_five_words": None, "says_answers": None}
        return Post(
            id=message.id,
            at=message.at,
            url=f"https://t.me/{self._channel.name if self._channel else ''}/{message.id}",
            repost=message.kind is MessageKind.REPOST,
            has_media=message.has_media if records_more else None,
            comments_cause=Cause.TOO_LITTLE_DATA,
            **words,
        )

    # Comments --------------------------------------------------------------------------------------------------------

    def read_threads(self, window: Window) -> Look[Sequence[Post]]:
        """Read the threads of the window's posts, settle the sides of their authors, and return all posts."""
        if self._history.cause is Cause.PREVIEW_OFF:
            return ()
        posts = self._history.posts
        in_window = [post for post in posts if window.reads_comments_of(post.at)]
        to_read = [post for post in in_window if not (self._may_skip(post) or post.has_no_comments)]
        week_ids = [post.id for post in in_window if window.starts <= post.at < window.ends]
        recent_ids = [post.id for post in in_window if window.recent_from is not None and post.at >= window.recent_from]
        threads, administrators_cause = yield from read_threads(self, to_read, week_ids, recent_ids)
        has_unseen = not self.shows_author_ids and has_unseen_staff(self.target.staff)
        in_doubt = administrators_cause is not None or has_unseen
        comments = yield from assign_sides(self, threads, sides_in_doubt=in_doubt)
        skipped_ids = {post.id for post in in_window if post.id not in threads and not post.has_no_comments}
        failed_ids = {
            number for number, t in threads.items() if t.state is CommentsState.UNKNOWN and t.cause is not None
        }
        read = [
            _thread_facts(threads[post.id], comments.get(post.id, ()), administrators_cause)
            if post.id in threads
            else self._unasked(post, is_skipped=post.id in skipped_ids)
            for post in posts
        ]
        with_threads = [facts.added_to(self._post(post)) for post, facts in zip(posts, read, strict=True)]
        return drop_doubtful_closed(with_threads, skipped_ids | failed_ids)

    def _may_skip(self, post: Message) -> bool:
        """Return whether a thread on record may be skipped: its count is unchanged, or the source shows none."""
        return post.id in self.target.skip and post.comments in {None, self.target.skip[post.id]}

    def _unasked(self, post: Message, *, is_skipped: bool) -> ThreadFacts:
        """Return what the history says of a thread that was not requested; one that is empty counts as read."""
        if post.has_no_comments:
            return ThreadFacts(post.state, count=post.comments, read_at=self._history.read_at)
        cause = None if is_skipped else Cause.TOO_LITTLE_DATA
        return ThreadFacts(post.state, cause, count=post.comments, left=is_skipped)

    # Controls --------------------------------------------------------------------------------------------------------

    def resolve_control(self, control: Control) -> Look[ResolvedControl]:  # noqa: ARG002 - it is the target
        """Return whether a control's name exists, and is a channel's."""
        card = yield from self.find_control()
        if isinstance(card, Failure):
            return ResolvedControl(cause=card.cause)
        return ResolvedControl(card.kind is not EntityKind.MISSING, has_posts=card.kind is EntityKind.CHANNEL)

    def control_posts(self) -> Request[HistoryPage]:
        """Return the request for a control's newest messages."""
        return self.history_page(None, EvidenceKind.CONTROL)

    def hides_posts(self, failure: Failure) -> bool:
        """Return whether nothing was requested."""
        return not failure.sent


def _thread_facts(
    thread: TelegramThread, comments: Sequence[Comment], administrators_cause: Cause | None
) -> ThreadFacts:
    return ThreadFacts(
        thread.state,
        thread.cause or (administrators_cause if thread.comments else None),
        tuple(sorted(comments_if_complete(comments, thread.cause), key=lambda comment: comment.id)),
        thread.read_at,
        count=thread.count,
    )
