"""Looking for pages on VK: names tried in bulk, VK's own search, and what a body's page says and links.

Pages are weighed in memory. To be stored, the scout hands over the number of all pages seen; address, number, kind and
flags of a page that may be a lead; and what a page on record shows to everyone.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from auditor.base.address import Address
from auditor.base.answers import Answer, keep
from auditor.base.snapshot import Cause, ControlResult, EvidenceKind, Network
from auditor.probes.base import Login
from auditor.probes.http import HttpConnection
from auditor.probes.pacing import Breaker
from auditor.probes.plugins import Wiring
from auditor.probes.vk import door, minimise
from auditor.probes.vk.answers import WallPost, objects, read_wall
from auditor.probes.vk.client import VkClient, vk_connection
from auditor.probes.vk.directory import Controls, Directory, number_name
from auditor.probes.vk.errors import Act, Exchange, Fact, Param, VkAnswer, VkFailure
from auditor.probes.vk.network import VkSettings
from auditor.probes.vk.wall import Wall, bounds, countable, oldest_trace, read_back
from auditor.registry.models import Control
from auditor.search.pages import Page, PageKind
from auditor.search.scouts import vk_texts
from auditor.search.scouts.base import CallResult, Door, Scout, Task, Worth, flags
from auditor.search.scouts.vk_pages import (
    BATCH,
    GROUPS,
    USER_FIELDS,
    USERS,
    LookedUp,
    Lookup,
    Seen,
    Sheet,
    methods_for,
    read_community,
    read_person,
)

_KEY = "AUDITOR_VK_TOKEN"
_USER_SEARCH, _GROUP_SEARCH, _WALL, _SCREEN = "users.search", "groups.search", "wall.get", "utils.resolveScreenName"
_SEARCHED = 100
"""How many results of a search are looked at; pages beyond them are not found by it."""
_LISTS = {"user_ids", "group_ids", "screen_name"}

_NETWORK = Network("vk")


class VkScout(Scout):
    """Asks VK who is there. Without a key nothing is asked; the search is open to a user's key alone."""

    name = "vk"
    network = _NETWORK
    batch = 1000

    def __init__(
        self,
        connection: HttpConnection,
        token: str | None,
        logins: Iterable[Login] = (),
    ) -> None:
        """Take the way to VK's API, a key, and what earlier runs have stored of their keys' quotas."""
        breaker = Breaker()
        self.client = VkClient(connection, token, breaker=breaker, logins=logins)
        super().__init__(self.client)
        self._controls = Controls(
            Directory(door.Door(self.client)), breaker, has_key=bool(token), clock=connection.clock
        )
        self._lookup = Lookup(self.client, breaker)

    @property
    def login(self) -> Login:
        """What the key has spent of the day's calls: those of a search and of a week's run are counted together."""
        return self.client.quotas.login

    def room(self, requests: int) -> int:
        """Count two calls for users and two for each list of communities: a list without a known one is asked again."""
        per_list = BATCH[GROUPS]
        return min(self.batch, max(0, requests - 2) // 2 * per_list)

    def doors(self) -> tuple[Door, ...]:
        """Say what it can do now, and which key would open the rest."""
        return tuple(self._door(task) for task in Task)

    def control(self, control: Control) -> tuple[ControlResult, tuple[Answer, ...]]:
        """Look at an account whose existence is known. Until a known one was seen, no absence is believed."""
        outcome = self._controls.look(control)
        for owner in self._controls.pages:
            self._lookup.anchor(owner.id, number_name(owner.id))
        return outcome

    def try_names(self, names: Sequence[str], worth: Worth) -> CallResult:
        """Ask which of `names` exist: users in one call, and communities of what is left in two.

        A name is settled by its page, or by all methods that may know it. A page has the name that was asked for. A
        deleted or banned one has `exists` False, and its number if VK does not give its name.
        """
        shut = self._door(Task.NAMES).cause
        if shut is not None:
            return CallResult(cause=shut)
        asked = [name.casefold() for name in names]
        possible = [name for name in dict.fromkeys(asked) if _possible(name)]
        users = self._lookup.find(USERS, [n for n in possible if USERS in methods_for(n)])
        left = [n for n in possible if GROUPS in methods_for(n) and n not in users.named]
        groups = self._lookup.find(GROUPS, left) if self._goes_on(users) else LookedUp(cause=users.cause)
        by_method = {USERS: users, GROUPS: groups}
        done = (set(asked) - set(possible)) | users.named | groups.named

        def settled(name: str) -> bool:
            if name in done:
                return True
            return self._controls.seen and all(name in by_method[m].answered for m in methods_for(name))

        tried = next((n for n, name in enumerate(asked) if not settled(name)), len(asked))
        cause = users.cause or groups.cause or (None if tried == len(asked) else Cause.CONTROL_FAILED)
        pages, answers = _filed([*users.sheets, *groups.sheets], worth)
        return CallResult(pages, answers, tried, cause)

    def search(self, words: str, worth: Worth) -> CallResult:
        """Ask VK's search for people and communities of this name. Communities worth it are then asked for whole."""
        shut = self._door(Task.SEARCH).cause
        if shut is not None or not words.strip():
            return CallResult(cause=shut)
        people, why = self._searched(_USER_SEARCH, words, fields=USER_FIELDS)
        communities, why_not = self._searched(_GROUP_SEARCH, words)
        names = [seen.page.address.name for sheet in communities for seen in sheet.seen if worth(seen.page)]
        more = self._lookup.find(GROUPS, names).sheets
        pages, answers = _filed([*people, *communities, *more], worth)
        return CallResult(tuple({page.id: page for page in pages}.values()), answers, cause=why or why_not)

    def _read(self, address: Address, since: datetime, worth: Worth) -> CallResult:
        shut = self._door(Task.READ).cause
        if shut is not None:
            return CallResult(cause=shut)
        found, cause = self._found(address.name)
        pages, answers = _filed(found, worth, alone=True)
        page = next(iter(pages), None)
        if page is None:
            return self._none(address, answers, cause)
        if page.exists and page.address != address:  # an answer about another page says nothing about this one
            return CallResult(answers=answers, cause=Cause.UNRECOGNISED_PAGE)
        page = replace(page, address=address)  # a deleted page does not say its name
        if not page.exists or page.cause is not None or page.id is None or not worth(page):
            return CallResult((page,), answers, cause=page.cause)
        return self._with_wall(page, page.id, answers, since, worth)

    def _door(self, task: Task) -> Door:
        """Say whether a task is open. Names need both look-ups: one alone answers for no name that it does not know."""
        cause = self._controls.shut()
        closed = self._lookup.closed
        if cause is None and task is Task.NAMES:
            cause = closed.get(USERS) or closed.get(GROUPS)
        elif cause is None and task is Task.READ:
            cause = closed.get(_WALL) or (closed.get(USERS) if GROUPS in closed else None)
        elif cause is None:
            cause = closed.get(_USER_SEARCH) if _GROUP_SEARCH in closed else None
        return Door(task, cause is None, cause, _KEY if cause is Cause.NO_CREDENTIALS else "")

    def _goes_on(self, users: LookedUp) -> bool:
        """Tell whether communities are worth asking for: not on a route that has just failed."""
        return users.cause is None or USERS in self._lookup.closed

    def _searched(self, method: str, words: str, **more: Any) -> tuple[list[Sheet], Cause | None]:
        if method in self._lookup.closed:
            return [], None  # the refusal was reported when it came; the other search still works
        outcome = self._lookup.ask(method, {"q": words, "count": _SEARCHED, **more})
        if isinstance(outcome, VkFailure):
            came = outcome.exchange if outcome.came else None
            kept = [] if came is None else [Sheet(method, 1, came, failure=outcome)]
            return kept, outcome.cause
        items = objects(outcome.value.get("items")) if isinstance(outcome.value, dict) else None
        if items is None:
            failure = VkFailure(None, Act.GIVE_UP, Cause.UNRECOGNISED_PAGE, exchange=outcome.exchange)
            return [Sheet(method, 1, outcome.exchange, failure=failure)], failure.cause
        read = read_person if method == _USER_SEARCH else read_community
        seen = tuple(Seen(page, raw) for raw in items if (page := read(raw)) is not None)
        return [Sheet(method, 1, outcome.exchange, seen)], None

    def _found(self, name: str) -> tuple[list[Sheet], Cause | None]:
        """Ask for one name, of the likelier kind first."""
        sheets: list[Sheet] = []
        cause = None
        for method in methods_for(name):
            found = self._lookup.find(method, [name])
            sheets += found.sheets
            cause = cause or found.cause
            if found.pages:
                return sheets, None
        return sheets, cause

    def _none(self, address: Address, answers: tuple[Answer, ...], cause: Cause | None) -> CallResult:
        """Say what a name without a page means: an application's, free, or nothing that can be told."""
        if cause is not None:
            return CallResult(answers=answers, cause=cause)
        outcome = self._lookup.ask(_SCREEN, {"screen_name": address.name})
        if isinstance(outcome, VkAnswer):
            said = minimise.response(minimise.screen_name(outcome.value))
            answers = (*answers, _answer(outcome.exchange, said, 1, whole_url=False))
            kind = outcome.value.get("type") if isinstance(outcome.value, dict) else None
            if kind is not None:  # a person or a community that neither look-up knew is a contradiction
                known = kind in {"user", "group", "page", "event"}
                return CallResult(answers=answers, cause=Cause.UNRECOGNISED_PAGE if known else Cause.WRONG_KIND)
        if not self._controls.seen:
            return CallResult(answers=answers, cause=Cause.CONTROL_FAILED)
        return CallResult((Page(address, exists=False, cause=Cause.GONE),), answers, cause=Cause.GONE)

    def _with_wall(
        self, page: Page, owner_id: int, answers: tuple[Answer, ...], since: datetime, worth: Worth
    ) -> CallResult:
        """Read the wall back for at most `wall.MOST_PAGES` pages, without comments and guests' posts."""
        kept = partial(_wall_on_record, worth=worth) if _on_record(page, worth) else _wall_counts
        asker = _Weighing(self.client)
        wall = read_back(asker, owner_id, since, kind=EvidenceKind.LEAD, form=lambda value: kept(value, owner_id))
        self._lookup.note(_WALL, wall.failure)
        if wall.failure is not None and wall.failure.fact is Fact.GONE and not wall.posts:
            page = replace(page, exists=False, cause=Cause.GONE)
        posts = [post for post in wall.posts.values() if countable(post, owner_id)]
        # A pinned post is shown first whatever its age.
        wanted = sorted((p for p in posts if p.at >= since or p.pinned), key=lambda p: (p.at, p.id))
        read = [
            replace(passage, evidence=wall.read_from.get(post.id, ""))
            for post in wanted
            for passage in vk_texts.of_post(post, owner_id, page.address)
        ]
        page = replace(
            page,
            last_post_at=max((post.at for post in posts), default=None),
            passages=(*page.passages, *read),
            evidence=(*page.evidence, *(answer.evidence.id for answer in wall.answers)),
            **(_opened(asker, owner_id, wall) if wall.whole else {}),
        )
        withheld = wall.failure is not None and wall.failure.fact is Fact.CONTENT_BLOCKED
        return CallResult((page,), (*answers, *wall.answers), cause=Cause.REFUSED if withheld else wall.cause)


def _possible(name: str) -> bool:
    """Tell whether VK can have such a name; others need not be asked for."""
    address = Address.read(f"https://vk.com/{name}")
    return address is not None and address.name == name


def _on_record(page: Page, worth: Worth) -> bool:
    """Tell whether a page is kept for its address, and not for a name that agrees: on record, or a body's own."""
    return worth(replace(page, title=None, description=None, place=None, work=None, passages=()))


def _filed(
    sheets: Iterable[Sheet], worth: Worth, *, alone: bool = False
) -> tuple[tuple[Page, ...], tuple[Answer, ...]]:
    """Make evidence of answers, and give their pages with its ids. `alone`: one page was asked for by its address."""
    pages: list[Page] = []
    answers = []
    for sheet in sheets:
        kept = [seen for seen in sheet.seen if worth(seen.page)]
        whole_url = sheet.method not in {USERS, GROUPS} or (alone and len(kept) == 1)
        answer = _answer(sheet.exchange, _stored(sheet, kept, worth, alone=alone), sheet.asked, whole_url=whole_url)
        answers.append(answer)
        pages += [seen.page.read_from(answer.evidence.id) for seen in sheet.seen]
    return tuple(pages), tuple(answers)


def _stored(sheet: Sheet, kept: Sequence[Seen], worth: Worth, *, alone: bool) -> bytes:
    if sheet.failure is not None:
        return minimise.error(sheet.failure)
    if alone and len(sheet.seen) == len(kept) == 1 and kept[0].raw and _on_record(kept[0].page, worth):
        person = kept[0].page.kind is PageKind.PROFILE
        return minimise.response([(minimise.user if person else minimise.community)(kept[0].raw)])
    return _kept(sheet.asked, len(sheet.seen), [seen.page for seen in kept])


def _answer(exchange: Exchange, stored: bytes, asked: int, *, whole_url: bool) -> Answer:
    """Keep an answer. Its address goes without the names that were asked for: some of them may be citizens'."""
    url = exchange.url
    if not whole_url:
        parts = urlsplit(url)
        rest = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key not in _LISTS]
        url = f"{parts.scheme}://{parts.netloc}{parts.path}?{urlencode([*rest, ('names', asked)])}"
    return keep(
        EvidenceKind.LEAD,
        url,
        fetched_at=exchange.at,
        status=exchange.status,
        received=exchange.body,
        stored=stored,
        method="POST",
    )


class _Weighing:
    """Asks VK for a search: what comes is weighed as it came, in memory, and kept in another form."""

    def __init__(self, client: VkClient) -> None:
        """Ask through `client`."""
        self._client = client

    def ask(self, kind: EvidenceKind, method: str, form: door.Form, **params: Param) -> door.Seen:
        """Ask, as `Asker` says."""
        outcome = self._client.call(method, **params)
        answer = door.filed(kind, outcome, form)
        if isinstance(outcome, VkFailure):
            return door.Seen(answer, failure=outcome)
        return door.Seen(answer, outcome.value)


def _wall_counts(value: object, owner_id: int) -> dict[str, Any] | None:
    """Keep how much is on a page of a wall, and from when to when the owner's own posts are."""
    page = read_wall(value, owner_id)
    if page is None:
        return None
    own = [int(post.at.timestamp()) for post in page.posts if post.from_id == owner_id]
    return {"count": page.count, "own": len(own), "first": min(own, default=None), "last": max(own, default=None)}


def _wall_on_record(value: object, owner_id: int, worth: Worth) -> dict[str, Any] | None:
    """Keep a body's own posts, with those accounts they name that are worth it: the others may be citizens'."""
    page, form = read_wall(value, owner_id), minimise.wall(value, owner_id)
    named = {post.id: _named(post, worth) for post in page.posts if post.from_id == owner_id} if page else {}
    for item in form["items"] if form else ():
        if named.get(item.get("id")):
            item["named"] = named[item["id"]]
    return form


def _named(post: WallPost, worth: Worth) -> list[str]:
    found = vk_texts.named_in(post)
    return sorted({a.url for a, words in found if worth(Page(a, exists=None, title=words or None))})


def _opened(asker: door.Asker, owner_id: int, wall: Wall) -> dict[str, Any]:
    """Bound the opening by the oldest post of a wall that was read whole, which costs no request."""
    trace = oldest_trace(asker, owner_id, wall)
    return {fact: value for fact, value in bounds(trace.at).items() if fact != "traces"}


def _kept(asked: int, answered: int, kept: Iterable[Page]) -> bytes:
    """Keep how many names were asked for and how many pages came; of those worth it, their number, kind and flags.

    Nobody's title, place, work or words: the page of a namesake is a citizen's.
    """
    shown = [
        {"address": page.address.url, "exists": page.exists, "government": page.government, "closed": page.closed}
        | flags(page)
        for page in kept
    ]
    return minimise.dump({"asked": asked, "answered": answered, "kept": shown})


def open_scout(wiring: Wiring, _own: Collection[Address]) -> VkScout:
    """Return VK's scout. What it keeps of a page is the same whoever's it is."""
    token = wiring.settings.of(VkSettings).token
    return VkScout(vk_connection(wiring.settings, wiring.clock), token, wiring.logins)
