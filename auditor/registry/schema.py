"""The registry's JSON Schema: editors complete and check ``officials.yaml`` by it."""

import json
from typing import Any

from auditor.registry.models import Group, Registry
from auditor.registry.policy import DEFAULT_POLICY

_DAY = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_MOMENT = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$"}


def registry_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a registry file.

    It says what an editor can check while typing; what needs the whole file, such as one holder at a time, is left
    to `load_registry`.
    """
    schema = Registry.model_json_schema()
    shapes: dict[str, Any] = {"Registry": schema, **schema["$defs"]}
    for shape in shapes.values():
        for described in shape.get("properties", {}).values():
            described.pop("title", None)
            described["description"] = " ".join(described["description"].split())
    directive = shapes["Directive"]["properties"]
    for key, form in (("issued", _DAY), ("deadline", _MOMENT)):
        directive[key].pop("format")
        directive[key] |= form
    directive["binds"]["enum"] = list(Group)
    shapes["PolicyValue"].pop("required")
    policy = schema["properties"]["policy"]
    policy["properties"] = {key: _policy_key(key) for key in DEFAULT_POLICY}
    policy["additionalProperties"] = False
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "Registry of offices",
        "description": "Who owes what, who holds which office, and which accounts are theirs.",
    }


def schema_text(*, included: bool = False) -> str:
    """Return the schema as it is committed in ``officials.schema.json``; or that of a file that is `included`."""
    schema = registry_schema()
    if included:
        held = {key: schema["properties"][key] for key in ("include", "offices")}
        schema |= {"title": "Offices of a registry", "properties": held, "required": ["offices"]}
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _policy_key(key: str) -> dict[str, Any]:
    default = DEFAULT_POLICY[key]
    return {
        "$ref": "#/$defs/PolicyValue",
        "description": f"Packaged default: {json.dumps(default.value)} ({default.basis}).",
    }
