"""auditor: do the heads of Tomsk oblast's municipalities keep personal pages, and do they answer there?

Data flows in one direction only::

    officials.yaml -> registry -> probes -> snapshots -> archive -> checks -> audit -> report

A package imports only from those below it, as the contracts in ``pyproject.toml`` say; a new package is named
there. Each package's own docstring says what comes in, what goes out and where the next case goes.
"""

__version__ = "1.1.0.dev0"
