"""Telegram's signed-in client as a plug-in. It is there only with a session: without one Telegram has its public pages.

A replay is the code that looks, with the stored answers in the network's place. What a sign-in knew is told by what it
asked: it asked by number for those it had met, by name for others.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from auditor.base.answers import Answer
from auditor.base.errors import AuditorError
from auditor.base.secrets import redact
from auditor.base.snapshot import Cause, ControlResult, Snapshot
from auditor.base.text import N_, Scalar, Text
from auditor.probes.base import Authors, Batch, DailyLimit, Forecast, Peer, Target, Visit, Window
from auditor.probes.expected import new_threads, posts_to_read, read_long_ago
from auditor.probes.mtproto.asking import NAMES_A_RUN, RESOLVE, Ration, Trouble, Wanted, read_stored
from auditor.probes.mtproto.network import ClientSettings
from auditor.probes.mtproto.place import connection_of
from auditor.probes.mtproto.probe import Look, TelegramClientProbe, snapshot_of
from auditor.probes.mtproto.reading import TELEGRAM
from auditor.probes.mtproto.signed_in import CLIENT, NOBODY, Directory, check, result_of
from auditor.probes.plugins import Line, Plugin, Probe, Wiring
from auditor.probes.tape import Tape
from auditor.registry.models import Control

# Played back ---------------------------------------------------------------------------------------------------------

_T = TypeVar("_T")
_HISTORY = "messages.getHistory"
_PEOPLE, _CHANNELS, _FULL = "users.getUsers", "channels.getChannels", "channels.getFullChannel"
_TO_CONNECT = 4
"""Requests before the first of ours."""
_ANYBODY = 0
"""The number of a peer that is not the one on record: no look needs to know it."""


def replay_look(target: Target, window: Window, tape: Tape, *, trusted: bool, vantage: str = "") -> Snapshot:
    """Return the snapshot that the look at `target` makes of its stored answers. Never raises for what they say.

    `trusted`: in that run a control known to exist had been seen before, and none had failed. An answer that is not on
    the tape counts as none: `unreachable`. A row that cannot be read is an `unrecognised_page`.
    """
    visit = Visit(target, window, tape.at)
    try:
        _look(visit, tape, trusted=trusted)
        return snapshot_of(target.address, visit, vantage)
    except Exception:  # noqa: BLE001 - values of other kinds in a row; as in a run, a defect must not become a fact
        visit.facts = {"cause": Cause.UNRECOGNISED_PAGE}
        return snapshot_of(target.address, visit, vantage)


def _look(visit: Visit, tape: Tape, *, trusted: bool) -> None:
    target = visit.target
    shut = _shut(tape, target.address.url, visit.answers)
    if shut is not None:
        visit.facts["cause"] = shut
        return
    player = _Player(tape)
    directory = Directory(player, _known(tape, target.address.name, target.id, full=target.full))
    Look(player, directory, Authors(), trusted).at(visit)


def replay_control(control: Control, tape: Tape) -> ControlResult:
    """Return how `control` came out by its stored answers."""
    answers: list[Answer] = []
    shut = _shut(tape, control.url.url, answers)
    if shut is not None:
        return result_of(control, None, shut, answers)
    known = _known(tape, control.url.name, None, full=False)
    player = _Player(tape)
    inside = any(urlsplit(take.evidence.url).netloc == _HISTORY for take in tape.left)
    return check(control, player, Directory(player, known), answers, inside=inside)


class _Player:
    """Answers what is asked by what was answered then."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape

    def ask(self, wanted: Wanted[_T], answers: list[Answer]) -> _T:
        """Return what was read of the stored answer. Raises `Trouble` as was raised then."""
        take = self._tape.play(redact(wanted.url))
        if take is None:
            raise Trouble(Cause.UNREACHABLE)
        answers.append(take)
        return read_stored(wanted, take)


def _shut(tape: Tape, url: str, answers: list[Answer]) -> Cause | None:
    """Say why nothing could be asked about `url`, if nothing could."""
    take = tape.play(redact(url))
    if take is None:
        return None
    answers.append(take)
    return take.silence or Cause.UNRECOGNISED_PAGE


def _known(tape: Tape, name: str, number: int | None, *, full: bool) -> Iterator[Peer]:
    """Yield the peers that the sign-in knew when the look at `name` began: those that it asked for by number.

    The page on record, `number`, is asked for under any name it has had, and it alone is asked for its whole card.
    """
    for take in tape.left:
        method, asked, row = _question(take)
        if method == RESOLVE and row.get("error") != NOBODY:
            return  # who is asked for after this was met by it
        if method == _PEOPLE:
            yield Peer(asked, -1, 0)
        elif method in {_CHANNELS, _FULL}:
            own = asked != name or method == _FULL or (not full and row.get("id") == number)
            yield Peer(asked, number if own and number is not None else _ANYBODY, 0)


def _question(take: Answer) -> tuple[str, str, dict[str, Any]]:
    """Return the method of a take, the name it was about, and the row that is kept."""
    parts = urlsplit(take.evidence.url)
    about = parse_qs(parts.query)
    asked = next((about[key][0] for key in ("username", "channel", "user") if key in about), "")
    try:
        row = json.loads(take.body)
    except (ValueError, RecursionError):
        row = {}
    return parts.netloc, asked, row if isinstance(row, dict) else {}


# Opened and examined -------------------------------------------------------------------------------------------------


def _open(wiring: Wiring) -> Probe | None:
    connection = connection_of(wiring.settings, wiring.data)
    if connection is None:
        return None
    return TelegramClientProbe(
        replace(connection, deadline=wiring.deadline),
        clock=wiring.clock,
        login=wiring.login,
        vantage=wiring.settings.vantage,
    )


def _examine(wiring: Wiring) -> Iterator[Line]:
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


def _forecast(wiring: Wiring, batch: Batch) -> Forecast:
    """Say what a batch takes: each name looked up once, a card, 100 messages of history a request, a group's talk."""
    met, way, ration = (
        {p.name for login in wiring.logins for p in login.peers},
        wiring.settings.of(ClientSettings),
        Ration(),
    )
    floods = (flood for login in wiring.logins for flood in login.floods)
    closed = {flood.method: flood.until for flood in floods if flood.until > wiring.clock()}
    controls = [c.url.name for c in batch.controls if c.url.network is TELEGRAM and c.exists]
    controls = [name for name in controls if (_CHANNELS if name in met else RESOLVE) not in closed]
    free = frozenset(t.address for t in batch.targets if t.address.name in met)
    # What finds a page comes before all else that is asked about it.
    found = [t for t in batch.targets if (_found_by(t) if t.address in free else RESOLVE) not in closed]
    full = [target for target in found if target.full]
    talks = sum(new_threads(t, batch.window) + len([*read_long_ago(t, batch.window)]) >= 0.5 for t in full)
    names = sum(name not in met for name in (*(t.address.name for t in found), *controls))
    methods = {
        "help.getConfig": _TO_CONNECT if batch.controls and (found or controls) else 0,
        RESOLVE: names,
        _FULL: len(full),
        _CHANNELS: len(found) - len(full) + sum(name in met for name in controls),
        "channels.getParticipants": talks,
        _HISTORY: sum(max(1, math.ceil(posts_to_read(t, batch.window) / 100)) for t in full) + talks + len(controls),
        "messages.getReplies": len(controls),
    }
    closed = {method: until for method, until in closed.items() if method in methods}
    methods = {method: count for method, count in methods.items() if method not in closed}
    apart = 0.0 if way.dc else min(ration.patience, names * ration.per / ration.most)
    limit = DailyLimit() if way.dc else DailyLimit(names, NAMES_A_RUN, NAMES_A_RUN, free, a_run=True)
    return Forecast(methods, sum(methods.values()) * way.interval + apart, limit, closed=closed)


def _found_by(target: Target) -> str:
    """Return the method by which a page is found whose number is known."""
    return _FULL if target.full else _CHANNELS


PLUGIN = Plugin(
    route=CLIENT,
    open=_open,
    replay_look=replay_look,
    replay_control=replay_control,
    examine=_examine,
    forecast=_forecast,
)
