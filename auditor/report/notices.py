"""Notices to the operator: pages that moved, old confirmations, pages that were not recognised.

Printed at the end of a run and on the card of `auditor check`; never in the published folder.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from auditor.audit.document import Audit, AuditedAccount, AuditedFinding, AuditedOffice
from auditor.base.i18n import Translator, short_place
from auditor.base.networks import routes
from auditor.base.safe import show_url
from auditor.base.snapshot import Cause, Route
from auditor.base.text import N_, NN_
from auditor.checks import catalogue

_MAX_LISTED = 3
"""Pages and evidence ids named in a notice; the evidence lists them all."""

_PAGES = NN_(
    "{route}: {n} page came in a form that the program does not know, so nothing was concluded from it: {pages}. "
    "{answers}If a browser shows it as ever, the layout has changed: send the program's makers this evidence",
    "{route}: {n} pages came in a form that the program does not know, so nothing was concluded from them: {pages}. "
    "{answers}If a browser shows them as ever, the layout has changed: send the program's makers this evidence",
)
_CONTROL = N_(
    "{route}: the control page came in a form that the program does not know: the layout of every page may have "
    "changed, or somebody on the way answers in its place. Open {pages} in a browser, and run: auditor doctor"
)
_ANSWERS = N_("Kept as evidence: {ids} (auditor evidence show {first}). ")


@dataclass(slots=True)
class _UnrecognisedPages:
    """The unrecognised pages of one route: addresses of accounts and controls, and ids of telling evidence."""

    route: str
    pages: list[str] = field(default_factory=list)
    controls: list[str] = field(default_factory=list)
    evidence_ids: list[str] = field(default_factory=list)


def unrecognised_pages(audit: Audit) -> list[_UnrecognisedPages]:
    """Return the unrecognised pages of each route, in the order of the routes; none in most weeks."""
    by_route: dict[str, _UnrecognisedPages] = {}
    for control in audit.controls:
        if control.cause == Cause.UNRECOGNISED_PAGE:
            by_route.setdefault(control.route, _UnrecognisedPages(control.route)).controls.append(control.url)
    for office in audit.offices:
        for url, route, answers in _unrecognised_accounts(office):
            route_pages = by_route.setdefault(route, _UnrecognisedPages(route))
            if url not in route_pages.pages:
                route_pages.pages.append(url)
                route_pages.evidence_ids += (
                    evidence_id for evidence_id in answers if evidence_id not in route_pages.evidence_ids
                )
    return sorted(by_route.values(), key=lambda pages: (*Route, pages.route).index(pages.route))


def _unrecognised_accounts(office: AuditedOffice) -> Iterable[tuple[str, str, list[str]]]:
    """Yield the address, route and telling evidence ids of each unrecognised page of an office."""
    for account in office.accounts:
        findings = [f for f in office.findings if f.account == account.url and _is_unrecognised(f)]
        if findings:
            yield account.url, account.route or account.network, _last_evidence(office, findings)


def _is_unrecognised(finding: AuditedFinding) -> bool:
    """Return whether a finding is about an unrecognised page; in a page's own practice only the message tells."""
    return finding.cause == Cause.UNRECOGNISED_PAGE or finding.message_id == f"cause.{Cause.UNRECOGNISED_PAGE}"


def _last_evidence(office: AuditedOffice, findings: Iterable[AuditedFinding]) -> list[str]:
    """Return the id of the last response of the first kind that was not recognised, where reading stopped."""
    by_check = {f.check: f for f in findings}
    for check in catalogue():
        if check.unrecognised is not None and check.name in by_check:
            ids = by_check[check.name].evidence
            of_kind = [i for i in ids if i in office.evidence and office.evidence[i].kind == check.unrecognised]
            return of_kind[-1:] or ids[-1:]
    return []


def unrecognised_page_notices(audit: Audit, translator: Translator) -> list[str]:
    """Return a line or two for each route with unrecognised pages: which, how many, what to do."""
    lines = []
    for route_pages in unrecognised_pages(audit):
        route = (
            translator.gettext(routes()[route_pages.route].name) if route_pages.route in routes() else route_pages.route
        )
        if route_pages.controls:
            lines.append(translator.translate(_CONTROL, route=route, pages=_list_urls(route_pages.controls)))
        if route_pages.pages:
            ids = route_pages.evidence_ids[:_MAX_LISTED]
            evidence_note = (
                translator.translate(_ANSWERS, ids=_list_first(route_pages.evidence_ids), first=ids[0]) if ids else ""
            )
            lines.append(
                translator.count(
                    *_PAGES,
                    len(route_pages.pages),
                    route=route,
                    pages=_list_urls(route_pages.pages),
                    answers=evidence_note,
                )
            )
    return lines


def _list_urls(urls: list[str]) -> str:
    return _list_first([show_url(url) for url in urls])


def _list_first(names: list[str]) -> str:
    return ", ".join(names[:_MAX_LISTED]) + (", …" if len(names) > _MAX_LISTED else "")


_RENAMED = N_(
    "{place}: the page {old} is now at {new}. Write that into the registry: auditor accounts confirm {office} {new} "
    "--id {number} --how …"
)
_TAKEN_OVER = N_(
    "{place}: under {url} is a page with another number ({number}) than the one on record; it is not judged. Find the "
    "page's new address, or correct the number"
)
_REVIEW = NN_(
    "{n} confirmation is older than {days} days, so nothing fails on it: {names}. To confirm anew: auditor "
    "accounts confirm …",
    "{n} confirmations are older than {days} days, so nothing fails on them: {names}. To confirm anew: auditor "
    "accounts confirm …",
)
_MAX_NAMES = 12
"""Pages under review named in a notice; the report marks them all."""


def notices(audit: Audit, translator: Translator) -> list[str]:
    """Return a line for each page that moved or was replaced, and one for old confirmations.

    Notices of unrecognised pages come before them.
    """
    lines, under_review_by_url = unrecognised_page_notices(audit, translator), dict[str, bool]()
    for office in audit.offices:
        for account in office.accounts:
            if account.url not in under_review_by_url:
                lines += moved_page_notices(office, account, translator)
                under_review_by_url[account.url] = account.under_review
    overdue = [show_url(url) for url, under_review in under_review_by_url.items() if under_review]
    if overdue:
        names = ", ".join(overdue[:_MAX_NAMES]) + (", …" if len(overdue) > _MAX_NAMES else "")
        days = audit.policy["confirmation_valid_days"].number
        lines.append(translator.count(*_REVIEW, len(overdue), days=days, names=names))
    return lines


def moved_page_notices(office: AuditedOffice, account: AuditedAccount, translator: Translator) -> Iterator[str]:
    """Yield the notice that a page has another address now, or that its address has another page."""
    place_name = short_place(office.municipality) if office.bound else office.title
    if account.renamed_to is not None:
        new_url = account.renamed_to
        yield translator.translate(
            _RENAMED, place=place_name, old=account.url, new=new_url, office=office.id, number=str(account.id)
        )
    if account.taken_over_by is not None:
        yield translator.translate(_TAKEN_OVER, place=place_name, url=account.url, number=str(account.taken_over_by))
