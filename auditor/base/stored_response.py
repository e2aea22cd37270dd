"""A network's answer as it is kept: what may be written to disk of it, and the record that vouches for it."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime

from auditor.base.secrets import redact, redact_body
from auditor.base.snapshot import Evidence, EvidenceKind


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """An answer to keep, or one that was kept: its evidence record, and what may be written to disk of it."""

    evidence: Evidence
    body: bytes = field(repr=False)
    method: str | None = None
    """HTTP's method, where it was asked by HTTP."""
    headers: tuple[tuple[str, str], ...] | None = None
    """The headers that matter of an HTTP answer; None where they are not known."""
    raw_body: bytes = field(default=b"", repr=False, compare=False)
    """The network's own bytes, in memory alone and of an answer that has just come: none of it is ever stored."""


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
    """Make an `Answer`. `stored` is what is left of `received` without citizens' words; None when all may stay.

    `url` and `headers` must be free of citizens. Secrets are taken out of all three here; a body that held one counts
    as minimised. The id is made of what was asked, when, and what came, so it is the same for the same answer and
    differs between two looks.
    """
    kept = received if stored is None else stored
    url, body = redact(url), redact_body(kept)
    headers = None if headers is None else tuple((redact(field), redact(value)) for field, value in headers)
    sha256 = hashlib.sha256(received).hexdigest()
    stored_sha256 = hashlib.sha256(body).hexdigest()
    evidence = Evidence(
        id=_name(kind, url, fetched_at, sha256),
        kind=kind,
        url=url,
        fetched_at=fetched_at,
        status=status,
        sha256=sha256,
        stored_sha256=stored_sha256,
        minimised=stored is not None or body is not kept,
    )
    return StoredResponse(evidence, body, method, headers)


def _name(kind: EvidenceKind, url: str, at: datetime, sha256: str) -> str:
    name = hashlib.sha256(f"{kind}\n{url}\n{at.isoformat()}\n{sha256}".encode()).hexdigest()
    return f"ev-{name[:12]}"


def store_as(
    answer: StoredResponse, *, kind: EvidenceKind | None = None, url: str | None = None, stored: bytes | None = None
) -> StoredResponse:
    """Return an answer as a record of another kind, of a part of what was asked for, or with less kept of it."""
    seen = answer.evidence
    kind, url = kind or seen.kind, seen.url if url is None else redact(url)
    about = {"id": _name(kind, url, seen.fetched_at, seen.sha256), "kind": kind, "url": url}
    made = replace(answer, evidence=seen.model_copy(update=about), raw_body=b"")
    return made if stored is None or stored == answer.body else replace_body(made, stored)


def replace_body(answer: StoredResponse, stored: bytes) -> StoredResponse:
    """Return an answer with `stored` kept of it; its id is of what came, and stays."""
    about = {"stored_sha256": hashlib.sha256(stored).hexdigest(), "minimised": True}
    return replace(answer, evidence=answer.evidence.model_copy(update=about), body=stored, raw_body=b"")
