"""Reading a channel's past from its preview: a week of it, whichever it is, and its first message.

Pages hold twenty message ids and are asked for by the id that ends them, so a week long ago is found by guessing an id
from the dates at hand and guessing again, not by walking back through everything since. What an earlier look has read
to its end is not asked for again (telegram.md 3.1, 3.4).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from auditor.base.answers import Answer
from auditor.base.snapshot import Cause, EvidenceKind, Precision, Trace
from auditor.probes.base import Window
from auditor.probes.known import NOTHING, Known
from auditor.probes.tme.history import LATE_REQUESTS, Walk, known_opening, opening_by
from auditor.probes.tme.pages import HistoryPage, Message
from auditor.probes.tme.web import Web

PAGES = 60
"""Pages of 20 messages that are read of one channel at most."""
_LATE_PAGES = 9
"""After so many requests no page is asked for but those of the week itself."""
_OPENING_REQUESTS, _LATE_OPENING = 12, 4
_GUESSES = 12
_HALVINGS = 3
"""After a guess by the dates that gained little."""
_PAGE = 20
_NEAR = timedelta(days=3)
_FAR = 4
"""Pages that may lie between the newest and the week before the week is looked for by its date."""


@dataclass(slots=True)
class Past:
    """One channel's past, read page by page through `web`. `first` is its newest page."""

    web: Web
    name: str
    first: HistoryPage
    window: Window
    answers: list[Answer]
    kind: EvidenceKind = EvidenceKind.POSTS
    known: Known = NOTHING
    late: bool = False
    walk: Walk[Message] = field(default_factory=Walk)
    _read: dict[int, HistoryPage] = field(default_factory=dict)
    """Pages by the id that they end before."""
    _oldest: dict[int, Message] | None = None
    _reached: bool = False
    """A page was read below which there is none."""
    _empty: int = 0
    """No message is left below this id."""

    def read(self) -> Walk[Message]:
        """Read the window, with one post older than the week, or to the history's first message."""
        page: HistoryPage | None = self.first
        self.walk.add(self.first.messages)
        if self.walk.after(self.known, self.window):
            return self.walk
        above = 0
        while page is not None and not self._ends(page):
            above += 1
            page = self._jump(page) if self._is_far(page, above) else self._below(page.before)
        if page is None or not (page.damaged or page.disordered):
            self._settle()
        return self.walk

    def opening(self) -> Trace | None:
        """Return what shows when the channel was opened: its birth message, or its oldest message.

        Service messages and reposts are traces too. Without the history's end the lowest ids are asked for; with ids
        below 21 all deleted, the oldest message is looked for by halving.
        """
        known = known_opening(self.known)
        if known is not None:
            return known
        seen = opening_by({**self.walk.messages, **self._lowest()})
        earlier = self.known.page.traces if self.known.page is not None else ()
        traces = [trace for trace in (seen, *earlier) if trace is not None]
        return min(traces, key=lambda trace: (trace.precision is not Precision.EXACT, trace.at), default=None)

    # One page after the other --------------------------------------------------------------------------------------

    def _ends(self, page: HistoryPage) -> bool:
        """Tell whether `page` is the last that is needed, or the last that can be believed."""
        walk = self.walk
        if page.damaged or page.disordered:
            walk.cause = Cause.UNRECOGNISED_PAGE if page.damaged else Cause.CONTRADICTION
        elif page.before is None:
            walk.whole = True
        elif walk.covers(self.window, late=self.late) or walk.meets(self.known, self.window):
            pass
        elif self.late and len(self.answers) >= (_LATE_PAGES if self._has_week() else LATE_REQUESTS):
            walk.cause = Cause.SEEN_LATE
        elif len(self._read) + 1 >= PAGES:
            walk.cause = Cause.TOO_LITTLE_DATA
        else:
            return False
        return True

    def _has_week(self) -> bool:
        """Tell whether a post from before the week was read, and so all of the week."""
        return any(m.at < self.window.starts for m in self.walk.messages.values() if m.is_post)

    def _below(self, cursor: int | None) -> HistoryPage | None:
        """Return the page of messages below `cursor` and take it in; None where none can be had."""
        assert cursor is not None
        page = self._known_below(cursor) or self._ask(cursor)
        if page is None:
            return None
        if not page.messages:
            # The page before said that older messages exist: "No posts found" out of place is a throttled client's.
            self.walk.cause = Cause.THROTTLED
            return None
        if page.messages[0].id >= cursor or (page.before is not None and page.before >= cursor):
            self.walk.cause = Cause.CONTRADICTION  # what was asked for is older: asking further would go in a circle
            return None
        return self._taken(page)

    def _taken(self, page: HistoryPage) -> HistoryPage:
        self.walk.add(page.messages)
        return page

    def _known_below(self, cursor: int) -> HistoryPage | None:
        """Return a page that was read in looking for the week and holds what is below `cursor`."""
        reach = ((ends, page) for ends, page in self._read.items() if ends >= cursor and page.messages)
        return next((page for _, page in reach if page.messages[0].id < cursor), None)

    def _ask(self, cursor: int) -> HistoryPage | None:
        seen = self.web.history(self.name, cursor, self.kind, self.answers)
        page = seen.page
        if page is None:
            self.walk.cause = seen.cause or Cause.UNRECOGNISED_PAGE
        elif page.messages and page.messages[-1].id >= cursor:
            self.walk.cause, page = Cause.CONTRADICTION, None
        else:
            self._read[cursor] = page
        return page

    def _settle(self) -> None:
        """Decide what an early stop costs: nothing that concerns the week when the week itself was reached."""
        walk = self.walk
        posts = [m for m in walk.messages.values() if m.is_post]
        if posts and all(m.hidden for m in posts):
            walk.cause = Cause.PREVIEW_OFF
        elif walk.cause is not None and walk.since is not None and walk.since < self.window.starts:
            walk.older_cause, walk.cause = walk.cause, None

    # By date -------------------------------------------------------------------------------------------------------

    def _is_far(self, page: HistoryPage, above: int) -> bool:
        """Tell whether the week's end lies so far below a page that it is looked for by its date."""
        oldest, newest = page.messages[0], page.messages[-1]
        ahead, span = oldest.at - self.window.ends, newest.at - oldest.at
        if self.walk.until is not None or ahead <= _NEAR:
            return False
        return above >= _FAR or ahead > _FAR * span

    def _jump(self, newest: HistoryPage) -> HistoryPage | None:
        """Find the page on which the week ends, and begin anew from it.

        Between an id that is older and one that is not, an id is guessed from their dates; where a guess gained little,
        from the middle for a while. The newest page is put aside: what lies between was not read.
        """
        end, walk = self.window.ends, self.walk
        # It would be asked for in any case.
        lowest = min(self._lowest().values(), key=lambda m: m.id, default=None)
        born = known_opening(self.known)
        walk.messages, walk.until = {}, end
        above = _Mark(newest.messages[0].id, newest.messages[0].at)
        below = _Mark(self._empty, min(born.at if born else end, end))
        if lowest is not None:
            below = _Mark(lowest.id, lowest.at)
        if (lowest is not None and lowest.at >= end) or (born is not None and born.at >= end):
            sure = self._reached or self.known.whole or (born is not None and born.precision is Precision.EXACT)
            walk.whole, walk.cause = sure, None if sure else Cause.TOO_LITTLE_DATA  # there was nothing yet
            return None
        halvings, under = 0, None
        for _ in range(min(_GUESSES, LATE_REQUESTS - len(self.answers)) if self.late else _GUESSES):
            cursor = _guess(above, below, end, halving=halvings > 0 or below.at >= end)
            page = self._ask(cursor)
            if page is None:
                return None
            width = above.id - below.id
            if not page.messages:
                below = _Mark(cursor - 1, below.at)
            elif page.messages[0].at >= end:
                above = _Mark(page.messages[0].id, page.messages[0].at)
                if page.before is None:
                    walk.whole = True
                    return None
            elif page.messages[-1].at >= end or cursor == above.id:
                return self._taken(page)
            else:
                below, under = _Mark(cursor - 1, page.messages[-1].at), page
            if above.id - below.id <= 1:
                return self._below(above.id) if under is None else self._taken(under)
            halvings = max(0, halvings - 1) if (above.id - below.id) * 2 <= width else _HALVINGS
        walk.cause = Cause.SEEN_LATE if self.late else Cause.TOO_LITTLE_DATA
        return None

    # The first message ---------------------------------------------------------------------------------------------

    def _lowest(self) -> dict[int, Message]:
        """Return the messages with the lowest ids, asked for once."""
        if self._oldest is None:
            self._oldest = {}
            if not self.walk.whole and 1 not in self.walk.messages and known_opening(self.known) is None:
                bound = min(self.walk.messages, default=None)
                self._oldest = self._oldest_messages(bound)
        return self._oldest

    def _oldest_messages(self, bound: int | None) -> dict[int, Message]:
        """Ask below 21, 101, 501, … for a first page, then halve between what was empty and what was not."""
        found: dict[int, Message] = {}
        upper = 21
        for _ in range(_LATE_OPENING if self.late else _OPENING_REQUESTS):
            upper = upper if bound is None else min(upper, bound)
            if upper <= self._empty + 1:
                break
            page = self.web.history(self.name, upper, EvidenceKind.OPENING, self.answers).page
            if page is None or (page.messages and page.messages[-1].id >= upper):
                break
            found.update({m.id: m for m in page.messages})
            if page.messages:
                self._read[upper] = page
                if page.before is None:
                    self._reached = True
                    break
                bound = page.messages[0].id
            elif bound is None or upper >= bound:
                break
            else:
                self._empty = upper
            upper = _next(self._empty, bound, halving=bool(found))
        return found


@dataclass(frozen=True, slots=True)
class _Mark:
    """An id and the moment of its message."""

    id: int
    at: datetime


def _guess(above: _Mark, below: _Mark, at: datetime, *, halving: bool) -> int:
    """Return the id before which a page is asked for, so that `at` falls into its middle."""
    if above.id - below.id <= _PAGE:
        return above.id
    span = (above.at - below.at) / timedelta(seconds=1)
    share = (at - below.at) / timedelta(seconds=1) / span if span > 0 and not halving else 0.5
    place = below.id + int((above.id - below.id) * share) + _PAGE // 2
    return max(min(place, above.id), below.id + 2)


def _next(empty: int, bound: int, *, halving: bool) -> int:
    if not halving:
        return (empty - 1) * 5 + 1
    # Within one page's reach of what was empty: that page holds the oldest of all.
    return bound if bound - empty <= 21 else (empty + bound) // 2 + 1


def read_back(
    web: Web,
    name: str,
    first: HistoryPage,
    window: Window,
    answers: list[Answer],
    kind: EvidenceKind = EvidenceKind.POSTS,
) -> Walk[Message]:
    """Read on from the newest page until the window is covered, with one post older than the week, or history ends."""
    return Past(web, name, first, window, answers, kind).read()
