"""What each key and route can do now: per network and method, the controls, the clock and the disk.

Each method is tried once. Nothing is stored, and no answer is shown, only whether there was one.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from auditor.archive import Archive
from auditor.base.errors import AuditorError
from auditor.base.i18n import Catalogue
from auditor.base.safe import one_line
from auditor.base.snapshot import Cause, EvidenceKind, Network, Route, Snapshot
from auditor.base.text import N_, Scalar, Text
from auditor.commands.login import telegram_connection
from auditor.commands.purge import cutoffs_at
from auditor.probes.base import Answer
from auditor.probes.http import Http
from auditor.probes.mtproto.place import session_path
from auditor.probes.mtproto.sign_in import who_am_i
from auditor.probes.pacing import Breaker
from auditor.probes.tme.web import Web, tme_connection
from auditor.probes.vk.client import VkAnswer, VkClient, vk_connection
from auditor.probes.vk.errors import Act
from auditor.registry.models import Control
from auditor.run.clock_check import off_by
from auditor.run.session import Session

_LEAST_FREE = 500 * 1024 * 1024
_BUILT = datetime(2026, 11, 24, tzinfo=UTC)
"""A clock that shows an earlier time is wrong."""

_REASONS = {
    Cause.NO_CREDENTIALS: N_("no key, or the key may not"),
    Cause.UNREACHABLE: N_("no answer from here"),
    Cause.THROTTLED: N_("too many requests; try later"),
    Cause.BLOCKED: N_("a block page or a captcha came instead"),
    Cause.REFUSED: N_("refused"),
    Cause.UNRECOGNISED_PAGE: N_("an answer of a form that the program does not know"),
}
_STRANGE = N_(
    "{count} of {of} pages came in a form that the program does not know at the last look, {first} first; see: auditor "
    "evidence show {ids}. If a browser shows them as ever, the layout has changed"
)
_DUE = N_(
    "kept longer than the settings allow: answers {answers}, rows of comments {comments}, copies of older archives "
    "{copies}. `auditor purge` removes them"
)
_AHEAD = N_("this machine's clock is {minutes} minutes ahead of the answer's date: set it right, nothing is judged")
_BEHIND = N_("this machine's clock is {minutes} minutes behind the answer's date: set it right, nothing is judged")


_Told = TypeVar("_Told")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing examined. `state` is ok, refused, unreachable, or wrong: something on this machine to mend."""

    subject: str
    state: str
    detail: Text


def examine(session: Session) -> list[Line]:
    """Examine everything once, in the order in which a run needs it."""
    return [*_machine(session), *_telegram(session), *_vk(session), *_client(session)]


def _machine(session: Session) -> Iterator[Line]:
    yield Line(
        "registry",
        "ok",
        _said(N_("{path}, {count} offices"), path=session.registry_path.name, count=len(session.registry.offices)),
    )
    yield _clock(session)
    yield _disk(session.data)
    yield from keeping(session)
    yield from _layout(session)


def _said(message: str, **params: Scalar | Text) -> Text:
    return Text(message, params)


def _ask(folder: Path, question: Callable[[Archive], _Told]) -> _Told | None:
    """Return what the archive in `folder` tells; None where it cannot be read, which the archive's own line says."""
    try:
        with Archive.read(folder) as archive:
            return question(archive)
    except AuditorError:
        return None


def _clock(session: Session) -> Line:
    now = session.clock()
    last = _ask(session.data, Archive.last_run)
    if now < _BUILT - timedelta(days=1) and session.as_of is None:
        return Line("clock", "wrong", _said(N_("{now} is before this version was made"), now=now))
    if last is None:
        return Line("clock", "ok", _said(N_("{now}; no run in the archive yet"), now=now))
    if datetime.fromisoformat(last[1]) > now:
        return Line("clock", "wrong", _said(N_("{now} is before the last run in the archive"), now=now))
    return Line("clock", "ok", _said(N_("{now}; last run for week {week}"), now=now, week=last[0]))


def _disk(folder: Path) -> Line:
    try:
        with Archive.read(folder):
            pass
        place = folder
        while not place.exists():
            place = place.parent
        free = shutil.disk_usage(place).free
    except (AuditorError, OSError) as error:
        return Line("archive", "wrong", _said(N_("cannot be used: {error}"), error=str(error)))
    state = "ok" if free >= _LEAST_FREE else "wrong"
    return Line("archive", state, _said(N_("{free} MB free"), free=free // 1024 // 1024))


def keeping(session: Session) -> Iterator[Line]:
    """Say what is kept longer than the settings allow, and whether others on this machine can look into the archive."""
    if session.data.exists() and session.data.stat().st_mode & 0o077:
        said = _said(N_("{path} is open to others on this machine: chmod 700 {path}"), path=str(session.data))
        yield Line("archive: rights", "wrong", said)
    now = session.clock()
    due = _ask(session.data, lambda archive: archive.count_due(cutoffs_at(now, session), now))
    if due is None:
        return
    if due:
        said = _said(_DUE, answers=due.answers, comments=due.comments, copies=due.copies)
        yield Line("archive: keeping", "wrong", said)
    else:
        yield Line("archive: keeping", "ok", Text(N_("nothing is kept longer than the settings allow")))


def _layout(session: Session) -> Iterator[Line]:
    """Say of each route whether the last look at every account came in a form that the program knows."""
    seen = _ask(session.data, lambda archive: archive.snapshots(session.clock())) or {}
    looks = [row.snapshot for rows in seen.values() for row in rows]
    last = {(look.route, look.url): look for look in looks}
    for route in Route:
        mine = [look for (by, _), look in sorted(last.items()) if by is route]
        strange = [look for look in mine if _unrecognised(look)]
        if strange:
            ids = ", ".join(look.evidence[-1].id for look in strange[:3] if look.evidence)
            said = _said(_STRANGE, count=len(strange), of=len(mine), first=strange[0].url, ids=ids or "—")
            yield Line(f"layout: {route.value}", "wrong", said)
        elif mine:
            yield Line(f"layout: {route.value}", "ok", Text(N_("the last look at every page was recognised")))


def _unrecognised(look: Snapshot) -> bool:
    causes = {look.cause, look.posts_cause, *(post.comments_cause for post in look.posts)}
    return Cause.UNRECOGNISED_PAGE in causes


def _telegram(session: Session) -> Iterator[Line]:
    controls = [c for c in session.registry.controls if c.url.network is Network.TELEGRAM]
    if not controls:
        yield Line("telegram", "wrong", Text(N_("the registry names no control, so absence cannot be told")))
    http = Http(tme_connection(session.settings, session.clock))
    web = Web(http)
    try:
        for control in controls:
            yield _telegram_control(web, control, live=session.as_of is None)
        known = next((c.url.name for c in controls if c.exists), None)
        if known is not None:
            answers: list[Answer] = []
            seen = web.history(known, None, EvidenceKind.CONTROL, answers, retry=False)
            subject = "telegram: /s/"
            if seen.page is not None:
                yield Line(subject, "ok", Text(N_("posts can be read without signing in")))
            else:
                yield _trouble(subject, seen.cause or Cause.REFUSED)
    finally:
        http.close()


def _telegram_control(web: Web, control: Control, *, live: bool) -> Line:
    answers: list[Answer] = []
    subject = f"telegram: {control.url}"
    seen = web.landing(control.url.name, EvidenceKind.CONTROL, answers, retry=False)
    if seen.page is None:
        return _trouble(subject, seen.cause or Cause.UNRECOGNISED_PAGE)
    apart = off_by(answers) if live else None
    if apart is not None:
        minutes = abs(apart) // timedelta(minutes=1)
        return Line(subject, "wrong", _said(_AHEAD if apart > timedelta() else _BEHIND, minutes=minutes))
    exists = seen.page.kind.value != "missing"
    if exists is control.exists:
        return Line(subject, "ok", Text(N_("the control came out as it must")))
    return Line(subject, "refused", Text(N_("the control did not come out as it must: nothing seen there is judged")))


def _vk(session: Session) -> Iterator[Line]:
    settings = session.settings
    client = VkClient(vk_connection(settings, session.clock), settings.vk_token, breaker=Breaker())
    names = [c.url.name for c in session.registry.controls if c.url.network is Network.VK and c.exists] or ["id1"]
    try:
        yield from (_vk_method(client, method, params) for method, params in _calls(client, names[0]))
    finally:
        client.close()


def _calls(client: VkClient, name: str) -> Iterator[tuple[str, dict[str, str | int]]]:
    """Yield each method that the probe uses, the last with a post found on the way."""
    yield "users.get", {"user_ids": name}
    yield "groups.getById", {"group_ids": "1"}
    yield "utils.resolveScreenName", {"screen_name": name}
    yield "wall.get", {"domain": name, "count": 1}
    wall = client.call("wall.get", domain=name, count=1)
    posts = wall.value.get("items") if isinstance(wall, VkAnswer) and isinstance(wall.value, dict) else None
    post = posts[0] if posts and isinstance(posts[0], dict) else {}
    yield "wall.getComments", {"owner_id": post.get("owner_id", 1), "post_id": post.get("id", 1), "count": 1}


def _vk_method(client: VkClient, method: str, params: dict[str, str | int]) -> Line:
    found = client.call(method, **params)
    if isinstance(found, VkAnswer) or found.act is Act.PAGE:
        # An error about this page is an answer too: the key may call the method.
        return Line(f"vk: {method}", "ok", Text(N_("answers")))
    return _trouble(f"vk: {method}", found.cause, found.code)


def _trouble(subject: str, cause: Cause, code: int | None = None) -> Line:
    state = "unreachable" if cause in {Cause.UNREACHABLE, Cause.BLOCKED} else "refused"
    reason = Text(_REASONS.get(cause, N_("refused")))
    if code is not None:
        return Line(subject, state, _said(N_("{reason} (VK error {code})"), reason=reason, code=str(code)))
    return Line(subject, state, reason)


def _client(session: Session) -> Iterator[Line]:
    """Say whose session it is (masked), how old, whether it works, and which methods are closed to it now."""
    if not session_path(session.telegram_session).exists():
        yield Line("telegram client", "refused", Text(N_("not signed in: `auditor login telegram`; not needed")))
        return
    try:
        who = who_am_i(telegram_connection(session))
    except AuditorError as error:
        yield Line("telegram client", "unreachable", _said(N_("cannot be used: {error}"), error=str(error)))
        return
    if who is None:
        yield Line("telegram client", "refused", Text(N_("the session is signed in no more: `auditor login telegram`")))
        return
    since = who.since or session.clock()
    yield Line(
        "telegram client",
        "ok",
        _said(N_("{name}, {phone}, signed in since {since}"), name=who.name, phone=who.phone, since=since),
    )
    with Archive.read(session.data) as archive:
        login = archive.login()
    for flood in login.floods if login else ():
        if flood.until > session.clock():
            said = _said(N_("closed by Telegram until {until}"), until=flood.until)
            yield Line(f"telegram client: {flood.method}", "refused", said)


def print_diagnosis(lines: Sequence[Line], words: Catalogue) -> None:
    """Print the lines as a table; plain text when piped."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text as Said

    console = Console()
    if not console.is_terminal:
        console = Console(width=160)
    table = Table(box=None, pad_edge=False, show_header=False)
    marks = {"ok": "green", "refused": "yellow", "unreachable": "yellow", "wrong": "red"}
    states = {
        "ok": N_("ok"),
        "refused": N_("refused"),
        "unreachable": N_("unreachable"),
        "wrong": N_("to mend"),
    }
    for line in lines:
        state = words.gettext(states[line.state])
        # As text: a name in brackets, of a person or a folder, is no markup.
        table.add_row(
            Said(one_line(line.subject)), Said(state, style=marks[line.state]), Said(one_line(words.text(line.detail)))
        )
    console.print(table)
