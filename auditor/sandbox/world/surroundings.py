"""Pages around a search: of those who are looked for, of those who only seem to be, and of bodies that link to them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from random import Random

from auditor.sandbox.world.model import Account, Post, PostKind, Site
from auditor.sandbox.world.names import OPAQUE, SHARES, Handle, Person, form, strange_name
from auditor.sandbox.world.story import Teller

_CITIES = ("Посторонск", "Дальнеград", "Нетутошинск", "Заречье-Чужое")
_WORKS = (
    "пекарня «Небыль»",
    "таксопарк «Условный»",
    "школа танцев «Мнимость»",
    "завод «Примермаш»",
    "ветклиника «Сказ»",
)
_HOBBIES = (
    "Пеку пироги и снимаю об этом. Все имена придуманы.", "Рыбалка и лодки, ничего больше. Вымысел.",
    "Ремонт велосипедов на дому, пишите. Придумано.", "Мои коты и дача. Вымышленная страница.",
)  # fmt: skip
_OF_PERSON = {"telegram": "channel", "vk": "user"}
"""A person's kind of page on each network."""
_GUESSABLE = tuple(p for p in SHARES if p not in {OPAQUE, "name+place"})


_Points = tuple[tuple[datetime, int], ...]
_USERS: _Points = (
    (datetime(2006, 9, 23, tzinfo=UTC), 1), (datetime(2020, 6, 20, tzinfo=UTC), 578_000_000),
    (datetime(2022, 6, 6, tzinfo=UTC), 670_000_000), (datetime(2025, 1, 8, tzinfo=UTC), 870_000_000),
)  # fmt: skip
_COMMUNITIES: _Points = ((datetime(2006, 9, 23, tzinfo=UTC), 1), (datetime(2023, 6, 10, tzinfo=UTC), 221_100_000))
"""How many users and communities VK had by a moment (facts/vk.md 4.3)."""


def _numbers_by(moment: datetime, points: _Points) -> int:
    """Return how many pages there were at a moment, by the line through the two nearest points."""
    place = min(max(sum(at <= moment for at, _ in points), 1), len(points) - 1)
    (first, low), (second, high) = points[place - 1], points[place]
    return max(int(low + (moment - first) / (second - first) * (high - low)), 1)


@dataclass(eq=False)
class Surroundings:
    """Places pages into one world, drawn by a random generator of its own, and records what each of them is.

    - ``own``: a right page of somebody who is looked for
    - ``clone``: a young copy of a right page: same name and words, another address
    - ``impostor``: says name and office in its own words, older than the right page or younger
    - ``bought``: an old channel of the head that was sold and writes of something else
    - ``same-named``: the head of a district of the same name in another region
    - ``namesake``: a private citizen of the same name
    - ``colleague``: a namesake in office elsewhere
    - ``fan``: a support group or a parody
    - ``predecessor``: somebody who held the office before
    - ``body``: an administration's page, or a newspaper's
    - ``stranger``: somebody with another name, who has an address like the one looked for
    """

    rng: Random
    teller: Teller
    accounts: list[Account] = field(default_factory=list)
    owners: dict[str, dict[str, str | None]] = field(default_factory=dict)
    ways: dict[str, set[str]] = field(default_factory=dict)
    impostors: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    strangers: set[str] = field(default_factory=set)
    sites: dict[str, Site] = field(default_factory=dict)
    _taken: set[tuple[str, str]] = field(default_factory=set)
    _handles: set[str] = field(default_factory=set)

    # Names and moments -------------------------------------------------------------------------------------------

    def claim(self, network: str, name: str) -> bool:
        """Take a user name, if it is long enough for both networks and still free."""
        key = (network, name.casefold())
        if len(name) < 5 or key in self._taken:
            return False
        self._taken.add(key)
        return True

    def handle(self, person: Person, network: str, pattern: str | None = None) -> Handle:
        """Form a free user name of the person's, by `pattern` as long as that gives any."""
        for attempt in range(400):
            way = pattern if pattern is not None and attempt < 60 else self.rng.choice(_GUESSABLE)
            formed = form(person, way, self.rng)
            if self.claim(network, formed.name):
                return formed
        raise RuntimeError(f"no name is left for {person.name}")

    def ago(self, days: float) -> datetime:
        """Return a moment `days` before the week's end."""
        return self.teller.ends - timedelta(days=days, minutes=self.rng.randint(0, 600))

    def secrets(self) -> frozenset[str]:
        """Return what of strangers must reach no disk; not a user name that somebody else's has as a part."""
        others = " ".join(a.name.casefold() for a in self.accounts if self.kinds.get(a.url) != "stranger")
        return frozenset(self.strangers | {name for name in self._handles if name.casefold() not in others})

    # Pages -------------------------------------------------------------------------------------------------------

    def page(self, network: str, kind: str, name: str, title: str, opened: datetime, role: str) -> Account:
        """Make a page without content. `kind` is the network's, `role` a word of the class."""
        number = self._number(network, kind, opened, role)
        account = Account(network, name, kind, number, title, opened, subscribers=self.rng.randint(90, 6000))
        if kind == "channel":
            account.posts.append(Post(opened, "Channel created", PostKind.SERVICE))
        self.accounts.append(account)
        self.kinds[account.url] = role
        return account

    def _number(self, network: str, kind: str, opened: datetime, role: str) -> int:
        """Draw a number. On VK it dates the page: up to five years before its first post, for a clone 20 days."""
        if network == "telegram":
            low, high = (600_000_000, 1_000_000_000) if kind == "user" else (1_100_000_000, 3_900_000_000)
            return self.teller.number(low, high)
        earlier = timedelta(days=20 if role == "clone" else 1800)
        points = _COMMUNITIES if kind == "community" else _USERS
        low, high = (_numbers_by(moment, points) for moment in (opened - earlier, opened))
        return -self.teller.number(low, high) if kind == "community" else self.teller.number(low, high)

    def write(self, account: Account, count: int, last: float, since: float = 400) -> list[Post]:
        """Place `count` posts between `since` and `last` days before the week's end, and one at VK's opening."""
        if account.network == "vk":
            account.posts.append(Post(account.opened, self.teller.words.post()))
        first = max(self.ago(since), account.opened + timedelta(hours=2))
        span = max((self.ago(last) - first).total_seconds(), 60 * count)
        placed = [
            Post(first + timedelta(seconds=span * (n + 1) / count), self.teller.words.post()) for n in range(count)
        ]
        account.posts += placed
        return placed

    def own(self, person: Person, network: str, kind: str, title: str, handle: Handle, opened: datetime) -> Account:
        """Make a right page, and note it as found by its name where that can be formed."""
        account = self.page(network, kind, handle.name, title, opened, "own")
        self.owners[person.office][network] = account.url
        words = title.casefold().replace("|", " ").replace(",", " ").split()
        ways = self.ways.setdefault(account.url, set())
        if handle.pattern != OPAQUE:
            ways.add("names")
        if {person.family.casefold(), person.given.casefold()} <= set(words):
            ways.add("search")
        return account

    def sought(self, person: Person) -> None:
        """Begin with somebody who has no page yet."""
        self.owners[person.office] = {"telegram": None, "vk": None}

    # Those who only seem to be it --------------------------------------------------------------------------------

    def _lookalike(
        self, person: Person, network: str, role: str, title: str, days: tuple[int, int], kind: str = ""
    ) -> Account:
        """Make a page that may be taken for the person's, opened between so many days ago."""
        handle, opened = self.handle(person, network), self.ago(self.rng.randint(*days))
        account = self.page(network, kind or _OF_PERSON[network], handle.name, title, opened, role)
        self._impostor(person, account)
        return account

    def clone(self, person: Person, original: Account) -> Account:
        """Copy a right page: same title and words, a few weeks old."""
        copy = self._lookalike(person, original.network, "clone", original.title, (15, 60), original.kind)
        copy.description, copy.city, copy.work, copy.site = (
            original.description, original.city, original.work, original.site,
        )  # fmt: skip
        copy.subscribers = self.rng.randint(3, 40)
        self.write(copy, 3, 2, 14)
        self._hide(copy, title=False)
        return copy

    def namesake(self, person: Person, network: str, *, here: bool = False) -> Account:
        """Make the page of a private citizen of the same name: another job, and (unless `here`) another city."""
        handle, opened = self.handle(person, network), self.ago(self.rng.randint(700, 2500))
        kind = "user" if network == "vk" else self.rng.choice(("user", "channel"))
        title = f"{person.family} {person.given}" if network == "vk" else f"{person.given} {person.family}"
        account = self.page(network, kind, handle.name, title, opened, "namesake")
        self._private(account)
        self._impostor(person, account)
        self._hide(account, title=False)
        if here:
            account.city = person.place
        return account

    def _private(self, account: Account) -> None:
        account.description = f"{self.rng.choice(_HOBBIES)} {self.rng.randint(10, 9999)}"
        account.subscribers = self.rng.randint(8, 300)
        if account.network == "vk":
            account.city = self.rng.choice(_CITIES)
            account.work = f"{self.rng.choice(_WORKS)}, {self.rng.randint(2, 99)}"
        if account.kind != "user" or account.network == "vk":
            self.write(account, self.rng.randint(2, 6), self.rng.randint(5, 200), 600)

    def colleague(self, person: Person, network: str) -> Account:
        """Make the page of a namesake who holds an office in another region."""
        account = self._lookalike(person, network, "colleague", f"{person.family} {person.given}", (700, 1500))
        account.description = "Глава Дальнего района Соседнего края. Страница придумана."
        account.verified = True
        if network == "vk":
            account.city, account.work = "Соседнеград", "глава Дальнего района Соседнего края"
        self.write(account, 8, 1)
        return account

    def fan(self, person: Person, network: str, how: str) -> Account:
        """Make a page about the person: ``support``, ``parody`` or ``news``, which looks most like the person's own."""
        title, words = {
            "support": (f"Поддержим! {person.family} {person.given}", "Группа поддержки. Ведут жители, не глава"),
            "parody": (f"{person.given} {person.family} (пародия)", "Пародийная страница: не глава, а шутка"),
            "news": (f"{person.given} {person.family} | {person.place}", "Неофициальная страница. Новости о главе"),
        }[how]
        kind = "channel" if network == "telegram" else "community"
        account = self._lookalike(person, network, "fan", title, (200, 700), kind)
        account.description = f"{words}. {person.place}. Вымысел {self.rng.randint(10, 9999)}."
        self.write(account, 5, 3)
        self._hide(account, title=True)
        return account

    def impostor(self, person: Person, network: str, *, older: bool) -> Account:
        """Make a page that says name and office and is nobody's."""
        title = person.name if network == "telegram" else f"{person.family} {person.given}"
        account = self._lookalike(person, network, "impostor", title, (1500, 2500) if older else (20, 60))
        account.description = f"Официальная страница. {person.title[0].upper()}{person.title[1:]}. Страница придумана."
        account.work = "" if network == "telegram" else person.title
        account.subscribers = self.rng.randint(5, 80)
        self.write(account, 4, 2, 15)
        return account

    def bought(self, person: Person) -> Account:
        """Make the channel that was once the head's, and now is a shop's."""
        handle = self.handle(person, "telegram")
        account = self.page("telegram", "channel", handle.name, "Вымышленный магазин обуви", self.ago(1700), "bought")
        account.description = "Скидки каждый день. Всё придумано."
        self.write(account, 6, 1, 90)
        self._impostor(person, account)
        return account

    def same_named(self, person: Person, network: str) -> Account:
        """Make the page of the head of a district that is called the same and lies elsewhere."""
        account = self._lookalike(person, network, "same-named", f"{person.family} {person.given}", (500, 1500))
        account.description = f"{person.title[0].upper()}{person.title[1:]}, Соседняя область. Страница придумана."
        self.write(account, 8, 1)
        return account

    def stranger(self, person: Person, network: str) -> Account:
        """Give an address that could be the person's to somebody of another name."""
        handle, opened = self.handle(person, network), self.ago(self.rng.randint(300, 3000))
        family, given = strange_name(self.rng)
        title = f"{family} {given}" if network == "vk" else f"{given} {family}"
        kind = "user" if network == "vk" else self.rng.choice(("user", "channel"))
        account = self.page(network, kind, handle.name, title, opened, "stranger")
        self._private(account)
        self._hide(account, title=True)
        self._handles.add(account.name)
        self.strangers.update((f"{family} {given}", f"{given} {family}"))
        return account

    def _impostor(self, person: Person, account: Account) -> None:
        self.impostors.setdefault(person.office, []).append(account.url)

    def _hide(self, account: Account, *, title: bool) -> None:
        """Note what of a page must reach no disk. A clone's words are the original's as well."""
        texts = {p.text for p in account.posts if p.kind is PostKind.OWN}
        if self.kinds[account.url] != "clone":
            texts |= {account.description, account.city, account.work}
        self.strangers |= {text for text in (texts | ({account.title} if title else set())) if text}


# Official sites --------------------------------------------------------------------------------------------------

_NOTE = "<!-- synthetic page of auditor's sandbox: every name, text and number in it is invented -->"


def site(
    office: str,
    title: str,
    body: Sequence[tuple[str, str]],
    social: Sequence[str],
    *,
    inside: bool = False,
    cyrillic: bool = False,
    layout: int = 0,
    moved: bool = False,
) -> Site:
    """Make a site: `body` is a row of (paragraph, address it links to or ""), `social` the addresses in its footer.

    `inside`: the body is on the head's page, not on the front page. `cyrillic`: its bytes are windows-1251, and only
    the page itself says so. `layout`: paragraphs, a table, a card, or a contact block. `moved`: the site's old address
    leads to a new host.
    """
    charset = "windows-1251" if cyrillic else "utf-8"
    front = _page(title, charset, _body([(title, "")] if inside else body, layout), social)
    head = _page(f"Глава. {title}", charset, _body(body if inside else [("Приём по записи.", "")], layout), ())
    contacts = "<p>Приёмная: +7 000 000-00-00, priemnaya@example.invalid</p>"
    pages = {"": front, "glava": head, "kontakty": _page(title, charset, contacts, ())}
    return Site(office, pages, charset, said=not cyrillic, moved=moved)


_LAYOUTS = (
    '<p>{words}: <a href="{address}">страница</a></p>',
    (
        "<table><tr><th>Должность</th><th>Имя</th><th>Страница</th></tr><tr><td>{office}</td><td>{name}</td>"
        '<td><a href="{address}">открыть</a></td></tr></table>'
    ),
    (
        '<div class="card"><img src="/i.svg" alt=""><h3>{name}</h3><div>{office}</div><p>Ведёт приём по средам.</p>'
        '<div class="soc"><a href="{address}">Страница</a></div></div>'
    ),
    (
        "<div><p>{office}</p><p>{name}</p><p>Телефон: +7 000 000-00-00</p>"
        '<p>Социальные сети: <a href="{address}">страница</a></p></div>'
    ),
)


def _body(paragraphs: Sequence[tuple[str, str]], layout: int) -> str:
    return "\n".join(
        _LAYOUTS[layout].format(words=escape(words), office=office, name=name, address=escape(address))
        if address
        else f"<p>{escape(words)}</p>"
        for words, address in paragraphs
        for office, _, name in [escape(words).rpartition(": ")]
    )


def _page(title: str, charset: str, body: str, social: Sequence[str]) -> str:
    icons = "".join(
        f'<a class="icon" href="{escape(one)}" title="Мы в сети"><img src="/i.svg" alt=""></a>' for one in social
    )
    return (
        f'<!DOCTYPE html>\n<html lang="ru"><head><meta charset="{charset}">{_NOTE}<title>{escape(title)}</title>\n'
        '<style>.icon { width: 16px }</style><script>var a = "https://vk.com/share.php?url=x";</script></head>\n'
        f'<body><header><a href="./">{escape(title)}</a> <a href="glava">Глава</a> <a href="kontakty">Контакты</a>'
        "</header>\n"
        f"<main>{body}</main>\n"
        f'<footer>{icons}<a href="https://vk.com/share.php?url=example.invalid">Поделиться</a></footer></body></html>\n'
    )
