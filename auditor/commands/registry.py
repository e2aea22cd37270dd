"""``auditor registry``: check officials.yaml, list its offices, fill in what is missing, or print a JSON Schema."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import click

from auditor.base.errors import UsageError
from auditor.base.i18n import Translator
from auditor.base.safe import one_line
from auditor.base.text import N_, phrase
from auditor.checks.never_red import unreachable_reds
from auditor.commands.console import echo, echo_json, echo_paged
from auditor.commands.next import gaps_in
from auditor.commands.options import Common, program, words_argument
from auditor.registry import Office
from auditor.registry.holders import holder_on, known_by, vacancy_on
from auditor.registry.registry_schema import schema_text
from auditor.registry.remarks import personal_data_in, remarks_schemas
from auditor.report.audit_schema import audit_schema_text
from auditor.run.workspace import Workspace, remark_files


@program.group()
def registry() -> None:
    """Check officials.yaml, list its offices, fill it in, or print its schema."""


@registry.command("check")
@click.pass_obj
def registry_check(common: Common) -> None:
    """Name every mistake in the registry with file and line.

    Statements and corrections are read too. A remark names what can never be red by the policy's numbers, and what in
    statements and corrections may be a resident's. What is no mistake but missing or too old, `auditor next` tells.
    """
    workspace = common.open()
    if not common.quiet:
        echo(_summary(workspace))
        for remark in unreachable_reds(workspace.registry.policy):
            echo(workspace.translator.translate(_REMARK, text=remark))
        for warning in personal_data_in(*remark_files(workspace.settings, workspace.registry_path)):
            echo(workspace.translator.translate(_REMARK, text=warning.text))


@registry.command("list")
@words_argument("who", "One office. By default all.")
@click.pass_obj
def registry_list(common: Common, who: str) -> None:
    """List the offices, a line each: its id, holder, pages, and what is missing.

    Those that the directive binds come first. What each lacks, and how to mend it, `auditor next WHO` says.
    """
    workspace = common.open()
    today = workspace.today
    offices = [workspace.office(who)] if who else sorted(workspace.registry.offices, key=_is_unbound(workspace))
    gap_counts = {gaps.office.id: len(gaps.gaps) for gaps in gaps_in(workspace, offices)}
    lines = [_office_line(office, today, gap_counts.get(office.id, 0), workspace.translator) for office in offices]
    echo_paged("".join(f"{one_line(line)}\n" for line in lines))


def _is_unbound(workspace: Workspace) -> Callable[[Office], bool]:
    return lambda office: not workspace.registry.counted(office)


def _office_line(office: Office, today: date, gap_count: int, translator: Translator) -> str:
    """Return the line of an office in the list."""
    holder = holder_on(known_by(office, today), today) if office.exists_on(today) else None
    reason = _why_nobody(office, today)
    name = holder.tenure.name if holder else reason and translator.gettext(reason)
    line = f"{office.id}: {office.municipality}, {office.title}{f' — {name}' if name else ''}"
    page_count = len(holder.judged_accounts) + len(holder.accounts_elsewhere) if holder else 0
    pages = translator.translate(_PAGES, count=page_count) if holder else ""
    missing = translator.translate(_MISSING, count=gap_count) if gap_count else ""
    return "; ".join(filter(None, (line, pages, missing)))


def _why_nobody(office: Office, today: date) -> str:
    """Return why an office has no holder in the list; empty for an institution, which has none."""
    if not office.exists_on(today):
        return _ABOLISHED
    if vacancy_on(office, today) is not None:
        return _VACANT
    return "" if office.group == "institution" else _UNKNOWN


_UNKNOWN, _VACANT, _ABOLISHED = (
    N_("who holds it is not known"),
    N_("the office is vacant"),
    N_("the office is abolished"),
)
_PAGES, _MISSING = N_("confirmed pages on record: {count}"), N_("missing or too old: {count}")


@registry.command("fill")
@words_argument("who", "One office, or a filled answers.xlsx. By default all of which something is missing.")
@click.option("--new", is_flag=True, help="Enter offices that the registry does not have.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.pass_obj
def registry_fill(common: Common, who: str, *, new: bool, yes: bool) -> int:
    """Ask what is missing of offices, or take a filled sheet of answers in.

    Each answer is checked at once and may be left out; the change is shown before it is written. Of a sheet the right
    rows are written although others are wrong; what is wrong is named by its cell, with exit code 2.
    """
    from auditor.commands.registry_fill import ask_new_offices, ask_offices, take_sheet_in

    workspace = common.open(writes=["registry"])
    if Path(who).suffix.lower() in _SHEETS:
        return take_sheet_in(workspace, common, Path(who), yes=yes)
    if new or not (who or workspace.registry.offices):
        ask_new_offices(workspace, common, yes=yes)
    else:
        ask_offices(workspace, common, who, yes=yes)
    return 0


_SHEETS = {".xlsx", ".xls", ".xlsm", ".ods", ".csv", ".docx", ".doc"}
"""The ends of a file's name: no office is called so, and one that cannot be read says what it must be."""


@registry.command("schema")
@click.argument("of", default="registry", help="registry, the default, included, statements, corrections or audit.")
def registry_schema(of: str) -> None:
    """Print a file's JSON Schema, for editors."""
    texts = {"registry": schema_text(), "included": schema_text(included=True)} | remarks_schemas()
    texts["audit"] = audit_schema_text()
    if of not in texts:
        raise UsageError(phrase("there is no schema {of}; choose one of {texts}", of=repr(of), texts=", ".join(texts)))
    echo_json(texts[of])


_REMARK = N_("Remark: {text}")
_SUMMARY = N_(
    "{name}: no mistakes. Offices: {offices}, bound by the directive: {bound}. Tenures: {tenures}. "
    "Accounts: {accounts}, waiting for confirmation: {leads}. "
    "Statements of officials: {statements}, corrections: {corrections}. "
    "Offices of which something is missing or too old, see `auditor next`: {gaps}."
)


def _summary(workspace: Workspace) -> str:
    """Return a line that counts what the registry holds, and the statements and corrections."""
    registry = workspace.registry
    tenures = [t for office in registry.offices for t in office.tenures]
    accounts = [a for t in tenures for a in t.accounts] + [a for office in registry.offices for a in office.accounts]
    return workspace.translator.translate(
        _SUMMARY,
        name=workspace.registry_path.name,
        offices=len(registry.offices),
        bound=sum(registry.bound(office) for office in registry.offices),
        tenures=len(tenures),
        accounts=sum(a.judged for a in accounts),
        leads=sum(a.lead for a in accounts),
        statements=len(workspace.remarks.statements),
        corrections=len(workspace.remarks.corrections),
        gaps=len(gaps_in(workspace)),
    )
