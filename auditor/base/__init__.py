"""Building blocks that every other package uses: snapshots, weeks, text and its translation, errors, secrets, files.

In: the environment, ``auditor.toml``, addresses and dates as people type them, responses as they came.
Out: immutable values (`Snapshot`, `StoredResponse`, `Week`, `Address`, `Text`, `Settings`) and errors in one line.
Imports the standard library and third-party packages, nothing else of auditor.
A new network or route is named in `networks`, a new cause in `snapshot`, a new kind of error in `errors`.
"""
