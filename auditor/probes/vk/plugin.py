"""VK as a plug-in: its API with a service key. Without the key the probe is there too, and says so for each account."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from auditor.base.snapshot import Cause
from auditor.base.text import N_, Text
from auditor.probes.base import Batch, DailyLimit, Forecast, Target, Window, may_redden
from auditor.probes.expected import is_new, new_threads, posts_asked, posts_to_read, recent_posts
from auditor.probes.pacing import Breaker
from auditor.probes.plugins import Line, Plugin, Probe, Wiring, trouble
from auditor.probes.vk.client import EXECUTE, VkClient, vk_connection
from auditor.probes.vk.comments import must_be_read
from auditor.probes.vk.directory import ROUTE, VK
from auditor.probes.vk.errors import Act, VkAnswer
from auditor.probes.vk.network import VkSettings
from auditor.probes.vk.probe import WALL, VkProbe, likely_number, names_to_find, replay_control, replay_look
from auditor.probes.vk.queue import MOST_CALLS
from auditor.probes.vk.quotas import DAILY, Quotas


def _open(wiring: Wiring) -> Probe:
    return VkProbe(
        vk_connection(wiring.settings, wiring.clock).until(wiring.deadline),
        wiring.settings.of(VkSettings).token,
        vantage=wiring.settings.vantage,
        logins=wiring.logins,
    )


def _examine(wiring: Wiring) -> Iterator[Line]:
    """Call each method that the probe uses once."""
    connection = vk_connection(wiring.settings, wiring.clock)
    client = VkClient(connection, wiring.settings.of(VkSettings).token, breaker=Breaker())
    names = [control.url.name for control in wiring.controls if control.exists] or ["id1"]
    try:
        yield from (_line(client, method, params) for method, params in _calls(client, names[0]))
    finally:
        client.close()


def _calls(client: VkClient, name: str) -> Iterator[tuple[str, dict[str, str | int]]]:
    """Yield each method that the probe uses, the last two with a post found on the way."""
    yield "users.get", {"user_ids": name}
    yield "groups.getById", {"group_ids": "1"}
    yield "utils.resolveScreenName", {"screen_name": name}
    yield "wall.get", {"domain": name, "count": 1}
    wall = client.call("wall.get", domain=name, count=1)
    posts = wall.value.get("items") if isinstance(wall, VkAnswer) and isinstance(wall.value, dict) else None
    post = posts[0] if posts and isinstance(posts[0], dict) else {}
    yield "wall.getComments", {"owner_id": post.get("owner_id", 1), "post_id": post.get("id", 1), "count": 1}
    yield "photos.get", {"owner_id": post.get("owner_id", 1), "album_id": "profile", "rev": 0, "count": 1}


def _line(client: VkClient, method: str, params: dict[str, str | int]) -> Line:
    found = client.call(method, **params)
    if isinstance(found, VkAnswer) or found.act is Act.PAGE:
        # An error about this page is an answer all the same: the key may call the method.
        return Line(f"vk: {method}", "ok", Text(N_("answers")))
    line = trouble(f"vk: {method}", found.cause)
    if found.code is None:
        return line
    said = Text(N_("{reason} (VK error {code})"), {"reason": line.detail, "code": str(found.code)})
    return replace(line, detail=said)


_ON_A_WALL = {"wall.getComments", "photos.get"}
"""What is asked for only once a wall has come."""


def _forecast(wiring: Wiring, batch: Batch) -> Forecast:
    """Say what a batch takes, each call by itself or 25 in a request; without a key nothing is asked."""
    way = wiring.settings.of(VkSettings)
    if not way.token:
        return Forecast()
    quotas = Quotas(way.token, wiring.clock, wiring.logins)
    every = _stages(batch)
    closed = {m: at for m in sum(every, Counter[str]()) if (at := quotas.resting(m)) is not None}
    silent = closed.keys() | (_ON_A_WALL if WALL in closed else set())
    stages = [Counter({m: n for m, n in one.items() if m not in silent}) for one in every]
    calls = sum(stages, Counter[str]())
    limit = DailyLimit(calls[WALL], quotas.room(WALL), DAILY[WALL])
    # The first batch has a name that must not be there: it is asked for in three ways, one after the other.
    requests = sum(max(len(batch.controls) > 0, math.ceil(stage.total() / MOST_CALLS)) for stage in stages)
    together, alone = (
        Forecast(methods, sum(methods.values()) / way.rps, limit, closed=closed)
        for methods in ({EXECUTE: requests}, dict(calls))
    )
    may = quotas.allows(EXECUTE)
    return together if may else alone if may is False else replace(alone, together=together)


def _stages(batch: Batch) -> tuple[Counter[str], ...]:
    """Count a batch's calls by what has to be known before: nothing, a page's number, its wall."""
    full = [target for target in batch.targets if target.full]
    with_wall = [target for target in batch.targets if _shows_wall(target)]
    numbered = sum(likely_number(target) is not None for target in with_wall)
    there, missing = (
        [c for c in batch.controls if c.url.network is VK and c.exists is wanted] for wanted in (True, False)
    )
    users, groups = names_to_find(batch)
    pages = len(with_wall) + sum(math.ceil(posts_to_read(t, batch.window) / 100) - 1 for t in full if is_new(t))
    first = Counter({"users.get": math.ceil(users / 1000), "groups.getById": math.ceil(groups / 500), WALL: numbered})
    second = Counter({WALL: pages - numbered + len(there)})
    third = Counter(
        {
            WALL: sum(map(is_new, full)),
            "wall.getComments": round(sum(_threads(target, batch.window) for target in full)) + len(there),
            "utils.resolveScreenName": len(missing),
            "photos.get": sum(target.photos_before is not None and is_new(target) for target in full),
        }
    )
    return first, second, third


def _shows_wall(target: Target) -> bool:
    """Tell whether a page's wall is asked for: not of one that was not there, or of a closed profile."""
    page = target.known.page
    closed = page is not None and page.cause is Cause.PRIVATE and (page.id or 0) > 0
    return page is None or bool(page.exists and not closed)


def _threads(target: Target, window: Window) -> float:
    """Return about how many threads of a page are read: of new posts that have any, and those that may have changed."""
    posts = recent_posts(target)
    share = sum(one.post.comments_count != 0 for one in posts) / len(posts) if posts else 1.0
    asked = [known for known in posts_asked(target, window) if known.post.comments_count != 0]
    red = may_redden((c for known in asked for c in known.post.comments), window)
    again = [known for known in asked if must_be_read(known, target, window, red=red)]
    refused = sum(known.post.comments_cause is Cause.NO_CREDENTIALS for known in again)  # one tells for all
    return new_threads(target, window) * share + len(again) - max(0, refused - 1)


PLUGIN = Plugin(
    route=ROUTE,
    open=_open,
    replay_look=replay_look,
    replay_control=replay_control,
    examine=_examine,
    forecast=_forecast,
)
