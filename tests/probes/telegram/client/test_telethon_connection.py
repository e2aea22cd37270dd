"""The connection to Telegram: through its proxy alone, absent at once where nobody is, and all that Telethon raises."""

import asyncio
import re
import socket
import struct

import pytest
import telethon
from telethon import errors

from auditor.base.snapshot import Cause
from auditor.probes.telegram.client.client_account import ClientAccount, DataCentre
from auditor.probes.telegram.client.client_transport import RESOLVE
from auditor.probes.telegram.client.rpc_errors import UNREADABLE, ConnectionLost, RpcRefused
from auditor.probes.telegram.client.telethon_connection import PRIVATE_ATTRIBUTES, _open_client, _translate_error
from tests.probes.signed_in import CONTROL, Phone, methods, target
from tests.proxies import relay


def test_telethon_still_has_the_private_members_that_are_used() -> None:
    """Telethon promises none of them."""
    client = _open_client(ClientAccount(1, "x", DataCentre(2, "127.0.0.1", 1)))
    assert [name for name in PRIVATE_ATTRIBUTES if not hasattr(client, name)] == [], (
        f"telethon {telethon.__version__} lacks them"
    )


@pytest.mark.parametrize("kind", ["socks5", "http"])
def test_the_route_goes_through_its_proxy(phone: Phone, kind: str) -> None:
    """And through nothing else: the proxy is asked for the data centre once."""
    with relay(kind) as (port, ports):
        phone.settings = {"AUDITOR_TELEGRAM_PROXY": f"{kind}://127.0.0.1:{port}"}
        assert phone.look(CONTROL).exists is True
    assert ports == [int(phone.sandbox.telegram_dc.rsplit(":", 1)[1])]


@pytest.mark.parametrize("way", ["DC=2@", "PROXY=socks5://", "PROXY=http://", f"PROXY=mtproxy://{'00112233' * 4}@"])
def test_where_nobody_listens_the_route_is_told_absent_at_once(phone: Phone, way: str) -> None:
    """Asked once for the whole run; no missing channel, and no way around a proxy."""
    name, _, text = way.partition("=")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        phone.settings = {f"AUDITOR_TELEGRAM_{name}": f"{text}127.0.0.1:{free.getsockname()[1]}"}
    run = phone.run([target(CONTROL), target("kto_to_eshche")])
    assert {(snapshot.exists, snapshot.cause) for snapshot in run.snapshots.values()} == {(None, Cause.UNREACHABLE)}
    assert run.requests.total() == 1
    assert b'"absent":"refused"' in run.tapes[target(CONTROL).address.url][-1].body
    assert phone.sandbox.requests == []


def test_a_host_that_has_no_address_is_told_so(phone: Phone) -> None:
    """By name, or for want of a network to look names up in."""
    phone.settings = {"AUDITOR_TELEGRAM_DC": "2@nowhere.invalid:443"}
    run = phone.run([target(CONTROL)])
    assert re.search(rb'"absent":"(name|network)"', run.tapes[target(CONTROL).address.url][-1].body)


def test_connecting_costs_one_request(phone: Phone) -> None:
    """Nothing is asked about updates or oneself."""
    phone.run([target(CONTROL, full=False)])
    assert methods(phone.sandbox) == {"help.getConfig": 1, RESOLVE: 1, "messages.getHistory": 1}


def test_what_telethon_raises_becomes_a_word() -> None:
    """Telegram's own, and nothing of what the exception quotes."""
    for raised, kind, word in [
        (errors.ChannelPrivateError(None), RpcRefused, "CHANNEL_PRIVATE"),
        (errors.FloodWaitError(None, capture=9), RpcRefused, "FLOOD_WAIT"),
        (errors.RPCError(None, "SOMETHING_NEW", 400), RpcRefused, "SOMETHING_NEW"),
        (errors.RPCError(None, "Иван сказал", 400), RpcRefused, "RPC"),
        (errors.AuthKeyNotFound(), RpcRefused, "AUTH_KEY_NOT_FOUND"),
        (errors.TypeNotFoundError(1, "Иван".encode()), RpcRefused, UNREADABLE),
        (ConnectionError("Иван"), ConnectionLost, ""),
        (asyncio.IncompleteReadError("Иван".encode(), 9), ConnectionLost, ""),
        (struct.error("Иван"), RpcRefused, UNREADABLE),
    ]:
        error = _translate_error(raised, "")
        assert type(error) is kind
        assert str(error) == word
