"""The week's questions, collected from the threads that looks read, and the status of each question.

A question is a comment that asks, with its copies: the same words of one author in one look. It is a question of each
week in which a copy was written; an answer to any copy, whenever, answers it. All counts are counts of questions.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from auditor.base.reply_targets import is_question
from auditor.base.snapshot import Cause, Comment, CommentsState, Intent, Network, Post, Side
from auditor.base.text import N_
from auditor.checks.case import Case, why_posts_incomplete
from auditor.checks.observed_page import ObservedPage
from auditor.checks.thread_readings import (
    CommentKey,
    ReadingId,
    ThreadId,
    ThreadReading,
    asking_authors,
    read_together,
    thread_readings,
)
from auditor.registry.models import Basis
from auditor.registry.policy import NO_NORM, Threshold

_THREADS = Threshold(
    key="thread_days",
    value=14,
    least=0,
    most=3_650,
    wanted=N_("a whole number of days, 0 to 3650"),
    basis=Basis.CONVENTION,
    source=NO_NORM,
    note="дней до недели: под публикациями этих дней комментарии недели тоже учтены",
    label=N_("Posts before the week whose comments count, days"),
)

LONG_WAIT = 3
"""How many times the time for a reply a question must have waited before silence may be held against the holder."""


class QuestionStatus(StrEnum):
    """Whether and when a question was answered. Of copies with several, the first of this order holds."""

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
    """A citizen's question of the week, with its copies."""

    post: Post
    at: datetime
    """When the first copy of the week was written."""
    answered_at: datetime | None
    """When the first reply with words of the owner's side was written."""
    status: QuestionStatus
    long_waiting: bool
    """Whether it was due, and older than `LONG_WAIT` times the time for a reply when last read in full."""
    answered_by_body: bool
    """Another body answered it."""
    answered_by_unknown: bool
    """An author whose side is not known answered it."""
    keys: frozenset[CommentKey]
    """The week's copies."""


def window_start(case: Case) -> datetime:
    """Return the earliest publication time of posts under which the week's comments are read."""
    thread_days: int = case.policy_value("thread_days")
    return case.week.starts - timedelta(days=thread_days)


# All pages -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WeekQuestions:
    """The week's questions and comments over some pages."""

    case: Case
    pages: Sequence["PageThreads"]

    @property
    def questions(self) -> list[Question]:
        """The questions of all pages, oldest first."""
        return sorted((q for page in self.pages for q in page.questions), key=lambda q: (q.at, q.post.url))

    @property
    def comments(self) -> list[Comment]:
        """The week's comments with some text of citizens, and of organisations."""
        return [comment for page in self.pages for comment in page.comments.values()]

    def count_and_people(self, counts: Callable[[Question], bool]) -> list[tuple[int, int]]:
        """Return for each network how many questions count, and how many people its fullest look shows to ask them."""
        pages_by_network: dict[Network, list[PageThreads]] = defaultdict(list)
        for page in self.pages:
            pages_by_network[page.page.account.network].append(page)
        counted = [[(page, list(filter(counts, page.questions))) for page in p] for p in pages_by_network.values()]
        return [(sum(len(q) for _, q in rows), max(page.askers(q) for page, q in rows)) for rows in counted]

    @property
    def organisation_questions(self) -> int:
        """How many questions organisations ask that are not on record, the same words of one counted once."""
        return sum(page.organisation_questions for page in self.pages)

    @property
    def same_text(self) -> int:
        """How many of the owner's replies share their text with another one; an empty text equals none."""
        sketches = [sketch for page in self.pages for sketch in page.reply_sketches.values() if sketch]
        return sum(sketches.count(sketch) for sketch in set(sketches) if sketches.count(sketch) > 1)

    @property
    def only_citizens_wrote(self) -> bool:
        """Whether since the first question nobody but citizens wrote in any thread, nor a post that it answers people.

        A post of which that was not recorded may be one.
        """
        since = min((question.at for question in self.questions), default=self.case.judged_until)
        wrote = any(page.has_other_writers(since) for page in self.pages)
        posts = (post for page in self.pages for post in page.page.posts(since, self.case.as_of) if not post.repost)
        return not wrote and all(post.says_answers is False for post in posts)

    @property
    def may_have_helper(self) -> bool:
        """Whether a citizen who asked nothing replied to a question in five words or more, or in unrecorded many."""
        return any(page.may_have_helper for page in self.pages)

    def why_incomplete(self, *, for_failed: bool, by_record_of_then: bool = False) -> Cause | None:
        """Return why the window's posts and threads were not all read as a verdict needs it; None if they were.

        `failed` needs looks that may count against the holder, of every thread, after the week's end. With
        `by_record_of_then` threads count as read though the record that decides sides has changed since.
        """
        start = max(filter(None, (window_start(self.case), self.case.tenure_start)))
        posts_cause = why_posts_incomplete((page.page for page in self.pages), start, even_late=not for_failed)
        causes = (
            page.why_threads_incomplete(for_failed=for_failed, by_record_of_then=by_record_of_then)
            for page in self.pages
        )
        return posts_cause or next((cause for cause in causes if cause is not None), None)


# A page ----------------------------------------------------------------------------------------------------------


class PageThreads:
    """The threads of one page under the posts of the window, and the week's questions there.

    They are read once for all that is judged of the page: the copies of questions, and the replies to them, are joined
    over its readings, oldest first.
    """

    def __init__(self, case: Case, page: ObservedPage) -> None:
        """Read the threads as `case` needs them."""
        posts = case.posts([page], window_start(case))
        self._case, self.page = case, page
        self._reply_time = timedelta(hours=case.policy_value("reply_within_hours"))
        self.posts = {(page.account.url.url, post.id): post for post in posts}
        self._readings = thread_readings(case, page, posts)
        self._leaders = _join_copies(self._readings)
        self._proofs: dict[ThreadId, list[tuple[ThreadReading, set[CommentKey]]]] = defaultdict(list)
        """By thread the readings in which what is not shown is certainly absent, each with the questions it shows."""
        self._copies: dict[CommentKey, dict[CommentKey, list[ThreadReading]]] = defaultdict(lambda: defaultdict(list))
        """The week's copies of each question, by its leader, each with the readings that show it."""
        self.comments: dict[CommentKey, Comment] = {}
        """The week's comments of citizens and organisations with some text, each as the newest look has it."""
        for reading in self._readings:
            self._add_reading(reading)
        self.reply_sketches: dict[CommentKey, str] = {}
        """The sketches of the owner's replies to the week's questions."""
        self._first_replies: dict[tuple[CommentKey, Side], datetime] = {}
        for reading in self._readings:
            self._add_replies(reading)
        self.questions = list(self._questions())

    def _add_reading(self, reading: ThreadReading) -> None:
        """Record the comments of a reading that were written in the week and in the holder's time."""
        if reading.proves_absence:
            self._proofs[reading.thread].append((reading, reading.question_keys))
        start = max(filter(None, (self._case.week.starts, self._case.tenure_start)))
        for comment in (c for c in reading.in_order if start <= c.at < self._case.judged_until):
            key = reading.keys[comment.id]
            if is_question(comment):
                self._copies[self._leaders[key]][key].append(reading)
            if comment.has_text and not comment.deleted and (comment.side is Side.CITIZEN or comment.organisation):
                self.comments[key] = comment

    @property
    def organisation_questions(self) -> int:
        """How many of the week's questions organisations ask that are not on record."""
        of_organisations = (key for key, comment in self.comments.items() if comment.side is Side.UNKNOWN)
        return len({self._leaders[key] for key in of_organisations if self.comments[key].says is Intent.ASKS})

    def askers(self, questions: Iterable[Question]) -> int:
        """Count the people who asked some questions, in the trusted look that shows most of them."""
        keys = {key for question in questions for key in question.keys}
        askers_by_reading: dict[ReadingId, set[int]] = defaultdict(set)
        for reading in (reading for reading in self._readings if reading.look.trusted):
            authors = (c.author for c in reading.in_order if reading.keys[c.id] in keys)
            askers_by_reading[reading.reading_id] |= {author for author in authors if author is not None}
        return max(map(len, askers_by_reading.values()), default=0)

    def has_other_writers(self, since: datetime) -> bool:
        """Return whether anyone but a citizen commented from a moment on, under posts of the window or later ones."""
        later = (p for look in self.page.looks for p in look.snapshot.posts if p.at >= self._case.judged_until)
        comments = [comment for reading in self._readings for comment in reading.in_order]
        comments += [comment for post in later for comment in post.comments]
        return any(comment.at >= since and not _is_citizens(comment) for comment in comments)

    @property
    def may_have_helper(self) -> bool:
        """Whether a citizen who asks nothing here may have replied in five words to any copy of a question."""
        for together in read_together(self._readings):
            asking = asking_authors(together)
            for reading, reply in ((r, reply) for r in together for reply in r.replies(Side.CITIZEN)):
                is_long = reply.has_five_words is not False and (reply.author is None or reply.author not in asking)
                leaders = {self._leaders[reading.keys[target.id]] for target in reading.answered(reply)}
                if is_long and leaders & self._copies.keys():
                    return True
        return False

    def why_threads_incomplete(self, *, for_failed: bool, by_record_of_then: bool = False) -> Cause | None:
        """Return the cause of the first thread that no counting look read in full after the week; None without any."""
        visible_post_ids = self._visible_post_ids(even_late=not for_failed)
        for thread, post in self.posts.items():
            readings = [reading for reading in self._readings if reading.thread == thread]
            is_empty = not any(reading.comments for reading in readings)
            is_read = any(
                self._counts(reading, for_failed=for_failed)
                and (by_record_of_then or not reading.sides_outdated)
                and (reading.complete or (is_empty and reading.post.comments_state is CommentsState.CLOSED))
                for reading in readings
            )
            if not is_read and post.id in visible_post_ids:
                return self._cause_of_incomplete_thread(post, readings)
        return None

    def _visible_post_ids(self, *, even_late: bool) -> set[int]:
        """Return the ids of the window's posts that the newest complete look shows; all of them without such a look."""
        snapshot = self.page.latest_complete(window_start(self._case), even_late=even_late)
        shown = self.posts.values() if snapshot is None else snapshot.posts
        ids, moments = {post.id for post in shown}, {(post.at, post.repost) for post in shown}
        return {post.id for post in self.posts.values() if post.id in ids or (post.at, post.repost) in moments}

    def _counts(self, reading: ThreadReading, *, for_failed: bool) -> bool:
        """Return whether a thread was read by a counting look after the week's end.

        Unless `for_failed`, a late look will do, and so will an unchanged count for a post from before the week.
        """
        count_is_enough = not for_failed and self.posts[reading.thread].at < self._case.week.starts
        read_at = reading.look.snapshot.taken_at if count_is_enough else reading.read_at
        return reading.look.counts(even_late=not for_failed) and self._case.is_after_week(read_at)

    def _cause_of_incomplete_thread(self, post: Post, readings: Sequence[ThreadReading]) -> Cause:
        looks_after_week = [r.look for r in readings if r.read_at >= self._case.judged_until and r.complete]
        if any(look.full for look in looks_after_week):
            return Cause.TOO_LITTLE_DATA
        if looks_after_week:
            return Cause.SEEN_LATE if any(look.late for look in looks_after_week) else Cause.CONTROL_FAILED
        snapshots = [look.snapshot for look in self.page.looks if look.snapshot.taken_at >= self.page.week_starts]
        causes = [p.comments_cause for s in snapshots for p in s.posts if p.id == post.id and p.comments_cause]
        return causes[-1] if causes else Cause.TOO_LITTLE_DATA

    def _add_replies(self, reading: ThreadReading) -> None:
        """Record each side's first reply to any copy of a question, and the owner's replies."""
        for side in (Side.OWNER, Side.BODY, Side.UNKNOWN):
            for reply in reading.replies(side):
                leaders = {self._leaders[reading.keys[target.id]] for target in reading.answered(reply)}
                for leader in leaders & self._copies.keys():
                    self._first_replies[leader, side] = min(self._first_replies.get((leader, side), reply.at), reply.at)
                    if side is Side.OWNER:
                        self.reply_sketches[reading.keys[reply.id]] = reply.sketch or ""

    def _questions(self) -> Iterator[Question]:
        """Yield the questions, each with the status of the copy that ranks first."""
        for leader, copies in self._copies.items():
            asked_at = min(at for _, at, _ in copies)
            answered_at = self._first_replies.get((leader, Side.OWNER))
            states = [(*self._status(key, copies[key], asked_at, answered_at), key) for key in copies]
            status, long_waiting, key = min(states, key=lambda state: (_ORDER.index(state[0]), not state[1], state[2]))
            yield Question(
                post=self.posts[key[0]],
                at=asked_at,
                answered_at=answered_at,
                status=status,
                long_waiting=long_waiting,
                answered_by_body=(leader, Side.BODY) in self._first_replies,
                answered_by_unknown=(leader, Side.UNKNOWN) in self._first_replies,
                keys=frozenset(copies),
            )

    def _status(
        self, key: CommentKey, shown_in: Sequence[ThreadReading], asked_at: datetime, answered_at: datetime | None
    ) -> tuple[QuestionStatus, bool]:
        """Return a copy's status, and whether it is due and has waited for long."""
        routes = {reading.route for reading in shown_in}
        proofs = [proof for proof in self._proofs[key[0]] if proof[0].route in routes]
        last_reading, shown_keys = proofs[-1] if proofs else (None, set())
        is_shown = key in shown_keys
        read_at = last_reading.read_at if last_reading else max(reading.read_at for reading in shown_in)
        has_waited = read_at - asked_at > LONG_WAIT * self._reply_time
        if answered_at is not None:
            in_time = answered_at - asked_at <= self._reply_time
            return QuestionStatus.IN_TIME if in_time else QuestionStatus.LATE, has_waited
        if read_at - asked_at < self._reply_time and (is_shown or last_reading is None):
            return QuestionStatus.PENDING, False
        is_due = last_reading is not None and is_shown and self._case.is_after_week(read_at)
        return QuestionStatus.UNANSWERED if is_due else QuestionStatus.UNCERTAIN, has_waited and is_due


def _is_citizens(comment: Comment) -> bool:
    """Return whether a citizen wrote it; the side of a deleted comment without an author is not known."""
    return comment.side is Side.CITIZEN and not (comment.deleted and comment.author is None)


_ORDER = tuple(QuestionStatus)


def _join_copies(readings: Sequence[ThreadReading]) -> dict[CommentKey, CommentKey]:
    """Return by each comment's key the key of its leader: copies, the same words of one author in a look, have one."""
    leaders: dict[CommentKey, CommentKey] = {}

    def leader_of(key: CommentKey) -> CommentKey:
        while leaders.setdefault(key, key) != key:
            key = leaders[key]
        return key

    first_copies: dict[tuple[ReadingId, int], CommentKey] = {}
    for reading in readings:
        for comment in reading.in_order:
            key, words = reading.keys[comment.id], (reading.reading_id, comment.same_as or comment.id)
            leaders[leader_of(key)] = leader_of(first_copies.setdefault(words, key))
    return {key: leader_of(key) for key in list(leaders)}
