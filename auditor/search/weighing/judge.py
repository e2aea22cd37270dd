"""What speaks for a page, what to doubt, and who says that it is the person's.

A lead is *given* where an official place gives its address as the person's, or where it and such a page, or a body's,
link to each other. It is *claimed* where it says so itself, and *guessed* where only a name fits. Nothing is counted:
a reader sees each reason with the place where it can be read.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from auditor.base.address import Address
from auditor.base.text import N_, NN_, Scalar, Text
from auditor.search.pages import PageKind
from auditor.search.weighing.lead import How, Lead, LeadKind, Mention, Origin, Person, Provenance, Reason
from auditor.search.weighing.sights import Sight


@dataclass(frozen=True, slots=True)
class PageFound:
    """A page with how it came up and what official texts say of its address, and then with what comes of that."""

    sight: Sight
    origins: tuple[Origin, ...] = ()
    mentions: tuple[Mention, ...] = ()
    provenance: Provenance = Provenance.GUESSED
    reasons: tuple[Reason, ...] = ()
    doubts: tuple[Reason, ...] = ()

    @property
    def address(self) -> Address:
        """The page's address."""
        return self.sight.address

    def doubted(self, codes: Collection[str]) -> bool:
        """Tell whether one of some doubts is there."""
        return any(reason.code in codes for reason in self.doubts)


_SAYS = {
    "name_full": N_("The title bears the family name, the given name and the patronymic"),
    "name": N_("The title bears the family name and the given name"),
    "name_short": N_("The title bears the family name and a short form of the given name"),
    "name_initials": N_("The title bears the family name and both initials"),
    "name_initial": N_("The title bears the family name and one initial"),
    "name_family": N_("The title bears the family name alone"),
    "name_known": N_("The title bears the family name, and the registry has no more of the name"),
    "name_given": N_("The title bears the given name and the patronymic without the family name"),
    "name_described": N_("The description names the person"),
    "own_voice": N_("The page calls itself personal or the official page of a head"),
    "verified": N_("The network has verified the page"),
    "government": N_("The network marks it as a state organisation's page"),
    "on_record": N_("The address stands in the registry as an unconfirmed lead"),
}
"""Sentences that speak for a page, without a place."""
_AGAINST = {
    "gone": N_("There is no page under this address"),
    "body": N_("The registry has this address as an institution's"),
    "predecessor": N_("The registry has this address as the predecessor's"),
    "name_other": N_("The title bears the name of another person"),
    "institution": N_("The title is that of an institution or a newspaper, not of a person"),
    "fan": N_("The page says that supporters, residents or opponents keep it, or that it is a parody"),
    "other_office": N_("The page names an office in another place"),
    "other_place": N_("The page names another municipality and not this one"),
    "other_region": N_("The page names another region and not this one"),
    "former": N_("The page speaks of a former office"),
    "other_job": N_("The page names another job"),
    "bot": N_("It is a bot"),
    "unlike": N_("The page itself names neither the person nor the office: it may be somebody else's by now"),
    "reopened": N_("The page was opened after an official page wrote of it: its name may have been taken again"),
}
"""Sentences of doubt, without a place, the gravest first."""
_NOT_HIS = {"gone", "body", "predecessor", "name_other", "institution", "fan", "other_office", "bot", "given_other"}
"""With one of these a page comes after all others."""
_ANOTHERS = {"name_other", "other_office", "other_region", "other_place", "former", "other_job"}
"""With one of these a page that bears the name is a namesake's."""


def judge(person: Person, found: Sequence[PageFound], bodies: Collection[Address] = ()) -> list[Lead]:
    """Judge the pages found for `person`, one beside the other as well, and return all as leads, best first.

    `bodies` are the addresses on record that are no person's.
    """
    judged = [_judged(person, one, bodies) for one in found]
    judged = [_with_links(one, judged) for one in judged]
    judged = [_with_twins(one, judged) for one in judged]
    return [_lead(one) for one in sorted(judged, key=_order)]


def _order(one: PageFound) -> tuple[object, ...]:
    """Best first. Of two alike the one that more people read comes first, which says nothing of whose it is."""
    rank = list(Provenance).index(one.provenance)
    mentioned = any(reason.code == "mentioned" for reason in one.reasons)
    readers = -(one.sight.subscribers or 0)
    return (
        one.doubted(_NOT_HIS),
        rank,
        any(reason.code != "twin" for reason in one.doubts),
        bool(one.doubts),
        not mentioned,
        not one.sight.agrees,
        not one.sight.verified,
        readers,
        one.address.network,
        one.address.name,
    )


def _judged(person: Person, one: PageFound, bodies: Collection[Address]) -> PageFound:
    given = list(_given(person, one))
    doubts = list(_doubts(person, one, bodies, given))
    reasons = [*given, *_mentioned(person, one), *_speaking(person, one)]
    provenance = Provenance.GIVEN if given else Provenance.CLAIMED if one.sight.claimed else Provenance.GUESSED
    return replace(one, provenance=provenance, reasons=tuple(reasons), doubts=tuple(doubts))


def _say(code: str, message: str, **params: Scalar | Text) -> Reason:
    return Reason(code, Text(message, params))


# What speaks for it


def _given(person: Person, one: PageFound) -> Iterator[Reason]:
    """Say which official places give the address as the person's."""
    mine = [m for m in one.mentions if m.how is How.GIVEN and m.person is not None and m.person.key == person.key]
    mine = [m for m in mine if not _earlier(person, m)]
    if mine:
        forms = NN_(
            "{n} official place gives this address as the person's: {pages}",
            "{n} official places give this address as the person's: {pages}",
        )
        yield _told("given", forms, mine)
    linked = [m for m in one.mentions if m.how is How.LINKED]
    back = [m for m in linked if {_host(m.url), _speaker(m.url)} & one.sight.links]
    if back and not mine and (one.sight.agrees or one.sight.claimed):
        forms = NN_(
            "{n} official page and this one link to each other: {pages}",
            "{n} official pages and this one link to each other: {pages}",
        )
        yield _told("mutual", forms, back)


def _earlier(person: Person, mention: Mention) -> bool:
    """Tell whether an office was named, and nobody by name, before the person took it: then another is meant."""
    begun = person.holder.took_office[0]
    return mention.by_office and mention.at is not None and begun is not None and mention.at.date() < begun


def _mentioned(person: Person, one: PageFound) -> Iterator[Reason]:
    mine = [m for m in one.mentions if m.how is How.MENTIONED and m.person is not None and m.person.key == person.key]
    if mine:
        forms = NN_(
            "{n} official place mentions it in another sentence, read it: {pages}",
            "{n} official places mention it in other sentences, read them: {pages}",
        )
        yield _told("mentioned", forms, mine)


def _told(code: str, forms: tuple[str, str], some: Sequence[Mention]) -> Reason:
    """Make a reason of what official places say: how many, and the newest three of their addresses."""
    newest = sorted(some, key=lambda m: (-(m.at.timestamp() if m.at else 10**12), m.url))
    places = tuple(dict.fromkeys(m.url for m in newest if m.url))
    n = len({_speaker(m.url) for m in some})
    one, many = forms
    text = Text(one, {"n": n, "pages": ", ".join(places[:3])}, plural=many, count=n)
    dates = [m.at for m in some if m.at is not None]
    if dates:
        text = Text(N_("{what}; last on {date}"), {"what": text, "date": max(dates).date()})
    return Reason(code, text, places, tuple(dict.fromkeys(m.evidence for m in newest if m.evidence)))


def _speaking(person: Person, one: PageFound) -> Iterator[Reason]:
    """Say what the page says of itself and the network of it."""
    sight, place = one.sight, person.municipality
    if sight.claimed:
        yield _say("claimed", N_("It says itself that it is the holder's, unconfirmed: {place}"), place=place)
    elif "office" in sight.claims:
        yield _say("office", N_("The page names the office: {place}"), place=place)
    elif "place" in sight.claims:
        yield _say("place", N_("The page names the municipality: {place}"), place=place)
    codes = [sight.name, *sorted(sight.claims)]
    codes += ["verified"] if sight.verified else []
    codes += ["on_record"] if Origin.REGISTRY in one.origins else []
    yield from (_say(code, _SAYS[code]) for code in codes if code in _SAYS)
    last = sight.last_post_at
    if last is not None:
        first, day = person.holder.took_office[0], last.date()
        early = first is not None and day < first
        message = (
            N_("The last post, of {date}, is older than the tenure") if early else N_("The last post is of {date}")
        )
        yield _say("silent" if early else "active", message, date=day)


# What is to be doubted


def _doubts(person: Person, one: PageFound, bodies: Collection[Address], given: Sequence[Reason]) -> Iterator[Reason]:
    sight = one.sight
    warned = [m for m in one.mentions if m.how is How.WARNED]
    if warned:
        forms = NN_(
            "{n} official place may warn against this address, read it: {pages}",
            "{n} official places may warn against this address, read them: {pages}",
        )
        yield _told("warned", forms, warned)
    others = [m for m in one.mentions if m.how is How.GIVEN and m.person is not None and m.person.key != person.key]
    if others:
        forms = NN_(
            "{n} official place gives this address to the holder of another office: {pages}",
            "{n} official places give this address to the holder of another office: {pages}",
        )
        yield _told("given_other", forms, others)
    before = person.holder.predecessor
    holds = {
        "gone": sight.exists is False,
        "body": sight.address in bodies,
        "predecessor": before is not None and any(sight.address == account.url for account in before.accounts),
        "name_other": sight.name == "name_other",
        "bot": sight.kind is PageKind.BOT,
        "unlike": bool(given) and sight.titled and not sight.speaks,
        "reopened": _reopened(one),
        **{code: True for code in sight.claims if code in _AGAINST and not (given and code == "other_job")},
    }
    yield from (_say(code, _AGAINST[code]) for code in _AGAINST if holds.get(code))


def _reopened(one: PageFound) -> bool:
    """Tell whether the page is younger than every dated word that gives it, and no standing page gives it."""
    given = [m for m in one.mentions if m.how is How.GIVEN]
    opened = one.sight.opened_at
    return bool(given) and opened is not None and all(m.at is not None and m.at < opened for m in given)


# One beside the other


def _with_links(one: PageFound, every: Sequence[PageFound]) -> PageFound:
    """Raise a page that links to, and is linked by, a better one of the same person."""
    if one.doubted(_NOT_HIS):
        return one
    for other in sorted(every, key=_order):
        better = list(Provenance).index(other.provenance) < list(Provenance).index(one.provenance)
        if better and not other.doubts and _mutual(one.sight, other.sight):
            text = Text(N_("It and another page of the person link to each other: {page}"), {"page": other.address.url})
            reason = Reason("linked_both", text, (other.address.url,))
            return replace(one, provenance=other.provenance, reasons=(reason, *one.reasons))
    return one


def _mutual(one: Sight, other: Sight) -> bool:
    return bool(set(_names_of(one)) & other.links) and bool(set(_names_of(other)) & one.links)


def _names_of(sight: Sight) -> Iterator[str]:
    yield sight.address.url
    if sight.id is not None and sight.address.network == "vk":
        yield f"https://vk.com/{'club' if sight.id < 0 else 'id'}{abs(sight.id)}"


def _with_twins(one: PageFound, every: Sequence[PageFound]) -> PageFound:
    """Put two pages of one network that both are said to be the person's beside each other: a person decides.

    What is in doubt already is no rival. Where an official place gives one of them, the other alone is in doubt. Which
    is older says nothing.
    """
    twins = [other for other in every if _twins(one, other)]
    if not twins:
        return one
    pages = sorted(other.address.url for other in twins)
    text = Text(N_("Two pages alike, a person decides: {pages}"), {"pages": ", ".join(pages[:3])})
    reason = Reason("twin", text, tuple(pages))
    rivals = one.provenance is not Provenance.GIVEN or any(o.provenance is Provenance.GIVEN for o in twins)
    if rivals:
        return replace(one, doubts=(*one.doubts, reason))
    return replace(one, reasons=(*one.reasons, reason))


def _twins(one: PageFound, other: PageFound) -> bool:
    if one.address == other.address or one.address.network is not other.address.network:
        return False
    if any(j.provenance is Provenance.GUESSED or j.doubts for j in (one, other)):
        return False
    same = one.sight.id is not None and one.sight.id == other.sight.id
    return not (same or _mutual(one.sight, other.sight) or _one_place(one, other))


def _one_place(one: PageFound, other: PageFound) -> bool:
    """Tell whether one official place gives both: then they are two pages of one person."""
    speakers = [{_speaker(m.url) for m in j.mentions if m.how is How.GIVEN} for j in (one, other)]
    return bool(speakers[0] & speakers[1])


def _speaker(url: str) -> str:
    """Return one address for the author of a text: the page of a post, the host of a site."""
    wall = re.search(r"vk\.(?:com|ru)/(?:.*w=)?wall(-?)(\d+)_", url)
    if wall:
        return f"https://vk.com/{'club' if wall[1] else 'id'}{wall[2]}"
    address = Address.read(url)
    return _host(url) if address is None else address.url


def _host(url: str) -> str:
    return (urlsplit(url).hostname or url).removeprefix("www.")


def _lead(one: PageFound) -> Lead:
    sight = one.sight
    told = (evidence for reason in (*one.reasons, *one.doubts) for evidence in reason.evidence)
    return Lead(
        sight.address,
        sight.id,
        _kind(one),
        one.provenance,
        one.reasons,
        one.doubts,
        one.origins,
        tuple(dict.fromkeys((*sight.evidence, *told))),
        sight.title,
    )


def _kind(one: PageFound) -> LeadKind:
    """Tell whose page it seems to be."""
    if one.doubted({"body", "institution"}):
        return LeadKind.INSTITUTION
    if one.doubted({"fan"}):
        return LeadKind.FAN
    if one.doubted(_ANOTHERS) and one.sight.name:
        return LeadKind.NAMESAKE
    sure = one.provenance is not Provenance.GUESSED and all(reason.code == "twin" for reason in one.doubts)
    return LeadKind.PERSONAL if sure else LeadKind.UNKNOWN
