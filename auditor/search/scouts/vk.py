"""Looking for pages on VK: names tried in bulk, VK's own search, and what a body's page says and links.

Pages are weighed in memory. To be stored, the scout hands over the number of all pages seen; address, number, kind and
flags of a page that may be a lead; and what a page on record shows to everyone.

A call asks for a thousand users or five hundred communities. VK leaves unknown names out of its answer. A batch that
fails with an error about some page is halved, down to the name at fault.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from auditor.base.address import Address
from auditor.base.snapshot import Cause, EvidenceKind, Precision, Route
from auditor.base.stored_response import StoredResponse
from auditor.probes.driver import Timer
from auditor.probes.linked_text import LinkedText
from auditor.probes.plugins import OpenedRoute, PluginContext, plugin_of
from auditor.probes.protocol import Call, Failure, FailureAction, MinimisedResponse, Request
from auditor.probes.target import Clock
from auditor.probes.vk.error_codes import DELETED_OR_BANNED, NO_SUCH, NOT_FOUND_CODES, concerns_page
from auditor.probes.vk.field_types import whole
from auditor.probes.vk.paged_list import read_list
from auditor.probes.vk.vk_network import VkSettings
from auditor.probes.vk.wall import Wall, WallPost, wall_page
from auditor.registry.models import Control
from auditor.search.scouted_page import Passage, PassagePlace, ScoutedPage
from auditor.search.scouts import vk_texts
from auditor.search.scouts.scout import Capability, LeadFilter, Scout, ScoutResult, Task, page_evidence, received_only
from auditor.search.scouts.vk_pages import (
    BATCH,
    GROUP_SEARCH,
    GROUPS,
    NETWORK,
    USER_FIELDS,
    USER_SEARCH,
    USERS,
    LookupBatch,
    methods_for,
    minimise_batch,
    objects_in,
    read_pages,
)

_KEY = "AUDITOR_VK_TOKEN"
_WALL = "wall.get"
_SEARCHED = 100
"""How many results of a search are looked at; pages beyond them are not found by it."""
_WALL_PAGES = 20
_MOST_SPLITS = 20
"""Halvings in one look-up: enough to single out two bad names of a thousand."""
_OK, _DENIED = 200, 15
"""What HTTP says of an answer, and VK's error for what a key may not ask."""
_LEAD = EvidenceKind.LEAD


@dataclass(slots=True)
class _LookupResult:
    """The result of a look-up."""

    pages: list[ScoutedPage] = field(default_factory=list)
    answers: list[StoredResponse] = field(default_factory=list)
    settled: set[str] = field(default_factory=set)
    """The names that got a real answer, whether they exist or not."""
    named: set[str] = field(default_factory=set)
    """The names under which a page was found."""
    cause: Cause | None = None
    """Why some names got no answer."""


class VkScout(Scout):
    """Asks VK who is there. Without a key nothing is asked; the search is open to a user's key alone."""

    name = "vk"
    network = NETWORK
    batch = 1000

    def __init__(self, opened: OpenedRoute, clock: Clock, timer: Timer | None = None, *, has_key: bool = True) -> None:
        """Ask over a route that is set up."""
        super().__init__(opened, clock, timer)
        self._has_key, self._seen = has_key, False
        self._closed: dict[str, Cause] = {}
        """Methods that this key may not call."""

    def names_affordable(self, requests: int) -> int:
        """Count two calls for users and two for each list of communities: a list without a known one is asked again."""
        per_list = BATCH[GROUPS]
        return min(self.batch, max(0, requests - 2) // 2 * per_list)

    def capabilities(self) -> tuple[Capability, ...]:
        """Say what it can do now, and which key would open the rest."""
        return tuple(self._door(task) for task in Task)

    def _door(self, task: Task) -> Capability:
        """Say whether a task is open. Names need both look-ups: one alone answers for no name that it does not know."""
        cause = None if self._has_key else Cause.NO_CREDENTIALS
        # What was closed for failing again and again, and not by VK's word, speaks of the route.
        failing = (failure for _, failure in self._driver.closed.values() if failure.act is FailureAction.RETRY)
        cause = cause or next((failure.cause for failure in failing), None)
        if cause is None and task is Task.NAMES:
            cause = self._why_shut(USERS) or self._why_shut(GROUPS)
        elif cause is None and task is Task.READ:
            cause = self._why_shut(_WALL) or (self._why_shut(USERS) if self._why_shut(GROUPS) else None)
        elif cause is None:
            cause = self._why_shut(USER_SEARCH) if self._why_shut(GROUP_SEARCH) else None
        return Capability(task, cause, _KEY if cause is Cause.NO_CREDENTIALS else "")

    def _why_shut(self, method: str) -> Cause | None:
        return self._closed.get(method) or self._shut(method)

    def control(self, control: Control) -> ScoutResult:
        """Look at an account whose existence is known."""
        if not self._has_key:
            return ScoutResult(cause=Cause.NO_CREDENTIALS)
        found = self._look_up([control.url.name], lambda page: page.address == control.url, EvidenceKind.CONTROL)
        page = next(iter(found.pages), None)
        exists, cause = (page.exists, page.cause) if page is not None else (None if found.cause else False, found.cause)
        self._seen |= bool(exists and control.exists)
        if exists is not None:
            cause = None if exists is control.exists else Cause.CONTROL_FAILED
        return ScoutResult(answers=tuple(found.answers), cause=cause)

    # Names -----------------------------------------------------------------------------------------------------------

    def try_names(self, names: Sequence[str], worth: LeadFilter) -> ScoutResult:
        """Ask which of `names` exist. A page has the name that was asked for.

        A deleted or banned one has `exists` False, and its number if VK does not give its name.
        """
        shut = self._door(Task.NAMES).cause
        if shut is not None:
            return ScoutResult(cause=shut)
        asked = [name.casefold() for name in names]
        possible = [name for name in dict.fromkeys(asked) if _is_possible(name)]
        found = self._look_up(possible, worth)
        done = (set(asked) - set(possible)) | found.named | (found.settled if self._seen else set())
        tried = next((n for n, name in enumerate(asked) if name not in done), len(asked))
        cause = found.cause or (None if tried == len(asked) else Cause.CONTROL_FAILED)
        return ScoutResult(tuple(found.pages), tuple(found.answers), tried, cause)

    def _look_up(
        self, names: Sequence[str], worth: LeadFilter, kind: EvidenceKind = _LEAD, *, whole: bool = False
    ) -> _LookupResult:
        """Ask for users, and among communities for those of the names that are no user's.

        A name is settled by its page, or by all methods that may know it.
        """
        both, unsettled = _LookupResult(), set[str]()
        for method in (USERS, GROUPS):
            left = [name for name in names if method in methods_for(name) and name not in both.named]
            # Communities are not worth asking for on a route that has just failed.
            goes_on = both.cause is None or self._why_shut(USERS) is not None
            found = self._find(LookupBatch(method, worth, left, whole, kind)) if goes_on else _LookupResult()
            unsettled |= set(left) - found.settled
            both.pages += found.pages
            both.answers += found.answers
            both.named |= found.named
            both.cause = both.cause or found.cause
        both.settled = set(names) - unsettled
        return both

    def _find(self, sheet: LookupBatch) -> _LookupResult:
        """Ask for all names of a sheet, in batches, and for half of a batch after an error about some page of it."""
        found, size, splits = _LookupResult(), BATCH[sheet.method], 0
        todo = [sheet.names[start : start + size] for start in range(0, len(sheet.names), size)]
        while todo and found.cause is None:
            names = todo.pop(0)
            batch = replace(sheet, names=names)
            pages, answers, failure = self._pages(batch, batch.ask())
            found.answers += answers
            if pages is not None or failure is None or failure.code in NOT_FOUND_CODES:
                found.settled.update(names)
                found.named |= {page.address.name for page in pages or ()} & set(names)
                found.pages += pages or ()
            elif concerns_page(failure) and len(names) == 1:
                found.settled.update(names)
                _apply_failure(names[0], failure, found)
            elif concerns_page(failure) and splits < _MOST_SPLITS:
                half, splits = (len(names) + 1) // 2, splits + 1
                todo[:0] = [names[:half], names[half:]]
            else:
                found.cause = failure.cause
        return found

    def _pages(
        self, sheet: LookupBatch, question: Request[MinimisedResponse]
    ) -> tuple[list[ScoutedPage] | None, list[StoredResponse], Failure | None]:
        """Ask, and return the pages that came with what is kept of the answer, or why there are none.

        Without either VK said that it knows nobody of those who were asked for.
        """
        tape: list[StoredResponse] = []
        answer = self._ask(question, tape)
        answers = list(received_only(tape))
        if isinstance(answer, Failure):
            return None, answers, self._understood(question.call.method, answer)
        items = objects_in(tape[-1].raw_body)
        if items is None:
            return None, answers, None
        pages = read_pages(sheet, items) if isinstance(items, list) else None
        if pages is None:
            return None, answers, Failure(at=answer.at, cause=Cause.UNRECOGNISED_PAGE)
        kept = minimise_batch(sheet, pages, answers[0])
        return [page.read_from(kept.evidence.id) for page in pages], [kept], None

    def _understood(self, method: str, failure: Failure) -> Failure:
        """Note where the key may not ask: "access denied" says that of a look-up or a search."""
        if concerns_page(failure):
            return failure
        if failure.code == _DENIED:
            failure = failure.model_copy(update={"cause": Cause.NO_CREDENTIALS, "act": FailureAction.CLOSE_METHOD})
        if failure.cause is Cause.NO_CREDENTIALS:
            self._closed[method] = failure.cause
        return failure

    # Search ----------------------------------------------------------------------------------------------------------

    def search(self, words: str, worth: LeadFilter) -> ScoutResult:
        """Ask VK's search for people and communities of this name. Communities worth it are then asked for whole."""
        shut = self._door(Task.SEARCH).cause
        if shut is not None or not words.strip():
            return ScoutResult(cause=shut)
        people = self._searched(LookupBatch(USER_SEARCH, worth), words, {"fields": ",".join(USER_FIELDS)})
        communities = self._searched(LookupBatch(GROUP_SEARCH, worth), words, {})
        more = self._find(LookupBatch(GROUPS, worth, [p.address.name for p in communities.pages if worth(p)]))
        pages = {page.id: page for found in (people, communities, more) for page in found.pages}
        answers = (*people.answers, *communities.answers, *more.answers)
        return ScoutResult(tuple(pages.values()), answers, cause=people.cause or communities.cause)

    def _searched(self, sheet: LookupBatch, words: str, fields: Mapping[str, str]) -> _LookupResult:
        if self._why_shut(sheet.method) is not None:
            return _LookupResult()  # the refusal was reported when it came; the other search still works
        call = Call(sheet.method, {"q": words, "count": _SEARCHED, **fields})
        pages, answers, failure = self._pages(sheet, Request(call, MinimisedResponse, _LEAD))
        return _LookupResult(pages or [], answers, cause=failure.cause if failure is not None else None)

    # Reading ---------------------------------------------------------------------------------------------------------

    def _read(self, address: Address, since: datetime, worth: LeadFilter) -> ScoutResult:
        shut = self._door(Task.READ).cause
        if shut is not None:
            return ScoutResult(cause=shut)
        own = worth(ScoutedPage(address, exists=None))  # for its address, and not for a name that agrees
        found = self._look_up([address.name], worth, whole=own)
        page = next(iter(found.pages), None)
        if page is None:
            cause = found.cause or (Cause.GONE if self._seen else Cause.CONTROL_FAILED)
            gone = (ScoutedPage(address, exists=False, cause=cause),) if cause is Cause.GONE else ()
            return ScoutResult(gone, tuple(found.answers), cause=cause)
        if page.exists and page.address != address:  # an answer about another page says nothing about this one
            return ScoutResult(answers=tuple(found.answers), cause=Cause.UNRECOGNISED_PAGE)
        page = replace(page, address=address)  # a deleted page does not say its name
        if not page.exists or page.cause is not None or page.id is None or not worth(page):
            return ScoutResult((page,), tuple(found.answers), cause=page.cause)
        wall, tape = Wall(owner=page.id), list[StoredResponse]()
        self._run(
            read_list(wall, partial(wall_page, page.id, _LEAD), _WALL_PAGES, partial(_reaches, wall, since)), tape
        )
        read = _with_wall(page, wall, tape, since, own=own)
        return replace(read, answers=(*found.answers, *read.answers))


def _reaches(wall: Wall, since: datetime) -> bool:
    return any(post.at < since for post in wall.counted_posts)


def _with_wall(
    page: ScoutedPage, wall: Wall, tape: Sequence[StoredResponse], since: datetime, *, own: bool
) -> ScoutResult:
    """Add what its wall says: the last post, the posts' texts and, if it was read whole, how old it is at least."""
    counted = [post for post in wall.items.values() if post.is_countable]
    page = replace(page, last_post_at=max((post.at for post in counted), default=None))
    if wall.complete and wall.oldest is not None:
        page = replace(page, opened_at=wall.oldest, opened_precision=Precision.NOT_LATER_THAN)
    if wall.failure is not None and wall.failure.code in DELETED_OR_BANNED and not wall.items:
        page = replace(page, exists=False, cause=Cause.GONE)
    kept, evidence_at = page_evidence(page, tape, 0, own=own)
    raw = {number: (place, post) for place in reversed(range(len(tape))) for number, post in _posts_in(tape[place])}
    passages = [
        replace(_passage(page, post, text), evidence=evidence_at(raw[post.id][0]), copied=copied)
        for post in sorted(counted, key=lambda post: (post.at, post.id))
        if post.at >= since or post.is_pinned  # a pinned post is shown first whatever its age
        for text, copied in vk_texts.post_text(raw[post.id][1])
    ]
    evidence = (*page.evidence, *(answer.evidence.id for answer in kept))
    page = replace(page, passages=(*page.passages, *passages), evidence=evidence)
    return ScoutResult((page,), tuple(kept), cause=page.cause or wall.cause)


def _passage(page: ScoutedPage, post: WallPost, text: LinkedText) -> Passage:
    return vk_texts.passage(PassagePlace.POST, text, page.address, f"https://vk.com/wall{page.id}_{post.id}", post.at)


def _posts_in(record: StoredResponse) -> Iterator[tuple[int, vk_texts.Raw]]:
    """Yield the posts of an answer as it came, with their numbers."""
    for item in vk_texts.objects(objects_in(record.raw_body)) if record.evidence.status == _OK else ():
        yield whole(item.get("id")) or 0, item


def _apply_failure(name: str, failure: Failure, found: _LookupResult) -> None:
    """Take in what VK says about one page: it is gone, private or withheld, or there is none."""
    if failure.code in NO_SUCH | NOT_FOUND_CODES:
        return
    if failure.code in DELETED_OR_BANNED:
        exists, cause = False, Cause.GONE
    elif failure.cause is Cause.PRIVATE:
        exists, cause = True, Cause.PRIVATE
    else:  # content that VK withholds is this page's own trouble: `blocked` would speak of the route
        exists, cause = None, Cause.REFUSED
    page = ScoutedPage(Address(NETWORK, name), exists=exists, cause=cause, closed=exists is True)
    found.named.add(name)
    found.pages.append(page.read_from(found.answers[-1].evidence.id))


def _is_possible(name: str) -> bool:
    """Tell whether VK can have such a name; others need not be asked for."""
    address = Address.read(f"https://vk.com/{name}")
    return address is not None and address.name == name


def open_scout(wiring: PluginContext, _own: Collection[Address]) -> VkScout | None:
    """Return VK's scout. What it keeps of a page is the same whoever's it is."""
    opened = plugin_of(Route.VK).open(wiring)
    has_key = wiring.settings.of(VkSettings).token is not None
    return VkScout(opened, wiring.clock, has_key=has_key) if opened is not None else None
