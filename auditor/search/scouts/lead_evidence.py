"""What may be kept of pages that nobody has confirmed: of those worth it flags and counts, of the rest their number."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from auditor.base.snapshot import EvidenceKind
from auditor.probes.base import Answer, keep
from auditor.probes.pages import Page


def flags(page: Page) -> dict[str, Any]:
    """Return what may be written of a page that is worth it: no name and no word."""
    seen = {"kind": page.kind, "id": page.id, "verified": page.verified, "subscribers": page.subscribers}
    moments = {"opened_at": page.opened_at, "last_post_at": page.last_post_at}
    return {**seen, **{key: at.isoformat() for key, at in moments.items() if at is not None}}


def reduced(answer: Answer, row: Mapping[str, Any]) -> Answer:
    """Keep `row` in place of an answer's body; the digest of the whole stays."""
    body = as_json(row)
    sha256 = hashlib.sha256(body).hexdigest()
    evidence = answer.evidence.model_copy(update={"stored_sha256": sha256, "minimised": True})
    return replace(answer, evidence=evidence, body=body)


def counted(url: str, at: datetime, *, asked: int, others: int) -> Answer:
    """Keep how many pages were asked for and how many of them are nobody's business, and none of their names."""
    return keep(
        EvidenceKind.LEAD, url, fetched_at=at, status=None, received=as_json({"asked": asked, "others": others})
    )


def behind(number: int, pages: Iterable[Answer], cursor: re.Pattern[str]) -> str:
    """Return the id of the answer that holds message `number`.

    A page holds what is below the `cursor` in its address; one without a cursor holds the newest.
    """
    below: dict[int, str] = {}
    for page in pages:
        match = cursor.search(page.evidence.url)
        below.setdefault(int(match[1]) if match is not None else 10**16, page.evidence.id)
    return below[min(n for n in below if n > number)]


def as_json(data: Mapping[str, Any]) -> bytes:
    """Write what is kept, the same for the same answer."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1).encode()
