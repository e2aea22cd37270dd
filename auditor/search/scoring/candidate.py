"""A page reduced to what a search goes by: how its title agrees with a name, what it says of itself, where it links.

No word of the page is left in a `Sight`, so that it can be stored; its title is for the operator's screen alone.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import Annotated

from pydantic import PlainSerializer

from auditor.base.snapshot import Network, Precision
from auditor.search.scoring.attribution import mentions_in
from auditor.search.scoring.lead import Mention, MentionKind, Origin, Person
from auditor.search.scoring.name_match import NameFit, match_name, occurrences, other_persons
from auditor.search.scoring.patterns import pattern
from auditor.search.scoring.person_names import FullName
from auditor.search.scoring.places import TextSpan, core_of, of_another_office, office_words, place_spans, spans_of
from auditor.search.scoring.word_forms import Word, clean, gap, plain, words
from auditor.search.scouted_page import PageKind, PassagePlace, ScoutedPage

_NEAR = 70
"""Characters between an office word and the municipality that still are one claim."""
OWN_TEXTS = {PassagePlace.DESCRIPTION, PassagePlace.STATUS, PassagePlace.SITE, PassagePlace.CONTACTS}
"""Where a page links to its owner's other pages; a post may link to anybody's."""


Number = tuple[Network, bool, int]
"""What tells a page from every other: its network, whether it is a Telegram user's or bot's, and its number."""
_Words = Annotated[frozenset[str], PlainSerializer(sorted)]


@dataclass(frozen=True, slots=True)
class Candidate(ScoutedPage):
    """What is kept of a page: of its words none but the title, and that in memory.

    `name`: how its title agrees with the person's name (``name_full`` … ``name_other``, empty for not at all);
    `claims`: what it says of itself (``office``, ``place``, ``fan`` …); `links`: the addresses in its owner's words,
    and the hosts of sites; `own`: those beside which nothing else is said. `opened_at` is there if exactly known.
    """

    name: str = ""
    claims: _Words = frozenset()
    links: _Words = frozenset()
    own: _Words = frozenset()
    origins: tuple[Origin, ...] = ()
    """How it came up."""
    titled: bool = False
    """Its title was seen."""
    whole: bool = False
    """It was read with its posts, not only looked at."""

    @property
    def number(self) -> Number | None:
        """What tells it from every other page of its network: on Telegram a user may have a channel's number."""
        person = self.kind in {PageKind.USER, PageKind.BOT}
        return None if self.id is None else (self.address.network, person, self.id)

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
    def names_person_or_office(self) -> bool:
        """Tell whether it names the person or the office at all."""
        return bool(self.name or self.claims & {"office", "office_bare"})


def make_candidate(
    person: Person, page: ScoutedPage, people: Sequence[Person] = (), *, whole: bool = False
) -> Candidate:
    """Reduce a page. `people` are all holders on record: another one's municipality speaks against."""
    fit = match_name(person.name, page.title or "", profile=page.kind is PageKind.PROFILE)
    kept = replace(page, description=None, place=None, work=None, passages=())
    if page.opened_precision is not Precision.EXACT:
        kept = replace(kept, opened_at=None, opened_precision=None)
    return Candidate(
        **{fact.name: getattr(kept, fact.name) for fact in fields(kept)},
        name=_name(person, page, fit),
        claims=frozenset(_claims(person, page, fit, people)),
        links=frozenset(_links(page, people)),
        own=frozenset(mention.address.url for mention in _linked(page) if mention.how is MentionKind.LINKED),
        titled=page.title is not None,
        whole=whole,
    )


def _links(page: ScoutedPage, people: Sequence[Person]) -> Iterator[str]:
    yield from (mention.address.url for mention in _linked(page) if mention.how is not MentionKind.WARNED)
    for text in (passage.text for passage in page.passages if passage.place in OWN_TEXTS):
        yield from (host for host in _hosts(people) if _named(host).search(text))


def _linked(page: ScoutedPage) -> Iterator[Mention]:
    return (mention for passage in page.passages if passage.place in OWN_TEXTS for mention in mentions_in(passage, ()))


def _named(host: str) -> re.Pattern[str]:
    """Return how a text names a host: «pro-rayon.example» is another than «rayon.example»."""
    return re.compile(rf"(?<![\w.-])(?:www\.)?{re.escape(host)}(?![\w-]|\.\w)", re.IGNORECASE)


def _hosts(people: Sequence[Person]) -> set[str]:
    """Return the hosts of official sites, without ``www.``."""
    sites = (p.office.website for p in people if p.office.website)
    return {re.sub(r"^https?://(?:www\.)?|[/:?#].*$", "", site.casefold().strip()) for site in sites} - {""}


# The name


def _name(person: Person, page: ScoutedPage, fit: NameFit) -> str:
    if _predecessors(person, page, fit):
        return "name_other"
    if fit is NameFit.NONE:
        return "name_described" if _described(person, page) else ""
    if fit is NameFit.FAMILY and not person.name.given:
        return "name_known"
    return "name" if fit is NameFit.NAME else f"name_{fit.name.lower()}"


def _predecessors(person: Person, page: ScoutedPage, fit: NameFit) -> bool:
    """Tell whether the title is the predecessor's name."""
    before = person.holder.predecessor
    if before is None or fit.agrees:
        return False
    past = FullName.parse(before.name)
    return past != person.name and match_name(past, page.title or "", profile=page.kind is PageKind.PROFILE).agrees


def _described(person: Person, page: ScoutedPage) -> bool:
    text = clean(page.description or "")
    return any(place.fit.agrees for place in occurrences(person.name, text, prose=True))


# What it says of itself


def _claims(person: Person, page: ScoutedPage, fit: NameFit, people: Sequence[Person]) -> Iterator[str]:
    title = clean(page.title or "")
    text = "\n".join(filter(None, (title, clean(page.description or ""), clean(page.work or ""))))
    every = words(text)
    region = person.region.name if person.region else ""
    named = spans_of({person.municipality, *(p.municipality for p in people)} - {region}, text, every, region)
    mine = named.pop(person.municipality, [])
    elsewhere = [] if mine else [span for some in named.values() for span in some]
    serving = [word for word in office_words(every) if _of_no_head(person, text, word)]
    offices = [word for word in office_words(every) if word not in serving]
    claims = [_within(text, word, span) for word in offices for span in mine if _near(word, span)]
    office = not all(claims)
    away = bool(claims) and not office
    away |= any(_near(word, span) for word in offices for span in elsewhere)
    away |= not mine and _office_elsewhere(text, every, offices, person, region)
    town, profile = page.place or "", page.kind is PageKind.PROFILE  # a community's work is what VK calls its sort
    local = bool(mine) or bool(place_spans(person.municipality, town[:1].upper() + town[1:], region=region))
    told = {
        "office": office,
        "office_bare": bool(offices) and not office and not away,
        "place": local,
        "other_office": away,
        "other_place": bool(elsewhere) and not away,
        "other_region": _other_region(text, region),
        "former": bool(pattern("former").search(text)),
        "other_job": (bool(serving) or (profile and bool(page.work) and not (local or offices))) and not office,
        "fan": bool(pattern("fan").search(text)),
        "institution": page.kind is not PageKind.PROFILE
        and bool(pattern("institution").search(title))
        and not (fit.agrees or fit is NameFit.GIVEN),
        "other_holder": _other_holder(person, text, every, offices),
        "own_voice": bool(pattern("own_voice").search(text)),
        "government": bool(page.government),
    }
    yield from (code for code, holds in told.items() if holds)


def _of_no_head(person: Person, text: str, word: Word) -> bool:
    """Tell whether an office word is one who serves a head, of another kind of office, or the head of no body."""
    serves, follows = pattern("serving").search(text[: word.start]), pattern("of_no_body").match(text, word.end)
    return bool(serves or follows) or of_another_office(person.office.title, [word])


def _other_holder(person: Person, text: str, every: Sequence[Word], offices: Sequence[Word]) -> bool:
    """Tell whether somebody else is named beside an office, and the person nowhere."""
    mine = any(place.fit is not NameFit.OTHER for place in occurrences(person.name, text, every, prose=True))
    if mine or match_name(person.name, text) is NameFit.GIVEN:
        return False
    return any(_near(word, span) for word in offices for span in other_persons(text, every))


def _near(word: Word, span: TextSpan) -> bool:
    return max(span[0] - word.end, word.start - span[1], 0) <= _NEAR


def _within(text: str, word: Word, span: TextSpan) -> bool:
    """Tell whether the office is a village's in the municipality, or a city's district of the same name."""
    district = "район" in text[slice(*span)].casefold() and pattern("of_city").match(text, span[1])
    return bool(pattern("village").search(text[word.end : span[0]]) or district)


def _office_elsewhere(text: str, every: Sequence[Word], offices: Sequence[Word], person: Person, region: str) -> bool:
    """Tell whether an office word is followed by a place that is not in the registry: «глава Энского района»."""
    own = core_of(person.municipality)[:-1]  # «Северский городской округ» is Seversk
    home = place_spans(region, text, every) if region else []
    for office in offices:
        at = every.index(office) + 1
        for first, second in pairwise(every[at : at + 4]):
            area = pattern("area_word").match(second.plain) and first.capital
            town = pattern("area_word").match(first.plain) and second.capital and first.plain.startswith("г")
            inside = any(span[0] <= first.start < span[1] for span in home) or first.plain.startswith(own)
            if (area or town) and not inside and not re.search(r"[.;\n|]", gap(text, first, second).strip(" .")):
                return True
    return False


def _other_region(text: str, region: str) -> bool:
    """Tell whether a region is named, and it is another."""
    mine = _stem(region.split(maxsplit=1)[0]) if region else ""
    named = [next(filter(None, match.groups())) for match in pattern("region").finditer(text)]
    return bool(mine and named) and all(_stem(name) != mine for name in named)


def _stem(adjective: str) -> str:
    return re.sub(r"(?:ая|ой|ую|яя|ей|юю|ий|ого|ом)$", "", plain(adjective))


def lead_filter(person: Person) -> Callable[[ScoutedPage], bool]:
    """Return the test of which pages may be kept as leads to `person`.

    A page is worth keeping where its title agrees with the name beyond the family name; where it has the family name
    and speaks of the office or the municipality; and where it is on record, or is the municipality's own.
    """
    before = person.holder.predecessor
    past = before.accounts if before is not None else ()
    addresses = {account.url for account in (*person.office.accounts, *person.holder.accounts, *past)}
    region = person.region.name if person.region else ""

    def test(page: ScoutedPage) -> bool:
        seen = make_candidate(person, page)
        if page.address in addresses or (seen.agrees and seen.name != "name_known"):
            return True
        in_part = seen.name in {"name_family", "name_known", "name_given"}
        speaks = seen.claims & {"place", "office", "office_bare", "other_office"}
        titled = page.kind is not PageKind.PROFILE and seen.name != "name_other"
        of_body = titled and place_spans(person.municipality, clean(page.title or ""), region=region)
        return bool(of_body or (in_part and speaks))

    return test
