"""The command line over the sandbox's servers, whose answers a test may bend.

Nothing of the program is called but its command line, and nothing is read but the audit document.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
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

HOSTS = ("https://t.me", "https://vk.com")
_CONTROL_NUMBERS = {"vk": 30_000_001, "telegram": 1_400_000_001}
AFTER = at(8, 12)
"""The Tuesday noon after the week: when it is looked at unless a test says otherwise."""


# The registry ----------------------------------------------------------------------------------------------------


def confirmed(page: Account, **more: Any) -> dict[str, Any]:
    """Return a page as the registry has a holder's own, confirmed one."""
    proof = {"on": "2026-09-01", "how": "письмо пресс-службы", "sources": ["https://example.invalid/proof"]}
    return {"url": page.url, "kind": "personal", "confirmed": proof, **more}


def tenure(*accounts: Mapping[str, Any], name: str = HOLDER, **more: Any) -> dict[str, Any]:
    """Return a person in office since 2019."""
    sources = ["https://example.invalid/appointment"]
    known = {"since": "2019-09", "known_as_of": "2026-10", "sources": sources}
    return {"name": name, **known, "accounts": list(accounts), **more}


def office(*tenures: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Return a municipal head's office."""
    about = {"id": "rayon-1", "municipality": "Первый район", "title": "глава района", "group": "municipal_head"}
    return {**about, "tenures": list(tenures), **more}


_DIRECTIVE = {
    "title": "Вымышленное поручение открыть личные страницы",
    "issuer": "Губернатор вымышленной области",
    "issued": "2022-05-25",
    "deadline": "2022-06-01T00:00",
    "binds": "municipal_head",
    "source": "https://example.invalid/directive",
}


def registry(*offices: Mapping[str, Any]) -> dict[str, Any]:
    """Return a registry of these offices, with controls on both networks."""
    pages = [(f"{host}/sandbox_{name}", name == "control") for host in HOSTS for name in ("control", "nobody_here")]
    controls = [{"url": url, "exists": exists} for url, exists in pages]
    return {"timezone": "Asia/Tomsk", "directive": _DIRECTIVE, "controls": controls, "offices": list(offices)}


# The command line ------------------------------------------------------------------------------------------------


def answered(document: Mapping[str, Any]) -> tuple[tuple[str, str | None], dict[str, Any]]:
    """Outcome and cause of what a document says of its first office's answers, and the values."""
    findings = document["offices"][0]["findings"]
    (told,) = [one for one in findings if (one["check"], one["account"]) == ("comments_answered", None)]
    return (told["outcome"], told["cause"]), told["values"]


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
        self.sandbox.__enter__()
        self.environ = self.sandbox.settings(self.folder if self._client else None)
        return self

    def __exit__(self, *_: object) -> None:
        self.sandbox.__exit__(None, None, None)

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

    def weekly(self, moment: datetime = AFTER, *, week: str = WEEK) -> dict[str, Any]:
        """Look at everybody, judge and publish the week, and return its document."""
        self.run("weekly", "--week", week, "--out", str(self.folder / "out"), "-q", moment=moment)
        return self.published(week)

    def published(self, week: str = WEEK) -> dict[str, Any]:
        """Return a week's document as it was published last."""
        document: dict[str, Any] = json.loads((self.folder / "out" / week / "audit.json").read_text(encoding="utf-8"))
        return document


def _control(network: str) -> Account:
    """Return a page that every run must find, with a thread."""
    kind, number = ("user" if network == "vk" else "channel"), _CONTROL_NUMBERS[network]
    page = Account(network, "sandbox_control", kind, number, "Контрольная страница", OPENED, subscribers=1)
    page.group_name, page.group_number = "sandbox_control_chat", 4_000_000_001
    talk = Comment(at(-90, 13), page.identity, "Вымышленный комментарий")
    page.posts.append(Post(at(-90), "Запись контрольной страницы.", comments=[talk]))
    return page
