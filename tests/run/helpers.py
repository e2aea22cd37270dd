"""A run over the toy route of `tests.probes.toy`, and looks as the archive has them."""

from datetime import datetime, timedelta
from typing import Any

from auditor.archive import Archive
from auditor.base.snapshot import Comment, CommentsState, Intent, Network, Post, Side, Snapshot
from auditor.run.collect import OpenRoute, RunResult, collect
from auditor.run.replay import ReplayedRuns, replay_runs
from tests.cases import NOW, WEEK, account, office, registry, snapshot, tenure
from tests.probes.toy import PLUGIN, Wire, opened

NAMES = ("perviy", "vtoroy", "tretiy", "chetvertyi")
HOUR = timedelta(hours=1)


def book_of(network: Network, names: tuple[str, ...]) -> Any:
    """A registry of offices, each with one holder who has one page."""
    held = {name: tenure(since="2020", accounts=[account(network, name)]) for name in names}
    return registry(*(office(one).model_copy(update={"id": name}) for name, one in held.items()))


BOOK = book_of(Network.VK, NAMES)


def wire(**fields: Any) -> Wire:
    """A way that knows all pages, each with two posts of the week."""
    return Wire(lambda: NOW, {name: [WEEK.starts + HOUR, WEEK.starts + 2 * HOUR] for name in NAMES}, **fields)


def run(archive: Archive, way: Wire, route: OpenRoute | None = None, **more: Any) -> RunResult:
    """Run for all pages over the toy route."""
    told = {"command": "weekly", "vantage": "here", **more}
    return collect(archive, told.pop("book", BOOK), WEEK, [route or opened(way)], way.clock, **told)


def seen(archive: Archive) -> dict[str, Snapshot]:
    """Return what is stored, by the page's name."""
    return {stored.snapshot.url.rpartition("/")[2]: stored.snapshot for stored in archive.snapshots.all(NOW + HOUR)}


def played(archive: Archive, plugin: Any = PLUGIN) -> ReplayedRuns:
    """Take the first run again."""
    return replay_runs(archive, frozenset({1}), NOW + HOUR, lambda _route: plugin)


# Looks, as the archive has them ---------------------------------------------------------------------------------------

END = WEEK.ends
THURSDAY, MONDAY = WEEK.starts + timedelta(days=3), END + timedelta(hours=6)


def comment(number: int, at: datetime, side: Side = Side.CITIZEN, **fields: Any) -> Comment:
    """A question, or an owner's answer."""
    says = {"says": Intent.ASKS} if side is Side.CITIZEN else {}
    return Comment(id=number, at=at, side=side, author=number, **{**says, **fields})


def post(number: int, at: datetime, *line: Comment, **fields: Any) -> Post:
    """A post whose thread was read whole."""
    about = {"comments_state": CommentsState.OPEN, "comments_count": len(line), "comments": line}
    return Post(id=number, at=at, url=f"https://t.me/perviy_rayon/{number}", **{**about, **fields})


def shown(at: datetime, *line: Post, **fields: Any) -> Snapshot:
    """A look of that moment, by today's record."""
    return snapshot(taken_at=at, posts=line, **{"sides": "now", **fields})


OLDER, OWN = WEEK.starts - timedelta(days=5), WEEK.starts + timedelta(days=1)
QUESTION = comment(50, OLDER + timedelta(hours=1))
REPLY = comment(51, OLDER + timedelta(hours=2), Side.OWNER, answers=50)
ANSWERED = post(5, OLDER, QUESTION, REPLY)
"""Somebody who is no citizen has written after a question: the page cannot be red."""
