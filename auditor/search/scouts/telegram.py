"""What both ways to Telegram make of a page and its messages."""

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from auditor.base.address import Address
from auditor.base.answers import Answer
from auditor.base.snapshot import Cause, Network
from auditor.probes.base import Clock, Window
from auditor.probes.driver import Timer
from auditor.probes.linked import Marked
from auditor.probes.plugins import Opened
from auditor.probes.telegram.forms import Message
from auditor.probes.telegram.history import traces_of
from auditor.search.pages import Page, PageKind, Passage, Place
from auditor.search.scouts.accounts_in import passage
from auditor.search.scouts.base import CallResult, Scout, Worth, filed

NETWORK = Network("telegram")
_PEOPLE = {PageKind.USER, PageKind.BOT}


class TelegramScout(Scout):
    """What is stored of `own`, pages of bodies and officials on record, is what a look stores; of others, flags."""

    network = NETWORK

    def __init__(self, opened: Opened, clock: Clock, own: Collection[Address] = (), timer: Timer | None = None) -> None:
        """Ask over a route that is set up."""
        super().__init__(opened, clock, timer)
        self._own = frozenset(own)
        self._met: dict[str, Page] = {}
        """Whom a search has found, by name."""

    @abstractmethod
    def _texts(self, name: str, received: bytes) -> Mapping[int, Marked]:
        """Read a page of history as it came: by id a message's own words with their links, of a repost its source."""

    def _worth(self, page: Page, worth: Worth) -> bool:
        """Tell whether a page may be named in what is stored."""
        return page.address in self._own or worth(page)

    def _window(self, since: datetime) -> Window:
        now = self._clock()
        return Window(since, now, since, now, since)

    def _filed(
        self,
        page: Page,
        tape: Sequence[Answer],
        cause: Cause | None,
        place: int | None = None,
        messages: Mapping[int, Message] | None = None,
    ) -> CallResult:
        """Hand a page over with its answers, its last post, and the posts that link to other accounts.

        `place` is where on the tape its history begins.
        """
        place = len(tape) if place is None else place
        shown = {number: message for number, message in (messages or {}).items() if not message.is_service}
        last = max((message.at for message in shown.values()), default=page.last_post_at)
        page = replace(page, last_post_at=last)
        answers, evidence_at = filed(page, tape, place, own=page.address in self._own and page.kind not in _PEOPLE)
        passages = [replace(said, evidence=evidence_at(place - 1)) for said in page.passages]
        linked: dict[int, Passage] = {}
        for n, record in enumerate(tape[place:] if shown else (), place):
            texts = self._texts(page.address.asked, record.received)
            for number in texts.keys() & shown.keys() - linked.keys():
                url, at = f"https://t.me/{page.address.asked}/{number}", shown[number].at
                said = passage(Place.POST, texts[number], own=page.address, url=url, at=at)
                linked[number] = replace(said, evidence=evidence_at(n))
        passages += [linked[number] for number in sorted(linked) if linked[number].links]
        ids = tuple(answer.evidence.id for answer in answers)
        return CallResult((replace(page, passages=tuple(passages), evidence=ids),), tuple(answers), cause=cause)


def opened(page: Page, messages: Mapping[int, Message], created: datetime | None = None) -> Page:
    """Add when a channel was opened, as its messages show or Telegram says."""
    trace = next(iter(traces_of(messages, created)), None)
    return page if trace is None else replace(page, opened_at=trace.at, opened_precision=trace.precision)


def described(page: Page, about: Marked | None) -> Page:
    """Add a description with the accounts in it."""
    if about is None or not about.text:
        return replace(page, description=None if about is None else "")
    said = passage(Place.DESCRIPTION, about, own=page.address, url=page.address.url)
    return replace(page, description=about.text, passages=(said,))
