"""The only network code: looks at one account over one route and returns a snapshot.

In: a target, a time window, settings and the archive's memory of a login. Out: snapshots and control results, with
their minimised responses as evidence. This package may import `base`, `language` and `registry`, never `checks` or
`run`. The rest of the program asks `auditor.probes.plugins` alone; a new network or route is a new folder here, which
`auditor.base.networks` finds.
"""
