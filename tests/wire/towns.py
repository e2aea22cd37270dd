"""A town with few heads on the sandbox's servers, audited by the command line, and what its documents say."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from auditor.sandbox import Sandbox, World
from auditor.sandbox.world.model import Account, Author, Comment, Post
from auditor.sandbox.world.story import Story, Teller, local
from auditor.sandbox.world.world import ENDS
from tests.command import Done, auditor

VALUES: dict[str, str] = {}
"""Values of ``audit.json`` that are called otherwise inside, by their names in DESIGN.md section 9."""

LONG_AGO = local(date(2021, 10, 12), 11)


@dataclass
class Head:
    """A head with a steady page, and a post of the Sunday before the week under which people ask."""

    story: Story
    page: Account
    post: Post
    questions: list[Comment] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The office's name in the registry."""
        return self.story.office.id

    def ask(self, count: int, *, text: str | None = None, day: int = 6) -> list[Comment]:
        """Let so many people ask, each once, beginning on a day of the week counted back from its end."""
        for place in range(count):
            words = self.story.words.question() if text is None else text
            at = self.story.at(day - place % 5, 9, place % 60)
            self.questions.append(self.story.comment(self.post, at, self.story.teller.citizen(), words))
        return self.questions

    def answer(self, by: Author, *places: int, hours: float = 3) -> None:
        """Let somebody answer the questions in these places."""
        for place in places:
            question = self.questions[place]
            self.story.reply(self.page, self.post, question, question.at + timedelta(hours=hours), by=by)

    @property
    def own(self) -> list[Any]:
        """What the registry has as the holder's pages."""
        return self.story.office.tenures[-1].accounts

    def exempt(self) -> None:
        """Put an exemption of the whole autumn on record."""
        told = {"by": "губернатор", "on": "2026-11-01", "until": "2026-12-31", "reason": "вымышленная причина"}
        self.story.office.tenures[-1].exemptions.append({**told, "source": "https://example.invalid/exemption"})

    def drop(self, account: Account) -> None:
        """Take a page off the registry."""
        self.own[:] = [held for held in self.own if held.account is not account]


def head(teller: Teller, number: int, network: str, kind: str = "user", *, posts: int = 4) -> Head:
    """Add a head with a steady page."""
    story = teller.head(number)
    story.holder()
    page = story.page(network, "glava", LONG_AGO, kind)
    story.confirm(page)
    story.older(page)
    story.regular(page, posts)
    return Head(story, page, story.on(page, 8))


def person(teller: Teller, name: str = "Имярек Помогаев") -> Author:
    """Draw somebody with a name of his own on both networks."""
    number = teller.number(600_000_000, 700_000_000)
    return Author(number, name, f"primer_{number % 10_000}")


def profile(story: Story, title: str = "Имярек Личный") -> Account:
    """Make another VK profile, with posts from before the deadline on."""
    page = story.vk("lichno", LONG_AGO)
    page.title = title
    for days in (1500, 900, 40, 20, 12, 6, 4, 2):
        story.post(page, days, 12)
    return page


@dataclass
class Town:
    """The sandbox, and the folder in which the commands run."""

    world: World
    sandbox: Sandbox
    folder: Path
    lang: str = "ru"

    def write(self) -> None:
        """Write the registry as the world has it now."""
        (self.folder / "officials.yaml").write_text(self.world.registry_yaml(), encoding="utf-8")

    def run(self, *args: str, at: datetime, **env: str) -> Done:
        """Run a command at a moment of the world, by the registry as it is now."""
        self.write()
        self.sandbox.now = at
        mine = {"AUDITOR_DATA": "data", "AUDITOR_OUT": "reports", "AUDITOR_REGISTRY": "officials.yaml"}
        given = {**self.sandbox.settings(), **mine, "AUDITOR_LANG": self.lang, **env}
        done = auditor(*args, "--as-of", at.isoformat(), cwd=self.folder, env=given)
        assert done.code in {0, 1, 2, 3}, done.err
        return done

    def weekly(self, *, at: datetime | None = None) -> Done:
        """Look, judge and publish the world's week."""
        done = self.run("weekly", "--week", self.world.week, at=at or self.world.now)
        assert done.code != 2, done.err
        return done

    def next_week(self) -> Done:
        """Do the same for the last week that has ended, a week later."""
        done = self.run("weekly", at=self.world.now + timedelta(days=7))
        assert done.code != 2, done.err
        return done

    def offline(self, who: str, *, at: datetime | None = None) -> dict[str, Any]:
        """Judge an office without a new look, by the registry as it is now."""
        moment = at or self.world.now + timedelta(hours=2)
        done = self.run("check", who, "--offline", "--json", "--week", self.world.week, at=moment)
        return json.loads(done.out)["offices"][0]

    def report(self, *, at: datetime) -> Done:
        """Publish the week from the archive."""
        done = self.run("report", "--week", self.world.week, at=at)
        assert done.code != 2, done.err
        return done

    def published(self, who: str, week: str | None = None) -> dict[str, Any]:
        """Return an office as the published document has it."""
        text = (self.folder / "reports" / (week or self.world.week) / "audit.json").read_text(encoding="utf-8")
        return next(row for row in json.loads(text)["offices"] if row["id"] == who)

    def rows(self, name: str, who: str) -> list[list[str]]:
        """Return an office's rows of a table."""
        text = (self.folder / "reports" / self.world.week / name).read_text(encoding="utf-8-sig")
        return [row for row in csv.reader(text.splitlines()) if who in row]


@contextmanager
def town(folder: Path, *scenarios: Callable[[Teller], None], ends: datetime = ENDS) -> Iterator[Town]:
    """Serve a world that these tell."""
    world = World.of(scenarios, ends=ends)
    with Sandbox(world) as sandbox:
        yield Town(world, sandbox, folder)


def finding(row: Mapping[str, Any], check: str) -> dict[str, Any]:
    """Return what is said of the office as a whole; where a check speaks of pages alone, of its only page."""
    found = [one for one in row["findings"] if one["check"] == check]
    return next((one for one in found if one["account"] is None), found[0])


def verdict(row: Mapping[str, Any], check: str = "comments_answered") -> tuple[str, str | None]:
    """The outcome of a check with its cause."""
    found = finding(row, check)
    return found["outcome"], found["cause"]


def value(row: Mapping[str, Any], name: str, check: str = "comments_answered") -> Any:
    """A value of a check by its name in DESIGN.md section 9."""
    return finding(row, check)["values"][VALUES.get(name, name)]
