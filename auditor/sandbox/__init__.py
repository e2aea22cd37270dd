"""A seeded synthetic world served on loopback as VK's API, as t.me and as MTProto, which knows the right answers.

::

    world = World.build(seed=2022)
    with Sandbox(world) as sandbox:
        ...  # sandbox.settings() points the probes at it, settings(folder) a signed-in client as well
    world.truth()  # every finding that must come out

`World.hidden` is a world for finding accounts, `World.renamed` one for watching their numbers, `World.busy` one for
counting requests.

It imports nothing else of auditor: it states on its own what the networks do and what the truth is. Everything in it
is invented, and every page says so.
"""

__all__ = ["FAULTS", "Expected", "Request", "Sandbox", "World"]

from auditor.sandbox.faults import FAULTS
from auditor.sandbox.server import Request, Sandbox
from auditor.sandbox.truth import Expected
from auditor.sandbox.world import World
