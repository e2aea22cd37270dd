"""What a week's looks tell of one account: the only way in which a judge sees them.

Three questions are asked of a page: which posts did any look see (`posts`), was a stretch read whole by a look that may
count against the person (`read_whole`), and what does the newest such look tell of a fact (`newest`). There is no
merged snapshot: a look that saw less takes nothing from one that saw more (docs/dev/design.md, section 4.5).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from auditor.base.snapshot import Cause, EvidenceKind, Post, Precision, Snapshot, Weight
from auditor.base.weeks import day_end
from auditor.checks.merge_posts import merge_posts
from auditor.registry.models import Account

_RECENT = timedelta(days=14)
"""So long before an empty wall a look that saw posts on it contradicts it."""


@dataclass(frozen=True, slots=True)
class WeightedLook:
    """A look as a week sees it."""

    snapshot: Snapshot
    weight: Weight
    """`FULL` only in time for the week and trusted."""
    run: int = 0
    trusted: bool = True
    """The route's controls came out right, whenever it was: what does not age, such as a date, counts."""
    threads_work: bool = False
    late: bool = False
    """Later than `late_look_days` after the week."""

    @property
    def full(self) -> bool:
        """Whether it counts against the person too."""
        return self.weight is Weight.FULL


@dataclass(frozen=True, slots=True)
class ObservedPage:
    """One account on record, with its looks up to the audit's moment, oldest first; those that weigh nothing are out.

    `looks` are of the confirmed page; `strangers` saw another page under its address, by its number.
    """

    account: Account
    week_starts: datetime
    """The week's start."""
    judged_until: datetime
    """The end of what is judged: the week's, or the audit's moment if that is earlier."""
    number: int | None = None
    """The confirmed page's own number, where known."""
    looks: tuple[WeightedLook, ...] = ()
    looks_at_other_pages: tuple[WeightedLook, ...] = ()
    saw_phantom_page: bool = False
    """Some look was left out because its run saw a page that is known not to exist."""
    aliases: tuple[Account, ...] = ()
    """The same page as it is on record under other addresses."""

    # The three questions ---------------------------------------------------------------------------------------------

    def posts(self, start: datetime, end: datetime) -> tuple[Post, ...]:
        """Return the posts of ``start <= at < end`` that any look saw, deleted since or not, oldest first.

        Of a post that several saw the newest look tells that counts against the person too, if any does.
        """
        looks = sorted(self.looks, key=lambda look: look.full)
        seen = [(look.snapshot.route, post) for look in looks for post in look.snapshot.posts if start <= post.at < end]
        return merge_posts(seen)

    def why_unread(self, start: datetime, end: datetime | None = None, *, even_late: bool = False) -> Cause | None:
        """Return None where a `FULL` look read all posts from `start` to `end` (the end of what is judged), else why.

        What lies before `Snapshot.posts_since` may be read by earlier looks. A page that was gone before the stretch
        began is read, and empty. With `even_late` a late look will do.
        """
        end = self.judged_until if end is None else end
        gone = self.gone_since
        if gone is not None and gone <= start:
            return None
        # Of one run's routes, one that was not reached tells less than another.
        counting = sorted(
            self._counting_looks(even_late=even_late),
            key=lambda look: (look.run, look.snapshot.cause is not Cause.UNREACHABLE),
        )
        reasons = [self._unread(look, self._read_since(look), start, end) for look in counting]
        return None if None in reasons else self._unread_cause(reasons, end)

    def latest_complete(self, start: datetime, *, even_late: bool = False) -> Snapshot | None:
        """Return the newest counting look that alone read all posts from `start` on to the end of what is judged."""
        counting = reversed(self._counting_looks(even_late=even_late))
        alone = (
            one for one in counting if self._unread(one, one.snapshot.posts_since, start, self.judged_until) is None
        )
        return next((look.snapshot for look in alone), None)

    def latest_fact(self, fact: str) -> Any:
        """Return what the newest `FULL` look that knows it tells of a fact of a `Snapshot`; None: none does."""
        known = (getattr(look.snapshot, fact) for look in reversed(self.looks) if look.full)
        return next((value for value in known if value is not None), None)

    # Reading ---------------------------------------------------------------------------------------------------------

    def _counting_looks(self, *, even_late: bool) -> list[WeightedLook]:
        return [look for look in self.looks if look.full or (even_late and look.late and look.trusted)]

    def _read_since(self, look: WeightedLook) -> datetime | None:
        """Return from when on a look and those before it have read all posts together; None: the whole history."""
        since = look.snapshot.posts_since
        for earlier in sorted(self.looks, key=lambda other: other.snapshot.taken_at, reverse=True):
            seen = earlier.snapshot
            whole = earlier.trusted and not earlier.late and seen.exists and (seen.cause or seen.posts_cause) is None
            if whole and since is not None and seen.route is look.snapshot.route:
                reaches = (seen.posts_until or seen.taken_at) >= since
                since = _earlier(since, seen.posts_since) if reaches else since
        return since

    def _unread(self, look: WeightedLook, since: datetime | None, start: datetime, end: datetime) -> Cause | None:
        """Return why one look, which has read all posts `since` then, did not read a stretch whole, or None."""
        seen = look.snapshot
        if seen.exists is not None and look.run in self.contradicted_runs:
            return Cause.CONTRADICTION
        if seen.exists is not True or seen.cause is not None:
            return seen.cause or Cause.GONE
        if seen.posts_cause is not None:
            return seen.posts_cause
        if (seen.posts_until or seen.taken_at) < end:
            return Cause.TOO_LITTLE_DATA
        if since is not None and since > start:
            return seen.older_cause or Cause.TOO_LITTLE_DATA
        return Cause.CONTRADICTION if self._is_emptied(look) else None

    def _is_emptied(self, look: WeightedLook) -> bool:
        """Tell whether a wall came empty where a look by its route of the two weeks before saw posts."""
        seen, since = look.snapshot, look.snapshot.posts_since
        if any(since is None or post.at >= since for post in seen.posts):
            return False
        from_ = seen.taken_at - _RECENT
        earlier = (
            other.snapshot
            for other in self.looks
            if other.snapshot.route is seen.route and from_ <= other.snapshot.taken_at < seen.taken_at
        )
        return any(since is None or post.at >= since for other in earlier for post in other.posts)

    def _unread_cause(self, reasons: list[Cause | None], end: datetime) -> Cause:
        """Name why a stretch was not read: what the newest counting look says, else why no later one counts."""
        told = [reason for reason in reasons if reason not in {None, Cause.TOO_LITTLE_DATA}]
        if told and told[-1] is not None:
            return told[-1]
        after = any(
            look.snapshot.taken_at >= end and not look.full for look in (*self.looks, *self.looks_at_other_pages)
        )
        return self.unseen_cause if after or not reasons else Cause.TOO_LITTLE_DATA

    @property
    def cause(self) -> Cause:
        """Why nothing is known of the page: by the newest look that may count against the person, else why none may."""
        return self.hidden_by or self.unseen_cause

    @property
    def hidden_by(self) -> Cause | None:
        """What hid the page from the newest look that may count against the person; None: it saw the page."""
        full = [look.snapshot for look in self.looks if look.full]
        there = [seen for seen in full if seen.exists] or full
        return there[-1].cause if there else None

    @property
    def unseen_cause(self) -> Cause:
        """Why no look counts against the person."""
        since = [look for look in self.looks if look.snapshot.taken_at >= self.week_starts]
        silent = [
            look.snapshot.cause for look in since if look.snapshot.exists is None and look.snapshot.cause is not None
        ]
        if self.saw_phantom_page or any(not look.trusted and look.snapshot.exists is not None for look in since):
            return Cause.CONTROL_FAILED
        if any(look.late for look in since):
            return silent[-1] if len(silent) == len(since) else Cause.SEEN_LATE
        if silent:
            return silent[-1]
        return Cause.NOT_AT_ADDRESS if self.looks_at_other_pages else Cause.TOO_LITTLE_DATA

    # Existence -------------------------------------------------------------------------------------------------------

    @property
    def best_look(self) -> Snapshot | None:
        """The newest look since the week's start that tells something: one that counts against him before others."""
        since = [
            look for look in (*self.looks, *self.looks_at_other_pages) if look.snapshot.taken_at >= self.week_starts
        ]
        ranked = sorted(since, key=lambda look: (look.snapshot.exists is not None, look.full, look.snapshot.taken_at))
        return ranked[-1].snapshot if ranked else None

    @property
    def was_looked_at(self) -> bool:
        """Whether anybody looked since the week's start, with whatever success."""
        return self.saw_phantom_page or any(
            look.snapshot.taken_at >= self.week_starts for look in (*self.looks, *self.looks_at_other_pages)
        )

    @property
    def ever_looked(self) -> bool:
        """Whether anybody ever looked."""
        return bool(self.looks or self.looks_at_other_pages or self.saw_phantom_page)

    @property
    def gone_since(self) -> datetime | None:
        """The first of the looks that still say, by the page's number, that it is not there any more."""
        return self._since(self._says_gone)

    @property
    def banned_since(self) -> datetime | None:
        """The first of the looks that still say that the network has blocked the page."""
        return self._since(lambda seen: seen.cause is Cause.BANNED)

    def _since(self, says: Callable[[Snapshot], bool]) -> datetime | None:
        """Return the first of the looks that say so in a row up to the last in time, which must count against him."""
        since = None
        if not any(look.full and says(look.snapshot) for look in self.looks):
            return None
        for look in reversed(self.looks):
            if look.trusted and not look.late and says(look.snapshot):
                since = look.snapshot.taken_at
            elif look.snapshot.exists or (look.snapshot.exists is False and not look.late):
                break
        return since

    def _says_gone(self, seen: Snapshot) -> bool:
        """Tell whether the network says so of the page's number: a free name proves nothing."""
        return seen.exists is False and (self.account.network.facts.looks_up_by_id or seen.id is not None)

    @property
    def contradicted(self) -> bool:
        """Whether the newest run whose looks count contradicts itself."""
        runs = [look.run for look in self.looks if look.full and look.snapshot.exists is not None]
        return bool(runs) and max(runs) in self.contradicted_runs

    @property
    def contradicted_runs(self) -> set[int]:
        """The runs of which two `FULL` looks, by two routes, differ on whether the page exists."""
        told: dict[int, dict[str, bool]] = {}
        for look in self.looks:
            if look.full and look.snapshot.exists is not None:
                told.setdefault(look.run, {})[look.snapshot.route] = look.snapshot.exists
        return {run for run, routes in told.items() if len(set(routes.values())) > 1}

    @property
    def is_other_page(self) -> bool:
        """Whether another page than the confirmed one is under the address now."""
        numbered = [
            look for look in (*self.looks, *self.looks_at_other_pages) if look.snapshot.id is not None and look.trusted
        ]
        last = max(numbered, key=lambda look: look.snapshot.taken_at, default=None)
        return last is not None and self.number is not None and last.snapshot.id != self.number

    @property
    def renamed_to(self) -> str | None:
        """The address under which the confirmed page is now, where it is not the one on record."""
        known = [
            look.snapshot
            for look in self.looks
            if look.trusted and look.snapshot.exists and look.snapshot.id is not None
        ]
        moved = known[-1].renamed_to if known and not self.is_other_page else None
        return moved if moved != self.account.url.url else None

    # When it was there -----------------------------------------------------------------------------------------------

    def first_trace(self, zone: ZoneInfo, *, any_look: bool = False) -> datetime | None:
        """Return the earliest moment at which the page is known to have been there; None where no look shows any.

        By trusted looks, or by `any_look`. That somebody confirmed it on a day does not say that it was not there
        before.
        """
        moments = [at for look in self.looks if look.trusted or any_look for at in _shown_at(look.snapshot)]
        confirmed = self.account.confirmed
        if moments and confirmed is not None:
            moments.append(day_end(confirmed.on, zone))
        return min(moments, default=None)

    @property
    def may_be_older(self) -> bool:
        """Whether the page may be older than its earliest trace: its posts were not read back, and no date is exact."""
        exact = any(look.snapshot.opened_precision is Precision.EXACT for look in self.looks)
        unread = [
            look.snapshot.posts_cause is not None for look in self.looks if look.snapshot.taken_at >= self.week_starts
        ]
        return bool(unread) and unread[-1] and not exact

    # Evidence --------------------------------------------------------------------------------------------------------

    def evidence(self, *kinds: EvidenceKind) -> tuple[str, ...]:
        """Return the ids of the answers of these kinds (all, if none is named) behind what is said of the week."""
        answers = (answer for look in self._shown() for answer in look.snapshot.evidence)
        return tuple(dict.fromkeys(answer.id for answer in answers if not kinds or answer.kind in kinds))

    def _shown(self) -> Iterator[WeightedLook]:
        """Yield each route's newest look that counts for the week, and those that show posts or comments besides."""
        known: set[tuple[str, int, int]] = set()
        since = [
            look for look in (*self.looks_at_other_pages, *self.looks) if look.snapshot.taken_at >= self.week_starts
        ]
        yield from self._looks_read_before(since)
        for look in sorted(
            since, key=lambda look: (look.full, look.snapshot.exists is not None, look.snapshot.taken_at)
        )[::-1]:
            route = look.snapshot.route.value
            fresh = {(route, post.id, said) for post in look.snapshot.posts for said in _said_under(post)} - known
            if fresh or (route, 0, 0) not in known:
                known |= {(route, 0, 0), *fresh}
                yield look

    def _looks_read_before(self, since: Sequence[WeightedLook]) -> Iterator[WeightedLook]:
        """Yield the looks of before the week that read threads which looks `since` then left out."""
        left = {(look.snapshot.route, post.id) for look in since for post in look.snapshot.posts if post.comments_left}
        for look in reversed([look for look in self.looks if left and look.snapshot.taken_at < self.week_starts]):
            read = {(look.snapshot.route, post.id) for post in look.snapshot.posts if post.comments} & left
            if read:
                left -= read
                yield look


def _earlier(since: datetime, other: datetime | None) -> datetime | None:
    return None if other is None else min(since, other)


def _said_under(post: Post) -> Iterator[int]:
    """Yield the numbers of a post's comments, and 0 for the post itself."""
    yield 0
    yield from (comment.id for comment in post.comments)


def _shown_at(seen: Snapshot) -> Iterator[datetime]:
    """Yield every moment at which a look shows that the page was there."""
    if seen.exists:
        yield seen.taken_at
    if seen.opened_at is not None:
        yield seen.opened_at
    yield from (trace.at for trace in seen.traces)
    yield from (post.at for post in seen.posts)
