"""Whole commands over real sockets: what they say and leave on the disk has no citizen, no stranger and no secret."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.base.text import format_time
from auditor.sandbox import World
from auditor.sandbox.ports import HttpResponse
from tests.bytesearch import everything, find_words, loose
from tests.forked import Forked, forked
from tests.pipeline import few
from tests.wire.bent_sandbox import Bend, BentSandbox

TOKEN = "vk1.a.NOT-a-real_KEY.0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX2yZ3"
HASH = "feedc0de0badcafe0123456789abcdef"
AVATARS = ["cdn5.telesco.pe/file/synthetic.jpg", "example.invalid/50.jpg"]
HEADS = ("rayon-01", "rayon-02", "rayon-14", "administration")
"""One for each network, a page that is gone, and an institution that answers: every route is asked."""


@pytest.fixture(scope="module", autouse=True)
def _forking(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Commands are forked from a process that imports the program first: no test waits for that."""
    forked("--version", cwd=tmp_path_factory.getbasetemp(), env={})


def run(*args: str, folder: Path, env: dict[str, str]) -> Forked:
    """A command of its own process, under a umask that hides nothing."""
    done = forked(*args, cwd=folder, env={"AUDITOR_DATA": "kept/data", "AUDITOR_OUT": "kept/reports"} | env)
    assert b"Traceback" not in done.err, done.err.decode()
    return done


@contextmanager
def served(folder: Path, world: World, *bends: Bend) -> Iterator[BentSandbox]:
    """The world on loopback, and its registry in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "officials.yaml").write_text(world.registry_yaml(), encoding="utf-8")
    (folder / "client").mkdir(exist_ok=True)
    with BentSandbox(world, *bends) as sandbox:
        sandbox.now = world.now
        yield sandbox


# Citizens and strangers -------------------------------------------------------------------------------------------


def without_names(content: bytes, keys: list[str]) -> bytes:
    """Without the names of VK's keys, under which their limits are kept: 64 bits of a digest lead to no key."""
    for key in keys:
        content = content.replace(f"vk-{sha256(key.encode()).hexdigest()[:16]}".encode(), b"")
    return content


@pytest.mark.timeout(300)
@pytest.mark.parametrize("many", [False, pytest.param(True, marks=pytest.mark.thorough)])
def test_what_commands_leave_and_say_has_no_citizen_no_stranger_and_no_secret(many: bool, tmp_path: Path) -> None:
    """Few heads, or all and a search: files as they lie, gzip's members, zips, the database's pages."""
    world = World.build() if many else few(World.build(), HEADS)
    when = ["-v", "--as-of", world.now.isoformat()]
    export = ["evidence", "export", "rayon-01", "--week", world.week, "--to", "kept/dispute.zip"]
    commands = [["weekly", *when], ["evidence", "show"], export]
    if many:
        commands += [["check", "rayon-01", *when], ["discover", "--all", "--names", "5", *when], ["doctor", *when]]
    folder, spoken = tmp_path / "kept", b""
    with served(tmp_path, world) as sandbox:
        env = sandbox.settings(client=tmp_path / "client", user_token=True)
        for command in commands:
            done = run(*command, folder=tmp_path, env=env)
            spoken += done.out + done.err
            assert loose(folder / "data") == []
            assert done.code in {0, 1, 3}
        secrets = [sandbox.vk_user_token, sandbox.telegram_api_hash, sandbox.telegram_phone, sandbox.telegram_phone[1:]]
    files = everything(folder)
    assert find_words(["sandbox_control", "Первый район"], files) == ["sandbox_control", "Первый район"]
    assert find_words([*world.citizens, *AVATARS], files + spoken) == find_words(world.strangers, files) == []
    assert without_names(files, secrets) != files
    assert find_words(secrets, without_names(files, secrets) + spoken) == []
    check_published_comments(folder, world)


def check_published_comments(folder: Path, world: World) -> None:
    """No moment, number or address of one is in any byte of it, so no purge has to reach it: sums, hours and hashes."""
    with Archive.read(folder / "data") as archive:
        posts = [post for look in archive.snapshots.all(world.now) for post in look.snapshot.posts]
    moments = {format_time(comment.at) for post in posts for comment in post.comments}
    moments -= {format_time(post.at) for post in posts} | {format_time(world.now)}
    reports = everything(folder / "reports")
    assert len(moments) > 20
    assert find_words(sorted(moments), reports) == []
    addresses = re.findall(rb"[^\s\"<>]*(?:getComments|discussion=|getReplies|group_of)[^\s\"<>]*", reports)
    assert find_words(["comment_id", "comment=", "reply=", "before=", "thread="], b"\n".join(addresses)) == []
    audit = json.loads((folder / "reports" / world.week / "audit.json").read_text(encoding="utf-8"))
    values = [finding["values"] for office in audit["offices"] for finding in office["findings"]]
    assert {type(figures["median_hours"]) for figures in values if figures.get("median_hours") is not None} == {int}


# Secrets that are echoed, or in the wrong place -------------------------------------------------------------------

OTHERS = (["check", "rayon-02"], ["doctor"], ["discover", "rayon-02", "--names", "3"])


@pytest.mark.parametrize("command", [["weekly"], *(pytest.param(o, marks=pytest.mark.thorough) for o in OTHERS)])
@pytest.mark.parametrize("status", [302, 500])
def test_what_a_server_repeats_goes_no_further(status: int, command: list[str], tmp_path: Path) -> None:
    """In its page, its headers and where it leads to, as a way elsewhere or a refusal."""
    headers = {"Server": TOKEN, "ETag": HASH, "Location": f"/?access_token={TOKEN}&h={HASH}"}
    echo = HttpResponse(f"<html><title>{TOKEN}</title>{HASH}</html>", status, headers=headers)
    world, when = few(World.build(), ["rayon-01", "rayon-02"]), ["-v", "--as-of"]
    with served(tmp_path, world, lambda _call: echo) as sandbox:
        settings = {"AUDITOR_VK_TOKEN": TOKEN, "AUDITOR_TELEGRAM_API_HASH": HASH}
        env = sandbox.settings(client=tmp_path / "client") | settings
        done = run(*command, *when, world.now.isoformat(), folder=tmp_path, env=env)
        assert sandbox.requests
    assert done.code in {0, 1, 3}
    files = without_names(everything(tmp_path / "kept"), [TOKEN, HASH])
    assert find_words([TOKEN, HASH], files + done.out + done.err) == loose(tmp_path / "kept" / "data") == []


@pytest.mark.parametrize(
    "args", [["weekly", TOKEN], ["--" + TOKEN], [TOKEN], ["check", "rayon-01", "--week", TOKEN], ["check", TOKEN]]
)
def test_a_secret_in_the_wrong_argument_is_not_repeated(args: list[str], tmp_path: Path) -> None:
    """Neither by us nor by what reads the command line."""
    (tmp_path / "officials.yaml").write_text(few(World.build(), ["rayon-01"]).registry_yaml(), encoding="utf-8")
    done = run(*args, folder=tmp_path, env={})
    assert (done.code, find_words([TOKEN], done.out + done.err)) == (2, [])
    assert done.err.startswith(b"auditor: ")
