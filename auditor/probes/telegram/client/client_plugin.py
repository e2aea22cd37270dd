"""Telegram's signed-in client as a plug-in.

The route is available if the session file exists or the settings name one; if no sign-in can be read from it, or the
API id or hash is not set, every call fails with `no_credentials`. The public pages need none. A run does not check a
control that must not exist: that would cost it a lookup by name, which is rationed.
"""

from collections.abc import Sequence

from auditor.base.errors import AuditorError, UsageError
from auditor.base.snapshot import Route
from auditor.base.text import N_, Scalar, Text
from auditor.probes.plugins import DiagnosisLine, OpenedRoute, Plugin, PluginContext
from auditor.probes.telegram.client.client_account import DataCentre, load_account, read_session, session_path
from auditor.probes.telegram.client.client_route import ClientSettings
from auditor.probes.telegram.client.client_source import ClientSource
from auditor.probes.telegram.client.client_transport import ClientTransport


def _open(context: PluginContext) -> OpenedRoute | None:
    file = session_path(context.settings, context.data)
    if context.settings.of(ClientSettings).session is None and not file.exists():
        return None
    session = read_session(file)
    # Even without a session, so that a setting that cannot be read is reported.
    account = load_account(context.settings, session or DataCentre())
    logins = (login for login in (context.login, *context.logins) if login is not None)
    remembered = next((login for login in logins if session and login.session == session.fingerprint), None)
    transport = ClientTransport(account if session else None, remembered, context.clock)
    return OpenedRoute(transport, transport.limits, transport.state_to_save)


async def _diagnose(context: PluginContext) -> Sequence[DiagnosisLine]:
    """Return whether the session can be used, whose it is (masked), since when, and each method closed to it now."""
    file = session_path(context.settings, context.data)
    if not file.exists():
        return [_diagnosis("unset", N_("not signed in: `auditor login`; not needed"))]
    from auditor.probes.telegram.client.sign_in import owner_of  # noqa: PLC0415 - imports Telethon

    try:
        owner = await owner_of(context.settings, file, context.patience)
    except AuditorError as error:
        state = "wrong" if isinstance(error, UsageError) else "unreachable"
        return [_diagnosis(state, N_("cannot be used: {error}"), error=error.text)]
    if owner is None:
        return [_diagnosis("refused", N_("the session is signed in no more: `auditor login`"))]
    signed_in_at = owner.since or context.clock()
    sentence = N_("{name}, {phone}, signed in since {since}")
    return [
        _diagnosis("ok", sentence, name=owner.name, phone=owner.phone, since=signed_in_at),
        *(
            DiagnosisLine(
                f"telegram client: {flood.method}",
                "refused",
                Text(N_("closed by Telegram until {until}"), {"until": flood.until}),
            )
            for flood in (context.login.floods if context.login else ())
            if flood.until > context.clock()
        ),
    ]


def _diagnosis(state: str, sentence: str, **facts: Scalar | Text) -> DiagnosisLine:
    return DiagnosisLine("telegram client", state, Text(sentence, facts))


PLUGIN = Plugin(
    route=Route.TELEGRAM_CLIENT,
    open=_open,
    source=ClientSource,
    diagnose=_diagnose,
)
