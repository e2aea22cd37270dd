"""The functions that one must read to follow a citizen's comment from its request to the snapshot, by route.

    python -m tools.walk [--comment]

Looks in memory at a page with one post and one comment. Prints the functions of `auditor/probes` that the look calls,
in the order of their first call, and their number, and how many of them are of every network: the driver and its
protocol. With `--comment` those that were running when comments were first
asked for, and those called from then on. Comprehensions, lambdas, dunders and pydantic's properties are left out.
"""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from pydantic import BaseModel

from auditor.base.snapshot import EvidenceKind, Route, Snapshot
from auditor.probes.driver import Driver, Limits, Transport
from auditor.probes.plugins import plugin_of
from auditor.probes.protocol import Look
from auditor.probes.target import Target, Window
from tests import cases
from tests.probes import mtproto_memory as mtproto
from tests.probes import tme_memory as tme
from tests.probes import vk_memory
from tests.probes.signed_in import target


def pages() -> Iterator[tuple[Route, Transport, Target, Window]]:
    """Yield by route a transport in memory, a page there, and the window of a look."""
    vk = vk_memory.page_with_comments([vk_memory.comment(1, vk_memory.FIRST_DAY, 900)])
    yield Route.VK, vk_memory.MemoryTransport(vk), vk_memory.target("glava5"), vk_memory.WINDOW
    post = tme.world_post(tme.POST, comments=tme.sample_comments()[:1])
    site = tme.Site(tme.account(posts=[post], group_name=tme.GROUP, group_number=tme.GROUP_NUMBER))
    yield Route.TELEGRAM_PREVIEW, site.transport, tme.TARGET, tme.WINDOW
    group = mtproto.page(mtproto.written(51, 900), mtproto.root(), users=[mtproto.person(900)])
    telegram = mtproto.MemoryTelegram(getHistory=[mtproto.commented(1), group])
    channel = target("primer", id=mtproto.CHANNEL, id_seen=True)
    yield Route.TELEGRAM_CLIENT, telegram, channel, Window.of(cases.WEEK, cases.NOW)


def walk(look: Look[Snapshot], transport: Transport, *, comment: bool = False) -> tuple[Snapshot, list[str]]:
    """Return the snapshot of a look and the functions that it called."""
    names, ended, is_asked = dict[str, None](), list[Snapshot](), not comment

    def note(frame: FrameType, event: str, _argument: object) -> None:
        nonlocal is_asked
        new = [frame] if event == "call" else []
        if new and not is_asked and frame.f_locals.get("kind") is EvidenceKind.COMMENTS:
            is_asked, new = True, [*_running(frame)]
        names.update({_name(called): None for called in new if is_asked})

    driver = Driver(transport, lambda: cases.NOW, Limits(interval=0))
    sys.setprofile(note)
    asyncio.run(driver.run({"page": look}, lambda _key, snapshot, _tape: ended.append(snapshot)))
    sys.setprofile(None)
    return ended[0], [name for name in names if name]


def _running(frame: FrameType) -> list[FrameType]:
    """Return the frame after all those that wait for it, outermost first."""
    return [*(_running(frame.f_back) if frame.f_back else []), frame]


def _name(frame: FrameType) -> str:
    """Return a function's module and name; empty for one outside the probes or of no weight for a reader."""
    path, name, owner = Path(frame.f_code.co_filename), frame.f_code.co_name, frame.f_locals.get("self")
    is_property = isinstance(owner, BaseModel) and isinstance(getattr(type(owner), name, None), property)
    if "auditor/probes/" not in path.as_posix() or name.startswith(("<", "__")) or is_property:
        return ""
    return f"{path.stem}:{frame.f_code.co_qualname}".replace("<locals>.", "")


if __name__ == "__main__":
    for route, transport, page, window in pages():
        look = plugin_of(route).look(page, window)
        _, functions = walk(look, transport, comment="--comment" in sys.argv[1:])
        of_all = sum(name.startswith(("driver:", "protocol:")) for name in functions)
        total = f"{route}: {len(functions)} functions, {of_all} of them of every network"
        print("", route, *(f"    {name}" for name in functions), total, sep="\n")
