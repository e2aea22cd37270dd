"""A world for finding accounts: heads without a known one, their pages, and everything that is easily taken for one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from auditor.sandbox.hidden_bodies import add_sites, found_bodies, found_region, tell_links
from auditor.sandbox.hidden_heads import Head, draw_heads, open_pages
from auditor.sandbox.model import Account, Held, Post, Tenure
from auditor.sandbox.people import Person
from auditor.sandbox.surroundings import Surroundings

_FORMER = ("Клим", "Назар", "Лука", "Прокл", "Савелий", "Трофим", "Устин", "Эраст")


def hidden(around: Surroundings, count: int) -> None:
    """Tell of `count` heads. What each has, and what is around it, is dealt out in fixed shares and shuffled."""
    around.claim("telegram", "sandbox_control")
    around.claim("vk", "sandbox_control")
    heads = draw_heads(around, count)
    open_pages(around, heads)
    bodies = found_bodies(around, heads)
    found_region(around, heads)
    tell_links(around, heads, bodies)
    _predecessors(around, heads)
    _impostors(around, heads)
    add_sites(around, heads, bodies)
    around.accounts.sort(key=lambda a: (a.network, a.number))


def _predecessors(around: Surroundings, heads: Sequence[Head]) -> None:
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


def _hand_over(around: Surroundings, head: Head, page: Account, days: int) -> None:
    own = next(iter(head.pages.values()))
    text = f"Передаю дела. Теперь читайте нового главу, {head.person.name}: {own.url}"
    page.posts.append(Post(max(own.opened, around.ago(days - 30)) + timedelta(days=2), text))
    around.ways[own.url].add("link")


def _impostors(around: Surroundings, heads: Sequence[Head]) -> None:
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
