"""A progress bar on the standard error, and nothing at all when that is not a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from auditor.base.safe import one_line


def _silent(_done: int, _total: int, _label: str) -> None:
    return


@contextmanager
def progress_bar(title: str, *, shown: bool) -> Iterator[Callable[[int, int, str], None]]:
    """Yield a function to call with accounts done, accounts in all, and the address just done."""
    if not shown:
        yield _silent
        return
    from rich.console import Console  # noqa: PLC0415 - only where there is somebody to see it
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[label]}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(one_line(title), total=None, label="")

        def advance(done: int, total: int, label: str) -> None:
            bar.update(task, completed=done, total=total, label=one_line(label))

        yield advance
