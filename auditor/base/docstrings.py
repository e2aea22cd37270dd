"""What a module says below the fields of its classes, for the schemas that editors read.

Pydantic can read that too, but does so whenever the module is imported.
"""

import ast
import inspect
from collections.abc import Iterator
from itertools import pairwise
from types import ModuleType
from typing import Any


def explain(schema: dict[str, Any], of: str, module: ModuleType) -> None:
    """Add to the schema of the model named `of`, and to those below it, what `module` says of each field."""
    for name, field, said in _said_of_fields(module):
        described = schema if name == of else schema.get("$defs", {}).get(name, {})
        if field in described.get("properties", {}):
            described["properties"][field] |= {"description": said}


def _said_of_fields(module: ModuleType) -> Iterator[tuple[str, str, str]]:
    """Yield what stands below fields: class, field, words."""
    classes = (node for node in ast.parse(inspect.getsource(module)).body if isinstance(node, ast.ClassDef))
    for node in classes:
        for field, below in pairwise(node.body):
            said = below.value.value if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) else None
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(said, str):
                yield node.name, field.target.id, inspect.cleandoc(said)
