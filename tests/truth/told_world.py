"""Stories that record the findings expected of them, beside what the sandbox's own stories place.

A story told here draws nothing of its own, so that its world is the sandbox's to the letter.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import Any

from auditor.sandbox import World
from auditor.sandbox.world import story as plain
from auditor.sandbox.world.model import (
    PostKind,
    RegisteredAccount,
    WorldAccount,
    WorldAuthor,
    WorldComment,
    WorldOffice,
    WorldPost,
)
from auditor.sandbox.world.story import ZONE, local
from auditor.sandbox.world.world import ENDS
from tests.truth.record import AccountTruth, Ledger, Move, OfficeTruth, Opening

_LAST_DAY = date(2022, 5, 31)
"""The last day that the directive allows."""
_WALL_CLOSED = 3


def _is_holders(post: WorldPost, account: RegisteredAccount) -> bool:
    """Return whether a post or repost is the page's own, or is under a name on record as the holder's."""
    is_signed = post.kind is PostKind.GUEST and post.origin is not None and post.origin.id in account.staff
    return is_signed or post.kind in {PostKind.OWN, PostKind.REPOST}


@dataclass(slots=True)
class ToldWorld(World):
    """A world with the findings expected of it."""

    truths: list[OfficeTruth] = field(default_factory=list)
    moves: tuple[Move, ...] = ()
    """The renamings and take-overs of the audited week."""


def build_told_world(
    scenarios: Iterable[Callable[["Teller"], None]], seed: int = 2022, ends: datetime = ENDS
) -> ToldWorld:
    """Build a world of stories, with what they record about themselves."""
    tellers: list[Teller] = []

    def teller(*shared: Any) -> Teller:
        tellers.append(Teller(*shared))
        return tellers[0]

    world = World.of(scenarios, seed, ends, make_tools=teller)
    world_fields = {entry.name: getattr(world, entry.name) for entry in fields(World)}
    world_fields["strangers"] = frozenset(tellers[0].strangers)
    return ToldWorld(
        **world_fields, truths=[story.finished() for story in tellers[0].stories], moves=tuple(tellers[0].moves)
    )


@dataclass
class Teller(plain.StoryTools):
    """The tools that build stories, with all stories built so far."""

    stories: "list[Story]" = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    strangers: set[str] = field(default_factory=set)
    """Words of strangers' pages that have taken a name over."""

    def _new_story(self, office: WorldOffice) -> "Story":
        truth = OfficeTruth(office.id, Opening("untested"), deadline=local(date(2022, 6, 1)))
        return Story(self, office, truth=truth)


@dataclass(kw_only=True)
class Story(plain.Story):
    """One office: what is built, and what is expected of it."""

    truth: OfficeTruth
    last_day: date = _LAST_DAY
    """The holder's last day for opening a page."""
    truths: dict[int, AccountTruth] = field(default_factory=dict)
    _question_entries: dict[int, tuple[Ledger, int]] = field(default_factory=dict)

    def finished(self) -> OfficeTruth:
        """Set the moments of each confirmed account's visible posts, and return the office's truth."""
        for tenure_account in (held for tenure in self.office.tenures for held in tenure.accounts):
            truth = self.truths.get(id(tenure_account.account))
            if truth is not None:
                account = tenure_account.account
                posts = [post for post in account.posts if _is_holders(post, tenure_account) and not post.lost]
                truth.moments = [post.at for post in posts]
                truth.closed_moments = [post.at for post in posts if post.closed or account.wall == _WALL_CLOSED]
        self.truth.bound = self.office.id.startswith("rayon-")
        return self.truth

    def due(self, last_day: date) -> None:
        """Set until when the person may open a page."""
        self.last_day, self.truth.deadline = last_day, local(last_day + timedelta(days=1))

    # Accounts ----------------------------------------------------------------------------------------------------

    def steady(self, network: str, suffix: str, week: int, kind: str = "user") -> tuple[WorldAccount, list[WorldPost]]:
        """Add a holder with a page open in time and posts in every week; return it and the week's posts."""
        self.holder()
        opened = local(date(2021, 10, 12), 11)
        account = self.telegram(suffix, opened) if network == "telegram" else self.vk(suffix, opened, kind=kind)
        self.opened(self.confirm(account), self.first_seen(account, "passed"))
        self.older(account)
        return account, self.regular(account, week)

    def confirm(self, account: WorldAccount, **how: Any) -> AccountTruth:
        """Record the account as the last holder's own, and return its truth."""
        super().confirm(account, **how)
        held = self.office.tenures[-1].accounts[-1]
        truth = AccountTruth(account.url, held.confirmed_on, held.how, subscribers=account.subscribers)
        self.truth.accounts.append(truth)
        self.truths[id(account)] = truth
        return truth

    def first_seen(self, account: WorldAccount, outcome: str, cause: str | None = None) -> Opening:
        """Return how an opening is known: on Telegram by its day, on VK by the oldest post."""
        if account.network == "vk":
            return Opening(outcome, cause, account.opened, "not_later_than")
        return self.exact(account.opened, outcome)

    def opened(self, truth: AccountTruth, opening: Opening) -> None:
        """Set when a page, and so the office, was opened."""
        self.truth.opening = truth.opening = opening

    def institution(self, account: WorldAccount) -> AccountTruth:
        """Record the account as the office's own page."""
        super().institution(account)
        truth = AccountTruth(account.url, None, "", subscribers=account.subscribers)
        self.truth.institutions.append(truth)
        return truth

    def exact(self, at: datetime, outcome: str, *, grace: bool = False) -> Opening:
        """Return an exactly known opening, and how many calendar days after the last permitted day it was."""
        days_late = (at.astimezone(ZONE).date() - self.last_day).days
        return Opening(outcome, None, at, "exact", days_late, grace)

    # Posts and comments --------------------------------------------------------------------------------------------

    def regular(self, account: WorldAccount, week: int) -> list[WorldPost]:
        """Place `week` own posts in the week and a steady row before it."""
        truth = self.truths[id(account)]
        truth.posts, truth.open = week, week
        return super().regular(account, week)

    def repost(self, account: WorldAccount, day: int, origin: WorldAuthor | None) -> WorldPost:
        """Place a repost in the week."""
        truth = self.truths[id(account)]
        truth.reposts += 1
        truth.open += 1
        return super().repost(account, day, origin)

    def ask(
        self, account: WorldAccount, post: WorldPost, at: datetime, answered: float | None = None, **how: Any
    ) -> WorldComment:
        """Place a citizen's question of the week."""
        question = super().ask(account, post, at, answered, **how)
        self._note(account, question, None if answered is None else at + timedelta(hours=answered), None)
        return question

    def redirected(
        self, account: WorldAccount, post: WorldPost, at: datetime, other: float, by: WorldAuthor
    ) -> WorldComment:
        """Place a question of the week that only another body answers."""
        question = super().redirected(account, post, at, other, by)
        self._note(account, question, None, at + timedelta(hours=other))
        return question

    def _note(
        self, account: WorldAccount, question: WorldComment, owner: datetime | None, body: datetime | None
    ) -> None:
        ledger = self.truths[id(account)].ledger
        self._question_entries[id(question)] = (ledger, len(ledger.questions))
        ledger.questions.append((question.at, owner, body))

    def reply(self, account: WorldAccount, post: WorldPost, to: WorldComment, at: datetime, **how: Any) -> WorldComment:
        """Place an answer; the owner's own words count as one."""
        if how.get("by") is None and how.get("text") is None and id(to) in self._question_entries:
            ledger, index = self._question_entries[id(to)]
            ledger.questions[index] = (to.at, at, ledger.questions[index][2])
        return super().reply(account, post, to, at, **how)

    def remark(self, post: WorldPost, *rest: Any, **more: Any) -> WorldComment:
        """Place a citizen's comment of the week that asks nothing."""
        self._ledger(post).remarks += 1
        return super().remark(post, *rest, **more)

    def report(self, post: WorldPost, at: datetime) -> WorldComment:
        """Place a citizen's comment of the week that tells of a problem and asks nothing."""
        self._ledger(post).reports += 1
        return super().report(post, at)

    def unsure(self, post: WorldPost, at: datetime) -> WorldComment:
        """Place a citizen's comment of the week of which it is not certain that it asks."""
        self._ledger(post).unsure += 1
        return super().unsure(post, at)

    def aside(self, post: WorldPost, at: datetime, to: WorldComment) -> WorldComment:
        """Place a citizen's question of the week to another citizen."""
        self._ledger(post).remarks += 1
        return super().aside(post, at, to)

    def general(self, account: WorldAccount, post: WorldPost, at: datetime) -> WorldComment:
        """Place a general comment of the owner's in the week."""
        self.truths[id(account)].ledger.general += 1
        return super().general(account, post, at)

    def _ledger(self, post: WorldPost) -> Ledger:
        account = next(account for account in self.tools.accounts if post in account.posts)
        return self.truths[id(account)].ledger
