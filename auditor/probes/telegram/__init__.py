"""Telegram: one look over two sources, the public pages (`web`) and the signed-in client (`client`).

In: a `Target` and a `Window`. Out: a look that yields requests and returns a `Snapshot` (or a `ControlResult`).
Imports `auditor.base`, `auditor.language`, `auditor.registry.models` and `auditor.probes`; never the archive or checks.
What both routes share is here: a fact about every channel goes into `telegram_look`, its minimised model into
`responses`; what one route alone can see goes into that route's `ChannelSource`.
"""
