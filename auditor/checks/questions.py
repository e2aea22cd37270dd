"""The week's questions, collected in one pass over the threads that looks read, and the status of each question.

A question is the post it stands under, its moment and author, the first reply of each side, and whether a reply that
was not seen is certainly absent. All counts are counts of questions.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from auditor.base.snapshot import Cause, Comment, CommentsState, Intent, Post, Side
from auditor.checks.case import Case, why_posts_incomplete
from auditor.checks.observed_page import ObservedPage
from auditor.checks.thread_readings import (
    CommentKey,
    ReadingId,
    ThreadId,
    ThreadReading,
    is_countable,
    is_question,
    thread_readings,
)


class QuestionStatus(StrEnum):
    """Whether and when a question was answered."""

    IN_TIME = "in_time"
    LATE = "late"
    UNANSWERED = "unanswered"
    PENDING = "pending"
    """Younger than the time for a reply when last looked at."""
    UNCERTAIN = "uncertain"
    """Unanswered, but no longer shown, or not read after the week."""


DUE = frozenset({QuestionStatus.IN_TIME, QuestionStatus.LATE, QuestionStatus.UNANSWERED})


@dataclass(frozen=True, slots=True)
class Question:
    """A citizen's question of the week."""

    post: Post
    at: datetime
    answered_at: datetime | None
    """When the first reply with words of the owner's side was written."""
    status: QuestionStatus
    answered_by_body: bool
    """Another body answered it."""
    answered_by_unknown: bool
    """An author whose side is not known answered it."""


@dataclass(frozen=True, slots=True)
class WeekQuestions:
    """The week's questions and comments over some pages."""

    questions: tuple[Question, ...]
    askers: int
    """People who asked the questions due: by each page's fullest look, added up."""
    comments: int
    unsure: int
    problem_reports: int
    same_text: int
    """The owner's replies that share their text with another."""
    has_other_writers: bool
    """Whether anyone but citizens has commented under some post after its first question."""
    why_incomplete: Cause | None
    """Why not all threads were read as `passed` needs it; None if they were."""
    why_incomplete_for_failed: Cause | None
    """The same as `failed` needs it: by looks that may count against the holder, all after the week's end."""


def window_start(case: Case) -> datetime:
    """Return the earliest publication time of posts under which the week's comments are read."""
    thread_days: int = case.policy_value("thread_days")
    return case.week.starts - timedelta(days=thread_days)


def questions_in(case: Case, threads: Sequence["PageThreads"]) -> WeekQuestions:
    """Count the week's questions and comments in the threads of some pages."""
    comments_by_key = {
        key: comment for page_threads in threads for key, comment in page_threads.citizen_comments.items()
    }
    questions = [(key, q) for page_threads in threads for key, q in page_threads.questions.items()]
    due = {key for key, question in questions if question.status in DUE}
    return WeekQuestions(
        questions=tuple(question for _, question in sorted(questions)),
        askers=sum(page_threads.askers(due) for page_threads in threads),
        comments=len(comments_by_key),
        unsure=sum(comment.says is Intent.UNSURE for comment in comments_by_key.values()),
        problem_reports=sum(comment.says is Intent.REPORTS for comment in comments_by_key.values()),
        same_text=_sharing(sketch for page_threads in threads for sketch in page_threads.owner_reply_sketches.values()),
        has_other_writers=any(page_threads.has_other_writers for page_threads in threads),
        why_incomplete=_why_posts_or_threads_incomplete(case, threads, for_failed=False),
        why_incomplete_for_failed=_why_posts_or_threads_incomplete(case, threads, for_failed=True),
    )


def _sharing(sketches: Iterable[str]) -> int:
    """Count the texts that equal another one; an empty text equals none."""
    count_by_sketch: dict[str, int] = defaultdict(int)
    for sketch in sketches:
        count_by_sketch[sketch] += bool(sketch)
    return sum(count for count in count_by_sketch.values() if count > 1)


@dataclass(frozen=True, slots=True)
class PageThreads:
    """The threads of one page in the window of `window_start`."""

    case: Case
    page: ObservedPage
    posts: Mapping[ThreadId, Post]
    readings: Sequence[ThreadReading]
    questions: Mapping[CommentKey, Question]
    citizen_comments: Mapping[CommentKey, Comment]
    """The week's comments of citizens with some text, each as the newest look has it."""
    owner_reply_sketches: Mapping[CommentKey, str]
    """The sketches of the owner's replies to the week's questions."""

    @classmethod
    def of(cls, case: Case, page: ObservedPage) -> "PageThreads":
        """Return the threads of a page, read once for all that is judged of it."""
        posts = case.posts([page], window_start(case))
        readings = thread_readings(case, page, posts)
        posts_by_thread = {(page.account.url.url, post.id): post for post in posts}
        collector = _QuestionCollector(case, posts_by_thread)
        for reading in readings:
            collector.add(reading)
        return cls(
            case, page, posts_by_thread, readings, collector.questions(), collector.comments, collector.reply_sketches
        )

    def askers(self, due: set[CommentKey]) -> int:
        """Count the people who asked the questions due, in the trusted look that shows most of them."""
        askers_by_reading: dict[ReadingId, set[int]] = defaultdict(set)
        for reading in (reading for reading in self.readings if reading.look.trusted):
            authors = (c.author for c in reading.in_order if reading.keys[c.id] in due)
            askers_by_reading[reading.reading_id] |= {author for author in authors if author is not None}
        return max(map(len, askers_by_reading.values()), default=0)

    @property
    def has_other_writers(self) -> bool:
        """Whether anyone but a citizen has commented under some post after its first question."""
        return any(self._has_other_writers_under(thread) for thread in self.posts)

    def _has_other_writers_under(self, thread: ThreadId) -> bool:
        comments = [c for reading in self.readings if reading.thread == thread for c in reading.in_order]
        first_at = min((comment.at for comment in comments if is_question(comment)), default=None)
        return first_at is not None and any(comment.at > first_at and not _is_citizens(comment) for comment in comments)

    def why_threads_incomplete(self, *, for_failed: bool) -> Cause | None:
        """Return the cause of the first thread that was not read as a verdict needs it, or None."""
        visible_post_ids = self._visible_post_ids(even_late=not for_failed)
        causes = (
            self._why_thread_incomplete(thread, post, for_failed=for_failed)
            for thread, post in self.posts.items()
            if post.id in visible_post_ids
        )
        return next((cause for cause in causes if cause is not None), None)

    def _visible_post_ids(self, *, even_late: bool) -> set[int]:
        """Return the ids of the window's posts that the newest complete look shows; all of them without such a look."""
        snapshot = self.page.latest_complete(window_start(self.case), even_late=even_late)
        if snapshot is None:
            return {post.id for post in self.posts.values()}
        ids, moments = {post.id for post in snapshot.posts}, {(post.at, post.repost) for post in snapshot.posts}
        return {post.id for post in self.posts.values() if post.id in ids or (post.at, post.repost) in moments}

    def _why_thread_incomplete(self, thread: ThreadId, post: Post, *, for_failed: bool) -> Cause | None:
        """Return why no counting look read a thread in full after the week's end; None if one did.

        Unless `for_failed`, a late look will do, and so will an unchanged count for a post from before the week.
        """
        readings, judged_until = [r for r in self.readings if r.thread == thread], self.case.judged_until
        count_is_enough = not for_failed and post.at < self.case.week.starts
        for reading in readings:
            counts = reading.look.full or (not for_failed and reading.look.late and reading.look.trusted)
            read_at = reading.look.snapshot.taken_at if count_is_enough else reading.read_at
            if (
                counts
                and self._is_complete(reading, readings)
                and (read_at >= judged_until or not self.case.week_is_over)
            ):
                return None
        return self._cause_of_incomplete_thread(post, readings)

    @staticmethod
    def _is_complete(reading: ThreadReading, readings: Sequence[ThreadReading]) -> bool:
        """Return whether a thread was read in full; so is a closed one under which no look saw a comment."""
        is_empty = reading.post.comments_state is CommentsState.CLOSED and not any(each.comments for each in readings)
        return (reading.complete or is_empty) and not reading.sides_outdated

    def _cause_of_incomplete_thread(self, post: Post, readings: Sequence[ThreadReading]) -> Cause:
        posts_by_look = [(look, p) for look in self.page.looks for p in look.snapshot.posts if p.id == post.id]
        causes = [
            p.comments_cause
            for look, p in posts_by_look
            if p.comments_cause and look.snapshot.taken_at >= self.page.week_starts
        ]
        looks_after_week = [r.look for r in readings if r.read_at >= self.case.judged_until and r.complete]
        if any(look.full for look in looks_after_week):
            return Cause.TOO_LITTLE_DATA
        if looks_after_week:
            return Cause.SEEN_LATE if any(look.late for look in looks_after_week) else Cause.CONTROL_FAILED
        return causes[-1] if causes else Cause.TOO_LITTLE_DATA


def _is_citizens(comment: Comment) -> bool:
    """Return whether a citizen wrote it; the side of a deleted comment without an author is not known."""
    return comment.side is Side.CITIZEN and not (comment.deleted and comment.author is None)


def _why_posts_or_threads_incomplete(case: Case, threads: Sequence[PageThreads], *, for_failed: bool) -> Cause | None:
    """Return why the posts and threads of the window were not all read, or None."""
    start = max(filter(None, (window_start(case), case.tenure_start)))
    posts_cause = why_posts_incomplete((page_threads.page for page_threads in threads), start, even_late=not for_failed)
    causes = (page_threads.why_threads_incomplete(for_failed=for_failed) for page_threads in threads)
    return posts_cause or next((cause for cause in causes if cause is not None), None)


# The collector ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _QuestionState:
    """What the readings up to some moment show of a question."""

    post: Post
    at: datetime
    same_as: tuple[ReadingId, int] | None = None
    """The author's earlier comment with the same words: the reading of both, and its id there."""
    owner_replied_at: datetime | None = None
    body_replied_at: datetime | None = None
    unknown_replied_at: datetime | None = None
    routes: frozenset[str] = frozenset()
    last_shown: datetime | None = None
    """When it was last seen."""


class _QuestionCollector:
    """Collects questions and replies from readings, which are added oldest first."""

    def __init__(self, case: Case, posts: Mapping[ThreadId, Post]) -> None:
        self._case, self._posts = case, posts
        self._counted_from = max(filter(None, (case.week.starts, case.tenure_start)))
        self._states: dict[CommentKey, _QuestionState] = {}
        self._keys_by_id: dict[tuple[ReadingId, int], CommentKey] = {}
        self._readings_proving_absence: dict[ThreadId, list[ThreadReading]] = defaultdict(list)
        """By thread the readings in which a comment that is not shown is certainly absent."""
        self.comments: dict[CommentKey, Comment] = {}
        self.reply_sketches: dict[CommentKey, str] = {}

    def add(self, reading: ThreadReading) -> None:
        """Add a reading."""
        if reading.complete and reading.look.full and not reading.sides_outdated:
            self._readings_proving_absence[reading.thread].append(reading)
        week_comments = [
            c for c in reading.in_order if is_countable(c) and self._counted_from <= c.at < self._case.judged_until
        ]
        self.comments |= {reading.keys[comment.id]: comment for comment in week_comments}
        for comment in week_comments:
            if is_question(comment):
                self._add_question(reading, comment)
        for side in (Side.OWNER, Side.BODY, Side.UNKNOWN):
            for reply in reading.replies(side):
                self._add_reply(reading, reply, side)

    def _add_question(self, reading: ThreadReading, comment: Comment) -> None:
        key = reading.keys[comment.id]
        self._keys_by_id[reading.reading_id, comment.id] = key
        state = self._states.setdefault(key, _QuestionState(self._posts[reading.thread], comment.at))
        state.same_as = (reading.reading_id, comment.same_as) if comment.same_as is not None else state.same_as
        state.routes |= {reading.look.snapshot.route.value}
        state.last_shown = max(filter(None, (state.last_shown, reading.read_at)))

    def _add_reply(self, reading: ThreadReading, reply: Comment, side: Side) -> None:
        """Record a reply at each question that it answers, unless its side replied earlier."""
        for target in reading.answered(reply):
            state = self._states.get(reading.keys[target.id])
            if state is None:
                continue
            field_name = f"{side.value}_replied_at"
            first_at: datetime | None = getattr(state, field_name)
            setattr(state, field_name, reply.at if first_at is None else min(first_at, reply.at))
            if side is Side.OWNER:
                self.reply_sketches[reading.keys[reply.id]] = reply.sketch or ""

    def questions(self) -> dict[CommentKey, Question]:
        """Return the questions by the key of the first comment that asks each, with their status."""
        questions: dict[CommentKey, Question] = {}
        for key, state in self._states.items():
            question = Question(
                state.post,
                state.at,
                state.owner_replied_at,
                self._status(key, state),
                state.body_replied_at is not None,
                state.unknown_replied_at is not None,
            )
            first_key = self._keys_by_id.get(state.same_as, key) if state.same_as is not None else key
            questions[first_key] = _merge(questions.get(first_key), question)
        return questions

    def _status(self, key: CommentKey, state: _QuestionState) -> QuestionStatus:
        within = timedelta(hours=self._case.policy_value("reply_within_hours"))
        if state.owner_replied_at is not None:
            return QuestionStatus.IN_TIME if state.owner_replied_at - state.at <= within else QuestionStatus.LATE
        last_reading = next(
            (
                r
                for r in reversed(self._readings_proving_absence[key[0]])
                if r.look.snapshot.route.value in state.routes
            ),
            None,
        )
        is_shown = last_reading is not None and key in last_reading.keys.values()
        last_known_at = last_reading.read_at if last_reading is not None else state.last_shown or state.at
        if last_known_at - state.at < within and (is_shown or last_reading is None):
            return QuestionStatus.PENDING
        is_after_week = last_reading is not None and (
            last_reading.read_at >= self._case.week.ends or not self._case.week_is_over
        )
        return QuestionStatus.UNANSWERED if is_shown and is_after_week else QuestionStatus.UNCERTAIN


_ORDER = (
    QuestionStatus.IN_TIME,
    QuestionStatus.LATE,
    QuestionStatus.UNANSWERED,
    QuestionStatus.PENDING,
    QuestionStatus.UNCERTAIN,
)


def _merge(first: Question | None, second: Question) -> Question:
    """Join two questions in the same words of one author.

    Post, moment, status and the owner's answer are those of the question whose status comes first in `_ORDER`; another
    body or an unknown author answered if either question was answered so.
    """
    if first is None:
        return second
    best = min((first, second), key=lambda question: _ORDER.index(question.status))
    return replace(
        best,
        answered_by_body=first.answered_by_body or second.answered_by_body,
        answered_by_unknown=first.answered_by_unknown or second.answered_by_unknown,
    )
