"""What a signed-in Telegram client is refused, or loses, on its way."""

from pathlib import Path
from typing import Any

import pytest

from auditor.sandbox.mtproto import server
from auditor.sandbox.mtproto.methods import Methods, method_name
from auditor.sandbox.mtproto.peers import Failure
from auditor.sandbox.ports import Reply
from auditor.sandbox.world.model import Account
from tests.wire.bent import CUT, Call
from tests.wire.helpers import Scene, confirmed, office, registry, tenure
from tests.wire.pages import channel, citizen, posted, reply, six_questions

ADMINISTRATORS = "channels.getParticipants"


def _administered(page: Account) -> None:
    """Let a group's administrator answer two of six people under his own name, which t.me does not show."""
    page.preview_off, page.names_administrators = True, True
    page.administrators.append(citizen(88))
    under = posted(page, 2)
    for question in six_questions(under)[:2]:
        reply(under, question, citizen(88))


def test_thread_whose_administrators_could_not_be_read_was_not_read_whole(tmp_path: Path) -> None:
    """Where the list of administrators is closed to us for hours, nobody knows who answered, and nothing is red."""
    page = channel()
    _administered(page)
    with Scene(tmp_path, [page], registry(office(tenure(confirmed(page)))), client=True) as scene:
        scene.sandbox.faults.on(f"mtproto_flood_long:{ADMINISTRATORS}")
        finding = scene.weekly().answered()
    assert finding.judged == ("cantTell", "throttled")


def test_thread_whose_administrators_were_lost_was_not_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the connection is lost at the list of administrators, nobody knows who answered, and nothing is red."""
    page, answer = channel(), server._Connection._called
    _administered(page)

    def loses(self: Any, *asked: Any) -> bytes:
        body = answer(self, *asked)
        self._cut_next = self._state.requests[-1].method == ADMINISTRATORS
        return body

    monkeypatch.setattr(server._Connection, "_called", loses)
    with Scene(tmp_path, [page], registry(office(tenure(confirmed(page)))), client=True) as scene:
        finding = scene.weekly().answered()
    assert finding.judged == ("cantTell", "unreachable")


def test_session_revoked_in_mid_run_is_no_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client whose session is revoked when it asks for a history has no credentials: for the pages after it too."""
    page, neighbour, call = channel(), channel("glava_vtoroy", 1_500_000_003, "Глава Второго района"), Methods.call
    revoked: list[int] = []

    def cuts(call: Call) -> Reply | None:
        return CUT if "glava" in call.name else None

    def revokes(self: Methods, request: Any, key: Any) -> Any:
        asked = method_name(request) == "messages.getHistory" and request.peer.channel_id
        revoked.extend([1] if asked in {page.number, neighbour.number} else [])
        if revoked:
            raise Failure("SESSION_REVOKED", 401)
        return call(self, request, key)

    monkeypatch.setattr(Methods, "call", revokes)
    second = office(tenure(confirmed(neighbour), name="Имярек Олег Олегович"), number=2)
    book = registry(office(tenure(confirmed(page))), second)
    with Scene(tmp_path, [page, neighbour], book, cuts, client=True) as scene:
        audit = scene.weekly()
    told = [audit.finding("posts_per_week", f"rayon-{number}").judged for number in (1, 2)]
    assert told == [("cantTell", "no_credentials")] * 2
