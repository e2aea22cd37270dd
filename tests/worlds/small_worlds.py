"""Worlds with one purpose each: renamed accounts, requests to be counted, and replies by others."""

from datetime import date, datetime, timedelta
from functools import partial

from auditor.sandbox.world.model import PostKind, WorldAccount, WorldAuthor, WorldPost
from auditor.sandbox.world.story import local
from tests.truth.record import Move, Opening
from tests.truth.told_world import Story, Teller, ToldWorld, build_told_world

# Accounts that change their names ------------------------------------------------------------------------------------

_BEFORE_THE_END = timedelta(days=4)


def _move(story: Story, account: WorldAccount, *, new: str = "", taken: bool = False) -> None:
    """Rename the page four days before the week's end, or delete it, and give its old name away if `taken`."""
    renamed_at, old = story.tools.ends - _BEFORE_THE_END, account.url
    if new:
        account.renames.append((renamed_at, f"{account.name}_{new}"))
    else:
        account.ends_at = renamed_at
    taker = _taker(story, account) if taken else None
    new_url, number = account.shown_at(story.tools.ends).url if new else "", taker.number if taker else None
    story.tools.moves.append(Move(story.office.id, account.network, account.number, old, new_url, number))


def _taker(story: Story, account: WorldAccount) -> WorldAccount:
    """Make another page, which takes the name an hour after it became free."""
    rng, words = story.rng, story.words
    kind, title, span = ("channel", "Лавка Прохожева", (1_100_000_000, 3_900_000_000))
    if account.network == "vk":
        kind, title, span = ("user", "Прохожев Устин", (9_000_000, 560_000_000))
    number, opened = story.tools.number(*span), story.moment(300, 12)
    taker = WorldAccount(account.network, f"prohozhev_{number % 10_000}", kind, number, title, opened, subscribers=7)
    taker.description = f"Продаём вымышленные товары, заказ {rng.randint(10, 9999)}"
    if kind == "channel":
        taker.posts.append(WorldPost(opened, "Channel created", PostKind.SERVICE))
    taker.posts += [WorldPost(story.moment(day, 12), words.post()) for day in (200, 90, 40, 20, 3, 2)]
    taker.renames.append((story.tools.ends - _BEFORE_THE_END + timedelta(hours=1), account.name))
    story.tools.accounts.append(taker)
    story.tools.strangers |= {title, taker.description, *(p.text for p in taker.posts if p.kind is PostKind.OWN)}
    return taker


def _renamed(
    teller: Teller, number: int, network: str, kind: str, *, new: str = "", taken: bool = False, **truth: str
) -> None:
    """Place a head whose steady page keeps its name, is renamed (`new`), or is deleted; `truth` is what must be found.

    The registry has the number of every second.
    """
    story = teller.head(number)
    account, _ = story.steady(network, "glava", 4, kind)
    story.office.tenures[-1].accounts[-1].with_number = number % 2 == 0
    story.ask_many(account, 2, (3,))
    if new or taken:
        _move(story, account, new=new, taken=taken)
    for name, value in truth.items():
        setattr(story.truths[id(account)], name, value)


def tell_renamed(teller: Teller) -> None:
    """Place the eight heads of the world of renamed pages."""
    _renamed(teller, 1, "telegram", "channel")
    _renamed(teller, 2, "telegram", "channel", new="novoe")
    _renamed(teller, 3, "telegram", "channel", new="novoe", taken=True)
    _renamed(teller, 4, "telegram", "channel", taken=True, unseen="not_at_address")
    _renamed(teller, 5, "vk", "user", new="novoe")
    _renamed(teller, 6, "vk", "user", new="novoe", taken=True)
    _renamed(teller, 7, "vk", "community", new="novoe")
    _renamed(teller, 8, "vk", "user", taken=True, inside="gone")


def renamed() -> ToldWorld:
    """Build a world for following numbers: eight heads, seven of whom lose their address in the audited week.

    Look at it twice, as weekly audits do: with ``sandbox.now = world.now - timedelta(weeks=1)`` under the names on
    record, and at `now`, when the names have changed. `moves` says what became of each:

    - rayon-01 keeps its name.
    - rayon-02 (Telegram), rayon-05 and rayon-07 (VK profile and community) are renamed, and the old name is free.
    - rayon-03 and rayon-06 are renamed, and another page takes the old name.
    - rayon-04 and rayon-08 are deleted, and another page takes the name.

    Heads with an even number have the network's number on record. `truth` holds after both looks with a signed-in
    client: a renamed page is judged with its whole history, the two deleted ones are `gone`, and their opening is as
    it was seen. `strangers` are the words of those who took names.
    """
    return build_told_world([tell_renamed])


# Requests to be counted ----------------------------------------------------------------------------------------------

_HEADS = 20
_POSTS, _COMMENTS, _WEEKS = 3, 6, 5
_ANSWER_HOURS = (1.5, 4, 9)


def alike(network: str = "telegram", channels: int = 20) -> ToldWorld:
    """Build the world whose requests the documents tell: pages alike on `network`, telegram or vk.

    They have three posts and six comments a week, in every week of a month: a month is as far back as comments are
    read under posts, before a look in the week before.
    """
    return build_told_world(partial(_alike, head_number, channels, network) for head_number in range(1, _HEADS + 1))


def _alike(head_number: int, channels: int, network: str, teller: Teller) -> None:
    story = teller.head(head_number)
    if head_number > channels:
        story.holder().searches.append(story.search())
        story.truth.opening = Opening("failed")
        return
    (account, week), remaining = story.steady(network, "mnogo", _POSTS), _COMMENTS
    for number in range(_COMMENTS):
        if remaining:
            remaining -= _add_comments(story, account, week[number % len(week)], number, remaining)
    for back in range(1, _WEEKS):
        _add_earlier_comments(story, account, story.tools.ends - timedelta(weeks=back))


def _add_earlier_comments(story: Story, account: WorldAccount, ends: datetime) -> None:
    """Add comments to the week ending at `ends`, before the judged one; every second question is answered in it."""
    posts = [p for p in account.posts if ends - timedelta(weeks=1) <= p.at < ends - timedelta(days=1)]
    for index in range(_COMMENTS):
        post = posts[index // 2 % len(posts)]
        comment_at = post.at + timedelta(hours=1 + index)
        if index % 2 == 0:
            question = story.noise(post, comment_at)
        elif index % 4 == 1:
            story.reply(account, post, question, comment_at)
        else:
            story.noise(post, comment_at, story.words.remark())


def _add_comments(story: Story, account: WorldAccount, post: WorldPost, index: int, remaining: int) -> int:
    """Add a remark, a question, or a question with its answer; return the number of comments added."""
    ends = story.tools.ends
    hours = _ANSWER_HOURS[index % len(_ANSWER_HOURS)]
    room = ends - post.at - timedelta(hours=hours)
    comment_at = post.at + timedelta(seconds=story.rng.randrange(1, max(int(room.total_seconds()), 60)))
    if index % 3 == 0:
        story.remark(post, comment_at)
        return 1
    if index % 3 == 1 or remaining < 2 or comment_at + timedelta(hours=hours) >= ends:
        story.ask(account, post, comment_at)
        return 1
    by = account.group_identity if index % 2 and account.network == "telegram" else account.identity
    story.ask(account, post, comment_at, hours, by=by)
    return 2


# Heads who are answered for by another --------------------------------------------------------------------------------


def _head(teller: Teller, number: int, network: str = "telegram") -> tuple[Story, WorldAccount, WorldPost]:
    """Add a head with a steady page; return a post of the week's under which people ask."""
    story = teller.head(number)
    account, _ = story.steady(network, "otvety" if network == "telegram" else "soobshchestvo", 4, "community")
    return story, account, story.on(account, 8)


def _unanswered(teller: Teller) -> None:
    """Add a head with six unanswered questions: the only head who fails."""
    story, account, post = _head(teller, 1)
    for index in range(6):
        story.ask(account, post, story.moment(6 - index % 5, 9, index))


def _from_own_profile(teller: Teller) -> None:
    """Add a head who answers under their community's posts from their own confirmed profile."""
    story, community, post = _head(teller, 2, "vk")
    profile = story.vk("lichno", local(date(2021, 10, 13), 11))
    story.confirm(profile).opening = Opening("passed", None, profile.opened, "not_later_than")
    story.older(profile)
    story.regular(profile, 3)
    for index in range(6):
        story.ask(community, post, story.moment(6 - index % 5, 9, index), 3, by=profile.identity)


def _answered_by(number: int, question_count: int, reply_count: int, teller: Teller) -> None:
    """Add a channel where a citizen, or an author with the channel's name, answers some or all of the questions."""
    story, account, post = _head(teller, number)
    namesake = WorldAuthor(teller.number(600_000_000, 700_000_000), account.title)
    by = namesake if question_count == reply_count else teller.citizen()
    for index in range(question_count):
        question = story.ask(account, post, story.moment(6 - index % 5, 9, index))
        if index < reply_count:
            story.reply(account, post, question, story.moment(6 - index % 5, 12, index), by=by)
    story.truths[id(account)].ledger.unknown = reply_count


def answered(seed: int = 2022) -> ToldWorld:
    """Build a world of heads for whom others reply, in ways that only a complete look distinguishes.

    `truth` is of a look by the preview alone.
    """
    scenarios = (_unanswered, _from_own_profile, partial(_answered_by, 3, 20, 5), partial(_answered_by, 4, 6, 6))
    return build_told_world(scenarios, seed)
