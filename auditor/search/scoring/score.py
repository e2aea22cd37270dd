"""Turns candidates into leads: reasons and doubts about each page, and who says that it is the person's.

A lead is *given* if an official place gives its address as the person's, or if it and such a page, or a body's, link to
each other. It is *claimed* if the page says so itself, and *guessed* if only a name fits. No points are added up: a
reader sees each reason with the place where it can be read.
"""

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
    """A page of another person with the same name."""
    UNKNOWN = "unknown"


_NOT_THE_HOLDERS = {
    "gone", "body", "predecessor", "name_other", "other_holder", "institution", "fan", "other_office", "bot",
    "given_other",
}  # fmt: skip
"""With one of these doubts a page comes after all others."""
_NAMESAKE_DOUBTS = {"name_other", "other_holder", "other_office", "other_region", "other_place", "former", "other_job"}
"""With one of these doubts a page that bears the name is a namesake's."""


@dataclass(frozen=True, slots=True)
class Lead:
    """A page that may be the person's, with reasons for it and doubts; `sight` is the candidate."""

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
        """Return whether an official place gives it and there is no doubt."""
        return self.provenance is Provenance.GIVEN and not self.doubts

    @property
    def evidence(self) -> tuple[str, ...]:
        """Ids of the stored responses that it rests on."""
        reason_evidence = (evidence for reason in (*self.reasons, *self.doubts) for evidence in reason.evidence)
        return tuple(dict.fromkeys((*self.sight.evidence, *reason_evidence)))

    @property
    def kind(self) -> LeadKind:
        """Whose page it seems to be."""
        if self.has_doubt({"body", "institution"}):
            return LeadKind.INSTITUTION
        if self.has_doubt({"fan"}):
            return LeadKind.FAN
        if self.has_doubt(_NAMESAKE_DOUBTS) and self.sight.name:
            return LeadKind.NAMESAKE
        is_confident = self.provenance is not Provenance.GUESSED and all(
            reason.code == "twin" for reason in self.doubts
        )
        return LeadKind.PERSONAL if is_confident else LeadKind.UNKNOWN

    def has_doubt(self, codes: Collection[str]) -> bool:
        """Return whether it has a doubt with one of the codes."""
        return any(reason.code in codes for reason in self.doubts)


def score(
    person: Person, pages: Iterable[tuple[Candidate, Sequence[Mention]]], bodies: Collection[Address] = ()
) -> list[Lead]:
    """Score the pages found for `person`, each alone and then beside the others; return all as leads, best first.

    Each page comes with the mentions of its address. `bodies` are the addresses on record that are not personal.
    """
    leads = [_score_page(person, *page, bodies) for page in pages]
    leads = [_with_links(lead, leads) for lead in leads]
    leads = [_with_twins(lead, leads) for lead in leads]
    return sorted(leads, key=_sort_key)


def _sort_key(lead: Lead) -> tuple[object, ...]:
    """Return the key that sorts leads best first; the count of subscribers only decides between equals."""
    return (
        lead.has_doubt(_NOT_THE_HOLDERS),
        list(Provenance).index(lead.provenance),
        any(reason.code != "twin" for reason in lead.doubts),
        bool(lead.doubts),
        all(reason.code != "mentioned" for reason in lead.reasons),
        not lead.sight.agrees,
        not lead.sight.verified,
        -(lead.sight.subscribers or 0),
        lead.address.network,
        lead.address.name,
    )


def _score_page(person: Person, candidate: Candidate, mentions: Sequence[Mention], bodies: Collection[Address]) -> Lead:
    given = list(_given(person, candidate, mentions))
    doubts = list(_doubts(person, candidate, mentions, bodies, given))
    mentioned = [mention for mention in mentions if mention.of(person, MentionKind.MENTIONED)]
    reasons = [*given, *_mention_reason("mentioned", mentioned), *_reasons(person, candidate)]
    provenance = Provenance.GIVEN if given else Provenance.CLAIMED if candidate.claimed else Provenance.GUESSED
    return Lead(candidate, provenance, tuple(reasons), tuple(doubts))


# Reasons


def _given(person: Person, candidate: Candidate, mentions: Sequence[Mention]) -> Iterator[Reason]:
    """Yield the reason that official places give the address, or else that they and the page link to each other."""
    own_mentions = [
        mention for mention in mentions if mention.of(person, MentionKind.GIVEN) and not _is_earlier(person, mention)
    ]
    yield from _mention_reason("given", own_mentions)
    linked = (mention for mention in mentions if mention.how is MentionKind.LINKED)
    links_back = [mention for mention in linked if {_host(mention.url), _speaker(mention.url)} & candidate.links]
    if not own_mentions and (candidate.agrees or candidate.claimed):
        yield from _mention_reason("mutual", links_back)


def _is_earlier(person: Person, mention: Mention) -> bool:
    """Return whether a mention names only the office, at a time before the person took it: it means another holder."""
    took_office = person.holder.took_office[0]
    return mention.by_office and mention.at is not None and took_office is not None and mention.at.date() < took_office


def _mention_reason(code: str, mentions: Sequence[Mention]) -> Iterator[Reason]:
    """Yield a reason with the count of official places and the newest three of their URLs; none without mentions."""
    if not mentions:
        return
    newest = sorted(mentions, key=lambda mention: (-(mention.at.timestamp() if mention.at else 10**12), mention.url))
    urls = tuple(dict.fromkeys(mention.url for mention in newest if mention.url))
    params: dict[str, str | int] = {
        "n": len({_speaker(mention.url) for mention in mentions}),
        "pages": ", ".join(urls[:3]),
    }
    dates = [mention.at for mention in mentions if mention.at is not None]
    if dates:
        params["date"] = max(dates).date().isoformat()
    yield Reason(code, params, urls, tuple(dict.fromkeys(mention.evidence for mention in newest if mention.evidence)))


def _reasons(person: Person, candidate: Candidate) -> Iterator[Reason]:
    """Yield the reasons in what the page says of itself, and in what the network and the registry say of it."""
    claim = (
        "claimed" if candidate.claimed else next((code for code in ("office", "place") if code in candidate.claims), "")
    )
    if claim:
        yield Reason(claim, {"place": person.municipality})
    codes = [candidate.name, *sorted(candidate.claims - {"office", "place"})]
    codes += ["verified"] * bool(candidate.verified) + ["on_record"] * (Origin.REGISTRY in candidate.origins)
    yield from (Reason(code) for code in codes if code in FOR)
    if candidate.last_post_at is not None:
        took_office, day = person.holder.took_office[0], candidate.last_post_at.date()
        yield Reason("silent" if took_office is not None and day < took_office else "active", {"date": day.isoformat()})


# Doubts


def _doubts(
    person: Person,
    candidate: Candidate,
    mentions: Sequence[Mention],
    bodies: Collection[Address],
    given: Sequence[Reason],
) -> Iterator[Reason]:
    # An address in an old post may have another owner by now; a text without a date says so today.
    is_given_undated = any(mention.at is None and mention.of(person, MentionKind.GIVEN) for mention in mentions)
    given_to = [mention for mention in mentions if mention.how is MentionKind.GIVEN]
    yield from _mention_reason("warned", [mention for mention in mentions if mention.how is MentionKind.WARNED])
    yield from _mention_reason("given_other", [mention for mention in given_to if mention.office != person.office.id])
    holds_by_code = {
        "gone": candidate.exists is False,
        "body": candidate.address in bodies,
        "predecessor": candidate.address in person.predecessor_pages,
        "name_other": candidate.name == "name_other",
        "bot": candidate.kind is PageKind.BOT,
        "unlike": bool(given) and candidate.titled and not candidate.names_person_or_office,
        "reopened": _is_reopened(candidate, given_to),
        **{code: True for code in candidate.claims if not (is_given_undated and code == "other_job")},
    }
    yield from (Reason(code) for code in AGAINST if holds_by_code.get(code))


def _is_reopened(candidate: Candidate, given_to: Sequence[Mention]) -> bool:
    """Return whether the page was opened after every mention that gives it, all of which have a date."""
    moments, opened = [mention.at for mention in given_to], candidate.opened_at
    return bool(moments) and opened is not None and all(moment is not None and moment < opened for moment in moments)


# Leads beside each other


def _with_links(lead: Lead, leads: Sequence[Lead]) -> Lead:
    """Raise a lead to the provenance of a better one, if the two link to each other and that one calls it its own."""
    ranks = list(Provenance)
    better = [o for o in leads if ranks.index(o.provenance) < ranks.index(lead.provenance) and not o.doubts]
    for other in sorted(better, key=_sort_key) if not lead.has_doubt(_NOT_THE_HOLDERS) else ():
        if _link_each_other(lead.sight, other.sight) and _page_urls(lead.sight) & other.sight.own:
            reason = Reason("linked_both", {"page": other.address.url}, (other.address.url,))
            return replace(lead, provenance=other.provenance, reasons=(reason, *lead.reasons))
    return lead


def _link_each_other(left: Candidate, right: Candidate) -> bool:
    return bool(_page_urls(left) & right.links and _page_urls(right) & left.links)


def _page_urls(candidate: Candidate) -> set[str]:
    """Return the URLs by which a page may be linked: its address, and where there is one also that with its id."""
    facts = candidate.address.network.facts
    numbered = None if candidate.id is None else facts.name_of(candidate.id)
    return {candidate.address.url, *([f"https://{facts.host}/{numbered}"] if numbered else [])}


def _with_twins(lead: Lead, leads: Sequence[Lead]) -> Lead:
    """Add the doubt that another page of the network is the person's too; an operator decides.

    Pages with other doubts are no rivals. If only this page is given by an official place, it gets a reason instead.
    """
    twins = [other for other in leads if _are_rivals(lead, other)]
    if not twins:
        return lead
    pages = sorted(other.address.url for other in twins)
    reason = Reason("twin", {"pages": ", ".join(pages[:3])}, tuple(pages))
    is_doubtful = lead.provenance is not Provenance.GIVEN or any(o.provenance is Provenance.GIVEN for o in twins)
    if is_doubtful:
        return replace(lead, doubts=(*lead.doubts, reason))
    return replace(lead, reasons=(*lead.reasons, reason))


def _are_rivals(left: Lead, right: Lead) -> bool:
    if left.address == right.address or left.address.network is not right.address.network:
        return False
    if any(lead.provenance is Provenance.GUESSED or lead.doubts for lead in (left, right)):
        return False
    return not _link_each_other(left.sight, right.sight)


def _speaker(url: str) -> str:
    """Return the page on which a post is, or the host of a site."""
    owners = ((network, network.facts.post_owner(url)) for network in Network)
    authors = (Address(network, name) for network, name in owners if name is not None)
    address = next(authors, None) or Address.read(url)
    return _host(url) if address is None else address.url


def _host(url: str) -> str:
    return (urlsplit(url).hostname or url).removeprefix("www.")
