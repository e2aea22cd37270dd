"""What the archive knows of a page before a look at it, so that a probe asks for no more than it must.

It is made of earlier looks by the same route. A note keeps which looks these were, and not what they saw: a replay
makes it again from the same looks by the same function.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from auditor.base.snapshot import Cause, Comment, CommentsState, Evidence, Post, Says, Side, Snapshot


@dataclass(frozen=True, slots=True)
class KnownPost:
    """A post as the newest look has it that read its comments, else as the newest that saw it."""

    post: Post
    seen_at: datetime
    """When that look was taken, UTC."""
    read_at: datetime | None = None
    """When its comments were last read whole, UTC; None: never, or they were purged since."""
    due: bool = False
    """A question had no answer at `read_at`, and its time to reply has run out since: only a new look can tell."""
    sides: str = ""
    """As `Snapshot.sides` of that look."""

    def told_by(self, sides: str) -> bool:
        """Tell whether the comments have the sides that a look with the digest `sides` would give them.

        What is on record has not changed since, or only people who ask have written.
        """
        return self.sides == sides or not somebody_asks_nothing(self.post.comments)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a page. It is false where nothing is.

    `runs`, `as_of` and `hours` are all that a note keeps of it.
    """

    runs: tuple[int, ...] = ()
    """The runs that took the looks it is made of."""
    as_of: datetime | None = None
    """When the run began that asks, UTC."""
    hours: float = 0
    """Within which a reply is in time."""
    page: Snapshot | None = None
    """The newest look in which the page was there: its facts, without posts and evidence."""
    posts: tuple[KnownPost, ...] = ()
    """Oldest first."""
    until: datetime | None = None
    """When the newest look was taken that read the posts whole, UTC; None: none did."""
    since: datetime | None = None
    """The posts are complete from here to `until`."""
    whole: bool = False
    """That look read the whole history."""
    evidence: tuple[Evidence, ...] = ()
    """The answers behind those looks: a row that is taken over rests on some of them."""

    def __bool__(self) -> bool:
        """Tell whether anything is known."""
        return self.page is not None

    @property
    def newest(self) -> KnownPost | None:
        """The newest post."""
        return self.posts[-1] if self.posts else None

    def post(self, number: int) -> KnownPost | None:
        """Return a post by its number, or None."""
        return next((known for known in self.posts if known.post.id == number), None)


NOTHING = Known()
"""Nothing is known."""


def known_of(looks: Sequence[tuple[int, Snapshot]], as_of: datetime, hours: float) -> Known:
    """Return what looks, oldest first, each with its run, tell together; nothing of those that did not see the page."""
    seen = [(run, look) for run, look in looks if look.exists]
    if not seen:
        return NOTHING
    whole = next((look for _, look in reversed(seen) if look.posts_cause is None), None)
    posts = _posts([look for _, look in seen], as_of, hours)
    return Known(
        runs=tuple(run for run, _ in seen),
        as_of=as_of,
        hours=hours,
        page=seen[-1][1].model_copy(update={"posts": (), "evidence": ()}),
        posts=tuple(sorted(posts, key=lambda known: (known.post.at, known.post.id))),
        until=(whole.posts_until or whole.taken_at) if whole else None,
        since=whole.posts_since if whole else None,
        whole=whole is not None and whole.posts_since is None,
        evidence=tuple({one.id: one for _, look in seen for one in look.evidence}.values()),
    )


def _posts(looks: Iterable[Snapshot], as_of: datetime, hours: float) -> Iterable[KnownPost]:
    found: dict[int, KnownPost] = {}
    for look in looks:
        for post in look.posts:
            new = _known(post, look, as_of, timedelta(hours=hours))
            old = found.get(post.id)
            if old is None or new.read_at is not None or old.read_at is None:
                found[post.id] = new
    return found.values()


def _known(post: Post, look: Snapshot, as_of: datetime, time: timedelta) -> KnownPost:
    unread = post.comments_cause is not None or post.comments_state is CommentsState.UNKNOWN
    if unread or post.comments_purged is not None:
        return KnownPost(post, look.taken_at, sides=look.sides)
    read = post.comments_read_at or look.taken_at
    due = any(read < question.at + time <= as_of for question in _unanswered(post.comments))
    return KnownPost(post, look.taken_at, read, due, look.sides)


def _unanswered(comments: Sequence[Comment]) -> Iterator[Comment]:
    """Yield the questions that the owner has not answered."""
    answered = {c.answers or c.reply_to for c in comments if c.side is Side.OWNER and c.has_words}
    for comment in comments:
        if comment.side is Side.CITIZEN and _asks(comment) and comment.id not in answered:
            yield comment


def _asks(comment: Comment) -> bool:
    return comment.says is Says.ASKS and not comment.deleted


def somebody_asks_nothing(comments: Sequence[Comment]) -> bool:
    """Tell whether somebody has written who asks nothing: whose side he is on may hang on what is on record."""
    asking = {c.author for c in comments if c.author is not None and _asks(c)}
    return any(c.author not in asking and not c.deleted for c in comments)


def is_worth_knowing(look: Snapshot, number: int | None) -> bool:
    """Tell whether a look may spare a later one anything: it saw the page, and not another one under its name."""
    return bool(look.exists) and look.posts_cause is not Cause.GONE and number in {None, look.id}
