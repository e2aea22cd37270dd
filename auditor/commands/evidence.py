"""``auditor evidence``: show, verify and export the stored responses that findings rest on."""

from pathlib import Path

import click

from auditor.archive import Archive
from auditor.archive.verify import Flaw, FlawKind
from auditor.audit.unannounced_changes import unannounced_changes
from auditor.base.errors import ArchiveError
from auditor.base.text import verbatim
from auditor.commands.console import echo
from auditor.commands.dispute_export import export_office, write_export
from auditor.commands.evidence_text import (
    chosen_entries,
    escaped,
    pick_entry,
    render_flaws,
    render_list,
    render_record,
    render_verdict,
)
from auditor.commands.options import Common, program, week_option, who_argument, words_argument
from auditor.commands.publication import compare_published
from auditor.commands.replay_text import render_replay
from auditor.run.judge_week import with_remarks_and_contact
from auditor.run.replay import replay_week
from auditor.run.workspace import Workspace


@program.group()
def evidence() -> None:
    """Show, check and pack the stored answers that findings rest on."""


@evidence.command("show")
@words_argument("name", "An office, or an answer's id or its beginning; or all.", metavar="[WHO|ID]...")
@click.pass_obj
def evidence_show(common: Common, name: str) -> None:
    """List an office's stored answers, or show one of them.

    Of one its place, its fields and its body are shown. Characters that a terminal would obey are shown as numbers.
    """
    workspace = common.open()
    if name.startswith("ev-") and name not in {office.id for office in workspace.registry.offices}:
        with Archive.read(workspace.data) as archive:
            entry = pick_entry(archive, name)
            record = archive.evidence.record(entry) if entry.purged is None else None
        echo(render_record(entry, record, workspace.translator))
        return
    office = workspace.office(name) if name else None
    with Archive.read(workspace.data) as archive:
        echo(render_list(chosen_entries(archive, office, None), workspace.translator))


@evidence.command("verify")
@click.option("--seal", help="The checksum of the archive, as it was kept elsewhere.")
@click.option("--published", type=Path, help="A folder of reports to compare with the archive.")
@click.option("--replay", is_flag=True, help="Judge a week again from its stored answers, and compare.")
@week_option
@click.pass_obj
def evidence_verify(common: Common, *, seal: str | None, published: Path | None, replay: bool, week: str | None) -> int:
    """Check all that is stored against its checksums.

    No network is asked. Exit 1 if something is missing or was changed, 3 if not all could be compared or judged
    again, 4 without an archive.
    """
    workspace = common.open(publishes=True)
    with Archive.read(workspace.data) as archive:
        archive.require_runs(workspace.data)
        lines, code = _verify_archive(archive, workspace, seal, published)
        if replay:
            replayed = replay_week(archive, workspace.registry, str(workspace.week(week)))
            lines.append(render_replay(replayed, workspace.translator))
            code = code or (0 if replayed.equal else 1 if replayed.differences else 3)
    for line in () if common.quiet else lines:
        echo(line)
    return code


def _verify_archive(
    archive: Archive, workspace: Workspace, seal: str | None, published: Path | None
) -> tuple[list[str], int]:
    """Check the archive, and the folder `published` if given, against the seals; return lines and the exit code."""
    flaws = archive.verify()
    text, sound = render_flaws(flaws, workspace.translator), all(flaw.harmless for flaw in flaws)
    lines = []
    try:
        changes = unannounced_changes(archive.audits.every())
        flaws += [Flaw(FlawKind.SUPERSEDED, f"audit {week}", verbatim(cell)) for week, cell in changes]
        flaws += archive.purges_dated_after(workspace.clock())
        text, sound = render_verdict(archive, flaws, seal, workspace.translator)
        lines = compare_published(workspace, archive, published) if published is not None else []
    except ArchiveError:  # the flaws in `text` already say why the rest cannot be read
        if sound:
            raise
    codes = {line.code for line in lines} | ({0} if sound else {1})
    return [*(escaped(line.text) for line in lines), text], 1 if 1 in codes else max(codes)


@evidence.command("export")
@who_argument
@week_option
@click.option("--to", type=Path, help="The zip to write; by default WHO-WEEK.zip here.")
@click.pass_obj
def evidence_export(common: Common, who: str, week: str | None, to: Path | None) -> None:
    """Pack what one office's findings of a week rest on.

    The zip holds the records with their proofs, findings, texts of the checks, a page, and verify.py, which checks all
    of it against the checksum of the archive on the report with Python alone.
    """
    workspace = common.open(publishes=True)
    judged_week, moment = workspace.week(week), workspace.clock()
    office, audited_week = workspace.existing_office(who, judged_week.last_day), str(judged_week)
    path = to or Path(f"{office.id}-{audited_week}.zip")
    with Archive.read(workspace.data) as archive:
        export = export_office(
            archive,
            office,
            audited_week,
            workspace.translator,
            made_at=moment,
            annotate=lambda audit: with_remarks_and_contact(workspace, audit, moment),
        )
    write_export(export, path)
    if not common.quiet:
        echo(f"{path}: {workspace.translator.count('{n} answer', '{n} answers', export.answer_count)}")
