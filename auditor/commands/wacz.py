"""What makes an export open where people open web archives: the files of WACZ 1.1.1 beside its WARC.

https://specs.webrecorder.net/wacz/1.1.1/ : an index of the records by address and time (CDXJ), the pages worth opening,
and a list of all files with their hashes. The index is called ``.cdx``: a name by which each of the viewers knows it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urlsplit

from auditor import __version__
from auditor.archive.warc import record_uri
from auditor.base.text import write_time

_PLAIN = "".join(map(chr, range(0x21, 0x7F))).replace("%", "").replace("#", "")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Capture:
    """One record that a viewer can show: what was asked for when, and where the answer is in the WARC."""

    url: str
    at: datetime
    status: int | None
    mime: str
    sha256: str
    offset: int
    length: int
    title: str

    @property
    def is_page(self) -> bool:
        """Whether it is a page to be read, and came as one."""
        return self.mime == "text/html" and self.status == 200


def index(captures: Sequence[Capture], warc: str) -> dict[str, bytes]:
    """Return the index of the records in the file `warc`, and the list of pages, by their names."""
    return {
        "indexes/index.cdx": _cdxj(captures, PurePosixPath(warc).name),
        "pages/pages.jsonl": _pages([capture for capture in captures if capture.is_page]),
    }


def listed(files: Mapping[str, bytes], title: str, moment: datetime) -> dict[str, bytes]:
    """Return the list of all files of a WACZ, and the hash of that list, by their names."""
    package = _package(files, title, moment)
    digest = {"path": "datapackage.json", "hash": _hash(package)}
    return {
        "datapackage.json": package,
        "datapackage-digest.json": (json.dumps(digest, indent=2) + "\n").encode(),
    }


def surt(url: str) -> str:
    """Return an address as an index sorts it: ``me,t)/s/name?before=5``; what a viewer does not tell apart is equal."""
    parts = urlsplit(record_uri(url))
    host = (parts.hostname or "").removeprefix("www.")
    port = "" if parts.port in {None, _PORTS.get(parts.scheme)} else f":{parts.port}"
    query = "&".join(sorted(_escaped(parts.query).split("&"))) if parts.query else ""
    path = _escaped(parts.path).rstrip("/") or "/"
    return f"{','.join(reversed(host.split('.')))}{port}){path}{'?' + query if query else ''}".lower()


def _escaped(text: str) -> str:
    return quote(unquote_to_bytes(text), safe=_PLAIN)


def _cdxj(captures: Sequence[Capture], warc: str) -> bytes:
    lines = (
        f"{surt(seen.url)} {seen.at.astimezone(UTC):%Y%m%d%H%M%S} {json.dumps(_told(seen, warc))}\n"
        for seen in captures
    )
    return "".join(sorted(lines)).encode()


def _told(seen: Capture, warc: str) -> dict[str, str]:
    return {
        "url": record_uri(seen.url),
        "mime": seen.mime,
        **({"status": str(seen.status)} if seen.status is not None else {}),
        "digest": f"sha256:{seen.sha256}",
        "length": str(seen.length),
        "offset": str(seen.offset),
        "filename": warc,
    }


def _pages(pages: Sequence[Capture]) -> bytes:
    head: dict[str, Any] = {"format": "json-pages-1.0", "id": "pages", "title": "All Pages", "hasText": False}
    lines = [head] + [
        {"id": str(number), "url": record_uri(page.url), "ts": write_time(page.at), "title": page.title}
        for number, page in enumerate(pages, 1)
    ]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


def _package(files: Mapping[str, bytes], title: str, moment: datetime) -> bytes:
    resources = [
        {
            "name": PurePosixPath(name).name.lower(),
            "path": name,
            "hash": _hash(data),
            "bytes": len(data),
            **({"type": "json"} if name.endswith(".json") else {}),  # else those who check a WACZ guess what it is
        }
        for name, data in sorted(files.items())
    ]
    package = {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": title,
        "software": f"auditor/{__version__}",
        "created": write_time(moment),
        "resources": resources,
    }
    return (json.dumps(package, ensure_ascii=False, indent=2) + "\n").encode()


def _hash(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
