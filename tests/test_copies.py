"""Whose words the week's posts are in."""

from datetime import timedelta
from itertools import combinations
from random import Random
from typing import Any

import pytest

from auditor.audit.copies import with_wording
from auditor.audit.document import AuditedOffice, AuditedPost
from auditor.audit.judge import make_audit
from auditor.base.snapshot import Network, Post, StoredSnapshot
from auditor.language.sketch import of_post, same_text
from tests.cases import NOW, WEEK, account, day, office, registry, snapshot, tenure

LAW = (
    "Подписан закон о поддержке сельских учителей. Педагоги, которые переезжают в село с населением до тысячи человек, "
    "получат миллион рублей и компенсацию аренды жилья на три года."
)
OWN = "Сегодня с бригадой прошли всю Примерную от моста до школы: фонари стоят, два не горят, завтра заменят лампы."


def post(number: int, hours: float, text: str | None, **fields: Any) -> Post:
    sketch = None if text is None else of_post(text)
    return Post(id=number, at=day(hours), url=f"https://t.me/x/{number}", sketch=sketch, **fields)


def audited(*pages: tuple[Post, ...]) -> list[AuditedOffice]:
    """Audit one office for each page."""
    offices, seen = [], {}
    for number, posts in enumerate(pages):
        page = account(Network.TELEGRAM, f"rayon_{number}")
        who = tenure(f"Имярек {number}", since="2020-01", accounts=[page])
        offices.append(office(who).model_copy(update={"id": f"rayon-{number}"}))
        look = snapshot(url=page.url.url, posts=posts, id=number + 1)
        seen[page.url.url] = [StoredSnapshot(str(WEEK), look, trusted=True)]
    return make_audit(registry(*offices), WEEK, NOW, seen).offices


def same(one: AuditedOffice) -> list[tuple[str, str, int] | None]:
    return [p.same_as and (p.same_as.office, p.same_as.url, p.same_as.percent) for p in one.posts]


def test_the_later_of_two_posts_has_the_text_of_the_earlier() -> None:
    """With a greeting before it and a smiley all of it stands there; the earlier one is nobody's copy."""
    first, second = audited((post(1, 5, LAW),), (post(2, 30, f"Друзья! {LAW} 👏"), post(3, 31, OWN)))
    assert same(first) == [None]
    assert same(second) == [("rayon-0", "https://t.me/x/1", 100), None]
    assert second.wording is not None
    assert (second.wording.own, second.wording.copied) == (1, 1)


def test_of_several_the_earliest_is_named() -> None:
    """Wherever it stands in the registry, last week's too."""
    offices = audited((post(1, 9, LAW),), (post(2, 30, LAW),), (post(3, -1, LAW),))
    assert [same(one) for one in offices[:2]] == [[("rayon-2", "https://t.me/x/3", 100)]] * 2


def test_after_the_policys_hours_a_text_is_not_compared() -> None:
    """72 hours and a second."""
    _, at = audited((post(1, 5, LAW),), (post(2, 77, LAW),))
    _, later = audited((post(1, 5, LAW),), (post(2, 77 + 1 / 3600, LAW),))
    assert (len([p for p in at.posts if p.same_as]), same(later)) == (1, [None])


@pytest.mark.parametrize("text", ["С праздником!", "", "Всем добра и хорошего дня"])
def test_a_short_greeting_is_nobodys_text(text: str) -> None:
    """Two say it on one day."""
    _, second = audited((post(1, 5, text),), (post(2, 6, text),))
    assert same(second) == [None]


def test_own_cross_posts_and_reposts_are_no_copies() -> None:
    """They are counted as what they are."""
    (one,) = audited(
        (post(1, 5, LAW), post(2, 6, LAW), post(3, 7, "Согласен", repost=True), post(4, 8, "", repost=True))
    )
    assert one.wording is not None
    assert (one.wording.own, one.wording.copied, one.wording.wordless) == (2, 0, 0)
    assert (one.wording.reposts, one.wording.reposts_with_words) == (2, 1)


def test_rows_of_older_archives_tell_nothing_of_words() -> None:
    """Null, and no copy."""
    (one,) = audited((post(1, 5, None),))
    assert (one.wording, same(one)) == (None, [None])


def test_nothing_alike_is_missed_by_looking_at_the_rarest_words_alone() -> None:
    """Against comparing every two, on texts of few words so that many are nearly alike."""
    rng = Random(12)
    words = [f"слово{letter}" for letter in "абвгдежзиклмнопрст"] + ["1", "2", "3"]

    def text() -> str:
        return " ".join(rng.choices([f"{a}{b}" for a in "абвгде" for b in words], k=rng.randint(10, 14)))

    base = [text() for _ in range(8)]
    texts = [
        " ".join(w for w in rng.choice(base).split() if rng.random() > 0.1) + " " + "и" * rng.randint(0, 3)
        for _ in range(60)
    ]
    offices = audited(*((post(n + 1, n / 60, one),) for n, one in enumerate(texts)))
    found = {int(p.url.rsplit("/", 1)[1]) for one in offices for p in one.posts if p.same_as}
    sketches = [of_post(one) for one in texts]
    wanted = {
        later + 1
        for earlier, later in combinations(range(len(texts)), 2)
        if min(len(sketches[earlier]), len(sketches[later])) >= 10
        and same_text(sketches[earlier], sketches[later]) >= 90
    }
    assert found == wanted
    assert wanted


def test_without_offices_there_is_nothing() -> None:
    """An empty registry."""
    assert with_wording([], []) == []
    assert AuditedPost(network="vk", url="https://vk.com/wall1_1", at=NOW - timedelta(1)).same_as is None
