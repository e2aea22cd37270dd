"""What the heads did in the months before the audited weeks: a demonstration of many weeks has something to show.

It is placed after the stories are told, before the days that their silences are measured on and outside the week whose
questions are counted, so that every truth of the audited week stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from auditor.sandbox.world.model import Account, Held
from auditor.sandbox.world.story import Story, Teller, local


@dataclass(frozen=True, slots=True)
class _Habit:
    """How a head keeps a page: questions a week, after how many hours each is answered in turn, days of silence."""

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


def add_past(teller: Teller, weeks: int) -> None:
    """Lead the heads' pages so many weeks back from the end of the audited week; a predecessor gets a page too."""
    stories = {story.office.id: story for story in teller.stories}
    for habit in _HABITS:
        story = stories[habit.office]
        account = story.office.tenures[-1].accounts[0].account
        _posts(story, account, weeks, habit.pause)
        for week in range(1, weeks if habit.questions else 0):
            _questions(story, account, week, habit)
    _predecessor(stories[_PREDECESSOR], weeks)


def _posts(story: Story, account: Account, weeks: int, pause: tuple[int, int]) -> None:
    """Go on with the page's row of posts where its story began it."""
    day = max(day for key, day in story.placed if key == id(account))
    while (day := day + story.rng.choice((1, 1, 2, 3, 4))) <= weeks * 7:
        if not pause[0] <= day <= pause[1]:
            story.post(
                account, day, story.rng.randint(9, 18), closed=account.group_name is None and _is_channel(account)
            )


def _is_channel(account: Account) -> bool:
    return account.network == "telegram"


def _questions(story: Story, account: Account, week: int, habit: _Habit) -> None:
    """Place questions so many weeks before the audited one, under posts of that week or of the one before it."""
    first = week * 7 + 1
    for place in range(habit.questions):
        day = story.rng.randint(first + 1, first + 5)
        under = sorted(d for key, d in story.placed if key == id(account) and day < d < day + 12)
        if not under:
            return
        post = story.on(account, under[0])
        asked = story.at(day, story.rng.randint(8, 22))
        question = story.noise(post, asked)
        hours = habit.answers[(week * habit.questions + place) % len(habit.answers)]
        if hours is not None:
            story.reply(account, post, question, asked + timedelta(hours=hours))


def _predecessor(story: Story, weeks: int) -> None:
    """Give the successor's predecessor a channel that was kept until the office changed hands."""
    tenure = story.office.tenures[0]
    account = story.telegram("prezhniy", local(date(2021, 4, 6), 10), group=False)
    tenure.accounts.append(Held(account, "2024-03-05"))
    story.older(account, weeks * 7 + 1)
    for day in range(8, weeks * 7, 3):
        story.post(account, day, story.rng.randint(9, 18), closed=True)
