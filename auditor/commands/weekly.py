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
    from auditor.run.old_forecast import RouteForecast
    from auditor.run.session import Session

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
    from auditor.run.old_weekly import forecast_week

    routes = forecast_week(session, week, useful_first=seconds is not None)
    for line in plan_lines(routes, week, session.words, seconds):
        say(line)


def plan_lines(
    routes: "Sequence[RouteForecast]", week: "Week", words: "Catalogue", seconds: float | None = None
) -> Iterator[str]:
    """Yield what would be asked, a route at a time; with `seconds` also how much of it can be done in that time."""
    from auditor.report.words import ROUTES

    yield words.say(N_("{week}: what would be asked, and how long it takes at the limits that are set"), week=str(week))
    for one in routes:
        route, pages = words.gettext(ROUTES[one.route.value]), one.accounts
        asked = one.asked.requests
        if one.accounts and not (asked or one.later or one.asked.closed):
            yield words.say(N_("{route}: {pages} pages; without a key nothing is asked"), route=route, pages=pages)
            continue
        time, said = _span(one.asked.seconds, words), N_("{route}: {pages} pages, about {requests} requests, {time}")
        yield words.say(said, route=route, pages=pages, requests=asked, time=time)
        yield "    " + ", ".join(f"{method} {count}" for method, count in one.asked.methods.items() if count)
        yield from _at_other_limits(one, words)
        if seconds is not None and one.asked.seconds > seconds:
            fits = math.floor(one.accounts * seconds / one.asked.seconds)
            said = N_("    in {time}: about {pages} pages, the most useful first; {left} are left to the next run")
            yield words.say(said, time=_span(seconds, words), pages=fits, left=one.accounts - fits)
    longest = max((one.asked.seconds for one in routes), default=0.0)
    yield words.say(N_("The routes work side by side: about {time} in all."), time=_span(longest, words))


_A_DAY_HOLDS = N_(
    "    today {pages} of them, as a day holds {limit}; the other {later} take {days} more days, a run a day"
)
_A_RUN_HOLDS = N_(
    "    {pages} of them in this run, as one looks up {limit} names at most; the other {later} take more runs: {days}"
)


def _at_other_limits(one: "RouteForecast", words: "Catalogue") -> Iterator[str]:
    """Say what is closed, what asking for many pages at once would save, and what has to wait for another day."""
    for method, opens in one.asked.closed.items():
        said = N_("    {method} is closed until {moment}: what needs it is not asked before")
        yield words.say(said, method=method, moment=words.moment(opens))
    together = one.asked.together
    if together is not None:
        said = N_("    if the key may call execute, which the first run finds out: {requests} requests, {time}")
        yield words.say(said, requests=together.requests, time=_span(together.seconds, words))
    if one.later:
        said = _A_RUN_HOLDS if one.asked.daily.a_run else _A_DAY_HOLDS
        pages, limit = one.accounts - one.later, round(one.asked.daily.a_day)
        yield words.say(said, pages=pages, limit=limit, later=one.later, days=one.days)


def _span(seconds: float, words: "Catalogue") -> str:
    """Write a time in whole seconds, minutes, hours or days, as is plain to read; never too short a one."""
    if seconds < 60:
        return words.say(N_("{n} s"), n=math.ceil(seconds))
    if seconds <= 120 * 60:
        return words.say(N_("{n} min"), n=math.ceil(seconds / 60))
    if seconds <= 72 * 3600:
        return words.say(N_("{n} h"), n=math.ceil(seconds / 3600))
    return words.count("{n} day", "{n} days", math.ceil(seconds / 86400))
