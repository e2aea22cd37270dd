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
from typing import Any

from auditor.base.address import Address
from auditor.base.answers import Answer, no_answer
from auditor.base.snapshot import Cause, ControlResult, EvidenceKind, Network, Outcome, Route
from auditor.probes.base import Clock, Target
from auditor.probes.pacing import Breaker
from auditor.probes.vk import minimise
from auditor.probes.vk.answers import Owner, objects, read_group, read_user, whole
from auditor.probes.vk.errors import Act, Caller, Exchange, Fact, VkAnswer, VkFailure
from auditor.probes.vk.minimise import filed
from auditor.registry.models import Control

VK, ROUTE = Network("vk"), Route("vk")
_USERS, _GROUPS, _SCREEN = "users.get", "groups.getById", "utils.resolveScreenName"
IDS = {_USERS: "user_ids", _GROUPS: "group_ids"}
_BATCH = {_USERS: 1000, _GROUPS: 500}
_FIELDS = {
    _USERS: ["screen_name", "domain", "verified", "is_verified", "followers_count", "status", "site", "about"],
    _GROUPS: [
        *("screen_name", "verified", "is_government_organization", "members_count", "description", "status", "site"),
        *("wall", "links"),
    ],
}
_NUMBERED = re.compile(r"(id|club|public|event)(\d{1,15})")


@dataclass(frozen=True, slots=True)
class _Asked:
    """An answer about one name, and the form in which it may be stored."""

    exchange: Exchange
    stored: bytes
    about: str | None = None
    page: Mapping[str, Any] | None = field(default=None, repr=False)
    """VK's object of the page that is in it."""


@dataclass(slots=True)
class Resolution:
    """What VK says about one name. `missing` only when nothing else is known and nothing failed."""

    name: str
    owner: Owner | None = None
    fact: Fact | None = None
    """Deleted or private by VK's word, where no object of the page came."""
    kind: str | None = None
    """What the name stands for if neither a user nor a community: an application."""
    failures: list[VkFailure] = field(default_factory=list)
    absent: set[str] = field(default_factory=set)
    """Methods that said by themselves that they do not know the name."""
    refused: set[str] = field(default_factory=set)
    """Methods that failed."""
    asked: list[_Asked] = field(default_factory=list)

    @property
    def settled(self) -> bool:
        """Tell whether it is known what the name stands for."""
        return self.owner is not None or self.fact is not None or self.kind is not None

    @property
    def missing(self) -> bool:
        """Tell whether every method that could know the name says it does not."""
        return not self.settled and not self.failures

    @property
    def failure(self) -> VkFailure | None:
        """The first failure, where nothing is settled."""
        return self.failures[0] if self.failures and not self.settled else None

    def methods(self) -> tuple[str, ...]:
        """Return the methods that may know the name: ``id5`` can only be a user, ``club5`` a community."""
        match = _NUMBERED.fullmatch(self.name)
        if match is None:
            return (_USERS, _GROUPS)
        return (_USERS,) if match[1] == "id" else (_GROUPS,)

    def open_to(self, method: str) -> bool:
        """Tell whether asking `method` may settle it. A method that the key may not call leaves the other one."""
        failed = any(failure.act is not Act.STOP_METHOD for failure in self.failures)
        tried = method in self.absent or method in self.refused
        return method in self.methods() and not (self.settled or failed or tried)

    def note(self, method: str, failure: VkFailure, about: str | None) -> None:
        """Take in a failed call that was about this name."""
        if failure.exchange is not None:
            self.asked.append(_Asked(failure.exchange, minimise.error(failure), about))
        if failure.fact is Fact.NO_SUCH:
            self.absent.add(method)
        elif failure.fact is not None:
            self.fact = failure.fact
        else:
            self.failures.append(failure)
            self.refused.add(method)


class Directory:
    """Names and what they stand for, kept for a run. Failures are not kept: the next look asks again."""

    def __init__(self, client: Caller) -> None:
        """Ask through `client`."""
        self._client = client
        self._known: dict[str, Resolution] = {}
        self._failed: set[str] = set()

    def resolve(self, names: Iterable[str]) -> list[Resolution]:
        """Return a resolution for each of `names`, asking for the unknown ones in as few calls as possible."""
        wanted = list(dict.fromkeys(name.casefold() for name in names))
        fresh = {name: Resolution(name) for name in wanted if name not in self._known}
        for method in (_USERS, _GROUPS):
            left = [s for s in fresh.values() if s.open_to(method)]
            for start in range(0, len(left), _BATCH[method]):
                self._ask_together(method, left[start : start + _BATCH[method]])
        for one in fresh.values():
            self._ask_alone(one)
        self._known |= {name: one for name, one in fresh.items() if one.settled or one.missing}
        self._failed |= fresh.keys() - self._known.keys()
        return [self._known.get(name) or fresh[name] for name in wanted]

    def ids(self, names: Iterable[str]) -> frozenset[int]:
        """Return the signed ids of those of `names` that stand for a page.

        A name with a number in it needs no call, and one that failed before is not worth another.
        """
        wanted = {name.casefold() for name in names}
        numbers = frozenset(number for name in wanted if (number := _number(name)) is not None)
        named = sorted(name for name in wanted - (self._failed - self._known.keys()) if _number(name) is None)
        return numbers | {one.owner.id for one in self.resolve(named) if one.owner is not None}

    def _ask_together(self, method: str, searches: Sequence[Resolution]) -> None:
        """Ask for many names in one call, and find out which of them it is that fails.

        One account in trouble fails the whole batch. If the first or the last name answers alone the route is well
        and the batch is halved; else it is the route, and all the names get its failure.
        """
        failure = self._ask(method, searches)
        if failure is None or len(searches) == 1 or failure.act is Act.PAGE:
            return  # VK's word about a page does not say which one: each is asked for alone, later
        stopped = failure.act in {Act.STOP_METHOD, Act.STOP_ROUTE}
        if stopped or not (self._answers(method, searches[:1]) or self._answers(method, searches[-1:])):
            for search in searches:
                if not search.settled and not search.failures:
                    search.note(method, failure, search.name)
            return
        self._halve(method, [s for s in searches if s.open_to(method)])

    def _answers(self, method: str, searches: Sequence[Resolution]) -> bool:
        failure = self._ask(method, searches)
        return failure is None or failure.act is Act.PAGE

    def _halve(self, method: str, searches: Sequence[Resolution]) -> None:
        for half in (searches[: len(searches) // 2], searches[len(searches) // 2 :]):
            if half and self._ask(method, half) is not None and len(half) > 1:
                self._halve(method, half)

    def _ask_alone(self, search: Resolution) -> None:
        """Ask for one name by itself where the batches settled nothing."""
        for method in search.methods():
            if search.open_to(method):
                self._ask(method, [search])
        if search.missing and _number(search.name) is None:
            self._by_screen_name(search)

    def _ask(self, method: str, searches: Sequence[Resolution]) -> VkFailure | None:
        """Call `method` and take in what it says. The failure of a call about several names is left to the caller."""
        names = [spoken(search.name) for search in searches]
        outcome = self._client.call(method, **{IDS[method]: names, "fields": _FIELDS[method]})
        if isinstance(outcome, VkAnswer):
            return self._take(method, searches, outcome)
        if len(searches) == 1:
            searches[0].note(method, outcome, None)
        return outcome

    def _take(self, method: str, searches: Sequence[Resolution], answer: VkAnswer) -> VkFailure | None:
        """Match the pages of an answer to the names that were asked for."""
        listed = _list_of(answer.value)
        items = objects(listed)
        alone = len(searches) == 1
        # An item that is no object may be the very page: to call it absent would be a guess.
        if items is None or len(items) != len(listed):
            failure = VkFailure(None, Act.GIVE_UP, Cause.UNRECOGNISED_PAGE, exchange=answer.exchange)
            if alone:
                searches[0].note(method, failure, None)
            return failure
        read = [(read_user(raw) if method == _USERS else read_group(raw), raw) for raw in items]
        matched = set()
        for search in searches:
            for index, (owner, raw) in enumerate(read):
                if owner is not None and _is(search.name, owner, alone=alone and len(read) == 1):
                    search.owner = owner
                    stored = minimise.owner(raw, community=method == _GROUPS)
                    search.asked.append(_Asked(answer.exchange, stored, None if alone else search.name, raw))
                    matched.add(index)
                    break
        self._leave_out(method, searches, answer, strays=len(read) - len(matched))
        return None

    def _leave_out(self, method: str, searches: Sequence[Resolution], answer: VkAnswer, *, strays: int) -> None:
        """Note which names an answer leaves out. A page that fits no name could be any of them."""
        alone = len(searches) == 1
        if strays and not alone:
            return  # they are asked for one by one
        for search in searches:
            if not search.settled and strays:
                failure = VkFailure(None, Act.GIVE_UP, Cause.UNRECOGNISED_PAGE, exchange=answer.exchange)
                search.note(method, failure, None)
            elif not search.settled:
                search.absent.add(method)
                search.asked.append(_Asked(answer.exchange, minimise.nothing(), None if alone else search.name))

    def _by_screen_name(self, search: Resolution) -> None:
        """Ask what a short name stands for. Without an answer, what the other two methods said remains."""
        outcome = self._client.call(_SCREEN, screen_name=search.name)
        if isinstance(outcome, VkFailure):
            if outcome.exchange is not None:
                search.asked.append(_Asked(outcome.exchange, minimise.error(outcome)))
            return
        search.asked.append(_Asked(outcome.exchange, minimise.nothing(outcome.value)))
        if not isinstance(outcome.value, dict) or not isinstance(outcome.value.get("type"), str):
            return
        kind, identifier = outcome.value["type"], whole(outcome.value.get("object_id"))
        if kind not in {"user", "group", "page", "event"}:
            search.kind = kind
        elif identifier:
            found = self.resolve([number_name(abs(identifier) if kind == "user" else -abs(identifier))])[0]
            search.owner, search.fact, search.failures = found.owner, found.fact, found.failures
            search.asked += found.asked
            if found.missing:  # VK has just said whose name it is: that the page is nobody's contradicts it
                search.failures = [VkFailure(None, Act.GIVE_UP, Cause.UNRECOGNISED_PAGE, exchange=outcome.exchange)]


def _list_of(value: object) -> Any:
    """Return the list in an answer: itself, or ``groups`` of the object form that 5.199 has."""
    return value.get("groups") if isinstance(value, dict) else value


def _is(name: str, owner: Owner, *, alone: bool) -> bool:
    """Tell whether a page is the one asked for; alone in an answer about one short name it need not say its own."""
    return name in owner.names or (alone and not owner.named and _number(name) is None)


def spoken(name: str) -> str:
    """Return a name as it is asked for: one with a number in it by the number alone."""
    return _NUMBERED.sub(r"\2", name) if _NUMBERED.fullmatch(name) else name


def number_name(number: int) -> str:
    """Return the name that every page has by its signed id: ``id5``, or ``club5`` for -5."""
    return f"id{number}" if number > 0 else f"club{-number}"


def is_number(name: str) -> bool:
    """Tell whether a name is a page's number, which no other page ever gets."""
    return _number(name) is not None


def _number(name: str) -> int | None:
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
    both = [*named.asked, *numbered.asked]
    owner = numbered.owner
    if (owner is not None and not owner.gone) or numbered.fact is Fact.PRIVATE:
        names = owner.names if owner is not None else frozenset()
        # A page that still shows the name has it, whatever the look-up by name said.
        moved = {} if target.address.name in names else {"renamed_to": _address(target.id, names)}
        return replace(numbered, asked=both), {"id": target.id, **moved}
    if owner is not None or (named.missing and not numbered.missing):
        # Deactivated: VK's word about the page itself, whoever has its name now.
        return replace(numbered, asked=both), {}
    return replace(named, asked=both), {}


def _without_words(named: Resolution) -> Resolution:
    """Keep only the number and state of a page that has taken the name: its new owner is no official."""
    bare = [a if a.page is None else replace(a, stored=minimise.stranger(a.page)) for a in named.asked]
    return replace(named, asked=bare)


def _lost(named: Resolution, target: Target) -> bool:
    """Tell whether the confirmed page has lost the name: no page has it, or another does and this one once did."""
    other = named.kind is not None or (named.owner is not None and named.owner.id != target.id)
    return named.missing or (other and target.id_seen)


def _address(number: int, names: frozenset[str]) -> str:
    """Return a page's address now: by its short name, or by its number where it shows none."""
    numbered = {f"{kind}{abs(number)}" for kind in ("id", "club", "public", "event")}
    return Address(VK, min(names - numbered, default=number_name(number))).url


def existence(found: Resolution, *, trusted: bool, numbered: bool = False) -> tuple[bool | None, Cause | None]:
    """Say whether a page exists and why it cannot be judged. True and False are VK's own words about the page.

    `numbered`: the page was asked for by a number that is known to be its own.
    """
    if found.failure is not None:
        return None, found.failure.cause
    if found.kind is not None:
        return None, Cause.WRONG_KIND
    if found.owner is not None and found.owner.gone:
        return (None if found.owner.banned else False), Cause.GONE
    if found.fact is Fact.GONE:  # deleted or banned: the error does not say which
        return None, Cause.GONE if trusted else Cause.CONTROL_FAILED
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
    """Make evidence of the answers about a name; an answer about several names gets the name as its fragment."""
    return tuple(filed(kind, asked.exchange, asked.stored, asked.about) for asked in found.asked)


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
        self._has_key = has_key
        self._clock = clock

    def shut(self) -> Cause | None:
        """Return why nothing is asked at all."""
        return self._breaker.cause if self._has_key else Cause.NO_CREDENTIALS

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
            exists = False if cause in {Cause.NOT_AT_ADDRESS, Cause.GONE} else exists
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
