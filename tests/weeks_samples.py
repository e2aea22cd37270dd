"""A folder of reports with weeks in it: each the sample week, put at another time and given another story."""

from datetime import timedelta
from functools import cache
from pathlib import Path

from auditor.audit.document import Audit, AuditedHolder, Summary
from auditor.base.weeks import Week
from tests.audit_samples import sample_audit
from tests.cases import TOMSK

OUTCOMES = ("passed", "failed", "cantTell", "inapplicable", "untested")
NEWEST = "2026-W47"


@cache
def _sample() -> Audit:
    return sample_audit(previous=False)


def week_audit(week: str, *, base: Audit | None = None, new_head_from: str = "9999", shaken: bool = True) -> Audit:
    """The sample as it might have been in `week`; the fourth office has another head from `new_head_from` on."""
    audit = base or _sample()
    then, now = Week.parse(week, TOMSK), Week.parse(audit.week, TOMSK)
    offices = list(audit.offices)
    if shaken:
        offices = [
            o.model_copy(update={"verdict": OUTCOMES[then.number % 5]}) if n % 7 == then.number % 7 and o.bound else o
            for n, o in enumerate(offices)
        ]
    if week >= new_head_from:
        other = AuditedHolder(name="Имярек Ольга Олеговна", since="2026-10")
        offices[3] = offices[3].model_copy(update={"holder": other})
    counts = {kind: sum(o.bound and o.verdict == kind for o in offices) for kind in OUTCOMES}
    gone = now.first_day - then.first_day
    return audit.model_copy(
        update={
            "week": week,
            "week_starts": then.starts,
            "week_ends": then.ends,
            "as_of": audit.as_of - timedelta(days=gone.days),
            "offices": offices,
            "summary": Summary(bound=audit.summary.bound, **counts),
        }
    )


def back(weeks: int, newest: str = NEWEST) -> str:
    """The name of the week that lies `weeks` before the newest."""
    return str(Week.parse(newest, TOMSK).shift(-weeks))


def shelve(out: Path, audit: Audit, page: str = "<!doctype html><title>x</title>") -> Path:
    """Put a week's document into the folder, with a page that is none of ours."""
    folder = out / audit.week
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "audit.json").write_text(audit.to_json(), encoding="utf-8")
    (folder / "index.html").write_text(page, encoding="utf-8")
    return folder
