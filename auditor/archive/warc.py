"""Answers as records of WARC 1.1, the web archives' format (ISO 28500:2017), each in a gzip member of its own.

What is stored is what a form has left of an answer, so each record is a `resource`, which says so and carries the
SHA-256 of the answer as it came. Fields that begin with ``X-Auditor-`` are ours; the standard tells readers to ignore
fields they do not know.
"""

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from auditor.base.errors import ArchiveError
from auditor.base.storage_format import format_archive_time
from auditor.base.stored_response import StoredResponse
from auditor.base.text import phrase

_NOT_IN_A_URI = re.compile(r"[^\x21-\x7e]+")
_LEVEL = 6
"""9 takes up to four times as long on long pages and saves 1 % of the space."""
_UNNAMED = "<urn:uuid:00000000-0000-8000-8000-000000000000>"
"""What stands in the place of a record's id while the record is hashed."""


class DamagedRecordError(ArchiveError):
    """A record cannot be read, or is not what the index says."""


@dataclass(frozen=True, slots=True)
class WarcRecord:
    """A record as it was read: its named fields and its body."""

    fields: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """Its ``WARC-Record-ID``."""
        return self.fields.get("WARC-Record-ID", "")


def record_uri(url: str) -> str:
    """Return `url` as a record writes it: everything but printable ASCII is percent-encoded."""
    return _NOT_IN_A_URI.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), url)


def build_record(answer: StoredResponse) -> tuple[str, bytes]:
    """Return the id and the compressed record of `answer`."""
    seen = answer.evidence
    fields = {
        "WARC-Target-URI": record_uri(seen.url),
        "WARC-Record-ID": _UNNAMED,
        "WARC-Date": format_archive_time(seen.fetched_at),
        "WARC-Payload-Digest": f"sha256:{seen.stored_sha256}",
        "X-Auditor-Evidence": seen.id,
        "X-Auditor-Kind": seen.kind.value,
        "X-Auditor-Minimised": "yes" if seen.minimised else "no",
        "X-Auditor-Original-SHA256": seen.sha256,
    }
    if seen.status is not None:
        fields["X-Auditor-Status"] = str(seen.status)
    if answer.headers:
        fields["X-Auditor-HTTP-Headers"] = json.dumps(dict(answer.headers))
    plain = _plain(fields, answer.body)
    own = _record_id(plain)
    return own, gzip.compress(plain.replace(_UNNAMED.encode(), own.encode(), 1), _LEVEL, mtime=0)


def _record_id(plain: bytes) -> str:
    """Make an answer's id of its record's SHA-256, as a UUID of version 8.

    The id is in the row that is sealed. So all of the record is: the status and headers of HTTP, which no other hash
    covers, as well.
    """
    sha256 = hashlib.sha256(plain).hexdigest()
    return f"<urn:uuid:{sha256[:8]}-{sha256[8:12]}-8{sha256[13:16]}-8{sha256[17:20]}-{sha256[20:32]}>"


def _plain(fields: Mapping[str, str], body: bytes) -> bytes:
    told = {
        "WARC-Type": "resource",
        **fields,
        "WARC-Block-Digest": f"sha256:{hashlib.sha256(body).hexdigest()}",
        "Content-Type": "text/html" if body.lstrip()[:1] == b"<" else "application/json",  # forms write nothing else
        "Content-Length": str(len(body)),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"WARC/1.1\r\n{head}\r\n".encode() + body + b"\r\n\r\n"


def read_record(member: bytes) -> WarcRecord:
    """Read the compressed record of an answer. Raises `DamagedError` when it is not just as it was written."""
    try:
        plain = gzip.decompress(member)
        head, _, rest = plain.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        named = fields["WARC-Record-ID"]
    except (OSError, EOFError, zlib.error, ValueError, LookupError) as error:
        raise DamagedRecordError(phrase("a record cannot be read ({kind})", kind=type(error).__name__)) from None
    if _record_id(plain.replace(named.encode(), _UNNAMED.encode(), 1)) != named:
        raise DamagedRecordError(phrase("a record was changed"))
    return WarcRecord(fields, rest[:-4])
