"""The account that looks: what the settings and a session file say of it."""

import base64
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from auditor.base.errors import SettingsError
from auditor.base.settings import load_settings
from auditor.probes.telegram.client.client_account import (
    ClientAccount,
    DataCentre,
    Proxy,
    load_account,
    parse_dc,
    parse_proxy,
    read_session,
    session_path,
)

SECRET = "00112233445566778899aabbccddeeff"


def test_a_data_centre_is_read() -> None:
    """Number, host and port; none at all is the session's own. What is none is refused with an example."""
    assert parse_dc("4@[::1]:8443") == DataCentre(4, "::1", 8443)
    texts = ("2@127.0.0.1:1", "2@[::1]:1", "2@149.154.167.51:443")
    assert [dc.is_local for text in texts if (dc := parse_dc(text))] == [True, True, False]
    assert (parse_dc(None), parse_dc("")) == (None, None)
    for text in ("127.0.0.1:443", "2@127.0.0.1", "2@h:0", "2@h:70000", "0@h:1", "2@h h:1", "x@h:1"):
        with pytest.raises(SettingsError, match=r"2@127\.0\.0\.1:443"):
            parse_dc(text)


def test_proxies_are_read() -> None:
    """Their kinds, with and without a name and a password."""
    assert parse_proxy("socks5://user:p%40ss@host:1080") == Proxy(("socks5", "host", 1080, True, "user", "p@ss"))
    assert parse_proxy("http://host:3128") == Proxy(("http", "host", 3128, True, None, None))
    for secret in (SECRET, SECRET.upper(), base64.urlsafe_b64encode(bytes.fromhex(SECRET)).decode().rstrip("=")):
        assert parse_proxy(f"mtproxy://{secret}@host:443") == Proxy(("host", 443, SECRET), is_mtproxy=True)
    assert parse_proxy(f"mtproxy://dd{SECRET}@host:443") == Proxy(("host", 443, f"dd{SECRET}"), is_mtproxy=True)
    assert parse_proxy(None) is None


def test_what_is_no_proxy_is_refused_without_its_secret() -> None:
    """In one line that names the setting."""
    for text in [
        *("ftp://tainoe@host:1", "socks5://tainoe@host", "socks5://tainoe@host:99999", "http://tainoe@:80"),
        *("mtproxy://tainoe@host:443", "mtproxy://host:443", "socks5://tainoe@[host:1"),
        *(f"mtproxy://ee{SECRET}7461696e6f65@host:443", f"mtproxy://{SECRET}00@host:443"),
    ]:
        with pytest.raises(SettingsError, match="telegram_proxy") as caught:
            parse_proxy(text)
        assert not [word for word in ("\n", "tainoe", SECRET) if word in str(caught.value)]


def test_secrets_do_not_show() -> None:
    """In no traceback or log: a proxy's, the program's, the key's."""
    proxy = parse_proxy(f"mtproxy://{SECRET}@host:443")
    text = repr([proxy, ClientAccount(1, "tainoe", DataCentre(key=bytes(range(256))), proxy=proxy)])
    assert not [word for word in (SECRET, "tainoe", "x01") if word in text]


@pytest.mark.parametrize("more", ["", ", takeout_id integer, tmp_auth_key blob"])
def test_sessions_of_older_telethons_are_read(tmp_path: Path, more: str) -> None:
    """Their tables have fewer columns; noise, an empty file and none are no session."""
    path = tmp_path / "old.session"
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"CREATE TABLE sessions (dc_id integer, server_address text, port integer, auth_key blob{more})")
        key = (bytes(range(256)),)
        db.execute("INSERT INTO sessions (dc_id, server_address, port, auth_key) VALUES (2, '127.0.0.1', 443, ?)", key)
        db.commit()
    session = read_session(path)
    assert (session, len(session.fingerprint)) == (DataCentre(2, "127.0.0.1", 443, bytes(range(256))), 16)
    path.write_bytes(b"SQLite format 3\x00" + bytes(100))
    assert read_session(path) is None
    path.write_bytes(b"")
    assert (read_session(path), read_session(tmp_path / "none")) == (None, None)


def test_a_setting_that_cannot_be_read_is_named_in_one_line() -> None:
    """With the numbers of the program or without; without them there is no account."""
    for name, text in [("PROXY", "ftp://x"), ("DC", "elsewhere"), ("PUBLIC_KEY", "/nowhere/key.pem")]:
        for environ in ({}, {"AUDITOR_TELEGRAM_API_ID": "1", "AUDITOR_TELEGRAM_API_HASH": "x"}):
            settings = load_settings({**environ, f"AUDITOR_TELEGRAM_{name}": text}, Path())
            with pytest.raises(SettingsError, match=f"telegram_{name.lower()}") as caught:
                load_account(settings, DataCentre())
            assert "\n" not in str(caught.value)
            assert (load_account(load_settings(environ, Path()), DataCentre()) is None) is not environ


def test_an_account_that_has_moved_stays_where_it_is() -> None:
    """On the same test server, once it is signed in there."""
    signed_out, test = (DataCentre(2, "127.0.0.1", port) for port in (443, 1))
    moved = replace(signed_out, dc_id=4, key=bytes(256))
    assert [
        ClientAccount(1, "x", *sessions).data_centre
        for sessions in ((signed_out, None), (signed_out, test), (moved, test))
    ] == [
        signed_out,
        test,
        moved,
    ]
    for other in (replace(moved, dc_id=2), replace(moved, host="10.0.0.1"), replace(moved, key=b"")):
        assert ClientAccount(1, "x", other, test).data_centre == test


def test_where_the_session_is(tmp_path: Path) -> None:
    """In the archive's folder unless a place is named; Telethon adds the ending where no such file is."""
    (tmp_path / "bare").touch()
    places = {"": "data/telegram.session", "own.session": "own.session", "own": "own.session", "bare": "bare"}
    for setting, path in places.items():
        environ = {"AUDITOR_TELEGRAM_SESSION": str(tmp_path / setting)} if setting else {}
        assert session_path(load_settings(environ, tmp_path), tmp_path / "data") == tmp_path / path
