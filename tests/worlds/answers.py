"""Heads who are answered for in ways that only a whole look tells apart: by whose account, and under which name."""

from collections.abc import Callable
from datetime import date

from auditor.sandbox.world.model import Account, Author, Post
from auditor.sandbox.world.story import local
from tests.truth.record import Opening
from tests.truth.told import Story, Teller


def _head(teller: Teller, number: int, network: str = "telegram") -> tuple[Story, Account, Post]:
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


_Helper = Callable[[Teller, Account], Author]


def _answered_by(helper: _Helper, number: int, asked: int, answered: int) -> Callable[[Teller], None]:
    """Add a channel under which somebody, of whom it is not known for whom he speaks, answers some of the questions."""

    def tell(teller: Teller) -> None:
        story, account, post = _head(teller, number)
        by = helper(teller, account)
        for place in range(asked):
            question = story.ask(account, post, story.at(6 - place % 5, 9, place))
            if place < answered:
                story.reply(account, post, question, story.at(6 - place % 5, 12, place), by=by)
        story.truths[id(account)].ledger.unknown = answered

    return tell


def _named_alike(teller: Teller, account: Account) -> Author:
    return Author(teller.number(600_000_000, 700_000_000), account.title)


ANSWERED: tuple[Callable[[Teller], None], ...] = (
    _nobody,
    _from_his_profile,
    _answered_by(lambda teller, _: teller.citizen(), 3, 20, 5),
    _answered_by(_named_alike, 4, 6, 6),
)
"""Red for `comments_answered`: the first, and nobody else."""
