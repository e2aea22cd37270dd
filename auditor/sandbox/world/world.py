"""One seeded world: its pages on both networks and its registry."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from auditor.sandbox.world.heads import HEADS, add_conversations, add_past
from auditor.sandbox.world.invented_names import TextGenerator
from auditor.sandbox.world.model import Accounts, PostKind, Site, WorldAccount, WorldComment, WorldOffice, WorldPost
from auditor.sandbox.world.neighbours import add_neighbours
from auditor.sandbox.world.other_offices import DUMA, INSTITUTIONS, add_wall_authors, governor
from auditor.sandbox.world.story import ZONE, StoryTools
from auditor.sandbox.world.surroundings import Surroundings
from auditor.sandbox.world.yaml_files import registry_yaml

_CONTROLS = (
    ("https://t.me/sandbox_control", True),
    ("https://t.me/sandbox_nobody_here", False),
    ("https://vk.com/sandbox_control", True),
    ("https://vk.com/sandbox_nobody_here", False),
)
"""The controls: addresses that every run must find, or must not find."""

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
    """Every name, user name and text of a citizen, which must never reach a disk, log or report."""
    strangers: frozenset[str] = frozenset()
    """Words of people who are no officials, of clones and of pages about officials, which must never be stored.

    Names except a namesake's, which is also the official's; user names that are no part of another's; descriptions,
    titles of pages about officials, cities, work, texts of posts.
    """
    sites: dict[str, Site] = field(default_factory=dict)
    """Official sites by office id."""

    @classmethod
    def build(cls, seed: int = 2022, ends: datetime = ENDS, *, past: int = 0) -> "World":
        """Build the world whose audited week ends at `ends`, a Monday 00:00 in Tomsk.

        `past`: the number of earlier weeks for which the heads' pages have posts, questions and replies, and a
        predecessor a page; 0 leaves about two months.

        Raises `ValueError` for a naive time, another moment of the week, or a week before September 2025: the
        stories need that much time to have happened.
        """
        return _with_neighbours(cls.of(SCENARIOS, seed, ends, moved_to_end=len(INSTITUTIONS), past=past))

    @classmethod
    def of(
        cls,
        scenarios: Iterable[Callable[[StoryTools], None]],
        seed: int = 2022,
        ends: datetime = ENDS,
        *,
        moved_to_end: int = 0,
        past: int = 0,
        make_tools: Callable[[Random, datetime, TextGenerator], StoryTools] = StoryTools,
    ) -> "World":
        """Build a world of the stories of `scenarios`; the first `moved_to_end` come last in the registry.

        `past` and the errors are those of `build`. `make_tools` makes the tools that the scenarios use.
        """
        rng = Random(seed)
        tools = make_tools(rng, _checked(ends), TextGenerator(rng))
        for scenario in scenarios:
            scenario(tools)
        if past:
            add_past(tools, past)
        return _finished(seed, tools, rng, moved_to_end)

    @property
    def now(self) -> datetime:
        """When the week is audited by default: the Tuesday noon after it, as UTC."""
        return self.ends + _NOON_TUESDAY

    @property
    def week(self) -> str:
        """The audited week, as ``2026-W47``."""
        iso = (self.ends - timedelta(days=1)).astimezone(ZONE).isocalendar()
        return f"{iso.year:04d}-W{iso.week:02d}"

    def registry_yaml(self, *, week_earlier: bool = False, websites: str = "") -> str:
        """Write the world's officials.yaml; `week_earlier`: as it was a week before.

        `websites`: where the official sites are served, as `Sandbox.website_url` says (`Sandbox.registry_yaml` fills
        it in); without it they have addresses that lead nowhere.

        One page was added between the two (Седьмой район), so an audit of the week before followed by one of the
        world's week shows an improvement.
        """
        return registry_yaml(self.offices, _CONTROLS, week_earlier=week_earlier, websites=websites)

    def account(self, network: str, name: str, moment: datetime | None = None) -> WorldAccount | None:
        """Return the account that has a name, a number's address (id1, club1) or a VK number, or None.

        `moment`: when the names are valid (default: `now`); a renamed account is found by its name of then.
        """
        return self.accounts.find(network, name, self.now if moment is None else moment)


SCENARIOS = (*INSTITUTIONS, *HEADS, *DUMA, governor, add_conversations, add_wall_authors)


def _checked(ends: datetime) -> datetime:
    """Return the week's end as UTC."""
    if ends.tzinfo is None or ends < _EARLIEST:
        raise ValueError("the audited week's end is an aware time not before 2025-09-01 in Tomsk")
    local_end = ends.astimezone(ZONE)
    if (local_end.weekday(), local_end.hour, local_end.minute, local_end.second) != (0, 0, 0, 0):
        raise ValueError("the audited week ends on a Monday at 00:00 in Tomsk")
    return ends.astimezone(UTC)


def _finished(seed: int, tools: StoryTools, rng: Random, moved_to_end: int = 0) -> World:
    """Add the controls, number everything, and make the world."""
    for address, exists in _CONTROLS:
        if exists:
            tools.accounts.append(_control(tools, address))
    for account in tools.accounts:
        account.number_all(rng)
    stories = [*tools.stories[moved_to_end:], *tools.stories[:moved_to_end]]
    return World(
        seed=seed,
        ends=tools.ends,
        offices=[story.office for story in stories],
        accounts=Accounts(tools.accounts),
        citizens=frozenset(tools.words.citizens),
    )


def _with_neighbours(world: World) -> World:
    """Add pages for a search to find, drawn by a random generator of their own."""
    rng = Random(f"neighbours of {world.seed}")
    tools = StoryTools(rng, world.ends, TextGenerator(rng))
    for account in world.accounts:
        tools.reserve(account.number, account.group_number)
    around = Surroundings(rng, tools)
    add_neighbours(around, world.offices, world.accounts)
    for account in around.accounts:
        account.number_all(rng)
    texts = {post.text for account in world.accounts for post in account.posts}  # some texts occur twice by chance
    world.accounts.extend(around.accounts)
    world.sites, world.strangers = around.sites, around.secrets() - texts
    return world


def _control(tools: StoryTools, address: str) -> WorldAccount:
    network = "vk" if "vk.com" in address else "telegram"
    opened = tools.ends - timedelta(days=2000)
    kind = "user" if network == "vk" else "channel"
    number = tools.number(9_000_000, 560_000_000)
    account = WorldAccount(network, address.rsplit("/", 1)[1], kind, number, "Контрольная страница", opened)
    if network == "telegram":
        account.posts.append(WorldPost(opened, "Channel created", PostKind.SERVICE))
        account.group_name, account.group_number = f"{account.name}_chat", _CONTROLS_GROUP
    post = WorldPost(opened + timedelta(hours=1), tools.words.post())
    post.comments.append(WorldComment(opened + timedelta(hours=2), account.identity, "Вымышленный комментарий"))
    account.posts.append(post)
    account.subscribers = 1
    return account
