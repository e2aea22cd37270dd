"""One channel as the signed-in client is asked about it.

A channel is asked for by the number that this sign-in has met it under, else its name is looked up, which is rationed.
Requests: 1 for a channel's card (and 1 look-up of its name in the first run of a sign-in), 1 for each 100 messages of
its history, 1 for its opening where the account is a member. For its comments: none where no post has any; else 1 for
who administers the linked group, 1 for each 100 messages of the group since the oldest commented post; and 1 for each
100 comments of a post where the group cannot be read, or where its own talk makes that the shorter way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from auditor.base.snapshot import Cause, CommentsState, EvidenceKind, Precision, Route, Trace, TraceKind
from auditor.probes.base import Target
from auditor.probes.looks import Ask, Call, Failure, FormT_co, Look, ask
from auditor.probes.telegram.client.forms import (
    PAGE,
    Administrators,
    Asked,
    ClientGlimpse,
    ClientHistory,
    ClientTalk,
    GroupPage,
    Row,
    Who,
)
from auditor.probes.telegram.client.words import NO_CHANNEL
from auditor.probes.telegram.forms import Glimpse, History, Identity, Kind, Message, Remark, Talk
from auditor.probes.telegram.source import Place, Thread
from auditor.probes.telegram.speakers import Door

_CONTROL_PAGE, _OLDEST = 20, 10
_GROUP_PAGES = 400
"""Pages of one group that are read at most."""
_SHUT = {Cause.PRIVATE, Cause.REFUSED}
"""What a group says to those who are not in it; a thread may still be read through the channel."""


class Client:
    """One channel, asked about for one look."""

    route = Route.TELEGRAM_CLIENT
    shows_numbers = True

    def __init__(self, target: Target) -> None:
        """Take what is on record. Whom the sign-in has met only its `way.ClientWay` knows."""
        self._target = target
        self._asked = Asked(target.address.name, Door.of(target), target.id)
        self._who: Who | None = None
        self._first: datetime | None = None

    # Who it is --------------------------------------------------------------------------------------------------------

    def stands(self) -> Look[tuple[bool | None, Cause | None, bool]]:
        """Tell of a control whether its name is taken, or why that cannot be told; and whether by a channel."""
        found = yield from self._named(EvidenceKind.CONTROL)
        if isinstance(found, Failure):
            return None, found.cause, False
        self._settle(found)
        return found.kind is not Kind.MISSING, None, found.kind is Kind.CHANNEL

    def place(self) -> Look[Place]:
        """Find the channel on record; of an institution's the newest page comes along."""
        found = yield from self._find()
        place = Place(self._first or found.at, {"cause": found.cause} if isinstance(found, Failure) else {})
        if isinstance(found, Failure):
            return place
        self._settle(found)
        facts = _facts(found, self._target)
        reads = "cause" not in facts and "posts_cause" not in facts
        name = self._asked.name if found.bears or found.handle is None else found.handle
        place = replace(place, facts=facts, reads=reads, name=name, created=found.created)
        if not reads or self._target.full:
            return place
        page = yield from ask(self.history(None, EvidenceKind.POSTS))
        if isinstance(page, Failure):
            return replace(place, facts={**facts, "posts_cause": page.cause}, reads=False)
        return replace(place, first=page)

    def _settle(self, who: Who) -> None:
        """Note whom all that follows is asked about."""
        self._who = who
        self._asked.number, self._asked.group = who.number, who.group

    def _find(self) -> Look[Who | Failure]:
        """Find the confirmed channel by its number if it was ever seen under the name, else who has the name.

        A channel that has another name now is found as long as this sign-in has met it.
        """
        number, numbered = self._target.id, None
        if number is not None and self._target.id_seen:
            numbered = yield from self._about(number, EvidenceKind.PROFILE)
            if not (_is_unmet(numbered) or _is_nobody(numbered)):
                return numbered
        named = yield from self._named(EvidenceKind.PROFILE)
        gone = isinstance(numbered, Who) and numbered.word == NO_CHANNEL
        # A hash of another sign-in is refused like a deleted channel: the name then leads to the same number.
        if isinstance(named, Failure) or (not _is_nobody(named) and not (gone and named.number != number)):
            return named
        if number is not None and numbered is None:
            numbered = yield from self._about(number, EvidenceKind.PROFILE)
        return named if numbered is None or _is_unmet(numbered) else numbered

    def _named(self, kind: EvidenceKind) -> Look[Who | Failure]:
        """Find who has the name now: by the number behind it if that still bears it, for a name may pass on."""
        met = yield from self._about(self._asked.name, kind)
        if isinstance(met, Failure) and met.cause is Cause.WRONG_KIND and not met.sent:
            met = yield from self._ask("users.getUsers", {"user": self._asked.name}, Who, kind)
        if isinstance(met, Who) and met.bears and not _is_nobody(met):
            return met
        if isinstance(met, Failure) and not (_is_unmet(met) or _is_nobody(met)):
            return met
        if self._asked.name.startswith("+"):  # behind an invite one sees nothing without joining
            return Failure(at=met.at, cause=Cause.PRIVATE, sent=False)
        named = yield from self._ask("contacts.resolveUsername", {"username": self._asked.name}, Who, kind)
        if (
            isinstance(named, Failure)
            or named.kind is not Kind.CHANNEL
            or named.private
            or kind is EvidenceKind.CONTROL
        ):
            return named
        return (yield from self._looked_into(named, kind))

    def _looked_into(self, named: Who, kind: EvidenceKind) -> Look[Who | Failure]:
        """Ask for the whole card of a channel that was looked up, unless it is another than the confirmed one."""
        if not self._target.full or self._target.id not in {None, named.number} or named.number is None:
            return named
        whole = yield from self._about(named.number, kind)
        if isinstance(whole, Failure) and (_is_unmet(whole) or whole.cause is Cause.PRIVATE):
            return named.model_copy(update={"private": True})
        return Failure(at=whole.at, cause=Cause.REFUSED) if _is_nobody(whole) else whole

    def _about(self, subject: int | str, kind: EvidenceKind) -> Look[Who | Failure]:
        """Ask about a channel that this sign-in has met; else nothing is sent."""
        full = self._target.full and kind is EvidenceKind.PROFILE
        method = "channels.getFullChannel" if full else "channels.getChannels"
        return (yield from self._ask(method, {"channel": subject}, Who, kind))

    def _ask(
        self, method: str, params: Mapping[str, str | int], form: type[FormT_co], kind: EvidenceKind
    ) -> Look[FormT_co | Failure]:
        answer = yield from ask(self._question(method, params, form, kind))
        self._first = self._first or answer.at
        return answer

    def _question(
        self, method: str, params: Mapping[str, str | int], form: type[FormT_co], kind: EvidenceKind
    ) -> Ask[FormT_co]:
        call = Call(method, params)
        return Ask(call, form, kind, self._asked, on_record=f"mtproto://{method}?{urlencode(params)}")

    # Its history ------------------------------------------------------------------------------------------------------

    @property
    def _number(self) -> int | str:
        """The channel as it is asked about, once it was found."""
        return self._asked.name if self._who is None or self._who.number is None else self._who.number

    def history(self, before: int | None, kind: EvidenceKind) -> Ask[History]:
        """Ask for the newest hundred messages, or for those below an id; of a control for some."""
        params: dict[str, str | int] = {"channel": self._number, "offset_id": before or 0}
        limit = _CONTROL_PAGE if kind is EvidenceKind.CONTROL else PAGE
        return self._question("messages.getHistory", {**params, "limit": limit}, ClientHistory, kind)

    def oldest(self, bound: int | None) -> Look[Sequence[Message]]:  # noqa: ARG002 - the first ids are asked for
        """Find the oldest messages, where the channel's own date does not tell when it was created."""
        if self._who is None or self._who.created is not None:
            return ()
        params = {"channel": self._number, "offset_id": 1, "add_offset": -_OLDEST, "limit": _OLDEST}
        page = yield from ask(self._question("messages.getHistory", params, ClientHistory, EvidenceKind.OPENING))
        return () if isinstance(page, Failure) else [m for m in page.messages if isinstance(m, Message)]

    # Its comments -----------------------------------------------------------------------------------------------------

    def glimpse(self, posts: Sequence[Message]) -> Ask[Glimpse] | None:
        """Ask of a control for one comment under its newest post that has any."""
        post = next((p for p in reversed(posts) if p.comments), None)
        if post is None:
            return None
        params = {"channel": self._number, "msg_id": post.id, "limit": 1}
        return self._question("messages.getReplies", params, ClientGlimpse, EvidenceKind.CONTROL)

    def talk(self, post: int, before: int | None) -> Ask[Talk]:
        """Ask for the newest hundred comments under a post, or for those below an id."""
        params = {"channel": self._number, "msg_id": post, "offset_id": before or 0, "limit": PAGE}
        return self._question("messages.getReplies", params, ClientTalk, EvidenceKind.COMMENTS)

    def identity(self, author: int) -> Ask[Identity] | None:  # noqa: ARG002 - none is asked for
        """Return None: what somebody is comes along with what he writes."""
        return None

    def together(self, posts: Sequence[Message]) -> Look[tuple[Mapping[int, Thread], Cause | None]]:
        """Read the linked group back to the oldest commented post, once it is known who administers it.

        Whether Telegram names them to one who has not joined is not known (telegram.md, last section).
        """
        if not posts or self._who is None:
            return {}, None
        if self._who.group is None or not self._who.group_readable:
            return {}, Cause.PRIVATE
        question = self._question(
            "channels.getParticipants", {"group": self._who.group}, Administrators, EvidenceKind.COMMENTS
        )
        named = yield from ask(question)
        threads = yield from self._in_bulk(posts, self._who.group)
        return threads, named.cause if isinstance(named, Failure) else None

    def _in_bulk(self, posts: Sequence[Message], group: int) -> Look[Mapping[int, Thread]]:
        """Read the group back. What is better asked for post by post is left out."""
        homes = {part: post.id for post in posts for part in post.parts or (post.id,)}
        pages, before, cause = list[GroupPage](), 0, None
        # Where a group's own talk makes it longer than asking post by post, that is done for what is left.
        for _ in range(min(sum(-(-(post.comments or 0) // PAGE) for post in posts) + 1, _GROUP_PAGES)):
            params = {"group": group, "offset_id": before, "limit": PAGE}
            question = self._question("messages.getHistory", params, GroupPage, EvidenceKind.COMMENTS)
            page = yield from ask(question)
            if isinstance(page, Failure):
                cause = page.cause
                break
            if page.disordered or not all(isinstance(row, Row) for row in page.rows):
                return {}
            pages.append(page)
            if page.before is None or (before and page.before >= before) or _is_enough(pages, posts, homes):
                break
            before = page.before
        return _settled(pages, posts, homes, cause)


def _is_unmet(found: Who | Failure) -> bool:
    """Tell whether nothing was asked, because this sign-in has never met whom it was to be asked about."""
    return isinstance(found, Failure) and not found.sent and found.cause is Cause.TOO_LITTLE_DATA


def _is_nobody(found: Who | Failure) -> bool:
    """Tell whether nobody can be seen: nobody is there, or only members see him."""
    return found.cause is Cause.PRIVATE if isinstance(found, Failure) else found.kind is Kind.MISSING


def _facts(who: Who, target: Target) -> dict[str, Any]:
    """Say in a snapshot's words who stands at an address."""
    if who.kind is Kind.MISSING:  # gone by Telegram's word about its number, or only not at its name
        return {"exists": False, "cause": Cause.GONE} if who.word == NO_CHANNEL else {"cause": Cause.NOT_AT_ADDRESS}
    if who.kind is not Kind.CHANNEL or who.header is None:
        return {"cause": Cause.WRONG_KIND, "kind": who.kind.value}
    facts = {"exists": True, "kind": "channel", "id": who.number, "verified": who.header.verified}
    if who.handle is not None and who.number == target.id and not who.bears:
        facts["renamed_to"] = f"https://t.me/{who.handle}"
    if who.private or (not who.bears and who.handle is None):
        return {**facts, "cause": Cause.PRIVATE}  # without a name only its members see it
    if target.id not in {None, who.number}:
        return {**facts, "posts_cause": Cause.GONE}  # another channel than the confirmed one: it is not read
    if target.full:
        facts |= {"subscribers": who.header.subscribers, "register_link": who.header.register_link}
    return {**facts, **_of_restricted(who)} if who.restricted else facts


def _of_restricted(who: Who) -> dict[str, Any]:
    """Telegram shows it to no one, whatever its history still answers; the date of its creation is still true."""
    facts: dict[str, Any] = {"posts_cause": Cause.REFUSED}
    if who.created is not None:
        traces = (Trace(kind=TraceKind.CHANNEL_DATE, at=who.created),)
        facts |= {"opened_at": who.created, "opened_precision": Precision.EXACT, "traces": traces}
    return facts


# The group, sorted into threads --------------------------------------------------------------------------------------


def _rows(pages: Sequence[GroupPage]) -> list[Row]:
    """Return the group's messages in the order of their ids."""
    rows = {row.id: row for page in pages for row in page.rows if isinstance(row, Row)}
    return [rows[number] for number in sorted(rows)]


def _is_enough(pages: Sequence[GroupPage], posts: Sequence[Message], homes: Mapping[int, int]) -> bool:
    """Tell whether the copy of every post was read, nothing older can be one, or all of the group was read."""
    rooted = {homes.get(row.copy_of or 0) for row in _rows(pages)} - {None}
    last, oldest = pages[-1], min(post.at for post in posts)
    all_of_it = last.raw < PAGE and sum(page.raw for page in pages) >= last.count
    return all_of_it or len(rooted) == len(posts) or (last.oldest is not None and last.oldest < oldest)


def _settled(
    pages: Sequence[GroupPage], posts: Sequence[Message], homes: Mapping[int, int], cause: Cause | None
) -> dict[int, Thread]:
    """Return the threads that were read back to their root, with as many comments as the post counts."""
    roots, remarks = _sorted(_rows(pages), homes)
    read_at = min((page.at for page in pages), default=None)
    threads = {}
    for post in posts:
        own = remarks.get(post.id, [])
        if post.id in roots and len(own) >= (post.comments or 0):
            threads[post.id] = Thread(CommentsState.OPEN, post.comments, None, tuple(own), read_at)
        elif cause is not None and cause not in _SHUT:
            threads[post.id] = Thread(CommentsState.OPEN, post.comments, cause)
    return threads


def _sorted(rows: Sequence[Row], homes: Mapping[int, int]) -> tuple[dict[int, set[int]], dict[int, list[Remark]]]:
    """Return by post the ids of its copies in the group, and its comments.

    A copy of a post is the root of its thread and no comment; who forwards the post again later comments. What belongs
    to no thread is the group's own talk and is left out.
    """
    roots, remarks = dict[int, set[int]](), dict[int, list[Remark]]()
    place, copied = dict[int, int](), set[int]()
    for row in rows:
        home = None if row.copy_of in copied else homes.get(row.copy_of or 0)
        if home is not None and row.copy_of is not None:
            copied.add(row.copy_of)
            roots.setdefault(home, set()).add(row.id)
            place[row.id] = home
            continue
        under = place.get(row.top or row.reply_to or 0)
        if under is not None and row.remark is not None:
            place[row.id] = under
            remarks.setdefault(under, []).append(_placed(row.remark, roots[under]))
    return roots, remarks


def _placed(remark: Remark, roots: set[int]) -> Remark:
    """Return a comment; one that answers a root of its thread answers the post, and no comment."""
    if remark.comment.reply_to not in roots:
        return remark
    return remark.model_copy(update={"comment": remark.comment.model_copy(update={"reply_to": None})})
