"""The pages that wait for a decision: those in the registry, and those that the last search found.

What was decided is in the registry, what was found in the archive; nothing else is remembered.
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
"""An address in the note of a lead: where it is published."""
_ASIDE = {"institution", "namesake"}
"""Kinds of leads that are somebody else's: they are listed by ``discover``, and nobody is asked about them."""
_GIVE = {"given", "mutual"}
"""Reasons by which an official place gives the page: what others link or say, an impostor's friends can say too."""


@dataclass(frozen=True, slots=True)
class PendingPage:
    """A page that may be the holder's: what speaks for it and against it, and the official places that give it."""

    address: Address
    says: str
    reasons: tuple[str, ...]
    doubts: tuple[str, ...]
    places: tuple[str, ...]


def pending_counts(session: Workspace, offices: Sequence[Office]) -> dict[str, int]:
    """Return by office how many pages that a search found wait for a decision."""
    today = session.clock().astimezone(session.registry.zone).date()
    found = stored_leads(session, offices)
    return {
        office.id: sum(one.says != "registry" for one in pending_pages(session, holder, stored))
        for office in offices
        if (holder := holder_on(office, today)) and (stored := found.get(office.id))
    }


def stored_leads(session: Workspace, offices: Sequence[Office]) -> dict[str, list[Lead] | None]:
    """Return what the last searches found, by office; nothing where there is no archive."""
    today = session.clock().astimezone(session.registry.zone).date()
    try:
        with Archive.read(session.data) as archive:
            return {
                office.id: SearchCache(archive).leads((office.id, str(FullName.parse(holder.tenure.name))))
                for office in offices
                if (holder := holder_on(office, today)) is not None
            }
    except ArchiveError:
        return {}


def pending_pages(session: Workspace, holder: Holder, stored: list[Lead] | None) -> Iterator[PendingPage]:
    """Yield the undecided pages: those in the registry, then those that a search found.

    Where a page of the holder's is confirmed already, only what an official place names is asked about.
    """
    decided = {account.url for account in holder.accounts if not account.lead}
    numbers = {(a.url.network, False, a.id) for a in holder.accounts if not a.lead and a.id is not None}
    waiting = [account for account in holder.accounts if account.lead and account.kind == "personal"]
    leads = {lead.address: lead for lead in stored or ()}
    for account in waiting:
        if account.url not in leads:
            note = (account.note,) if account.note else ()
            yield PendingPage(account.url, "registry", note, (), tuple(_LINK.findall(account.note)))
    for address, lead in leads.items():
        if address in decided or lead.sight.number in numbers or lead.kind in _ASIDE:
            continue
        if lead.is_strong or not holder.judged_accounts:
            yield PendingPage(
                address,
                lead.provenance.value,
                tuple(session.words.text(reason.text) for reason in lead.reasons),
                tuple(session.words.text(reason.text) for reason in lead.doubts),
                tuple(dict.fromkeys(p for reason in lead.reasons if reason.code in _GIVE for p in reason.places)),
            )
