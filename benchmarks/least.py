"""How many requests a run makes beside the least that the world allows, by route.

`benchmarks/requests.py` prints it. The sandbox's servers count. The least is computed from the world alone: what must
be asked to see what is to be judged.
"""

import contextlib
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import httpx

from auditor.base.snapshot import Route
from auditor.base.weeks import Week
from auditor.probes.base import Window
from auditor.sandbox import Sandbox, World
from auditor.sandbox.world.model import Account, Post, PostKind, Trouble
from benchmarks import least_vk
from benchmarks.second_week import second_week_of
from tests import worlds
from tests.pipeline import audited, session_of

ZONE = ZoneInfo("Asia/Tomsk")
CONTROLS = 1 + 3
"""Of t.me: a name that must not be there takes its page, one that must its page, a preview and a widget."""
_SIGN_IN, _CONTROL = 1, 3
"""Of the client: what Telethon asks as it connects; the control's name, a page of its history and a thread."""


class Row(NamedTuple):
    """What a route asked in a look, the least of it, how many pages there are, and what was forecast."""

    what: str
    asked: int
    least: int
    pages: int
    planned: int | None = None


# The least on Telegram -----------------------------------------------------------------------------------------------


def on_record(world: World) -> Iterator[tuple[Account, bool]]:
    """Yield the Telegram pages that a run looks at, and whether they are judged or an institution's."""
    for office in world.offices:
        for held in office.accounts:
            if held.account.network == "telegram":
                yield held.account, False
        for held in (h for h in office.tenures[-1].accounts if h.confirmed_on) if office.tenures else ():
            if held.account.network == "telegram":
                yield held.account, True


def preview_least(world: World, now: datetime, *, known: bool = False) -> int:
    """Return the least requests of a week over t.me: of a first one, or where the pages are `known` since the last."""
    window = Window.of(Week.parse(world.week, ZONE), now)
    pages = on_record(world)
    if not known:
        return CONTROLS + sum(_preview_of(a, window, now, judged=judged) for a, judged in pages)
    return CONTROLS + sum(_again_of(a, window, now) if judged else 1 for a, judged in pages)


def _again_of(account: Account, window: Window, now: datetime) -> int:
    """Count its newest preview and a widget a post: the preview counts no comments, so each is read after the week."""
    if account.kind != "channel" or account.preview_off or account.trouble is not None:
        return _preview_of(account, window, now, judged=True)
    return 1 + len([p for p in account.posts_at(now) if _is_judged(p) and window.comments_from <= p.at < window.ends])


def _preview_of(account: Account, window: Window, now: datetime, *, judged: bool) -> int:
    """Count its landing page, previews back to the window's start, its opening, a widget a post, and older comments."""
    if account.kind == "invite" or account.trouble in {Trouble.RESET, Trouble.THROTTLED}:
        return 1 if account.kind == "invite" else 2
    if account.kind != "channel":
        return 1 if account.kind != "missing" else 3  # the stub, the preview, and a control that is still there
    if account.preview_off or account.trouble is not None or not judged:
        return 2
    posts = account.posts_at(now)
    pages, whole = _pages(posts, window)
    under = [p for p in posts if _is_judged(p) and window.comments_from <= p.at < window.ends]
    widgets = len(under)
    if len(under) > 10 and (account.group_name is None or all(p.closed for p in under)):
        widgets = 10
    older = sum(ceil(max(0, len(p.comments_at(now)) - 100) / 50) for p in under if account.group_name and not p.closed)
    grouped = any(c.author.number == account.group_number for p in under for c in p.comments_at(now))
    return 1 + pages + (not whole) + widgets + older + grouped


def _pages(posts: list[Post], window: Window) -> tuple[int, bool]:
    """Return how many previews hold what is needed, and whether the history is then read to its first message."""
    left, pages = sorted(posts, key=lambda p: -p.id), 0
    seen: list[Post] = []
    while left:
        page, ids = [], 0
        while left and ids < 20:
            page.append(left.pop(0))
            ids += 1 + page[-1].extra
        pages, seen = pages + 1, [*seen, *page]
        older = any(_is_judged(p) and p.at < window.gap_from for p in seen)
        if seen[-1].at < window.posts_from and older:
            break
    return max(pages, 1), not left


def _is_judged(post: Post) -> bool:
    return post.kind in {PostKind.OWN, PostKind.REPOST}


def client_least(world: World, now: datetime, *, known: bool = False) -> int:
    """Return the least requests of a week as a signed-in client; `known` channels are not looked up by name again."""
    window, pages = Window.of(Week.parse(world.week, ZONE), now), list(on_record(world))
    looked_up = sum(account.kind == "channel" for account, _ in pages) if known else 0
    asked = sum(_client_of(a, window, now, judged=judged) for a, judged in pages)
    return _SIGN_IN + _CONTROL + asked - looked_up


def _client_of(account: Account, window: Window, now: datetime, *, judged: bool) -> int:
    """Count the look-up by name, the card, its history by hundreds, the group's administrators and its talk."""
    if account.kind == "invite":
        return 0
    if account.kind != "channel":
        return 1
    if not judged:
        return 2
    posts = account.posts_at(now)
    read = [p for p in posts if p.at >= window.posts_from]
    history = max(1, ceil((sum(1 + p.extra for p in read) + 1) / 100))
    under = [p for p in posts if _is_judged(p) and window.comments_from <= p.at < window.ends and p.comments_at(now)]
    if account.group_name is None or all(p.closed for p in under):
        return 2 + history
    first = min(p.at for p in under)
    talk = sum(1 + len(p.comments_at(now)) for p in posts if p.at >= first)
    return 2 + history + 1 + ceil(talk / 100)


# Counted -------------------------------------------------------------------------------------------------------------


def counted(world: World, folder: Path, sandbox: Sandbox, now: datetime, *, client: bool) -> Counter[str]:
    """Look at the whole world at `now` and return the requests by network."""
    sandbox.now = now
    place = folder / "client"
    place.mkdir(parents=True, exist_ok=True)
    environ = sandbox.settings(client=place) if client else sandbox.settings()
    before = len(sandbox.requests)
    audited(session_of(world, folder, environ, now))
    return Counter(request.network for request in sandbox.requests[before:])


def telegram_rows(world: World) -> Iterator[Row]:
    """Yield a row for each way and look."""
    pages = len(list(on_record(world)))
    again = {"t.me": CONTROLS + pages, "client": _SIGN_IN + _CONTROL + 2 * pages}
    for way, least_of in (("t.me", preview_least), ("client", client_least)):
        network = "MTPROTO" if way == "client" else "telegram"
        with tempfile.TemporaryDirectory() as folder, Sandbox(world) as sandbox:
            for what, now in (("first week", world.now), ("same week again", world.now + timedelta(hours=1))):
                asked = counted(world, Path(folder), sandbox, now, client=way == "client")[network]
                least = least_of(world, now) if what == "first week" else again[way]
                yield Row(f"{way}, {what}", asked, least, pages)
            yield second_week(world, sandbox, Path(folder) / "second", client=way == "client")
            if way == "t.me":
                yield Row("t.me, a plain loop", plain_loop(sandbox, world), preview_least(world, world.now), pages)


# A second week, and as plain scripts read it --------------------------------------------------------------------------


def second_week(world: World, sandbox: Sandbox, folder: Path, *, client: bool = False) -> Row:
    """Return what the world's week costs after the week before it."""
    place = folder / "client"
    place.mkdir(parents=True)
    route = Route.TELEGRAM_CLIENT if client else Route.TELEGRAM_PREVIEW
    environ = sandbox.settings(client=place) if client else sandbox.settings()
    week = second_week_of(world, sandbox, folder, environ, route)
    least = (client_least if client else preview_least)(world, world.now, known=True)
    return Row(
        f"{'client' if client else 't.me'}, next week", week.asked, least, len(list(on_record(world))), week.planned
    )


def plain_loop(sandbox: Sandbox, world: World) -> int:
    """Read the same channels as public scripts do, and return how many requests that takes.

    Of each its landing page, previews back until they are older than what is judged, and the discussion of each post of
    the window. Older comments are left to it.
    """
    window, before = Window.of(Week.parse(world.week, ZONE), sandbox.now), len(sandbox.requests)
    with httpx.Client(base_url=sandbox.telegram_url) as client:
        for account, judged in on_record(world):
            with contextlib.suppress(httpx.TransportError):
                _read_plainly(client, account.name, window, judged=judged)
    return len(sandbox.requests) - before


def _read_plainly(client: httpx.Client, name: str, window: Window, *, judged: bool) -> None:
    client.get(f"/{name}")
    found: dict[int, datetime] = {}
    url = f"/s/{name}"
    while new := dict(_POST.findall(client.get(url).text)):
        found |= {int(number): datetime.fromisoformat(at) for number, at in new.items()}
        if not judged or min(found) == 1 or min(found.values()) < window.posts_from:
            break
        url = f"/s/{name}?before={min(found)}"
    for number, at in found.items() if judged else ():
        if window.comments_from <= at < window.ends:
            client.get(f"/{name}/{number}?embed=1&discussion=1&comments_limit=100")


_POST = re.compile(r'data-post="[^"/]+/(\d+)".*?<time datetime="([^"]+)"', re.DOTALL)


def main() -> None:
    """Print a table: what was asked, the least, one by the other, and what was forecast."""
    print("| route and look | requests | least | ratio | forecast | pages |\n|---|---|---|---|---|---|")
    for world in (World.build(), worlds.alike()):
        _print(telegram_rows(world))
    for world in (World.build(), worlds.alike("vk")):
        _print(Row(*row) for row in least_vk.rows(world))


def _print(rows: Iterable[Row]) -> None:
    for what, asked, least, pages, planned in rows:
        print(f"| {what} | {asked} | {least} | {asked / least:.2f} | {planned or ''} | {pages} |", flush=True)
