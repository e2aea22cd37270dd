"""The controls that a week's audit names."""

from collections.abc import Iterable

from auditor.base.snapshot import ControlResult, Outcome


def judged_controls(results_by_run: Iterable[tuple[int, ControlResult]]) -> list[ControlResult]:
    """Return the control results that an audit names; `results_by_run` has run numbers and results of a week, in order.

    For each route these are the results of the last run in which all controls passed, because that run's looks are
    judged; if there is no such run, those of the last run.
    """
    runs: dict[str, dict[int, list[ControlResult]]] = {}
    for run, result in results_by_run:
        runs.setdefault(result.route, {}).setdefault(run, []).append(result)
    chosen = []
    for _, by_run in sorted(runs.items()):
        passed = [results for results in by_run.values() if all(c.outcome is Outcome.PASSED for c in results)]
        chosen += (passed or list(by_run.values()))[-1]
    return chosen
