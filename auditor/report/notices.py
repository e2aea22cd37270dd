"""What a person has to decide about the accounts on record: for the operator, at the end of a run and in `check`."""

from collections.abc import Iterator

from auditor.audit.document import Audit, AuditedAccount, AuditedOffice
from auditor.base.i18n import Catalogue
from auditor.base.safe import show_url
from auditor.base.text import N_, NN_
from auditor.report.drift import drift_notices
from auditor.report.words import place_of

_RENAMED = N_(
    "{place}: the page {old} is now at {new}. Write that into the registry: auditor accounts confirm {office} {new} "
    "--id {number} --how …"
)
_TAKEN_OVER = N_(
    "{place}: under {url} is a page with another number ({number}) than the one on record; it is not judged. Find the "
    "page's new address, or correct the number"
)
_REVIEW = NN_(
    "{n} confirmation is older than {days} days and under review, still judged: {names}. To confirm anew: auditor "
    "accounts confirm …",
    "{n} confirmations are older than {days} days and under review, still judged: {names}. To confirm anew: auditor "
    "accounts confirm …",
)
_NAMED = 12
"""So many of the pages under review are named; the report marks them all."""


def notices(audit: Audit, words: Catalogue) -> list[str]:
    """Return a line for each page that is under another address or another's now, and one for old confirmations.

    Before them those about pages that no route could read (`auditor.report.drift`).
    """
    found = [(office, account) for office in audit.offices for account in office.accounts]
    once = {account.url: (office, account) for office, account in reversed(found)}
    pairs = [once[url] for url in dict.fromkeys(account.url for _, account in found)]
    lines = drift_notices(audit, words)
    lines += [line for office, account in pairs for line in moved(office, account, words)]
    old = [show_url(account.url) for _, account in pairs if account.under_review]
    if old:
        names = ", ".join(old[:_NAMED]) + (", …" if len(old) > _NAMED else "")
        policy = audit.policy.get("confirmation_valid_days")
        days = policy.value if policy is not None and isinstance(policy.value, int) else 0
        lines.append(words.count(*_REVIEW, len(old), days=days, names=names))
    return lines


def moved(office: AuditedOffice, account: AuditedAccount, words: Catalogue) -> Iterator[str]:
    """Say that a page is under another address now, or another page under its address."""
    place = place_of(office)
    if account.renamed_to is not None:
        new = account.renamed_to
        yield words.say(_RENAMED, place=place, old=account.url, new=new, office=office.id, number=str(account.id))
    if account.taken_over_by is not None:
        yield words.say(_TAKEN_OVER, place=place, url=account.url, number=str(account.taken_over_by))
