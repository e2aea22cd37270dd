"""What holds of every world: whoever is judged, and whatever was seen of him."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from auditor.base.snapshot import Cause, Network, Outcome, Post, Route, Snapshot, StoredSnapshot, Weight
from auditor.checks import catalogue
from auditor.checks.finding import Finding
from tests.cases import WEEK, account, case, day, posts, snapshot, tenure
from tests.rules.helpers import PRACTICE, later, vk_page, weighed

PAGES = {
    "telegram": {"network": Network.TELEGRAM, "route": Route.TELEGRAM_PREVIEW, "url": "https://t.me/perviy_rayon"},
    "vk": {"network": Network.VK, "route": Route.VK, "url": "https://vk.com/perviy", "id": 77, "kind": "profile"},
}
HOURS = st.lists(st.integers(-24 * 50, 167), max_size=6)
BLIND = {"exists": None, "cause": Cause.UNREACHABLE, "id": None}
SPOILT: Sequence[dict[str, Any]] = (
    *({},) * 12,
    {"posts_cause": Cause.THROTTLED},
    {"cause": Cause.PRIVATE},
    {"exists": False, "cause": Cause.GONE},
    BLIND,
)
Place = tuple[str, str | None]


@dataclass(frozen=True)
class World:
    """One holder, his pages, and the looks at them."""

    since: str
    looks: tuple[Snapshot, ...]
    closed: bool

    @property
    def pages(self) -> st.SearchStrategy[str]:
        """One of the holder's pages."""
        return st.sampled_from(sorted({look.network.value for look in self.looks}))

    @property
    def as_of(self) -> datetime:
        """The moment of the audit: after all looks in time, or in the open week."""
        return later(days=16) if self.closed else day(120)

    def findings(self, *more: Snapshot | StoredSnapshot) -> list[Finding[Any]]:
        """All that is said, after some more looks."""
        seen_at = {look.url for look in self.looks}
        pages = [page for page in (account(), vk_page()) if page.url.url in seen_at]
        rows = (weighed(look, run=run) for run, look in enumerate(self.looks, start=1))
        what = case([tenure(since=self.since, accounts=pages)], *rows, *more, as_of=self.as_of)
        return [finding for check in catalogue() for finding in check.judge(what)]


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
    """Somebody with one page or two, and up to four looks."""
    closed = draw(st.booleans())
    pages = draw(st.lists(st.sampled_from(sorted(PAGES)), min_size=1, max_size=4))
    since = draw(st.sampled_from(["2015", "2020-05-01", "2019", "2026-11", "2026-11-17", "2026-11-08"]))
    return World(since, tuple(draw(looks(page, closed=closed)) for page in pages), closed)


def red(findings: Sequence[Finding[Any]], *checks: str) -> set[Place]:
    """What fails, of these checks or of all."""
    return {(f.check, f.account) for f in findings if f.outcome is Outcome.FAILED and (not checks or f.check in checks)}


def green(findings: Sequence[Finding[Any]], *checks: str) -> set[Place]:
    """What passes."""
    return {(f.check, f.account) for f in findings if f.outcome is Outcome.PASSED and f.check in checks}


@given(worlds())
def test_no_page_has_a_red_finding_of_its_own(world: World) -> None:
    """The person is judged, and once."""
    assert {account for _, account in red(world.findings())} <= {None}


@given(worlds())
def test_nothing_of_the_practice_is_red_before_the_week_is_closed(world: World) -> None:
    """Whatever was seen, and whatever was not."""
    assert not red(replace(world, closed=False).findings(), *PRACTICE)


@given(worlds(), st.data(), st.integers(0, 24 * 16), st.sampled_from(list(Cause)))
def test_a_failed_look_turns_nothing_red(world: World, data: st.DataObject, hours: int, cause: Cause) -> None:
    """Errors are not absence: it saw nothing of the page, or could not read its posts, for whatever cause."""
    page, at = data.draw(world.pages), min(day(hours), world.as_of)
    before = red(world.findings())
    for failed in ({**BLIND, "cause": cause}, {"posts_cause": cause}):
        more = weighed(snapshot(**{**PAGES[page], "taken_at": at, **failed}), run=9)
        assert red(world.findings(more)) <= before


@given(worlds(), st.data())
def test_a_look_whose_control_failed_turns_nothing_red(world: World, data: st.DataObject) -> None:
    """Whatever it shows and misses, of whichever page on record, at whatever time."""
    look = data.draw(looks(data.draw(world.pages), closed=world.closed))
    before = red(world.findings())
    for weight in (Weight.FOR_HIM, Weight.NONE):
        assert red(world.findings(weighed(look, weight, run=9))) <= before


@given(worlds(), st.data())
def test_a_look_that_comes_too_late_turns_nothing_red(world: World, data: st.DataObject) -> None:
    """What is missing in it may have been there; an opening that it dates is another matter."""
    late = replace(world, closed=True)
    more = data.draw(looks(data.draw(late.pages), closed=True)).model_copy(update={"taken_at": later(days=15)})
    added = red(late.findings(weighed(more, run=9))) - red(late.findings())
    assert {check for check, _ in added} <= {"opened_by_deadline"}


@given(worlds(), st.integers(0, 167))
def test_a_post_never_makes_it_worse(world: World, hour: int) -> None:
    """One more post of the week in each look that could show it: no red that was not, and no pass lost."""
    post = Post(id=7000, at=day(hour), url="https://t.me/perviy_rayon/7000", sketch="another")
    shows = {n for n, look in enumerate(world.looks) if look.posts and look.taken_at > post.at}
    told = tuple(
        look.model_copy(update={"posts": (*look.posts, post)}) if n in shows else look
        for n, look in enumerate(world.looks)
    )
    checks = ("posts_per_week", "longest_silence")
    before, after = world.findings(), replace(world, looks=told).findings()
    assert red(after, *checks) <= red(before)
    assert green(before, *checks) <= green(after, *checks)


@given(worlds())
def test_nothing_of_the_practice_fails_without_a_look_in_time_at_his_own_week(world: World) -> None:
    """From the week's end to 14 days after it, of a page that could be read, by one who held the office before it."""
    if red(world.findings(), *PRACTICE):
        assert world.since not in {"2026-11", "2026-11-17"}
        assert [look for look in world.looks if look.exists and WEEK.ends <= look.taken_at <= later(days=14)]


@given(worlds())
def test_the_same_world_seen_twice_gives_the_same(world: World) -> None:
    """Every look made again a minute later: value for value."""
    again = [
        weighed(look.model_copy(update={"taken_at": at}), run=run)
        for run, look in enumerate(world.looks, start=11)
        if (at := look.taken_at + timedelta(minutes=1)) <= world.as_of
    ]
    edges = {WEEK.starts, WEEK.ends, later(days=14)}
    if any(row.snapshot.taken_at - timedelta(minutes=1) in edges for row in again):
        return
    assert [_told(finding) for finding in world.findings(*again)] == [_told(finding) for finding in world.findings()]


def _told(finding: Finding[Any]) -> tuple[Any, ...]:
    return finding.check, finding.account, finding.outcome, finding.cause, finding.values_to_json()
