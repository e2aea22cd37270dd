"""Whose page each address in an official text is said to be.

The smallest block around an address in which somebody is named is read: a line, a paragraph, a row of a table, a card,
what stands under a heading. The block gives the address where it names exactly one of our people, has one address of
the network, no warning and no aide's word, and says nothing else: beside the name and the address stand words of a
closed list alone («официальный», «канал», «подписывайтесь»). Any other block only mentions it, and a person reads it.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from auditor.base.address import Address
from auditor.probes.linked_text import OPEN
from auditor.registry.models import OfficeGroup
from auditor.search.scoring.blocks import Block, blocks
from auditor.search.scoring.lead import Mention, MentionKind, Person
from auditor.search.scoring.name_match import NameFit, occurrences, other_persons
from auditor.search.scoring.patterns import pattern
from auditor.search.scoring.places import TextSpan, of_another_office, office_words, spans_of
from auditor.search.scoring.word_forms import Word, words
from auditor.search.scouted_page import Passage

_OF_ADMINISTRATION = re.compile(r"(глав(?:а|ы|е|у|ой))(\s+администраци\w+)", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;.!?]\s|\s[—–]\s(?=не\b)")
_URL = re.compile(
    r"(?:(?<![\w.-])|(?=https?://)|(?<=[а-яё.)»]-))(?:https?://)?(?:[\w-]{1,63}\.){1,6}[a-z]{2,24}/[^\s\x1c-\x1f,;|)»\"]*|"
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w.-]{1,253}|@[a-z]\w+",
    re.IGNORECASE | re.ASCII,
)
_INVITE = re.compile(r"(?:t|telegram)\.(?:me|dog)/(?:\+|joinchat/)", re.IGNORECASE)
_YEAR = re.compile(r"(?<![\d-])(?:(?:19|20)\d\d-)?((?:19|20)\d\d)(?!\d|-\d)")
"""A year, or the last of two."""
_FILL, _NAME = "\0", "\1"
_LEVELS = 2
"""So many blocks around an address a line below may speak of it."""
_CUT = 4
"""Letters of a name that must be in a text before it is looked for: they are the same in every case."""
_SHORT, _SPARE = 6, 30
"""Words of other matters that a heading may have, and that a card on a page may have."""
_ORDER = (MentionKind.WARNED, MentionKind.GIVEN, MentionKind.MENTIONED, MentionKind.LINKED)


class _NameSpan(NamedTuple):
    """Where somebody is named, and who of the registry it may be: nobody of it, if `people` is empty.

    `alone`: the name is enough, without an office or a place beside it.
    """

    span: TextSpan
    people: tuple[Person, ...] = ()
    alone: bool = True


class _PlaceSpan(NamedTuple):
    span: TextSpan
    people: tuple[Person, ...]


class _LinkSpan(NamedTuple):
    span: TextSpan
    address: Address


def mentions_in(
    passage: Passage,
    people: Sequence[Person],
    bodies: Collection[Address] = (),
    *,
    home: Person | None = None,
    own: Person | None = None,
) -> list[Mention]:
    """Say whose each address in `passage` is, in the text's order, each address once.

    `bodies`: addresses on record that are no person's. `home`: the head of the body that speaks, whom «Глава района»
    means there. `own`: the person whose confirmed page speaks of itself; what it calls its own is given. What a page
    has copied from another gives nothing.
    """
    text = _AttributedText(passage, people, None if passage.copied else home, own)
    speaker = Address.read(passage.url)
    mentions: dict[Address, Mention] = {}
    for link in text.links:
        address = link.address
        if address not in bodies and address != speaker:
            person, how = text.attribute(link)
            how = MentionKind.MENTIONED if passage.copied and how is MentionKind.GIVEN else how
            by_office = person is not None and own is None and not text.names_person(person)
            office = person.office.id if person is not None else ""
            mention = Mention(address, office, how, passage.url, passage.at, passage.evidence, by_office)
            mentions[address] = _joined(mentions[address], mention) if address in mentions else mention
    return list(mentions.values())


def _joined(one: Mention, other: Mention) -> Mention:
    """Put together what one text says of an address twice: given to one, it is not near another."""
    first, second = sorted((one, other), key=lambda mention: _ORDER.index(mention.how))
    disputed = first.how is MentionKind.GIVEN and second.how is not MentionKind.LINKED and first.office != second.office
    return replace(first, how=MentionKind.MENTIONED) if disputed else first


class _AttributedText:
    """One text taken apart into blocks, with who is named in it and where."""

    def __init__(self, passage: Passage, people: Sequence[Person], home: Person | None, own: Person | None) -> None:
        text = unicodedata.normalize("NFC", passage.text)
        moved = [len(unicodedata.normalize("NFC", passage.text[:at])) for at in passage.offsets]
        moved += [len(text)] * (len(passage.links) - len(moved))
        links = (_LinkSpan((at, at), address) for at, address in zip(moved, passage.links, strict=True))
        self.links = sorted(links, key=lambda link: link.span)
        self.text, self.home, self.own, self.laid = text, home, own, OPEN in text
        quiet = _OF_ADMINISTRATION.sub(lambda m: m[1] + " " * len(m[2]), text)
        quiet = re.sub(r"[\x1c-\x1f]", "\n", _URL.sub(_filled, quiet))
        every = words(quiet)
        self.places = _places(quiet, every, people)
        self.names = _names(quiet, every, _mentioned(quiet, people), [place.span for place in self.places])
        spans = [name.span for name in self.names] + [place.span for place in self.places]
        self.loose = list(_other_words(every, spans))
        bare = _blanked(quiet, [name.span for name in self.names if name.people], _NAME)
        bare = pattern("harmless").sub(lambda match: " " * len(match[0]), bare)
        self.bare = _blanked(bare, [place.span for place in self.places], _FILL)
        self.root = blocks(text, [link.span[0] for link in self.links])

    def names_person(self, person: Person) -> bool:
        """Tell whether the person is named anywhere in the text."""
        return any(fit.key == person.key for name in self.names for fit in name.people)

    def attribute(self, link: _LinkSpan) -> tuple[Person | None, MentionKind]:
        """Say whose an address is."""
        at = link.span[0]
        line = self.root.line_at(at)
        around = list(line.around())
        block = next((block for block in around if self._names_somebody(block)), None)
        if block is not None and block is not line and self._count_other_words(block) > _SPARE:
            block = None
        person = self._nearest_person(block, at) if block is not None else None
        warned = self._warning(line, block)
        if warned is MentionKind.WARNED:
            return person, MentionKind.MENTIONED if self._genuine(line, at) else MentionKind.WARNED
        one = self._person_of(block, line) if block is not None else None
        if block is None or (one is not None and one is self.own and block is not line):
            return self._unnamed(line, warned)
        sure = warned is None and self._says_no_more(block, line, link.address)
        if one is None or not sure or self._of_another(one, block, line):
            return one or person, MentionKind.MENTIONED
        return one, MentionKind.GIVEN

    def _unnamed(self, line: Block, warned: MentionKind | None) -> tuple[Person | None, MentionKind]:
        """Read an address with nobody named near it: it is the page's own, or a link and no more."""
        plain = self._is_plain_line(line) and not self._has(line, "aside") and warned is None
        if self.own is not None and of_another_office(self.own.office.title, words(self._of(line))):
            return None, MentionKind.MENTIONED
        if self.own is not None:
            return self.own, MentionKind.GIVEN if plain else MentionKind.MENTIONED
        return None, MentionKind.LINKED if plain else MentionKind.MENTIONED

    # Who is meant

    def _names_somebody(self, block: Block) -> bool:
        """Tell whether somebody is named in a block; an office alone names the head of the body that speaks."""
        named = bool(block.holds(self.names)) or bool(block.holds(self.places))
        return named or (self.home is not None and self._office(block, self.home))

    def _office(self, block: Block, home: Person | None = None) -> bool:
        """Tell whether an office is named in a block; with `home`, one that may be the head's."""
        named = words(self._of(block))
        return any(office_words(named)) and not (home is not None and of_another_office(home.office.title, named))

    def _person_of(self, block: Block, line: Block) -> Person | None:
        """Return the one person whom a block names."""
        names = block.holds(self.names)
        local = _local(block.holds(self.places))
        office = self._office(block) or any(pattern("of_heads").search(self._of(head)) for head in self._above(line))
        if not names:
            return self._head(local) if office else None
        fits = [name.people if name.alone or office or local else () for name in names]
        left = [p for p in fits[0] if all(p in other for other in fits[1:]) and (local is None or p in local)]
        return left[0] if len({p.key for p in left}) == 1 else None

    def _head(self, local: Sequence[Person] | None) -> Person | None:
        """Return the head of the one municipality that is named, or of the body that speaks."""
        if local is None:
            return self.home
        heads = [p for p in local if p.office.group is OfficeGroup.MUNICIPAL_HEAD] or list(local)
        return heads[0] if len({p.key for p in heads}) == 1 else None

    def _nearest_person(self, block: Block, at: int) -> Person | None:
        """Return who is named last before an address in a block, or else first after it."""
        names = block.holds(self.names)
        before = [name for name in names if name.span[0] < at][-1:]
        people = next((name.people for name in before or names), ())
        return people[0] if len({p.key for p in people}) == 1 else self._person_of(block, block) if not names else None

    # What else is said

    def _says_no_more(self, block: Block, line: Block, address: Address) -> bool:
        """Tell whether a block has no second page on the network, no aide's word, and few words of other matters."""
        if block is not line and (block.parent is None or (self.laid and block.parent is self.root)):
            return False  # a whole text is no block: what is at its end may be anybody's
        spare = _SPARE if self.laid and block is not line else 0
        label = next(self._above(line), line)
        if self._count_other_words(block) > spare or self._has(block, "denied", "aside") or self._has(label, "aside"):
            return False
        pages = {link.address for link in block.holds(self.links) if link.address.network is address.network}
        if _INVITE.search(self.text[block.start : block.end]):
            return False
        telling = [line, *(part for part in block.lines() if self._names_somebody(part) or self._office(part))]
        return len(pages) == 1 and all(map(self._is_plain_line, telling))

    def _of_another(self, one: Person, block: Block, line: Block) -> bool:
        """Tell whether a block is another's: of another kind of office, of a place in ours, or of one who was before.

        Where the office alone is named, a year before the person's time is another's, and so is any other place.
        """
        heads = list(self._above(line))
        if of_another_office(one.office.title, words(self._of(block))) or any(self._has(h, "past") for h in heads):
            return True
        short = [part for part in block.lines() if self._count_other_words(part) <= _SHORT]
        if any(self._has(part, "village") for part in short):
            return True
        begun = one.holder.took_office[0]
        years = [int(year) for part in (block, *heads) for year in _YEAR.findall(self._of(part))]
        old = begun is not None and bool(years) and max(years) < begun.year
        return not block.holds(self.names) and (old or any(self._has(part, "other_area") for part in short))

    def _is_plain_line(self, line: Block) -> bool:
        """Tell whether a line has only names, places and words of the closed list."""
        return not (line.holds(self.loose) or self._has(line, "doubted"))

    def _count_other_words(self, block: Block) -> int:
        """Count a block's words of other matters."""
        return len(block.holds(self.loose))

    def _of(self, block: Block) -> str:
        """Return a text with nobody's name in it, for names are like words: «Фантазюхин», «Судаков»."""
        return self.bare[block.start : block.end]

    def _has(self, block: Block, *lists: str) -> bool:
        """Tell whether a word of some lists is in a block."""
        return any(pattern(words).search(self._of(block)) for words in lists)

    # Warnings

    def _warning(self, line: Block, block: Block | None) -> MentionKind | None:
        """Return WARNED where a warning may be meant for an address here, MENTIONED where one is not far."""
        below = list(filter(self._doubts, self._beside(line, block, below=True)))
        above = (*self._above(line), *self._beside(line, block, below=False))
        told = any(self._has(text, "warning") and self._has(text, "of_a_page") for text in below)
        if told or self._has(line, "warning", "denied") or any(self._has(h, "warning") for h in above):
            return MentionKind.WARNED
        near = bool(below) or self._has(block or line, "warning")
        return MentionKind.MENTIONED if near or (not self.laid and self._has(self.root, "warning")) else None

    def _doubts(self, below: Block) -> bool:
        return self._has(below, "warning") or (self._has(below, "denied") and self._has(below, "of_a_page"))

    def _above(self, line: Block) -> Iterator[Block]:
        """Yield what may speak of a line as a heading does: at each level the nearest above with nobody in it.

        And the nearest heading, where something short stands between.
        """
        for level, block in enumerate(line.around()):
            beside = block.before()[::-1]
            heads = (h for h in beside if not level or h.heading or self._count_other_words(h) <= _SHORT)
            found = (
                next(filter(self._names_nothing, some), None) for some in (heads, (h for h in beside if h.heading))
            )
            yield from dict.fromkeys(filter(None, found))

    def _beside(self, line: Block, block: Block | None, *, below: bool) -> Iterator[Block]:
        """Yield the next cell or line at the first levels that have one, where nobody else of ours is in it."""
        rows = (part.after() if below else part.before()[::-1] for part in line.around())
        mine = {p.key for name in (block.holds(self.names) if block is not None else ()) for p in name.people}
        return (row for row in islice((some[0] for some in rows if some), _LEVELS) if self._names_nothing(row, mine))

    def _names_nothing(self, block: Block, mine: Collection[tuple[str, str]] = ()) -> bool:
        """Tell whether neither a name nor a place nor an address is in a block; an office may be.

        With `mine`, the same people may be named again, and such as are not ours.
        """
        named = [name.people for name in block.holds(self.names)] + [place.people for place in block.holds(self.places)]
        others = [some for some in named if not mine or (some and not any(person.key in mine for person in some))]
        return not (others or block.holds(self.links))

    def _genuine(self, line: Block, at: int) -> bool:
        """Tell whether the clause around an address calls it official and has no warning."""
        text = self._of(line)
        cuts = [0, *(match.end() for match in _CLAUSE.finditer(text)), len(text)]
        begin = max(cut for cut in cuts if not cut or line.start + cut <= at)
        clause = text[begin : min(cut for cut in cuts if cut == len(text) or line.start + cut > at)]
        return any(
            pattern("genuine").search(told) and not any(pattern(kind).search(told) for kind in ("warning", "denied"))
            for told in (clause, clause.partition(": ")[2])
        )


def _other_words(every: Sequence[Word], spans: Iterable[TextSpan]) -> Iterator[Word]:
    """Yield the words that are no part of a name or a place, and not of the closed list."""
    taken = {at for first, last in spans for at in range(first, last)}
    for word in every:
        if word.start not in taken and len(word.text) > 1 and not pattern("label").fullmatch(word.plain):
            yield word


def _blanked(text: str, spans: Iterable[TextSpan], fill: str) -> str:
    letters = list(text)
    for first, last in spans:
        letters[first:last] = fill * (last - first)
    return "".join(letters)


def _filled(match: re.Match[str]) -> str:
    """Blank an address with what is neither word nor blank; the mark that ends its sentence stays."""
    address = match[0].rstrip(".:!?…")
    return _FILL * len(address) + match[0][len(address) :]


def _local(places: Sequence[_PlaceSpan]) -> list[Person] | None:
    """Return those who hold offices in the one municipality that is named, nobody where there are several; None: none.

    The region around a municipality is no second one.
    """
    by_name = {place.people[0].municipality: list(place.people) for place in places}
    regions = {p.region.name for people in by_name.values() for p in people if p.region is not None}
    towns = {name: people for name, people in by_name.items() if name not in regions} or by_name
    if not towns:
        return None
    return next(iter(towns.values())) if len(towns) == 1 else []


def _mentioned(text: str, people: Sequence[Person]) -> list[Person]:
    """Leave out those whose family name cannot be in the text, which saves the reading of long pages."""
    even = text.casefold().replace("ё", "е")
    latin = bool(re.search(r"[a-z]{3}", even))
    begins = [(p, p.name.family.casefold().replace("ё", "е")[:_CUT]) for p in people]
    return [p for p, begin in begins if latin or begin[: max(2, len(p.name.family) - 2)] in even]


def _names(text: str, every: Sequence[Word], people: Sequence[Person], places: Sequence[TextSpan]) -> list[_NameSpan]:
    """Find where people are named: ours, by the family name in any case, and others, by the shape of a name."""
    found = [
        ((place.start, place.end), person, place)
        for person in people
        for place in occurrences(person.name, text, every, prose=True)
    ]
    names: list[_NameSpan] = []
    for span in sorted({span for span, _, _ in found}):
        if any(_overlap(span, name.span) for name in names):
            continue
        here = [row for row in found if _overlap(span, row[0])]
        widest = (min(first for (first, _), _, _ in here), max(last for (_, last), _, _ in here))
        best = max(place.fit for _, _, place in here)
        # «Томский район», where a head is called Томский, names nobody.
        if best.agrees or not any(first <= widest[0] and widest[1] <= last for first, last in places):
            mine = [(person, place) for _, person, place in here if place.fit is best and best is not NameFit.OTHER]
            alone = best.agrees and not all(place.half for _, place in mine)
            names.append(_NameSpan(widest, tuple(person for person, _ in mine), alone))
    taken = [*(name.span for name in names), *places]
    others = [_NameSpan(span) for span in other_persons(text, every) if not any(_overlap(span, one) for one in taken)]
    return sorted([*names, *others], key=lambda name: name.span)


def _overlap(one: TextSpan, other: TextSpan) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _places(text: str, every: Sequence[Word], people: Sequence[Person]) -> list[_PlaceSpan]:
    by_name: dict[str, list[Person]] = {}
    for person in people:
        by_name.setdefault(person.municipality, []).append(person)
    region = next((p.region.name for p in people if p.region is not None), "")
    found = spans_of(by_name, text, every, region)
    places = (_PlaceSpan(span, tuple(by_name[name])) for name, spans in found.items() for span in spans)
    return sorted(places, key=lambda place: place.span)
