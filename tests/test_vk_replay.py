"""A look at VK is made again from its stored answers alone: the same snapshot, and no answer left over.

Every look of the tests over the plain loopback is made again as well (`vk_loopback.probing`).
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.archive import Archive
from auditor.base.answers import Answer, keep
from auditor.base.snapshot import Cause, ControlResult, EvidenceKind
from auditor.base.weeks import Week
from auditor.language.sketch import of_post
from auditor.probes.base import NotNow, Sighting, Target, Window
from auditor.probes.limits import Limits
from auditor.probes.tape import Tape
from auditor.probes.vk import minimise
from auditor.probes.vk.answers import read_comments, read_group, read_user, read_wall, register_link
from auditor.probes.vk.client import url_of
from auditor.probes.vk.comments import CommentReader
from auditor.probes.vk.door import Door, Replayed, Seen, filed, read_stored
from auditor.probes.vk.errors import Act, Exchange, VkAnswer, VkFailure, rule_for
from auditor.probes.vk.probe import VkProbe, replay_control, replay_look
from auditor.registry.models import Control
from auditor.run.collect import collect
from auditor.sandbox import Sandbox, World
from auditor.sandbox.state import FAULTS
from tests import worlds
from tests.bytesearch import found
from tests.pipeline import sandboxed
from tests.test_vk_answers import _COMMENT, _JSON, _OWNER, _POST
from tests.vk_loopback import (
    FIRST_DAY,
    TOKEN,
    WEEK,
    WINDOW,
    Reply,
    comment,
    connection,
    group,
    person,
    post,
    probing,
)
from tests.vk_loopback import World as Plain
from tests.vk_loopback import control as known
from tests.vk_loopback import target as page_of
from tests.vk_replays import same_again, taped

FOR_ALL = sorted(name for name in FAULTS if name.startswith("vk_"))


class Watched(VkProbe):
    """A probe that remembers what it was asked and what it saw."""

    looks: list[tuple[Sighting, Target, Window, bool]]
    controls: list[tuple[ControlResult, tuple[Answer, ...], Control]]

    def __init__(self, sandbox: Sandbox, token: str | None, **more: Any) -> None:
        self.looks, self.controls = [], []
        self._at = sandbox.now
        super().__init__(
            connection(sandbox.vk_url, clock=lambda: self._at, **more),
            token,
        )

    def look(self, target: Target, window: Window, **more: Any) -> Sighting | NotNow:
        sighting = super().look(target, window, **more)
        if isinstance(sighting, Sighting):
            self.looks.append((sighting, target, window, self._controls.seen))
        return sighting

    def control(self, control: Control) -> tuple[ControlResult, tuple[Answer, ...]]:
        result, answers = super().control(control)
        self.controls.append((result, answers, control))
        return result, answers

    def made_again(self) -> int:
        """Hold that all of it is made again from its answers, and return how much that is."""
        for sighting, target, window, trusted in self.looks:
            same_again(sighting, target, window, trusted=trusted)
        for result, answers, control in self.controls:
            tape = taped(answers, self._at)
            assert replay_control(control, tape) == result
            assert tape.left == ()
        return len(self.looks)


@contextmanager
def run(sandbox: Sandbox, session: Any, token: str | None = "", **more: Any) -> Iterator[Watched]:
    """Look at everything that a week's run looks at on VK."""
    probe = Watched(sandbox, sandbox.vk_token if token == "" else token, **more)
    week = Week.last_ended(sandbox.now, session.registry.zone)
    with Archive.open(session.data) as archive:
        collect(archive, session.registry, week, [probe], lambda: sandbox.now, command="weekly")
    try:
        yield probe
    finally:
        probe.close()


def snapshots(probe: Watched) -> list[Any]:
    return [sighting.snapshot for sighting, *_ in probe.looks]


@pytest.mark.parametrize("seed", [2022, 7, 41])
def test_every_look_at_the_whole_world_is_made_again(seed: int, tmp_path: Path) -> None:
    """Profiles, communities, closed ones, long walls, threads, posts by others: every scenario there is."""
    with sandboxed(World.build(seed=seed), tmp_path) as (sandbox, session), run(sandbox, session) as probe:
        assert probe.made_again() >= 12
        seen = snapshots(probe)
    assert sum(len(p.comments) for s in seen for p in s.posts) > 40
    assert {s.exists for s in seen} >= {True, False}


def test_pages_that_lost_their_names_are_made_again(tmp_path: Path) -> None:
    """Renamed, renamed and the name taken over, deleted and the name taken over: by number, and by what is kept."""
    world = worlds.renamed()
    with sandboxed(world, tmp_path, now=world.now - timedelta(weeks=1)) as (sandbox, session):
        with run(sandbox, session) as before:
            assert before.made_again()
        sandbox.now = world.now
        with run(sandbox, session) as after:
            assert after.made_again()
        assert any(s.renamed_to for s in snapshots(after))
        assert any(t.id is not None for _, t, *_ in after.looks)


def test_the_pages_of_the_hidden_world_are_made_again(tmp_path: Path) -> None:
    """Those of the bodies, and of predecessors."""
    with sandboxed(World.hidden(), tmp_path) as (sandbox, session), run(sandbox, session) as probe:
        assert probe.made_again()


@pytest.mark.parametrize("after", [0, 3, 20])
@pytest.mark.parametrize("fault", FOR_ALL)
def test_every_fault_of_the_network_is_made_again(fault: str, after: int, tmp_path: Path) -> None:
    """From the first request on and in mid-run: silence stays silence, and what was not asked is not asked."""
    with sandboxed(World.build(), tmp_path) as (sandbox, session):
        sandbox.faults.on(fault, after=after)
        limits = Limits(read=0.05, total=0.15) if fault == "vk_hangs" else Limits(read=5, total=20)
        with run(sandbox, session, limits=limits) as probe:
            assert probe.made_again() >= 12


def test_an_account_that_is_cut_off_is_made_again(tmp_path: Path) -> None:
    """The others as ever."""
    world = World.build()
    with sandboxed(world, tmp_path) as (sandbox, session):
        names = [a.url.name for o in session.registry.offices for t in o.tenures for a in t.accounts if a.judged]
        for name in names[::3]:
            sandbox.faults.on(f"unreachable:{name}")
        with run(sandbox, session) as probe:
            assert probe.made_again()
            assert Cause.UNREACHABLE in {s.cause for s in snapshots(probe)} | {s.posts_cause for s in snapshots(probe)}


def test_without_a_key_each_account_keeps_why_nothing_was_asked(tmp_path: Path) -> None:
    """One record, under the account's own address."""
    with sandboxed(World.build(), tmp_path) as (sandbox, session), run(sandbox, session, None) as probe:
        assert probe.made_again()
        for sighting, target, *_ in probe.looks:
            assert [e.url for e in sighting.snapshot.evidence] == [target.address.url]
            assert json.loads(sighting.answers[0].body) == {"no_answer": "no_credentials"}


# Single answers --------------------------------------------------------------------------------------------------


def _look(world: Plain, name: str, **more: Any) -> Sighting:
    with probing(world) as probe:
        probe.control(known("rayon99", exists=True))
        return probe.look(page_of(name, **more), WINDOW)


def test_a_text_keeps_its_sketch_where_mentions_were_taken_out() -> None:
    """Two networks' posts are the same text by it, and a replay reads the same of what is kept."""
    world = Plain(
        users=[person(5)],
        walls={5: [post(1, FIRST_DAY, 5, text="Спасибо [id901:bp-5_1|Имярек], [club8|Району] и всем")]},
    )
    (seen,) = _look(world, "glava5").snapshot.posts
    assert seen.sketch == of_post("Спасибо и всем")


@pytest.mark.parametrize(
    "stranger",
    [
        {"deactivated": "deleted"},
        {"is_closed": True, "can_access_closed": False},
        {"is_closed": False},
    ],
)
def test_kind_and_state_of_a_page_that_took_a_name_are_made_again(stranger: dict) -> None:
    """Whether the page under the name is there, and whether it is private; no word of it."""
    taken = person(6, screen_name="glava5", status="Слова чужого человека") | stranger
    sighting = _look(Plain(users=[taken]), "glava5", id=5)
    assert sighting.snapshot.id == 6
    stored = b"".join(answer.body for answer in sighting.answers).decode()
    assert "Слова" not in stored
    assert "glava5" not in stored


def test_a_name_that_an_event_took_over_is_still_an_events() -> None:
    """The first method that was asked knew nothing, and its record does not come to hold a page."""
    world = Plain(groups=[group(8, screen_name="rayon7", type="event")])
    sighting = _look(world, "rayon7", id=-7)
    assert (sighting.snapshot.kind, sighting.snapshot.id) == ("event", -8)
    assert json.loads(sighting.answers[0].body)["response"] == []


def test_an_error_is_read_by_the_words_that_are_kept_of_it() -> None:
    """What stands beyond them decides nothing: a replay could not see it."""
    world = Plain(users=[person(5)])
    world.plan("wall.get", Reply.error(15, f"Access denied{' .' * 120}: wall is disabled"))
    assert _look(world, "glava5").snapshot.posts_cause is Cause.REFUSED


def test_a_method_that_is_not_asked_any_more_is_kept_once_a_look() -> None:
    """Not once a post: twenty posts are twenty times the same."""
    walls = {n: [post(m, FIRST_DAY, n, comments={"count": 1}) for m in range(20, 0, -1)] for n in (5, 6)}
    world = Plain(users=[person(5), person(6)], walls=walls)
    world.plan("wall.getComments", Reply.error(28, "method is unavailable with service token"))
    with probing(world) as probe:
        probe.look(page_of("glava5"), WINDOW)
        second = probe.look(page_of("glava6"), WINDOW)
    unasked = [json.loads(a.body) for a in second.answers if a.evidence.status is None]
    assert unasked == [{"no_answer": "no_credentials", "stopped": "stop_method"}]
    assert {p.comments_cause for p in second.snapshot.posts} == {Cause.NO_CREDENTIALS}


def test_whether_people_can_comment_is_made_again_from_the_page_of_comments() -> None:
    """Where the wall did not say it and nobody but the owner wrote."""
    items = [comment(11, FIRST_DAY, 5)]
    world = Plain(users=[person(5)], walls={5: [post(10, FIRST_DAY, 5, comments={"count": 1})]})
    answer = {"count": 1, "current_level_count": 1, "can_post": True, "items": items}
    world.plan("wall.getComments", Reply.of({"response": answer}))
    (seen,) = _look(world, "glava5").snapshot.posts
    assert seen.comments_state == "open"


def test_another_persons_pinned_post_does_not_end_the_wall() -> None:
    """It stands first whatever its age, and so it does in what is kept."""
    posts = [post(1000 - n, WEEK.ends - timedelta(hours=3 * n + 1), 5) for n in range(420)]
    old = post(1, FIRST_DAY - timedelta(days=900), 901, is_pinned=1)
    newest = post(2000, WEEK.ends - timedelta(minutes=5), 5)
    seen = _look(Plain(users=[person(5)], walls={5: [newest, old, *posts]}), "glava5").snapshot
    assert seen.posts_since is not None
    assert seen.posts_since > FIRST_DAY - timedelta(days=90)


# What is missing, old or broken ----------------------------------------------------------------------------------


def _rich() -> Plain:
    replies = [comment(1000 + n, FIRST_DAY, 900 + n, parents_stack=[11]) for n in range(30)]
    wall = [post(10, FIRST_DAY, 5, text="Спасибо [id901|Имя]", comments={"count": 31})]
    wall += [post(9 - n, FIRST_DAY - timedelta(days=8 * n + 1), 5) for n in range(8)]
    return Plain(users=[person(5)], walls={5: wall}, comments={(5, 10): [comment(11, FIRST_DAY, 901, replies=replies)]})


def _again(takes: Sequence[Answer], at: datetime) -> Any:
    return replay_look(page_of("glava5"), WINDOW, Tape(takes, at), trusted=True)


def test_a_tape_with_a_gap_never_tells_of_an_absence() -> None:
    """Whatever record is lost, and if all are: what is not there was not answered."""
    sighting = _look(_rich(), "glava5")
    takes = list(sighting.answers)
    for gap in range(len(takes)):
        again = _again([*takes[:gap], *takes[gap + 1 :]], sighting.snapshot.taken_at)
        assert again.exists is not False
        assert again != sighting.snapshot
    nothing = _again([], sighting.snapshot.taken_at)
    assert (nothing.exists, nothing.cause) == (None, Cause.UNREACHABLE)


def test_half_an_answer_about_a_name_is_no_absence() -> None:
    """That it is no user's is not that it is nobody's."""
    with probing(Plain(users=[person(1)])) as probe:
        probe.control(known("glava1", exists=True))
        sighting = probe.look(page_of("glava5"), WINDOW)
    assert sighting.snapshot.cause is Cause.NOT_AT_ADDRESS
    takes = list(sighting.answers)
    assert _again(takes[:1], sighting.snapshot.taken_at).cause is Cause.UNREACHABLE


@given(st.binary(max_size=60) | _JSON.map(lambda v: json.dumps(v).encode()), st.integers(0, 3), st.booleans())
def test_no_record_crashes_a_replay(body: bytes, which: int, minimised: bool) -> None:
    """Whatever bytes are in its place."""
    takes = list(_TAKES)
    evidence = takes[which].evidence.model_copy(update={"minimised": minimised})
    takes[which] = Answer(evidence, body)
    _again(takes, datetime(2026, 11, 25, tzinfo=UTC))


@given(_JSON)
def test_any_record_is_read_or_refused(value: Any) -> None:
    """A form that is none is not what it should be, and no crash."""
    for record in (value, {"response": value}, {"error": value}, {"no_answer": value}, {"not_an_answer": value}):
        assert isinstance(read_stored(_take(json.dumps(record).encode())), Seen)


def _take(stored: bytes, status: int | None = 200) -> Answer:
    answer = keep(
        EvidenceKind.POSTS,
        "https://api.vk.com/method/x",
        fetched_at=datetime(2026, 11, 25, tzinfo=UTC),
        status=status,
        received=b"as it came",
        stored=stored,
    )
    return Answer(answer.evidence, answer.body)


def _taken() -> list[Answer]:
    return list(_look(_rich(), "glava5").answers)


_TAKES = _taken()


# What is judged is what is stored -------------------------------------------------------------------------------


def _stored(form: Any) -> Any:
    """A form as it comes back from the disk."""
    return json.loads(minimise.dump(form))


_ITEMS = st.lists(_POST | _COMMENT | _JSON, max_size=4)


_FLAG = st.none() | st.integers(0, 1) | st.booleans()
_TRUE_POST = st.builds(
    dict,
    id=st.integers(1, 9),
    date=st.integers(1_700_000_000, 1_800_000_000),
    from_id=st.sampled_from([5, 901]),
    text=st.text(max_size=9) | st.sampled_from(["Спасибо [id901|Имя]", "[club8:x|Району]", "[[id1|x]|y]"]),
    post_type=st.sampled_from(["post", "copy", "postpone", "post_ads"]),
    is_pinned=_FLAG,
    marked_as_ads=_FLAG,
    is_deleted=_FLAG,
    copy_history=st.none() | st.just([{"owner_id": 901, "text": "чужое"}]),
    comments=st.fixed_dictionaries({"count": st.integers(-1, 9), "can_post": _FLAG}) | _JSON,
)


@given(st.fixed_dictionaries({"count": _JSON, "items": st.lists(_TRUE_POST, max_size=3) | _ITEMS}))
def test_a_stored_wall_says_what_the_answer_said(value: Any) -> None:
    """By the one reader: of the owner's posts all facts, of others' that they are there, and what could not be read."""
    page, kept = read_wall(value, 5), read_wall(_stored(minimise.wall(value, 5)), 5)
    assert page is not None
    assert kept is not None
    assert [_judged(p) for p in kept.posts] == [_judged(p) for p in page.posts]
    assert (kept.count, kept.size, kept.unread) == (page.count, page.size, page.unread)
    assert {p.from_id for p in kept.posts} <= {5, 0}


def _judged(one: Any) -> tuple[Any, ...]:
    if one.from_id != 5:
        return (one.id, one.at, one.pinned)
    facts = (one.post_type, one.advertisement, one.deleted, one.repost, one.comments, one.can_comment)
    return (one.id, one.at, one.pinned, *facts)


_WORD, _NAME = "словажителя", "имяжителя"
_TRUE_COMMENT = st.builds(
    dict,
    id=st.integers(1, 12),
    date=st.integers(1_763_000_000, 1_763_000_400),
    from_id=st.sampled_from([5, 901, 902, -7]),
    text=st.sampled_from(
        [f"Когда починят {_WORD}?", f"[id901|{_NAME}], {_WORD}", f"[id5|{_NAME}] прошу {_WORD}", "🙂", ""]
    ),
    parents_stack=st.lists(st.integers(1, 12), max_size=1),
    reply_to_comment=st.none() | st.integers(1, 12),
    deleted=_FLAG,
    is_from_post_author=_FLAG,
    profile=st.just({"first_name": _NAME}),
)
_THREADED = st.builds(
    lambda top, items, count: top | {"thread": {"count": count, "items": items}},
    _TRUE_COMMENT | _COMMENT,
    st.lists(_TRUE_COMMENT | _COMMENT, max_size=3),
    _JSON | st.integers(0, 40),
)
_COMMENTS = st.fixed_dictionaries(
    {
        "items": st.lists(_THREADED | _TRUE_COMMENT | _JSON, max_size=4),
        "count": _JSON | st.integers(0, 8),
        "current_level_count": _JSON | st.integers(0, 8),
        "can_post": _JSON,
    }
)


@given(_COMMENTS)
def test_stored_comments_say_what_the_answer_said(value: Any) -> None:
    """Their places, how long each thread is, and what of the page could be read."""
    page, kept = read_comments(value), read_comments(_stored(minimise.comments(value, lambda _: {})))
    assert page is not None
    assert kept is not None
    assert kept == page


class _Says:
    """A VK that gives these answers, one after another, and then none."""

    def __init__(self, values: list[Any]) -> None:
        self._values = values

    def call(self, method: str, **params: Any) -> VkAnswer | VkFailure:
        at, url = datetime(2026, 11, 25, tzinfo=UTC), url_of(method, params)
        if not self._values:
            return VkFailure(None, Act.RETRY, Cause.UNREACHABLE, exchange=Exchange(url, at, None, b""))
        value = self._values.pop(0)
        return VkAnswer(Exchange(url, at, 200, json.dumps({"response": value}).encode()), value)


@given(st.lists(_COMMENTS, min_size=1, max_size=3))
def test_comments_that_are_judged_are_those_that_are_stored(values: list[Any]) -> None:
    """Read at once or from the records alone they are the same, whatever VK answers; no word and no name is stored."""
    owner, (post_,) = (
        read_user({"id": 5}),
        read_wall({"items": [post(10, FIRST_DAY, 5, comments={"count": 3})]}, 5).posts,
    )
    assert owner is not None
    live = CommentReader(Door(_Says(values)), owner).read(post_)  # type: ignore[arg-type]
    tape = Tape(live.answers, FIRST_DAY)
    again = CommentReader(Replayed(tape), owner).read(post_)
    assert (again.comments, again.cause, again.state) == (live.comments, live.cause, live.state)
    assert [a.body for a in again.answers] == [a.body for a in live.answers]
    assert tape.left == ()
    assert found([_WORD, _NAME, "901"], b"".join(a.body for a in live.answers)) == []


_LINKS = st.lists(
    st.fixed_dictionaries(
        {"url": st.sampled_from(["https://knd.gov.ru/license?id=1", "https://vk.cc/abc", "https://vk.com/id901", "x"])}
    ),
    max_size=3,
)


@given(_OWNER | st.builds(lambda raw, links: raw | {"links": links}, _OWNER, _LINKS), st.booleans())
def test_a_kept_page_says_the_same(raw: dict[str, Any], community: bool) -> None:
    """Whose it is, whether it is there, and whether it names the register; of its links none that leads elsewhere."""
    read, form = (read_group, minimise.group) if community else (read_user, minimise.user)
    kept = _stored(form(raw))
    before, after = read(raw), read(kept)
    assert (before is None) == (after is None)
    if before is not None and after is not None:
        assert register_link(after) == register_link(before)
        facts = ("id", "kind", "deactivated", "closed", "verified", "subscribers", "wall")
        assert [getattr(after, name) for name in facts] == [getattr(before, name) for name in facts]
    assert "id901" not in json.dumps(kept)


@given(st.integers(-5, 3700), st.text(max_size=200))
def test_an_error_is_read_again_as_what_it_was_taken_for(code: int, said: str) -> None:
    """By its number and words."""
    rule = rule_for(code, said)
    exchange = Exchange("https://x.invalid", datetime(2026, 11, 25, tzinfo=UTC), 200, b"", said=said)
    again = _again_of(VkFailure(code, rule.act, rule.cause, rule.fact, exchange))
    assert (again.code, again.act, again.cause, again.fact, again.sent) == (code, rule.act, rule.cause, rule.fact, True)


def _again_of(failure: VkFailure) -> VkFailure:
    take = filed(EvidenceKind.POSTS, failure, lambda _: None)
    again = read_stored(take).failure
    assert again is not None
    assert TOKEN.encode() not in take.body
    return again


@pytest.mark.parametrize("cause", list(Cause))
@pytest.mark.parametrize("act", [Act.STOP_METHOD, Act.STOP_ROUTE, None])
def test_silence_is_read_again_as_silence(cause: Cause, act: Act | None) -> None:
    """With its cause, and whether anything was asked."""
    exchange = Exchange("https://x.invalid", datetime(2026, 11, 25, tzinfo=UTC), None, b"")
    failure = VkFailure(None, act or Act.RETRY, cause, exchange=exchange, sent=act is None)
    again = _again_of(failure)
    assert (again.cause, again.act, again.sent) == (cause, act or Act.RETRY, act is None)
    assert filed(EvidenceKind.POSTS, failure, lambda _: None).silence is cause
