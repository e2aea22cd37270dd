"""The tools of a scenario, which places accounts, posts and comments.

A day is counted back from the end of the audited week: day 1 is its Sunday, day 7 its Monday, day 8 the Sunday
before. Hours are Tomsk's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from auditor.sandbox.world.invented_names import ORDINALS, TextGenerator
from auditor.sandbox.world.model import (
    PostKind,
    RegisteredAccount,
    WorldAccount,
    WorldAuthor,
    WorldComment,
    WorldOffice,
    WorldPost,
    WorldTenure,
)

ZONE = ZoneInfo("Asia/Tomsk")


@dataclass
class StoryTools:
    """What all stories of one world share: the random generator, texts, the week, the ids in use."""

    rng: Random
    ends: datetime
    words: TextGenerator
    accounts: list[WorldAccount] = field(default_factory=list)
    stories: "list[Story]" = field(default_factory=list)
    town: dict[str, WorldAccount] = field(default_factory=dict)
    """The institution's pages by network, which reply to comments on other pages."""
    _numbers: set[int] = field(default_factory=set)

    def number(self, low: int, high: int) -> int:
        """Draw an unused id."""
        while (number := self.rng.randint(low, high)) in self._numbers:
            pass
        self._numbers.add(number)
        return number

    def reserve(self, *numbers: int) -> None:
        """Mark ids as used."""
        self._numbers.update(numbers)

    def citizen(self) -> WorldAuthor:
        """Draw a citizen; a third of them have no user name on Telegram."""
        name, username = self.words.citizen()
        return WorldAuthor(self.number(1_000_000, 560_000_000), name, None if self.rng.random() < 0.33 else username)

    def bystander(self) -> WorldAuthor:
        """Draw a citizen without a user name, whose kind of account need not be requested."""
        return replace(self.citizen(), username=None)

    def head(self, number: int) -> "Story":
        """Begin the story of the head of one of the twenty."""
        name = f"{ORDINALS[number - 1]} район"
        return self.story(WorldOffice(f"rayon-{number:02d}", name, f"глава района «{name}»", "municipal_head"))

    def story(self, office: WorldOffice) -> "Story":
        """Begin the story of one office."""
        story = self._new_story(office)
        self.stories.append(story)
        return story

    def _new_story(self, office: WorldOffice) -> "Story":
        """Return an empty story of one office."""
        return Story(self, office)


def local(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """Return a moment of a day in the world's zone, as UTC."""
    return datetime.combine(day, time(hour, minute), ZONE).astimezone(ZoneInfo("UTC"))


@dataclass
class Story:
    """The story of one office."""

    tools: StoryTools
    office: WorldOffice
    _days: dict[tuple[int, int], WorldPost] = field(default_factory=dict)

    @property
    def rng(self) -> Random:
        """The world's random generator."""
        return self.tools.rng

    @property
    def words(self) -> TextGenerator:
        """The world's generator of texts."""
        return self.tools.words

    @property
    def placed(self) -> Iterable[tuple[int, int]]:
        """The keys of posts that `on` returns: (``id()`` of the account, day)."""
        return self._days.keys()

    def moment(self, day: int, hour: int, minute: int | None = None) -> datetime:
        """Return a moment of a day counted back from the week's end (day 0 is the Monday after it)."""
        minutes = self.rng.randint(0, 59) if minute is None else minute
        return self.tools.ends - timedelta(days=day) + timedelta(hours=hour, minutes=minutes)

    def day(self, days: int) -> str:
        """Return the date `days` before the week's end, as the registry writes it."""
        return (self.tools.ends - timedelta(days=days)).astimezone(ZONE).date().isoformat()

    # People ------------------------------------------------------------------------------------------------------

    def holder(self, since: str = "2019-09", *, until: str | None = None, acting: bool = False) -> WorldTenure:
        """Add an invented holder; the latest source about one who held the office last month is of then."""
        known_as_of = None if until and until < self.day(30) else self.day(30)
        tenure = WorldTenure(
            self.words.holder(), since, until, acting, known_as_of=max(known_as_of, since) if known_as_of else None
        )
        self.office.tenures.append(tenure)
        return tenure

    # Accounts ----------------------------------------------------------------------------------------------------

    def telegram(self, suffix: str, opened: datetime, *, kind: str = "channel", group: bool = True) -> WorldAccount:
        """Make a Telegram account; a channel has its "Channel created" message, and a linked group if `group`."""
        rng, title = self.rng, f"{self.office.municipality}. {self.office.title}"
        name = f"{self.rng.choice(('Vymysel', 'Nebyl', 'Primer'))}_{self.office.id.replace('-', '_')}_{suffix}"
        name = f"+{name}" if kind == "invite" else name
        account = WorldAccount("telegram", name, kind, self.tools.number(1_100_000_000, 3_900_000_000), title, opened)
        account.subscribers = rng.randint(120, 9_400)
        account.description = "Страница вымышленного лица. Все имена и события придуманы."
        if kind == "channel":
            account.posts.append(WorldPost(opened, "Channel created", PostKind.SERVICE))
            if group:
                account.group_name = f"{name}_chat"
                account.group_number = self.tools.number(1_100_000_000, 3_900_000_000)
        self.tools.accounts.append(account)
        return account

    def vk(
        self, suffix: str, opened: datetime, *, kind: str = "user", old: bool = True, numbered: bool = False
    ) -> WorldAccount:
        """Make a VK page. `old`: its id is from before the deadline, else from after 2025."""
        span = (9_000_000, 560_000_000) if old else (880_000_000, 999_000_000)
        number = self.tools.number(*span)
        title = self.office.tenures[-1].name if kind == "user" and self.office.tenures else self.office.title
        name = f"{self.rng.choice(('vymysel', 'nebyl', 'primer'))}_{self.office.id.replace('-', '_')}_{suffix}"
        if kind == "community":
            number = -(number % 190_000_000 + 5_000_000)
        account = WorldAccount("vk", name, kind, number, title, opened, numbered=numbered)
        account.subscribers = self.rng.randint(120, 9_400)
        account.description = "Вымышленная страница"
        self.tools.accounts.append(account)
        return account

    def search(self) -> dict[str, Any]:
        """Return a recorded search that found nothing."""
        how = "поиск по имени и должности"
        networks = ["vk", "telegram", "ok", "max"]
        return {"on": self.day(20), "by": "Имярек Т. Т.", "how": how, "networks": networks, "found": "nothing"}

    def confirm(
        self,
        account: WorldAccount,
        *,
        staff: Sequence[int | str] = (),
        found_this_week: bool = False,
        with_number: bool = False,
    ) -> None:
        """Record the account as the last holder's own, confirmed.

        `found_this_week`: the registry of the week before lacks it and has a search that found nothing.
        """
        day = self.day(3) if found_this_week else self.day(self.rng.randint(90, 300))
        registered = RegisteredAccount(account, day, staff=list(staff), new=found_this_week, with_number=with_number)
        if found_this_week:
            self.office.tenures[-1].searches.append(self.search())
        self.office.tenures[-1].accounts.append(registered)

    def institution(self, account: WorldAccount) -> None:
        """Record the account as the office's own page."""
        self.office.accounts.append(RegisteredAccount(account, None))

    # Posts -------------------------------------------------------------------------------------------------------

    def post(self, account: WorldAccount, day: int, hour: int, text: str | None = None, **more: Any) -> WorldPost:
        """Place a post; the first own one of a day can be found again by `on`."""
        post = WorldPost(self.moment(day, hour), self.words.post() if text is None else text, **more)
        account.posts.append(post)
        if post.kind is PostKind.OWN:
            self._days.setdefault((id(account), day), post)
        return post

    def echo(self, body: WorldAccount, post: WorldPost, hours: int) -> None:
        """Add a post's text to the institution's page, `hours` before it."""
        post.text += " Сбор у вымышленного клуба в субботу в десять утра, перчатки и мешки выдадут на месте."
        body.posts.append(WorldPost(post.at - timedelta(hours=hours), post.text))

    def on(self, account: WorldAccount, day: int) -> WorldPost:
        """Return the first post placed on a day."""
        return self._days[id(account), day]

    def older(self, account: WorldAccount, before_day: int = 62) -> None:
        """Place a few posts between the opening and the days on which silences are measured."""
        rng, end = self.rng, self.tools.ends - timedelta(days=before_day)
        first_post_at = account.opened + (timedelta(0) if account.network == "vk" else timedelta(hours=1))
        account.posts.append(WorldPost(first_post_at, self.words.post()))
        span = int((end - first_post_at).total_seconds())
        for _ in range(rng.randint(6, 12)):
            account.posts.append(
                WorldPost(first_post_at + timedelta(seconds=rng.randrange(3600, span)), self.words.post())
            )

    def regular(self, account: WorldAccount, week: int) -> list[WorldPost]:
        """Place `week` own posts in the week and steady ones before it, with one longest gap, known to the day.

        Other gaps are four days at most; the longest is five or six, from an early to a later hour.
        Returns the week's posts.
        """
        rng = self.rng
        days = self._week_days(min(week, 7))
        gap, near = rng.choice((5, 6)), rng.randint(12, 20)
        for day in self._row(8, near):
            self.post(account, day, 12 if day == near else rng.randint(9, 18))
        for day in self._row(near + gap, 60):
            self.post(account, day, 9 if day == near + gap else rng.randint(10, 18))
        placed = [self.post(account, day, rng.randint(9, 17)) for day in days]
        placed += [self.post(account, rng.choice(days), 18) for _ in range(week - len(days))]
        return placed

    def _week_days(self, count: int) -> list[int]:
        """Draw days of the week, Monday first, at most four apart and from both ends."""
        while True:
            days = sorted(self.rng.sample(range(1, 8), count), reverse=True)
            bounds = [8, *days, 0]
            if all(a - b <= 4 for a, b in pairwise(bounds)):
                return days

    def _row(self, first_day: int, last_day: int) -> list[int]:
        """Return days from `first` to exactly `last`, each one or two after the other."""
        days = [first_day]
        while days[-1] < last_day:
            days.append(min(last_day, days[-1] + self.rng.choice((1, 2))))
        return days

    def silent(self, account: WorldAccount, days: int) -> None:
        """Place steady posts that stop `days` whole days before the week's end."""
        for day in self._row(days + 1, days + 60):
            self.post(account, day, self.rng.randint(9, 18))

    def repost(self, account: WorldAccount, day: int, origin: WorldAuthor | None) -> WorldPost:
        """Place a repost in the evening of a day of the week that has an own post, so no silence changes."""
        return self.post(account, day, 20, kind=PostKind.REPOST, origin=origin)

    def days_with_posts(self, account: WorldAccount) -> list[int]:
        """Return the days of the week that have a post, the latest last."""
        return sorted((d for key, d in self._days if key == id(account) and 1 <= d <= 7), reverse=True)

    # Comments ----------------------------------------------------------------------------------------------------

    def comment(
        self, post: WorldPost, written_at: datetime, author: WorldAuthor, text: str, **more: Any
    ) -> WorldComment:
        """Place a comment that no figure counts, or that the scenario counts itself."""
        comment = WorldComment(written_at, author, text, **more)
        post.comments.append(comment)
        return comment

    def ask(
        self,
        account: WorldAccount,
        post: WorldPost,
        asked_at: datetime,
        answered: float | None = None,
        *,
        under: WorldComment | None = None,
        **how: Any,
    ) -> WorldComment:
        """Place a citizen's question of the week; `answered`: the hours until the owner replies in words.

        `under`: the top comment of its thread.
        """
        question = self.comment(post, asked_at, self.tools.citizen(), self.words.question(), answers=under, top=under)
        if answered is not None:
            self.reply(account, post, question, asked_at + timedelta(hours=answered), **how)
        return question

    def redirected(
        self, account: WorldAccount, post: WorldPost, asked_at: datetime, hours: float, by: WorldAuthor
    ) -> WorldComment:
        """Place a question of the week to which only another body replies, after `hours` hours."""
        question = self.comment(post, asked_at, self.tools.citizen(), self.words.question())
        self.reply(account, post, question, asked_at + timedelta(hours=hours), by=by, text=self.words.redirect())
        return question

    def reply(
        self, account: WorldAccount, post: WorldPost, to: WorldComment, written_at: datetime, *,
        by: WorldAuthor | None = None, how: str = "reply", text: str | None = None,
    ) -> WorldComment:  # fmt: skip
        """Place a reply: `how` is reply, thread (VK: only in its thread) or mention (VK: top comment to its author)."""
        words = self.words.reply() if text is None else text
        if how == "mention":
            kind = "club" if to.author.community else "id"
            words = f"[{kind}{abs(to.author.id)}|{to.author.name.split()[0]}], {words}"
            return self.comment(post, written_at, by or account.identity, words)
        return self.comment(
            post, written_at, by or account.identity, words, answers=to, top=to.top or to, names_target=how == "reply",
        )  # fmt: skip

    def ask_many(
        self, account: WorldAccount, count: int, answered: Sequence[float | None], **how: Any
    ) -> list[WorldComment]:
        """Place `count` questions on the week's days, under posts of the week and of the days before it."""
        placed = []
        for index in range(count):
            day = self.rng.randint(2, 6)
            candidates = [d for key, d in self._days if key == id(account) and day < d <= 20]
            post = self.on(account, self.rng.choice(sorted(candidates)))
            placed.append(
                self.ask(
                    account, post, self.moment(day, self.rng.randint(8, 22)), answered[index % len(answered)], **how
                )
            )
        return placed

    def remark(self, post: WorldPost, written_at: datetime, **more: Any) -> WorldComment:
        """Place a citizen's comment of the week that asks nothing."""
        return self.comment(post, written_at, self.tools.bystander(), self.words.remark(), **more)

    def report(self, post: WorldPost, written_at: datetime) -> WorldComment:
        """Place a citizen's comment of the week that reports a problem and asks nothing."""
        return self.comment(post, written_at, self.tools.bystander(), self.words.report())

    def unsure(self, post: WorldPost, written_at: datetime) -> WorldComment:
        """Place a citizen's comment of the week that two readers would classify differently."""
        return self.comment(post, written_at, self.tools.bystander(), self.words.unsure())

    def aside(self, post: WorldPost, written_at: datetime, to: WorldComment) -> WorldComment:
        """Place a citizen's question of the week to another citizen, not to the owner's side."""
        return self.comment(post, written_at, self.tools.bystander(), self.words.aside(), answers=to, top=to.top or to)

    def noise(self, post: WorldPost, written_at: datetime, text: str | None = None, **more: Any) -> WorldComment:
        """Place a citizen's comment that is in no figure of the week."""
        return self.comment(
            post, written_at, self.tools.citizen(), self.words.question() if text is None else text, **more
        )

    def general(self, account: WorldAccount, post: WorldPost, written_at: datetime) -> WorldComment:
        """Place a general comment of the owner's in the week."""
        return self.comment(post, written_at, account.identity, self.words.general())
