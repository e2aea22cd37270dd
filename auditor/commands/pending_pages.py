"""List the pages that wait for a decision: unconfirmed ones in the registry, and those that the last search found.

Decisions are kept in the registry and search results in the archive; there is no other state.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from auditor.archive import Archive
from auditor.base.address import Address
from auditor.base.errors import ArchiveError
from auditor.registry.holders import Holder, holder_on
from auditor.registry.models import Office
from auditor.run.workspace import Workspace
from auditor.search.scoring.person_names import FullName
from auditor.search.scoring.score import Lead
from auditor.search.search_cache import SearchCache

_LINK = re.compile(r"https?://[^\s,;)»]+")
"""An address in the note of an unconfirmed account: a place that publishes the account."""
_ASIDE = {"institution", "namesake"}
"""Kinds of leads that belong to someone else: ``discover`` lists them, ``review`` does not ask about them."""
_GIVING_REASONS = {"given", "mutual"}
"""Codes of reasons that come from an official place. Other links prove little: an impostor's friends can set them."""


@dataclass(frozen=True, slots=True)
class PendingPage:
    """A page that may be the holder's: the reasons for and against it, and the official places that link it."""

    address: Address
    says: str
    reasons: tuple[str, ...]
    doubts: tuple[str, ...]
    places: tuple[str, ...]


def pending_counts(workspace: Workspace, offices: Sequence[Office]) -> dict[str, int]:
    """Return, by office id, how many of the pages that a search found wait for a decision."""
    today = workspace.today
    leads_by_office = stored_leads(workspace, offices)
    return {
        office.id: sum(page.says != "registry" for page in pending_pages(workspace, holder, stored))
        for office in offices
        if (holder := holder_on(office, today)) and (stored := leads_by_office.get(office.id))
    }


def stored_leads(workspace: Workspace, offices: Sequence[Office]) -> dict[str, list[Lead] | None]:
    """Return the leads of each office's last search, by office id; None if never searched; empty without an archive."""
    today = workspace.today
    try:
        with Archive.read(workspace.data) as archive:
            return {
                office.id: SearchCache(archive).leads((office.id, str(FullName.parse(holder.tenure.name))))
                for office in offices
                if (holder := holder_on(office, today)) is not None
            }
    except ArchiveError:
        return {}


def pending_pages(workspace: Workspace, holder: Holder, stored: list[Lead] | None) -> Iterator[PendingPage]:
    """Yield the undecided pages: those in the registry, then those that a search found.

    If the holder already has a confirmed page, only strong leads are yielded.
    """
    decided = {account.url for account in holder.accounts if not account.lead}
    confirmed_ids = {(a.url.network, False, a.id) for a in holder.accounts if not a.lead and a.id is not None}
    unconfirmed = [account for account in holder.accounts if account.lead and account.kind == "personal"]
    leads = {lead.address: lead for lead in stored or ()}
    for account in unconfirmed:
        if account.url not in leads:
            note = (account.note,) if account.note else ()
            yield PendingPage(account.url, "registry", note, (), tuple(_LINK.findall(account.note)))
    for address, lead in leads.items():
        if address in decided or lead.sight.page_key in confirmed_ids or lead.kind in _ASIDE:
            continue
        if lead.is_strong or not holder.judged_accounts:
            yield PendingPage(
                address,
                lead.provenance.value,
                tuple(workspace.translator.text(reason.text) for reason in lead.reasons),
                tuple(workspace.translator.text(reason.text) for reason in lead.doubts),
                tuple(
                    dict.fromkeys(p for reason in lead.reasons if reason.code in _GIVING_REASONS for p in reason.places)
                ),
            )
