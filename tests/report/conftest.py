"""What the tests of the report share: two invented weeks and the folder that is drawn of them."""

import pytest

from auditor.audit.document import Audit
from tests.audit_samples import sample_audit
from tests.pages import folder
from tests.report.read_report import RU


@pytest.fixture(scope="session")
def two() -> list[Audit]:
    """Two weeks as they are stored: the later was compared with the earlier."""
    return [sample_audit(previous=False).model_copy(update={"week": "2026-W46"}), sample_audit()]


@pytest.fixture(scope="session")
def drawn(two: list[Audit]) -> dict[str, bytes]:
    """Every file of the two weeks' folder."""
    return folder(two, RU)
