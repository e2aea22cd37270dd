"""The registry for the operator's eyes: a line of counts, and a table of who holds what."""

from datetime import date, datetime
from typing import Any, Protocol

from auditor.base.safe import one_line
from auditor.base.text import N_, Text
from auditor.registry.models import Account, AccountKind, Office, Registry
from auditor.registry.offices import Holder, holder_on, under_review, vacancy_on
from auditor.registry.remarks import Remarks


class _Words(Protocol):
    def text(self, text: Text) -> str: ...

    def gettext(self, message: str) -> str: ...


def registry_summary(name: str, registry: Registry, words: _Words) -> str:
    """Say how much the registry holds."""
    people = [t for office in registry.offices for t in office.tenures]
    accounts = [a for t in people for a in t.accounts] + [a for office in registry.offices for a in office.accounts]
    judged, leads = sum(a.judged for a in accounts), sum(a.lead for a in accounts)
    return words.text(
        Text(
            N_(
                "{name}: no mistakes. Offices: {offices}, bound by the directive: {bound}. Tenures: {tenures}. "
                "Accounts: {accounts}, waiting for confirmation: {leads}."
            ),
            {
                "name": name,
                "offices": len(registry.offices),
                "bound": sum(registry.bound(office) for office in registry.offices),
                "tenures": len(people),
                "accounts": judged,
                "leads": leads,
            },
        )
    )


def remarks_summary(remarks: Remarks, words: _Words) -> str:
    """Say how much is said to the reports."""
    counted = {"statements": len(remarks.statements), "corrections": len(remarks.corrections)}
    return words.text(Text(N_("Statements of officials: {statements}, corrections: {corrections}."), counted))


def print_registry(registry: Registry, moment: datetime, words: _Words) -> None:
    """Print each office with its holder at `moment` and the accounts on record."""
    from rich.console import Console  # noqa: PLC0415 - only this command prints a table
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text as Line  # noqa: PLC0415

    console = Console()
    table = Table(box=None, pad_edge=False)
    for heading in (N_("Office"), N_("Municipality"), N_("Holder"), N_("Since"), N_("Accounts")):
        table.add_column(words.gettext(heading), overflow="fold")
    day = moment.astimezone(registry.zone).date()
    for office in registry.offices:
        holder = holder_on(office, day)
        vacant = vacancy_on(office, day) is not None
        row = (
            office.id,
            one_line(office.municipality),
            one_line(_name(holder, words, vacant=vacant)),
            _since(holder),
            _accounts(office, holder, words, registry.policy["confirmation_valid_days"].value, day),
        )
        table.add_row(*map(Line, row))  # as text: a name in brackets is no markup
    if not console.is_terminal:
        console = Console(width=200)
    console.print(table)


def _name(holder: Holder | None, words: _Words, *, vacant: bool) -> str:
    if holder is None:
        return words.gettext(N_("vacant") if vacant else N_("not on record"))
    acting = words.gettext(N_("acting"))
    return f"{holder.tenure.name}, {acting}" if holder.tenure.acting else holder.tenure.name


def _since(holder: Holder | None) -> str:
    return str(holder.tenure.since) if holder and holder.tenure.since else "—"


def _accounts(office: Office, holder: Holder | None, words: _Words, valid: Any, day: date) -> str:
    lines = [a.url.url for a in office.accounts]
    for account in holder.accounts if holder else ():
        mark = _mark(account, valid, day)
        if account.judged or account.lead:
            lines.append(f"{account.url} ({words.gettext(mark)})" if mark else account.url.url)
    return "\n".join(lines) or "—"


def _mark(account: Account, valid: Any, day: date) -> str:
    """Say what a person has to decide about an account, if anything."""
    if account.lead:
        return N_("lead, not judged")
    confirmed = account.confirmed if account.kind is AccountKind.PERSONAL else None
    return N_("confirmation under review") if confirmed is not None and under_review(confirmed, day, valid) else ""
