"""Telegram without credentials: what t.me shows to anybody.

Only positive evidence becomes a fact. A landing page that says "missing" is also what a throttled client gets, so it is
believed only while this run's control is still seen; history with the channel's messages is believed before anything.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from auditor.base.address import Address
from auditor.base.snapshot import (
    Cause,
    ControlResult,
    EvidenceKind,
    Network,
    Post,
    Route,
    Snapshot,
)
from auditor.probes.base import Answer, AuthorKey, Clock, Sighting, Target, Window
from auditor.probes.http import Http, Limits
from auditor.probes.pacing import Breaker
from auditor.probes.tape import no_answer
from auditor.probes.tme.comments import Side, Talk, read_talks
from auditor.probes.tme.controls import Controls
from auditor.probes.tme.history import Header, HistoryPage, Message
from auditor.probes.tme.landing import Kind, Landing, register_link
from auditor.probes.tme.linked_group import Channel
from auditor.probes.tme.minimise import strangers_history, strangers_landing
from auditor.probes.tme.walk import Walk, find_opening, read_back
from auditor.probes.tme.web import CANONICAL, Asking, Seen, Web
from auditor.probes.visit import Visit
from auditor.probes.words import text_key
from auditor.registry.models import Control

_OTHER_KINDS = {Kind.GROUP, Kind.USER, Kind.BOT}


class _Visit(Visit):
    __slots__ = ()

    @property
    def name(self) -> str:
        """The name as it was written, to ask for."""
        return self.target.address.asked


class TelegramPreviewProbe:
    """Looks at public channels over t.me. For one thread; `control` comes before `look`."""

    route = Route.TELEGRAM_PREVIEW

    def __init__(
        self,
        base_url: str,
        *,
        interval: float,
        proxy: str | None,
        clock: Clock,
        author_key: AuthorKey,
        vantage: str = "",
        limits: Limits | None = None,
        http: Asking | None = None,
    ) -> None:
        """Prepare to ask `base_url` at most once in `interval` seconds. Raises `SettingsError` for a bad `proxy`.

        With `http` that is asked in place of the network.
        """
        http = http or Http(base_url, interval=interval, proxy=proxy, clock=clock, limits=limits)
        self._web = Web(http, silences=True)
        self._clock = clock
        self._author_key = author_key
        self._vantage = vantage
        self._breaker = Breaker()
        self._controls = Controls(self._web)

    @property
    def requests(self) -> int:
        """How many requests it has sent."""
        return self._web.http.requests

    def close(self) -> None:
        """Let go of connections."""
        self._web.http.close()

    def resume(self, *, trusted: str | None, stopped: Cause | None) -> None:
        """Stand where a run stood: a control of that name had been seen; or the route had been given up, and why."""
        self._controls.know(trusted)
        if stopped is not None:
            self._breaker.stop(stopped)

    def prepare(self, addresses: Sequence[Address]) -> None:
        """Do nothing: a page shows one account."""

    def control(self, control: Control) -> tuple[ControlResult, tuple[Answer, ...]]:
        """Look whether a name is there that must be, or is not that must not be."""
        return self._controls.look(control)

    def look(self, target: Target, window: Window) -> Sighting:
        """Look at a channel: what it is, its history over `window`, its opening, and the talk under its posts."""
        visit = _Visit(target, window, self._clock())
        if self._breaker.cause is not None:
            visit.facts["cause"] = cause = self._breaker.cause
            visit.answers.append(no_answer(EvidenceKind.PROFILE, target.address.url, at=visit.taken_at, cause=cause))
        else:
            self._look(visit)
            self._breaker.note(visit.facts.get("cause") or visit.facts.get("posts_cause"))
        snapshot = Snapshot(
            network=Network.TELEGRAM,
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
            self._another(visit, landing, first)
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
            cause = self._controls.still(visit.answers)
            visit.facts.update({"exists": False} if cause is None else {"cause": cause})

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
        elif page.header is None or page.header.has_content or page.before is not None:
            # "No posts found" beside counters of photos, or with no counters at all, is a throttled client's page.
            visit.facts["posts_cause"] = Cause.THROTTLED
        else:
            self._empty(visit)

    def _empty(self, visit: _Visit) -> None:
        """Believe in an empty channel only when its first page is empty too, and another preview is shown in full.

        "No posts found" is also what a client gets that asks too often; then the control's preview is as empty.
        """
        first = self._web.history(visit.name, 21, EvidenceKind.OPENING, visit.answers)
        if first.page is None or first.page.messages or first.page.damaged:
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
        if self._another(visit, landing, first) or not visit.target.full:
            return
        walk = read_back(self._web, visit.name, first, visit.window, visit.answers)
        opened_at, precision = find_opening(self._web, visit.name, walk, visit.answers)
        visit.facts.update(
            id=next((m.channel_id for m in walk.messages.values() if m.channel_id is not None), number),
            opened_at=opened_at,
            opened_precision=precision,
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
        place = f"{CANONICAL}/{visit.name}"
        for at, answer in enumerate(visit.answers):
            if answer.evidence.kind is EvidenceKind.CONTROL or answer.evidence.status is None:
                continue
            if answer.evidence.url != place:
                stored, judged = strangers_history(first.header if first else None, number), None
            elif landing.page is not None:
                stored, judged = strangers_landing(landing.page, number), None
            else:
                stored, judged = strangers_landing(Landing(Kind.UNRECOGNISED), number), landing.cause
            visit.answers[at] = _instead(answer, stored, judged)
        return True

    def _posts(self, visit: _Visit, walk: Walk, card: Landing | None, header: Header | None) -> tuple[Post, ...]:
        posts = [m for _, m in sorted(walk.messages.items()) if not m.service]
        if walk.cause is Cause.PREVIEW_OFF:
            return ()
        window = visit.window
        asked = [m.id for m in posts if window.comments_from <= m.at < window.ends]
        talks = read_talks(self._web, visit.name, self._side(visit, card, header), asked, visit.answers)
        unasked = Talk(cause=Cause.TOO_LITTLE_DATA)
        return tuple(_post(m, visit.name, talks.get(m.id, unasked)) for m in posts)

    def _side(self, visit: _Visit, card: Landing | None, header: Header | None) -> Side:
        title = (card.title if card else None) or (header.title if header else None)
        description = (card.description if card else None) or (header.description if header else None)
        return Side(
            channel=Channel(visit.name.casefold(), title, description),
            staff=frozenset(_handle(s) for s in visit.target.staff if isinstance(s, str)),
            others=frozenset(a.name.casefold() for a in visit.target.others if a.network is Network.TELEGRAM),
            author_key=self._author_key,
        )


def _instead(answer: Answer, stored: bytes, judged: Cause | None) -> Answer:
    """Keep `stored` in place of an answer's body."""
    about = {"stored_sha256": hashlib.sha256(stored).hexdigest(), "minimised": True}
    told = {**dict(answer.told), **({"judged": judged.value} if judged is not None else {})}
    evidence = answer.evidence.model_copy(update=about)
    return replace(answer, evidence=evidence, body=stored, told=tuple(told.items()))


def _number(page: HistoryPage | None) -> int | None:
    """Return the channel's number, which its messages carry and its landing page does not."""
    return next((m.channel_id for m in page.messages if m.channel_id is not None), None) if page is not None else None


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


def _post(message: Message, name: str, talk: Talk) -> Post:
    return Post(
        id=message.id,
        at=message.at,
        url=f"https://t.me/{name}/{message.id}",
        repost=message.repost,
        text_key=None if message.repost else text_key(message.text),
        comments_state=talk.state,
        comments_count=talk.count,
        comments_cause=talk.cause,
        comments=talk.comments,
    )


def _handle(written: str) -> str:
    """Read a user name of the registry's `staff`: ``@name``, ``t.me/name`` or ``name``."""
    return written.strip().rstrip("/").rsplit("/", 1)[-1].lstrip("@").casefold()
