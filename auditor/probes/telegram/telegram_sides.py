"""Assigns sides to the authors of comments once all threads are read.

The public pages do not name the channel's own discussion group. But only that group can comment as a group in its own
discussion, so an author who turns out to be a group speaks for the owner (docs/dev/sources.md, Telegram). An author
who was not looked up has an unknown side, unless they only ask.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from auditor.base.reply_targets import with_reply_targets
from auditor.base.snapshot import Comment, Intent, Side
from auditor.probes.protocol import Failure, Look, fetch
from auditor.probes.target import OFFICE_SIDES
from auditor.probes.telegram.channel_source import ChannelSource, TelegramThread
from auditor.probes.telegram.responses import EntityCard, EntityKind, TelegramComment

_MAX_LOOKUPS, _MAX_FAILED_LOOKUPS = 12, 3
"""The most authors who are looked up, and how many lookups in a row may fail."""

CommentsByPost = Mapping[int, Sequence[Comment]]
"""Comments by post id."""
CardByAuthor = Mapping[int, EntityCard | None]
"""What the authors who were looked up turned out to be, by ordinal; None if the lookup failed."""


@dataclass(slots=True)
class _UnknownAuthor:
    """An author who is not on record; ordinal 0 stands for all who cannot be distinguished."""

    comment: TelegramComment
    """Any comment of this author: all of them have the same side."""
    replied_to: set[int] = field(default_factory=set)
    """Ordinals of other authors not on record to whom this author replied."""
    asks_questions: bool = False
    """Whether any of their comments is a question."""

    @property
    def only_asks(self) -> bool:
        """Whether the author asks and replies to nobody, which nobody on the owner's side does."""
        return self.asks_questions and not self.replied_to


_OpenQuestions = Sequence[Collection[int]]
"""The questions that the owner has not answered so far: for each, the ordinals of those who replied to it in words and
can be looked up."""


def _has_unanswered(open_questions: _OpenQuestions, cards: CardByAuthor) -> bool:
    """Return whether a question is left that the channel's discussion group did not answer either."""
    group_ordinals = {ordinal for ordinal, card in cards.items() if card is not None and card.kind is EntityKind.GROUP}
    return any(group_ordinals.isdisjoint(authors) for authors in open_questions)


def assign_sides(
    source: ChannelSource, threads: Mapping[int, TelegramThread], *, sides_in_doubt: bool
) -> Look[CommentsByPost]:
    """Return each post's comments with their sides, intents and reply targets, now that all threads are read.

    With `sides_in_doubt` some of the owner's side cannot be recognised, so only authors who only ask are citizens.
    """
    comments_by_id = {comment.comment.id: comment for thread in threads.values() for comment in thread.comments}
    authors, open_questions = _unknown_authors(_finished_comments(threads, {}, {}), comments_by_id)
    cards = yield from _look_up_authors(source, authors, open_questions)
    has_unanswered = _has_unanswered(open_questions, cards)
    sides = {
        ordinal: _side(author, cards.get(ordinal), has_unanswered=has_unanswered, in_doubt=sides_in_doubt)
        for ordinal, author in authors.items()
    }
    return _finished_comments(threads, sides, cards)


def _finished_comments(
    threads: Mapping[int, TelegramThread], sides: Mapping[int, Side], cards: CardByAuthor
) -> CommentsByPost:
    last_versions = {
        post: {comment.comment.id: comment for comment in thread.comments}.values() for post, thread in threads.items()
    }
    return {
        post: with_reply_targets([_with_side(comment, sides, cards) for comment in comments])
        for post, comments in last_versions.items()
    }


def _with_side(telegram_comment: TelegramComment, sides: Mapping[int, Side], cards: CardByAuthor) -> Comment:
    """Return a comment with its author's side; one that begins by mentioning another citizen is not a question."""
    comment, mentioned = telegram_comment.comment, telegram_comment.comment.mentions
    side = comment.side if comment.side in OFFICE_SIDES else sides.get(comment.author or 0, comment.side)
    card = None if comment.side in OFFICE_SIDES else cards.get(comment.author or 0)
    if side is Side.OWNER and comment.side is not Side.OWNER:
        sketch = ((card and card.sketches) or {}).get(comment.id)
        return comment.model_copy(update={**_OF_OWNER, "side": side, "sketch": sketch})
    mentions_other = mentioned is not None and mentioned != comment.author and not telegram_comment.names_record
    mentions_citizen = mentions_other and sides.get(mentioned or 0, Side.CITIZEN) is Side.CITIZEN
    is_addressed_elsewhere = mentions_citizen and comment.says is not None
    update: dict[str, Any] = {"says": Intent.NOT, "rule": "addressee.mention"} if is_addressed_elsewhere else {}
    if card is not None and card.organisation is not None:
        update["organisation"] = card.organisation
    return comment.model_copy(update={"side": side, **update})


_OF_OWNER = {"says": None, "rule": "", "has_five_words": None, "organisation": None}
"""What is not recorded of an owner's comment."""


def _unknown_authors(
    comments_by_post: CommentsByPost, comments_by_id: Mapping[int, TelegramComment]
) -> tuple[dict[int, _UnknownAuthor], _OpenQuestions]:
    """Return the authors who are not on record, by ordinal, and the questions that the owner has not answered."""
    authors, open_questions = dict[int, _UnknownAuthor](), list[set[int]]()
    for comments in comments_by_post.values():
        post_comments = {comment.id: comment for comment in comments}
        for comment in (comment for comment in comments if comment.side not in OFFICE_SIDES):
            target, ordinal = post_comments.get(comment.answers or 0), comment.author or 0
            author = authors.setdefault(ordinal, _UnknownAuthor(comments_by_id[comment.id]))
            author.asks_questions = author.asks_questions or comment.question
            if target is not None and target.side not in OFFICE_SIDES and (target.author or 0) != ordinal:
                author.replied_to.add(target.author or 0)
            if not comment.question:
                continue
            replies = [reply for reply in comments if reply.answers == comment.id and reply.has_words]
            if all(reply.side is not Side.OWNER for reply in replies):
                open_questions.append({reply.author or 0 for reply in replies if comments_by_id[reply.id].askable})
    return authors, open_questions


def _look_up_authors(
    source: ChannelSource, authors: Mapping[int, _UnknownAuthor], open_questions: _OpenQuestions
) -> Look[CardByAuthor]:
    """Look up the authors who may not be citizens; the likeliest to be the channel's discussion group comes first.

    While a question is open, all of them; otherwise only those who ask, because only their questions count.
    """
    cards, failed_in_a_row = dict[int, EntityCard | None](), 0
    for ordinal in _lookup_order(authors):
        is_needed = authors[ordinal].asks_questions or _has_unanswered(open_questions, cards)
        request = source.author_card(ordinal) if is_needed else None
        if request is None or len(cards) == _MAX_LOOKUPS or failed_in_a_row == _MAX_FAILED_LOOKUPS:
            continue
        card = yield from fetch(request)
        cards[ordinal], failed_in_a_row = (None, failed_in_a_row + 1) if isinstance(card, Failure) else (card, 0)
    return cards


def _lookup_order(authors: Mapping[int, _UnknownAuthor]) -> list[int]:
    """Return the ordinals of authors who may not be citizens and can be looked up, likeliest group first."""
    candidates = {
        ordinal: author.comment
        for ordinal, author in authors.items()
        if author.comment.likeness > 1 or not author.only_asks
    }
    ordinals_to_look_up = [ordinal for ordinal, comment in candidates.items() if comment.askable]
    return sorted(
        ordinals_to_look_up,
        key=lambda ordinal: (-candidates[ordinal].likeness, -len(authors[ordinal].replied_to), ordinal),
    )


def _side(author: _UnknownAuthor, card: EntityCard | None, *, has_unanswered: bool, in_doubt: bool) -> Side:
    """Return the side of an author who is not on record, given what the lookup found them to be.

    Without unanswered questions authors need not be looked up, and are citizens unless something speaks against it.
    """
    kind = card.kind if card is not None else None
    if kind is EntityKind.GROUP:
        return Side.OWNER
    if author.comment.comment.side is Side.UNKNOWN or kind not in {None, EntityKind.USER}:
        return Side.UNKNOWN
    if author.only_asks:
        return Side.CITIZEN
    may_be_citizen = not author.comment.askable or kind is EntityKind.USER or not has_unanswered
    return Side.CITIZEN if may_be_citizen and not in_doubt else Side.UNKNOWN
