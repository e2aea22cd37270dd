"""Making evidence of what VK answered, and of what it did not."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from auditor.base.snapshot import EvidenceKind
from auditor.probes.base import Answer, keep
from auditor.probes.vk.client import Exchange


def filed(kind: EvidenceKind, exchange: Exchange, stored: bytes, about: str | None = None) -> Answer:
    """Make evidence of an exchange. `about` tells apart what several names share."""
    if exchange.kept is not None:
        return exchange.kept
    url = exchange.url + (f"#{about}" if about else "")
    if exchange.status is None:
        return keep(kind, url, fetched_at=exchange.at, status=None, received=stored)
    return keep(
        kind,
        url,
        fetched_at=exchange.at,
        status=exchange.status,
        received=exchange.body,
        stored=stored,
        method="POST",
        headers=exchange.headers,
    )


def once(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """Leave out what repeats that a method was not asked any more: of each method, and each reason, once is enough."""
    kept: list[Answer] = []
    said: set[tuple[str, bytes]] = set()
    for answer in answers:
        if answer.evidence.status is None and b'"sent":false' in answer.body:
            key = (urlsplit(answer.evidence.url).path, answer.body)
            if key in said:
                continue
            said.add(key)
        kept.append(answer)
    return tuple(kept)
