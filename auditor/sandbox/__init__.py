"""A seeded synthetic world served on loopback as VK's API, as t.me and as MTProto, which knows the right answers.

::

    world = World.build(seed=2022)
    with Sandbox(world) as sandbox:
        ...  # sandbox.settings() points the probes at it, settings(folder) a signed-in client as well
    world.truth()  # every finding that must come out

`World.hidden` is a world for finding accounts, `World.of` makes one of other stories.

It imports nothing else of auditor: it states on its own what the networks do and what the truth is. `world` is what is
invented; `vk`, `tme` and `mtproto` are the networks; `state` is what they share; `server` puts them on ports.
Everything in it is invented, and every page says so.
"""

__all__ = ["FAULTS", "Expected", "Request", "Sandbox", "World"]

from auditor.sandbox.server import Sandbox
from auditor.sandbox.state import FAULTS, Request
from auditor.sandbox.world.truth import Expected
from auditor.sandbox.world.world import World
