"""A snapshot is split into what stays, what goes after a year and what goes after 90 days, and joined again."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from auditor.archive.snapshot_parts import join_snapshot, split_snapshot
from auditor.base.snapshot import Comment, Evidence, Intent, Post, Side, Snapshot
from auditor.base.storage_format import decompress_text
from tests.cases import NOW, snapshot

URL = "https://t.me/perviy_rayon"


def post(number: int, hours_ago: float = 0, *comments: Comment, **fields: Any) -> Post:
    """Return a post of `hours_ago` hours before the look."""
    return Post(id=number, at=NOW - timedelta(hours=hours_ago), url=f"{URL}/{number}", comments=comments, **fields)


def comment(number: int, side: Side = Side.CITIZEN, **fields: Any) -> Comment:
    """Return a comment."""
    return Comment(id=number, at=NOW, side=side, **fields)


def split_and_join(original: Snapshot, *, core: bool = True, comments: bool = True) -> Snapshot:
    """Split a snapshot and join it again; parts that are False count as purged."""
    *_, facts, core_part, comments_part = split_snapshot(original.model_dump_json())
    return Snapshot.model_validate(
        join_snapshot(facts, core_part if core else None, comments_part if core and comments else None)
    )


def test_the_sums_of_comments_stay() -> None:
    """Counts by side, and of citizens' comments by intent."""
    sides = (Side.OWNER, Side.BODY, Side.UNKNOWN, Side.OWNER)
    intents = (Intent.ASKS, Intent.ASKS, Intent.REPORTS, Intent.UNSURE, Intent.NOT)
    all_comments = [comment(n, side) for n, side in enumerate(sides)] + [
        comment(9 + n, says=intent) for n, intent in enumerate(intents)
    ]
    (joined_post,) = split_and_join(snapshot(posts=(post(1, 0, *all_comments),)), comments=False).posts
    sums = {"comments": 9, "citizen": 5, "owner": 2, "body": 1, "unknown": 1, "questions": 2, "reports": 1, "unsure": 1}
    assert joined_post.comments_purged.model_dump() == sums


def test_an_earlier_cause_is_not_replaced_by_a_purge() -> None:
    """A thread that was not read keeps its own cause; a post without comments gets none."""
    original = snapshot(posts=(post(1, 0, comment(1), comments_cause="throttled"), post(2)))
    assert [p.comments_cause for p in split_and_join(original, comments=False).posts] == ["throttled", None]
    assert "subscribers" not in decompress_text(split_snapshot(snapshot(subscribers=None).model_dump_json())[2]), (
        "it was not seen"
    )


def test_after_a_year_only_what_dates_the_page_is_left() -> None:
    """Its facts, the oldest and the newest post without comments, and the last responses that date the page."""
    common = {"url": URL, "fetched_at": NOW, "status": 200, "sha256": "0" * 64, "stored_sha256": "0" * 64}
    kinds = ("profile", "opening", "opening", "posts", "comments")
    all_evidence = tuple(Evidence(id=f"ev-{number}", kind=kind, **common) for number, kind in enumerate(kinds))
    wall = (post(7, 2), post(3, 9, comment(1), repost=True), post(8, 0), post(9, 0))
    original = snapshot(
        posts=wall, evidence=all_evidence, opened_at=NOW - timedelta(days=999), opened_precision="exact"
    )
    remainder = split_and_join(original, core=False)
    assert [(p.id, p.at, p.url, p.repost, p.comments, p.comments_cause) for p in remainder.posts] == [
        (3, NOW - timedelta(hours=9), f"{URL}/3", True, (), "stale"),
        (9, NOW, f"{URL}/9", False, (), "stale"),
    ]
    assert [evidence.id for evidence in remainder.evidence] == ["ev-2", "ev-3"]
    assert (remainder.exists, remainder.id, remainder.opened_at, remainder.posts_cause) == (
        True,
        original.id,
        original.opened_at,
        "stale",
    )
    assert split_and_join(snapshot(posts=(post(1),), posts_cause="throttled"), core=False).posts_cause == "throttled"
    assert [p.id for p in split_and_join(snapshot(posts=(post(1),)), core=False).posts] == [1]


comments = st.builds(comment, st.integers(1, 9), st.sampled_from(Side), says=st.none() | st.sampled_from(Intent))
posts = st.builds(lambda n, ago, rows: post(n, ago, *rows), st.integers(1, 99), st.integers(0, 9), st.lists(comments))


@given(st.lists(posts, max_size=4))
def test_a_split_snapshot_is_joined_again(posts: list[Post]) -> None:
    """All parts give the original; without its comments a post is marked as stale and holds their counts."""
    original = snapshot(posts=tuple(posts))
    post_count, comment_count, *_, comments_part = split_snapshot(original.model_dump_json())
    assert (post_count, comment_count, comments_part is None) == (
        len(posts),
        sum(len(p.comments) for p in posts),
        comment_count == 0,
    )
    assert split_and_join(original) == original
    for original_post, joined_post in zip(posts, split_and_join(original, comments=False).posts, strict=True):
        assert joined_post.comments == ()
        assert (
            (joined_post.comments_cause == "stale")
            == (joined_post.comments_purged is not None)
            == bool(original_post.comments)
        )
