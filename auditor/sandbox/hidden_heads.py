"""The heads of the hidden world and the pages that are truly theirs, dealt out in fixed shares."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from auditor.sandbox.handles import OPAQUE, latin, quota
from auditor.sandbox.model import Account, Office
from auditor.sandbox.people import Person, people
from auditor.sandbox.story import Story
from auditor.sandbox.surroundings import Surroundings

_PUBLIC_WORDS = (
    "Канал для земляков. Пишу сам. Всё придумано.", "О работе и не только. Вымышленная страница.",
    "Личная страница. Имена и события придуманы.",
)  # fmt: skip


@dataclass(eq=False, slots=True)
class Head:
    """A head, the networks the head is on, and the pages that come of it."""

    person: Person
    story: Story
    networks: tuple[str, ...]
    pages: dict[str, Account] = field(default_factory=dict)
    opaque: set[str] = field(default_factory=set)
    claims: set[str] = field(default_factory=set)
    """Networks on which the page says the office and the place."""


def draw_heads(around: Surroundings, count: int) -> list[Head]:
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
        heads.append(Head(person, story, networks))
    return heads


def _networks(count: int) -> list[tuple[str, ...]]:
    """Deal out who is where: three in twenty nowhere, the rest on Telegram, on VK, or on both alike."""
    nowhere = round(count * 0.15)
    shares: list[tuple[str, ...]] = [("telegram", "vk"), ("telegram",), ("vk",)]
    return [()] * nowhere + [shares[n % 3] for n in range(count - nowhere)]


def open_pages(around: Surroundings, heads: Sequence[Head]) -> None:
    """Give each head a page on each of the head's networks; three in five say the office and the place."""
    places = [(head, network) for head in heads for network in head.networks]
    patterns = quota(len(places))
    around.rng.shuffle(patterns)
    _towns_first(places, patterns)
    for number, ((head, network), pattern) in enumerate(zip(places, patterns, strict=True)):
        if pattern == OPAQUE or number % 5 in {1, 3}:
            head.opaque |= {network} if pattern == OPAQUE else set()
        else:
            head.claims.add(network)
        _own_page(around, head, network, pattern, number)


def _towns_first(places: Sequence[tuple[Head, str]], patterns: list[str]) -> None:
    """Give names with a place word to heads of towns: a district's number is in nobody's address."""
    towns = [n for n, (head, _) in enumerate(places) if head.person.town and patterns[n] != "name+place"]
    for number, (head, _) in enumerate(places):
        if patterns[number] == "name+place" and not head.person.town and towns:
            other = towns.pop(0)
            patterns[number], patterns[other] = patterns[other], patterns[number]


def _own_page(around: Surroundings, head: Head, network: str, pattern: str, number: int) -> None:
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


def _title(around: Surroundings, head: Head, kind: str, number: int) -> str:
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
