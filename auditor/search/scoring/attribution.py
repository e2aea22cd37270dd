"""Whose page each address in an official text is said to be.

The smallest block around an address that names a person is read: a line, a paragraph, a table row, a card, or the text
under a heading. It *gives* the address if it names exactly one of our people, has one address of that network, no
warning and no word of an aide, and otherwise only words of a closed list («официальный», «канал», «подписывайтесь»).
Any other block only *mentions* the address, for an operator to read.
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
from auditor.search.patterns import pattern
from auditor.search.scoring.blocks import Block, parse_blocks
from auditor.search.scoring.lead import Mention, MentionKind, Person
from auditor.search.scoring.name_match import NameFit, occurrences, other_persons
from auditor.search.scoring.places import TextSpan, of_another_office, office_words, spans_of
from auditor.search.scoring.word_forms import Word, split_words
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
"""A year, or the last year of a period."""
_FILL, _NAME = "\0", "\1"
_LEVELS = 2
"""How many enclosing blocks of a line have neighbours that may be about its address."""
_CUT = 4
"""How many first letters of a family name must be in a text before it is searched for the name in all cases."""
_SHORT, _SPARE = 6, 30
"""How many words outside the closed list a heading may have, and how many a card on a page may have."""
_ORDER = (MentionKind.WARNED, MentionKind.GIVEN, MentionKind.MENTIONED, MentionKind.LINKED)


class _NamedSpan(NamedTuple):
    """Where a person or a place is named, and whom of the registry that may mean; `people` is empty if nobody.

    `alone`: a person's name suffices, without an office or a place beside it.
    """

    span: TextSpan
    people: tuple[Person, ...] = ()
    alone: bool = True


class _LinkSpan(NamedTuple):
    span: TextSpan
    address: Address


def mentions_in(
    passage: Passage,
    people: Sequence[Person],
    bodies: Collection[Address] = (),
    *,
    head: Person | None = None,
    owner: Person | None = None,
) -> list[Mention]:
    """Return a mention for each address in `passage`, in the text's order, each address once.

    `bodies`: addresses on record that are not personal, which are left out. `head`: the head of the body whose text it
    is, whom «Глава района» means there. `owner`: the person whose confirmed page it is; addresses that it calls its own
    are given. A reposted text gives no address, it only mentions.
    """
    text = _AttributedText(passage, people, None if passage.copied else head, owner)
    speaker = Address.read(passage.url)
    mentions: dict[Address, Mention] = {}
    for link in text.links:
        address = link.address
        if address not in bodies and address != speaker:
            person, how = text.attribute(link)
            how = MentionKind.MENTIONED if passage.copied and how is MentionKind.GIVEN else how
            by_office = person is not None and owner is None and not text.names_person(person)
            office = person.office.id if person is not None else ""
            mention = Mention(address, office, how, passage.url, passage.at, passage.evidence, by_office)
            mentions[address] = _merge(mentions[address], mention) if address in mentions else mention
    return list(mentions.values())


def _merge(previous: Mention, latest: Mention) -> Mention:
    """Return one mention for two of the same address: the stronger, or MENTIONED if they name different people."""
    first, second = sorted((previous, latest), key=lambda mention: _ORDER.index(mention.how))
    disputed = first.how is MentionKind.GIVEN and second.how is not MentionKind.LINKED and first.office != second.office
    return replace(first, how=MentionKind.MENTIONED) if disputed else first


class _AttributedText:
    """A text split into blocks, with the names, places and links in it."""

    def __init__(self, passage: Passage, people: Sequence[Person], head: Person | None, owner: Person | None) -> None:
        text = unicodedata.normalize("NFC", passage.text)
        offsets = [len(unicodedata.normalize("NFC", passage.text[:offset])) for offset in passage.offsets]
        offsets += [len(text)] * (len(passage.links) - len(offsets))
        links = (_LinkSpan((offset, offset), address) for offset, address in zip(offsets, passage.links, strict=True))
        self.links = sorted(links, key=lambda link: link.span)
        self.text, self.head, self.owner, self.has_layout = text, head, owner, OPEN in text
        blanked = _OF_ADMINISTRATION.sub(lambda m: m[1] + " " * len(m[2]), text)
        blanked = re.sub(r"[\x1c-\x1f]", "\n", _URL.sub(_filled, blanked))
        words = split_words(blanked)
        self.places = _find_places(blanked, words, people)
        self.names = _find_names(blanked, words, _maybe_named(blanked, people), [place.span for place in self.places])
        spans = [name.span for name in self.names] + [place.span for place in self.places]
        self.other_words = list(_other_words(words, spans))
        without_names = _blanked(blanked, [name.span for name in self.names if name.people], _NAME)
        without_names = pattern("harmless").sub(lambda match: " " * len(match[0]), without_names)
        self.without_names = _blanked(without_names, [place.span for place in self.places], _FILL)
        self.root = parse_blocks(text, [link.span[0] for link in self.links])

    def names_person(self, person: Person) -> bool:
        """Return whether the person is named anywhere in the text."""
        return any(fit.key == person.key for name in self.names for fit in name.people)

    def attribute(self, link: _LinkSpan) -> tuple[Person | None, MentionKind]:
        """Return whose an address is, None for no one, and how the text says so."""
        position = link.span[0]
        line = self.root.line_at(position)
        enclosing = list(line.with_ancestors())
        block = next((block for block in enclosing if self._names_person_or_place(block)), None)
        if block is not None and block is not line and self._count_other_words(block) > _SPARE:
            block = None
        person = self._nearest_person(block, position) if block is not None else None
        warning = self._warning(line, block)
        if warning is MentionKind.WARNED:
            return person, MentionKind.MENTIONED if self._is_called_genuine(line, position) else MentionKind.WARNED
        named_person = self._person_of(block, line) if block is not None else None
        if block is None or (named_person is not None and named_person is self.owner and block is not line):
            return self._attribute_unnamed(line, warning)
        is_given = warning is None and self._says_no_more(block, line, link.address)
        if named_person is None or not is_given or self._is_of_another(named_person, block, line):
            return named_person or person, MentionKind.MENTIONED
        return named_person, MentionKind.GIVEN

    def _attribute_unnamed(self, line: Block, warning: MentionKind | None) -> tuple[Person | None, MentionKind]:
        """Attribute an address without a person named near it: to the page's owner, or to no one as a mere link."""
        is_plain = self._is_plain_line(line) and not self._has(line, "aside") and warning is None
        if self.owner is not None and of_another_office(self.owner.office.title, split_words(self._text_of(line))):
            return None, MentionKind.MENTIONED
        if self.owner is not None:
            return self.owner, MentionKind.GIVEN if is_plain else MentionKind.MENTIONED
        return None, MentionKind.LINKED if is_plain else MentionKind.MENTIONED

    # Who is meant

    def _names_person_or_place(self, block: Block) -> bool:
        """Return whether a block names a person or place; an office alone names the head whose body's text it is."""
        names_anyone = bool(block.items_in(self.names)) or bool(block.items_in(self.places))
        return names_anyone or (self.head is not None and self._names_office(block, self.head))

    def _names_office(self, block: Block, head: Person | None = None) -> bool:
        """Return whether a block names an office; with `head`, one that may be the head's."""
        block_words = split_words(self._text_of(block))
        return any(office_words(block_words)) and not (
            head is not None and of_another_office(head.office.title, block_words)
        )

    def _person_of(self, block: Block, line: Block) -> Person | None:
        """Return the only person whom a block can mean, by name or by office and place; None if none or several."""
        names = block.items_in(self.names)
        local_people = _people_of_municipality(block.items_in(self.places))
        names_office = self._names_office(block) or any(
            pattern("of_heads").search(self._text_of(heading)) for heading in self._above(line)
        )
        if not names:
            return self._head(local_people) if names_office else None
        people_by_name = [name.people if name.alone or names_office or local_people else () for name in names]
        groups = people_by_name if local_people is None else [*people_by_name, local_people]
        candidates = [p for p in groups[0] if all(p in group for group in groups)]
        return candidates[0] if len({p.key for p in candidates}) == 1 else None

    def _head(self, local_people: Sequence[Person] | None) -> Person | None:
        """Return the only head among `local`, the people of the municipality named, or `self.head` if it is None."""
        if local_people is None:
            return self.head
        heads = [p for p in local_people if p.office.group is OfficeGroup.MUNICIPAL_HEAD] or list(local_people)
        return heads[0] if len({p.key for p in heads}) == 1 else None

    def _nearest_person(self, block: Block, position: int) -> Person | None:
        """Return the person named last before an address in a block, or else first after it."""
        names = block.items_in(self.names)
        names_before = [name for name in names if name.span[0] < position][-1:]
        people = next((name.people for name in names_before or names), ())
        return people[0] if len({p.key for p in people}) == 1 else self._person_of(block, block) if not names else None

    # What else a block says

    def _says_no_more(self, block: Block, line: Block, address: Address) -> bool:
        """Return whether nothing in a block disputes its link.

        That is: no second page on that network, no mention of an aide, few unrelated words.
        """
        if block is not line and (block.parent is None or (self.has_layout and block.parent is self.root)):
            return False  # a whole text is no block: an address at its end may be anybody's
        allowed_count = _SPARE if self.has_layout and block is not line else 0
        heading = next(self._above(line), line)
        is_disputed = self._has(block, "denied", "aside") or self._has(heading, "aside")
        if is_disputed or self._count_other_words(block) > allowed_count:
            return False
        pages = {link.address for link in block.items_in(self.links) if link.address.network is address.network}
        if len(pages) != 1 or _INVITE.search(self.text[block.start : block.end]):
            return False
        lines = [part for part in block.lines() if self._names_person_or_place(part) or self._names_office(part)]
        return all(map(self._is_plain_line, [line, *lines]))

    def _is_of_another(self, person: Person, block: Block, line: Block) -> bool:
        """Return whether a block is about another person: of another office, a village inside, or an earlier time.

        If only the office is named, years before the person took it, or another area, also mean another person.
        """
        headings = list(self._above(line))
        names_other_office = of_another_office(person.office.title, split_words(self._text_of(block)))
        if names_other_office or any(self._has(heading, "past") for heading in headings):
            return True
        short_lines = [inner_line for inner_line in block.lines() if self._count_other_words(inner_line) <= _SHORT]
        if any(self._has(inner_line, "village") for inner_line in short_lines):
            return True
        took_office = person.holder.took_office[0]
        years = [int(year) for block_part in (block, *headings) for year in _YEAR.findall(self._text_of(block_part))]
        is_older = took_office is not None and bool(years) and max(years) < took_office.year
        return not block.items_in(self.names) and (
            is_older or any(self._has(inner_line, "other_area") for inner_line in short_lines)
        )

    def _is_plain_line(self, line: Block) -> bool:
        """Return whether a line has only names, places and words of the closed list."""
        return not (line.items_in(self.other_words) or self._has(line, "doubted"))

    def _count_other_words(self, block: Block) -> int:
        """Count a block's words outside names, places and the closed list."""
        return len(block.items_in(self.other_words))

    def _text_of(self, block: Block) -> str:
        """Return a block's text with names blanked, as names resemble words of the lists: «Фантазюхин», «Судаков»."""
        return self.without_names[block.start : block.end]

    def _has(self, block: Block, *list_names: str) -> bool:
        """Return whether a word of one of the pattern lists is in a block."""
        return any(pattern(list_name).search(self._text_of(block)) for list_name in list_names)

    # Warnings

    def _warning(self, line: Block, block: Block | None) -> MentionKind | None:
        """Return WARNED if a warning may be meant for an address in the line, MENTIONED if one is near, else None."""
        doubts_below = list(filter(self._doubts, self._neighbours(line, block, below=True)))
        above = (*self._above(line), *self._neighbours(line, block, below=False))
        warned_below = any(self._has(text, "warning") and self._has(text, "of_a_page") for text in doubts_below)
        warned_above = any(self._has(text, "warning") for text in above)
        if warned_below or warned_above or self._has(line, "warning", "denied"):
            return MentionKind.WARNED
        is_near = bool(doubts_below) or self._has(block or line, "warning")
        return MentionKind.MENTIONED if is_near or (not self.has_layout and self._has(self.root, "warning")) else None

    def _doubts(self, below: Block) -> bool:
        return self._has(below, "warning") or (self._has(below, "denied") and self._has(below, "of_a_page"))

    def _above(self, line: Block) -> Iterator[Block]:
        """Yield the blocks that may head a line: at each level the nearest heading or short block above.

        They name no person, place or address. The nearest real heading is included if a short block is between.
        """
        for level, block in enumerate(line.with_ancestors()):
            siblings = block.siblings_above()[::-1]
            headings = [sibling for sibling in siblings if sibling.is_heading]
            short = [s for s in siblings if not level or s in headings or self._count_other_words(s) <= _SHORT]
            nearest = (next(filter(self._names_nothing, group), None) for group in (short, headings))
            yield from dict.fromkeys(filter(None, nearest))

    def _neighbours(self, line: Block, block: Block | None, *, below: bool) -> Iterator[Block]:
        """Yield the next block below or above at the first two levels that have one, if it names no one else of ours.

        The people named in `block` may be named there again.
        """
        levels = line.with_ancestors()
        siblings = (level.siblings_below() if below else level.siblings_above()[::-1] for level in levels)
        nearest = islice((group[0] for group in siblings if group), _LEVELS)
        person_keys = {p.key for name in (block.items_in(self.names) if block is not None else ()) for p in name.people}
        return (neighbour for neighbour in nearest if self._names_nothing(neighbour, person_keys))

    def _names_nothing(self, block: Block, person_keys: Collection[tuple[str, str]] = ()) -> bool:
        """Return whether a block has no name, place or address; an office it may have.

        With `person_keys`, these people, and people outside the registry, may be named.
        """
        named = [span.people for spans in (self.names, self.places) for span in block.items_in(spans)]
        if person_keys:
            named = [group for group in named if group and not any(person.key in person_keys for person in group)]
        return not (named or block.items_in(self.links))

    def _is_called_genuine(self, line: Block, position: int) -> bool:
        """Return whether the clause around an address calls it official and has no warning."""
        text = self._text_of(line)
        cuts = [0, *(match.end() for match in _CLAUSE.finditer(text)), len(text)]
        begin = max(cut for cut in cuts if not cut or line.start + cut <= position)
        clause = text[begin : min(cut for cut in cuts if cut == len(text) or line.start + cut > position)]
        calm = [part for part in (clause, clause.partition(": ")[2]) if not _warns(part)]
        return any(pattern("genuine").search(part) for part in calm)


def _warns(text: str) -> bool:
    return bool(pattern("warning").search(text) or pattern("denied").search(text))


def _other_words(words: Sequence[Word], spans: Iterable[TextSpan]) -> Iterator[Word]:
    """Yield the words that are outside the spans and not in the closed list."""
    taken_offsets = {offset for start, end in spans for offset in range(start, end)}
    for word in words:
        if word.start not in taken_offsets and len(word.text) > 1 and not pattern("label").fullmatch(word.plain):
            yield word


def _blanked(text: str, spans: Iterable[TextSpan], fill: str) -> str:
    letters = list(text)
    for start, end in spans:
        letters[start:end] = fill * (end - start)
    return "".join(letters)


def _filled(match: re.Match[str]) -> str:
    """Return a URL blanked with a character that is neither word nor blank; the mark that ends its sentence stays."""
    address = match[0].rstrip(".:!?…")
    return _FILL * len(address) + match[0][len(address) :]


def _people_of_municipality(places: Sequence[_NamedSpan]) -> list[Person] | None:
    """Return the people in office in the only municipality named, none if several are; None if no place is named.

    The region of a municipality does not count as a second place.
    """
    by_name = {place.people[0].municipality: list(place.people) for place in places}
    regions = {p.region.name for people in by_name.values() for p in people if p.region is not None}
    towns = {name: people for name, people in by_name.items() if name not in regions} or by_name
    if not towns:
        return None
    return next(iter(towns.values())) if len(towns) == 1 else []


def _maybe_named(text: str, people: Sequence[Person]) -> list[Person]:
    """Return the people whose family name may be in the text, which saves time on long pages."""
    folded = text.casefold().replace("ё", "е")
    latin = bool(re.search(r"[a-z]{3}", folded))
    prefixes = [(p, p.name.family.casefold().replace("ё", "е")[:_CUT]) for p in people]
    return [p for p, prefix in prefixes if latin or prefix[: max(2, len(p.name.family) - 2)] in folded]


def _find_names(
    text: str, words: Sequence[Word], people: Sequence[Person], places: Sequence[TextSpan]
) -> list[_NamedSpan]:
    """Return where people are named: ours by the family name in any case, others by the shape of a name."""
    matches = [(person, place) for person in people for place in occurrences(person.name, text, words, prose=True)]
    names: list[_NamedSpan] = []
    for span in sorted({place.span for _, place in matches}):
        if any(_overlap(span, name.span) for name in names):
            continue
        overlapping = [(person, place) for person, place in matches if _overlap(span, place.span)]
        widest = (min(place.start for _, place in overlapping), max(place.end for _, place in overlapping))
        best = max(place.fit for _, place in overlapping)
        # «Томский район» does not name a head called Томский.
        if best.agrees or not any(start <= widest[0] and widest[1] <= end for start, end in places):
            fitting = [match for match in overlapping if match[1].fit is best and best is not NameFit.OTHER]
            alone = best.agrees and not all(place.half for _, place in fitting)
            names.append(_NamedSpan(widest, tuple(person for person, _ in fitting), alone))
    taken_spans = [*(name.span for name in names), *places]
    spans = (span for span in other_persons(text, words) if not any(_overlap(span, taken) for taken in taken_spans))
    return sorted([*names, *map(_NamedSpan, spans)], key=lambda name: name.span)


def _overlap(left: TextSpan, right: TextSpan) -> bool:
    return left[0] < right[1] and right[0] < left[1]


def _find_places(text: str, words: Sequence[Word], people: Sequence[Person]) -> list[_NamedSpan]:
    by_name: dict[str, list[Person]] = {}
    for person in people:
        by_name.setdefault(person.municipality, []).append(person)
    region = next((p.region.name for p in people if p.region is not None), "")
    spans_by_name = spans_of(by_name, text, words, region)
    places = (_NamedSpan(span, tuple(by_name[name])) for name, spans in spans_by_name.items() for span in spans)
    return sorted(places, key=lambda place: place.span)
