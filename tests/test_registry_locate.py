"""Which registry a command reads, and where the packaged files are."""

from pathlib import Path

import pytest

from auditor.base import files
from auditor.base.errors import CannotRunError, UsageError
from auditor.base.files import packaged
from auditor.registry import locate_registry
from tests.conftest import ROOT


def _file(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("timezone: Asia/Tomsk\n", encoding="utf-8")
    return path


def test_each_place_is_looked_at_in_its_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The option, the variable, the working folder, the user's configuration, the package."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    cwd = tmp_path / "cwd"
    asked, by_environment = _file(tmp_path / "asked.yaml"), _file(tmp_path / "environment.yaml")
    here, own = _file(cwd / "officials.yaml"), _file(tmp_path / "config" / "auditor" / "officials.yaml")
    environ = {"AUDITOR_REGISTRY": str(by_environment)}
    assert locate_registry(asked, environ, cwd) == asked
    assert locate_registry(None, environ, cwd) == by_environment
    assert locate_registry(None, {"AUDITOR_REGISTRY": ""}, cwd) == here
    here.unlink()
    assert locate_registry(None, {}, cwd) == own
    own.unlink()
    assert locate_registry(None, {}, cwd) == ROOT / "officials.yaml"


def test_a_relative_path_is_from_the_working_folder(tmp_path: Path) -> None:
    """Given as text or as a path."""
    mine = _file(tmp_path / "sub" / "mine.yaml")
    assert locate_registry("sub/mine.yaml", {}, tmp_path) == mine
    assert locate_registry(None, {"AUDITOR_REGISTRY": "sub/mine.yaml"}, tmp_path) == mine


@pytest.mark.parametrize(
    ("explicit", "environ", "by"),
    [
        ("absent.yaml", {}, "--registry"),
        (None, {"AUDITOR_REGISTRY": "absent.yaml"}, "AUDITOR_REGISTRY"),
        (".", {}, "--reg"),
    ],
)
def test_one_that_was_asked_for_and_is_not_there_is_an_error(
    tmp_path: Path, explicit: str | None, environ: dict[str, str], by: str
) -> None:
    """Another registry in its place would judge other people."""
    _file(tmp_path / "officials.yaml")
    with pytest.raises(UsageError, match=f"there is no registry .*{by}") as caught:
        locate_registry(explicit, environ, tmp_path)
    assert "\n" not in str(caught.value)


def test_a_checkout_has_its_files_beside_the_package() -> None:
    """The registry and the templates."""
    assert packaged("officials.yaml") == ROOT / "officials.yaml"
    assert packaged("templates").is_dir()


def test_a_wheel_has_its_files_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that happens to lie beside an installed package is not ours."""
    package = tmp_path / "site-packages" / "auditor"
    inside = _file(package / "_data" / "officials.yaml")
    _file(tmp_path / "site-packages" / "stray.yaml")
    monkeypatch.setattr(files, "_PACKAGE", package)
    assert packaged("officials.yaml") == inside
    with pytest.raises(CannotRunError, match=r"stray\.yaml.* is missing; install auditor again"):
        packaged("stray.yaml")
