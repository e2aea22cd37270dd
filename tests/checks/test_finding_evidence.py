"""Which stored responses a finding cites, so that a reader can follow it back."""

from datetime import timedelta
from typing import Any

import pytest

from auditor.base.snapshot import Evidence, Network, Snapshot, Weight
from auditor.checks import catalogue
from auditor.checks.definition import Check
from auditor.registry.models import Basis
from tests.cases import NOW, account, case, day, judge, judge_office, posts, report, search
from tests.rules import rule_rows
from tests.rules.rule_rows import asked, exactly, in_office, not_later, post, vk_page, weighed

PROFILE, OPENING, POSTS, COMMENTS = ALL = ("profile", "opening", "posts", "comments")
DIRECTIVE = "opened_by_deadline"


def answers(name: str, *kinds: str) -> tuple[Evidence, ...]:
    """Return evidence entries ``name-1``, ``name-2``, … of these kinds."""
    common: dict[str, Any] = {"url": "https://t.me/perviy_rayon", "fetched_at": NOW, "status": 200}
    common |= dict.fromkeys(("sha256", "stored_sha256"), "0" * 64)
    return tuple(Evidence(id=f"{name}-{n}", kind=kind, **common) for n, kind in enumerate(kinds or ALL, start=1))


def channel(name: str = "tg", *kinds: str, page_posts: Any = (), **fields: Any) -> Snapshot:
    """Return a look at the channel with its evidence."""
    return rule_rows.channel(*page_posts, evidence=answers(name, *kinds), **fields)


def profile(*kinds: str, page_posts: Any = (), **fields: Any) -> Snapshot:
    """Return a look at the profile with its evidence."""
    return rule_rows.profile(*page_posts, evidence=answers("vk", *kinds), **fields)


def cited(check: str, *looks: Any) -> list[tuple[str, ...]]:
    """Return the evidence of each finding: the holder's, and then that of each page."""
    pages = [account(), vk_page()] if any(getattr(look, "network", "") == "vk" for look in looks) else [account()]
    return [finding.evidence for finding in judge(check, case([in_office(*pages)], *looks, as_of=day(168 + 60)))]


def dated(name: str, on: str, days: float = 0, *, exact: bool = True) -> Snapshot:
    """Return a look at the channel, `days` before the audit, that dates its opening."""
    return channel(name, OPENING, **(exactly if exact else not_later)(on), at=NOW - timedelta(days=days))


OPENINGS = {
    "its own answer": ([channel("tg", PROFILE, POSTS, OPENING, OPENING, POSTS, **exactly("2021-10-12"))], "tg-4"),
    "the last posts": ([channel("tg", PROFILE, POSTS, POSTS, COMMENTS, **not_later("2021-10-12"))], "tg-3"),
    "the earliest trace": (
        [
            dated("old", "2022-03-01", 20, exact=False),
            dated("mid", "2021-10-12", 10, exact=False),
            dated("new", "2022-04-01", exact=False),
        ],
        "mid-1",
    ),
    "the newest look": ([dated("old", "2021-10-12", 7), dated("new", "2021-10-12")], "new-1"),
    "in time": ([dated("tg", "2023-02-14"), profile(OPENING, **exactly("2018-01-01"))], "vk-1"),
    "late": ([dated("tg", "2023-02-14"), profile(OPENING, **exactly("2024-01-01"))], "tg-1"),
}


@pytest.mark.parametrize(("looks", "evidence_id"), OPENINGS.values(), ids=OPENINGS.keys())
def test_an_opening_cites_the_answer_that_dates_it(looks: list[Snapshot], evidence_id: str) -> None:
    """The one that was asked for it, else the last posts; each page's own finding cites its own."""
    office_evidence, *pages = cited(DIRECTIVE, *looks)
    assert office_evidence == (evidence_id,)
    assert len(pages) == 1 or pages == [("tg-1",), ("vk-1",)]


def test_a_report_and_a_search_are_their_own_source() -> None:
    """No stored answer stands behind them."""
    late = dated("tg", "2023-02-14", exact=False)
    finding = judge_office(DIRECTIVE, case([in_office(reports=[report(by="2022-05-26")])], late))
    assert (finding.outcome, finding.evidence, finding.values.source) == ("passed", (), "https://example.invalid/press")
    searched = in_office(searches=[search("2026-11-18")]).model_copy(update={"listed": []})
    assert judge_office(DIRECTIVE, case([searched])).evidence == ()


@pytest.mark.parametrize(
    ("check", "fields", "numbers"),
    [
        ("account_exists", {}, (1, 3)),
        ("account_exists", {"exists": False, "cause": "gone", "at": day(100)}, (1, 3)),
        ("register_link", {"subscribers": 10_001}, (1,)),
        ("account_confirmed", {}, ()),
    ],
)
def test_what_is_said_of_a_page_cites_the_answers_of_its_kind(check: str, fields: dict[str, Any], numbers) -> None:
    """Not the thread and not the oldest trace; a confirmation was made by a person."""
    ids = tuple(f"tg-{number}" for number in numbers)
    assert cited(check, channel(**fields)) == [ids, ids]


@pytest.mark.parametrize("check", [c.name for c in catalogue() if c.name not in {DIRECTIVE, "account_confirmed"}])
def test_what_could_not_be_seen_cites_what_came_instead(check: str) -> None:
    """Something that was stored, and only of this look."""
    office_evidence, page = cited(check, channel(exists=None, cause="blocked", id=None))
    assert {*office_evidence} | {*page} <= {"tg-1", "tg-2", "tg-3", "tg-4"}
    assert page


KINDS = {"posts_per_week": (2, 3), "longest_silence": (2, 3), "comments_open": (2, 3, 4), "comments_answered": (4,)}


@pytest.mark.parametrize("check", KINDS)
def test_the_practice_cites_the_answers_of_its_kind_of_every_page(check: str) -> None:
    """The person's finding those of all pages, a page's own finding its own."""
    page_posts, kinds = (*posts(-24 * 20, first_id=90), post(1, *asked(1))), (PROFILE, POSTS, POSTS, COMMENTS)
    of_tg, of_vk = (tuple(f"{name}-{number}" for number in KINDS[check]) for name in ("tg", "vk"))
    evidence = cited(check, channel("tg", *kinds, page_posts=page_posts), profile(*kinds, page_posts=page_posts))
    assert evidence == [of_tg + of_vk, of_tg, of_vk]


ANSWERED = post(1, *rule_rows.ANSWERED)
THREAD = {"hours": -24 * 5, "comments_count": 1}
ALONE = {
    "a thread left out since": (
        "comments_answered",
        [
            weighed(
                channel("other", COMMENTS, page_posts=[post(8, *asked(1, hours=-120), hours=-24 * 6)], at=day(-30))
            ),
            weighed(channel("read", COMMENTS, page_posts=[post(7, *asked(1, hours=-110), **THREAD)], at=day(-20))),
            weighed(channel("last", COMMENTS, page_posts=[post(7, comments_left=True, **THREAD)])),
        ],
        {"read-1", "last-1"},
    ),
    "a post": (
        "posts_per_week",
        [
            weighed(channel("first", POSTS, page_posts=posts(1, 20), at=day(30))),
            weighed(channel("last", POSTS, page_posts=posts(1))),
            weighed(channel("doubted", POSTS, page_posts=posts(90, first_id=7)), Weight.FAVOURABLE_ONLY),
        ],
        {"first-1", "last-1", "doubted-1"},
    ),
    "answers": (
        "comments_answered",
        [
            channel("first", COMMENTS, page_posts=[ANSWERED], at=day(100)),
            channel("last", COMMENTS, page_posts=[post(1)]),
        ],
        {"first-1", "last-1"},
    ),
}


@pytest.mark.parametrize(("check", "looks", "ids"), ALONE.values(), ids=ALONE.keys())
def test_a_finding_cites_the_look_that_alone_saw_what_it_counts(check: str, looks: list[Any], ids: set[str]) -> None:
    """It is deleted since, or a doubted look saw it, and the last look alone would not show it."""
    assert set(cited(check, *looks)[0]) == ids


@pytest.mark.parametrize("check", [check for check in catalogue() if check.threshold], ids=lambda check: check.name)
def test_a_finding_rests_on_what_its_threshold_rests_on(check: Check) -> None:
    """A norm, an analogue or a convention, as the policy says; the directive's check rests on the directive."""
    judged_case = case([in_office()], channel(page_posts=posts(1, 2, 3)))
    policy = judged_case.registry.policy
    for basis in Basis:
        changed_policy = {
            **policy,
            check.threshold.key: policy[check.threshold.key].model_copy(update={"basis": basis}),
        }
        book = judged_case.registry.model_copy(update={"policy": changed_policy})
        assert {finding.basis for finding in check.judge(rule_rows.replace(judged_case, registry=book))} == {
            check.own_basis or basis
        }


BLIND = {"exists": None, "cause": "blocked"}


@pytest.mark.parametrize("fields", [{}, BLIND, {"posts_cause": "throttled"}, {"cause": "private"}])
def test_a_finding_names_its_page_and_a_cause_with_cant_tell_alone(fields: dict[str, Any]) -> None:
    """By network and address; the person's names neither."""
    for check in catalogue():
        findings = judge(check.name, case([in_office(account(), vk_page())], channel(**fields), profile()))
        assert [(finding.network, finding.account) for finding in findings] == [
            (None, None),
            (Network.TELEGRAM, "https://t.me/perviy_rayon"),
            (Network.VK, "https://vk.com/perviy"),
        ]
        assert all((finding.cause is not None) == (finding.outcome == "cantTell") for finding in findings)


# What a lawyer could contest ------------------------------------------------------------------------------------------


def test_the_channels_own_date_is_cited_from_the_answer_that_has_it() -> None:
    """A page of the history does not contain it."""
    trace = rule_rows.dated("2023-02-14", kind="channel_date", precision="exact")
    (office_evidence, *_) = cited(DIRECTIVE, channel("tg", PROFILE, PROFILE, POSTS, **trace))
    assert office_evidence == ("tg-1", "tg-2")


@pytest.mark.parametrize("check", ["posts_per_week", "longest_silence"])
def test_a_look_that_was_kept_out_is_no_ground_of_a_count(check: str) -> None:
    """A block page beside a whole history proves nothing of the posts."""
    blocked = channel("no", POSTS, at=NOW - timedelta(hours=1), exists=None, id=None, cause="blocked", traces=())
    finding = judge_office(check, case([in_office()], weighed(blocked, run=1), weighed(channel("tg", POSTS), run=1)))
    assert (finding.outcome, finding.evidence) == ("failed", ("tg-1",))


def test_closed_comments_cite_the_looks_before_and_after() -> None:
    """That the page lets nobody comment was seen by both, and is the ground of the cell."""
    shut = {
        "page_comments": "closed",
        "page_posts": (post(1, comments_state="closed"), post(2, comments_state="closed")),
    }
    before = channel("old", PROFILE, page_comments="closed", at=day(-24))
    finding = judge_office("comments_open", case([in_office()], before, channel("new", PROFILE, POSTS, **shut)))
    assert finding.outcome == "failed"
    assert {"old-1", "new-1", "new-2"} <= {*finding.evidence}


def test_a_lateness_that_is_not_told_is_no_figure() -> None:
    """Telegram opened late, VK no later than a year after: nobody is said to be so many days late."""
    looks = dated("tg", "2022-07-01"), profile(OPENING, **not_later("2023-04-01"))
    finding = judge_office(DIRECTIVE, case([in_office(account(), vk_page())], *looks))
    assert (finding.outcome, finding.values.days_late) == ("cantTell", None)
