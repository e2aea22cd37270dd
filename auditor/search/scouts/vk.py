"""Looking for pages on VK: names tried in bulk, VK's own search, and what a body's page says and links.

Pages are weighed in memory. To be stored, the scout hands over the number of all pages seen; address, number, kind and
flags of a page that may be a lead; and what a page on record shows to everyone.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from auditor.base.address import Address
from auditor.base.answers import Answer, rewritten
from auditor.base.snapshot import Cause, EvidenceKind, Precision, Route
from auditor.probes.base import Clock
from auditor.probes.driver import Timer
from auditor.probes.looks import Act, Ask, Call, Look, Stored
from auditor.probes.plugins import Opened, Wiring, plugin_of
from auditor.probes.vk.codes import DELETED_OR_BANNED
from auditor.probes.vk.forms import whole
from auditor.probes.vk.lists import read_line
from auditor.probes.vk.network import VkSettings
from auditor.probes.vk.pages import ScreenName
from auditor.probes.vk.posts import Wall, WallPost, wall_page
from auditor.registry.models import Control
from auditor.search.pages import Page, Passage, Place
from auditor.search.scouts import vk_texts
from auditor.search.scouts.base import CallResult, Door, Scout, Task, Worth, came, filed
from auditor.search.scouts.vk_pages import (
    BATCH,
    GROUP_SEARCH,
    GROUPS,
    NETWORK,
    USER_FIELDS,
    USER_SEARCH,
    USERS,
    LookedUp,
    Lookup,
    Sheet,
    methods_for,
    objects_in,
)

_KEY = "AUDITOR_VK_TOKEN"
_WALL, _SCREEN = "wall.get", "utils.resolveScreenName"
_SEARCHED = 100
"""How many results of a search are looked at; pages beyond them are not found by it."""
_WALL_PAGES = 20
_OK, _WITHHELD = 200, 19
"""VK's error for content that it withholds."""


class VkScout(Scout):
    """Asks VK who is there. Without a key nothing is asked; the search is open to a user's key alone."""

    name = "vk"
    network = NETWORK
    batch = 1000

    def __init__(self, opened: Opened, clock: Clock, timer: Timer | None = None, *, has_key: bool = True) -> None:
        """Ask over a route that is set up."""
        super().__init__(opened, clock, timer)
        self._has_key, self._seen = has_key, False
        self._lookup = Lookup(self._ask)

    def room(self, requests: int) -> int:
        """Count two calls for users and two for each list of communities: a list without a known one is asked again."""
        per_list = BATCH[GROUPS]
        return min(self.batch, max(0, requests - 2) // 2 * per_list)

    def doors(self) -> tuple[Door, ...]:
        """Say what it can do now, and which key would open the rest."""
        return tuple(self._door(task) for task in Task)

    def _door(self, task: Task) -> Door:
        """Say whether a task is open. Names need both look-ups: one alone answers for no name that it does not know."""
        cause = None if self._has_key else Cause.NO_CREDENTIALS
        # What was closed for failing again and again, and not by VK's word, speaks of the route.
        failing = (failure for _, failure in self._driver.closed.values() if failure.act is Act.RETRY)
        cause = cause or next((failure.cause for failure in failing), None)
        if cause is None and task is Task.NAMES:
            cause = self._why_shut(USERS) or self._why_shut(GROUPS)
        elif cause is None and task is Task.READ:
            cause = self._why_shut(_WALL) or (self._why_shut(USERS) if self._why_shut(GROUPS) else None)
        elif cause is None:
            cause = self._why_shut(USER_SEARCH) if self._why_shut(GROUP_SEARCH) else None
        return Door(task, cause is None, cause, _KEY if cause is Cause.NO_CREDENTIALS else "")

    def _why_shut(self, method: str) -> Cause | None:
        return self._lookup.closed.get(method) or self._shut(method)

    def control(self, control: Control) -> CallResult:
        """Look at an account whose existence is known."""
        if not self._has_key:
            return CallResult(cause=Cause.NO_CREDENTIALS)
        found = self._found(control.url.name, lambda page: page.address == control.url, EvidenceKind.CONTROL)
        page = next(iter(found.pages), None)
        exists, cause = (page.exists, page.cause) if page is not None else (None if found.cause else False, found.cause)
        self._seen |= bool(exists and control.exists)
        if exists is not None:
            cause = None if exists is control.exists else Cause.CONTROL_FAILED
        return CallResult(answers=tuple(found.answers), cause=cause)

    # Names -----------------------------------------------------------------------------------------------------------

    def try_names(self, names: Sequence[str], worth: Worth) -> CallResult:
        """Ask which of `names` exist: users in one call, and communities of what is left in two.

        A name is settled by its page, or by all methods that may know it. A page has the name that was asked for. A
        deleted or banned one has `exists` False, and its number if VK does not give its name.
        """
        shut = self._door(Task.NAMES).cause
        if shut is not None:
            return CallResult(cause=shut)
        asked = [name.casefold() for name in names]
        possible = [name for name in dict.fromkeys(asked) if _is_possible(name)]
        users = self._lookup.find(Sheet(USERS, worth, [n for n in possible if USERS in methods_for(n)]))
        left = [n for n in possible if GROUPS in methods_for(n) and n not in users.named]
        # Communities are not worth asking for on a route that has just failed.
        goes_on = users.cause is None or self._why_shut(USERS) is not None
        groups = self._lookup.find(Sheet(GROUPS, worth, left)) if goes_on else LookedUp(cause=users.cause)
        by_method = {USERS: users, GROUPS: groups}
        done = (set(asked) - set(possible)) | users.named | groups.named

        def settled(name: str) -> bool:
            return name in done or (self._seen and all(name in by_method[m].answered for m in methods_for(name)))

        tried = next((n for n, name in enumerate(asked) if not settled(name)), len(asked))
        cause = users.cause or groups.cause or (None if tried == len(asked) else Cause.CONTROL_FAILED)
        return CallResult((*users.pages, *groups.pages), (*users.answers, *groups.answers), tried, cause)

    # Search ----------------------------------------------------------------------------------------------------------

    def search(self, words: str, worth: Worth) -> CallResult:
        """Ask VK's search for people and communities of this name. Communities worth it are then asked for whole."""
        shut = self._door(Task.SEARCH).cause
        if shut is not None or not words.strip():
            return CallResult(cause=shut)
        people = self._searched(Sheet(USER_SEARCH, worth), words, {"fields": ",".join(USER_FIELDS)})
        communities = self._searched(Sheet(GROUP_SEARCH, worth), words, {})
        more = self._lookup.find(Sheet(GROUPS, worth, [p.address.name for p in communities.pages if worth(p)]))
        pages = {page.id: page for found in (people, communities, more) for page in found.pages}
        answers = (*people.answers, *communities.answers, *more.answers)
        return CallResult(tuple(pages.values()), answers, cause=people.cause or communities.cause)

    def _searched(self, sheet: Sheet, words: str, fields: Mapping[str, str]) -> LookedUp:
        if self._why_shut(sheet.method) is not None:
            return LookedUp()  # the refusal was reported when it came; the other search still works
        call = Call(sheet.method, {"q": words, "count": _SEARCHED, **fields})
        pages, answers, failure = self._lookup.pages(sheet, Ask(call, Stored, EvidenceKind.LEAD))
        return LookedUp(pages or [], answers, cause=failure.cause if failure is not None else None)

    # Reading ---------------------------------------------------------------------------------------------------------

    def _read(self, address: Address, since: datetime, worth: Worth) -> CallResult:
        shut = self._door(Task.READ).cause
        if shut is not None:
            return CallResult(cause=shut)
        own = worth(Page(address, exists=None))  # for its address, and not for a name that agrees
        found = self._found(address.name, worth, whole=own)
        page = next(iter(found.pages), None)
        if page is None:
            return self._none(address, tuple(found.answers), found.cause)
        if page.exists and page.address != address:  # an answer about another page says nothing about this one
            return CallResult(answers=tuple(found.answers), cause=Cause.UNRECOGNISED_PAGE)
        page = replace(page, address=address)  # a deleted page does not say its name
        if not page.exists or page.cause is not None or page.id is None or not worth(page):
            return CallResult((page,), tuple(found.answers), cause=page.cause)
        return self._with_wall(page, page.id, found.answers, since, worth, own=own)

    def _found(
        self, name: str, worth: Worth, kind: EvidenceKind = EvidenceKind.LEAD, *, whole: bool = False
    ) -> LookedUp:
        """Ask for one name, of the likelier kind first."""
        both = LookedUp()
        for method in methods_for(name):
            found = self._lookup.find(Sheet(method, worth, [name], whole=whole, kind=kind))
            both = LookedUp(found.pages, [*both.answers, *found.answers], cause=both.cause or found.cause)
            if found.pages:
                return replace(both, cause=None)
        return both

    def _none(self, address: Address, answers: tuple[Answer, ...], cause: Cause | None) -> CallResult:
        """Say what a name without a page means: an application's, free, or nothing that can be told."""
        if cause is not None:
            return CallResult(answers=answers, cause=cause)
        call, tape = Call(_SCREEN, {"screen_name": address.name}), list[Answer]()
        stands = self._ask(Ask(call, ScreenName, EvidenceKind.LEAD, on_record=f"{_SCREEN}?names=1"), tape)
        if isinstance(stands, ScreenName):
            answers = (*answers, *came(tape))
            if stands.type is not None:  # a person or a community that neither look-up knew is a contradiction
                known = stands.type in {"user", "group", "page", "event"}
                return CallResult(answers=answers, cause=Cause.UNRECOGNISED_PAGE if known else Cause.WRONG_KIND)
        if not self._seen:
            return CallResult(answers=answers, cause=Cause.CONTROL_FAILED)
        return CallResult((Page(address, exists=False, cause=Cause.GONE),), answers, cause=Cause.GONE)

    def _with_wall(
        self, page: Page, owner: int, answers: Sequence[Answer], since: datetime, worth: Worth, *, own: bool
    ) -> CallResult:
        """Read the wall back for at most `_WALL_PAGES` pages, without comments and guests' posts."""
        tape: list[Answer] = []
        wall = self._run(_read_wall(owner, since), tape)
        failure = wall.failure
        page = _with_dates(page, wall)
        if failure is not None and failure.code in DELETED_OR_BANNED and not wall.items:
            page = replace(page, exists=False, cause=Cause.GONE)
        raw = [_own_posts(wall, record) for record in tape]
        kept, evidence_at = filed(page, tape, 0, own=own)
        if own:
            kept = [_naming(answer, posts, worth) for answer, posts in zip(kept, raw, strict=False)]
        places = {number: place for place, posts in reversed([*enumerate(raw)]) for number in posts}
        # A pinned post is shown first whatever its age.
        wanted = [post for post in wall.items.values() if post.counts and (post.at >= since or post.is_pinned)]
        said = [
            replace(passage, evidence=evidence_at(places[post.id]))
            for post in sorted(wanted, key=lambda post: (post.at, post.id))
            for passage in _passages(page, owner, post, raw[places[post.id]][post.id])
        ]
        evidence = (*page.evidence, *(answer.evidence.id for answer in kept))
        page = replace(page, passages=(*page.passages, *said), evidence=evidence)
        withheld = failure is not None and failure.code == _WITHHELD
        cause = page.cause or (Cause.REFUSED if withheld else wall.cause)
        return CallResult((page,), (*answers, *kept), cause=cause)


def _with_dates(page: Page, wall: Wall) -> Page:
    """Add the last post and, where a wall was read whole, its oldest post, which bounds the opening."""
    page = replace(page, last_post_at=max((post.at for post in wall.items.values() if post.counts), default=None))
    if not wall.over or wall.oldest is None:
        return page
    return replace(page, opened_at=wall.oldest, opened_precision=Precision.NOT_LATER_THAN)


def _own_posts(wall: Wall, record: Answer) -> dict[int, vk_texts.Raw]:
    """Return the owner's posts of an answer as it came, by number."""
    items = vk_texts.objects(objects_in(record.received)) if record.evidence.status == _OK else ()
    numbered = ((whole(item.get("id")) or 0, item) for item in items)
    return {number: item for number, item in numbered if number in wall.items and wall.items[number].own}


def _read_wall(owner: int, since: datetime) -> Look[Wall]:
    """Read a wall back to its first post before `since`; one that was unsteady is read once more."""
    page_at = partial(wall_page, owner, EvidenceKind.LEAD)
    for _ in range(2):
        wall = Wall(owner=owner)
        yield from read_line(wall, page_at, _WALL_PAGES, partial(_reaches, wall, since))
        if not wall.unsteady:
            break
    return wall


def _reaches(wall: Wall, since: datetime) -> bool:
    return any(post.at < since for post in wall.own)


def _passages(page: Page, owner: int, post: WallPost, raw: vk_texts.Raw) -> Iterator[Passage]:
    url = f"https://vk.com/wall{owner}_{post.id}"
    for text in vk_texts.of_post(raw):
        yield vk_texts.passage(Place.POST, text, page.address, url, post.at)


def _naming(answer: Answer, posts: Mapping[int, vk_texts.Raw], worth: Worth) -> Answer:
    """Keep beside a body's posts the accounts that they name, if these are worth it: the others may be citizens'."""
    named = (pair for raw in posts.values() for pair in vk_texts.named_in(raw))
    urls = sorted({a.url for a, words in named if worth(Page(a, exists=None, title=words or None))})
    return rewritten(answer, json.dumps({**json.loads(answer.body), "named": urls}, ensure_ascii=False).encode())


def _is_possible(name: str) -> bool:
    """Tell whether VK can have such a name; others need not be asked for."""
    address = Address.read(f"https://vk.com/{name}")
    return address is not None and address.name == name


def open_scout(wiring: Wiring, _own: Collection[Address]) -> VkScout | None:
    """Return VK's scout. What it keeps of a page is the same whoever's it is."""
    opened = plugin_of(Route.VK).open(wiring)
    has_key = wiring.settings.of(VkSettings).token is not None
    return VkScout(opened, wiring.clock, has_key=has_key) if opened is not None else None
