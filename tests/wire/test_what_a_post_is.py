"""What counts as a post of the week, and how far back a look goes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from auditor.sandbox.world.model import Account
from tests.wire.helpers import Audit, Bend, Call, Reply, Scene, confirmed, office, policy, registry, tenure
from tests.wire.pages import ask, at, channel, citizen, post, posted, profile, reply, six_questions

_EXTRA = "Запись, о которой идёт речь"


def _changed(change: Mapping[str, Any]) -> Bend:
    """Let VK tell something more of the posts whose words begin as `_EXTRA` does."""

    def changes(call: Call) -> Reply | None:
        if call.name != "wall.get":
            return None
        value = call.answered().value
        for item in value.get("response", {}).get("items", []):
            if item["text"].startswith(_EXTRA):
                item.update(change)
        return Reply.of(value)

    return changes


def _week_of(folder: Path, page: Account, *bends: Bend, **more: Any) -> Audit:
    with Scene(folder, [page], registry(office(tenure(confirmed(page))), **more), *bends) as scene:
        return scene.weekly()


_NO_POSTS = {
    "behind a paywall": {"donut": {"is_donut": True, "paid_duration": -1}},
    "a new profile photo": {"post_source": {"type": "vk", "data": "profile_photo"}},
    "a comment by a site's widget": {"post_source": {"type": "widget", "data": "comments"}},
    "marked by erid": {"text": f"{_EXTRA}: горячие пирожки. Реклама. ООО «Пример», erid: 2VtzqxKkBmW"},
    "a link marked by erid": {"text": f"{_EXTRA}: горячие пирожки https://example.invalid/?erid=2VtzqxKkBmW"},
}


@pytest.mark.parametrize("kind", _NO_POSTS)
def test_what_is_no_post_of_his_is_not_counted(tmp_path: Path, kind: str) -> None:
    """Neither what only those who pay see, nor the network's own notice, nor an advertisement is a post."""
    # Item 19.
    page = profile()
    post(page, at(5, 15), f"{_EXTRA}: дороги, мосты и школы.")
    finding = _week_of(tmp_path, page, _changed(_NO_POSTS[kind])).finding("posts_per_week")
    assert finding.value("posts") == 4


def test_telegram_post_marked_by_erid_is_not_counted(tmp_path: Path) -> None:
    """An advertisement that is marked by «erid» is no post on Telegram either."""
    # Item 19.
    page = channel()
    post(page, at(5, 15), _NO_POSTS["marked by erid"]["text"])
    assert _week_of(tmp_path, page).finding("posts_per_week").value("posts") == 4


def test_repost_with_own_words_is_a_post(tmp_path: Path) -> None:
    """Who passes somebody's post on with words of his own has posted."""
    # Item 25.
    page = profile()
    post(page, at(5, 15), _EXTRA)
    copied = {"id": 1, "owner_id": -61_000_001, "from_id": -61_000_001, "date": int(at(5).timestamp()), "text": "Парк"}
    change = {"text": "Рад, что соседи открыли новый парк: приглашаю всех в субботу.", "copy_history": [copied]}
    finding = _week_of(tmp_path, page, _changed(change)).finding("posts_per_week")
    assert (finding.value("posts"), finding.value("reposts")) == (5, 0)


def _silent_since(page: Account, days: int, text: str) -> None:
    """Leave of a page's posts those that are older than so many days before the week's end, and one with this text."""
    page.posts = [one for one in page.posts if one.at < at(7 - days)]
    post(page, at(7 - days), text)


_NO_MOVES = (
    "Переходим на зимний график работы, подробности в MAX",
    "Переезжаем в новое здание школы, фото во ВКонтакте",
    "Переходим на летнее время приёма граждан, запись в Телеграм",
    "Мы перешли на цифровое вещание, вопросы — в Телеграм",
)


@pytest.mark.parametrize("text", _NO_MOVES)
def test_post_that_tells_of_no_move_of_the_page_excuses_nothing(tmp_path: Path, text: str) -> None:
    """Only a page that says of itself that it moves is excused, not one whose office, school or timetable changes."""
    # Item 20.
    page = profile()
    _silent_since(page, 20, text)
    audit = _week_of(tmp_path, page)
    assert audit.finding("longest_silence").outcome == "failed"
    assert audit.finding("posts_per_week").outcome == "failed"


def test_post_that_tells_of_no_move_excuses_nothing_for_good(tmp_path: Path) -> None:
    """A report of a page on MAX leaves silence untold; no word about a timetable makes it a fault of nobody's."""
    # Item 20.
    page = profile()
    _silent_since(page, 70, _NO_MOVES[0])
    report = {"network": "max", "opened_by": "2026-05-26", "source": "https://example.invalid/press"}
    with Scene(tmp_path, [page], registry(office(tenure(confirmed(page), reports=[report])))) as scene:
        finding = scene.weekly().finding("longest_silence")
    assert finding.outcome == "cantTell"


@pytest.mark.parametrize("days", [30, 45])
def test_threads_are_read_as_far_back_as_the_policy_says(tmp_path: Path, days: int) -> None:
    """An owner who has answered under a post of the policy's `thread_days` is not one who answers nobody."""
    # Item 24.
    page = profile()
    six_questions(posted(page, 2))
    old = next(one for one in page.posts if one.at >= at(2 - days))
    assert old.at < at(-14)
    reply(old, ask(old, citizen(9), at(3, 11)), page.identity)
    finding = _week_of(tmp_path, page, policy=policy(thread_days=days)).answered()
    assert finding.judged == ("cantTell", "no_threshold")
    assert (finding.value("due"), finding.value("answered_in_time")) == (7, 1)
