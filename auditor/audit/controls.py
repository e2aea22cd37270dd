"""Which of a week's controls an audit names."""

from collections.abc import Iterable

from auditor.base.snapshot import ControlResult, Outcome


def judged_controls(found: Iterable[tuple[int, ControlResult]]) -> list[ControlResult]:
    """Choose which controls an audit names; `found` are those of a week's runs, in order, with the run's number.

    For each route these are the controls of the last run in which all passed, because its looks are judged. If there
    is no such run, those of the last one.
    """
    runs: dict[str, dict[int, list[ControlResult]]] = {}
    for run, result in found:
        runs.setdefault(result.route, {}).setdefault(run, []).append(result)
    chosen = []
    for _, by_run in sorted(runs.items()):
        passed = [results for results in by_run.values() if all(c.outcome is Outcome.PASSED for c in results)]
        chosen += (passed or list(by_run.values()))[-1]
    return chosen
