"""The bodies of the hidden world: their pages and sites, and what these tell of the heads' own pages."""

from collections.abc import Sequence

from auditor.sandbox.hidden_heads import Head
from auditor.sandbox.model import Account, Contact, Office, Post
from auditor.sandbox.sites import site
from auditor.sandbox.story import Story
from auditor.sandbox.surroundings import Surroundings
from auditor.sandbox.truth import Opening

Bodies = dict[str, list[Account]]
"""By office: its own pages on record."""

_LISTED = 20
_FREE = Opening("inapplicable")


def found_bodies(around: Surroundings, heads: Sequence[Head]) -> Bodies:
    """Give three offices in four a community on VK, two in five a channel; all on record."""
    bodies: Bodies = {}
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


def found_region(around: Surroundings, heads: Sequence[Head]) -> None:
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


def _twenty(heads: Sequence[Head]) -> list[Head]:
    """Choose whom the list names: all who share a family name, then others, in the order of the offices."""
    families = [h.person.family for h in heads]
    shown = [h for h in heads if h.pages]
    first = [h for h in shown if families.count(h.person.family) > 1]
    rest = [h for h in shown if h not in first]
    chosen = {id(h) for h in [*first, *rest][:_LISTED]}
    return [h for h in heads if id(h) in chosen]


def _list_post(around: Surroundings, body: Account, listed: Sequence[Head], network: str | None = None) -> None:
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


def tell_links(around: Surroundings, heads: Sequence[Head], bodies: Bodies) -> None:
    """See to it that each page that does not speak for itself is linked: both ways, or by a body's post."""
    for number, head in enumerate(heads):
        if len(head.pages) == 2 and (head.claims or number % 2):
            _both_ways(around, head)
        for network, account in head.pages.items():
            known = network in head.claims or "link" in around.ways[account.url]
            if not known or number % 6 == 0:
                _announce(around, head, account, bodies)
    _hearsay(around, heads, bodies)


def _both_ways(around: Surroundings, head: Head) -> None:
    channel, profile = head.pages["telegram"], head.pages["vk"]
    profile.site = f"https://t.me/{channel.name}"
    channel.description += f"\nVK: {profile.url.removeprefix('https://')}"
    for one, other, network in ((channel, profile, "telegram"), (profile, channel, "vk")):
        if "link" in around.ways[one.url] or (network in head.claims and "names" in around.ways[one.url]):
            around.ways[other.url].add("link")


def _announce(around: Surroundings, head: Head, account: Account, bodies: Bodies) -> None:
    """Let a page of the office's own body, or the governor's, tell the address."""
    own = bodies[head.person.office]
    body = own[0] if own else next(a for a in around.accounts if a.name == "adm_governor" and a.network == "telegram")
    who = head.person.name if not own else head.person.initials
    text = f"{who} ({head.person.place}) теперь и в сети: {account.url}. Подписывайтесь!"
    body.posts.append(Post(around.ago(around.rng.randint(10, 160)), text))
    around.ways[account.url].add("link")


def _hearsay(around: Surroundings, heads: Sequence[Head], bodies: Bodies) -> None:
    """Let two bodies name a newspaper's channel in one breath with their head."""
    told = [h for h in heads if bodies[h.person.office]][1:8:3]
    for number, head in enumerate(told):
        name = f"gazeta_vymysel_{number + 1}"
        around.claim("telegram", name)
        paper = around.page("telegram", "channel", name, "Газета «Вымысел»", around.ago(800), "body")
        paper.description = "Новости вымышленного города."
        around.write(paper, 15, 0)
        text = f"{head.person.initials} рассказал о планах газете «Вымысел»: https://t.me/{name}"
        bodies[head.person.office][0].posts.append(Post(around.ago(30), text))


def add_sites(around: Surroundings, heads: Sequence[Head], bodies: Bodies) -> None:
    """Give every other office a site; every second of these names the head's page, the first of them in windows-1251.

    A third of the pages named stand on the page about the head, one step from the front page.
    """
    naming = [head for head in heads[::4] if head.pages]
    for head in heads[::2]:
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
        )
    _contacts(around, heads, bodies)


def _contacts(around: Surroundings, heads: Sequence[Head], bodies: Bodies) -> None:
    """Name the head's own profile among the contacts of some bodies' communities, with a clerk beside it."""
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
