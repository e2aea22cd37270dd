"""``auditor ci``: what the weekly job of a repository does beside the other commands.

`release` keeps the archive; what is printed here is Markdown for the page of a job, which anybody may read.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path

import click

from auditor.archive import Archive
from auditor.audit.change import cells_of
from auditor.audit.document import Audit
from auditor.base.errors import CannotRunError, UsageError
from auditor.base.text import N_, phrase
from auditor.base.weeks import Week
from auditor.commands.console import echo
from auditor.commands.options import Common, program, words_argument
from auditor.commands.publication import week_summary, withdrawn
from auditor.registry import Office, load_registry
from auditor.report.templates import render_lines
from auditor.report.terminal import card_for
from auditor.run.home_folder import SETTINGS_FILE
from auditor.run.judge_week import judge_week, show_week, with_remarks_and_contact
from auditor.run.workspace import Workspace

tag_argument = click.argument("tag", default="archive", help="The draft release that keeps the archive.")


@program.group()
def ci() -> None:
    """Keep the archive in a repository's release, and print a week for the page of its job."""


@ci.command("begin")
@tag_argument
@click.pass_obj
def ci_begin(common: Common, tag: str) -> None:
    """Make the release for a first run, of which no archive is kept yet."""
    from auditor.commands.release import Release

    workspace = common.open()
    Release(tag, workspace.settings.archive_key).begin(workspace.data)


@ci.command("take")
@tag_argument
@click.option("--first", is_flag=True, help="Where no archive is kept yet, make the release: this is its first run.")
@click.pass_obj
def ci_take(common: Common, tag: str, first: bool) -> None:
    """Take the archive back from the release; without it no run may look at anything.

    Exit 4 if there is none, if it is damaged, or if the key does not open it.
    """
    from auditor.commands.release import Release

    workspace = common.open()
    name = Release(tag, workspace.settings.archive_key).take(workspace.data, first=first)
    if name and not common.quiet:
        echo(workspace.translator.translate(_TAKEN, name=name, data=str(workspace.data)))


@ci.command("keep")
@tag_argument
@click.pass_obj
def ci_keep(common: Common, tag: str) -> None:
    """Put the archive into the release, encrypted, and remove the earlier one when this one has come back whole."""
    from auditor.commands.release import Release

    workspace = common.open()
    name = Release(tag, workspace.settings.archive_key).keep(workspace.data, workspace.clock())
    if not common.quiet:
        echo(workspace.translator.translate(_KEPT, name=name))


_TAKEN = N_("{name} was taken from the release into {data}")
_KEPT = N_("{name} is in the release, and was compared with what was put there")


@ci.command("summary")
@words_argument("who", "An office, as elsewhere; by default the whole week.")
@click.pass_obj
def ci_summary(common: Common, who: str) -> None:
    """Print the last week, or one office's card, in Markdown."""
    workspace = common.open(publishes=True)
    last_day = workspace.week(None).last_day
    echo(_card(workspace, workspace.existing_office(who, last_day)) if who else _week(workspace))


def _week(workspace: Workspace) -> str:
    """Return the last week that has ended: the headline and its three numbers."""
    as_of = workspace.clock()
    with Archive.read(workspace.data) as archive:
        audit = show_week(workspace, archive, workspace.week(None), as_of)
    translator = workspace.translator.in_zone(workspace.registry.zone)
    return week_summary(audit, withdrawn(workspace, as_of), translator, "ci/week.txt")


def _card(workspace: Workspace, office: Office) -> str:
    """Return an office's card as a block of code, without the leads that only the operator sees."""
    moment = workspace.clock()
    with Archive.read(workspace.data) as archive:
        audit = judge_week(workspace, archive, workspace.week(None), moment, [office])
    card = card_for(StringIO(), with_remarks_and_contact(workspace, audit, moment), workspace.translator)
    return "".join(f"    {line}\n" for line in card.splitlines())


# The registries of a repository ---------------------------------------------------------------------------------------


@ci.command("regions")
@click.argument("name", default="")
def ci_regions(name: str) -> None:
    """Print each registry of the repository, or that of regions/NAME, as the matrix of a job has it.

    A registry is a folder with an auditor.toml: the repository itself, or one of regions/. Each has an archive and a
    VK key of its own.
    """
    folders = [
        path.parent for pattern in ("", "regions/*/") for path in sorted(Path().glob(f"{pattern}{SETTINGS_FILE}"))
    ]
    chosen = [_region(folder) for folder in folders if name in {"", folder.name}]
    if not chosen:
        raise UsageError(phrase("{path}: there is no auditor.toml", path=Path("regions", name) if name else Path()))
    echo(f"list={json.dumps(chosen)}")


def _region(folder: Path) -> dict[str, str]:
    """Return a folder with the names of its release and of its secret. Raises `UsageError` if it can be neither."""
    name = folder.name
    if not re.fullmatch(r"[a-z0-9-]*", name):
        raise UsageError(phrase("{folder}: name it in small Latin letters, digits and hyphens", folder=folder))
    of_region = f"-{name}" if name else ""
    secret = f"VK_TOKEN{of_region}".replace("-", "_").upper()
    return {"folder": str(folder), "archive": f"archive{of_region}", "vk_key": secret}


# What a changed registry changes --------------------------------------------------------------------------------------


@ci.command("compare")
@click.argument("before", type=Path, help="The registry as it was.")
@click.pass_obj
def ci_compare(common: Common, before: Path) -> None:
    """Print which findings of the last audited week another registry turns red or green, in Markdown.

    Both are judged from the archive, without any network.
    """
    workspace = common.open(publishes=True)
    as_of = workspace.clock()
    with Archive.read(workspace.data) as archive:
        if not (weeks := archive.audits.weeks("0000-W01", "9999-W53", as_of)):
            raise CannotRunError(phrase("{data}: no week was audited yet", data=workspace.data))
        week = Week.parse(weeks[-1], workspace.registry.zone)
        former = replace(workspace, registry=load_registry(before))
        audits = [judge_week(each, archive, week, as_of) for each in (former, workspace)]
    facts = {"week": week, "changes_by_colour": _changes_by_colour(*audits), "total": len(audits[1].offices)}
    echo(render_lines("ci/compare.txt", workspace.translator, facts).rstrip())


@dataclass(frozen=True, slots=True)
class OutcomeChange:
    """A finding that two registries judge differently; None where one of them has no such finding."""

    place: str
    check: str
    account: str | None
    before: str | None
    now: str | None

    @property
    def colour(self) -> str:
        """What it turns: red, green or anything else."""
        return {"failed": "red", "passed": "green"}.get(self.now or "", "other")


def _changes_by_colour(former: Audit, audit: Audit) -> Mapping[str, Iterable[OutcomeChange]]:
    """Return the findings with another outcome, by what they turn; each colour in the order of the registry."""
    places = {office.id: office.municipality for office in (*former.offices, *audit.offices)}
    outcomes_before, outcomes = ({c: text.split()[0] for c, text in cells_of(each).items()} for each in (former, audit))
    changes = [
        OutcomeChange(places[cell[0]], cell[1], cell[2], outcomes_before.get(cell), outcomes.get(cell))
        for cell in {**outcomes, **outcomes_before}
        if outcomes.get(cell) != outcomes_before.get(cell)
    ]
    return {colour: [c for c in changes if c.colour == colour] for colour in ("red", "green", "other")}
