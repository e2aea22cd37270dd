"""Compile the catalogues when the package is built."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCatalogues(BuildHookInterface):  # type: ignore[type-arg]
    """Write ``auditor/locales/ru.mo`` of ``ru.po``."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - as the hook is called
        """Compile every catalogue, and take what was made into the package."""
        for written in Path(self.root, "auditor/locales").glob("*.po"):
            with written.open("rb") as source, written.with_suffix(".mo").open("wb") as compiled:
                write_mo(compiled, read_po(source, locale=written.stem))
            build_data["artifacts"].append(f"/auditor/locales/{written.stem}.mo")
