"""What every test may use."""

import fcntl
import logging
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from auditor.base.secrets import forget_all

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

_HOMES = count()

SLOW = [HealthCheck.too_slow]  # it tells of a busy machine
settings.register_profile("few", deadline=None, derandomize=True, max_examples=25, suppress_health_check=SLOW)
settings.register_profile("many", deadline=None, max_examples=1000, suppress_health_check=SLOW)
settings.load_profile(os.environ.get("EXAMPLES", "few"))


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test sees the developer's own AUDITOR_… variables, language or home folder."""
    for name in list(os.environ):
        if name.startswith(("AUDITOR_", "LC_", "LANG")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AUDITOR_HOME", ".")  # commands may write where they are run
    home = tmp_path_factory.getbasetemp() / f"home-{next(_HOMES)}"  # it is not there: to make it would cost 1 ms a test
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(home))


@pytest.fixture(scope="session", autouse=True)
def _no_waiting_for_the_disk() -> Iterator[None]:
    """No test pulls the plug: what is written need not have reached the disk before the next step."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda file: None)
        yield


@pytest.fixture(autouse=True)
def _nothing_of_other_tests() -> Iterator[None]:
    """A test's secrets are taken out of its own texts alone, and it has no logs of a command before it."""
    forget_all()
    root = logging.getLogger()
    root.setLevel(logging.WARNING)
    for handler in [handler for handler in root.handlers if type(handler) is logging.StreamHandler]:
        root.removeHandler(handler)  # it writes to a stream that is closed by now
    yield
    forget_all()


@pytest.fixture(scope="session")
def five_weeks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's folder, five weeks long: made once a run, and only read; who changes it takes a copy."""
    from tests.golden import demonstration

    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "five-weeks"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of several workers the first makes it
        if not (made := folder.with_suffix(".made")).exists():
            demonstration(folder)
            made.touch()
    return folder


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of facts, pages and samples beside the project; tests that read it skip without it."""
    if not SHARED.is_dir():
        pytest.skip("the folder ../shared with facts and saved answers is not here")
    return SHARED
