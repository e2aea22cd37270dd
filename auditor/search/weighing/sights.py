"""A page reduced to what a search goes by: how its title agrees with a name, what it says of itself, where it links.

No word of the page is left in a `Sight`, so that it can be stored; its title is for the operator's screen alone.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Annotated

from pydantic import PlainSerializer

from auditor.base.address import Address
from auditor.base.snapshot import Cause, Precision
from auditor.search.pages import Page, PageKind, Place
from auditor.search.weighing.agreement import Agreement, Part, agree, occurrences
from auditor.search.weighing.lead import How, Person
from auditor.search.weighing.names import FullName
from auditor.search.weighing.places import Municipality, office_words, spans_of
from auditor.search.weighing.said import said
from auditor.search.weighing.words import Word, clean, gap, plain, words

_FAN = re.compile(
    r"(?:групп|клуб|сообществ|канал|страниц|паблик)\w* (?:поддержки|поклонник|сторонник|друзей|фан|жител)|"
    r"(?<!\w)фан(?:аты)?(?:[- ]?(?:клуб|групп|страниц|аккаунт|канал)\w*)?(?!\w)|пароди|сатир|фейков|юмор|мемы|"
    r"неофициальн\w+ (?:канал|страниц|групп|сообществ|аккаунт|паблик)|fake|parody|(?<!\w)fan(?!\w)|unofficial|"
    r"вед[уё]т\w* (?:\w+ ){0,2}(?:жители|сторонники|поклонники|друзья|неравнодушные|активисты|волонт[её]ры|команда)|"
    r"(?<!\w)не глава(?!\w)|не сам глава|не от имени|новости о главе|канал о (?:главе|мэре)|"
    # «Не является официальной страницей администрации» is what a personal page may well say.
    r"не является официальн\w+ (?:канал|страниц|аккаунт)\w*(?! (?:администрац|орган|муниципал))|"
    r"шуточн|ироничн|(?:любые|все) совпадени|(?<!\w)памяти(?!\w)|новости о работе главы|(?<!\w)тех,? кто за(?!\w)|"
    r"(?<!\w)штаб\w* (?:кандидат|(?-i:[А-ЯЁ]))|"
    r"поддержим|в поддержку (?-i:[А-ЯЁ])|против (?-i:[А-ЯЁ])|в отставку",
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
    r"(?:официальн\w+ )?(?:канал|страниц\w|аккаунт|блог) (?:глав|мэр|губернатор|председател)",
    re.IGNORECASE,
)
_FORMER = re.compile(
    r"(?<!\w)(?:бывш\w+|экс)[ -]+(?:\w+ ){0,2}?(?:глав|мэр|губернатор|председател|депутат)", re.IGNORECASE
)
_DEPUTY = re.compile(r"(?:заместител\w*|зам\.?|помощник\w*|советник\w*|пресс-секретар\w*|супруг\w*)\s+$", re.IGNORECASE)
_REGION = re.compile(
    r"([А-ЯЁ][а-яё]+(?:ая|ой|ую|яя|ей|юю)) област|([А-ЯЁ][а-яё]+(?:ий|ого|ом)) кра[йяе]|республик\w+ ([А-ЯЁ]\w+)",
    re.IGNORECASE,
)
_AREA_WORD = re.compile(r"(?:район|округ|област|кра[йяюе]|республик|город|поселени|г$)", re.IGNORECASE)
_VILLAGE = re.compile(r"(?:сельск\w+ )?поселени|сельсовет|(?<!\w)(?:села|деревни|пос[её]лка)(?!\w)", re.IGNORECASE)
"""Between an office and a municipality: it is the office of a place within."""
_OF_CITY = re.compile(r"\s+(?:города|г\.)\s*(?-i:[А-ЯЁ])\w+", re.IGNORECASE)
"""After a district: it is a part of a city, and not the district of that name."""
_NEAR = 70
"""Characters between an office word and the municipality that still are one claim."""
_WHOSE = {Place.DESCRIPTION, Place.STATUS, Place.SITE, Place.CONTACTS}
"""Where a page links to its owner's other pages; a post may link to anybody's."""


_Words = Annotated[frozenset[str], PlainSerializer(sorted)]


@dataclass(frozen=True, slots=True)
class Sight:
    """What is kept of a page. `exists` None: it was not looked at, or could not be seen.

    `name`: how its title agrees with the person's name (``name_full`` … ``name_other``, empty for not at all);
    `claims`: what it says of itself (``office``, ``place``, ``fan`` …); `links`: the addresses that it calls its
    owner's, and the hosts of sites.
    """

    address: Address
    exists: bool | None = None
    cause: Cause | None = None
    id: int | None = None
    kind: PageKind | None = None
    name: str = ""
    claims: _Words = frozenset()
    links: _Words = frozenset()
    verified: bool = False
    closed: bool = False
    subscribers: int | None = None
    opened_at: datetime | None = None
    """When it was opened, if exactly known."""
    last_post_at: datetime | None = None
    titled: bool = False
    """Its title was seen."""
    whole: bool = False
    """It was read with its posts, not only looked at."""
    at: datetime | None = None
    """When it was seen, UTC."""
    evidence: tuple[str, ...] = ()
    title: str = field(default="", repr=False)

    @property
    def agrees(self) -> bool:
        """Tell whether its title may well be the person's name."""
        return self.name in {"name_full", "name", "name_short", "name_initials", "name_initial", "name_known"}

    @property
    def claimed(self) -> bool:
        """Tell whether it says itself that it is the holder's: by name and office, or by office in its own voice."""
        spoken = self.agrees or self.name == "name_described" or (not self.name and "own_voice" in self.claims)
        return "office" in self.claims and spoken

    @property
    def speaks(self) -> bool:
        """Tell whether it names the person or the office at all."""
        return bool(self.name or self.claims & {"office", "office_bare", "place"})


def sight(person: Person, page: Page, people: Sequence[Person] = (), *, at: datetime, whole: bool = False) -> Sight:
    """Reduce a page. `people` are all holders on record: another one's municipality speaks against."""
    agreement = agree(person.name, page.title or "", profile=page.kind is PageKind.PROFILE)
    exact = page.opened_precision is Precision.EXACT
    return Sight(
        address=page.address,
        exists=page.exists,
        cause=page.cause,
        id=page.id,
        kind=page.kind,
        name=_name(person, page, agreement),
        claims=frozenset(_claims(person, page, agreement, people)),
        links=frozenset(_links(page, people)),
        verified=bool(page.verified),
        closed=page.closed,
        subscribers=page.subscribers,
        opened_at=page.opened_at if exact else None,
        last_post_at=page.last_post_at,
        titled=page.title is not None,
        whole=whole,
        at=at,
        evidence=page.evidence,
        title=page.title or "",
    )


def _links(page: Page, people: Sequence[Person]) -> Iterator[str]:
    for passage in page.passages:
        if passage.place in _WHOSE:
            yield from (m.address.url for m in said(passage, ()) if m.how is not How.WARNED)
            text = passage.text.casefold()
            yield from (host for host in _hosts(people) if host in text)


def _hosts(people: Sequence[Person]) -> set[str]:
    """Return the hosts of official sites, without ``www.``."""
    sites = (p.office.website for p in people if p.office.website)
    return {re.sub(r"^https?://(?:www\.)?|[/:?#].*$", "", site.casefold().strip()) for site in sites} - {""}


# The name


def _name(person: Person, page: Page, agreement: Agreement) -> str:
    if agreement.contradicted or _predecessors(person, page, agreement):
        return "name_other"
    if agreement.family is Part.UNSEEN:
        given = agreement.score >= 0.5
        return "name_given" if given else "name_described" if _described(person, page) else ""
    match agreement.given:
        case Part.UNSEEN:
            return "name_family" if person.name.given else "name_known"
        case Part.SHORT:
            return "name_short"
        case Part.INITIAL:
            return "name_initial" if agreement.patronymic is Part.UNSEEN else "name_initials"
    return "name_full" if agreement.patronymic in {Part.EQUAL, Part.LIKE, Part.INITIAL} else "name"


def _predecessors(person: Person, page: Page, agreement: Agreement) -> bool:
    """Tell whether the title is the predecessor's name."""
    before = person.holder.predecessor
    if before is None or agreement.score >= 0.5:
        return False
    past = FullName.parse(before.name)
    return past != person.name and agree(past, page.title or "", profile=page.kind is PageKind.PROFILE).agrees


def _described(person: Person, page: Page) -> bool:
    text = clean(page.description or "")
    return any(o.agreement.agrees for o in occurrences(person.name, text, prose=True))


# What it says of itself


def _claims(person: Person, page: Page, agreement: Agreement, people: Sequence[Person]) -> Iterator[str]:
    title = clean(page.title or "")
    text = "\n".join(filter(None, (title, clean(page.description or ""), clean(page.work or ""))))
    every = words(text)
    region = person.region.name if person.region else ""
    own = Municipality.parse(person.municipality)
    named = spans_of({person.municipality, *(p.municipality for p in people)} - {region}, text, every, region)
    mine = named.pop(person.municipality, [])
    serving = [word for word in office_words(every) if _DEPUTY.search(text[: word.start])]
    offices = [w for w in office_words(every) if w not in serving and not _former(text, w)]
    claims = [(word, span) for word in offices for span in mine if _near(word, span)]
    within = [pair for pair in claims if _within(text, *pair)]
    office = len(claims) > len(within)
    elsewhere = [] if mine else [span for spans in named.values() for span in spans]
    away = any(_near(word, span) for word in offices for span in elsewhere)
    away = away or bool(within and not office) or (not mine and _office_elsewhere(text, every, offices, person, region))
    local = bool(mine) or bool(page.place and own.said_in(_capital(page.place), region))
    told = {
        "office": office,
        "office_bare": bool(offices) and not office and not away,
        "place": local,
        "region": bool(region) and Municipality.parse(region).said_in(f"{text}\n{page.place or ''}"),
        "other_office": away,
        "other_place": bool(elsewhere) and not away,
        "other_region": _other_region(text, region),
        "former": bool(_FORMER.search(text)),
        "other_job": (bool(serving) or bool(page.work and not (local or offices))) and not office,
        "fan": bool(_FAN.search(text)),
        "institution": page.kind is not PageKind.PROFILE and bool(_INSTITUTION.search(title)) and agreement.score < 0.5,
        "own_voice": bool(_OWN_VOICE.search(text)),
        "government": bool(page.government),
    }
    yield from (code for code, holds in told.items() if holds)


def _capital(place: str) -> str:
    """Write a town as a name, as a profile may not."""
    return place[:1].upper() + place[1:]


def _near(word: Word, span: tuple[int, int]) -> bool:
    return max(span[0] - word.end, word.start - span[1], 0) <= _NEAR


def _within(text: str, word: Word, span: tuple[int, int]) -> bool:
    """Tell whether the office is a village's in the municipality, or a city's district of the same name."""
    district = "район" in text[slice(*span)].casefold() and _OF_CITY.match(text, span[1])
    return bool(_VILLAGE.search(text[word.end : span[0]]) or district)


def _former(text: str, word: Word) -> bool:
    return any(match.start() <= word.start < match.end() for match in _FORMER.finditer(text))


def _office_elsewhere(text: str, every: Sequence[Word], offices: Sequence[Word], person: Person, region: str) -> bool:
    """Tell whether an office word is followed by a place that is not in the registry: «глава Энского района»."""
    own = Municipality.parse(person.municipality).core[-1][:-1]  # «Северский городской округ» is Seversk
    home = Municipality.parse(region).spans(text, every) if region else []
    for office in offices:
        at = every.index(office) + 1
        for first, second in pairwise(every[at : at + 4]):
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
    return re.sub(r"(?:ая|ой|ую|яя|ей|юю|ий|ого|ом)$", "", plain(adjective))


def worth(person: Person) -> Callable[[Page], bool]:
    """Return the test of which pages may be kept as leads to `person`.

    A page is worth keeping where its title agrees with the name beyond the family name; where it has the family name
    and speaks of the office or the municipality; and where it is on record, or is the municipality's own.
    """
    known = {a.url for a in (*person.office.accounts, *person.holder.accounts)}
    if person.holder.predecessor is not None:
        known |= {a.url for a in person.holder.predecessor.accounts}
    municipality = Municipality.parse(person.municipality)
    region = person.region.name if person.region else ""

    def test(page: Page) -> bool:
        if page.address in known:
            return True
        title = clean(page.title or "")
        agreement = agree(person.name, title, profile=page.kind is PageKind.PROFILE)
        if agreement.agrees:
            return True
        if agreement.contradicted:
            return False
        told = "\n".join(filter(None, (title, page.description, page.work, page.place)))
        near = municipality.said_in(told, region)
        of_body = page.kind is not PageKind.PROFILE and municipality.said_in(title, region)
        return of_body or (agreement.score >= 0.3 and (near or any(office_words(words(told)))))

    return test
