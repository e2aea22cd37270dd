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
from tests.bytesearch import everything, found, loose
from tests.forked import Forked, forked
from tests.pipeline import few
from tests.wire.bent import Bend, BentSandbox

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


def without_names(lying: bytes, keys: list[str]) -> bytes:
    """Without the names of VK's keys, under which their limits are kept: 64 bits of a digest lead to no key."""
    for key in keys:
        lying = lying.replace(f"vk-{sha256(key.encode()).hexdigest()[:16]}".encode(), b"")
    return lying


@pytest.mark.timeout(300)
@pytest.mark.parametrize("many", [False, pytest.param(True, marks=pytest.mark.thorough)])
def test_what_commands_leave_and_say_has_no_citizen_no_stranger_and_no_secret(many: bool, tmp_path: Path) -> None:
    """Few heads, or all and a search: files as they lie, gzip's members, zips, the database's pages."""
    world = World.build() if many else few(World.build(), HEADS)
    when = ["-v", "--as-of", world.now.isoformat()]
    export = ["evidence", "export", "rayon-01", "--week", world.week, "--to", "kept/dispute.zip"]
    lines = [["weekly", *when], ["evidence", "show"], export]
    if many:
        lines += [["check", "rayon-01", *when], ["discover", "--all", "--names", "5", *when], ["doctor", *when]]
    kept, spoken = tmp_path / "kept", b""
    with served(tmp_path, world) as sandbox:
        env = sandbox.settings(client=tmp_path / "client", user_token=True)
        for line in lines:
            done = run(*line, folder=tmp_path, env=env)
            spoken += done.out + done.err
            assert (done.code in {0, 1, 3}, loose(kept / "data")) == (True, [])
        secrets = [sandbox.vk_user_token, sandbox.telegram_api_hash, sandbox.telegram_phone, sandbox.telegram_phone[1:]]
    lying = everything(kept)
    assert found(["sandbox_control", "Первый район"], lying) == ["sandbox_control", "Первый район"]
    assert found([*world.citizens, *AVATARS], lying + spoken) == found(world.strangers, lying) == []
    assert without_names(lying, secrets) != lying
    assert found(secrets, without_names(lying, secrets) + spoken) == []
    published_tells_no_comment_from_another(kept, world)


def published_tells_no_comment_from_another(kept: Path, world: World) -> None:
    """No moment, number or address of one is in any byte of it, so no purge has to reach it: sums, hours and hashes."""
    with Archive.read(kept / "data") as archive:
        posts = [post for look in archive.snapshots.all(world.now) for post in look.snapshot.posts]
    moments = {format_time(comment.at) for post in posts for comment in post.comments}
    moments -= {format_time(post.at) for post in posts} | {format_time(world.now)}
    lying = everything(kept / "reports")
    assert len(moments) > 20
    assert found(sorted(moments), lying) == []
    asked = re.findall(rb"[^\s\"<>]*(?:getComments|discussion=|getReplies|group_of)[^\s\"<>]*", lying)
    assert found(["comment_id", "comment=", "reply=", "before=", "thread="], b"\n".join(asked)) == []
    audit = json.loads((kept / "reports" / world.week / "audit.json").read_text(encoding="utf-8"))
    values = [finding["values"] for office in audit["offices"] for finding in office["findings"]]
    assert {type(told["median_hours"]) for told in values if told.get("median_hours") is not None} == {int}


# Secrets that are echoed, or in the wrong place -------------------------------------------------------------------

OTHERS = (["check", "rayon-02"], ["doctor"], ["discover", "rayon-02", "--names", "3"])


@pytest.mark.parametrize("command", [["weekly"], *(pytest.param(o, marks=pytest.mark.thorough) for o in OTHERS)])
@pytest.mark.parametrize("status", [302, 500])
def test_what_a_server_repeats_goes_no_further(status: int, command: list[str], tmp_path: Path) -> None:
    """In its page, its headers and where it leads to, as a way elsewhere or a refusal."""
    told = {"Server": TOKEN, "ETag": HASH, "Location": f"/?access_token={TOKEN}&h={HASH}"}
    echo = HttpResponse(f"<html><title>{TOKEN}</title>{HASH}</html>", status, headers=told)
    world, when = few(World.build(), ["rayon-01", "rayon-02"]), ["-v", "--as-of"]
    with served(tmp_path, world, lambda _call: echo) as sandbox:
        own = {"AUDITOR_VK_TOKEN": TOKEN, "AUDITOR_TELEGRAM_API_HASH": HASH}
        env = sandbox.settings(client=tmp_path / "client") | own
        done = run(*command, *when, world.now.isoformat(), folder=tmp_path, env=env)
        assert sandbox.requests
    assert done.code in {0, 1, 3}
    lying = without_names(everything(tmp_path / "kept"), [TOKEN, HASH])
    assert found([TOKEN, HASH], lying + done.out + done.err) == loose(tmp_path / "kept" / "data") == []


@pytest.mark.parametrize(
    "args", [["weekly", TOKEN], ["--" + TOKEN], [TOKEN], ["check", "rayon-01", "--week", TOKEN], ["check", TOKEN]]
)
def test_a_secret_in_the_wrong_argument_is_not_repeated(args: list[str], tmp_path: Path) -> None:
    """Neither by us nor by what reads the command line."""
    (tmp_path / "officials.yaml").write_text(few(World.build(), ["rayon-01"]).registry_yaml(), encoding="utf-8")
    done = run(*args, folder=tmp_path, env={})
    assert (done.code, done.err.startswith(b"auditor: "), found([TOKEN], done.out + done.err)) == (2, True, [])
