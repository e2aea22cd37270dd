"""officials.yaml: who owes what, who holds which office, and which accounts are theirs (DESIGN.md section 6)."""

__all__ = [
    "DEFAULT_POLICY",
    "Account",
    "AccountKind",
    "Address",
    "Basis",
    "Confirmation",
    "Control",
    "Directive",
    "Exemption",
    "Group",
    "Office",
    "Policy",
    "PolicyValue",
    "Region",
    "Registry",
    "Rejection",
    "Report",
    "Search",
    "Tenure",
    "Vacancy",
    "find_offices",
    "load_registry",
    "locate_registry",
    "parse_registry",
    "pick_office",
    "registry_schema",
    "schema_text",
]

from auditor.base.address import Address
from auditor.registry.loader import load_registry, locate_registry, parse_registry
from auditor.registry.lookup import find_offices, pick_office
from auditor.registry.models import (
    Account,
    AccountKind,
    Basis,
    Confirmation,
    Control,
    Directive,
    Exemption,
    Group,
    Office,
    Policy,
    PolicyValue,
    Region,
    Registry,
    Rejection,
    Report,
    Search,
    Tenure,
    Vacancy,
)
from auditor.registry.policy import DEFAULT_POLICY
from auditor.registry.schema import registry_schema, schema_text
