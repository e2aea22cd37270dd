"""A look that was put off and taken up again, by a signed-in Telegram client."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor.sandbox.mtproto.methods import Methods, method_name
from auditor.sandbox.mtproto.peers import Failure
from auditor.sandbox.world.model import Account, Post, PostKind
from tests.wire.helpers import Call, Reply, Scene, confirmed, office, registry, tenure
from tests.wire.pages import ask, at, channel, citizen, comment, posted


def _put_off(monkeypatch: pytest.MonkeyPatch, page: Account, method: str, seconds: int) -> list[datetime]:
    """Let the last call that a look at a page makes be refused twice; return when its posts were first answered.

    That is its group's history, or the second page of a thread.
    """
    answer, refused, answered = Methods.call, [0], list[datetime]()

    def refuses(self: Methods, request: Any, key: Any) -> Any:
        name, peer = method_name(request), getattr(getattr(request, "peer", None), "channel_id", None)
        if (name, peer) == ("messages.getHistory", page.number):
            answered.append(datetime.now(UTC))
        last = peer == page.group_number if name == "messages.getHistory" else getattr(request, "offset_id", 0)
        if name == method and last and refused[0] < 2:
            refused[0] += 1
            raise Failure(f"FLOOD_WAIT_{seconds}", 420)
        return answer(self, request, key)

    monkeypatch.setattr(Methods, "call", refuses)
    return answered


def test_authors_of_before_and_after_are_not_mixed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six people asked, whichever of them were read before the look was put off."""
    page = channel()
    page.preview_off = True
    under = posted(page, 2)
    for n in range(3):
        ask(under, citizen(n), at(2, 10 + n))
    for n in range(97):
        comment(under, citizen(3 + n % 3), at(3, 8, n), f"Спасибо за добрую новость номер {n}!")
    for n in range(3, 6):
        ask(under, citizen(n), at(4, 10 + n))
    _put_off(monkeypatch, page, "messages.getReplies", 1)
    with Scene(tmp_path, [page], registry(office(tenure(confirmed(page)))), client=True) as scene:
        finding = scene.weekly().answered()
    assert (finding.value("questions"), finding.value("due"), finding.value("askers")) == (6, 6, 6)


def test_look_that_was_put_off_is_dated_by_its_posts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look's moment is that of its oldest answer about the posts, whenever it came to its end."""
    page, now = channel(), datetime.now(UTC)
    page.posts = [one for one in page.posts if one.kind is PostKind.SERVICE]
    page.preview_off = True
    for days in (40, 9, 5, 2):
        page.posts.append(Post(now - timedelta(days=days), f"Запись {days} дней назад."))
    ask(page.posts[-3], citizen(1), now - timedelta(days=8))
    mine = confirmed(page, confirmed={"on": f"{now - timedelta(days=60):%Y-%m-%d}", "how": "письмо"})
    holder = tenure(mine, known_as_of=f"{now - timedelta(days=30):%Y-%m-%d}")
    answered = _put_off(monkeypatch, page, "messages.getHistory", 5)

    def refuses(call: Call) -> Reply | None:
        return Reply(b"", 403, "text/html") if page.name in call.name else None

    with Scene(tmp_path, [page], registry(office(holder)), refuses, client=True) as scene:
        scene.sandbox.now = now
        audit = scene.check_now()
    taken = datetime.fromisoformat(audit.document["offices"][0]["accounts"][0]["snapshot_at"])
    assert taken <= answered[0] + timedelta(seconds=2)
