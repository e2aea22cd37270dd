"""Looking for accounts over t.me, without credentials: names tried one by one, and channels read for links.

Requests: one for each name, one for the control after every `_EVERY` names that were not there and at the end of a
batch. Reading a channel: its landing page, one for each 20 messages back to the moment asked for, and one for its
opening; a person's, a group's or a bot's page is its landing page alone.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from auditor.base.address import Address
from auditor.base.answers import Answer
from auditor.base.snapshot import Cause, ControlResult, EvidenceKind, Precision
from auditor.probes.base import Window
from auditor.probes.http import Http, HttpConnection
from auditor.probes.pacing import Breaker
from auditor.probes.plugins import Wiring
from auditor.probes.tme.history import Walk
from auditor.probes.tme.pages import HistoryPage, Kind, Landing, Message
from auditor.probes.tme.past import read_back
from auditor.probes.tme.web import CANONICAL, EXISTING, Controls, Seen, Web, tme_connection
from auditor.registry.models import Control
from auditor.search.pages import Page, PageKind, Place
from auditor.search.scouts.accounts_in import passage
from auditor.search.scouts.base import CallResult, Door, Task, Worth, counted, flags, reduced
from auditor.search.scouts.telegram import NETWORK, TelegramScout, with_messages

_SESSION = "AUDITOR_TELEGRAM_SESSION"
_EVERY = 20
"""Names that were not there, after which the control is asked again."""
_KINDS = {
    Kind.CHANNEL: PageKind.CHANNEL,
    Kind.GROUP: PageKind.GROUP,
    Kind.USER: PageKind.USER,
    Kind.BOT: PageKind.BOT,
}


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


class TelegramPreviewScout(TelegramScout):
    """Finds pages on t.me. For one thread; `control` comes before `try_names`."""

    name = "telegram_preview"
    batch = 10
    _messages_at = f"{CANONICAL}/s/"
    _cursor = re.compile(r"[?&]before=(\d+)")

    def __init__(self, connection: HttpConnection, *, own: Collection[Address] = frozenset()) -> None:
        """Prepare to ask t.me. Raises `SettingsError` for a bad proxy."""
        http = Http(connection)
        super().__init__(http, own)
        self._web = Web(http, weighed=True)
        self._controls = Controls(self._web)
        self._clock = connection.clock
        self._breaker = Breaker()

    def room(self, requests: int) -> int:
        """Keep one request for the control at the end of a batch."""
        return min(self.batch, max(0, requests - 1))

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

    def try_names(self, names: Sequence[str], worth: Worth) -> CallResult:
        """Ask for the landing page of each name.

        "Missing" is also what a throttled client is told. Where the control is no longer seen, the names since it was
        last seen count as not tried; pages found among them were seen all the same and are returned. A page that could
        not be read is returned with `exists` None.
        """
        closed = self._breaker.cause or (None if self._controls.trusted else Cause.CONTROL_FAILED)
        if closed is not None:
            return CallResult(cause=closed)
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
        return CallResult(tuple(batch.pages), tuple(batch.answers), batch.tried, batch.cause)

    def _try(self, name: str, batch: _Batch, worth: Worth) -> None:
        """Ask for one name; a failure of the route ends the batch, a page that cannot be read does not."""
        raw: list[Answer] = []
        address, seen = Address(NETWORK, name.casefold()), self._landing(name, raw)
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
                page = page.read_from(answer.evidence.id)
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

    # Reading -----------------------------------------------------------------------------------------------------

    def _read(self, address: Address, since: datetime, worth: Worth) -> CallResult:
        if self._breaker.cause is not None:
            return CallResult(cause=self._breaker.cause)
        got = self._asked(address, since, worth)
        self._breaker.note(got.cause)
        return got

    def _asked(self, address: Address, since: datetime, worth: Worth) -> CallResult:
        raw: list[Answer] = []
        seen = self._landing(address.asked, raw)
        if seen.page is None:
            return CallResult((Page(address, exists=None, cause=seen.cause),), cause=seen.cause)
        if seen.page.kind is Kind.MISSING:
            return self._unseen(address, raw, since, worth)
        return self._seen(_page(address, seen.page), raw, since, worth)

    def _unseen(self, address: Address, raw: list[Answer], since: datetime, worth: Worth) -> CallResult:
        """Believe "missing" as the probe does: not beside a preview with messages, and with the control in sight."""
        first = self._web.history(address.asked, None, EvidenceKind.LEAD, raw, retry=False)
        if first.page is not None and first.page.messages:
            header = first.page.header
            page = Page(address, exists=True, kind=PageKind.CHANNEL, title=header.title if header else None)
            return self._seen(page, raw, since, worth, first)
        turned_away = first.page is not None or (first.cause is not None and not first.stub)
        cause = (first.cause or Cause.UNRECOGNISED_PAGE) if turned_away else self._controls.still(raw)
        page = Page(address, exists=False if cause is None else None, cause=cause)
        named = self._worth(page, worth)
        answers = [reduced(a, {"exists": page.exists}) for a in raw] if named else [self._count(1, 0)]
        return CallResult((page,), tuple(answers), cause=cause)

    def _seen(
        self,
        page: Page,
        raw: list[Answer],
        since: datetime,
        worth: Worth,
        first: Seen[HistoryPage] | None = None,
    ) -> CallResult:
        """Read on of a page that is there."""
        if not self._worth(page, worth):
            return CallResult((page,), (self._count(1, 1),))
        cause = None
        if page.kind is PageKind.CHANNEL:
            first = first or self._web.history(page.address.asked, None, EvidenceKind.LEAD, raw)
            page, cause = self._channel(page, first, since, raw)
        return self._filed(page, raw, cause)

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
        number = next((m.channel_id for m in walk.messages.values() if m.channel_id is not None), None)
        found = replace(page, id=number, opened_at=opened, opened_precision=precision)
        return with_messages(found, walk.messages.values()), walk.cause or walk.older_cause

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


def open_scout(wiring: Wiring, own: Collection[Address]) -> TelegramPreviewScout:
    """Return the scout of Telegram's public pages."""
    return TelegramPreviewScout(tme_connection(wiring.settings, wiring.clock), own=own)
