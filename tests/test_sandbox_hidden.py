"""The world of accounts to be found: its proportions, that it knows itself, and that each network serves all of it."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.registry import load_registry
from auditor.sandbox import World
from auditor.sandbox.world.model import Account, Post, PostKind
from auditor.sandbox.world.names import CODE, OPAQUE, SHARES, form, latin, municipality, people, quota
from tests.pipeline import audited, sandboxed
from tests.test_truth import differences


@pytest.fixture(scope="module")
def world() -> World:
    return World.hidden()


def of(world: World, url: str) -> Account:
    account = world.account("vk" if "vk.com" in url else "telegram", url.rsplit("/", 1)[1])
    assert account is not None, url
    return account


def right(world: World) -> Iterator[tuple[str, str]]:
    """Each office with each right address."""
    for office, pages in world.owners.items():
        yield from ((office, url) for url in pages.values() if url is not None)


def holders(world: World) -> dict[str, str]:
    return {office.id: office.tenures[-1].name for office in world.offices if office.tenures}


def listed(world: World, network: str) -> Post:
    """The post of the region's administration that lists heads."""
    body = world.account(network, "adm_administration")
    assert body is not None
    return next(p for p in body.posts if p.text.startswith("Страницы глав"))


# What is there ---------------------------------------------------------------------------------------------------


def test_no_head_has_an_account_on_record_and_bodies_have(world: World) -> None:
    """Two predecessors have; their tenures are over."""
    now = [held for o in world.offices for t in o.tenures if t.until is None for held in t.accounts]
    before = [held for o in world.offices for t in o.tenures if t.until is not None for held in t.accounts]
    assert now == []
    assert len(before) == 2
    bodies = [held.account for o in world.offices for held in o.accounts]
    assert {a.network for a in bodies} == {"vk", "telegram"}
    assert len(bodies) > 40
    assert all(world.kinds[a.url] == "body" for a in bodies)


def test_the_registry_reads_and_has_sites_and_a_region(world: World, tmp_path: Path) -> None:
    """Forty heads are expected; a site's address is where the sandbox serves it."""
    book = tmp_path / "officials.yaml"
    book.write_text(world.registry_yaml(websites="http://127.0.0.1:5000"), encoding="utf-8")
    registry = load_registry(book)
    assert set(registry.expects.values()) == {40}
    assert registry.region is not None
    assert (registry.region.name, registry.region.code) == ("Вымышленная область", 99)
    sites = {office.id: office.website for office in registry.offices if office.website}
    assert sites == {key: f"http://127.0.0.1:5000/{key}/" for key in world.sites}
    assert len(sites) == 20


def test_the_proportions_are_those_of_the_facts() -> None:
    """Half by the name alone, a sixth with the region's number, an eighth with a place, a tenth opaque."""
    patterns = Counter(quota(1000))
    beside = {"name+code": 160, "name+place": 120, "name+official": 100, OPAQUE: 100}
    assert {pattern: round(patterns[pattern], -1) for pattern in beside} == beside
    assert sum(patterns.values()) == 1000
    assert set(patterns) == set(SHARES)


def test_the_worlds_own_names_keep_the_proportions(world: World) -> None:
    """Counted from the names themselves; a place's word is a town's."""
    names = [url.rsplit("/", 1)[1] for _, url in right(world)]
    assert len(names) == 46
    assert 6 <= sum(name.endswith(CODE) for name in names) <= 8
    assert 4 <= sum(name.endswith(("official", "live")) for name in names) <= 6
    towns = "vydumsk|neb[iy]l.?sk|pridumansk|mnimograd|skazo(ch|c)insk|nigde[iy]sk|vymyslovo|poteshinsk"
    assert 4 <= sum(re.search(f"({towns})$", name) is not None for name in names) <= 7


@settings(max_examples=15)
@given(st.integers(0, 10**9), st.integers(24, 56))
def test_whatever_the_seed_the_same_things_are_there(seed: int, count: int) -> None:
    """Every kind of page, every way to find one, heads without any, and each right page can be found somehow."""
    world = World.hidden(seed, count)
    assert set(world.kinds.values()) == {
        "own", "clone", "impostor", "bought", "same-named", "namesake", "colleague", "fan", "predecessor", "body",
        "stranger",
    }  # fmt: skip
    assert len(world.owners) == count
    assert {way for ways in world.ways.values() for way in ways} == {"names", "link", "search"}
    assert all(world.ways[url] for _, url in right(world))
    nowhere = [office for office, pages in world.owners.items() if set(pages.values()) == {None}]
    assert len(nowhere) == round(count * 0.15)
    assert any(set(world.owners[office]) and world.impostors.get(office) for office in nowhere)
    both = [pages for pages in world.owners.values() if None not in pages.values()]
    assert len(both) >= count // 5


def test_the_same_seed_gives_the_same_world(world: World) -> None:
    """To the letter, and another seed another."""
    again, other = World.hidden(), World.hidden(seed=7)
    for one in ("owners", "ways", "impostors", "kinds", "strangers"):
        assert getattr(again, one) == getattr(world, one)
        assert getattr(other, one) != getattr(world, one)
    assert again.registry_yaml() == world.registry_yaml()
    assert [(a.number, a.title, [p.text for p in a.posts]) for a in again.accounts] == [
        (a.number, a.title, [p.text for p in a.posts]) for a in world.accounts
    ]


def test_names_are_free_to_have_on_either_network(world: World) -> None:
    """Five to thirty-two letters, digits, underscores; no name and no number is given twice."""
    names = [(a.network, a.name.casefold()) for a in world.accounts]
    assert len(set(names)) == len(names)
    assert len({(a.network, a.number) for a in world.accounts}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{4,31}", a.name) for a in world.accounts)


def test_two_pairs_of_heads_share_a_family_name(world: World) -> None:
    """Their given names tell them apart; of one pair the initials begin alike."""
    families: dict[str, list[str]] = {}
    for name in (holders(world)[office] for office in world.owners):
        families.setdefault(name.split()[0], []).append(name.split()[1])
    pairs = [given for given in families.values() if len(given) > 1]
    assert sorted(map(sorted, pairs)) == [["Александр", "Алексей"], ["Пётр", "Яков"]]


@given(st.integers(0, 10**6))
def test_family_names_come_with_what_is_hard_to_spell(seed: int) -> None:
    """Each letter that is written in several ways, double-barrelled names, women's names."""
    drawn = people(Random(seed), 56)
    everything = " ".join(person.name.lower() for person in drawn)
    assert set("щюяхцжёьйэы") <= set(everything)
    assert any("-" in person.family for person in drawn)
    assert any(person.family.endswith("ьев") for person in drawn)
    assert any(person.family.endswith("ская") for person in drawn) or any("ский" in p.family for p in drawn)
    assert len({person.place for person in drawn}) == 56


def test_municipalities_are_plainly_invented() -> None:
    """Ordinals, and a few towns."""
    assert [municipality(n) for n in (1, 5, 21, 40, 41, 42)] == [
        "Первый район", "Выдумск", "Двадцать первый район", "Потешинск", "Сорок первый район", "Сорок второй район",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="24 to 56"):
        World.hidden(heads=23)


def test_a_formed_name_has_the_parts_that_its_way_names() -> None:
    """A region's number at the end, a filler, the family name."""
    rng = Random(1)
    for person in people(rng, 56):
        assert form(person, "name+code", rng).name.endswith(CODE)
        assert form(person, "name+official", rng).name.casefold().endswith(("official", "live"))
        assert form(person, "surname", rng).name.isascii()
        assert latin(person.name.replace(" ", ""), rng).isascii()


# What must be found, and what must not ---------------------------------------------------------------------------


def test_every_right_page_is_the_holders_own(world: World) -> None:
    """Its title has the family name, in Cyrillic or Latin; it has posts of the last fortnight."""
    for office, url in right(world):
        page, family = of(world, url), holders(world)[office].split()[0]
        assert world.kinds[url] == "own"
        assert family in page.title or page.title.isascii()
        assert ("search" in world.ways[url]) <= (family in page.title)
        assert (world.ends - max(p.at for p in page.posts)).days < 14


def test_an_opaque_name_has_nothing_of_the_person_and_a_link_to_it(world: World) -> None:
    """So only a link, or the network's own search, reveals it."""
    opaque = [url for _, url in right(world) if "names" not in world.ways[url]]
    assert 3 <= len(opaque) <= 6
    assert all("link" in world.ways[url] for url in opaque)


def test_every_link_that_is_told_of_stands_somewhere(world: World) -> None:
    """In a body's post, an old page's, a description, a VK profile's site, contacts, or an official site."""
    texts = [" ".join(site.pages.values()) for site in world.sites.values()]
    for account in world.accounts:
        texts += [account.description, account.site, *(f"id{c.user}" for c in account.contacts)]
        texts += [p.text + " ".join(url for _, url in p.anchors) for p in account.posts]
    told = " ".join(texts).casefold()
    for _, url in right(world):
        page = of(world, url)
        named = f"{url.removeprefix('https://')}" in told or f"@{page.name.casefold()}" in told
        if "link" in world.ways[url]:
            assert named or f"id{page.number}" in told, url


def test_impostors_are_nobodys_right_page(world: World) -> None:
    """Clones, impostors, namesakes, pages about heads, sold channels; each stands with the office it is taken for."""
    own = {url for _, url in right(world)}
    kinds = Counter(world.kinds[url] for urls in world.impostors.values() for url in urls)
    assert kinds == {
        "clone": 7,
        "namesake": 12,
        "colleague": 3,
        "fan": 6,
        "impostor": 8,
        "bought": 3,
        "same-named": 6,
    }
    assert not own & {url for urls in world.impostors.values() for url in urls}
    for office, urls in world.impostors.items():
        for url in urls:
            page, names = of(world, url), holders(world)[office].split()
            assert names[0] in page.title or page.title.isascii() or world.kinds[url] == "bought"
            if world.kinds[url] in {"namesake", "colleague"}:
                assert set(page.title.split()) == set(names[:2])


def test_a_clone_says_the_same_and_is_young(world: World) -> None:
    """Another address, another number; where the title is a person's the two read alike."""
    clones = [(o, u) for o, urls in world.impostors.items() for u in urls if world.kinds[u] == "clone"]
    for office, url in clones:
        copy = of(world, url)
        original = of(world, world.owners[office][copy.network] or "")
        assert (copy.title, copy.description) == (original.title, original.description)
        assert (world.ends - copy.opened).days <= 61 < (world.ends - original.opened).days
        if copy.network == "vk":
            assert abs(copy.number) > abs(original.number)


def test_heads_without_an_account_have_namesakes_and_followers_and_no_clone(world: World) -> None:
    """What is around them must not be taken for theirs."""
    kinds = Counter(
        world.kinds[url]
        for office, pages in world.owners.items()
        if set(pages.values()) == {None}
        for url in world.impostors.get(office, ())
    )
    assert set(kinds) >= {"namesake", "colleague", "fan"}
    assert "clone" not in kinds


def test_what_must_reach_no_disk_is_no_officials_word(world: World) -> None:
    """Not in the registry, not on a right page or a body's."""
    ours = [a for a in world.accounts if world.kinds.get(a.url) in {"own", "body", "predecessor", "colleague"}]
    official = world.registry_yaml() + "\n".join(
        [*(f"{a.name}\n{a.title}\n{a.description}\n{a.city}\n{a.work}" for a in ours)]
        + [p.text for a in ours for p in a.posts]
    )
    assert [word for word in world.strangers if word in official] == []
    assert len(world.strangers) > 100
    strangers = [a for a in world.accounts if world.kinds.get(a.url) == "stranger"]
    assert all(a.title in world.strangers for a in strangers)
    assert sum(a.name in world.strangers for a in strangers) > len(strangers) / 2


def test_the_lists_name_twenty_heads_and_a_dozen(world: World) -> None:
    """With an address each, in the open or behind the name; heads who share a family name are named in full."""
    for network, count in (("telegram", 20), ("vk", 12)):
        post = listed(world, network)
        lines = post.text.splitlines()[1:]
        assert len(lines) == count
        assert len(post.anchors) == count // 2
    told = [name for name in holders(world).values() if name.split()[0] in listed(world, "telegram").text]
    families = Counter(name.split()[0] for name in told)
    assert max(families.values()) == 2


def test_the_truth_of_the_hidden_world_is_what_an_audit_of_it_says(world: World, tmp_path: Path) -> None:
    """Everybody is untested; the bodies' pages exist."""
    with sandboxed(world, tmp_path) as (_, session):
        audit = audited(session)
    assert differences(audit, world.truth()) == []


# The main world's neighbours -------------------------------------------------------------------------------------


def test_the_main_world_has_a_handful_of_pages_to_find() -> None:
    """Three heads are looked for: one has two pages, one has one by link alone, one has none and a namesake."""
    world = World.build()
    assert {office: sorted(n for n, url in pages.items() if url) for office, pages in world.owners.items()} == {
        "rayon-06": [], "rayon-09": ["vk"], "rayon-13": ["telegram", "vk"],
    }  # fmt: skip
    assert {url for _, url in right(world)} <= {a.url for a in world.accounts}
    ways = {
        office: {way for url in pages.values() if url for way in world.ways[url]}
        for office, pages in world.owners.items()
    }
    assert ways == {"rayon-06": set(), "rayon-09": {"link", "search"}, "rayon-13": {"link", "names", "search"}}
    assert {office.id for office in world.offices if office.site} == {"administration", "rayon-13"} == set(world.sites)


def test_the_neighbours_change_nothing_that_was_there() -> None:
    """No number twice, no post of anybody's but the administration's one; ids in order of time."""
    world = World.build()
    numbers = [(a.network, a.number) for a in world.accounts]
    assert len(set(numbers)) == len(numbers)
    for account in world.accounts:
        posts = sorted((p for p in account.posts if p.kind is not PostKind.SERVICE), key=lambda p: p.at)
        assert [p.id for p in posts] == sorted(p.id for p in posts)
