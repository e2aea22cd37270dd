"""From the archive to what a check is given: which snapshot shows this week, and which may be trusted.

With a signed-in client both it and the preview look at a Telegram channel. Existence and kind are the preview's
where it could be reached, the rest is the client's; where one saw nothing the other counts alone. What both saw must
agree: a disagreement is told with both values, and nothing is missed by it. Only of a renamed channel the client alone
speaks: the preview knows names, and the name is not the channel's any more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from auditor.base.snapshot import Cause, CommentsState, EvidenceKind, Post, Precision, Route, Snapshot, StoredSnapshot
from auditor.base.weeks import Week
from auditor.checks.case import ABSENT, Case, Conflict, Sight
from auditor.registry.models import Account, Office, Registry, deadline_of, exemption_in, holder_on, vacancy_on
from auditor.registry.page_identity import confirmed_number

Seen = Mapping[str, Sequence[StoredSnapshot]]


def make_case(registry: Registry, office: Office, week: Week, as_of: datetime, seen: Seen) -> Case:
    """Put together what is known of `office` in `week` at `as_of`.

    Who holds the office in a week is who holds it at the week's end, or at `as_of` in an open week.
    """
    registry = registry.at(office)
    week = week.at(registry.zone)
    day = min(week.last_day, as_of.astimezone(registry.zone).date())
    holder = holder_on(office, day)
    vacancy = vacancy_on(office, day)
    stretch = _Stretch.of(registry, week, as_of)
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
        exemption=exemption_in(holder, week.first_day, day) if holder else None,
        deadline=deadline_of(registry, holder, registry.policy["newcomer_days"].value) if holder else None,  # type: ignore[arg-type]  # the loader holds its type
        personal=_each_once([_sight(account, stretch, seen) for account in personal]),
        institution=_each_once([_sight(account, stretch, seen) for account in institution]),
    )


_UNDER_POSTS_OF = timedelta(days=14)
"""A run for a week reads the comments under its posts and those of so many days before (`Window`)."""


def _unread(post: Post) -> Post:
    """Return a post whose comments nobody asked for, or of which the cause is known already why they were not read."""
    if post.comments_cause is not None:
        return post
    return post.model_copy(update={"comments": (), "comments_cause": Cause.TOO_LITTLE_DATA})


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A week and the looks that may tell of it: from its start to `ends`, `late_look_days` after its end."""

    week: Week
    as_of: datetime
    ends: datetime

    @classmethod
    def of(cls, registry: Registry, week: Week, as_of: datetime) -> "_Stretch":
        days = registry.policy["late_look_days"].value
        assert isinstance(days, int)
        return cls(week, as_of, week.ends + timedelta(days=days))

    @property
    def whole(self) -> datetime:
        """The moment from which a look shows all that is judged."""
        return min(self.week.ends, self.as_of)

    def holds(self, look: Snapshot) -> bool:
        """Tell whether a look was in time."""
        return self.week.starts <= look.taken_at <= min(self.ends, self.as_of)

    def as_asked(self, row: StoredSnapshot) -> StoredSnapshot:
        """Return a look without the threads that it did not ask for: a run for another week reads others than this."""
        until = row.snapshot.posts_until
        if until is not None and until < self.whole and row.snapshot.posts_cause is None:
            # It was made for a week long ago, and tells nothing of this one.
            row = replace(row, snapshot=row.snapshot.model_copy(update={"posts_cause": Cause.TOO_LITTLE_DATA}))
        made_for = _week_of(row.week, self.week.zone)
        return row if made_for == self.week else _as_made(row, made_for)

    def looks(self, rows: Sequence[StoredSnapshot]) -> tuple[list[StoredSnapshot], bool]:
        """Return the looks that the week is judged by; without any, those made for it later, and True."""
        in_time = [row for row in rows if self.holds(row.snapshot)]
        late = [r for r in rows if r.week == str(self.week) and self.ends < r.snapshot.taken_at <= self.as_of]
        return (in_time, False) if in_time or not late else (late, True)


_week_of = lru_cache(maxsize=64)(Week.parse)


def _as_made(row: StoredSnapshot, made_for: Week) -> StoredSnapshot:
    """Return a look without the threads that a run for another week did not ask for."""
    asked_from, asked_to = made_for.starts - _UNDER_POSTS_OF, min(made_for.ends, row.snapshot.taken_at)
    posts = tuple(post if asked_from <= post.at < asked_to else _unread(post) for post in row.snapshot.posts)
    if posts == row.snapshot.posts:
        return row
    return replace(row, snapshot=row.snapshot.model_copy(update={"posts": posts}))


@dataclass(frozen=True, slots=True)
class _Page:
    """What the looks at a page say whichever week is judged."""

    rows: Sequence[StoredSnapshot]
    sight: Sight
    """With `stored`, `hinted` and `expected_id`."""
    old: int
    """So many of the looks, the first ones, are in brief: what they did not see is told in each of them."""
    until: datetime | None
    """When the last of them was taken."""
    doubted: tuple[Snapshot, ...]
    """Those of them that saw the confirmed page and are not to be trusted."""
    posts: Mapping[Route, Mapping[int, Post]]
    """What those that are to be trusted saw, by route."""

    def split(self, stretch: _Stretch) -> "tuple[_Page, Sequence[StoredSnapshot]]":
        """Return the page with the looks from before a week that are in brief, and the looks that are to be read."""
        if self.until is None or self.until >= stretch.week.starts or self.until > stretch.as_of:
            return replace(self, doubted=(), posts={}), self.rows
        return self, self.rows[self.old :]


def _page(account: Account, rows: Sequence[StoredSnapshot], zone: ZoneInfo) -> _Page:
    """Read a page's looks once for all the weeks that are judged by them."""
    stored = _stored(rows)
    sight = Sight(
        account,
        stored=stored,
        hinted=tuple(row.snapshot for row in rows if not row.trusted and not row.phantom),
        expected_id=confirmed_number(account, stored, zone),
    )
    old = next((place for place, row in enumerate(rows) if not _in_brief(row.snapshot)), len(rows))
    seen = [row for row in rows[:old] if row.snapshot.exists and sight.is_own(row.snapshot)]
    posts: dict[Route, dict[int, Post]] = {}
    for row in (row for row in seen if row.trusted):
        posts.setdefault(row.snapshot.route, {}).update({post.id: post for post in row.snapshot.posts})
    return _Page(
        rows,
        sight,
        old=old,
        until=max((row.snapshot.taken_at for row in rows[:old]), default=None),
        doubted=tuple(row.snapshot for row in seen if not row.trusted and not row.phantom),
        posts=posts,
    )


def _in_brief(look: Snapshot) -> bool:
    """Tell whether a look has no thread and no whole wall, as the looks of long ago are read."""
    unread = all(p.comments_cause and p.comments_state is _UNKNOWN and p.at <= look.taken_at for p in look.posts)
    return look.posts_cause is not None and unread


_UNKNOWN = CommentsState.UNKNOWN


def _each_once(sights: Sequence[Sight]) -> tuple[Sight, ...]:
    """Leave out the old address of a page that is on record under its new one too: its posts count once."""
    numbers = {sight.account.url.url: sight.expected_id for sight in sights}

    def repeated(sight: Sight) -> bool:
        known = [s.renamed_to for s in sight.stored if s.id is not None and s.id == sight.expected_id]
        now = known[-1] if known else None
        return now in numbers and now != sight.account.url.url and numbers[now] in {None, sight.expected_id}

    return tuple(sight for sight in sights if not repeated(sight))


def _sight(account: Account, stretch: "_Stretch", seen: Seen) -> Sight:
    """Put together what every route has of one account, the preview and the signed-in client side by side."""
    page, rows = _page(account, seen.get(account.url.url, ()), stretch.week.zone).split(stretch)
    sight = page.sight
    asked = [stretch.as_asked(row) for row in rows if row.snapshot.taken_at <= stretch.as_of]
    mine, late = stretch.looks(asked)
    chosen, distrusted = _chosen(mine, stretch)
    if not chosen:
        return sight
    own = [row for row in asked if row.snapshot.exists and sight.is_own(row.snapshot)]
    judged = {id(row) for row in mine}  # one row, not its like: to compare years of looks by value takes seconds
    whole = [row for row in own if row.trusted and (id(row) in judged or row.snapshot.taken_at <= stretch.ends)]
    known = {id(row) for row in whole}
    new = (row.snapshot for row in own if id(row) not in known and (row.trusted or not row.phantom))
    glimpses = (*page.doubted, *new)
    view = _joined([_with_all_posts(look, whole, page.posts.get(look.route, {}), stretch) for look in chosen], stretch)
    return replace(
        sight,
        current=_with_glimpses(view.snapshot, glimpses, stretch),
        distrusted=distrusted,
        late=late,
        looks=tuple(row.snapshot for row in whole if id(row) in judged),
        glimpses=glimpses,
        gone_since=_gone_since(sight, stretch),
        wall_cause=next(filter(None, (_wall_cause(look, mine, sight) for look in chosen)), None),
        routes={fact: route.value for fact, route in view.routes.items()},
        threads_work=any(
            row.threads_work and row.snapshot.route is view.routes["comments"] and row.snapshot in chosen
            for row in mine
        ),
        conflicts=view.conflicts,
    )


def _joined(looks: Sequence[Snapshot], stretch: _Stretch) -> "View":
    """Join the routes' looks into one view."""
    preview = next((look for look in looks if not look.route.facts.signed_in), None)
    client = next((look for look in looks if look.route.facts.signed_in), None)
    view = merge(preview, client, stretch.week.starts, stretch.whole)
    assert view is not None
    return view


def _stored(rows: Sequence[StoredSnapshot]) -> tuple[Snapshot, ...]:
    """Return every trusted snapshot; without any, those that saw nothing, as a sign that there was a look."""
    trusted = tuple(row.snapshot for row in rows if row.trusted)
    return trusted or tuple(row.snapshot for row in rows if row.snapshot.exists is None)


# The looks of one week ----------------------------------------------------------------------------------------------


def _chosen(mine: Sequence[StoredSnapshot], stretch: _Stretch) -> tuple[list[Snapshot], bool]:
    """Return each route's look for the week, and whether a failed control leaves nothing to believe."""
    believed = [row for row in mine if row.trusted or _saw_nothing(row.snapshot)]
    told = any(row.snapshot.exists is not None or row.snapshot.cause in ABSENT for row in believed)
    distrusted = bool(mine) and not told and len(believed) < len(mine)
    usable = [row.snapshot for row in (mine if distrusted else believed)]
    routes = ([look for look in usable if look.route is route] for route in Route)
    return [_newest(looks, stretch) for looks in routes if looks], distrusted


def _saw_nothing(look: Snapshot) -> bool:
    """Tell whether a look says only why it saw nothing; that a page is not there is a claim."""
    return look.exists is None and look.cause not in ABSENT


def _newest(looks: Sequence[Snapshot], stretch: _Stretch) -> Snapshot:
    """Return one route's newest look that tells most of the week.

    A failed look does not push out a good one of the same week, nor one that could not read the posts a whole one:
    the earlier is not old, it shows the same days. A page that is gone only after the week was there in it.
    """
    told = [look for look in looks if look.exists is not None or look.cause in ABSENT]
    there = [look for look in told if look.exists]
    last = told[-1] if told else looks[-1]
    if not there or (not last.exists and _counts_for(last, there, stretch)):
        return last
    read = [look for look in there if look.posts_cause is None and look.cause is None]
    best = ([r for r in read if r.taken_at >= stretch.whole], [t for t in there if t.taken_at >= stretch.whole])
    return next(group for group in (*best, read, there) if group)[-1]


def _counts_for(missing: Snapshot, there: Sequence[Snapshot], stretch: _Stretch) -> bool:
    """Tell whether a look that does not find the page is that week's, though earlier ones show it.

    By its number it was there in the week where no look before the end says that it is gone; a name that is free tells
    that the page has to be looked for, unless the week was seen whole before.
    """
    by_number = missing.exists is False and (missing.network.facts.asked_by_number or missing.id is not None)
    if by_number or missing.cause is Cause.GONE:
        return missing.taken_at < stretch.week.ends
    return not any(look.taken_at >= stretch.whole for look in there)


def _with_all_posts(
    look: Snapshot, rows: Sequence[StoredSnapshot], before: Mapping[int, Post], stretch: _Stretch
) -> Snapshot:
    """Return a look with the posts that any look of its route saw, each as the last that read its thread has it.

    `before` are those that looks in brief saw.
    """
    found = dict(before)
    read: set[int] = set()
    seen = [row.snapshot for row in rows if row.snapshot.route is look.route]
    for post in (post for one in seen for post in one.posts):
        if post.comments_cause is None or post.comments_state is CommentsState.CLOSED:
            read.add(post.id)
        elif post.id in read:
            kept = found[post.id]
            if (kept.at, kept.url) != (post.at, post.url):
                found[post.id] = kept.model_copy(update={"at": post.at, "url": post.url})
            continue
        found[post.id] = post
    line = tuple(found.values())
    return look if line == look.posts else _with_posts(look, line, seen, stretch)


def _with_glimpses(look: Snapshot, glimpses: Sequence[Snapshot], stretch: _Stretch) -> Snapshot:
    """Return what the week's looks show with its posts, and those before, that only `Sight.glimpses` saw."""
    if not glimpses:
        return look
    known, end = {post.id for post in look.posts}, stretch.whole
    moments = {(post.at, post.repost) for post in look.posts}  # two routes may number an album apart
    more = []
    for glimpse in glimpses:
        for post in glimpse.posts:
            if post.at < end and post.id not in known and (post.at, post.repost) not in moments:
                more.append(_glimpsed(post, late=glimpse.taken_at > stretch.ends))
                known.add(post.id)
                moments.add((post.at, post.repost))
    return _with_posts(look, (*look.posts, *more), glimpses, stretch) if more else look


def _with_posts(look: Snapshot, posts: Sequence[Post], seen: Sequence[Snapshot], stretch: _Stretch) -> Snapshot:
    """Return a look with these posts, and with the answers behind those of the week that others have `seen` alone."""
    shown = {post.id for post in look.posts}
    start, end = stretch.week.starts, stretch.whole
    lent = {post.id for post in posts if post.id not in shown and start <= post.at < end}
    others = [one for one in seen if lent & {post.id for post in one.posts}] if lent else []
    answers = (*look.evidence, *(e for one in others for e in one.evidence if e.kind is EvidenceKind.POSTS))
    line = tuple(sorted(posts, key=lambda post: (post.at, post.id)))
    return look.model_copy(update={"posts": line, "evidence": tuple({e.id: e for e in answers}.values())})


def _glimpsed(post: Post, *, late: bool) -> Post:
    """Return a post without what was missing under it: its thread was not read in time, or not to be believed."""
    seen_open = post.comments_state is CommentsState.OPEN and not late
    state = CommentsState.OPEN if seen_open else CommentsState.UNKNOWN
    cause = Cause.SEEN_LATE if late else Cause.CONTROL_FAILED
    return post.model_copy(update={"comments": (), "comments_cause": cause, "comments_state": state})


_RECENT = timedelta(days=14)
"""So long before an empty wall a look that saw posts on it contradicts it."""


def _wall_cause(look: Snapshot, mine: Sequence[StoredSnapshot], sight: Sight) -> Cause | None:
    """Return why what a wall does not show is not believed.

    It shows none of the posts that another look of its time saw there; or it is empty, and no wall came in the run. An
    empty wall is held against the looks of the two weeks before it too.
    """
    if look.exists is not True or look.posts_cause is not None or look.cause is not None:
        return None
    since, shown = look.posts_since, {post.id for post in look.posts}
    believed = (r.snapshot for r in mine if r.trusted or not r.phantom)
    others = (other for other in believed if other.route is look.route and sight.is_own(other))
    known = {post.id for other in others for post in other.posts if since is None or post.at >= since}
    if not shown and since is None:
        before = (s for s in sight.stored if s.route is look.route and look.taken_at - s.taken_at <= _RECENT)
        known |= {post.id for other in before if sight.is_own(other) for post in other.posts}
    if known and not known & shown:
        return Cause.CONTRADICTION
    works = all(row.walls_work for row in mine if row.snapshot == look)
    return None if works or shown else Cause.CONTROL_FAILED


def _gone_since(sight: Sight, stretch: _Stretch) -> datetime | None:
    """Return when the page was first said to be gone, of the looks that said so in a row up to the last in time."""
    since = None
    for look in reversed(sight.stored):
        if look.taken_at > stretch.ends or look.exists is None:
            continue
        if not sight.says_gone(look):
            break
        since = look.taken_at
    return since


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
    told = [s for s in seen if (s.exists is not None and s.cause is None) or s.cause in {*ABSENT, Cause.WRONG_KIND}]
    # One route says that there is no such page, and the other reads it: what is read counts.
    if any(s.exists for s in seen) and any(_says_absent(s) for s in seen):
        told = [s for s in seen if s.exists]
    if preview is None or client is None or len(told) < 2:
        only = (told or [s for s in seen if s.exists is False] or seen)[0]  # gone says more than not at its address
        return View(only, dict.fromkeys(FACTS, only.route))
    return _both(preview, client, start, end)


def _says_absent(look: Snapshot) -> bool:
    return look.exists is False or (look.exists is None and look.cause in ABSENT)


def _found_again(preview: Snapshot, client: Snapshot) -> bool:
    """Tell whether the client found by its number a page whose name, which is all the preview sees, is another's.

    An earlier look of the preview, under the name that the page had then, does not say that it has it still.
    """
    moved = client.renamed_to is not None and client.exists is True
    return moved and (preview.id != client.id or preview.taken_at < client.taken_at)


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
            "register_link": _either(client.register_link, preview.register_link),
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
    """Take each post of `wall` with the comments of whichever look could read them; name the route of most.

    A post that only the other look saw was there too.
    """
    twins = {post.id: post for post in other.posts}
    known = {post.id for post in wall.posts}
    joined, borrowed = [], 0
    for post in wall.posts:
        twin = twins.get(post.id)
        if twin is None:
            joined.append(post)
            continue
        chosen = post if post.comments_cause is None or twin.comments_cause is not None else twin
        borrowed += chosen is twin
        fields = _comments_of(post, twin, chosen)
        same = all(getattr(post, name) is value for name, value in fields.items())
        joined.append(post if same else post.model_copy(update=fields))
    moments = {(post.at, post.repost) for post in wall.posts}
    joined += [post for post in other.posts if post.id not in known and (post.at, post.repost) not in moments]
    mostly = other.route if borrowed * 2 > len(joined) else route
    return tuple(joined), mostly


def _either(one: bool | None, other: bool | None) -> bool | None:
    """Return whether any of two looks saw it; None: neither could tell."""
    return True if one or other else (other if one is None else one)


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
        fields["comments_cause"] = Cause.CONTRADICTION
    return fields
