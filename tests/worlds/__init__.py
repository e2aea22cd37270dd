"""Small invented worlds with one purpose each, built of stories as the sandbox's world is."""

from tests.worlds.hidden import HiddenWorld, hidden
from tests.worlds.small_worlds import alike, answered, renamed

__all__ = ["HiddenWorld", "alike", "answered", "hidden", "renamed"]
