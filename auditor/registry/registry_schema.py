"""The registry's JSON Schema: editors complete and check ``officials.yaml`` by it."""

import json
from typing import Any

from pydantic import BaseModel

from auditor.registry.models import IncludedFile, Registry
from auditor.registry.policy import DEFAULT_POLICY

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def registry_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a registry file.

    It says what an editor can check while typing; what needs the whole file, such as one holder at a time, is left
    to `load_registry`.
    """
    schema = _schema_of(Registry, "Registry of offices")
    schema["$defs"]["PolicyValue"].pop("required")
    policy = schema["properties"]["policy"]
    policy["properties"] = {key: _policy_key(key) for key in DEFAULT_POLICY}
    policy["additionalProperties"] = False
    return schema | {"description": "Who owes what, who holds which office, and which accounts are theirs."}


def schema_text(*, included: bool = False) -> str:
    """Return the schema as it is committed in ``officials.schema.json``; or that of a file that is `included`."""
    schema = _schema_of(IncludedFile, "Offices of a registry") if included else registry_schema()
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _schema_of(model: type[BaseModel], title: str) -> dict[str, Any]:
    schema = model.model_json_schema()
    for shape in (schema, *schema["$defs"].values()):
        shape.get("properties", {}).pop({"Office": "timezone", "Registry": "text"}.get(shape["title"], ""), None)
        for described in shape.get("properties", {}).values():
            described.pop("title", None)
            described["description"] = " ".join(described["description"].split())
    schema["$defs"]["Office"]["required"].remove("title")  # a group may say it
    schema["$defs"]["Tenure"]["required"].append("sources")
    for owner in ("Office", "Tenure"):  # an address alone does not tell an editor its network
        items = schema["$defs"][owner]["properties"]["accounts"]["items"]
        items["anyOf"] = items.pop("oneOf")
    return {"$schema": _DRAFT, **schema, "title": title}


def _policy_key(key: str) -> dict[str, Any]:
    default = DEFAULT_POLICY[key]
    return {
        "$ref": "#/$defs/PolicyValue",
        "description": f"Packaged default: {json.dumps(default.value)} ({default.basis}).",
    }
