"""Answers as records of WARC 1.1, the web archives' format (ISO 28500:2017), each in a gzip member of its own.

An unchanged HTTP answer is a `response` with its `request`; another or a minimised one is a `resource`, which says so:
tools that open web archives find no `conversion`. Fields that begin with ``X-Auditor-`` are ours; the standard tells
readers to ignore fields they do not know.
"""

import gzip
import hashlib
import json
import re
import uuid
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from auditor import __version__
from auditor.base.answers import Answer
from auditor.base.errors import ArchiveError
from auditor.base.packing import stamp
from auditor.base.snapshot import Evidence

_CONFORMS = "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
_NOT_IN_A_URI = re.compile(r"[^\x21-\x7e]+")
_NOT_IN_A_HEADER = re.compile(r"[^\x20-\x7e]+")
_LEVEL = 6
"""warcio uses 9, which takes up to four times as long on long pages and saves 1 % of the space."""
PURGED, STORED = "X-Auditor-Purged", "X-Auditor-Stored-SHA256"
_LEFT_OUT = "method and address; other headers, form and secrets are left out"


class DamagedError(ArchiveError):
    """A record cannot be read, or is not what the index says."""


@dataclass(frozen=True, slots=True)
class Written:
    """Records to append for one answer; `offset` and `length` place the record of the answer itself in `data`."""

    data: bytes
    offset: int
    length: int
    record_id: str


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it was read: its named fields, and HTTP's status line and headers if it has them."""

    fields: Mapping[str, str]
    body: bytes
    status_line: str | None = None
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def id(self) -> str:
        """Its ``WARC-Record-ID``."""
        return self.fields.get("WARC-Record-ID", "")

    @property
    def http_headers(self) -> tuple[tuple[str, str], ...] | None:
        """The HTTP headers that were kept, also for a record that is not a `response`; None if none were."""
        told = self.fields.get("X-Auditor-HTTP-Headers")
        if self.headers or told is None:
            return self.headers or None
        return tuple((str(name), str(value)) for name, value in json.loads(told).items())


def record_uri(url: str) -> str:
    """Return `url` as a record writes it: everything but printable ASCII is percent-encoded."""
    return _encoded(_NOT_IN_A_URI, url)


def _encoded(what: re.Pattern[str], text: str) -> str:
    return what.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), text)


def warcinfo(name: str, made_at: datetime, about: Mapping[str, str]) -> bytes:
    """Return a file's first record: which program made it, for which run, from where."""
    told = {
        "software": f"auditor/{__version__}",
        "format": "WARC File Format 1.1",
        "conformsTo": _CONFORMS,
        **{key: " ".join(value.split()) for key, value in about.items() if value},
    }
    body = "".join(f"{key}: {value}\r\n" for key, value in told.items()).encode()
    fields = {"WARC-Record-ID": _name(name, "warcinfo"), "WARC-Date": stamp(made_at), "WARC-Filename": name}
    return _compressed("warcinfo", "", fields, body, "application/warc-fields")


def answer_records(answer: Answer, name: str) -> Written:
    """Return the records of `answer` for the file called `name`."""
    seen = answer.evidence
    whole = answer.headers is not None and seen.status is not None and not seen.minimised
    kind = "response" if whole else "resource"
    fields = {
        "WARC-Record-ID": _UNNAMED.decode(),
        "WARC-Date": stamp(seen.fetched_at),
        "WARC-Warcinfo-ID": _name(name, "warcinfo"),
        "WARC-Payload-Digest": f"sha256:{seen.stored_sha256}",
        "X-Auditor-Evidence": seen.id,
        "X-Auditor-Kind": seen.kind.value,
        "X-Auditor-Minimised": "yes" if seen.minimised else "no",
        "X-Auditor-Original-SHA256": seen.sha256,
    }
    if seen.status is not None and not whole:
        fields["X-Auditor-Status"] = str(seen.status)
    if answer.headers and not whole:
        fields["X-Auditor-HTTP-Headers"] = json.dumps(dict(answer.headers))
    uri = record_uri(seen.url)
    if whole:
        plain = _plain(kind, uri, fields, answer.body, http=_status_line(seen), headers=answer.headers or ())
    else:
        plain = _plain(kind, uri, fields, answer.body, _content_type(answer))
    record_id = _own_id(plain)
    asked = _request(answer, name, uri, record_id)
    came = _packed(plain.replace(_UNNAMED, record_id.encode(), 1))
    return Written(asked + came, len(asked), len(came), record_id)


def note_record(name: str, kind: str, uri: str, about: Mapping[str, str], at: datetime, body: bytes) -> Written:
    """Return the record of a run's own note; `about` are its fields, `kind` is WARC's word for its kind."""
    sha256 = hashlib.sha256(body).hexdigest()
    fields = {
        "WARC-Record-ID": _name(name, f"{' '.join(about.values())} {sha256}"),
        "WARC-Date": stamp(at),
        "WARC-Warcinfo-ID": _name(name, "warcinfo"),
        "WARC-Payload-Digest": f"sha256:{sha256}",
        **{f"X-Auditor-{field}": value for field, value in about.items()},
    }
    content_type = "application/json" if kind == "metadata" else "application/yaml"
    data = _compressed(kind, record_uri(uri), fields, body, content_type)
    return Written(data, 0, len(data), fields["WARC-Record-ID"])


def purge_mark(seen: Evidence, name: str, record_id: str, at: datetime) -> bytes:
    """Return the record that replaces a removed answer: its facts and its hashes.

    It refers to the answer's record by the id that its request (``WARC-Concurrent-To``) still uses.
    """
    fields = {
        "WARC-Record-ID": _name(name, f"{seen.id} purged"),
        "WARC-Date": stamp(seen.fetched_at),
        "WARC-Refers-To": record_id,
        "X-Auditor-Evidence": seen.id,
        "X-Auditor-Kind": seen.kind.value,
        "X-Auditor-Minimised": "yes" if seen.minimised else "no",
        "X-Auditor-Original-SHA256": seen.sha256,
        STORED: seen.stored_sha256,
        PURGED: stamp(at),
    }
    body = f"purged: {stamp(at)}\r\n".encode()
    return _compressed("metadata", record_uri(seen.url), fields, body, "application/warc-fields")


def _request(answer: Answer, name: str, uri: str, record_id: str) -> bytes:
    """Return the record of the request, as far as it may be shown; empty if it was not HTTP."""
    if answer.method is None:
        return b""
    parts = urlsplit(uri)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    block = f"{answer.method} {target} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode()
    fields = {
        "WARC-Record-ID": _name(name, f"{answer.evidence.id} request"),
        "WARC-Date": stamp(answer.evidence.fetched_at),
        "WARC-Warcinfo-ID": _name(name, "warcinfo"),
        "WARC-Concurrent-To": record_id,
        "X-Auditor-Reconstructed": _LEFT_OUT,
    }
    return _compressed("request", uri, fields, block, "application/http; msgtype=request")


def _status_line(seen: Evidence) -> str:
    code = seen.status or 0
    try:
        return f"{code} {HTTPStatus(code).phrase}"
    except ValueError:
        return str(code)


def _content_type(answer: Answer) -> str:
    """Tell the type of a body by how it begins: probes write JSON or HTML."""
    said = {key.lower(): value for key, value in answer.headers or ()}.get("content-type")
    begins = answer.body.lstrip()[:1]
    if begins in {b"{", b"["}:
        return "application/json"
    if begins == b"<":
        return "text/html"
    return said or "application/octet-stream"


def _name(file: str, what: str) -> str:
    """Make the id of a note, a request or a mark: always the same for the same thing in the same file."""
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'auditor:{file}:{what}')}>"


_UNNAMED = b"<urn:uuid:00000000-0000-8000-8000-000000000000>"
"""What stands in the place of an answer's id while the record is hashed."""


def _own_id(plain: bytes) -> str:
    """Make an answer's id of its record's SHA-256, as a UUID of version 8.

    The id is in the row that is sealed. So all of the record is: the status and headers of HTTP, which no other hash
    covers, as well.
    """
    sha256 = hashlib.sha256(plain).hexdigest()
    return f"<urn:uuid:{sha256[:8]}-{sha256[8:12]}-8{sha256[13:16]}-8{sha256[17:20]}-{sha256[20:32]}>"


def _compressed(kind: str, uri: str, fields: Mapping[str, str], body: bytes, content_type: str) -> bytes:
    return _packed(_plain(kind, uri, fields, body, content_type))


def _packed(plain: bytes) -> bytes:
    return gzip.compress(plain, _LEVEL, mtime=0)


def _plain(
    kind: str,
    uri: str,
    fields: Mapping[str, str],
    body: bytes,
    content_type: str = "",
    *,
    http: str | None = None,
    headers: tuple[tuple[str, str], ...] = (),
) -> bytes:
    from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]  # noqa: PLC0415 - see _writer

    target, writer = _writer()
    clean = [(name, _encoded(_NOT_IN_A_HEADER, value).strip()) for name, value in headers]
    spoken = StatusAndHeaders(http, clean, protocol="HTTP/1.1") if http is not None else None
    block = (spoken.to_ascii_bytes() if spoken is not None else b"") + body
    record = writer.create_warc_record(
        uri,
        kind,
        payload=BytesIO(body),
        length=len(body),
        warc_content_type=content_type,
        warc_headers_dict={**fields, "WARC-Block-Digest": f"sha256:{hashlib.sha256(block).hexdigest()}"},
        http_headers=spoken,
    )
    writer.write_record(record)
    return bytes(target.getvalue())


def _writer() -> tuple[BytesIO, Any]:
    # Has no types. Imported late, because most commands write no evidence.
    from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]  # noqa: PLC0415

    target = BytesIO()
    return target, WARCWriter(target, gzip=False, warc_version="1.1")


def read_record(member: bytes) -> Record:
    """Read one compressed record. Raises `DamagedError` when it is not exactly one whole record."""
    from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]  # noqa: PLC0415 - as above
    from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        plain = gzip.decompress(member)  # checks the member's own checksum, which the iterator ignores
        records = [_record(found) for found in ArchiveIterator(BytesIO(plain), check_digests="raise")]
    except (OSError, EOFError, zlib.error, ValueError, LookupError, ArchiveLoadFailed) as error:
        raise DamagedError(f"a record cannot be read ({type(error).__name__})") from None
    if len(records) != 1:
        raise DamagedError("a record cannot be read (not one record)")
    return records[0]


def _record(found: Any) -> Record:
    body = found.raw_stream.read()
    if found.http_headers is None or found.rec_type != "response":
        return Record(dict(found.rec_headers.headers), body)
    status = f"{found.http_headers.protocol} {found.http_headers.statusline}"
    return Record(dict(found.rec_headers.headers), body, status, tuple(found.http_headers.headers))
