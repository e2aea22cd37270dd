"""How many requests a week's comments take on Telegram: by the preview, in bulk, and post by post.

    PYTHONPATH=. python benchmarks/telegram_requests.py [CHANNELS POSTS COMMENTS]

Requests are measured because rate limits count them; the sandbox's server counts them here. The same busy week is read
three times in one run, the third time with the linked groups closed.
"""

import sys
import tempfile
from collections import Counter
from pathlib import Path

from auditor.sandbox import Sandbox, World
from tests import worlds
from tests.pipeline import audited, session_of


def counted(world: World, *faults: str, client: bool) -> Counter[str]:
    """Look at the whole world once and return the requests by network and method."""
    with tempfile.TemporaryDirectory() as folder, Sandbox(world) as sandbox:
        sandbox.now = world.now
        for fault in faults:
            sandbox.faults.on(fault)
        place = Path(folder) / "client"
        place.mkdir()
        environ = sandbox.settings(client=place) if client else sandbox.settings()
        before = len(sandbox.requests)
        audited(session_of(world, Path(folder), environ, world.now))
        seen = sandbox.requests[before:]
        return Counter(r.method if r.network == "MTPROTO" else "t.me" for r in seen if r.network != "vk")


def main(channels: int = 20, posts: int = 10, comments: int = 300) -> None:
    """Print the three counts side by side."""
    world = worlds.busy(channels=channels, posts=posts, comments=comments)
    preview = counted(world, client=False)
    bulk = counted(world, client=True)
    singly = counted(world, "mtproto_group_private", client=True)
    for name, found in (("preview", preview), ("client, bulk", bulk), ("client, post by post", singly)):
        own = {k: n for k, n in found.items() if (k == "t.me") == (name == "preview")}
        print(f"{name:22} {sum(own.values()):5} requests  {dict(sorted(own.items()))}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
