"""However it is installed, it finds its templates and its registry."""

import os
import subprocess
import sys
import tarfile
import zipfile
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


def test_the_wheel_holds_the_templates_the_registry_and_the_translations(built: Path) -> None:
    """Top-level files reach it under `_data`."""
    (wheel,) = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "auditor/_data/officials.yaml",
        "auditor/_data/templates/home.html",
        "auditor/_data/docs/ru/settings.md",
        "auditor/_data/requirements.lock",
        "auditor/commands/ci_files/weekly.yml",
        "auditor/locales/ru.mo",
        "auditor/archive/schema.sql",
        "auditor/search/scoring/regions.csv",
        "auditor/search/scoring/given_names.txt",
        "auditor/search/patterns.toml",
        "auditor/py.typed",
    } <= names
    assert not [name for name in names if name.startswith(("tests/", "templates/"))]


def test_an_installed_wheel_works_away_from_the_checkout(built: Path, tmp_path: Path) -> None:
    """It judges the packaged registry and renders the report."""
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    home = {"PYTHONPATH": str(tmp_path / "site"), "XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    away = tmp_path / "elsewhere"
    away.mkdir()
    assert run("-c", "import auditor; print(auditor.__file__)", cwd=away, **home).startswith(str(tmp_path / "site"))
    assert "officials.yaml" in run("-m", "auditor", "registry", "check", cwd=away, **home)
    run("-m", "auditor", "report", "-q", "--week", "2022-W22", "--as-of", "2022-06-07", cwd=away, **home)
    assert (away / "reports" / "2022-W22" / "index.html").is_file()
