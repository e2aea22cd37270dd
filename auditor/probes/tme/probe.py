"""Telegram without credentials: what t.me shows to everyone.

Only positive evidence becomes a fact. A landing page that says "missing" is also what a throttled client gets, so it is
believed only while this run's control is still seen. History with the channel's messages is believed before anything.
A history is read back as far as the week needs, and to its first message (telegram.md 3.1, 3.4).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from auditor.base.answers import Answer, no_answer, rewritten
from auditor.base.snapshot import (
    Cause,
    ControlResult,
    Evidence,
    EvidenceKind,
    Outcome,
    Post,
    Snapshot,
)
from auditor.probes.base import BEFORE_RED, Batch, NotNow, Sighting, Target, Visit, Window, may_redden, unread_control
from auditor.probes.bodies import names_on
from auditor.probes.expected import posts_asked
from auditor.probes.http import Http, HttpConnection
from auditor.probes.pacing import Breaker, PutOffError
from auditor.probes.tme.history import (
    LATE_REQUESTS,
    Talk,
    Walk,
    asked_at,
    behind,
    is_late,
    post_of,
    told_otherwise,
    unanswered,
    with_talk,
    with_talk_of,
)
from auditor.probes.tme.minimise import bare_history, bare_landing
from auditor.probes.tme.pages import Header, HistoryPage, Kind, Landing, Message, agrees, register_link
from auditor.probes.tme.past import Past
from auditor.probes.tme.talks import Channel, Speakers, read_talks, shows_talk, told_closed
from auditor.probes.tme.web import CANONICAL, PREVIEW, TELEGRAM, Controls, Seen, Web, unread
from auditor.registry.models import Control

_PROFILE_DAYS = 28
"""So long a landing page need not be asked for again while the preview's header agrees with it."""
_AGAIN = timedelta(hours=12)
"""So soon after it was read no talk is asked for again, unless silence may be held against the person."""
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
        self._talk_under: str | None = None
        """The control whose widget this run asks for."""

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
        wall, thread, cause = self._inside(name, inside)
        about: dict[str, Any] = {"wall": wall, "thread": thread} | unread_control(cause)
        about["evidence"] = (*result.evidence, *(answer.evidence for answer in inside))
        return result.model_copy(update=about), (*answers, *inside)

    def _inside(self, name: str, answers: list[Answer]) -> tuple[bool | None, bool | None, Cause | None]:
        """Tell whether a control's preview shows messages (else why not), and the widget under the newest a talk."""
        seen = self._web.history(name, None, EvidenceKind.CONTROL, answers, retry=False)
        if seen.unasked:
            return None, None, None
        posts = [m.id for m in seen.page.messages if not m.service] if seen.page is not None else []
        if not posts:
            return False, None, seen.cause
        if self._talk_under not in {None, name}:
            return True, None, None  # one widget a run tells that the way to widgets is open
        self._talk_under = name
        return True, shows_talk(self._web, name, max(posts), answers), None

    def look(self, target: Target, window: Window, *, wait: bool = True) -> Sighting | NotNow:
        """Look at a channel: what it is, its history over `window`, its opening, and the talk under its posts."""
        if not self._web.begin(target.address.url, wait=wait):
            return NotNow()
        visit = _Visit(target, window, self._clock())
        if self._breaker.cause is not None:
            visit.facts["cause"] = cause = self._breaker.cause
            visit.answers.append(no_answer(EvidenceKind.PROFILE, target.address.url, at=visit.taken_at, cause=cause))
        else:
            try:
                self._look(visit)
            except PutOffError:
                return NotNow()
            self._breaker.note(visit.facts.get("cause") or visit.facts.get("posts_cause"))
        snapshot = Snapshot(
            network=TELEGRAM,
            route=self.route,
            url=target.address.url,
            taken_at=visit.taken_at,
            vantage=self._vantage,
            evidence=visit.evidence,
            sides=target.sides,
            **visit.facts,
        )
        return Sighting(snapshot, tuple(visit.answers))

    def _look(self, visit: _Visit) -> None:
        first = self._known_page(visit)
        if first is not None and first.page is not None and self._is_as_known(visit, first.page):
            self._history(visit, Seen(), first.page)
            return
        landing = self._landing(visit)
        page = landing.page
        if visit.name.startswith("+"):
            self._invite(visit, landing)
        elif page is not None and page.kind in _OTHER_KINDS:
            visit.facts.update(cause=Cause.WRONG_KIND, kind=page.kind.value)
        elif page is not None and page.kind is Kind.CHANNEL and not visit.target.full:
            first = first or self._web.history(visit.name, None, EvidenceKind.POSTS, visit.answers, retry=False)
            newest = first.page
            visit.facts.update(exists=True, id=_number(newest), **_card(page, None))
            if not self._another(visit, landing, newest) and newest is not None:
                visit.facts.update(_newest(visit.name, newest))
        else:
            self._channel(visit, landing, first)

    def _known_page(self, visit: _Visit) -> Seen[HistoryPage] | None:
        """Ask for the preview first where an earlier look has the landing page; None where it has not."""
        if not knows_page(visit.target, visit.taken_at):
            return None
        return self._web.history(visit.name, None, EvidenceKind.POSTS, visit.answers)

    def _is_as_known(self, visit: _Visit, page: HistoryPage) -> bool:
        """Tell whether a preview is of the channel that is known, and its header agrees with what its page said."""
        known, landing = visit.target.known.page, _landing_known(visit.target, visit.taken_at)
        assert known is not None
        assert landing is not None
        if not page.messages or page.header is None or _number(page) is None or _number(page) != known.id:
            return False
        if page.header.subscribers is None:
            if not agrees(page.header.shown, known.subscribers):
                return False
            visit.carried.append(landing)
        return True

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

    def _channel(self, visit: _Visit, landing: Seen[Landing], first: Seen[HistoryPage] | None = None) -> None:
        # A way that has just failed three times is tried once more, not three times.
        retry = landing.cause not in {Cause.UNREACHABLE, Cause.THROTTLED}
        history = first or self._web.history(visit.name, None, EvidenceKind.POSTS, visit.answers, retry=retry)
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
        known = visit.target.known
        if visit.carried and known.page is not None:
            visit.facts["subscribers"] = known.page.subscribers
        if self._another(visit, landing, first):
            return
        if not visit.target.full:
            visit.facts.update(_newest(visit.name, first))
            return
        late = is_late(visit.window, visit.taken_at)
        past = Past(self._web, visit.name, first, visit.window, visit.answers, known=known, late=late)
        walk = past.read()
        trace = past.opening()
        earlier = walk.joined(known, visit.window)
        visit.carried += (e for e in known.evidence if e.kind is EvidenceKind.OPENING)
        visit.facts.update(
            id=next((m.channel_id for m in walk.messages.values() if m.channel_id is not None), number),
            opened_at=trace.at if trace is not None else None,
            opened_precision=trace.precision if trace is not None else None,
            traces=(trace,) if trace is not None else (),
            posts_cause=walk.cause,
            posts_since=walk.since,
            posts_until=walk.until,
            older_cause=walk.older_cause,
            posts=self._posts(visit, walk, earlier, channel, first.header),
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
        self, visit: _Visit, walk: Walk[Message], earlier: list[Post], card: Landing | None, header: Header | None
    ) -> tuple[Post, ...]:
        if walk.cause is Cause.PREVIEW_OFF:
            return ()
        messages = [m for _, m in sorted(walk.messages.items()) if m.is_post]
        seen = [*earlier, *(post_of(m, visit.name, Talk()) for m in messages)]
        window = visit.window
        asked = [p for p in seen if window.comments_from <= p.at < window.ends]
        side = self._side(visit, card, header)
        talks = self._talks(visit, side, asked, [p for p in asked if _is_wanted(visit, p)])
        posts = [_with_talk(visit, p, talks) for p in seen]
        if rest := [p for p in asked if p.id not in talks and _may_decide(visit, p, posts)]:
            talks |= self._talks(visit, side, asked, rest)
            posts = [_with_talk(visit, p, talks) for p in seen]
        visit.carried += behind(visit.target.known, [*earlier, *(p for p in posts if p.comments_read_at is not None)])
        return told_closed(posts)

    def _talks(self, visit: _Visit, side: Speakers, asked: list[Post], wanted: list[Post]) -> dict[int, Talk]:
        """Read the talks under the `wanted` of the posts `asked`; of a week long ago as many as may be asked for."""
        late, starts = is_late(visit.window, visit.taken_at), visit.window.starts
        week = [p.id for p in asked if p.at >= starts]
        return read_talks(
            self._web,
            visit.name,
            side,
            [p.id for p in wanted],
            visit.answers,
            week=week,
            most=LATE_REQUESTS - len(visit.answers) if late else None,
        )

    def _side(self, visit: _Visit, card: Landing | None, header: Header | None) -> Speakers:
        title = (card.title if card else None) or (header.title if header else None)
        description = (card.description if card else None) or (header.description if header else None)
        return Speakers(
            channel=Channel(visit.name.casefold(), title, description),
            staff=frozenset(_handle(s) for s in visit.target.staff if isinstance(s, str)),
            others=names_on(TELEGRAM, visit.target.others),
            own=names_on(TELEGRAM, visit.target.own),
            institution=names_on(TELEGRAM, visit.target.institution),
            holder=visit.target.names,
            staff_unseen=any(isinstance(s, int) or s.strip().isdecimal() for s in visit.target.staff),
        )


def knows_page(target: Target, at: datetime) -> bool:
    """Tell whether a look at `at` asks for the preview first, because an earlier one has the landing page."""
    page = target.known.page
    channel = page is not None and page.cause is None and page.kind == Kind.CHANNEL
    return channel and _landing_known(target, at) is not None


def _landing_known(target: Target, at: datetime) -> Evidence | None:
    """Return the answer of the last landing page, unless it is too old."""
    place = f"{CANONICAL}/{target.address.asked}"
    shown = [e for e in target.known.evidence if e.url == place and e.status == 200]
    last = max((e for e in shown if e.kind is EvidenceKind.PROFILE), key=lambda e: e.fetched_at, default=None)
    return None if last is not None and at - last.fetched_at > timedelta(days=_PROFILE_DAYS) else last


def talks_to_ask(target: Target, window: Window, at: datetime) -> int:
    """Return under how many known posts a look at `at` asks for the talk."""
    visit = _Visit(target, window, at)
    posts = [one.post for one in posts_asked(target, window)]
    return sum(_is_wanted(visit, post) or _may_decide(visit, post, posts) for post in posts)


def _is_wanted(visit: _Visit, post: Post) -> bool:
    """Tell whether the talk under a post is to be asked for: it never was, or it may tell more of the week by now.

    The preview does not count comments. So a talk is asked for in each look until it was read after the week, and then
    where it has a question without an answer, or where it is not told by today's record who wrote in it.
    """
    known = visit.target.known.post(post.id)
    read = asked_at(known)
    if known is None or read is None or known.due or read < visit.window.ends or told_otherwise(visit.target, known):
        return True
    return visit.taken_at - read >= _AGAIN and unanswered([known.post], visit.window) > 0


def _may_decide(visit: _Visit, post: Post, posts: Sequence[Post]) -> bool:
    """Tell whether a remembered talk is read again: silence is held against nobody by what is 90 minutes old."""
    read = asked_at(visit.target.known.post(post.id))
    if read is None or visit.taken_at - read < BEFORE_RED:
        return False
    return may_redden((comment for one in posts for comment in one.comments), visit.window)


def _with_talk(visit: _Visit, post: Post, talks: dict[int, Talk]) -> Post:
    """Return a post with its talk as it is seen now, else as an earlier look read it."""
    known, window = visit.target.known.post(post.id), visit.window
    if post.id in talks:
        return with_talk(post, talks[post.id])
    if known is None or asked_at(known) is None or not window.comments_from <= post.at < window.ends:
        return with_talk(post, Talk(cause=Cause.TOO_LITTLE_DATA))
    return with_talk_of(post, known)


def _number(page: HistoryPage | None) -> int | None:
    """Return the channel's number, which its messages carry and its landing page does not."""
    return next((m.channel_id for m in page.messages if m.channel_id is not None), None) if page is not None else None


def _newest(name: str, page: HistoryPage) -> dict[str, Any]:
    """Return the posts of a body's newest page: what they say is compared, and the talk under them is not asked for."""
    walk = Walk[Message]()
    walk.add(page.messages)
    unasked = Talk(cause=Cause.TOO_LITTLE_DATA)
    posts = [m for _, m in sorted(walk.messages.items()) if m.is_post]
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
