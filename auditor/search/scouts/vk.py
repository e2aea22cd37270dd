"""The scout of VK: tries names in bulk, uses VK's own search, and reads the texts and links of pages.

To be stored, the scout hands over the count of all pages seen, address, id, kind and flags of a page that may be a
lead, and the public texts of a page on record. `vk_pages` has a sample response.

A call asks for a thousand users or five hundred communities; VK leaves unknown names out of its response. A batch that
fails with an error about some page is halved, down to the name at fault.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from auditor.base.address import Address
from auditor.base.snapshot import Cause, EvidenceKind, Precision
from auditor.base.stored_response import StoredResponse
from auditor.probes.driver import Timer
from auditor.probes.linked_text import LinkedText
from auditor.probes.paged_list import read_list
from auditor.probes.plugins import OpenedRoute, PluginContext
from auditor.probes.protocol import Call, Failure, FailureAction, MinimisedResponse, Request
from auditor.probes.target import Clock
from auditor.probes.vk.error_codes import DELETED_OR_BANNED, NO_SUCH, NOT_FOUND_CODES, concerns_page
from auditor.probes.vk.field_types import read_whole
from auditor.probes.vk.vk_network import VkSettings
from auditor.probes.vk.wall import Wall, WallPage, wall_page
from auditor.registry.models import Control
from auditor.search.scouted_page import PageKind, Passage, PassagePlace, ScoutedPage, is_possible
from auditor.search.scouts.account_links import make_passage
from auditor.search.scouts.scout import (
    LeadFilter,
    Raw,
    Scout,
    ScoutResult,
    Task,
    read_result,
)
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
    objects,
    post_texts,
    read_pages,
)

_WALL = "wall.get"
_SEARCH_SIZE = 100
"""How many results of a search are requested and read."""
_WALL_PAGES = 20
_MAX_SPLITS = 20
"""Most halvings in one look-up: enough to single out two bad names of a thousand."""
_DENIED = 15
"""VK's error "access denied"."""
_LEAD = EvidenceKind.LEAD


@dataclass(slots=True)
class _LookupResult:
    """The pages and names that a look-up has settled so far."""

    pages: list[ScoutedPage] = field(default_factory=list)
    responses: list[StoredResponse] = field(default_factory=list)
    unsettled: set[str] = field(default_factory=set)
    """The names about which some method that may know them said nothing."""
    existing_names: set[str] = field(default_factory=set)
    """The names under which VK has a page, deleted and private ones included."""
    cause: Cause | None = None
    """Why the remaining names are not settled."""


class VkScout(Scout):
    """Finds pages on VK. Without a key nothing is asked; the search is open to a user's key alone."""

    name = "vk"
    network = NETWORK
    tasks = tuple(Task)
    key = "vk_token_file"
    batch = 1000
    price = (2, 2, BATCH[GROUPS])
    """Two, because a list in which VK knows no name is asked for again."""

    def __init__(self, opened: OpenedRoute, clock: Clock, timer: Timer | None = None, *, has_key: bool = True) -> None:
        """Ask over an opened route; `has_key`: whether it has a key."""
        super().__init__(opened, clock, timer)
        self._has_key, self._control_seen = has_key, False

    def _why_not(self, task: Task) -> Cause | None:
        """Return why a task is closed. Names need both look-ups, as a name missing in one may be in the other."""
        # A method that was closed after repeated failures, not by an error of VK's, says that the route is down.
        failing = [failure.cause for _, failure in self._driver.closed.values() if failure.act is FailureAction.RETRY]
        if failing or not self._has_key:
            return failing[0] if self._has_key else Cause.NO_CREDENTIALS
        if task is Task.NAMES:
            return self._why_closed(USERS, GROUPS)
        if task is Task.SEARCH:
            return self._why_closed(GROUP_SEARCH) and self._why_closed(USER_SEARCH)
        return self._why_closed(_WALL) or (self._why_closed(GROUPS) and self._why_closed(USERS))

    def control(self, control: Control) -> ScoutResult:
        """Look at an account that is known to exist or to be missing."""
        if not self._has_key:
            return ScoutResult(cause=Cause.NO_CREDENTIALS)
        batch = LookupBatch(lambda page: page.address == control.url, [control.url.name], kind=EvidenceKind.CONTROL)
        result = self._look_up(batch)
        missing = ScoutedPage(control.url, exists=None if result.cause else False, cause=result.cause)
        page = next(iter(result.pages), missing)
        self._control_seen |= bool(page.exists and control.exists)
        failed = None if page.exists is control.exists else Cause.CONTROL_FAILED
        return ScoutResult(responses=tuple(result.responses), cause=page.cause if page.exists is None else failed)

    # Names -----------------------------------------------------------------------------------------------------------

    def _try_names(self, names: Sequence[str], is_lead: LeadFilter) -> ScoutResult:
        """Return the pages under `names`, each with the name that was asked for as its address.

        A deleted or banned page has `exists` False, and its numbered address if VK does not send its name.
        """
        requested = [name.casefold() for name in names]
        possible = [name for name in dict.fromkeys(requested) if is_possible(name, NETWORK)]
        result = self._look_up(LookupBatch(is_lead, possible))
        doubtful = result.unsettled if self._control_seen else set(possible)
        doubtful -= result.existing_names
        tried = next((n for n, name in enumerate(requested) if name in doubtful), len(requested))
        cause = result.cause or (None if tried == len(requested) else Cause.CONTROL_FAILED)
        return ScoutResult(tuple(result.pages), tuple(result.responses), tried, cause)

    def _look_up(self, batch: LookupBatch) -> _LookupResult:
        """Look up names among users, and those without a user among communities."""
        result = _LookupResult()
        for method in (USERS, GROUPS):
            names = [name for name in batch.names if method in methods_for(name) and name not in result.existing_names]
            # After a failure of the route itself, communities are not asked for.
            if result.cause is None or self._why_closed(USERS) is not None:
                self._find(replace(batch, method=method, names=names), result)
            else:
                result.unsettled.update(names)
        return result

    def _find(self, whole_batch: LookupBatch, result: _LookupResult) -> None:
        """Look up all names in batches of the method's size; halve a batch after an error about some page of it."""
        size, splits, cause = BATCH[whole_batch.method], 0, None
        todo = [whole_batch.names[start : start + size] for start in range(0, len(whole_batch.names), size)]
        while todo and cause is None:
            names = todo.pop(0)
            batch = replace(whole_batch, names=names)
            failure = self._ask(batch, batch.make_request(), result)
            if failure is not None and concerns_page(failure) and len(names) == 1:
                _apply_failure(names[0], failure, result)
            elif failure is not None and concerns_page(failure) and splits < _MAX_SPLITS:
                half, splits = (len(names) + 1) // 2, splits + 1
                todo[:0] = [names[:half], names[half:]]
            elif failure is not None:
                todo, cause = [names, *todo], failure.cause
        result.unsettled.update(*todo)
        result.cause = result.cause or cause

    def _ask(self, batch: LookupBatch, request: Request[MinimisedResponse], result: _LookupResult) -> Failure | None:
        """Send a request, add its pages and what is stored of the response, and return the failure.

        "Access denied" to a look-up or a search means a key without the right: the method is closed to it.
        """
        tape: list[StoredResponse] = []
        pages = self._fetch(request, tape, partial(read_pages, batch))
        result.responses += tape
        if not isinstance(pages, Failure):
            minimised = result.responses[-1] = minimise_batch(batch, pages, tape[-1])
            result.existing_names |= {page.address.name for page in pages} & set(batch.names)
            result.pages += [page.read_from(minimised.evidence.id) for page in pages]
            return None
        if pages.code == _DENIED and not concerns_page(pages):
            pages = pages.model_copy(update={"cause": Cause.NO_CREDENTIALS, "act": FailureAction.CLOSE_METHOD})
        if pages.cause is Cause.NO_CREDENTIALS:
            self._driver.close_method(request.call.method, pages)
        return pages

    # Search ----------------------------------------------------------------------------------------------------------

    def _search(self, query: str, is_lead: LeadFilter) -> ScoutResult:
        """Search for people and communities. Communities that may be leads are then looked up with all fields."""
        result = _LookupResult()
        for method, fields in (
            (USER_SEARCH, {"fields": ",".join(USER_FIELDS)}),
            (GROUP_SEARCH, {}),
        ):
            if self._why_closed(method) is None:  # else the refusal was returned when it came
                call = Call(method, {"q": query, "count": _SEARCH_SIZE, **fields})
                failure = self._ask(
                    LookupBatch(is_lead, method=method), Request(call, MinimisedResponse, _LEAD), result
                )
                result.cause = result.cause or (None if failure is None else failure.cause)
        communities = [p.address.name for p in result.pages if p.kind is PageKind.COMMUNITY and is_lead(p)]
        cause = result.cause
        self._find(LookupBatch(is_lead, communities, GROUPS), result)
        pages = {page.id: page for page in result.pages}
        return ScoutResult(tuple(pages.values()), tuple(result.responses), cause=cause)

    # Reading ---------------------------------------------------------------------------------------------------------

    def _read(self, address: Address, since: datetime, is_lead: LeadFilter) -> ScoutResult:
        on_record = is_lead(ScoutedPage(address, exists=None))  # for its address alone, as it has no title here
        lookup = self._look_up(LookupBatch(is_lead, [address.name], on_record=on_record))
        page = next(iter(lookup.pages), None)
        if page is None:
            cause = lookup.cause or (Cause.GONE if self._control_seen else Cause.CONTROL_FAILED)
            gone = (ScoutedPage(address, exists=False, cause=cause),) if cause is Cause.GONE else ()
            return ScoutResult(gone, tuple(lookup.responses), cause=cause)
        if page.exists and page.address != address:  # a response about another page says nothing about this one
            return ScoutResult(responses=tuple(lookup.responses), cause=Cause.UNRECOGNISED_PAGE)
        page = replace(page, address=address)  # VK does not send the name of a deleted page
        if not page.exists or page.cause is not None or page.id is None or not is_lead(page):
            return ScoutResult((page,), tuple(lookup.responses), cause=page.cause)
        wall, tape, texts = Wall(owner=page.id), list[StoredResponse](), dict[int, _PostTexts]()
        look = read_list(wall, partial(wall_page, page.id, _LEAD), _WALL_PAGES, partial(_reaches, wall, since))
        self._run(look, tape, partial(_read_texts, texts))
        page, posts = _with_wall(page, wall), _posts(page, wall, texts, since)
        result = read_result(page, tape, posts, page.cause or wall.cause, on_record=on_record)
        return replace(result, responses=(*lookup.responses, *result.responses))


def _reaches(wall: Wall, since: datetime) -> bool:
    return any(post.at < since for post in wall.counted_posts)


_PostTexts = tuple[int, list[tuple[LinkedText, bool]]]
"""On the tape, the index of the response in which a post came first; its own text and those it copies."""


def _read_texts(texts: dict[int, _PostTexts], index: int, raw: Raw, page: WallPage) -> None:
    """Take the texts of the owner's posts, by the post's number."""
    countable = {post.id for post in page.readable if post.is_countable}
    for item in objects(raw.get("items")):
        number = read_whole(item.get("id"))
        if number in countable and number not in texts:
            texts[number] = index, list(post_texts(item))


def _with_wall(page: ScoutedPage, wall: Wall) -> ScoutedPage:
    """Return a page with its last post and, if the wall was read to its end, the first; gone if VK says so of it."""
    page = replace(page, last_post_at=max((post.at for post in wall.items.values() if post.is_countable), default=None))
    if wall.complete and wall.oldest is not None:
        page = replace(page, opened_at=wall.oldest, opened_precision=Precision.NOT_LATER_THAN)
    if wall.failure is not None and wall.failure.code in DELETED_OR_BANNED and not wall.items:
        page = replace(page, exists=False, cause=Cause.GONE)
    return page


def _posts(
    page: ScoutedPage, wall: Wall, texts: Mapping[int, _PostTexts], since: datetime
) -> Iterator[tuple[int, Passage]]:
    """Yield the texts of the posts since `since`, oldest first; a pinned one is shown first whatever its age."""
    posts = [post for post in wall.items.values() if post.is_countable and (post.at >= since or post.is_pinned)]
    for post in sorted(posts, key=lambda post: (post.at, post.id)):
        url = f"https://{NETWORK.facts.host}/wall{page.id}_{post.id}"
        index, linked_texts = texts[post.id]
        for text, copied in linked_texts:
            passage = make_passage(PassagePlace.POST, text, page.address, url, post.at)
            yield index, replace(passage, copied=copied)


def _apply_failure(name: str, failure: Failure, result: _LookupResult) -> None:
    """Add the page that an error about one name describes: gone, private or withheld; none if it does not exist."""
    if failure.code in NO_SUCH | NOT_FOUND_CODES:
        return
    if failure.code in DELETED_OR_BANNED:
        exists, cause = False, Cause.GONE
    elif failure.cause is Cause.PRIVATE:
        exists, cause = True, Cause.PRIVATE
    else:  # VK withholds this page; the cause `blocked` would be about the route
        exists, cause = None, Cause.REFUSED
    page = ScoutedPage(Address(NETWORK, name), exists=exists, cause=cause, closed=exists is True)
    result.existing_names.add(name)
    result.pages.append(page.read_from(result.responses[-1].evidence.id))


def open_scout(opened: OpenedRoute, context: PluginContext, _record_addresses: object) -> VkScout:
    """Return VK's scout."""
    return VkScout(opened, context.clock, has_key=context.settings.of(VkSettings).token is not None)
