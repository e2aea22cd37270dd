"""A world for finding accounts: heads without a known page, their pages, and what is easily taken for one.

Who has which page, which bodies name it and who only looks like its owner is dealt out in fixed shares and shuffled.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from auditor.sandbox.world.model import Account, Contact, Held, Office, Post, Tenure
from auditor.sandbox.world.names import OPAQUE, Person, latin, people, quota
from auditor.sandbox.world.story import Story
from auditor.sandbox.world.surroundings import Surroundings, site
from auditor.sandbox.world.truth import Opening

_FORMER = ("Клим", "Назар", "Лука", "Прокл", "Савелий", "Трофим", "Устин", "Эраст")
_LISTED = 20
_FREE = Opening("inapplicable")
_PUBLIC_WORDS = (
    "Канал для земляков. Пишу сам. Всё придумано.", "О работе и не только. Вымышленная страница.",
    "Личная страница. Имена и события придуманы.",
)  # fmt: skip


@dataclass(eq=False, slots=True)
class _Head:
    """A head, the head's networks and pages."""

    person: Person
    story: Story
    networks: tuple[str, ...]
    pages: dict[str, Account] = field(default_factory=dict)
    claims: set[str] = field(default_factory=set)
    """Networks on which the page says the office and the place."""


def hidden(around: Surroundings, count: int) -> None:
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


def _draw_heads(around: Surroundings, count: int) -> list[_Head]:
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
        around.sought(person)
        heads.append(_Head(person, story, networks))
    return heads


def _networks(count: int) -> list[tuple[str, ...]]:
    """Deal out networks: three heads in twenty have none, the rest have Telegram, VK or both in equal parts."""
    nowhere = round(count * 0.15)
    shares: list[tuple[str, ...]] = [("telegram", "vk"), ("telegram",), ("vk",)]
    return [()] * nowhere + [shares[n % 3] for n in range(count - nowhere)]


def _open_pages(around: Surroundings, heads: Sequence[_Head]) -> None:
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


def _own_page(around: Surroundings, head: _Head, network: str, pattern: str, number: int) -> None:
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


def _title(around: Surroundings, head: _Head, kind: str, number: int) -> str:
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


def _found_bodies(around: Surroundings, heads: Sequence[_Head]) -> _Bodies:
    """Give three offices in four a community on VK, two in five a channel; all on record."""
    bodies: _Bodies = {}
    for number, head in enumerate(heads):
        networks = (["vk"] if number % 4 != 3 else []) + (["telegram"] if number % 5 in {0, 3} else [])
        bodies[head.person.office] = [_body(around, head.story, network, head.person.place) for network in networks]
    return bodies


def _body(around: Surroundings, story: Story, network: str, place: str) -> Account:
    kind = "community" if network == "vk" else "channel"
    name = f"adm_{story.office.id.replace('-', '_')}"
    around.claim(network, name)
    account = around.page(
        network, kind, name, f"Администрация: {place}", around.ago(around.rng.randint(900, 1600)), "body"
    )
    account.description = f"Официальная страница администрации. {place}. Вымышленный орган."
    account.government = network == "vk"
    account.verified = around.rng.random() < 0.5
    around.write(account, around.rng.randint(20, 45), 1, 300)
    story.institution(account)
    return account


def _found_region(around: Surroundings, heads: Sequence[_Head]) -> None:
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


def _list_post(around: Surroundings, body: Account, listed: Sequence[_Head], network: str | None = None) -> None:
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


def _tell_links(around: Surroundings, heads: Sequence[_Head], bodies: _Bodies) -> None:
    """Link every page that does not name the office: from the head's other page and back, or from a body's post."""
    for number, head in enumerate(heads):
        if len(head.pages) == 2 and (head.claims or number % 2):
            _both_ways(around, head)
        for network, account in head.pages.items():
            known = network in head.claims or "link" in around.ways[account.url]
            if not known or number % 6 == 0:
                _announce(around, head, account, bodies)
    _hearsay(around, heads, bodies)


def _both_ways(around: Surroundings, head: _Head) -> None:
    channel, profile = head.pages["telegram"], head.pages["vk"]
    profile.site = f"https://t.me/{channel.name}"
    channel.description += f"\nVK: {profile.url.removeprefix('https://')}"
    for one, other, network in ((channel, profile, "telegram"), (profile, channel, "vk")):
        if "link" in around.ways[one.url] or (network in head.claims and "names" in around.ways[one.url]):
            around.ways[other.url].add("link")


def _announce(around: Surroundings, head: _Head, account: Account, bodies: _Bodies) -> None:
    """Let a page of the office's own body, or the governor's, name the address."""
    own = bodies[head.person.office]
    body = own[0] if own else next(a for a in around.accounts if a.name == "adm_governor" and a.network == "telegram")
    who = head.person.name if not own else head.person.initials
    text = f"{who} ({head.person.place}) теперь и в сети: {account.url}. Подписывайтесь!"
    body.posts.append(Post(around.ago(around.rng.randint(10, 160)), text))
    around.ways[account.url].add("link")


def _hearsay(around: Surroundings, heads: Sequence[_Head], bodies: _Bodies) -> None:
    """Let some bodies name a newspaper's channel in the same sentence as their head."""
    told = [h for h in heads if bodies[h.person.office]][1:8:3]
    for number, head in enumerate(told):
        name = f"gazeta_vymysel_{number + 1}"
        around.claim("telegram", name)
        paper = around.page("telegram", "channel", name, "Газета «Вымысел»", around.ago(800), "body")
        paper.description = "Новости вымышленного города."
        around.write(paper, 15, 0)
        text = f"{head.person.initials} рассказал о планах газете «Вымысел»: https://t.me/{name}"
        bodies[head.person.office][0].posts.append(Post(around.ago(30), text))


def _add_sites(around: Surroundings, heads: Sequence[_Head], bodies: _Bodies) -> None:
    """Give every other office a site; every second of these names the head's page, the first of them in windows-1251.

    A third of them name it on the page about the head, one step from the front page; they do so in a sentence, a table,
    a card or a contact block, in turn. Every fourth site has moved to another host.
    """
    naming = [head for head in heads[::4] if head.pages]
    for number, head in enumerate(heads[::2]):
        person, address = head.person, ""
        if head in naming:
            own = next(iter(head.pages.values()))
            address = own.url
            around.ways[own.url].add("link")
        head.story.office.site = True
        around.sites[person.office] = site(
            person.office,
            f"Администрация: {person.place}",
            [(f"{person.title}: {person.name}", address)],
            [account.url for account in bodies[person.office]],
            inside=head in naming[1::3],
            cyrillic=head is naming[0],
            layout=naming.index(head) % 4 if head in naming else 0,
            moved=number % 4 == 2,
        )
    _contacts(around, heads, bodies)


def _contacts(around: Surroundings, heads: Sequence[_Head], bodies: _Bodies) -> None:
    """Name the head's own profile among the contacts of some bodies' communities, together with a clerk."""
    for number, head in enumerate(heads):
        body = next((a for a in bodies[head.person.office] if a.network == "vk"), None)
        if body is None or number % 3:
            continue
        phone, mail = f"+7 000 {number:03d}-00-00", f"sotrudnik{number}@example.invalid"
        around.strangers |= {phone, mail}
        body.contacts.append(Contact(None, "приёмная", phone, mail))
        body.links.append(("Сайт области", "https://example.invalid/"))
        profile = head.pages.get("vk")
        if profile is not None and profile.kind == "user":
            body.contacts.append(Contact(profile.number, head.person.title))
            around.ways[profile.url].add("link")


# Those who only seem to be it ----------------------------------------------------------------------------------------


def _predecessors(around: Surroundings, heads: Sequence[_Head]) -> None:
    """Give every seventh office a former head with an old page; two of these pages are on record."""
    for number, head in enumerate(heads[2::7]):
        tenure = head.story.office.tenures[0]
        former = Person("Бывшев", _FORMER[number], "Климович", head.person.place)
        network = "telegram" if number % 2 else "vk"
        handle = around.handle(former, network)
        title = f"{former.family} {former.given}"
        kind = "channel" if network == "telegram" else "user"
        page = around.page(network, kind, handle.name, title, around.ago(1500), "predecessor")
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


def _hand_over(around: Surroundings, head: _Head, page: Account, days: int) -> None:
    own = next(iter(head.pages.values()))
    text = f"Передаю дела. Теперь читайте нового главу, {head.person.name}: {own.url}"
    page.posts.append(Post(max(own.opened, around.ago(days - 30)) + timedelta(days=2), text))
    around.ways[own.url].add("link")


def _impostors(around: Surroundings, heads: Sequence[_Head]) -> None:
    """Deal out clones, namesakes, pages about heads, and strangers; heads without a page get all but clones."""
    with_page, without = [h for h in heads if h.pages], [h for h in heads if not h.pages]
    around.rng.shuffle(with_page)
    for number, head in enumerate(with_page[:7]):
        around.clone(head.person, head.pages[head.networks[number % len(head.networks)]])
    for number, head in enumerate([*with_page[5:11], *without[:4]]):
        around.namesake(head.person, ("vk", "telegram")[number % 2])
    for head in (with_page[12], without[3]):
        around.namesake(head.person, "vk", here=True)
    for number, head in enumerate([*with_page[11:13], *without[1:2]]):
        around.colleague(head.person, ("telegram", "vk")[number % 2])
    for number, head in enumerate([*with_page[13:16], *without[2:5]]):
        around.fan(head.person, ("vk", "telegram")[number // 2 % 2], ("support", "parody", "news")[number % 3])
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


def _hard_cases(around: Surroundings, heads: Sequence[_Head], bodies: _Bodies) -> None:
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
