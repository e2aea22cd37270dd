"""What a check is given of an account: which look counts, which fact is from which route, which answers it rests on."""

from datetime import timedelta
from typing import Any

import pytest

from auditor.audit.sights import FACTS, View, make_case, merge
from auditor.base.snapshot import Cause, EvidenceKind, Precision, Route, Snapshot, StoredSnapshot, Weight
from auditor.checks.case import Sight
from auditor.registry.models import AccountKind
from tests.cases import NOW, WEEK, account, day, office, opened, posts, registry, snapshot, tenure, traced
from tests.test_checks_evidence import answers

PREVIEW, CLIENT = Route.TELEGRAM_PREVIEW, Route.TELEGRAM_CLIENT
URL = "https://t.me/perviy_rayon"
READ = EvidenceKind.POSTS


def preview(**fields: Any) -> Snapshot:
    return snapshot(**({"evidence": answers("preview", READ)} | fields))


def client(**fields: Any) -> Snapshot:
    return snapshot(**({"route": CLIENT, "evidence": answers("client", READ)} | fields))


def joined(here: Snapshot | None, there: Snapshot | None) -> View:
    view = merge(here, there, WEEK.starts, WEEK.ends)
    assert view is not None
    return view


def cited(view: View) -> list[str]:
    return [answer.id for answer in view.snapshot.evidence]


# Two routes


def test_what_both_routes_saw_rests_on_the_answers_of_both() -> None:
    """The preview's first."""
    assert cited(joined(preview(), client())) == ["preview-1", "client-1"]


@pytest.mark.parametrize("blind", [{"exists": None, "cause": Cause.UNREACHABLE}, {"cause": Cause.PRIVATE}])
def test_one_route_alone_rests_on_its_own_answers(blind: dict[str, Any]) -> None:
    """What the other was told is no evidence of what this one saw."""
    seen, shut = joined(preview(**blind), client()), joined(preview(), client(**blind))
    assert (cited(seen), set(seen.routes.values())) == (["client-1"], {CLIENT})
    assert (cited(shut), set(shut.routes.values())) == (["preview-1"], {PREVIEW})
    assert set(seen.routes) == set(shut.routes) == set(FACTS)


def test_a_renamed_channel_is_the_clients_and_rests_on_both() -> None:
    """The preview saw that the name is another's; the client found the page by its number."""
    view = joined(preview(id=2, subscribers=7), client(renamed_to="https://t.me/novoe_imya", subscribers=100))
    assert (view.snapshot.id, view.snapshot.subscribers) == (1500000001, 100)
    assert (set(view.routes.values()), view.conflicts) == ({CLIENT}, {})
    assert cited(view) == ["preview-1", "client-1"]


@pytest.mark.parametrize(
    ("name", "here", "there", "shown", "route"),
    [
        ("subscribers", 100, 120, 120, CLIENT),
        ("subscribers", 100, None, 100, PREVIEW),
        ("subscribers", 100, 0, 0, CLIENT),
        ("register_link", True, False, True, None),
        ("register_link", True, None, True, None),
        ("verified", True, True, True, PREVIEW),
        ("verified", True, False, None, PREVIEW),
        ("id", 5, 5, 5, None),
        ("id", None, 5, 5, None),
        ("id", 5, None, 5, None),
    ],
)
def test_each_fact_is_taken_from_one_route(name: str, here: Any, there: Any, shown: Any, route: Route | None) -> None:
    """The client's where it has one; a mark of verification only where both agree."""
    view = joined(preview(**{name: here}), client(**{name: there}))
    assert getattr(view.snapshot, name) == shown
    assert view.routes.get(name) == route


@pytest.mark.parametrize(
    ("here", "there", "route", "precision"),
    [
        (opened("2021-10-12"), traced("2020-01-01"), PREVIEW, Precision.EXACT),
        (traced("2020-01-01"), opened("2021-10-12"), CLIENT, Precision.EXACT),
        (traced("2020-01-01"), traced("2021-10-12"), CLIENT, Precision.NOT_LATER_THAN),
        (opened("2020-01-01"), opened("2021-10-12"), CLIENT, Precision.EXACT),
        (traced("2020-01-01"), {"opened_at": None}, PREVIEW, Precision.NOT_LATER_THAN),
    ],
)
def test_an_exact_opening_is_shown_before_a_trace_and_the_clients_before_the_previews(
    here: dict[str, Any], there: dict[str, Any], route: Route, precision: Precision
) -> None:
    """A trace that is older shows less than an exact date."""
    view = joined(preview(**here), client(**there))
    wanted = here if route is PREVIEW else there
    assert (view.snapshot.opened_at, view.snapshot.opened_precision) == (wanted["opened_at"], precision)
    assert view.routes["opened_at"] is route


@pytest.mark.parametrize(
    ("here", "there", "route", "cause"),
    [
        ({}, {}, CLIENT, None),
        ({}, {"posts_cause": Cause.THROTTLED}, PREVIEW, None),
        ({"posts_cause": Cause.PREVIEW_OFF}, {}, CLIENT, None),
        ({"posts_cause": Cause.PREVIEW_OFF}, {"posts_cause": Cause.THROTTLED}, CLIENT, Cause.THROTTLED),
    ],
)
def test_posts_are_the_clients_unless_the_preview_alone_could_read_them(
    here: dict[str, Any], there: dict[str, Any], route: Route, cause: Cause | None
) -> None:
    """With them goes how far back they were read, and why not further."""
    view = joined(
        preview(posts=posts(1, 2), posts_since=day(-1), older_cause=Cause.BLOCKED, **here),
        client(posts=posts(1, 2), posts_since=day(-2), older_cause=Cause.REFUSED, **there),
    )
    assert (view.routes["posts"], view.snapshot.posts_cause) == (route, cause)
    since = {PREVIEW: (day(-1), Cause.BLOCKED), CLIENT: (day(-2), Cause.REFUSED)}[route]
    assert (view.snapshot.posts_since, view.snapshot.older_cause) == since


@pytest.mark.parametrize(("unread", "route"), [(1, CLIENT), (2, CLIENT), (3, PREVIEW)])
def test_the_route_of_comments_is_that_of_most_posts(unread: int, route: Route) -> None:
    """Of four posts the client could not read the talk under some: half of them are not most."""
    mine = posts(*range(unread), comments_cause=Cause.THROTTLED) + posts(*range(unread, 4), first_id=unread + 1)
    assert joined(preview(posts=posts(*range(4))), client(posts=mine)).routes["comments"] is route


def test_a_post_that_neither_route_could_read_keeps_the_clients_cause() -> None:
    """There is nothing to borrow."""
    view = joined(
        preview(posts=posts(1, comments_cause=Cause.BLOCKED)), client(posts=posts(1, comments_cause=Cause.THROTTLED))
    )
    assert [post.comments_cause for post in view.snapshot.posts] == [Cause.THROTTLED]


@pytest.mark.parametrize(("minutes", "told"), [(14, False), (15, False), (16, True)])
def test_a_post_older_than_a_quarter_of_an_hour_must_be_in_both_looks(minutes: int, told: bool) -> None:
    """A younger one may have been written between them. The earlier of the two looks sets the clock."""
    early, late = day(60), day(61)
    young = 60 - minutes / 60
    for here, there in ((early, late), (late, early)):
        view = joined(preview(posts=posts(1), taken_at=here), client(posts=posts(1, young), taken_at=there))
        assert bool(view.conflicts) is told
        assert view.snapshot.taken_at == early


def test_a_post_that_one_route_calls_a_repost_is_a_disagreement() -> None:
    """The number of posts agrees, and what they are does not."""
    view = joined(preview(posts=posts(1)), client(posts=posts(1, repost=True)))
    assert (view.conflicts["posts"].preview, view.conflicts["posts"].client) == ("1", "1")


@pytest.mark.parametrize("route", [PREVIEW, CLIENT])
def test_a_page_that_one_route_alone_calls_a_group_is_a_disagreement(route: Route) -> None:
    """A page of the wrong kind was seen: its route has told something, and is not passed over."""
    group = {"kind": "group", "exists": None, "cause": Cause.WRONG_KIND}
    here, there = ({}, group) if route is CLIENT else (group, {})
    view = joined(preview(**here), client(**there))
    said = ("channel", "group") if route is CLIENT else ("group", "channel")
    assert (view.conflicts["exists"].preview, view.conflicts["exists"].client) == said


# Several looks of one week


def sight(*rows: StoredSnapshot, kind: AccountKind = AccountKind.PERSONAL) -> Sight:
    page = account().model_copy(update={"kind": kind})
    seat = office(tenure(since="2020", accounts=[page]))
    (made,) = make_case(registry(seat), seat, WEEK, NOW, {URL: list(rows)}).personal
    return made


def row(at: Any = NOW, *, trusted: bool = True, week: str = str(WEEK), **fields: Any) -> StoredSnapshot:
    return StoredSnapshot(week, preview(taken_at=at, **fields), weight=Weight.FULL if trusted else Weight.FOR_HIM)


END = WEEK.ends
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("rows", "chosen"),
    [
        ([row(END, subscribers=1), row(END + HOUR, subscribers=2)], 2),
        ([row(END, subscribers=1), row(END - HOUR, subscribers=2)], 1),
        ([row(END - 2 * HOUR, subscribers=1), row(END - HOUR, subscribers=2)], 2),
        ([row(END, subscribers=1), row(END + HOUR, subscribers=2, exists=None, cause=Cause.THROTTLED)], 1),
        ([row(END, subscribers=1), row(END + HOUR, subscribers=2, posts_cause=Cause.THROTTLED)], 1),
        ([row(END, subscribers=1), row(END + HOUR, subscribers=2, cause=Cause.PRIVATE)], 1),
        ([row(END, subscribers=1), row(END + HOUR, subscribers=2, exists=False)], 1),
        ([row(END, subscribers=1), row(END + HOUR, subscribers=2, posts_cause=Cause.GONE)], 1),
        ([row(END, subscribers=1), row(END + HOUR, subscribers=2, trusted=False)], 1),
        ([row(END, subscribers=1, week="2026-W46"), row(END, subscribers=2)], 2),
        (
            [row(END, subscribers=1, posts_cause=Cause.THROTTLED), row(END + HOUR, subscribers=2, cause=Cause.PRIVATE)],
            2,
        ),
    ],
)
def test_a_week_is_shown_by_the_newest_look_that_shows_it_whole(rows: list[StoredSnapshot], chosen: int) -> None:
    """A later look that saw less does not displace it; one that says the page is gone does."""
    current = sight(*rows).current
    assert current is not None
    assert current.subscribers == chosen


def test_a_look_whose_control_failed_is_shown_and_not_believed() -> None:
    """Nor is it among what was seen of the page before."""
    seen = sight(row(trusted=False))
    assert (seen.distrusted, seen.stored) == (True, ())
    assert seen.current is not None
    assert sight(row()).distrusted is False


def test_a_look_that_saw_nothing_needs_no_control_to_be_believed() -> None:
    """It says that there was a look, no more."""
    seen = sight(row(trusted=False, exists=None, cause=Cause.THROTTLED))
    assert seen.distrusted is False
    assert [one.cause for one in seen.stored] == [Cause.THROTTLED]


def test_the_old_address_of_a_page_on_record_under_its_new_one_counts_once() -> None:
    """Its posts would be counted twice; a page that only says another number stays."""
    new = account(name="novoe_imya")
    seat = office(tenure(since="2020", accounts=[account(), new]))
    moved = row(id=5, renamed_to=new.url.url)

    def judged(number: int) -> list[str]:
        now = StoredSnapshot(str(WEEK), snapshot(url=new.url.url, id=number))
        case = make_case(registry(seat), seat, WEEK, NOW, {URL: [moved], new.url.url: [now]})
        return [one.account.url.name for one in case.personal]

    assert judged(5) == ["novoe_imya"]
    assert judged(6) == ["perviy_rayon", "novoe_imya"]
