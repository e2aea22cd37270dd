"""Which pages wait for a decision: those of the registry, and those that the last search found."""

from dataclasses import replace
from pathlib import Path

import pytest

from auditor.base.address import Address
from auditor.commands.pending_pages import PendingPage, pending_counts, pending_pages, stored_leads
from auditor.registry.holders import holder_on
from auditor.registry.models import Account, AccountKind, Rejection
from auditor.search.scoring.candidate import Candidate
from auditor.search.scoring.lead import Provenance, Reason
from auditor.search.scoring.score import Lead
from tests.archive_samples import workspace_on
from tests.cases import NOW, account, office, registry, tenure
from tests.commands.heads import MOMENT, SITE, heads, lead
from tests.commands.typed import workspace_in


def waiting(*accounts: Account, leads: list[Lead] | None = None) -> list[PendingPage]:
    book = registry(office(tenure(since="2020", accounts=list(accounts))))
    holder = holder_on(book.offices[0], NOW.date())
    return list(pending_pages(replace(workspace_on(Path("nowhere")), registry=book), holder, leads))


def noted(name: str, note: str = "", kind: AccountKind = AccountKind.PERSONAL) -> Account:
    return Account(url=Address.parse(f"t.me/{name}"), kind=kind, note=note)


def doubted(url: str, code: str, **sight: object) -> Lead:
    doubt = Reason(code, {"name": "x", "place": "x", "n": 1, "pages": "x", "page": "x"}, (SITE,))
    return Lead(Candidate(Address.parse(url), **sight), Provenance.GIVEN, (), (doubt,))


def names(waiting_pages: list[PendingPage]) -> list[str]:
    return [page.address.name for page in waiting_pages]


def test_a_page_of_the_registry_waits_with_the_places_of_its_note() -> None:
    """An institution's page does not; one that a search found too is told as the search has it."""
    book = noted("waits", f"из письма: {SITE}; см. https://example.org/b, дальше")
    (page,) = waiting(book, noted("body", kind=AccountKind.INSTITUTION))
    assert (page.says, page.places) == ("registry", (SITE, "https://example.org/b"))
    assert page.reasons == (book.note,)
    assert waiting(noted("plain"))[0].reasons == ()
    (page_from_search,) = waiting(book, leads=[lead("t.me/waits", Provenance.GIVEN, SITE)])
    assert (page_from_search.says, page_from_search.places) == ("given", (SITE,))


def test_what_was_decided_does_not_wait() -> None:
    """By its address or its number; of a page that is somebody else's nobody is asked."""
    rejected = noted("rejected").model_copy(update={"id": 5, "rejected": Rejection(on=NOW.date(), how="чужая")})
    numbered = Lead(Candidate(Address.parse("t.me/renamed"), id=5), Provenance.GIVEN)
    others = [lead("t.me/rejected", Provenance.GIVEN, SITE), numbered, doubted("t.me/body", "institution")]
    undecided = [lead("t.me/open", Provenance.CLAIMED), doubted("t.me/fans", "fan")]
    assert names(waiting(rejected, leads=[*others, *undecided])) == ["open", "fans"]


def test_beside_a_confirmed_page_only_what_an_official_place_names_waits() -> None:
    """And nothing is to be doubted of it."""
    leads = [lead("t.me/given", Provenance.GIVEN, SITE), lead("t.me/claimed", Provenance.CLAIMED)]
    assert names(waiting(account(), leads=leads)) == ["given"]
    assert names(waiting(leads=leads)) == ["given", "claimed"]


@pytest.mark.parametrize(
    ("code", "places"), [("given", (SITE,)), ("mutual", (SITE,)), ("mentioned", ()), ("linked_both", ())]
)
def test_only_places_that_give_a_page_are_its_places(code: str, places: tuple[str, ...]) -> None:
    """What others say or link, an impostor's friends can say too."""
    reason = Reason(code, {"n": 1, "pages": SITE, "page": SITE}, (SITE, SITE))
    (page,) = waiting(leads=[Lead(Candidate(Address.parse("t.me/x_page")), Provenance.GUESSED, (reason,))])
    assert page.places == places
    assert len(page.reasons) == 1


def test_pages_in_the_archive_are_counted_by_office(tmp_path: Path) -> None:
    """Nothing where there is no archive, or where no search was made; the registry's own pages are no finds."""
    by = workspace_in(heads(tmp_path), MOMENT)
    assert pending_counts(by, by.registry.offices) == {"rayon-1": 2, "rayon-2": 1, "rayon-3": 2}
    assert stored_leads(by, by.registry.offices)["rayon-5"] is None
    assert stored_leads(replace(by, data=tmp_path / "officials.yaml"), by.registry.offices) == {}
