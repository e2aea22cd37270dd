"""Whose words a week's posts are in: nearly another official's text, or one's own."""

from datetime import timedelta
from pathlib import Path

import pytest

from auditor.audit.document import Audit, AuditedOffice
from auditor.audit.judge import make_audit
from auditor.base.snapshot import Network, Post, StoredSnapshot
from auditor.language.sketch import of_post
from auditor.registry.models import AccountKind
from auditor.sandbox import World
from tests.cases import NOW, WEEK, account, day, office, opened, registry, snapshot, tenure
from tests.pipeline import audited, sandboxed

TEXT = "В Первом районе открыли новую площадку у школы, её построили за лето по просьбе жителей соседних домов"
NEARLY = TEXT.replace("Первом", "нашем")
OTHER = "Завтра с девяти утра отключат воду на улице Выдуманной, подвоз воды будет у дома культуры до вечера"


def page(place: int):
    """An office with a page of its own."""
    head = tenure(f"Имярек Анна {'АБ'[place]}", since="2020", accounts=[account(name=f"stranitsa_{place}")])
    one = office(head)
    return one.model_copy(update={"id": f"rayon-{place}"})


def look(place: int, *said: tuple[float, str], **fields: object) -> StoredSnapshot:
    """A look at a page with posts at so many hours of the week."""
    url = f"https://t.me/stranitsa_{place}"
    posts = tuple(
        Post(id=n, at=day(hours), url=f"{url}/{n}", sketch=of_post(text), **fields)
        for n, (hours, text) in enumerate(said, 1)
    )
    return StoredSnapshot(str(WEEK), snapshot(url=url, posts=posts, **opened("2021-10-12")))


def judged(*looks: StoredSnapshot, **more: object) -> Audit:
    book = registry(page(0), page(1))
    return make_audit(book, WEEK, NOW, {row.snapshot.url: [row] for row in looks}, **more)


def of(audit: Audit, place: int) -> AuditedOffice:
    return next(one for one in audit.offices if one.id == f"rayon-{place}")


def test_the_later_of_two_nearly_equal_posts_names_the_earlier() -> None:
    """The earlier is nobody's copy."""
    audit = judged(look(0, (20, TEXT)), look(1, (30, NEARLY), (40, OTHER)))
    (first,), (copied, own) = of(audit, 0).posts, of(audit, 1).posts
    assert copied.same_as is not None
    assert (copied.same_as.url, copied.same_as.office) == (first.url, "rayon-0")
    assert copied.same_as.percent >= 90
    assert (first.same_as, own.same_as) == (None, None)
    wording = of(audit, 1).wording
    assert wording is not None
    assert (wording.own, wording.copied) == (1, 1)


def test_after_three_days_the_same_text_is_its_own() -> None:
    """`same_text_hours` says for how long."""
    audit = judged(look(0, (20, TEXT)), look(1, (93, TEXT)))
    assert of(audit, 1).posts[0].same_as is None


def test_a_repost_is_no_copy() -> None:
    """It says itself whose it is."""
    audit = judged(look(0, (20, TEXT)), look(1, (30, TEXT), repost=True))
    assert of(audit, 1).posts[0].same_as is None


def test_one_office_judged_alone_is_held_against_the_walls_of_all() -> None:
    """What the spot check says of it equals what the week's audit says."""
    looks = look(0, (20, TEXT)), look(1, (30, NEARLY))
    walls = {row.snapshot.url: list(row.snapshot.posts) for row in looks}
    alone = judged(looks[1], offices=[page(1)], walls=walls)
    assert of(alone, 1).posts == of(judged(*looks), 1).posts
    assert of(alone, 1).wording == of(judged(*looks), 1).wording


def test_where_nobody_elses_post_was_seen_it_is_not_told_whose_words_they_are() -> None:
    """None copied would be a number that nobody knows."""
    assert of(judged(look(1, (30, TEXT))), 1).wording is None
    assert of(judged(look(1, (30, TEXT)), offices=[page(1)]), 1).wording is None


def test_a_page_of_another_network_counts_as_well() -> None:
    """The text is the same wherever it stands; posts of the days before the week too."""
    url = "https://vk.com/stranitsa_vk"
    other = page(0).model_copy(
        update={"tenures": [tenure(since="2020", accounts=[account(Network.VK, "stranitsa_vk")])]}
    )
    book, mine = registry(other, page(1)), look(1, (3, TEXT))
    early = Post(id=1, at=WEEK.starts - timedelta(hours=2), url=f"{url}?w=1", sketch=of_post(TEXT))
    audit = make_audit(book, WEEK, NOW, {mine.snapshot.url: [mine]}, offices=[book.offices[1]], walls={url: [early]})
    copied = audit.offices[0].posts[0].same_as
    assert copied is not None
    assert (copied.network, copied.url) == ("vk", early.url)


def test_the_own_institutions_page_is_another_party() -> None:
    """A head who repeats his administration is told so, and it is said that the page is the institution's."""
    body = account(name="administratsiya", confirmed=False).model_copy(update={"kind": AccountKind.INSTITUTION})
    first = page(1).model_copy(update={"listed": [body]})
    told = Post(id=5, at=day(20), url=f"{body.url.url}/5", sketch=of_post(TEXT))
    wall = StoredSnapshot(str(WEEK), snapshot(url=body.url.url, posts=(told,)))
    mine = look(1, (30, NEARLY), (40, OTHER))
    book = registry(page(0), first)
    audit = make_audit(book, WEEK, NOW, {row.snapshot.url: [row] for row in (wall, mine)})
    copied, own = of(audit, 1).posts
    assert copied.same_as is not None
    assert (copied.same_as.url, copied.same_as.office, copied.same_as.institution) == (told.url, "rayon-1", True)
    assert own.same_as is None


@pytest.mark.parametrize("seed", [2022, 7])
def test_the_whole_way_finds_the_posts_that_an_institution_had_first(seed: int, tmp_path: Path) -> None:
    """Of an institution's page the newest posts are read, on VK and on Telegram, and no comment under them."""
    world = World.build(seed=seed)
    with sandboxed(world, tmp_path) as (sandbox, session):
        audit = audited(session)
    same = {(o.id, p.same_as.url) for o in audit.offices for p in o.posts if p.same_as and p.same_as.institution}
    assert {(office, url.rpartition("/" if "t.me" in url else "_")[0]) for office, url in same} == {
        (office, url.replace("/club", "/wall-")) for office, url in world.echoes.items()
    }
    asked = [r.account.lstrip("-") for r in sandbox.requests if r.path.endswith("wall.getComments")]
    assert asked
    assert not set(asked) & {url.partition("club")[2] for url in world.echoes.values()}
