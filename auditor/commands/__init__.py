"""What is typed: one module a command.

A command's module is imported when the command is used. Where it works with much, modules of its own hold it:
``publish`` for ``weekly`` and ``report``, ``proof`` for ``evidence``, ``leads`` for ``discover``.
"""
