"""What speaks for a page and against it, weighed.

Every reason is one fact with its points; the sum, held between 0 and 100, is the lead's score, and `LINE` is 50. The
points are judgement, not measurement, and stand in one table with why. Two rules made them what they are. A page that
merely bears the name is a citizen's until something else ties it to the office, so a name alone stays below the line.
And what an official body says beside the person's name is worth more than all that a page says of itself.
What was not seen is no reason either way.
"""

__all__ = [
    "WEIGHTS",
    "Claim",
    "Context",
    "Weight",
    "claim",
    "counted",
    "links_to",
    "sources",
    "title_agreement",
    "weigh",
]

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import urlsplit

from auditor.discovery.agreement import Agreement, Part, agree, occurrences
from auditor.discovery.lead import Person, Reason
from auditor.discovery.links import Mention
from auditor.discovery.places import Municipality, office_words
from auditor.discovery.words import Word, clean, gap, plain, words
from auditor.pages import Page, PageKind, Place
from auditor.registry.address import Address
from auditor.text import N_, NN_, Scalar, Text


class Weight(NamedTuple):
    """Points of a reason, and why so many."""

    points: float
    why: str


WEIGHTS: dict[str, Weight] = {
    # The name. None of them reaches the line: namesakes are many.
    "name_full": Weight(31, "all three parts are rarely shared, yet they are: still below the line with a place"),
    "name": Weight(30, "family and given name: what most real pages bear, and all their namesakes"),
    "name_short": Weight(22, "a short given name stands for several names"),
    "name_initials": Weight(24, "two initials fit one namesake in some hundred"),
    "name_initial": Weight(16, "one initial fits one in ten"),
    "name_family": Weight(5, "a family name alone is hardly a sign"),
    "name_known": Weight(
        20, "the registry itself has no more than the family name: with the office it reaches the line"
    ),
    "name_given": Weight(18, "given name and patronymic, as people address a head"),
    "name_described": Weight(12, "a description may name whom the page is about, not whose it is"),
    "name_other": Weight(-60, "another given name, patronymic or initial: another person"),
    # What the page says of itself: anybody may write it, and a clone does.
    "office": Weight(30, "claims the very office: with the name it reaches the line"),
    "office_bare": Weight(6, "claims an office and does not say where"),
    "place": Weight(15, "the municipality alone: a neighbour with the same name lives there too"),
    "region": Weight(2, "the region alone: a million people"),
    "own_voice": Weight(8, "calls itself personal, where only the description names the person"),
    "body_linked": Weight(12, "links to an official page: free to do, but fan pages and namesakes seldom do"),
    # What others say of the page.
    "linked": Weight(55, "an official body names the person beside the address: enough without a word on the page"),
    "linked_office": Weight(38, "an official body names the office or the place beside the address, no person"),
    "linked_near": Weight(22, "an official body names the person in the line before, or by family name alone"),
    "linked_again": Weight(10, "a second body says the same; more add nothing, they copy each other"),
    "linked_confirmed": Weight(45, "the person's own confirmed page links to it"),
    "linked_lead": Weight(25, "a page of this person above the line links to it"),
    "linked_lead_both": Weight(52, "it and a page of this person above the line link to each other: one owner"),
    "linked_both": Weight(5, "it and another page found under the name link to each other: a namesake's do as well"),
    "on_record": Weight(15, "somebody wrote it into the registry as a lead"),
    "verified": Weight(10, "the network checked who the owner is: the name is real, the office need not be"),
    "government": Weight(5, "the network says that it is a state organisation's"),
    "active": Weight(3, "posts since the person took office"),
    # Against.
    "linked_other": Weight(-70, "an official body gives the address to somebody else"),
    "body": Weight(-100, "the registry has the address as an institution's"),
    "predecessor": Weight(-90, "the registry has the address as the predecessor's"),
    "institution": Weight(-120, "the title is an institution's: its page is not the person's, whoever links to it"),
    "fan": Weight(-100, "says itself that others keep it: supporters, a parody, opponents"),
    "other_office": Weight(-60, "claims an office in another place: the namesake there"),
    "other_place": Weight(-35, "names another municipality of the registry, and not this one"),
    "other_region": Weight(-30, "names another region, and not this one"),
    "other_town": Weight(-10, "lives elsewhere by its profile; villages of the district are not known here, so little"),
    "other_job": Weight(-12, "names another job"),
    "namesake_holder": Weight(-10, "another holder in the registry has a name that agrees as well"),
    "former": Weight(-35, "speaks of a former office"),
    "silent": Weight(-25, "no post since before the person took office"),
    "closed": Weight(-10, "closed: an official page that nobody can read would be odd"),
    "empty": Weight(-5, "no subscribers at all"),
    "name_only": Weight(-5, "its own words were seen and name neither office nor place"),
    "bot": Weight(-60, "a bot is nobody's page"),
    "group": Weight(-15, "a group chat is rarely one person's page"),
    "gone": Weight(-100, "there is no such page"),
    # Between leads (auditor.discovery.rank).
    "clone": Weight(-100, "a younger copy of another page's name and claim"),
    "double": Weight(-30, "claims the same as a page that an official body links to, and nobody links to this one"),
}
"""All reasons. The positive ones of what a page can say of itself add up to less than what any disproof takes away."""


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
    """The address stands in the registry as a lead to the person."""


_TIES = {"linked", "linked_office", "linked_confirmed", "linked_lead", "linked_lead_both"}

_FAN = re.compile(
    r"(?:групп|клуб|сообществ|канал|страниц|паблик)\w* (?:поддержки|поклонник|сторонник|друзей|фан)|"
    r"(?<!\w)фан(?:аты)?(?:[- ]?(?:клуб|групп|страниц|аккаунт|канал)\w*)?(?!\w)|пароди|сатирическ|фейков|"
    r"неофициальн\w+ (?:канал|страниц|групп|сообществ|аккаунт|паблик)|fake|parody|(?<!\w)fan(?!\w)|unofficial|"
    # «Не является официальной страницей администрации» is what a personal page may well say.
    r"не является официальн\w+ (?:канал|страниц|аккаунт)\w*(?! (?:администрац|орган|муниципал))|"
    r"в поддержку (?-i:[А-ЯЁ])|против (?-i:[А-ЯЁ])|в отставку",
    re.IGNORECASE,
)
_INSTITUTION = re.compile(
    r"(?<!\w)(?:администраци|дум[аы](?!\w)|совет(?:а|ы)?(?!\w)|пресс-служб|пресс-центр|мэрия|муниципалитет|правительств|"
    r"муниципальн\w+ образовани|департамент|управлени|комитет|при[её]мная|редакци|газет|вестник|новости|подслушано|"
    r"типичн|официальный (?:сайт|портал))",
    re.IGNORECASE,
)
_OWN_VOICE = re.compile(
    r"личн\w+ (?:канал|страниц|блог|аккаунт|профил)|мой (?:канал|блог)|моя страниц|мо[йя] личн|"
    r"официальн\w+ (?:канал|страниц|аккаунт|блог) (?:глав|мэр|губернатор|председател)|блог (?:глав|мэр)",
    re.IGNORECASE,
)
_FORMER = re.compile(
    r"(?<!\w)(?:бывш\w+|экс)[ -]+(?:\w+ ){0,2}?(?:глав|мэр|губернатор|председател|депутат)", re.IGNORECASE
)
_DEPUTY = re.compile(r"(?:заместител\w*|зам\.?|помощник\w*|советник\w*|пресс-секретар\w*|супруг\w*)\s+$", re.IGNORECASE)
_REGION = re.compile(
    r"([А-ЯЁ][а-яё]+(?:ая|ой|ую)) област|([А-ЯЁ][а-яё]+(?:ий|ого|ом)) кра[йяе]|республик\w+ ([А-ЯЁ]\w+)", re.IGNORECASE
)
_AREA_WORD = re.compile(r"(?:район|округ|област|кра[йяюе]|республик|город|поселени|г$)", re.IGNORECASE)
_NEAR = 70
"""Characters between an office word and the municipality that still are one claim."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a page says of office and place, in its title, description, job and town."""

    office: bool = False
    """The person's office: an office word beside the municipality."""
    office_bare: bool = False
    place: bool = False
    region: bool = False
    other_office: bool = False
    other_place: bool = False
    other_region: bool = False
    former: bool = False
    deputy: bool = False
    fan: bool = False
    institution: bool = False
    own_voice: bool = False

    @property
    def local(self) -> bool:
        """Tell whether it ties the page to the person's municipality."""
        return self.office or self.place


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


def title_agreement(person: Person, page: Page) -> Agreement:
    """Compare the page's title with the person's name."""
    return agree(person.name, page.title or "", profile=page.kind is PageKind.PROFILE)


# --- what the page says of itself


def claim(person: Person, page: Page, people: Sequence[Person] = ()) -> Claim:
    """Read what the page says of office and place."""
    title = clean(page.title or "")
    text = "\n".join(filter(None, (title, clean(page.description or ""), clean(page.work or ""))))
    said = words(text)
    region = person.region.name if person.region else ""
    mine = Municipality.parse(person.municipality).spans(text, said, region)
    offices = [word for word in office_words(said) if not _former(text, word) and not _deputy(text, word)]
    office = any(_near(word, span) for word in offices for span in mine)
    town = bool(page.place and Municipality.parse(person.municipality).said_in(_capital(page.place), region))
    elsewhere = [] if mine else list(_elsewhere(person, people, text, said, region))
    named = title_agreement(person, page)
    return Claim(
        office=office,
        office_bare=bool(offices) and not office,
        place=bool(mine) or town,
        region=bool(region) and Municipality.parse(region).said_in(f"{text}\n{page.place or ''}"),
        other_office=any(_near(word, span) for word in offices for span in elsewhere)
        or (not mine and _office_elsewhere(text, said, offices, person, region)),
        other_place=bool(elsewhere),
        other_region=not mine and _other_region(text, region),
        former=bool(_FORMER.search(text)),
        deputy=any(_deputy(text, word) for word in office_words(said)),
        fan=bool(_FAN.search(text)),
        institution=page.kind is not PageKind.PROFILE and bool(_INSTITUTION.search(title)) and named.score < 0.5,
        own_voice=bool(_OWN_VOICE.search(text)),
    )


def _capital(place: str) -> str:
    return place[:1].upper() + place[1:]


def _near(word: Word, span: tuple[int, int]) -> bool:
    return max(span[0] - word.end, word.start - span[1], 0) <= _NEAR


def _former(text: str, word: Word) -> bool:
    return any(match.start() <= word.start < match.end() for match in _FORMER.finditer(text))


def _deputy(text: str, word: Word) -> bool:
    """Tell whether the office is another's whom the owner serves: «заместитель главы»."""
    return bool(_DEPUTY.search(text[max(0, word.start - 25) : word.start]))


def _elsewhere(
    person: Person, people: Sequence[Person], text: str, said: Sequence[Word], region: str
) -> Iterator[tuple[int, int]]:
    """Yield where the text speaks of other municipalities of the registry. The region is no other place."""
    for name in {other.municipality for other in people} - {person.municipality, region}:
        yield from Municipality.parse(name).spans(text, said, region)


def _office_elsewhere(text: str, said: Sequence[Word], offices: Sequence[Word], person: Person, region: str) -> bool:
    """Tell whether an office word is followed by a place that is not in the registry: «глава Энского района»."""
    own = Municipality.parse(person.municipality).core[-1][:-1]  # «Северский городской округ» is Seversk
    home = Municipality.parse(region).spans(text, said) if region else []
    for office in offices:
        at = said.index(office) + 1
        follow = list(said[at : at + 4])
        for first, second in pairwise(follow):
            area = _AREA_WORD.match(second.plain) and first.capital
            town = _AREA_WORD.match(first.plain) and second.capital and first.plain.startswith("г")
            inside = any(span[0] <= first.start < span[1] for span in home) or first.plain.startswith(own)
            if (area or town) and not inside and not re.search(r"[.;\n|]", gap(text, first, second).strip(" .")):
                return True
    return False


def _other_region(text: str, region: str) -> bool:
    """Tell whether a region is named, and it is another."""
    mine = _stem(region.split(maxsplit=1)[0]) if region else ""
    named = [next(filter(None, match.groups())) for match in _REGION.finditer(text)]
    return bool(mine and named) and all(_stem(name) != mine for name in named)


def _stem(adjective: str) -> str:
    return re.sub(r"(?:ая|ой|ую|ий|ого|ом)$", "", plain(adjective))


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
    return any(Municipality.parse(p.municipality).said_in(_capital(place), "") for p in people)


# --- what others say of the page


def sources(mentions: Iterable[Mention], others: Iterable[Page] = ()) -> dict[str, list[Mention]]:
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
    """Return the one address of whoever wrote a text: the page of a post, the host of a site."""
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
    bodies = sources(context.mentions, (*context.others, page))
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
    """Tell whether `page` links to `other` as a page of its owner."""
    names = {*_names_of(other)}
    return any(a.url in names for p in page.passages if p.place in _WHOSE for a in p.links)


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
