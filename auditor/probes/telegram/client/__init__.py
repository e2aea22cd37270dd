"""Telegram as a signed-in client: exact dates, and comments at a hundred a request.

In: requests of a `ClientSource`, sent by `ClientTransport`. Out: JSON, minimised to the models of `telegram.responses`,
and to `ResolvedEntity` and `GroupPage`.
Imports `auditor.base`, `auditor.probes` and the modules of `telegram`; never the web route. Telethon is imported by
`telethon_connection` alone. A new error word of a request belongs to `rpc_errors`, one of signing in to `sign_in`, an
exception of Telethon's own to `telethon_connection`; a new TL object belongs to `minimise_tl`.
"""
