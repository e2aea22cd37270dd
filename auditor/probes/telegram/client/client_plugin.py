"""Telegram's signed-in client as a plug-in. It is there only with a session: without one Telegram has its public pages.

A run does not ask for a control that must not exist: that would cost it a look-up by name, which is rationed.
"""

from collections.abc import Iterator

from auditor.base.errors import AuditorError, UsageError
from auditor.base.snapshot import Route
from auditor.base.text import N_, Scalar, Text
from auditor.probes.plugins import DiagnosisLine, OpenedRoute, Plugin, PluginContext
from auditor.probes.target import Target
from auditor.probes.telegram.client.client_account import SessionFile, load_account, read_session, session_file
from auditor.probes.telegram.client.client_route import ClientSettings
from auditor.probes.telegram.client.client_source import ClientSource
from auditor.probes.telegram.client.client_transport import ClientTransport
from auditor.probes.telegram.telegram_look import control_look, telegram_look


def _open(wiring: PluginContext) -> OpenedRoute | None:
    file = session_file(wiring.settings, wiring.data)
    if wiring.settings.of(ClientSettings).session is None and not file.exists():
        return None
    session = read_session(file)
    account = load_account(
        wiring.settings, session or SessionFile()
    )  # a setting that cannot be read is told in any case
    logins = (login for login in (wiring.login, *wiring.logins) if login is not None)
    known = next((login for login in logins if session and login.session == session.name), None)
    way = ClientTransport(account if session else None, known, wiring.clock)
    return OpenedRoute(way, way.limits, way.login)


def _examine(wiring: PluginContext) -> Iterator[DiagnosisLine]:
    """Say whose session it is (masked), its age, what it may not ask now, and whether it can ask at all."""
    file = session_file(wiring.settings, wiring.data)
    if not file.exists():
        yield _line("unset", N_("not signed in: `auditor login`; not needed"))
        return
    from auditor.probes.telegram.client.sign_in import owner_of  # noqa: PLC0415 - imports Telethon

    try:
        owner = owner_of(wiring.settings, file)
    except AuditorError as error:
        state = "wrong" if isinstance(error, UsageError) else "unreachable"
        yield _line(state, N_("cannot be used: {error}"), error=error.text)
        return
    if owner is None:
        yield _line("refused", N_("the session is signed in no more: `auditor login`"))
        return
    since = owner.since or wiring.clock()
    yield _line("ok", N_("{name}, {phone}, signed in since {since}"), name=owner.name, phone=owner.phone, since=since)
    for flood in wiring.login.floods if wiring.login else ():
        if flood.until > wiring.clock():
            until = Text(N_("closed by Telegram until {until}"), {"until": flood.until})
            yield DiagnosisLine(f"telegram client: {flood.method}", "refused", until)


def _line(state: str, sentence: str, **facts: Scalar | Text) -> DiagnosisLine:
    return DiagnosisLine("telegram client", state, Text(sentence, facts))


PLUGIN = Plugin(
    route=Route.TELEGRAM_CLIENT,
    open=_open,
    look=lambda target, window: telegram_look(ClientSource(target), target, window),
    control=lambda control: control_look(ClientSource(Target(control.url, full=False)), control),
    diagnose=_examine,
)
