"""An error is one line without secrets, wherever it is printed, logged or pickled."""

import pytest

from auditor.base.errors import ArchiveError, AuditorError, Problem, RegistryError, SettingsError
from auditor.base.secrets import MASK, remember

SECRET = "очень/секретно"


@pytest.mark.parametrize(
    "make",
    [ArchiveError, SettingsError, lambda text: RegistryError([Problem("a.yaml", 1, text, "remove it")])],
    ids=["archive", "settings", "registry"],
)
def test_no_error_of_ours_repeats_a_secret(make) -> None:
    """Neither as text, nor in its arguments, nor in a problem's line."""
    remember(SECRET)
    error: AuditorError = make(f"unknown {SECRET}")
    assert MASK in str(error)
    assert SECRET not in str(error) + repr(error.args)


@pytest.mark.parametrize(("error", "code"), [(SettingsError("x"), 2), (RegistryError([]), 2), (ArchiveError("x"), 4)])
def test_an_errors_exit_code_tells_whose_matter_it_is(error: AuditorError, code: int) -> None:
    """2: who asked can mend it; 4: the machine does not allow it."""
    assert error.exit_code == code
