"""The last 26 weeks of an office: as each was judged then; without an audit, as a later look shows its posts."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from auditor.audit.document import PAST_FIELDS, AuditedFinding, AuditedPast, lost_form
from auditor.audit.sights import Seen, make_case
from auditor.base.weeks import Week
from auditor.checks import check_of
from auditor.checks.case import Case, obstacle_among
from auditor.checks.finding import Finding
from auditor.checks.posts_per_week import CHECK as POSTS
from auditor.registry.models import Basis, holder_on

WEEKS = 26
"""So many weeks a history has, the audited one the last of them."""


class _Past(BaseModel):
    model_config = ConfigDict(defer_build=True, frozen=True, extra="ignore", hide_input_in_errors=True)


class _PastHolder(_Past):
    """Who held an office then."""

    name: str


class _PastFinding(_Past):
    """What a check said of an office then, or of one of its pages."""

    check: str
    network: str | None = None
    account: str | None = None
    outcome: str
    cause: str | None = None
    values: dict[str, Any] = {}


class _PastOffice(_Past):
    """An office as it was judged then, or is now."""

    id: str
    verdict: str
    holder: _PastHolder | None = None
    findings: tuple[_PastFinding, ...] = ()


class PastAudit(_Past):
    """A week's stored audit."""

    week: str
    offices: tuple[_PastOffice, ...] = ()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a stored audit. Raises `ArchiveError` where it has lost its form."""
        try:
            return cls.model_validate_json(text)
        except ValueError:
            raise lost_form() from None


Earlier = Mapping[str, Mapping[str, _PastOffice]]
"""Stored audits of the weeks before: by week, then by the office's id."""


def by_week(audits: Iterable[PastAudit]) -> Earlier:
    """Arrange stored audits for `history_of`."""
    return {audit.week: {office.id: office for office in audit.offices} for audit in audits}


def history_of(
    case: Case, verdict: str, findings: Iterable[Finding[Any]], earlier: Earlier, seen: Seen
) -> list[AuditedPast]:
    """Return the last weeks, oldest first; `verdict` and `findings` are of the case's own week, the last of them."""
    weeks = [case.week.shift(-back) for back in range(WEEKS - 1, 0, -1)]
    whole = [f for f in findings if f.account is None and f.network is None]
    holder = case.holder.tenure.name if case.holder else None
    now = AuditedPast(week=str(case.week), verdict=verdict, holder=holder, **_figures(whole))
    return [*(_past(case, week, earlier, seen) for week in weeks), now]


def _figures(findings: Iterable[Finding[Any]]) -> dict[str, Any]:
    """Return what the checks keep of findings about an office as a whole, as fields of `AuditedPast`."""
    kept = {past.key: past.value(f) for f in findings if (check := check_of(f.check)) for past in check.past}
    more = {key: figure for key, figure in kept.items() if key not in PAST_FIELDS}
    return {key: figure for key, figure in kept.items() if key in PAST_FIELDS} | {"more": more}


def _past(case: Case, week: Week, earlier: Earlier, seen: Seen) -> AuditedPast:
    stored = earlier.get(str(week), {}).get(case.office.id)
    return _as_judged(str(week), stored) if stored is not None else _as_seen_later(case, week, seen)


def _as_judged(week: str, office: _PastOffice) -> AuditedPast:
    holder = office.holder.name if office.holder else None
    return AuditedPast(week=week, verdict=office.verdict, holder=holder, **_figures(_kept(office)))


def _kept(office: _PastOffice) -> Iterator[Finding[Any]]:
    """Yield the findings about an office as a whole of which a history keeps figures."""
    for past in office.findings:
        check = check_of(past.check)
        if check is not None and check.past and past.account is None and past.network is None:
            found = past.model_dump(exclude={"network", "account"})
            yield AuditedFinding(basis=Basis.CONVENTION, **found).read(check)


def _as_seen_later(case: Case, week: Week, seen: Seen) -> AuditedPast:
    """Count the posts of a week without an audit in a look in time that reaches back over all of it."""
    holder = holder_on(case.office, week.last_day)
    name = holder.tenure.name if holder else None
    past = make_case(case.registry, case.office, week, case.as_of, seen)
    found = next(iter(POSTS.judge(past)))
    if found.without_values or obstacle_among(past.pages_of_the_week, past) is not None:
        return AuditedPast(week=str(week), holder=name)
    return AuditedPast(
        week=str(week), holder=name, posts=found.values.distinct, reposts=found.values.reposts, from_look=True
    )
