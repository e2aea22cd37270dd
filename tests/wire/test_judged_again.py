"""Weeks that are judged again over the whole way: by later looks, by another record, after a purge."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor.sandbox.world.model import Account
from tests.rules.helpers import LITTLE, NOTHING, NUMBERS, RED
from tests.wire.helpers import AFTER, Scene, confirmed, office, registry, tenure
from tests.wire.pages import ask, at, citizen, posted, profile, reply, six_questions

DAY, WEEK = timedelta(days=1), timedelta(days=7)
EXEMPTION = {"by": "губернатор", "on": "2026-11-01", "until": "2026-12-31", "reason": "вымышленная причина"}


def book(page: Account, *, staff: tuple[int, ...] = (), **more: Any) -> dict[str, Any]:
    """A registry of one holder with this page."""
    return registry(office(tenure(confirmed(page, staff=list(staff)), **more)))


def test_staff_that_came_on_record_after_the_look_settle_nothing_until_they_are_read_again(tmp_path: Path) -> None:
    """Whose words stand under the posts was told by an older record; the plan of the next run reads them."""
    page, helper = profile(), citizen(88)
    under = posted(page, 2)
    for question in six_questions(under)[:2]:
        reply(under, question, helper)
    with Scene(tmp_path, [page], book(page)) as scene:
        assert scene.weekly().answered().judged == RED
        scene.book = book(page, staff=(helper.number,))
        where = ("report", "--week", "2026-W47", "--out", str(tmp_path / "out"), "-q")
        scene.run(*where, moment=AFTER + timedelta(hours=1))
        assert scene.published().answered().judged == LITTLE
        finding = scene.weekly(AFTER + DAY).answered()
        assert (finding.judged, finding.value("answered_in_time")) == (NUMBERS, 2)
        scene.book = book(page)
        finding = scene.weekly(AFTER + 2 * DAY).answered()
        assert finding.value("answered_in_time") == 0


def test_weekly_judges_the_week_before_again_by_what_it_sees(tmp_path: Path) -> None:
    """Red on the 17th, answered on the 19th, looked at on the 24th; an office that has another id now is named."""
    page = profile()
    under = posted(page, 0)
    under.at -= WEEK
    questions = [ask(under, citizen(n), at(-4, 10 + n)) for n in range(6)]
    for place, question in enumerate(questions):
        reply(under, question, page.identity, hours=(at(2, 12, place) - question.at) / timedelta(hours=1))
    with Scene(tmp_path, [page], book(page)) as scene:
        assert scene.weekly(AFTER - WEEK, week="2026-W46").answered().judged == RED
        scene.book["offices"][0]["id"] = "perviy-noviy"
        done = scene.run("weekly", "--week", "2026-W47", "--out", str(tmp_path / "out"), moment=AFTER)
        finding = scene.published("2026-W46").answered("perviy-noviy")
    assert (finding.judged, finding.value("answered_late"), finding.value("no_reply_found")) == (NUMBERS, 6, 0)
    assert len([line for line in (done.out + done.err).splitlines() if "rayon-1" in line]) == 1


@pytest.mark.parametrize("command", ["weekly", "report"])
def test_a_purged_week_is_judged_again_by_the_record_of_now(command: str, tmp_path: Path) -> None:
    """The comments are gone, their figures stay: an exemption bars the red, and it is not another holder's."""
    page = profile()
    six_questions(posted(page, 2))
    with Scene(tmp_path, [page], book(page)) as scene:
        assert scene.weekly().answered().judged == RED
        scene.environ["AUDITOR_KEEP_COMMENTS_DAYS"] = "1"
        scene.run("purge", moment=AFTER + 5 * DAY)
        scene.book = book(page, exemptions=[{**EXEMPTION, "source": "https://example.invalid/e"}])
        again = (command, "--week", "2026-W47", "--out", str(tmp_path / "out"), "-q")
        scene.run(*again, moment=AFTER + 5 * DAY + timedelta(hours=1))
        assert scene.published().answered().judged == NOTHING
        left, came = (
            tenure(confirmed(page), until="2026-10-31", known_as_of=None),
            tenure(since="2026-11-01", known_as_of="2026-11"),
        )
        came["name"] = "Имярек Олег Олегович"
        scene.book = registry(office(left, came))
        scene.run(*again, moment=AFTER + 5 * DAY + timedelta(hours=2))
        row = scene.published().document["offices"][0]
        assert (row["holder"]["name"], scene.published().answered().outcome != "failed") == (came["name"], True)


def test_equal_count_hides_no_new_question_under_the_weeks_posts(tmp_path: Path) -> None:
    """A thread under a post of the week is read after the week, though as many comments stand there as before."""
    page = profile()
    under = posted(page, 2)
    answers = [reply(under, question, page.identity) for question in six_questions(under)]
    with Scene(tmp_path, [page], book(page)) as scene:
        scene.weekly(at(6, 12))
        for n, answer in enumerate(answers[:2], start=1):
            under.comments.remove(answer)
            ask(under, citizen(10 + n), at(6, 14 + n))
        finding = scene.weekly().answered()
    assert finding.judged == NUMBERS
    assert [finding.value(name) for name in ("questions", "due", "answered_in_time", "no_reply_found")] == [8, 8, 6, 2]
