"""What speaks for a page, what to doubt, and who says that it is the person's.

A lead is *given* where an official place gives its address as the person's, or where it and such a page, or a body's,
link to each other. It is *claimed* where it says so itself, and *guessed* where only a name fits. Nothing is counted:
a reader sees each reason with the place where it can be read.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlsplit

from auditor.base.address import Address
from auditor.base.snapshot import Network
from auditor.search.scoring.candidate import Candidate
from auditor.search.scoring.lead import Mention, MentionKind, Origin, Person, Provenance, Reason
from auditor.search.scoring.reason_sentences import AGAINST, FOR
from auditor.search.scouted_page import PageKind


class LeadKind(StrEnum):
    """Whose page a lead seems to be."""

    PERSONAL = "personal"
    INSTITUTION = "institution"
    FAN = "fan"
    """A page about the person: supporters, residents, a parody."""
    NAMESAKE = "namesake"
    """Somebody else of the same name."""
    UNKNOWN = "unknown"


_NOT_HIS = {
    "gone", "body", "predecessor", "name_other", "other_holder", "institution", "fan", "other_office", "bot",
    "given_other",
}  # fmt: skip
"""With one of these a page comes after all others."""
_ANOTHERS = {"name_other", "other_holder", "other_office", "other_region", "other_place", "former", "other_job"}
"""With one of these a page that bears the name is a namesake's."""


@dataclass(frozen=True, slots=True)
class Lead:
    """A page that may be the person's, with what speaks for it (`reasons`) and what to doubt (`doubts`)."""

    sight: Candidate
    provenance: Provenance
    reasons: tuple[Reason, ...] = ()
    doubts: tuple[Reason, ...] = ()

    @property
    def address(self) -> Address:
        """The page's address."""
        return self.sight.address

    @property
    def network(self) -> Network:
        """The network of its address."""
        return self.address.network

    @property
    def url(self) -> str:
        """Its address on the web."""
        return self.address.url

    @property
    def is_strong(self) -> bool:
        """Tell whether it stands above the line: an official place gives it, and nothing is to be doubted."""
        return self.provenance is Provenance.GIVEN and not self.doubts

    @property
    def evidence(self) -> tuple[str, ...]:
        """Ids of the stored answers that it rests on."""
        told = (evidence for reason in (*self.reasons, *self.doubts) for evidence in reason.evidence)
        return tuple(dict.fromkeys((*self.sight.evidence, *told)))

    @property
    def kind(self) -> LeadKind:
        """Whose page it seems to be."""
        if self.doubted({"body", "institution"}):
            return LeadKind.INSTITUTION
        if self.doubted({"fan"}):
            return LeadKind.FAN
        if self.doubted(_ANOTHERS) and self.sight.name:
            return LeadKind.NAMESAKE
        sure = self.provenance is not Provenance.GUESSED and all(reason.code == "twin" for reason in self.doubts)
        return LeadKind.PERSONAL if sure else LeadKind.UNKNOWN

    def doubted(self, codes: Collection[str]) -> bool:
        """Tell whether one of some doubts is there."""
        return any(reason.code in codes for reason in self.doubts)


def score(
    person: Person, pages: Iterable[tuple[Candidate, Sequence[Mention]]], bodies: Collection[Address] = ()
) -> list[Lead]:
    """Judge the pages found for `person`, one beside the other as well, and return all as leads, best first.

    With each page comes what official texts say of its address. `bodies` are the addresses on record that are no
    person's.
    """
    judged = [_judged(person, *page, bodies) for page in pages]
    judged = [_with_links(page, judged) for page in judged]
    judged = [_with_twins(page, judged) for page in judged]
    return sorted(judged, key=_order)


def _order(page: Lead) -> tuple[object, ...]:
    """Best first. Of two alike the one that more people read comes first, which says nothing of whose it is."""
    return (
        page.doubted(_NOT_HIS),
        list(Provenance).index(page.provenance),
        any(reason.code != "twin" for reason in page.doubts),
        bool(page.doubts),
        all(reason.code != "mentioned" for reason in page.reasons),
        not page.sight.agrees,
        not page.sight.verified,
        -(page.sight.subscribers or 0),
        page.address.network,
        page.address.name,
    )


def _judged(person: Person, sight: Candidate, mentions: Sequence[Mention], bodies: Collection[Address]) -> Lead:
    given = list(_given(person, sight, mentions))
    doubts = list(_doubts(person, sight, mentions, bodies, given))
    mentioned = _told("mentioned", [m for m in mentions if m.of(person, MentionKind.MENTIONED)])
    reasons = [*given, *mentioned, *_reasons(person, sight)]
    provenance = Provenance.GIVEN if given else Provenance.CLAIMED if sight.claimed else Provenance.GUESSED
    return Lead(sight, provenance, tuple(reasons), tuple(doubts))


# What speaks for it


def _given(person: Person, sight: Candidate, mentions: Sequence[Mention]) -> Iterator[Reason]:
    """Say which official places give the address as the person's."""
    mine = [m for m in mentions if m.of(person, MentionKind.GIVEN) and not _earlier(person, m)]
    yield from _told("given", mine)
    back = [m for m in mentions if m.how is MentionKind.LINKED and {_host(m.url), _speaker(m.url)} & sight.links]
    if not mine and (sight.agrees or sight.claimed):
        yield from _told("mutual", back)


def _earlier(person: Person, mention: Mention) -> bool:
    """Tell whether an office was named, and nobody by name, before the person took it: then another is meant."""
    begun = person.holder.took_office[0]
    return mention.by_office and mention.at is not None and begun is not None and mention.at.date() < begun


def _told(code: str, mentions: Sequence[Mention]) -> Iterator[Reason]:
    """Make a reason of what official places say, if any does: how many, and the newest three of their addresses."""
    if not mentions:
        return
    newest = sorted(mentions, key=lambda m: (-(m.at.timestamp() if m.at else 10**12), m.url))
    places = tuple(dict.fromkeys(m.url for m in newest if m.url))
    params: dict[str, str | int] = {"n": len({_speaker(m.url) for m in mentions}), "pages": ", ".join(places[:3])}
    dates = [m.at for m in mentions if m.at is not None]
    if dates:
        params["date"] = max(dates).date().isoformat()
    yield Reason(code, params, places, tuple(dict.fromkeys(m.evidence for m in newest if m.evidence)))


def _reasons(person: Person, sight: Candidate) -> Iterator[Reason]:
    """Say what the page says of itself and the network of it."""
    local = "claimed" if sight.claimed else next((code for code in ("office", "place") if code in sight.claims), "")
    if local:
        yield Reason(local, {"place": person.municipality})
    codes = [sight.name, *sorted(sight.claims - {"office", "place"})]
    codes += ["verified"] * bool(sight.verified) + ["on_record"] * (Origin.REGISTRY in sight.origins)
    yield from (Reason(code) for code in codes if code in FOR)
    if sight.last_post_at is not None:
        first, day = person.holder.took_office[0], sight.last_post_at.date()
        yield Reason("silent" if first is not None and day < first else "active", {"date": day.isoformat()})


# What is to be doubted


def _doubts(
    person: Person, sight: Candidate, mentions: Sequence[Mention], bodies: Collection[Address], given: Sequence[Reason]
) -> Iterator[Reason]:
    before = person.holder.predecessor
    # What was written once may have become somebody else's; a page that stands says so today.
    standing = any(m.at is None and m.of(person, MentionKind.GIVEN) for m in mentions)
    yield from _told("warned", [m for m in mentions if m.how is MentionKind.WARNED])
    yield from _told(
        "given_other", [m for m in mentions if m.how is MentionKind.GIVEN and not m.of(person, MentionKind.GIVEN)]
    )
    holds = {
        "gone": sight.exists is False,
        "body": sight.address in bodies,
        "predecessor": before is not None and any(sight.address == account.url for account in before.accounts),
        "name_other": sight.name == "name_other",
        "bot": sight.kind is PageKind.BOT,
        "unlike": bool(given) and sight.titled and not sight.names_person_or_office,
        "reopened": _reopened(sight, mentions),
        **{code: True for code in sight.claims if not (standing and code == "other_job")},
    }
    yield from (Reason(code) for code in AGAINST if holds.get(code))


def _reopened(sight: Candidate, mentions: Sequence[Mention]) -> bool:
    """Tell whether the page is younger than every dated word that gives it, and no standing page gives it."""
    given = [m for m in mentions if m.how is MentionKind.GIVEN]
    opened = sight.opened_at
    return bool(given) and opened is not None and all(m.at is not None and m.at < opened for m in given)


# One beside the other


def _with_links(page: Lead, every: Sequence[Lead]) -> Lead:
    """Raise a page that links to a better one of the same person, and that this one calls its own."""
    ranks = list(Provenance)
    for other in sorted(every, key=_order) if not page.doubted(_NOT_HIS) else ():
        better = ranks.index(other.provenance) < ranks.index(page.provenance)
        if better and not other.doubts and _mutual(page.sight, other.sight) and _names_of(page.sight) & other.sight.own:
            reason = Reason("linked_both", {"page": other.address.url}, (other.address.url,))
            return replace(page, provenance=other.provenance, reasons=(reason, *page.reasons))
    return page


def _mutual(one: Candidate, other: Candidate) -> bool:
    return bool(_names_of(one) & other.links and _names_of(other) & one.links)


def _names_of(page: Candidate) -> set[str]:
    """Return the addresses by which a page may be linked."""
    if page.id is None or page.address.network != "vk":
        return {page.address.url}
    return {page.address.url, f"https://vk.com/{'club' if page.id < 0 else 'id'}{abs(page.id)}"}


def _with_twins(page: Lead, every: Sequence[Lead]) -> Lead:
    """Put two pages of one network that both are said to be the person's beside each other: a person decides.

    What is in doubt already is no rival. Where an official place gives one of them, the other alone is in doubt. Which
    is older says nothing.
    """
    twins = [other for other in every if _are_rivals(page, other)]
    if not twins:
        return page
    pages = sorted(other.address.url for other in twins)
    reason = Reason("twin", {"pages": ", ".join(pages[:3])}, tuple(pages))
    rivals = page.provenance is not Provenance.GIVEN or any(o.provenance is Provenance.GIVEN for o in twins)
    if rivals:
        return replace(page, doubts=(*page.doubts, reason))
    return replace(page, reasons=(*page.reasons, reason))


def _are_rivals(one: Lead, other: Lead) -> bool:
    if one.address == other.address or one.address.network is not other.address.network:
        return False
    if any(page.provenance is Provenance.GUESSED or page.doubts for page in (one, other)):
        return False
    return not _mutual(one.sight, other.sight)


def _speaker(url: str) -> str:
    """Return one address for the author of a text: the page of a post, the host of a site."""
    wall = re.search(r"vk\.(?:com|ru)/(?:.*w=)?wall(-?)(\d+)_", url)
    if wall:
        return f"https://vk.com/{'club' if wall[1] else 'id'}{wall[2]}"
    address = Address.read(url)
    return _host(url) if address is None else address.url


def _host(url: str) -> str:
    return (urlsplit(url).hostname or url).removeprefix("www.")
