"""What is said to a report: ``statements.yaml`` and ``corrections.yaml``, which lie beside the registry."""

__all__ = ["Correction", "Remarks", "Statement", "load_remarks"]

from auditor.registry.remarks.loader import load_remarks
from auditor.registry.remarks.models import Correction, Remarks, Statement
