"""Worlds with one purpose each: accounts that change their names, requests to be counted, answers by another."""

from datetime import date, datetime, timedelta
from functools import partial

from auditor.sandbox.world.model import PostKind, WorldAccount, WorldAuthor, WorldPost
from auditor.sandbox.world.story import local
from tests.truth.record import Move, Opening
from tests.truth.told import Story, Teller, ToldWorld, told

# Accounts that change their names ------------------------------------------------------------------------------------

_BEFORE_THE_END = timedelta(days=4)


def _move(story: Story, account: WorldAccount, *, new: str = "", taken: bool = False) -> None:
    """Rename the page four days before the week's end, or delete it, and give its old name away if `taken`."""
    at, old = story.teller.ends - _BEFORE_THE_END, account.url
    if new:
        account.renames.append((at, f"{account.name}_{new}"))
    else:
        account.ends_at = at
    taker = _taker(story, account) if taken else None
    new_url, number = account.at(story.teller.ends).url if new else "", taker.number if taker else None
    story.teller.moves.append(Move(story.office.id, account.network, account.number, old, new_url, number))


def _taker(story: Story, account: WorldAccount) -> WorldAccount:
    """Make another page, which takes the name an hour after it became free."""
    rng, words = story.rng, story.words
    kind, title, span = ("channel", "Лавка Прохожева", (1_100_000_000, 3_900_000_000))
    if account.network == "vk":
        kind, title, span = ("user", "Прохожев Устин", (9_000_000, 560_000_000))
    number, opened = story.teller.number(*span), story.at(300, 12)
    taker = WorldAccount(account.network, f"prohozhev_{number % 10_000}", kind, number, title, opened, subscribers=7)
    taker.description = f"Продаём вымышленные товары, заказ {rng.randint(10, 9999)}"
    if kind == "channel":
        taker.posts.append(WorldPost(opened, "Channel created", PostKind.SERVICE))
    taker.posts += [WorldPost(story.at(day, 12), words.post()) for day in (200, 90, 40, 20, 3, 2)]
    taker.renames.append((story.teller.ends - _BEFORE_THE_END + timedelta(hours=1), account.name))
    story.teller.accounts.append(taker)
    story.teller.strangers |= {title, taker.description, *(p.text for p in taker.posts if p.kind is PostKind.OWN)}
    return taker


def _renamed(
    teller: Teller, number: int, network: str, kind: str, *, new: str = "", taken: bool = False, **truth: str
) -> None:
    """Tell of a head whose steady page keeps its name, is renamed (`new`), or is deleted; `truth` is said of it.

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
    """Tell of the eight heads of the world of renamed pages."""
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
    return told([tell_renamed])


# Requests to be counted ----------------------------------------------------------------------------------------------

_HEADS = 20
_POSTS, _COMMENTS, _WEEKS = 3, 6, 5
_ANSWER_HOURS = (1.5, 4, 9)


def alike(network: str = "telegram", channels: int = 20) -> ToldWorld:
    """Build the world whose requests the documents tell: pages alike on `network`, telegram or vk.

    They have three posts and six comments a week, in every week of a month: a month is as far back as comments are
    read under posts, before a look in the week before.
    """
    return told(partial(_alike, place, channels, network) for place in range(1, _HEADS + 1))


def _alike(place: int, channels: int, network: str, teller: Teller) -> None:
    story = teller.head(place)
    if place > channels:
        story.holder().searches.append(story.search())
        story.truth.opening = Opening("failed")
        return
    (account, week), left = story.steady(network, "mnogo", _POSTS), _COMMENTS
    for number in range(_COMMENTS):
        if left:
            left -= _talk(story, account, week[number % len(week)], number, left)
    for back in range(1, _WEEKS):
        _talk_before(story, account, story.teller.ends - timedelta(weeks=back))


def _talk_before(story: Story, account: WorldAccount, ends: datetime) -> None:
    """Place as many comments in the week that `ends` before the judged one: every second question is answered in it."""
    posts = [p for p in account.posts if ends - timedelta(weeks=1) <= p.at < ends - timedelta(days=1)]
    for place in range(_COMMENTS):
        post = posts[place // 2 % len(posts)]
        at = post.at + timedelta(hours=1 + place)
        if place % 2 == 0:
            question = story.noise(post, at)
        elif place % 4 == 1:
            story.reply(account, post, question, at)
        else:
            story.noise(post, at, story.words.remark())


def _talk(story: Story, account: WorldAccount, post: WorldPost, place: int, left: int) -> int:
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


# Heads who are answered for by another --------------------------------------------------------------------------------


def _head(teller: Teller, number: int, network: str = "telegram") -> tuple[Story, WorldAccount, WorldPost]:
    """Add a head with a steady page; return a post of the week's under which people ask."""
    story = teller.head(number)
    account, _ = story.steady(network, "otvety" if network == "telegram" else "soobshchestvo", 4, "community")
    return story, account, story.on(account, 8)


def _nobody(teller: Teller) -> None:
    """Add a head whose six questions nobody answered: the only one who fails."""
    story, account, post = _head(teller, 1)
    for place in range(6):
        story.ask(account, post, story.at(6 - place % 5, 9, place))


def _from_his_profile(teller: Teller) -> None:
    """Add a head who answers under his community's posts from his own confirmed profile."""
    story, community, post = _head(teller, 2, "vk")
    profile = story.vk("lichno", local(date(2021, 10, 13), 11))
    story.confirm(profile).opening = Opening("passed", None, profile.opened, "not_later_than")
    story.older(profile)
    story.regular(profile, 3)
    for place in range(6):
        story.ask(community, post, story.at(6 - place % 5, 9, place), 3, by=profile.identity)


def _answered_by(number: int, asked: int, answered: int, teller: Teller) -> None:
    """Add a channel under which a citizen, or who is named like it, answers some or all of the questions."""
    story, account, post = _head(teller, number)
    alike = WorldAuthor(teller.number(600_000_000, 700_000_000), account.title)
    by = alike if asked == answered else teller.citizen()
    for place in range(asked):
        question = story.ask(account, post, story.at(6 - place % 5, 9, place))
        if place < answered:
            story.reply(account, post, question, story.at(6 - place % 5, 12, place), by=by)
    story.truths[id(account)].ledger.unknown = answered


def answered(seed: int = 2022) -> ToldWorld:
    """Build a world of heads who are answered for in ways that only a whole look tells apart.

    `truth` is of a look by the preview alone.
    """
    some = (_nobody, _from_his_profile, partial(_answered_by, 3, 20, 5), partial(_answered_by, 4, 6, 6))
    return told(some, seed)
