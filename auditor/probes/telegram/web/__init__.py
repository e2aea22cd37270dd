"""The public pages of t.me, which anybody sees without signing in.

In: requests of a `WebSource`, sent by `WebTransport`. Out: HTML, minimised to the models of `telegram.responses`
and to `PreviewPage`, as a look reads them.
Imports `auditor.base`, `auditor.probes` and the modules of `telegram`; never the client route beside it.
The `*_page` modules each read one kind of page, `tme_html` what all share; a new kind of page gets its own module, a
new way to be turned away belongs to `web_transport`. The route's key is ``telegram_preview`` and its settings begin
with ``telegram_web``; otherwise a preview is only the page ``/s/NAME``.
"""
