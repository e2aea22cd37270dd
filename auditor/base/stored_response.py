"""A network's response as it is stored: the bytes that may be written to disk, and its evidence record."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime

from auditor.base.secrets import redact, redact_body
from auditor.base.snapshot import Evidence, EvidenceKind


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """A response to store, or one that was stored: its evidence record and its minimised body."""

    evidence: Evidence
    body: bytes = field(repr=False)
    method: str | None = None
    """The HTTP method; None if it did not come over HTTP."""
    headers: tuple[tuple[str, str], ...] | None = None
    """The relevant headers of an HTTP response; None if unknown."""


def make_stored_response(
    kind: EvidenceKind,
    url: str,
    *,
    fetched_at: datetime,
    status: int | None,
    received: bytes,
    stored: bytes | None = None,
    method: str | None = None,
    headers: tuple[tuple[str, str], ...] | None = None,
) -> StoredResponse:
    """Make a `StoredResponse`. `stored` is `received` without citizens' words; None if all of it may be stored.

    `url` and `headers` must not name citizens. Secrets are masked in all three here; a body that held one counts as
    minimised. The id is derived from kind, address, time and content, so it is the same for the same response. Of one
    that came to two looks in one moment the numbers of authors may differ, and so then do the ids.
    """
    content = received if stored is None else stored
    url, body = redact(url), redact_body(content)
    headers = None if headers is None else tuple((redact(field), redact(value)) for field, value in headers)
    sha256 = hashlib.sha256(received).hexdigest()
    stored_sha256 = hashlib.sha256(body).hexdigest()
    contents = sha256 if stored is None else f"{sha256}\n{stored_sha256}"
    evidence = Evidence(
        id=_evidence_id(kind, url, fetched_at, contents),
        kind=kind,
        url=url,
        fetched_at=fetched_at,
        status=status,
        sha256=sha256,
        stored_sha256=stored_sha256,
        minimised=stored is not None or body is not content,
    )
    return StoredResponse(evidence, body, method, headers)


def _evidence_id(kind: EvidenceKind, url: str, fetched_at: datetime, contents: str) -> str:
    digest = hashlib.sha256(f"{kind}\n{url}\n{fetched_at.isoformat()}\n{contents}".encode()).hexdigest()
    return f"ev-{digest[:12]}"


def store_as(
    response: StoredResponse, *, kind: EvidenceKind | None = None, url: str | None = None, stored: bytes | None = None
) -> StoredResponse:
    """Return a response as a record of another kind or address, or with a smaller body."""
    evidence = response.evidence
    kind, url = kind or evidence.kind, evidence.url if url is None else redact(url)
    changes = {"id": _evidence_id(kind, url, evidence.fetched_at, evidence.sha256), "kind": kind, "url": url}
    stored_response = replace(response, evidence=evidence.model_copy(update=changes))
    return stored_response if stored is None or stored == response.body else replace_body(stored_response, stored)


def replace_body(response: StoredResponse, stored: bytes) -> StoredResponse:
    """Return a response with the body `stored`; its id depends on the received body and stays."""
    changes = {"stored_sha256": hashlib.sha256(stored).hexdigest(), "minimised": True}
    return replace(response, evidence=response.evidence.model_copy(update=changes), body=stored)
