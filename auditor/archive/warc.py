"""Stored responses as records of WARC 1.1, the format of web archives (ISO 28500:2017), each in its own gzip member.

A stored response may be minimised, so its record is a `resource` that says so and carries the SHA-256 of the raw
response. Fields that begin with ``X-Auditor-`` are ours; the standard has readers ignore unknown fields.
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
from auditor.base.text import N_, phrase

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:")
_CALLS = "urn:auditor:call:"
"""What is stored without a scheme is a call of a network's method: this stands before it in a record, not in the
index. No host is named, as a call may have gone to any that the settings name."""
_NOT_IN_A_URI = re.compile(r"[^\x21-\x7e]+")
_LEVEL = 6
"""gzip level. 9 takes up to four times as long on long pages and saves 1 % of the space."""
_LARGEST = 64 << 20
"""Bytes of an unpacked record. No response comes near it; a forged record must not fill the memory."""
_UNNAMED = "<urn:uuid:00000000-0000-8000-8000-000000000000>"
"""The placeholder for a record's id while the record is hashed."""


class DamagedRecordError(ArchiveError):
    """A record cannot be read, or is not the one in the index."""


@dataclass(frozen=True, slots=True)
class WarcRecord:
    """A record that was read: its header fields and its body."""

    fields: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """Its ``WARC-Record-ID``."""
        return self.fields.get("WARC-Record-ID", "")


def record_uri(url: str) -> str:
    """Return `url` as it is written in a record: with a scheme, and all but printable ASCII percent-encoded.

    Records of earlier versions hold calls without a scheme.
    """
    full_url = url if _SCHEME.match(url) else _CALLS + url
    return _NOT_IN_A_URI.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), full_url)


def build_record(response: StoredResponse) -> tuple[str, bytes]:
    """Return the id and the compressed record of `response`."""
    evidence = response.evidence
    fields = {
        "WARC-Target-URI": record_uri(evidence.url),
        "WARC-Record-ID": _UNNAMED,
        "WARC-Date": format_archive_time(evidence.fetched_at),
        "WARC-Payload-Digest": f"sha256:{evidence.stored_sha256}",
        "X-Auditor-Evidence": evidence.id,
        "X-Auditor-Kind": evidence.kind.value,
        "X-Auditor-Minimised": "yes" if evidence.minimised else "no",
        "X-Auditor-Original-SHA256": evidence.sha256,
    }
    if evidence.status is not None:
        fields["X-Auditor-Status"] = str(evidence.status)
    if response.headers:
        fields["X-Auditor-HTTP-Headers"] = json.dumps(dict(response.headers))
    plain = _plain(fields, response.body)
    record_id = _record_id(plain)
    return record_id, gzip.compress(plain.replace(_UNNAMED.encode(), record_id.encode(), 1), _LEVEL, mtime=0)


def _record_id(plain: bytes) -> str:
    """Return the id of a record: a UUID of version 8, made of the record's SHA-256.

    The id is in the sealed index row, so the seal covers all of the record, including the HTTP status and headers,
    which no other hash covers.
    """
    sha256 = hashlib.sha256(plain).hexdigest()
    return f"<urn:uuid:{sha256[:8]}-{sha256[8:12]}-8{sha256[13:16]}-8{sha256[17:20]}-{sha256[20:32]}>"


def _plain(fields: Mapping[str, str], body: bytes) -> bytes:
    all_fields = {
        "WARC-Type": "resource",
        **fields,
        "WARC-Block-Digest": f"sha256:{hashlib.sha256(body).hexdigest()}",
        "Content-Type": "text/html" if body.lstrip()[:1] == b"<" else "application/json",  # nothing else is stored
        "Content-Length": str(len(body)),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in all_fields.items())
    return f"WARC/1.1\r\n{head}\r\n".encode() + body + b"\r\n\r\n"


def read_record(member: bytes) -> WarcRecord:
    """Return the record in a gzip member. Raises `DamagedRecordError` if it is not exactly as it was written."""
    try:
        plain = _unpacked(member)
        head, _, rest = plain.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        record_id = fields["WARC-Record-ID"]
    except (OSError, EOFError, zlib.error, ValueError, LookupError) as error:
        raise DamagedRecordError(phrase("a record cannot be read ({kind})", kind=type(error).__name__)) from None
    if _record_id(plain.replace(record_id.encode(), _UNNAMED.encode(), 1)) != record_id:
        raise DamagedRecordError(phrase("a record was changed"))
    return WarcRecord(fields, rest[:-4])


def _unpacked(member: bytes) -> bytes:
    """Return the content of a gzip member. Raises `EOFError` for less or more than one, and for one too large."""
    reader = zlib.decompressobj(zlib.MAX_WBITS + 16)
    plain = reader.decompress(member, _LARGEST)
    if reader.unconsumed_tail:
        message = N_("a record unpacks to more than {limit} MiB, which no answer does; restore the file from a copy")
        raise DamagedRecordError(phrase(message, limit=_LARGEST >> 20))
    if not reader.eof or reader.unused_data:
        raise EOFError
    return plain
