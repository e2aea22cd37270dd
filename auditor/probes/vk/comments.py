"""Comments under a post: two levels, read whole and reduced at once to what may be kept.

VK's `count` holds answers too; pages go by `current_level_count`. Answers beyond the first ten of a thread are asked
for by the top comment's id. A comment that was deleted stays where it has answers, without author and words; without
any it vanishes, and what follows moves up. So each page begins with the last comment of the one before: where that is
not there the list has moved while it was read, and is asked for once more.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

from auditor.base.answers import Answer, rewritten
from auditor.base.snapshot import Cause, Comment, CommentsState, Evidence, EvidenceKind, Side
from auditor.base.threads import addressed, resolved
from auditor.language.reading import read_comment
from auditor.probes.base import Authors, Target, Window
from auditor.probes.known import Known, KnownPost
from auditor.probes.rows import Row
from auditor.probes.vk import minimise
from auditor.probes.vk.answers import CommentPage, Owner, PlacedComment, WallPost, flag, moment, read_comments, whole
from auditor.probes.vk.door import Asker, Seen
from auditor.probes.vk.errors import Fact, VkFailure

_PAGE = 100
_MOST_PAGES = 60
"""Answers for one post; beyond them its comments are too little data."""

_IN_THREAD = 10
_OK = 200
_LEADING = re.compile(r"^\s*\[(id|club|public|event)(\d{1,15})\|[^\]]*\][\s,.:!-]*")
_WALL_CLOSED = frozenset({0, 3})


@dataclass(slots=True)
class PostComments:
    """What was read under one post."""

    state: CommentsState = CommentsState.UNKNOWN
    cause: Cause | None = None
    comments: dict[int, Comment] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    pages: list[tuple[int, Mapping[str, Any]]] = field(default_factory=list)
    """Pages as they are stored, each with its place among `answers`."""
    failure: VkFailure | None = None
    can_comment: bool = False
    asked: int = 0
    moved: bool = False
    """Something was deleted while it was read, so that a comment may have been passed over."""
    read_at: datetime | None = None
    """When an earlier look read them, where this one did not need to."""
    evidence: Sequence[Evidence] = ()
    """That look's answers."""


def remembered(target: Target, owner_id: int, post: WallPost, window: Window) -> PostComments | None:
    """Return the comments as an earlier look read them, if there are as many now and they need not be read again.

    None where they must be read.
    """
    was = target.known.post(post.id)
    if was is None or must_be_read(was, target, window) or was.post.comments_count != post.comments:
        return None
    old = was.post
    if post.can_comment and old.comments_state is CommentsState.CLOSED:
        return None
    return PostComments(
        state=CommentsState.OPEN if post.can_comment else old.comments_state,
        comments={comment.id: comment for comment in old.comments},
        can_comment=post.can_comment,
        read_at=_read_at(was),
        evidence=told_of(target.known, owner_id, post.id),
    )


def must_be_read(was: KnownPost, target: Target, window: Window, *, red: bool = False) -> bool:
    """Tell whether comments must be read again whatever their number, as an equal one can hide an exchange.

    They were not read, an answer is due, they may be others' words by what is on record now, or were not read since
    the week's end: those under the week's own posts and, where the page may turn `red`, all.
    """
    old = was.post
    shown = bool(old.comments) or old.comments_state is CommentsState.CLOSED
    unread = old.comments_cause is not None or old.comments_purged is not None or old.comments_count is None
    early = bool(old.comments) and _read_at(was) < window.ends and (red or old.at >= window.starts)
    return not shown or unread or was.due or early or not was.told_by(target.sides)


def _read_at(was: KnownPost) -> datetime:
    return was.post.comments_read_at or was.seen_at


def told_of(known: Known, owner_id: int, post_id: int) -> list[Evidence]:
    """Return earlier looks' answers about a post's comments."""
    about = (e for e in known.evidence if e.kind is EvidenceKind.COMMENTS and e.status == _OK)
    return [e for e in about if _about(e.url, owner_id, post_id)]


def _about(url: str, owner_id: int, post_id: int) -> bool:
    asked = parse_qs(urlsplit(url).query)
    return asked.get("owner_id") == [str(owner_id)] and asked.get("post_id") == [str(post_id)]


@dataclass(frozen=True, slots=True)
class Sides:
    """Whose words those are who are on record, by signed id."""

    known: Mapping[int, Side] = field(default_factory=dict)
    whole: bool = True
    """False where the number of somebody on record could not be found out: any person may be that one."""


@dataclass(frozen=True, slots=True)
class CommentReader:
    """Reads comments on the pages of one owner."""

    asker: Asker
    owner: Owner
    sides: Callable[[], Sides] = Sides
    """Who is on record. Asked for only where there are comments."""
    authors: Authors = field(default_factory=Authors)
    doubtful: set[int] = field(default_factory=set)
    """Authors, by their numbers within the look, who may be on record under a name without a number."""
    names: tuple[str, ...] = ()
    """What the holder is called."""

    def read(self, post: WallPost, *, ask_state: bool = False) -> PostComments:
        """Read everything under `post`. No request where VK says that there is nothing.

        With `ask_state` there is one all the same, unless the state is known without it: comments that were closed
        from the start number 0 too, and only this method says that they are closed.
        """
        found = PostComments(can_comment=post.can_comment)
        empty = post.comments == 0
        if not empty or (ask_state and not found.can_comment and not self._wall_closed):
            found = self._threads(post)
            if found.moved:
                again = self._threads(post)
                found = replace(again, answers=[*found.answers, *again.answers])
        if empty and not found.comments:
            found.cause = None  # the wall's 0 is an answer, whatever became of the question about the state
        if found.can_comment and self._closed(found):
            found.cause = Cause.CONTRADICTION  # VK says in one run that people can comment and that they cannot
        found.state = self._state(found)
        return found

    def _threads(self, post: WallPost) -> PostComments:
        """Read the top comments, then the threads that did not come along whole."""
        found = PostComments(can_comment=post.can_comment)
        for top in self._level(post, found, None, (), None):
            if found.failure is None and not found.moved:
                self._level(post, found, top, top.thread, top.replies)
        self._resolve(found)
        return found

    def unread(self, post: WallPost, cause: Cause) -> PostComments:
        """Return what can be said of `post` without asking: nothing of its comments, for `cause`."""
        found = PostComments(cause=cause, can_comment=post.can_comment)
        found.state = self._state(found)
        return found

    @property
    def _wall_closed(self) -> bool:
        return self.owner.id < 0 and self.owner.wall in _WALL_CLOSED

    def _state(self, found: PostComments) -> CommentsState:
        """Say whether people can comment, from what VK says; that it does not say they can is no proof."""
        if self._closed(found):
            return CommentsState.UNKNOWN if found.can_comment else CommentsState.CLOSED
        citizens = any(c.side is Side.CITIZEN and not c.deleted for c in found.comments.values())
        return CommentsState.OPEN if found.can_comment or citizens else CommentsState.UNKNOWN

    def _closed(self, found: PostComments) -> bool:
        return self._wall_closed or (found.failure is not None and found.failure.fact is Fact.COMMENTS_CLOSED)

    def _level(
        self,
        post: WallPost,
        found: PostComments,
        top: PlacedComment | None,
        along: Sequence[PlacedComment],
        total: int | None,
    ) -> list[PlacedComment]:
        """Read one level: the top comments, or the answers to `top` after those that came `along`.

        Return those whose threads did not come along whole.
        """
        longer: list[PlacedComment] = []
        offset, last = len(along), along[-1].id if along else None
        row = Row(total, offset, ids={c.id for c in along})
        while True:
            page = self._page(post, found, top, offset, last)
            if page is None:
                return longer
            last = page.comments[-1].id if page.comments else last
            mine = [c for c in page.comments if _belongs(c, top)]
            fresh = [c for c in mine if c.id not in found.comments]
            found.comments |= {one.id: one.kept for c in mine for one in (c, *c.thread) if one.kept is not None}
            longer += [c for c in fresh if top is None and c.replies > len(c.thread)]
            if top is None:  # a thread's length is known from its top comment
                level = page.count if page.level is None and offset == 0 else page.level
                total = max((n for n in (level, total) if n is not None), default=None)
            row.count = page.level if page.level is not None else row.count
            offset += page.size
            row.add([(c.id, c.at) for c in mine], page.size, falling=False)
            ended = _ended(page, offset, total) and not (top is None and offset == 0 and bool(total))
            if row.broken or (row.short if ended else not fresh):
                found.cause = found.cause or Cause.CONTRADICTION
            if ended or row.broken or not fresh:
                return longer

    def _resolve(self, found: PostComments) -> None:
        """Say of each comment what it answers, now that all are read, in what is stored of them too."""
        found.comments = {c.id: c for c in self._doubted(resolved(found.comments.values()))}
        for place, value in found.pages:
            stored = minimise.response(minimise.with_answers(value, found.comments))
            found.answers[place] = rewritten(found.answers[place], stored)

    def _doubted(self, line: Sequence[Comment]) -> Iterator[Comment]:
        """Yield a thread's comments; whose words those of a doubtful author are who asks nothing is unknown."""
        asking = {c.author for c in addressed(line) if c.question and not c.deleted}
        for comment in line:
            doubted = comment.side is Side.CITIZEN and comment.author in self.doubtful - asking
            yield comment.model_copy(update={"side": Side.UNKNOWN}) if doubted else comment

    def _page(
        self, post: WallPost, found: PostComments, top: PlacedComment | None, offset: int, last: int | None
    ) -> CommentPage | None:
        """Ask for the page after the comment `last`, at `offset`. On failure set the cause and return None."""
        if found.asked >= _MOST_PAGES:
            found.cause = found.cause or Cause.TOO_LITTLE_DATA
            return None
        found.asked += 1
        seen = self._ask(post.id, None if top is None else top.id, offset - (last is not None))
        found.answers += seen.kept
        if seen.failure is not None:
            # VK has just shown the page and the post: a word that they are gone is about this thread alone.
            gone = seen.failure.fact is Fact.GONE
            found.failure, found.cause = seen.failure, Cause.REFUSED if gone else seen.failure.cause
            found.moved = top is not None and seen.failure.fact is Fact.POST_GONE
            return None
        page = read_comments(seen.value, None if top is None else top.id)
        if page is None or page.unread:  # what cannot be read may be the very answer that is missed
            found.cause = Cause.UNRECOGNISED_PAGE
        if page is not None:
            found.pages.append((len(found.answers) - 1, seen.value))
            found.can_comment = found.can_comment or page.can_comment
            page = page.after(last)
            if page is None:
                found.moved, found.cause = True, Cause.CONTRADICTION
        return page

    def _ask(self, post_id: int, comment_id: int | None, offset: int) -> Seen:
        """Call wall.getComments: whole texts, no profiles, no likes, the first answers of each thread along."""
        thread = {} if comment_id is None else {"comment_id": comment_id}
        return self.asker.ask(
            EvidenceKind.COMMENTS,
            "wall.getComments",
            partial(minimise.comments, said=self._said, under=(self.owner.id, post_id)),
            owner_id=self.owner.id,
            post_id=post_id,
            count=_PAGE,
            offset=offset,
            sort="asc",
            preview_length=0,
            thread_items_count=_IN_THREAD,
            need_likes=False,
            extended=False,
            **thread,
        )

    def _said(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is kept of a comment's author and text."""
        text, deleted = raw.get("text"), bool(flag(raw.get("deleted")))
        text = text if isinstance(text, str) and not deleted else ""
        author, at = whole(raw.get("from_id")) or None, moment(raw.get("date"))
        assert at is not None
        mention, side = _LEADING.match(text), self._side_of(raw)
        number = None if author is None else self.authors.number(str(author))
        if number is not None and side is Side.CITIZEN and not self.sides().whole:
            self.doubtful.add(number)
        named = None if mention is None else (-1, 1)[mention[1] == "id"] * int(mention[2])
        return minimise.said_by(
            Comment(
                id=0,
                at=at,
                side=side,
                author=number,
                same_as=self.authors.same_as(number, text, whole(raw.get("id")) or 0),
                mentions=None if named is None else self.authors.number(str(named)),
                **read_comment(
                    text[mention.end() :] if mention else text,
                    side,
                    addressed=None if named in {None, author} else self._on_record(named) or Side.CITIZEN,
                    names=self.names,
                ),
            )
        )

    def _side_of(self, raw: Mapping[str, Any]) -> Side:
        """Say whose words a comment is.

        ``is_from_post_author`` is believed only where VK names no author. Beside another one's id it means the person
        who signed the post, who is not the account and need not be on record.
        """
        author = whole(raw.get("from_id")) or None
        marked = flag(raw.get("is_from_post_author")) and not flag(raw.get("deleted"))
        if author is None and marked:
            return Side.OWNER
        person = author is not None and author > 0
        return self._on_record(author) or (Side.CITIZEN if person and not marked else Side.UNKNOWN)

    def _on_record(self, number: int | None) -> Side | None:
        """Return the side of somebody who is on record; None for everybody else."""
        return Side.OWNER if number == self.owner.id else self.sides().known.get(number or 0)


def _belongs(comment: PlacedComment, top: PlacedComment | None) -> bool:
    """Tell whether a comment belongs to the thread that was asked for."""
    return top is None or comment.parent in {None, top.id}


def _ended(page: CommentPage, offset: int, total: int | None) -> bool:
    if total is None:
        return page.size < _PAGE
    return offset >= total or (page.size == 0 and total - offset <= _PAGE)
