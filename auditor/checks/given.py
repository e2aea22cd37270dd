"""What the owner's side's answers give, and what changed between looks: counts that make no verdict."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from auditor.base.snapshot import Comment, CommentsState, ReplyKind, Route, Says
from auditor.checks.case import Case, Sight
from auditor.checks.replies import OWN, Look, Thread, counts, looks_at, not_shown_later, posts_to_read, whole
from auditor.language.alike import groups


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The owner's side's answers under the window's posts, each once, whatever look saw it.

    They are those to citizens' comments of the week that ask, report or are unsure.
    """

    answers: int
    """With words."""
    wordless: int
    read: int
    """Of `answers`, those whose row says what it gives; all counts below are of these."""
    kinds: Mapping[ReplyKind, int]
    """Only kinds that the rules tell well enough to be shown."""
    untold: int
    dated: int
    measured: int
    named: int
    alike: tuple[int, ...]
    """The sizes, two and more, of the groups of answers with nearly the same text, the largest first."""
    promised: int
    """Interim answers with a term."""
    overdue: int
    """Of these: the term is over at the look, and no later answer to the same comment was seen."""
    gone: int | None
    """Citizens' comments that a later look which read the thread whole did not show; None: no thread was read twice."""
    threads_closed: int | None
    threads_opened: int | None
    """Posts whose comments were closed, or opened, between two looks; None: no thread's state was seen twice."""
    closing_posts: tuple[str, ...]
    """Addresses of the page's own posts that say that comments are closed."""


def given_in(case: Case, sights: Sequence[Sight]) -> Given:
    """Read what the week's answers give, and what changed between the looks; `questions_obstacle` says nothing."""
    found = _Found(case)
    for sight in sights:
        for look in looks_at(case, sight):
            found.add(sight.account.url.url, look)
    answers = list(found.answers.values())
    told = [one.reply for one in answers if one.has_words and one.reply is not None]
    kinds = Counter(one.kind for one in told if one.kind is not None)
    promised = [key for key, one in found.answers.items() if one.reply and one.reply.term]
    return Given(
        answers=sum(one.has_words for one in answers),
        wordless=sum(not one.has_words for one in answers),
        read=len(told),
        kinds={kind: kinds[kind] for kind in ReplyKind if kinds[kind]},
        untold=sum(one.kind is None for one in told),
        dated=sum(one.dated for one in told),
        measured=sum(one.measured for one in told),
        named=sum(one.named for one in told),
        alike=tuple(len(group) for group in groups([one.sketch for one in told])),
        promised=len(promised),
        overdue=sum(found.overdue(key) for key in promised),
        gone=found.gone,
        threads_closed=found.switched(CommentsState.OPEN, CommentsState.CLOSED),
        threads_opened=found.switched(CommentsState.CLOSED, CommentsState.OPEN),
        closing_posts=tuple(p.url for p in posts_to_read(case, sights) if p.closing and not p.repost),
    )


_Place = tuple[str, int]
"""A page's address and a post's number."""
_Key = tuple[_Place, int, datetime]
"""A post, and a comment's number and moment."""


@dataclass(slots=True)
class _Found:
    """What all looks at some pages show together."""

    case: Case
    answers: dict[_Key, Comment] = field(default_factory=dict)
    """Those to citizens who ask, report or are unsure, each as the newest look has it."""
    to: dict[_Key, set[_Key]] = field(default_factory=lambda: defaultdict(set))
    """By a citizen's comment, the answers to it."""
    seen: dict[_Key, list[tuple[Route, datetime]]] = field(default_factory=lambda: defaultdict(list))
    """In which looks each citizen's comment of the week was there."""
    read: dict[_Place, list[tuple[Route, datetime]]] = field(default_factory=lambda: defaultdict(list))
    """In which looks each thread was read whole."""
    states: dict[tuple[_Place, Route], list[CommentsState]] = field(default_factory=lambda: defaultdict(list))
    """Whether people could comment, look by look."""

    def add(self, page: str, look: Look) -> None:
        """Take in one look at a page; looks come in order of time."""
        for post in look.posts.values():
            place = (page, post.id)
            self._add_thread(place, Thread.of(post, min(look.at, self.case.as_of)), look)
            # What an earlier look read and this one took over was not read twice.
            if look.blind is not None or post.comments_read_at is not None:
                continue
            if whole(post):
                self.read[place].append((look.route, look.at))
            if post.comments_state in {CommentsState.OPEN, CommentsState.CLOSED}:
                self.states[place, look.route].append(post.comments_state)

    def _add_thread(self, place: _Place, thread: Thread, look: Look) -> None:
        for comment in thread.line:
            if self._is_citizens(comment):
                self.seen[place, comment.id, comment.at].append((look.route, look.at))
            if comment.side in OWN and comment.has_text and not comment.deleted:
                self._add_answer(place, comment, thread.answered(comment))

    def _add_answer(self, place: _Place, reply: Comment, targets: Iterable[Comment]) -> None:
        meant = [one for one in targets if self._is_citizens(one) and one.says is not Says.NOT]
        for one in meant:
            self.answers[place, reply.id, reply.at] = reply
            self.to[place, one.id, one.at].add((place, reply.id, reply.at))

    def _is_citizens(self, comment: Comment) -> bool:
        return counts(comment) and self.case.week.starts <= comment.at < self.case.horizon

    def overdue(self, key: _Key) -> bool:
        """Tell whether an answer's term was over at the last look and no later answer to the same comment was seen."""
        reply = self.answers[key].reply
        last = max((at for _, at in self.read[key[0]]), default=None)
        assert reply is not None
        assert reply.term is not None
        if last is None or reply.term >= self.case.day_of(last):
            return False
        others = (other for answers in self.to.values() if key in answers for other in answers)
        return not any(other[2] > key[2] and self.answers[other].has_words for other in others)

    @property
    def gone(self) -> int | None:
        """How many citizens' comments a later look at the thread did not show; None: no thread was read twice."""
        routes = [[route for route, _ in looks] for looks in self.read.values()]
        if all(len(line) == len(set(line)) for line in routes):
            return None
        return sum(not_shown_later(self.seen[key], self.read[key[0]]) for key in list(self.seen))

    def switched(self, before: CommentsState, after: CommentsState) -> int | None:
        """Count the posts that were so in one look and so in the next of its route; None: no thread was seen twice."""
        lines = [(place, states) for (place, _), states in self.states.items() if len(states) > 1]
        return len({place for place, states in lines if (before, after) in pairwise(states)}) if lines else None
