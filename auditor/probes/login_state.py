"""What the runs of one login have learned, added up: they may go on at the same time."""

from dataclasses import replace
from datetime import datetime, timedelta
from operator import attrgetter

from auditor.probes.target import LoginState

_CALLS_COUNT = timedelta(days=2)
"""No network limits calls over a longer time."""


def merge_login_states(kept: LoginState | None, login: LoginState, run: int, at: datetime) -> LoginState:
    """Return what `run` has learned by `at`, with what is kept of the others: their calls add up."""
    before = kept or replace(login, floods=(), spent=())
    others = [replace(one, since=min(one.since, at)) for one in before.spent if one.run != run]
    own = [replace(one, run=run) for one in login.spent]
    spent = sorted((one for one in (*others, *own) if at - one.since < _CALLS_COUNT), key=attrgetter("since"))
    floods = {f.method: f for f in (*(f for f in before.floods if f.until > at), *login.floods)}
    return replace(login, floods=tuple(floods[method] for method in sorted(floods)), spent=tuple(spent))
