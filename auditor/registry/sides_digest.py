"""What on record decides whose words a comment is, as one digest: it is stored with each look.

A side is told when an answer is read, by the registry of that moment. Where the digest of a look is another than
today's, somebody's staff or page was added or taken away since (docs/dev/design.md, section 5, A failed sub-request).
"""

import hashlib
import json
from collections.abc import Iterable

from auditor.registry.holders import Holder
from auditor.registry.models import Account, Office, Registry

_LENGTH = 16


def sides_digest(office: Office, holder: Holder | None, everybody: str) -> str:
    """Return the digest for the pages of an office's holder: his pages and staff, his institution's, `everybody_on`."""
    own = holder.judged_accounts if holder else ()
    bodies = (*office.accounts, *(holder.institution_accounts if holder else ()))
    staff = {account.url.url: sorted(map(str, account.staff)) for account in own}
    return _digest([staff, _urls(bodies), holder.tenure.name if holder else "", everybody])


def all_pages_digest(registry: Registry) -> str:
    """Return the digest of every page on record that is judged: it is the same for all offices of a registry."""
    tenures = (tenure for office in registry.offices for tenure in office.tenures)
    held = (account for tenure in tenures for account in tenure.accounts if account.judged)
    return _digest(_urls([*held, *(account for office in registry.offices for account in office.accounts)]))


def _urls(accounts: Iterable[Account]) -> list[str]:
    return sorted({account.url.url for account in accounts})


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:_LENGTH]
