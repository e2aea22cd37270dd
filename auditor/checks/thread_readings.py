"""Threads as looks read them: each comment's side, and the comment that a reply answers.

The target of a reply was resolved when it was read (`auditor.base.reply_targets`). A reply to a comment that asks
nothing also answers the question above that comment in the same chain. Authors are comparable within one reading only
(docs/dev/design.md, section 5).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from auditor.base.reply_targets import reply_targets, with_addressees
from auditor.base.snapshot import Comment, CommentsState, Intent, Post, Side
from auditor.checks.case import Case
from auditor.checks.observed_page import ObservedPage, WeightedLook

ThreadId = tuple[str, int]
"""A page's address and a post's id."""
ReadingId = tuple[str, str, datetime]
"""A page's address, a route and the look's moment: what was read together, so that authors' ordinals mean the same."""
CommentKey = tuple[ThreadId, datetime, bool, int]
"""Identity of a comment across routes: thread, second, whether it has words, and its index among equals."""


@dataclass(frozen=True, slots=True)
class ThreadReading:
    """One post's comments as one look shows them, in order of time."""

    thread: ThreadId
    post: Post
    look: WeightedLook
    """The look that read it, or a later one that skipped it because its count had not changed."""
    read_at: datetime
    """When it was read."""
    read_by_look_at: datetime
    """When the look that read it took place: in one look authors' ordinals mean the same."""
    comments: Mapping[int, Comment]
    """By their ids in this look, in order of time."""
    keys: Mapping[int, CommentKey]
    """By a comment's id in this look."""
    targets: Mapping[int, int]
    """By a comment's id the id of the comment that it answers."""
    complete: bool
    """Whether every comment that the network showed was read."""
    record_changed: bool = False
    """Whether the record that decided the sides has changed since; always False after `Case.late_after`."""

    @property
    def sides_outdated(self) -> bool:
        """Whether the changed record could turn a commenter who asks nothing from a citizen into owner or body."""
        return self.record_changed and _has_author_without_question(self.in_order)

    @property
    def reading_id(self) -> ReadingId:
        """Identifies what was read together with it."""
        return self.thread[0], self.look.snapshot.route.value, self.read_by_look_at

    @property
    def in_order(self) -> Iterable[Comment]:
        """The comments in order of time."""
        return self.comments.values()

    def answered(self, reply: Comment) -> Iterator[Comment]:
        """Yield the comments that a reply answers: its target, and those above it up to a question."""
        visited, target = {reply.id}, self.comments.get(self.targets.get(reply.id, reply.id))
        while target is not None and target.id not in visited:
            visited.add(target.id)
            yield target
            if is_question(target):
                return
            target = self.comments.get(self.targets.get(target.id, target.id))

    def replies(self, side: Side) -> Iterator[Comment]:
        """Yield the comments with words of a side: an emoji is no reply."""
        return (c for c in self.in_order if c.side is side and not c.deleted and c.has_words)


def is_countable(comment: Comment) -> bool:
    """Return whether it is a citizen's comment with some text, and not deleted."""
    return comment.side is Side.CITIZEN and not comment.deleted and comment.has_text


def is_question(comment: Comment) -> bool:
    """Return whether it is a citizen's question."""
    return is_countable(comment) and comment.says is Intent.ASKS


def thread_readings(case: Case, page: ObservedPage, posts: Sequence[Post]) -> list[ThreadReading]:
    """Return how looks read the comments under a page's `posts`, oldest first, with the sides that hold today.

    If several looks read a comment, `_sides` decides which one gives its side. Authors who ask nothing but answer the
    questions of several others are `UNKNOWN`.
    """
    readings = list(_readings_by_thread(case, page, posts))
    sides = _sides(readings)
    least = case.policy_value("helper_people")
    helpers = {key for together in _read_together(readings) for key in _helpers(together, least)}
    sides |= {key: Side.UNKNOWN for key in helpers if sides[key] is Side.CITIZEN}
    return [_with_sides(reading, sides) for reading in readings]


def _sides(readings: Iterable[ThreadReading]) -> dict[CommentKey, Side]:
    """Return each comment's side by the reading that ranks highest; of equal ones of a route, the newest.

    A `FULL` reading ranks highest, then a complete one, then one by today's record. One route may know what another
    cannot find out (who administers a group): of routes whose readings rank equally, the higher side holds (`_RISING`).
    """
    ranked: dict[CommentKey, dict[str, tuple[tuple[bool, ...], Side]]] = defaultdict(dict)
    for reading in readings:
        rank, route = (
            (reading.look.full, reading.complete, not reading.record_changed),
            reading.look.snapshot.route.value,
        )
        for comment in reading.in_order:
            by_route = ranked[reading.keys[comment.id]]
            if rank >= by_route.get(route, (rank, comment.side))[0]:
                by_route[route] = (rank, comment.side)
    return {
        key: max(by_route.values(), key=lambda ranked_side: (ranked_side[0], _RISING.index(ranked_side[1])))[1]
        for key, by_route in ranked.items()
    }


_RISING = (Side.CITIZEN, Side.UNKNOWN, Side.BODY, Side.OWNER)


def _readings_by_thread(case: Case, page: ObservedPage, posts: Sequence[Post]) -> Iterator[ThreadReading]:
    """Yield the threads that looks read, oldest look first; a skipped thread is as it was last read completely."""
    last_complete: dict[tuple[ThreadId, str], ThreadReading] = {}
    for look in sorted(page.looks, key=lambda look: look.snapshot.taken_at):
        for reading in _of_look(case, page, look, posts):
            key = reading.thread, look.snapshot.route.value
            if not reading.post.comments_left:
                last_complete |= {key: reading} if reading.complete and look.trusted else {}
                yield reading
            elif key in last_complete and last_complete[key].post.comments_count == reading.post.comments_count:
                yield replace(last_complete[key], look=look)


def _of_look(case: Case, page: ObservedPage, look: WeightedLook, posts: Sequence[Post]) -> Iterator[ThreadReading]:
    """Yield the threads that a look read or skipped, as they were then or at the audit's moment."""
    ids = {post.id: post.id for post in posts}
    ids_by_moment = {(post.at, post.repost): post.id for post in posts}
    for post in look.snapshot.posts:
        post_id = ids.get(post.id) or ids_by_moment.get((post.at, post.repost))
        if post_id is None or (post.comments_cause is not None and not post.comments):
            continue
        read_at = post.comments_read_at or look.snapshot.taken_at
        until = min(read_at, case.as_of)
        comments = with_addressees(comment for comment in post.comments if comment.at <= until)
        thread = (page.account.url.url, post_id)
        yield ThreadReading(
            thread=thread,
            post=post,
            look=look,
            read_at=read_at,
            read_by_look_at=look.snapshot.taken_at,
            comments={comment.id: comment for comment in comments},
            keys=_keys(thread, comments),
            targets=reply_targets(comments),
            complete=post.comments_cause is None
            and (post.comments_state is not CommentsState.CLOSED or bool(comments)),
            record_changed=_record_changed(case, look),
        )


def _keys(thread: ThreadId, comments: Sequence[Comment]) -> dict[int, CommentKey]:
    counts: Counter[tuple[datetime, bool]] = Counter()
    keys = {}
    for comment in comments:
        moment = (comment.at.replace(microsecond=0), comment.has_words)
        keys[comment.id] = (thread, *moment, counts[moment])
        counts[moment] += 1
    return keys


def _record_changed(case: Case, look: WeightedLook) -> bool:
    """Return whether the record that decides sides has changed since a look, while the week is in time."""
    return look.snapshot.sides not in {"", case.sides_digest} and case.as_of <= case.late_after


def _has_author_without_question(comments: Iterable[Comment]) -> bool:
    asking = {comment.author for comment in comments if is_question(comment) and comment.author is not None}
    return any(comment.author not in asking for comment in comments)


def _read_together(readings: Iterable[ThreadReading]) -> Iterable[list[ThreadReading]]:
    """Return lists of the readings in which authors' ordinals mean the same."""
    by_reading_id: dict[ReadingId, list[ThreadReading]] = defaultdict(list)
    for reading in readings:
        by_reading_id[reading.reading_id].append(reading)
    return by_reading_id.values()


def _helpers(readings: Sequence[ThreadReading], least: int) -> Iterator[CommentKey]:
    """Yield the comments of authors who ask nothing and reply to questions of at least `least` other authors."""
    asking = {c.author for reading in readings for c in reading.in_order if is_question(c)}
    answered: dict[int, set[int]] = defaultdict(set)
    for reading in readings:
        for reply in reading.replies(Side.CITIZEN):
            if reply.author is not None and reply.author not in asking:
                answered[reply.author] |= {
                    c.author for c in reading.answered(reply) if is_question(c) and c.author is not None
                }
    helpers = {author for author, people in answered.items() if len(people) >= least}
    for reading in readings:
        yield from (reading.keys[comment.id] for comment in reading.in_order if comment.author in helpers)


def _with_sides(reading: ThreadReading, sides: Mapping[CommentKey, Side]) -> ThreadReading:
    if all(sides[reading.keys[comment.id]] is comment.side for comment in reading.in_order):
        return reading
    comments = [c.model_copy(update={"side": sides[reading.keys[c.id]]}) for c in reading.in_order]
    return replace(reading, comments={comment.id: comment for comment in with_addressees(comments)})
