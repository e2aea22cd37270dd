"""Threads as looks read them: each comment as it counts today, and the comment that a reply answers.

Of a comment read several times the newest `FULL` reading counts: its side, and what it asks. The target of a reply was
resolved when it was read (`auditor.base.reply_targets`). A reply to a comment that asks nothing also answers the
question above that comment in the same chain. Authors are comparable within one reading only (docs/dev/design.md,
section 5).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from auditor.base.reply_targets import Thread, is_question, reply_targets, with_addressees
from auditor.base.snapshot import Comment, CommentsState, Post, Side
from auditor.base.text import N_
from auditor.checks.case import Case
from auditor.checks.observed_page import ObservedPage, WeightedLook
from auditor.registry.models import Basis
from auditor.registry.policy import NO_NORM, Threshold

_HELPER = Threshold(
    key="helper_people",
    value=3,
    least=1,
    most=1_000,
    wanted=N_("a whole number of people, 1 to 1000"),
    basis=Basis.CONVENTION,
    source=NO_NORM,
    note="кто сам не спрашивает и ответил стольким людям, возможно, отвечает за главу",
    label=N_("Who asks nothing and answers so many people may speak for the holder, people"),
)

ThreadId = tuple[str, int]
"""A page's address and a post's id."""
ReadingId = tuple[str, str, datetime]
"""A page's address, a route and the look's moment: what was read together, so that authors' ordinals mean the same."""
CommentKey = tuple[ThreadId, datetime, int]
"""Identity of a comment: its thread, its second, and the network's number, as the first route that showed it has it."""


@dataclass(frozen=True, slots=True)
class ThreadReading(Thread):
    """One post's comments as one look shows them."""

    thread: ThreadId
    post: Post
    look: WeightedLook
    """The look that read it, or a later one that skipped it because its count had not changed."""
    read_at: datetime
    """When it was read."""
    reading_id: ReadingId
    """Identifies what was read together with it."""
    complete: bool
    """Whether every comment that the network showed was read."""
    record_changed: bool = False
    """Whether the record that decided the sides has changed since; always False after `Case.late_after`."""
    keys: Mapping[int, CommentKey] = field(default_factory=dict)
    """By a comment's id on its route."""

    @property
    def route(self) -> str:
        """The route by which it was read."""
        return self.look.snapshot.route.value

    @property
    def sides_outdated(self) -> bool:
        """Whether the changed record could turn a commenter who asks nothing from a citizen into owner or body."""
        if not self.record_changed:
            return False
        asking = asking_authors([self]) - {None}
        return any(comment.author not in asking for comment in self.in_order)

    @property
    def proves_absence(self) -> bool:
        """Whether a comment that it does not show was certainly not there."""
        return self.complete and self.look.full and not self.sides_outdated

    @property
    def question_keys(self) -> set[CommentKey]:
        """The keys of the questions that it shows."""
        return {self.keys[comment.id] for comment in self.questions}


def asking_authors(readings: Iterable[ThreadReading]) -> set[int | None]:
    """Return the authors who ask something in readings of one look."""
    return {comment.author for reading in readings for comment in reading.questions}


def read_together(readings: Iterable[ThreadReading]) -> Iterable[list[ThreadReading]]:
    """Return lists of the readings in which authors' ordinals mean the same."""
    by_reading_id: dict[ReadingId, list[ThreadReading]] = defaultdict(list)
    for reading in readings:
        by_reading_id[reading.reading_id].append(reading)
    return by_reading_id.values()


def thread_readings(case: Case, page: ObservedPage, posts: Sequence[Post]) -> list[ThreadReading]:
    """Return how looks read the comments under a page's `posts`, oldest first, each comment as it counts today.

    Authors who ask nothing but answer the questions of several others are `UNKNOWN`.
    """
    as_read = _with_keys(list(_readings_by_thread(case, page, posts)))
    counted = _as_counted(as_read)
    readings = [_with_facts(reading, counted) for reading in as_read]
    least = case.policy_value("helper_people")
    for key in {key for together in read_together(readings) for key in _helpers(together, least)}:
        if counted[key].side is Side.CITIZEN:
            counted[key] = counted[key].model_copy(update={"side": Side.UNKNOWN})
    return [_with_facts(reading, counted) for reading in as_read]


# What looks read -------------------------------------------------------------------------------------------------


def _readings_by_thread(case: Case, page: ObservedPage, posts: Sequence[Post]) -> Iterator[ThreadReading]:
    """Yield the threads that looks read, oldest look first; a skipped thread is as it was last read completely."""
    last_complete: dict[tuple[ThreadId, str], ThreadReading] = {}
    for look in sorted(page.looks, key=lambda look: look.snapshot.taken_at):
        for reading in _of_look(case, page, look, posts):
            key = reading.thread, reading.route
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
        comments = sorted((c for c in post.comments if c.at <= until), key=lambda c: (c.at, c.id))
        yield ThreadReading(
            thread=(page.account.url.url, post_id),
            post=post,
            look=look,
            read_at=read_at,
            reading_id=(page.account.url.url, look.snapshot.route.value, look.snapshot.taken_at),
            comments={comment.id: comment for comment in comments},
            targets=reply_targets(comments),
            complete=post.comments_cause is None
            and (post.comments_state is not CommentsState.CLOSED or bool(comments)),
            record_changed=_record_changed(case, look),
        )


def _record_changed(case: Case, look: WeightedLook) -> bool:
    """Return whether the record that decides sides has changed since a look, while the week is in time."""
    return look.snapshot.sides not in {"", case.sides_digest} and case.as_of <= case.late_after


# Which comments are one ------------------------------------------------------------------------------------------


def _with_keys(readings: Sequence[ThreadReading]) -> list[ThreadReading]:
    """Return the readings with each comment's key: two routes may give one comment two numbers."""
    shown: dict[ThreadId, dict[str, dict[int, Comment]]] = defaultdict(lambda: defaultdict(dict))
    for reading in readings:
        shown[reading.thread][reading.route] |= reading.comments
    keys: dict[tuple[ThreadId, str], dict[int, CommentKey]] = {}
    for thread, by_route in shown.items():
        first_route = next(iter(by_route.values()))
        for route, comments in by_route.items():
            ids = _ids_on(first_route, comments)
            keys[thread, route] = {c.id: (thread, _moment(c)[0], ids[c.id]) for c in comments.values()}
    return [replace(reading, keys=keys[reading.thread, reading.route]) for reading in readings]


def _ids_on(first_route: Mapping[int, Comment], comments: Mapping[int, Comment]) -> dict[int, int]:
    """Return by each comment's id the id that the first route has for it: the same, or the next one of that moment.

    Of several in one second one that says the same goes first.
    """
    ids = {c.id: c.id for c in comments.values() if c.id in first_route and _moment(c) == _moment(first_route[c.id])}
    free = {comment_id: first_route[comment_id] for comment_id in sorted(first_route.keys() - ids.keys())}
    for also_says in (True, False):
        for comment in (comments[comment_id] for comment_id in sorted(comments.keys() - ids.keys())):
            alike = (c for c in free.values() if _moment(c) == _moment(comment))
            match = next((c for c in alike if not also_says or c.says is comment.says), None)
            if match is not None:
                ids[comment.id] = free.pop(match.id).id
    return {comment_id: ids.get(comment_id, comment_id) for comment_id in comments}


def _moment(comment: Comment) -> tuple[datetime, bool]:
    return comment.at.replace(microsecond=0), comment.has_words


# As they count today ---------------------------------------------------------------------------------------------

_RISING = (Side.CITIZEN, Side.UNKNOWN, Side.BODY, Side.OWNER)


def _as_counted(readings: Iterable[ThreadReading]) -> dict[CommentKey, Comment]:
    """Return each comment as the reading has it that ranks highest: its side, and what it asks.

    Of a route the newest `FULL` reading ranks highest; without any, a complete one, then one by today's record. A route
    may know what another cannot find out (who administers a group): of two routes whose newest readings rank equally
    the higher side holds (`_RISING`).
    """
    newest: dict[CommentKey, dict[str, tuple[tuple[bool, ...], datetime, Comment]]] = defaultdict(dict)
    for reading in readings:
        for comment in reading.in_order:
            full = reading.look.full
            rank = (not comment.deleted, full, full or reading.complete, full or not reading.record_changed)
            by_route = newest[reading.keys[comment.id]]
            if reading.route not in by_route or rank >= by_route[reading.route][0]:
                by_route[reading.route] = rank, reading.read_at, comment
    return {
        key: max(by_route.values(), key=lambda row: (row[0], _RISING.index(row[2].side), row[1]))[2]
        for key, by_route in newest.items()
    }


_DECIDED = ("side", "organisation", "says", "rule")
"""The fields of a comment that its counting reading decides for all of its readings."""


def _with_facts(reading: ThreadReading, counted: Mapping[CommentKey, Comment]) -> ThreadReading:
    """Return a reading with its comments as they count, replies to another citizen asking nothing."""
    comments = (_counting(comment, counted[reading.keys[comment.id]]) for comment in reading.in_order)
    return replace(reading, comments={comment.id: comment for comment in with_addressees(comments)})


def _counting(comment: Comment, counted: Comment) -> Comment:
    facts = {name: getattr(counted, name) for name in _DECIDED if getattr(counted, name) != getattr(comment, name)}
    return comment.model_copy(update=facts) if facts else comment


def _helpers(readings: Sequence[ThreadReading], least: int) -> Iterator[CommentKey]:
    """Yield the comments of authors who ask nothing and reply to questions of at least `least` other authors."""
    asking, answered = asking_authors(readings), defaultdict[int, set[int | None]](set)
    for reading in readings:
        for reply in reading.replies(Side.CITIZEN):
            if reply.author is not None and reply.author not in asking:
                answered[reply.author] |= {c.author for c in reading.answered(reply) if is_question(c)} - {None}
    helpers = {author for author, people in answered.items() if len(people) >= least}
    for reading in readings:
        yield from (reading.keys[comment.id] for comment in reading.in_order if comment.author in helpers)
