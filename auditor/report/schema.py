"""The JSON Schema of ``audit.json``, made from the document's own types and from what each check declares."""

import json
from typing import Any

from pydantic import BaseModel, TypeAdapter

from auditor.audit import document
from auditor.audit.document import Audit, AuditedPast
from auditor.base.docstrings import explain
from auditor.checks import catalogue
from auditor.checks.check import Check
from auditor.checks.finding import meanings


def audit_schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12). A finding's values are described by the check that it names."""
    schema = Audit.model_json_schema(by_alias=True, mode="serialization")
    finding = schema["$defs"]["AuditedFinding"]
    finding["allOf"] = [_values_of(check) for check in catalogue()]
    explain(schema, Audit.__name__, document)
    history = schema["$defs"]["AuditedOffice"]["properties"]["history"]
    history |= _table_of(AuditedPast)
    for name in ("type", "additionalProperties"):
        history.pop(name, None)
    schema["properties"]["schema"] = {"const": "auditor/audit/1"}
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


def _table_of(row: type[BaseModel]) -> dict[str, Any]:
    """Describe a table of columns (`auditor.base.columns`) of such rows, or the rows, as before 0.7."""
    schema = row.model_json_schema(mode="serialization")
    explain(schema, row.__name__, document)
    columns = {name: _column(told) for name, told in schema["properties"].items()}
    table = {"type": "object", "properties": columns, "additionalProperties": False}
    return {"anyOf": [table, {"type": "array", "items": schema}], "default": {}}


def _column(told: dict[str, Any]) -> dict[str, Any]:
    """Say that one value stands for all rows, or a list has one for each."""
    said = {key: told.pop(key) for key in ("title", "description") if key in told}
    listed = {"type": "array", "items": {"anyOf": [told, {"type": "null"}]}}
    return said | {"anyOf": [told, listed]}


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
