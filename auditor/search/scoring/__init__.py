"""The pure part of the search: which user names to try, whose page a link is, what speaks for and against a lead.

In: persons of the registry, and pages and passages that the scouts read. Out: user names, mentions, candidates, leads;
an operator confirms a lead. May import scouted pages, `registry` and `base`, and of `probes` the text with links;
never the archive or a scout. A new word goes into `patterns.toml`, a new reason or doubt into `reason_sentences` and
`score`.
"""
