"""One number for a comment to which two routes give two."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from auditor.base.snapshot import Comment, Post, Route

_Spot = tuple[int, datetime, bool]
"""A post's number, the second in which a comment stands under it, and whether the comment has words."""
_Numbers = Mapping[_Spot, set[int]]


def numbered_alike(seen: Sequence[tuple[Route, Post]]) -> list[Post]:
    """Return the posts that some looks saw, the comments under them by the numbers of the first of their routes.

    Comments of two routes are one where they stand under the same post in the same second, with words or without; of
    several in one second the first is the first. Two comments of one route are never one.
    """
    routes = sorted({route for route, _ in seen})
    if len(routes) < 2:  # the common case: nothing is to be compared
        return [post for _, post in seen]
    shown = {
        route: {(post.id, c.id, c.at, c.has_words) for one, post in seen if one is route for c in post.comments}
        for route in routes
    }
    first = shown[routes[0]]
    if all(first <= theirs or theirs <= first for theirs in shown.values()):  # one route shows more, and none another
        return [post for _, post in seen]
    numbers = {route: _numbers(post for one, post in seen if one is route) for route in routes}
    told = {route: dict(_pairs(numbers[routes[0]], numbers[route])) for route in routes[1:]}
    return [_renumbered(post, told[route]) if told.get(route) else post for route, post in seen]


def _numbers(posts: Iterable[Post]) -> _Numbers:
    found: dict[_Spot, set[int]] = defaultdict(set)
    for post in posts:
        for comment in post.comments:
            found[post.id, comment.at.replace(microsecond=0), comment.has_words].add(comment.id)
    return found


def _pairs(known: _Numbers, theirs: _Numbers) -> Iterator[tuple[tuple[int, int], int]]:
    """Yield a post and the second route's number of a comment under it, with the first route's."""
    for spot, numbers in theirs.items():
        ours = known.get(spot, set())
        for mine, number in zip(sorted(ours - numbers), sorted(numbers - ours), strict=False):
            yield (spot[0], number), mine


def _renumbered(post: Post, told: Mapping[tuple[int, int], int]) -> Post:
    taken = {mine for (where, _), mine in told.items() if where == post.id}

    def number(one: int | None) -> int | None:
        if one is None or (post.id, one) in told:
            return one if one is None else told[post.id, one]
        return -1 - one if one in taken else one  # the first route's number of another comment

    def again(comment: Comment) -> Comment:
        links = {name: number(getattr(comment, name)) for name in ("id", "reply_to", "thread", "answers")}
        return comment.model_copy(update=links)

    return post.model_copy(update={"comments": tuple(again(comment) for comment in post.comments)})
