"""What must be found in an invented world, told apart from how it is found."""

from collections.abc import Collection
from datetime import datetime

from auditor.sandbox import World
from tests.truth.held import differences, readable
from tests.truth.offices import truths
from tests.truth.record import Expected
from tests.truth.rules import expect
from tests.truth.told import ToldWorld

__all__ = ["Expected", "differences", "readable", "truth_of"]


def truth_of(
    world: World,
    now: datetime | None = None,
    *,
    broken: Collection[str] = (),
    stale: bool = False,
    names_only: Collection[str] = (),
) -> list[Expected]:
    """Return every finding that must come out at `now` (default: Tuesday noon), for every office and check.

    `broken`: networks whose controls fail ("vk", "telegram"). `stale`: what must come out when only the week before
    was looked at. `names_only`: networks on which no page can be asked for by its number, as by Telegram's preview: one
    that was renamed is then not found, or another is found in its place.
    """
    moment, told = world.now if now is None else now, isinstance(world, ToldWorld)
    assert moment >= world.ends, "the truth is known for a week that has ended"
    kept, moves = {office.id for office in world.offices}, world.moves if told else ()
    lost = {move.old: move for move in moves if move.network in names_only and move.at <= moment}
    return [
        row
        for truth in (world.truths if told else truths(world.seed, world.ends))
        if truth.office in kept
        for row in expect(truth.without_moved(lost), moment, world.ends, broken=broken, stale=stale)
    ]
