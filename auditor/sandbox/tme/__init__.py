"""t.me of the sandbox: `routes` finds the page for an address, the other modules write it.

`pages` has landing pages and what comes in their place, `preview` posts, `discussion` their comments.
"""
