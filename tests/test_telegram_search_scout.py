"""The signed-in scout on the sandbox's MTProto, and the three scouts of Telegram and the web on one hidden world."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditor.base.address import Address
from auditor.base.snapshot import Cause, EvidenceKind, Network, Precision
from auditor.probes.base import Login
from auditor.probes.driver import Limits
from auditor.probes.plugins import Opened
from auditor.probes.telegram.client.session import Session, account_of, read_session, session_file
from auditor.probes.telegram.client.way import ClientWay
from auditor.probes.telegram.web.way import WebWay
from auditor.probes.web import Web
from auditor.registry.models import Control
from auditor.sandbox import Sandbox
from auditor.sandbox.world.model import Account
from auditor.search.pages import Page, PageKind
from auditor.search.scouts.base import CallResult, Scout, Task
from auditor.search.scouts.telegram_client import TelegramClientScout
from auditor.search.scouts.telegram_preview import TelegramPreviewScout
from auditor.search.scouts.website import SiteWay, WebsiteScout
from tests import worlds
from tests.probes.signed_in import CONTROL, FakeTime, Phone, address, methods
from tests.worlds import HiddenWorld

LONG_AGO = datetime(2015, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> HiddenWorld:
    return worlds.hidden()


class Client:
    """An account signed in at a sandbox, and how long its scout has slept."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox, self.time = sandbox, FakeTime()
        self.wiring = Phone(sandbox, folder).wiring()

    @property
    def slept(self) -> list[float]:
        return self.time.slept


@pytest.fixture
def client(world: HiddenWorld, tmp_path: Path) -> Iterator[Client]:
    with Sandbox(world) as sandbox:
        yield Client(sandbox, tmp_path)


@pytest.fixture
def scout(client: Client) -> Iterator[TelegramClientScout]:
    made = scout_of(client)
    yield made
    made.close()


def scout_of(client: Client, login: Login | None = None, *, signed_in: bool = True) -> TelegramClientScout:
    session = read_session(session_file(client.wiring.settings, client.wiring.data))
    account = account_of(client.wiring.settings, session or Session())
    way = ClientWay(account if signed_in else None, login, lambda: client.sandbox.now)
    opened = Opened(way, way.limits, way.login)
    return TelegramClientScout(opened, lambda: client.sandbox.now, client.time.timer)


def preview_of(client: Client, *own: Address) -> TelegramPreviewScout:
    way = WebWay(Web(lambda: client.sandbox.now), client.sandbox.telegram_url)
    made = TelegramPreviewScout(Opened(way, Limits(interval=0)), lambda: client.sandbox.now, own)
    made.control(Control(url=address(CONTROL), exists=True))
    return made


def everybody(page: Page) -> bool:
    return True


def nobody(page: Page) -> bool:
    return False


def on_telegram(world: HiddenWorld, way: str) -> list[Account]:
    """Return the right pages on Telegram that are found in one way."""
    right = {url for url, ways in world.ways.items() if way in ways}
    return [a for a in world.accounts if a.network == "telegram" and a.url in right]


def written(got: CallResult) -> str:
    return "\n".join(a.body.decode() + a.evidence.url for a in got.answers)


# Search


def test_it_is_a_scout(client: Client, scout: TelegramClientScout):
    """It searches, has no door for names and pages, and asks nothing before it is asked."""
    whole: Scout = scout
    assert (whole.name, whole.network) == ("telegram_client", Network.TELEGRAM)
    assert [(d.task, d.open, d.cause) for d in whole.doors()] == [(Task.SEARCH, True, None)]
    assert whole.try_names(["imyarek"], everybody) == CallResult(cause=Cause.WRONG_KIND)
    assert whole.requests == 0
    assert not client.sandbox.requests


def test_a_search_finds_whose_title_has_the_words(world: HiddenWorld, client: Client, scout: TelegramClientScout):
    """Each right page that a search can find is among the results, with what Telegram says of it, at one request."""
    searchable = on_telegram(world, "search")
    assert searchable
    for account in searchable:
        got = scout.search(account.title, everybody)
        page = next(p for p in got.pages if p.address.name == account.address)
        assert (page.exists, page.kind, page.id, page.title) == (True, account.kind, account.number, account.title)
        assert page.verified == account.verified
        if page.kind is PageKind.CHANNEL:
            assert (page.opened_at, page.opened_precision) == (account.opened, Precision.EXACT)
    assert methods(client.sandbox)["contacts.search"] == len(searchable)
    assert methods(client.sandbox)["contacts.resolveUsername"] == 0


def test_of_those_found_only_who_is_worth_it_is_kept(world: HiddenWorld, scout: TelegramClientScout):
    """By address, number, kind and flags, without a name; the others are a number, and no hash is kept of anybody."""
    account = on_telegram(world, "search")[0]
    kept = scout.search(account.title, lambda page: page.address.name == account.address)
    (answer,) = kept.answers
    row = json.loads(answer.body)
    assert [p["address"] for p in row["pages"]] == [account.url]
    assert row["others"] == len(kept.pages) - 1
    assert account.title not in answer.body.decode()
    assert answer.evidence.kind is EvidenceKind.LEAD
    assert [bool(p.evidence) for p in kept.pages] == [p.address.name == account.address for p in kept.pages]
    none = scout.search(account.title, nobody)
    row = json.loads(none.answers[0].body)
    assert (row["pages"], row["others"]) == ([], len(none.pages))
    assert scout.login is not None
    assert scout.login.peers == ()


def test_nothing_is_found_by_words_that_nobody_has(client: Client, scout: TelegramClientScout):
    """An empty result has no cause; without words nothing is asked."""
    got = scout.search("Такихсловнетнигде", everybody)
    assert (got.pages, got.cause) == ((), None)
    assert scout.search("  ", everybody) == CallResult()
    assert methods(client.sandbox)["contacts.search"] == 1


def test_a_long_wait_closes_the_search_alone(client: Client, scout: TelegramClientScout):
    """The door says so, the next search sends nothing, and the next run remembers."""
    client.sandbox.faults.on("mtproto_flood_long:contacts.search")
    got = scout.search("Имярек", everybody)
    assert (got.pages, got.cause) == ((), Cause.THROTTLED)
    asked = methods(client.sandbox)["contacts.search"]
    assert scout.search("Имярек", everybody) == CallResult(cause=Cause.THROTTLED)
    assert methods(client.sandbox)["contacts.search"] == asked
    assert {d.task: d.open for d in scout.doors()} == {Task.SEARCH: False}
    later = scout_of(client, scout.login)
    assert {d.task: d.cause for d in later.doors()}[Task.SEARCH] is Cause.THROTTLED
    later.close()


def test_a_short_wait_is_waited_for(client: Client, scout: TelegramClientScout):
    """Once."""
    client.sandbox.faults.on("mtproto_flood_short:contacts.search")
    assert scout.search("Имярек", everybody).cause is None
    assert any(seconds >= 1 for seconds in client.slept)


@pytest.mark.parametrize("fault", ["mtproto_auth_key_unregistered", "mtproto_user_banned", "mtproto_key_forgotten"])
def test_a_session_that_is_signed_out_closes_every_door(client: Client, scout: TelegramClientScout, fault: str):
    """With the settings that would open them."""
    client.sandbox.faults.on(fault)
    assert scout.search("Имярек", everybody).cause is Cause.NO_CREDENTIALS
    doors = scout.doors()
    assert {d.cause for d in doors} == {Cause.NO_CREDENTIALS}
    assert all("AUDITOR_TELEGRAM_SESSION" in d.key for d in doors)


def test_without_a_session_nothing_is_asked(client: Client):
    """Every door is closed, and says what opens it."""
    scout = scout_of(client, signed_in=False)
    assert [(d.open, d.cause) for d in scout.doors()] == [(False, Cause.NO_CREDENTIALS)]
    assert scout.search("Имярек", everybody) == CallResult(cause=Cause.NO_CREDENTIALS)
    assert (scout.requests, scout.login) == (0, None)
    scout.close()


def test_a_connection_that_breaks_is_unreachable(client: Client, scout: TelegramClientScout):
    """And three in a row close the route."""
    client.sandbox.faults.on("mtproto_down")
    for _ in range(3):
        assert scout.search("Имярек", everybody).cause is Cause.UNREACHABLE
    asked = scout.requests
    assert scout.search("Имярек", everybody) == CallResult(cause=Cause.UNREACHABLE)
    assert scout.requests == asked


def test_a_bots_session_may_not_search(client: Client, scout: TelegramClientScout, monkeypatch: pytest.MonkeyPatch):
    """Telegram says so once; then the door is closed."""
    from auditor.sandbox.mtproto.peers import Failure, Peers

    def refused(peers: Peers, words: str) -> None:
        raise Failure("BOT_METHOD_INVALID")

    monkeypatch.setattr(Peers, "search", refused)
    assert scout.search("Имярек", everybody).cause is Cause.REFUSED
    assert {d.task: (d.open, d.cause) for d in scout.doors()}[Task.SEARCH] == (False, Cause.REFUSED)
    asked = scout.requests
    assert scout.search("Имярек", everybody) == CallResult(cause=Cause.REFUSED)
    assert scout.requests == asked


# The hidden world over t.me and the web


def test_every_right_name_is_found_on_the_web(world: HiddenWorld, client: Client):
    """The right pages on Telegram exist under their names; names that nobody has are absent, and all are tried."""
    preview = preview_of(client)
    right = [a.address for a in world.accounts if a.network == "telegram" and a.url in world.ways]
    got = preview.try_names([name for one in right for name in (one, f"{one[:20]}_nobody")], everybody)
    assert (got.tried, got.cause) == (2 * len(right), None)
    assert [p.address.name for p in got.pages if p.exists] == right
    preview.close()


def test_nothing_of_strangers_reaches_what_is_kept(world: HiddenWorld, client: Client):
    """Every page of the world is tried, and read, as a stranger's: neither name nor word is in any answer."""
    preview, signed = preview_of(client), scout_of(client)
    names = [a.address for a in world.accounts if a.network == "telegram" and a.kind in {"channel", "user", "group"}]
    results = [preview.try_names(names, nobody)]
    results += [preview.read(address(n), LONG_AGO, nobody) for n in names[:20]]
    results += [signed.search(a.title.split()[0], nobody) for a in world.accounts[:20]]
    text = "\n".join(map(written, results)).replace(CONTROL, "")
    searched = {a.title.split()[0].casefold() for a in world.accounts[:20]}
    for account in world.accounts:
        assert account.address not in text or account.address in searched
        assert account.title not in text
        assert not account.description or account.description not in text
    assert not [w for w in world.strangers if w in text and w.casefold() not in searched]
    preview.close()
    signed.close()


def test_official_sites_name_the_pages_of_their_world(world: HiddenWorld, client: Client):
    """Each site's links, in whichever letters it is written, are accounts of the world, with readable words around."""
    sites = Opened(SiteWay(Web(lambda: client.sandbox.now)), Limits(interval=0))
    scout = WebsiteScout(sites, lambda: client.sandbox.now, allow_local=True)
    known = {a.url for a in world.accounts}
    found: set[str] = set()
    for office in world.sites:
        got = scout.read(client.sandbox.website_url(office), LONG_AGO, everybody)
        assert got.cause is None
        links = {str(a) for p in got.passages for a in p.links}
        assert links <= known
        assert all("\N{REPLACEMENT CHARACTER}" not in p.text for p in got.passages)
        assert "000-00" not in written(got)
        assert "priemnaya" not in written(got)
        found |= links
    only_linked = {url for url, ways in world.ways.items() if "link" in ways}
    assert found & only_linked
    scout.close()
