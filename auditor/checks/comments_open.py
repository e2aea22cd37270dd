"""Can people comment under the week's posts?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from auditor.base.snapshot import Cause, CommentsState, EvidenceKind, Outcome, Post
from auditor.base.text import N_, Sentence, Text
from auditor.checks.case import Case, Obstacle, Sight, evidence_of, obstacle_among
from auditor.checks.check import Check, SeenTwice, blocked, person_and_pages
from auditor.checks.finding import Advised, Cell, Column, Finding, Is, Place, Sign

_NOT_ASKED = Sentence("comments_open.not_asked", N_("The policy does not ask for it"))
_CLOSED = Sentence("comments_open.closed", N_("Comments closed under {closed} of {all} posts"))
_NO_POSTS = Sentence("comments_open.no_posts", N_("No posts of the week can be seen"))
_ALL_CLOSED = Sentence(
    "comments_open.all_closed",
    N_("Comments closed under all {closed} posts of which it could be seen; posts in the week: {all}"),
)
_SOME_CLOSED = Sentence(
    "comments_open.some_closed",
    N_("Comments closed under {closed} of {known} posts of which it could be seen; posts in the week: {all}"),
)
_KNOWN_OPEN = Sentence(
    "comments_open.known_open",
    N_("Comments open under all {open} posts of which it could be seen; posts in the week: {all}"),
)
_BEFORE = {
    "comments_open.open": Sentence("comments_open.open", N_("Comments open under all posts of the week: {open}"))
}
"""What documents before version 0.3.0 say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Openness(SeenTwice):
    """The week's posts and reposts by whether people can comment under them."""

    open: Annotated[int | None, Is("posts", "open to comments")] = None
    closed: Annotated[int | None, Is("posts", "closed to comments")] = None
    unseen: Annotated[int | None, Is("posts", "of which that could not be seen")] = None


def _judge(case: Case) -> Iterator[Finding[Openness]]:
    yield from person_and_pages(CHECK, case, _finding)


def _finding(case: Case, sights: Sequence[Sight], about: Sight | None) -> Finding[Openness]:
    rows = [(sight, post) for sight in sights for post in _posts(case, sight)]
    states = [_state(case, sight, post) for sight, post in rows]
    opened, closed = states.count(CommentsState.OPEN), states.count(CommentsState.CLOSED)
    values = Openness(open=opened, closed=closed, unseen=len(rows) - opened - closed)
    if not case.value("comments_open"):
        left_alone = blocked(CHECK, case, Obstacle(Outcome.INAPPLICABLE), sight=about, values=values)
        return replace(left_alone, message=_NOT_ASKED.say())
    obstacle = _obstacle(case, sights, rows, values)
    if obstacle is not None:
        return blocked(CHECK, case, obstacle, sight=about, values=values if rows else None)
    proved = all(sight.threads_work for sight, _ in rows)
    outcome, cause = _verdict(values, proved=proved)
    return CHECK.finding(
        case,
        outcome,
        _said(values),
        values,
        about=about,
        cause=cause,
        threshold=case.value("comments_open"),
        evidence=evidence_of(sights, EvidenceKind.COMMENTS, EvidenceKind.POSTS),
    )


def _posts(case: Case, sight: Sight) -> tuple[Post, ...]:
    """Return the week's posts and reposts of a page that any look saw."""
    return sight.posts_between(case.week.starts, case.horizon)


def _state(case: Case, sight: Sight, post: Post) -> CommentsState:
    """Say whether people could comment under a post in its week: a comment of that week shows that they could.

    Today's state of a week long past tells nothing of it.
    """
    shown = (p for look in (*sight.looks, *sight.glimpses) for p in look.posts if p.id == post.id)
    if any(case.week.starts <= c.at < case.horizon for p in (post, *shown) for c in p.comments):
        return CommentsState.OPEN
    if sight.late:
        return CommentsState.UNKNOWN
    if post.comments_state is CommentsState.OPEN or _glimpsed_open(case, sight, post):
        return CommentsState.OPEN
    return _seen_in_time(case, sight, post)


def _glimpsed_open(case: Case, sight: Sight, post: Post) -> bool:
    """Tell whether a look in time whose control failed saw a thread open, and none later saw it closed."""
    closed = post.comments_state is CommentsState.CLOSED
    in_time = (look for look in sight.glimpses if look.taken_at <= case.late_after)
    glimpses = sight.doubted_since(case) if closed else in_time
    return any(p.comments_state is CommentsState.OPEN for look in glimpses for p in look.posts if p.id == post.id)


def _seen_in_time(case: Case, sight: Sight, post: Post) -> CommentsState:
    """Return what the looks of the week showed of a post that the last does not show open.

    Closed before the week's end tells nothing: the holder could still open it. Looks that say both are not believed,
    unless the last of them says that it is closed since.
    """
    seen = [(look, p.comments_state) for look in sight.looks for p in look.posts if p.id == post.id]
    states = {state for _, state in seen} - {CommentsState.UNKNOWN}
    if any(state is CommentsState.CLOSED and case.fresh(look.taken_at) for look, state in seen):
        closed_since = post.comments_state is CommentsState.CLOSED or states == {CommentsState.CLOSED}
        return CommentsState.CLOSED if closed_since else CommentsState.UNKNOWN
    return CommentsState.OPEN if states == {CommentsState.OPEN} else CommentsState.UNKNOWN


def _obstacle(
    case: Case, sights: Sequence[Sight], rows: Sequence[tuple[Sight, Post]], values: Openness
) -> Obstacle | None:
    """Return why it cannot be judged, or None: a page that was not seen does not matter beside comments that are open.

    None known: for the reason that is known of a post; `seen_late` where some were closed in a late look.
    """
    known = bool(values.open or values.closed)
    obstacle = obstacle_among(sights, case, even_late=True)
    if obstacle is not None and not (values.open and not values.closed):
        return obstacle
    if not rows and any(sight.late for sight in sights):
        return Obstacle(Outcome.CANT_TELL, Cause.SEEN_LATE)
    if known or not rows:
        return None
    if any(post.comments_state is CommentsState.CLOSED for _, post in rows):
        return Obstacle(Outcome.CANT_TELL, Cause.SEEN_LATE)
    cause = next((p.comments_cause for _, p in rows if p.comments_cause), Cause.TOO_LITTLE_DATA)
    late = cause is Cause.TOO_LITTLE_DATA and any(sight.late for sight, _ in rows)
    return Obstacle(Outcome.CANT_TELL, Cause.SEEN_LATE if late else cause)


def _verdict(values: Openness, *, proved: bool) -> tuple[Outcome, Cause | None]:
    """Judge by the posts of which it is known; `proved`: the run saw threads of these routes work elsewhere."""
    opened, closed, unseen = values.open or 0, values.closed or 0, values.unseen or 0
    if not opened + closed + unseen:
        return Outcome.INAPPLICABLE, None
    if not closed:
        return Outcome.PASSED, None
    if not opened and closed >= _LEAST and closed >= unseen and proved:
        return Outcome.FAILED, None
    return Outcome.CANT_TELL, Cause.NO_THRESHOLD


_LEAST = 2
"""Posts of which it must be known that comments are closed, and half of all (DESIGN.md section 5)."""


def _said(values: Openness) -> Text:
    opened, closed = values.open or 0, values.closed or 0
    posts = opened + closed + (values.unseen or 0)
    if not posts:
        return _NO_POSTS.say()
    if not closed:
        return _KNOWN_OPEN.say(open=opened, all=posts)
    if not opened:
        return _ALL_CLOSED.say(closed=closed, all=posts)
    return _SOME_CLOSED.say(closed=closed, known=opened + closed, all=posts)


# What readers are shown -------------------------------------------------------------------------------------------


def _cell(finding: Finding[Openness]) -> Cell | None:
    values = finding.values
    if finding.outcome is Outcome.INAPPLICABLE:
        return Cell(Sign.NOTHING, quiet=Text(N_("no posts seen"))) if values.open is not None else None
    if values.open is None or (finding.outcome is Outcome.CANT_TELL and finding.cause is not Cause.NO_THRESHOLD):
        return None
    total = values.open + (values.closed or 0) + (values.unseen or 0)
    if values.closed:
        said = Text(N_("closed: {n} of {total}"), {"n": values.closed, "total": total})
        return Cell(Sign.LOCK if finding.outcome is Outcome.FAILED else Sign.NONE, said, key=values.closed)
    return Cell(Sign.RING, Text(N_("open: {n} of {total}"), {"n": values.open, "total": total}), key=0)


def _advice(advised: Advised[Openness]) -> Iterator[Text]:
    if advised.finding.outcome is Outcome.FAILED:
        yield Text(N_("On practice: open comments under every post, so that people have where to ask."))


CHECK = Check(
    name="comments_open",
    order=6,
    place=Place.PRACTICE,
    title=N_("Comments open"),
    label=N_("Comments"),
    passed=N_("Comments are open under every post of the week of which it could be seen"),
    failed=N_("Comments are closed under every post of the week of which it could be seen"),
    question=N_("Can people comment under the week's posts?"),
    method=N_(
        "Each post and repost of the week is asked whether it can be commented. Where the network does not say, a "
        "citizen's comment shows that it is open; without one the post is left out as unseen. Red only where it is "
        "known of at least two posts and of half of them, all of these are closed, and the same run saw comments work "
        "elsewhere."
    ),
    values=Openness,
    judge=_judge,
    policy_key="comments_open",
    policy_title=N_("Comments open"),
    threshold=lambda _: Text(N_("open under every post")),
    cell=_cell,
    columns=(
        Column(N_("Posts with open comments"), 14, lambda finding: finding.values.open),
        Column(N_("Posts with closed comments"), 14, lambda finding: finding.values.closed),
        Column(N_("Posts where it could not be seen"), 14, lambda finding: finding.values.unseen),
    ),
    standing=N_("Comments: in words"),
    counted_under=frozenset(),
    advice=_advice,
)
