"""Posts and silence, and what excuses a silent page, by the text of section 5.

Each test quotes the sentence that decides it. The checks' own code was not read for them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.base.snapshot import Network, Post, Route, Snapshot, Weight
from auditor.base.weeks import Week
from auditor.language.sketch import post_digest
from tests.cases import NOW, TOMSK, WEEK, account, day
from tests.fairness.holders_and_pages import DIRECTIVE, POSTS, RED, SILENCE, judged
from tests.fairness.talk import LONG_AGO, channel, post, profile
from tests.rules import rule_rows
from tests.rules.rule_rows import (
    BOTH,
    PRACTICE,
    confirmed,
    elsewhere,
    exactly,
    fresh,
    in_office,
    later,
    stale,
    vk_page,
    weighed,
)

COUNTS = (POSTS, SILENCE)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
RULES = settings(max_examples=80, deadline=None)
VK = in_office(vk_page())


def at(*hours: float, first: int = 1, **fields: Any) -> tuple[Post, ...]:
    """Return posts at these hours of the week."""
    return tuple(post(first + n, hours=h, **fields) for n, h in enumerate(hours))


def captions(*has_media: bool | None, five: bool | None = False, text: str = "С праздником!") -> tuple[Post, ...]:
    """Return posts of one caption, an hour apart, each with a picture or without, or not recorded."""
    facts = {"sketch": post_digest(text), "has_five_words": five}
    return tuple(post(n, hours=n, has_media=media, **facts) for n, media in enumerate(has_media, start=1))


def community(*page_posts: Post, others: Sequence[float] | None = (), **fields: Any) -> Snapshot:
    """Return a look at a community on whose wall somebody else wrote at the hours `others`."""
    moments = None if others is None else tuple(day(hours) for hours in others)
    return profile(*page_posts, kind="community", id=-77, unattributed=moments, **fields)


# Which posts count ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "reposts", "verdict"), [(3, 0, "passed"), (2, 0, "failed"), (2, 9, "failed")])
def test_own_posts_are_counted_and_bare_reposts_apart(count: int, reposts: int, verdict: str) -> None:
    """«Own posts … and bare reposts counted apart»: reposts make up for no own post."""
    shown = (*at(*range(count)), *at(*range(50, 50 + reposts), first=50, repost=True))
    finding = judged(POSTS, [in_office()], channel(*shown))
    values = {name: finding.values[name] for name in ("posts", "reposts", "distinct")}
    assert (finding.verdict, values) == (verdict, {"posts": count, "reposts": reposts, "distinct": count})


BORDERS = [(0, 1), (-1 / 3600, 0), (168 - 1 / 3600, 1), (168, 0)]


@pytest.mark.parametrize(("hour", "count"), BORDERS)
def test_a_post_on_the_border_belongs_to_the_week_that_begins(hour: float, count: int) -> None:
    """«A moment on the border belongs to the week that begins.»"""
    assert judged(POSTS, [in_office()], channel(*at(hour))).values["posts"] == count


COPIES = [
    ("Открыли мост", "открыли МОСТ! https://vk.com/wall5_1 🎉", 10, 1),
    ("Открыли мост", "Открыли мост", 72, 1),
    ("Открыли мост", "Открыли мост", 72.01, 2),
    ("Открыли мост", "Открыли школу", 1, 2),
    ("🎉", "🎉", 1, 2),
    ("", "", 1, 2),
]


@pytest.mark.parametrize(("first", "second", "hours", "distinct"), COPIES)
@pytest.mark.parametrize("networks", [1, 2])
def test_the_same_words_within_72_hours_of_the_first_are_one_post(
    first: str, second: str, hours: float, distinct: int, networks: int
) -> None:
    """«The same words (case, punctuation, links, smileys dropped; none: never the same) within `same_text_hours`»"""
    facts = {"has_five_words": False}
    posts = (
        post(1, hours=1, sketch=post_digest(first), **facts),
        post(2, hours=1 + hours, sketch=post_digest(second), **facts),
    )
    looks = [channel(*posts)] if networks == 1 else [channel(posts[0]), profile(posts[1])]
    finding = judged(POSTS, [in_office(*BOTH[:networks])], *looks)
    assert (finding.values["posts"], finding.values["distinct"]) == (2, distinct)


CAPTIONS = {
    "three pictures under one caption": (captions(True, True, True), 3, "passed"),
    "the same five words under them": (captions(True, True, True, five=True), 1, "failed"),
    "the same words without a picture": (captions(False, False, False), 1, "failed"),
    "one of two has a picture": (captions(True, False), 1, "failed"),
}


@pytest.mark.parametrize(("shown", "distinct", "verdict"), CAPTIONS.values(), ids=CAPTIONS.keys())
def test_one_caption_may_stand_under_many_pictures(shown: tuple[Post, ...], distinct: int, verdict: str) -> None:
    """«Two of one network that both bear a photo, video or document … are the same only from five words on.»"""
    # item 23; 1.0.0: three pictures failed, distinct 1
    finding = judged(POSTS, [in_office()], channel(*shown))
    assert (finding.verdict, finding.values["distinct"]) == (verdict, distinct)


def test_a_picture_that_is_posted_on_two_networks_is_one_post() -> None:
    """It is said of «two of one network»; on another the same caption within 72 hours is a copy."""
    # item 23
    on_telegram, on_vk = captions(True, True)
    finding = judged(POSTS, [in_office(*BOTH)], channel(on_telegram), profile(on_vk))
    assert (finding.verdict, finding.values["distinct"]) == ("failed", 1)


UNRECORDED = {
    "pictures": captions(None, None, None),
    "five words": captions(True, True, True, five=None),
    "both": captions(None, None, None, five=None),
    "of one": captions(True, None, True),
}


@pytest.mark.parametrize("shown", UNRECORDED.values(), ids=UNRECORDED.keys())
def test_a_picture_that_was_not_recorded_makes_no_copy_to_fail_by(shown: tuple[Post, ...]) -> None:
    """«A look of an earlier version lacks what later ones record (a picture, …): nothing that needs it is `failed`.»"""
    # items 23, 36; 1.0.0: failed
    assert judged(POSTS, [in_office()], channel(*shown)).outcome in {"cantTell", "passed"}


@pytest.mark.parametrize("newer", [True, False])
def test_a_picture_that_any_look_recorded_is_known(newer: bool) -> None:
    """«For the person counts whatever was ever seen of [their] pages»: of two looks the one that recorded it tells."""
    # items 23, 36; 1.0.0: failed
    recorded = channel(*captions(True, True, True), at=NOW + (HOUR if newer else -HOUR))
    looks = (channel(*captions(None, None, None)), recorded)
    finding = judged(POSTS, [in_office()], *looks, as_of=later(days=3))
    assert (finding.verdict, finding.values["distinct"]) == ("passed", 3)


def test_too_few_posts_are_red_whatever_was_not_recorded_of_them() -> None:
    """Two posts are two at most: that needs no picture."""
    # item 36
    assert judged(POSTS, [in_office()], channel(*captions(None, None, five=None))).verdict == "failed"


FACT = st.sampled_from([None, True, False])
CAPTIONED = st.lists(st.tuples(st.integers(0, 160), st.sampled_from(["", "раз", "два"]), FACT, FACT), max_size=5)


@given(rows=CAPTIONED, filled=st.lists(st.booleans(), min_size=10, max_size=10))
@RULES
def test_failed_without_a_fact_is_failed_with_it_whatever_it_is(rows: Any, filled: list[bool]) -> None:
    """«What was not recorded is unknown»: a red holds however the unrecorded facts turn out."""
    # item 36
    complete, answer = [], iter(filled)
    for hour, text, *facts in rows:
        complete.append((hour, text, *(next(answer) if fact is None else fact for fact in facts)))
    first, second = (
        judged(
            POSTS,
            [in_office()],
            channel(
                *(
                    post(n, hours=h, sketch=post_digest(t), has_media=media, has_five_words=five)
                    for n, (h, t, media, five) in enumerate(of, start=1)
                )
            ),
        )
        for of in (rows, complete)
    )
    assert second.outcome == "failed" or first.outcome != "failed"


# What was read of a week ---------------------------------------------------------------------------------------------

READ = st.lists(st.tuples(st.integers(-24 * 30, 24 * 30), st.integers(1, 24 * 40)), min_size=1, max_size=4)
"""When looks were made, in hours of the week, and how many hours each reads back."""
WALL = st.lists(st.integers(-24 * 29, 24 * 30), max_size=7, unique=True)


def readings(wall: list[int], spans: list[tuple[int, int]]) -> list[Snapshot]:
    """Return looks at one wall that nobody changes, each of which reads back so far."""
    return [
        rule_rows.channel(
            *at(*(h for h in sorted(wall) if made - back <= h <= made), first=1000 + made),
            at=day(made),
            posts_since=day(made - back),
            unattributed=(),
        )
        for made, back in dict(spans).items()
    ]


def numbered(looks: list[Snapshot], wall: list[int]) -> list[Snapshot]:
    """Return the looks with each post under the same number in all of them."""
    number = {day(hour): n for n, hour in enumerate(sorted(wall), start=1)}

    def renumbered(page_post: Post) -> Post:
        return page_post.model_copy(
            update={"id": number[page_post.at], "url": f"https://t.me/p/{number[page_post.at]}"}
        )

    return [look.model_copy(update={"posts": tuple(map(renumbered, look.posts))}) for look in looks]


@given(wall=WALL, spans=READ)
@RULES
def test_red_and_green_are_true_of_the_wall_whatever_was_read_of_it(wall: list[int], spans: Any) -> None:
    """«Against [the holder] counts only what was seen whole, in time»; for the person whatever was ever seen."""
    looks = numbered(readings(wall, spans), wall)
    count = sum(0 <= hour < 168 for hour in wall)
    last = max((hour for hour in wall if hour < 168), default=None)
    for check, keeps in ((POSTS, count >= 3), (SILENCE, last is not None and (168 - last) // 24 <= 7)):
        outcome = judged(check, [in_office()], *looks, as_of=later(days=30)).outcome
        assert outcome != ("failed" if keeps else "passed")


@given(wall=WALL, spans=READ, left_out=st.integers(0, 3))
@RULES
def test_a_reading_less_of_one_wall_makes_nothing_red(wall: list[int], spans: Any, left_out: int) -> None:
    """What could not be told does not become a failure because less was seen."""
    looks = numbered(readings(wall, spans), wall)
    fewer = [look for n, look in enumerate(looks) if n != left_out]
    for check in COUNTS:
        without, whole = (judged(check, [in_office()], *of, as_of=later(days=30)).outcome for of in (fewer, looks))
        assert without != "failed" or whole == "failed"


CLOSING = [(23.99, "too_little_data"), (24, "failed")]


@pytest.mark.parametrize(("hours", "verdict"), CLOSING)
@pytest.mark.parametrize("check", COUNTS)
def test_before_a_week_is_closed_nothing_of_the_practice_fails(check: str, hours: float, verdict: str) -> None:
    """«A week is closed 24 h after its end; before that no practice check is `failed`», but `too_little_data`."""
    look = channel(*RED[check], at=WEEK.ends)
    assert judged(check, [in_office()], look, as_of=later(hours=hours)).verdict == verdict


def test_a_week_read_whole_is_judged_by_what_was_read() -> None:
    """«…Whatever becomes of the page later»: it is gone, or its posts are."""
    red, gone = profile(*at(1, 2)), profile(exists=False, cause="gone", at=later(days=5))
    assert judged(POSTS, [VK], red, gone, as_of=later(days=6)).verdict == "failed"
    enough, deleted = channel(*at(1, 2, 3)), channel(*at(1), at=later(days=5))
    assert judged(POSTS, [in_office()], enough, deleted, as_of=later(days=6)).verdict == "passed"


# An empty wall (item 6) ----------------------------------------------------------------------------------------------

EMPTY = rule_rows.profile(at=NOW, unattributed=())
SHOWN = rule_rows.profile(*at(-24 * 20, -24 * 10), at=day(-24 * 5), unattributed=())


@pytest.mark.parametrize("check", COUNTS)
def test_a_wall_that_is_empty_beside_an_earlier_look_is_not_believed(check: str) -> None:
    """«A wall that is empty beside a counter or an earlier look that shows posts … The cause is `contradiction`.»"""
    assert judged(check, [VK], SHOWN, EMPTY).verdict == "contradiction"


@pytest.mark.parametrize("check", COUNTS)
def test_nor_beside_a_later_look_that_shows_older_posts(check: str) -> None:
    """«Against [the holder] counts only what was seen whole»: the later look shows that the first one was not."""
    since = rule_rows.profile(*at(-24 * 20), at=later(days=20), unattributed=())
    assert judged(check, [VK], EMPTY, since, as_of=later(days=21)).outcome == "cantTell"


# Others on a community's wall ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", COUNTS)
def test_what_others_wrote_on_a_communitys_wall_may_be_the_holders_own(check: str) -> None:
    """«Without such an id too few posts, and silence, are `cantTell` (`unproved_identity`).»"""
    # item 28; 1.0.0: failed
    assert judged(check, [VK], community(*RED[check], others=[100])).verdict == "unproved_identity"
    assert judged(check, [VK], community(*RED[check], others=[])).verdict == "failed"
    assert judged(check, [VK], community(*at(1, 20, 100), others=[101])).verdict == "passed"


@pytest.mark.parametrize("check", COUNTS)
def test_what_was_not_recorded_of_a_communitys_wall_is_not_red(check: str) -> None:
    """«A look of an earlier version lacks what later ones record (…, who else wrote, …).»"""
    # items 28, 36; 1.0.0: failed
    assert judged(check, [VK], community(*RED[check], others=None)).outcome == "cantTell"
    assert judged(check, [VK], community(*at(1, 20, 100), others=None)).verdict == "passed"


def test_who_wrote_before_the_week_or_before_the_last_own_post_changes_nothing() -> None:
    """«Where somebody else wrote on a VK wall in that time»: the week's, or that of the silence."""
    # item 28
    assert judged(POSTS, [VK], community(*at(1, 2), others=[-1, 169])).verdict == "failed"
    silent = community(*at(-24 * 10), others=[-24 * 10 - 1])
    assert judged(SILENCE, [VK], silent).verdict == "failed"


def test_what_others_wrote_on_one_wall_is_said_of_the_person() -> None:
    """All pages are judged as one: what may be their own on VK may be the third post of the week."""
    # item 28; 1.0.0: failed
    people = [in_office(*BOTH)]
    assert judged(POSTS, people, channel(*at(1)), community(*at(2), others=[50])).verdict == "unproved_identity"


@pytest.mark.parametrize("check", COUNTS)
@pytest.mark.parametrize("weight", [Weight.FULL, Weight.FAVOURABLE_ONLY])
def test_who_else_wrote_is_learnt_from_any_look(check: str, weight: Weight) -> None:
    """«For the person counts whatever was ever seen of [their] pages»: somebody's post that was deleted since."""
    # item 28; 1.0.0: failed
    earlier = weighed(community(*RED[check], others=[100], at=day(120)), weight)
    assert judged(check, [VK], earlier, community(*RED[check], others=[])).outcome == "cantTell"


def test_of_a_stretch_that_only_an_earlier_version_read_nobody_knows_who_else_wrote() -> None:
    """«What was not recorded is unknown»: the newer look does not reach back to the week's beginning."""
    # items 28, 36; 1.0.0: failed
    first = community(*at(1), others=None, at=day(60))
    second = community(*at(100, first=2), others=[], posts_since=day(50))
    assert judged(POSTS, [VK], first, second).outcome == "cantTell"


COMMUNITY = {"network": Network.VK, "route": Route.VK, "url": "https://vk.com/perviy", "kind": "community", "id": -77}
OTHERS = st.none() | st.lists(st.integers(-24 * 25, 200), max_size=1)
AT_A_COMMUNITY = st.dictionaries(
    st.integers(-24 * 25, 24 * 20),
    st.tuples(st.integers(24, 24 * 40), OTHERS, st.sampled_from([Weight.FULL, Weight.FAVOURABLE_ONLY])),
    min_size=1,
    max_size=3,
)
"""By the hour of each look: how far it reads back, when it shows that others wrote, and what it weighs."""


@given(wall=WALL, looks=AT_A_COMMUNITY)
@RULES
def test_red_takes_looks_that_recorded_who_else_wrote_wherever_somebody_may_have(wall: list[int], looks: Any) -> None:
    """«What was not recorded is unknown»: each hour held against them was read by a trusted look that records."""
    # items 28, 36
    stored = []
    for look in numbered(readings(wall, [(made, back) for made, (back, _, _) in looks.items()]), wall):
        made = round((look.taken_at - WEEK.starts) / HOUR)
        _, others, weight = looks[made]
        moments = None if others is None else tuple(day(hour) for hour in others if hour <= made)
        stored.append(weighed(look.model_copy(update=COMMUNITY | {"unattributed": moments}), weight))
    recorded = [
        range(made - back, made + 1)
        for made, (back, others, weight) in looks.items()
        if others is not None and weight is Weight.FULL
    ]
    last = max((hour for hour in wall if hour < 168), default=-24 * 40)
    for check, since in ((POSTS, 0), (SILENCE, last)):
        if judged(check, [VK], *stored, as_of=later(days=30)).outcome == "failed":
            assert all(any(hour in span for span in recorded) for hour in range(since, 169))


# Silence ------------------------------------------------------------------------------------------------------------

GAPS = [(0, 7, "passed"), (-24 + 1 / 3600, 7, "passed"), (-24, 8, "failed"), (-24 * 10, 17, "failed")]


@pytest.mark.parametrize(("hour", "days", "verdict"), GAPS)
@pytest.mark.parametrize("repost", [False, True])
def test_silence_fails_from_the_eighth_whole_day_on(hour: float, days: int, verdict: str, repost: bool) -> None:
    """«Whole days from the last post or repost … It fails each week at whose end it is more than `silence_days`.»"""
    finding = judged(SILENCE, [in_office()], channel(*at(hour, repost=repost)))
    assert (finding.verdict, finding.values["days_since_last"]) == (verdict, days)


def test_who_never_wrote_is_silent_from_the_first_day_with_a_page() -> None:
    """«(None: from [the] first day with a page)»: from its opening, or from taking office if that is later."""
    bare = rule_rows.channel(unattributed=(), **exactly("2026-08-01T12:00"))
    for since, days in (("2019-09", 113), ("2026-11-10", 13)):
        finding = judged(SILENCE, [in_office(since=since)], bare)
        assert (finding.verdict, finding.values["days_since_last"]) == ("failed", days)


@pytest.mark.parametrize("check", COUNTS)
def test_an_empty_page_that_nothing_dates_was_not_there_before_the_week(check: str) -> None:
    """«Against [the holder] counts only … a page … that was there before the week»: since when, nobody knows."""
    undated = {"opened_at": None, "opened_precision": None, "traces": ()}
    bare = rule_rows.channel(unattributed=(), **undated)
    assert judged(check, [in_office(fresh(account()))], bare).outcome != "failed"


def test_in_an_open_week_silence_is_counted_to_the_audits_moment() -> None:
    """«To the week's end (or `--as-of`, if earlier)», and it is not red yet."""
    look = channel(*at(-24 * 9), at=day(60))
    finding = judged(SILENCE, [in_office()], look, as_of=day(60))
    assert (finding.verdict, finding.values["days_since_last"]) == ("too_little_data", 11)


def test_a_copy_of_the_same_words_breaks_a_silence() -> None:
    """The same words once are said of the count alone; silence ends with «the last post or repost»."""
    words = {"sketch": post_digest("Приём граждан"), "has_five_words": False}
    finding = judged(SILENCE, [in_office()], channel(post(1, hours=-20, **words), post(2, hours=40, **words)))
    assert (finding.verdict, finding.values["days_since_last"]) == ("passed", 5)


# A page that moves ---------------------------------------------------------------------------------------------------

ON_MAX = elsewhere().model_copy(update={"url": "https://max.ru/imyarek"})


def moved(days: float, to: str | None = "max", **fields: Any) -> Post:
    """Return an own post, so many days before the week's end, by which the page itself moves."""
    return post(50, hours=168 - 24 * days, moved=True, moved_to=to, **fields)


def with_pages(*listed: Any) -> Any:
    """Return a holder since 2019 with these pages on record."""
    return in_office().model_copy(update={"listed": list(listed)})


MOVES = {
    "30 days ago": ([moved(30.5)], (), "inapplicable"),
    "31 days ago": ([moved(31.5)], (), "failed"),
    "posted since": ([moved(20), post(60, hours=-24 * 4)], (), "failed"),
    "reposted since": ([moved(20), post(60, hours=-24 * 4, repost=True)], (), "inapplicable"),
    "for good, to MAX on record": ([moved(100)], (ON_MAX,), "inapplicable"),
    "another page is on record": ([moved(100)], (elsewhere(),), "cantTell"),
}


@pytest.mark.parametrize(("page_posts", "more", "outcome"), MOVES.values(), ids=MOVES.keys())
def test_a_page_that_moves_is_excused_for_thirty_days_and_for_good_once_the_new_one_is_on_record(
    page_posts: list[Post], more: tuple[Any, ...], outcome: str
) -> None:
    """«…Is excused (`inapplicable`, with the post) for `moved_days` (30) from that post, and for good once the new…»"""
    look = rule_rows.profile(*at(-24 * 120, first=900), *page_posts, unattributed=())
    assert judged(SILENCE, [with_pages(vk_page(), *more)], look).outcome == outcome


def test_a_move_to_a_neutral_network_excuses_for_thirty_days_alone() -> None:
    """«…And for good once the new page, on a network that is not neutral, is on record.»"""
    people = [in_office(*BOTH)]
    for days, outcome in ((20, "inapplicable"), (50, "failed")):
        look = rule_rows.profile(*at(-24 * 120, first=900), moved(days, "telegram"), unattributed=())
        assert judged(SILENCE, people, look, channel(), neutral=True).outcome == outcome


# A neutral network ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", PRACTICE)
def test_nothing_of_the_practice_fails_by_a_neutral_network(check: str) -> None:
    """«No practice check and no `account_exists` is `failed` by it but `inapplicable` with the source.»"""
    assert judged(check, [in_office()], channel(*RED[check]), neutral=True).verdict == "inapplicable"
    gone = (channel(at=WEEK.starts), channel(exists=False, at=day(50)))
    assert judged("account_exists", [in_office()], *gone, neutral=True).verdict == "inapplicable"


@pytest.mark.parametrize("check", COUNTS)
def test_the_person_is_judged_over_the_other_networks(check: str) -> None:
    """«The person is judged over the others»; what is seen on the neutral one still counts for them."""
    people = [in_office(*BOTH)]
    assert judged(check, people, channel(*RED[check]), profile(), neutral=True).verdict == "failed"
    assert judged(check, people, channel(*at(1, 40, 80)), profile(), neutral=True).verdict == "passed"


@pytest.mark.parametrize(("week", "verdict"), [((2025, 21), "failed"), ((2025, 22), "inapplicable")])
def test_a_network_is_neutral_from_its_day_on(week: tuple[int, int], verdict: str) -> None:
    """«A network that the directive calls neutral from a day on (Telegram since 01.06.2025)», a Sunday."""
    judged_week = Week(*week, TOMSK)
    moment: datetime = judged_week.ends + timedelta(hours=36)
    look = rule_rows.channel(*at(-24 * 800), at=moment, unattributed=())
    holder = in_office(confirmed(account(), "2025-01-10"), known_as_of="2025-05-01")
    assert judged(POSTS, [holder], look, neutral=True, week=judged_week, as_of=moment).verdict == verdict


def test_a_neutral_network_still_dates_the_opening() -> None:
    """It is said of «no practice check and no `account_exists`»: a late opening of 2023 is late."""
    look = channel(**exactly("2023-02-14T12:00"))
    assert judged(DIRECTIVE, [in_office()], look, neutral=True).verdict == "failed"


# A page that may not be held against them ----------------------------------------------------------------------------


@pytest.mark.parametrize("check", COUNTS)
def test_a_page_on_an_old_confirmation_counts_for_the_holder_alone(check: str) -> None:
    """«…On a page whose confirmation is valid»: green by it, never red by it."""
    people = [in_office(stale(account()))]
    assert judged(check, people, channel(*at(1, 40, 80))).verdict == "passed"
    assert judged(check, people, channel(*RED[check])).verdict == "stale"


@pytest.mark.parametrize("check", COUNTS)
def test_a_page_that_is_not_on_the_first_network_may_be_the_one_that_is_kept(check: str) -> None:
    """«One personal account on any network satisfies it», and all are judged as one."""
    people = [in_office(*BOTH)]
    assert judged(check, people, channel(LONG_AGO), profile(*at(1, 40, 80))).verdict == "passed"
    half = judged(POSTS, people, channel(*at(1, 2)), profile(*at(40)))
    assert (half.verdict, half.values["posts"]) == ("passed", 3)
