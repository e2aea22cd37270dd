"""Looking for accounts over t.me, without credentials: names tried one by one, and channels read for links.

Requests: one for each name, and one for the control at the end of a batch in which names were not there. Reading a
channel: its landing page, one for each 20 messages back to the moment asked for, and one for its opening; a person's,
a group's or a bot's page is its landing page alone.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from auditor.base.address import Address
from auditor.base.snapshot import Cause, EvidenceKind, Network, Route
from auditor.base.stored_response import StoredResponse
from auditor.probes.driver import Timer
from auditor.probes.plugins import OpenedRoute, PluginContext, plugin_of
from auditor.probes.protocol import Failure
from auditor.probes.target import Clock, Target, Window
from auditor.probes.telegram.history_reader import read_back, traces_of
from auditor.probes.telegram.responses import EntityKind, HistoryPage, Message, MessageKind
from auditor.probes.telegram.web.landing_page import LandingPage, decode, read_landing
from auditor.probes.telegram.web.preview_page import read_preview
from auditor.probes.telegram.web.web_source import HOST, WebSource
from auditor.registry.models import Control
from auditor.search.scouted_page import PageKind, Passage, PassagePlace, ScoutedPage
from auditor.search.scouts.account_links import passage
from auditor.search.scouts.scout import (
    Capability,
    LeadFilter,
    Scout,
    ScoutResult,
    Task,
    count_record,
    flags,
    page_evidence,
    received_only,
    with_minimal_body,
)

_NETWORK = Network("telegram")
_SESSION = "AUDITOR_TELEGRAM_SESSION"
_FIRST_IDS = 21
"""Below this id are a channel's first messages, on one page."""


class TelegramPreviewScout(Scout):
    """Finds pages on t.me. `control` comes before `try_names`.

    What is stored of `own`, pages of bodies and officials on record, is what a look stores; of others, flags.
    """

    name = "telegram_preview"
    network = _NETWORK
    batch = 10

    _known: Address | None = None
    """A control that was seen; None too where one was not as it must be: then no absence is believed."""

    def __init__(
        self, opened: OpenedRoute, clock: Clock, own: Collection[Address] = (), timer: Timer | None = None
    ) -> None:
        """Ask over a route that is set up."""
        super().__init__(opened, clock, timer)
        self._own = frozenset(own)

    def names_affordable(self, requests: int) -> int:
        """Keep one request for the control at the end of a batch."""
        return min(self.batch, max(0, requests - 1))

    def capabilities(self) -> tuple[Capability, ...]:
        """Names and pages are open to anybody, as long as the network answers; there is no search."""
        search = Capability(Task.SEARCH, Cause.NO_CREDENTIALS, _SESSION)
        return (
            Capability(Task.NAMES, self._shut("landing")),
            search,
            Capability(Task.READ, self._shut("landing", "preview")),
        )

    def control(self, control: Control) -> ScoutResult:
        """Look whether a name is there that must be, or is not that must not be."""
        tape: list[StoredResponse] = []
        front = self._front(control.url, tape, EvidenceKind.CONTROL)
        if isinstance(front, Failure):
            return ScoutResult(answers=received_only(tape), cause=front.cause)
        fits = control.exists is (front.kind is not EntityKind.MISSING)
        self._known = None if not fits else control.url if control.exists else self._known
        return ScoutResult(answers=received_only(tape), cause=None if fits else Cause.CONTROL_FAILED)

    def _front(
        self, address: Address, tape: list[StoredResponse], kind: EvidenceKind = EvidenceKind.LEAD
    ) -> LandingPage | Failure:
        """Ask for a landing page, and read all that it says. One about another name says nothing of this one."""
        card = self._ask(WebSource(Target(address)).landing(address.request_name, kind), tape)
        if isinstance(card, Failure):
            return card
        page = read_landing(decode(tape[-1].raw_body))
        other = page.handle not in {None, address.request_name.casefold()}
        return Failure(at=card.at, cause=Cause.UNRECOGNISED_PAGE) if other else page

    def _still(self, tape: list[StoredResponse]) -> Cause | None:
        """Ask anew for a control that was seen; None while it is shown, else why no missing name is to be believed."""
        if self._known is None:
            return Cause.CONTROL_FAILED
        front = self._front(self._known, tape, EvidenceKind.CONTROL)
        if isinstance(front, Failure):
            return front.cause
        return Cause.THROTTLED if front.kind is EntityKind.MISSING else None

    # Names -------------------------------------------------------------------------------------------------------

    def try_names(self, names: Sequence[str], worth: LeadFilter) -> ScoutResult:
        """Ask for the landing page of each name.

        "Missing" is also what a throttled client is told, so the control is asked for after the last name. Where it is
        not seen, the names from the first missing one on count as not tried; pages found among them are returned. A
        page that could not be read is returned with `exists` None.
        """
        shut = self._shut("landing") or (Cause.CONTROL_FAILED if self._known is None else None)
        if shut is not None:
            return ScoutResult(cause=shut)
        pages, answers, doubtful = list[ScoutedPage](), list[StoredResponse](), list[bool]()
        cause: Cause | None = None
        unnamed = 0
        for address in (Address(_NETWORK, name.casefold()) for name in names):
            tape: list[StoredResponse] = []
            front = self._front(address, tape)
            if isinstance(front, Failure) and front.cause is not Cause.UNRECOGNISED_PAGE:
                cause = front.cause
                break
            page = _page(address, front)
            doubtful.append(not page.exists)
            if page.exists and worth(page):
                answers.append(with_minimal_body(tape[-1], flags(page)))
                page = page.read_from(answers[-1].evidence.id)
            else:
                unnamed += bool(page.exists)
            pages += [page] if page.exists or page.cause is not None else []
        tried, control = len(doubtful), list[StoredResponse]()
        failing = self._still(control) if any(doubtful) else None
        answers += [with_minimal_body(answer, {"control": failing is None}) for answer in received_only(control)]
        if failing is not None:
            tried, cause = doubtful.index(True), cause or failing
        answers += [self._count(len(doubtful), unnamed)] if doubtful else []
        return ScoutResult(tuple(pages), tuple(answers), tried, cause)

    def _count(self, asked: int, others: int) -> StoredResponse:
        return count_record(f"{HOST}/", self._clock(), asked=asked, others=others)

    # Reading -----------------------------------------------------------------------------------------------------

    def _read(self, address: Address, since: datetime, worth: LeadFilter) -> ScoutResult:
        shut = self._shut("landing", "preview")
        if shut is not None:
            return ScoutResult(cause=shut)
        tape: list[StoredResponse] = []
        front = self._front(address, tape)
        page = _page(address, front)
        if isinstance(front, Failure):
            return ScoutResult((page,), cause=page.cause)
        if not page.exists:  # a throttled client is told so of every name
            cause = self._still(tape)
            page = replace(page, exists=False if cause is None else None, cause=cause or Cause.GONE)
            answers = tuple(with_minimal_body(answer, {"exists": page.exists}) for answer in received_only(tape))
            return ScoutResult((page,), answers if self._worth(page, worth) else (self._count(1, 0),), cause=page.cause)
        if not self._worth(page, worth):
            return ScoutResult((page,), (self._count(1, 1),))
        if page.kind is not PageKind.CHANNEL:
            return self._filed(page, tape, None)
        web, place = WebSource(Target(page.address)), len(tape)
        newest = self._ask(web.history_page(None, EvidenceKind.LEAD), tape)
        if isinstance(newest, Failure) or not newest.messages:
            return self._filed(page, tape, _why_empty(newest), place)
        now = self._clock()
        walk = self._run(read_back(web, Window(since, now, since, now, since), None, newest), tape)
        oldest: dict[int, Message] = {}
        if not walk.whole and 1 not in walk.messages:
            end = self._ask(web.history_page(_FIRST_IDS, EvidenceKind.LEAD), tape)
            oldest = {m.id: m for m in end.readable} if isinstance(end, HistoryPage) else {}
        page = replace(page, id=newest.number)
        for trace in traces_of({**walk.messages, **oldest}, None):
            page = replace(page, opened_at=trace.at, opened_precision=trace.precision)
        return self._filed(page, tape, walk.cause or walk.older_cause, place, walk.messages)

    def _worth(self, page: ScoutedPage, worth: LeadFilter) -> bool:
        """Tell whether a page may be named in what is stored."""
        return page.address in self._own or worth(page)

    def _filed(
        self,
        page: ScoutedPage,
        tape: Sequence[StoredResponse],
        cause: Cause | None,
        place: int | None = None,
        messages: Mapping[int, Message] | None = None,
    ) -> ScoutResult:
        """Hand a page over with its answers, its last post, and the posts that link to other accounts.

        `place` is where on the tape its history begins.
        """
        place = len(tape) if place is None else place
        shown = {number: message for number, message in (messages or {}).items() if not message.is_service}
        last = max((message.at for message in shown.values()), default=None)
        people = {PageKind.USER, PageKind.BOT}
        answers, evidence_at = page_evidence(
            page, tape, place, own=page.address in self._own and page.kind not in people
        )
        passages = [replace(text, evidence=evidence_at(place - 1)) for text in page.passages]
        linked: dict[int, Passage] = {}
        for n, record in enumerate(tape[place:] if shown else (), place):
            history = read_preview(decode(record.raw_body), page.address.request_name, self._clock())
            for post in history.readable if history is not None else ():
                if post.id in shown and post.id not in linked:
                    url = f"https://t.me/{page.address.request_name}/{post.id}"
                    text = passage(PassagePlace.POST, post.marked, own=page.address, url=url, at=shown[post.id].at)
                    copied = post.kind is MessageKind.REPOST
                    linked[post.id] = replace(text, evidence=evidence_at(n), copied=copied)
        passages += [linked[number] for number in sorted(linked) if linked[number].links]
        ids = tuple(answer.evidence.id for answer in answers)
        page = replace(page, last_post_at=last, passages=tuple(passages), evidence=ids)
        return ScoutResult((page,), tuple(answers), cause=cause)


def _why_empty(first: HistoryPage | Failure) -> Cause | None:
    """Say why a channel shows no message; None where it has none."""
    if isinstance(first, Failure) or first.cause is not None:
        return first.cause
    if first.unshown:
        return Cause.PREVIEW_OFF
    return None if first.header is not None and not first.header.has_content else Cause.THROTTLED


def _page(address: Address, front: LandingPage | Failure) -> ScoutedPage:
    if isinstance(front, Failure):
        return ScoutedPage(address, exists=None, cause=front.cause)
    page = ScoutedPage(
        address,
        exists=front.kind is not EntityKind.MISSING,
        kind=next((kind for kind in PageKind if kind == front.kind.value), None),
        title=front.header.title,
        verified=front.header.verified,
        closed=front.kind is EntityKind.PRIVATE,
        subscribers=front.header.subscribers,
    )
    if front.about is None or not front.about.text:
        return replace(page, description=None if front.about is None else "")
    about = passage(PassagePlace.DESCRIPTION, front.about, own=address, url=address.url)
    return replace(page, description=about.text, passages=(about,))


def open_scout(wiring: PluginContext, own: Collection[Address]) -> TelegramPreviewScout | None:
    """Return the scout of Telegram's public pages."""
    route = plugin_of(Route.TELEGRAM_PREVIEW).open(wiring)
    return None if route is None else TelegramPreviewScout(route, wiring.clock, own)
