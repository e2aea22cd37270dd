"""Telegram: two routes, the public pages (`web`) and the signed-in client (`client`), over one `TelegramSource`.

In: a `Target`. Out: a source that `probes.look` asks.
Imports `auditor.base`, `auditor.language`, `auditor.registry.models` and `auditor.probes`; never the archive or
checks. A new fact about a channel gets a field in `responses`, which each route fills, and its source puts it into
`ResolvedChannel.facts` (`page_facts`); one that follows from the messages goes into `telegram_source`. Fields of the
shared models that only one route fills say so. No two modules of the program have the same name: one that VK has as
well begins with `telegram_`, one that the other route has as well, or that would mean too much alone, with `web_` or
`client_`; no other has a prefix.
"""
