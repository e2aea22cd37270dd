"""Whose page each lead seems to be, by the reasons for it and against it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.base.address import Address
from auditor.base.i18n import Catalogue
from auditor.base.snapshot import Precision
from auditor.base.weeks import PartialDate
from auditor.registry.models import Tenure
from auditor.search.pages import Page, PageKind, Passage, Place
from auditor.search.weighing.lead import LINE, Found, Lead, LeadKind, Origin
from auditor.search.weighing.links import mentions
from auditor.search.weighing.rank import rank
from auditor.search.weighing.reasons import Context, weigh
from auditor.search.weighing.weights import WEIGHTS
from tests.weighing_people import NOW, head, page

PREDECESSOR = Tenure(
    name="Небылицын Прохор Прохорович",
    since=PartialDate.parse("2015"),
    accounts=[
        {"url": "https://t.me/nebylicyn_p", "kind": "personal", "confirmed": {"on": "2021-01-01", "how": "по сайту"}}
    ],
)
ANNA = head(
    "Имярек Анна Андреевна",
    "Первый район",
    id="anna",
    since="2021-12-05",
    predecessor=PREDECESSOR,
    website="https://rayon1.example",
    accounts=[
        {
            "url": "https://vk.com/anna_confirmed",
            "kind": "personal",
            "confirmed": {"on": "2026-01-01", "how": "по сайту"},
        }
    ],
    office_accounts=[{"url": "https://t.me/rayon1", "kind": "institution"}],
)
NAMESAKE = head("Имярек Анна Борисовна", "Второй район", id="namesake")
BORIS = head("Имярек Борис Борисович", "Третий район", id="boris")
PEOPLE = (ANNA, NAMESAKE, BORIS)
BODIES = frozenset({Address.parse("t.me/rayon1"), Address.parse("t.me/oblast")})
CONTEXT = Context(NOW, people=PEOPLE, bodies=BODIES)
RU = Catalogue("ru")


def linked(one: Page, text: str, *bodies: str, at: datetime | None = None) -> Found:
    """A page with what posts of `bodies` say of it; `{}` in `text` is its address."""
    said = []
    for body in bodies or ("https://t.me/oblast/1",):
        passage = Passage(Place.POST, text.format(one.address.url), url=body, at=at, evidence=f"e-{body}")
        said += mentions(passage, PEOPLE)
    return Found(one, (Origin.LINK,), tuple(said))


def guessed(*pages: Page) -> list[Found]:
    return [Found(one, (Origin.NAMES,)) for one in pages]


def codes(lead: Lead) -> set[str]:
    return {reason.code for reason in lead.reasons}


NEAR = "Глава Первого района Имярек Анна: {}"
REAL = page(
    "t.me/anna_real", "Имярек Анна", description="Глава Первого района", opened_at=datetime(2022, 1, 9, tzinfo=UTC)
)
EXACT = {"opened_precision": Precision.EXACT}
CLAIM = {"description": "Глава Первого района"}
CLONE = page(
    "t.me/anna_clone", "Имярек Анна", description="Глава Первого района", opened_at=datetime(2024, 5, 1, tzinfo=UTC)
)

ABOVE = {
    "claims name, office and place": Found(REAL),
    "the full name and the office": Found(page(title="Имярек Анна Андреевна | Глава Первого района")),
    "in Latin letters, on VK": Found(page("vk.com/id5", "Anna Imyarek", work="Глава Первого района")),
    "verified, with the place": Found(page("vk.com/id5", "Анна Имярек", verified=True, place="Первый район")),
    "linked, and nothing else seen": linked(page("t.me/opaque77"), NEAR),
    "linked, with a title that says nothing": linked(page("t.me/opaque77", "Заметки на полях", description=""), NEAR),
    "linked in a list": linked(
        page("t.me/opaque77", "Заметки"), "Третий район — Имярек Б. Б.\nПервый район — Имярек А. А. {}"
    ),
    "linked by the office, and the name agrees": linked(
        page("t.me/kanal77", "Имярек Анна"), "Канал главы Первого района: {}"
    ),
    "linked, though closed": linked(page("vk.com/id5", "Анна Имярек", closed=True, description=None), NEAR),
    "linked, though of a short name": linked(page("vk.com/id5", "Аня Имярек"), NEAR),
    "of a town, by the adjective": Found(page(title="Имярек Анна, глава Первого муниципального округа")),
    "on record, with name and place": Found(page(title="Имярек Анна", description="Первый район"), (Origin.REGISTRY,)),
}


@pytest.mark.parametrize("found", ABOVE.values(), ids=ABOVE)
def test_the_real_one_is_above_the_line(found: Found) -> None:
    """What the office, the place or an official body ties to the person is a lead to look at."""
    (lead,) = rank(ANNA, [found], CONTEXT)
    assert lead.strong, [(r.code, r.weight) for r in lead.reasons]
    assert lead.kind is LeadKind.PERSONAL


BELOW = {
    "a name and nothing more": (Found(page(title="Имярек Анна")), LeadKind.UNKNOWN),
    "the whole name and nothing more": (
        Found(page(title="Имярек Анна Андреевна", description="Вяжу носки")),
        LeadKind.UNKNOWN,
    ),
    "a neighbour of the same name": (
        Found(page("vk.com/id9", "Анна Имярек", place="Первый район", last_post_at=NOW)),
        LeadKind.PERSONAL,
    ),
    "verified, of no place": (Found(page("vk.com/id9", "Анна Имярек", verified=True)), LeadKind.UNKNOWN),
    "a namesake in office elsewhere": (
        Found(page(title="Имярек Анна", description="Глава Второго района", verified=True)),
        LeadKind.NAMESAKE,
    ),
    "a namesake in office in another region": (
        Found(page(title="Имярек Анна", description="Глава Энского района Энской области", verified=True)),
        LeadKind.NAMESAKE,
    ),
    "a namesake in another place": (
        Found(page("vk.com/id9", "Анна Имярек", work="Школа Второго района")),
        LeadKind.NAMESAKE,
    ),
    "a namesake with another patronymic": (
        Found(page(title="Имярек Анна Борисовна", description="Глава Первого района")),
        LeadKind.NAMESAKE,
    ),
    "a citizen with another job": (
        Found(page("vk.com/id9", "Анна Имярек", place="Небывальск", work="Пекарня")),
        LeadKind.UNKNOWN,
    ),
    "supporters": (
        Found(page(title="Имярек Анна — группа поддержки", description="Глава Первого района", subscribers=900)),
        LeadKind.FAN,
    ),
    "a parody": (Found(page(title="Имярек Анна", description="Пародия. Глава Первого района")), LeadKind.FAN),
    "the administration": (
        Found(page(title="Администрация Первого района", description="Глава Имярек Анна Андреевна", government=True)),
        LeadKind.INSTITUTION,
    ),
    "the administration, linked beside the name": (
        linked(
            page("t.me/adm_1", "Администрация Первого района", verified=True, government=True),
            NEAR,
            "https://t.me/oblast/1",
        ),
        LeadKind.INSTITUTION,
    ),
    "the administration on record": (Found(page("t.me/rayon1", "Первый район")), LeadKind.INSTITUTION),
    "the predecessor's on record": (
        linked(page("t.me/nebylicyn_p", "Глава Первого района"), NEAR),
        LeadKind.UNKNOWN,
    ),
    "the predecessor's, by its title": (
        Found(page("t.me/other", "Небылицын Прохор | Глава Первого района")),
        LeadKind.NAMESAKE,
    ),
    "another head's": (linked(page("t.me/opaque77", "Заметки"), "Третий район — Имярек Б. Б. {}"), LeadKind.UNKNOWN),
    "linked, but of another name": (linked(page("vk.com/id9", "Пелагея Небылицына"), NEAR), LeadKind.NAMESAKE),
    "silent since before the tenure": (
        Found(
            page(
                "vk.com/id9", "Анна Имярек", work="Глава Первого района", last_post_at=datetime(2019, 3, 1, tzinfo=UTC)
            )
        ),
        LeadKind.PERSONAL,
    ),
    "a deputy of the same name": (
        Found(page("vk.com/id9", "Анна Имярек", work="Помощник главы Первого района")),
        LeadKind.PERSONAL,
    ),
    "a former head of the same name": (
        Found(page(title="Имярек Анна", description="Бывший глава Первого района")),
        LeadKind.NAMESAKE,
    ),
    "linked near nobody": (linked(page("t.me/opaque77", "Заметки"), "Погода на завтра: {}"), LeadKind.UNKNOWN),
    "a bot": (
        Found(page(title="Имярек Анна", description="Глава Первого района", kind=PageKind.BOT)),
        LeadKind.UNKNOWN,
    ),
    "gone": (Found(page(title=None, exists=False)), LeadKind.UNKNOWN),
}


@pytest.mark.parametrize(("found", "kind"), BELOW.values(), ids=BELOW)
def test_what_is_not_the_persons_is_below(found: Found, kind: LeadKind) -> None:
    """Namesakes, fans, institutions, predecessors and pages that merely bear the name are not leads to look at."""
    (lead,) = rank(ANNA, [found], CONTEXT)
    assert not lead.strong, [(r.code, r.weight) for r in lead.reasons]
    assert lead.kind is kind


@pytest.mark.parametrize("precision", [Precision.EXACT, Precision.NOT_LATER_THAN])
def test_the_younger_of_two_alike_is_the_clone(precision: Precision) -> None:
    """Two pages make the same claim: the older is the original, whichever is found first."""
    dated = [
        page(p.address.url, p.title, description=p.description, opened_at=p.opened_at, opened_precision=precision)
        for p in (REAL, CLONE)
    ]
    for order in (dated, dated[::-1]):
        first, second = rank(ANNA, guessed(*order), CONTEXT)
        assert (first.address, first.kind) == (REAL.address, LeadKind.PERSONAL)
        assert first.strong
        assert (second.address, second.kind) == (CLONE.address, LeadKind.CLONE)
        assert not second.strong


def test_a_clone_by_its_number() -> None:
    """Without dates the networks' own numbers tell the younger: of persons and, turned about, of communities."""
    for old, new in ((10, 99), (-10, -99)):
        kind = PageKind.PROFILE if old > 0 else PageKind.COMMUNITY
        pages = [
            page(f"vk.com/anna_{abs(n)}", "Анна Имярек", id=n, work="Глава Первого района", kind=kind)
            for n in (new, old)
        ]
        first, second = rank(ANNA, guessed(*pages), CONTEXT)
        assert (first.id, second.kind) == (old, LeadKind.CLONE)


def test_a_clone_that_copies_the_words_alone() -> None:
    """A copied description is a copy, without any word of office."""
    words = "Пишу о дорогах, школах и людях, каждый день понемногу"
    old = page("vk.com/anna_old", "Анна Имярек", id=10, description=words)
    new = page("vk.com/anna_new", "Анна Имярек", id=99, description=words + "!")
    assert [lead.kind for lead in rank(ANNA, guessed(new, old), CONTEXT) if lead.id == 99] == [LeadKind.CLONE]


def test_nobody_is_called_a_clone_without_a_sign_of_age() -> None:
    """Telegram's numbers are not known to grow with time: of two alike without dates neither is the copy."""
    old = page("t.me/anna_old", "Имярек Анна", id=10, description="Глава Первого района")
    new = page("t.me/anna_new", "Имярек Анна", id=99, description="Глава Первого района")
    assert {lead.kind for lead in rank(ANNA, guessed(new, old), CONTEXT)} == {LeadKind.PERSONAL}


def test_the_linked_one_is_the_original_whatever_its_age() -> None:
    """An official body's word beats age: the unlinked older page is no lead to look at."""
    young = page("t.me/anna_young", "Имярек Анна", id=99, description="Глава Первого района")
    old = page("t.me/anna_old", "Имярек Анна", id=10, description="Глава Первого района")
    first, second = rank(ANNA, [Found(old), linked(young, NEAR)], CONTEXT)
    assert (first.id, first.kind) == (99, LeadKind.PERSONAL)
    assert second.id == 10
    assert not second.strong


@pytest.mark.parametrize("verified", [False, True])
def test_a_namesakes_private_page_is_nobodys_original(verified: bool) -> None:
    """Who copies, copies the claim: an older page that does not name the office is not what the younger one copies."""
    made = (datetime(2019, 5, 1, tzinfo=UTC), datetime(2022, 5, 28, tzinfo=UTC))
    vk = (
        page("vk.com/old_1", "Анна Имярек", id=5, place="Первый район", work="Пекарня", verified=verified),
        page("vk.com/new_1", "Анна Имярек", id=700, **CLAIM),
    )
    telegram = (
        page("t.me/old_1", "Имярек Анна", description="Природа Первого района", opened_at=made[0], verified=verified),
        page("t.me/new_1", "Имярек Анна", opened_at=made[1], **CLAIM),
    )
    for old, new in (vk, telegram):
        first, second = rank(ANNA, guessed(old, new), CONTEXT)
        assert (first.address, first.strong) == (new.address, True)
        assert (second.address, second.kind) == (old.address, LeadKind.PERSONAL)


def test_one_bodys_link_to_a_much_younger_copy_sinks_no_older_page() -> None:
    """One body may be wrong: both stay above the line and the younger says why to look; a second body settles it."""
    old = page("t.me/anna_old", "Имярек Анна", opened_at=datetime(2022, 1, 9, tzinfo=UTC), **EXACT, **CLAIM)
    new = page("t.me/anna_new", "Имярек Анна", opened_at=datetime(2026, 9, 1, tzinfo=UTC), **EXACT, **CLAIM)
    leads = rank(ANNA, [Found(old), linked(new, NEAR)], CONTEXT)
    assert all(lead.strong for lead in leads)
    assert {lead.address.name: codes(lead) & {"older", "double", "clone"} for lead in leads} == {
        "anna_old": set(),
        "anna_new": {"older"},
    }
    bodies = ("https://t.me/oblast/1", "https://t.me/rayon1/2")
    assert [lead.strong for lead in rank(ANNA, [Found(old), linked(new, NEAR, *bodies)], CONTEXT)] == [True, False]
    near = page("t.me/anna_near", "Имярек Анна", opened_at=datetime(2022, 6, 1, tzinfo=UTC), **EXACT, **CLAIM)
    assert [lead.strong for lead in rank(ANNA, [Found(old), linked(near, NEAR)], CONTEXT)] == [True, False]


def test_two_pages_of_one_person_are_no_clones() -> None:
    """Both linked by bodies, or on two networks: each may be the person's."""
    one = page("t.me/anna_1", "Имярек Анна", id=10, description="Глава Первого района")
    two = page("t.me/anna_2", "Имярек Анна", id=99, description="Глава Первого района")
    assert all(lead.strong for lead in rank(ANNA, [linked(one, NEAR), linked(two, NEAR)], CONTEXT))
    vk = page("vk.com/anna_2", "Анна Имярек", id=99, work="Глава Первого района")
    assert all(lead.strong for lead in rank(ANNA, guessed(one, vk), CONTEXT))


def test_all_together() -> None:
    """The real page comes first, and alone above the line."""
    others = [found for found, _ in BELOW.values()]
    unlike = {f"t.me/page_{n}": found for n, found in enumerate(others) if not found.mentions}
    crowd = [
        Found(
            Page(
                Address.parse(address if f.page.address.network == "telegram" else f"vk.com/id{n + 100}"),
                **{name: getattr(f.page, name) for name in Page.__slots__ if name != "address"},
            ),
            f.origins,
        )
        for n, (address, f) in enumerate(unlike.items())
        if f.page.address not in BODIES
    ]
    found = [*crowd, *guessed(CLONE), linked(REAL, NEAR)]
    leads = rank(ANNA, found, CONTEXT)
    assert leads[0].address == REAL.address
    assert [lead.address for lead in leads if lead.strong] == [REAL.address]
    assert len(leads) == len(found)


def test_each_body_is_counted_once() -> None:
    """Ten posts of one body are one voice; a second body adds a little, a tenth nothing more."""
    one = page("t.me/opaque77")
    posts = [f"https://t.me/oblast/{n}" for n in range(1, 11)]
    bodies = [f"https://t.me/body{n}/1" for n in range(1, 11)]
    single, ten, two, many = (
        rank(ANNA, [linked(one, NEAR, *urls)], CONTEXT)[0].score for urls in (posts[:1], posts, bodies[:2], bodies)
    )
    assert single == ten < two == many


def test_an_office_linked_before_the_tenure_is_the_predecessors() -> None:
    """«Канал главы» of a post older than the tenure means who was head then; a name means the person still."""
    before = datetime(2020, 1, 1, tzinfo=UTC)
    office = linked(page("t.me/kanal77", "Заметки"), "Канал главы Первого района: {}", at=before)
    assert not codes(rank(ANNA, [office], CONTEXT)[0]) & {"linked", "linked_office"}
    named = linked(page("t.me/kanal77", "Заметки"), NEAR, at=before)
    assert "linked" in codes(rank(ANNA, [named], CONTEXT)[0])


def test_a_lead_is_no_body() -> None:
    """What other pages found under the name say of a page is not an official word."""
    other = page("t.me/anna_friend", "Имярек Анна")
    found = linked(page("t.me/opaque77", "Заметки"), NEAR, "https://t.me/anna_friend/5")
    leads = rank(ANNA, [found, Found(other)], CONTEXT)
    assert not any("linked" in codes(lead) for lead in leads)


def links_to(*addresses: str, place: Place = Place.DESCRIPTION) -> tuple[Passage, ...]:
    found = tuple(Address.parse(a) for a in addresses)
    return (Passage(place, " ".join(addresses), found, tuple(0 for _ in found)),)


def test_pages_that_link_each_other() -> None:
    """Two pages under one name that link each other are one person's, perhaps a namesake's: not above the line."""
    one = page("t.me/anna_1", "Имярек Анна", passages=links_to("vk.com/anna_2"))
    two = page("vk.com/anna_2", "Анна Имярек", passages=links_to("t.me/anna_1"))
    leads = rank(ANNA, guessed(one, two), CONTEXT)
    assert all("linked_both" in codes(lead) and not lead.strong for lead in leads)
    posts = page("vk.com/anna_2", "Анна Имярек", passages=links_to("t.me/anna_1", place=Place.POST))
    assert not any("linked_both" in codes(lead) for lead in rank(ANNA, guessed(one, posts), CONTEXT))


def test_a_page_above_the_line_lends_its_weight() -> None:
    """A page that the real one links to, under the same name, comes above the line; a stranger's does not."""
    real = linked(page("t.me/opaque77", "Имярек Анна", passages=links_to("vk.com/anna_2", "vk.com/id5")), NEAR)
    leads = rank(
        ANNA, [real, *guessed(page("vk.com/anna_2", "Анна Имярек"), page("vk.com/id5", "Пелагея Небылицына"))], CONTEXT
    )
    assert {lead.address.name: lead.strong for lead in leads} == {"opaque77": True, "anna_2": True, "id5": False}


def test_an_opaque_page_that_the_real_one_links_to_and_back() -> None:
    """Two pages that link each other have one owner: one above the line lifts the other, whatever it is called."""
    real = linked(page("t.me/anna_1", "Имярек Анна", passages=links_to("vk.com/id5")), NEAR)
    other = page("vk.com/club5", "Заметки", kind=PageKind.COMMUNITY, id=-5, passages=links_to("t.me/anna_1"))
    back = page("t.me/anna_1", "Имярек Анна", passages=links_to("vk.com/club5"))
    assert all(lead.strong for lead in rank(ANNA, [linked(back, NEAR), Found(other)], CONTEXT))
    assert [lead.strong for lead in rank(ANNA, [real, Found(other)], CONTEXT)] == [True, False]


def test_one_page_under_two_addresses_is_no_clone() -> None:
    """VK answers for a number and for a name: the same number is the same page."""
    both = [page(a, "Анна Имярек", id=5, work="Глава Первого района") for a in ("vk.com/id5", "vk.com/anna_1")]
    assert all(lead.strong for lead in rank(ANNA, guessed(*both), CONTEXT))


def test_a_head_known_by_the_family_name_alone() -> None:
    """Where the registry has no more than that, the family name with the office reaches the line; alone it does not."""
    known = head("Такойтова", "Город Вымысел")
    context = Context(NOW, people=(*PEOPLE, known), bodies=BODIES)
    leads = rank(
        known, guessed(page(title="Такойтова Инна | мэр Вымысла"), page("t.me/other", "Такойтова Инна")), context
    )
    assert [lead.strong for lead in leads] == [True, False]


def test_the_town_as_an_adjective_is_no_other_place() -> None:
    """«Глава Северского городского округа» says nothing against the mayor of Seversk."""
    mayor = head("Имярек Анна", "Северск")
    said = {
        r.code
        for r in weigh(mayor, page(title="Имярек Анна", description="Глава Северского городского округа"), CONTEXT)
    }
    assert "other_office" not in said
    said = {
        r.code for r in weigh(mayor, page(title="Имярек Анна", description="Глава Энского городского округа"), CONTEXT)
    }
    assert "other_office" in said


def test_a_confirmed_page_links_to_an_opaque_one() -> None:
    """What the person's own confirmed page links to is hers, if it links back."""
    confirmed = page("vk.com/anna_confirmed", "Анна Имярек", passages=links_to("t.me/opaque77"))
    opaque = page("t.me/opaque77", "Заметки", passages=links_to("vk.com/anna_confirmed"))
    context = Context(NOW, people=PEOPLE, bodies=BODIES, others=(confirmed,))
    (lead,) = rank(ANNA, guessed(opaque), context)
    assert {"linked_confirmed", "linked_both"} <= codes(lead)
    assert lead.strong


def test_what_was_not_seen_is_no_reason() -> None:
    """A page of which nothing but its address is known has no reason for or against."""
    assert weigh(ANNA, page(title=None, exists=None, kind=None), CONTEXT) == ()
    (named,) = rank(ANNA, guessed(page(title="Имярек Анна")), CONTEXT)
    assert all(reason.weight > 0 or reason.code == "namesake_holder" for reason in named.reasons)


def test_reasons_are_sentences_with_numbers() -> None:
    """Each reason is read in Russian, with its dates and counts, and repeats no word of the page."""
    found = linked(
        page(
            "t.me/anna_real",
            "Имярек Анна",
            description="Глава Первого района, небывальщина",
            last_post_at=NOW - timedelta(days=3),
        ),
        NEAR,
        "https://t.me/oblast/1",
        "https://t.me/rayon1/2",
        at=datetime(2026, 5, 2, tzinfo=UTC),
    )
    (lead,) = rank(ANNA, [found], CONTEXT)
    said = [RU.text(reason.text) for reason in lead.reasons]
    assert (
        "2 официальные страницы называют человека рядом с этим адресом: "
        "https://t.me/oblast, https://t.me/rayon1; последний раз 02.05.2026" in said
    )
    assert "В названии фамилия и имя: совпадение 85 %" in said
    assert "Последняя запись, 21.11.2026, приходится на срок полномочий; ей 3 дня" in said
    assert not any("небывальщина" in sentence for sentence in said)
    assert lead.score == min(100, sum(reason.weight for reason in lead.reasons))
    assert set(lead.evidence) == {"e-https://t.me/oblast/1", "e-https://t.me/rayon1/2"}


texts = (
    st.none()
    | st.sampled_from(
        [
            "",
            "Имярек Анна",
            "Глава Первого района",
            "Глава Второго района",
            "Администрация Первого района",
            "Анна",
            "пародия",
        ]
    )
    | st.text(max_size=30)
)
moments = st.none() | st.datetimes(datetime(2007, 1, 1), datetime(2026, 11, 1), timezones=st.just(UTC))
pages = st.builds(
    Page,
    address=st.sampled_from([Address.parse(f"{host}/page_{n}") for host in ("t.me", "vk.com") for n in range(4)]),
    exists=st.sampled_from([True, True, False, None]),
    id=st.none() | st.integers(-99, 99),
    kind=st.none() | st.sampled_from(PageKind),
    title=texts,
    description=texts,
    place=texts,
    work=texts,
    verified=st.none() | st.booleans(),
    government=st.none() | st.booleans(),
    closed=st.booleans(),
    subscribers=st.none() | st.integers(0, 9),
    opened_at=moments,
    opened_precision=st.none() | st.sampled_from(Precision),
    not_earlier_than=moments,
    last_post_at=moments,
)


@given(st.lists(pages, max_size=6, unique_by=lambda p: p.address), st.randoms())
def test_any_pages_are_ranked(found: list[Page], rng) -> None:
    """Whatever was seen: every page comes back once, best first, within bounds, in an order that is the pages' own."""
    leads = rank(ANNA, guessed(*found), CONTEXT)
    assert {lead.address for lead in leads} == {p.address for p in found}
    assert all(0 <= lead.score <= 100 for lead in leads)
    assert [lead.score for lead in leads] == sorted((lead.score for lead in leads), reverse=True)
    assert all(reason.code in WEIGHTS and RU.text(reason.text) for lead in leads for reason in lead.reasons)
    assert not any(lead.strong and lead.kind in {LeadKind.INSTITUTION, LeadKind.FAN, LeadKind.CLONE} for lead in leads)
    mixed = list(found)
    rng.shuffle(mixed)
    assert [lead.address for lead in rank(ANNA, guessed(*mixed), CONTEXT)] == [lead.address for lead in leads]


def test_the_table_keeps_its_promises() -> None:
    """A name alone, with all the marks a namesake can have, stays below the line; an official word alone does not."""
    points = {code: weight.points for code, weight in WEIGHTS.items()}
    assert max(points[c] for c in points if c.startswith("name_") or c == "name") + points["place"] < LINE
    name = max(points[c] for c in points if c.startswith("name"))
    for marks in (
        ("verified", "linked_both", "active"),
        ("verified", "government", "active"),
        ("verified", "region", "active"),
        ("verified", "office_bare", "region"),
        ("place", "active"),
    ):
        assert name + sum(points[code] for code in marks) < LINE, marks
    assert points["linked"] >= LINE
    assert points["name_known"] + points["office"] >= LINE
    assert all(weight.why for weight in WEIGHTS.values())
