"""Heads who are answered for in every way that a rule has to tell apart: one world, one head a way."""

from collections.abc import Callable
from datetime import date

from auditor.sandbox.world.model import Account, Author, Post
from auditor.sandbox.world.story import local
from tests.truth.record import Ledger, Opening
from tests.truth.told import Story, Teller


def _head(teller: Teller, number: int, network: str = "telegram") -> tuple[Story, Account, Post]:
    """Add a head with a steady page; return a post of the week's under which people ask."""
    story = teller.head(number)
    account, _ = story.steady(network, "otvety" if network == "telegram" else "soobshchestvo", 4, "community")
    return story, account, story.on(account, 8)


def _asked(story: Story, account: Account, post: Post, count: int) -> None:
    for place in range(count):
        story.ask(account, post, story.at(6 - place % 5, 9, place))


def _answered_by(story: Story, account: Account, post: Post, helper: Author, asked: int, answered: int) -> Ledger:
    """Let people ask, and somebody answer the first of them after three hours."""
    for place in range(asked):
        question = story.ask(account, post, story.at(6 - place % 5, 9, place))
        if place < answered:
            story.reply(account, post, question, story.at(6 - place % 5, 12, place), by=helper)
    return story.truths[id(account)].ledger


def _nobody(teller: Teller) -> None:
    """Add a head whose six questions nobody answered: the only one who fails."""
    story, account, post = _head(teller, 1)
    _asked(story, account, post, 6)


def _advertiser(teller: Teller) -> None:
    """Add a head under whose post one person asks six times, as advertisers do."""
    story, account, post = _head(teller, 2)
    ledger, who = story.truths[id(account)].ledger, teller.citizen()
    for place in range(6):
        at = story.at(5, 9, place)
        story.comment(post, at, who, story.words.question())
        ledger.asked.append((at, None, None))
    ledger.repeated = 5


def _helpful_citizen(teller: Teller) -> None:
    """Add a head under whose post somebody who asks nothing answers five of twenty: his side is not known."""
    story, account, post = _head(teller, 3)
    _answered_by(story, account, post, teller.citizen(), 20, 5).unknown = 5


def _from_his_profile(teller: Teller) -> None:
    """Add a head who answers under his community's posts from his own confirmed profile."""
    story, community, post = _head(teller, 4, "vk")
    profile = story.vk("lichno", local(date(2021, 10, 13), 11))
    story.confirm(profile).opening = Opening("passed", None, profile.opened, "not_later_than")
    story.older(profile)
    story.regular(profile, 3)
    for place in range(6):
        story.ask(community, post, story.at(6 - place % 5, 9, place), 3, by=profile.identity)


def _named_alike(teller: Teller) -> None:
    """Add a channel under which somebody without a user name, called as it is, answers all six."""
    story, account, post = _head(teller, 5)
    alike = Author(teller.number(600_000_000, 700_000_000), account.title)
    _answered_by(story, account, post, alike, 6, 6).unknown = 6


def _another_office(teller: Teller) -> None:
    """Add a head for whom only another office's page answers: none of his has, and nobody is red where a body has."""
    story, account, post = _head(teller, 6)
    other = teller.stories[0].office.tenures[0].accounts[0].account
    for place in range(6):
        story.redirected(account, post, story.at(6 - place % 5, 9, place), 3, other.identity)


def _smiley(teller: Teller) -> None:
    """Add a head who answered one of six with a smiley: no answer, and nobody may say that there was none."""
    story, account, post = _head(teller, 7)
    _asked(story, account, post, 5)
    question = story.ask(account, post, story.at(3, 10))
    story.reply(account, post, question, story.at(3, 11), text="👍")
    story.truths[id(account)].ledger.spoken = True


def _administrator(teller: Teller) -> None:
    """Add a channel whose linked group's administrator answers under his own name.

    A signed-in client is told who administers the group; without one he may be anybody.
    """
    story, account, post = _head(teller, 8)
    helper = Author(teller.number(600_000_000, 700_000_000), "Имярек Отвечаев", "primer_otvechaev")
    account.administrators, account.names_administrators = [helper], True
    ledger = _answered_by(story, account, post, helper, 6, 6)
    ledger.unknown = 6


ANSWERED: tuple[Callable[[Teller], None], ...] = (
    _nobody,
    _advertiser,
    _helpful_citizen,
    _from_his_profile,
    _named_alike,
    _another_office,
    _smiley,
    _administrator,
)
"""Red for `comments_answered`: the first, and nobody else."""
