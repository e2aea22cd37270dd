"""What is typed: one module a command.

A command's module is imported to show its help, so it imports light modules alone; a command imports what it works
with when it runs. Where that is much, a module of its own holds it: ``proof`` for ``evidence``, ``leads`` for
``discover``.
"""

import gc
import os

_GARBAGE = 200_000
"""Objects made between two searches for garbage: Python's 700 costs a tenth of a short command's time."""

gc.set_threshold(_GARBAGE)
# No plugin of pydantic is used, and to look for some it reads the metadata of every package that is installed.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
