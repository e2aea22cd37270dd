"""However it is installed, it has all that its commands read, and works in an empty folder."""

import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.thorough


def run(*args: str | Path, cwd: Path, **env: str) -> str:
    options = {"cwd": cwd, "env": {**os.environ, **env}, "capture_output": True, "text": True, "timeout": 300}
    done = subprocess.run([sys.executable, *map(str, args)], check=False, **options)
    assert done.returncode in {0, 3}, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist, and a wheel built from the sdist alone."""
    folder = tmp_path_factory.mktemp("dist")
    run("-m", "hatchling", "build", "--target", "sdist", "--directory", folder, cwd=ROOT)
    (sdist,) = folder.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (source,) = (path for path in folder.iterdir() if path.is_dir())
    run("-m", "hatchling", "build", "--target", "wheel", "--directory", folder, cwd=source)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> zipfile.ZipFile:
    """The wheel."""
    (path,) = built.glob("*.whl")
    return zipfile.ZipFile(path)


@pytest.fixture(scope="module")
def auditor(wheel: zipfile.ZipFile, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """The command as pip installs it from the wheel into a fresh venv, with the libraries that this one has."""
    place = tmp_path_factory.mktemp("installed")
    run("-m", "venv", "venv", cwd=place)
    libraries = Path(sysconfig.get_path("purelib"))
    own = sysconfig.get_path("purelib", vars={"base": str(place / "venv"), "platbase": str(place / "venv")})
    Path(own, "libraries.pth").write_text(f"{libraries}\n", encoding="utf-8")
    python = place / "venv/bin/python"
    install = [
        python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-index",
        "--no-deps",
        "--ignore-installed",
        wheel.filename,
    ]
    subprocess.run(install, check=True, capture_output=True, timeout=300)

    def typed(*args: str, cwd: Path) -> str:
        plain = {name: value for name, value in os.environ.items() if name not in {"AUDITOR_HOME", "PYTHONPATH"}}
        options = {"cwd": cwd, "env": plain, "capture_output": True, "text": True, "timeout": 600}
        done = subprocess.run([place / "venv/bin/auditor", *args], check=False, **options)
        assert (done.returncode in {0, 1, 3}, "Traceback" in done.stderr) == (True, False), done.stderr
        return done.stdout

    module = subprocess.run(
        [python, "-c", "import auditor; print(auditor.__file__)"], check=True, cwd=place, capture_output=True, text=True
    )
    assert module.stdout.startswith(str(place))
    return typed


@pytest.fixture(scope="module")
def demonstration(auditor: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `auditor demo` leaves in an empty folder."""
    empty = tmp_path_factory.mktemp("empty")
    assert "demo/reports/" in auditor("demo", "--weeks", "2", cwd=empty)
    assert [path.name for path in empty.iterdir()] == ["demo"]
    return empty / "demo"


def tracked(*names: str) -> set[str]:
    listed = subprocess.run(["git", "ls-files", *names], check=True, cwd=ROOT, capture_output=True, text=True)
    return set(listed.stdout.split())


def test_the_wheel_holds_what_the_program_needs_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    """The package, compiled catalogues, and under `_data` the templates and every file that `packaged` is asked for."""
    names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    sources = {name for name in tracked("auditor") if name.endswith(".py")}
    asked = {
        name
        for source in sources
        for name in re.findall(r'packaged\("([^"]+)"\)', (ROOT / source).read_text(encoding="utf-8"))
    }
    data = {name.removeprefix("auditor/_data/") for name in names if name.startswith("auditor/_data/")}
    catalogues = {name.replace(".po", ".mo") for name in tracked("auditor/locales")}
    assert names - {f"auditor/_data/{name}" for name in data} == tracked("auditor") | catalogues
    assert {name for name in data if name.startswith("templates/")} == tracked("templates")
    assert asked <= data | {"templates"}
    assert data <= tracked()


def test_its_metadata_is_whole(wheel: zipfile.ZipFile) -> None:
    """What it is, for which Python, under which licence; an address stands there only when there is one."""
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    metadata = message_from_bytes(wheel.read(name))
    assert (metadata["License-Expression"], metadata["Requires-Python"]) == ("MIT", ">=3.11")
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert metadata.get_payload()
    assert all("https://" in address for address in metadata.get_all("Project-URL", []))


@pytest.mark.parametrize(
    "line",
    [
        "next",
        "check Шестой",
        "report --quiet",
        "evidence verify --published reports",
        "doctor",
        "letter --ask Второй",
        "registry check",
        "registry schema",
        "weekly --plan",
    ],
)
def test_every_command_works_in_its_folder(auditor: Callable[..., str], demonstration: Path, line: str) -> None:
    """Nothing is read from a clone, which is not there."""
    auditor(*line.split(), cwd=demonstration)


def test_start_sets_up_an_empty_folder(auditor: Callable[..., str], tmp_path: Path) -> None:
    """Its help and its registry come with the wheel; what is in the folder is judged without a network."""
    assert "officials.yaml" in auditor("registry", "check", cwd=tmp_path)
    assert auditor("start", "--help", cwd=tmp_path)
    report = ["report", "-q", "--week", "2022-W22", "--as-of", "2022-06-07", "--registry", "officials.yaml"]
    (tmp_path / "officials.yaml").write_bytes((ROOT / "officials.yaml").read_bytes())
    auditor(*report, "--data", "data", "--out", "reports", cwd=tmp_path)
    assert (tmp_path / "reports/2022-W22/index.html").is_file()
