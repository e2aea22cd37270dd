"""The signed-in client as a channel source.

A channel is requested by the id under which this sign-in has met it; else its name is looked up, which is rationed.
Requests: 1 for a channel's card (and 1 lookup of its name in the first run of a sign-in), 1 for each 100 messages of
its history, 1 for its opening if the account is a member. For its comments: none if no post has any; else 1 for the
administrators of the discussion group, 1 for each 100 messages of the group since the oldest commented post; and 1 for
each 100 comments of a post if the group cannot be read, or if its other messages make that the shorter way.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from auditor.base.snapshot import Cause, CommentsState, EvidenceKind, Route, Trace, TraceKind
from auditor.probes.page_facts import Identity, Opening, PageFacts, PageHistory
from auditor.probes.paged_list import CursorList, read_list
from auditor.probes.protocol import Call, Failure, Look, MinimisedResponse, ModelT_co, Request, fetch
from auditor.probes.target import Target
from auditor.probes.telegram.channel_source import BulkThreads, OldestMessages, ResolvedChannel, TelegramThread
from auditor.probes.telegram.client import minimise_tl
from auditor.probes.telegram.client.minimise_tl import (
    PAGE_SIZE,
    ChannelContext,
    GroupMessage,
    GroupPage,
    ResolvedEntity,
)
from auditor.probes.telegram.client.rpc_errors import CHANNEL_INVALID
from auditor.probes.telegram.responses import (
    EntityCard,
    EntityKind,
    HistoryPage,
    Message,
    TelegramComment,
    TelegramCommentPage,
    is_other_channel,
)
from auditor.probes.telegram.telegram_authors import TelegramAuthors
from auditor.probes.telegram.telegram_source import TelegramSource

_Params = Mapping[str, str | int]
_Minimiser = Callable[[ChannelContext, Mapping[str, Any]], ModelT_co]
_CONTROL_PAGE, _OLDEST_MESSAGES = 20, 10
_MAX_GROUP_PAGES = 400
"""The most pages that are read of one group."""
_MEMBERS_ONLY = {Cause.PRIVATE, Cause.REFUSED}
"""Causes with which a group turns away non-members; its threads may still be read through the channel."""


class ClientSource(TelegramSource):
    """One channel over the signed-in client, for one look."""

    route = Route.TELEGRAM_CLIENT
    shows_author_ids = True

    def __init__(self, target: Target) -> None:
        """Take the target; which entities the sign-in has met only `ClientTransport` knows."""
        super().__init__(target)
        self._name = target.address.name
        self._context = ChannelContext(self._name, TelegramAuthors.of(target), target.id, website=target.website)
        self._entity: ResolvedEntity | None = None
        self._first_response_at: datetime | None = None

    # Resolving the address --------------------------------------------------------------------------------------------

    def find_control(self) -> Look[EntityCard | Failure]:
        """Return what a control's name leads to."""
        entity = yield from self._find_by_name(EvidenceKind.CONTROL)
        self._entity = entity if isinstance(entity, ResolvedEntity) else None
        return entity

    def find_channel(self) -> Look[ResolvedChannel]:
        """Find the channel on record; for an institution's channel also read its newest page."""
        entity = yield from self._find()
        if isinstance(entity, Failure):
            return ResolvedChannel(PageFacts(self._first_response_at or entity.at, Identity(cause=entity.cause)))
        self._entity, identity = entity, _identity(entity, self.target)
        facts = PageFacts(self._first_response_at or entity.at, identity)
        if identity.cause is None:
            facts = _limited(facts, entity, self.target)
        is_readable = identity.cause is None and facts.history.cause is None
        name = self._name if entity.bears or entity.handle is None else entity.handle
        channel = ResolvedChannel(facts, is_readable=is_readable, name=name, created=entity.created)
        if not is_readable or self.target.full:
            return channel
        page = yield from fetch(self.history_page(None, EvidenceKind.POSTS))
        if isinstance(page, Failure):
            unread = replace(facts, history=PageHistory(cause=page.cause))
            return replace(channel, facts=unread, is_readable=False)
        return replace(channel, first_page=page)

    def _find(self) -> Look[ResolvedEntity | Failure]:
        """Find the confirmed channel by its id if it was ever seen under the name, else what the name leads to.

        A channel that has another name now is found as long as this sign-in has met it.
        """
        confirmed_id, by_id = self.target.id, None
        if confirmed_id is not None and self.target.id_seen:
            by_id = yield from self._fetch_known(confirmed_id, EvidenceKind.PROFILE)
            if not (_has_no_access_hash(by_id) or _is_invisible(by_id)):
                return by_id
        by_name = yield from self._find_by_name(EvidenceKind.PROFILE)
        id_is_invalid = isinstance(by_id, ResolvedEntity) and by_id.word == CHANNEL_INVALID
        # A hash of another sign-in is refused like a deleted channel, but then the name leads to the same id.
        if isinstance(by_name, Failure) or (
            not _is_invisible(by_name) and not (id_is_invalid and by_name.number != confirmed_id)
        ):
            return by_name
        if confirmed_id is not None and by_id is None:
            by_id = yield from self._fetch_known(confirmed_id, EvidenceKind.PROFILE)
        return by_name if by_id is None or _has_no_access_hash(by_id) else by_id

    def _find_by_name(self, kind: EvidenceKind) -> Look[ResolvedEntity | Failure]:
        """Find what the name leads to now: the entity known by it if that still has the name, else look it up."""
        by_id = yield from self._fetch_known(self._name, kind)
        # The name is that of a person this sign-in has met: `ClientTransport` sends no request for a channel then.
        if isinstance(by_id, Failure) and by_id.cause is Cause.WRONG_KIND and not by_id.sent:
            by_id = yield from self._fetch_entity("users.getUsers", {"user": self._name}, kind)
        # A failure, or an entity that still has the name.
        if not (_has_no_access_hash(by_id) or _is_invisible(by_id)) and (isinstance(by_id, Failure) or by_id.bears):
            return by_id
        if self._name.startswith("+"):  # behind an invite one sees nothing without joining
            return Failure(at=by_id.at, cause=Cause.PRIVATE, sent=False)
        by_name = yield from self._fetch_entity("contacts.resolveUsername", {"username": self._name}, kind)
        is_open_channel = (
            isinstance(by_name, ResolvedEntity) and by_name.kind is EntityKind.CHANNEL and not by_name.private
        )
        if isinstance(by_name, Failure) or not is_open_channel or kind is EvidenceKind.CONTROL:
            return by_name
        return (yield from self._complete_entity(by_name, kind))

    def _complete_entity(self, entity: ResolvedEntity, kind: EvidenceKind) -> Look[ResolvedEntity | Failure]:
        """Request the full card of a channel that was looked up.

        Nothing is requested for an institution's channel (`Target.full`), nor for another channel than the confirmed.
        """
        if not self.target.full or entity.number is None or is_other_channel(entity.number, self.target.id):
            return entity
        full_entity = yield from self._fetch_known(entity.number, kind)
        if isinstance(full_entity, Failure) and (
            _has_no_access_hash(full_entity) or full_entity.cause is Cause.PRIVATE
        ):
            return entity.model_copy(update={"private": True})
        return Failure(at=full_entity.at, cause=Cause.REFUSED) if _is_invisible(full_entity) else full_entity

    def _fetch_known(self, subject: int | str, kind: EvidenceKind) -> Look[ResolvedEntity | Failure]:
        """Request a channel by its name or id; nothing is sent if this sign-in has not met it."""
        full = self.target.full and kind is EvidenceKind.PROFILE
        method = "channels.getFullChannel" if full else "channels.getChannels"
        return (yield from self._fetch_entity(method, {"channel": subject}, kind))

    def _fetch_entity(self, method: str, params: _Params, kind: EvidenceKind) -> Look[ResolvedEntity | Failure]:
        response = yield from fetch(self._request(method, params, kind, ResolvedEntity, minimise_tl.minimise_entity))
        self._first_response_at = self._first_response_at or response.at
        return response

    def _request(
        self, method: str, params: _Params, kind: EvidenceKind, model: type[ModelT_co], minimiser: _Minimiser[ModelT_co]
    ) -> Request[ModelT_co]:
        url = f"mtproto://{method}?{urlencode(params)}"
        return Request(Call(method, params), model, kind, recorded_url=url, minimiser=partial(minimiser, self._context))

    # The history ------------------------------------------------------------------------------------------------------

    @property
    def _subject(self) -> dict[str, str | int]:
        """The parameter that names the channel: its id once it was found, else its name."""
        return {"channel": self._name if self._entity is None or self._entity.number is None else self._entity.number}

    def history_page(self, before_id: int | None, kind: EvidenceKind) -> Request[HistoryPage]:
        """Return the request for the newest hundred messages, or for those below an id; for a control for twenty."""
        limit = _CONTROL_PAGE if kind is EvidenceKind.CONTROL else PAGE_SIZE
        params = {**self._subject, "offset_id": before_id or 0, "limit": limit}
        return self._request("messages.getHistory", params, kind, HistoryPage, minimise_tl.minimise_history)

    def oldest_messages(self, bound: int | None) -> Look[OldestMessages]:  # noqa: ARG002 - the first ids are asked for
        """Return the oldest messages if the channel's creation date is unknown, else nothing."""
        if self._entity is None or self._entity.created is not None:
            return OldestMessages()
        params = {**self._subject, "offset_id": 1, "add_offset": -_OLDEST_MESSAGES, "limit": _OLDEST_MESSAGES}
        request = self._request(
            "messages.getHistory", params, EvidenceKind.OPENING, HistoryPage, minimise_tl.minimise_history
        )
        page = yield from fetch(request)
        return OldestMessages(() if isinstance(page, Failure) else page.readable, page.cause)

    # The comments -----------------------------------------------------------------------------------------------------

    def control_thread(self, page: HistoryPage) -> Request[TelegramCommentPage] | None:
        """Return the request for one comment under a control's newest post that has any; None if none has."""
        post = next((post for post in reversed(page.posts) if post.comments), None)
        if post is None:
            return None
        params = {**self._subject, "msg_id": post.id, "limit": 1}
        return self._request(
            "messages.getReplies",
            params,
            EvidenceKind.CONTROL,
            TelegramCommentPage,
            minimise_tl.minimise_control_thread,
        )

    def comment_page(self, post_id: int, before_id: int | None) -> Request[TelegramCommentPage]:
        """Return the request for the newest hundred comments under a post, or for those below an id."""
        params = {**self._subject, "msg_id": post_id, "offset_id": before_id or 0, "limit": PAGE_SIZE}
        return self._request(
            "messages.getReplies", params, EvidenceKind.COMMENTS, TelegramCommentPage, minimise_tl.minimise_comments
        )

    def read_threads_in_bulk(self, posts: Sequence[Message]) -> Look[BulkThreads]:
        """Request the discussion group's administrators, then read the group back to the oldest commented post.

        Whether Telegram names them to accounts that are not members is unknown (docs/dev/sources.md, Telegram).
        """
        if not posts or self._entity is None:
            return BulkThreads()
        if self._entity.group is None:
            return BulkThreads(administrators_cause=Cause.PRIVATE)
        params = {"group": self._entity.group}
        request = self._request(
            "channels.getParticipants",
            params,
            EvidenceKind.COMMENTS,
            MinimisedResponse,
            minimise_tl.minimise_administrators,
        )
        administrators = yield from fetch(request)
        threads = yield from self._read_group(posts)
        return BulkThreads(threads, administrators.cause if isinstance(administrators, Failure) else None)

    def _read_group(self, posts: Sequence[Message]) -> Look[Mapping[int, TelegramThread]]:
        """Read the group back; return the threads that were read, without those better read post by post."""
        post_by_part = {part_id: post.id for post in posts for part_id in post.parts or (post.id,)}
        group = CursorList[GroupMessage, GroupPage]()
        # If a group has so many other messages that reading post by post is shorter, that is done for the rest.
        max_pages = min(sum(-(-(post.comments or 0) // PAGE_SIZE) for post in posts) + 1, _MAX_GROUP_PAGES)
        yield from read_list(group, self._group_page, max_pages, partial(_is_enough, group, posts, post_by_part))
        if group.cause in {Cause.UNRECOGNISED_PAGE, Cause.CONTRADICTION} and group.failure is None:
            return {}
        return _complete_threads(group, posts, post_by_part)

    def _group_page(self, before_id: int | None) -> Request[GroupPage]:
        group_id = 0 if self._entity is None else self._entity.group or 0
        params = {"group": group_id, "offset_id": before_id or 0, "limit": PAGE_SIZE}
        return self._request(
            "messages.getHistory", params, EvidenceKind.COMMENTS, GroupPage, minimise_tl.minimise_group
        )


def _has_no_access_hash(entity: ResolvedEntity | Failure) -> bool:
    """Return whether no request was sent because this sign-in has never met the entity."""
    return isinstance(entity, Failure) and not entity.sent and entity.cause is Cause.TOO_LITTLE_DATA


def _is_invisible(entity: ResolvedEntity | Failure) -> bool:
    """Return whether the entity is missing or visible to members only."""
    return entity.cause is Cause.PRIVATE if isinstance(entity, Failure) else entity.kind is EntityKind.MISSING


def _identity(entity: ResolvedEntity, target: Target) -> Identity:
    """Return who the entity at an address is."""
    if entity.kind is EntityKind.MISSING:  # gone by Telegram's word about its number, or only not at its name
        is_gone = entity.word == CHANNEL_INVALID
        return Identity(False, Cause.GONE) if is_gone else Identity(cause=Cause.NOT_AT_ADDRESS)
    if entity.kind is not EntityKind.CHANNEL or entity.header is None:
        return Identity(cause=Cause.WRONG_KIND, kind=entity.kind.value)
    is_renamed = entity.handle is not None and entity.number == target.id and not entity.bears
    # Without a name only its members see it.
    is_private = entity.private or (not entity.bears and entity.handle is None)
    is_read = target.full and not is_private and not is_other_channel(entity.number, target.id)
    return Identity(
        exists=True,
        cause=Cause.PRIVATE if is_private else None,
        kind="channel",
        id=entity.number,
        renamed_to=f"https://t.me/{entity.handle}" if is_renamed else None,
        verified=entity.header.verified,
        subscribers=entity.header.subscribers if is_read else None,
        register_link=entity.header.register_link if is_read else None,
        page_comments=_PAGE_COMMENTS.get(entity.has_group) if is_read else None,
    )


_PAGE_COMMENTS: Mapping[bool | None, CommentsState] = {True: CommentsState.OPEN, False: CommentsState.CLOSED}


def _limited(facts: PageFacts, entity: ResolvedEntity, target: Target) -> PageFacts:
    """Return the facts of a channel with the cause why its posts are not read, if there is one.

    Of a channel that Telegram hides from everyone only its creation date counts.
    """
    if is_other_channel(entity.number, target.id):
        return replace(facts, history=PageHistory(cause=Cause.GONE))
    if not entity.restricted:
        return facts
    traces = (Trace(kind=TraceKind.CHANNEL_DATE, at=entity.created),) if entity.created is not None else ()
    return replace(facts, opening=Opening(traces), history=PageHistory(cause=Cause.REFUSED))


# The group's messages by thread --------------------------------------------------------------------------------------


def _group_messages(group: CursorList[GroupMessage, GroupPage]) -> list[GroupMessage]:
    """Return the group's messages in the order of their ids."""
    return [group.items[message_id] for message_id in sorted(group.items)]


def _is_enough(
    group: CursorList[GroupMessage, GroupPage], posts: Sequence[Message], post_by_part: Mapping[int, int]
) -> bool:
    """Return whether the copies of all posts were read, nothing older can be a copy, or the whole group was read."""
    posts_with_root = {post_by_part.get(message.copy_of or 0) for message in group.items.values()} - {None}
    last_page, oldest_post_at = group.last_page, min(post.at for post in posts)
    read_all = last_page.raw < PAGE_SIZE and group.places_read >= last_page.count
    return (
        read_all
        or len(posts_with_root) == len(posts)
        or (last_page.oldest is not None and last_page.oldest < oldest_post_at)
    )


def _complete_threads(
    group: CursorList[GroupMessage, GroupPage], posts: Sequence[Message], post_by_part: Mapping[int, int]
) -> dict[int, TelegramThread]:
    """Return, by post id, the threads read back to their root with as many comments as the post counts.

    If reading ended with a failure that may pass, the others are returned with its cause.
    """
    roots, comments = _sort_into_threads(_group_messages(group), post_by_part)
    cause, threads = group.failure.cause if group.failure is not None else None, {}
    for post in posts:
        post_comments = comments.get(post.id, [])
        if post.id in roots and post.comments is not None and len(post_comments) >= post.comments:
            read = tuple(post_comments)
            threads[post.id] = TelegramThread(CommentsState.OPEN, post.comments, None, read, group.read_at)
        elif cause is not None and cause not in _MEMBERS_ONLY:
            threads[post.id] = TelegramThread(CommentsState.OPEN, post.comments, cause)
    return threads


def _sort_into_threads(
    messages: Sequence[GroupMessage], post_by_part: Mapping[int, int]
) -> tuple[dict[int, set[int]], dict[int, list[TelegramComment]]]:
    """Return two mappings by post id: the ids of the post's copies in the group, and its comments.

    The first copy of a post is the root of its thread, not a comment; a later forward of it is a comment. Messages that
    belong to no thread are left out.
    """
    roots, comments = dict[int, set[int]](), dict[int, list[TelegramComment]]()
    post_of, copied_ids = dict[int, int](), set[int]()
    for message in messages:
        copied_post = None if message.copy_of in copied_ids else post_by_part.get(message.copy_of or 0)
        if copied_post is not None and message.copy_of is not None:
            copied_ids.add(message.copy_of)
            roots.setdefault(copied_post, set()).add(message.id)
            post_of[message.id] = copied_post
            continue
        parent_post = (
            None if message.remark is None else post_of.get(message.top or message.remark.comment.reply_to or 0)
        )
        if parent_post is not None and message.remark is not None:
            post_of[message.id] = parent_post
            comments.setdefault(parent_post, []).append(_with_thread_root(message.remark, roots[parent_post]))
    return roots, comments


def _with_thread_root(comment: TelegramComment, roots: set[int]) -> TelegramComment:
    """Return a comment; a reply to a root of its thread is a reply to the post, so its `reply_to` is None."""
    if comment.comment.reply_to not in roots:
        return comment
    return comment.model_copy(update={"comment": comment.comment.model_copy(update={"reply_to": None})})
