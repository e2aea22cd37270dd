"""A signed-in look made again from its stored answers alone equals the look that was stored."""

import json
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.archive import Archive
from auditor.base.address import Address
from auditor.base.answers import Answer, keep
from auditor.base.snapshot import Cause, Comment, ControlResult, EvidenceKind, Network, Side, Snapshot
from auditor.base.weeks import Week
from auditor.probes.base import Login, Sighting, Target, Window
from auditor.probes.mtproto.asking import as_json
from auditor.probes.mtproto.minimise import (
    card_from,
    card_row,
    full_from,
    full_row,
    page_from,
    page_row,
    talk_from,
    talk_row,
)
from auditor.probes.mtproto.place import Patience
from auditor.probes.mtproto.plugin import replay_control, replay_look
from auditor.probes.mtproto.probe import TelegramClientProbe
from auditor.probes.mtproto.reading import Card, Full, Message, Page, Said
from auditor.probes.tape import Tape
from auditor.registry.models import Control
from auditor.run.collect import collect
from auditor.sandbox import Sandbox, World
from tests import worlds
from tests.pipeline import session_of
from tests.telegram_client import CONTROL, ZONE, Client, address, channels, ending, window

NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)
WEEK = Window.of(Week.parse("2026-W47", ZONE), NOW)
RESOLVING = "mtproto://contacts.resolveUsername?username=kanal"


@pytest.fixture(scope="module")
def world() -> World:
    return World.build()


@pytest.fixture
def client(world: World, tmp_path: Path) -> Iterator[Client]:
    with Sandbox(world) as sandbox:
        yield Client(sandbox, tmp_path)


@dataclass(frozen=True)
class Look:
    """What a replay is given of a look, and what it must come to."""

    target: Target
    window: Window
    trusted: bool
    sighting: Sighting

    def again(self, answers: Sequence[Answer] | None = None) -> tuple[Snapshot, Tape]:
        tape = taped(self.sighting.answers if answers is None else answers, self.sighting.snapshot.taken_at)
        vantage = self.sighting.snapshot.vantage
        return replay_look(self.target, self.window, tape, trusted=self.trusted, vantage=vantage), tape


def taped(answers: Sequence[Answer], at: Any) -> Tape:
    return Tape(list(answers), at)


class Recorder(TelegramClientProbe):
    """The probe, with everything written down that a replay is given."""

    looks: list[Look]
    controls: list[tuple[Control, ControlResult, tuple[Answer, ...]]]

    def __init__(self, *way: Any, **options: Any) -> None:
        super().__init__(*way, **options)
        self.looks, self.controls = [], []

    def look(self, target: Target, window: Window, **more: Any) -> Sighting:
        trusted = self._in.trusted
        sighting = super().look(target, window, **more)
        self.looks.append(Look(target, window, trusted, sighting))
        return sighting

    def control(self, control: Control) -> tuple[ControlResult, tuple[Answer, ...]]:
        result, answers = super().control(control)
        self.controls.append((control, result, answers))
        return result, answers


@contextmanager
def recording(client: Client, login: Login | None = None, **options: Any) -> Iterator[Recorder]:
    probe = client.probe(login, kind=Recorder, **{"patience": Patience(connect=2, answer=2), **options})
    try:
        yield probe
    finally:
        probe.close()


def same(probe: Recorder) -> int:
    """Hold that every look and control of a probe can be made again; return how many looks."""
    for look in probe.looks:
        again, tape = look.again()
        assert again == look.sighting.snapshot, look.target.address
        assert tape.left == (), look.target.address
        assert look.sighting.answers or look.target.address.name.startswith("+")
    for control, result, answers in probe.controls:
        tape = taped(answers, result.evidence[0].fetched_at)
        assert replay_control(control, tape) == result
        assert tape.left == ()
    return len(probe.looks)


def weekly(client: Client, folder: Path, login: Login | None = None) -> Recorder:
    """A week's run over the whole registry by the signed-in route alone."""
    session = session_of(client.world, folder, client.sandbox.settings(), client.sandbox.now)
    week = Week.last_ended(session.clock(), session.registry.zone)
    with Archive.open(session.data) as archive, recording(client, login) as probe:
        collect(archive, session.registry, week, [probe], session.clock, command="weekly")
        probe.looks = [replace(look, sighting=reread(archive, look.sighting)) for look in probe.looks]
        return probe


def reread(archive: Archive, sighting: Sighting) -> Sighting:
    """The same with its answers as they were written and read again."""
    found = [archive.evidence(answer.evidence.id) for answer in sighting.answers]
    return replace(sighting, answers=tuple(Answer(*row) for row in found if row is not None))


# The worlds


@pytest.mark.parametrize("seed", [2022, 7, 11])
def test_every_look_at_the_world_is_made_again(seed: int, tmp_path: Path) -> None:
    """In a first run, which looks names up, and in a second, which asks by number."""
    world = World.build(seed=seed)
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        client = Client(sandbox, tmp_path)
        first = weekly(client, tmp_path / "run")
        second = weekly(client, tmp_path / "run", first.login)
    assert same(first) == same(second) == 20
    assert any(p.comments for look in second.looks for p in look.sighting.snapshot.posts)
    assert {look.sighting.snapshot.exists for look in first.looks} == {True, None}


@pytest.mark.parametrize("known", [True, False])
def test_renamed_channels_are_found_again_by_their_numbers(known: bool, tmp_path: Path) -> None:
    """By a sign-in that has met them, and by one that has not."""
    world = worlds.renamed()
    with Sandbox(world) as sandbox:
        client = Client(sandbox, tmp_path)
        sandbox.now = world.now - timedelta(weeks=1)
        before = weekly(client, tmp_path / "run")
        sandbox.now = world.now
        after = weekly(client, tmp_path / "run", before.login if known else None)
        later = weekly(client, tmp_path / "run", after.login)
    assert same(before) == same(after) == same(later) > 0
    moved = [look for look in after.looks if look.sighting.snapshot.renamed_to]
    assert moved or not known
    shown = [look.sighting.snapshot for look in after.looks]
    assert any({s.cause, s.posts_cause} & {Cause.GONE, Cause.NOT_AT_ADDRESS} for s in shown), [
        (s.url, s.exists, s.cause, s.posts_cause) for s in shown
    ]


def test_every_kind_of_page_is_made_again(client: Client) -> None:
    """Channel and institution, group, person, bot, invite and nobody; met and not met before; members too."""
    names = [a.name for a in channels(client.world)]
    names += [ending(client.world, s).name for s in ("_gruppa", "_lichno", "_robot", "_byl")]
    invite = next(a for a in client.world.accounts if a.kind == "invite")
    client.sandbox.telegram_member_of = {ending(client.world, "_gub").name.lower()}
    client.sandbox.telegram_flags[ending(client.world, "_grace").name.lower()] = {"restricted", "scam"}
    login = None
    for _ in range(2):
        with recording(client, login) as probe:
            probe.look(Target(address(names[0])), window(client.world))  # before any control: nothing is believed
            probe.look(Target(address(names[-1])), window(client.world))
            probe.control(Control(url=address(CONTROL), exists=True))
            probe.control(Control(url=address("sandbox_nobody_here"), exists=False))
            for full in (True, False):
                for name in names:
                    probe.look(Target(address(name), full=full), window(client.world))
            probe.look(Target(Address(Network.TELEGRAM, invite.name)), window(client.world))
            assert same(probe) == 2 * len(names) + 3
            login = probe.login


def test_a_person_who_gave_a_name_away_is_looked_up_once_more(client: Client) -> None:
    """That they have it no more is kept; whatever they are called now is not."""
    name, person = ending(client.world, "_glava").name.lower(), ending(client.world, "_lichno").name
    with recording(client) as probe:
        probe.look(Target(address(person)), window(client.world))
        login = probe.login
    assert login is not None
    crossed = replace(next(p for p in login.peers if p.id < 0), name=name)
    with recording(client, replace(login, peers=(crossed,))) as probe:
        probe.look(Target(address(name)), window(client.world))
        assert same(probe) == 1
        asked = [e.url.split("?")[0].removeprefix("mtproto://") for e in probe.looks[0].sighting.snapshot.evidence]
        assert asked[:3] == ["users.getUsers", "contacts.resolveUsername", "channels.getFullChannel"]
        assert json.loads(probe.looks[0].sighting.answers[0].body) == {"kind": "user", "renamed": True}


def test_void_and_crossed_numbers_are_met_again_as_they_were(client: Client) -> None:
    """A hash of another sign-in, and a number whose name has passed on; with and without the number on record."""
    one, other = ending(client.world, "_glava"), ending(client.world, "_grace")
    with recording(client) as probe:
        for account in (one, other):
            probe.look(Target(address(account.name)), window(client.world))
        login = probe.login
    assert login is not None
    peers = {p.name: p for p in login.peers}
    void = tuple(replace(p, access_hash=p.access_hash ^ 1) for p in login.peers)
    crossed = (replace(peers[other.name.lower()], name=one.name.lower()),)
    elsewhere = (replace(peers[one.name.lower()], name="prezhnee_imya"),)
    for known in (void, crossed, elsewhere, ()):
        for number in (None, one.number, other.number, 1):
            for seen in (False, True):
                for full in (False, True):
                    with recording(client, replace(login, peers=known)) as probe:
                        probe.control(Control(url=address(CONTROL), exists=True))
                        for name in (one.name, ending(client.world, "_byl").name):
                            target = Target(address(name), full=full, id=number, id_seen=seen and number is not None)
                            probe.look(target, window(client.world))
                        assert same(probe) == 2


# Faults

FAULTS = [
    "mtproto_flood_short:messages.getHistory",
    "mtproto_flood_short:contacts.resolveUsername",
    "mtproto_flood_long",
    "mtproto_flood_long:messages.getHistory",
    "mtproto_flood_long:contacts.resolveUsername",
    "mtproto_drop_mid_page",
    "mtproto_bad_salt",
    "mtproto_rpc_500_once",
    "mtproto_rpc_500",
    "mtproto_rpc_500:messages.getHistory",
    "mtproto_message_empty",
    "mtproto_group_private",
    "mtproto_msg_id_invalid",
    "mtproto_auth_key_unregistered",
    "mtproto_user_banned",
    "mtproto_key_forgotten",
    "mtproto_group_chatter",
    "mtproto_hangs",
    "mtproto_control",
    "mtproto_down",
]


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_met_again_as_they_were(client: Client, fault: str) -> None:
    """From the start and in the middle of a look: refusals, waits, silence, and a route that asks no more."""
    controls = Control(url=address(CONTROL), exists=True), Control(url=address("sandbox_nobody"), exists=False)
    looks = [ending(client.world, suffix).name for suffix in ("_glava", "_gub", "_grace", "_adm", "_byl", "_bez")]
    for after in (0, 3, 5, 9) if fault != "mtproto_hangs" else (3,):
        client.sandbox.faults.clear()
        client.sandbox.faults.on(fault, after=after)
        answer = 0.1 if fault == "mtproto_hangs" else 0.3
        with recording(client, patience=Patience(connect=0.3, answer=answer)) as probe:
            for control in controls:
                probe.control(control)
            for name in looks:
                probe.look(Target(address(name), full=not name.endswith("_adm")), window(client.world))
            assert same(probe) == len(looks)


def test_faults_together_are_met_again(client: Client) -> None:
    """A group that is closed beside posts without threads; a private channel, met and not met."""
    name = ending(client.world, "_glava").name
    login = None
    for faults in (
        ["mtproto_group_private", "mtproto_msg_id_invalid"],
        ["mtproto_group_private", "mtproto_flood_long:messages.getReplies"],
        ["mtproto_group_private", "mtproto_rpc_500:messages.getReplies"],
        ["mtproto_group_chatter", "mtproto_message_empty"],
        [f"mtproto_channel_private:{name.lower()}"],
    ):
        client.sandbox.faults.clear()
        for fault in faults:
            client.sandbox.faults.on(fault)
        for known in (None, login):
            with recording(client, known) as probe:
                probe.control(Control(url=address(CONTROL), exists=True))
                probe.look(Target(address(name)), window(client.world))
                same(probe)
                login = probe.login


def test_a_look_for_which_nothing_was_asked_says_so(client: Client, tmp_path: Path) -> None:
    """No session: one record with its cause, for each account and control."""
    with recording(client, session=tmp_path / "none") as probe:
        probe.control(Control(url=address(CONTROL), exists=True))
        probe.look(Target(address("kanal")), window(client.world))
        assert same(probe) == 1
        assert probe.looks[0].sighting.snapshot.cause is Cause.NO_CREDENTIALS
        assert [e.url for e in probe.looks[0].sighting.snapshot.evidence] == ["https://t.me/kanal"]


# Tapes that are not whole


def written(row: Any) -> bytes:
    return json.dumps(row).encode()


def test_a_tape_that_lacks_answers_says_what_cannot_be_made_again(client: Client) -> None:
    """Whatever answer is missing or damaged, what is left is told with a cause, and nothing turns into an absence."""
    with recording(client) as probe:
        probe.control(Control(url=address(CONTROL), exists=True))
        probe.look(Target(address(ending(client.world, "_glava").name)), window(client.world))
    (look,) = probe.looks
    whole = look.sighting.answers
    for lost in range(len(whole)):
        again, _ = look.again([*whole[:lost], *whole[lost + 1 :]])
        assert_is_no_absence(again, look.sighting.snapshot)
        for body in (b"", b"[]", b"{}", b"null", b'{"count": 3}', b'{"error": 1}', b'{"kind": "channel"}'):
            again, _ = look.again([*whole[:lost], replace(whole[lost], body=body), *whole[lost + 1 :]])
            assert_is_no_absence(again, look.sighting.snapshot)


def assert_is_no_absence(again: Snapshot, stored: Snapshot) -> None:
    assert again.exists is not False
    assert (
        again.model_copy(update={"evidence": stored.evidence}) == stored
        or again.cause
        or again.posts_cause
        or any(p.comments_cause for p in again.posts)
    )


@given(st.binary(max_size=60) | st.recursive(st.none() | st.integers() | st.text(max_size=9), st.lists).map(written))
def test_any_row_at_all_is_played_without_a_crash(body: bytes) -> None:
    """Noise in place of an answer is no absence."""
    kept = keep(EvidenceKind.PROFILE, RESOLVING, fetched_at=NOW, status=None, received=body)
    seen = replay_look(Target(address("kanal")), WEEK, taped([kept], NOW), trusted=True)
    assert (seen.exists, seen.cause) == (None, Cause.UNRECOGNISED_PAGE)


@given(st.data())
def test_a_row_with_values_of_other_kinds_is_no_absence(data: st.DataObject) -> None:
    """Whatever stands where a number, a moment or a flag should."""
    row: Any = stored(card_row(data.draw(cards)))
    for key in data.draw(st.lists(st.sampled_from(sorted(row)), min_size=1, unique=True)):
        row[key] = data.draw(st.none() | st.booleans() | st.text(max_size=3) | st.lists(st.integers(), max_size=1))
    kept = keep(EvidenceKind.PROFILE, RESOLVING, fetched_at=NOW, status=None, received=as_json(row))
    assert replay_look(Target(address("kanal")), WEEK, taped([kept], NOW), trusted=True).exists is not False


# Forms

moments = st.datetimes(min_value=datetime(2013, 1, 1), timezones=st.just(UTC))
numbers = st.integers(1, 2**52)
names = st.lists(st.from_regex(r"[a-z][a-z0-9_]{3,9}", fullmatch=True), max_size=3, unique=True).map(tuple)
maybe = st.none() | numbers
cards = st.builds(
    Card,
    st.just("channel"),
    numbers,
    maybe,
    names,
    date=st.none() | moments,
    left=st.booleans(),
    verified=st.booleans(),
    scam=st.booleans(),
    fake=st.booleans(),
    restricted=st.lists(st.sampled_from(["terms", "copyright"])).map(tuple),
    closed=st.booleans(),
)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
posts = st.builds(
    Message,
    numbers,
    moments,
    words,
    service=st.booleans(),
    created=st.booleans(),
    repost=st.booleans(),
    album=maybe,
    comments=maybe,
    advertisement=st.booleans(),
    paid=st.booleans(),
)
comments = st.builds(
    Comment,
    id=numbers,
    at=moments,
    side=st.sampled_from(Side),
    author=maybe,
    reply_to=maybe,
    mentions=maybe,
    has_text=st.booleans(),
    has_words=st.booleans(),
    says=st.sampled_from(["asks", "not"]),
)


def replied(comment: Comment, copy_of: int | None, top: int | None) -> Said:
    return Said(comment.id, comment.at, copy_of, comment.reply_to, top, comment)


talk = st.builds(replied, comments, maybe, maybe) | st.builds(Said, numbers, moments, numbers)


def paged(messages: list, raw: int, count: int | None, lowest: int | None, oldest: datetime | None) -> Page:
    kept = {m.id: m for m in messages}
    return Page([m for _, m in sorted(kept.items(), reverse=True)], raw, count, lowest, oldest, damaged=raw == 1)


def pages(messages: st.SearchStrategy) -> st.SearchStrategy[Page]:
    listed = st.lists(messages, max_size=5)
    return st.builds(paged, listed, st.integers(0, 100), maybe, maybe, st.none() | moments)


def stored(row: dict) -> dict:
    return json.loads(as_json(row))


def without_hash(card: Card | None) -> Card | None:
    return card if card is None or card.access_hash is None else replace(card, access_hash=0)


@given(cards)
def test_a_card_comes_back_from_its_row(card: Card) -> None:
    """All but the access hash, of which only that it was there."""
    assert card_from(stored(card_row(card, "kanal")), "kanal") == without_hash(card)
    assert card_from(stored(card_row(None)), "kanal") is None


@given(st.sampled_from(["group", "user", "bot"]), numbers, names)
def test_of_a_person_or_group_only_the_kind_comes_back(kind: str, number: int, borne: tuple[str, ...]) -> None:
    """And whether it still has the name by which it was known."""
    row = card_row(Card(kind, number, 5, borne, title="Имярек"), "kanal")
    back = card_from(stored(row), "kanal")
    assert back is not None
    assert (back.kind, "kanal" in back.names, back.title) == (kind, "kanal" in borne, "")
    assert set(row) <= {"kind", "renamed"}


@given(st.none() | cards, maybe, st.none() | words, st.none() | cards)
def test_a_whole_card_comes_back_from_its_row(
    card: Card | None, subscribers: int | None, about: str | None, group: Card | None
) -> None:
    """Of the group: its number, and whether it can be read."""
    full = Full(card, subscribers, about, group, group.id if group is not None else None)
    back = full_from(stored(full_row(full)), "kanal")
    assert (back.card, back.subscribers, back.about) == (without_hash(card), subscribers, about)
    assert back.group_id == full.group_id
    readable = group is not None and group.access_hash is not None and not group.closed
    assert (back.group is not None and back.group.access_hash is not None and not back.group.closed) == readable


@given(pages(posts))
def test_a_page_of_posts_comes_back_from_its_row(page: Page[Message]) -> None:
    """All of it but the words of reposts, which are others'."""
    back = page_from(stored(page_row(page)))
    assert (back.raw, back.count, back.lowest, back.oldest) == (page.raw, page.count, page.lowest, page.oldest)
    assert back.messages == [replace(m, text="") if m.repost or m.service else m for m in page.messages]


@given(pages(talk))
def test_a_page_of_a_talk_comes_back_from_its_row(page: Page[Said]) -> None:
    """Whole: it has neither words nor writers."""
    assert talk_from(stored(talk_row(page))) == page


# Alone

ALONE = """
import json, pickle, sys
from auditor.probes.mtproto.plugin import replay_look
from auditor.probes.base import Answer
from auditor.probes.tape import Tape
target, window, trusted, vantage, stored, takes = pickle.load(sys.stdin.buffer)
tape = Tape([Answer(*take) for take in takes], stored.taken_at)
seen = replay_look(target, window, tape, trusted=trusted, vantage=vantage)
print(seen == stored, len(tape.left), "telethon" in sys.modules)
"""


def test_a_replay_does_not_even_import_telethon(client: Client) -> None:
    """Stored rows are plain JSON: to check an audit takes no sign-in and no library of Telegram's."""
    with recording(client) as probe:
        probe.control(Control(url=address(CONTROL), exists=True))
        probe.look(Target(address(ending(client.world, "_glava").name)), window(client.world))
    (look,) = probe.looks
    takes = [(a.evidence, a.body) for a in look.sighting.answers]
    given_to = (look.target, look.window, look.trusted, "test", look.sighting.snapshot, takes)
    done = subprocess.run([sys.executable, "-c", ALONE], input=pickle.dumps(given_to), capture_output=True, check=True)
    assert done.stdout.decode().strip() == "True 0 False"
