"""The folder that a command uses: where it is run, or the one that a person named."""

from pathlib import Path

import pytest

from auditor.base.errors import UsageError
from auditor.run.home_folder import HomeFolder, find_home, last_started, remember_started
from auditor.run.workspace import open_workspace
from tests.archive_samples import BOOK


@pytest.fixture
def week(tmp_path: Path) -> Path:
    """A folder that the last `auditor start` set up."""
    folder = tmp_path / "week"
    folder.mkdir()
    (folder / "auditor.toml").touch()
    remember_started(folder)
    return folder


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Another folder, with nothing in it."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return folder


def test_the_folder_is_the_one_with_settings_then_the_named_one_then_the_one_of_start(
    week: Path, elsewhere: Path
) -> None:
    """A variable is relative to where the command runs."""
    assert find_home({}, elsewhere) == HomeFolder(week)
    assert find_home({"AUDITOR_HOME": "."}, elsewhere) == HomeFolder(elsewhere)
    assert find_home({"AUDITOR_HOME": "../elsewhere"}, week) == HomeFolder(week)


def test_a_registry_of_its_own_beside_the_folder_of_start_is_two_that_may_be_meant(week: Path, elsewhere: Path) -> None:
    """Then it is for a person to say which; by AUDITOR_HOME it is said."""
    (elsewhere / "officials.yaml").touch()
    assert find_home({}, elsewhere) == HomeFolder(week, is_named=False)
    assert find_home({"AUDITOR_HOME": str(week)}, elsewhere) == HomeFolder(week)


def test_a_folder_that_is_gone_is_none(week: Path, elsewhere: Path) -> None:
    """That of the last start is forgotten, one that a variable names is an error."""
    (week / "auditor.toml").unlink()
    assert last_started() is None
    assert find_home({}, elsewhere) == HomeFolder(elsewhere, is_named=False)
    for text in ("absent", "~nobody-of-that-name", "a\0b"):
        with pytest.raises(UsageError, match=r"AUDITOR_HOME: .* is no folder"):
            find_home({"AUDITOR_HOME": text}, elsewhere)


def test_what_the_settings_name_is_beside_them_wherever_a_command_runs(
    week: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Registry, archive, reports and the key's file; an option is relative to where the command runs."""
    (week / "officials.yaml").write_text(BOOK, encoding="utf-8")
    (week / "vk-key").write_text("a-key-that-nobody-has", encoding="utf-8")
    (week / "auditor.toml").write_text('data = "archive"\nvk_token_file = "vk-key"\n', encoding="utf-8")
    monkeypatch.chdir(elsewhere)
    monkeypatch.delenv("AUDITOR_HOME")
    workspace = open_workspace()
    places = (workspace.registry_path, workspace.data, workspace.out)
    assert places == (week / "officials.yaml", week / "archive", week / "reports")
    assert open_workspace(registry=Path("../week/officials.yaml")).registry_path.samefile(week / "officials.yaml")
