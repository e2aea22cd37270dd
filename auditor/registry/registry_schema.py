"""The registry's JSON Schema: editors complete and check ``officials.yaml`` by it."""

import json
from typing import Any

from pydantic import BaseModel

from auditor.registry.models import IncludedFile, Registry
from auditor.registry.policy import default_policy

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def registry_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a registry file.

    It covers what an editor can check while typing; rules about the whole file, such as one holder at a time, are left
    to `load_registry`.
    """
    schema = _schema_of(Registry, "Registry of offices")
    schema["$defs"]["PolicyValue"].pop("required")
    policy = schema["properties"]["policy"]
    policy["properties"] = {key: _policy_key(key) for key in default_policy()}
    policy["additionalProperties"] = False
    return schema | {"description": "Who owes what, who holds which office, and which accounts are theirs."}


def schema_text(*, included: bool = False) -> str:
    """Return the schema as committed in ``officials.schema.json``; with `included` that of an included file."""
    schema = _schema_of(IncludedFile, "Offices of a registry") if included else registry_schema()
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _schema_of(model: type[BaseModel], title: str) -> dict[str, Any]:
    schema = model.model_json_schema()
    for model_schema in (schema, *schema["$defs"].values()):
        model_schema.get("properties", {}).pop("text" if model_schema["title"] == "Registry" else "", None)
        for field_schema in model_schema.get("properties", {}).values():
            field_schema.pop("title", None)
            field_schema["description"] = " ".join(field_schema["description"].split())
    schema["$defs"]["Office"]["required"].remove("title")  # a group may set it
    schema["$defs"]["Tenure"]["required"].append("sources")
    for owner in ("Office", "Tenure"):  # an address alone does not tell an editor its network
        items = schema["$defs"][owner]["properties"]["accounts"]["items"]
        items["anyOf"] = items.pop("oneOf")
    return {"$schema": _DRAFT, **schema, "title": title}


def _policy_key(key: str) -> dict[str, Any]:
    default = default_policy()[key]
    return {
        "$ref": "#/$defs/PolicyValue",
        "description": f"Packaged default: {json.dumps(default.value)} ({default.basis}).",
    }
