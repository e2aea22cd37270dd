"""One queue for the questions of many looks: what they are about to ask is asked for all of them at once.

A look is written as if it asked one thing after the other. Before it is taken it is rehearsed: with the answers that
have come so far, and with none to the rest. What it asks in vain is what must be asked next. The questions of all looks
go to ``execute`` together, as many in one request as VK allows, until no rehearsal asks for more. A key that may not
call ``execute`` has nothing to gain from this: its looks ask for themselves.

An answer is filed as a record of the account that was asked about, as if it had been asked for alone, with the hash of
the whole answer that it came in.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from auditor.base.answers import Answer, rewritten
from auditor.base.snapshot import EvidenceKind
from auditor.probes.vk import minimise
from auditor.probes.vk.client import EXECUTE, VkClient, error_of, plain, shortened, url_of
from auditor.probes.vk.door import NOT_YET, Form, Seen, filed, read_stored
from auditor.probes.vk.errors import Act, Exchange, Param, Rule, VkAnswer, VkFailure, rule_for

MOST_CALLS = 25
"""Calls in one request."""
_ROUNDS = 40
"""Rehearsals; what a look asks after them it asks by itself."""
_TALKS = "wall.getComments"
_LISTS = frozenset({_TALKS, "wall.get"})
_TOO_MUCH = 13
"""VK's error for an answer of more than 5 MB, and for a script that took too long."""

_Key = tuple[EvidenceKind, str]


@dataclass(frozen=True, slots=True)
class _Question:
    key: _Key
    """The kind of its record, and its address."""
    method: str
    form: Form = field(repr=False)
    params: Mapping[str, Param]

    @property
    def code(self) -> str:
        """The call as a script writes it."""
        return f"API.{self.method}({json.dumps({name: plain(value) for name, value in self.params.items()})})"


@dataclass(frozen=True, slots=True)
class _Came:
    """An answer that a look has not taken yet. Of comments the words are kept too: only a look can minimise them."""

    answer: Answer
    words: Any = field(default=None, repr=False)


class Queue:
    """Asks VK: at once for what rehearsals have asked for, and one by one for the rest."""

    def __init__(self, client: VkClient) -> None:
        """Ask through `client`."""
        self._client = client
        self._came: dict[_Key, _Came] = {}
        self._taken: set[_Key] = set()
        self._tries: Counter[_Key] = Counter()
        self._most: dict[str, int] = {}
        """How many calls of a method one answer can hold, where that has turned out to be fewer than `MOST_CALLS`."""
        self._wanted: dict[_Key, _Question] = {}
        self._alone: set[_Key] = set()
        """What a look must ask by itself, because no answer of several was one to it."""
        self._shut = False
        """The key may not call ``execute``, or it does not work for the time being."""
        self._waited = False
        self._worked = False

    def ask(self, kind: EvidenceKind, method: str, form: Form, **params: Param) -> Seen:
        """Ask, as `Asker` says. What came before is not asked again, but where a look reads a list once more."""
        key = kind, url_of(method, params)
        came = self._came.get(key)
        if came is None or (method in _LISTS and key in self._taken):
            return read_stored(filed(kind, self._client.call(method, **params), form))
        self._taken.add(key)
        return read_stored(_minimised(came, form))

    @property
    def works(self) -> bool:
        """Tell whether the last questions were asked together."""
        return self._worked and not self._shut

    def has_come(self, method: str, owner_id: int) -> bool:
        """Tell whether an answer about a page is there that no look has taken yet."""
        asked = f"/method/{method}?owner_id={owner_id}&"
        return any(asked in url for _, url in self._came)

    def taken(self) -> None:
        """Forget the answers that a look has taken."""
        for key in self._taken:
            self._came.pop(key, None)
        self._taken.clear()

    def rounds(self) -> Iterator["Rehearsal"]:
        """Yield rehearsals; after each what it has asked in vain is asked for, until there is nothing more to ask.

        Who rehearses a look is to leave it out once it has asked for nothing.
        """
        self._tries.clear()
        self._alone.clear()
        self._shut = self._client.no_use(EXECUTE) is not None
        for _ in range(_ROUNDS):
            yield Rehearsal(self._came, self._wanted)
            if not self._ask_together():
                return

    def _ask_together(self) -> bool:
        """Ask for what is wanted, and tell whether there may be more to ask."""
        wanted = [one for key, one in self._wanted.items() if key not in self._alone]
        self._wanted.clear()
        self._waited = False
        if len(wanted) < 2 and not self._tries:
            return False
        for some in self._portions(wanted):
            self._execute(some)
        return bool(wanted) and not self._shut

    def _portions(self, wanted: Sequence[_Question]) -> Iterator[list[_Question]]:
        """Divide questions into as few requests as their answers have room in, by what is known when each is sent."""
        some: list[_Question] = []
        full = 0.0
        for question in wanted:
            share = 1 / self._most.get(question.method, MOST_CALLS)
            if some and (full + share > 1 + 1e-9 or len(some) == MOST_CALLS):
                yield some
                some, full = [], 0.0
            some.append(question)
            full += share
        if some:
            yield some

    def _execute(self, some: Sequence[_Question]) -> None:
        """Ask some questions in one request, and take in what comes; what does not come is left to the looks."""
        some = self._allowed(some)
        if self._shut or not some:
            return
        outcome = self._client.call(EXECUTE, code=f"return [{','.join(one.code for one in some)}];")
        if isinstance(outcome, VkAnswer):
            self._worked = True
            self._take_in(some, outcome)
        elif outcome.code == _TOO_MUCH and len(some) > 1:
            self._divide(some)
        elif outcome.code == _TOO_MUCH:
            self._alone |= {one.key for one in some}
        else:
            self._shut = True

    def _allowed(self, some: Sequence[_Question]) -> list[_Question]:
        """Leave out what the key may not call, or not any more today: a look says so for itself."""
        calls = Counter[str]()
        allowed = []
        for one in some:
            calls[one.method] += 1
            if self._client.no_use(one.method) is None and calls[one.method] <= self._client.quotas.room(one.method):
                allowed.append(one)
            else:
                self._alone.add(one.key)
        return allowed

    def _divide(self, some: Sequence[_Question]) -> None:
        """Ask again for half as many in one request, from now on too, of what took the room."""
        method, calls = Counter(one.method for one in some).most_common(1)[0]
        self._most[method] = max(1, min(self._most.get(method, MOST_CALLS), calls) // 2)
        for fewer in self._portions(some):
            self._execute(fewer)

    def _take_in(self, some: Sequence[_Question], outcome: VkAnswer) -> None:
        values = outcome.value
        if not isinstance(values, list) or len(values) != len(some):
            self._shut = True  # no answer to what was asked
            return
        for one, value in zip(some, values, strict=True):
            self._client.quotas.count(one.method)
            if value is not False:
                self._client.answered(one.method)
        failures = _attributed(some, values, outcome.errors)
        for number, (one, value) in enumerate(zip(some, values, strict=True)):
            at = replace(outcome.exchange, url=self._client.url_of(one.method, one.params))
            if value is not False:
                self._keep(one, VkAnswer(at, value))
            elif number in failures:
                self._fail(one, at, *failures[number])
            else:
                self._alone.add(one.key)

    def _fail(self, one: _Question, exchange: Exchange, code: int, message: str) -> None:
        said = shortened(message)
        rule = rule_for(code, said)
        self._tries[one.key] += 1
        if rule.act is Act.STOP_ROUTE:
            self._alone.add(one.key)
        elif not self._again(rule, self._tries[one.key]):
            exchange = replace(exchange, said=said)
            self._keep(one, self._client.failed(one.method, one.params, rule, code, exchange))

    def _again(self, rule: Rule, tries: int) -> bool:
        """Tell whether to ask once more, with the next questions; one wait is enough for all that failed."""
        if self._waited:
            return rule.act is Act.RETRY and tries < rule.tries
        self._waited = self._client.again(rule, tries)
        return self._waited

    def _keep(self, one: _Question, outcome: VkAnswer | VkFailure) -> None:
        if one.method == _TALKS and isinstance(outcome, VkAnswer):
            self._came[one.key] = _Came(filed(one.key[0], outcome, _nothing), outcome.value)
        else:
            self._came[one.key] = _Came(filed(one.key[0], outcome, one.form))


@dataclass(slots=True)
class Rehearsal:
    """Answers with what has come, and notes what has not."""

    came: Mapping[_Key, _Came] = field(repr=False)
    wanted: dict[_Key, _Question] = field(repr=False)
    vain: int = 0
    """How many questions had no answer."""

    def ask(self, kind: EvidenceKind, method: str, form: Form, **params: Param) -> Seen:
        """Ask, as `Asker` says."""
        key = kind, url_of(method, params)
        came = self.came.get(key)
        if came is None:
            self.vain += 1
            self.wanted[key] = _Question(key, method, form, params)
            return Seen(None, failure=NOT_YET)
        # What comments say takes time to read, and decides nothing of what is asked next.
        return read_stored(_minimised(came, partial(minimise.comments, said=_nothing)))


def _nothing(_: object) -> dict[str, Any]:
    return {}


def _minimised(came: _Came, form: Form) -> Answer:
    return came.answer if came.words is None else rewritten(came.answer, minimise.response(form(came.words)))


def _attributed(some: Sequence[_Question], values: Sequence[Any], told: object) -> dict[int, tuple[int, str]]:
    """Return the code and words of each call that failed, by its place; none where the errors do not fit the calls.

    They come in the order of the calls; one of ``execute`` itself, which repeats the last, comes after them.
    """
    errors = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    errors = [one for one in errors if one.get("method") != EXECUTE]
    places = [number for number, value in enumerate(values) if value is False]
    if [some[place].method for place in places] != [one.get("method") for one in errors]:
        return {}
    read = [(place, *error_of(one)) for place, one in zip(places, errors, strict=True)]
    return {place: (code, words) for place, code, words in read if code is not None}
