"""``auditor discover``: search for accounts that may be a holder's. The registry is not changed."""

from typing import Annotated

import typer

from auditor.base.errors import UsageError
from auditor.base.text import N_, phrase
from auditor.commands.console import echo, echo_json
from auditor.commands.options import Common, single

app = single()

_TELEGRAM_NAMES, _TELEGRAM_NAMES_OF_MANY = 150, 70


@app.command()
def discover(
    context: typer.Context,
    who: Annotated[
        list[str] | None,
        typer.Argument(metavar="WHO", help="An office's id, a municipality or a whole family name."),
    ] = None,
    everybody: Annotated[bool, typer.Option("--all", help="Look for the holders of all offices.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print every lead with every reason as JSON.")] = False,
    names: Annotated[
        int | None,
        typer.Option("--names", min=0, max=1000, help="Names of a person to try on t.me: 150, with --all 70."),
    ] = None,
    requests: Annotated[
        int | None, typer.Option("--requests", min=1, help="At most so many requests on each route.")
    ] = None,
    minutes: Annotated[
        float | None, typer.Option("--minutes", min=0.0, max=100_000.0, help="At most so many minutes.")
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=3650, help="Read posts so many days back for links.")] = 182,
    again: Annotated[bool, typer.Option("--again", help="Forget how far earlier searches came.")] = False,
) -> None:
    """Look for accounts and say why each may be the holder's.

    Nothing is written into the registry.
    """
    if bool(who) is everybody:
        raise UsageError(phrase("name one office, or all of them with --all"))
    from auditor.commands.search_text import leads_document, render_leads, search_accounts
    from auditor.search.scout_runner import Budget

    common: Common = context.obj
    workspace = common.open()
    offices = [workspace.office(" ".join(who), exact=True)] if who else workspace.registry.offices
    names_per_person = names if names is not None else _TELEGRAM_NAMES if who else _TELEGRAM_NAMES_OF_MANY
    budget = Budget(requests, minutes, names_per_person)
    with common.progress(workspace.translator.gettext(N_("Looking for pages"))) as progress:
        result = search_accounts(workspace, offices, budget=budget, days=days, again=again, progress=progress)
    if as_json:
        echo_json(leads_document(result, workspace.translator))
    elif not common.quiet:
        echo(render_leads(result, workspace.translator))
    raise typer.Exit(0 if result.complete else 3)
