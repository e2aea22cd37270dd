"""The week's questions: which citizen asked when, and which public reply answered it, by whom and when.

What a reply answers was resolved when it was read (`auditor.base.threads`). It answers the question above a remark in
the same chain too. A comment of the owner's side that answers nobody in particular is a general answer and not timed.

A week is read from all its looks in time: what one of them saw stays seen, and a question that a later one of the same
thread does not show any more is removed. Authors are told apart within one look only (DESIGN.md section 5).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property, lru_cache

from auditor.base.remembered import remembered
from auditor.base.snapshot import Cause, Comment, CommentsState, Outcome, Post, Route, Says, Side, Snapshot
from auditor.base.threads import addressed, answered_in
from auditor.checks.case import Case, Obstacle, Sight, obstacle_among
from auditor.checks.numbering import numbered_alike
from auditor.checks.survival import Wait

OWN = frozenset({Side.OWNER, Side.OWNER})
"""The owner's side."""
OTHERS = frozenset({Side.BODY, Side.BODY})
"""Other bodies: the office's own institution, and what the registry has as another office's."""
SPEAKING = OWN | {Side.BODY, Side.UNKNOWN}
"""Where one of these has answered a citizen, nobody may say that nobody did."""
_FOUR_VALUES = 2
"""From this version on the rules tell what reports a problem and what is unsure from what asks nothing."""


# One thread in one look ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Question:
    """A citizen's question and the first public replies with words to it, UTC."""

    at: datetime
    answered_at: datetime | None
    """By the owner's side."""
    other_at: datetime | None
    """By another body."""
    comment: int
    """The comment's number under its post."""
    unproved_at: datetime | None = None
    """By somebody whom only a name like the owner's tells."""
    removed: bool = False
    """A later look at the thread did not show it any more."""


@dataclass(frozen=True)
class Thread:
    """One post's comments as one look shows them: in order of time, with what each of them answers."""

    line: Sequence[Comment]
    _targets: Mapping[int, int]
    _by_id: Mapping[int, Comment]

    @classmethod
    def of(cls, post: Post, seen_until: datetime) -> "Thread":
        """Read a post's comments as they were at `seen_until`."""
        return _thread(tuple(comment for comment in post.comments if comment.at <= seen_until))

    def answered(self, reply: Comment) -> Iterator[Comment]:
        """Yield what a reply answers: its target, and above a remark the comments up to a question."""
        met, target = {reply.id}, self._by_id.get(self._targets.get(reply.id, reply.id))
        while target is not None and target.id not in met:
            met.add(target.id)
            yield target
            if _asks(target):
                return
            target = self._by_id.get(self._targets.get(target.id, target.id))

    def replies(self, identities: Iterable[Side]) -> Iterator[Comment]:
        """Yield the comments with words of these sides."""
        sides = frozenset(identities)
        return (c for c in self.line if c.side in sides and not c.deleted and c.has_words)

    def first(self, *identities: Side) -> dict[int, datetime]:
        """Return when each citizen's comment was first answered by one of these sides."""
        first: dict[int, datetime] = {}
        for reply in self.replies(identities):
            for target in self.answered(reply):
                if target.side is Side.CITIZEN:
                    first.setdefault(target.id, reply.at)
        return first

    def general_answers(self, asked: Sequence[Question]) -> set[int]:
        """Return the comments of the owner's side that answer none in particular, later than one of the questions."""
        since = min((question.at for question in asked), default=None)
        return {c.id for c in self._general if since is not None and c.at > since}

    @cached_property
    def _general(self) -> tuple[Comment, ...]:
        return tuple(c for c in self.replies(OWN) if next(self.answered(c), None) is None)

    @cached_property
    def said(self) -> tuple[Comment, ...]:
        """The citizens' comments with some text."""
        return tuple(c for c in self.line if counts(c))

    @cached_property
    def _questions(self) -> tuple[Question, ...]:
        asked = [one for one in self.line if _asks(one)]
        if not asked:
            return ()
        own, others, unproved = self.first(*OWN), self.first(*OTHERS), self.first(Side.UNKNOWN)
        return tuple(Question(q.at, own.get(q.id), others.get(q.id), q.id, unproved.get(q.id)) for q in asked)

    def questions(self, start: datetime, end: datetime) -> list[Question]:
        """Return the questions asked in ``start <= at < end``."""
        return [question for question in self._questions if start <= question.at < end]

    @cached_property
    def speaking(self) -> frozenset[Side]:
        """Who of `SPEAKING` has answered a citizen: in words or without, or all of them at once.

        An answer that is deleted was given; one whose author is not told any more may have been the owner's.
        """
        return frozenset(self._speaking())

    def _speaking(self) -> Iterator[Side]:
        asked = min((c.at for c in self.line if _asks(c)), default=None)
        for reply in self.line:
            if reply.side not in SPEAKING and not (reply.deleted and reply.author is None):
                continue
            targets = list(self.answered(reply))
            general = not targets and (reply.has_words or reply.deleted) and asked is not None and reply.at > asked
            if general or any(target.side is Side.CITIZEN for target in targets):
                yield reply.side


@lru_cache(maxsize=2048)
def _thread(comments: tuple[Comment, ...]) -> Thread:
    """Read a thread once: each look is read for three weeks, and most show what the one before it did."""
    line = addressed(comments)
    return Thread(line, answered_in(line), {comment.id: comment for comment in line})


def counts(comment: Comment) -> bool:
    """Tell whether it is a citizen's comment with some text, not deleted."""
    return comment.side is Side.CITIZEN and not comment.deleted and comment.has_text


def _asks(comment: Comment) -> bool:
    return counts(comment) and comment.question


# The looks of a week ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Look:
    """What one look shows of the posts under which a week's comments are read."""

    at: datetime
    """Nothing later is judged."""
    route: Route
    posts: Mapping[int, Post]
    blind: Cause | None = None
    """Why nothing is missing that it does not show (`Sight.glimpses`)."""


def _window_starts(case: Case) -> datetime:
    """Return from when on the posts are under which the week's comments are read: none from before his time."""
    start = case.week.starts - timedelta(days=case.value("thread_days"))
    return max(start, case.practice_from) if case.practice_from is not None else start


def posts_to_read(case: Case, sights: Sequence[Sight]) -> list[Post]:
    """Return the posts under which the week's comments are read; all `sights` were looked at."""
    return [post for sight in sights for post in _posts(case, sight)]


@remembered(64)
def _posts(case: Case, sight: Sight) -> tuple[Post, ...]:
    return sight.posts_between(_window_starts(case), case.horizon)


def looks_at(case: Case, sight: Sight) -> Sequence[Look]:
    """Return the looks by which a page's comments are judged, oldest first, with the sides that any of them proves."""
    return _told_apart(_looks(case, sight))


@remembered(16)
def _looks(case: Case, sight: Sight) -> Sequence[Look]:
    """Return the looks at a page by which the week is judged, oldest first."""
    if sight.current is None:
        return []
    wanted = {post.id: post for post in _posts(case, sight)}
    last = sight.current.taken_at
    looks = [_look_of(one, wanted) for one in sight.looks] + [_glimpse_of(case, one, wanted) for one in sight.glimpses]
    read: dict[int, list[Post]] = defaultdict(list)
    for look in looks:
        for number, post in look.posts.items():
            read[number].append(post)
    # Two routes joined show what was stored already; what was not stored is of the newest look.
    fresh = {n: post for n, post in wanted.items() if not any(_same(post, other) for other in read[n])}
    newest = Look(min(last, case.as_of), sight.current.route, fresh)
    return _alike(sorted([*looks, newest] if fresh else looks, key=lambda look: look.at))


def _alike(looks: Sequence[Look]) -> list[Look]:
    """Return the looks with one number for each comment, whichever route numbered it."""
    posts = iter(numbered_alike([(look.route, post) for look in looks for post in look.posts.values()]))
    return [replace(look, posts={number: next(posts) for number in look.posts}) for look in looks]


_NOT_TOLD = frozenset({Side.CITIZEN, Side.UNKNOWN})
"""Whom a look could not tell: a signed-in one may know the owner's side in the same comment."""


def _told_apart(looks: Sequence[Look]) -> Sequence[Look]:
    """Return the looks, each comment with the side that any of them proves of its author."""
    posts = [post for look in looks for post in look.posts.values()]
    seen = [((post.id, c.id, c.at), c.side) for post in posts for c in post.comments]
    proved = {key: side for key, side in seen if side not in _NOT_TOLD}
    if all(proved.get(key, side) is side for key, side in seen):
        return looks

    def told(post: Post) -> Post:
        line = ((c, proved.get((post.id, c.id, c.at), c.side)) for c in post.comments)
        comments = tuple(c if c.side is side else c.model_copy(update={"side": side}) for c, side in line)
        return post if comments == post.comments else post.model_copy(update={"comments": comments})

    return [replace(look, posts={number: told(post) for number, post in look.posts.items()}) for look in looks]


def _look_of(look: Snapshot, wanted: Mapping[int, Post]) -> Look:
    return Look(look.taken_at, look.route, {post.id: post for post in look.posts if post.id in wanted})


def _glimpse_of(case: Case, look: Snapshot, wanted: Mapping[int, Post]) -> Look:
    """Return what a look shows that tells nothing by what it does not; of a late one what was there in time."""
    seen = _look_of(look, wanted)
    if look.taken_at <= case.late_after:
        return replace(seen, blind=Cause.CONTROL_FAILED)
    return replace(seen, at=case.late_after, blind=Cause.SEEN_LATE)


def _same(one: Post, other: Post) -> bool:
    return one.comments_cause == other.comments_cause and one.comments == other.comments


def whole(post: Post) -> bool:
    """Tell whether all comments that the network shows under a post were read."""
    return post.comments_cause is None and (post.comments_state is not CommentsState.CLOSED or bool(post.comments))


def questions_obstacle(case: Case, sights: Sequence[Sight]) -> Obstacle | None:
    """Return why the week's questions cannot be read, or None: a page or the comments of a post were not seen."""
    kept = [sight for sight in sights if not (case.excuse(sight) and sight.is_lost)]
    obstacle = obstacle_among(kept, case, _window_starts(case), even_late=True)
    if obstacle is not None:
        return obstacle
    cause = next((cause for sight in sights for cause in _unread(case, sight)), None)
    return Obstacle(Outcome.CANT_TELL, cause) if cause is not None else None


def _unread(case: Case, sight: Sight) -> Iterator[Cause]:
    """Yield for each post whose comments were not read in time why they were not.

    Where nobody can comment nothing can be read, and nothing is missed unless an earlier look saw comments there.
    """
    looks = _looks(case, sight)
    for post in _posts(case, sight):
        if _blindness(case, looks, post) in {None, Cause.SEEN_LATE}:
            continue
        shown = [look.posts[post.id] for look in looks if post.id in look.posts]
        if post.comments_state is CommentsState.CLOSED and sight.late:
            yield Cause.SEEN_LATE
        elif post.comments_state is not CommentsState.CLOSED or any(one.comments for one in shown):
            causes = (one.comments_cause for one in reversed(shown))
            yield next(filter(None, causes), post.comments_cause or Cause.TOO_LITTLE_DATA)


def _blindness(case: Case, looks: Sequence[Look], post: Post) -> Cause | None:
    """Return why no look that read a post's thread whole tells what is missing in it; None where one does."""
    read = [look for look in looks if post.id in look.posts and whole(look.posts[post.id]) and case.fresh(look.at)]
    reasons = [look.blind for look in read]
    if None in reasons:
        return None
    return Cause.SEEN_LATE if Cause.SEEN_LATE in reasons else Cause.CONTROL_FAILED


def _seen_late(case: Case, sight: Sight, looks: Sequence[Look]) -> bool:
    """Tell whether some of a page was seen so late alone that what is missing there tells nothing."""
    return sight.late or any(_blindness(case, looks, post) is Cause.SEEN_LATE for post in _posts(case, sight))


def _vanished(case: Case, sight: Sight) -> bool:
    """Tell whether some post of the window was seen by looks of before the week alone."""
    shown = {post.id for look in (*sight.looks, *sight.glimpses) for post in look.posts}
    return any(post.id not in shown for post in _posts(case, sight))


# One week --------------------------------------------------------------------------------------------------------


_Follow = Callable[[Case, Sight, Post, Question, datetime], tuple[Question, datetime]]
"""Takes a question under a post as a look left it, with that look's moment, and returns what became of it since."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the week, under which post it stands, and until when it was seen."""

    question: Question
    until: datetime
    post: str
    """The post's address."""
    posted: datetime
    """When the post was published."""
    blind: Cause | None = None
    """Why nobody knows whether it was answered, if no answer is seen: no look that tells what is missing shows it."""

    @property
    def told(self) -> bool:
        """Whether it is known what became of it."""
        return self.blind is None or self.question.answered_at is not None


@dataclass(frozen=True, slots=True)
class Helper:
    """A citizen who asks nothing, in one look: which questions he answered, by their places, and of how many others."""

    answered: frozenset[int]
    people: int


@dataclass(frozen=True, slots=True)
class WeekReplies:
    """The week's comments over some accounts, from all looks in time. A question's place is its place in `asked`."""

    comments: int
    unsure: int | None
    """Those of which two readers would differ; None where the rules that read them did not tell."""
    reports: int | None
    """Those that tell of a problem and ask nothing; None likewise."""
    rules: int | None
    """The oldest version of the rules by which the comments were read; None without a comment."""
    general_answers: int
    asked: tuple[Asked, ...]
    authors: tuple[Mapping[int, int | str], ...]
    """Reading by reading, who asked the question in each place."""
    helpers: tuple[Helper, ...]
    speaking: frozenset[Side]
    """Who of `SPEAKING` has answered a citizen under the posts."""
    late: bool
    """Some of it was seen so late that what is missing tells nothing."""
    half_read: bool
    """A post that was there before the week is deleted: what stood under it in the week nobody has read."""

    @property
    def waits(self) -> list[Wait]:
        """How long each question waited."""
        return _waits(self.asked)

    def askers(self, places: Iterable[int]) -> int:
        """Return how many people asked the questions in these places: the most that one reading shows."""
        wanted = frozenset(places)
        return max((len({who for place, who in row.items() if place in wanted}) for row in self.authors), default=0)


_Place = tuple[str, int]
"""A page's address and a post's number."""
_Key = tuple[_Place, int, datetime]
"""A post, a comment's number and its moment: two routes may number comments apart."""


@dataclass(slots=True)
class _Questions:
    """The week's questions as all looks at some pages show them together."""

    case: Case
    asked: dict[_Key, Asked] = field(default_factory=dict)
    seen: dict[_Key, list[tuple[Route, datetime]]] = field(default_factory=lambda: defaultdict(list))
    """In which looks each citizen's comment was there, of those that tell what is missing."""
    read: dict[_Place, list[tuple[Route, datetime]]] = field(default_factory=lambda: defaultdict(list))
    """In which looks each post's thread was read whole."""

    def add(self, page: str, look: Look) -> None:
        """Take in one look at a page."""
        for place, post in _posts_read(page, look):
            self._ask(place, look, post)

    def _ask(self, place: _Place, look: Look, post: Post) -> list[Question]:
        """Take in what a look at a thread shows of the week's questions, and return them."""
        start, end = self.case.week.starts, self.case.horizon
        read = whole(post) and look.blind is None
        if read:
            self.read[place].append((look.route, look.at))
        if not any(start <= comment.at < end for comment in post.comments):
            return []
        thread = Thread.of(post, min(look.at, self.case.as_of))
        if look.blind is None:
            for key, _ in self._keys(place, thread):
                self.seen[key].append((look.route, look.at))
        asked = thread.questions(start, end)
        for question in asked:
            key = (place, question.comment, question.at)
            now = Asked(question, look.at, post.url, post.at, look.blind)
            self.asked[key] = _joined(self.asked.get(key), now, whole=read)
        return asked

    def _keys(self, place: _Place, thread: Thread) -> Iterator[tuple[_Key, Comment]]:
        """Yield the citizens' comments of the week."""
        start, end = self.case.week.starts, self.case.horizon
        return (((place, c.id, c.at), c) for c in thread.said if start <= c.at < end)

    def _removed(self, key: _Key) -> bool:
        """Tell whether a look read a question's thread whole after all those that showed it, by a route that had."""
        return not_shown_later(self.seen[key], self.read[key[0]])

    def told(self) -> dict[_Key, Asked]:
        """Return the questions, removed or not."""
        gone = {key for key in self.asked if self._removed(key)}
        return {
            key: replace(one, question=replace(one.question, removed=True)) if key in gone else one
            for key, one in self.asked.items()
        }


def _posts_read(page: str, look: Look) -> Iterator[tuple[_Place, Post]]:
    """Yield the posts under which a look at a page read comments."""
    for post in look.posts.values():
        if post.comments or whole(post):  # else nothing was read, so nothing is told
            yield (page, post.id), post


@dataclass(slots=True)
class _Sum(_Questions):
    """What all looks at some pages show together."""

    said: dict[_Key, Comment] = field(default_factory=dict)
    """Citizens' comments, each as the newest look has it."""
    general: set[_Key] = field(default_factory=set)
    speaking: set[Side] = field(default_factory=set)
    authors: list[dict[_Key, int | str]] = field(default_factory=list)
    helpers: list[tuple[frozenset[_Key], int]] = field(default_factory=list)

    def add(self, page: str, look: Look) -> None:
        """Take in one look at a page."""
        readings: dict[datetime | None, dict[_Place, Thread]] = defaultdict(dict)
        for place, post in _posts_read(page, look):
            thread = Thread.of(post, min(look.at, self.case.as_of))
            readings[post.comments_read_at][place] = thread
            self._add_thread(place, look, post, thread)
        for threads in readings.values():  # authors are told apart within one reading only
            asked = {key: c for place, thread in threads.items() for key, c in self._keys(place, thread) if _asks(c)}
            if look.blind is None:
                self.authors.append({key: c.author for key, c in asked.items() if c.author is not None})
            self.helpers += _helpers(threads, asked)

    def _add_thread(self, place: _Place, look: Look, post: Post, thread: Thread) -> None:
        self.said |= self._keys(place, thread)
        self.speaking |= thread.speaking
        general = thread.general_answers(self._ask(place, look, post))
        self.general |= {(place, c.id, c.at) for c in thread.line if c.id in general}

    @property
    def rules(self) -> int | None:
        """The oldest version of the rules by which the comments were read."""
        return min((comment.rules for comment in self.said.values()), default=None)

    def saying(self, says: Says) -> int | None:
        """Count the comments that say so and that no look has as a question."""
        if self.rules is not None and self.rules < _FOUR_VALUES:
            return None
        return sum(comment.says is says for key, comment in self.said.items() if key not in self.asked)


def not_shown_later(seen: Sequence[tuple[Route, datetime]], read: Sequence[tuple[Route, datetime]]) -> bool:
    """Tell whether a thread was read whole after the last look that showed a comment, by a route that had shown it."""
    routes, last = {route for route, _ in seen}, max((at for _, at in seen), default=None)
    return last is not None and any(route in routes and at > last for route, at in read)


def _joined(before: Asked | None, now: Asked, *, whole: bool) -> Asked:
    """Join what two looks saw of a question: the first answers that either shows."""
    if before is None:
        return now
    one, two = before.question, now.question
    both = Question(
        two.at,
        answered_at=_first(one.answered_at, two.answered_at),
        other_at=_first(one.other_at, two.other_at),
        comment=two.comment,
        unproved_at=_first(one.unproved_at, two.unproved_at),
    )
    if before.blind is not None and now.blind is None:
        return Asked(both, now.until, now.post, now.posted)
    until = max(before.until, now.until) if whole else before.until
    return Asked(both, until, before.post, before.posted, before.blind)


def _first(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(one, other) if one is not None and other is not None else one or other


def _helpers(threads: Mapping[_Place, Thread], asked: Mapping[_Key, Comment]) -> Iterator[tuple[frozenset[_Key], int]]:
    """Yield for each citizen who asks nothing which questions he answered, and of how many others."""
    asking = {c.author for t in threads.values() for c in t.line if _asks(c)}
    answered: dict[int | str, set[_Key]] = defaultdict(set)
    for place, thread in threads.items():
        for reply in thread.replies([Side.CITIZEN]):
            if reply.author is not None and reply.author not in asking:
                keys = ((place, target.id, target.at) for target in thread.answered(reply))
                answered[reply.author] |= {key for key in keys if key in asked}
    for keys_of in answered.values():
        people = {asked[key].author for key in keys_of} - {None}
        yield frozenset(keys_of), len(people)


def read_week(case: Case, sights: Sequence[Sight]) -> WeekReplies:
    """Read the week's comments under the posts of `sights`, of which `questions_obstacle` says nothing."""
    found = _Sum(case)
    looks_of = [(sight, _looks(case, sight)) for sight in sights]
    for sight, looks in looks_of:
        for look in _told_apart(looks):
            found.add(sight.account.url.url, look)
    rows = found.told()
    places = {key: place for place, key in enumerate(rows)}
    return WeekReplies(
        comments=len(found.said),
        unsure=found.saying(Says.UNSURE),
        reports=found.saying(Says.REPORTS),
        rules=found.rules,
        general_answers=len(found.general),
        asked=tuple(rows.values()),
        authors=tuple({places[key]: who for key, who in row.items()} for row in found.authors),
        helpers=tuple(Helper(frozenset(places[k] for k in keys), people) for keys, people in found.helpers),
        speaking=frozenset(found.speaking),
        late=any(_seen_late(case, sight, looks) for sight, looks in looks_of),
        half_read=any(_vanished(case, sight) for sight in sights),
    )


def read_waits(case: Case, sights: Sequence[Sight], follow: _Follow) -> list[Wait]:
    """Return how long each of the week's questions waited, each as a later look shows it; else as `read_week`."""
    found = _Questions(case)
    for sight in sights:
        for look in _told_apart(_looks(case, sight)):
            found.add(sight.account.url.url, look)
    return _waits(_followed(case, sights, found.told(), follow))


def _waits(asked: Iterable[Asked]) -> list[Wait]:
    """Return how long each question waited of which it is known what became: for its first answer, else until the look.

    A removed one is none of them.
    """
    hour = timedelta(hours=1)
    told = ((one.question, one.until) for one in asked if one.told and not one.question.removed)
    return [Wait(((q.answered_at or until) - q.at) / hour, q.answered_at is not None) for q, until in told]


def _followed(case: Case, sights: Sequence[Sight], rows: Mapping[_Key, Asked], follow: _Follow) -> Iterator[Asked]:
    posts = {(sight.account.url.url, post.id): (sight, post) for sight in sights for post in _posts(case, sight)}
    for (place, _, _), one in rows.items():
        question, until = follow(case, *posts[place], one.question, one.until)
        yield replace(one, question=question, until=until)
