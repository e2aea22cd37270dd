"""``auditor weekly``: look at every account, judge the week, publish its report."""

import math
import re
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from auditor.base import weeks
from auditor.base.errors import UsageError
from auditor.base.i18n import Translator
from auditor.base.networks import routes
from auditor.base.text import N_, phrase
from auditor.commands.console import echo
from auditor.commands.next import expiry_lines, gaps_in, next_commands
from auditor.commands.options import Common, Week, single
from auditor.commands.publication import other_changes, print_summary, run_weekly, unfinished_routes
from auditor.run.collect_week import RouteForecast, forecast_week
from auditor.run.judge_week import exit_code

app = single()


@app.command()
def weekly(
    context: typer.Context,
    week: Week = None,
    plan: Annotated[
        bool, typer.Option("--plan", help="Only say what would be asked, and how long that takes; ask nothing.")
    ] = False,
    budget: Annotated[
        str | None,
        typer.Option(
            "--budget", help="Stop asking after so long (20m, 1h30m), the most useful first; the next run continues."
        ),
    ] = None,
) -> None:
    """Look at every account, judge the week, write the report.

    Running it again in the same week doubles nothing.
    """
    common: Common = context.obj
    seconds = parse_span(budget) if budget is not None else None
    session = common.open(publishes=True)
    of = session.week(week)
    if plan:
        for line in plan_lines(forecast_week(session, of), of, session.words, seconds):
            echo(line)
        return
    with common.progress(str(of)) as progress:
        judged, page = run_weekly(session, of, progress=progress, seconds=seconds)
    if not common.quiet:
        steps = [*unfinished_routes(judged.run_result, session.words), *next_commands(session)]
        more = [*other_changes(judged, session.words), *expiry_lines(gaps_in(session), session.words)]
        print_summary(session, judged.audit, page, steps, more)
    raise typer.Exit(exit_code(judged.audit))


def parse_span(text: str) -> float:
    """Read ``--budget``: hours, minutes and seconds like ``1h30m``; return seconds. Raises `UsageError`."""
    found = re.fullmatch(r"(?:(\d{1,4})h)?(?:(\d{1,4})m)?(?:(\d{1,5})s)?", text.strip())
    seconds = sum(int(n or 0) * unit for n, unit in zip(found.groups(), (3600, 60, 1), strict=True)) if found else 0
    if not seconds:
        raise UsageError(phrase("a time of {text} cannot be read; write it as 20m or 1h30m", text=repr(text)))
    return float(seconds)


def plan_lines(
    forecasts: Sequence[RouteForecast], week: weeks.Week, words: Translator, seconds: float | None = None
) -> Iterator[str]:
    """Yield what would be asked, a route at a time; with `seconds` also how much of it can be done in that time."""
    yield words.translate(
        N_("{week}: what would be asked, and how long it takes at the limits that are set"), week=str(week)
    )
    for forecast in forecasts:
        time, pages = _span(forecast.seconds, words), forecast.accounts
        route = words.gettext(routes()[forecast.route.value].name)
        said = N_("{route}: {pages} pages, about {requests} requests, {time}")
        yield words.translate(said, route=route, pages=pages, requests=forecast.requests, time=time)
        if seconds is not None and forecast.seconds > seconds:
            fits = math.floor(pages * seconds / forecast.seconds)
            said = N_("    in {time}: about {pages} pages, the most useful first; {left} are left to the next run")
            yield words.translate(said, time=_span(seconds, words), pages=fits, left=pages - fits)
    longest = max((forecast.seconds for forecast in forecasts), default=0.0)
    yield words.translate(N_("The routes work side by side: about {time} in all."), time=_span(longest, words))


_UNITS = ((60, 1, "second"), (120 * 60, 60, "minute"), (72 * 3600, 3600, "hour"), (math.inf, 86400, "day"))
"""Up to how many seconds a time is written in a unit, the unit's seconds, and babel's name of it."""


def _span(seconds: float, words: Translator) -> str:
    """Write a time in whole seconds, minutes, hours or days, as is plain to read; never too short a one."""
    from babel.units import format_unit

    unit, name = next((unit, name) for limit, unit, name in _UNITS if seconds <= limit)
    return format_unit(math.ceil(seconds / unit), f"duration-{name}", length="short", locale=words.lang)
