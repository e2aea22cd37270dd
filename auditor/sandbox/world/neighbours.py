"""A few pages around the main world's heads: some that a search must find, and some that it must reject.

They are drawn last, by a random generator of their own, so that other pages and expected findings do not depend on
them.
"""

from collections.abc import Sequence
from datetime import timedelta

from auditor.sandbox.world.invented_names import WorldPerson
from auditor.sandbox.world.model import WorldAccount, WorldOffice, WorldPost
from auditor.sandbox.world.surroundings import Surroundings, site

_SOUGHT = (6, 9, 13)
"""The heads without a known page; the first has none at all."""


def add_neighbours(around: Surroundings, offices: Sequence[WorldOffice], accounts: Sequence[WorldAccount]) -> None:
    """Add pages around three heads. `accounts` are the world's own, whose names are reserved."""
    for account in accounts:
        around.claim(account.network, account.name)
    book = {office.id: office for office in offices}
    without_page, with_profile, with_both = (_person(book[f"rayon-{number:02d}"]) for number in _SOUGHT)
    _nobody(around, without_page)
    profile = _by_link_alone(around, with_profile)
    channel = _on_both(around, with_both)
    around.clone(with_both, channel)
    around.stranger(with_both, "telegram")
    _announce(around, book["administration"], (with_profile, profile), (with_both, channel))
    book[with_both.office].site = True
    around.sites[with_both.office] = site(
        with_both.office,
        f"Администрация: {with_both.place}",
        [(f"{with_both.title}: {with_both.name}", channel.url)],
        (),
    )


def _person(office: WorldOffice) -> WorldPerson:
    family, given, patronymic = office.tenures[-1].name.split()
    return WorldPerson(family, given, patronymic, office.municipality, office.id, office.title)


def _nobody(around: Surroundings, person: WorldPerson) -> None:
    """Add pages around a head who has none: a namesake and two strangers."""
    around.namesake(person, "vk")
    around.stranger(person, "vk")
    around.stranger(person, "telegram")


def _by_link_alone(around: Surroundings, person: WorldPerson) -> WorldAccount:
    """Add a head's profile that only a body's post names."""
    around.claim("vk", "nash_put_99")
    profile = around.page("vk", "user", "nash_put_99", f"{person.family} {person.given}", around.ago(900))
    profile.description = "Личная страница. Имена и события придуманы."
    around.write(profile, 12, 2)
    return profile


def _on_both(around: Surroundings, person: WorldPerson) -> WorldAccount:
    """Add a head's channel and profile that name each other, the office and the place; return the channel."""
    opened, title = around.ago(800), f"{person.given} {person.family} | {person.place}"
    channel = around.page("telegram", "channel", around.user_name(person, "telegram"), title, opened)
    name = around.user_name(person, "vk")
    profile = around.page("vk", "user", name, f"{person.family} {person.given}", opened)
    profile.city, profile.work, profile.site = person.place, f"администрация, {person.title}", channel.url
    intro = f"{person.title[0].upper()}{person.title[1:]}. Вымышленное лицо."
    channel.description = f"{intro}\nVK: {profile.url.removeprefix('https://')}"
    for page in (channel, profile):
        around.write(page, 15, 1)
    return channel


def _announce(around: Surroundings, body: WorldOffice, *named_pages: tuple[WorldPerson, WorldAccount]) -> None:
    """Name the addresses on the administration's site and in the newest post of its pages."""
    lines = [f"{person.place} — {person.name}: {page.url.removeprefix('https://')}" for person, page in named_pages]
    for registered in body.accounts:
        account, last_post = registered.account, max(registered.account.posts, key=lambda p: p.at)
        post = WorldPost(around.tools.ends - timedelta(hours=12), "\n".join(["Страницы глав:", *lines]))
        post.id, post.copy_id = last_post.id + last_post.extra + 1, last_post.copy_id + len(last_post.comments) * 2 + 1
        account.posts.append(post)
    body.site = True
    paragraphs = [(f"{person.title}: {person.name}", page.url) for person, page in named_pages]
    around.sites[body.id] = site(body.id, body.title, paragraphs, [held.account.url for held in body.accounts])
