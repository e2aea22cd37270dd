"""Small invented worlds with one purpose each, made of stories as the sandbox's own world is."""

from tests.truth.told import ToldWorld, told
from tests.worlds.answers import ANSWERED
from tests.worlds.hidden import HiddenWorld, hidden
from tests.worlds.small_worlds import scenarios_of_alike, tell_renamed

__all__ = ["HiddenWorld", "alike", "answered", "hidden", "renamed"]


def alike(network: str = "telegram", channels: int = 20) -> ToldWorld:
    """Build the world whose requests the documents tell: pages alike on `network`, telegram or vk.

    They have three posts and six comments a week, in every week of a month: a month is as far back as comments are
    read under posts, before a look in the week before.
    """
    return told(scenarios_of_alike(channels, network))


def renamed() -> ToldWorld:
    """Build a world for following numbers: eight heads, seven of whom lose their address in the audited week.

    Look at it twice, as weekly audits do: with ``sandbox.now = world.now - timedelta(weeks=1)`` under the names on
    record, and at `now`, when the names have changed. `moves` says what became of each:

    - rayon-01 keeps its name.
    - rayon-02 (Telegram), rayon-05 and rayon-07 (VK profile and community) are renamed, and the old name is free.
    - rayon-03 and rayon-06 are renamed, and another page takes the old name.
    - rayon-04 and rayon-08 are deleted, and another page takes the name.

    Heads with an even number have the network's number on record. `truth` holds after both looks with a signed-in
    client: a renamed page is judged with its whole history, the two deleted ones are `gone`, and their opening is as
    it was seen. `strangers` are the words of those who took names.
    """
    return told([tell_renamed])


def answered(seed: int = 2022) -> ToldWorld:
    """Build a world of heads who are answered for in ways that only a whole look tells apart.

    `truth` is of a look by the preview alone.
    """
    return told(ANSWERED, seed)
