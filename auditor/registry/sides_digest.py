"""Digest the entries of the registry that decide on whose side a comment's author is; it is stored with each look.

A side is decided when a response is read, by the registry of that moment. If a look's digest differs from today's,
staff or pages were added or removed since (docs/dev/design.md, section 5, A failed sub-request).
"""

import hashlib
import json
from collections.abc import Iterable

from auditor.registry.holders import Holder
from auditor.registry.models import Account, Office, Registry

_LENGTH = 16


def sides_digest(office: Office, holder: Holder | None, all_pages: str) -> str:
    """Return the digest for looks at a holder's pages: their pages and staff, the institution's pages, their name.

    `all_pages` is the result of `all_pages_digest`.
    """
    personal_pages = holder.judged_accounts if holder else ()
    bodies = (*office.accounts, *(holder.institution_accounts if holder else ()))
    staff = {account.url.url: sorted(map(str, account.staff)) for account in personal_pages}
    return _digest([staff, _urls(bodies), holder.tenure.name if holder else "", all_pages])


def all_pages_digest(registry: Registry) -> str:
    """Return the digest of all confirmed and institutions' pages on record; the same for all offices of a registry."""
    tenures = (tenure for office in registry.offices for tenure in office.tenures)
    tenure_pages = (account for tenure in tenures for account in tenure.accounts if account.judged)
    return _digest(_urls([*tenure_pages, *(account for office in registry.offices for account in office.accounts)]))


def _urls(accounts: Iterable[Account]) -> list[str]:
    return sorted({account.url.url for account in accounts})


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:_LENGTH]
