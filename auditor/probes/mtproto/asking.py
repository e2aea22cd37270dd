"""Asking Telegram: what is asked, what may come instead of an answer, and what limits the asking.

Closed methods, short waits, broken connections and the ration of look-ups by name are handled here. Telethon keeps a
ledger of its own, but it does not work without updates (telegram.md 5).
"""

import json
import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, NoReturn, Protocol, TypeVar, cast
from urllib.parse import urlencode

from auditor.base.answers import Answer, keep, no_answer
from auditor.base.snapshot import Cause, EvidenceKind
from auditor.probes.base import Clock, Flood
from auditor.probes.pacing import Breaker, Deadline, PutOffError, RetryBudget, Sleep

UNREADABLE = "UNREADABLE_ANSWER"
"""Our own word for an answer that cannot be read."""
_UNAUTHORISED = 401
_VOID = {"AUTH_KEY_DUPLICATED", "AUTH_KEY_INVALID", "AUTH_KEY_NOT_FOUND", "SESSION_REVOKED", "USER_DEACTIVATED_BAN"}


class Refused(Exception):  # noqa: N818 - Telegram's rpc_error, not a fault of the program
    """Telegram answered with an error: its word, its code, and the seconds it asks to wait, if it does."""

    def __init__(self, word: str, code: int, seconds: int | None = None) -> None:
        """Keep Telegram's `word`, such as ``CHANNEL_PRIVATE``."""
        super().__init__(word)
        self.word, self.code, self.seconds = word, code, seconds


class SignedOut(Refused):
    """The session is signed in no more: revoked, forgotten, banned."""


def refusal(word: str, code: int, seconds: int | None = None) -> Refused:
    """Return what Telegram's error means: a refusal, or that the session is signed in no more."""
    if code == _UNAUTHORISED or word in _VOID:
        return SignedOut(word, code)
    return Refused(word, code, seconds)


class Lost(Exception):  # noqa: N818 - an event on the way, not a fault of the program
    """The connection could not be made, broke off, or an answer did not come in time."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A method as Telegram's documents write it, and what it is asked about. `peer` is an id with its access hash."""

    method: str
    name: str = field(default="", repr=False)
    peer: tuple[int, int] | None = field(default=None, repr=False)
    message: int = 0
    offset_id: int = 0
    offset_date: datetime | None = None
    """In place of `offset_id`: messages from before this moment, UTC."""
    add_offset: int = 0
    limit: int = 100


RESOLVE = "contacts.resolveUsername"
NAMES_A_RUN = 28
"""So many look-ups of a name `Ration` leaves to a run that asks for some four seconds between one and the next."""

_LONGEST = timedelta(days=30)
"""No wait that Telegram has been seen to ask for is longer; a larger number is a slip of its own."""


class FloodLedger:
    """Remembers until when a method is closed: within the run, and through `floods` into the next."""

    def __init__(self, floods: Iterable[Flood], clock: Clock) -> None:
        """Begin with what an earlier run was told."""
        self._clock = clock
        self._until = {f.method: f.until for f in floods}

    def closed(self, method: str) -> datetime | None:
        """Return until when `method` must not be asked, or None."""
        until = self._until.get(method)
        return until if until is not None and until > self._clock() else None

    def open(self, method: str) -> None:
        """Note that the wait with one method is over."""
        self._until.pop(method, None)

    def close(self, method: str, seconds: float) -> None:
        """Note that Telegram asked to wait with one method; the others stay open."""
        self._until[method] = self._clock() + min(timedelta(seconds=min(seconds, 1e9)), _LONGEST)

    @property
    def floods(self) -> tuple[Flood, ...]:
        """What is closed now."""
        return tuple(Flood(m, u) for m, u in sorted(self._until.items()) if u > self._clock())


@dataclass
class Ration:
    """Look-ups by name: `interval` seconds apart and no more than `most` in `per` seconds.

    Sixteen in seven minutes froze the method for ten hours (telegram.md 5). A first run over twenty channels waits
    some twenty minutes in all; `patience` is what a run waits at most. An interval of 0 is a test server's: no ration.
    """

    interval: float = 30.0
    most: int = 8
    per: float = 600.0
    patience: float = 1800.0
    sleep: Sleep = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    spent: int = 0
    _waited: float = 0.0
    _times: deque[float] = field(default_factory=deque)

    def take(self) -> bool:
        """Wait for the next look-up's turn and count it; False when that would take longer than `patience` allows."""
        ahead = self._ahead()
        if self._waited + ahead > self.patience:
            return False
        if ahead > 0:
            self._waited += ahead
            self.sleep(ahead)
        self.spent += 1
        self._times.append(self.monotonic())
        return True

    def _ahead(self) -> float:
        if self.interval <= 0 or not self._times:
            return 0.0
        now = self.monotonic()
        while len(self._times) > self.most:
            self._times.popleft()
        due = self._times[-1] + self.interval
        if len(self._times) == self.most:
            due = max(due, self._times[0] + self.per)
        return max(due - now, 0.0)


_FLOOD = re.compile(r"FLOOD|WAIT|TOO_MUCH|TOO_MANY")
_PRIVATE = {"CHANNEL_PRIVATE", "CHANNEL_PUBLIC_GROUP_NA", "CHAT_FORBIDDEN", "INVITE_HASH_EXPIRED"}
_FLOOD_CODE, _SERVER_FAULT, _TIMED_OUT = 420, 500, -503
_UNSAID = 3600.0
"""Seconds that a method stays closed where Telegram does not say how long."""

_T = TypeVar("_T")


class Trouble(Exception):  # noqa: N818 - why an answer was not had, not a fault of the program
    """Why an answer was not had: the cause, and Telegram's word where it gave one."""

    def __init__(self, cause: Cause, word: str = "") -> None:
        """Keep both."""
        super().__init__(cause.value)
        self.cause, self.word = cause, word


@dataclass(frozen=True, slots=True)
class Wanted(Generic[_T]):
    """One thing to ask, and how what comes is kept and read.

    `parsed` takes Telethon's object in, `stored` leaves of that what may be written, and `read` reads what was written:
    a look knows nothing else. `keyed` gives it what may not be written and is needed to ask further: from what was
    read and what came. A question without `read` belongs to a search for accounts, which is never played back.
    """

    ask: Ask
    kind: EvidenceKind
    about: Mapping[str, str | int]
    parsed: Callable[[Any], _T]
    stored: Callable[[_T], dict[str, Any]]
    read: Callable[[Mapping[str, Any]], _T] | None = None
    keyed: Callable[[_T, _T], _T] | None = None

    @property
    def url(self) -> str:
        """The address under which the answer is kept."""
        return f"mtproto://{self.ask.method}?{urlencode(self.about)}"


class Asker(Protocol):
    """What a look asks: Telegram, or the stored answers of an earlier look."""

    def ask(self, wanted: Wanted[_T], answers: list[Answer]) -> _T:
        """Return what was read of an answer and add it to `answers`. Raises `Trouble` where there is none."""
        ...


class Line(Protocol):
    """What carries a question to Telegram (`link.Link`)."""

    def call(self, ask: Ask) -> Any:
        """Ask once and return Telegram's object. Raises `Refused`, `SignedOut` or `Lost`."""
        ...

    def rest(self, seconds: float) -> None:
        """Wait with the connection kept alive."""
        ...

    def close(self) -> None:
        """End the connection."""
        ...

    @property
    def requests(self) -> int:
        """How many requests were sent."""
        ...

    @property
    def to_connect(self) -> int:
        """How many requests the next call costs besides its own."""
        ...


class Caller:
    """Asks through `line`, at the route's pace and within its budget."""

    def __init__(
        self,
        line: Line,
        *,
        budget: RetryBudget,
        ledger: FloodLedger,
        ration: Ration,
        breaker: Breaker,
        clock: Clock,
        weighed: bool = False,
        deadline: Deadline | None = None,
    ) -> None:
        """Take the `budget` of retries, the `ledger` of closed methods, the `ration` of look-ups by name.

        `weighed`: a search weighs in memory what comes, whatever is stored of it.
        """
        self.line, self.ledger, self.ration, self.breaker = line, ledger, ration, breaker
        self._budget, self._clock, self._weighed = budget, clock, weighed
        self._deadline = deadline or Deadline()
        self._waits, self._resumed, self._about = True, False, ""  # a control or a search is about no look
        self._put_off: dict[str, dict[str, tuple[Answer, Any]]] = {}
        self._so_far: dict[str, tuple[Answer, Any]] = {}

    def begin(self, about: str, *, wait: bool) -> None:
        """Begin a look, or go on with one that was put off: what it was answered is not asked for again.

        Without `wait` a look that meets a closed method is put off by `PutOffError`, and each that would look up more
        names than a run may.
        """
        self._waits, self._about = wait, about
        self._resumed = wait and about in self._put_off
        self._so_far = self._put_off.pop(about, {})

    def _close_for_now(self) -> NoReturn:
        self._put_off[self._about] = self._so_far
        raise PutOffError

    def ask(self, wanted: Wanted[_T], answers: list[Answer]) -> _T:
        """Keep the answer as evidence and return what is read of that. Raises `Trouble` where there is none.

        A question that is not answered leaves a record too: one, however often it was tried.
        """
        if wanted.url in self._so_far:
            answer, found = self._so_far[wanted.url]
            answers.append(answer)
            return cast("_T", found)
        found = self._ask(wanted, answers)
        if not self._waits:
            self._so_far[wanted.url] = answers[-1], found
        return found

    def _ask(self, wanted: Wanted[_T], answers: list[Answer]) -> _T:
        try:
            answer = self._asked(wanted.ask)
        except Refused as refusal:
            said = as_json({"error": refusal.word, "code": refusal.code, "seconds": refusal.seconds})
            answers.append(self._record(wanted, abs(refusal.code) or None, said))
        except Trouble as trouble:
            answers.append(no_answer(wanted.kind, wanted.url, at=self._clock(), cause=trouble.cause))
        else:
            came = wanted.parsed(answer)
            stored = as_json(wanted.stored(came))
            answers.append(self._record(wanted, None, _as_bytes(answer, stored), stored))
            if self._weighed or wanted.read is None:
                return came
            read = read_stored(wanted, answers[-1])
            return read if wanted.keyed is None else wanted.keyed(read, came)
        return read_stored(wanted, answers[-1])

    def _asked(self, ask: Ask) -> Any:
        attempt, waited = 0, False
        while True:
            attempt += 1
            self._admit(ask)
            try:
                return self.line.call(ask)
            except SignedOut:
                self.breaker.stop(Cause.NO_CREDENTIALS)
                raise
            except Lost:
                if not (self._deadline.allows() and self._budget.again(attempt)):
                    raise Trouble(Cause.UNREACHABLE) from None
            except Refused as refusal:
                if _is_flood(refusal):
                    # A short wait is waited for once; a long one closes this method, and this method alone.
                    seconds = float(refusal.seconds if refusal.seconds is not None else _UNSAID)
                    if waited or not self._budget.again(attempt, seconds):
                        self.ledger.close(ask.method, seconds)
                        if not self._waits:
                            self._close_for_now()
                        raise
                    waited = True
                elif not _is_server_fault(refusal) or not self._budget.again(attempt):
                    raise

    def _admit(self, ask: Ask) -> None:
        """Let a request go in its turn. Raises `Trouble` for one that must not be asked."""
        if self.breaker.cause is not None:
            raise Trouble(self.breaker.cause)
        closed = self.ledger.closed(ask.method)
        if closed is not None and not self._waits:
            self._close_for_now()
        if closed is not None:
            # The run has come to its end: whatever is left of its patience is for those that were put off.
            if not self._resumed or not self._budget.rest((closed - self._clock()).total_seconds()):
                raise Trouble(Cause.THROTTLED)
            self.ledger.open(ask.method)
        if ask.method == RESOLVE and not self.ration.take():
            if self._about:  # no answer tells anything of this page: the next run goes on with it
                self._close_for_now()
            raise Trouble(Cause.THROTTLED)
        self._budget.pace.wait()
        if not self._deadline.allows():
            raise Trouble(Cause.UNREACHABLE)

    def _record(self, wanted: Wanted[_T], status: int | None, received: bytes, stored: bytes | None = None) -> Answer:
        return keep(wanted.kind, wanted.url, fetched_at=self._clock(), status=status, received=received, stored=stored)


def _as_bytes(answer: Any, stored: bytes) -> bytes:
    try:
        return bytes(answer)
    except Exception:  # noqa: BLE001 - Telethon reads some objects that it cannot write again
        return stored


def read_stored(wanted: Wanted[_T], take: Answer) -> _T:
    """Return what is read of a stored answer. Raises `Trouble` where it is none."""
    if take.silence is not None:
        raise Trouble(take.silence)
    try:
        row = json.loads(take.body)
        if "error" in row:
            raise trouble_of(refusal(row["error"], row["code"], row["seconds"]))
        if wanted.read is not None:
            return wanted.read(row)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        pass
    raise Trouble(Cause.UNRECOGNISED_PAGE)


def as_json(data: Mapping[str, Any]) -> bytes:
    """Write what is kept, the same for the same answer."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1, default=str).encode()


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
