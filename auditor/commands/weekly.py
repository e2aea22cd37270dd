"""``auditor weekly``: look at every account, judge the week, publish its report."""

import math
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from auditor.base.errors import UsageError
from auditor.base.text import N_
from auditor.commands.options import Common, single, takes

if TYPE_CHECKING:
    from auditor.base.i18n import Catalogue
    from auditor.base.weeks import Week
    from auditor.run.session import Session
    from auditor.run.weekly import RouteForecast

app = single()


@app.command()
@takes("week", "registry", "data", "out", "as_of", "lang", "verbose", "quiet")
def weekly(
    common: Common,
    plan: Annotated[
        bool, typer.Option("--plan", help="Only say what would be asked, and how long that takes; ask nothing.")
    ] = False,
    budget: Annotated[
        str | None,
        typer.Option("--budget", help="Ask for so long at most (20m, 1h30m), the most useful first; then go on later."),
    ] = None,
) -> None:
    """Look at every account, judge the week, write the report.

    Running it again in the same week doubles nothing.
    """
    from auditor.commands.next import next_commands
    from auditor.commands.publish import besides, left_over, print_summary, run_weekly
    from auditor.run.week import exit_code

    seconds = parse_span(budget) if budget is not None else None
    session = common.open()
    week = session.week(common.week)
    if plan:
        _print_plan(session, week, seconds)
        return
    with common.progress(str(week)) as progress:
        judged, page = run_weekly(session, week, progress=progress, seconds=seconds)
    if not common.quiet:
        steps = [*left_over(judged.done, session.words), *next_commands(session)]
        print_summary(session, judged.audit, page, steps, besides(judged, session.words))
    raise typer.Exit(exit_code(judged.audit))


def parse_span(text: str) -> float:
    """Read ``--budget``: hours, minutes and seconds like ``1h30m``; return seconds. Raises `UsageError`."""
    found = re.fullmatch(r"(?:(\d{1,4})h)?(?:(\d{1,4})m)?(?:(\d{1,5})s)?", text.strip())
    seconds = sum(int(n or 0) * unit for n, unit in zip(found.groups(), (3600, 60, 1), strict=True)) if found else 0
    if not seconds:
        raise UsageError(f"a time of {text!r} cannot be read; write it as 20m or 1h30m")
    return float(seconds)


def _print_plan(session: "Session", week: "Week", seconds: float | None) -> None:
    from auditor.commands.console import say
    from auditor.run.weekly import forecast_week

    routes = forecast_week(session, week)
    for line in plan_lines(routes, week, session.words, seconds):
        say(line)


def plan_lines(
    routes: "Sequence[RouteForecast]", week: "Week", words: "Catalogue", seconds: float | None = None
) -> Iterator[str]:
    """Yield what would be asked, a route at a time; with `seconds` also how much of it can be done in that time."""
    from auditor.base import networks

    yield words.say(N_("{week}: what would be asked, and how long it takes at the limits that are set"), week=str(week))
    for forecast in routes:
        time, pages = _span(forecast.seconds, words), forecast.accounts
        route = networks.routes()[forecast.route.value].name
        said = N_("{route}: {pages} pages, about {requests} requests, {time}")
        yield words.say(said, route=words.gettext(route), pages=pages, requests=forecast.requests, time=time)
        if seconds is not None and forecast.seconds > seconds:
            fits = math.floor(pages * seconds / forecast.seconds)
            said = N_("    in {time}: about {pages} pages, the most useful first; {left} are left to the next run")
            yield words.say(said, time=_span(seconds, words), pages=fits, left=pages - fits)
    longest = max((forecast.seconds for forecast in routes), default=0.0)
    yield words.say(N_("The routes work side by side: about {time} in all."), time=_span(longest, words))


def _span(seconds: float, words: "Catalogue") -> str:
    """Write a time in whole seconds, minutes, hours or days, as is plain to read; never too short a one."""
    if seconds < 60:
        return words.say(N_("{n} s"), n=math.ceil(seconds))
    if seconds <= 120 * 60:
        return words.say(N_("{n} min"), n=math.ceil(seconds / 60))
    if seconds <= 72 * 3600:
        return words.say(N_("{n} h"), n=math.ceil(seconds / 3600))
    return words.count("{n} day", "{n} days", math.ceil(seconds / 86400))
