"""A seeded synthetic world served on loopback as VK's API, as t.me and as MTProto.

::

    world = World.build(seed=2022)
    with Sandbox(world) as sandbox:
        ...  # sandbox.settings() points the probes at it, settings(folder) a signed-in client as well

`World.of` makes a world of other stories.

It imports nothing else of auditor: it states on its own what the networks do. `world` is what is
invented; `vk`, `tme` and `mtproto` are the networks; `state` is what they share; `server` puts them on ports.
Everything in it is invented, and every page says so.
"""

__all__ = ["FAULTS", "LoggedRequest", "Sandbox", "World"]

from auditor.sandbox.sandbox import Sandbox
from auditor.sandbox.state import FAULTS, LoggedRequest
from auditor.sandbox.world.world import World
