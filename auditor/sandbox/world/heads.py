"""The heads of the twenty districts: one small story each.

`add_past` adds earlier months, so that a demonstration of many weeks has something to show. It stays before the days
on which silences are measured and outside the week whose questions are counted, so that no expected finding of the
audited week changes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from auditor.sandbox.world.model import AccountFault, PostKind, RegisteredAccount, WorldAccount, WorldAuthor, WorldPost
from auditor.sandbox.world.story import Story, StoryTools, local

_NEWS = WorldAuthor(1_200_000_001, "Новости вымышленной области", "vymysel_news")


def _exemplary(tools: StoryTools) -> None:
    """Add a channel opened in time: steady, open, each question answered by channel, linked group or staff."""
    story = tools.head(1)
    story.holder()
    account = story.telegram("glava", local(date(2021, 10, 12), 11))
    account.verified, account.subscribers = True, story.rng.randint(11_050, 11_940)
    account.description = (
        "Вымышленный глава района.\nРеестр: https://knd.gov.ru/license?id=synthetic&registryType=bloggers"
    )
    helper = WorldAuthor(story.tools.number(600_000_000, 700_000_000), "Имярек из пресс-службы", "primer_press_01")
    story.confirm(account, staff=["primer_press_01"])
    story.older(account)
    week = story.regular(account, story.rng.randint(5, 7))
    _decorate(story, week)
    for day, words in ((26, f"Channel name was changed to «{account.title}»"), (25, "Channel photo updated")):
        account.posts.append(WorldPost(story.moment(day, 4), words, PostKind.SERVICE))
    old = story.on(account, 60)
    account.posts.append(WorldPost(story.moment(4, 21), f"{account.title} pinned «{old.text[:20]}»", PostKind.SERVICE))
    story.repost(account, story.days_with_posts(account)[0], _NEWS)
    story.repost(account, story.days_with_posts(account)[-1], None)
    story.ask_many(account, 2, (3, 7.5))
    story.ask_many(account, 2, (1.2,), by=account.group_identity)
    story.ask_many(account, 1, (20,), by=helper)
    crowd = story.on(account, 8)
    _crowd(story, account, crowd)
    story.general(account, crowd, story.moment(3, 12))
    story.remark(crowd, story.moment(3, 13))
    story.noise(crowd, story.moment(3, 14), text="")
    story.noise(crowd, story.moment(0, 9))


def _decorate(story: Story, week: list[WorldPost]) -> None:
    """Dress the week's posts: an album, a poll, a quotation, a signature, a photo."""
    week[0].media, week[0].extra = "album", story.rng.randint(2, 5)
    week[2].media = "poll"
    week[3].replies_to, week[3].signature = week[0], "Имярек А. А."
    week[4].media = "photo"


def _crowd(story: Story, account: WorldAccount, post: WorldPost) -> None:
    """Place more comments under one post than a page of the widget holds, the oldest one a question."""
    story.ask(account, post, story.moment(7, 6, 5), 2)
    for index in range(story.rng.randint(58, 75)):
        story.remark(post, story.moment(6 - index % 3, 7, index % 60))


def _talkative(tools: StoryTools) -> None:
    """Add a VK profile older than the deadline by its oldest post: long threads, late and missing answers, ads."""
    story = tools.head(2)
    story.holder()
    account = story.vk("ne", local(date(2020, 3, 16), 12), numbered=True)
    account.verified = True
    helper = WorldAuthor(story.tools.number(600_000_000, 700_000_000), "Имярек Помощник")
    story.confirm(account, staff=[helper.id])
    story.older(account)
    story.regular(account, story.rng.randint(4, 9))
    story.post(account, 45, 8, "", media="photo").pinned = True
    for day in (2, 5, 24):
        story.post(account, day, 7, f"Реклама. Вымышленный товар {day}", kind=PostKind.AD)
    story.post(account, 3, 7, story.words.remark(), kind=PostKind.GUEST, origin=tools.citizen())
    story.repost(account, story.days_with_posts(account)[0], WorldAuthor(-31_000_007, "Вымышленные вести"))
    post = story.on(account, 8)
    _long_thread(story, account, post)
    story.ask(account, post, story.moment(6, 10), 4, how="thread")
    story.ask(account, post, story.moment(5, 10), 6, how="mention")
    story.ask(account, post, story.moment(4, 9), story.rng.randint(30, 50))
    smiley = story.ask(account, post, story.moment(4, 11))
    story.reply(account, post, smiley, story.moment(4, 12), text="👍")
    picture = story.ask(account, post, story.moment(4, 13))
    story.reply(account, post, picture, story.moment(4, 14), text="")
    story.ask_many(account, 2, (None,))
    story.ask(account, post, story.moment(5, 9), 5, by=helper)
    story.redirected(account, post, story.moment(3, 9), 5, tools.town["vk"].identity)
    story.echo(tools.town["vk"], story.on(account, story.days_with_posts(account)[1]), 5)
    _deleted_top(story, account, post)
    story.general(account, post, story.moment(3, 15))
    thanks = story.remark(post, story.moment(3, 16))
    story.reply(account, post, thanks, story.moment(3, 17))
    story.noise(post, story.moment(2, 9), text="")
    story.noise(post, story.moment(0, 10))


def _long_thread(story: Story, account: WorldAccount, post: WorldPost) -> None:
    """Place a question whose thread is longer than the ten replies that come with it; the answer is the last."""
    question = story.ask(account, post, story.moment(6, 8, 1))
    for index in range(story.rng.randint(11, 16)):
        story.remark(post, story.moment(6, 9, index), answers=question, top=question)
    story.reply(account, post, question, story.moment(6, 11))


def _deleted_top(story: Story, account: WorldAccount, post: WorldPost) -> None:
    """Place a deleted comment that still heads a thread, in which a citizen asks and is answered."""
    top = story.noise(post, story.moment(5, 13), deleted=True)
    asked_at, answered_at = story.moment(5, 14), story.moment(5, 18)
    story.reply(account, post, story.ask(account, post, asked_at, under=top), answered_at)


def _two_networks(tools: StoryTools) -> None:
    """Add one person on two networks: equal texts count once, and a post on either ends a silence."""
    story = tools.head(3)
    story.holder()
    channel = story.telegram("pair", local(date(2022, 5, 27), 16))
    profile = story.vk("pair", local(date(2023, 2, 1), 10))
    profile.tells_can_post = False
    story.confirm(channel)
    story.confirm(profile)
    story.older(channel)
    story.older(profile, 80)
    week = story.regular(channel, story.rng.randint(4, 6))
    copied = week[:2]
    for post in copied:
        profile.posts.append(WorldPost(post.at + timedelta(hours=story.rng.randint(1, 5)), post.text))
    earlier_post = next(p for p in sorted(channel.posts, key=lambda p: p.at) if p.at > story.moment(40, 0))
    profile.posts.append(WorldPost(earlier_post.at + timedelta(minutes=30), story.words.post()))
    copies = [p for p in profile.posts if p.text == copied[0].text]
    story.ask(profile, copies[0], copies[0].at + timedelta(hours=1), 2)
    story.ask_many(channel, 2, (5,))


def _late_and_mute(tools: StoryTools) -> None:
    """Add a channel created months late, in which nothing was ever posted."""
    story = tools.head(4)
    story.holder()
    account = story.telegram("late", local(date(2022, 9, 14), 9, 30), group=False)
    story.confirm(account)
    account.posts.append(WorldPost(account.opened + timedelta(minutes=5), "Channel photo updated", PostKind.SERVICE))


def _late_by_number(tools: StoryTools) -> None:
    """Add a VK profile that its id, an estimate, makes late; ten days of silence, no question answered."""
    story = tools.head(5)
    story.holder()
    account = story.vk("novaya", local(date(2025, 3, 3), 10), old=False)
    story.confirm(account)
    story.older(account, 80)
    story.silent(account, 10)
    post = story.on(account, 11)
    for hour in range(9, 9 + story.rng.randint(5, 8)):
        story.ask(account, post, story.moment(5, hour))
    story.post(account, 6, 7, "Реклама. Вымышленная услуга", kind=PostKind.AD)


def _grace_day(tools: StoryTools) -> None:
    """Add a channel opened within the grace day, which turned up this week; some posts have comments closed."""
    story = tools.head(7)
    story.holder()
    account = story.telegram("grace", local(date(2022, 6, 1), 10, 15))
    story.confirm(account, found_this_week=True)
    story.older(account)
    week = story.regular(account, story.rng.randint(4, 6))
    for post in week[:2]:
        post.closed = True
    post = story.on(account, 8)
    story.ask(account, post, story.moment(5, 12), 3)
    story.ask(account, post, story.moment(4, 12))
    story.redirected(account, post, story.moment(3, 12), 2, tools.town["telegram"].identity)
    story.echo(tools.town["telegram"], week[-1], 30)


def _newcomer(tools: StoryTools) -> None:
    """Add an acting head of 2025 whose channel opened on the fifteenth day; a question came on Sunday night."""
    story = tools.head(8)
    story.holder("2025-03-10", acting=True)
    account = story.telegram("novyi", local(date(2025, 3, 25), 14))
    story.confirm(account)
    story.older(account)
    story.regular(account, 3)
    post = story.on(account, 8)
    story.ask(account, post, story.moment(1, 21, 30))
    story.ask(account, post, story.moment(5, 12), story.rng.randint(26, 40))


def _successor(tools: StoryTools) -> None:
    """Add a successor of the week's Wednesday: an old channel, forty days silent; a deleted VK page."""
    story = tools.head(19)
    story.holder("2018-09", until=story.day(6))
    story.holder(story.day(5))
    channel = story.telegram("smena", local(date(2020, 2, 3), 12))
    profile = story.vk("smena", local(date(2020, 1, 1)))
    profile.deactivated = True
    story.confirm(channel)
    story.confirm(profile, with_number=True)  # VK reports a deletion only of a known id
    story.older(channel, 110)
    story.silent(channel, 40)


def _first_message_deleted(tools: StoryTools) -> None:
    """Add a channel whose first message is deleted and whose oldest post is late; it has no discussion group."""
    story = tools.head(20)
    story.holder()
    account = story.telegram("bez", local(date(2022, 7, 20), 9), group=False)
    account.posts[0].lost = True
    story.confirm(account)
    story.older(account)
    story.regular(account, 2)
    for post in account.posts:
        post.closed = True
    for index in sorted(story.rng.sample(range(3, len(account.posts) - 12), 4)):
        if account.posts[index].at < story.moment(62, 0):
            account.posts[index].lost = True


# Heads with nothing to be seen ----------------------------------------------------------------------------------


def _searched(tools: StoryTools) -> None:
    """Add a head without a known page; a search for one is on record."""
    story = tools.head(6)
    tenure = story.holder()
    tenure.searches.append(story.search())


def _not_yet_due(tools: StoryTools) -> None:
    """Add a head of twelve days, who has time left; an unconfirmed page does not count yet."""
    story = tools.head(9)
    tenure = story.holder(story.day(12))
    lead = story.telegram("dvoynik", local(date(2025, 6, 1), 9))
    tenure.accounts.append(RegisteredAccount(lead, None))


def _exempt(tools: StoryTools) -> None:
    """Add a head released from the directive, whose confirmed address is that of a group."""
    story = tools.head(10)
    tenure = story.holder("2021-12", acting=True)
    tenure.exemptions.append({
        "by": "Губернатор вымышленной области", "on": "2022-06-10", "until": story.day(-400),
        "reason": "ведёт страницу администрации", "source": "https://example.invalid/exemption",
    })  # fmt: skip
    story.confirm(story.telegram("gruppa", local(date(2021, 1, 1)), kind="group"))


def _vacant(tools: StoryTools) -> None:
    """Add a vacant office."""
    story = tools.head(11)
    story.holder("2018-09", until="2025-05-31")
    story.office.vacancies.append(
        {"since": max("2025-06-01", story.day(700)), "source": "https://example.invalid/vacancy"}
    )


def _unknown_holder(tools: StoryTools) -> None:
    """Add an office whose last holder left and whose next holder is unknown."""
    story = tools.head(12)
    story.holder("2018-09", until="2025-05-31")


def _lead_only(tools: StoryTools) -> None:
    """Add a head with unconfirmed pages only; no search is recorded."""
    story = tools.head(13)
    tenure = story.holder()
    lead = story.vk("slukh", local(date(2021, 4, 5), 9))
    story.post(lead, 3, 12)
    closed = story.telegram("zakryto", local(date(2021, 4, 5)), kind="invite")
    tenure.accounts += [RegisteredAccount(lead, None), RegisteredAccount(closed, None)]


def _gone(tools: StoryTools) -> None:
    """Add a confirmed channel whose name is unused; none of it was stored."""
    story = tools.head(14)
    story.holder()
    story.confirm(story.telegram("byl", local(date(2022, 5, 30)), kind="missing"))


def _unreachable(tools: StoryTools) -> None:
    """Add two pages out of reach: Telegram cuts the connection, VK's flood control keeps the wall."""
    story = tools.head(15)
    story.holder()
    channel = story.telegram("obryv", local(date(2022, 5, 1)))
    profile = story.vk("potop", local(date(2022, 5, 1)))
    channel.trouble, profile.trouble = AccountFault.RESET, AccountFault.THROTTLED
    story.confirm(channel)
    story.confirm(profile)


def _provider_page(tools: StoryTools) -> None:
    """Add a channel that a provider's page replaces."""
    story = tools.head(16)
    story.holder()
    account = story.telegram("zaslon", local(date(2022, 4, 1)))
    account.trouble = AccountFault.BLOCK_PAGE
    story.confirm(account)


def _preview_off(tools: StoryTools) -> None:
    """Add a channel that shows its posts only to people who have signed in."""
    story = tools.head(17)
    story.holder()
    account = story.telegram("shtory", local(date(2022, 4, 1)))
    account.preview_off = True
    story.confirm(account)


def _private_but_reported(tools: StoryTools) -> None:
    """Add a closed VK profile that the press saw before the deadline."""
    story = tools.head(18)
    tenure = story.holder()
    tenure.reports.append({"network": "vk", "opened_by": "2022-05-26", "source": "https://example.invalid/press"})
    account = story.vk("zamok", local(date(2019, 1, 1)))
    account.closed = True
    story.confirm(account)


HEADS: tuple[Callable[[StoryTools], None], ...] = (
    _exemplary, _talkative, _two_networks, _late_and_mute, _late_by_number, _searched, _grace_day, _newcomer,
    _not_yet_due, _exempt, _vacant, _unknown_holder, _lead_only, _gone, _unreachable, _provider_page, _preview_off,
    _private_but_reported, _successor, _first_message_deleted,
)  # fmt: skip


def add_conversations(tools: StoryTools) -> None:
    """Add reports of problems, unclear comments and questions to citizens under three heads' posts."""
    for office, reports, unsure in (("rayon-01", 3, 1), ("rayon-02", 2, 1), ("rayon-05", 1, 0)):
        story = next(candidate for candidate in tools.stories if candidate.office.id == office)
        account = story.office.tenures[-1].accounts[0].account
        post = story.on(account, 8 if office != "rayon-05" else 11)
        reported = [story.report(post, story.moment(5, 18, index)) for index in range(reports)]
        for place in range(unsure):
            story.unsure(post, story.moment(5, 19, place))
        story.aside(post, story.moment(5, 20), reported[0])


# The months before ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Habit:
    """How a head keeps a page: questions a week, the hours until each reply in turn, days of silence."""

    office: str
    questions: int = 0
    answers: Sequence[float | None] = ()
    pause: tuple[int, int] = (0, 0)
    """The first and the last day, counted back, between which nothing was posted."""


_HABITS = (
    _Habit("rayon-01", 6, (2, 5.5, 9, 1, 19, 30, None)),
    _Habit("rayon-02", 5, (4, 31, None, 52, 7, None, 90)),
    _Habit("rayon-03", 1, (6,), pause=(64, 91)),
    _Habit("rayon-05", 4, (None,), pause=(96, 131)),
    _Habit("rayon-07", 3, (3, None, 28, 12), pause=(70, 84)),
    _Habit("rayon-08", 1, (26, 40, 3)),
    _Habit("rayon-20"),
)
_PREDECESSOR = "rayon-19"


def add_past(tools: StoryTools, weeks: int) -> None:
    """Fill the heads' pages for `weeks` weeks before the end of the audited week; a predecessor gets one too."""
    stories = {story.office.id: story for story in tools.stories}
    for habit in _HABITS:
        story = stories[habit.office]
        account = story.office.tenures[-1].accounts[0].account
        _posts(story, account, weeks, habit.pause)
        for week in range(1, weeks if habit.questions else 0):
            _questions(story, account, week, habit)
    _predecessor(stories[_PREDECESSOR], weeks)


def _posts(story: Story, account: WorldAccount, weeks: int, pause: tuple[int, int]) -> None:
    """Add posts before the first day of the page's story."""
    day = max(day for key, day in story.placed if key == id(account))
    while (day := day + story.rng.choice((1, 1, 2, 3, 4))) <= weeks * 7:
        if not pause[0] <= day <= pause[1]:
            closed = account.network == "telegram" and account.group_name is None
            story.post(account, day, story.rng.randint(9, 18), closed=closed)


def _questions(story: Story, account: WorldAccount, week: int, habit: _Habit) -> None:
    """Place questions `week` weeks before the audited one, under posts of that week or the one before it."""
    first_day = week * 7 + 1
    for index in range(habit.questions):
        day = story.rng.randint(first_day + 1, first_day + 5)
        candidates = sorted(d for key, d in story.placed if key == id(account) and day < d < day + 12)
        if not candidates:
            return
        post = story.on(account, candidates[0])
        asked_at = story.moment(day, story.rng.randint(8, 22))
        question = story.noise(post, asked_at)
        hours = habit.answers[(week * habit.questions + index) % len(habit.answers)]
        if hours is not None:
            story.reply(account, post, question, asked_at + timedelta(hours=hours))


def _predecessor(story: Story, weeks: int) -> None:
    """Add a channel of the successor's predecessor, kept until the office changed hands."""
    tenure = story.office.tenures[0]
    account = story.telegram("prezhniy", local(date(2021, 4, 6), 10), group=False)
    tenure.accounts.append(RegisteredAccount(account, "2024-03-05"))
    story.older(account, weeks * 7 + 1)
    for day in range(8, weeks * 7, 3):
        story.post(account, day, story.rng.randint(9, 18), closed=True)
