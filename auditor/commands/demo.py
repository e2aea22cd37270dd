"""``auditor demo``: the whole audit on an invented world, served on this machine."""

from pathlib import Path
from typing import Annotated

import typer

from auditor.commands.options import Common, single, takes

app = single()


@app.command()
@takes("lang", "verbose", "quiet")
def demo(
    common: Common,
    out: Annotated[Path, typer.Option("--out", help="Folder of the demonstration.")] = Path("demo"),
    seed: Annotated[int, typer.Option("--seed", help="Seed of the invented world.")] = 2022,
    weeks: Annotated[int, typer.Option("--weeks", min=1, max=26, help="Weeks to audit, the last included.")] = 5,
    search: Annotated[
        bool, typer.Option("--discover", help="Look for the accounts of invented heads instead.")
    ] = False,
) -> None:
    """Audit an invented world on this machine.

    The reports say on every page that they are invented.
    """
    common.set_up_logs()
    if search:
        _search(common, out, seed)
        return
    from auditor.commands.invented_weeks import run_demo
    from auditor.commands.publish import print_summary

    with common.progress("demo") as progress:
        session, audit, page = run_demo(out, seed=seed, lang=common.lang or "ru", weeks=weeks, progress=progress)
    if not common.quiet:
        print_summary(session, audit, page)


def _search(common: Common, out: Path, seed: int) -> None:
    from auditor.base.i18n import Catalogue
    from auditor.commands.invented_weeks import search_demo
    from auditor.commands.leads import print_leads

    lang = common.lang or "ru"
    with common.progress("discover") as progress:
        found = search_demo(out, seed=seed, lang=lang, progress=progress)
    if not common.quiet:
        print_leads(found, Catalogue(lang))
