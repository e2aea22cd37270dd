"""Which page an address is: names to pages, in bulk, once a run; and when VK's word about a page is believed.

A short name may belong to a user, a community or an application. Users are asked for first (1000 a call), then
communities (500), and only names that neither method knows are asked for one by one. A name counts as missing only when
every method that answered said so by itself; a batch that failed says nothing about any name in it.

That nobody has a name is believed only once a control, an account known to exist, was seen in the same run, and says
nothing of the page: it may have another name. A page is gone by VK's word about its number alone, `deactivated:
deleted`; an answer that leaves a number out is odd.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from auditor.base.address import Address
from auditor.base.answers import Answer, no_answer, refiled
from auditor.base.snapshot import Cause, ControlResult, EvidenceKind, Network, Outcome, Route
from auditor.probes.base import Clock, Target
from auditor.probes.pacing import Breaker
from auditor.probes.vk import minimise
from auditor.probes.vk.answers import Owner, objects, read_group, read_user, whole
from auditor.probes.vk.client import url_of
from auditor.probes.vk.door import NOT_YET, UNANSWERED, Asker, Seen, read_stored
from auditor.probes.vk.errors import Act, Fact, VkFailure
from auditor.registry.models import Control

VK, ROUTE = Network("vk"), Route("vk")
_USERS, _GROUPS, _SCREEN = "users.get", "groups.getById", "utils.resolveScreenName"
_ORDER = (_USERS, _GROUPS, _SCREEN)
_IDS = {_USERS: "user_ids", _GROUPS: "group_ids"}
_FORM = {_USERS: minimise.user, _GROUPS: minimise.group}
_READ = {_USERS: read_user, _GROUPS: read_group}
_BATCH = {_USERS: 1000, _GROUPS: 500}
_FIELDS = {
    _USERS: ["screen_name", "domain", "verified", "is_verified", "followers_count", "status", "site", "about"],
    _GROUPS: [
        *("screen_name", "verified", "is_government_organization", "members_count", "description", "status", "site"),
        *("wall", "links"),
    ],
}
_NUMBERED = re.compile(r"(id|club|public|event)(\d{1,15})")


@dataclass(slots=True)
class Resolution:
    """What VK says about one name. `missing` only when nothing else is known and nothing failed."""

    name: str
    owner: Owner | None = None
    fact: Fact | None = None
    """Deleted or private by VK's word, where no object of the page came."""
    kind: str | None = None
    """What the name stands for if neither a user nor a community: an application."""
    asked: dict[str, Seen] = field(default_factory=dict)
    """What each method came to that was asked about it."""
    beside: list[Answer] = field(default_factory=list)
    """Records about other names of the same page."""
    failures: dict[str, VkFailure] = field(default_factory=dict)
    """By the method that failed."""
    absent: set[str] = field(default_factory=set)
    """Methods that said by themselves that they do not know the name."""

    @property
    def settled(self) -> bool:
        """Tell whether it is known what the name stands for."""
        return self.owner is not None or self.fact is not None or self.kind is not None

    @property
    def missing(self) -> bool:
        """Tell whether every method that could know the name says it does not."""
        return not self.settled and not self.failures and self.absent.issuperset(self.methods())

    @property
    def denies_name(self) -> bool:
        """Tell whether VK gave a page for the name that shows another one."""
        return self.owner is not None and self.owner.named and self.name not in self.owner.names

    @property
    def failure(self) -> VkFailure | None:
        """The first failure, where nothing is settled; a replay that lacks a record knows nothing of absence."""
        if self.settled or self.missing:
            return None
        return next((self.failures[method] for method in _ORDER if method in self.failures), UNANSWERED)

    @property
    def answers(self) -> list[Answer]:
        """The records by which it is known, in the order in which a look at this name alone would ask for them."""
        kept: list[Answer] = []
        for method in _ORDER:
            kept += self.asked[method].kept if method in self.asked else []
            if method == self._settled_by:
                break
        return kept + self.beside

    @property
    def _settled_by(self) -> str | None:
        """The method whose word settled it: what another one did not know then tells nothing."""
        return next((m for m, seen in self.asked.items() if seen.value and m in self.methods()), None)

    def methods(self) -> tuple[str, ...]:
        """Return the methods that may know the name: ``id5`` can only be a user, ``club5`` a community."""
        match = _NUMBERED.fullmatch(self.name)
        if match is None:
            return (_USERS, _GROUPS)
        return (_USERS,) if match[1] == "id" else (_GROUPS,)

    @property
    def waits(self) -> bool:
        """Tell whether an answer about it is still to come."""
        return any(failure is NOT_YET for failure in self.failures.values())

    def open_to(self, method: str) -> bool:
        """Tell whether asking `method` may settle it. A method that the key may not call leaves the other one."""
        failed = any(failure.act is not Act.STOP_METHOD for failure in self.failures.values())
        return method in self.methods() and not (self.settled or failed or method in self.asked)

    def take(self, method: str, seen: Seen) -> None:
        """Take in what `method` came to for this name alone: its page, none, or a failure."""
        self.asked[method] = seen
        failure = seen.failure
        if failure is None and seen.value:
            self.owner = _READ[method](seen.value[0])
        elif failure is None or failure.fact is Fact.NO_SUCH:
            self.absent.add(method)
        elif failure.fact is not None:
            self.fact = failure.fact
        elif failure is not UNANSWERED:
            self.failures[method] = failure


@dataclass(frozen=True, slots=True)
class Numbers:
    """The signed ids of pages that were named, as far as they were found out."""

    ids: frozenset[int] = frozenset()
    failed: bool = False
    """A name could not be asked about."""
    lost: bool = False
    """No number came for a name: the page may have another name by now."""


class Directory:
    """Names and what they stand for, kept for a run. Failures are not kept: the next look asks again."""

    def __init__(self, asker: Asker) -> None:
        """Ask through `asker`."""
        self._asker = asker
        self._known: dict[str, Resolution] = {}
        self._failed: set[str] = set()
        self._unclear: list[tuple[str, list[Resolution], Seen, set[int]]] = []
        """The names that an answer about several left open, and the signed ids of its pages that fit none of them."""
        self.numbers: dict[str, int] = {}
        """The signed ids that pages had by an earlier look."""

    def know(self, numbers: Mapping[str, int]) -> None:
        """Take in the signed ids that pages had by an earlier look: whose side a comment is on is told by these."""
        self.numbers.update(numbers)

    def knows(self, name: str) -> bool:
        """Tell whether a page's number needs no call."""
        return name in self._known or name in self.numbers or stated_number(name) is not None

    def found(self, name: str) -> Owner | None:
        """Return the page that has a name, where this run has found it."""
        known = self._known.get(name)
        return known.owner if known is not None else None

    def resolve(self, names: Iterable[str], *, at_once: bool = False) -> list[Resolution]:
        """Return a resolution for each of `names`, asking for the unknown ones in as few calls as possible.

        `at_once`: communities are asked for beside users, not after them; it takes more calls and less time.
        """
        wanted = list(dict.fromkeys(name.casefold() for name in names))
        fresh = {name: Resolution(name) for name in wanted if name not in self._known}
        all_open = {method: [s for s in fresh.values() if s.open_to(method)] for method in (_USERS, _GROUPS)}
        for method in (_USERS, _GROUPS):
            left = all_open[method] if at_once else [s for s in fresh.values() if s.open_to(method)]
            for start in range(0, len(left), _BATCH[method]):
                self._ask_together(method, left[start : start + _BATCH[method]])
        for one in fresh.values():
            self._ask_alone(one)
        self._unclear.clear()
        self._known |= {name: one for name, one in fresh.items() if one.settled or one.missing}
        self._failed |= fresh.keys() - self._known.keys()
        return [self._known.get(name) or fresh[name] for name in wanted]

    def ids(self, names: Iterable[str]) -> "Numbers":
        """Return the signed ids of those of `names` that stand for a page.

        A name with a number in it needs no call, and one that failed before is not worth another.
        """
        wanted = {name.casefold() for name in names}
        stated = {name: number for name in wanted if (number := self._stated(name)) is not None}
        failed = self._failed - self._known.keys()
        pages = self.resolve(sorted(wanted - failed - stated.keys()))
        return Numbers(
            frozenset(stated.values()) | {page.owner.id for page in pages if page.owner is not None},
            failed=not failed.isdisjoint(wanted - stated.keys()) or any(page.failure is not None for page in pages),
            lost=any(page.owner is None and page.kind is None for page in pages),
        )

    def _stated(self, name: str) -> int | None:
        number = stated_number(name)
        return self.numbers.get(name) if number is None else number

    def _ask_together(self, method: str, searches: Sequence[Resolution]) -> None:
        """Ask for many names in one call, and find out which of them it is that fails.

        One account in trouble fails the whole batch. If the first or the last name answers alone the route is well
        and the batch is halved; else it is the route, and all the names get its failure.
        """
        seen = self._ask(method, searches)
        failure = seen.failure
        if failure is None or len(searches) == 1 or failure.act is Act.PAGE:
            return  # VK's word about a page does not say which one: each is asked for alone, later
        stopped = failure.act in {Act.STOP_METHOD, Act.STOP_ROUTE}
        if stopped or not (self._answers(method, searches[:1]) or self._answers(method, searches[-1:])):
            for search in searches:
                if not search.settled and (failure is NOT_YET or not search.failures):
                    _file(search, method, seen)
            return
        self._halve(method, [s for s in searches if s.open_to(method)])

    def _answers(self, method: str, searches: Sequence[Resolution]) -> bool:
        failure = self._ask(method, searches).failure
        return failure is None or failure is NOT_YET or failure.act is Act.PAGE

    def _halve(self, method: str, searches: Sequence[Resolution]) -> None:
        for half in (searches[: len(searches) // 2], searches[len(searches) // 2 :]):
            seen = self._ask(method, half) if half else None
            if seen is None or seen.failure is None or len(half) == 1:
                continue
            if seen.failure is NOT_YET:
                for search in half:
                    _file(search, method, seen)
            else:
                self._halve(method, half)

    def _ask_alone(self, search: Resolution) -> None:
        """Ask for one name by itself where the batches settled nothing."""
        for method in search.methods():
            if search.open_to(method):
                self._ask(method, [search])
        if search.missing and stated_number(search.name) is None:
            self._by_screen_name(search)

    def _ask(self, method: str, searches: Sequence[Resolution]) -> Seen:
        """Call `method` and take in what it says. The failure of a call about several names is left to the caller."""
        form = partial(minimise.pages, form=_FORM[method])
        seen = self._asker.ask(EvidenceKind.PROFILE, method, form, **_params(method, searches))
        pages = seen.value
        # An item that is no object may be the very page: to call it absent would be a guess.
        if seen.failure is None and (objects(pages) is None or objects(pages) != pages):
            seen = replace(seen, failure=_UNRECOGNISED)
        if seen.failure is None:
            self._match(method, searches, seen)
        elif len(searches) == 1 and not searches[0].settled:
            _file(searches[0], method, seen)
        return seen

    def _match(self, method: str, searches: Sequence[Resolution], seen: Seen) -> None:
        """Match the pages of an answer to the names that were asked for: each gets a record of its own page alone.

        A page that fits no name could be any of them: those that are left are asked for one by one, until it has come
        to one of them alone.
        """
        alone = len(searches) == len(seen.value) == 1
        owners = [_READ[method](raw) for raw in seen.value]
        numbered = [(n, o) for n, o in enumerate(owners) if o is not None]
        found = {s.name: n for s in searches for n, o in reversed(numbered) if self._is(s.name, o, alone=alone)}
        fitting = set(found.values())
        strays = [owner for n, owner in enumerate(owners) if n not in fitting]
        for search in searches:
            if search.settled:
                continue  # by the other method, which was asked at the same time
            if search.name in found:
                _file(search, method, seen, [seen.value[found[search.name]]])
            elif strays and len(searches) == 1:
                _file(search, method, replace(seen, failure=_UNRECOGNISED))
            elif not strays:
                _file(search, method, seen, [])
        if alone and found and owners[0] is not None:
            self._came_alone(searches[0].name, owners[0])
        elif strays and len(searches) > 1 and None not in strays:
            left = [search for search in searches if search.open_to(method)]
            self._unclear.append((method, left, seen, {owner.id for owner in strays if owner is not None}))

    def _came_alone(self, name: str, owner: Owner) -> None:
        """Note whose number it is; names beside it in a list are nobody's if only pages that came alone fitted none."""
        self.numbers[name] = owner.id
        for method, searches, seen, strays in self._unclear:
            if strays <= {self.numbers.get(search.name) for search in searches}:
                for search in searches:
                    if search.open_to(method):
                        _file(search, method, seen, [])

    def _is(self, name: str, owner: Owner, *, alone: bool) -> bool:
        """Tell whether a page is the one asked for.

        A deleted one does not say its short name: it is known by its number, or by coming alone when it is asked alone.
        """
        nameless = not owner.named and stated_number(name) is None
        return name in owner.names or (nameless and (alone or self.numbers.get(name) == owner.id))

    def _by_screen_name(self, search: Resolution) -> None:
        """Ask what a short name stands for. Without an answer, what the other two methods said remains."""
        seen = self._asker.ask(EvidenceKind.PROFILE, _SCREEN, minimise.screen_name, screen_name=search.name)
        search.asked[_SCREEN] = seen
        if not isinstance(seen.value, dict) or not isinstance(seen.value.get("type"), str):
            return
        kind, identifier = seen.value["type"], whole(seen.value.get("object_id"))
        if kind not in {"user", "group", "page", "event"}:
            search.kind = kind
        elif identifier:
            found = self.resolve([number_name(abs(identifier) if kind == "user" else -abs(identifier))])[0]
            search.owner, search.fact, search.failures = found.owner, found.fact, found.failures
            search.beside += found.answers
            if found.missing:  # VK has just said whose name it is: that the page is nobody's contradicts it
                search.failures = {_SCREEN: _UNRECOGNISED}


_UNRECOGNISED = VkFailure(None, Act.GIVE_UP, Cause.UNRECOGNISED_PAGE)


def _params(method: str, searches: Sequence[Resolution]) -> dict[str, list[str]]:
    return {_IDS[method]: [_spoken(search.name) for search in searches], "fields": _FIELDS[method]}


def _file(search: Resolution, method: str, seen: Seen, pages: list[Any] | None = None) -> None:
    """Keep of an answer what it says of one name, under the address that asks for it alone, and take that in."""
    if seen.answer is None:
        search.take(method, seen)
        return
    if pages is not None:
        stored = minimise.response(pages)
    elif seen.failure is _UNRECOGNISED:
        stored = minimise.unrecognised()
    else:
        stored = seen.answer.body
    host = seen.answer.evidence.url.partition("/method/")[0]
    url = url_of(method, _params(method, [search]), host)
    search.take(method, read_stored(refiled(seen.answer, url=url, stored=stored)))


def _spoken(name: str) -> str:
    """Return a name as it is asked for: one with a number in it by the number alone."""
    return _NUMBERED.sub(r"\2", name) if _NUMBERED.fullmatch(name) else name


def number_name(number: int) -> str:
    """Return the name that every page has by its signed id: ``id5``, or ``club5`` for -5."""
    return f"id{number}" if number > 0 else f"club{-number}"


def is_number(name: str) -> bool:
    """Tell whether a name is a page's number, which no other page ever gets."""
    return stated_number(name) is not None


def stated_number(name: str) -> int | None:
    """Return the signed id that a name like ``id5`` or ``club5`` states."""
    match = _NUMBERED.fullmatch(name)
    if match is None:
        return None
    return int(match[2]) if match[1] == "id" else -int(match[2])


def find(directory: Directory, target: Target) -> tuple[Resolution, dict[str, Any]]:
    """Return who was found for `target` by name or, where the name is lost, by number; and the facts of a move.

    If no page has the name and the number could not be asked for, that is no absence: the failure counts for both.
    """
    named = directory.resolve([target.address.name])[0]
    if target.id is None:
        return named, {}
    if named.owner is not None and named.owner.id != target.id:
        named = _without_words(named)
    if not _lost(named, target) or target.address.name == number_name(target.id):
        return named, {}
    numbered = directory.resolve([number_name(target.id)])[0]
    both = [*numbered.beside, *named.answers]
    owner = numbered.owner
    if (owner is not None and not owner.deactivated) or numbered.fact is Fact.PRIVATE:
        names = owner.names if owner is not None else frozenset()
        # A page that still shows the name has it, whatever the look-up by name said.
        moved = {} if target.address.name in names else {"renamed_to": _address(target.id, names)}
        return replace(numbered, beside=both), {"id": target.id, **moved}
    if owner is not None or (named.missing and not numbered.missing):
        # Deactivated: VK's word about the page itself, whoever has its name now.
        return replace(numbered, beside=both), {}
    return replace(named, beside=[*named.beside, *numbered.answers]), {}


def _without_words(named: Resolution) -> Resolution:
    """Keep only the number and state of a page that has taken the name: its new owner is no official."""
    beside = [_of_stranger(answer) for answer in named.answers]
    return replace(named, owner=next(filter(None, map(_read, beside)), None), asked={}, beside=beside)


def _of_stranger(answer: Answer) -> Answer:
    pages = read_stored(answer).value
    if not isinstance(pages, list):
        return answer
    return refiled(answer, stored=minimise.response([minimise.stranger(page) for page in pages]))


def _read(answer: Answer) -> Owner | None:
    """Read the page in a record."""
    method, pages = urlsplit(answer.evidence.url).path.rpartition("/")[2], read_stored(answer).value
    return _READ[method](pages[0]) if method in _READ and pages else None


def _lost(named: Resolution, target: Target) -> bool:
    """Tell whether the confirmed page has lost the name: no page has it, or another does and this one once did."""
    other = named.kind is not None or (named.owner is not None and named.owner.id != target.id)
    return named.missing or (other and target.id_seen)


def _address(number: int, names: frozenset[str]) -> str:
    """Return a page's address now: by its short name, or by its number where it shows none."""
    numbered = {f"{kind}{abs(number)}" for kind in ("id", "club", "public", "event")}
    return Address(VK, min(names - numbered, default=number_name(number))).url


_DEACTIVATED = {"deleted": (False, Cause.GONE), "banned": (None, Cause.BANNED)}
"""Only ``deleted`` says that a page is gone: one that VK has banned may come back."""


def existence(found: Resolution, *, trusted: bool, numbered: bool = False) -> tuple[bool | None, Cause | None]:
    """Say whether a page exists and why it cannot be judged. True and False are VK's own words about the page.

    `numbered`: the page was asked for by a number that is known to be its own.
    """
    if found.failure is not None:
        return None, found.failure.cause
    if found.kind is not None:
        return None, Cause.WRONG_KIND
    if found.owner is not None and found.owner.deactivated:
        return _DEACTIVATED.get(found.owner.deactivated, (None, Cause.UNRECOGNISED_PAGE))
    if found.fact is Fact.GONE:  # deleted or banned: the error does not say which
        return None, Cause.REFUSED if trusted else Cause.CONTROL_FAILED
    if found.fact is Fact.PRIVATE or (found.owner is not None and found.owner.id > 0 and found.owner.closed):
        return True, Cause.PRIVATE
    if found.owner is not None:
        return True, None
    if found.missing and not trusted:
        return None, Cause.CONTROL_FAILED
    if found.missing:
        return None, Cause.UNRECOGNISED_PAGE if numbered else Cause.NOT_AT_ADDRESS
    return None, Cause.BLOCKED if found.fact is Fact.CONTENT_BLOCKED else Cause.REFUSED


def kept(found: Resolution, kind: EvidenceKind) -> tuple[Answer, ...]:
    """Return the answers about a name as evidence of a `kind`."""
    return tuple(refiled(answer, kind=kind) for answer in found.answers)


class Controls:
    """Looks at accounts whose existence is known, and remembers whether one that exists was seen."""

    def __init__(self, directory: Directory, breaker: Breaker, *, has_key: bool, clock: Clock) -> None:
        """Ask through `directory`; `breaker` is the route's."""
        self.seen = False
        self.owner: Owner | None = None
        """The page of the control that was looked at last, where it was seen."""
        self.pages: list[Owner] = []
        """The pages of controls that were seen to exist."""
        self._directory = directory
        self._breaker = breaker
        self.has_key = has_key
        self._clock = clock

    def shut(self) -> Cause | None:
        """Return why nothing is asked at all."""
        return self._breaker.cause if self.has_key else Cause.NO_CREDENTIALS

    def note(self, cause: Cause | None, failure: VkFailure | None) -> None:
        """Tell the breaker how an account ended; what was not asked says nothing of the route."""
        if failure is None or failure.act is Act.PAGE:
            self._breaker.note(None)
        elif failure.sent and failure.act is not Act.STOP_METHOD:
            self._breaker.note(cause)

    def look(self, control: Control) -> tuple[ControlResult, tuple[Answer, ...]]:
        """Look at an account known to exist, or known not to."""
        outcome, cause, self.owner = Outcome.CANT_TELL, self.shut(), None
        if cause is not None:
            unasked = no_answer(EvidenceKind.CONTROL, control.url.url, at=self._clock(), cause=cause)
            answers: tuple[Answer, ...] = (unasked,)
        else:
            found = self._directory.resolve([control.url.name])[0]
            exists, cause = existence(found, trusted=True)
            exists = False if cause in {Cause.NOT_AT_ADDRESS, Cause.GONE, Cause.BANNED} else exists
            if exists and not control.exists and found.denies_name:
                exists, cause = None, Cause.UNRECOGNISED_PAGE
            self.owner = found.owner if cause is None else None
            answers = kept(found, EvidenceKind.CONTROL)
            if exists is not None:
                outcome, cause = (Outcome.PASSED if exists is control.exists else Outcome.FAILED), None
            if exists is True and control.exists:
                self.seen = True
                self.pages += [found.owner] if found.owner is not None else []
            self.note(cause, found.failure)
        result = ControlResult(
            network=VK,
            route=ROUTE,
            url=control.url.url,
            expected=control.exists,
            outcome=outcome,
            cause=cause,
            evidence=tuple(a.evidence for a in answers),
        )
        return result, answers
