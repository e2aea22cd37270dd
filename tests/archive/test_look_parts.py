"""A look is parted into what stays, what goes after a year and what goes after 90 days, and joined again."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from auditor.archive.snapshot_parts import joined, parted
from auditor.base.snapshot import Comment, Evidence, Intent, Post, Side, Snapshot
from auditor.base.storage_format import decompress_text
from tests.cases import NOW, snapshot

URL = "https://t.me/perviy_rayon"


def post(number: int, hours: float = 0, *comments: Comment, **fields: Any) -> Post:
    """A post, so many hours before the look."""
    return Post(id=number, at=NOW - timedelta(hours=hours), url=f"{URL}/{number}", comments=comments, **fields)


def comment(number: int, side: Side = Side.CITIZEN, **fields: Any) -> Comment:
    """A comment."""
    return Comment(id=number, at=NOW, side=side, **fields)


def back(seen: Snapshot, *, core: bool = True, comments: bool = True) -> Snapshot:
    """What is read of a look of which parts may have gone."""
    *_, facts, whole, rows = parted(seen.model_dump_json())
    return Snapshot.model_validate(joined(facts, whole if core else None, rows if core and comments else None))


def test_the_sums_of_comments_stay() -> None:
    """By whose they are and by what a citizen's say."""
    sides = (Side.OWNER, Side.BODY, Side.UNKNOWN, Side.OWNER)
    says = (Intent.ASKS, Intent.ASKS, Intent.REPORTS, Intent.UNSURE, Intent.NOT)
    rows = [comment(n, side) for n, side in enumerate(sides)] + [comment(9 + n, says=one) for n, one in enumerate(says)]
    (left,) = back(snapshot(posts=(post(1, 0, *rows),)), comments=False).posts
    sums = {"comments": 9, "citizen": 5, "owner": 2, "body": 1, "unknown": 1, "questions": 2, "reports": 1, "unsure": 1}
    assert left.comments_purged.model_dump() == sums


def test_a_cause_of_before_is_not_covered_by_a_purge() -> None:
    """What was not read then is unknown for its own reason; a thread without comments was none."""
    seen = snapshot(posts=(post(1, 0, comment(1), comments_cause="throttled"), post(2)))
    assert [p.comments_cause for p in back(seen, comments=False).posts] == ["throttled", None]
    assert "subscribers" not in decompress_text(parted(snapshot(subscribers=None).model_dump_json())[2]), (
        "it was not seen"
    )


def test_after_a_year_only_what_dates_the_page_is_left() -> None:
    """Its facts, the oldest and the newest post without words, the last answers that show since when it is there."""
    about = {"url": URL, "fetched_at": NOW, "status": 200, "sha256": "0" * 64, "stored_sha256": "0" * 64}
    kinds = ("profile", "opening", "opening", "posts", "comments")
    answers = tuple(Evidence(id=f"ev-{number}", kind=kind, **about) for number, kind in enumerate(kinds))
    line = (post(7, 2), post(3, 9, comment(1), repost=True), post(8, 0), post(9, 0))
    seen = snapshot(posts=line, evidence=answers, opened_at=NOW - timedelta(days=999), opened_precision="exact")
    left = back(seen, core=False)
    assert [(p.id, p.at, p.url, p.repost, p.comments, p.comments_cause) for p in left.posts] == [
        (3, NOW - timedelta(hours=9), f"{URL}/3", True, (), "stale"),
        (9, NOW, f"{URL}/9", False, (), "stale"),
    ]
    assert [one.id for one in left.evidence] == ["ev-2", "ev-3"]
    assert (left.exists, left.id, left.opened_at, left.posts_cause) == (True, seen.id, seen.opened_at, "stale")
    assert back(snapshot(posts=(post(1),), posts_cause="throttled"), core=False).posts_cause == "throttled"
    assert [p.id for p in back(snapshot(posts=(post(1),)), core=False).posts] == [1]


comments = st.builds(comment, st.integers(1, 9), st.sampled_from(Side), says=st.none() | st.sampled_from(Intent))
posts = st.builds(lambda n, ago, rows: post(n, ago, *rows), st.integers(1, 99), st.integers(0, 9), st.lists(comments))


@given(st.lists(posts, max_size=4))
def test_what_is_parted_is_joined_again(some: list[Post]) -> None:
    """Whole as it was; without comments nothing is said of none, and the numbers stand beside it."""
    seen = snapshot(posts=tuple(some))
    number, said, *_, rows = parted(seen.model_dump_json())
    assert (number, said, rows is None) == (len(some), sum(len(p.comments) for p in some), said == 0)
    assert back(seen) == seen
    for before, after in zip(some, back(seen, comments=False).posts, strict=True):
        assert after.comments == ()
        assert (after.comments_cause == "stale") == (after.comments_purged is not None) == bool(before.comments)
