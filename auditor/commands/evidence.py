"""``auditor evidence``: the stored answers that findings rest on."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from auditor.commands.console import say
from auditor.commands.options import Common, Who, group, takes

app = group("Look at the stored answers that findings rest on.")


@app.command("show")
@takes("registry", "data", "lang")
def evidence_show(
    common: Common,
    what: Annotated[
        str | None, typer.Argument(metavar="[WHO|ID]", help="An office, or an answer's id or its beginning; or all.")
    ] = None,
    week: Annotated[str | None, typer.Option("--week", help="2026-W47; by default every week.")] = None,
    raw: Annotated[bool, typer.Option("--raw", help="Write one stored body alone, byte for byte.")] = False,
) -> None:
    """List an office's stored answers, or show one of them.

    Of one its place, its fields and its body are shown. Characters that a terminal would obey are shown as numbers.
    """
    from auditor.archive import Archive
    from auditor.commands.stored_answers import chosen_entries, pick_entry, render_list, render_record

    session = common.open()
    if what is not None and (raw or what.startswith("ev-")):
        with Archive.read(session.data) as archive:
            entry = pick_entry(archive, what)
            record = archive.answers.record(entry) if raw or entry.purged is None else None
        if raw and record is not None:
            sys.stdout.buffer.write(record.body)
        else:
            say(render_record(entry, record, session.words))
        return
    office = session.office(what) if what is not None else None
    chosen = str(session.week(week)) if week is not None else None
    with Archive.read(session.data) as archive:
        say(render_list(chosen_entries(archive, office, chosen), session.words))


@app.command("verify")
@takes("registry", "data", "lang", "as_of", "quiet")
def evidence_verify(
    common: Common,
    seal: Annotated[str | None, typer.Option("--seal", help="A link's hash that was kept elsewhere.")] = None,
    published: Annotated[
        Path | None, typer.Option("--published", help="A folder of reports to compare with the archive.")
    ] = None,
) -> None:
    """Check all that is stored against its hashes.

    Exit 1 if something is missing or was changed, 4 without an archive.
    """
    from auditor.archive import Archive
    from auditor.archive.verify import Flaw, FlawKind
    from auditor.audit.superseded import turned_in_silence
    from auditor.base.errors import ArchiveError
    from auditor.commands.publish import compare_published
    from auditor.commands.stored_answers import escaped, render_flaws, render_verdict

    session = common.open()
    with Archive.read(session.data) as archive:
        archive.require_runs(session.data)
        flaws, lines = archive.verify(), []
        text, sound = render_flaws(flaws, session.words), all(flaw.harmless for flaw in flaws)
        try:
            turned = turned_in_silence(archive.audits.every())
            flaws += [Flaw(FlawKind.SUPERSEDED, f"audit {week}", cell) for week, cell in turned]
            flaws += archive.purges_ahead(session.clock())
            text, sound = render_verdict(archive, flaws, seal, session.words)
            lines = compare_published(session, archive, published) if published is not None else []
        except ArchiveError:  # what else would be told cannot be read: `text` says why
            if sound:
                raise
    sound = sound and all(line.harmless for line in lines)
    if not common.quiet:
        for line in lines:
            say(escaped(line.text))
        say(text)
    raise typer.Exit(0 if sound else 1)


@app.command("export")
@takes("week", "registry", "data", "lang", "as_of", "quiet")
def evidence_export(
    common: Common,
    who: Who,
    to: Annotated[Path | None, typer.Option("--to", help="The zip to write; by default WHO-WEEK.zip here.")] = None,
) -> None:
    """Pack what one office's findings of a week rest on.

    The zip holds the records with their proofs, findings, texts of the checks, a page, and verify.py, which checks all
    of it against the seal on the report with Python alone.
    """
    from auditor.archive import Archive
    from auditor.commands.proof import pack, write_package
    from auditor.run.week import remarked

    session = common.open()
    office, week, moment = session.office(who), str(session.week(common.week)), session.clock()
    path = to or Path(f"{office.id}-{week}.zip")
    with Archive.read(session.data) as archive:
        package = pack(
            archive, office, week, session.words, made=moment, shown=lambda audit: remarked(session, audit, moment)
        )
    write_package(package, path)
    if not common.quiet:
        say(f"{path}: {session.words.count('{n} answer', '{n} answers', package.answers)}")
