"""What a page says of itself: office and place, its own or another's, and whether it is a person's page at all."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from auditor.search.pages import Page, PageKind
from auditor.search.weighing.agreement import Agreement, agree
from auditor.search.weighing.lead import Person
from auditor.search.weighing.places import Municipality, office_words
from auditor.search.weighing.words import Word, clean, gap, plain, words

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
    """The person's office: an office word next to the municipality."""
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


def title_agreement(person: Person, page: Page) -> Agreement:
    """Compare the page's title with the person's name."""
    return agree(person.name, page.title or "", profile=page.kind is PageKind.PROFILE)


def claim(person: Person, page: Page, people: Sequence[Person] = ()) -> Claim:
    """Read what the page says of office and place."""
    title = clean(page.title or "")
    text = "\n".join(filter(None, (title, clean(page.description or ""), clean(page.work or ""))))
    said = words(text)
    region = person.region.name if person.region else ""
    mine = Municipality.parse(person.municipality).spans(text, said, region)
    offices = [word for word in office_words(said) if not _former(text, word) and not _deputy(text, word)]
    office = any(_near(word, span) for word in offices for span in mine)
    town = bool(page.place and Municipality.parse(person.municipality).said_in(capital(page.place), region))
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


def capital(place: str) -> str:
    """Write a town as a name, as a profile may not."""
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
        said = "\n".join(filter(None, (title, page.description, page.work, page.place)))
        near = municipality.said_in(said, region)
        named = agreement.score >= 0.3 and not agreement.contradicted
        of_body = (
            page.kind is not PageKind.PROFILE and municipality.said_in(title, region) and not agreement.contradicted
        )
        return (named and (near or any(office_words(words(said))))) or of_body

    return test
