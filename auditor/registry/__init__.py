"""officials.yaml: who owes what, who holds an office, and which accounts are theirs (docs/dev/design.md, section 6)."""

__all__ = ["Office", "Registry", "load_registry", "locate_registry", "parse_registry", "pick_office"]

from auditor.registry.loader import load_registry, locate_registry, parse_registry
from auditor.registry.lookup import pick_office
from auditor.registry.models import Office, Registry
