"""The command line over the sandbox's servers, whose answers a test may bend.

Nothing of the program is called but its command line, and nothing is read but the audit document.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from auditor.base.i18n import Catalogue
from auditor.base.settings import load_settings
from auditor.registry import load_registry
from auditor.run.session import Session
from auditor.sandbox import World
from auditor.sandbox.world.model import Account, Accounts, Comment, Post
from auditor.sandbox.world.world import ENDS
from tests.command import Done, inline
from tests.wire.bent import Bend, BentSandbox
from tests.wire.pages import HOLDER, OPENED, WEEK, at, number_all

_CONTROL_NUMBERS = {"vk": 30_000_001, "telegram": 1_400_000_001}
AFTER = at(8, 12)
"""The Tuesday noon after the week: when it is looked at unless a test says otherwise."""


# The registry ----------------------------------------------------------------------------------------------------


def confirmed(page: Account, **more: Any) -> dict[str, Any]:
    """Return a page as the registry has a holder's own, confirmed one."""
    proof = {"on": "2026-09-01", "how": "письмо пресс-службы", "sources": ["https://example.invalid/proof"]}
    return {"url": page.url, "kind": "personal", "confirmed": proof, **more}


def institution(page: Account) -> dict[str, Any]:
    """Return a page as the registry has an office's own."""
    return {"url": page.url, "kind": "institution"}


def tenure(*accounts: Mapping[str, Any], name: str = HOLDER, **more: Any) -> dict[str, Any]:
    """Return a person in office since 2019."""
    sources = ["https://example.invalid/appointment"]
    known = {"since": "2019-09", "known_as_of": "2026-10", "sources": sources}
    return {"name": name, **known, "accounts": list(accounts), **more}


def office(*tenures: Mapping[str, Any], number: int = 1, **more: Any) -> dict[str, Any]:
    """Return an office: the first is a municipal head's."""
    name = ("Первый", "Второй", "Третий")[number - 1]
    return {
        "id": f"rayon-{number}", "municipality": f"{name} район", "title": "глава района", "group": "municipal_head",
        "tenures": list(tenures), **more,
    }  # fmt: skip


_DIRECTIVE = {
    "title": "Вымышленное поручение открыть личные страницы",
    "issuer": "Губернатор вымышленной области",
    "issued": "2022-05-25",
    "deadline": "2022-06-01T00:00",
    "binds": "municipal_head",
    "source": "https://example.invalid/directive",
}


def registry(*offices: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Return a registry of these offices, with controls on both networks."""
    hosts = ("https://t.me", "https://vk.com")
    controls = [
        {"url": f"{host}/sandbox_{name}", "exists": name == "control"}
        for host in hosts
        for name in ("control", "nobody_here")
    ]
    return {
        "timezone": "Asia/Tomsk", "directive": _DIRECTIVE, "controls": controls, "offices": list(offices), **more,
    }  # fmt: skip


# The command line ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """A finding of the audit document."""

    outcome: str
    cause: str | None
    values: Mapping[str, Any]

    @property
    def judged(self) -> tuple[str, str | None]:
        """The outcome with its cause."""
        return self.outcome, self.cause

    def value(self, name: str) -> Any:
        """Return a value."""
        return self.values[name]


@dataclass(frozen=True)
class Audit:
    """One audit document, of which a test reads one office's."""

    document: Mapping[str, Any]

    def finding(self, check: str, office: str = "rayon-1") -> Finding:
        """Return the finding about an office as a whole."""
        (told,) = [one for one in self._findings(office) if one["check"] == check and one["account"] is None]
        return Finding(told["outcome"], told["cause"], told["values"])

    def of_page(self, check: str, page: Account, office: str = "rayon-1") -> Finding:
        """Return the finding about one page."""
        (told,) = [one for one in self._findings(office) if one["check"] == check and one["account"] == page.url]
        return Finding(told["outcome"], told["cause"], told["values"])

    def answered(self, office: str = "rayon-1") -> Finding:
        """Return the finding about questions and answers."""
        return self.finding("comments_answered", office)

    def _findings(self, office: str) -> list[Mapping[str, Any]]:
        return next(one for one in self.document["offices"] if one["id"] == office)["findings"]


class Scene:
    """Pages on the sandbox's networks and a registry, looked at by the command line as often as a test likes."""

    def __init__(
        self, folder: Path, pages: Iterable[Account], book: Mapping[str, Any], *bends: Bend, client: bool = False
    ) -> None:
        """Show `pages`; `bends` change what networks answer; with `client` a signed-in client looks as well."""
        self.folder, self.pages, self.book = folder, [*pages, *map(_control, _CONTROL_NUMBERS)], book
        number_all(self.pages)
        self.sandbox = BentSandbox(World(1, ENDS, [], Accounts(self.pages), [], frozenset()), *bends)
        self._client = client

    def __enter__(self) -> Self:
        """Serve."""
        self.sandbox.__enter__()
        self.environ = self.sandbox.settings(self.folder if self._client else None)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.sandbox.__exit__(kind, error, trace)

    def run(self, *command: str, moment: datetime = AFTER) -> Done:
        """Run a command, as of a moment."""
        book = self._written()
        self.sandbox.now = moment
        where = ("--registry", book, "--data", self.folder / "data", "--as-of", moment.isoformat())
        done = inline(*command, *where, env=self.environ)
        assert done.code in {0, 1, 3}, done.err
        return done

    def session(self, moment: datetime | None = AFTER) -> Session:
        """Return what a run works with, for a test that passes in its own clock."""
        book = load_registry(self._written())
        settings, words = load_settings(self.environ, self.folder), Catalogue("ru", book.zone)
        place = self.folder / "officials.yaml"
        return Session(settings, book, place, self.folder / "data", self.folder / "out", words, moment)

    def _written(self) -> Path:
        number_all(self.pages)
        book = self.folder / "officials.yaml"
        book.write_text(json.dumps(self.book, ensure_ascii=False, indent=1), encoding="utf-8")
        return book

    def weekly(self, moment: datetime = AFTER, *, week: str = WEEK) -> Audit:
        """Look at everybody, judge and publish the week, and return its document."""
        self.run("weekly", "--week", week, "--out", str(self.folder / "out"), "-q", moment=moment)
        return self.published(week)

    def published(self, week: str = WEEK) -> Audit:
        """Return a week's document as it was published last."""
        return Audit(json.loads((self.folder / "out" / week / "audit.json").read_text(encoding="utf-8")))


def _control(network: str) -> Account:
    """Return a page that every run must find, with a thread."""
    kind, number = ("user" if network == "vk" else "channel"), _CONTROL_NUMBERS[network]
    page = Account(network, "sandbox_control", kind, number, "Контрольная страница", OPENED, subscribers=1)
    page.group_name, page.group_number = "sandbox_control_chat", 4_000_000_001
    talk = Comment(at(-90, 13), page.identity, "Вымышленный комментарий")
    page.posts.append(Post(at(-90), "Запись контрольной страницы.", comments=[talk]))
    return page
