"""Leads against each other: whose page each seems to be, which copies which, and in what order to look at them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from rapidfuzz import fuzz

from auditor.base.address import Address
from auditor.base.snapshot import Precision
from auditor.base.text import N_, Text
from auditor.search.pages import Page
from auditor.search.weighing.agreement import Agreement
from auditor.search.weighing.claims import Claim, claim, title_agreement
from auditor.search.weighing.lead import LINE, Found, Lead, LeadKind, Origin, Person, Provenance, Reason, ordered
from auditor.search.weighing.reasons import Context, counted, links_to, weigh
from auditor.search.weighing.weights import WEIGHTS

_ALIKE = 85.0
"""Least likeness, in per cent of rapidfuzz's token_sort_ratio, of two texts of which one copies the other."""
_MUCH = timedelta(days=365)
_TIED = {"linked", "linked_confirmed"}


@dataclass(frozen=True, slots=True)
class _Weighed:
    found: Found
    reasons: tuple[Reason, ...]
    claim: Claim
    agreement: Agreement

    @property
    def page(self) -> Page:
        return self.found.page

    @property
    def score(self) -> float:
        return counted(self.reasons)

    def has(self, *codes: str) -> bool:
        return any(reason.code in codes for reason in self.reasons)


def rank(person: Person, found: Sequence[Found], context: Context) -> list[Lead]:
    """Weigh the pages found for `person`, one against the other as well, and return all as leads, best first.

    `context` says what is known besides; its `mentions`, `tied` and `recorded` are filled in here for each page.
    """
    weighed = [_weighed(person, one, found, context, frozenset()) for one in found]
    # A page above the line lends some of its weight to those it links to: so those are weighed once more.
    tied = frozenset(w.page.address for w in _less_clones(weighed) if w.score >= LINE)
    weighed = [_weighed(person, one, found, context, tied) for one in found]
    return ordered([_lead(w) for w in _less_clones(weighed)])


def _weighed(
    person: Person, one: Found, found: Sequence[Found], context: Context, tied: frozenset[Address]
) -> _Weighed:
    others: dict[Address, Page] = {}
    for page in (*(f.page for f in found), *context.others):
        known = others.get(page.address)
        if page.address != one.page.address and (known is None or len(known.passages) < len(page.passages)):
            others[page.address] = page
    own = replace(
        context,
        mentions=(*(m for m in context.mentions if m.address == one.page.address), *one.mentions),
        others=tuple(others.values()),
        tied=tied,
        recorded=Origin.REGISTRY in one.origins,
    )
    said = claim(person, one.page, context.people)
    return _Weighed(one, weigh(person, one.page, own), said, title_agreement(person, one.page))


def _lead(weighed: _Weighed) -> Lead:
    page = weighed.page
    return Lead(
        page.address,
        page.id,
        _kind_of(weighed.agreement, weighed.reasons),
        weighed.score,
        weighed.reasons,
        weighed.found.origins,
        tuple(dict.fromkeys((*page.evidence, *(e for reason in weighed.reasons for e in reason.evidence)))),
        page.title or "",
        _provenance(weighed.reasons),
        tuple(reason for reason in weighed.reasons if reason.weight < 0),
    )


def _provenance(reasons: Iterable[Reason]) -> Provenance:
    codes = {reason.code for reason in reasons}
    if codes & {"linked", "linked_confirmed"}:
        return Provenance.GIVEN
    return Provenance.CLAIMED if "office" in codes else Provenance.GUESSED


def _kind_of(agreement: Agreement, reasons: Iterable[Reason]) -> LeadKind:
    """Tell whose page it seems to be, by its title's agreement with the name and by its reasons."""
    codes = {reason.code for reason in reasons}
    if codes & {"body", "institution"}:
        return LeadKind.INSTITUTION
    if "fan" in codes:
        return LeadKind.FAN
    if "clone" in codes:
        return LeadKind.CLONE
    named = agreement.score > 0 or agreement.contradicted
    if codes & {"name_other", "other_office", "linked_other", "predecessor"}:
        return LeadKind.NAMESAKE if named else LeadKind.UNKNOWN
    if codes & {"other_place", "other_region", "former"} and agreement.agrees and not codes & _TIED:
        return LeadKind.NAMESAKE
    tied = codes & {"office", "linked", "linked_office", "linked_confirmed", "linked_lead", "linked_lead_both"}
    if codes & {"gone", "bot", "warned"}:
        return LeadKind.UNKNOWN
    return LeadKind.PERSONAL if tied or (agreement.agrees and "place" in codes) else LeadKind.UNKNOWN


# --- clones


def _less_clones(weighed: Sequence[_Weighed]) -> list[_Weighed]:
    """Take its points from every page that copies another one."""
    return [_judged(one, weighed) for one in weighed]


def _judged(one: _Weighed, all_found: Sequence[_Weighed]) -> _Weighed:
    reason = None
    for other in all_found:
        if other is one or not _same_claim(one, other) or _belong_together(one, other):
            continue
        reason = _copies(one, other) or reason
        if reason is not None and reason.code == "clone":
            break
    return one if reason is None else replace(one, reasons=(reason, *one.reasons))


def _same_claim(one: _Weighed, other: _Weighed) -> bool:
    """Tell whether two pages of one network say the same: an agreeing name, and the office or the same words."""
    if not one.agreement.agrees or one.page.address.network is not other.page.address.network:
        return False
    if any(w.has("institution", "body", "fan", "name_other", "gone", "predecessor", "warned") for w in (one, other)):
        return False
    title = fuzz.token_sort_ratio((one.page.title or "").casefold(), (other.page.title or "").casefold()) >= 90
    if not (other.agreement.agrees or title):
        return False
    words = (one.page.description or "").strip(), (other.page.description or "").strip()
    alike = all(words) and fuzz.token_sort_ratio(*words) >= _ALIKE
    return bool(alike or (one.claim.office and other.claim.office) or (one.claim.local and other.claim.local and title))


def _belong_together(one: _Weighed, other: _Weighed) -> bool:
    """Tell whether both are the person's: bodies link to both, each links to the other, or they are one page."""
    if one.page.id is not None and one.page.id == other.page.id:
        return True
    both = one.has("linked", "linked_confirmed") and other.has("linked", "linked_confirmed")
    return both or _mutual(one, other)


def _mutual(one: _Weighed, other: _Weighed) -> bool:
    return links_to(one.page, other.page) and links_to(other.page, one.page)


def _copies(one: _Weighed, other: _Weighed) -> Reason | None:
    """Return the reason against `one` where `other` is the original, or may be.

    A page that a body links to is the original; of two without a link, a verified one; else the older. A copy copies
    the claim: a page that claims less, as a namesake's private one does, is no original. Where
    one body alone links to the much younger of two, both are to be looked at.
    """
    mine, theirs = _standing(one), _standing(other)
    age = _younger(one.page, other.page)
    if _linked_alone(one) and age is True and other.claim.office and _years_older(other.page, one.page):
        text = Text(N_("A much older page claims the same: {page}"), {"page": other.page.address.url})
        return None if theirs == 2 else Reason("older", WEIGHTS["older"].points, text)
    if _linked_alone(other) and age is False and one.claim.office and _years_older(one.page, other.page):
        return None
    if _claimed(other) < _claimed(one) or mine > theirs or (mine == theirs and age is not True):
        return None
    if age is True:
        return _clone(one.page, other.page)
    if theirs == 2:
        text = Text(N_("It claims the same as {page}, to which official pages link"), {"page": other.page.address.url})
        return Reason("double", WEIGHTS["double"].points, text)
    return None


def _standing(weighed: _Weighed) -> int:
    if weighed.has(*_TIED):
        return 2
    return 1 if weighed.page.verified and weighed.claim.office else 0


def _claimed(weighed: _Weighed) -> bool:
    """Tell whether a page claims the office, or a body says that it is its holder's."""
    return weighed.claim.office or weighed.has(*_TIED)


def _linked_alone(weighed: _Weighed) -> bool:
    """Tell whether one body links to a page, and no second one, nor a confirmed page of the person."""
    return weighed.has("linked") and not weighed.has("linked_again", "linked_confirmed")


def _years_older(one: Page, other: Page) -> bool:
    """Tell whether `one` was there at least a year before `other` can have been made."""
    (_, seen), (made, _) = _bounds(one), _bounds(other)
    return seen is not None and made is not None and made - seen >= _MUCH


def _clone(one: Page, original: Page) -> Reason:
    since = one.opened_at or one.not_earlier_than
    params = {"page": original.address.url, "date": since.date() if since else None}
    message = (
        N_("It copies {page} and is younger, of {date}")
        if since
        else N_("It copies {page} and is younger by its number")
    )
    return Reason("clone", WEIGHTS["clone"].points, Text(message, params))


def _younger(one: Page, other: Page) -> bool | None:
    """Tell whether `one` was made after `other`; None where that cannot be told.

    Exact dates first, then bounds that do not overlap, then VK's numbers, which grow with time (facts on Telegram's
    are lacking), and last the oldest traces.
    """
    exact = [p.opened_at for p in (one, other) if p.opened_at and p.opened_precision is Precision.EXACT]
    if len(exact) == 2:
        return exact[0] > exact[1]
    (low, high), (other_low, other_high) = _bounds(one), _bounds(other)
    if low and other_high and low > other_high:
        return True
    if other_low and high and other_low > high:
        return False
    numbered = one.address.network is other.address.network and one.address.network.facts.numbers_grow
    if numbered and one.id and other.id and (one.id > 0) == (other.id > 0) and one.id != other.id:
        return abs(one.id) > abs(other.id)
    if high and other_high and high != other_high:
        return high > other_high
    return low > other_low if low and other_low and low != other_low else None


def _bounds(page: Page) -> tuple[datetime | None, datetime | None]:
    """Return the earliest and the latest moment at which a page can have been made."""
    exact = page.opened_at if page.opened_precision is Precision.EXACT else None
    return exact or page.not_earlier_than, page.opened_at
