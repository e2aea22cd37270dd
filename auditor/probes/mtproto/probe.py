"""Telegram as a signed-in client.

Requests of a run: 4 as it connects; for a channel 1 look-up by name (the first run of a sign-in only), 1 for its full
card, one for each 100 messages of its history back to the window's start (1 more for its opening where the account is a
member), and for its comments what `threads` says: one for each 100 messages of the linked group since the oldest
commented post. A page of an institution and a control take 1.

Controls: one that must exist is asked by its known number, so it costs no look-up but in the first run. One that must
not exist costs a look-up in every run; it is answered where it is asked for, and the run need not ask.
"""

from collections.abc import Sequence
from pathlib import Path

from auditor.base.address import Address
from auditor.base.snapshot import ControlResult, Route
from auditor.probes.base import Answer, AuthorKey, Clock, Login, Sighting, Target, Window
from auditor.probes.mtproto.asking import Patience
from auditor.probes.mtproto.caller import Trouble
from auditor.probes.mtproto.look import Look, pass_by, snapshot_of
from auditor.probes.mtproto.signed_in import SignedIn
from auditor.probes.pacing import Sleep
from auditor.probes.visit import Visit
from auditor.registry.models import Control


class TelegramClientProbe:
    """Looks at channels as an account that is signed in. For one thread; `control` comes before `look`.

    Without a session nothing is imported, asked or told: every account is `no_credentials`.
    """

    route = Route.TELEGRAM_CLIENT

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
        author_key: AuthorKey,
        login: Login | None,
        vantage: str = "",
        interval: float = 1.0,
        patience: Patience | None = None,
        sleep: Sleep | None = None,
    ) -> None:
        """Take the account and the way to Telegram; `login` is what an earlier run learned.

        Requests go `interval` seconds apart and look-ups by name 30; an interval of 0, or a `dc` on this machine, is
        a test server's and lifts that ration. Raises `SettingsError` for a proxy, data centre or public key that
        cannot be read.
        """
        self._clock, self._author_key, self._vantage = clock, author_key, vantage
        self._in = SignedIn(
            api_id=api_id,
            api_hash=api_hash,
            session=session,
            proxy=proxy,
            dc=dc,
            public_key=public_key,
            clock=clock,
            login=login,
            interval=interval,
            patience=patience,
            sleep=sleep,
        )

    @property
    def requests(self) -> int:
        """How many requests it has sent, with those that Telethon makes as it connects."""
        return self._in.requests

    @property
    def resolves(self) -> int:
        """How many names it has looked up."""
        return self._in.resolves

    @property
    def login(self) -> Login | None:
        """What the next run in this session need not ask again; None without a session."""
        return self._in.login

    def close(self) -> None:
        """End the connection."""
        self._in.close()

    def prepare(self, addresses: Sequence[Address]) -> None:
        """Do nothing: other bodies are known by the names that come along with their comments."""

    def control(self, control: Control) -> tuple[ControlResult, tuple[Answer, ...]]:
        """Look whether a name is there that must be, or is not that must not be."""
        return self._in.control(control)

    def look(self, target: Target, window: Window) -> Sighting:
        """Look at a channel: what it is, its history over `window`, its opening, and the talk under its posts."""
        visit = Visit(target, window, self._clock())
        try:
            directory = self._in.directory
        except Trouble as shut:
            pass_by(visit, shut.cause, self._clock())
        else:
            assert self._in.caller is not None
            Look(self._in.caller, directory, self._author_key, trusted=self._in.trusted).at(visit)
        self._in.note(visit.facts.get("cause") or visit.facts.get("posts_cause"))
        return Sighting(snapshot_of(target.address, visit, self._vantage), tuple(visit.answers), self.login)
