"""Merges what the runs of one login remember: several may go on at the same time."""

from dataclasses import replace
from datetime import datetime, timedelta
from operator import attrgetter

from auditor.probes.target import LoginState

_CALLS_COUNT = timedelta(days=2)
"""No network limits calls over a longer time."""


def merge_login_states(stored: LoginState | None, login: LoginState, run: int, at: datetime) -> LoginState:
    """Return what a login remembers after `run`, at the moment `at`.

    Calls of other runs in `stored` are added, and its flood waits that have not ended are kept.
    """
    previous = stored or replace(login, floods=(), spent=())
    others = [replace(calls, since=min(calls.since, at)) for calls in previous.spent if calls.run != run]
    this_run = [replace(calls, run=run) for calls in login.spent]
    recent = (calls for calls in (*others, *this_run) if at - calls.since < _CALLS_COUNT)
    pending = (flood for flood in previous.floods if flood.until > at)
    floods = {flood.method: flood for flood in (*pending, *login.floods)}
    return replace(
        login,
        floods=tuple(floods[method] for method in sorted(floods)),
        spent=tuple(sorted(recent, key=attrgetter("since"))),
    )
