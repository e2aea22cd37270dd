"""Red needs all of it: whatever looks are drawn, a `failed` of **Comments** is checked against what the looks hold.

Each world begins with five people's questions that nobody answered, seen whole by two looks at the channel and one at
the profile; some changes are drawn. The outcome is not foretold: only that, where it is red, the text allows it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.base.snapshot import Comment, Post, RunSnapshot, Snapshot, Weight
from tests.cases import NOW, WEEK, day
from tests.fairness.talk import HOUR, answered, as_1_0_stored, channel, post, profile, question, written
from tests.rules.rule_rows import BOTH, later, weighed

FULL, DOUBTED, NONE = Weight.FULL, Weight.FAVOURABLE_ONLY, Weight.NONE
OF_WEEK, OLDER, ON_VK = 1, 2, 3
"""The posts: one of the week and an older one on the channel, and one of the week on the profile."""
LATE = later(days=20)


@dataclass(frozen=True)
class View:
    """A look: whose page, when, and what it saw otherwise than it is."""

    vk: bool
    at: datetime
    weight: Weight = FULL
    old: bool = False
    hidden: frozenset[int] = frozenset()
    unread: frozenset[int] = frozenset()
    mended: frozenset[int] = frozenset()
    """Comments that this look does not show, posts whose threads it did not read, questions that it reads as none."""


FIRST_LOOKS = (View(vk=False, at=day(130)), View(vk=False, at=NOW), View(vk=True, at=NOW))


@dataclass(frozen=True)
class World:
    """What is on the pages, and the looks at them."""

    comments: tuple[tuple[int, Comment], ...] = tuple((OF_WEEK, question(n, 18 + n)) for n in range(1, 6))
    posts: tuple[tuple[bool, Post], ...] = field(
        default_factory=lambda: ((False, post(OF_WEEK)), (False, post(OLDER, hours=-100)), (True, post(ON_VK, hours=2)))
    )
    views: tuple[View, ...] = FIRST_LOOKS

    def looks(self) -> list[RunSnapshot]:
        """Return the looks as the archive has them."""
        return [
            weighed(as_1_0_stored(look) if view.old else look, view.weight)
            for view in self.views
            for look in [self.look(view)]
        ]

    def look(self, view: View) -> Snapshot:
        """Return what a look saw."""
        page = [self.thread(p, view) for vk, p in self.posts if vk is view.vk and p.at < view.at]
        return (profile if view.vk else channel)(*page, at=view.at)

    def thread(self, shown: Post, view: View) -> Post:
        """Return a post as a look saw it."""
        if shown.id in view.unread:
            return shown.model_copy(update={"comments_cause": "throttled"})
        comments = [c for to, c in self.comments if to == shown.id and c.at < view.at and c.id not in view.hidden]
        read = [c.model_copy(update={"says": "not"}) if c.id in view.mended else c for c in comments]
        return shown.model_copy(update={"comments": tuple(sorted(read, key=lambda c: c.at))})


# Changes -------------------------------------------------------------------------------------------------------------


def with_comment(world: World, under: int, side: str, hours: int, who: int, to: int | None, flag: bool) -> World:
    """Return the world with one more comment, which comes after what it answers."""
    of = next((c for at, c in world.comments if c.id == to and at == under), None)
    facts = {"answers": of.id if of else None, "at": max(day(hours), of.at + HOUR) if of else day(hours)}
    more = {"author": who, "has_five_words": flag, "says": "not"} if side == "citizen" else {"has_words": flag}
    added = written(100 + len(world.comments), side, 0, **facts, **more)
    return replace(world, comments=(*world.comments, (under, added)))


def with_question(world: World, under: int, hours: int, who: int | None, of: int | None) -> World:
    """Return the world with one more question, or with a copy of the first author's question of that number."""
    copied = next((c for at, c in world.comments if c.id == of and at == under), None)
    facts = {"author": copied.author, "same_as": copied.id, "at": copied.at + 9 * HOUR} if copied else {"author": who}
    return replace(world, comments=(*world.comments, (under, question(100 + len(world.comments), hours, **facts))))


def with_post(world: World, vk: bool, hours: int, answers: bool | None) -> World:
    """Return the world with one more post, which says, or does not, that it answers people."""
    added = post(50 + len(world.posts), hours=hours, says_answers=answers)
    return replace(world, posts=(*world.posts, (vk, added)))


def with_look(world: World, vk: bool, at: datetime, weight: Weight) -> World:
    """Return the world with one more look."""
    moment = at + timedelta(seconds=len(world.views))  # no two looks are of one moment
    return replace(world, views=(*world.views, View(vk=vk, at=moment, weight=weight)))


def seen_otherwise(world: World, which: int, **fields: Any) -> World:
    """Return the world with a look that saw something otherwise."""
    views = list(world.views)
    views[which % len(views)] = replace(views[which % len(views)], **fields)
    return replace(world, views=tuple(views))


def moved_on(world: World, hours: int) -> World:
    """Return the world with all written so much later."""
    comments = tuple((to, c.model_copy(update={"at": c.at + timedelta(hours=hours)})) for to, c in world.comments)
    return replace(world, comments=comments)


def nobodys(world: World, which: int) -> World:
    """Return the world with a comment that names no author, or, of an even number, that the same person wrote."""
    author = None if which % 2 else 1
    of = [(to, c.model_copy(update={"author": author}) if c.id == which else c) for to, c in world.comments]
    return replace(world, comments=tuple(of))


UNDER, NUMBER, FLAG = st.sampled_from([OF_WEEK, OLDER, ON_VK]), st.integers(1, 6), st.booleans()
SIDES, WEIGHTS = (
    st.sampled_from(["owner", "body", "unknown", "citizen", "citizen"]),
    st.sampled_from([FULL, DOUBTED, NONE]),
)
HOURS, MOMENTS = st.integers(-90, 300), st.sampled_from([day(60), NOW + HOUR, later(days=4), LATE])
SET = st.frozensets(NUMBER, max_size=2)
CHANGES = st.one_of(
    st.tuples(st.just(with_comment), UNDER, SIDES, HOURS, st.integers(1, 9), st.none() | NUMBER, FLAG),
    st.tuples(st.just(with_question), UNDER, st.integers(-90, 166), st.none() | NUMBER, st.none() | NUMBER),
    st.tuples(st.just(with_post), FLAG, HOURS, st.sampled_from([True, False, None])),
    st.tuples(st.just(with_look), FLAG, MOMENTS, WEIGHTS),
    st.tuples(st.just(moved_on), st.integers(-20, 150)),
    st.tuples(st.just(nobodys), NUMBER),
)
FIELDS = st.fixed_dictionaries(
    {}, optional={"weight": WEIGHTS, "old": FLAG, "hidden": SET, "unread": SET, "mended": SET}
)
DRAWN = st.tuples(st.lists(CHANGES, max_size=3), st.lists(st.tuples(st.integers(0, 9), FIELDS), max_size=2))


def world_of(changes: list[Any], otherwise: list[Any], world: World = World()) -> World:
    """Return a world after these changes."""
    for change, *how in changes:
        world = change(world, *how)
    for which, fields in otherwise:
        world = seen_otherwise(world, which, **fields)
    return world


# What red needs ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Evidence:
    """What the looks hold, read without the judge."""

    rows: list[RunSnapshot]

    def full(self) -> list[Snapshot]:
        """Return the looks that may be held against the holder, the newest first."""
        in_time = (r.snapshot for r in self.rows if r.weight is FULL and r.snapshot.taken_at <= later(days=14))
        return sorted(in_time, key=lambda look: look.taken_at, reverse=True)

    def shown(self) -> Iterator[tuple[Post, Comment]]:
        """Yield each comment that any look showed, but one of a route that showed a page known not to exist."""
        yield from ((p, c) for r in self.rows if r.weight is not NONE for p in r.snapshot.posts for c in p.comments)

    def old_questions(self, network: str) -> list[tuple[Comment, Snapshot]]:
        """Return the questions that the newest full reading of each thread shows, old enough at it."""
        threads: set[int] = set()
        old: list[tuple[Comment, Snapshot]] = []
        for look in (view for view in self.full() if view.network == network):
            for p in (p for p in look.posts if p.comments_cause is None and p.id not in threads):
                threads.add(p.id)
                old += [(c, look) for c in questions_of(p) if look.taken_at - c.at > 72 * HOUR]
        return old


def questions_of(thread: Post) -> list[Comment]:
    """Return the questions of the week in a thread; of copies the first that was written in the week."""
    of_week = [
        c for c in thread.comments if c.says == "asks" and c.side == "citizen" and WEEK.starts <= c.at < WEEK.ends
    ]
    by_text: dict[int, Comment] = {}
    for c in sorted(of_week, key=lambda c: c.at):
        by_text.setdefault(c.same_as or c.id, c)
    return list(by_text.values())


def people(asked: Iterable[tuple[Comment, Snapshot]]) -> int:
    """Return how many people the fullest look tells apart."""
    by_look: dict[datetime, set[int]] = {}
    for c, look in asked:
        by_look.setdefault(look.taken_at, set()).update([] if c.author is None else [c.author])
    return max(map(len, by_look.values()), default=0)


def refutes_red(rows: list[RunSnapshot]) -> list[str]:
    """Return each sentence of the text that forbids red of these looks."""
    evidence = Evidence(rows)
    asked = max((evidence.old_questions(network) for network in ("vk", "telegram")), key=len)
    if len(asked) < 5 or people(asked) < 3:
        return ["five questions of three people, older than three times the hours, on one network"]
    since, numbers = min(c.at for c, _ in asked), {c.id for c, _ in asked}
    askers = {c.author for _, c in evidence.shown() if c.says == "asks"}
    helped = [(c.id, c.has_five_words) for _, c in evidence.shown() if c.answers in numbers and c.author not in askers]
    own = [(p.id, p.says_answers) for r in rows if r.weight is not NONE for p in r.snapshot.posts if p.at >= since]
    return [
        text
        for text, holds in {
            "nobody but citizens wrote anything": any(
                c.side != "citizen" and c.at >= since for _, c in evidence.shown()
            ),
            "no citizen who asked nothing replied in five words": may_be(helped),
            "no own post since says that it answers": may_be(own),
            "every thread read whole after the week": any(unread_in(evidence.full(), vk=vk) for vk in (True, False)),
        }.items()
        if holds
    ]


def may_be(facts: list[tuple[int, bool | None]]) -> bool:
    """Return whether a fact is true of any number: some look recorded it, or none recorded that it is not."""
    recorded: dict[int, set[bool | None]] = {}
    for number, fact in facts:
        recorded.setdefault(number, set()).add(fact)
    return any(True in facts_of or facts_of == {None} for facts_of in recorded.values())


def unread_in(full: list[Snapshot], *, vk: bool) -> bool:
    """Return whether a page was not read after the week, or a thread of the window that is still there was not."""
    after = [look for look in full if (look.network == "vk") is vk and look.taken_at >= WEEK.ends]
    read = {p.id for look in after for p in look.posts if p.comments_cause is None}
    window = {p.id for look in after[:1] for p in look.posts if day(-24 * 14) <= p.at < WEEK.ends}
    return not after or bool(window - read)


ANSWERS = tuple((OF_WEEK, written(20 + n, "owner", 20 + n, answers=n)) for n in range(1, 6))


def refutes_green(rows: list[RunSnapshot]) -> list[int]:
    """Return the questions that full readings showed and that no owner's words answered within a day."""
    shown = list(Evidence(rows).shown())
    first = {
        q.same_as or q.id: q for look in Evidence(rows).full() for p in look.posts for q in reversed(questions_of(p))
    }
    copies = {c.id: c.same_as or c.id for _, c in shown}
    answers = [(copies.get(c.answers or 0), c.at) for _, c in shown if c.side == "owner" and c.has_words]
    due = {number: q.at for number, q in first.items() if rows[-1].snapshot.taken_at - q.at >= 24 * HOUR}
    return [n for n, at in due.items() if not any(to == n and when <= at + 24 * HOUR for to, when in answers)]


@settings(max_examples=200)
@given(DRAWN)
def test_where_it_is_green_each_question_was_answered_in_time(drawn: Any) -> None:
    """`passed`: all were answered in time and none is uncertain; a copy's answer is one of the question."""
    changes, otherwise = drawn
    world = world_of(changes, otherwise, World(comments=World().comments + ANSWERS))
    rows = world.looks()
    if (
        not any(view.mended for view in world.views)
        and answered(*rows, pages=BOTH, as_of=later(days=25)).outcome == "passed"
    ):
        assert refutes_green(rows) == []


@settings(max_examples=400)
@given(DRAWN)
def test_where_it_is_red_no_sentence_of_the_text_forbids_it(drawn: Any) -> None:
    """Against the holder counts only what was seen whole, in time, over a route whose controls came out right."""
    rows = world_of(*drawn).looks()
    if answered(*rows, pages=BOTH, as_of=later(days=25)).outcome == "failed":
        assert refutes_red(rows) == []


@pytest.mark.parametrize(
    ("drawn", "outcome"), [(([], []), "failed"), (([(with_post, False, 90, True)], []), "cantTell")]
)
def test_the_first_world_is_red_and_a_post_that_answers_makes_it_not(drawn: Any, outcome: str) -> None:
    """Else the test above would hold of nothing."""
    rows = world_of(*drawn).looks()
    finding = answered(*rows, pages=BOTH, as_of=later(days=25))
    assert finding.outcome == outcome
    assert bool(refutes_red(rows)) == (outcome != "failed"), refutes_red(rows)
