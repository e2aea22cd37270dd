"""The JSON Schema of ``audit.json``, made from the document's own types and from what each check declares."""

import json
from typing import Any

from pydantic import TypeAdapter

from auditor.audit.document import Audit
from auditor.checks import catalogue
from auditor.checks.definition import Check
from auditor.checks.finding import meanings


def audit_schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12). A finding's values are described by the check that it names."""
    schema = Audit.model_json_schema(by_alias=True, mode="serialization")
    finding = schema["$defs"]["AuditedFinding"]
    finding["allOf"] = [_values_of(check) for check in catalogue()]
    schema["properties"]["schema"] = {"const": "auditor/audit/2"}
    return (
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
        }
        | schema
        | {"title": "audit.json"}
    )


def audit_schema_text() -> str:
    """Return the schema as a file has it."""
    return json.dumps(audit_schema(), ensure_ascii=False, indent=2) + "\n"


def _values_of(check: Check[Any]) -> dict[str, Any]:
    """Say what the values of a check's finding are. There are none where nothing was looked at."""
    adapter = TypeAdapter(check.values)
    described = adapter.json_schema(mode="serialization", ref_template="#/$defs/{model}")
    properties: dict[str, Any] = _inlined(described["properties"], described.get("$defs", {}))
    for key, told in meanings(check.values).items():
        unit = f"{told.unit}: " if told.unit else ""
        properties[key] |= {"description": unit + told.meaning}
    values = {"type": "object", "properties": properties}
    return {
        "if": {"properties": {"check": {"const": check.name}}},
        "then": {"properties": {"values": values}},
    }


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    """Put definitions in the place of what refers to them: the checks' records are few and hold no others."""
    if isinstance(schema, list):
        return [_inlined(one, definitions) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    return {key: _inlined(value, definitions) for key, value in schema.items() if key != "default"}
