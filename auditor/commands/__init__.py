"""What is typed: one module a command.

A command's module is imported to show its help, so it imports light modules alone; a command imports what it works
with when it runs. Where that is much, a module of its own holds it: ``proof`` for ``evidence``, ``leads`` for
``discover``.
"""
