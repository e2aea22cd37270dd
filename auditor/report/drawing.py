"""The digest of what draws a folder of reports: the program's code, its templates and its catalogues of translations.

The same stored audits, remarks and settings give the same bytes only where it is the same.
"""

import zlib
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from auditor import __version__
from auditor.report.templates import PACKAGED

_PACKAGE = Path(__file__).resolve().parent.parent
_LIBRARIES = ("Jinja2", "MarkupSafe", "XlsxWriter")
"""The libraries that write what is published."""


@cache
def drawing_digest(templates: Path = PACKAGED) -> str:
    """Return the digest of all that draws with a folder of templates, read once in a process."""
    versions = [__version__, zlib.ZLIB_RUNTIME_VERSION, *map(version, _LIBRARIES)]
    files = [f"{name} {sha256(path.read_bytes()).hexdigest()}" for name, path in sorted(_sources(templates))]
    return sha256("\n".join([*versions, *files]).encode()).hexdigest()


def _sources(templates: Path) -> Iterator[tuple[str, Path]]:
    """Yield the name inside the program and the path of each file that draws."""
    for folder, pattern in ((_PACKAGE, "*.py"), (_PACKAGE / "locales", "*.po"), (templates, "*.*")):
        yield from ((f"{folder.name}/{path.relative_to(folder).as_posix()}", path) for path in folder.rglob(pattern))
