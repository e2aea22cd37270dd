"""The JSON Schemas of ``statements.yaml`` and ``corrections.yaml``, for editors."""

import json

from pydantic import BaseModel

from auditor.registry.remarks.models import CorrectionsFile, StatementsFile


def remarks_schemas() -> dict[str, str]:
    """Return the text of each schema (2020-12) by its file's name without ``.yaml``."""
    files: dict[str, type[BaseModel]] = {"statements": StatementsFile, "corrections": CorrectionsFile}
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {
        name: json.dumps(dialect | model.model_json_schema(), ensure_ascii=False, indent=2) + "\n"
        for name, model in files.items()
    }
