"""Asking, with what has to be minded: closed methods, short waits, broken connections, and when to stop."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import urlencode

from auditor.base.snapshot import Cause, EvidenceKind
from auditor.probes.base import Answer, Clock, keep
from auditor.probes.mtproto.asking import UNREADABLE, Ask, Lost, Refused, SignedOut
from auditor.probes.mtproto.ledger import RESOLVE, FloodLedger, Ration
from auditor.probes.mtproto.link import Link
from auditor.probes.mtproto.minimise import as_json
from auditor.probes.pacing import Breaker, RetryBudget
from auditor.probes.tape import no_answer

_FLOOD = re.compile(r"FLOOD|WAIT|TOO_MUCH|TOO_MANY")
_PRIVATE = {"CHANNEL_PRIVATE", "CHANNEL_PUBLIC_GROUP_NA", "CHAT_FORBIDDEN", "INVITE_HASH_EXPIRED"}
_FLOOD_CODE, _SERVER_FAULT, _TIMED_OUT = 420, 500, -503
_UNSAID = 3600.0
"""Seconds that a method stays closed where Telegram does not say how long."""

T = TypeVar("T")


class Trouble(Exception):  # noqa: N818 - why an answer was not had, not a fault of the program
    """Why an answer was not had: the cause, and Telegram's word where it gave one."""

    def __init__(self, cause: Cause, word: str = "") -> None:
        """Keep both."""
        super().__init__(cause.value)
        self.cause, self.word = cause, word


@dataclass(frozen=True, slots=True)
class Wanted(Generic[T]):
    """One thing to ask, and how to read and keep what comes.

    `read` makes of Telethon's object what a look goes on with, `stored` of that what may be written, and `restored` of
    the latter the former again. Without `restored` it is asked while looking for accounts, which is never played back.
    """

    ask: Ask
    kind: EvidenceKind
    about: Mapping[str, str | int]
    read: Callable[[Any], T]
    stored: Callable[[T], dict[str, Any]]
    restored: Callable[[Mapping[str, Any]], T] | None = None

    @property
    def url(self) -> str:
        """The address under which the answer is kept."""
        return f"mtproto://{self.ask.method}?{urlencode(self.about)}"


class Asker(Protocol):
    """Whom a look asks: Telegram, or the stored answers of an earlier look."""

    def ask(self, wanted: Wanted[T], answers: list[Answer]) -> T:
        """Return what was read of an answer and add it to `answers`. Raises `Trouble` where there is none."""
        ...


class Caller:
    """Asks through `link`, at the route's pace and within its budget."""

    def __init__(
        self, link: Link, *, budget: RetryBudget, ledger: FloodLedger, ration: Ration, breaker: Breaker, clock: Clock
    ) -> None:
        """Mind `budget` for new tries, `ledger` for closed methods, `ration` for look-ups by name."""
        self.link, self.ledger, self.ration, self.breaker = link, ledger, ration, breaker
        self._budget, self._clock = budget, clock

    def ask(self, wanted: Wanted[T], answers: list[Answer]) -> T:
        """Return what was read of the answer and keep it as evidence. Raises `Trouble` where there is none.

        A question that is not answered leaves a record too: one, however often it was tried.
        """
        try:
            answer = self._asked(wanted.ask)
        except Refused as refusal:
            self._keep_refusal(wanted, refusal, answers)
            raise trouble_of(refusal) from None
        except Trouble as trouble:
            answers.append(no_answer(wanted.kind, wanted.url, at=self._clock(), cause=trouble.cause))
            raise
        read = wanted.read(answer)
        self._keep(wanted, answer, read, answers)
        return read

    def _asked(self, ask: Ask) -> Any:
        attempt, waited = 0, False
        while True:
            attempt += 1
            self._admit(ask)
            try:
                return self.link.call(ask)
            except SignedOut:
                self.breaker.stop(Cause.NO_CREDENTIALS)
                raise
            except Lost:
                if not self._budget.again(attempt):
                    raise Trouble(Cause.UNREACHABLE) from None
            except Refused as refusal:
                if _is_flood(refusal):
                    # A short wait is waited for once; a long one closes this method, and this method alone.
                    seconds = float(refusal.seconds if refusal.seconds is not None else _UNSAID)
                    if waited or not self._budget.again(attempt, seconds):
                        self.ledger.close(ask.method, seconds)
                        raise
                    waited = True
                elif not _is_server_fault(refusal) or not self._budget.again(attempt):
                    raise

    def _admit(self, ask: Ask) -> None:
        """Let a request go in its turn. Raises `Trouble` for one that must not be asked."""
        if self.breaker.cause is not None:
            raise Trouble(self.breaker.cause)
        if self.ledger.closed(ask.method) is not None:
            raise Trouble(Cause.THROTTLED)
        if ask.method == RESOLVE and not self.ration.take():
            raise Trouble(Cause.THROTTLED)
        self._budget.pace.wait()

    def _keep(self, wanted: Wanted[T], answer: Any, read: T, answers: list[Answer]) -> None:
        stored = as_json(wanted.stored(read))
        try:
            received = bytes(answer)
        except Exception:  # noqa: BLE001 - Telethon reads some objects that it cannot write again
            received = stored
        self._add(wanted, None, received, stored, answers)

    def _keep_refusal(self, wanted: Wanted[T], refusal: Refused, answers: list[Answer]) -> None:
        said = as_json({"error": refusal.word, "code": refusal.code, "seconds": refusal.seconds})
        self._add(wanted, abs(refusal.code) or None, said, None, answers)

    def _add(
        self, wanted: Wanted[T], status: int | None, received: bytes, stored: bytes | None, answers: list[Answer]
    ) -> None:
        made = keep(wanted.kind, wanted.url, fetched_at=self._clock(), status=status, received=received, stored=stored)
        answers.append(made)


def _is_flood(refusal: Refused) -> bool:
    return refusal.code == _FLOOD_CODE or refusal.seconds is not None or refusal.word == "TRANSPORT_FLOOD"


def _is_server_fault(refusal: Refused) -> bool:
    return refusal.code >= _SERVER_FAULT or refusal.code == _TIMED_OUT


def trouble_of(refusal: Refused) -> Trouble:
    """Return what a refusal means for a look."""
    return Trouble(_cause(refusal), refusal.word)


def _cause(refusal: Refused) -> Cause:
    if isinstance(refusal, SignedOut):
        return Cause.NO_CREDENTIALS
    if _is_flood(refusal) or _FLOOD.search(refusal.word):
        return Cause.THROTTLED
    if _is_server_fault(refusal):
        return Cause.UNREACHABLE
    if refusal.word in _PRIVATE:
        return Cause.PRIVATE
    return Cause.UNRECOGNISED_PAGE if refusal.word == UNREADABLE else Cause.REFUSED
