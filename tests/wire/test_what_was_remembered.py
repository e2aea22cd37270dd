"""What an earlier look read is no reading of what stands there now."""

from datetime import datetime
from pathlib import Path

from tests.wire.helpers import Scene, confirmed, office, registry, tenure
from tests.wire.pages import ask, at, channel, citizen, posted, profile, reply, six_questions


def test_equal_count_hides_no_new_question_under_the_weeks_posts(tmp_path: Path) -> None:
    """A thread under a post of the week is read after the week, though as many comments stand there as before."""
    # Item 11.
    page = profile()
    under = posted(page, 2)
    answers = [reply(under, question, page.identity) for question in six_questions(under)]
    with Scene(tmp_path, [page], registry(office(tenure(confirmed(page))))) as scene:
        scene.weekly(at(6, 12))
        for answer in answers[:2]:
            under.comments.remove(answer)
        for n in (1, 2):
            ask(under, citizen(10 + n), at(6, 14 + n))
        finding = scene.weekly().answered()
    assert finding.value("questions") == 8
    assert (finding.value("due"), finding.value("answered_in_time"), finding.value("no_reply_found")) == (8, 6, 2)
    assert finding.judged == ("cantTell", "no_threshold")


def _looked_at(folder: Path, *moments: datetime) -> tuple[str, int]:
    """Look at a channel at these moments, with six questions of the week's Sunday at 22:30 and on; judge the last."""
    page = channel()
    for n in range(6):
        ask(posted(page, 6), citizen(n), at(6, 22, 30 + n))
    with Scene(folder, [page], registry(office(tenure(confirmed(page))))) as scene:
        finding = [scene.weekly(moment) for moment in moments][-1].answered()
    return finding.outcome, finding.value("questions")


def test_talk_read_before_the_weeks_end_is_read_after_it(tmp_path: Path) -> None:
    """What was asked between a look of Sunday night and one of Monday morning is seen."""
    # Item 12.
    assert _looked_at(tmp_path, at(6, 22), at(7, 6)) == ("cantTell", 6)
