"""Telegram's signed-in client as a plug-in: there only with a session, since Telegram has its public pages without."""

from collections.abc import Iterator

from auditor.base.errors import AuditorError
from auditor.base.snapshot import ControlResult, Snapshot
from auditor.base.text import N_, Scalar, Text
from auditor.probes.base import AuthorKey, Target, Window
from auditor.probes.mtproto.place import connection_of
from auditor.probes.mtproto.probe import TelegramClientProbe
from auditor.probes.mtproto.replay import replay_control, replay_look
from auditor.probes.mtproto.signed_in import CLIENT
from auditor.probes.plugins import Line, Plugin, Probe, Wiring
from auditor.probes.tape import Tape
from auditor.registry.models import Control


class _Client:
    route = CLIENT

    def open(self, wiring: Wiring, author_key: AuthorKey) -> Probe | None:
        connection = connection_of(wiring.settings, wiring.data)
        if connection is None:
            return None
        return TelegramClientProbe(
            connection,
            clock=wiring.clock,
            author_key=author_key,
            login=wiring.login,
            vantage=wiring.settings.vantage,
        )

    def replay_look(self, target: Target, window: Window, tape: Tape, *, trusted: bool, vantage: str = "") -> Snapshot:
        return replay_look(target, window, tape, trusted=trusted, vantage=vantage)

    def replay_control(self, control: Control, tape: Tape) -> ControlResult:
        return replay_control(control, tape)

    def examine(self, wiring: Wiring) -> Iterator[Line]:
        """Say whose session it is (masked), its age, what it may not ask now, and whether it can ask at all."""
        connection = connection_of(wiring.settings, wiring.data)
        if connection is None or not connection.file.exists():
            yield _line("refused", Text(N_("not signed in: `auditor login telegram`; not needed")))
            return
        from auditor.probes.mtproto.sign_in import who_am_i  # noqa: PLC0415 - imports Telethon

        try:
            who = who_am_i(connection)
        except AuditorError as error:
            yield _line("unreachable", Text(N_("cannot be used: {error}"), {"error": str(error)}))
            return
        if who is None:
            yield _line("refused", Text(N_("the session is signed in no more: `auditor login telegram`")))
            return
        said: dict[str, Scalar | Text] = {"name": who.name, "phone": who.phone, "since": who.since or wiring.clock()}
        yield _line("ok", Text(N_("{name}, {phone}, signed in since {since}"), said))
        for flood in wiring.login.floods if wiring.login else ():
            if flood.until > wiring.clock():
                until = Text(N_("closed by Telegram until {until}"), {"until": flood.until})
                yield Line(f"telegram client: {flood.method}", "refused", until)


def _line(state: str, detail: Text) -> Line:
    return Line("telegram client", state, detail)


PLUGIN: Plugin = _Client()
