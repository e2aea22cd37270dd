"""From the archive to what a check is given: which snapshot shows this week, and which may be trusted.

With a signed-in client both it and the preview look at a Telegram channel. Existence and kind are the preview's
where it could be reached, the rest is the client's; where one saw nothing the other counts alone. What both saw must
agree: a disagreement is told with both values, and judged by neither. Only of a renamed channel the client alone
speaks: the preview knows names, and the name is not the channel's any more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from auditor.base.snapshot import Cause, CommentsState, Post, Precision, Route, Snapshot, StoredSnapshot
from auditor.base.weeks import Week
from auditor.checks.case import Case, Conflict, Sight
from auditor.registry.models import Account, Office, Registry, deadline_of, exemption_on, holder_on, vacancy_on
from auditor.registry.page_identity import confirmed_number

Seen = Mapping[str, Sequence[StoredSnapshot]]


def make_case(registry: Registry, office: Office, week: Week, as_of: datetime, seen: Seen) -> Case:
    """Put together what is known of `office` in `week` at `as_of`.

    Who holds the office in a week is who holds it at the week's end, or at `as_of` in an open week.
    """
    day = min(week.last_day, as_of.astimezone(registry.zone).date())
    holder = holder_on(office, day)
    vacancy = vacancy_on(office, day)
    personal = holder.judged_accounts if holder else ()
    institution = (*office.accounts, *(holder.institution_accounts if holder else ()))
    return Case(
        registry=registry,
        office=office,
        week=week,
        as_of=as_of,
        policy=registry.policy,
        holder=holder,
        vacancy=vacancy,
        exemption=exemption_on(holder, day) if holder else None,
        deadline=deadline_of(registry, holder, registry.policy["newcomer_days"].value) if holder else None,  # type: ignore[arg-type]  # the loader holds its type
        personal=_each_once([_sight(account, week, as_of, seen) for account in personal]),
        institution=_each_once([_sight(account, week, as_of, seen) for account in institution]),
    )


def _each_once(sights: Sequence[Sight]) -> tuple[Sight, ...]:
    """Leave out the old address of a page that is on record under its new one too: its posts count once."""
    numbers = {sight.account.url.url: sight.expected_id for sight in sights}

    def repeated(sight: Sight) -> bool:
        known = [s.renamed_to for s in sight.stored if s.id is not None and s.id == sight.expected_id]
        now = known[-1] if known else None
        return now in numbers and now != sight.account.url.url and numbers[now] in {None, sight.expected_id}

    return tuple(sight for sight in sights if not repeated(sight))


def _sight(account: Account, week: Week, as_of: datetime, seen: Seen) -> Sight:
    """Put together what every route has of one account, the preview and the signed-in client side by side."""
    rows = seen.get(account.url.url, ())
    mine = [row for row in rows if row.week == str(week)]
    routes = {route: _current([r for r in mine if r.snapshot.route is route], week, as_of) for route in Route}
    looks = [row for row in routes.values() if row is not None]
    believed = [row for row in looks if row.trusted or row.snapshot.exists is None]
    distrusted = (
        bool(looks) and not any(row.snapshot.exists is not None for row in believed) and len(believed) < len(looks)
    )
    chosen = {row.snapshot.route: row.snapshot for row in (looks if distrusted else believed)}
    view = merge(
        next((seen for route, seen in chosen.items() if not route.facts.signed_in), None),
        next((seen for route, seen in chosen.items() if route.facts.signed_in), None),
        week.starts,
        min(week.ends, as_of),
    )
    stored = _stored(rows)
    return Sight(
        account,
        view.snapshot if view else None,
        stored,
        expected_id=confirmed_number(account, stored, week.zone),
        distrusted=distrusted,
        routes={fact: route.value for fact, route in view.routes.items()} if view else {},
        threads_work=view is not None
        and any(row.threads_work and row.snapshot.route is view.routes["comments"] for row in looks),
        conflicts=view.conflicts if view else {},
    )


def _stored(rows: Sequence[StoredSnapshot]) -> tuple[Snapshot, ...]:
    """Return every trusted snapshot; without any, those that saw nothing, as a sign that there was a look."""
    trusted = tuple(row.snapshot for row in rows if row.trusted)
    return trusted or tuple(row.snapshot for row in rows if row.snapshot.exists is None)


def _current(rows: Sequence[StoredSnapshot], week: Week, as_of: datetime) -> StoredSnapshot | None:
    """Return one route's look that shows the whole week best; else its last look.

    A failed look does not push out a good one of the same week, nor one that could not read the posts a whole one:
    the earlier is not old, it shows the same days. That a page is gone, or another's, is newer than all of them.
    """
    whole = min(week.ends, as_of)
    good = [r for r in rows if r.trusted and r.snapshot.exists is not None and r.snapshot.taken_at >= whole]
    if good and good[-1].snapshot.exists and good[-1].snapshot.posts_cause is not Cause.GONE:
        good = [
            r for r in good if r.snapshot.exists and r.snapshot.posts_cause is None and r.snapshot.cause is None
        ] or good
    candidates = good or rows
    return candidates[-1] if candidates else None


# Two routes to one account -----------------------------------------------------------------------------------------

_SETTLED = timedelta(minutes=15)
"""A post younger than this at the earlier of the two looks may rightly be in one of them only."""


@dataclass(frozen=True, slots=True)
class View:
    """One account as both routes show it: which route each fact is from, and what they disagree about."""

    snapshot: Snapshot
    routes: Mapping[str, Route] = field(default_factory=dict)
    conflicts: Mapping[str, Conflict] = field(default_factory=dict)


FACTS = ("exists", "kind", "verified", "subscribers", "opened_at", "posts", "comments")


def merge(preview: Snapshot | None, client: Snapshot | None, start: datetime, end: datetime) -> View | None:
    """Join what two routes saw; `start` and `end` are the week that is judged, UTC. None where neither looked."""
    seen = [s for s in (preview, client) if s is not None]
    if not seen:
        return None
    # One that is shut out (banned from a channel, say) takes nothing from the other, which sees it.
    if preview is not None and client is not None and _found_again(preview, client):
        evidence = (*preview.evidence, *client.evidence)
        return View(client.model_copy(update={"evidence": evidence}), dict.fromkeys(FACTS, client.route))
    told = [s for s in seen if (s.exists is not None and s.cause is None) or s.cause is Cause.WRONG_KIND]
    # One route says that there is no such page, and the other sees it, though closed: a disagreement.
    apart = len(seen) == 2 and {s.exists for s in seen} == {True, False}
    if preview is None or client is None or (len(told) < 2 and not apart):
        only = (told or seen)[0]
        return View(only, dict.fromkeys(FACTS, only.route))
    return _both(preview, client, start, end)


def _found_again(preview: Snapshot, client: Snapshot) -> bool:
    """Tell whether the client found by its number a page whose name, which is all the preview sees, is another's."""
    return client.renamed_to is not None and client.exists is True and preview.id != client.id


def _both(preview: Snapshot, client: Snapshot, start: datetime, end: datetime) -> View:
    conflicts: dict[str, Conflict] = {}
    for name in ("exists", "kind", "id"):
        here, there = getattr(preview, name), getattr(client, name)
        if here is not None and there is not None and here != there:
            conflicts["exists"] = Conflict(name, str(here), str(there))
    wall, wall_route = _wall(preview, client)
    if preview.posts_cause is None and client.posts_cause is None:
        conflicts |= _posts_conflict(preview, client, start, end)
    opening, opening_route = _opening(preview, client)
    posts, comments_route = _posts(wall, preview if wall is client else client, wall_route)
    joined = preview.model_copy(
        update={
            "id": preview.id if preview.id is not None else client.id,
            "cause": preview.cause or client.cause,
            # A reply that came between the two looks may be in neither: nothing is overdue by the later one's clock.
            "taken_at": min(preview.taken_at, client.taken_at),
            "verified": preview.verified if preview.verified == client.verified else None,
            "subscribers": client.subscribers if client.subscribers is not None else preview.subscribers,
            "register_link": client.register_link if client.register_link is not None else preview.register_link,
            "opened_at": opening.opened_at,
            "opened_precision": opening.opened_precision,
            "posts_cause": wall.posts_cause,
            "older_cause": wall.older_cause,
            "posts_since": wall.posts_since,
            "posts": posts,
            "evidence": (*preview.evidence, *client.evidence),
        }
    )
    routes = {
        "exists": preview.route,
        "kind": preview.route,
        "verified": preview.route,
        "subscribers": client.route if client.subscribers is not None else preview.route,
        "opened_at": opening_route,
        "posts": wall_route,
        "comments": comments_route,
    }
    return View(joined, routes, conflicts)


def _wall(preview: Snapshot, client: Snapshot) -> tuple[Snapshot, Route]:
    """Return whose posts to take: the client's, unless it could not read them and the preview could."""
    if client.posts_cause is not None and preview.posts_cause is None:
        return preview, preview.route
    return client, client.route


def _opening(preview: Snapshot, client: Snapshot) -> tuple[Snapshot, Route]:
    """Return whose opening to show: an exact one before a trace, the client's before the preview's."""
    ranked = sorted(
        (client, preview),
        key=lambda s: (s.opened_at is None, s.opened_precision is not Precision.EXACT),
    )
    return ranked[0], ranked[0].route


def _posts_conflict(preview: Snapshot, client: Snapshot, start: datetime, end: datetime) -> dict[str, Conflict]:
    """Compare the week's posts that both looks must have seen."""
    until = min(end, preview.taken_at - _SETTLED, client.taken_at - _SETTLED)
    mine, theirs = ({(p.id, p.repost) for p in s.posts_between(start, until)} for s in (preview, client))
    if mine == theirs:
        return {}
    return {"posts": Conflict("posts", str(len(mine)), str(len(theirs)))}


def _posts(wall: Snapshot, other: Snapshot, route: Route) -> tuple[tuple[Post, ...], Route]:
    """Take each post of `wall` with the comments of whichever look could read them; name the route of most."""
    twins = {post.id: post for post in other.posts}
    joined, borrowed = [], 0
    for post in wall.posts:
        twin = twins.get(post.id)
        if twin is None:
            joined.append(post)
            continue
        chosen = post if post.comments_cause is None or twin.comments_cause is not None else twin
        borrowed += chosen is twin
        joined.append(post.model_copy(update=_comments_of(post, twin, chosen)))
    mostly = other.route if borrowed * 2 > len(joined) else route
    return tuple(joined), mostly


def _comments_of(post: Post, twin: Post, chosen: Post) -> dict[str, object]:
    """Return the comment fields of a post; where one look says open and the other closed, neither is believed."""
    states = {post.comments_state, twin.comments_state} - {CommentsState.UNKNOWN}
    fields: dict[str, object] = {
        "comments": chosen.comments,
        "comments_cause": chosen.comments_cause,
        "comments_count": chosen.comments_count,
        "comments_state": states.pop() if len(states) == 1 else CommentsState.UNKNOWN,
    }
    if len({post.comments_state, twin.comments_state} - {CommentsState.UNKNOWN}) > 1:
        fields["comments_cause"] = Cause.TOO_LITTLE_DATA
    return fields
