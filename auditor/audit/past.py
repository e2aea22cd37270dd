"""The stored audits of the weeks before, read for their verdicts and a few figures: the rest is left aside."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from auditor.archive import Archive
from auditor.base.errors import ArchiveError
from auditor.base.weeks import Week

WEEKS = 26
"""So many weeks a history has, the audited one the last of them."""


class _Past(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class PastHolder(_Past):
    """Who held an office then."""

    name: str


class PastValues(_Past):
    """The figures of a finding that a history shows; those of other checks stay None."""

    posts: int | None = None
    distinct: int | None = None
    reposts: int | None = None
    due: int | None = None
    answered_in_time: int | None = None


class PastFinding(_Past):
    """What a check said of an office then, or of one of its pages."""

    check: str
    network: str | None = None
    account: str | None = None
    outcome: str
    values: PastValues = PastValues()


class PastOffice(_Past):
    """An office as it was judged then, or is now."""

    id: str
    verdict: str
    holder: PastHolder | None = None
    findings: tuple[PastFinding, ...] = ()

    def finding(self, check: str) -> PastFinding | None:
        """Return what `check` said of the office as a whole."""
        whole = (f for f in self.findings if f.check == check and f.account is None and f.network is None)
        return next(whole, None)


class PastAudit(_Past):
    """A week's stored audit."""

    week: str
    offices: tuple[PastOffice, ...] = ()


def earlier_audits(archive: Archive, week: Week, as_of: datetime) -> list[PastAudit]:
    """Return the audits of the weeks before `week` that a history shows, made up to `as_of`, oldest first.

    Raises `ArchiveError` where one has lost its form.
    """
    return [_read(text) for text in archive.audits_between(str(week.shift(1 - WEEKS)), str(week), as_of)]


def _read(text: str) -> PastAudit:
    try:
        return PastAudit.model_validate_json(text)
    except ValueError:
        # What it holds is left out: nobody knows by what it was damaged.
        said = "a stored audit has lost its form; `auditor evidence verify` names it, restore a copy"
        raise ArchiveError(f"the archive cannot be read ({said})") from None
