"""The scout of t.me, without credentials: tries names one by one, and reads channels for links.

Requests: one a name, and one for the control after a batch in which names were missing. Reading a channel: its landing
page, one request for each 20 messages back to `since`, and one for its first messages; of a person, a group or a bot
only the landing page. A landing page, shortened:

    <div class="tgme_page_title"><span dir="auto">Имярек Анна</span></div>
    <div class="tgme_page_extra">120 subscribers</div>
    <div class="tgme_page_description">Глава Первого района. <a href="https://vk.com/imyarek_anna">ВК</a></div>
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from auditor.base.address import Address
from auditor.base.snapshot import Cause, EvidenceKind, Network
from auditor.base.stored_response import StoredResponse, make_stored_response
from auditor.probes.driver import Timer
from auditor.probes.plugins import OpenedRoute, PluginContext
from auditor.probes.protocol import Failure, fetch
from auditor.probes.target import Clock, Target, Window
from auditor.probes.telegram.channel_history import read_back, traces_of
from auditor.probes.telegram.responses import EntityKind, HistoryPage, Message, MessageKind
from auditor.probes.telegram.web.landing_page import LandingPage, read_landing
from auditor.probes.telegram.web.web_source import PUBLIC_ORIGIN, WebSource
from auditor.registry.models import Control
from auditor.search.scouted_page import PageKind, Passage, PassagePlace, ScoutedPage
from auditor.search.scouts.account_links import make_passage
from auditor.search.scouts.scout import (
    LeadFilter,
    Raw,
    Scout,
    ScoutResult,
    Task,
    as_json,
    flags,
    read_result,
    with_minimal_body,
)

_NETWORK = Network("telegram")
_FIRST_IDS = 21
"""The page before this message id has a channel's first messages."""
_Posts = dict[int, tuple[int, Message]]
"""A channel's messages by number, each after the tape index of the response that had it first."""


class TelegramPreviewScout(Scout):
    """Finds pages on t.me. `control` must be called before `try_names`."""

    name = "telegram_preview"
    network = _NETWORK
    tasks = tuple(Task)
    key = "`auditor login`"
    batch = 10
    price = (1, 1, 1)
    """One request is left for the control after the batch."""

    _visible_control: Address | None = None
    """An existing control that was seen; None before, and after one failed. Without it no absence is believed."""

    def __init__(
        self, opened: OpenedRoute, clock: Clock, record_addresses: Collection[Address] = (), timer: Timer | None = None
    ) -> None:
        """Ask over an opened route.

        Of the pages in `record_addresses`, of bodies and of officials, as much is stored as in a look; of others flags.
        """
        super().__init__(opened, clock, timer)
        self._record_addresses = frozenset(record_addresses)

    def _why_not(self, task: Task) -> Cause | None:
        """Return why a task is closed: names and pages are open while t.me answers, and it has no search."""
        if task is Task.SEARCH:
            return Cause.NO_CREDENTIALS
        return self._why_closed("landing", *(["preview"] if task is Task.READ else []))

    def control(self, control: Control) -> ScoutResult:
        """Look at an account that is known to exist or to be missing."""
        tape: list[StoredResponse] = []
        landing = self._fetch_landing(control.url, tape, EvidenceKind.CONTROL)
        if isinstance(landing, Failure):
            return ScoutResult(responses=tuple(tape), cause=landing.cause)
        as_expected = control.exists is (landing.kind is not EntityKind.MISSING)
        self._visible_control = None if not as_expected else control.url if control.exists else self._visible_control
        return ScoutResult(responses=tuple(tape), cause=None if as_expected else Cause.CONTROL_FAILED)

    def _fetch_landing(
        self, address: Address, tape: list[StoredResponse], kind: EvidenceKind = EvidenceKind.LEAD
    ) -> LandingPage | Failure:
        """Fetch a landing page and read all of it; a page about another name is an `unrecognised_page` failure."""
        request = WebSource(Target(address)).landing_page(address.request_name, kind)
        page = self._fetch(request, tape, lambda raw: read_landing(raw["html"]))
        if isinstance(page, Failure) or page.handle in {None, address.request_name.casefold()}:
            return page
        return Failure(at=tape[-1].evidence.fetched_at, cause=Cause.UNRECOGNISED_PAGE)

    def _why_absence_unproven(self, tape: list[StoredResponse]) -> Cause | None:
        """Return why no missing name is believed now: the control is not shown any more. None while it is shown."""
        if self._visible_control is None:
            return Cause.CONTROL_FAILED
        landing = self._fetch_landing(self._visible_control, tape, EvidenceKind.CONTROL)
        if isinstance(landing, Failure):
            return landing.cause
        return Cause.THROTTLED if landing.kind is EntityKind.MISSING else None

    # Names -------------------------------------------------------------------------------------------------------

    def _try_names(self, names: Sequence[str], is_lead: LeadFilter) -> ScoutResult:
        """Fetch the landing page of each name, and return the pages that exist.

        A throttled client is told "missing" too, so the control is fetched after the last name. If it is not shown, the
        names from the first missing one on count as not tried; the pages found among them are returned all the same. A
        page that could not be read is returned with `exists` None.
        """
        if self._visible_control is None:
            return ScoutResult(cause=Cause.CONTROL_FAILED)
        pages, responses, doubtful = list[ScoutedPage](), list[StoredResponse](), list[bool]()
        cause: Cause | None = None
        other_count = 0
        for address in (Address(_NETWORK, name.casefold()) for name in names):
            tape: list[StoredResponse] = []
            landing = self._fetch_landing(address, tape)
            if isinstance(landing, Failure) and landing.cause is not Cause.UNRECOGNISED_PAGE:
                cause = landing.cause
                break
            page = _page(address, landing)
            doubtful.append(not page.exists)
            if page.exists and is_lead(page):
                responses.append(with_minimal_body(tape[-1], flags(page)))
                page = page.read_from(responses[-1].evidence.id)
            else:
                other_count += bool(page.exists)
            pages += [page] if page.exists or page.cause is not None else []
        tried, control_tape = len(doubtful), list[StoredResponse]()
        control_cause = self._why_absence_unproven(control_tape) if any(doubtful) else None
        responses += [with_minimal_body(record, {"control": control_cause is None}) for record in control_tape]
        if control_cause is not None:
            tried, cause = doubtful.index(True), cause or control_cause
        responses += [self._count(len(doubtful), other_count)] if doubtful else []
        return ScoutResult(tuple(pages), tuple(responses), tried, cause)

    def _count(self, asked_count: int, other_count: int) -> StoredResponse:
        """Return a record of how many pages were asked for and how many of them are no lead, without their names."""
        url, counted_at = f"{PUBLIC_ORIGIN}/", self._clock()
        counts = as_json({"asked": asked_count, "others": other_count})
        return make_stored_response(EvidenceKind.LEAD, url, fetched_at=counted_at, status=None, received=counts)

    # Reading -----------------------------------------------------------------------------------------------------

    def _read(self, address: Address, since: datetime, is_lead: LeadFilter) -> ScoutResult:
        tape: list[StoredResponse] = []
        landing = self._fetch_landing(address, tape)
        page = _page(address, landing)
        if isinstance(landing, Failure):
            return ScoutResult((page,), cause=page.cause)
        may_be_named = page.address in self._record_addresses or is_lead(page)
        if not page.exists:  # a throttled client is told that every name is missing
            cause = self._why_absence_unproven(tape)
            page = replace(page, exists=False if cause is None else None, cause=cause or Cause.GONE)
            stored = [with_minimal_body(record, {"exists": page.exists}) for record in tape]
            return ScoutResult((page,), tuple(stored) if may_be_named else (self._count(1, 0),), cause=page.cause)
        if not may_be_named:
            return ScoutResult((page,), (self._count(1, 1),))
        posts, cause = _Posts(), None
        if page.kind is PageKind.CHANNEL:
            page, cause = self._read_history(page, since, tape, posts)
        shown = [row for _, row in sorted(posts.items()) if not row[1].is_service]
        passages = ((index, text) for index, post in shown if (text := _passage(page, post)).links)
        on_record = page.address in self._record_addresses and page.kind not in {PageKind.USER, PageKind.BOT}
        result = read_result(page, tape, passages, cause, posts_from=1, on_record=on_record)
        last_post_at = max((post.at for _, post in shown), default=None)
        return replace(result, pages=tuple(replace(page, last_post_at=last_post_at) for page in result.pages))

    def _read_history(
        self, page: ScoutedPage, since: datetime, tape: list[StoredResponse], posts: _Posts
    ) -> tuple[ScoutedPage, Cause | None]:
        """Read a channel's messages back to `since` into `posts`; return what they say of the page, and what failed."""
        source, read = WebSource(Target(page.address)), partial(_read_posts, posts)
        newest = self._run(fetch(source.history_page(None, EvidenceKind.LEAD)), tape, read)
        if isinstance(newest, Failure) or not newest.messages:
            return page, _why_empty(newest)
        now = self._clock()
        history = self._run(read_back(source, Window(since, now, since, now, since), None, newest), tape, read)
        messages = dict(history.items)
        if not history.complete and 1 not in messages:
            oldest = self._run(fetch(source.history_page(_FIRST_IDS, EvidenceKind.LEAD)), tape, read)
            messages |= {} if isinstance(oldest, Failure) else {message.id: message for message in oldest.readable}
        for number in posts.keys() - history.items.keys():
            del posts[number]
        page = replace(page, id=newest.number)
        for trace in traces_of(messages, None):
            page = replace(page, opened_at=trace.at, opened_precision=trace.precision)
        return page, history.cause or history.older_cause


def _passage(page: ScoutedPage, post: Message) -> Passage:
    url = f"{PUBLIC_ORIGIN}/{page.address.request_name}/{post.id}"
    text = make_passage(PassagePlace.POST, post.marked, page.address, url, post.at)
    return replace(text, copied=post.kind is MessageKind.REPOST)


def _read_posts(posts: _Posts, index: int, raw: Raw, page: HistoryPage) -> None:
    """Take the messages with their links, which are not stored, by number."""
    del raw
    for message in page.readable:
        posts.setdefault(message.id, (index, message))


def _why_empty(newest: HistoryPage | Failure) -> Cause | None:
    """Return why a channel's newest page shows no message; None if the channel has none."""
    if isinstance(newest, Failure) or newest.cause is not None:
        return newest.cause
    if newest.unshown:
        return Cause.PREVIEW_OFF
    return None if newest.header is not None and not newest.header.has_content else Cause.THROTTLED


def _page(address: Address, landing: LandingPage | Failure) -> ScoutedPage:
    if isinstance(landing, Failure):
        return ScoutedPage(address, exists=None, cause=landing.cause)
    page = ScoutedPage(
        address,
        exists=landing.kind is not EntityKind.MISSING,
        kind=next((kind for kind in PageKind if kind == landing.kind.value), None),
        title=landing.header.title,
        verified=landing.header.verified,
        closed=landing.kind is EntityKind.PRIVATE,
        subscribers=landing.header.subscribers,
    )
    if landing.about is None or not landing.about.text:
        return replace(page, description=None if landing.about is None else "")
    about = make_passage(PassagePlace.DESCRIPTION, landing.about, address)
    return replace(page, description=about.text, passages=(about,))


def open_scout(
    opened: OpenedRoute, context: PluginContext, record_addresses: Collection[Address]
) -> TelegramPreviewScout:
    """Return the scout of t.me."""
    return TelegramPreviewScout(opened, context.clock, record_addresses)
