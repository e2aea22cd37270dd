"""What the operator has to decide or look into: pages that moved, old confirmations, pages of an unknown form.

Printed at the end of a run and by `auditor check`; never part of the report.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from auditor.audit.document import Audit, AuditedAccount, AuditedFinding, AuditedOffice
from auditor.base.i18n import Translator, short_place
from auditor.base.networks import routes
from auditor.base.safe import show_url
from auditor.base.snapshot import Cause
from auditor.base.text import N_, NN_
from auditor.checks import catalogue

_FEW = 3
"""So many pages and answers are named; the evidence lists them all."""

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
    """What one route could not recognise: addresses of accounts and controls, and the answers to look at."""

    route: str
    pages: list[str] = field(default_factory=list)
    controls: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)


def unrecognised_pages(audit: Audit) -> list[_UnrecognisedPages]:
    """Return what was not recognised, by route, in the order of the routes; nothing in most weeks."""
    found: dict[str, _UnrecognisedPages] = {}
    for control in audit.controls:
        if control.cause == Cause.UNRECOGNISED_PAGE:
            found.setdefault(control.route, _UnrecognisedPages(control.route)).controls.append(control.url)
    for office in audit.offices:
        for url, route, answers in _strange(office):
            drift = found.setdefault(route, _UnrecognisedPages(route))
            if url not in drift.pages:
                drift.pages.append(url)
                drift.answers += (one for one in answers if one not in drift.answers)
    return sorted(found.values(), key=lambda one: (*routes(), one.route).index(one.route))


def _strange(office: AuditedOffice) -> Iterable[tuple[str, str, list[str]]]:
    """Yield an office's pages that were not recognised, each with its route and the answers that tell most."""
    for account in office.accounts:
        mine = [f for f in office.findings if f.account == account.url and _is_unrecognised(f)]
        if mine:
            yield account.url, account.route or account.network, _answers(office, mine)


def _is_unrecognised(finding: AuditedFinding) -> bool:
    """Tell whether a finding is of a page in an unknown form; a page's own practice says so without a cause."""
    return finding.cause == Cause.UNRECOGNISED_PAGE or finding.message_id == f"cause.{Cause.UNRECOGNISED_PAGE}"


def _answers(office: AuditedOffice, findings: Iterable[AuditedFinding]) -> list[str]:
    """Return the last answer of the first kind that could not be read: reading stops at it."""
    told = {f.check: f for f in findings}
    for check in catalogue():
        if check.unrecognised is not None and check.name in told:
            ids = told[check.name].evidence
            of_kind = [i for i in ids if i in office.evidence and office.evidence[i].kind == check.unrecognised]
            return of_kind[-1:] or ids[-1:]
    return []


def drift_notices(audit: Audit, words: Translator) -> list[str]:
    """Return a line or two for each route that showed pages of an unknown form: what, how many, what to do."""
    lines = []
    for drift in unrecognised_pages(audit):
        route = words.gettext(routes()[drift.route].name) if drift.route in routes() else drift.route
        if drift.controls:
            lines.append(words.translate(_CONTROL, route=route, pages=_listed(drift.controls)))
        if drift.pages:
            ids = drift.answers[:_FEW]
            answers = words.translate(_ANSWERS, ids=_few(drift.answers), first=ids[0]) if ids else ""
            lines.append(
                words.count(*_PAGES, len(drift.pages), route=route, pages=_listed(drift.pages), answers=answers)
            )
    return lines


def _listed(urls: list[str]) -> str:
    return _few([show_url(url) for url in urls])


def _few(names: list[str]) -> str:
    return ", ".join(names[:_FEW]) + (", …" if len(names) > _FEW else "")


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
_NAMED = 12
"""So many of the pages under review are named; the report marks them all."""


def notices(audit: Audit, words: Translator) -> list[str]:
    """Return a line for each page that is under another address or another's now, and one for old confirmations.

    Before them those about pages of an unknown form.
    """
    lines, once = drift_notices(audit, words), dict[str, bool]()
    for office in audit.offices:
        for account in office.accounts:
            if account.url not in once:
                lines += moved(office, account, words)
                once[account.url] = account.under_review
    old = [show_url(url) for url, under_review in once.items() if under_review]
    if old:
        names = ", ".join(old[:_NAMED]) + (", …" if len(old) > _NAMED else "")
        days = audit.policy["confirmation_valid_days"].number
        lines.append(words.count(*_REVIEW, len(old), days=days, names=names))
    return lines


def moved(office: AuditedOffice, account: AuditedAccount, words: Translator) -> Iterator[str]:
    """Say that a page is under another address now, or another page under its address."""
    place = short_place(office.municipality) if office.bound else office.title
    if account.renamed_to is not None:
        new = account.renamed_to
        yield words.translate(_RENAMED, place=place, old=account.url, new=new, office=office.id, number=str(account.id))
    if account.taken_over_by is not None:
        yield words.translate(_TAKEN_OVER, place=place, url=account.url, number=str(account.taken_over_by))
