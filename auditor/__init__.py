"""auditor: do the heads of Tomsk oblast's municipalities keep personal pages, and do they answer there?

Data flows in one direction only::

    officials.yaml -> registry -> probes -> snapshots -> archive -> checks -> audit -> report
"""

__version__ = "1.0.0"
