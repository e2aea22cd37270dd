"""Runs: plan and collect a week's looks, judge what was stored, show it, replay it.

In: a `Workspace` and an `Archive`. Out: stored looks, and an `Audit` as readers see it.
It may import archive, audit, probes (by `auditor.probes.plugins`), registry and base. `collect` and `plan` import no
check.
The next case goes into `plan` if a run must look at something else, `skip_threads` if a look may leave something out,
and `judge_week` if a stored week is to be shown otherwise.
"""
