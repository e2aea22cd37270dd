"""Worlds with one purpose each: accounts that change their names, answers that do not agree, requests to be counted."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from auditor.sandbox.world.model import Account, Post, PostKind, Trouble
from auditor.sandbox.world.story import local
from tests.truth.record import Move, Opening
from tests.truth.told import Story, Teller

# Accounts that change their names ------------------------------------------------------------------------------------

_BEFORE_THE_END = timedelta(days=4)


def _page(teller: Teller, number: int, network: str, kind: str) -> tuple[Story, Account]:
    """Add a head with a steady page that answers; the registry has the number of every second."""
    story = teller.head(number)
    story.holder()
    account = story.page(network, "glava", local(date(2021, 10, 12), 11), kind)
    story.in_time(account)
    story.office.tenures[-1].accounts[-1].with_number = number % 2 == 0
    story.older(account)
    story.regular(account, 4)
    story.ask_many(account, 2, (3,))
    return story, account


def _move(story: Story, account: Account, *, new: str = "", taken: bool = False) -> None:
    """Rename the page four days before the week's end, or delete it, and give its old name away if `taken`."""
    at, old = story.teller.ends - _BEFORE_THE_END, account.url
    if new:
        account.renames.append((at, f"{account.name}_{new}"))
    else:
        account.ends_at = at
    taker = _taker(story, account) if taken else None
    new_url, number = account.at(story.teller.ends).url if new else "", taker.number if taker else None
    story.teller.moves.append(Move(story.office.id, account.network, at, account.number, old, new_url, number))


def _taker(story: Story, account: Account) -> Account:
    """Make another page, which takes the name an hour after it became free."""
    rng, words = story.rng, story.words
    span = (9_000_000, 560_000_000) if account.network == "vk" else (1_100_000_000, 3_900_000_000)
    number = story.teller.number(*span)
    opened = story.at(300, 12)
    title = "Прохожев Устин" if account.network == "vk" else "Лавка Прохожева"
    kind = "user" if account.network == "vk" else "channel"
    taker = Account(account.network, f"prohozhev_{number % 10_000}", kind, number, title, opened, subscribers=7)
    taker.description = f"Продаём вымышленные товары, заказ {rng.randint(10, 9999)}"
    if kind == "channel":
        taker.posts.append(Post(opened, "Channel created", PostKind.SERVICE))
    taker.posts += [Post(story.at(day, 12), words.post()) for day in (200, 90, 40, 20, 3, 2)]
    taker.renames.append((story.teller.ends - _BEFORE_THE_END + timedelta(hours=1), account.name))
    story.teller.accounts.append(taker)
    story.teller.takers.append(taker)
    return taker


def _unchanged(teller: Teller) -> None:
    """Add a channel that keeps its name."""
    _page(teller, 1, "telegram", "channel")


def _channel_renamed(teller: Teller) -> None:
    """Add a renamed channel whose old name is free."""
    _move(*_page(teller, 2, "telegram", "channel"), new="novoe")


def _channel_renamed_and_taken(teller: Teller) -> None:
    """Add a renamed channel whose old name another channel has taken."""
    _move(*_page(teller, 3, "telegram", "channel"), new="novoe", taken=True)


def _channel_lost(teller: Teller) -> None:
    """Add a deleted channel whose name another has taken: there is nothing to follow."""
    story, account = _page(teller, 4, "telegram", "channel")
    _move(story, account, taken=True)
    story.truths[id(account)].unseen = "not_at_address"


def _profile_renamed(teller: Teller) -> None:
    """Add a renamed VK profile."""
    _move(*_page(teller, 5, "vk", "user"), new="novoe")


def _profile_renamed_and_taken(teller: Teller) -> None:
    """Add a renamed VK profile whose old name another has taken."""
    _move(*_page(teller, 6, "vk", "user"), new="novoe", taken=True)


def _community_renamed(teller: Teller) -> None:
    """Add a renamed VK community."""
    _move(*_page(teller, 7, "vk", "community"), new="novoe")


def _profile_lost(teller: Teller) -> None:
    """Add a deleted VK profile whose name another has taken: it was there in the week, and its number says the rest."""
    story, account = _page(teller, 8, "vk", "user")
    _move(story, account, taken=True)
    story.truths[id(account)].inside = "gone"


RENAMED: tuple[Callable[[Teller], None], ...] = (
    _unchanged,
    _channel_renamed,
    _channel_renamed_and_taken,
    _channel_lost,
    _profile_renamed,
    _profile_renamed_and_taken,
    _community_renamed,
    _profile_lost,
)


# Answers that do not agree -------------------------------------------------------------------------------------------


def _profile(teller: Teller, number: int, opened: date) -> tuple[Story, Account]:
    """Add a head with a VK profile of an old number."""
    story = teller.head(number)
    story.holder()
    return story, story.vk("spor", local(opened, 12))


def _contradicted(story: Story, account: Account, at: datetime | None, cause: str) -> None:
    """Confirm a page whose wall cannot be judged; its oldest trace is of `at`, after the deadline, or there is none."""
    truth, precision = story.confirm(account), None if at is None else "not_later_than"
    truth.inside = "contradiction"
    story.truth.opening = truth.opening = Opening("cantTell", cause, at, precision)


def _wall_repeats(teller: Teller) -> None:
    """Add a wall of 152 posts, silent for ten days, of which only the newest hundred come, twice."""
    story, account = _profile(teller, 1, date(2023, 3, 1))
    account.trouble = Trouble.WALL_REPEATS
    for place in range(152):
        story.post(account, 11 + place, 12)
    _contradicted(story, account, story.on(account, 110).at, "too_little_data")


def _wall_empty(teller: Teller) -> None:
    """Add a wall that comes empty and a profile that counts six posts of the week."""
    story, account = _profile(teller, 2, date(2023, 3, 1))
    account.trouble = Trouble.WALL_EMPTY
    for day in range(1, 7):
        story.post(account, day, 12)
    _contradicted(story, account, None, "contradiction")


def _threads_denied(teller: Teller) -> None:
    """Add a profile with questions that nobody can read, though the wall says that people can comment."""
    story, account = _profile(teller, 3, date(2021, 3, 1))
    account.trouble = Trouble.THREADS_DENIED
    truth = story.in_time(account)
    story.older(account)
    story.regular(account, 4)
    for day in (2, 3, 4, 5, 6):
        story.ask(account, story.on(account, 8), story.at(day, 9))
    truth.comments_cause = "contradiction"


def _photographed(teller: Teller) -> None:
    """Add a profile with a photo of 15 May 2022 and no post before 2024."""
    story, account = _profile(teller, 4, date(2024, 3, 1))
    first = local(date(2022, 5, 15), 10)
    account.photos += [first, local(date(2025, 1, 9), 10)]
    story.truth.opening = story.confirm(account).opening = Opening("passed", None, first, "not_later_than")
    story.older(account)
    story.regular(account, 4)


def _banned(teller: Teller) -> None:
    """Add a profile that VK has banned."""
    story, account = _profile(teller, 5, date(2021, 3, 1))
    account.deactivated = account.banned = True
    story.unseen(account, "banned")


def _deleted(teller: Teller) -> None:
    """Add a profile that its owner has deleted; no look before the week's end says so."""
    story, account = _profile(teller, 6, date(2021, 3, 1))
    account.deactivated = True
    story.unseen(account, "gone")
    story.office.tenures[-1].accounts[-1].with_number = True  # else VK's word is about whoever has the name


def _free_name(teller: Teller) -> None:
    """Add a channel whose name nobody has: it may have another."""
    story = teller.head(7)
    story.holder()
    story.unseen(story.telegram("svoboden", local(date(2021, 5, 30)), kind="missing"), "not_at_address")


CONTRADICTING: tuple[Callable[[Teller], None], ...] = (
    _wall_repeats,
    _wall_empty,
    _threads_denied,
    _photographed,
    _banned,
    _deleted,
    _free_name,
)


# Requests to be counted ----------------------------------------------------------------------------------------------

_HEADS = 20
_ANSWER_HOURS = (1.5, 4, 9)


def scenarios_of_busy(
    channels: int, posts: int, comments: int, network: str, weeks: int
) -> tuple[Callable[[Teller], None], ...]:
    """Return the scenarios of twenty heads; the first `channels` of them keep pages on a network that are alike.

    Each has `posts` own posts in the week and exactly `comments` comments under them, the answers of the channel and
    of its group among them, all written within the week, and as many in each of the `weeks` - 1 before it. Raises
    `ValueError` for numbers that do not fit together.
    """
    if not 1 <= channels <= _HEADS or posts < 2 or comments < 0:
        raise ValueError("a busy world has 1 to 20 channels, each with two posts a week or more")

    def scenario(place: int) -> Callable[[Teller], None]:
        def tell(teller: Teller) -> None:
            story = teller.head(place)
            if place <= channels:
                _busy_page(story, posts, comments, network, weeks)
            else:
                story.holder().searches.append(story.search())
                story.truth.opening = Opening("failed")

        return tell

    return tuple(scenario(place) for place in range(1, _HEADS + 1))


def _busy_page(story: Story, posts: int, comments: int, network: str, weeks: int) -> None:
    story.holder()
    account = story.page(network, "mnogo", local(date(2021, 10, 12), 11))
    story.in_time(account)
    story.older(account)
    week = story.regular(account, posts)
    left = comments
    for place in range(comments):
        if left:
            left -= _talk(story, account, week[place % len(week)], place, left)
    for back in range(1, weeks):
        _talk_before(story, account, comments, story.teller.ends - timedelta(weeks=back))


def _talk_before(story: Story, account: Account, comments: int, ends: datetime) -> None:
    """Place as many comments in the week that `ends` before the judged one: every second question is answered in it."""
    posts = [p for p in account.posts if ends - timedelta(weeks=1) <= p.at < ends - timedelta(days=1)]
    for place in range(comments):
        post = posts[place // 2 % len(posts)]
        at = post.at + timedelta(hours=1 + place)
        if place % 2 == 0:
            question = story.noise(post, at)
        elif place % 4 == 1:
            story.reply(account, post, question, at)
        else:
            story.noise(post, at, story.words.remark())


def _talk(story: Story, account: Account, post: Post, place: int, left: int) -> int:
    """Place a remark, a question, or a question with its answer; return how many comments that made."""
    ends = story.teller.ends
    hours = _ANSWER_HOURS[place % len(_ANSWER_HOURS)]
    room = ends - post.at - timedelta(hours=hours)
    at = post.at + timedelta(seconds=story.rng.randrange(1, max(int(room.total_seconds()), 60)))
    if place % 3 == 0:
        story.remark(post, at)
        return 1
    if place % 3 == 1 or left < 2 or at + timedelta(hours=hours) >= ends:
        story.ask(account, post, at)
        return 1
    by = account.group_identity if place % 2 and account.network == "telegram" else account.identity
    story.ask(account, post, at, hours, by=by)
    return 2
