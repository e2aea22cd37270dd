"""One seeded world: what is on the two networks, what the registry says of it, and what must be found."""

__all__ = ["CONTROLS", "World"]

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from auditor.sandbox.busy import busy
from auditor.sandbox.expect import expect
from auditor.sandbox.heads import HEADS
from auditor.sandbox.model import Account, Office, Post, PostKind
from auditor.sandbox.names import Words
from auditor.sandbox.others import DUMA, INSTITUTIONS, governor
from auditor.sandbox.registry_text import registry_yaml
from auditor.sandbox.story import ZONE, Teller
from auditor.sandbox.truth import Expected, OfficeTruth

CONTROLS = (
    ("https://t.me/sandbox_control", True),
    ("https://t.me/sandbox_nobody_here", False),
    ("https://vk.com/sandbox_control", True),
    ("https://vk.com/sandbox_nobody_here", False),
)
"""Addresses that every run must find, and must not find."""

_ENDS = datetime(2026, 11, 23, tzinfo=ZONE)
_EARLIEST = datetime(2025, 9, 1, tzinfo=ZONE)
_NOON_TUESDAY = timedelta(hours=36)


@dataclass(slots=True)
class World:
    """All of it. Texts, numbers and days vary with the seed; outcomes and causes do not."""

    seed: int
    ends: datetime
    """The end of the audited week, UTC."""
    offices: list[Office]
    accounts: list[Account]
    truths: list[OfficeTruth]
    citizens: frozenset[str]
    """Every name, user name and text of a citizen: what must reach no disk, log or report."""

    @classmethod
    def build(cls, seed: int = 2022, ends: datetime = _ENDS) -> "World":
        """Build the world whose audited week ends at `ends`, a Monday 00:00 in Tomsk.

        Raises `ValueError` for a naive time, another moment of the week, or a week before September 2025: the
        stories need that much time to have happened.
        """
        return _build(seed, _checked(ends), _SCENARIOS, len(INSTITUTIONS))

    @classmethod
    def busy(
        cls, channels: int = 20, posts: int = 10, comments: int = 300, *, seed: int = 2022, ends: datetime = _ENDS
    ) -> "World":
        """Build a world for counting requests: `channels` alike, each with so many posts and comments in the week.

        Raises `ValueError` as `build` does, and for numbers that do not go together.
        """
        return _build(seed, _checked(ends), busy(channels, posts, comments))

    @property
    def now(self) -> datetime:
        """When the week is audited by default: the Tuesday noon after it, as UTC."""
        return self.ends + _NOON_TUESDAY

    @property
    def week(self) -> str:
        """The audited week, as ``2026-W47``."""
        iso = (self.ends - timedelta(days=1)).astimezone(ZONE).isocalendar()
        return f"{iso.year:04d}-W{iso.week:02d}"

    def registry_yaml(self, *, before: bool = False) -> str:
        """Write the world's officials.yaml; `before`: as it stood a week earlier.

        Between the two one page turned up (Седьмой район), so an audit of the week before followed by one of the
        world's week shows an improvement.
        """
        return registry_yaml(self.offices, CONTROLS, before=before)

    def truth(
        self, now: datetime | None = None, *, broken: Collection[str] = (), stale: bool = False
    ) -> list[Expected]:
        """Return every finding that must come out at `now` (default: Tuesday noon), for every office and check.

        `broken`: networks whose controls fail ("vk", "telegram"). `stale`: what must come out when only the week
        before was looked at. Raises `ValueError` for a `now` before the week's end.
        """
        moment = self.now if now is None else now
        if moment < self.ends:
            raise ValueError("the truth is known for a week that has ended")
        return [row for truth in self.truths for row in expect(truth, moment, broken=broken, stale=stale)]

    def account(self, network: str, name: str) -> Account | None:
        """Return the account behind a name, a number's address (id1, club1) or a VK number; None for nobody."""
        wanted = name.casefold()
        for account in self.accounts:
            if account.network == network and account.kind != "missing" and wanted in _names(account):
                return account
        return None


def _names(account: Account) -> tuple[str, ...]:
    if account.network != "vk":
        return (account.name.casefold(),)
    number = abs(account.number)
    kinds = (f"id{number}", str(number)) if account.number > 0 else (f"club{number}", f"public{number}", f"-{number}")
    return (account.name.casefold(), *kinds)


_SCENARIOS = (*INSTITUTIONS, *HEADS, *DUMA, governor)


def _checked(ends: datetime) -> datetime:
    """Return the week's end as UTC."""
    if ends.tzinfo is None or ends < _EARLIEST:
        raise ValueError("the audited week's end is an aware time not before 2025-09-01 in Tomsk")
    there = ends.astimezone(ZONE)
    if (there.weekday(), there.hour, there.minute, there.second) != (0, 0, 0, 0):
        raise ValueError("the audited week ends on a Monday at 00:00 in Tomsk")
    return ends.astimezone(UTC)


def _build(seed: int, ends: datetime, scenarios: Collection[Callable[[Teller], None]], last: int = 0) -> World:
    """Tell the scenarios; the first `last` of them come last in the registry."""
    rng = Random(seed)
    teller = Teller(rng, ends, Words(rng))
    for scenario in scenarios:
        scenario(teller)
    for address, exists in CONTROLS:
        if exists:
            teller.accounts.append(_control(teller, address))
    for account in teller.accounts:
        account.number_all(rng)
    stories = [*teller.stories[last:], *teller.stories[:last]]
    return World(
        seed=seed,
        ends=ends,
        offices=[story.office for story in stories],
        accounts=teller.accounts,
        truths=[story.truth for story in stories],
        citizens=frozenset(teller.words.citizens),
    )


def _control(teller: Teller, address: str) -> Account:
    network = "vk" if "vk.com" in address else "telegram"
    opened = teller.ends - timedelta(days=2000)
    kind = "user" if network == "vk" else "channel"
    number = teller.number(9_000_000, 560_000_000)
    account = Account(network, address.rsplit("/", 1)[1], kind, number, "Контрольная страница", opened)
    if network == "telegram":
        account.posts.append(Post(opened, "Channel created", PostKind.SERVICE))
    account.posts.append(Post(opened + timedelta(hours=1), teller.words.post()))
    account.subscribers = 1
    return account
