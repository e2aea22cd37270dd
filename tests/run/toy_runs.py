"""Runs over the toy route of `tests.probes.toy_route`, and snapshots as the archive has them."""

from datetime import datetime, timedelta
from typing import Any

from auditor.archive import Archive
from auditor.base.snapshot import Comment, CommentsState, Intent, Network, Post, Side, Snapshot
from auditor.run.collect import OpenRoute, RunResult, collect
from auditor.run.replay import ReplayedRuns, replay_runs
from tests.cases import NOW, WEEK, account, office, registry, snapshot, tenure
from tests.probes.toy_route import PLUGIN, ToyTransport, open_toy_route

NAMES = ("perviy", "vtoroy", "tretiy", "chetvertyi")
HOUR = timedelta(hours=1)


def registry_of(network: Network, names: tuple[str, ...]) -> Any:
    """Return a registry of offices, each with one holder who has one page."""
    tenures = {name: tenure(since="2020", accounts=[account(network, name)]) for name in names}
    return registry(*(office(office_tenure).model_copy(update={"id": name}) for name, office_tenure in tenures.items()))


REGISTRY = registry_of(Network.VK, NAMES)


def wire(**fields: Any) -> ToyTransport:
    """Return a transport that knows all pages, each with two posts of the week."""
    return ToyTransport(lambda: NOW, {name: [WEEK.starts + HOUR, WEEK.starts + 2 * HOUR] for name in NAMES}, **fields)


def run(archive: Archive, transport: ToyTransport, route: OpenRoute | None = None, **options: Any) -> RunResult:
    """Run for all pages over the toy route."""
    arguments = {"command": "weekly", "vantage": "here", **options}
    registry_used = arguments.pop("registry", REGISTRY)
    return collect(archive, registry_used, WEEK, [route or open_toy_route(transport)], transport.clock, **arguments)


def stored_snapshots(archive: Archive) -> dict[str, Snapshot]:
    """Return the stored snapshots by the page's name."""
    return {stored.snapshot.url.rpartition("/")[2]: stored.snapshot for stored in archive.snapshots.all(NOW + HOUR)}


def replayed(archive: Archive, plugin: Any = PLUGIN) -> ReplayedRuns:
    """Replay the first run."""
    return replay_runs(archive, frozenset({1}), NOW + HOUR, lambda _route: plugin)


# Snapshots, as the archive has them -----------------------------------------------------------------------------------

END = WEEK.ends
THURSDAY, MONDAY = WEEK.starts + timedelta(days=3), END + timedelta(hours=6)


def comment(comment_id: int, at: datetime, side: Side = Side.CITIZEN, **fields: Any) -> Comment:
    """Return a question, or an owner's reply."""
    says = {"says": Intent.ASKS} if side is Side.CITIZEN else {}
    return Comment(id=comment_id, at=at, side=side, author=comment_id, **{**says, **fields})


def post(post_id: int, at: datetime, *comments: Comment, **fields: Any) -> Post:
    """Return a post whose thread was read completely."""
    about = {"comments_state": CommentsState.OPEN, "comments_count": len(comments), "comments": comments}
    return Post(id=post_id, at=at, url=f"https://t.me/perviy_rayon/{post_id}", **{**about, **fields})


def snapshot_at(taken_at: datetime, *posts: Post, **fields: Any) -> Snapshot:
    """Return a snapshot taken at that moment, by today's record."""
    return snapshot(taken_at=taken_at, posts=posts, **{"sides": "now", **fields})


BEFORE_WEEK, IN_WEEK = WEEK.starts - timedelta(days=5), WEEK.starts + timedelta(days=1)
QUESTION = comment(50, IN_WEEK + timedelta(hours=1))
REPLY = comment(51, IN_WEEK + timedelta(hours=2), Side.OWNER, answers=50)
ANSWERED = post(5, BEFORE_WEEK, QUESTION, REPLY)
"""A thread in which somebody other than a citizen wrote after a question of the week: the page cannot fail."""
