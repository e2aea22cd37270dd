"""A few pages around the main world's heads, so that a search there has something to find and something to leave alone.

They are drawn after everything else, by a random generator of their own: the other pages, and every finding that must
come out, are the same without them.
"""

from collections.abc import Sequence
from datetime import timedelta

from auditor.sandbox.world.invented_names import WorldPerson
from auditor.sandbox.world.model import WorldAccount, WorldOffice, WorldPost
from auditor.sandbox.world.surroundings import Surroundings, site

_SOUGHT = (6, 9, 13)
"""The heads without a known page; of the first there is none to find."""


def add_neighbours(around: Surroundings, offices: Sequence[WorldOffice], accounts: Sequence[WorldAccount]) -> None:
    """Add pages around three heads. `accounts` are the world's own, whose names are taken."""
    for account in accounts:
        around.claim(account.network, account.name)
    book = {office.id: office for office in offices}
    nowhere, linked, known = (_person(book[f"rayon-{number:02d}"]) for number in _SOUGHT)
    _nobody(around, nowhere)
    profile = _by_link_alone(around, linked)
    channel = _on_both(around, known)
    around.clone(known, channel)
    around.stranger(known, "telegram")
    _announce(around, book["administration"], (linked, profile), (known, channel))
    book[known.office].site = True
    around.sites[known.office] = site(
        known.office, f"Администрация: {known.place}", [(f"{known.title}: {known.name}", channel.url)], ()
    )


def _person(office: WorldOffice) -> WorldPerson:
    family, given, patronymic = office.tenures[-1].name.split()
    return WorldPerson(family, given, patronymic, office.municipality, office.id, office.title)


def _nobody(around: Surroundings, person: WorldPerson) -> None:
    """Put pages around a head who has none: a namesake, two strangers."""
    around.namesake(person, "vk")
    around.stranger(person, "vk")
    around.stranger(person, "telegram")


def _by_link_alone(around: Surroundings, person: WorldPerson) -> WorldAccount:
    """Give a head a profile that only a body's post names."""
    around.claim("vk", "nash_put_99")
    profile = around.page("vk", "user", "nash_put_99", f"{person.family} {person.given}", around.ago(900))
    profile.description = "Личная страница. Имена и события придуманы."
    around.write(profile, 12, 2)
    return profile


def _on_both(around: Surroundings, person: WorldPerson) -> WorldAccount:
    """Give a head a channel and a profile that name each other, the office and the place; return the channel."""
    opened, title = around.ago(800), f"{person.given} {person.family} | {person.place}"
    channel = around.page("telegram", "channel", around.user_name(person, "telegram"), title, opened)
    name = around.user_name(person, "vk")
    profile = around.page("vk", "user", name, f"{person.family} {person.given}", opened)
    profile.city, profile.work, profile.site = person.place, f"администрация, {person.title}", channel.url
    words = f"{person.title[0].upper()}{person.title[1:]}. Вымышленное лицо."
    channel.description = f"{words}\nVK: {profile.url.removeprefix('https://')}"
    for page in (channel, profile):
        around.write(page, 15, 1)
    return channel


def _announce(around: Surroundings, body: WorldOffice, *told: tuple[WorldPerson, WorldAccount]) -> None:
    """Let the administration's pages and site name the addresses, in their newest post."""
    lines = [f"{person.place} — {person.name}: {page.url.removeprefix('https://')}" for person, page in told]
    for held in body.accounts:
        account, last = held.account, max(held.account.posts, key=lambda p: p.at)
        post = WorldPost(around.teller.ends - timedelta(hours=12), "\n".join(["Страницы глав:", *lines]))
        post.id, post.copy_id = last.id + last.extra + 1, last.copy_id + len(last.comments) * 2 + 1
        account.posts.append(post)
    body.site = True
    paragraphs = [(f"{person.title}: {person.name}", page.url) for person, page in told]
    around.sites[body.id] = site(body.id, body.title, paragraphs, [held.account.url for held in body.accounts])
