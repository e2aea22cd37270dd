"""The Containerfile's steps, carried out in a root of their own, and the program as any user in a mounted folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.fresh_root import CAN_BE_MADE, FreshRoot

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(not CAN_BE_MADE, reason="a root of its own needs root's rights, unshare and chroot"),
]
ANYBODY = 12345
"""A user id that no file names: without a name, a home folder or a right."""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> FreshRoot:
    """What `podman build` makes."""
    folder = tmp_path_factory.mktemp("container")
    for place in (folder, *folder.parents[:3]):
        place.chmod(0o755)  # any user passes through, as in a container
    locks = [f"--requirement={ROOT / name}" for name in ("requirements.lock", "requirements-build.lock")]
    for wanted in (["--no-deps", "--require-hashes", *locks], ["setuptools", "wheel"]):
        download = [sys.executable, "-m", "pip", "download", "-q", "-d", str(folder / "wheels"), *wanted]
        if subprocess.run(download, check=False, capture_output=True, timeout=600).returncode:
            pytest.skip("no package index answers")
    made = FreshRoot(folder / "root", folder / "wheels")
    made.folder.mkdir()
    made.build(ROOT)
    return made


@pytest.fixture(scope="module")
def week(root: FreshRoot) -> Path:
    """A folder of the host that belongs to anybody; a demonstration was made in it by the container."""
    folder = root.folder.parent / "week"
    folder.mkdir()
    os.chown(folder, ANYBODY, ANYBODY)
    done = root.start("demo", "--weeks", "2", "--out", ".", user=f"{ANYBODY}:{ANYBODY}", week=folder, read_only=True)
    assert (done.returncode, done.stderr.count("Traceback")) == (0, 0), done.stderr
    return folder


@pytest.mark.parametrize(
    "line",
    ["", "next", "check Шестой", "report -q", "doctor", "letter --ask Второй", "evidence verify", "registry check"],
)
def test_any_user_may_run_it_in_the_volume(root: FreshRoot, week: Path, line: str) -> None:
    """Without a home folder, on a root that nobody writes to: each command has a result, and no error of its own."""
    done = root.start(*line.split(), user=f"{ANYBODY}:{ANYBODY}", week=week, read_only=True)
    assert done.returncode in {0, 1, 3}, done.stderr
    assert "Traceback" not in done.stderr


def test_it_writes_into_the_volume_alone(root: FreshRoot, week: Path) -> None:
    """All that it made belongs to who ran it, and no folder is called like a home."""
    assert {path.stat().st_uid for path in week.rglob("*")} == {ANYBODY}
    assert not (week / "~").exists()


def test_start_sets_the_volume_up(root: FreshRoot, tmp_path: Path) -> None:
    """An empty folder is where it offers to write; what it writes holds wherever the folder is mounted."""
    os.chown(tmp_path, ANYBODY, ANYBODY)
    answers = "\notchet@example.org\n\n\n2\n"
    user = f"{ANYBODY}:{ANYBODY}"
    done = root.start("start", user=user, week=tmp_path, read_only=True, network=False, lines=answers)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "/week" not in (tmp_path / "auditor.toml").read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "auditor-weekly.service",
        "auditor-weekly.timer",
        "auditor.toml",
        "crontab.txt",
        "data",
        "officials.yaml",
    ]


def test_without_its_volume_it_refuses(root: FreshRoot, tmp_path: Path) -> None:
    """A forgotten `-v` ends in one line, and no archive is lost with the container."""
    os.chown(tmp_path, ANYBODY, ANYBODY)
    done = root.start(user=f"{ANYBODY}:{ANYBODY}", week=tmp_path, network=False)
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [])
