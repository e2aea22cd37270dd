"""One world by the preview and by a signed-in client: the same findings, except where the client knows more."""

import gzip
import sqlite3
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor.audit.document import Audit
from auditor.base.text import write_time
from auditor.sandbox import World
from auditor.sandbox.world.model import PostKind
from tests.both_routes import both
from tests.pipeline import few
from tests.truth import differences, readable, truth_of

KNOWS_MORE = {
    "rayon-15": "the preview's socket is cut, the client is answered",
    "rayon-16": "a provider's block page stands before the preview",
    "rayon-17": "viewing without signing in is off",
    "rayon-20": "message 1 was deleted, the creation date is still told to who is no member",
    "duma-2": "the preview is refused",
    "duma-3": "the preview is throttled",
    "duma-4": "the preview's page has an unknown layout",
    "agency": "the preview leads to a foreign host",
}
"""Where the client rightly tells what the preview cannot."""


@dataclass(frozen=True)
class Done:
    """A run by both routes, and where its files are."""

    audit: Audit
    asked: Counter[str]
    folder: Path
    secrets: list[str]


@pytest.fixture(scope="module")
def done(world: World, tmp_path_factory: pytest.TempPathFactory) -> Done:
    """Made once, and only read."""
    folder, secrets = tmp_path_factory.mktemp("both"), list[str]()
    return Done(*both(world, folder, keep=secrets), folder, secrets)


def wrong(audit: Audit, world: World) -> list[str]:
    """Say at which offices the two differ that the list does not name, and where the client is not borne out."""
    differing = {line.split()[0] for line in differences(audit, truth_of(world))}
    bad = sorted(differing ^ set(KNOWS_MORE))
    for office in (office for office in audit.offices if office.id in KNOWS_MORE):
        for account in office.accounts:
            known = account.network == "telegram" and account.facts.exists is not None and account.kind == "personal"
            if known and not _is_right(office, account, world):
                bad.append(account.url)
    return bad


def _is_right(office: Any, account: Any, world: World) -> bool:
    """Hold when a channel was made and how many own posts the week has against what the world placed."""
    placed = world.account("telegram", account.url.rsplit("/", 1)[1])
    assert placed is not None
    start = world.ends - timedelta(weeks=1)
    own = [p for p in placed.posts if start <= p.at < world.ends and p.kind is PostKind.OWN and not p.lost]
    found = office.finding("posts_per_week", account.url)
    return (write_time(account.facts.opened_at), found.values["posts"]) == (write_time(placed.opened), len(own))


def test_both_routes_come_to_the_same_findings_except_where_the_client_knows_more(world: World, done: Done) -> None:
    """Each difference is at an office that the list names, and is right by the world's own record."""
    assert wrong(done.audit, world) == []
    assert done.asked["messages.getReplies"] == 1, "comments come in bulk: only the control's thread is asked for"


@pytest.mark.thorough
def test_another_world_comes_out_as_well(tmp_path: Path) -> None:
    """Of another seed."""
    world = World.build(seed=7)
    assert wrong(both(world, tmp_path)[0], world) == []


FAULTS = ("down", "control", "flood_long", "channel_private")


@pytest.mark.parametrize(
    "fault",
    [
        "mtproto_down",
        *(pytest.param(f"mtproto_{fault}", marks=pytest.mark.thorough) for fault in FAULTS[1:]),
        pytest.param("telegram_control", marks=pytest.mark.thorough),
    ],
)
def test_one_route_in_trouble_takes_nothing_from_the_other(world: World, fault: str, tmp_path: Path) -> None:
    """Whatever befalls one of them, the other still comes to the truth, and nothing is lost."""
    some = few(world)
    assert differences(both(some, tmp_path, fault)[0], truth_of(some)) == []


def test_secrets_and_citizens_are_nowhere_but_in_the_session_file(world: World, done: Done) -> None:
    """Data folder, database, report and document, searched value by value."""
    session = next((done.folder / "client").glob("*.session"))
    key = sqlite3.connect(session).execute("SELECT auth_key FROM sessions").fetchone()[0]
    files = [path for path in done.folder.rglob("*") if path.is_file() and path != session]
    records = [gzip.decompress(path.read_bytes()) for path in files if path.name.endswith(".warc.gz")]
    assert sum(record.count(b"WARC-Type: ") for record in records) > 200
    texts = [done.audit.to_json().encode(), *(path.read_bytes() for path in files), *records]
    database = sqlite3.connect(done.folder / "data" / "archive.sqlite")
    for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        texts += [readable(v).encode() for row in database.execute(f"SELECT * FROM {table}") for v in row]
    database.close()
    whole = b"\n".join(texts)
    secrets = [key, key.hex().encode(), *(word.encode() for word in (*done.secrets, *world.citizens) if word)]
    assert [secret for secret in secrets if secret in whole] == []
