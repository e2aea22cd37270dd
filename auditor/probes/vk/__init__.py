"""VK through its API: profiles and communities, their walls and comments.

In: a `Target`; a service key from the settings. Out: a source that `probes.look` asks (`vk_source`). It may import
`base`, `language`, `registry.models` and the modules of `probes` above it, never another network. A fact of a post is
a field of `WallPost`, filled in `_minimise_post` and handed on by `VkSource._post`; one of a page is a field of
`VkPage`, requested by `_FIELDS` of `resolve` and handed on by `_identity` of `vk_source`. A new API method becomes a
request in the module of its subject (`resolve`, `wall`, `vk_threads`), with its minimised model there or in `profile`,
and a line of `vk_plugin` tries it for `doctor`; a new error code goes into the table of `error_codes`.
"""
