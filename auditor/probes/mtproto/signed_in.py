"""A sign-in at work: its connection, what it may ask now, whom it has met, and the controls it has seen."""

from pathlib import Path

from auditor.base.snapshot import Cause, ControlResult, EvidenceKind, Outcome
from auditor.probes.base import Answer, Clock, Login
from auditor.probes.mtproto.asking import Patience, Place
from auditor.probes.mtproto.caller import Caller, Trouble
from auditor.probes.mtproto.controls import check, result_of, unasked
from auditor.probes.mtproto.directory import Directory, Found
from auditor.probes.mtproto.ledger import FloodLedger, Ration
from auditor.probes.mtproto.link import Link, read_public_key
from auditor.probes.mtproto.proxy import parse_proxy
from auditor.probes.mtproto.session import parse_dc, read_session
from auditor.probes.pacing import Breaker, Pace, RetryBudget, Sleep
from auditor.registry.models import Control

_RESOLVES_APART = 30.0


class SignedIn:
    """For one thread. Without a session nothing is imported or asked: `caller` is None."""

    def __init__(
        self,
        *,
        api_id: int | None,
        api_hash: str | None,
        session: Path | None,
        proxy: str | None,
        dc: str | None,
        public_key: Path | None,
        clock: Clock,
        login: Login | None,
        interval: float = 1.0,
        patience: Patience | None = None,
        sleep: Sleep | None = None,
    ) -> None:
        """Take the account and the way to Telegram; `login` is what an earlier run learned.

        Requests go `interval` seconds apart and look-ups by name 30; an interval of 0, or a `dc` on this machine, is
        a test server's and lifts that ration. Raises `SettingsError` for a proxy, data centre or public key that
        cannot be read.
        """
        where, way, key = parse_dc(dc), parse_proxy(proxy), read_public_key(public_key)
        stored = read_session(session)
        self.breaker, self._clock = Breaker(), clock
        self._session = stored.name if stored is not None else ""
        self._known = self._control_failed = False
        self._link: Link | None = None
        self.caller: Caller | None = None
        ours = login if login is not None and login.session == self._session else Login(self._session)
        self._ledger = FloodLedger(ours.floods, clock)
        if stored is None or not api_id or not api_hash:
            self.breaker.stop(Cause.NO_CREDENTIALS)
            return
        place = Place(api_id, api_hash, stored, where, way, key, patience or Patience())
        self._link = Link(place)
        rest = sleep or self._link.rest
        self._pace = Pace(interval, sleep=rest)
        budget = RetryBudget(self._pace)
        # The ration is Telegram's; a server on this machine has none.
        free = interval <= 0 or (where is not None and where.local)
        ration = Ration(0.0 if free else _RESOLVES_APART, sleep=rest)
        self.caller = Caller(
            self._link, budget=budget, ledger=self._ledger, ration=ration, breaker=self.breaker, clock=clock
        )
        self._directory = Directory(self.caller, ours.peers)

    @property
    def requests(self) -> int:
        """How many requests it has sent, with those that Telethon makes as it connects."""
        return self._link.requests if self._link is not None else 0

    def limit(self, most: int) -> None:
        """Send at most so many requests: beyond them a call raises `SpentError`. Connecting alone is no use."""
        link = self._link
        if link is not None:
            self._pace.allowed = lambda: link.requests + link.to_connect < most

    @property
    def resolves(self) -> int:
        """How many names it has looked up."""
        return self.caller.ration.spent if self.caller is not None else 0

    @property
    def login(self) -> Login | None:
        """What the next run in this session need not ask again; None without a session."""
        if self.caller is None:
            return None
        return Login(self._session, self._directory.peers, self._ledger.floods)

    @property
    def trusted(self) -> bool:
        """Whether a control was seen in this run and none failed: then an absence is believed."""
        return self._known and not self._control_failed

    @property
    def directory(self) -> Directory:
        """Whom this sign-in knows. Raises `Trouble` where nothing may be asked."""
        if self.breaker.cause is not None or self.caller is None:
            raise Trouble(self.breaker.cause or Cause.NO_CREDENTIALS)
        return self._directory

    def close(self) -> None:
        """End the connection."""
        if self._link is not None:
            self._link.close()

    def closed(self, method: str) -> Cause | None:
        """Say why a method cannot be asked now; None where it can."""
        if self.breaker.cause is not None or self.caller is None:
            return self.breaker.cause or Cause.NO_CREDENTIALS
        return Cause.THROTTLED if self._ledger.closed(method) is not None else None

    def note(self, cause: Cause | None) -> None:
        """Count towards stopping the route. A closed method closes itself, and says nothing of the others."""
        if self.breaker.cause is None:
            self.breaker.note(cause if cause is Cause.UNREACHABLE else None)

    def control(self, control: Control) -> tuple[ControlResult, tuple[Answer, ...]]:
        """Look whether a name is there that must be, or is not that must not be."""
        answers: list[Answer] = []
        try:
            result = check(control, self.directory, answers)
        except Trouble as shut:
            answers.append(unasked(control, shut.cause, self._clock()))
            result = result_of(control, None, shut.cause, answers)
        if result.cause is not None:
            self.note(result.cause)
        self._known |= control.exists and result.outcome is Outcome.PASSED
        self._control_failed |= result.outcome is Outcome.FAILED
        return result, tuple(answers)

    def find(
        self,
        name: str,
        kind: EvidenceKind,
        answers: list[Answer],
        *,
        full: bool,
        number: int | None = None,
        seen: bool = False,
    ) -> Found:
        """Return who has `name`, as `Directory.find` does. Raises `Trouble` where that cannot be told."""
        return self.directory.find(name, kind, answers, full=full, number=number, seen=seen)
