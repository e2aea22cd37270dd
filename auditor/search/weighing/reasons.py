"""What speaks for a page and against it, weighed.

Every reason is one fact with its points (`weights`); their sum, held between 0 and 100, is the lead's score. What was
not seen is no reason either way.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from auditor.base.address import Address
from auditor.base.text import N_, NN_, Scalar, Text
from auditor.search.pages import Page, PageKind, Place
from auditor.search.weighing.agreement import Agreement, Part, agree, occurrences
from auditor.search.weighing.claims import Claim, capital, claim, title_agreement
from auditor.search.weighing.lead import Mention, Person, Reason
from auditor.search.weighing.links import warned_in
from auditor.search.weighing.places import Municipality
from auditor.search.weighing.weights import WEIGHTS
from auditor.search.weighing.words import clean


@dataclass(frozen=True, slots=True)
class Context:
    """Everything known besides the page."""

    now: datetime
    mentions: tuple[Mention, ...] = ()
    """Of this page's address, in texts of official bodies."""
    people: tuple[Person, ...] = ()
    """All holders of the registry."""
    others: tuple[Page, ...] = ()
    """The person's accounts and other leads."""
    bodies: frozenset[Address] = frozenset()
    """Accounts on record of bodies."""
    tied: frozenset[Address] = frozenset()
    """Those of `others` that are above the line already."""
    recorded: bool = False
    """The address is in the registry as a lead to the person."""


_TIES = {"linked", "linked_office", "linked_confirmed", "linked_lead", "linked_lead_both"}


def counted(points: Iterable[Reason]) -> float:
    """Return the score of reasons: their sum, from 0 to 100."""
    return round(min(100.0, max(0.0, sum(reason.weight for reason in points))), 2)


def _reason(
    code: str,
    message: str,
    params: dict[str, Scalar | Text] | None = None,
    *,
    scale: float = 1,
    evidence: tuple[str, ...] = (),
) -> Reason:
    return Reason(code, round(WEIGHTS[code].points * scale, 1), Text(message, params or {}), evidence)


def _tally(code: str, forms: tuple[str, str], n: int, **params: Scalar | Text) -> Reason:
    """Make a reason whose sentence counts."""
    one, many = forms
    return Reason(code, WEIGHTS[code].points, Text(one, {"n": n, **params}, plural=many, count=n))


def weigh(person: Person, page: Page, context: Context) -> tuple[Reason, ...]:
    """Return what speaks for `page` being `person`'s and against it, the weightiest first."""
    if page.exists is False:
        return (_reason("gone", N_("There is no page under this address")),)
    agreement = title_agreement(person, page)
    said = claim(person, page, context.people)
    found = [
        *_of_name(person, page, agreement),
        *_of_claim(person, page, said, agreement, context),
        *_of_links(person, page, context),
        *_of_marks(page),
        *_of_tenure(person, page, context),
        *_of_record(person, page, context),
    ]
    if not (said.local or any(reason.code in _TIES for reason in found)):
        found += _of_namesakes(person, page, agreement, context)
    return tuple(sorted(found, key=lambda reason: (-abs(reason.weight), reason.code)))


# --- what the page says of itself


_NAMED = {
    "name_full": N_("The title bears the family name, the given name and the patronymic"),
    "name": N_("The title bears the family name and the given name"),
    "name_short": N_("The title bears the family name and a short form of the given name"),
    "name_initials": N_("The title bears the family name and both initials"),
    "name_initial": N_("The title bears the family name and one initial"),
    "name_family": N_("The title bears the family name alone"),
    "name_known": N_("The title bears the family name, and the registry has no more of the name"),
    "name_given": N_("The title bears the given name and the patronymic without the family name"),
}


def _name_code(agreement: Agreement) -> str | None:
    if agreement.family is Part.UNSEEN:
        return "name_given" if agreement.score >= 0.5 else None
    match agreement.given:
        case Part.UNSEEN:
            return "name_family"
        case Part.SHORT:
            return "name_short"
        case Part.INITIAL:
            return "name_initial" if agreement.patronymic is Part.UNSEEN else "name_initials"
    return "name_full" if agreement.patronymic in {Part.EQUAL, Part.LIKE, Part.INITIAL} else "name"


def _of_name(person: Person, page: Page, agreement: Agreement) -> Iterator[Reason]:
    if _strange(person, page, agreement):
        yield _reason("name_other", N_("The title bears the name of another person"))
        return
    code = _name_code(agreement)
    if code == "name_family" and not person.name.given:
        code = "name_known"
    if code is not None:
        like = agreement.family is Part.LIKE or agreement.given is Part.LIKE
        text: str | Text = Text(_NAMED[code])
        if like:
            text = Text(N_("{what}, spelt a little differently"), {"what": text})
        if agreement.latin:
            text = Text(N_("{what}, in Latin letters"), {"what": text})
        percent = Text(N_("{what}: {percent} % agreement"), {"what": text, "percent": round(agreement.score * 100)})
        yield Reason(code, round(WEIGHTS[code].points * (0.8 if like else 1), 1), percent)
    elif _described(person, page):
        yield _reason("name_described", N_("The description names the person"))


def _of_namesakes(person: Person, page: Page, agreement: Agreement, context: Context) -> Iterator[Reason]:
    """Count the other holders whose name agrees as well: where nothing ties the page to this one's office."""
    if not agreement.agrees:
        return
    title = page.title or ""
    rivals = [
        other
        for other in context.people
        if not _is(other, person) and agree(other.name, title).score >= agreement.score
    ]
    if rivals:
        forms = NN_(
            "The title agrees as well with the name of {n} other holder in the registry",
            "The title agrees as well with the names of {n} other holders in the registry",
        )
        yield _tally("namesake_holder", forms, len(rivals))


def _strange(person: Person, page: Page, agreement: Agreement) -> bool:
    """Tell whether the title is another person's name: by contradiction, or the predecessor's."""
    if agreement.contradicted:
        return True
    before = person.holder.predecessor
    if before is None or agreement.score >= 0.5:
        return False
    past = type(person.name).parse(before.name)
    return past != person.name and agree(past, page.title or "", profile=page.kind is PageKind.PROFILE).agrees


def _described(person: Person, page: Page) -> bool:
    text = clean(page.description or "")
    return any(o.agreement.agrees for o in occurrences(person.name, text, prose=True))


def _of_claim(person: Person, page: Page, said: Claim, agreement: Agreement, context: Context) -> Iterator[Reason]:
    own = person.municipality
    if said.institution:
        yield _reason("institution", N_("The title is that of an institution or a newspaper, not of a person"))
    if said.fan:
        yield _reason("fan", N_("The page says that supporters or opponents keep it, or that it is a parody"))
    if said.office:
        yield _reason("office", N_("The page names the office: {place}"), {"place": own})
    elif said.place:
        yield _reason("place", N_("The page names the municipality: {place}"), {"place": own})
    elif said.region and person.region is not None:
        yield _reason("region", N_("The page names the region: {place}"), {"place": person.region.name})
    if said.office_bare and not said.other_office:
        yield _reason("office_bare", N_("The page names an office without this municipality"))
    if said.own_voice and not (said.institution or agreement.agrees):
        yield _reason("own_voice", N_("The page calls itself personal or the official page of a head"))
    yield from _of_elsewhere(page, said, context)
    if agreement.agrees and not (said.local or said.office_bare or said.region) and page.description is not None:
        yield _reason("name_only", N_("Beyond the name the page says nothing of office or place"))


def _of_elsewhere(page: Page, said: Claim, context: Context) -> Iterator[Reason]:
    if said.other_office:
        yield _reason("other_office", N_("The page names an office in another place"))
    elif said.other_place:
        yield _reason("other_place", N_("The page names another municipality and not this one"))
    if said.other_region and not said.other_office:
        yield _reason("other_region", N_("The page names another region and not this one"))
    if said.former:
        yield _reason("former", N_("The page speaks of a former office"))
    if said.deputy and not said.office:
        yield _reason("other_job", N_("The page names a post beside the head's, not the head's own"))
    elif page.work and not (said.local or said.office_bare or said.other_office or said.other_place):
        yield _reason("other_job", N_("The page names another job"))
    if page.place and not said.local and not said.region and not _known(page.place, context.people):
        yield _reason("other_town", N_("The profile names another town"))


def _known(place: str, people: Sequence[Person]) -> bool:
    """Tell whether a town is a municipality of the registry or the region's own: too near to speak against."""
    return any(Municipality.parse(p.municipality).said_in(capital(place), "") for p in people)


# --- what others say of the page


def _sources(mentions: Iterable[Mention], others: Iterable[Page] = ()) -> dict[str, list[Mention]]:
    """Group mentions by the body that speaks. A page that is itself only a lead is no body."""
    unofficial = {name for page in others for name in _names_of(page)}
    found: dict[str, list[Mention]] = {}
    for mention in mentions:
        speaker = _speaker(mention.passage.url)
        if speaker not in unofficial:
            found.setdefault(speaker, []).append(mention)
    return found


def _names_of(page: Page) -> Iterator[str]:
    yield page.address.url
    if page.id is not None and page.address.network == "vk":
        yield f"https://vk.com/{'club' if page.id < 0 else 'id'}{abs(page.id)}"


def _speaker(url: str) -> str:
    """Return one address for the author of a text: the page of a post, the host of a site."""
    wall = re.search(r"vk\.(?:com|ru)/(?:.*w=)?wall(-?)(\d+)_", url)
    if wall:
        return f"https://vk.com/{'club' if wall[1] else 'id'}{wall[2]}"
    try:
        return Address.parse(url).url
    except ValueError:
        return (urlsplit(url).hostname or url).removeprefix("www.")


_DEGREES = (
    ("linked", frozenset({"name+place", "name", "record"})),
    ("linked_office", frozenset({"office+place"})),
    ("linked_near", frozenset({"nearby", "place"})),
)


def _of_links(person: Person, page: Page, context: Context) -> Iterator[Reason]:
    yield from _of_warnings(person, page, context)
    bodies = _sources((m for m in context.mentions if m.why != "warned"), (*context.others, page))
    mine: dict[str, tuple[int, Mention]] = {}
    strangers: dict[str, Mention] = {}
    for speaker, said in bodies.items():
        for mention in said:
            if mention.person is None:
                continue
            if not _is(mention.person, person):
                strangers[speaker] = mention
            elif (degree := _degree(mention, person)) is not None and degree < mine.get(speaker, (9, mention))[0]:
                mine[speaker] = (degree, mention)
    for speaker in mine:
        strangers.pop(speaker, None)
    yield from _linked(mine)
    if strangers:
        code = "linked_other" if not mine else "linked_near"
        evidence = tuple(m.passage.evidence for m in strangers.values() if m.passage.evidence)
        if code == "linked_other":
            yield _reason(
                code, N_("An official page gives this address to the holder of another office"), evidence=evidence
            )
    yield from _of_pages(person, page, context)


def _of_warnings(person: Person, page: Page, context: Context) -> Iterator[Reason]:
    """Count who warns against the address: bodies, and the person's own confirmed pages."""
    confirmed = {account.url for account in person.holder.judged_accounts}
    leads = [other for other in (*context.others, page) if other.address not in confirmed]
    warnings = _sources((m for m in context.mentions if m.why == "warned"), leads)
    if not warnings:
        return
    every = [mention.passage for said in warnings.values() for mention in said]
    one, many = NN_(
        "{n} official page warns against this address: {pages}",
        "{n} official pages warn against this address: {pages}",
    )
    n = len(warnings)
    text = Text(one, {"n": n, "pages": ", ".join(sorted(warnings)[:3])}, plural=many, count=n)
    dates = [passage.at for passage in every if passage.at is not None]
    if dates:
        text = Text(N_("{what}; last on {date}"), {"what": text, "date": max(dates).date()})
    yield Reason("warned", WEIGHTS["warned"].points, text, tuple(p.evidence for p in every if p.evidence))


def _is(one: Person, other: Person) -> bool:
    return one.office.id == other.office.id and one.name == other.name


def _degree(mention: Mention, person: Person) -> int | None:
    """Return how good a mention is, 0 the best; None where it names an office that another held then."""
    degree = next((place for place, (_, whys) in enumerate(_DEGREES) if mention.why in whys), None)
    if mention.why in {"office+place", "place"} and mention.passage.at is not None:
        begun = person.holder.took_office[0]
        if begun is not None and mention.passage.at.date() < begun:
            return None
    return degree


_SAID = {
    "linked": NN_(
        "{n} official page names the person beside this address: {pages}",
        "{n} official pages name the person beside this address: {pages}",
    ),
    "linked_office": NN_(
        "{n} official page names the office beside this address: {pages}",
        "{n} official pages name the office beside this address: {pages}",
    ),
    "linked_near": NN_(
        "{n} official page names the person or the municipality near this address: {pages}",
        "{n} official pages name the person or the municipality near this address: {pages}",
    ),
}


def _linked(mine: dict[str, tuple[int, Mention]]) -> Iterator[Reason]:
    """Count each body once: the best mention in full, all others together as a second voice."""
    if not mine:
        return
    best = min(degree for degree, _ in mine.values())
    code = _DEGREES[best][0]
    same = sorted(speaker for speaker, (degree, _) in mine.items() if degree == best)
    evidence = tuple(m.passage.evidence for _, m in mine.values() if m.passage.evidence)
    dates = [m.passage.at for _, m in mine.values() if m.passage.at is not None]
    one, many = _SAID[code]
    text = Text(one, {"n": len(same), "pages": ", ".join(same[:3])}, plural=many, count=len(same))
    if dates:
        text = Text(N_("{what}; last on {date}"), {"what": text, "date": max(dates).date()})
    yield Reason(code, WEIGHTS[code].points, text, evidence)
    if len(mine) > 1:
        forms = NN_("{n} more official page says the same", "{n} more official pages say the same")
        yield _tally("linked_again", forms, len(mine) - 1)


_WHOSE = {Place.DESCRIPTION, Place.STATUS, Place.SITE, Place.CONTACTS}
"""Where a page links to its owner's other pages; a post may link to anybody's."""


def links_to(page: Page, other: Page) -> bool:
    """Tell whether `page` links to `other` as a page of its owner, and not to warn of it."""
    names = {*_names_of(other)}
    linking = [p for p in page.passages if p.place in _WHOSE and any(a.url in names for a in p.links)]
    return any(a.url in names for p in linking for a in p.links if a not in warned_in(p))


def _of_pages(person: Person, page: Page, context: Context) -> Iterator[Reason]:
    confirmed = {account.url for account in person.holder.judged_accounts}
    others = [other for other in context.others if other.address != page.address]
    back = [other for other in others if links_to(other, page)]
    if any(other.address in confirmed for other in back):
        yield _reason("linked_confirmed", N_("A confirmed page of the person links to it"))
    tied = [other for other in back if other.address in context.tied]
    mutual = [other for other in back if links_to(page, other)]
    if any(other in mutual for other in tied):
        yield _reason(
            "linked_lead_both", N_("It and another page found for the person, above the line, link to each other")
        )
    elif tied:
        yield _reason("linked_lead", N_("Another page found for the person, above the line, links to it"))
    if mutual and not any(other in mutual for other in tied):
        yield _reason("linked_both", N_("It and another page found for the person link to each other"))
    linked = sorted({a.url for p in page.passages for a in p.links if a in context.bodies})
    sites = {
        (urlsplit(p.office.website).hostname or "").removeprefix("www.") for p in context.people if p.office.website
    }
    hosts = sorted(site for site in sites - {""} if any(site in passage.text for passage in page.passages))
    if linked or hosts:
        pages = ", ".join((linked + hosts)[:3])
        yield _reason("body_linked", N_("The page links to official pages: {pages}"), {"pages": pages})


def _of_record(person: Person, page: Page, context: Context) -> Iterator[Reason]:
    before = person.holder.predecessor
    if page.address in context.bodies:
        yield _reason("body", N_("The registry has this address as an institution's"))
    elif before is not None and any(page.address == account.url for account in before.accounts):
        yield _reason("predecessor", N_("The registry has this address as the predecessor's"))
    elif context.recorded:
        yield _reason("on_record", N_("The address stands in the registry as an unconfirmed lead"))


# --- the network's own facts


def _of_marks(page: Page) -> Iterator[Reason]:
    if page.verified:
        yield _reason("verified", N_("The network has verified the page"))
    if page.government:
        yield _reason("government", N_("The network marks it as a state organisation's page"))
    if page.closed:
        yield _reason("closed", N_("The page is closed"))
    if page.subscribers == 0:
        yield _reason("empty", N_("The page has no subscribers"))
    if page.kind is PageKind.BOT:
        yield _reason("bot", N_("It is a bot"))
    if page.kind is PageKind.GROUP:
        yield _reason("group", N_("It is a group chat"))


def _of_tenure(person: Person, page: Page, context: Context) -> Iterator[Reason]:
    """Hold the last post against the day of taking office: only where both are known, and surely so."""
    last = page.last_post_at
    if last is None:
        return
    first, surely = person.holder.took_office
    day = last.astimezone(UTC).date()
    if first is not None and day < first:
        days = (first - day).days
        forms = NN_(
            "The last post, of {date}, is {n} day older than the tenure",
            "The last post, of {date}, is {n} days older than the tenure",
        )
        yield _tally("silent", forms, days, date=day)
    elif surely is not None and day >= surely:
        ago = max(0, (context.now.astimezone(UTC).date() - day).days)
        forms = NN_(
            "The last post, of {date}, falls into the tenure; it is {n} day old",
            "The last post, of {date}, falls into the tenure; it is {n} days old",
        )
        yield _tally("active", forms, ago, date=day)
