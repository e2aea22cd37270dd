"""The signed-in Telegram probe against the sandbox's MTProto: what it sees of the world."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from math import ceil
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.base.address import Address
from auditor.base.snapshot import Cause, CommentsState, EvidenceKind, Network, Outcome, Precision, Side
from auditor.base.weeks import Week
from auditor.probes.base import Batch, Login, Target, Window
from auditor.probes.http import HttpConnection
from auditor.probes.plugins import Probe
from auditor.probes.vk.probe import VkProbe
from auditor.run.collect import collect
from auditor.run.week import judge_week
from auditor.sandbox import Sandbox, World
from auditor.sandbox.world.model import Account, Post, PostKind
from tests import worlds
from tests.cases import NOW, WEEK
from tests.pipeline import session_of
from tests.telegram_client import CONTROL, Client, address, channels, ending, methods, window
from tests.test_truth import differences


@pytest.fixture(scope="module")
def world() -> World:
    return World.build()


@pytest.fixture
def client(world: World, tmp_path: Path) -> Iterator[Client]:
    with Sandbox(world) as sandbox:
        yield Client(sandbox, tmp_path)


def own(account: Account) -> list[Post]:
    return [p for p in account.posts if p.kind is not PostKind.SERVICE and not p.lost]


def everything(client: Client, login: Login | None = None) -> tuple[list, Login | None]:
    with client.run(login) as run:
        seen = [run.look(a.name) for a in channels(client.world)]
        return seen, run.probe.login


# The same world


def test_it_is_a_probe(client: Client) -> None:
    """It has what the run asks of every probe, and asks nothing before it is asked."""
    probe: Probe = client.probe()
    probe.prepare(Batch((), Window.of(WEEK, NOW)))
    assert probe.requests == 0
    probe.close()
    assert not client.sandbox.requests


def test_every_finding_of_the_client_alone_equals_the_truth(client: Client, tmp_path: Path) -> None:
    """For every office and check, except where the client rightly sees more.

    That is where t.me alone is in the way, and where a first message is deleted: the channel's own date is exact.
    """
    world, sandbox = client.world, client.sandbox
    session = session_of(world, tmp_path / "run", sandbox.settings(), sandbox.now)
    week = Week.last_ended(session.clock(), session.registry.zone)
    with Archive.open(session.data) as archive:
        vk = VkProbe(HttpConnection(url=sandbox.vk_url, interval=0.001, clock=session.clock), sandbox.vk_token)
        probes: list[Probe] = [client.probe(), vk]
        collect(archive, session.registry, week, probes, session.clock, command="weekly")
        for probe in probes:
            probe.close()
        audit = judge_week(session, archive, week, session.clock())
    only_the_web = {a.url for a in channels(world) if a.trouble is not None or a.preview_off}
    unborn = {a.url for a in channels(world) if a.posts and a.posts[0].lost}
    offices = {e.office for e in world.truth() if e.account in only_the_web}
    dated = {e.office for e in world.truth() if e.account in unborn}
    assert (len(only_the_web), len(unborn)) == (7, 1)
    wrong = [line.split(":")[0].split() for line in differences(audit, world.truth())]
    left = [w for w in wrong if w[0] not in offices and not (w[0] in dated and w[1] == "opened_by_deadline")]
    assert left == []
    late = {f.account: f for o in audit.offices for f in o.findings if f.check == "opened_by_deadline" and f.account}
    assert {(late[url].outcome, late[url].values["precision"]) for url in unborn} == {("inapplicable", "exact")}
    verdicts = {o.id: o.verdict for o in audit.offices}
    assert {verdicts[office] for office in dated} == {Outcome.FAILED}
    exist = {f.account: f.outcome for o in audit.offices for f in o.findings if f.check == "account_exists"}
    assert {exist[url] for url in only_the_web} == {Outcome.PASSED}


def test_posts_and_openings_are_the_worlds(client: Client) -> None:
    """Of each channel every post of the window with its id, moment and kind; the day of its creation to the second."""
    since = window(client.world).posts_from
    for account, sighting in zip(channels(client.world), everything(client)[0], strict=True):
        seen = sighting.snapshot
        wanted = {(p.id, p.at, p.kind is PostKind.REPOST) for p in own(account) if since <= p.at <= client.sandbox.now}
        assert {(p.id, p.at, p.repost) for p in seen.posts if p.at >= since} == wanted, account.name
        assert (seen.exists, seen.cause, seen.posts_cause, seen.id) == (True, None, None, account.number)
        assert (seen.opened_at, seen.opened_precision) == (account.opened, Precision.EXACT)
        assert (seen.subscribers, seen.verified) == (account.subscribers, account.verified)
        assert seen.posts_since is None or seen.posts_since < since
        assert seen.evidence == tuple(a.evidence for a in sighting.answers)


@pytest.mark.parametrize(
    ("suffix", "kinds"),
    [
        ("_adm", ["profile", "profile", "posts"]),
        ("_glava", ["profile", "profile", "posts", "comments", "comments"]),
        ("_gub", ["profile", "profile", "posts", "posts", "comments", "comments"]),
    ],
)
def test_each_answer_is_kept_as_evidence_of_what_it_shows(client: Client, suffix: str, kinds: list[str]) -> None:
    """The name and the channel's card, its history page by page, and its group's where there is one."""
    seen = client.look(ending(client.world, suffix).name)
    methods = {"profile": ("resolveUsername", "getFullChannel"), "posts": ("getHistory?channel",)}
    comments = ("getParticipants?group_of", "getHistory?group_of")
    assert [str(answer.kind) for answer in seen.snapshot.evidence] == kinds
    for answer in seen.snapshot.evidence:
        assert any(name in answer.url for name in methods.get(answer.kind, comments))
    assert seen.snapshot.evidence == tuple(answer.evidence for answer in seen.answers)


def test_comments_are_the_worlds_and_their_writers_told_apart(client: Client) -> None:
    """Channel, linked group and anonymous administrator are the owner; another office's channel is another body."""
    account, town = ending(client.world, "_glava"), ending(client.world, "_adm")
    sighting = client.look(account.name)
    seen = {p.id: p for p in sighting.snapshot.posts}
    total = 0
    for post in own(account):
        if not window(client.world).comments_from <= post.at < window(client.world).ends:
            continue
        placed = [c for c in post.comments_at(client.sandbox.now) if not c.deleted]
        found = {c.id: c for c in seen[post.id].comments}
        assert seen[post.id].comments_cause is None
        assert {(c.id, c.at) for c in found.values()} == {(c.id, c.at) for c in placed}
        for comment in placed:
            ours = comment.author.number in {account.number, account.group_number}
            body = comment.author.number == town.number
            wanted = Side.OWNER if ours else Side.CITIZEN
            assert found[comment.id].side is wanted or body
            assert found[comment.id].reply_to == (comment.answers.id if comment.answers is not None else None)
        total += len(placed)
    assert total > 50


def test_who_is_called_as_the_channel_is_unknown(tmp_path: Path) -> None:
    """Issue 25: on both routes a display name that equals the page's proves nothing."""
    world = worlds.answered()
    account = next(a for a in channels(world) if "rayon_08" in a.name)
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        seen = Client(sandbox, tmp_path).look(account.name).snapshot
    sides = Counter(comment.side for post in seen.posts for comment in post.comments)
    assert sides == {Side.CITIZEN: 6, Side.UNKNOWN: 6}


def test_staff_and_other_bodies_are_known_by_number_or_name(client: Client) -> None:
    """The registry's `staff` may be an id or a user name; other offices' channels are told by theirs."""
    account = ending(client.world, "_glava")
    placed = [c for p in account.posts for c in p.comments if not c.deleted]
    number = next(c for c in placed if c.author.number < 1_000_000_000 and not c.author.username)
    named = next(c for c in placed if c.author.number < 1_000_000_000 and c.author.username)
    with client.run() as run:
        staff = (number.author.number, f"@{str(named.author.username).upper()}")
        seen = run.look(account.name, staff=staff).snapshot
        plain = run.look(account.name).snapshot
    who = {c.id: c.side for p in seen.posts for c in p.comments}
    assert (who[number.id], who[named.id]) == (Side.OWNER, Side.OWNER)
    who = {c.id: c.side for p in plain.posts for c in p.comments}
    assert (who[number.id], who[named.id]) == (Side.CITIZEN, Side.CITIZEN)


def test_a_channel_without_a_group_takes_no_comments(client: Client) -> None:
    """Closed is what the network says, and costs no request."""
    account = ending(client.world, "_bez")
    seen = client.look(account.name).snapshot
    assert {p.comments_state for p in seen.posts} == {CommentsState.CLOSED}
    assert {p.comments_cause for p in seen.posts} == {None}
    assert methods(client.sandbox)["messages.getHistory"] == 2, "the control's and the channel's own"


def test_of_an_institution_the_newest_posts_are_read_and_nothing_under_them(client: Client) -> None:
    """Two requests once its number is known; no comment, no subscriber count."""
    account = ending(client.world, "_adm")
    with client.run() as run:
        run.look(account.name, full=False)
        client.sandbox.requests.clear()
        seen = run.look(account.name, full=False).snapshot
    assert (seen.exists, seen.id, seen.subscribers) == (True, account.number, None)
    own = sorted(post.id for post in account.posts if post.kind is PostKind.OWN)
    assert [post.id for post in seen.posts] == own
    assert {comment for post in seen.posts for comment in post.comments} == set()
    assert methods(client.sandbox) == {"channels.getChannels": 1, "messages.getHistory": 1}


@pytest.mark.parametrize(("suffix", "kind"), [("_gruppa", "group"), ("_lichno", "user"), ("_robot", "bot")])
def test_what_is_no_channel_is_the_wrong_kind(client: Client, suffix: str, kind: str) -> None:
    """A group, a person and a bot; nothing of a person is kept but that it is one."""
    sighting = client.look(ending(client.world, suffix).name)
    assert (sighting.snapshot.exists, sighting.snapshot.cause, sighting.snapshot.kind) == (None, Cause.WRONG_KIND, kind)
    assert [json.loads(a.body) for a in sighting.answers] == [{"kind": kind}]


def test_an_invite_is_private_and_asks_nothing(client: Client) -> None:
    """Behind it one sees nothing without joining."""
    invite = next(a for a in client.world.accounts if a.kind == "invite")
    with client.run() as run:
        before = run.probe.requests
        target = Target(Address(Network.TELEGRAM, invite.name))
        seen = run.probe.look(target, window(client.world)).snapshot
        assert (seen.exists, seen.cause, run.probe.requests) == (None, Cause.PRIVATE, before)


# Missing, and controls


def test_a_free_name_is_believed_only_beside_a_control_and_proves_no_absence(client: Client) -> None:
    """Without one, or after one failed, not even that nobody has the name."""
    name = ending(client.world, "_byl").name
    free = client.look(name).snapshot
    assert (free.exists, free.cause) == (None, Cause.NOT_AT_ADDRESS)
    seen = client.look(name, control=False).snapshot
    assert (seen.exists, seen.cause) == (None, Cause.CONTROL_FAILED)
    with client.run() as run:
        assert run.control(ending(client.world, "_glava").name, exists=False).outcome is Outcome.FAILED
        assert run.look(name).snapshot.cause is Cause.CONTROL_FAILED


def test_a_channel_is_gone_by_telegrams_word_about_its_number(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sign-in that has met it asks by the number in every later run; beside a control that is seen by its own."""
    account = ending(client.world, "_glava")
    met = client.look(account.name)
    monkeypatch.setattr(account, "ends_at", client.sandbox.now)
    known = {"id": account.number, "id_seen": True}
    login = met.login
    for _ in range(2):
        with client.run(login) as run:
            sighting = run.look(account.name, **known)
        assert (sighting.snapshot.exists, sighting.snapshot.cause) == (False, Cause.GONE)
        login = sighting.login
    with client.run(login, control=False) as run:
        assert run.look(account.name, **known).snapshot.cause is Cause.CONTROL_FAILED
    stranger = client.look(account.name).snapshot
    assert (stranger.exists, stranger.cause) == (None, Cause.NOT_AT_ADDRESS), "this sign-in has never met it"


def test_controls_come_out_as_the_world_has_them(client: Client) -> None:
    """The known one is seen, the unknown one is not, each with evidence of its kind."""
    with client.run(control=False) as run:
        seen, unseen = run.control(), run.control("sandbox_nobody_here", exists=False)
    assert (seen.outcome, unseen.outcome) == (Outcome.PASSED, Outcome.PASSED)
    assert {e.kind for e in (*seen.evidence, *unseen.evidence)} == {EvidenceKind.CONTROL}


def test_a_control_that_is_nobody_has_failed(client: Client) -> None:
    """A server that answers so is not to be believed about others."""
    client.sandbox.faults.on("mtproto_control")
    with client.run(control=False) as run:
        assert run.control().outcome is Outcome.FAILED
        assert run.control("sandbox_nobody_here", exists=False).outcome is Outcome.FAILED
        assert run.look(ending(client.world, "_byl").name).snapshot.cause is Cause.CONTROL_FAILED


# Openings


def test_a_member_learns_the_opening_from_the_first_message(client: Client) -> None:
    """For who has joined, the channel's date is the joining's; its birth message still stands."""
    account = ending(client.world, "_gub")
    client.sandbox.telegram_member_of = {account.name.lower()}
    seen = client.look(account.name).snapshot
    assert (seen.opened_at, seen.opened_precision) == (account.opened, Precision.EXACT)


def test_a_member_without_the_first_message_has_only_a_bound(world: World, client: Client) -> None:
    """The oldest message that is still there: not later than it."""
    account = ending(client.world, "_gub")
    born = next(p for p in account.posts if p.text == "Channel created")
    client.sandbox.telegram_member_of = {account.name.lower()}
    born.lost = True
    yesterday = client.world.ends - timedelta(days=1)
    short = replace(window(client.world), posts_from=yesterday, gap_from=yesterday)
    try:
        with client.run() as run:
            whole = run.look(account.name).snapshot
            part = run.probe.look(Target(address(account.name)), short).snapshot
    finally:
        born.lost = False
    oldest = min(p.at for p in account.posts if p is not born and not p.lost)
    for seen, asked in ((whole, 0), (part, 1)):
        assert (seen.opened_at, seen.opened_precision) == (oldest, Precision.NOT_LATER_THAN)
        assert [e.kind for e in seen.evidence].count(EvidenceKind.OPENING) == asked
    assert part.posts_since is not None
    assert part.posts_since > oldest


@pytest.mark.parametrize("flag", ["scam", "fake"])
def test_labels_are_noted_in_the_evidence(client: Client, flag: str) -> None:
    """They change no verdict; who doubts can see them."""
    account = ending(client.world, "_glava")
    client.sandbox.telegram_flags[account.name.lower()] = {flag}
    sighting = client.look(account.name)
    assert any(json.loads(a.body).get(flag) is True for a in sighting.answers)
    assert sighting.snapshot.posts_cause is None


def test_a_restricted_channel_exists_and_its_posts_are_refused(client: Client) -> None:
    """Nobody is shown them, so nobody is judged by them."""
    account = ending(client.world, "_glava")
    client.sandbox.telegram_flags[account.name.lower()] = {"restricted"}
    seen = client.look(account.name).snapshot
    assert (seen.exists, seen.posts_cause, seen.posts, seen.opened_at) == (True, Cause.REFUSED, (), account.opened)


# Requests


def test_a_second_run_in_the_same_session_resolves_no_channel(client: Client) -> None:
    """Numbers and hashes are handed on; another session shares nothing."""
    first, login = everything(client)
    assert methods(client.sandbox)["contacts.resolveUsername"] == len(channels(client.world))
    client.sandbox.requests.clear()
    second, again = everything(client, login)
    assert methods(client.sandbox)["contacts.resolveUsername"] == 0
    assert again == login
    assert [s.snapshot.posts for s in first] == [s.snapshot.posts for s in second]
    everything(client, replace(login, session="another") if login else None)
    assert methods(client.sandbox)["contacts.resolveUsername"] == len(channels(client.world))


def test_a_void_hash_is_looked_up_once_again(client: Client) -> None:
    """As after another sign-in under the same name of the session."""
    name = ending(client.world, "_glava").name
    login = client.look(name).login
    assert login is not None
    spoilt = replace(login, peers=tuple(replace(p, access_hash=p.access_hash ^ 1) for p in login.peers))
    client.sandbox.requests.clear()
    sighting = client.look(name, spoilt)
    assert sighting.snapshot.exists is True
    assert methods(client.sandbox)["contacts.resolveUsername"] == 2, "the control's and the channel's"
    assert sighting.login == login


def test_a_number_whose_name_has_passed_on_is_not_believed(client: Client) -> None:
    """The name may belong to another channel by now."""
    one, other = ending(client.world, "_glava"), ending(client.world, "_grace")
    with client.run() as run:
        run.look(one.name)
        login = run.look(other.name).login
    assert login is not None
    numbers = {p.name: p for p in login.peers}
    crossed = replace(numbers[other.name.lower()], name=one.name.lower())
    seen = client.look(one.name, replace(login, peers=(crossed,))).snapshot
    assert seen.id == one.number


def test_a_server_on_this_machine_has_no_ration(client: Client) -> None:
    """Two names in a row, at an ordinary pace: no half minute between them."""
    with client.run(interval=0.001) as run:
        run.look(ending(client.world, "_glava").name)
        assert run.probe.resolves == 2
    assert max(client.slept, default=0) < 1


def formula(world: World, account: Account, now, *, known: bool) -> int:
    """What the docstrings of `probe` and `threads` say a channel costs."""
    there = [p for p in account.posts if p.at <= now]
    ids = sum(1 + p.extra for p in there)
    posts = [p for p in own(account) if p.at >= window(world).comments_from and p.at <= now]
    talked = [p for p in posts if p.comments_at(now)]
    group = 0
    if account.group_name and talked:
        begin = min(p.at for p in talked)
        since = [p for p in own(account) if begin <= p.at <= now and not p.closed]
        group = len(since) + sum(1 for p in own(account) for c in p.comments_at(now) if c.at >= begin and not c.deleted)
    return (0 if known else 1) + 1 + ceil(ids / 100) + ceil(group / 100)


def test_bulk_stays_within_the_formula(tmp_path: Path) -> None:
    """Twenty channels, ten posts and three hundred comments a week each, by the server's own count."""
    world = worlds.busy()
    with Sandbox(world) as sandbox:
        client = Client(sandbox, tmp_path)
        busy = [a for a in channels(world) if a.name != CONTROL]
        login = None
        for known in (False, True):
            sandbox.requests.clear()
            with client.run(login) as run:
                comments = sum(len(p.comments) for a in busy for p in run.look(a.name).snapshot.posts)
                login, counted = run.probe.login, run.probe.requests
            wanted = 4 + 1 + sum(formula(world, a, sandbox.now, known=known) for a in busy)
            asked = sum(methods(sandbox).values())
            assert comments == 20 * 300
            assert asked == counted
            assert asked <= 1.2 * wanted
            assert methods(sandbox)["messages.getReplies"] == 1, "the thread of the control; comments came in bulk"


def test_comments_post_by_post_where_the_group_is_private(client: Client) -> None:
    """The same comments, at a request for each commented post and none for the others.

    Only the group's members are told who administers it, so nobody but who only asks is surely a citizen.
    """
    account = ending(client.world, "_glava")
    bulk = client.look(account.name).snapshot
    client.sandbox.faults.on("mtproto_group_private")
    client.sandbox.requests.clear()
    single = client.look(account.name).snapshot
    assert ids_of(single) == ids_of(bulk)
    commented = [p for p in single.posts if p.comments_count and p.at >= window(client.world).comments_from]
    assert methods(client.sandbox)["messages.getReplies"] == len(commented) + 1, "one of them of the control"


def ids_of(snapshot) -> dict[int, list[tuple]]:
    return {p.id: [(c.id, c.at, c.reply_to, c.question) for c in p.comments] for p in snapshot.posts}


# What is kept


def test_no_word_or_name_of_a_citizen_is_kept(client: Client) -> None:
    """Neither in evidence nor in snapshots; no hash, number or key of the account either."""
    sightings, login = everything(client)
    text = "\n".join(
        s.snapshot.model_dump_json() + "\n".join(a.body.decode() + a.evidence.url for a in s.answers) for s in sightings
    )
    assert [word for word in client.world.citizens if word and word in text] == []
    assert login is not None
    assert [p for p in login.peers if str(p.access_hash) in text] == []
    for secret in (client.sandbox.telegram_phone, client.sandbox.telegram_phone[1:], client.sandbox.telegram_api_hash):
        assert secret not in text
    assert "messages.getHistory?channel=" in text
    assert "messages.getHistory?group_of=" in text


def test_the_session_file_is_not_touched(client: Client) -> None:
    """Byte for byte: it is read, and two uses at a time cannot spoil it."""
    before = client.session.read_bytes()
    everything(client)
    assert client.session.read_bytes() == before
    assert [p.name for p in client.session.parent.glob("telegram.session*")] == ["telegram.session"]


def test_of_an_older_week_the_later_comments_are_seen_too(client: Client) -> None:
    """The window is the week's; the moment of reading is today's."""
    account = ending(client.world, "_glava")
    client.sandbox.now = client.world.now + timedelta(days=5)
    seen = client.look(account.name).snapshot
    assert any(c.at > client.world.ends for p in seen.posts for c in p.comments) or seen.posts
