"""An account as a week's looks saw it: the only way in which a check sees looks.

A *run* is one pass of the program over all pages. A *look* is what one run saw of one page by one *route* (a way to
read a network, such as its web pages or its API); its `Snapshot` holds that. In each run each route also looks at
*control* pages whose state is known; if they come out as they must, the run's looks over that route are *trusted*.
A trusted look in time for the week is `FULL` and counts for and against the holder; others count in favour only.

Most checks ask a page three things: which posts any look saw (`posts`), whether a look that counts read a stretch in
full (`why_posts_incomplete`), and what the newest `FULL` look knows of a fact (`latest_fact`). Further properties are
about existence, identity and evidence; some checks walk `looks` themselves. There is no merged snapshot: a look that
saw less takes nothing from one that saw more (docs/dev/design.md, section 4.5).

``why_…`` returns a `Cause`, or None where nothing is missing; those typed `Cause` alone are asked only where it is.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from auditor.base.snapshot import Cause, CommentsState, EvidenceKind, Post, Precision, RunSnapshot, Snapshot
from auditor.base.weeks import day_end
from auditor.checks.merge_posts import merge_posts
from auditor.registry.models import Account

_RECENT = timedelta(days=14)
"""An empty wall is doubted if posts were seen on it within this time before."""


@dataclass(frozen=True, slots=True)
class WeightedLook(RunSnapshot):
    """A look with what it counts for in a week. Facts that do not age, such as a date, count at any time if trusted."""

    in_time: bool = True
    """Whether it is in time for the week."""
    late: bool = False
    """Whether it is later than `late_look_days` after the week."""

    @property
    def full(self) -> bool:
        """Whether it counts against the holder too: only if in time and trusted."""
        return self.in_time and self.trusted

    def counts(self, *, even_late: bool) -> bool:
        """Return whether it counts against the holder; with `even_late` late ones do too."""
        return self.full or (even_late and self.late and self.trusted)

    @property
    def knows_existence(self) -> bool:
        """Whether it knows that the page exists, or that it does not."""
        return self.snapshot.exists is not None

    @property
    def read_posts(self) -> bool:
        """Whether it read the page's posts."""
        return bool(self.snapshot.exists) and (self.snapshot.cause or self.snapshot.posts_cause) is None

    @property
    def read_until(self) -> datetime:
        """Up to when it read them."""
        return self.snapshot.posts_until or self.snapshot.taken_at


@dataclass(frozen=True, slots=True)
class ObservedPage:
    """An account on record with its looks up to the audit's moment, oldest first, without those of weight `NONE`.

    `looks` are of the confirmed page; `looks_at_other_pages` saw a page with another id under its address.
    """

    account: Account
    week_starts: datetime
    """When the week begins."""
    judged_until: datetime
    """The end of what is judged: the week's, or the audit's moment if that is earlier."""
    page_id: int | None = None
    """The confirmed page's id on its network, if known."""
    looks: tuple[WeightedLook, ...] = ()
    looks_at_other_pages: tuple[WeightedLook, ...] = ()
    saw_phantom_page: bool = False
    """Whether a look was left out because its run saw a page that is known not to exist."""
    aliases: tuple[Account, ...] = ()
    """The same page as recorded under other addresses."""
    taken_over_at: datetime | None = None
    """The start of the day from which a page taken over from another holder is this one's: nothing earlier counts."""

    @property
    def all_looks(self) -> tuple[WeightedLook, ...]:
        """The looks at its address, whatever page they saw."""
        return *self.looks, *self.looks_at_other_pages

    @property
    def looks_this_week(self) -> list[WeightedLook]:
        """Those since the week's start."""
        return [look for look in self.all_looks if look.snapshot.taken_at >= self.week_starts]

    # Posts and facts -------------------------------------------------------------------------------------------------

    def posts(self, start: datetime, end: datetime) -> tuple[Post, ...]:
        """Return the posts of ``start <= at < end`` that any look saw, deleted since or not, oldest first.

        If several looks saw a post, the newest `FULL` one is believed, else the newest.
        """
        start = max(filter(None, (start, self.taken_over_at)))
        looks = sorted(self.looks, key=lambda look: look.full)
        shown = ((look.snapshot.route, post) for look in looks for post in look.snapshot.posts)
        return merge_posts((route, post) for route, post in shown if start <= post.at < end)

    def why_posts_incomplete(self, start: datetime, *, even_late: bool = False) -> Cause | None:
        """Return why no counting look read all posts from `start` to `judged_until`; None if one did.

        Looks that count are `FULL`, and late ones too with `even_late`. What is older than `Snapshot.posts_since` may
        have been read by earlier looks. A page that was gone before `start` counts as read and empty.
        """
        start = max(filter(None, (start, self.taken_over_at)))
        if self.was_gone_by(start):
            return None
        # Of one run's routes, one that could not be reached has the least informative cause, so it comes first.
        counting = sorted(
            self._counting_looks(even_late=even_late),
            key=lambda look: (look.run, look.snapshot.cause is not Cause.UNREACHABLE),
        )
        causes = [self._why_look_incomplete(look, self._read_since(look), start) for look in counting]
        return None if None in causes else self._why_none_complete(causes)

    def may_hide_own_posts(self, start: datetime, *, knows_holder: bool) -> bool:
        """Return whether others wrote on the wall from `start` on, where the holder's own-name posts look the same.

        So it is too where that was not recorded, which matters on a community's wall alone. `knows_holder`: an id by
        which such a post is recognised is on record, so that newer looks are believed to have told them apart.
        """
        end = self.judged_until
        for snapshot in (s for s in reversed(self.full_snapshots) if s.posts_cause is None):
            if snapshot.unattributed is None and snapshot.may_be_community:
                return True
            if any(start <= at < end for at in snapshot.unattributed or ()):
                return True
            if snapshot.posts_since is None or snapshot.posts_since <= start:
                break
            end = min(end, snapshot.posts_since)
        moments = (at for look in self.looks for at in look.snapshot.unattributed or ())
        return not knows_holder and any(start <= at < self.judged_until for at in moments)

    def looks_at(self, post: Post) -> list[tuple[WeightedLook, Post]]:
        """Return the looks that show a post, each with the post as it saw it: two routes may number it differently."""
        rows = ((look, other) for look in self.looks for other in look.snapshot.posts)
        return [(look, p) for look, p in rows if p.id == post.id or (p.at, p.repost) == (post.at, post.repost)]

    def latest_complete(self, start: datetime, *, even_late: bool = False) -> Snapshot | None:
        """Return the newest counting snapshot that alone has all posts from `start` to `judged_until`, or None."""
        for look in reversed(self._counting_looks(even_late=even_late)):
            if self._why_look_incomplete(look, look.snapshot.posts_since, start) is None:
                return look.snapshot
        return None

    @property
    def full_snapshots(self) -> list[Snapshot]:
        """What the `FULL` looks saw."""
        return [look.snapshot for look in self.looks if look.full]

    def latest_fact(self, fact: str) -> Any:
        """Return a field of the newest `FULL` look's snapshot in which it is not None; None if there is none."""
        values = (getattr(snapshot, fact) for snapshot in reversed(self.full_snapshots))
        return next((value for value in values if value is not None), None)

    # Reading ---------------------------------------------------------------------------------------------------------

    def _counting_looks(self, *, even_late: bool) -> list[WeightedLook]:
        return [look for look in self.looks if look.counts(even_late=even_late)]

    def _read_since(self, look: WeightedLook) -> datetime | None:
        """Return from when on a look and those before it have read all posts together; None: from the first post on."""
        since = look.snapshot.posts_since
        for earlier in sorted(self.looks, key=lambda other: other.snapshot.taken_at, reverse=True):
            is_usable = earlier.trusted and not earlier.late and earlier.read_posts
            is_same_route = earlier.snapshot.route is look.snapshot.route
            if is_usable and is_same_route and since is not None and earlier.read_until >= since:
                since = earlier.snapshot.posts_since and min(since, earlier.snapshot.posts_since)
        return since

    def _why_look_incomplete(self, look: WeightedLook, since: datetime | None, start: datetime) -> Cause | None:
        """Return why a look that read all posts from `since` on did not read all from `start` on; None if it did."""
        snapshot = look.snapshot
        if snapshot.exists is not None and look.run in self.contradicted_runs:
            return Cause.CONTRADICTION
        if snapshot.exists is not True or snapshot.cause is not None:
            return snapshot.cause or Cause.GONE
        if snapshot.posts_cause is not None:
            return snapshot.posts_cause
        if look.read_until < self.judged_until:
            return Cause.TOO_LITTLE_DATA
        if since is not None and since > start:
            return snapshot.older_cause or Cause.TOO_LITTLE_DATA
        return Cause.CONTRADICTION if self._is_suspiciously_empty(look) else None

    def _is_suspiciously_empty(self, look: WeightedLook) -> bool:
        """Return whether it shows no posts where another look over its route, later or shortly before, shows some."""
        snapshot, since = look.snapshot, look.snapshot.posts_since or datetime.min.replace(tzinfo=UTC)
        if any(post.at >= since for post in snapshot.posts):
            return False
        earliest_at = snapshot.taken_at - _RECENT
        others = (s for s in (other.snapshot for other in self.looks) if s.route is snapshot.route)
        shown = (post.at for other in others if other.taken_at >= earliest_at for post in other.posts)
        return any(since <= at < snapshot.taken_at for at in shown)

    def _why_none_complete(self, causes: list[Cause | None]) -> Cause:
        """Return the cause of a stretch that no look read in full.

        The newest cause that says more than `TOO_LITTLE_DATA`; else `why_no_look_counts`, if a look after what is
        judged does not count or there is none that does.
        """
        specific = [cause for cause in causes if cause not in {None, Cause.TOO_LITTLE_DATA}]
        if specific and specific[-1] is not None:
            return specific[-1]
        has_later_look = any(look.snapshot.taken_at >= self.judged_until and not look.full for look in self.all_looks)
        return self.why_no_look_counts if has_later_look or not causes else Cause.TOO_LITTLE_DATA

    @property
    def why_hidden(self) -> Cause | None:
        """What hid the page from the newest `FULL` look in which it exists, or without one, the newest `FULL` one.

        None if nothing hid it from that look, or there is no `FULL` look.
        """
        preferred = [snapshot for snapshot in self.full_snapshots if snapshot.exists] or self.full_snapshots
        return preferred[-1].cause if preferred else None

    @property
    def why_no_look_counts(self) -> Cause:
        """Why no look counts against the holder."""
        this_week = [look for look in self.looks if look.snapshot.taken_at >= self.week_starts]
        unseen = [look.snapshot for look in this_week if look.snapshot.exists is None]
        causes = [snapshot.cause for snapshot in unseen if snapshot.cause is not None]
        if self.saw_phantom_page or any(not look.trusted and look.knows_existence for look in this_week):
            return Cause.CONTROL_FAILED
        if any(look.late for look in this_week):
            return causes[-1] if len(causes) == len(this_week) else Cause.SEEN_LATE
        if causes:
            return causes[-1]
        return Cause.NOT_AT_ADDRESS if self.looks_at_other_pages else Cause.TOO_LITTLE_DATA

    # Existence -------------------------------------------------------------------------------------------------------

    @property
    def best_snapshot(self) -> Snapshot | None:
        """The newest snapshot since the week's start; first those that know whether it exists, then `FULL` ones.

        None without a look since then.
        """
        ranked = sorted(
            self.looks_this_week, key=lambda look: (look.knows_existence, look.full, look.snapshot.taken_at)
        )
        return ranked[-1].snapshot if ranked else None

    @property
    def was_looked_at(self) -> bool:
        """Whether there was a look since the week's start, whatever it saw."""
        return self.saw_phantom_page or bool(self.looks_this_week)

    @property
    def ever_looked(self) -> bool:
        """Whether there was ever a look."""
        return bool(self.all_looks) or self.saw_phantom_page

    @property
    def gone_since(self) -> datetime | None:
        """Since when the page's id no longer exists: the time of the first of the latest looks that all say so.

        None if no `FULL` look says so, or a later look sees the page.
        """
        return self._latest_streak_began(self._says_gone)

    def was_gone_by(self, moment: datetime) -> bool:
        """Return whether the page was gone at a moment, and still is."""
        return self.gone_since is not None and self.gone_since <= moment

    @property
    def banned_since(self) -> datetime | None:
        """Since when the network has blocked the page: the first of the latest looks that all say so, or None."""
        return self._latest_streak_began(lambda snapshot: snapshot.cause is Cause.BANNED)

    def _latest_streak_began(self, says: Callable[[Snapshot], bool]) -> datetime | None:
        """Return the time of the first of the latest consecutive looks for which `says` holds, or None.

        None too if it holds for no `FULL` look. Looks that do not know whether it exists, and late ones that say
        it does not, are passed over.
        """
        since = None
        if not any(look.full and says(look.snapshot) for look in self.looks):
            return None
        for look in reversed(self.looks):
            if look.trusted and not look.late and says(look.snapshot):
                since = look.snapshot.taken_at
            elif look.snapshot.exists or (look.snapshot.exists is False and not look.late):
                break
        return since

    def _says_gone(self, snapshot: Snapshot) -> bool:
        """Return whether the network says that the page's id no longer exists: an unused name proves nothing."""
        return snapshot.exists is False and (self.account.network.facts.looks_up_by_id or snapshot.id is not None)

    @property
    def contradicted(self) -> bool:
        """Whether two routes of the newest run that counts disagree on whether the page exists."""
        runs = [look.run for look in self.looks if look.full and look.knows_existence]
        return bool(runs) and max(runs) in self.contradicted_runs

    @property
    def contradicted_runs(self) -> set[int]:
        """The runs in which two `FULL` looks, by two routes, disagree on whether the page exists."""
        answering = [look for look in self.looks if look.full and look.knows_existence]
        exists_by_route = {(look.run, look.snapshot.route): look.snapshot.exists for look in answering}
        answers = {(run, exists) for (run, _), exists in exists_by_route.items()}
        return {run for run, exists in answers if (run, not exists) in answers}

    @property
    def is_other_page(self) -> bool:
        """Whether the address now shows another page than the confirmed one."""
        with_id = [look for look in self.all_looks if look.snapshot.id is not None and look.trusted]
        newest = max(with_id, key=lambda look: look.snapshot.taken_at, default=None)
        return newest is not None and self.page_id is not None and newest.snapshot.id != self.page_id

    @property
    def renamed_to(self) -> str | None:
        """The confirmed page's address now, if it differs from the one on record."""
        trusted = [look.snapshot for look in self.looks if look.trusted and look.snapshot.exists]
        newest = next((snapshot for snapshot in reversed(trusted) if snapshot.id is not None), None)
        address = newest.renamed_to if newest is not None and not self.is_other_page else None
        return address if address != self.account.url.url else None

    # Traces of the opening -------------------------------------------------------------------------------------------

    def first_trace(self, zone: ZoneInfo) -> datetime | None:
        """Return the earliest moment at which the page is known to have existed; None if no trusted look shows any.

        The day of its confirmation is such a moment too, but no lower bound: the page may have existed before.
        """
        if self.taken_over_at is not None:
            return self.taken_over_at
        moments = [at for look in self.looks if look.trusted for at in _existed_at(look.snapshot)]
        confirmed = self.account.confirmed
        if moments and confirmed is not None:
            moments.append(day_end(confirmed.on, zone))
        return min(moments, default=None)

    @property
    def may_be_older(self) -> bool:
        """Whether it may be older than its first trace: posts were not read back, and no opening date is exact."""
        if self.taken_over_at is not None:
            return False
        has_exact_date = any(look.snapshot.opened_precision is Precision.EXACT for look in self.looks)
        newest = next((s for s in reversed(self.looks) if s.snapshot.taken_at >= self.week_starts), None)
        return newest is not None and newest.snapshot.posts_cause is not None and not has_exact_date

    # Evidence --------------------------------------------------------------------------------------------------------

    def evidence(self, *kinds: EvidenceKind) -> tuple[str, ...]:
        """Return the ids of the stored responses behind what is shown of the week; with `kinds`, only of these.

        Of posts and comments those of looks that read the posts, if there are any: what hid them shows nothing.
        """
        looks = list(self._evidence_looks())
        if kinds and EvidenceKind.PROFILE not in kinds:
            looks = [look for look in looks if look.read_posts] or looks
        entries = (entry for look in looks for entry in look.snapshot.evidence)
        return tuple(dict.fromkeys(entry.id for entry in entries if not kinds or entry.kind in kinds))

    def closing_evidence(self) -> tuple[str, ...]:
        """Return the ids of the stored responses by which, since before the week, nobody can comment on the page."""
        shut = [look.snapshot for look in self.looks if look.snapshot.page_comments is CommentsState.CLOSED]
        earlier = [snapshot for snapshot in shut if snapshot.taken_at < self.week_starts][-1:]
        shown = (*earlier, *(snapshot for snapshot in shut if snapshot.taken_at >= self.week_starts))
        return tuple(e.id for snapshot in shown for e in snapshot.evidence if e.kind is EvidenceKind.PROFILE)

    def _evidence_looks(self) -> Iterator[WeightedLook]:
        """Yield each route's newest look that counts for the week, and others that show posts or comments besides."""
        covered: set[tuple[str, int, int]] = set()
        yield from self._looks_read_before()
        for look in sorted(
            self.looks_this_week, key=lambda look: (look.full, look.knows_existence, look.snapshot.taken_at)
        )[::-1]:
            route = look.snapshot.route.value
            shown = {(route, post.id, item_id) for post in look.snapshot.posts for item_id in _ids_under(post)}
            if not {(route, 0, 0), *shown} <= covered:
                covered |= {(route, 0, 0), *shown}
                yield look

    def _looks_read_before(self) -> Iterator[WeightedLook]:
        """Yield the looks from before the week that read threads which looks since then skipped."""
        posts = [(look.snapshot.route, post) for look in self.looks_this_week for post in look.snapshot.posts]
        skipped = {(route, post.id) for route, post in posts if post.comments_left}
        for look in (look for look in reversed(self.looks) if look.snapshot.taken_at < self.week_starts):
            read = {(look.snapshot.route, post.id) for post in look.snapshot.posts if post.comments} & skipped
            skipped -= read
            if read:
                yield look


def _ids_under(post: Post) -> Iterator[int]:
    """Yield the ids of a post's comments, and 0 for the post itself."""
    yield 0
    yield from (comment.id for comment in post.comments)


def _existed_at(snapshot: Snapshot) -> Iterator[datetime]:
    """Yield every moment at which, by this snapshot, the page existed."""
    if snapshot.exists:
        yield snapshot.taken_at
    if snapshot.opened_at is not None:
        yield snapshot.opened_at
    yield from (trace.at for trace in snapshot.traces)
    yield from (post.at for post in snapshot.posts)
