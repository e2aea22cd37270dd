"""The requests of a run, beside the least that the world allows and those of a plain script.

    python -m benchmarks.requests

The sandbox's servers count. The least is computed from the world alone: the requests needed to see what is judged.
A plain loop reads the same as careful public scripts do. Worlds: the demonstration's, and twenty alike pages of three
posts and six comments a week, in every week of a month. It fails if a look that knows the week before has other passed
or failed findings than a first look.
"""

import contextlib
import json
import re
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import httpx

from auditor.archive import Archive
from auditor.base.snapshot import Route
from auditor.base.weeks import Week
from auditor.probes.target import Window
from auditor.run.collect_week import forecast_week
from auditor.run.judge_week import judge_week
from auditor.run.workspace import Workspace
from auditor.sandbox import Sandbox, World
from auditor.sandbox.world.model import AccountFault, PostKind, WorldAccount, WorldPost
from tests import worlds
from tests.pipeline import audited, workspace_of

ZONE = ZoneInfo("Asia/Tomsk")
NAMES = {Route.VK: "VK", Route.TELEGRAM_PREVIEW: "t.me", Route.TELEGRAM_CLIENT: "Telegram's client"}
SERVERS = {Route.VK: "vk", Route.TELEGRAM_PREVIEW: "telegram", Route.TELEGRAM_CLIENT: "MTPROTO"}
"""The sandbox's names of its servers."""
CONTROLS = {Route.VK: 5, Route.TELEGRAM_PREVIEW: 4, Route.TELEGRAM_CLIENT: 4}
"""VK: names of users, of communities, the name that must not be there, the control's wall and thread. t.me: the page of
the name that must not be there; page, preview and widget of the other. The client: signing in, and the control."""
_DEADLINE = datetime(2022, 5, 31, 17, tzinfo=UTC)
"""The directive's: photos are requested of a VK profile without an older post."""


class RequestRow(NamedTuple):
    """The requests of a look, the least possible, the number of pages, and the forecast."""

    look: str
    asked: int
    least: int
    pages: int
    planned: int | None = None


# The least -----------------------------------------------------------------------------------------------------------


def pages_of(world: World, route: Route) -> list[tuple[WorldAccount, bool]]:
    """Return the pages that a run looks at, each with whether it is judged; those of institutions are not."""
    pages: dict[str, tuple[WorldAccount, bool]] = {}
    for office in world.offices:
        pages |= {held.account.url: (held.account, False) for held in office.accounts}
        confirmed = (held for tenure in office.tenures[-1:] for held in tenure.accounts if held.confirmed_on)
        pages |= {held.account.url: (held.account, True) for held in confirmed}
    return [page for page in pages.values() if page[0].network == route.network]


def least(world: World, route: Route, *, after_first_week: bool = False) -> int:
    """Return the least requests of the world's week, for a first look or after the week before was read."""
    return CONTROLS[route] + sum(_least_by_page(world, route, after_first_week=after_first_week))


def least_again(world: World, route: Route) -> int:
    """Return the least requests of another look in the same week, when nothing has happened since.

    Of a page its newest posts, for the client also its card; of one that shows none what the first look needed.
    """
    enough = 2 if route is Route.TELEGRAM_CLIENT else 1
    return CONTROLS[route] + sum(min(enough, first_look) for first_look in _least_by_page(world, route))


def _least_by_page(world: World, route: Route, *, after_first_week: bool = False) -> Iterator[int]:
    window = Window.of(Week.parse(world.week, ZONE), world.now)
    of = {Route.VK: _vk, Route.TELEGRAM_PREVIEW: _preview, Route.TELEGRAM_CLIENT: _client}[route]
    for page, judged in pages_of(world, route):
        yield of(page, window, world.now, judged=judged, after_first_week=after_first_week)


def _preview(account: WorldAccount, window: Window, now: datetime, *, judged: bool, after_first_week: bool) -> int:
    """Count a landing page, previews back to the window's start, the opening, a widget a post, and older comments.

    Of a known page the newest preview and the widgets: the preview counts no comments, so each is read after the week.
    """
    if after_first_week and not judged:
        return 1
    if account.kind == "invite" or account.trouble in {AccountFault.RESET, AccountFault.THROTTLED}:
        return 1 if account.kind == "invite" else 2
    if account.kind != "channel":
        return 1 if account.kind != "missing" else 3  # the stub, the preview, and a control that is still there
    if account.preview_off or account.trouble is not None or not judged:
        return 2
    posts = account.posts_at(now)
    under = [p for p in posts if _is_judged(p) and window.comments_from <= p.at < window.ends]
    if after_first_week:
        return 1 + len(under)
    previews, whole = _previews(posts, window)
    widgets = len(under)
    if widgets > 10 and (account.group_name is None or all(p.closed for p in under)):
        widgets = 10
    older = sum(ceil(max(0, len(p.comments_at(now)) - 100) / 50) for p in under if account.group_name and not p.closed)
    grouped = any(c.author.id == account.group_number for p in under for c in p.comments_at(now))
    return 1 + previews + (not whole) + widgets + older + grouped


def _previews(posts: list[WorldPost], window: Window) -> tuple[int, bool]:
    """Return how many previews hold what is needed, and whether the history is then read to its first message."""
    remaining, pages, read = sorted(posts, key=lambda p: -p.id), 0, list[WorldPost]()
    while remaining:
        ids = 0
        while remaining and ids < 20:
            read.append(remaining.pop(0))
            ids += 1 + read[-1].extra
        pages += 1
        if read[-1].at < window.posts_from and any(_is_judged(p) and p.at < window.gap_from for p in read):
            break
    return max(pages, 1), not remaining


def _is_judged(post: WorldPost) -> bool:
    return post.kind in {PostKind.OWN, PostKind.REPOST}


def _client(account: WorldAccount, window: Window, now: datetime, *, judged: bool, after_first_week: bool) -> int:
    """Count the look-up of a new name, the card, the history by hundreds, the group's administrators and its talk."""
    if account.kind != "channel":
        return int(account.kind != "invite")
    if not judged:
        return 2 - after_first_week
    posts = account.posts_at(now)
    read = [p for p in posts if p.at >= window.posts_from]
    requests = 2 - after_first_week + max(1, ceil((sum(1 + p.extra for p in read) + 1) / 100))
    under = [p for p in posts if _is_judged(p) and window.comments_from <= p.at < window.ends and p.comments_at(now)]
    if account.group_name is None or all(p.closed for p in under):
        return requests
    first_at = min(p.at for p in under)
    return requests + 1 + ceil(sum(1 + len(p.comments_at(now)) for p in posts if p.at >= first_at) / 100)


def _vk(account: WorldAccount, window: Window, now: datetime, *, judged: bool, after_first_week: bool) -> int:
    """Count a wall by hundreds, its oldest post, photos and threads; of a known page the threads again, after the week.

    Silence may be held against a page until its answers to the week's questions are seen.
    """
    if account.deactivated:
        return int(account.kind == "user")  # it has no name, so it needs a request of its own
    if account.kind == "missing" or (account.closed and account.kind == "user"):
        return 0
    if account.trouble is AccountFault.THROTTLED:
        return 2  # flood control may pass, so it is requested twice
    if not judged or account.closed or account.trouble is AccountFault.WALL_DENIED:
        return 1
    posts = [p for p in account.posts_at(now) if p.kind in {PostKind.OWN, PostKind.REPOST, PostKind.AD}]
    read = [p for p in posts if p.at >= window.gap_from] if len(posts) > 100 else posts
    calls = max(1, ceil(len(read) / 100)) + (len(posts) > 100 and not after_first_week)
    if account.kind == "user":
        calls += (not any(p.at < _DEADLINE for p in posts)) + (
            not posts
        )  # its photos; an empty wall is requested again
    if account.trouble is not None:
        return calls + (account.trouble is AccountFault.COMMENTS_NOT_FOR_KEY)  # and then no other thread
    under = [p for p in posts if window.comments_from <= p.at < window.ends and p.kind is not PostKind.AD]
    talked = [p for p in under if any(not c.deleted for c in p.comments_at(now))]
    silent = _silent(account, [p for p in under if p not in talked], window)
    return calls + len(talked) + silent + sum(_longer(p, now) for p in talked if not p.closed)


def _silent(account: WorldAccount, posts: list[WorldPost], window: Window) -> int:
    """Count the threads without comments that may be closed: all where the newest is, else that one."""
    of_week = [p for p in posts if p.at >= window.starts]
    if account.tells_can_post or account.wall in {0, 3} or not of_week:
        return 0
    return len(of_week) if max(of_week, key=lambda p: p.at).closed else 1


def _longer(post: WorldPost, now: datetime) -> int:
    """Count the calls for more than a hundred threads, and for more than ten answers in one."""
    comments = post.comments_at(now)
    tops = [c for c in comments if c.top is None]
    answers = (sum(c.top is top and not c.deleted for c in comments) for top in tops)
    return max(0, ceil(len(tops) / 100) - 1) + sum(ceil((n - 10) / 100) for n in answers if n > 10)


# A plain loop --------------------------------------------------------------------------------------------------------


def plain_loop(sandbox: Sandbox, world: World, route: Route) -> int:
    """Read a network's pages as public scripts do, and return how many requests that takes."""
    window, requests_before = Window.of(Week.parse(world.week, ZONE), world.now), len(sandbox.requests)
    sandbox.now = world.now
    with httpx.Client() as client:
        for account, judged in pages_of(world, route):
            if route is Route.VK:
                _read_wall(client, sandbox, account, window)
            else:
                with contextlib.suppress(httpx.TransportError):
                    _read_channel(client, f"{sandbox.telegram_url}/", account.name, window, judged=judged)
    return len(sandbox.requests) - requests_before


def _read_channel(client: httpx.Client, site: str, name: str, window: Window, *, judged: bool) -> None:
    """Ask for a landing page, previews back to what is judged, and each discussion; older comments are left out."""
    client.get(site + name)
    posted_at_by_id: dict[int, datetime] = {}
    url = f"{site}s/{name}"
    while new := dict(_POST.findall(client.get(url).text)):
        posted_at_by_id |= {int(number): datetime.fromisoformat(posted_at) for number, posted_at in new.items()}
        if not judged or min(posted_at_by_id) == 1 or min(posted_at_by_id.values()) < window.posts_from:
            break
        url = f"{site}s/{name}?before={min(posted_at_by_id)}"
    for number, at in posted_at_by_id.items() if judged else ():
        if window.comments_from <= at < window.ends:
            client.get(f"{site}{name}/{number}?embed=1&discussion=1&comments_limit=100")


_POST = re.compile(r'data-post="[^"/]+/(\d+)".*?<time datetime="([^"]+)"', re.DOTALL)


def _read_wall(client: httpx.Client, sandbox: Sandbox, account: WorldAccount, window: Window) -> None:
    """Ask who it is, for its wall to the end, for each talk with its first ten answers, and for longer threads."""

    def call(method: str, **params: object) -> Any:
        form = {**params, "access_token": sandbox.vk_token, "v": "5.199"}
        return client.post(f"{sandbox.vk_url}/method/{method}", data=form).json().get("response")

    def every(method: str, **params: object) -> Iterator[dict[str, Any]]:
        for offset in count(0, 100):
            items = (call(method, **params, count=100, offset=offset) or {}).get("items", [])
            yield from items
            if len(items) < 100:
                return

    if not (call("users.get", user_ids=account.name) or call("groups.getById", group_ids=account.name)):
        return
    for post in list(every("wall.get", owner_id=account.number, filter="owner")):
        of_window = window.comments_from.timestamp() <= post["date"] < window.ends.timestamp()
        if of_window and post.get("comments", {}).get("count"):
            talk = {"owner_id": account.number, "post_id": post["id"]}
            for top in list(every("wall.getComments", **talk, thread_items_count=10)):
                if top.get("thread", {}).get("count", 0) > 10:
                    list(every("wall.getComments", **talk, comment_id=top["id"]))


# Counted -------------------------------------------------------------------------------------------------------------


def count_requests(world: World, folder: Path, sandbox: Sandbox, now: datetime, route: Route) -> int:
    """Look at the whole world at `now` and return the route's requests."""
    sandbox.now, requests_before = now, len(sandbox.requests)
    audited(_session(world, folder, sandbox, route))
    return sum(request.network == SERVERS[route] for request in sandbox.requests[requests_before:])


def _session(world: World, folder: Path, sandbox: Sandbox, route: Route) -> Workspace:
    client_folder = folder / "client"
    client_folder.mkdir(parents=True, exist_ok=True)
    return workspace_of(
        world, folder, sandbox.settings(client=client_folder if route is Route.TELEGRAM_CLIENT else None), sandbox.now
    )


def second_week(world: World, sandbox: Sandbox, folder: Path, route: Route) -> RequestRow:
    """Look at a world in the week before its own and in its own; return what the second look cost.

    Raises `SystemExit` if its passed or failed findings differ from those of a first look.
    """
    count_requests(world, folder / "known", sandbox, world.now - timedelta(weeks=1), route)
    sandbox.now = world.now
    forecasts = forecast_week(_session(world, folder / "known", sandbox, route), Week.parse(world.week, ZONE))
    planned = next(forecast.requests for forecast in forecasts if forecast.route is route)
    asked = count_requests(world, folder / "known", sandbox, world.now, route)
    count_requests(world, folder / "cold", sandbox, world.now, route)
    with_history, without_history = (
        _findings(world, _session(world, folder / name, sandbox, route)) for name in ("known", "cold")
    )
    if with_history != without_history:
        raise SystemExit(f"found otherwise: {sorted(with_history ^ without_history)}")
    pages = len(pages_of(world, route))
    return RequestRow(f"{NAMES[route]}, next week", asked, least(world, route, after_first_week=True), pages, planned)


def _findings(world: World, workspace: Workspace) -> set[tuple[str, ...]]:
    """Return the week's passed and failed findings, judged from an archive without further requests.

    Closed comments are left out: only a look that knows the week before can tell them.
    """
    with Archive.read(workspace.data) as archive:
        audit = judge_week(workspace, archive, Week.parse(world.week, ZONE), world.now)
    return {
        (office.id, f.check, f.account or "", f.outcome, str(f.cause), _as_text(f.values))
        for office in audit.offices
        for f in office.findings
        if f.outcome in {"passed", "failed"} and f.check != "comments_open"
    }


def _as_text(values: dict[str, Any]) -> str:
    """Return a finding's values as text, with posts sorted: they come in the order of reading."""
    posts = values.get("posts")
    return json.dumps({**values, "posts": sorted(posts, key=str) if isinstance(posts, list) else posts}, default=str)


def rows(world: World, route: Route) -> Iterator[RequestRow]:
    """Yield a row for each look of a route, and for the plain loop."""
    name, pages = NAMES[route], len(pages_of(world, route))
    with tempfile.TemporaryDirectory() as place, Sandbox(world) as sandbox:
        folder, hour = Path(place), timedelta(hours=1)
        yield RequestRow(
            f"{name}, first week", count_requests(world, folder, sandbox, world.now, route), least(world, route), pages
        )
        asked = count_requests(world, folder, sandbox, world.now + hour, route)
        yield RequestRow(f"{name}, same week again", asked, least_again(world, route), pages)
        yield second_week(world, sandbox, folder / "second", route)
        if route is not Route.TELEGRAM_CLIENT:
            yield RequestRow(f"{name}, a plain loop", plain_loop(sandbox, world, route), least(world, route), pages)


def main() -> None:
    """Print a table: requests, the least, their ratio, and the forecast."""
    print("| route and look | requests | least | ratio | forecast | pages |\n|---|---|---|---|---|---|")
    for route in Route:
        for world in (World.build(), worlds.alike(route.network.value)):
            for look, asked, low, pages, planned in rows(world, route):
                print(f"| {look} | {asked} | {low} | {asked / low:.2f} | {planned or ''} | {pages} |", flush=True)


if __name__ == "__main__":
    main()
