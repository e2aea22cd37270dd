"""The command line: one module per command, imported only when that command is used.

In: a typed line, settings, the registry and the archive. Out: text or JSON on standard output, and an exit code.
A command may import every other package; no other package imports this one. What commands share has its own module:
`publication` (for ``weekly``), `dispute_export`, `evidence_text` (for ``evidence``), `search_text` (for ``discover``).
A new command is a module with `app`, named after the command, and a line in `cli._COMMANDS`.
"""
