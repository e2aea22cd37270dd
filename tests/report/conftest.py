"""What the tests of the report share: two invented weeks and the folder that is drawn of them."""

import pytest

from auditor.audit.document import Audit, AuditedOffice
from auditor.base.i18n import Catalogue
from tests.audit_samples import sample_audit
from tests.cases import TOMSK
from tests.pages import folder

RU = Catalogue("ru", TOMSK)


@pytest.fixture(scope="session")
def two() -> list[Audit]:
    """Two weeks as they are stored: the later was compared with the earlier, and its histories hold it."""
    later, earlier = sample_audit(), sample_audit(previous=False).model_copy(update={"week": "2026-W46"})
    then = {office.id: office for office in earlier.offices}

    def known(office: AuditedOffice) -> AuditedOffice:
        past = then[office.id]
        posts, answers = past.finding("posts_per_week"), past.finding("comments_answered")
        facts = {
            "verdict": past.verdict,
            "holder": office.holder.name if office.holder else None,
            "posts": posts.values.get("distinct") if posts else None,
            "due": answers.values.get("due") if answers else None,
            "in_time": answers.values.get("answered_in_time") if answers else None,
        }
        weeks = [week.model_copy(update=facts) if week.week == "2026-W46" else week for week in office.history]
        return office.model_copy(update={"history": weeks})

    return [earlier, later.each(known)]


@pytest.fixture(scope="session")
def drawn(two: list[Audit]) -> dict[str, bytes]:
    """Every file of the two weeks' folder."""
    return folder(two, RU)
