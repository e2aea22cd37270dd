"""``auditor registry``: check officials.yaml, print it as a table, print its schema."""

import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from auditor.base.errors import UsageError
from auditor.base.safe import one_line
from auditor.base.text import N_, NN_
from auditor.commands.console import say, show
from auditor.commands.options import Common, group, takes
from auditor.registry.models import Account, AccountKind, Holder, Office, Registry, holder_on, under_review, vacancy_on

if TYPE_CHECKING:
    from rich.console import Console

    from auditor.base.i18n import Catalogue
    from auditor.registry.remarks import Remarks
    from auditor.run.session import Session

app = group("Check officials.yaml, print what is in it, or fill it.")

_LARGEST_TABLE = 20_000_000
"""Bytes of a filled table."""


@app.command("check")
@takes("registry", "quiet", "as_of", "lang")
def registry_check(common: Common) -> None:
    """Name every mistake in the registry with file and line.

    Statements and corrections are read too. What is no mistake but missing or too old, `auditor next` tells.
    """
    session = common.open()
    if not common.quiet:
        say(_summary(session.registry_path.name, session.registry, session.words))
        say(_remarks_summary(session.remarks, session.words))
        if rest := _upkeep(session):
            say(rest)


@app.command("fill")
@takes("registry", "data", "as_of", "lang")
def registry_fill(
    common: Common,
    file: Annotated[Path, typer.Argument(help="The table that `auditor next --csv` wrote, filled in.")],
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
) -> None:
    """Take a filled table into the registry.

    It says who holds an office, and names sites, pages and searches. Every row is checked like the registry; the change
    is shown as a diff. Nothing is written unless all rows are right.
    """
    from auditor.commands.accounts import carry_out, registry_file
    from auditor.registry.fill import plan_fill

    session = common.open()
    try:
        with file.open("rb") as stream:
            raw = stream.read(_LARGEST_TABLE + 1)
    except OSError as error:
        raise UsageError(f"{file}: cannot be read ({error.strerror}); check the path") from None
    if len(raw) > _LARGEST_TABLE:
        raise UsageError(f"{file}: is larger than {_LARGEST_TABLE:,} bytes; check that it is the right file")
    plans = plan_fill(registry_file(session, common), raw, str(file))
    say(carry_out(plans, session.words, yes=yes) if plans else session.words.gettext(N_("The table says nothing new.")))


@app.command("show")
@takes("registry", "lang", "as_of")
def registry_show(common: Common) -> None:
    """Print the offices with their holders and accounts as a table."""
    session = common.open()
    print_registry(session.registry, session.clock(), session.words)


@app.command("schema")
def registry_schema(
    of: Annotated[str, typer.Argument(help="registry, included, statements, corrections or audit.")] = "registry",
) -> None:
    """Print a file's JSON Schema, for editors."""
    from auditor.registry.remarks import remarks_schemas
    from auditor.registry.schema import schema_text
    from auditor.report.schema import audit_schema_text

    texts = {"registry": schema_text(), "included": schema_text(included=True)} | remarks_schemas()
    texts["audit"] = audit_schema_text()
    if of not in texts:
        raise UsageError(f"there is no schema {of!r}; choose one of {', '.join(texts)}")
    sys.stdout.write(texts[of])


def _upkeep(session: "Session") -> str:
    """Say of how many offices something is missing or too old; empty if of none."""
    from auditor.commands.next import gaps_in

    found = NN_(
        "Of {n} office something is missing or too old: auditor next",
        "Of {n} offices something is missing or too old: auditor next",
    )
    n = len(gaps_in(session))
    return session.words.count(*found, n) if n else ""


def _summary(name: str, registry: Registry, words: "Catalogue") -> str:
    """Count what the registry holds."""
    people = [t for office in registry.offices for t in office.tenures]
    accounts = [a for t in people for a in t.accounts] + [a for office in registry.offices for a in office.accounts]
    judged, leads = sum(a.judged for a in accounts), sum(a.lead for a in accounts)
    said = N_(
        "{name}: no mistakes. Offices: {offices}, bound by the directive: {bound}. Tenures: {tenures}. "
        "Accounts: {accounts}, waiting for confirmation: {leads}."
    )
    bound = sum(registry.bound(office) for office in registry.offices)
    counted = {"offices": len(registry.offices), "bound": bound, "tenures": len(people)}
    return words.say(said, name=name, accounts=judged, leads=leads, **counted)


def _remarks_summary(remarks: "Remarks", words: "Catalogue") -> str:
    """Count the statements and corrections."""
    counted = {"statements": len(remarks.statements), "corrections": len(remarks.corrections)}
    return words.say(N_("Statements of officials: {statements}, corrections: {corrections}."), **counted)


def print_registry(registry: Registry, moment: datetime, words: "Catalogue") -> None:
    """Print each office with its holder at `moment` and the accounts on record.

    As a table, or line by line where the terminal is too narrow for one without broken words.
    """
    from rich.console import Console

    day = moment.astimezone(registry.zone).date()
    valid, rows = registry.policy["confirmation_valid_days"].value, []
    for office in registry.offices:
        holder = holder_on(office, day)
        vacant = vacancy_on(office, day) is not None
        name, pages = one_line(_name(holder, words, vacant=vacant)), _accounts(office, holder, words, valid, day)
        rows.append((office.id, one_line(office.municipality), name, _since(holder), pages))
    console = Console()
    if console.is_terminal and console.width < _TABLE:
        show("\n".join(line for row in rows for line in _in_lines(row, words)) + "\n")
    else:
        _print_table(rows, console if console.is_terminal else Console(width=_PIPED), words)


_TABLE, _PIPED = 132, 200
"""Columns: what the table needs, and how wide it is where it is piped."""


def _in_lines(row: tuple[str, ...], words: "Catalogue") -> Iterator[str]:
    office, place, name, since, pages = row
    yield f"{place} ({office})"
    since = "" if since == "—" else ", " + words.say(N_("since {since}"), since=since)
    yield f"  {name}{since}"
    if pages != "—":
        yield from (f"  {page}" for page in pages.split("\n"))


def _print_table(rows: Sequence[tuple[str, ...]], console: "Console", words: "Catalogue") -> None:
    from rich.table import Table
    from rich.text import Text as Line

    table = Table(box=None, pad_edge=False)
    for heading in (N_("Office"), N_("Municipality"), N_("Holder"), N_("Since"), N_("Accounts")):
        table.add_column(words.gettext(heading), overflow="fold")
    for row in rows:
        table.add_row(*map(Line, row))  # as text: a name in brackets is no markup
    console.print(table)


def _name(holder: Holder | None, words: "Catalogue", *, vacant: bool) -> str:
    if holder is None:
        return words.gettext(N_("vacant") if vacant else N_("not on record"))
    acting = words.gettext(N_("acting"))
    return f"{holder.tenure.name}, {acting}" if holder.tenure.acting else holder.tenure.name


def _since(holder: Holder | None) -> str:
    return str(holder.tenure.since) if holder and holder.tenure.since else "—"


def _accounts(office: Office, holder: Holder | None, words: "Catalogue", valid: Any, day: date) -> str:
    lines = [a.url.url for a in office.accounts]
    for account in holder.accounts if holder else ():
        mark = _mark(account, valid, day)
        if account.judged or account.lead:
            lines.append(f"{account.url} ({words.gettext(mark)})" if mark else account.url.url)
    return "\n".join(lines) or "—"


def _mark(account: Account, valid: Any, day: date) -> str:
    """Say what the operator has to decide about an account, if anything."""
    if account.lead:
        return N_("lead, not judged")
    confirmed = account.confirmed if account.kind is AccountKind.PERSONAL else None
    return N_("confirmation under review") if confirmed is not None and under_review(confirmed, day, valid) else ""
