"""How many posts of their own in the week?"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from auditor.base.snapshot import Cause, EvidenceKind, Network, Outcome, Post, Snapshot
from auditor.base.text import N_, NN_, Sentence, Text
from auditor.checks.case import Case, Obstacle, Sight, obstacle_among
from auditor.checks.check import Check, SeenTwice, blocked, found, person_and_pages
from auditor.checks.finding import SIGNS, Advised, Cell, Column, Finding, Is, Place, cause_words
from auditor.registry.models import PolicyValue

_SAME_WITHIN = timedelta(hours=72)
"""The same text on VK and Telegram within this time is one publication of the person (DESIGN.md section 5)."""
_COUNTED = Sentence("posts_per_week.counted", N_("Posts in the week: {posts}; reposts: {reposts}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Posts(SeenTwice):
    """The posts of one week."""

    posts: Annotated[int | None, Is("posts", "own posts over all pages, a copy on the other network counted too")] = (
        None
    )
    reposts: Annotated[int | None, Is("posts", "reposts over all pages")] = None
    distinct: Annotated[int | None, Is("posts", "own posts, one text on two networks counted once")] = None


def _judge(case: Case) -> Iterator[Finding[Posts]]:
    yield from person_and_pages(CHECK, case, _finding)


def _finding(case: Case, sights: Sequence[Sight], about: Sight | None) -> Finding[Posts]:
    """Judge by distinct publications; enough on what was seen is enough, too few needs all seen."""
    obstacle = obstacle_among(sights, case)
    seen = [s.current for s in sights if s.current is not None and s.posts_obstacle(case) is None]
    distinct = distinct_in(seen, case.week.starts, case.horizon)
    least = case.value("posts_per_week")
    if obstacle is not None and (not seen or distinct < least):
        return blocked(CHECK, case, obstacle, sight=about)
    posts = sum(len(_own(s, case.week.starts, case.horizon)) for s in seen)
    shared = sum(len(_reposts(s, case.week.starts, case.horizon)) for s in seen)
    values = Posts(posts=posts, reposts=shared, distinct=distinct)
    if distinct < least and not case.week_over:
        return blocked(CHECK, case, Obstacle(Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA), sight=about, values=values)
    return found(
        CHECK,
        case,
        Outcome.PASSED if distinct >= least else Outcome.FAILED,
        _COUNTED.say(posts=distinct, reposts=shared),
        values=values,
        threshold=least,
        sights=sights,
        kinds=(EvidenceKind.POSTS,),
        about=about,
    )


# Counting ---------------------------------------------------------------------------------------------------------


def _own(snapshot: Snapshot, start: datetime, end: datetime) -> tuple[Post, ...]:
    return tuple(p for p in snapshot.posts_between(start, end) if not p.repost)


def _reposts(snapshot: Snapshot, start: datetime, end: datetime) -> tuple[Post, ...]:
    return tuple(p for p in snapshot.posts_between(start, end) if p.repost)


@dataclass(slots=True)
class _Publication:
    at: datetime
    networks: set[Network]


def distinct_in(snapshots: Iterable[Snapshot], start: datetime, end: datetime) -> int:
    """Count the person's publications of ``start <= at < end`` over several accounts.

    A post joins an earlier one of the same text on *another* network within 72 h; the same text twice on one
    network is two. A publication belongs to the time of its first post, so a copy of last week's post made on
    Monday does not count again.
    """
    posts = sorted(
        ((p.at, s.network, p) for s in snapshots for p in _own(s, start - _SAME_WITHIN, end)),
        key=lambda row: (row[0], row[1], row[2].id),
    )
    known: dict[str, list[_Publication]] = {}
    firsts: list[datetime] = []
    for at, network, post in posts:
        same = known.setdefault(post.text_key, []) if post.text_key else []
        earlier = next((p for p in same if network not in p.networks and at - p.at <= _SAME_WITHIN), None)
        if earlier is not None:
            earlier.networks.add(network)
            continue
        same.append(_Publication(at, {network}))
        firsts.append(at)
    return sum(at >= start for at in firsts)


# What readers are shown -------------------------------------------------------------------------------------------


def _threshold(value: PolicyValue) -> Text:
    assert isinstance(value.value, int)
    return Text(N_("at least {least} a week"), {"least": value.value})


def _cell(finding: Finding[Posts]) -> Cell | None:
    distinct, reposts = finding.values.distinct, finding.values.reposts
    if distinct is None:
        return None
    one, many = NN_("{n} repost", "{n} reposts")
    quiet = Text(one, {"n": reposts}, many, reposts) if reposts else None
    return Cell(
        SIGNS[finding.outcome],
        strong=distinct,
        quiet=cause_words(finding) or quiet,
        key=distinct,
    )


def _advice(advised: Advised[Posts]) -> Iterator[Text]:
    finding = advised.finding
    if finding.outcome is Outcome.FAILED:
        yield Text(
            N_("On practice: {n} posts in the week, the benchmark is at least {least}."),
            {"n": finding.values.distinct, "least": _least(finding)},
        )


def _post(findings: Sequence[Finding[Posts]]) -> Text | None:
    told = [f for f in findings if f.outcome in {Outcome.PASSED, Outcome.FAILED}]
    least = _least(told[0]) if told else None
    if least is None:
        return None
    few = sum(f.outcome is Outcome.FAILED for f in told)
    sentence = N_("fewer than {least} posts in the week: {n} of {total} whose pages could be seen")
    return Text(sentence, {"least": least, "n": few, "total": len(told)})


def _least(finding: Finding[Posts]) -> int | None:
    return finding.threshold if isinstance(finding.threshold, int) else None


def _past(finding: Finding[Posts]) -> Mapping[str, int | None]:
    """Keep what was judged; a week whose posts were not all seen has no number."""
    values = finding.values
    if finding.outcome not in {Outcome.PASSED, Outcome.FAILED}:
        return {}
    return {"posts": values.posts if values.distinct is None else values.distinct, "reposts": values.reposts}


CHECK = Check(
    name="posts_per_week",
    order=4,
    place=Place.PRACTICE,
    title=N_("Posts in the week"),
    passed=N_("As many posts as the benchmark, or more"),
    failed=N_("Fewer posts than the benchmark"),
    question=N_("How many posts of their own were there in the week?"),
    method=N_(
        "Own posts are counted; reposts are shown apart. Service messages and advertisements are left out, an album is "
        "one post, a pinned older post does not count again. The same text on VK and Telegram within 72 hours is one "
        "publication of the person."
    ),
    values=Posts,
    judge=_judge,
    policy_key="posts_per_week",
    policy_title=N_("Posts in a week, at least"),
    threshold=_threshold,
    cell=_cell,
    share=13,
    columns=(
        Column(N_("Own posts"), 12, lambda finding: finding.values.distinct),
        Column(N_("Reposts"), 10, lambda finding: finding.values.reposts),
    ),
    standing=N_("Posts: in words"),
    advice=_advice,
    post=_post,
    unrecognised=EvidenceKind.POSTS,
    past=_past,
)
