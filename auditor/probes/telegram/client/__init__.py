"""Telegram as a signed-in client: exact dates, and comments at a hundred a request.

In: requests of a `ClientSource`, sent by `ClientTransport`. Out: JSON, minimised to the models of `telegram.responses`.
Imports `auditor.base`, `auditor.probes` and the modules of `telegram`; never the web route. Telethon is imported by
`telethon_connection` alone. A new error word belongs to `rpc_errors`, a new TL object to `minimise_tl`.
"""
