"""The other offices: a Duma, a governor and two institutions, which the directive does not bind."""

from collections.abc import Callable
from datetime import date, timedelta

from auditor.sandbox.world.model import AccountFault, PostKind, WorldAuthor, WorldOffice, WorldPost
from auditor.sandbox.world.story import Story, StoryTools, local


def _seat(tools: StoryTools, number: int) -> Story:
    office = WorldOffice(f"duma-{number}", "Город Вымысел", f"Дума, место {number}", "city_duma")
    story = tools.story(office)
    story.holder("2020-10")
    return story


def _community_page(tools: StoryTools) -> None:
    """Add a personal page that is a VK community: its wall is closed, the register link is missing."""
    story = _seat(tools, 1)
    account = story.vk("mesto", local(date(2021, 9, 1), 9), kind="community")
    account.verified, account.subscribers = True, story.rng.randint(12_100, 12_900)
    account.wall, account.tells_can_post = 3, False
    story.confirm(account)
    story.older(account)
    story.regular(account, story.rng.randint(3, 5))


def add_wall_authors(tools: StoryTools) -> None:
    """Add to the community's wall a post of its holder's under their own name, and one of a citizen's.

    Nothing is drawn: the rest of the world stays as it is.
    """
    story = next(candidate for candidate in tools.stories if candidate.office.id == "duma-1")
    (page,) = story.office.tenures[-1].accounts
    holder = WorldAuthor(700_000_013, story.office.tenures[-1].name)
    citizen, words = WorldAuthor(600_000_011, "Имярек Соседов"), "Потерялся вымышленный кот, позвоните соседям."
    page.staff.append(holder.id)
    tools.words.citizens.update((citizen.name, words))
    texts = ((holder, "Веду приём по вымышленным вопросам в четверг."), (citizen, words))
    last_day = story.days_with_posts(page.account)[-1]
    for minute, (author, text) in enumerate(texts):
        post = WorldPost(story.moment(last_day, 20, minute), text, PostKind.GUEST, origin=author)
        page.account.posts.append(post)


def _person_and_refusal(tools: StoryTools) -> None:
    """Add two Telegram addresses: one is a person's, the other answers HTTP 403."""
    story = _seat(tools, 2)
    person = story.telegram("lichno", local(date(2021, 1, 1)), kind="user")
    refused = story.telegram("zapret", local(date(2021, 1, 1)))
    refused.trouble = AccountFault.FORBIDDEN
    story.confirm(person)
    story.confirm(refused)


def _closed_and_throttled(tools: StoryTools) -> None:
    """Add a closed VK community, and a Telegram page that answers 429 and asks to wait an hour."""
    story = _seat(tools, 3)
    closed = story.vk("kruzhok", local(date(2021, 1, 1)), kind="community")
    closed.closed = True
    busy = story.telegram("potok", local(date(2021, 1, 1)))
    busy.trouble = AccountFault.THROTTLED
    story.confirm(closed)
    story.confirm(busy)


def _unknown_layout(tools: StoryTools) -> None:
    """Add a Telegram page in an unknown layout, and a VK wall that is refused."""
    story = _seat(tools, 4)
    strange = story.telegram("layout", local(date(2021, 1, 1)))
    strange.trouble = AccountFault.OTHER_LAYOUT
    walled = story.vk("stena", local(date(2021, 1, 1)))
    walled.trouble = AccountFault.WALL_DENIED
    story.confirm(strange)
    story.confirm(walled)


def governor(tools: StoryTools) -> None:
    """Add a busy channel of many pages with a shortened link; on VK the key may not read comments."""
    story = tools.story(WorldOffice("governor", "Вымышленная область", "Губернатор вымышленной области", "governor"))
    story.holder("2022-05-10")
    channel = story.telegram("gub", local(date(2022, 5, 12), 8))
    channel.subscribers = story.rng.randint(21_000, 48_000)
    channel.description = "Вымышленный губернатор. В реестре: https://clck.ru/synthetic"
    profile = story.vk("gub", local(date(2019, 4, 1), 9))
    profile.trouble = AccountFault.COMMENTS_NOT_FOR_KEY
    story.confirm(channel)
    story.confirm(profile)
    story.older(channel)
    story.older(profile)
    _busy(story)


def _busy(story: Story) -> None:
    channel, profile = story.tools.accounts[-2:]
    week = story.regular(channel, story.rng.randint(9, 12))
    for place in range(story.rng.randint(110, 140)):
        day = 27 + place % 14
        channel.posts.append(WorldPost(story.moment(day, 10 + place % 8), story.words.post()))
    for post in (story.post(profile, 40, 9), story.post(profile, 9, 11), story.post(profile, 3, 12)):
        story.noise(post, post.at.replace(second=30))
    story.ask(channel, week[0], week[0].at + timedelta(minutes=40), 1)


def _administration(tools: StoryTools) -> None:
    """Add an institution with two pages, which answers questions on other people's pages."""
    story = _institution(tools, "administration", "Администрация вымышленной области")
    opened = local(date(2018, 1, 9), 9)
    for network in ("telegram", "vk"):
        is_channel = network == "telegram"
        account = (
            story.telegram("adm", opened) if is_channel else story.vk("adm", opened, kind="community", numbered=True)
        )
        story.institution(account)
        story.post(account, 2, 12)
        tools.town[network] = account


def _agency(tools: StoryTools) -> None:
    """Add an institution with a redirect to a provider's host, a bot and a community that VK has banned."""
    story = _institution(tools, "agency", "Управление вымышленных дел")
    redirected = story.telegram("upr", local(date(2020, 1, 1)))
    redirected.trouble = AccountFault.BLOCK_REDIRECT
    bot = story.telegram("robot", local(date(2020, 1, 1)), kind="bot")
    removed = story.vk("upr", local(date(2020, 1, 1)), kind="community")
    removed.deactivated = removed.banned = True
    for account in (redirected, bot, removed):
        story.institution(account)


def _institution(tools: StoryTools, key: str, title: str) -> Story:
    return tools.story(WorldOffice(key, "Вымышленная область", title, "institution"))


DUMA: tuple[Callable[[StoryTools], None], ...] = (
    _community_page, _person_and_refusal, _closed_and_throttled, _unknown_layout,
)  # fmt: skip
INSTITUTIONS: tuple[Callable[[StoryTools], None], ...] = (_administration, _agency)
