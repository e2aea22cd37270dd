"""The JSON Schema of ``audit.json``, made from the document's types and the values that each check declares."""

import json
from typing import Any

from pydantic import TypeAdapter

from auditor.audit.document import Audit
from auditor.checks import catalogue
from auditor.checks.definition import Check
from auditor.checks.finding import meanings


def audit_schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12). The check that a finding names determines the schema of its values."""
    schema = Audit.model_json_schema(by_alias=True, mode="serialization")
    finding = schema["$defs"]["AuditedFinding"]
    finding["allOf"] = [_values_schema(check) for check in catalogue()]
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


def _values_schema(check: Check[Any]) -> dict[str, Any]:
    """Return the conditional schema of the values of a check's findings; no value is required."""
    adapter = TypeAdapter(check.values)
    described = adapter.json_schema(mode="serialization", ref_template="#/$defs/{model}")
    properties: dict[str, Any] = _inline_definitions(described["properties"], described.get("$defs", {}))
    for key, value_meaning in meanings(check.values).items():
        unit = f"{value_meaning.unit}: " if value_meaning.unit else ""
        properties[key] |= {"description": unit + value_meaning.meaning}
    values = {"type": "object", "properties": properties}
    return {
        "if": {"properties": {"check": {"const": check.name}}},
        "then": {"properties": {"values": values}},
    }


def _inline_definitions(schema: Any, definitions: dict[str, Any]) -> Any:
    """Replace references by their definitions, and drop defaults; definitions are never recursive."""
    if isinstance(schema, list):
        return [_inline_definitions(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inline_definitions(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    return {key: _inline_definitions(value, definitions) for key, value in schema.items() if key != "default"}
