"""A world for counting requests: so many channels, each with so many posts and comments in the audited week."""

from collections.abc import Callable
from datetime import date, timedelta

from auditor.sandbox.model import Account, Post
from auditor.sandbox.story import Story, Teller, local
from auditor.sandbox.truth import Opening

_HEADS = 20
_ANSWER_HOURS = (1.5, 4, 9)


def busy(channels: int, posts: int, comments: int) -> tuple[Callable[[Teller], None], ...]:
    """Return the scenarios of twenty heads, of whom the first `channels` keep a channel, all alike.

    Each has `posts` own posts in the week and exactly `comments` comments under them, the answers of the channel and
    of its group among them, all written within the week. Raises `ValueError` for numbers that do not go together.
    """
    if not 1 <= channels <= _HEADS or posts < 2 or comments < 0:
        raise ValueError("a busy world has 1 to 20 channels, each with two posts a week or more")

    def scenario(place: int) -> Callable[[Teller], None]:
        def tell(teller: Teller) -> None:
            story = teller.head(place)
            if place <= channels:
                _channel(story, posts, comments)
            else:
                story.holder().searches.append(story.search())
                story.truth.opening = Opening("failed")

        return tell

    return tuple(scenario(place) for place in range(1, _HEADS + 1))


def _channel(story: Story, posts: int, comments: int) -> None:
    story.holder()
    account = story.telegram("mnogo", local(date(2021, 10, 12), 11))
    truth = story.confirm(account)
    story.truth.opening = truth.opening = story.exact(account.opened, "passed")
    story.older(account)
    week = story.regular(account, posts)
    left = comments
    for place in range(comments):
        if left:
            left -= _talk(story, account, week[place % len(week)], place, left)


def _talk(story: Story, account: Account, post: Post, place: int, left: int) -> int:
    """Place a remark, a question, or a question with its answer; return how many comments that made."""
    ends = story.teller.ends
    hours = _ANSWER_HOURS[place % len(_ANSWER_HOURS)]
    room = ends - post.at - timedelta(hours=hours)
    at = post.at + timedelta(seconds=story.rng.randrange(1, max(int(room.total_seconds()), 60)))
    if place % 3 == 0:
        story.remark(account, post, at)
        return 1
    if place % 3 == 1 or left < 2 or at + timedelta(hours=hours) >= ends:
        story.ask(account, post, at)
        return 1
    by = account.group_identity if place % 2 else account.identity
    story.ask(account, post, at, hours, by=by)
    return 2
