"""Whole commands over real sockets: what they say and leave on the disk has no citizen, no stranger and no secret."""

import json
import os
import re
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Self
from urllib.parse import quote

import pytest

from auditor.archive import Archive
from auditor.base.snapshot import Snapshot
from auditor.base.text import write_time
from auditor.sandbox import Sandbox, World
from auditor.sandbox.vk.api import VkError
from tests import worlds
from tests.bytesearch import everything, found, loose
from tests.forked import Forked, forked
from tests.typing_hand import type_unseen

TOKEN = "vk1.a.NOT-a-real_KEY.0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX2yZ3"
HASH = "feedc0de0badcafe0123456789abcdef"
PASSWORD = "Пароль: для прокси+50%/дня"
WORDS = [TOKEN, HASH, PASSWORD]


def run(*args: str, folder: Path, env: dict[str, str]) -> Forked:
    """A command of its own process, under a umask that hides nothing."""
    done = forked(*args, cwd=folder, env={"AUDITOR_DATA": "kept/data", "AUDITOR_OUT": "kept/reports"} | env)
    assert b"Traceback" not in done.err, done.err.decode()
    return done


def place(folder: Path, sandbox: Sandbox) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "officials.yaml").write_text(sandbox.registry_yaml(), encoding="utf-8")
    (folder / "client").mkdir(exist_ok=True)
    return folder


# Citizens and strangers -------------------------------------------------------------------------------------------

AVATARS = ["cdn5.telesco.pe/file/synthetic.jpg", "example.invalid/50.jpg"]


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory):
    """A folder after every command that looks, with both Telegram routes and VK's user key; what they said."""
    folder = tmp_path_factory.mktemp("lived-in")
    world = World.build()
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        place(folder, sandbox)
        env = sandbox.settings(client=folder / "client", user_token=True)
        when = ["--as-of", world.now.isoformat(), "-v"]
        said: dict[str, Forked] = {}
        modes: dict[str, list[str]] = {}
        for args in (
            ["weekly", *when],
            ["check", "rayon-01", *when],
            ["check", "rayon-01", "--json", *when],
            ["discover", "--all", "--names", "5", "--json", *when],
            ["doctor", *when],
            ["report", *when],
            ["evidence", "show"],
            ["evidence", "verify"],
            ["evidence", "export", "rayon-01", "--week", world.week, "--to", "kept/dispute.zip"],
            ["purge", "--dry-run", *when],
        ):
            said[" ".join(args[:2])] = run(*args, folder=folder, env=env)
            modes[" ".join(args[:2])] = loose(folder / "kept" / "data")
        secrets = [sandbox.vk_user_token, sandbox.telegram_api_hash, sandbox.telegram_phone, sandbox.telegram_phone[1:]]
    return world, folder, said, modes, secrets


def test_the_commands_did_their_work(lived_in) -> None:
    """A search of an empty folder would find nothing either."""
    world, folder, said, _, _ = lived_in
    assert {name: done.code for name, done in said.items() if done.code not in {0, 1, 3}} == {}
    lying = everything(folder / "kept")
    assert found(
        ["sandbox_control", world.offices[0].accounts[0].account.url if world.offices[0].accounts else ""], lying
    )
    assert len(lying) > 1_000_000


def test_no_citizen_is_on_the_disk_or_in_what_was_said(lived_in) -> None:
    """Names, user names, texts and pictures; files as they lie, gzip's members, zips, the database's pages."""
    world, folder, said, _, _ = lived_in
    lying = everything(folder / "kept")
    spoken = b"\0".join(part for done in said.values() for part in (done.out, done.err))
    assert found([*world.citizens, *AVATARS], lying) == []
    assert found([*world.citizens, *AVATARS], spoken) == []
    assert found(world.strangers, lying) == []


def looks_of(archive: Archive, world: World) -> list[Snapshot]:
    return [row.snapshot for rows in archive.looks.snapshots(world.now).values() for row in rows]


def test_what_is_published_tells_no_comment_from_another(lived_in) -> None:
    """No moment, number or address of one is in any byte of it, so no purge has to reach it: sums, hours and hashes."""
    world, folder, _, _, _ = lived_in
    with Archive.read(folder / "kept" / "data") as archive:
        posts = [post for look in looks_of(archive, world) for post in look.posts]
    moments = {write_time(comment.at) for post in posts for comment in post.comments}
    others = {write_time(post.at) for post in posts} | {write_time(world.now)}
    assert len(moments - others) > 100
    lying = everything(folder / "kept" / "reports")
    assert found(sorted(moments - others), lying) == []
    assert found(["comment_id", "comment=", "reply=", "before=", "thread="], _of_comments(lying)) == []
    audit = json.loads((folder / "kept" / "reports" / world.week / "audit.json").read_text(encoding="utf-8"))
    values = [finding["values"] for office in audit["offices"] for finding in office["findings"]]
    hours = [told["median_hours"] for told in values if told.get("median_hours") is not None]
    assert hours
    assert all(isinstance(told, int) for told in hours)


def test_authors_are_numbered_within_one_look(lived_in) -> None:
    """In each anew, as they are met: no number goes on from one page, or one look, to another."""
    world, folder, _, _, _ = lived_in
    with Archive.read(folder / "kept" / "data") as archive:
        looks = [[c.author for post in look.posts for c in post.comments] for look in looks_of(archive, world)]
    met = [[author for author in one if author is not None] for one in looks]
    assert sum(map(len, met)) > 200
    assert all(isinstance(author, int) for one in met for author in one)
    assert [one for one in met if one and not 1 <= min(one) <= max(one) <= 2 * len(one)] == []


def _of_comments(lying: bytes) -> bytes:
    """The addresses by which comments are asked for."""
    return b"\n".join(re.findall(rb"[^\s\"<>]*(?:getComments|discussion=|getReplies|group_of)[^\s\"<>]*", lying))


def test_no_secret_is_on_the_disk_or_in_what_was_said(lived_in) -> None:
    """The session's own file, which `logout` removes, is not in the folder that is searched."""
    _, folder, said, _, secrets = lived_in
    spoken = b"\0".join(part for done in said.values() for part in (done.out, done.err))
    lying = everything(folder / "kept")
    assert without_names(lying, secrets) != lying
    assert found(secrets, without_names(lying, secrets) + spoken) == []


def without_names(lying: bytes, keys: list[str]) -> bytes:
    """Without the names of VK's keys, under which their limits are kept: 64 bits of a digest.

    They tell a key from another, and lead to no key of eighty signs.
    """
    for key in keys:
        lying = lying.replace(f"vk-{sha256(key.encode()).hexdigest()[:16]}".encode(), b"")
    return lying


def test_the_data_folder_is_its_owners_alone_after_each_command(lived_in) -> None:
    """Whatever the umask: folders 0700, files 0600, those of SQLite and of the locks too."""
    _, _, _, modes, _ = lived_in
    assert {name: bad for name, bad in modes.items() if bad} == {}


def test_a_hidden_world_leaves_no_stranger(tmp_path: Path) -> None:
    """Heads looked for among namesakes, clones, fan pages and people."""
    world = worlds.hidden(heads=24)
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        place(tmp_path, sandbox)
        env = sandbox.settings(client=tmp_path / "client", user_token=True)
        done = run(
            "discover", "--all", "--names", "3", "-q", "--as-of", world.now.isoformat(), folder=tmp_path, env=env
        )
    assert done.code in {0, 3}, done.err.decode()
    assert found(world.strangers, everything(tmp_path / "kept")) == []
    assert loose(tmp_path / "kept" / "data") == []


# Secrets that are echoed ------------------------------------------------------------------------------------------


class Rude:
    """Answers whatever comes with what it was set to say: a proxy, or a server, that repeats secrets."""

    def __init__(self, answer: bytes) -> None:
        self.answer, self.asked = answer, 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def _serve(self) -> None:
        while True:
            try:
                link, _ = self._socket.accept()
            except OSError:
                return
            with link:
                link.settimeout(5)
                try:
                    link.recv(65536)
                    self.asked += 1
                    link.sendall(self.answer)
                except OSError:
                    continue

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


def http(status: str, body: str, **headers: str) -> bytes:
    data = body.encode()
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status}\r\n{head}Content-Length: {len(data)}\r\nConnection: close\r\n\r\n".encode() + data


@contextmanager
def blabbing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """VK repeats the whole call in its errors, key and all, as it does to calls by GET."""
    plain = VkError.body

    def body(self: VkError, params: dict[str, str]) -> dict:
        answer = plain(self, params)
        key = params.get("access_token", "")
        answer["error"]["request_params"].append({"key": "access_token", "value": key})
        answer["error"]["error_msg"] += f": access_token={key}, {quote(key, safe='')}"
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(VkError, "body", body)
        yield


def searched(folder: Path, done: list[Forked], words: list[str]) -> list[str | bytes]:
    spoken = b"\0".join(part for one in done for part in (one.out, one.err))
    return found(words, without_names(everything(folder / "kept"), words) + spoken)


def few() -> World:
    """Four heads of the world, two for each network: every route is asked all the same."""
    world = World.build()
    return replace(
        world, offices=[o for o in world.offices if o.id in {"rayon-01", "rayon-02", "rayon-04", "rayon-05"}]
    )


EACH = (["weekly", "-v"], ["check", "rayon-02", "-v"], ["doctor", "-v"], ["discover", "rayon-02", "--names", "3", "-v"])


@pytest.mark.parametrize("fault", ["vk_bad_token", "vk_flood", "vk_internal_once", ""])
def test_a_key_that_vk_repeats_goes_no_further(fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In its message, in the call that it quotes, percent-encoded."""
    world = few()
    with Sandbox(world) as sandbox, blabbing(monkeypatch):
        sandbox.now, sandbox.vk_token = world.now, TOKEN
        if fault:
            sandbox.faults.on(fault)
        place(tmp_path, sandbox)
        env = sandbox.settings()
        assert env["AUDITOR_VK_TOKEN"] == TOKEN
        done = [run(*args, "--as-of", world.now.isoformat(), folder=tmp_path, env=env) for args in EACH]
        assert any(request.network == "vk" for request in sandbox.requests)
    assert {one.code for one in done} <= {0, 1, 3}
    assert searched(tmp_path, done, [TOKEN, TOKEN[6:30]]) == []
    assert loose(tmp_path / "kept" / "data") == []


REFUSALS = {
    "by a proxy that repeats the password": (
        http(
            "407 Wrong password " + quote(PASSWORD),
            f"no entry with {PASSWORD}",
            Proxy_Authenticate=f'Basic realm="{quote(PASSWORD)}"',
        ),
        "proxy",
    ),
    "by a redirect with the key in it": (
        http("302 Found", f"<a href='/?k={TOKEN}'>", Location=f"/elsewhere?access_token={TOKEN}&h={HASH}"),
        "server",
    ),
    "by a page that prints what it was sent": (
        http("200 OK", f"<html><title>{TOKEN}</title>{HASH} {quote(PASSWORD)}</html>", Server=TOKEN, ETag=HASH),
        "server",
    ),
    "by an error page": (http("500 " + TOKEN, f"api_hash={HASH}"), "server"),
}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_what_a_server_or_a_proxy_repeats_goes_no_further(refusal: str, tmp_path: Path) -> None:
    """On every route, in every command that asks."""
    answer, kind = REFUSALS[refusal]
    world = few()
    with Sandbox(world) as sandbox, Rude(answer) as rude:
        sandbox.now = world.now
        place(tmp_path, sandbox)
        env = sandbox.settings(client=tmp_path / "client") | {
            "AUDITOR_VK_TOKEN": TOKEN,
            "AUDITOR_TELEGRAM_API_HASH": HASH,
        }
        proxy = f"http://auditor:{quote(PASSWORD, safe='')}@127.0.0.1:{rude.port}"
        routes = ("VK_PROXY", "TELEGRAM_WEB_PROXY", "TELEGRAM_PROXY", "WEBSITE_PROXY")
        env |= (
            {f"AUDITOR_{name}": proxy for name in routes}
            if kind == "proxy"
            else {
                "AUDITOR_VK_API_URL": f"http://127.0.0.1:{rude.port}",
                "AUDITOR_TELEGRAM_WEB_URL": f"http://127.0.0.1:{rude.port}",
                "AUDITOR_VK_PROXY": "",
                "AUDITOR_WEBSITE_PROXY": proxy,
            }
        )
        done = [run(*args, "--as-of", world.now.isoformat(), folder=tmp_path, env=env) for args in EACH]
        assert rude.asked > 5
    assert {one.code for one in done} <= {0, 1, 3}
    assert searched(tmp_path, done, WORDS) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AUDITOR_VK_PROXY", f"gopher://a:{quote(PASSWORD, safe='')}@h:1"),
        ("AUDITOR_VK_PROXY", f"http://a:{quote(PASSWORD, safe='')}@[h:1"),
        ("AUDITOR_TELEGRAM_PROXY", f"mtproxy://{HASH}ff@h:1"),
        ("AUDITOR_TELEGRAM_API_ID", HASH),
        ("AUDITOR_VK_API_URL", TOKEN),
        ("AUDITOR_VK_RPS", TOKEN),
        ("AUDITOR_TELEGRAM_DC", TOKEN),
        ("AUDITOR_VK_TOKEN_FILE", TOKEN),
        ("AUDITOR_LANG", TOKEN),
        ("AUDITOR_DATA", f"/proc/{TOKEN}"),
        ("AUDITOR_VANTAGE", TOKEN),
    ],
)
def test_a_secret_in_the_wrong_setting_is_not_repeated(name: str, value: str, tmp_path: Path) -> None:
    """Whatever is said of the setting."""
    world = World.build()
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        place(tmp_path, sandbox)
        env = sandbox.settings(client=tmp_path / "client") | {"AUDITOR_TELEGRAM_API_HASH": HASH, name: value}
        done = [run("check", "rayon-02", "--as-of", world.now.isoformat(), folder=tmp_path, env=env)]
    assert searched(tmp_path, done, WORDS) == []
    assert len(done[0].err.splitlines()) <= 3


@pytest.mark.parametrize(
    "args", [["weekly", TOKEN], ["--" + TOKEN], [TOKEN], ["check", "rayon-01", "--week", TOKEN], ["check", TOKEN]]
)
def test_a_secret_in_the_wrong_argument_is_not_repeated(args: list[str], tmp_path: Path) -> None:
    """Neither by us nor by what reads the command line."""
    world = World.build()
    (tmp_path / "officials.yaml").write_text(world.registry_yaml(), encoding="utf-8")
    done = run(*args, folder=tmp_path, env={})
    assert done.code == 2
    assert found([TOKEN], done.out + done.err) == []
    assert done.err.startswith(b"auditor: ")


def test_signing_in_leaves_nothing_of_what_was_typed(tmp_path: Path) -> None:
    """On a terminal, through a proxy that refuses, and then without it: number, code and password are nowhere."""
    world = World.build()
    typed = b""
    with Sandbox(world) as sandbox, Rude(http("407 " + quote(PASSWORD), PASSWORD)) as rude:
        sandbox.now, sandbox.two_step = world.now, True
        place(tmp_path, sandbox)
        env = sandbox.settings(client=tmp_path / "client")
        env |= {
            "AUDITOR_TELEGRAM_SESSION": "kept/data/own.session",
            "AUDITOR_DATA": "kept/data",
            "PYTHONFAULTHANDLER": "",
        }
        answers = [sandbox.telegram_phone, sandbox.telegram_code, sandbox.telegram_password]
        proxy = {"AUDITOR_TELEGRAM_PROXY": f"http://auditor:{quote(PASSWORD, safe='')}@127.0.0.1:{rude.port}"}
        typed += terminal(tmp_path, env | proxy, answers[:1])
        assert not (tmp_path / "kept" / "data" / "own.session").exists()
        assert rude.asked
        typed += terminal(tmp_path, env, answers)
        secrets = [*answers, sandbox.telegram_phone[1:], sandbox.telegram_api_hash, PASSWORD]
    assert (tmp_path / "kept" / "data" / "own.session").exists()
    assert loose(tmp_path / "kept" / "data") == []
    assert found(secrets, everything(tmp_path / "kept") + typed) == []


def terminal(folder: Path, env: dict[str, str], answers: list[str]) -> bytes:
    """``auditor login -v`` on a terminal; each question is answered; all that the terminal shows."""
    import pty

    process, file = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.umask(0)
        os.environ.update(env)
        os.execv(sys.executable, [sys.executable, "-m", "auditor", "login", "--lang", "en"])
    shown, asked, ends = b"", 0, time.monotonic() + 60
    while time.monotonic() < ends:
        if select.select([file], [], [], 0.2)[0]:
            try:
                part = os.read(file, 4096)
            except OSError:
                break
            if not part:
                break
            shown += part
        if shown.count(b": ") > asked and shown.endswith(b": ") and asked < len(answers):
            type_unseen(file, answers[asked])
            asked += 1
            shown += b"\n"
    os.close(file)
    os.kill(process, signal.SIGKILL)  # it has ended, unless it still waits for an answer
    os.waitpid(process, 0)
    return shown
