"""Files that mean harm: each is told of in plain lines, at once."""

import time
from pathlib import Path

import pytest

from auditor.base.errors import RegistryError, SettingsError
from auditor.base.settings import load_settings
from auditor.registry import load_registry
from tests.hostile import TOML, YAML, written


@pytest.mark.parametrize("name", YAML)
def test_a_hostile_registry_is_told_of_in_lines(tmp_path: Path, name: str) -> None:
    """Each mistake one line that says where and how to mend it; none is loaded, none takes the processor long."""
    path, start = written(tmp_path, "r.yaml", YAML[name]), time.process_time()
    with pytest.raises(RegistryError) as caught:
        load_registry(path)
    lines = str(caught.value).splitlines()
    assert 0 < len(lines) <= 501
    assert all(line.isprintable() and ".yaml:" in line and "; " in line for line in lines), lines
    assert max(map(len, lines)) < 2_000
    assert time.process_time() - start < 5


@pytest.mark.parametrize("name", TOML)
def test_hostile_settings_are_told_of_in_one_line(tmp_path: Path, name: str) -> None:
    """Nothing else, whatever the file holds."""
    written(tmp_path, "auditor.toml", TOML[name])
    with pytest.raises(SettingsError) as caught:
        load_settings({}, tmp_path)
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value).replace(str(tmp_path), "")) < 600
