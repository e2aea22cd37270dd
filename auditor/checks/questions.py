"""The week's questions: one fold over what the looks read, and what became of each.

A question is the post it stands under, its moment and author, the first replies of each side, and whether what is not
seen of it is certain. All counts are of these.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from auditor.base.snapshot import Cause, Comment, CommentsState, Intent, Post, Side
from auditor.checks.case import Case, unread_cause
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
    """What became of a question."""

    IN_TIME = "in_time"
    LATE = "late"
    UNANSWERED = "unanswered"
    PENDING = "pending"
    """Younger than the time for a reply when it was looked at."""
    UNCERTAIN = "uncertain"
    """Unanswered, and not shown any more, or never read after the week."""


DUE = frozenset({QuestionStatus.IN_TIME, QuestionStatus.LATE, QuestionStatus.UNANSWERED})


@dataclass(frozen=True, slots=True)
class Question:
    """A citizen's question of the week."""

    post: Post
    at: datetime
    answered_at: datetime | None
    """The first reply with words of the owner's side."""
    status: QuestionStatus
    answered_by_body: bool
    """Another body answered it."""
    answered_by_unknown: bool
    """Somebody answered it of whom it is not known whose side he speaks for."""


@dataclass(frozen=True, slots=True)
class WeekQuestions:
    """The week's comments over some pages."""

    questions: tuple[Question, ...]
    askers: int
    """People who asked the questions due: each page's fullest look, added up."""
    comments: int
    unsure: int
    reports: int
    same_text: int
    """Answers of the owner that share their text with another."""
    has_other_writers: bool
    """After the first question under some post somebody has written who is no citizen."""
    unread_cause: Cause | None
    """Why not all threads were read, as green needs it."""
    unread_cause_for_failed: Cause | None
    """The same as red needs it: by looks that may count against him, all after the week's end."""


def window_start(case: Case) -> datetime:
    """Return from when on the posts are under which the week's comments are read."""
    days: int = case.policy_value("thread_days")
    return case.week.starts - timedelta(days=days)


def questions_in(case: Case, threads: Sequence["PageThreads"]) -> WeekQuestions:
    """Read the week's questions in the threads of some pages."""
    said = {key: comment for one in threads for key, comment in one.citizen_comments.items()}
    asked = [(key, q) for one in threads for key, q in one.questions.items()]
    due = {key for key, question in asked if question.status in DUE}
    return WeekQuestions(
        questions=tuple(question for _, question in sorted(asked)),
        askers=sum(one.askers(due) for one in threads),
        comments=len(said),
        unsure=sum(comment.says is Intent.UNSURE for comment in said.values()),
        reports=sum(comment.says is Intent.REPORTS for comment in said.values()),
        same_text=_sharing(sketch for one in threads for sketch in one.answers.values()),
        has_other_writers=any(one.has_other_writers for one in threads),
        unread_cause=_unread(case, threads, red=False),
        unread_cause_for_failed=_unread(case, threads, red=True),
    )


def _sharing(sketches: Iterable[str]) -> int:
    """Count the texts that another one equals; an empty one equals none."""
    found: dict[str, int] = defaultdict(int)
    for sketch in sketches:
        found[sketch] += bool(sketch)
    return sum(n for n in found.values() if n > 1)


@dataclass(frozen=True, slots=True)
class PageThreads:
    """One page's threads of the window."""

    case: Case
    page: ObservedPage
    posts: Mapping[ThreadId, Post]
    readings: Sequence[ThreadReading]
    questions: Mapping[CommentKey, Question]
    citizen_comments: Mapping[CommentKey, Comment]
    """The week's citizens' comments with some text, each as the newest look has it."""
    answers: Mapping[CommentKey, str]
    """The sketches of the owner's answers to the week's questions."""

    @classmethod
    def of(cls, case: Case, page: ObservedPage) -> "PageThreads":
        """Read them, once for all that is judged of the page."""
        posts = case.posts([page], window_start(case))
        readings = thread_readings(case, page, posts)
        by_place = {(page.account.url.url, post.id): post for post in posts}
        fold = _QuestionFold(case, by_place)
        for reading in readings:
            fold.add(reading)
        return cls(case, page, by_place, readings, fold.questions(), fold.said, fold.answers)

    def askers(self, due: set[CommentKey]) -> int:
        """Count the people who asked the questions due, in the look that shows most and is believed."""
        people: dict[ReadingId, set[int]] = defaultdict(set)
        for reading in (reading for reading in self.readings if reading.look.trusted):
            shown = (c.author for c in reading.in_order if reading.keys[c.id] in due)
            people[reading.reading_id] |= {author for author in shown if author is not None}
        return max(map(len, people.values()), default=0)

    @property
    def has_other_writers(self) -> bool:
        """Whether somebody who is no citizen has written under some post after its first question."""
        return any(self._spoken_under(place) for place in self.posts)

    def _spoken_under(self, place: ThreadId) -> bool:
        comments = [c for reading in self.readings if reading.thread == place for c in reading.in_order]
        first = min((comment.at for comment in comments if is_question(comment)), default=None)
        return first is not None and any(comment.at > first and not _is_citizens(comment) for comment in comments)

    def unread(self, *, red: bool) -> Cause | None:
        """Return why the first thread that was not read as a verdict needs it was not, or None."""
        there = self._still_there(even_late=not red)
        causes = (self._thread_unread(place, post, red=red) for place, post in self.posts.items() if post.id in there)
        return next((cause for cause in causes if cause is not None), None)

    def _still_there(self, *, even_late: bool) -> set[int]:
        """Return the numbers of the window's posts that the newest look which read all of them shows."""
        seen = self.page.latest_complete(window_start(self.case), even_late=even_late)
        if seen is None:
            return {post.id for post in self.posts.values()}
        shown, moments = {post.id for post in seen.posts}, {(post.at, post.repost) for post in seen.posts}
        return {p.id for p in self.posts.values() if p.id in shown or (p.at, p.repost) in moments}

    def _thread_unread(self, place: ThreadId, post: Post, *, red: bool) -> Cause | None:
        """Return why one thread was not read whole after the week's end by a look that counts, or None.

        For green a late look will do, and of a post of before the week a count that has not changed since it was read.
        """
        readings, end = [r for r in self.readings if r.thread == place], self.case.judged_until
        moved = not red and post.at < self.case.week.starts
        for reading in readings:
            counting = reading.look.full or (not red and reading.look.late and reading.look.trusted)
            read_at = reading.look.snapshot.taken_at if moved else reading.at
            if counting and self._is_read(reading, readings) and (read_at >= end or not self.case.week_is_over):
                return None
        return self._why(post, readings)

    @staticmethod
    def _is_read(reading: ThreadReading, readings: Sequence[ThreadReading]) -> bool:
        """Tell whether a thread was read whole; where nobody can comment, nothing is missed that no look ever saw."""
        closed = reading.post.comments_state is CommentsState.CLOSED and not any(other.comments for other in readings)
        return (reading.complete or closed) and not reading.sides_outdated

    def _why(self, post: Post, readings: Sequence[ThreadReading]) -> Cause:
        looks = [(look, p) for look in self.page.looks for p in look.snapshot.posts if p.id == post.id]
        causes = [
            p.comments_cause
            for look, p in looks
            if p.comments_cause and look.snapshot.taken_at >= self.page.week_starts
        ]
        after = [r.look for r in readings if r.at >= self.case.judged_until and r.complete]
        if any(look.full for look in after):
            return Cause.TOO_LITTLE_DATA
        if after:
            return Cause.SEEN_LATE if any(look.late for look in after) else Cause.CONTROL_FAILED
        return causes[-1] if causes else Cause.TOO_LITTLE_DATA


def _is_citizens(comment: Comment) -> bool:
    """Tell whether a citizen wrote it; of one that is deleted and has no author it is not known who did."""
    return comment.side is Side.CITIZEN and not (comment.deleted and comment.author is None)


def _unread(case: Case, threads: Sequence[PageThreads], *, red: bool) -> Cause | None:
    """Return why the walls and threads of the window were not all read, or None."""
    start = max(filter(None, (window_start(case), case.tenure_start)))
    wall = unread_cause((one.page for one in threads), start, even_late=not red)
    return wall or next((cause for one in threads if (cause := one.unread(red=red)) is not None), None)


# The fold --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _QuestionState:
    """What the readings up to one show of a question."""

    post: Post
    at: datetime
    same_as: tuple[ReadingId, int] | None = None
    """The comment in which its author asked it in the same words, by its number where they were read together."""
    owner_replied_at: datetime | None = None
    body_replied_at: datetime | None = None
    unknown_replied_at: datetime | None = None
    routes: frozenset[str] = frozenset()
    last_shown: datetime | None = None
    """When it was last seen."""


class _QuestionFold:
    """Takes in reading after reading, oldest first."""

    def __init__(self, case: Case, posts: Mapping[ThreadId, Post]) -> None:
        self._case, self._posts = case, posts
        self._from = max(filter(None, (case.week.starts, case.tenure_start)))
        self._rows: dict[CommentKey, _QuestionState] = {}
        self._numbered: dict[tuple[ReadingId, int], CommentKey] = {}
        self._whole: dict[ThreadId, list[ThreadReading]] = defaultdict(list)
        """By thread the readings that tell what is missing."""
        self.said: dict[CommentKey, Comment] = {}
        self.answers: dict[CommentKey, str] = {}

    def add(self, reading: ThreadReading) -> None:
        """Take in a reading."""
        if reading.complete and reading.look.full and not reading.sides_outdated:
            self._whole[reading.thread].append(reading)
        week = [c for c in reading.in_order if is_countable(c) and self._from <= c.at < self._case.judged_until]
        self.said |= {reading.keys[comment.id]: comment for comment in week}
        for comment in week:
            if is_question(comment):
                self._ask(reading, comment)
        for side in (Side.OWNER, Side.BODY, Side.UNKNOWN):
            for reply in reading.replies(side):
                self._reply(reading, reply, side)

    def _ask(self, reading: ThreadReading, comment: Comment) -> None:
        key = reading.keys[comment.id]
        self._numbered[reading.reading_id, comment.id] = key
        row = self._rows.setdefault(key, _QuestionState(self._posts[reading.thread], comment.at))
        row.same_as = (reading.reading_id, comment.same_as) if comment.same_as is not None else row.same_as
        row.routes |= {reading.look.snapshot.route.value}
        row.last_shown = max(filter(None, (row.last_shown, reading.at)))

    def _reply(self, reading: ThreadReading, reply: Comment, side: Side) -> None:
        """Note a reply at each question that it answers, if none of its side came before."""
        for target in reading.answered(reply):
            row = self._rows.get(reading.keys[target.id])
            if row is None:
                continue
            field_name = f"{side.value}_replied_at"
            known: datetime | None = getattr(row, field_name)
            setattr(row, field_name, reply.at if known is None else min(known, reply.at))
            if side is Side.OWNER:
                self.answers[reading.keys[reply.id]] = reply.sketch or ""

    def questions(self) -> dict[CommentKey, Question]:
        """Return the questions, each once, with what became of it."""
        found: dict[CommentKey, Question] = {}
        for key, row in self._rows.items():
            question = Question(
                row.post,
                row.at,
                row.owner_replied_at,
                self._fate(key, row),
                row.body_replied_at is not None,
                row.unknown_replied_at is not None,
            )
            root = self._numbered.get(row.same_as, key) if row.same_as is not None else key
            found[root] = _merge(found.get(root), question)
        return found

    def _fate(self, key: CommentKey, row: _QuestionState) -> QuestionStatus:
        within = timedelta(hours=self._case.policy_value("reply_within_hours"))
        if row.owner_replied_at is not None:
            return QuestionStatus.IN_TIME if row.owner_replied_at - row.at <= within else QuestionStatus.LATE
        last = next((r for r in reversed(self._whole[key[0]]) if r.look.snapshot.route.value in row.routes), None)
        shown = last is not None and key in last.keys.values()
        until = last.at if last is not None else row.last_shown or row.at
        if until - row.at < within and (shown or last is None):
            return QuestionStatus.PENDING
        after = last is not None and (last.at >= self._case.week.ends or not self._case.week_is_over)
        return QuestionStatus.UNANSWERED if shown and after else QuestionStatus.UNCERTAIN


_ORDER = (
    QuestionStatus.IN_TIME,
    QuestionStatus.LATE,
    QuestionStatus.UNANSWERED,
    QuestionStatus.PENDING,
    QuestionStatus.UNCERTAIN,
)


def _merge(known: Question | None, other: Question) -> Question:
    """Join two questions in the same words of one author: it is answered if any of them is."""
    if known is None:
        return other
    best = min((known, other), key=lambda question: _ORDER.index(question.status))
    return replace(
        best,
        answered_by_body=known.answered_by_body or other.answered_by_body,
        answered_by_unknown=known.answered_by_unknown or other.answered_by_unknown,
    )
