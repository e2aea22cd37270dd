"""Threads as looks read them: whose words each comment is, and what a reply answers.

What a reply answers was resolved when it was read (`auditor.base.reply_targets`). It answers the question above a remark in
the same chain too. Authors are told apart within one reading only (docs/dev/design.md, section 5).
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
"""A page's address and a post's number."""
ReadingId = tuple[str, str, datetime]
"""A page, a route and a moment: what was read together, so that authors' numbers mean the same."""
CommentKey = tuple[ThreadId, datetime, bool, int]
"""A comment whichever route numbered it: its post, its second, has it words, and which of such it is."""


@dataclass(frozen=True, slots=True)
class ThreadReading:
    """One post's comments as one look shows them, in order of time."""

    thread: ThreadId
    post: Post
    look: WeightedLook
    """The look that read it, or a later one that left it out because its count had not changed."""
    at: datetime
    """When it was read."""
    read_in: datetime
    """The moment of the look that read it: in one look authors' numbers mean the same."""
    comments: Mapping[int, Comment]
    """In order of time, by their numbers in this look."""
    keys: Mapping[int, CommentKey]
    """By a comment's number in this look."""
    targets: Mapping[int, int]
    """By a comment's number the number of the one it answers."""
    complete: bool
    """Every comment that the network showed was read."""
    record_changed: bool = False
    """Sides were told by a record that has changed since."""

    @property
    def sides_outdated(self) -> bool:
        """Whether that may matter: somebody has written who asks nothing."""
        return self.record_changed and _somebody_asks_nothing(self.in_order)

    @property
    def reading_id(self) -> ReadingId:
        """What it was read together with."""
        return self.thread[0], self.look.snapshot.route.value, self.read_in

    @property
    def in_order(self) -> Iterable[Comment]:
        """The comments in order of time."""
        return self.comments.values()

    def answered(self, reply: Comment) -> Iterator[Comment]:
        """Yield what a reply answers: its target, and above a remark the comments up to a question."""
        met, target = {reply.id}, self.comments.get(self.targets.get(reply.id, reply.id))
        while target is not None and target.id not in met:
            met.add(target.id)
            yield target
            if is_question(target):
                return
            target = self.comments.get(self.targets.get(target.id, target.id))

    def replies(self, side: Side) -> Iterator[Comment]:
        """Yield the comments with words of a side: a smiley is no answer."""
        return (c for c in self.in_order if c.side is side and not c.deleted and c.has_words)


def is_countable(comment: Comment) -> bool:
    """Tell whether it is a citizen's comment with some text, not deleted."""
    return comment.side is Side.CITIZEN and not comment.deleted and comment.has_text


def is_question(comment: Comment) -> bool:
    """Tell whether it is a citizen's question."""
    return is_countable(comment) and comment.says is Intent.ASKS


def thread_readings(case: Case, page: ObservedPage, posts: Sequence[Post]) -> list[ThreadReading]:
    """Return how looks read the comments under a page's `posts`, oldest first, with the sides that hold today.

    Of a comment that was read twice the newest `FULL` reading's side counts; who asks nothing and answers the questions
    of several others is unknown.
    """
    raw = list(_readings_by_thread(case, page, posts))
    sides = _sides(raw)
    people = case.policy_value("helper_people")
    helpers = {key for group in _groups(raw) for key in _helpers(group, people)}
    sides |= {key: Side.UNKNOWN for key in helpers if sides[key] is Side.CITIZEN}
    return [_with_sides(reading, sides) for reading in raw]


def _sides(readings: Iterable[ThreadReading]) -> dict[CommentKey, Side]:
    """Return each comment's side by the reading that counts most, of equal ones of a route the newest.

    A `FULL` one counts most, then a whole one, then one by today's record. What one route cannot find out another may
    know (who administers a group): between routes a side only rises.
    """
    told: dict[CommentKey, dict[str, tuple[tuple[bool, ...], Side]]] = defaultdict(dict)
    for reading in readings:
        rank, route = (
            (reading.look.full, reading.complete, not reading.record_changed),
            reading.look.snapshot.route.value,
        )
        for comment in reading.in_order:
            of_routes = told[reading.keys[comment.id]]
            if rank >= of_routes.get(route, (rank, comment.side))[0]:
                of_routes[route] = (rank, comment.side)
    return {key: max(of.values(), key=lambda row: (row[0], _RISING.index(row[1])))[1] for key, of in told.items()}


_RISING = (Side.CITIZEN, Side.UNKNOWN, Side.BODY, Side.OWNER)


def _readings_by_thread(case: Case, page: ObservedPage, posts: Sequence[Post]) -> Iterator[ThreadReading]:
    """Yield the threads that looks read, oldest look first; one that a look left out is as it was last read whole."""
    whole: dict[tuple[ThreadId, str], ThreadReading] = {}
    for look in sorted(page.looks, key=lambda look: look.snapshot.taken_at):
        for reading in _of_look(case, page, look, posts):
            last = reading.thread, look.snapshot.route.value
            if not reading.post.comments_left:
                whole |= {last: reading} if reading.complete and look.trusted else {}
                yield reading
            elif last in whole and whole[last].post.comments_count == reading.post.comments_count:
                yield replace(whole[last], look=look)


def _of_look(case: Case, page: ObservedPage, look: WeightedLook, posts: Sequence[Post]) -> Iterator[ThreadReading]:
    """Yield the threads that a look read or left out, as they were then or at the audit's moment."""
    places = {post.id: post.id for post in posts}
    moments = {(post.at, post.repost): post.id for post in posts}
    for post in look.snapshot.posts:
        number = places.get(post.id) or moments.get((post.at, post.repost))
        if number is None or (post.comments_cause is not None and not post.comments):
            continue
        at = post.comments_read_at or look.snapshot.taken_at
        until = min(at, case.as_of)
        line = with_addressees(comment for comment in post.comments if comment.at <= until)
        place = (page.account.url.url, number)
        yield ThreadReading(
            thread=place,
            post=post,
            look=look,
            at=at,
            read_in=look.snapshot.taken_at,
            comments={comment.id: comment for comment in line},
            keys=_keys(place, line),
            targets=reply_targets(line),
            complete=post.comments_cause is None and (post.comments_state is not CommentsState.CLOSED or bool(line)),
            record_changed=_is_old(case, look),
        )


def _keys(place: ThreadId, line: Sequence[Comment]) -> dict[int, CommentKey]:
    seen: Counter[tuple[datetime, bool]] = Counter()
    keys = {}
    for comment in line:
        spot = (comment.at.replace(microsecond=0), comment.has_words)
        keys[comment.id] = (place, *spot, seen[spot])
        seen[spot] += 1
    return keys


def _is_old(case: Case, look: WeightedLook) -> bool:
    """Tell whether the record of whose words a comment is has changed since a look, while the week is in time."""
    return look.snapshot.sides not in {"", case.sides_digest} and case.as_of <= case.late_after


def _somebody_asks_nothing(line: Iterable[Comment]) -> bool:
    asking = {comment.author for comment in line if is_question(comment) and comment.author is not None}
    return any(comment.author not in asking for comment in line)


def _groups(readings: Iterable[ThreadReading]) -> Iterable[list[ThreadReading]]:
    """Return the readings in which authors' numbers mean the same."""
    found: dict[ReadingId, list[ThreadReading]] = defaultdict(list)
    for reading in readings:
        found[reading.reading_id].append(reading)
    return found.values()


def _helpers(group: Sequence[ThreadReading], least: int) -> Iterator[CommentKey]:
    """Yield the comments of those who ask nothing and answer the questions of at least so many others."""
    asking = {c.author for reading in group for c in reading.in_order if is_question(c)}
    answered: dict[int, set[int]] = defaultdict(set)
    for reading in group:
        for reply in reading.replies(Side.CITIZEN):
            if reply.author is not None and reply.author not in asking:
                answered[reply.author] |= {
                    c.author for c in reading.answered(reply) if is_question(c) and c.author is not None
                }
    helpers = {author for author, people in answered.items() if len(people) >= least}
    for reading in group:
        yield from (reading.keys[comment.id] for comment in reading.in_order if comment.author in helpers)


def _with_sides(reading: ThreadReading, sides: Mapping[CommentKey, Side]) -> ThreadReading:
    if all(sides[reading.keys[comment.id]] is comment.side for comment in reading.in_order):
        return reading
    line = [c.model_copy(update={"side": sides[reading.keys[c.id]]}) for c in reading.in_order]
    return replace(reading, comments={comment.id: comment for comment in with_addressees(line)})
