"""VK through its API: profiles and communities, their walls and comments.

In: a target and a window; a service key from the settings. Out: snapshots and control results, with minimised
responses as evidence. It may import `base`, `language`, `registry.models` and the modules of `probes` above it, never
another network. A new API method becomes a request in the module of its subject (`resolve`, `wall`, `vk_threads`), with
its minimised model there or in `profile`; `vk_source` asks it; a new error code goes into the table of `error_codes`.
"""
