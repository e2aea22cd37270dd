"""What lies in the folder of reports: every week that has a page there, as its own ``audit.json`` tells it."""

import logging
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from auditor.audit.document import Audit, AuditedCorrection, AuditedPast, AuditedPolicy, Summary
from auditor.base.errors import ArchiveError
from auditor.base.files import open_plain
from auditor.checks import catalogue

log = logging.getLogger(__name__)

PAGE, DOCUMENT = "index.html", "audit.json"
DRAWN = tuple(check.name for check in catalogue() if check.past)
"""The checks whose figures are drawn week by week."""
_FOLDER = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)


class _Light(BaseModel):
    """A part of the document: the rest of it is passed over, which is most of the work of reading it."""

    model_config = ConfigDict(defer_build=True, frozen=True, extra="ignore")


class _ShelvedHolder(_Light):
    """Who held the office."""

    name: str


class ShelvedFinding(_Light):
    """A finding about an office as a whole, with its figures."""

    check: str
    account: str | None = None
    message_id: str | None = None
    cause: str | None = None
    values: dict[str, Any] = {}


def _last(history: Any) -> Any:
    return history[-1] if isinstance(history, list) and history else None


class ShelvedOffice(_Light):
    """One office's outcome in one week, and the figures of which the trends are drawn."""

    id: str
    municipality: str
    title: str
    group: str
    bound: bool
    verdict: Literal["passed", "failed", "cantTell", "inapplicable", "untested"]
    holder: _ShelvedHolder | None = None
    vacancy: _Light | None = None
    past: Annotated[AuditedPast | None, BeforeValidator(_last)] = Field(None, alias="history")
    """The figures of this week, as the history keeps them."""
    findings: list[ShelvedFinding] = []

    @field_validator("findings", mode="before")
    @classmethod
    def _drawn(cls, findings: Any) -> Any:
        """Leave out, before any work is done on them, the findings of which no trend is drawn."""
        if not isinstance(findings, list):
            return findings
        return [f for f in findings if isinstance(f, dict) and f.get("check") in DRAWN and not f.get("account")]


class ShelvedWeek(_Light):
    """What the page of all weeks needs of one week's document."""

    schema_: Literal["auditor/audit/2"] = Field(alias="schema")
    week: str
    as_of: AwareDatetime
    timezone: str
    language: str = "ru"
    synthetic: bool = False
    closed: bool
    looked: bool = True
    version: int = 1
    corrections: list[AuditedCorrection] = []
    summary: Summary
    policy: AuditedPolicy = {}
    offices: list[ShelvedOffice]

    @cached_property
    def by_id(self) -> dict[str, ShelvedOffice]:
        """The offices by their ids."""
        return {office.id: office for office in self.offices}

    @field_validator("timezone")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (OSError, ValueError) as error:
            raise ValueError("there is no such zone") from error
        return name


@dataclass(frozen=True, slots=True)
class Volume:
    """A week that has a page. `known` is None where its document is missing or cannot be read."""

    week: str
    known: ShelvedWeek | None = None

    @property
    def monday(self) -> date:
        """The week's first day."""
        return date.fromisocalendar(int(self.week[:4]), int(self.week[6:]), 1)

    @property
    def sunday(self) -> date:
        """The week's last day."""
        return self.monday + timedelta(days=6)

    @property
    def number(self) -> int:
        """47 for ``2026-W47``."""
        return int(self.week[6:])


def read_shelf(out: Path) -> list[Volume]:
    """Return the weeks that have a page in `out`, oldest first.

    A document that cannot be read is named in a warning, and its week stays in the list: its page is there.
    """
    return [Volume(week, _read(out / week / DOCUMENT, week)) for week in weeks_in(out)]


def weeks_in(out: Path) -> list[str]:
    """Return the names of the weeks that have a page in `out`, oldest first; none where there is no such folder."""
    try:
        folders = [path for path in out.iterdir() if _is_week(path.name)]
    except OSError:  # nothing was ever written there
        return []
    return sorted(path.name for path in folders if (path / PAGE).is_file())


def _is_week(name: str) -> bool:
    found = _FOLDER.fullmatch(name)
    try:
        return found is not None and date.fromisocalendar(int(found[1]), int(found[2]), 7).year > 1
    except ValueError:  # a year has no week 54, and most have no week 53
        return False


def _read(path: Path, week: str) -> ShelvedWeek | None:
    try:
        known = ShelvedWeek.model_validate_json(_text(path))
    except OSError as error:
        log.warning("%s: cannot be read (%s); its week is listed without figures", path, error.strerror)
    except ValueError:  # its content is not shown: the damage may be anything
        log.warning("%s: is no audit document; its week is listed without figures; `auditor report` writes it", path)
    else:
        if known.week == week:
            return known
        log.warning("%s: is of another week; its week is listed without figures; `auditor report` writes it", path)
    return None


def _text(path: Path) -> bytes:
    with open_plain(path) as file:
        return file.read()


def read_audit(out: Path, week: str) -> Audit | None:
    """Return a week's whole document; None where it is missing or of another form."""
    path = out / week / DOCUMENT
    if _read(path, week) is None:
        return None
    try:
        return Audit.from_json(_text(path))
    except (OSError, ArchiveError):
        log.warning("%s: is no audit document; what needs it is left as it is", path)
        return None
