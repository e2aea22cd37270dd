"""Pages around a search: those of the person, those that only seem to be, and those of bodies that link to them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from random import Random

from auditor.sandbox.world.invented_names import STRANGE, WorldPerson, user_name
from auditor.sandbox.world.model import PostKind, Site, WorldAccount, WorldPost
from auditor.sandbox.world.story import StoryTools

_CITIES = ("Посторонск", "Дальнеград", "Нетутошинск", "Заречье-Чужое")
_WORKS = (
    "пекарня «Небыль»", "таксопарк «Условный»", "школа танцев «Мнимость»", "завод «Примермаш»", "ветклиника «Сказ»",
)  # fmt: skip
_HOBBIES = (
    "Пеку пироги и снимаю об этом. Все имена придуманы.", "Рыбалка и лодки, ничего больше. Вымысел.",
    "Ремонт велосипедов на дому, пишите. Придумано.", "Мои коты и дача. Вымышленная страница.",
)  # fmt: skip


_Points = tuple[tuple[datetime, int], ...]
_USERS: _Points = (
    (datetime(2006, 9, 23, tzinfo=UTC), 1), (datetime(2020, 6, 20, tzinfo=UTC), 578_000_000),
    (datetime(2022, 6, 6, tzinfo=UTC), 670_000_000), (datetime(2025, 1, 8, tzinfo=UTC), 870_000_000),
)  # fmt: skip
_COMMUNITIES: _Points = ((datetime(2006, 9, 23, tzinfo=UTC), 1), (datetime(2023, 6, 10, tzinfo=UTC), 221_100_000))
"""The largest ids of VK's users and communities at a moment (docs/dev/sources.md, VK)."""


def _numbers_by(moment: datetime, points: _Points) -> int:
    """Return the largest id at a moment, by linear interpolation between the nearest points."""
    index = min(max(sum(counted_at <= moment for counted_at, _ in points), 1), len(points) - 1)
    (first_at, low), (second_at, high) = points[index - 1], points[index]
    return max(int(low + (moment - first_at) / (second_at - first_at) * (high - low)), 1)


@dataclass(eq=False)
class Surroundings:
    """Places pages into one world, drawn by a random generator of its own."""

    rng: Random
    tools: StoryTools
    accounts: list[WorldAccount] = field(default_factory=list)
    strangers: set[str] = field(default_factory=set)
    """Words, titles and user names of people who are no officials, which must never be stored."""
    sites: dict[str, Site] = field(default_factory=dict)
    _taken: set[tuple[str, str]] = field(default_factory=set)
    _strange: set[int] = field(default_factory=set)
    """The ids of strangers' pages."""

    # Names and moments -------------------------------------------------------------------------------------------

    def claim(self, network: str, name: str) -> bool:
        """Reserve a user name and return True if it is unused and long enough for both networks."""
        key = (network, name.casefold())
        if len(name) < 5 or key in self._taken:
            return False
        self._taken.add(key)
        return True

    def user_name(self, person: WorldPerson, network: str) -> str:
        """Form and reserve an unused user name for a person."""
        while not self.claim(network, name := user_name(person, self.rng)):
            pass
        return name

    def ago(self, days: float) -> datetime:
        """Return a moment `days` before the week's end."""
        return self.tools.ends - timedelta(days=days, minutes=self.rng.randint(0, 600))

    def secrets(self) -> frozenset[str]:
        """Return the strangers' texts and names that must never be stored, except names contained in another's."""
        others = " ".join(a.name.casefold() for a in self.accounts if a.number not in self._strange)
        names = {a.name for a in self.accounts if a.number in self._strange and a.name.casefold() not in others}
        return frozenset(self.strangers | names)

    # Pages -------------------------------------------------------------------------------------------------------

    def page(
        self, network: str, kind: str, name: str, title: str, opened: datetime, *, numbered_before: int = 1800
    ) -> WorldAccount:
        """Make a page without content. `kind` is the network's; VK's id is at most `numbered_before` days older."""
        number = self._number(network, kind, opened, numbered_before)
        account = WorldAccount(network, name, kind, number, title, opened, subscribers=self.rng.randint(90, 6000))
        if kind == "channel":
            account.posts.append(WorldPost(opened, "Channel created", PostKind.SERVICE))
        self.accounts.append(account)
        return account

    def _number(self, network: str, kind: str, opened: datetime, earlier: int) -> int:
        if network == "telegram":
            low, high = (600_000_000, 1_000_000_000) if kind == "user" else (1_100_000_000, 3_900_000_000)
            return self.tools.number(low, high)
        points = _COMMUNITIES if kind == "community" else _USERS
        low, high = (_numbers_by(moment, points) for moment in (opened - timedelta(days=earlier), opened))
        return -self.tools.number(low, high) if kind == "community" else self.tools.number(low, high)

    def write(self, account: WorldAccount, count: int, last: float, since: float = 400) -> list[WorldPost]:
        """Place `count` posts between `since` and `last` days before the week's end, and one at VK's opening."""
        if account.network == "vk":
            account.posts.append(WorldPost(account.opened, self.tools.words.post()))
        first_post_at = max(self.ago(since), account.opened + timedelta(hours=2))
        span = max((self.ago(last) - first_post_at).total_seconds(), 60 * count)
        placed = [
            WorldPost(first_post_at + timedelta(seconds=int(span * (n + 1) / count)), self.tools.words.post())
            for n in range(count)
        ]
        account.posts += placed
        return placed

    # Pages that only seem to match -------------------------------------------------------------------------------

    def clone(self, person: WorldPerson, original: WorldAccount) -> WorldAccount:
        """Add a copy of a person's page with the same title and words, a few weeks old."""
        name, opened = self.user_name(person, original.network), self.ago(self.rng.randint(15, 60))
        copy = self.page(original.network, original.kind, name, original.title, opened, numbered_before=20)
        copy.description, copy.city, copy.work, copy.site = (
            original.description, original.city, original.work, original.site,
        )  # fmt: skip
        copy.subscribers = self.rng.randint(3, 40)
        self.write(copy, 3, 2, 14)
        self.strangers |= {p.text for p in copy.posts if p.kind is PostKind.OWN}
        return copy

    def namesake(self, person: WorldPerson, network: str) -> WorldAccount:
        """Add the page of a private citizen of the same name, with another job in another city."""
        return self._private(person, network, person.family, person.given)

    def stranger(self, person: WorldPerson, network: str) -> WorldAccount:
        """Add a page of somebody else whose address could be the person's."""
        family, given = self.rng.choice(STRANGE), "Устин"
        account = self._private(person, network, family, given)
        self._strange.add(account.number)
        self.strangers |= {f"{family} {given}", f"{given} {family}"}
        return account

    def _private(self, person: WorldPerson, network: str, family: str, given: str) -> WorldAccount:
        """Make a citizen's page under a name like the person's."""
        kind = "user" if network == "vk" else self.rng.choice(("user", "channel"))
        title = f"{family} {given}" if network == "vk" else f"{given} {family}"
        name, opened = self.user_name(person, network), self.ago(self.rng.randint(700, 2500))
        account = self.page(network, kind, name, title, opened)
        account.description = f"{self.rng.choice(_HOBBIES)} {self.rng.randint(10, 9999)}"
        account.subscribers = self.rng.randint(8, 300)
        if network == "vk":
            account.city = self.rng.choice(_CITIES)
            account.work = f"{self.rng.choice(_WORKS)}, {self.rng.randint(2, 99)}"
        if kind != "user" or network == "vk":
            self.write(account, self.rng.randint(2, 6), self.rng.randint(5, 200), 600)
        self._hide(account)
        return account

    def _hide(self, account: WorldAccount) -> None:
        """Add a page's texts, without its title, to those that must never be stored."""
        posts = {p.text for p in account.posts if p.kind is PostKind.OWN}
        self.strangers |= {text for text in {*posts, account.description, account.city, account.work} if text}


# Official sites --------------------------------------------------------------------------------------------------

_NOTE = "<!-- synthetic page of auditor's sandbox: every name, text and number in it is invented -->"


def site(office: str, title: str, body: Sequence[tuple[str, str]], social: Sequence[str]) -> Site:
    """Make a site: `body` is a row of (paragraph, address it links to), `social` the addresses in its footer."""
    links = "\n".join(f'<p>{escape(text)}: <a href="{escape(address)}">страница</a></p>' for text, address in body)
    contacts = "<p>Приёмная: +7 000 000-00-00, priemnaya@example.invalid</p>"
    return Site(office, {"": _page(title, links, social), "kontakty": _page(title, contacts, ())})


def _page(title: str, body: str, social: Sequence[str]) -> str:
    icons = "".join(f'<a class="icon" href="{escape(url)}"><img src="/i.svg" alt=""></a>' for url in social)
    return (
        f'<!DOCTYPE html>\n<html lang="ru"><head><meta charset="utf-8">{_NOTE}<title>{escape(title)}</title></head>\n'
        f'<body><header><a href="./">{escape(title)}</a> <a href="kontakty">Контакты</a></header>\n'
        f"<main>{body}</main>\n<footer>{icons}</footer></body></html>\n"
    )
