"""Compile the catalogues when the package is built."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCatalogues(BuildHookInterface):  # type: ignore[type-arg]
    """Write an ``*.mo`` of each ``auditor/locales/*.po``."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - as the hook is called
        """Compile every catalogue, and add the compiled files to the package."""
        for source_path in Path(self.root, "auditor/locales").glob("*.po"):
            with source_path.open("rb") as source, source_path.with_suffix(".mo").open("wb") as compiled:
                write_mo(compiled, read_po(source, locale=source_path.stem))
            build_data["artifacts"].append(f"/auditor/locales/{source_path.stem}.mo")
