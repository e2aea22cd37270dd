"""Looking for accounts over t.me, without credentials: names tried one by one, and channels read for links.

Requests: one for each name, one for the control after every `_EVERY` names that were not there and at the end of a
batch. Reading a channel: its landing page, one for each 20 messages back to the moment asked for, and one for its
opening; a person's, a group's or a bot's page is its landing page alone.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from auditor.base.address import Address
from auditor.base.answers import Answer
from auditor.base.snapshot import Cause, ControlResult, EvidenceKind, Network, Precision
from auditor.probes.base import Window
from auditor.probes.http import Http, HttpConnection
from auditor.probes.pacing import Breaker
from auditor.probes.plugins import Wiring
from auditor.probes.tme.history import Walk
from auditor.probes.tme.pages import HistoryPage, Kind, Landing, Message
from auditor.probes.tme.past import read_back
from auditor.probes.tme.web import CANONICAL, EXISTING, Controls, Seen, Web, tme_connection
from auditor.registry.models import Control
from auditor.search.pages import Page, PageKind, Passage, Place
from auditor.search.scouts.accounts_in import passage
from auditor.search.scouts.base import Door, Haul, Task, Worth, behind, counted, flags, reduced

_SESSION = "AUDITOR_TELEGRAM_SESSION"
_EVERY = 20
"""Names that were not there, after which the control is asked again."""
_BEFORE = re.compile(r"[?&]before=(\d+)")
_KINDS = {
    Kind.CHANNEL: PageKind.CHANNEL,
    Kind.GROUP: PageKind.GROUP,
    Kind.USER: PageKind.USER,
    Kind.BOT: PageKind.BOT,
}

_NETWORK = Network("telegram")


@dataclass(slots=True)
class _Batch:
    """Names asked for so far. `doubtful`: of each, whether its answer needs a control to be believed."""

    pages: list[Page] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    doubtful: list[bool] = field(default_factory=list)
    proved: int = 0
    """How many of them, from the first, stood before the last control that was seen."""
    cause: Cause | None = None
    unnamed: int = 0
    """Pages that exist and are no leads."""

    @property
    def open(self) -> int:
        """How many answers wait for a control."""
        return sum(self.doubtful[self.proved :])

    @property
    def tried(self) -> int:
        """How many names, from the first, were truly answered for."""
        for number in range(self.proved, len(self.doubtful)):
            if self.doubtful[number]:
                return number
        return len(self.doubtful)


class TelegramPreviewScout:
    """Finds pages on t.me. For one thread; `control` comes before `try_names`."""

    name = "telegram_preview"
    network: Network | None = _NETWORK
    batch = 10

    def __init__(
        self,
        connection: HttpConnection,
        *,
        own: Collection[Address] = frozenset(),
    ) -> None:
        """Prepare to ask t.me. Raises `SettingsError` for a bad proxy.

        `own`: pages of bodies and of officials on record. What is stored of them is what the probe would store; of
        any other page only flags and counts are.
        """
        self._http = Http(connection)
        self._web = Web(self._http, weighed=True)
        self._controls = Controls(self._web)
        self._clock = connection.clock
        self._own = frozenset(own)
        self._breaker = Breaker()

    @property
    def requests(self) -> int:
        """How many requests it has sent."""
        return self._web.requests

    def limit(self, most: int) -> None:
        """Send at most `most` requests."""
        self._http.limit(most)

    def room(self, requests: int) -> int:
        """Keep one request for the control at the end of a batch."""
        return min(self.batch, max(0, requests - 1))

    def close(self) -> None:
        """Close connections."""
        self._web.close()

    def doors(self) -> tuple[Door, ...]:
        """Names and pages are open to anybody, as long as the network answers; there is no search."""
        stopped = self._breaker.cause
        names = stopped or (Cause.CONTROL_FAILED if self._controls.failed else None)
        return (
            Door(Task.NAMES, names is None, names),
            Door(Task.SEARCH, open=False, cause=Cause.NO_CREDENTIALS, key=_SESSION),
            Door(Task.READ, stopped is None, stopped),
        )

    def control(self, control: Control) -> tuple[ControlResult, tuple[Answer, ...]]:
        """Look whether a name is there that must be, or is not that must not be."""
        return self._controls.look(control)

    # Names -------------------------------------------------------------------------------------------------------

    def try_names(self, names: Sequence[str], worth: Worth) -> Haul:
        """Ask for the landing page of each name.

        "Missing" is also what a throttled client is told. Where the control is no longer seen, the names since it was
        last seen count as not tried; pages found among them were seen all the same and are returned. A page that could
        not be read is returned with `exists` None.
        """
        closed = self._breaker.cause or (None if self._controls.trusted else Cause.CONTROL_FAILED)
        if closed is not None:
            return Haul(cause=closed)
        batch = _Batch()
        for name in names:
            self._try(name, batch, worth)
            if batch.cause is None and batch.open >= _EVERY:
                self._prove(batch)
            if batch.cause is not None:
                break
        if batch.open:
            self._prove(batch)
        self._breaker.note(batch.cause)
        if batch.doubtful:
            batch.answers.append(self._count(len(batch.doubtful), batch.unnamed))
        return Haul(tuple(batch.pages), tuple(batch.answers), batch.tried, batch.cause)

    def _try(self, name: str, batch: _Batch, worth: Worth) -> None:
        """Ask for one name; a failure of the route ends the batch, a page that cannot be read does not."""
        raw: list[Answer] = []
        address, seen = Address(_NETWORK, name.casefold()), self._landing(name, raw)
        if seen.page is None and seen.cause is not Cause.UNRECOGNISED_PAGE:
            batch.cause = seen.cause
            return
        batch.doubtful.append(seen.page is None or seen.page.kind not in EXISTING)
        if seen.page is None:
            batch.pages.append(Page(address, exists=None, cause=seen.cause))
        elif seen.page.kind in EXISTING:
            page = _page(address, seen.page)
            if worth(page):
                answer = reduced(raw[-1], flags(page))
                batch.answers.append(answer)
                page = _with_evidence(page, answer.evidence.id)
            else:
                batch.unnamed += 1
            batch.pages.append(page)

    def _prove(self, batch: _Batch) -> None:
        """Ask for the control; while it is seen, the names up to here are answered for."""
        raw: list[Answer] = []
        cause = self._controls.still(raw, retry=batch.cause is None)
        batch.answers += [reduced(a, {"control": cause is None}) for a in raw]
        if cause is None:
            batch.proved = len(batch.doubtful)
        else:
            batch.cause = batch.cause or cause

    def _landing(self, name: str, raw: list[Answer]) -> Seen[Landing]:
        seen = self._web.landing(name, EvidenceKind.LEAD, raw)
        page = seen.page
        # A page about another name says nothing of this one.
        wrong = page is not None and page.handle is not None and page.handle != name.casefold()
        return Seen(cause=Cause.UNRECOGNISED_PAGE) if wrong else seen

    def _count(self, asked: int, others: int) -> Answer:
        return counted(f"{CANONICAL}/", self._clock(), asked=asked, others=others)

    # Search ------------------------------------------------------------------------------------------------------

    def search(self, words: str, worth: Worth) -> Haul:
        """Return nothing: t.me has no search."""
        del words, worth
        return Haul(cause=Cause.NO_CREDENTIALS)

    # Reading -----------------------------------------------------------------------------------------------------

    def read(self, address: Address | str, since: datetime, worth: Worth) -> Haul:
        """Read a page: its card, and of a channel its posts back to `since`, as passages where they link to accounts.

        Of a page that is not of `worth` its landing page is all that is asked for. A repost is the name of its source,
        with its address; its words are somebody else's.
        """
        if isinstance(address, str) or address.network is not _NETWORK:
            return Haul(cause=Cause.WRONG_KIND)
        if address.name.startswith("+"):
            return Haul((Page(address, exists=None, cause=Cause.PRIVATE),), cause=Cause.PRIVATE)
        if self._breaker.cause is not None:
            return Haul(cause=self._breaker.cause)
        haul = self._read(address, since, worth)
        self._breaker.note(haul.cause)
        return haul

    def _read(self, address: Address, since: datetime, worth: Worth) -> Haul:
        raw: list[Answer] = []
        seen = self._landing(address.asked, raw)
        if seen.page is None:
            return Haul((Page(address, exists=None, cause=seen.cause),), cause=seen.cause)
        if seen.page.kind is Kind.MISSING:
            return self._unseen(address, raw, since, worth)
        return self._seen(_page(address, seen.page), raw, since, worth)

    def _unseen(self, address: Address, raw: list[Answer], since: datetime, worth: Worth) -> Haul:
        """Believe "missing" as the probe does: not beside a preview with messages, and with the control in sight."""
        first = self._web.history(address.asked, None, EvidenceKind.LEAD, raw, retry=False)
        if first.page is not None and first.page.messages:
            page = Page(address, exists=True, kind=PageKind.CHANNEL, title=_title(first.page))
            return self._seen(page, raw, since, worth, first)
        turned_away = first.page is not None or (first.cause is not None and not first.stub)
        cause = (first.cause or Cause.UNRECOGNISED_PAGE) if turned_away else self._controls.still(raw)
        page = Page(address, exists=False if cause is None else None, cause=cause)
        named = address in self._own or worth(page)
        answers = [reduced(a, {"exists": page.exists}) for a in raw] if named else [self._count(1, 0)]
        return Haul((page,), tuple(answers), cause=cause)

    def _seen(
        self,
        page: Page,
        raw: list[Answer],
        since: datetime,
        worth: Worth,
        first: Seen[HistoryPage] | None = None,
    ) -> Haul:
        """Read on of a page that is there."""
        if not (page.address in self._own or worth(page)):
            return Haul((page,), (self._count(1, 1),))
        cause = None
        if page.kind is PageKind.CHANNEL:
            first = first or self._web.history(page.address.asked, None, EvidenceKind.LEAD, raw)
            page, cause = self._channel(page, first, since, raw)
        if page.address not in self._own:
            raw = [reduced(raw[0], flags(page) | {"pages": len(raw)})]
        ids = tuple(a.evidence.id for a in raw)
        passages = tuple(replace(p, evidence=_behind(p, raw)) for p in page.passages)
        return Haul((replace(page, passages=passages, evidence=ids),), tuple(raw), cause=cause)

    def _channel(
        self, page: Page, first: Seen[HistoryPage], since: datetime, raw: list[Answer]
    ) -> tuple[Page, Cause | None]:
        name = page.address.asked
        if first.page is None:
            return page, Cause.PREVIEW_OFF if first.redirected else first.cause
        if not first.page.messages:
            header = first.page.header
            empty = header is not None and not header.has_content and not first.page.unshown
            return page, None if empty else Cause.PREVIEW_OFF if first.page.unshown else Cause.THROTTLED
        now = self._clock()
        walk = read_back(self._web, name, first.page, Window(since, now, since, now, since), raw, EvidenceKind.LEAD)
        opened, precision = self._opening(name, walk, raw)
        posts = [m for _, m in sorted(walk.messages.items()) if not m.service]
        found = replace(
            page,
            id=next((m.channel_id for m in walk.messages.values() if m.channel_id is not None), None),
            last_post_at=max((m.at for m in posts), default=None),
            opened_at=opened,
            opened_precision=precision,
            passages=(*page.passages, *_passages(posts, page.address)),
        )
        return found, walk.cause or walk.older_cause

    def _opening(self, name: str, walk: Walk[Message], raw: list[Answer]) -> tuple[datetime | None, Precision | None]:
        """Return when the channel was opened, at the cost of one request: its first page, where that is not empty."""
        found = dict(walk.messages)
        if not walk.whole and 1 not in found:
            seen = self._web.history(name, 21, EvidenceKind.LEAD, raw)
            found |= {m.id: m for m in seen.page.messages} if seen.page is not None else {}
        if not found:
            return None, None
        first = found.get(1)
        if first is not None and first.created:
            return first.at, Precision.EXACT
        return min(m.at for m in found.values()), Precision.NOT_LATER_THAN


def _page(address: Address, landing: Landing) -> Page:
    about = landing.description
    said = passage(Place.DESCRIPTION, about.marked, own=address, url=address.url) if about and about.text else None
    return Page(
        address,
        exists=True,
        kind=_KINDS.get(landing.kind),
        title=landing.title,
        description=about.text if about is not None else None,
        verified=landing.verified,
        closed=landing.kind is Kind.PRIVATE,
        subscribers=landing.subscribers,
        passages=(said,) if said is not None else (),
    )


def _title(page: HistoryPage) -> str | None:
    return page.header.title if page.header is not None else None


def _passages(posts: Iterable[Message], own: Address) -> list[Passage]:
    """Return the posts that link to other accounts; of a repost, its source."""
    found = []
    for post in posts:
        words = post.source if post.repost else post.marked
        said = passage(Place.POST, words, own=own, url=f"{CANONICAL}/{own.asked}/{post.id}", at=post.at)
        if said.links:
            found.append(said)
    return found


def _behind(said: Passage, raw: Sequence[Answer]) -> str:
    """Return the answer that a passage was read from: the page of history with its post, else the landing page."""
    if said.place is not Place.POST or len(raw) == 1:
        return raw[0].evidence.id
    return behind(int(said.url.rsplit("/", 1)[-1]), [a for a in raw if f"{CANONICAL}/s/" in a.evidence.url], _BEFORE)


def _with_evidence(page: Page, evidence: str) -> Page:
    passages = tuple(replace(p, evidence=evidence) for p in page.passages)
    return replace(page, passages=passages, evidence=(evidence,))


def open_scout(wiring: Wiring, own: Collection[Address]) -> TelegramPreviewScout:
    """Return the scout of Telegram's public pages."""
    return TelegramPreviewScout(tme_connection(wiring.settings, wiring.clock), own=own)
