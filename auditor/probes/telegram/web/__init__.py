"""The public pages of t.me, which anybody sees without signing in.

In: requests of a `WebSource`, sent by `WebTransport`. Out: HTML, minimised to the models of `telegram.responses`.
Imports `auditor.base`, `auditor.probes` and the modules of `telegram`; never the client route beside it.
A new kind of page gets its own parser module; a new way to be turned away belongs to `web_transport`.
"""
