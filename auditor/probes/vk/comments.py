"""Comments under a post: two levels, read whole and reduced at once to what may be kept.

VK's `count` holds answers too; pages go by `current_level_count`. Answers beyond the first ten of a thread are asked
for by the top comment's id. A comment that was deleted stays where it has answers, without author and words.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from auditor.base.answers import Answer
from auditor.base.snapshot import Cause, Comment, CommentsState, EvidenceKind, Identity
from auditor.base.threads import resolved
from auditor.language.reading import read_comment
from auditor.probes.base import Authors
from auditor.probes.rows import Row
from auditor.probes.vk import minimise
from auditor.probes.vk.answers import CommentPage, Owner, RawComment, WallPost, read_comments
from auditor.probes.vk.errors import Caller, Exchange, Fact, VkAnswer, VkFailure
from auditor.probes.vk.minimise import filed

_PAGE = 100
_MOST_PAGES = 60
"""Answers for one post; beyond them its comments are too little data."""

_IN_THREAD = 10
_LEADING = re.compile(r"^\s*\[(id|club|public|event)(\d{1,15})\|[^\]]*\][\s,.:!-]*")
_WALL_CLOSED = frozenset({0, 3})


@dataclass(slots=True)
class PostComments:
    """What was read under one post."""

    state: CommentsState = CommentsState.UNKNOWN
    cause: Cause | None = None
    comments: dict[int, Comment] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    pages_read: list[tuple[int, CommentPage, Exchange, list[tuple[RawComment, int]]]] = field(default_factory=list)
    """Pages that are kept once all are read, each with its place among `answers`."""
    failure: VkFailure | None = None
    can_comment: bool = False
    pages: int = 0


@dataclass(frozen=True, slots=True)
class CommentReader:
    """Reads comments on the pages of one owner."""

    client: Caller
    owner: Owner
    authors: Authors
    sides: Mapping[int, Identity] = field(default_factory=dict)
    """Who is known to the registry, by signed id."""

    def read(self, post: WallPost, *, ask_state: bool = False) -> PostComments:
        """Read everything under `post`. No request where VK says that there is nothing.

        With `ask_state` there is one all the same, unless the state is known without it: comments that were closed
        from the start number 0 too, and only this method says that they are closed.
        """
        found = PostComments(can_comment=post.can_comment)
        empty = post.comments == 0
        if not empty or (ask_state and not found.can_comment and not self._wall_closed):
            threads = self._level(post, found, None, 0, None)
            for top in threads:
                if found.failure is None:
                    self._level(post, found, top, len(top.thread), top.replies)
        self._keep(found)
        if empty and not found.comments:
            found.cause = None  # the wall's 0 is an answer, whatever became of the question about the state
        if found.can_comment and self._closed(found):
            found.cause = Cause.CONTRADICTION  # VK says in one run that people can comment and that they cannot
        found.state = self._state(found)
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
        citizens = any(c.identity is Identity.CITIZEN and not c.deleted for c in found.comments.values())
        return CommentsState.OPEN if found.can_comment or citizens else CommentsState.UNKNOWN

    def _closed(self, found: PostComments) -> bool:
        return self._wall_closed or (found.failure is not None and found.failure.fact is Fact.COMMENTS_CLOSED)

    def _level(
        self, post: WallPost, found: PostComments, top: RawComment | None, offset: int, total: int | None
    ) -> list[RawComment]:
        """Read one level: the top comments, or the answers to `top` from `offset` on.

        Return those whose threads did not come along whole.
        """
        longer: list[RawComment] = []
        row = Row(total, offset, ids={c.id for c in top.thread} if top is not None else set())
        while True:
            asked = self._page(post, found, top, offset)
            if asked is None:
                return longer
            page, exchange = asked
            mine = [c for c in page.comments if _belongs(c, top)]
            fresh = [c for c in mine if c.id not in found.comments]
            kept = [(one, self._reduced(one, parent)) for c in mine for one, parent in _unfolded(c, top)]
            found.comments.update({c.id: c for _, c in kept})
            found.pages_read.append((len(found.answers), page, exchange, [(one, c.id) for one, c in kept]))
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

    def _keep(self, found: PostComments) -> None:
        """Resolve what each comment answers, now that all are read, and keep the pages without words and authors.

        What was read from stored answers was resolved then.
        """
        if not any(raw.kept for _, _, _, rows in found.pages_read for raw, _ in rows):
            found.comments = {c.id: c for c in resolved(found.comments.values())}
        for place, page, exchange, rows in reversed(found.pages_read):
            stored = minimise.comment_page(page, [(raw, found.comments[number]) for raw, number in rows])
            found.answers.insert(place, filed(EvidenceKind.COMMENTS, exchange, stored))

    def _page(
        self, post: WallPost, found: PostComments, top: RawComment | None, offset: int
    ) -> tuple[CommentPage, Exchange] | None:
        """Ask for one page. On failure set the cause and return None."""
        if found.pages >= _MOST_PAGES:
            found.cause = found.cause or Cause.TOO_LITTLE_DATA
            return None
        found.pages += 1
        outcome = self._ask(post.id, None if top is None else top.id, offset)
        if isinstance(outcome, VkFailure):
            found.failure, found.cause = outcome, outcome.cause
            if outcome.exchange is not None:
                found.answers.append(filed(EvidenceKind.COMMENTS, outcome.exchange, minimise.error(outcome)))
            return None
        page = read_comments(outcome.value)
        if page is None or page.unread:  # what cannot be read may be the very answer that is missed
            found.cause = Cause.UNRECOGNISED_PAGE
        if page is None:
            found.answers.append(filed(EvidenceKind.COMMENTS, outcome.exchange, minimise.other_shape()))
            return None
        found.can_comment = found.can_comment or page.can_comment
        return page, outcome.exchange

    def _ask(self, post_id: int, comment_id: int | None, offset: int) -> VkAnswer | VkFailure:
        """Call wall.getComments: whole texts, no profiles, no likes, the first answers of each thread along."""
        thread = {} if comment_id is None else {"comment_id": comment_id}
        return self.client.call(
            "wall.getComments",
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

    def _reduced(self, raw: RawComment, thread: int | None) -> Comment:
        """Reduce a comment to what may be kept; one read from a stored answer is reduced already."""
        if raw.kept is not None:
            return raw.kept
        mention = _LEADING.match(raw.text)
        own_text = "" if raw.deleted else raw.text[mention.end() :] if mention else raw.text
        addressed = None
        if mention is not None:
            addressed = self.authors.number(f"{'' if mention[1] == 'id' else '-'}{mention[2]}")
        identity, named = self._identity(raw), None
        if mention is not None:
            named = self._named((-1, 1)[mention[1] == "id"] * int(mention[2]), raw.from_id)
        return Comment(
            id=raw.id,
            at=raw.at,
            identity=identity,
            author=None if raw.from_id is None else self.authors.number(str(raw.from_id)),
            reply_to=raw.reply_to,
            thread=raw.parent if raw.parent is not None else thread,
            mentions=addressed,
            deleted=raw.deleted,
            **read_comment(own_text, identity, raw.at, addressed=named),
        )

    def _named(self, who: int, author: int | None) -> Identity | None:
        """Tell on whose side the page is that a comment begins by mentioning; None for its own author."""
        if who == author:
            return None
        return Identity.OWNER if who == self.owner.id else self.sides.get(who, Identity.CITIZEN)

    def _identity(self, raw: RawComment) -> Identity:
        """Say on whose behalf a comment was written.

        ``is_from_post_author`` is believed only where VK names no author. With another author's id it means the person
        who signed the post, who is not the account.
        """
        if raw.from_id is None:
            return Identity.OWNER if raw.by_post_author and not raw.deleted else Identity.CITIZEN
        if raw.from_id == self.owner.id:
            return Identity.OWNER
        return self.sides.get(raw.from_id, Identity.CITIZEN)


def _belongs(comment: RawComment, top: RawComment | None) -> bool:
    """Tell whether a comment belongs to the thread that was asked for."""
    return top is None or comment.parent in {None, top.id}


def _unfolded(comment: RawComment, top: RawComment | None) -> list[tuple[RawComment, int | None]]:
    """Return a comment and the answers that came along with it, each with the top comment of its thread."""
    return [(comment, None if top is None else top.id), *((answer, comment.id) for answer in comment.thread)]


def _ended(page: CommentPage, offset: int, total: int | None) -> bool:
    if total is None:
        return page.size < _PAGE
    return offset >= total or (page.size == 0 and total - offset <= _PAGE)
