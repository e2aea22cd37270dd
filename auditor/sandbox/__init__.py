"""A seeded synthetic world served on loopback as VK's API, as t.me and as MTProto.

::

    world = World.build(seed=2022)
    with Sandbox(world) as sandbox:
        ...  # sandbox.settings() points the probes at it, settings(folder) a signed-in client as well

`World.of` makes a world of other stories.

In: a seed and a week. Out: three servers, and the registry, statements and corrections of the world as YAML.
It imports nothing else of auditor: it states independently what the networks do. `world` holds what is invented;
`vk`, `tme` and `mtproto` are the networks; `state` is what they share; `sandbox` puts them on ports.
Everything in it is invented, and every page says so. A new situation of an office becomes a story in `world`.
"""

__all__ = ["FAULTS", "LoggedRequest", "Sandbox", "World"]

from auditor.sandbox.sandbox import Sandbox
from auditor.sandbox.state import FAULTS, LoggedRequest
from auditor.sandbox.world.world import World
