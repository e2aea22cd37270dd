"""The week's questions: one fold over what the looks read, and what became of each.

A question is the post it stands under, its moment and author, the first replies of each side, and whether what is not
seen of it is certain. All counts are of these.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from auditor.base.snapshot import Cause, Comment, CommentsState, Post, Says, Side
from auditor.checks.case import Case, unread_cause
from auditor.checks.page import Page
from auditor.checks.threads import Group, Key, Place, Reading, asks, counts, readings_of


class Fate(StrEnum):
    """What became of a question."""

    IN_TIME = "in_time"
    LATE = "late"
    UNANSWERED = "unanswered"
    PENDING = "pending"
    """Younger than the time for a reply when it was looked at."""
    UNCERTAIN = "uncertain"
    """Unanswered, and not shown any more, or never read after the week."""


DUE = frozenset({Fate.IN_TIME, Fate.LATE, Fate.UNANSWERED})


@dataclass(frozen=True, slots=True)
class Question:
    """A citizen's question of the week."""

    post: Post
    at: datetime
    answered_at: datetime | None
    """The first reply with words of the owner's side."""
    fate: Fate
    body: bool
    """Another body answered it."""
    unknown: bool
    """Somebody answered it of whom it is not known whose side he speaks for."""


@dataclass(frozen=True, slots=True)
class Questions:
    """The week's comments over some pages."""

    asked: tuple[Question, ...]
    askers: int
    """People who asked the questions due: each page's fullest look, added up."""
    comments: int
    unsure: int
    reports: int
    same_text: int
    """Answers of the owner that share their text with another."""
    spoken: bool
    """After the first question under some post somebody has written who is no citizen."""
    unread: Cause | None
    """Why not all threads were read, as green needs it."""
    unread_for_red: Cause | None
    """The same as red needs it: by looks that may count against him, all after the week's end."""


def window_start(case: Case) -> datetime:
    """Return from when on the posts are under which the week's comments are read."""
    days: int = case.value("thread_days")
    return case.week.starts - timedelta(days=days)


def questions_in(case: Case, threads: Sequence["Threads"]) -> Questions:
    """Read the week's questions in the threads of some pages."""
    said = {key: comment for one in threads for key, comment in one.said.items()}
    asked = [(key, q) for one in threads for key, q in one.asked.items()]
    due = {key for key, question in asked if question.fate in DUE}
    return Questions(
        asked=tuple(question for _, question in sorted(asked)),
        askers=sum(one.askers(due) for one in threads),
        comments=len(said),
        unsure=sum(comment.says is Says.UNSURE for comment in said.values()),
        reports=sum(comment.says is Says.REPORTS for comment in said.values()),
        same_text=_sharing(sketch for one in threads for sketch in one.answers.values()),
        spoken=any(one.spoken for one in threads),
        unread=_unread(case, threads, red=False),
        unread_for_red=_unread(case, threads, red=True),
    )


def _sharing(sketches: Iterable[str]) -> int:
    """Count the texts that another one equals; an empty one equals none."""
    found: dict[str, int] = defaultdict(int)
    for sketch in sketches:
        found[sketch] += bool(sketch)
    return sum(n for n in found.values() if n > 1)


@dataclass(frozen=True, slots=True)
class Threads:
    """One page's threads of the window."""

    case: Case
    page: Page
    posts: Mapping[Place, Post]
    readings: Sequence[Reading]
    asked: Mapping[Key, Question]
    said: Mapping[Key, Comment]
    """The week's citizens' comments with some text, each as the newest look has it."""
    answers: Mapping[Key, str]
    """The sketches of the owner's answers to the week's questions."""

    @classmethod
    def of(cls, case: Case, page: Page) -> "Threads":
        """Read them, once for all that is judged of the page."""
        posts = case.posts([page], window_start(case))
        readings = readings_of(case, page, posts)
        by_place = {(page.account.url.url, post.id): post for post in posts}
        fold = _Fold(case, by_place)
        for reading in readings:
            fold.add(reading)
        return cls(case, page, by_place, readings, fold.questions(), fold.said, fold.answers)

    def askers(self, due: set[Key]) -> int:
        """Count the people who asked the questions due, in the look that shows most and is believed."""
        people: dict[Group, set[int]] = defaultdict(set)
        for reading in (reading for reading in self.readings if reading.look.trusted):
            shown = (c.author for c in reading.line if reading.keys[c.id] in due)
            people[reading.group] |= {author for author in shown if author is not None}
        return max(map(len, people.values()), default=0)

    @property
    def spoken(self) -> bool:
        """Whether somebody who is no citizen has written under some post after its first question."""
        return any(self._spoken_under(place) for place in self.posts)

    def _spoken_under(self, place: Place) -> bool:
        comments = [c for reading in self.readings if reading.place == place for c in reading.line]
        first = min((comment.at for comment in comments if asks(comment)), default=None)
        return first is not None and any(comment.at > first and not _is_citizens(comment) for comment in comments)

    def unread(self, *, red: bool) -> Cause | None:
        """Return why the first thread that was not read as a verdict needs it was not, or None."""
        there = self._still_there(even_late=not red)
        causes = (self._thread_unread(place, post, red=red) for place, post in self.posts.items() if post.id in there)
        return next((cause for cause in causes if cause is not None), None)

    def _still_there(self, *, even_late: bool) -> set[int]:
        """Return the numbers of the window's posts that the newest look which read all of them shows."""
        seen = self.page.last_whole(window_start(self.case), even_late=even_late)
        if seen is None:
            return {post.id for post in self.posts.values()}
        shown, moments = {post.id for post in seen.posts}, {(post.at, post.repost) for post in seen.posts}
        return {p.id for p in self.posts.values() if p.id in shown or (p.at, p.repost) in moments}

    def _thread_unread(self, place: Place, post: Post, *, red: bool) -> Cause | None:
        """Return why one thread was not read whole after the week's end by a look that counts, or None.

        For green a late look will do, and of a post of before the week a count that has not changed since it was read.
        """
        readings, end = [r for r in self.readings if r.place == place], self.case.horizon
        moved = not red and post.at < self.case.week.starts
        for reading in readings:
            counting = reading.look.full or (not red and reading.look.late and reading.look.trusted)
            read_at = reading.look.seen.taken_at if moved else reading.at
            if counting and self._is_read(reading, readings) and (read_at >= end or not self.case.over):
                return None
        return self._why(post, readings)

    @staticmethod
    def _is_read(reading: Reading, readings: Sequence[Reading]) -> bool:
        """Tell whether a thread was read whole; where nobody can comment, nothing is missed that no look ever saw."""
        closed = reading.post.comments_state is CommentsState.CLOSED and not any(other.comments for other in readings)
        return (reading.whole or closed) and not reading.told_by_old_record

    def _why(self, post: Post, readings: Sequence[Reading]) -> Cause:
        looks = [(look, p) for look in self.page.looks for p in look.seen.posts if p.id == post.id]
        causes = [p.comments_cause for look, p in looks if p.comments_cause and look.seen.taken_at >= self.page.starts]
        after = [r.look for r in readings if r.at >= self.case.horizon and r.whole]
        if any(look.full for look in after):
            return Cause.TOO_LITTLE_DATA
        if after:
            return Cause.SEEN_LATE if any(look.late for look in after) else Cause.CONTROL_FAILED
        return causes[-1] if causes else Cause.TOO_LITTLE_DATA


def _is_citizens(comment: Comment) -> bool:
    """Tell whether a citizen wrote it; of one that is deleted and has no author it is not known who did."""
    return comment.side is Side.CITIZEN and not (comment.deleted and comment.author is None)


def _unread(case: Case, threads: Sequence[Threads], *, red: bool) -> Cause | None:
    """Return why the walls and threads of the window were not all read, or None."""
    start = max(filter(None, (window_start(case), case.own_from)))
    wall = unread_cause((one.page for one in threads), start, even_late=not red)
    return wall or next((cause for one in threads if (cause := one.unread(red=red)) is not None), None)


# The fold --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Row:
    """What the readings up to one show of a question."""

    post: Post
    at: datetime
    same_as: tuple[Group, int] | None = None
    """The comment in which its author asked it in the same words, by its number where they were read together."""
    owner: datetime | None = None
    body: datetime | None = None
    unknown: datetime | None = None
    routes: frozenset[str] = frozenset()
    last_shown: datetime | None = None
    """When it was last seen."""


class _Fold:
    """Takes in reading after reading, oldest first."""

    def __init__(self, case: Case, posts: Mapping[Place, Post]) -> None:
        self._case, self._posts = case, posts
        self._from = max(filter(None, (case.week.starts, case.own_from)))
        self._rows: dict[Key, _Row] = {}
        self._numbered: dict[tuple[Group, int], Key] = {}
        self._whole: dict[Place, list[Reading]] = defaultdict(list)
        """By thread the readings that tell what is missing."""
        self.said: dict[Key, Comment] = {}
        self.answers: dict[Key, str] = {}

    def add(self, reading: Reading) -> None:
        """Take in a reading."""
        if reading.whole and reading.look.full and not reading.told_by_old_record:
            self._whole[reading.place].append(reading)
        week = [c for c in reading.line if counts(c) and self._from <= c.at < self._case.horizon]
        self.said |= {reading.keys[comment.id]: comment for comment in week}
        for comment in week:
            if asks(comment):
                self._ask(reading, comment)
        for side in (Side.OWNER, Side.BODY, Side.UNKNOWN):
            for reply in reading.replies(side):
                self._reply(reading, reply, side)

    def _ask(self, reading: Reading, comment: Comment) -> None:
        key = reading.keys[comment.id]
        self._numbered[reading.group, comment.id] = key
        row = self._rows.setdefault(key, _Row(self._posts[reading.place], comment.at))
        row.same_as = (reading.group, comment.same_as) if comment.same_as is not None else row.same_as
        row.routes |= {reading.look.seen.route.value}
        row.last_shown = max(filter(None, (row.last_shown, reading.at)))

    def _reply(self, reading: Reading, reply: Comment, side: Side) -> None:
        """Note a reply at each question that it answers, if none of its side came before."""
        for target in reading.answered(reply):
            row = self._rows.get(reading.keys[target.id])
            if row is None:
                continue
            known: datetime | None = getattr(row, side.value)
            setattr(row, side.value, reply.at if known is None else min(known, reply.at))
            if side is Side.OWNER:
                self.answers[reading.keys[reply.id]] = reply.sketch or ""

    def questions(self) -> dict[Key, Question]:
        """Return the questions, each once, with what became of it."""
        found: dict[Key, Question] = {}
        for key, row in self._rows.items():
            question = Question(
                row.post, row.at, row.owner, self._fate(key, row), row.body is not None, row.unknown is not None
            )
            root = self._numbered.get(row.same_as, key) if row.same_as is not None else key
            found[root] = _one_of(found.get(root), question)
        return found

    def _fate(self, key: Key, row: _Row) -> Fate:
        within = timedelta(hours=self._case.value("reply_within_hours"))
        if row.owner is not None:
            return Fate.IN_TIME if row.owner - row.at <= within else Fate.LATE
        last = next((r for r in reversed(self._whole[key[0]]) if r.look.seen.route.value in row.routes), None)
        shown = last is not None and key in last.keys.values()
        until = last.at if last is not None else row.last_shown or row.at
        if until - row.at < within and (shown or last is None):
            return Fate.PENDING
        after = last is not None and (last.at >= self._case.week.ends or not self._case.over)
        return Fate.UNANSWERED if shown and after else Fate.UNCERTAIN


_ORDER = (Fate.IN_TIME, Fate.LATE, Fate.UNANSWERED, Fate.PENDING, Fate.UNCERTAIN)


def _one_of(known: Question | None, other: Question) -> Question:
    """Join two questions in the same words of one author: it is answered if any of them is."""
    if known is None:
        return other
    best = min((known, other), key=lambda question: _ORDER.index(question.fate))
    return replace(best, body=known.body or other.body, unknown=known.unknown or other.unknown)
