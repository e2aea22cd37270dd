"""Merge the posts of one account that several looks saw."""

from collections.abc import Iterable
from datetime import datetime

from auditor.base.snapshot import Post, Route


def merge_posts(posts_by_route: Iterable[tuple[Route, Post]]) -> tuple[Post, ...]:
    """Return each post once, oldest first: of posts with the same id the last of `posts_by_route` is returned.

    Routes may number the posts of an album differently: of different routes, posts of one moment are one post. Of these
    the first route's is returned.
    """
    posts: dict[int, Post] = {}
    first_at_moment: dict[tuple[datetime, bool], tuple[Route, int]] = {}
    for route, post in posts_by_route:
        first_route, first_id = first_at_moment.setdefault((post.at, post.repost), (route, post.id))
        if post.id in posts or first_route is route or first_id == post.id:
            posts[post.id] = _with_recorded_facts(post, posts.get(post.id))
        else:
            posts[first_id] = _with_recorded_facts(posts[first_id], post)
    return tuple(sorted(posts.values(), key=lambda post: (post.at, post.id)))


def _with_recorded_facts(post: Post, other: Post | None) -> Post:
    """Return a post with the facts that it lacks and another look at it recorded."""
    names = ("has_media", "has_five_words", "says_answers") if other is not None else ()
    missing = {name: getattr(other, name) for name in names if getattr(post, name) is None}
    return post.model_copy(update=missing) if any(value is not None for value in missing.values()) else post
