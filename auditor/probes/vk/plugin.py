"""VK as a plug-in: its API with a service key. Without the key the probe is there too, and says so for each account."""

import math
from collections.abc import Iterator
from dataclasses import replace

from auditor.base.text import N_, Text
from auditor.probes.base import Batch, Forecast
from auditor.probes.expected import posts_to_read, threads_to_read
from auditor.probes.pacing import Breaker
from auditor.probes.plugins import Line, Plugin, Probe, Wiring, trouble
from auditor.probes.vk.client import VkClient, vk_connection
from auditor.probes.vk.directory import ROUTE
from auditor.probes.vk.errors import Act, VkAnswer
from auditor.probes.vk.network import VkSettings
from auditor.probes.vk.probe import VkProbe, replay_control, replay_look


def _open(wiring: Wiring) -> Probe:
    return VkProbe(
        vk_connection(wiring.settings, wiring.clock).until(wiring.ends),
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


def _forecast(wiring: Wiring, batch: Batch) -> Forecast:
    """Say what a batch takes where each call is a request of its own; without a key nothing is asked."""
    way = wiring.settings.of(VkSettings)
    if not way.token:
        return Forecast()
    full = [target for target in batch.targets if target.full]
    methods = {
        "users.get": math.ceil(len(batch.targets) / 1000),
        "groups.getById": math.ceil(len(batch.targets) / 500),
        "wall.get": sum(max(1, math.ceil(posts_to_read(target, batch.window) / 100)) for target in full),
        "wall.getComments": sum(threads_to_read(target, batch.window) for target in full),
        "photos.get": sum(target.photos_before is not None and not target.known for target in full),
    }
    return Forecast(methods, sum(methods.values()) / way.rps)


PLUGIN = Plugin(
    route=ROUTE,
    open=_open,
    replay_look=replay_look,
    replay_control=replay_control,
    examine=_examine,
    forecast=_forecast,
)
