"""One channel as the signed-in client is asked about it.

A channel is asked for by the number that this sign-in has met it under, else its name is looked up, which is rationed.
Requests: 1 for a channel's card (and 1 look-up of its name in the first run of a sign-in), 1 for each 100 messages of
its history, 1 for its opening where the account is a member. For its comments: none where no post has any; else 1 for
who administers the linked group, 1 for each 100 messages of the group since the oldest commented post; and 1 for each
100 comments of a post where the group cannot be read, or where its own talk makes that the shorter way.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from auditor.base.snapshot import Cause, CommentsState, EvidenceKind, Precision, Route, Trace, TraceKind
from auditor.probes.protocol import Call, Failure, FormT_co, Look, MinimisedResponse, Request, fetch
from auditor.probes.target import Target
from auditor.probes.telegram.channel_source import ChannelSource, ResolvedChannel, TelegramThread, is_other_channel
from auditor.probes.telegram.client import minimise_tl
from auditor.probes.telegram.client.minimise_tl import PAGE, ChannelContext, GroupMessage, GroupPage, ResolvedEntity
from auditor.probes.telegram.client.rpc_errors import NO_CHANNEL
from auditor.probes.telegram.responses import (
    EntityCard,
    EntityKind,
    HistoryPage,
    Message,
    TelegramComment,
    TelegramCommentPage,
)
from auditor.probes.telegram.telegram_anonymiser import TelegramAnonymiser

_Params = Mapping[str, str | int]
_Keep = Callable[[ChannelContext, Mapping[str, Any]], FormT_co]
_CONTROL_PAGE, _OLDEST = 20, 10
_GROUP_PAGES = 400
"""Pages of one group that are read at most."""
_SHUT = {Cause.PRIVATE, Cause.REFUSED}
"""What a group says to those who are not in it; a thread may still be read through the channel."""


class ClientSource(ChannelSource):
    """One channel, asked about for one look."""

    route = Route.TELEGRAM_CLIENT
    shows_numbers = True

    def __init__(self, target: Target) -> None:
        """Take what is on record. Whom the sign-in has met only its `way.ClientWay` knows."""
        self._target, self._name = target, target.address.name
        self._asked = ChannelContext(self._name, TelegramAnonymiser.of(target), target.id)
        self._who: ResolvedEntity | None = None
        self._first: datetime | None = None

    # Who it is --------------------------------------------------------------------------------------------------------

    def resolve_control(self) -> Look[EntityCard | Failure]:
        """Find who has a control's name."""
        found = yield from self._named(EvidenceKind.CONTROL)
        self._who = found if isinstance(found, ResolvedEntity) else None
        return found

    def resolve(self) -> Look[ResolvedChannel]:
        """Find the channel on record; of an institution's the newest page comes along."""
        found = yield from self._find()
        if isinstance(found, Failure):
            return ResolvedChannel(self._first or found.at, {"cause": found.cause})
        self._who, facts = found, _facts(found, self._target)
        reads = "cause" not in facts and "posts_cause" not in facts
        name = self._name if found.bears or found.handle is None else found.handle
        place = ResolvedChannel(self._first or found.at, facts, has_history=reads, name=name, created=found.created)
        if not reads or self._target.full:
            return place
        page = yield from fetch(self.history_page(None, EvidenceKind.POSTS))
        if isinstance(page, Failure):
            return replace(place, facts={**facts, "posts_cause": page.cause}, has_history=False)
        return replace(place, first_page=page)

    def _find(self) -> Look[ResolvedEntity | Failure]:
        """Find the confirmed channel by its number if it was ever seen under the name, else who has the name.

        A channel that has another name now is found as long as this sign-in has met it.
        """
        number, numbered = self._target.id, None
        if number is not None and self._target.id_seen:
            numbered = yield from self._about(number, EvidenceKind.PROFILE)
            if not (_has_no_access_hash(numbered) or _is_invisible(numbered)):
                return numbered
        named = yield from self._named(EvidenceKind.PROFILE)
        gone = isinstance(numbered, ResolvedEntity) and numbered.word == NO_CHANNEL
        # A hash of another sign-in is refused like a deleted channel: the name then leads to the same number.
        if isinstance(named, Failure) or (not _is_invisible(named) and not (gone and named.number != number)):
            return named
        if number is not None and numbered is None:
            numbered = yield from self._about(number, EvidenceKind.PROFILE)
        return named if numbered is None or _has_no_access_hash(numbered) else numbered

    def _named(self, kind: EvidenceKind) -> Look[ResolvedEntity | Failure]:
        """Find who has the name now: by the number behind it if that still bears it, for a name may pass on."""
        met = yield from self._about(self._name, kind)
        if isinstance(met, Failure) and met.cause is Cause.WRONG_KIND and not met.sent:
            met = yield from self._who_is("users.getUsers", {"user": self._name}, kind)
        # What cannot be told, or whom it still names.
        if not (_has_no_access_hash(met) or _is_invisible(met)) and (isinstance(met, Failure) or met.bears):
            return met
        if self._name.startswith("+"):  # behind an invite one sees nothing without joining
            return Failure(at=met.at, cause=Cause.PRIVATE, sent=False)
        named = yield from self._who_is("contacts.resolveUsername", {"username": self._name}, kind)
        channel = isinstance(named, ResolvedEntity) and named.kind is EntityKind.CHANNEL and not named.private
        if isinstance(named, Failure) or not channel or kind is EvidenceKind.CONTROL:
            return named
        return (yield from self._looked_into(named, kind))

    def _looked_into(self, named: ResolvedEntity, kind: EvidenceKind) -> Look[ResolvedEntity | Failure]:
        """Ask for the whole card of a channel that was looked up, unless it is another than the confirmed one."""
        if not self._target.full or named.number is None or is_other_channel(named.number, self._target.id):
            return named
        whole = yield from self._about(named.number, kind)
        if isinstance(whole, Failure) and (_has_no_access_hash(whole) or whole.cause is Cause.PRIVATE):
            return named.model_copy(update={"private": True})
        return Failure(at=whole.at, cause=Cause.REFUSED) if _is_invisible(whole) else whole

    def _about(self, subject: int | str, kind: EvidenceKind) -> Look[ResolvedEntity | Failure]:
        """Ask about a channel that this sign-in has met; else nothing is sent."""
        full = self._target.full and kind is EvidenceKind.PROFILE
        method = "channels.getFullChannel" if full else "channels.getChannels"
        return (yield from self._who_is(method, {"channel": subject}, kind))

    def _who_is(self, method: str, params: _Params, kind: EvidenceKind) -> Look[ResolvedEntity | Failure]:
        answer = yield from fetch(self._question(method, params, kind, ResolvedEntity, minimise_tl.minimise_entity))
        self._first = self._first or answer.at
        return answer

    def _question(
        self, method: str, params: _Params, kind: EvidenceKind, form: type[FormT_co], keep: _Keep[FormT_co]
    ) -> Request[FormT_co]:
        url = f"mtproto://{method}?{urlencode(params)}"
        return Request(Call(method, params), form, kind, recorded_url=url, minimiser=partial(keep, self._asked))

    # Its history ------------------------------------------------------------------------------------------------------

    @property
    def _subject(self) -> dict[str, str | int]:
        """The channel as it is asked about, once it was found."""
        return {"channel": self._name if self._who is None or self._who.number is None else self._who.number}

    def history_page(self, before: int | None, kind: EvidenceKind) -> Request[HistoryPage]:
        """Ask for the newest hundred messages, or for those below an id; of a control's for a few."""
        limit = _CONTROL_PAGE if kind is EvidenceKind.CONTROL else PAGE
        params = {**self._subject, "offset_id": before or 0, "limit": limit}
        return self._question("messages.getHistory", params, kind, HistoryPage, minimise_tl.minimise_history)

    def oldest_messages(self, bound: int | None) -> Look[Sequence[Message]]:  # noqa: ARG002 - the first ids are asked for
        """Find the oldest messages, where the channel's own date does not tell when it was created."""
        if self._who is None or self._who.created is not None:
            return ()
        params = {**self._subject, "offset_id": 1, "add_offset": -_OLDEST, "limit": _OLDEST}
        question = self._question(
            "messages.getHistory", params, EvidenceKind.OPENING, HistoryPage, minimise_tl.minimise_history
        )
        page = yield from fetch(question)
        return () if isinstance(page, Failure) else page.readable

    # Its comments -----------------------------------------------------------------------------------------------------

    def probe_thread(self, posts: Sequence[Message]) -> Request[TelegramCommentPage] | None:
        """Ask of a control for one comment under its newest post that has any."""
        post = next((post for post in reversed(posts) if post.comments), None)
        if post is None:
            return None
        params = {**self._subject, "msg_id": post.id, "limit": 1}
        return self._question(
            "messages.getReplies", params, EvidenceKind.CONTROL, TelegramCommentPage, minimise_tl.minimise_probe
        )

    def comment_page(self, post: int, before: int | None) -> Request[TelegramCommentPage]:
        """Ask for the newest hundred comments under a post, or for those below an id."""
        params = {**self._subject, "msg_id": post, "offset_id": before or 0, "limit": PAGE}
        return self._question(
            "messages.getReplies", params, EvidenceKind.COMMENTS, TelegramCommentPage, minimise_tl.minimise_comments
        )

    def read_threads_in_bulk(self, posts: Sequence[Message]) -> Look[tuple[Mapping[int, TelegramThread], Cause | None]]:
        """Read the linked group back to the oldest commented post, once it is known who administers it.

        Whether Telegram names them to one who has not joined is not known (telegram.md, last section).
        """
        if not posts or self._who is None:
            return {}, None
        if self._who.group is None:
            return {}, Cause.PRIVATE
        params = {"group": self._who.group}
        question = self._question(
            "channels.getParticipants",
            params,
            EvidenceKind.COMMENTS,
            MinimisedResponse,
            minimise_tl.keep_administrators,
        )
        named = yield from fetch(question)
        threads = yield from self._in_bulk(posts, self._who.group)
        return threads, named.cause if isinstance(named, Failure) else None

    def _in_bulk(self, posts: Sequence[Message], group: int) -> Look[Mapping[int, TelegramThread]]:
        """Read the group back. What is better asked for post by post is left out."""
        homes = {part: post.id for post in posts for part in post.parts or (post.id,)}
        pages, before, cause = list[GroupPage](), 0, None
        # Where a group's own talk makes it longer than asking post by post, that is done for what is left.
        for _ in range(min(sum(-(-(post.comments or 0) // PAGE) for post in posts) + 1, _GROUP_PAGES)):
            params = {"group": group, "offset_id": before, "limit": PAGE}
            question = self._question(
                "messages.getHistory", params, EvidenceKind.COMMENTS, GroupPage, minimise_tl.minimise_group
            )
            page = yield from fetch(question)
            if isinstance(page, Failure):
                cause = page.cause
                break
            if page.disordered or None in page.rows:
                return {}
            pages.append(page)
            if page.before is None or (before and page.before >= before) or _is_enough(pages, posts, homes):
                break
            before = page.before
        return _threads(pages, posts, homes, cause)


def _has_no_access_hash(found: ResolvedEntity | Failure) -> bool:
    """Tell whether nothing was asked, because this sign-in has never met whom it was to be asked about."""
    return isinstance(found, Failure) and not found.sent and found.cause is Cause.TOO_LITTLE_DATA


def _is_invisible(found: ResolvedEntity | Failure) -> bool:
    """Tell whether nobody can be seen: nobody is there, or only members see him."""
    return found.cause is Cause.PRIVATE if isinstance(found, Failure) else found.kind is EntityKind.MISSING


def _facts(who: ResolvedEntity, target: Target) -> dict[str, Any]:
    """Say in a snapshot's words who stands at an address."""
    if who.kind is EntityKind.MISSING:  # gone by Telegram's word about its number, or only not at its name
        return {"exists": False, "cause": Cause.GONE} if who.word == NO_CHANNEL else {"cause": Cause.NOT_AT_ADDRESS}
    if who.kind is not EntityKind.CHANNEL or who.header is None:
        return {"cause": Cause.WRONG_KIND, "kind": who.kind.value}
    facts = {"exists": True, "kind": "channel", "id": who.number, "verified": who.header.verified}
    if who.handle is not None and who.number == target.id and not who.bears:
        facts["renamed_to"] = f"https://t.me/{who.handle}"
    if who.private or (not who.bears and who.handle is None):
        return {**facts, "cause": Cause.PRIVATE}  # without a name only its members see it
    if is_other_channel(who.number, target.id):
        return {**facts, "posts_cause": Cause.GONE}  # another channel than the confirmed one: it is not read
    if target.full:
        facts |= {"subscribers": who.header.subscribers, "register_link": who.header.register_link}
    return {**facts, **_restricted_facts(who)} if who.restricted else facts


def _restricted_facts(who: ResolvedEntity) -> dict[str, Any]:
    """Telegram shows it to no one, whatever its history still answers; the date of its creation is still true."""
    facts: dict[str, Any] = {"posts_cause": Cause.REFUSED}
    if who.created is not None:
        traces = (Trace(kind=TraceKind.CHANNEL_DATE, at=who.created),)
        facts |= {"opened_at": who.created, "opened_precision": Precision.EXACT, "traces": traces}
    return facts


# The group, sorted into threads --------------------------------------------------------------------------------------


def _rows(pages: Sequence[GroupPage]) -> list[GroupMessage]:
    """Return the group's messages in the order of their ids."""
    rows = {row.id: row for page in pages for row in page.rows if row is not None}
    return [rows[number] for number in sorted(rows)]


def _is_enough(pages: Sequence[GroupPage], posts: Sequence[Message], homes: Mapping[int, int]) -> bool:
    """Tell whether the copy of every post was read, nothing older can be one, or all of the group was read."""
    rooted = {homes.get(row.copy_of or 0) for row in _rows(pages)} - {None}
    last, oldest = pages[-1], min(post.at for post in posts)
    all_of_it = last.raw < PAGE and sum(page.raw for page in pages) >= last.count
    return all_of_it or len(rooted) == len(posts) or (last.oldest is not None and last.oldest < oldest)


def _threads(
    pages: Sequence[GroupPage], posts: Sequence[Message], homes: Mapping[int, int], cause: Cause | None
) -> dict[int, TelegramThread]:
    """Return the threads that were read back to their root, with as many comments as the post counts."""
    roots, remarks = _sorted(_rows(pages), homes)
    read_at = min((page.at for page in pages), default=None)
    threads = {}
    for post in posts:
        own = remarks.get(post.id, [])
        if post.id in roots and post.comments is not None and len(own) >= post.comments:
            threads[post.id] = TelegramThread(CommentsState.OPEN, post.comments, None, tuple(own), read_at)
        elif cause is not None and cause not in _SHUT:
            threads[post.id] = TelegramThread(CommentsState.OPEN, post.comments, cause)
    return threads


def _sorted(
    rows: Sequence[GroupMessage], homes: Mapping[int, int]
) -> tuple[dict[int, set[int]], dict[int, list[TelegramComment]]]:
    """Return by post the ids of its copies in the group, and its comments.

    A copy of a post is the root of its thread and no comment; who forwards the post again later comments. What belongs
    to no thread is the group's own talk and is left out.
    """
    roots, remarks = dict[int, set[int]](), dict[int, list[TelegramComment]]()
    place, copied = dict[int, int](), set[int]()
    for row in rows:
        home = None if row.copy_of in copied else homes.get(row.copy_of or 0)
        if home is not None and row.copy_of is not None:
            copied.add(row.copy_of)
            roots.setdefault(home, set()).add(row.id)
            place[row.id] = home
            continue
        under = None if row.remark is None else place.get(row.top or row.remark.comment.reply_to or 0)
        if under is not None and row.remark is not None:
            place[row.id] = under
            remarks.setdefault(under, []).append(_with_thread_root(row.remark, roots[under]))
    return roots, remarks


def _with_thread_root(remark: TelegramComment, roots: set[int]) -> TelegramComment:
    """Return a comment; one that answers a root of its thread answers the post, and no comment."""
    if remark.comment.reply_to not in roots:
        return remark
    return remark.model_copy(update={"comment": remark.comment.model_copy(update={"reply_to": None})})
