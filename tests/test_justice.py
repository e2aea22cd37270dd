"""What holds of every world: whoever is judged, and whatever was seen of him."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from auditor.base.snapshot import Cause, Network, Outcome, Post, Route, Snapshot
from auditor.checks import catalogue
from auditor.checks.case import Case
from auditor.checks.finding import Finding, Place
from tests.cases import WEEK, account, case, day, posts, snapshot, tenure

PRACTICE = {check.name for check in catalogue() if check.place is Place.PRACTICE}
PAGES = {
    "telegram": {"network": Network.TELEGRAM, "route": Route.TELEGRAM_PREVIEW, "url": "https://t.me/perviy_rayon"},
    "vk": {"network": Network.VK, "route": Route.VK, "url": "https://vk.com/perviy", "id": 77, "kind": "profile"},
}


@dataclass(frozen=True)
class World:
    """One holder, his pages, and the looks at them."""

    since: str
    looks: tuple[Snapshot, ...]
    closed: bool

    def case(self, *more: Snapshot, doubted: Sequence[Snapshot] = ()) -> Case:
        """What a check is given, after some more looks; those `doubted` are of runs whose control failed."""
        seen_at = {look.url for look in self.looks}
        pages = [one for one in (account(), account(Network.VK, "perviy")) if one.url.url in seen_at]
        person = tenure(since=self.since, accounts=pages)
        return case([person], *self.looks, *more, doubted=doubted, as_of=self.as_of)

    @property
    def pages(self) -> st.SearchStrategy[str]:
        """One of the holder's pages."""
        return st.sampled_from(sorted({look.network.value for look in self.looks}))

    @property
    def as_of(self) -> Any:
        return WEEK.ends + timedelta(days=16) if self.closed else day(120)

    def findings(self, *more: Snapshot, doubted: Sequence[Snapshot] = ()) -> list[Finding[Any]]:
        what = self.case(*more, doubted=doubted)
        return [finding for check in catalogue() for finding in check.judge(what)]


HOURS = st.lists(st.integers(-24 * 50, 167), max_size=6)
FAILED = {"exists": None, "cause": Cause.UNREACHABLE, "id": None}
SPOILT: Sequence[dict[str, Any]] = (
    *({},) * 12,
    {"posts_cause": Cause.THROTTLED},
    {"cause": Cause.PRIVATE},
    {"exists": False},
    FAILED,
)


@st.composite
def looks(draw: st.DrawFn, page: str, *, closed: bool) -> Snapshot:
    """A look at a page, of any hour of the week or of the days after it; sometimes it failed."""
    spoilt = draw(st.sampled_from(SPOILT))
    hours = st.integers(-24 * 9, 24 * 22) | st.just(168 + 36) if closed else st.integers(-24 * 9, 120)
    taken = day(draw(hours))
    line = tuple(post for post in posts(*sorted(set(draw(HOURS)))) if post.at < taken)
    shown = line if spoilt in ({}, {"posts_cause": Cause.THROTTLED}) else ()
    return snapshot(**{**PAGES[page], "posts": shown, "taken_at": taken, **spoilt})


@st.composite
def worlds(draw: st.DrawFn) -> World:
    closed = draw(st.booleans())
    pages = draw(st.lists(st.sampled_from(sorted(PAGES)), min_size=1, max_size=4))
    since = draw(st.sampled_from(["2015", "2020-05-01", "2019", "2026-11", "2026-11-17", "2026-11-08"]))
    return World(since, tuple(draw(looks(page, closed=closed)) for page in pages), closed)


def red(findings: Sequence[Finding[Any]]) -> set[tuple[str, str | None]]:
    return {(f.check, f.account) for f in findings if f.outcome is Outcome.FAILED}


@given(worlds())
@settings(max_examples=80, deadline=None)
def test_no_page_has_a_red_finding_of_its_own_practice(world: World) -> None:
    """The person is judged once; and where the person passes by a page, that page does."""
    own = [f for f in world.findings() if f.account is not None and f.check in PRACTICE]
    assert {f.outcome for f in own} <= {Outcome.PASSED, Outcome.INAPPLICABLE}


@given(worlds())
@settings(max_examples=80, deadline=None)
def test_nothing_that_can_be_mended_is_red_before_the_weeks_end(world: World) -> None:
    """For every check but the directive's."""
    findings = replace(world, closed=False).findings()
    assert {check for check, _ in red(findings)} <= {"opened_by_deadline"}


@given(worlds(), st.data(), st.integers(0, 24 * 16), st.sampled_from(list(Cause)))
@settings(max_examples=80, deadline=None)
def test_a_failed_look_turns_nothing_red(world: World, data: st.DataObject, hours: int, cause: Cause) -> None:
    """Errors are not absence: it saw nothing of the page, or could not read its posts, for whatever cause."""
    page, at = data.draw(world.pages), min(day(hours), world.as_of)
    for failed in ({**FAILED, "cause": cause}, {"cause": cause}):
        more = snapshot(**{**PAGES[page], "taken_at": at, **failed})
        assert red(world.findings(more)) <= red(world.findings())


@given(worlds(), st.data())
@settings(max_examples=120, deadline=None)
def test_a_look_whose_control_failed_turns_nothing_red(world: World, data: st.DataObject) -> None:
    """Whatever it shows and misses, of whichever page on record, at whatever time."""
    doubted = [data.draw(looks(data.draw(world.pages), closed=world.closed))]
    assert red(world.findings(doubted=doubted)) <= red(world.findings())


@given(worlds(), st.data())
@settings(max_examples=120, deadline=None)
def test_a_look_that_comes_too_late_turns_nothing_red(world: World, data: st.DataObject) -> None:
    """What is missing in it may have been there; an opening that it dates is another matter, as a page gone before."""
    assume(all(look.exists is not False for look in world.looks))
    late = replace(world, closed=True)
    more = data.draw(looks(data.draw(late.pages), closed=True))
    more = more.model_copy(update={"taken_at": WEEK.ends + timedelta(days=15)})
    added = red(late.findings(more)) - red(late.findings())
    assert {check for check, _ in added} <= {"opened_by_deadline"}


@given(worlds(), st.integers(0, 167))
@settings(max_examples=80, deadline=None)
def test_a_post_never_makes_it_worse(world: World, hour: int) -> None:
    """One more post of the week in each look that could show it: no red that was not, and no pass lost."""
    post = Post(id=7000, at=day(hour), url="https://t.me/perviy_rayon/7000", text_key="another")
    whole = [look for look in world.looks if look.exists and look.cause is None and look.taken_at > post.at]
    shown = [look for look in whole if look.posts or not any(other.posts for other in whole)]
    told = tuple(
        look.model_copy(update={"posts": (*look.posts, post)}) if look in shown else look for look in world.looks
    )
    checks = {"posts_per_week", "longest_silence"}
    before, after = world.findings(), replace(world, looks=told).findings()
    assert {row for row in red(after) if row[0] in checks} <= red(before)
    passed = {(f.check, f.account) for f in before if f.outcome is Outcome.PASSED and f.check in checks}
    assert passed <= {(f.check, f.account) for f in after if f.outcome is Outcome.PASSED}


@given(worlds())
@settings(max_examples=80, deadline=None)
def test_nothing_of_the_practice_fails_without_a_look_in_time_at_the_persons_own_week(world: World) -> None:
    """From the week's end to 14 days after it, of a page that could be read, by one who held the office before it."""
    what = world.case()
    practice = {check for check, account in red(world.findings()) if check in PRACTICE and account is None}
    if not practice:
        return
    assert what.practice_from is not None
    assert what.practice_from < WEEK.starts
    assert [look for look in world.looks if look.exists and WEEK.ends <= look.taken_at <= what.late_after]


def test_the_worlds_are_not_all_spared() -> None:
    """Else what holds of them would say little: some fail in the practice, some pass."""
    told: list[set[str]] = []

    @given(worlds())
    @settings(max_examples=80, deadline=None)
    def look(world: World) -> None:
        told.append({f.outcome.value for f in world.findings() if f.check in PRACTICE and f.account is None})

    look()
    assert sum("failed" in one for one in told) >= 2
    assert sum("passed" in one for one in told) >= 5


@given(worlds())
@settings(max_examples=80, deadline=None)
def test_the_same_world_seen_twice_gives_the_same(world: World) -> None:
    """Every look made again a minute later: value for value, but for what is told of the looks themselves."""
    again = [
        look.model_copy(update={"taken_at": at})
        for look in world.looks
        if (at := look.taken_at + timedelta(minutes=1)) <= world.as_of
    ]
    before, after = world.findings(), world.findings(*again)
    assert [_told(finding) for finding in after] == [_told(finding) for finding in before]


def _told(finding: Finding[Any]) -> tuple[Any, ...]:
    values = {name: value for name, value in finding.values_to_json().items() if name != "given"}
    return finding.check, finding.account, finding.outcome, finding.cause, values


@given(worlds(), st.sampled_from(sorted(PAGES)))
@settings(max_examples=80, deadline=None)
def test_an_empty_wall_that_another_look_contradicts_fails_nobody(world: World, page: str) -> None:
    """Two looks of one hour, one with a post of the week and one with an empty wall: nothing is said to be missing."""
    at = WEEK.ends + timedelta(hours=30)
    full = snapshot(**{**PAGES[page], "taken_at": at, "posts": posts(-24 * 40)})
    empty = snapshot(**{**PAGES[page], "taken_at": at + timedelta(hours=1)})
    alone = replace(world, looks=(full, empty), closed=True)
    assert not [row for row in red(alone.findings()) if row[0] in PRACTICE]
