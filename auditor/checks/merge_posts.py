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
    """Return a post with what another look at it recorded: facts that it lacks, and those in the holder's favour.

    A picture, and the word that the page answers people, count also where they were edited away since.
    """
    if other is None:
        return post
    facts = {name: _recorded(getattr(post, name), getattr(other, name), name) for name in _FACTS}
    return post if all(getattr(post, name) is fact for name, fact in facts.items()) else post.model_copy(update=facts)


_FACTS = ("has_media", "says_answers", "has_five_words")


def _recorded(own: bool | None, other: bool | None, name: str) -> bool | None:
    in_favour = name != "has_five_words" and True in {own, other}
    return True if in_favour else other if own is None else own
