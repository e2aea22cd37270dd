"""t.me of the sandbox.

In: paths and forms of requests. Out: `HttpResponse` with HTML, or JSON for older comments.
Imports the world, the state and the ports of the sandbox only. `routes` finds the page for an address, the other
modules write it: `landing_pages` also has the pages that replace one, `preview` has posts, `discussion` comments.
A new kind of page gets a function in one of them and a line in `routes`.
"""
