"""One seeded world: what is on the two networks, what the registry says of it, and what must be found in it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from auditor.sandbox.world.heads import HEADS, add_past, talk
from auditor.sandbox.world.invented_names import TextGenerator
from auditor.sandbox.world.model import Accounts, PostKind, Site, WorldAccount, WorldComment, WorldOffice, WorldPost
from auditor.sandbox.world.neighbours import add_neighbours
from auditor.sandbox.world.other_offices import DUMA, INSTITUTIONS, governor
from auditor.sandbox.world.story import ZONE, StoryTools
from auditor.sandbox.world.surroundings import Surroundings
from auditor.sandbox.world.yaml_files import registry_yaml

_CONTROLS = (
    ("https://t.me/sandbox_control", True),
    ("https://t.me/sandbox_nobody_here", False),
    ("https://vk.com/sandbox_control", True),
    ("https://vk.com/sandbox_nobody_here", False),
)
"""Addresses that every run must find, and must not find."""

_CONTROLS_GROUP = 4_000_000_001
ENDS = datetime(2026, 11, 23, tzinfo=ZONE)
_EARLIEST = datetime(2025, 9, 1, tzinfo=ZONE)
_NOON_TUESDAY = timedelta(hours=36)


@dataclass(slots=True)
class World:
    """All of it. Texts, numbers and days vary with the seed; outcomes and causes do not."""

    seed: int
    ends: datetime
    """The end of the audited week, UTC."""
    offices: list[WorldOffice]
    accounts: Accounts
    citizens: frozenset[str]
    """Every name, user name and text of a citizen: what must reach no disk, log or report."""
    strangers: frozenset[str] = frozenset()
    """Words of people who are no officials, of clones and of pages about officials: what must reach no disk.

    Names, but not a namesake's, which is the official's too; user names that are no part of another's; descriptions,
    titles of pages about officials, cities, work, texts of posts.
    """
    sites: dict[str, Site] = field(default_factory=dict)
    """Official sites by office id."""

    @classmethod
    def build(cls, seed: int = 2022, ends: datetime = ENDS, *, past: int = 0) -> "World":
        """Build the world whose audited week ends at `ends`, a Monday 00:00 in Tomsk.

        `past`: for how many weeks back the heads' pages have posts, questions and replies, and a predecessor a page of
        his own; without it, two months.

        Raises `ValueError` for a naive time, another moment of the week, or a week before September 2025: the
        stories need that much time to have happened.
        """
        return _with_neighbours(cls.of(SCENARIOS, seed, ends, last=len(INSTITUTIONS), past=past))

    @classmethod
    def of(
        cls,
        scenarios: Iterable[Callable[[StoryTools], None]],
        seed: int = 2022,
        ends: datetime = ENDS,
        *,
        last: int = 0,
        past: int = 0,
        teller: Callable[[Random, datetime, TextGenerator], StoryTools] = StoryTools,
    ) -> "World":
        """Build a world of the stories that `scenarios` tell; the first `last` of them come last in the registry.

        `past` is as in `build`, which also says what is raised. `teller` makes who is told them.
        """
        rng = Random(seed)
        told = teller(rng, _checked(ends), TextGenerator(rng))
        for scenario in scenarios:
            scenario(told)
        if past:
            add_past(told, past)
        return _finished(seed, told, rng, last)

    @property
    def now(self) -> datetime:
        """When the week is audited by default: the Tuesday noon after it, as UTC."""
        return self.ends + _NOON_TUESDAY

    @property
    def week(self) -> str:
        """The audited week, as ``2026-W47``."""
        iso = (self.ends - timedelta(days=1)).astimezone(ZONE).isocalendar()
        return f"{iso.year:04d}-W{iso.week:02d}"

    def registry_yaml(self, *, before: bool = False, websites: str = "") -> str:
        """Write the world's officials.yaml; `before`: as it stood a week earlier.

        `websites`: where the official sites are served, as `Sandbox.website_url` says (`Sandbox.registry_yaml` fills
        it in); without it they have addresses that lead nowhere.

        Between the two one page turned up (Седьмой район), so an audit of the week before followed by one of the
        world's week shows an improvement.
        """
        return registry_yaml(self.offices, _CONTROLS, before=before, websites=websites)

    def account(self, network: str, name: str, at: datetime | None = None) -> WorldAccount | None:
        """Return the account that has a name, a number's address (id1, club1) or a VK number, or None.

        `at`: the moment whose names count (default: `now`); an account that was renamed comes under its name then.
        """
        return self.accounts.find(network, name, self.now if at is None else at)


SCENARIOS = (*INSTITUTIONS, *HEADS, *DUMA, governor, talk)


def _checked(ends: datetime) -> datetime:
    """Return the week's end as UTC."""
    if ends.tzinfo is None or ends < _EARLIEST:
        raise ValueError("the audited week's end is an aware time not before 2025-09-01 in Tomsk")
    there = ends.astimezone(ZONE)
    if (there.weekday(), there.hour, there.minute, there.second) != (0, 0, 0, 0):
        raise ValueError("the audited week ends on a Monday at 00:00 in Tomsk")
    return ends.astimezone(UTC)


def _finished(seed: int, teller: StoryTools, rng: Random, last: int = 0) -> World:
    """Add the controls, number everything, and make the world."""
    for address, exists in _CONTROLS:
        if exists:
            teller.accounts.append(_control(teller, address))
    for account in teller.accounts:
        account.number_all(rng)
    stories = [*teller.stories[last:], *teller.stories[:last]]
    return World(
        seed=seed,
        ends=teller.ends,
        offices=[story.office for story in stories],
        accounts=Accounts(teller.accounts),
        citizens=frozenset(teller.words.citizens),
    )


def _with_neighbours(world: World) -> World:
    """Add pages to be found, drawn by a random generator of their own."""
    rng = Random(f"neighbours of {world.seed}")
    teller = StoryTools(rng, world.ends, TextGenerator(rng))
    for account in world.accounts:
        teller.reserve(account.number, account.group_number)
    around = Surroundings(rng, teller)
    add_neighbours(around, world.offices, world.accounts)
    for account in around.accounts:
        account.number_all(rng)
    said = {post.text for account in world.accounts for post in account.posts}  # some words come by chance twice
    world.accounts.extend(around.accounts)
    world.sites, world.strangers = around.sites, around.secrets() - said
    return world


def _control(teller: StoryTools, address: str) -> WorldAccount:
    network = "vk" if "vk.com" in address else "telegram"
    opened = teller.ends - timedelta(days=2000)
    kind = "user" if network == "vk" else "channel"
    number = teller.number(9_000_000, 560_000_000)
    account = WorldAccount(network, address.rsplit("/", 1)[1], kind, number, "Контрольная страница", opened)
    if network == "telegram":
        account.posts.append(WorldPost(opened, "Channel created", PostKind.SERVICE))
        account.group_name, account.group_number = f"{account.name}_chat", _CONTROLS_GROUP
    post = WorldPost(opened + timedelta(hours=1), teller.words.post())
    post.comments.append(WorldComment(opened + timedelta(hours=2), account.identity, "Вымышленный комментарий"))
    account.posts.append(post)
    account.subscribers = 1
    return account
