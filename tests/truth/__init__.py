"""What must be found in an invented world, told apart from how it is found."""

from auditor.sandbox import World
from tests.truth.held import differences, readable
from tests.truth.offices import truths
from tests.truth.record import Expected
from tests.truth.rules import expect
from tests.truth.told import ToldWorld

__all__ = ["Expected", "differences", "readable", "truth_of"]


def truth_of(world: World) -> list[Expected]:
    """Return every finding that must come out on Tuesday noon after the week, for every office and check."""
    kept = {office.id for office in world.offices}
    some = world.truths if isinstance(world, ToldWorld) else truths(world.seed, world.ends)
    return [row for truth in some if truth.office in kept for row in expect(truth, world.now, world.ends)]
