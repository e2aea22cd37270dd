"""``auditor registry``: check officials.yaml, print its schema."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from auditor.base.errors import UsageError
from auditor.base.text import N_, NN_
from auditor.commands.console import say
from auditor.commands.options import Common, group, takes
from auditor.registry.models import Registry

if TYPE_CHECKING:
    from auditor.base.i18n import Catalogue
    from auditor.registry.remarks import Remarks
    from auditor.run.session import Session

app = group("Check officials.yaml, or print its schema.")


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
