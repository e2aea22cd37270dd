"""A look that was put off and taken up again, by a signed-in Telegram client."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor.archive import Archive
from auditor.audit.document import Audit
from auditor.run.session import Session
from auditor.run.week import judge_week
from auditor.run.weekly import look
from auditor.sandbox.mtproto.methods import Methods, method_name
from auditor.sandbox.mtproto.peers import Failure
from auditor.sandbox.ports import Reply
from auditor.sandbox.world.model import Account, Post, PostKind
from tests.moving import Moving
from tests.wire.bent import Call
from tests.wire.helpers import AFTER, Scene, confirmed, office, registry, tenure
from tests.wire.pages import ask, at, channel, citizen, comment, posted


def _put_off(monkeypatch: pytest.MonkeyPatch, page: Account, method: str, seconds: int) -> None:
    """Let a look's last call be refused twice: its group's history, or the second page of a thread."""
    answer, refused = Methods.call, [0]

    def refuses(self: Methods, request: Any, key: Any) -> Any:
        name, peer = method_name(request), getattr(getattr(request, "peer", None), "channel_id", None)
        last = peer == page.group_number if name == "messages.getHistory" else getattr(request, "offset_id", 0)
        if name == method and last and refused[0] < 2:
            refused[0] += 1
            raise Failure(f"FLOOD_WAIT_{seconds}", 420)
        return answer(self, request, key)

    monkeypatch.setattr(Methods, "call", refuses)


def _judged(scene: Scene, time: Moving, moment: datetime | None) -> Audit:
    """Look at everybody by a clock on which waiting takes no time, and judge the week."""
    session = scene.session(moment)
    with Archive.open(session.data) as archive:
        week = session.week(None)
        done = look(session, archive, week, command="weekly", timer=time.timer)
        return judge_week(session, archive, week, done.finished_at)


def test_authors_of_before_and_after_are_not_mixed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six people asked, whichever of them were read before the look was put off."""
    page, time = channel(), Moving()
    page.preview_off = True
    under = posted(page, 2)
    for n in range(3):
        ask(under, citizen(n), at(2, 10 + n))
    for n in range(97):
        comment(under, citizen(3 + n % 3), at(3, 8, n), f"Спасибо за добрую новость номер {n}!")
    for n in range(3, 6):
        ask(under, citizen(n), at(4, 10 + n))
    _put_off(monkeypatch, page, "messages.getReplies", 20)
    with Scene(tmp_path, [page], registry(office(tenure(confirmed(page)))), client=True) as scene:
        audit = _judged(scene, time, AFTER)
    finding = next(f for f in audit.offices[0].findings if f.check == "comments_answered" and f.account is None)
    assert [finding.values[name] for name in ("questions", "due", "askers")] == [6, 6, 6]
    assert time.now == pytest.approx(40)


def test_look_that_was_put_off_is_dated_by_its_posts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look's moment is that of its oldest answer about the posts, whenever it came to its end."""
    page, now, time = channel(), datetime.now(UTC), Moving()
    page.posts = [post for post in page.posts if post.kind is PostKind.SERVICE]
    page.preview_off = True
    for days in (40, 9, 5, 2):
        page.posts.append(Post(now - timedelta(days=days), f"Запись {days} дней назад."))
    ask(page.posts[-3], citizen(1), now - timedelta(days=8))
    mine = confirmed(page, confirmed={"on": f"{now - timedelta(days=60):%Y-%m-%d}", "how": "письмо"})
    holder = tenure(mine, known_as_of=f"{now - timedelta(days=30):%Y-%m-%d}")
    _put_off(monkeypatch, page, "messages.getHistory", 100)
    monkeypatch.setattr(Session, "clock", property(lambda _: lambda: now + timedelta(seconds=time.now)))

    def refuses(call: Call) -> Reply | None:
        return Reply("", 403) if page.name in call.name else None

    with Scene(tmp_path, [page], registry(office(holder)), refuses, client=True) as scene:
        scene.sandbox.now = now
        audit = _judged(scene, time, None)
    assert audit.as_of >= now.replace(microsecond=0) + timedelta(seconds=200)
    assert audit.offices[0].accounts[0].snapshot_at <= now + timedelta(seconds=1)
