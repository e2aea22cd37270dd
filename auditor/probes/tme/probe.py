"""Telegram without credentials: what t.me shows to everyone.

Only positive evidence becomes a fact. A landing page that says "missing" is also what a throttled client gets, so it is
believed only while this run's control is still seen. History with the channel's messages is believed before anything.
A history is read back as far as the week needs, and to its first message (telegram.md 3.1, 3.4).
"""

from typing import Any

from auditor.base.answers import Answer, no_answer, rewritten
from auditor.base.snapshot import (
    Cause,
    ControlResult,
    EvidenceKind,
    Outcome,
    Post,
    Snapshot,
    Trace,
)
from auditor.probes.base import Batch, Sighting, Target, Visit, Window
from auditor.probes.bodies import names_on
from auditor.probes.http import Http, HttpConnection
from auditor.probes.pacing import Breaker
from auditor.probes.tme.history import Talk, Walk, opening_by, post_of
from auditor.probes.tme.minimise import bare_history, bare_landing
from auditor.probes.tme.pages import Header, HistoryPage, Kind, Landing, Message, register_link
from auditor.probes.tme.talks import Channel, Side, read_talks, shows_talk, told_closed
from auditor.probes.tme.web import CANONICAL, PREVIEW, TELEGRAM, Controls, Seen, Web, unread
from auditor.registry.models import Control

PAGES = 60
"""Pages of 20 messages that are read of one channel at most."""
_OPENING_REQUESTS = 12


def read_back(
    web: Web,
    name: str,
    first: HistoryPage,
    window: Window,
    answers: list[Answer],
    kind: EvidenceKind = EvidenceKind.POSTS,
) -> Walk[Message]:
    """Read on from the newest page until the window is covered, with one post older than it, or history ends."""
    walk = Walk[Message]()
    walk.add(first.messages)
    page, pages = first, 1
    while True:
        if page.damaged or page.disordered:
            walk.cause = Cause.UNRECOGNISED_PAGE if page.damaged else Cause.CONTRADICTION
            return walk
        if page.before is None:
            walk.whole = True
            break
        if walk.covers(window):
            break
        cursor = page.before
        if pages >= PAGES:
            walk.cause = Cause.TOO_LITTLE_DATA
            break
        seen = web.history(name, cursor, kind, answers)
        pages += 1
        if seen.page is None:
            walk.cause = seen.cause or Cause.UNRECOGNISED_PAGE
            break
        page = seen.page
        if not page.messages:
            # The page before said that older messages exist: "No posts found" out of place is a throttled client's.
            walk.cause = Cause.THROTTLED
            break
        if page.messages[-1].id >= cursor or (page.before is not None and page.before >= cursor):
            walk.cause = Cause.CONTRADICTION  # what was asked for is older: asking further would go in a circle
            break
        walk.add(page.messages)
    _settle(walk, window)
    return walk


def _settle(walk: Walk[Message], window: Window) -> None:
    """Decide what an early stop costs: nothing that concerns the week when the week itself was reached."""
    posts = [m for m in walk.messages.values() if not m.service]
    if posts and all(m.hidden for m in posts):
        walk.cause = Cause.PREVIEW_OFF
    elif walk.cause is not None and walk.since is not None and walk.since < window.starts:
        walk.older_cause, walk.cause = walk.cause, None


def _find_opening(web: Web, name: str, walk: Walk[Message], answers: list[Answer]) -> Trace | None:
    """Return what shows when the channel was opened: its birth message, or its oldest message.

    Service messages and reposts are traces too. Without the history's end the lowest ids are asked for; with ids
    below 21 all deleted, the oldest message is looked for by halving.
    """
    found = dict(walk.messages)
    if not walk.whole and 1 not in found:
        found.update(_oldest_messages(web, name, min(found, default=None), answers))
    return opening_by(found)


def _oldest_messages(web: Web, name: str, bound: int | None, answers: list[Answer]) -> dict[int, Message]:
    """Ask below 21, 101, 501, … for a first page, then halve between what was empty and what was not."""
    found: dict[int, Message] = {}
    empty, upper = 0, 21
    for _ in range(_OPENING_REQUESTS):
        upper = upper if bound is None else min(upper, bound)
        if upper <= empty + 1:
            break
        seen = web.history(name, upper, EvidenceKind.OPENING, answers)
        page = seen.page
        if page is None or (page.messages and page.messages[-1].id >= upper):
            break
        found.update({m.id: m for m in page.messages})
        if page.messages and page.before is None:
            break
        if page.messages:
            bound = page.messages[0].id
        elif bound is None or upper >= bound:
            break
        else:
            empty = upper
        upper = _next(empty, bound, halving=bool(found))
    return found


def _next(empty: int, bound: int, *, halving: bool) -> int:
    if not halving:
        return (empty - 1) * 5 + 1
    # Within one page's reach of what was empty: that page holds the oldest of all.
    return bound if bound - empty <= 21 else (empty + bound) // 2 + 1


_OTHER_KINDS = {Kind.GROUP, Kind.USER, Kind.BOT}


class _Visit(Visit):
    __slots__ = ()

    @property
    def name(self) -> str:
        """The name as it was written, to ask for."""
        return self.target.address.asked


class TelegramPreviewProbe:
    """Looks at public channels over t.me. For one thread; `control` comes before `look`."""

    route = PREVIEW

    def __init__(
        self,
        connection: HttpConnection,
        *,
        vantage: str = "",
        web: Web | None = None,
    ) -> None:
        """Prepare to ask t.me, or `web` in its place. Raises `SettingsError` for a bad proxy."""
        self._web = web or Web(Http(connection), silences=True)
        self._clock = connection.clock
        self._vantage = vantage
        self._breaker = Breaker()
        self._controls = Controls(self._web)

    @property
    def requests(self) -> int:
        """How many requests it has sent."""
        return self._web.requests

    def close(self) -> None:
        """Let go of connections."""
        self._web.close()

    def resume(self, *, trusted: str | None, stopped: Cause | None) -> None:
        """Take up the state of a run: which control it had seen, or why it had given up the route."""
        self._controls.know(trusted)
        if stopped is not None:
            self._breaker.stop(stopped)

    def prepare(self, batch: Batch) -> None:
        """Do nothing: a page shows one account."""

    def control(self, control: Control) -> tuple[ControlResult, tuple[Answer, ...]]:
        """Look whether a name is there that must be, or is not that must not be; of a channel also inside."""
        result, answers = self._controls.look(control)
        name = self._controls.channel
        if not control.exists or result.outcome is not Outcome.PASSED or name is None:
            return result, answers
        inside: list[Answer] = []
        about: dict[str, Any] = dict(zip(("wall", "thread"), self._inside(name, inside), strict=True))
        about["evidence"] = (*result.evidence, *(answer.evidence for answer in inside))
        return result.model_copy(update=about), (*answers, *inside)

    def _inside(self, name: str, answers: list[Answer]) -> tuple[bool | None, bool | None]:
        """Tell whether a control's preview shows messages, and the widget under the newest of them a talk."""
        seen = self._web.history(name, None, EvidenceKind.CONTROL, answers, retry=False)
        if seen.unasked:
            return None, None
        posts = [m.id for m in seen.page.messages if not m.service] if seen.page is not None else []
        if not posts:
            return False, None
        return True, shows_talk(self._web, name, max(posts), answers)

    def look(self, target: Target, window: Window, *, wait: bool = True) -> Sighting:  # noqa: ARG002 - nothing closes
        """Look at a channel: what it is, its history over `window`, its opening, and the talk under its posts."""
        visit = _Visit(target, window, self._clock())
        if self._breaker.cause is not None:
            visit.facts["cause"] = cause = self._breaker.cause
            visit.answers.append(no_answer(EvidenceKind.PROFILE, target.address.url, at=visit.taken_at, cause=cause))
        else:
            self._look(visit)
            self._breaker.note(visit.facts.get("cause") or visit.facts.get("posts_cause"))
        snapshot = Snapshot(
            network=TELEGRAM,
            route=self.route,
            url=target.address.url,
            taken_at=visit.taken_at,
            vantage=self._vantage,
            evidence=tuple(a.evidence for a in visit.answers),
            **visit.facts,
        )
        return Sighting(snapshot, tuple(visit.answers))

    def _look(self, visit: _Visit) -> None:
        landing = self._landing(visit)
        page = landing.page
        if visit.name.startswith("+"):
            self._invite(visit, landing)
        elif page is not None and page.kind in _OTHER_KINDS:
            visit.facts.update(cause=Cause.WRONG_KIND, kind=page.kind.value)
        elif page is not None and page.kind is Kind.CHANNEL and not visit.target.full:
            first = self._web.history(visit.name, None, EvidenceKind.POSTS, visit.answers, retry=False).page
            visit.facts.update(exists=True, id=_number(first), **_card(page, None))
            if not self._another(visit, landing, first) and first is not None:
                visit.facts.update(_newest(visit.name, first))
        else:
            self._channel(visit, landing)

    def _landing(self, visit: _Visit) -> Seen[Landing]:
        seen = self._web.landing(visit.name, EvidenceKind.PROFILE, visit.answers)
        page = seen.page
        if page is None or page.kind not in {Kind.CHANNEL, Kind.MISSING} or visit.name.startswith("+"):
            return seen
        # A page about another name says nothing of this one.
        wrong = page.handle is not None and page.handle != visit.name.casefold()
        return Seen(cause=Cause.UNRECOGNISED_PAGE) if wrong else seen

    def _invite(self, visit: _Visit, landing: Seen[Landing]) -> None:
        """Read the page of a private invite. One that has expired says nothing of the channel behind it."""
        page = landing.page
        if page is None:
            visit.facts["cause"] = landing.cause
            return
        if page.kind in {Kind.PRIVATE, Kind.CHANNEL, Kind.GROUP}:
            visit.facts.update(exists=True, cause=Cause.PRIVATE)
        else:
            visit.facts["cause"] = Cause.PRIVATE if self._controls.trusted else Cause.CONTROL_FAILED

    def _channel(self, visit: _Visit, landing: Seen[Landing]) -> None:
        # A way that has just failed three times is tried once more, not three times.
        retry = landing.cause not in {Cause.UNREACHABLE, Cause.THROTTLED}
        history = self._web.history(visit.name, None, EvidenceKind.POSTS, visit.answers, retry=retry)
        if history.page is not None and history.page.messages:
            self._history(visit, landing, history.page)
        elif landing.page is None:
            visit.facts["cause"] = landing.cause or Cause.UNRECOGNISED_PAGE
        elif landing.page.kind is Kind.MISSING:
            self._missing(visit, history)
        elif landing.page.kind is Kind.CHANNEL:
            self._without_messages(visit, landing.page, history)
        else:
            visit.facts["cause"] = Cause.UNRECOGNISED_PAGE

    def _missing(self, visit: _Visit, history: Seen[HistoryPage]) -> None:
        """Believe "missing" only while a name that exists is still shown to us, in this very moment."""
        if history.page is not None:
            visit.facts["cause"] = Cause.UNRECOGNISED_PAGE  # a preview without messages contradicts the stub
        elif history.cause not in {None, Cause.UNRECOGNISED_PAGE} and not history.stub:
            visit.facts["cause"] = history.cause
        else:
            # Nobody has the name. Of the page that had it this says nothing: it may have another name.
            visit.facts["cause"] = self._controls.still(visit.answers) or Cause.NOT_AT_ADDRESS

    def _without_messages(self, visit: _Visit, card: Landing, history: Seen[HistoryPage]) -> None:
        """Say why a channel shows no message: its preview is off, we were turned away, or there is none."""
        page = history.page
        visit.facts.update(exists=True, **_card(card, page.header if page else None))
        if not visit.target.full:
            return
        if page is None:
            visit.facts["posts_cause"] = Cause.PREVIEW_OFF if history.redirected else history.cause
        elif page.unshown:
            visit.facts["posts_cause"] = Cause.PREVIEW_OFF
        elif page.damaged or page.foreign:
            visit.facts["posts_cause"] = Cause.UNRECOGNISED_PAGE
        elif page.header is None:
            visit.facts["posts_cause"] = Cause.THROTTLED  # "No posts found" without any counters
        elif page.header.has_content or page.before is not None:
            visit.facts["posts_cause"] = Cause.CONTRADICTION  # its own counters, or its link to older ones, say not
        else:
            self._empty(visit)

    def _empty(self, visit: _Visit) -> None:
        """Believe in an empty channel only when its first page is empty too, and another preview is shown in full.

        "No posts found" is also what a client gets that asks too often; then the control's preview is as empty.
        """
        first = self._web.history(visit.name, 21, EvidenceKind.OPENING, visit.answers)
        if first.page is not None and first.page.messages:
            visit.facts["posts_cause"] = Cause.CONTRADICTION
        elif first.page is None or first.page.damaged:
            visit.facts["posts_cause"] = first.cause or Cause.THROTTLED
        elif not self._controls.trusted:
            visit.facts["posts_cause"] = Cause.THROTTLED
        else:
            other = self._web.history(self._controls.trusted, None, EvidenceKind.CONTROL, visit.answers)
            if other.page is None or not other.page.messages:
                visit.facts["posts_cause"] = other.cause or Cause.THROTTLED

    def _history(self, visit: _Visit, landing: Seen[Landing], first: HistoryPage) -> None:
        card = landing.page
        channel = card if card is not None and card.kind is Kind.CHANNEL else None
        number = _number(first)
        visit.facts.update(exists=True, id=number, **_card(channel, first.header))
        if self._another(visit, landing, first):
            return
        if not visit.target.full:
            visit.facts.update(_newest(visit.name, first))
            return
        walk = read_back(self._web, visit.name, first, visit.window, visit.answers)
        trace = _find_opening(self._web, visit.name, walk, visit.answers)
        visit.facts.update(
            id=next((m.channel_id for m in walk.messages.values() if m.channel_id is not None), number),
            opened_at=trace.at if trace is not None else None,
            opened_precision=trace.precision if trace is not None else None,
            traces=(trace,) if trace is not None else (),
            posts_cause=walk.cause,
            posts_since=walk.since,
            older_cause=walk.older_cause,
            posts=self._posts(visit, walk, channel, first.header),
        )

    @staticmethod
    def _another(visit: _Visit, landing: Seen[Landing], first: HistoryPage | None) -> bool:
        """Tell whether it is another channel than the confirmed one: it is not read on, nor are its words kept."""
        number = visit.facts.get("id")
        if number is None or visit.target.id in {None, number}:
            return False
        visit.facts["posts_cause"] = Cause.GONE
        name, place = visit.name, f"{CANONICAL}/{visit.name}"
        header = first.header if first is not None else None
        for at, answer in enumerate(visit.answers):
            seen = answer.evidence
            if seen.kind is EvidenceKind.CONTROL or seen.status is None:
                continue
            if seen.url != place:
                visit.answers[at] = rewritten(answer, bare_history(name, header, number, seen.fetched_at))
            elif landing.page is None:
                visit.answers[at] = unread(answer, landing.cause or Cause.UNRECOGNISED_PAGE)
            elif landing.page.kind is not Kind.MISSING:
                visit.answers[at] = rewritten(answer, bare_landing(landing.page))
        return True

    def _posts(
        self, visit: _Visit, walk: Walk[Message], card: Landing | None, header: Header | None
    ) -> tuple[Post, ...]:
        posts = [m for _, m in sorted(walk.messages.items()) if not m.service]
        if walk.cause is Cause.PREVIEW_OFF:
            return ()
        window = visit.window
        asked = [m.id for m in posts if window.comments_from <= m.at < window.ends]
        talks = read_talks(self._web, visit.name, self._side(visit, card, header), asked, visit.answers)
        unasked = Talk(cause=Cause.TOO_LITTLE_DATA)
        return told_closed(post_of(m, visit.name, talks.get(m.id, unasked)) for m in posts)

    def _side(self, visit: _Visit, card: Landing | None, header: Header | None) -> Side:
        title = (card.title if card else None) or (header.title if header else None)
        description = (card.description if card else None) or (header.description if header else None)
        return Side(
            channel=Channel(visit.name.casefold(), title, description),
            staff=frozenset(_handle(s) for s in visit.target.staff if isinstance(s, str)),
            others=names_on(TELEGRAM, visit.target.others),
            own=names_on(TELEGRAM, visit.target.own),
            institution=names_on(TELEGRAM, visit.target.institution),
            holder=visit.target.names,
        )


def _number(page: HistoryPage | None) -> int | None:
    """Return the channel's number, which its messages carry and its landing page does not."""
    return next((m.channel_id for m in page.messages if m.channel_id is not None), None) if page is not None else None


def _newest(name: str, page: HistoryPage) -> dict[str, Any]:
    """Return the posts of a body's newest page: what they say is compared, and the talk under them is not asked for."""
    walk = Walk[Message]()
    walk.add(page.messages)
    unasked = Talk(cause=Cause.TOO_LITTLE_DATA)
    posts = [m for _, m in sorted(walk.messages.items()) if not m.service]
    return {"posts": tuple(post_of(m, name, unasked) for m in posts), "posts_since": walk.since}


def _card(landing: Landing | None, header: Header | None) -> dict[str, Any]:
    """Return what the landing page says, else the preview's header; its rounded counter is no number."""
    source = landing if landing is not None else header
    subscribers = next((c.subscribers for c in (landing, header) if c and c.subscribers is not None), None)
    return {
        "kind": Kind.CHANNEL.value,
        "verified": source.verified if source is not None else None,
        "subscribers": subscribers,
        "register_link": register_link(source.description) if source is not None else None,
    }


def _handle(written: str) -> str:
    """Read a user name of the registry's `staff`: ``@name``, ``t.me/name`` or ``name``."""
    return written.strip().rstrip("/").rsplit("/", 1)[-1].lstrip("@").casefold()
