"""Telegram's signed-in client as a plug-in. It is there only with a session: without one Telegram has its public pages.

A run does not ask for a control that must not exist: that would cost it a look-up by name, which is rationed.
"""

from collections.abc import Iterator

from auditor.base.errors import AuditorError
from auditor.base.snapshot import ControlResult, Route, Snapshot
from auditor.base.text import N_, Scalar, Text
from auditor.probes.base import Login, Target, Window
from auditor.probes.looks import Look
from auditor.probes.plugins import Examined, Opened, Plugin, Wiring
from auditor.probes.telegram.client.network import ClientSettings
from auditor.probes.telegram.client.session import Session, account_of, read_session, session_file
from auditor.probes.telegram.client.source import Client
from auditor.probes.telegram.client.way import ClientWay
from auditor.probes.telegram.look import control_look, telegram_look
from auditor.registry.models import Control


def _open(wiring: Wiring) -> Opened | None:
    file = session_file(wiring.settings, wiring.data)
    if wiring.settings.of(ClientSettings).session is None and not file.exists():
        return None
    session = read_session(file)
    account = account_of(wiring.settings, session or Session())  # a setting that cannot be read is told in any case
    way = ClientWay(account if session else None, _known(wiring, session), wiring.clock)
    return Opened(way, way.limits, way.login)


def _known(wiring: Wiring, session: Session | None) -> Login | None:
    """Return what an earlier run of this sign-in remembers; another sign-in's is of no use."""
    logins = (wiring.login, *wiring.logins)
    return next((login for login in logins if login and session and login.session == session.name), None)


def _look(target: Target, window: Window) -> Look[Snapshot]:
    return telegram_look(Client(target), target, window)


def _control(control: Control) -> Look[ControlResult]:
    return control_look(Client(Target(control.url, full=False)), control)


def _examine(wiring: Wiring) -> Iterator[Examined]:
    """Say whose session it is (masked), its age, what it may not ask now, and whether it can ask at all."""
    file = session_file(wiring.settings, wiring.data)
    if not file.exists():
        yield _line("refused", Text(N_("not signed in: `auditor login telegram`; not needed")))
        return
    from auditor.probes.telegram.client.sign_in import owner_of  # noqa: PLC0415 - imports Telethon

    try:
        owner = owner_of(wiring.settings, file)
    except AuditorError as error:
        yield _line("unreachable", Text(N_("cannot be used: {error}"), {"error": str(error)}))
        return
    if owner is None:
        yield _line("refused", Text(N_("the session is signed in no more: `auditor login telegram`")))
        return
    facts: dict[str, Scalar | Text] = {"name": owner.name, "phone": owner.phone, "since": owner.since or wiring.clock()}
    yield _line("ok", Text(N_("{name}, {phone}, signed in since {since}"), facts))
    for flood in wiring.login.floods if wiring.login else ():
        if flood.until > wiring.clock():
            until = Text(N_("closed by Telegram until {until}"), {"until": flood.until})
            yield Examined(f"telegram client: {flood.method}", "refused", until)


def _line(state: str, detail: Text) -> Examined:
    return Examined("telegram client", state, detail)


PLUGIN = Plugin(
    route=Route.TELEGRAM_CLIENT,
    open=_open,
    look=_look,
    control=_control,
    examine=_examine,
)
