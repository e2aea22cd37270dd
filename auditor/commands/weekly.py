"""``auditor weekly``: look at every account, judge the week, publish its report."""

import math
import re
from collections.abc import Iterator, Sequence

import click

from auditor.base import weeks
from auditor.base.errors import UsageError
from auditor.base.i18n import Translator
from auditor.base.networks import routes
from auditor.base.text import N_, NNP_, phrase, verbatim
from auditor.commands.console import echo
from auditor.commands.next import expiry_lines, gaps_in, steps_of
from auditor.commands.options import Common, program, week_option
from auditor.commands.publication import other_changes, print_summary, run_weekly, unfinished_routes
from auditor.run.collect_week import RouteForecast, forecast_week
from auditor.run.judge_week import exit_code


@program.command()
@week_option
@click.option("--plan", is_flag=True, help="Only say what would be asked, and how long that takes; ask nothing.")
@click.option("--budget", help="Stop asking after so long (20m, 1h30m), the most useful first; the next run continues.")
@click.pass_obj
def weekly(common: Common, *, week: str | None, plan: bool, budget: str | None) -> int:
    """Look at every account, judge the week, write the report.

    Running it again in the same week doubles nothing.
    """
    seconds = parse_span(budget) if budget is not None else None
    workspace = common.open(needs_office=True, publishes=True, writes=() if plan else ["registry", "data"])
    judged_week = workspace.week(week)
    if plan:
        for line in plan_lines(forecast_week(workspace, judged_week), judged_week, workspace.translator, seconds):
            echo(line)
        return 0
    with common.progress(str(judged_week)) as progress:
        result, page = run_weekly(workspace, judged_week, progress=progress, seconds=seconds)
    if not common.quiet:
        office_gaps = gaps_in(workspace)
        unfinished = map(verbatim, unfinished_routes(result.run_result, workspace.translator))
        steps = [*unfinished, *steps_of(workspace, office_gaps)]
        more = [*other_changes(result, workspace.translator), *expiry_lines(office_gaps, workspace.translator)]
        print_summary(workspace, result.audit, page, steps, more)
    return exit_code(result.audit)


def parse_span(text: str) -> float:
    """Return the seconds of a ``--budget`` such as ``1h30m`` or ``20m``. Raises `UsageError` if it is malformed."""
    match = re.fullmatch(r"(?:(\d{1,4})h)?(?:(\d{1,4})m)?(?:(\d{1,5})s)?", text.strip())
    seconds = sum(int(n or 0) * unit for n, unit in zip(match.groups(), (3600, 60, 1), strict=True)) if match else 0
    if not seconds:
        raise UsageError(phrase("a time of {text} cannot be read; write it as 20m or 1h30m", text=repr(text)))
    return float(seconds)


def plan_lines(
    forecasts: Sequence[RouteForecast], week: weeks.Week, translator: Translator, seconds: float | None = None
) -> Iterator[str]:
    """Yield a line for each route: what would be asked, and with `seconds` how much of it fits into that time."""
    yield translator.translate(
        N_("{week}: what would be asked, and how long it takes at the limits that are set"), week=str(week)
    )
    for forecast in forecasts:
        time, pages = _span(forecast.seconds, translator), forecast.accounts
        route = translator.gettext(routes()[forecast.route.value].name)
        sentence = N_("{route}: {pages} pages, about {requests} requests, {time}")
        yield translator.translate(sentence, route=route, pages=pages, requests=forecast.requests, time=time)
        if seconds is not None and forecast.seconds > seconds:
            page_count = math.floor(pages * seconds / forecast.seconds)
            sentence = N_("    in {time}: about {pages} pages, the most useful first; {left} are left to the next run")
            yield translator.translate(
                sentence, time=_span(seconds, translator), pages=page_count, left=pages - page_count
            )
    longest = max((forecast.seconds for forecast in forecasts), default=0.0)
    yield translator.translate(
        N_("The routes work side by side: about {time} in all."), time=_span(longest, translator)
    )


_UNITS = (
    (60, 1, NNP_("short", "{n} sec", "{n} sec")),
    (120 * 60, 60, NNP_("short", "{n} min", "{n} min")),
    (72 * 3600, 3600, NNP_("short", "{n} hr", "{n} hr")),
    (math.inf, 86400, NNP_("short", "{n} day", "{n} days")),
)
"""For each unit: the longest time in seconds that is written in it, its length in seconds, and how it is written."""


def _span(seconds: float, translator: Translator) -> str:
    """Return a time in whole seconds, minutes, hours or days, rounded up."""
    unit, forms = next((unit, forms) for limit, unit, forms in _UNITS if seconds <= limit)
    return translator.count(*forms, math.ceil(seconds / unit))
