"""A world for finding accounts: heads without a page on record, their pages, and pages easily mistaken for theirs.

Who has which page, which bodies name it and who only looks like its owner is dealt out in fixed shares. User names
follow the ways and shares of docs/dev/sources.md, by a transliteration of this module's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from random import Random

from auditor.sandbox.world.invented_names import ORDINALS, WorldPerson
from auditor.sandbox.world.model import WorldAccount, WorldOffice, WorldPost
from auditor.sandbox.world.surroundings import Surroundings, site
from tests.truth.told_world import Story, Teller, ToldWorld, build_told_world

_FAMILIES = (
    "Небыльцев", "Вымышляев", "Выдумщиков", "Понарошкин", "Мнимьев", "Хитровымыслов", "Чудосочинцев", "Щебылицын",
    "Жужевымыслов", "Нигдеев", "Юлнебылин", "Ёлкопридумов", "Небылёв", "Невзаправдьев", "Эхонебылов", "Понарошцев",
    "Выдумайкин", "Якобышев", "Цыпридумов", "Примерьянов", "Ксенонебылов", "Кажущихин", "Сказкоплётов", "Хохмонебылов",
    "Зачудаев", "Сочиньяйцев", "Мечтахин", "Пустобылов",
)  # fmt: skip
_MEN = ("Юрий", "Яков", "Дмитрий", "Илья", "Фёдор", "Анатолий", "Пётр", "Михаил", "Виталий", "Харитон", "Евгений")
_WOMEN = ("Юлия", "Ксения", "Татьяна", "Жанна", "Ольга", "Софья")
_FATHERS = ("Юрьев", "Яковлев", "Алексеев", "Фёдоров", "Михайлов", "Хрисанфов", "Эдуардов", "Геннадьев", "Дмитриев")
_TOWNS = ("Выдумск", "Небыльск", "Придуманск", "Мнимоград", "Сказочинск", "Нигдейск", "Вымыслово", "Потешинск")


def _people(rng: Random, count: int) -> list[WorldPerson]:
    """Draw `count` heads. Two pairs share a family name, and the second pair the first initial as well."""
    families, people = rng.sample(_FAMILIES, count), list[WorldPerson]()
    families[9], families[13] = families[3], families[6]
    place_names = [*(f"{ordinal} район" for ordinal in ORDINALS), *_TOWNS]
    for number, (family, place) in enumerate(zip(families, place_names, strict=False)):
        woman = number % 5 == 2
        given, father = rng.choice(_WOMEN if woman else _MEN), rng.choice(_FATHERS)
        title = f"мэр города {place}" if place in _TOWNS else f"глава муниципального образования «{place}»"
        endings = ("а", "на") if woman else ("", "ич")
        name = (family + endings[0], given, father + endings[1])
        people.append(WorldPerson(*name, place, f"okrug-{number + 1:02d}", title))
    people[6].given, people[13].given, people[9].given = "Алексей", "Александр", "Роман"
    return people


def _initials(person: WorldPerson) -> str:
    return f"{person.family} {person.given[0]}. {person.patronymic[0]}."


# User names ----------------------------------------------------------------------------------------------------------

_OPAQUE, _PLACED = "{slogan}", "{family}{s}{place}"
_WAYS = ["{initials}{s}{family}", "{given}{s}{family}", "{family}{s}{initials}", "{family}{s}{given}", "{family}"]
_WAYS += ["{core}{s}99", _PLACED, "{core}{s}official", "{core}{s}live", _OPAQUE]
_SHARES = (17, 12, 9, 7, 7, 16, 12, 5, 5, 10)
"""In percent; together the groups of docs/dev/sources.md: 52 the name alone, 16 region code, 12 place, 10, 10."""
_GUESSABLE = tuple(way for way in _WAYS if way not in {_OPAQUE, _PLACED})
_SLOGANS = ("vmeste_vpered", "dela_a_ne_slova", "nash_put", "rabotaem", "pro_glavnoe")
_LATIN = "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch . y . e yu ya".replace(".", "").split(" ")


def _latin(word: str, rng: Random) -> str:
    """Return a word in Latin letters as people spell it: a plain scheme with personal habits."""
    scheme = dict(zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", _LATIN, strict=True))
    scheme |= {letter: habit for letter, habit in zip("хцщ", ("h", "c", "sch"), strict=True) if rng.random() < 0.3}
    return "".join(scheme[letter] for letter in word.lower())


def _form(person: WorldPerson, way: str, rng: Random) -> str:
    """Return a user name formed in a way of `_WAYS`, sometimes in mixed case."""
    name_parts = (person.family, person.given, person.given[0], person.patronymic[0], person.place.split()[0])
    family, given, given_initial, father, place = (_latin(word, rng) for word in name_parts)
    initials, core, s = (
        rng.choice((given_initial + father, given_initial)),
        rng.choice((family, given + family)),
        rng.choice(("", "_")),
    )
    slogan = f"{rng.choice(_SLOGANS)}_{rng.randrange(16**5):05x}"
    name = way.format(family=family, given=given, initials=initials, place=place, core=core, s=s, slogan=slogan)
    return name.title() if rng.random() < 0.2 else name


# The world -----------------------------------------------------------------------------------------------------------


@dataclass(eq=False, slots=True)
class _Head:
    """A head with networks and pages."""

    person: WorldPerson
    story: Story
    networks: tuple[str, ...]
    pages: dict[str, WorldAccount] = field(default_factory=dict)
    claims: set[str] = field(default_factory=set)
    """Networks on which the page says the office and the place."""
    bodies: list[WorldAccount] = field(default_factory=list)
    """The office's own pages on record."""


@dataclass(slots=True)
class HiddenWorld(ToldWorld):
    """A world for finding accounts."""

    owners: dict[str, dict[str, str | None]] = field(default_factory=dict)
    """By office and network the right address, None where none is."""
    ways: dict[str, set[str]] = field(default_factory=dict)
    """By right address: how it can be found. ``names``: its name is formed from the person's; ``link``: a page or site
    on record, or the person's other page, leads to it."""


def hidden(seed: int = 2022, heads: int = 24) -> HiddenWorld:
    """Build a world of `heads` of invented municipalities, from 24 to 28, none with a known page.

    Their bodies' pages and sites are on record.
    """
    built: list[_HeadSurroundings] = []

    def tell(teller: Teller) -> None:
        around = _HeadSurroundings(teller.rng, teller)
        built.append(around)
        for network in ("telegram", "vk"):
            around.claim(network, "sandbox_control")
        drawn_heads = _heads(around, heads)
        for add in (_links, _sites, _others):
            add(around, drawn_heads)
        teller.accounts = sorted(around.accounts, key=lambda a: (a.network, a.number))

    world, (around,) = build_told_world([tell], seed), built
    world_fields = {entry.name: getattr(world, entry.name) for entry in fields(ToldWorld)}
    world_fields |= {"sites": around.sites, "strangers": around.secrets()}
    return HiddenWorld(**world_fields, owners=around.owners, ways=around.ways)


@dataclass(eq=False)
class _HeadSurroundings(Surroundings):
    """Pages, sites and posts around the heads, with the right address of each head."""

    owners: dict[str, dict[str, str | None]] = field(default_factory=dict)
    ways: dict[str, set[str]] = field(default_factory=dict)

    def user_name(self, person: WorldPerson, network: str) -> str:
        """Return a free user name of the person's, formed in any guessable way."""
        while not self.claim(network, name := _form(person, self.rng.choice(_GUESSABLE), self.rng)):
            pass
        return name

    def own(self, head: _Head, network: str, number: int, way: str) -> None:
        """Add a head's own page, and record how it can be found. Three in five name the office and the place."""
        person, name = head.person, _form(head.person, way, self.rng)
        if not self.claim(network, name):
            way, name = _GUESSABLE[0], self.user_name(person, network)
        claims = way != _OPAQUE and number % 5 not in {1, 3}
        kind = "channel" if network == "telegram" else "community" if claims and number % 6 == 0 else "user"
        plain = f"{person.given} {person.family}"
        styles = (plain, person.name, f"{plain} | {person.place}", _initials(person))
        title = f"{person.family} {person.given}" if kind == "user" else styles[number % (4 if claims else 2)]
        page = self.page(network, kind, name, title, self.ago(self.rng.randint(420, 680)))
        page.description = "Канал для земляков. Пишу сам. Всё придумано."
        if claims:
            head.claims.add(network)
            page.description = f"{person.title[0].upper()}{person.title[1:]}. Вымышленное лицо."
            page.city, page.work = (person.place, f"администрация, {person.title}") if kind == "user" else ("", "")
        page.verified = number % 9 == 0
        self.write(page, self.rng.randint(12, 34), self.rng.randint(0, 6))
        head.pages[network] = page
        self.owners[person.office][network] = page.url
        guessable = way in _GUESSABLE or (way != _OPAQUE and person.place in _TOWNS)
        self.ways[page.url] = {"names"} if guessable else set()

    def body(self, story: Story, network: str, place: str) -> WorldAccount:
        """Make an office's own page, on record."""
        kind, name = "community" if network == "vk" else "channel", f"adm_{story.office.id.replace('-', '_')}"
        self.claim(network, name)
        page = self.page(network, kind, name, f"Администрация: {place}", self.ago(self.rng.randint(900, 1600)))
        page.description = f"Официальная страница администрации. {place}. Вымышленный орган."
        self.write(page, self.rng.randint(20, 45), 1, 300)
        story.institution(page)
        return page

    def post_by(self, body: WorldAccount, days: float, text: str) -> None:
        """Add a post to a body's page, `days` ago."""
        body.posts.append(WorldPost(self.ago(days), text))

    def like(self, person: WorldPerson, network: str, title: str, description: str, days: int) -> WorldAccount:
        """Add a page under a name like the person's that belongs to somebody else."""
        kind = "channel" if network == "telegram" else "user"
        page = self.page(network, kind, self.user_name(person, network), title, self.ago(days))
        page.description, page.subscribers = description, self.rng.randint(5, 80)
        self.write(page, 5, 2, min(days, 90))
        return page


def _heads(around: _HeadSurroundings, count: int) -> list[_Head]:
    """Put people into office: three in twenty on no network, the rest on Telegram, VK or both in equal parts."""
    shares: list[tuple[str, ...]] = [("telegram", "vk"), ("telegram",), ("vk",)]
    networks_by_head = [() if n < count * 0.15 else shares[n % 3] for n in range(count)]
    around.rng.shuffle(networks_by_head)
    ways, heads = around.rng.choices(_WAYS, _SHARES, k=2 * count), list[_Head]()
    for number, (person, networks) in enumerate(zip(_people(around.rng, count), networks_by_head, strict=True)):
        story = around.tools.story(WorldOffice(person.office, person.place, person.title, "municipal_head"))
        story.holder(f"2024-{around.rng.randint(10, 12)}-{around.rng.randint(10, 28)}").name = person.name
        around.owners[person.office] = {"telegram": None, "vk": None}
        head = _Head(person, story, networks)
        for network in networks:
            around.own(head, network, index := len(around.ways), ways[index])
        body_networks = ["vk"] * (number % 4 != 3) + ["telegram"] * (number % 4 in {1, 3})
        head.bodies = [around.body(story, network, person.place) for network in body_networks]
        heads.append(head)
    return heads


def _links(around: _HeadSurroundings, heads: Sequence[_Head]) -> None:
    """Link every page that does not name the office: from the head's other page, or from a body's post."""
    for number, head in enumerate(heads):
        if len(head.pages) == 2 and (head.claims or number % 2):
            channel, profile = head.pages["telegram"], head.pages["vk"]
            profile.site = f"https://t.me/{channel.name}"
            channel.description += f"\nVK: {profile.url.removeprefix('https://')}"
            for page, linked in ((channel, profile), (profile, channel)):
                if {"link"} & around.ways[page.url] or (
                    page.network in head.claims and {"names"} & around.ways[page.url]
                ):
                    around.ways[linked.url].add("link")
        for network, page in head.pages.items():
            if not (network in head.claims or "link" in around.ways[page.url]) or number % 6 == 0:
                text = f"{_initials(head.person)} ({head.person.place}) теперь и в сети: {page.url}. Подписывайтесь!"
                around.post_by(head.bodies[0], around.rng.randint(10, 160), text)
                around.ways[page.url].add("link")


def _sites(around: _HeadSurroundings, heads: Sequence[_Head]) -> None:
    """Add a site to every other office; every second of these names the head's page."""
    for number, head in enumerate(heads[::2]):
        linked_pages = list(head.pages.values())[:1] if number % 2 == 0 else []
        for page in linked_pages:
            around.ways[page.url].add("link")
        head.story.office.site, person = True, head.person
        rows = [(f"{person.title}: {person.name}", page.url) for page in linked_pages]
        around.sites[person.office] = site(person.office, person.place, rows, [a.url for a in head.bodies])


def _others(around: _HeadSurroundings, heads: Sequence[_Head]) -> None:
    """Add those who only seem to be it: clones, namesakes, fans, strangers; impostors, with warnings; sold channels."""
    with_pages, pageless = [h for h in heads if h.pages], [h for h in heads if not h.pages]
    for head in with_pages[:7]:
        around.clone(head.person, next(iter(head.pages.values())))
    for number, head in enumerate([*with_pages[5:11], *pageless]):
        around.namesake(head.person, ("vk", "telegram")[number % 2])
    for number, head in enumerate([*with_pages[::2], *pageless]):
        around.stranger(head.person, ("vk", "telegram")[number % 2])
    for number, head in enumerate([*with_pages[13:16], *pageless]):
        title = f"Поддержим! {head.person.family} {head.person.given}"
        fan = around.like(head.person, ("vk", "telegram")[number % 2], title, "Группа поддержки. Ведут жители.", 400)
        around.strangers.add(fan.title)
    for number, head in enumerate(heads[:8]):
        person, title = head.person, f"{head.person.family} {head.person.given}"
        description = f"Официальная страница. {person.title[0].upper()}{person.title[1:]}."
        fake = around.like(person, (head.networks or ("vk",))[0], title, description, (1500, 40)[number % 2])
        if number % 4:
            warnings = ("Фейковая страница: {} — {}", "Якобы {}: {}. Не верьте!")
            around.post_by(head.bodies[0], 8, warnings[number % 2].format(person.name, fake.url))
    for head in [head for head in heads if "telegram" not in head.networks][:3]:
        sold = around.like(head.person, "telegram", "Вымышленный магазин обуви", "Скидки каждый день.", 1700)
        around.post_by(head.bodies[0], 130, f"Канал главы: {head.person.name} — {sold.url}")
