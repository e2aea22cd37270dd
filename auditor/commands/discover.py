"""``auditor discover``: search for accounts that may be a holder's. The registry is not changed."""

import math

import click

from auditor.base.errors import UsageError
from auditor.base.text import N_, phrase
from auditor.commands.console import echo, echo_json
from auditor.commands.options import Common, program, words_argument

_TELEGRAM_NAMES, _TELEGRAM_NAMES_OF_MANY = 150, 70


def _comparable(_context: click.Context, _param: click.Parameter, value: float | None) -> float | None:
    """Return the number. Raise `click.BadParameter` for nan, which no end of a range refuses."""
    if value is not None and math.isnan(value):
        raise click.BadParameter("nan")
    return value


@program.command()
@words_argument("who", "An office's id, a municipality or a whole family name.")
@click.option("--all", "everybody", is_flag=True, help="Look for the holders of all offices.")
@click.option("--json", "as_json", is_flag=True, help="Print every lead with every reason as JSON.")
@click.option("--names", type=click.IntRange(0, 1000), help="Names of a person to try on t.me: 150, with --all 70.")
@click.option("--requests", type=click.IntRange(1), help="At most so many requests on each route.")
@click.option("--minutes", type=click.FloatRange(0, 100_000), callback=_comparable, help="At most so many minutes.")
@click.option(
    "--days",
    type=click.IntRange(1, 3650),
    default=182,
    show_default=True,
    help="Read posts so many days back for links.",
)
@click.option("--again", is_flag=True, help="Forget how far earlier searches came.")
@click.pass_obj
def discover(
    common: Common,
    *,
    who: str,
    everybody: bool,
    as_json: bool,
    names: int | None,
    requests: int | None,
    minutes: float | None,
    days: int,
    again: bool,
) -> int:
    """Look for accounts and say why each may be the holder's.

    Nothing is written into the registry.
    """
    if bool(who) is everybody:
        raise UsageError(phrase("name one office, or all of them with --all"))
    from auditor.commands.search_text import leads_document, render_leads, search_accounts
    from auditor.search.scout_runner import Budget

    workspace = common.open(needs_office=True, writes=["registry", "data"])
    offices = [workspace.existing_office(who, workspace.today, exact=True)] if who else workspace.registry.offices
    names_per_person = names if names is not None else _TELEGRAM_NAMES if who else _TELEGRAM_NAMES_OF_MANY
    budget = Budget(requests, minutes, names_per_person)
    with common.progress(workspace.translator.gettext(N_("Looking for pages"))) as progress:
        result = search_accounts(workspace, offices, budget=budget, days=days, again=again, progress=progress)
    if as_json:
        echo_json(leads_document(result, workspace.translator))
    elif not common.quiet:
        echo(render_leads(result, workspace.translator))
    return 0 if result.complete else 3
