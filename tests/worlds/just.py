"""Heads whom a careless rule would wrong, or let off: each is judged by what he did in his own time.

The directive of this world names Telegram as a network on which silence is no fault since 1 June 2025.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from auditor.sandbox.world.model import Account, Held
from auditor.sandbox.world.story import local
from tests.truth.record import AccountTruth, Opening
from tests.truth.told import Story, Teller

NEUTRAL = {
    "network": "telegram",
    "since": "2025-06-01",
    "reason": "вымышленный закон",
    "source": "https://example.invalid/law",
}

_OLD = date(2021, 10, 12)


def _channel(story: Story, opened: date = _OLD) -> tuple[Account, AccountTruth]:
    """Add a confirmed channel opened in time."""
    account = story.telegram("kanal", local(opened, 11))
    truth = story.in_time(account)
    truth.neutral = True
    return account, truth


def _profile(story: Story) -> tuple[Account, AccountTruth]:
    """Add a confirmed VK profile whose oldest post is in time."""
    account = story.vk("stranitsa", local(_OLD, 11))
    truth = story.in_time(account)
    story.older(account)
    return account, truth


def _since_saturday(teller: Teller) -> None:
    """Add a head of the week's Saturday, with a profile silent for 706 days and questions from before his time."""
    story = teller.head(1)
    story.holder("2018-09", until=story.day(3))
    story.newcomer(story.day(2))
    account, _ = _profile(story)
    story.silent(account, 706)
    for hour in range(9, 15):
        story.noise(story.on(account, 707), story.at(4, hour))
    story.truth.began = story.truth.running = True


def _since_the_week_before(teller: Teller) -> None:
    """Add a head of twelve days: under his page's posts of before them people ask, and he has posted nothing."""
    story = teller.head(2)
    story.holder("2018-09", until=story.day(13))
    story.newcomer(story.day(12))
    account, _ = _profile(story)
    story.silent(account, 13)
    for hour in range(9, 15):
        story.noise(story.on(account, 14), story.at(4, hour))
    story.truth.since, story.truth.running = story.at(12, 0, 0), True


def _mondays(teller: Teller) -> None:
    """Add a head with a column every Monday at ten: one post is too few, and seven days to the next are no silence."""
    story = teller.head(3)
    story.holder()
    account, truth = _profile(story)
    for week in range(9):
        story.post(account, 7 + 7 * week, 10).at = story.at(7 + 7 * week, 10, 0)
    truth.posts = truth.open = 1


def _once_silent(teller: Teller) -> None:
    """Add a head whose only silence, of eight days, ended on the week's Monday."""
    story = teller.head(4)
    story.holder()
    account, truth = _profile(story)
    story.silent(account, 15)
    for day in (7, 5, 3, 1):
        story.post(account, day, 12)
    truth.posts = truth.open = 4


def _silent_where_it_is_no_fault(teller: Teller) -> None:
    """Add a head with a channel alone, silent for sixty days."""
    story = teller.head(5)
    story.holder()
    account, _ = _channel(story)
    story.older(account, 125)
    story.silent(account, 60)


def _moved_on(teller: Teller) -> None:
    """Add a head who left his channel, whose name is free, and posts on VK: what was asked there is not known."""
    story = teller.head(6)
    story.holder()
    missing = story.telegram("byl", local(_OLD), kind="missing")
    gone = story.confirm(missing)
    gone.neutral, gone.unseen = True, "not_at_address"
    gone.opening = Opening("cantTell", "not_at_address")
    account, _ = _profile(story)
    story.regular(account, 5)
    story.ask_many(account, 2, (3,))


def _silent_everywhere(teller: Teller) -> None:
    """Add a head silent on both networks: on VK it is a fault."""
    story = teller.head(7)
    story.holder()
    channel, _ = _channel(story)
    story.older(channel, 125)
    story.silent(channel, 60)
    exact = story.truth.opening
    account, _ = _profile(story)
    story.silent(account, 10)
    story.truth.opening = exact


def _exempted(teller: Teller) -> None:
    """Add a head exempt until the end of 2024, whose channel opened ten days later: in time, not 955 days late."""
    story = teller.head(8)
    tenure = story.holder("2021-12")
    tenure.exemptions.append({
        "by": "Губернатор вымышленной области", "on": "2022-05-27", "until": "2024-12-31",
        "reason": "ведёт страницу администрации", "source": "https://example.invalid/exemption",
    })  # fmt: skip
    story.due(date(2025, 1, 30))
    account, _ = _channel(story, date(2025, 1, 10))
    story.older(account)
    story.regular(account, 4)


def _opened_since(teller: Teller) -> None:
    """Add a head whose channel opened and was confirmed on the Monday after the week, which it is not judged by.

    It is late: that silence is no fault on its network excuses the practice alone.
    """
    story = teller.head(9)
    story.holder()
    account = story.telegram("novyi", story.at(0, 9))
    truth = story.confirm(account)
    story.office.tenures[-1].accounts[-1].confirmed_on = truth.confirmed_on = story.day(0)
    story.post(account, 0, 10)
    story.truth.opening = truth.opening = story.exact(account.opened, "failed")
    story.truth.began = True


def _heard_of_once(teller: Teller) -> None:
    """Add a head known as acting since May 2022 and never since, with a lively channel."""
    story = teller.head(10)
    story.newcomer("2022-05-31", acting=True).known_as_of = None
    account, truth = _channel(story)
    story.older(account)
    story.regular(account, 4)
    story.truth.standing = "stale"
    story.truth.opening = replace(truth.opening, outcome="cantTell", cause="stale_holder")


def _term_ended(teller: Teller) -> None:
    """Add a head whose term was to end a year ago, and nobody on record after him."""
    story = teller.head(11)
    tenure = story.holder("2019-09", until=None)
    tenure.known_as_of, tenure.term_ends = "2024-05", story.day(400)
    account = story.telegram("srok", local(_OLD, 11))
    tenure.accounts.append(Held(account, story.day(500)))
    story.truth.standing, story.truth.opening = "no_holder", Opening("untested")


JUST: tuple[Callable[[Teller], None], ...] = (
    _since_saturday,
    _since_the_week_before,
    _mondays,
    _once_silent,
    _silent_where_it_is_no_fault,
    _moved_on,
    _silent_everywhere,
    _exempted,
    _opened_since,
    _heard_of_once,
    _term_ended,
)
