"""Weeks that are judged again over the whole way: by later looks, by another record, after a purge."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor.sandbox.world.model import Account
from tests.rules.helpers import NOTHING, NUMBERS, RED
from tests.wire.helpers import AFTER, Scene, answered, confirmed, office, registry, tenure
from tests.wire.pages import ask, at, citizen, posted, profile, reply, six_questions

DAY, WEEK = timedelta(days=1), timedelta(days=7)
EXEMPTION = {"by": "губернатор", "on": "2026-11-01", "until": "2026-12-31", "reason": "вымышленная причина"}


def book(page: Account, **more: Any) -> dict[str, Any]:
    """A registry of one holder with this page."""
    return registry(office(tenure(confirmed(page), **more)))


def test_weekly_judges_the_week_before_again_by_what_it_sees(tmp_path: Path) -> None:
    """Red on the 17th, answered on the 19th, looked at on the 24th; an office that has another id now is named."""
    page = profile()
    under = posted(page, 0)
    under.at -= WEEK
    questions = [ask(under, citizen(n), at(-4, 10 + n)) for n in range(6)]
    for place, question in enumerate(questions):
        reply(under, question, page.identity, hours=(at(2, 12, place) - question.at) / timedelta(hours=1))
    with Scene(tmp_path, [page], book(page)) as scene:
        assert answered(scene.weekly(AFTER - WEEK, week="2026-W46"))[0] == RED
        scene.book["offices"][0]["id"] = "perviy-noviy"
        done = scene.run("weekly", "--week", "2026-W47", "--out", str(tmp_path / "out"), moment=AFTER)
        judged, values = answered(scene.published("2026-W46"))
    assert (judged, values["answered_late"], values["no_reply_found"]) == (NUMBERS, 6, 0)
    assert len([line for line in (done.out + done.err).splitlines() if "rayon-1" in line]) == 1


@pytest.mark.parametrize("command", ["weekly", "report"])
def test_a_purged_week_is_judged_again_by_the_record_of_now(command: str, tmp_path: Path) -> None:
    """The comments are gone, their figures stay: an exemption bars the red, and it is not another holder's."""
    page = profile()
    six_questions(posted(page, 2))
    with Scene(tmp_path, [page], book(page)) as scene:
        assert answered(scene.weekly())[0] == RED
        scene.environ["AUDITOR_KEEP_COMMENTS_DAYS"] = "1"
        scene.run("purge", moment=AFTER + 5 * DAY)
        scene.book = book(page, exemptions=[{**EXEMPTION, "source": "https://example.invalid/e"}])
        again = (command, "--week", "2026-W47", "--out", str(tmp_path / "out"), "-q")
        scene.run(*again, moment=AFTER + 5 * DAY + timedelta(hours=1))
        assert answered(scene.published())[0] == NOTHING
        left = tenure(confirmed(page), until="2026-10-31", known_as_of=None)
        came = tenure(name="Имярек Олег Олегович", since="2026-11-01", known_as_of="2026-11")
        scene.book = registry(office(left, came))
        scene.run(*again, moment=AFTER + 5 * DAY + timedelta(hours=2))
        last = scene.published()
    assert (last["offices"][0]["holder"]["name"], answered(last)[0][0] != "failed") == (came["name"], True)
