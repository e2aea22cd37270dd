"""The options and arguments that several commands share, each declared once.

A command names the common options that it takes, and gets them as its first argument::

    @app.command()
    @takes("week", "registry", "data", "quiet")
    def replay(common: Common, as_json: ...) -> None:
        session = common.open()
"""

import inspect
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, get_type_hints

import typer

from auditor.base.errors import UsageError
from auditor.commands.console import progress_bar

if TYPE_CHECKING:
    from auditor.base.logs import Progress
    from auditor.run.session import Session

_LANGUAGES = (None, "ru", "en")

Who = Annotated[str, typer.Argument(help="An office's id, a municipality or a holder's name, in any case.")]
WholeWho = Annotated[
    str,
    typer.Argument(metavar="WHO", help="An office's id, a municipality or a whole family name, no part of one."),
]


@dataclass(frozen=True, slots=True)
class Common:
    """The common options as typed; one that a command does not take has its default."""

    week: Annotated[str | None, typer.Option("--week", help="2026-W47; by default the last week that has ended.")] = (
        None
    )
    registry: Annotated[Path | None, typer.Option("--registry", help="The registry, officials.yaml.")] = None
    data: Annotated[Path | None, typer.Option("--data", help="Folder of the archive.")] = None
    out: Annotated[Path | None, typer.Option("--out", help="Folder of the reports.")] = None
    as_of: Annotated[str | None, typer.Option("--as-of", help="Judge as of this moment: 2026-11-24T12:00+07:00.")] = (
        None
    )
    lang: Annotated[str | None, typer.Option("--lang", help="Language of findings and reports: ru or en.")] = None
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more on the standard error.")] = False
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False

    def set_up_logs(self) -> None:
        """Log as much as was asked for."""
        from auditor.base import logs

        logs.set_up_logs(verbose=self.verbose, quiet=self.quiet)

    def open(self) -> "Session":
        """Read settings and registry, and set the logs up. Raises `UsageError` for what cannot be read."""
        from auditor.run.session import open_session

        if self.lang not in _LANGUAGES:
            raise UsageError(f"there is no language {self.lang!r}; choose ru or en")
        self.set_up_logs()
        return open_session(registry=self.registry, data=self.data, out=self.out, as_of=self.as_of, lang=self.lang)

    def progress(self, title: str, *, wanted: bool = True) -> AbstractContextManager["Progress"]:
        """Show a progress bar where somebody sees it, and where there is something to wait for (`wanted`)."""
        return progress_bar(title, shown=wanted and not self.quiet and sys.stderr.isatty())


def takes(*names: str) -> Callable[[Callable[Concatenate[Common, ...], None]], Callable[..., None]]:
    """Give a command these common options, after its own; it is called with a `Common` and its own."""
    hints = get_type_hints(Common, include_extras=True)
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=getattr(Common(), name), annotation=hint)
        for name, hint in hints.items()
        if name in names
    ]
    assert len(shared) == len(names), f"no such common option among {names}"

    def with_common(command: Callable[Concatenate[Common, ...], None]) -> Callable[..., None]:
        signature = inspect.signature(command, eval_str=True)
        _, *own = signature.parameters.values()

        @wraps(command)
        def called(**given: Any) -> None:
            common = Common(**{name: given.pop(name) for name in names})
            command(common, **given)

        called.__signature__ = signature.replace(  # type: ignore[attr-defined]  # typer reads the options off it
            parameters=[p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own] + shared
        )
        return called

    return with_common


def single() -> typer.Typer:
    """Return an empty application for one command."""
    return typer.Typer(add_completion=False, rich_markup_mode=None)


def group(help_text: str) -> typer.Typer:
    """Return an empty group of commands."""
    commands = typer.Typer(help=help_text, no_args_is_help=True, add_completion=False, rich_markup_mode=None)
    commands.callback()(_no_options)  # without one typer would drop the name of a group's only command
    return commands


def _no_options() -> None:
    return
