"""A world for finding accounts: heads without a known page, their pages, and what is easily taken for one.

Who has which page, which bodies name it and who only looks like its owner is dealt out in fixed shares and shuffled.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta

from auditor.sandbox.world.model import Account, Held, Office, Post, Tenure
from auditor.sandbox.world.names import Person
from auditor.sandbox.world.surroundings import Surroundings, site
from tests.truth.record import Opening
from tests.truth.told import Story, Teller, ToldWorld, told
from tests.worlds.people import OPAQUE, SHARES, Handle, Sought, form, latin, people, quota

_FORMER = ("Клим", "Назар", "Лука", "Прокл", "Савелий", "Трофим", "Устин", "Эраст")
_LISTED = 20
_GUESSABLE = tuple(p for p in SHARES if p not in {OPAQUE, "name+place"})
_FREE = Opening("inapplicable")
_PUBLIC_WORDS = (
    "Канал для земляков. Пишу сам. Всё придумано.", "О работе и не только. Вымышленная страница.",
    "Личная страница. Имена и события придуманы.",
)  # fmt: skip


@dataclass(eq=False, slots=True)
class _Head:
    """A head, the head's networks and pages."""

    person: Sought
    story: Story
    networks: tuple[str, ...]
    pages: dict[str, Account] = field(default_factory=dict)
    claims: set[str] = field(default_factory=set)
    """Networks on which the page says the office and the place."""


@dataclass(slots=True)
class HiddenWorld(ToldWorld):
    """A world for finding accounts."""

    owners: dict[str, dict[str, str | None]] = field(default_factory=dict)
    """By office and network the right address, None where none is."""
    ways: dict[str, set[str]] = field(default_factory=dict)
    """By right address: how it can be found. ``names``: its name is formed from the person's; ``link``: a page or site
    on record, or the person's other page, leads to it; ``search``: its title has the family and the given name."""


def hidden(seed: int = 2022, heads: int = 40) -> HiddenWorld:
    """Build a world of `heads` of invented municipalities, from 24 to 56, none with a known page.

    Their bodies' pages and sites are on record, and the pages of two predecessors.
    """
    made: list[Around] = []

    def tell(teller: Teller) -> None:
        around = Around(teller.rng, teller)
        _fill(around, heads)
        teller.accounts = around.accounts
        made.append(around)

    world, (around,) = told([tell], seed), made
    everything = {entry.name: getattr(world, entry.name) for entry in fields(ToldWorld)}
    everything |= {"sites": around.sites, "strangers": around.secrets()}
    return HiddenWorld(**everything, owners=around.owners, ways=around.ways)


@dataclass(eq=False)
class Around(Surroundings):
    """What stands around the heads, and which of it is right."""

    owners: dict[str, dict[str, str | None]] = field(default_factory=dict)
    ways: dict[str, set[str]] = field(default_factory=dict)

    def handle(self, person: Person, network: str, pattern: str | None = None) -> Handle:
        """Form a free user name of the person's, by `pattern` as long as that gives any."""
        for attempt in range(400):
            way = pattern if pattern is not None and attempt < 60 else self.rng.choice(_GUESSABLE)
            formed = form(person, way, self.rng)
            if self.claim(network, formed.name):
                return formed
        raise RuntimeError(f"no name is left for {person.name}")

    def user_name(self, person: Person, network: str) -> str:
        """Form a free user name of the person's in any way."""
        return self.handle(person, network).name

    def own(self, person: Person, network: str, kind: str, title: str, handle: Handle, opened: datetime) -> Account:
        """Make a right page, and note it as found by its name where that can be formed."""
        account = self.page(network, kind, handle.name, title, opened)
        self.owners[person.office][network] = account.url
        words = title.casefold().replace("|", " ").replace(",", " ").split()
        ways = self.ways.setdefault(account.url, set())
        if handle.pattern != OPAQUE:
            ways.add("names")
        if {person.family.casefold(), person.given.casefold()} <= set(words):
            ways.add("search")
        return account

    def colleague(self, person: Person, network: str) -> Account:
        """Make the page of a namesake who holds an office in another region."""
        kind, opened = "channel" if network == "telegram" else "user", self.ago(self.rng.randint(700, 1500))
        title = f"{person.family} {person.given}"
        account = self.page(network, kind, self.user_name(person, network), title, opened)
        account.description = "Глава Дальнего района Соседнего края. Страница придумана."
        account.verified = True
        if network == "vk":
            account.city, account.work = "Соседнеград", "глава Дальнего района Соседнего края"
        self.write(account, 8, 1)
        return account

    def fan(self, person: Person, network: str) -> Account:
        """Make a group of people who support the person."""
        kind, opened = "channel" if network == "telegram" else "community", self.ago(self.rng.randint(200, 700))
        title = f"Поддержим! {person.family} {person.given}"
        account = self.page(network, kind, self.user_name(person, network), title, opened)
        account.description = (
            f"Группа поддержки. Ведут жители, не глава. {person.place}. Вымысел {self.rng.randint(10, 9999)}."
        )
        self.write(account, 5, 3)
        self.strangers.add(title)
        self._hide(account)
        return account

    def impostor(self, person: Person, network: str, *, older: bool) -> Account:
        """Make a page that says name and office and is nobody's."""
        title = person.name if network == "telegram" else f"{person.family} {person.given}"
        account = self._of_person(person, network, title, (1500, 2500) if older else (20, 60))
        account.description = f"Официальная страница. {person.title[0].upper()}{person.title[1:]}. Страница придумана."
        account.work = "" if network == "telegram" else person.title
        account.subscribers = self.rng.randint(5, 80)
        self.write(account, 4, 2, 15)
        return account

    def bought(self, person: Person) -> Account:
        """Make the channel that was once the head's, and now is a shop's."""
        account = self._of_person(person, "telegram", "Вымышленный магазин обуви", (1700, 1700))
        account.description = "Скидки каждый день. Всё придумано."
        self.write(account, 6, 1, 90)
        return account

    def same_named(self, person: Person, network: str) -> Account:
        """Make the page of the head of a district that is called the same and lies elsewhere."""
        account = self._of_person(person, network, f"{person.family} {person.given}", (500, 1500))
        account.description = f"{person.title[0].upper()}{person.title[1:]}, Соседняя область. Страница придумана."
        self.write(account, 8, 1)
        return account

    def _of_person(self, person: Person, network: str, title: str, days: tuple[int, int]) -> Account:
        """Make a page under the person's name that was opened between so many days ago."""
        kind, name = "channel" if network == "telegram" else "user", self.user_name(person, network)
        return self.page(network, kind, name, title, self.ago(self.rng.randint(*days)))


def _fill(around: Around, count: int) -> None:
    """Add `count` heads. What each has, and what is around it, is dealt out in fixed shares and shuffled."""
    around.claim("telegram", "sandbox_control")
    around.claim("vk", "sandbox_control")
    heads = _draw_heads(around, count)
    _open_pages(around, heads)
    bodies = _found_bodies(around, heads)
    _found_region(around, heads)
    _tell_links(around, heads, bodies)
    _predecessors(around, heads)
    _impostors(around, heads)
    _hard_cases(around, heads, bodies)
    _add_sites(around, heads, bodies)
    around.accounts.sort(key=lambda a: (a.network, a.number))


# Heads, and the pages that are truly theirs --------------------------------------------------------------------------


def _draw_heads(around: Around, count: int) -> list[_Head]:
    """Put `count` people into office, some of them on no network."""
    drawn, heads = people(around.rng, count), []
    row = _networks(count)
    around.rng.shuffle(row)
    for number, (person, networks) in enumerate(zip(drawn, row, strict=True), 1):
        title = f"мэр города {person.place}" if person.town else f"глава муниципального образования «{person.place}»"
        person.office, person.title = f"okrug-{number:02d}", title
        story = around.teller.story(Office(person.office, person.place, title, "municipal_head"))
        tenure = story.newcomer(
            f"20{around.rng.randint(23, 24)}-{around.rng.randint(10, 12)}-{around.rng.randint(10, 28)}"
        )
        tenure.name = person.name
        around.owners[person.office] = {"telegram": None, "vk": None}
        heads.append(_Head(person, story, networks))
    return heads


def _networks(count: int) -> list[tuple[str, ...]]:
    """Deal out networks: three heads in twenty have none, the rest have Telegram, VK or both in equal parts."""
    nowhere = round(count * 0.15)
    shares: list[tuple[str, ...]] = [("telegram", "vk"), ("telegram",), ("vk",)]
    return [()] * nowhere + [shares[n % 3] for n in range(count - nowhere)]


def _open_pages(around: Around, heads: Sequence[_Head]) -> None:
    """Give each head a page on each of the head's networks; three in five say the office and the place."""
    places = [(head, network) for head in heads for network in head.networks]
    patterns = quota(len(places))
    around.rng.shuffle(patterns)
    _towns_first(places, patterns)
    for number, ((head, network), pattern) in enumerate(zip(places, patterns, strict=True)):
        if pattern != OPAQUE and number % 5 not in {1, 3}:
            head.claims.add(network)
        _own_page(around, head, network, pattern, number)


def _towns_first(places: Sequence[tuple[_Head, str]], patterns: list[str]) -> None:
    """Give user names with a place in them to heads of towns: a district's number is never part of one."""
    towns = [n for n, (head, _) in enumerate(places) if head.person.town and patterns[n] != "name+place"]
    for number, (head, _) in enumerate(places):
        if patterns[number] == "name+place" and not head.person.town and towns:
            other = towns.pop(0)
            patterns[number], patterns[other] = patterns[other], patterns[number]


def _own_page(around: Around, head: _Head, network: str, pattern: str, number: int) -> None:
    person, rng = head.person, around.rng
    handle = around.handle(person, network, pattern)
    claims = network in head.claims
    kind = "channel" if network == "telegram" else "community" if claims and number % 6 == 0 else "user"
    account = around.own(
        person, network, kind, _title(around, head, kind, number), handle, around.ago(rng.randint(420, 680))
    )
    account.description = (
        f"{person.title[0].upper()}{person.title[1:]}. Вымышленное лицо." if claims else rng.choice(_PUBLIC_WORDS)
    )
    if kind == "user" and claims:
        account.city, account.work = person.place, f"администрация, {person.title}"
        account.description = rng.choice(("", person.title))
    account.verified = number % 9 == 0
    around.write(account, rng.randint(12, 34), rng.randint(0, 6))
    head.pages[network] = account


def _title(around: Around, head: _Head, kind: str, number: int) -> str:
    """Write a page's title. A profile has family and given name; channels are called as it comes."""
    person = head.person
    if kind == "user":
        return f"{person.family} {person.given}"
    if kind == "community":
        return f"{person.given} {person.family} | {person.place}"
    styles = [
        f"{person.given} {person.family}", f"{person.family} {person.given}", person.name,
        f"{person.given} {person.patronymic} {person.family}", f"{person.given} {person.family} | {person.place}",
        person.initials,
    ]  # fmt: skip
    if "telegram" in head.claims:
        styles.append(" ".join(latin(word, around.rng).title() for word in (person.given, person.family)))
    else:
        styles.pop(4)
    return styles[number % len(styles)]


_Bodies = dict[str, list[Account]]
"""By office: its own pages on record."""

# Bodies, and how they name the heads' pages ------------------------------------------------------------------------


def _found_bodies(around: Around, heads: Sequence[_Head]) -> _Bodies:
    """Give three offices in four a community on VK, two in five a channel; all on record."""
    bodies: _Bodies = {}
    for number, head in enumerate(heads):
        networks = (["vk"] if number % 4 != 3 else []) + (["telegram"] if number % 5 in {0, 3} else [])
        bodies[head.person.office] = [_body(around, head.story, network, head.person.place) for network in networks]
    return bodies


def _body(around: Around, story: Story, network: str, place: str) -> Account:
    kind = "community" if network == "vk" else "channel"
    name = f"adm_{story.office.id.replace('-', '_')}"
    around.claim(network, name)
    account = around.page(network, kind, name, f"Администрация: {place}", around.ago(around.rng.randint(900, 1600)))
    account.description = f"Официальная страница администрации. {place}. Вымышленный орган."
    account.verified = around.rng.random() < 0.5
    around.write(account, around.rng.randint(20, 45), 1, 300)
    story.institution(account)
    return account


def _found_region(around: Around, heads: Sequence[_Head]) -> None:
    """Add the governor's office and the region's administration; their lists name twenty heads, and a dozen."""
    for key, title in (
        ("governor", "Губернатор вымышленной области"),
        ("administration", "Администрация вымышленной области"),
    ):
        group = "governor" if key == "governor" else "institution"
        story = around.teller.story(Office(key, "Вымышленная область", title, group))
        story.truth.standing, story.truth.opening = "no_holder", _FREE
        pages = {network: _body(around, story, network, title) for network in ("telegram", "vk")}
        if key == "administration":
            _list_post(around, pages["telegram"], _twenty(heads))
            _list_post(around, pages["vk"], [h for h in heads if "vk" in h.pages][:12], "vk")
            pages["telegram"].description += " Страница на VK: " + pages["vk"].url


def _twenty(heads: Sequence[_Head]) -> list[_Head]:
    """Choose whom the list names: all who share a family name, then others, in the order of the offices."""
    families = [h.person.family for h in heads]
    shown = [h for h in heads if h.pages]
    first = [h for h in shown if families.count(h.person.family) > 1]
    rest = [h for h in shown if h not in first]
    chosen = {id(h) for h in [*first, *rest][:_LISTED]}
    return [h for h in heads if id(h) in chosen]


def _list_post(around: Around, body: Account, listed: Sequence[_Head], network: str | None = None) -> None:
    """Post a list of heads with an address each: plainly, behind the name, or (Telegram) as @name."""
    lines, anchors = ["Страницы глав в социальных сетях:"], []
    for number, head in enumerate(listed, 1):
        account = head.pages.get(network or "telegram") or next(iter(head.pages.values()))
        who = (head.person.name, head.person.initials, f"{head.person.given} {head.person.family}")[number % 3]
        address = account.url.removeprefix("https://")
        if number % 2 and account.network == "telegram" and body.network == "telegram" and number % 4 == 1:
            lines.append(f"{number}. {head.person.place} — {who}: @{account.name}")
        elif number % 2:
            lines.append(f"{number}. {head.person.place} — {who}: {address}")
        else:
            lines.append(f"{number}. {head.person.place} — {who}")
            anchors.append((who, account.url))
        around.ways[account.url].add("link")
    body.posts.append(Post(around.ago(150), "\n".join(lines), anchors=anchors))


# Links -----------------------------------------------------------------------------------------------------------


def _tell_links(around: Around, heads: Sequence[_Head], bodies: _Bodies) -> None:
    """Link every page that does not name the office: from the head's other page and back, or from a body's post."""
    for number, head in enumerate(heads):
        if len(head.pages) == 2 and (head.claims or number % 2):
            _both_ways(around, head)
        for network, account in head.pages.items():
            known = network in head.claims or "link" in around.ways[account.url]
            if not known or number % 6 == 0:
                _announce(around, head, account, bodies)
    _hearsay(around, heads, bodies)


def _both_ways(around: Around, head: _Head) -> None:
    channel, profile = head.pages["telegram"], head.pages["vk"]
    profile.site = f"https://t.me/{channel.name}"
    channel.description += f"\nVK: {profile.url.removeprefix('https://')}"
    for one, other, network in ((channel, profile, "telegram"), (profile, channel, "vk")):
        if "link" in around.ways[one.url] or (network in head.claims and "names" in around.ways[one.url]):
            around.ways[other.url].add("link")


def _announce(around: Around, head: _Head, account: Account, bodies: _Bodies) -> None:
    """Let a page of the office's own body, or the governor's, name the address."""
    own = bodies[head.person.office]
    body = own[0] if own else next(a for a in around.accounts if a.name == "adm_governor" and a.network == "telegram")
    who = head.person.name if not own else head.person.initials
    text = f"{who} ({head.person.place}) теперь и в сети: {account.url}. Подписывайтесь!"
    body.posts.append(Post(around.ago(around.rng.randint(10, 160)), text))
    around.ways[account.url].add("link")


def _hearsay(around: Around, heads: Sequence[_Head], bodies: _Bodies) -> None:
    """Let some bodies name a newspaper's channel in the same sentence as their head."""
    told = [h for h in heads if bodies[h.person.office]][1:8:3]
    for number, head in enumerate(told):
        name = f"gazeta_vymysel_{number + 1}"
        around.claim("telegram", name)
        paper = around.page("telegram", "channel", name, "Газета «Вымысел»", around.ago(800))
        paper.description = "Новости вымышленного города."
        around.write(paper, 15, 0)
        text = f"{head.person.initials} рассказал о планах газете «Вымысел»: https://t.me/{name}"
        bodies[head.person.office][0].posts.append(Post(around.ago(30), text))


def _add_sites(around: Around, heads: Sequence[_Head], bodies: _Bodies) -> None:
    """Give every other office a site; every second of these names the head's page."""
    for number, head in enumerate(heads[::2]):
        person, told = head.person, []
        if number % 2 == 0 and head.pages:
            own = next(iter(head.pages.values()))
            told.append((f"{person.title}: {person.name}", own.url))
            around.ways[own.url].add("link")
        head.story.office.site = True
        pages = [account.url for account in bodies[person.office]]
        around.sites[person.office] = site(person.office, f"Администрация: {person.place}", told, pages)


# Those who only seem to be it ----------------------------------------------------------------------------------------


def _predecessors(around: Around, heads: Sequence[_Head]) -> None:
    """Give every seventh office a former head with an old page; two of these pages are on record."""
    for number, head in enumerate(heads[2::7]):
        tenure = head.story.office.tenures[0]
        former = Sought("Бывшев", _FORMER[number], "Климович", head.person.place)
        network = "telegram" if number % 2 else "vk"
        handle = around.handle(former, network)
        title = f"{former.family} {former.given}"
        kind = "channel" if network == "telegram" else "user"
        page = around.page(network, kind, handle.name, title, around.ago(1500))
        page.description = f"{head.person.title[0].upper()}{head.person.title[1:]}. Вымышленное лицо."
        ended = datetime.fromisoformat(tenure.since).replace(tzinfo=around.teller.ends.tzinfo)
        days = (around.teller.ends - ended).days
        around.write(page, 14, days + 3, days + 400)
        held = [Held(page)] if number < 2 else []
        head.story.office.tenures.insert(0, Tenure(former.name, "2018-09", _day_before(tenure.since), accounts=held))
        if held and head.pages:
            _hand_over(around, head, page, days)


def _day_before(day: str) -> str:
    return (datetime.fromisoformat(day) - timedelta(days=1)).date().isoformat()


def _hand_over(around: Around, head: _Head, page: Account, days: int) -> None:
    own = next(iter(head.pages.values()))
    text = f"Передаю дела. Теперь читайте нового главу, {head.person.name}: {own.url}"
    page.posts.append(Post(max(own.opened, around.ago(days - 30)) + timedelta(days=2), text))
    around.ways[own.url].add("link")


def _impostors(around: Around, heads: Sequence[_Head]) -> None:
    """Deal out clones, namesakes, pages about heads, and strangers; heads without a page get all but clones."""
    with_page, without = [h for h in heads if h.pages], [h for h in heads if not h.pages]
    around.rng.shuffle(with_page)
    for number, head in enumerate(with_page[:7]):
        around.clone(head.person, head.pages[head.networks[number % len(head.networks)]])
    for number, head in enumerate([*with_page[5:11], *without[:4]]):
        around.namesake(head.person, ("vk", "telegram")[number % 2])
    for head in (with_page[12], without[3]):
        around.namesake(head.person, "vk").city = head.person.place
    for number, head in enumerate([*with_page[11:13], *without[1:2]]):
        around.colleague(head.person, ("telegram", "vk")[number % 2])
    for number, head in enumerate([*with_page[13:16], *without[2:5]]):
        around.fan(head.person, ("vk", "telegram")[number // 2 % 2])
    for number, head in enumerate([*with_page[::2], *without]):
        around.stranger(head.person, ("vk", "telegram")[number % 2])


_WARNINGS = (
    "Внимание! Страница {fake} выдаёт себя за главу, {who} к ней отношения не имеет.",
    "{who}: обращение в полицию по поводу страницы {fake} подано.",
    "Фейковая страница: {who} — {fake}",
    "Якобы {who}: {fake}. Не верьте!",
    "{who} не ведёт страницу {fake}",
    "Мошенники пишут жителям с адреса {fake} от имени главы, {who}.",
    "Страница {fake} не является страницей главы ({who}).",
)


def _hard_cases(around: Around, heads: Sequence[_Head], bodies: _Bodies) -> None:
    """Add impostors, a body's warnings of some of them, sold channels, and heads of districts of the same name."""
    told = [head for head in heads if bodies[head.person.office]]
    for number, head in enumerate(told[:8]):
        network = (head.networks or ("vk",))[0]
        fake = around.impostor(head.person, network, older=number % 2 == 0)
        if number % 4:
            text = _WARNINGS[number % len(_WARNINGS)].format(fake=fake.url, who=head.person.name)
            bodies[head.person.office][0].posts.append(Post(around.ago(around.rng.randint(5, 12)), text))
    for head in [head for head in told if "telegram" not in head.networks][:3]:
        text = f"Канал главы: {head.person.name} — {around.bought(head.person).url}"
        bodies[head.person.office][0].posts.append(Post(around.ago(around.rng.randint(100, 160)), text))
    for number, head in enumerate(heads[3::7]):
        around.same_named(head.person, ("telegram", "vk")[number % 2])
