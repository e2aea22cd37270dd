"""A page reduced to what scoring needs: how its title agrees with a name, what it claims, where it links.

A `Candidate` has no words of the page, so that it can be stored; its title is for the operator's screen alone.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import Annotated

from pydantic import PlainSerializer

from auditor.base.snapshot import Network, Precision
from auditor.search.patterns import pattern
from auditor.search.scoring.attribution import mentions_in
from auditor.search.scoring.lead import Mention, MentionKind, Origin, Person
from auditor.search.scoring.name_match import NameFit, match_name, occurrences, other_persons
from auditor.search.scoring.person_names import FullName
from auditor.search.scoring.places import TextSpan, core_of, of_another_office, office_words, place_spans, spans_of
from auditor.search.scoring.word_forms import Word, normalise_title, plain, split_words, text_between
from auditor.search.scouted_page import PageKind, PassagePlace, ScoutedPage

_NEAR = 70
"""Most characters between an office word and a municipality that belong together."""
OWN_TEXTS = {PassagePlace.DESCRIPTION, PassagePlace.STATUS, PassagePlace.SITE, PassagePlace.CONTACTS}
"""Where a page links to its owner's other pages; a post may link to anyone's."""


PageKey = tuple[Network, bool, int]
"""Identity of a page: network, whether it is a Telegram user or bot, and the network's id."""
_Words = Annotated[frozenset[str], PlainSerializer(sorted)]


@dataclass(frozen=True, slots=True)
class Candidate(ScoutedPage):
    """A page for one person's search. It is stored without its title; other words of the page it does not have.

    `name`: how its title agrees with the person's name (``name_full`` … ``name_other``, empty for not at all);
    `claims`: what it says of itself (``office``, ``place``, ``fan`` …); `links`: the addresses in its owner's texts,
    and the hosts of official sites; `own`: those of the addresses beside which nothing else is said, which the page
    calls its own. `opened_at` is there only if it is exact.
    """

    name: str = ""
    claims: _Words = frozenset()
    links: _Words = frozenset()
    own: _Words = frozenset()
    origins: tuple[Origin, ...] = ()
    """How it came up."""
    titled: bool = False
    """Whether its title was seen."""
    whole: bool = False
    """Whether it was read with its posts, not only looked at."""

    @property
    def page_key(self) -> PageKey | None:
        """Its identity; None without an id. On Telegram a user and a channel may have the same id."""
        person = self.kind in {PageKind.USER, PageKind.BOT}
        return None if self.id is None else (self.address.network, person, self.id)

    @property
    def agrees(self) -> bool:
        """Return whether its title may well be the person's name."""
        return self.name in {"name_full", "name", "name_short", "name_initials", "name_initial", "name_known"}

    @property
    def claimed(self) -> bool:
        """Return whether the page claims to be the holder's: by name and office, or by office in its own voice."""
        spoken = self.agrees or self.name == "name_described" or (not self.name and "own_voice" in self.claims)
        return "office" in self.claims and spoken

    @property
    def names_person_or_office(self) -> bool:
        """Return whether it names the person or the office at all."""
        return bool(self.name or self.claims & {"office", "office_bare"})


def make_candidate(
    person: Person, page: ScoutedPage, people: Sequence[Person] = (), *, whole: bool = False
) -> Candidate:
    """Reduce a page to a candidate for `person`.

    `people` are all holders on record: another's municipality speaks against the page. `whole`: its posts were read.
    """
    fit = match_name(person.name, page.title or "", profile=page.kind is PageKind.PROFILE)
    reduced = replace(page, description=None, place=None, work=None, passages=())
    if page.opened_precision is not Precision.EXACT:
        reduced = replace(reduced, opened_at=None, opened_precision=None)
    return Candidate(
        **{fact.name: getattr(reduced, fact.name) for fact in fields(reduced)},
        name=_name_code(person, page, fit),
        claims=frozenset(_claims(person, page, fit, people)),
        links=frozenset(_links(page, people)),
        own=frozenset(mention.address.url for mention in _own_mentions(page) if mention.how is MentionKind.LINKED),
        titled=page.title is not None,
        whole=whole,
    )


def _links(page: ScoutedPage, people: Sequence[Person]) -> Iterator[str]:
    yield from (mention.address.url for mention in _own_mentions(page) if mention.how is not MentionKind.WARNED)
    for text in (passage.text for passage in page.passages if passage.place in OWN_TEXTS):
        yield from (host for host in _hosts(people) if _host_pattern(host).search(text))


def _own_mentions(page: ScoutedPage) -> Iterator[Mention]:
    return (mention for passage in page.passages if passage.place in OWN_TEXTS for mention in mentions_in(passage, ()))


def _host_pattern(host: str) -> re.Pattern[str]:
    """Return the pattern of a host in a text; «pro-rayon.example» does not match «rayon.example»."""
    return re.compile(rf"(?<![\w.-])(?:www\.)?{re.escape(host)}(?![\w-]|\.\w)", re.IGNORECASE)


def _hosts(people: Sequence[Person]) -> set[str]:
    """Return the hosts of official sites, without ``www.``."""
    sites = (p.office.website for p in people if p.office.website)
    return {re.sub(r"^https?://(?:www\.)?|[/:?#].*$", "", site.casefold().strip()) for site in sites} - {""}


# The name


def _name_code(person: Person, page: ScoutedPage, fit: NameFit) -> str:
    if _is_predecessors(person, page, fit):
        return "name_other"
    if fit is NameFit.NONE:
        return "name_described" if _is_described(person, page) else ""
    if fit is NameFit.FAMILY and not person.name.given:
        return "name_known"
    return "name" if fit is NameFit.NAME else f"name_{fit.name.lower()}"


def _is_predecessors(person: Person, page: ScoutedPage, fit: NameFit) -> bool:
    """Return whether the title is the predecessor's name."""
    predecessor = person.holder.predecessor
    if predecessor is None or fit.agrees:
        return False
    name, is_profile = FullName.parse(predecessor.name), page.kind is PageKind.PROFILE
    return name != person.name and match_name(name, page.title or "", profile=is_profile).agrees


def _is_described(person: Person, page: ScoutedPage) -> bool:
    text = normalise_title(page.description or "")
    return any(occurrence.fit.agrees for occurrence in occurrences(person.name, text, prose=True))


# What the page says of itself


def _claims(person: Person, page: ScoutedPage, fit: NameFit, people: Sequence[Person]) -> Iterator[str]:
    title = normalise_title(page.title or "")
    text = "\n".join(filter(None, (title, normalise_title(page.description or ""), normalise_title(page.work or ""))))
    words = split_words(text)
    region = person.region_name
    spans_by_place = spans_of({person.municipality, *(p.municipality for p in people)} - {region}, text, words, region)
    own_spans = spans_by_place.pop(person.municipality, [])
    other_spans = [] if own_spans else [span for spans in spans_by_place.values() for span in spans]
    serving_words = [word for word in office_words(words) if _is_no_heads_office(person, text, word)]
    offices = [word for word in office_words(words) if word not in serving_words]
    inner_claims = [_is_inner_place(text, word, span) for word in offices for span in own_spans if _is_near(word, span)]
    claims_office = not all(inner_claims)
    claims_elsewhere = bool(inner_claims) and not claims_office
    claims_elsewhere |= any(_is_near(word, span) for word in offices for span in other_spans)
    claims_elsewhere |= not own_spans and _names_office_elsewhere(text, words, offices, person, region)
    town, is_profile = page.place or "", page.kind is PageKind.PROFILE  # a community's work is what VK calls its sort
    names_place = bool(own_spans) or bool(place_spans(person.municipality, town[:1].upper() + town[1:], region=region))
    has_other_work = is_profile and bool(page.work) and not (names_place or offices)
    names_person = fit.agrees or fit is NameFit.GIVEN
    claims_by_code = {
        "office": claims_office,
        "office_bare": bool(offices) and not claims_office and not claims_elsewhere,
        "place": names_place,
        "other_office": claims_elsewhere,
        "other_place": bool(other_spans) and not claims_elsewhere,
        "other_region": _names_other_region(text, region),
        "former": bool(pattern("former").search(text)),
        "other_job": not claims_office and (bool(serving_words) or has_other_work),
        "fan": bool(pattern("fan").search(text)),
        "institution": bool(pattern("institution").search(title)) and not (is_profile or names_person),
        "other_holder": _names_other_holder(person, text, words, offices),
        "own_voice": bool(pattern("own_voice").search(text)),
        "government": bool(page.government),
    }
    yield from (code for code, holds in claims_by_code.items() if holds)


def _is_no_heads_office(person: Person, text: str, word: Word) -> bool:
    """Return whether an office word is not a head's: an aide of a head, another kind of office, the head of a farm."""
    serves, follows = pattern("serving").search(text[: word.start]), pattern("of_no_body").match(text, word.end)
    return bool(serves or follows) or of_another_office(person.office.title, [word])


def _names_other_holder(person: Person, text: str, words: Sequence[Word], offices: Sequence[Word]) -> bool:
    """Return whether another person is named beside an office, and `person` nowhere."""
    fits = [occurrence.fit for occurrence in occurrences(person.name, text, words, prose=True)]
    if any(fit is not NameFit.OTHER for fit in fits) or match_name(person.name, text) is NameFit.GIVEN:
        return False
    return any(_is_near(word, span) for word in offices for span in other_persons(text, words))


def _is_near(word: Word, span: TextSpan) -> bool:
    return max(span[0] - word.end, word.start - span[1], 0) <= _NEAR


def _is_inner_place(text: str, word: Word, span: TextSpan) -> bool:
    """Return whether the office is of a village inside the municipality, or of a city district of the same name."""
    is_city_district = "район" in text[slice(*span)].casefold() and pattern("of_city").match(text, span[1])
    return bool(pattern("village").search(text[word.end : span[0]]) or is_city_district)


def _names_office_elsewhere(
    text: str, words: Sequence[Word], offices: Sequence[Word], person: Person, region: str
) -> bool:
    """Return whether an office word is followed by a place outside the registry: «глава Энского района»."""
    own_core = core_of(person.municipality)[:-1]  # «Северский городской округ» is Seversk
    region_spans = place_spans(region, text, words) if region else []
    for office in offices:
        index = words.index(office) + 1
        for first, second in pairwise(words[index : index + 4]):
            area = pattern("area_word").match(second.plain) and first.capital
            town = pattern("area_word").match(first.plain) and second.capital and first.plain.startswith("г")
            is_of_region = any(span[0] <= first.start < span[1] for span in region_spans)
            is_own = is_of_region or first.plain.startswith(own_core)
            is_apart = re.search(r"[.;\n|]", text_between(text, first, second).strip(" ."))
            if (area or town) and not is_own and not is_apart:
                return True
    return False


def _names_other_region(text: str, region: str) -> bool:
    """Return whether the text names regions, none of which is `region`."""
    own_stem = _stem(region.split(maxsplit=1)[0]) if region else ""
    region_names = [next(filter(None, match.groups())) for match in pattern("region").finditer(text)]
    return bool(own_stem and region_names) and all(_stem(name) != own_stem for name in region_names)


def _stem(adjective: str) -> str:
    return re.sub(r"(?:ая|ой|ую|яя|ей|юю|ий|ого|ом)$", "", plain(adjective))


def lead_filter(person: Person) -> Callable[[ScoutedPage], bool]:
    """Return the filter of pages that may be kept as leads to `person`.

    It lets a page through if its title agrees with the name beyond the family name; if it has the family name and names
    the office or the municipality; and if it is on record, or its title names the municipality.
    """
    accounts = (*person.office.accounts, *person.holder.accounts)
    addresses, region = {account.url for account in accounts} | person.predecessor_pages, person.region_name

    def is_lead(page: ScoutedPage) -> bool:
        candidate = make_candidate(person, page)
        if page.address in addresses or (candidate.agrees and candidate.name != "name_known"):
            return True
        has_partial_name = candidate.name in {"name_family", "name_known", "name_given"}
        relevant_claims = candidate.claims & {"place", "office", "office_bare", "other_office"}
        titled = page.kind is not PageKind.PROFILE and candidate.name != "name_other"
        is_of_body = titled and place_spans(person.municipality, normalise_title(page.title or ""), region=region)
        return bool(is_of_body or (has_partial_name and relevant_claims))

    return is_lead
