"""The posts of one account that several looks saw, each once."""

from collections.abc import Iterable
from datetime import datetime

from auditor.base.snapshot import Post, Route


def merge_posts(seen: Iterable[tuple[Route, Post]]) -> tuple[Post, ...]:
    """Return each post once, as the last of its looks has it, oldest first.

    Two routes may number the posts of an album apart: of different routes, posts of one moment are one.
    """
    posts: dict[int, Post] = {}
    first: dict[tuple[datetime, bool], tuple[Route, int]] = {}
    for route, post in seen:
        place = first.setdefault((post.at, post.repost), (route, post.id))
        if post.id in posts or place[0] is route or place[1] == post.id:
            posts[post.id] = post
    return tuple(sorted(posts.values(), key=lambda post: (post.at, post.id)))
