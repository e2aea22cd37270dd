"""Whose page each address in an official text is said to be.

A text gives an address to somebody only in a form that says nothing else: a label («Глава района: Имярек А. А. —
t.me/…»), an item of a list, a row of a table, a card or a contact block, the lines under a heading. What stands there
beside names, offices and places must be of a closed list of words («официальный», «канал», «подписывайтесь»). Any other
sentence only mentions the address, and a person reads it. Near a word of warning nothing is given.

A page's layout comes in the text itself, by the marks of `auditor.probes.linked`: blocks, headings, and the parts that
surround every page. A text without marks has lines and paragraphs.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from auditor.base.address import Address
from auditor.probes.linked import CLOSE, HEADING, OPEN, WALL
from auditor.registry.models import Group
from auditor.search.pages import Passage
from auditor.search.weighing.agreement import Agreement, occurrences, strangers
from auditor.search.weighing.lead import How, Mention, Person
from auditor.search.weighing.places import Span, office_words, spans_of
from auditor.search.weighing.words import Word, words

_WARNING = re.compile(
    r"фейк|фэйк|фальш|поддел|(?<!\w)лож(?:н|ь)|(?<!\w)лже|мошен|афер|злоумышл|самозван|двойник|(?<!\w)клон|(?<!с)копиру|"
    r"(?<!\w)копи(?:я|и|ю|ей)(?!\w)|выда[её]т|выдают|выдающ|от имени|от лица|под видом|под именем|маскиру|якобы|"
    r"не имеет|не вед[её]т|не явля|не принадл|не заводил|не создавал|не мо[йяи]|не наш|отношения|ненастоящ|неофициальн|"
    r"неизвестн|взлом|украд|угна[лн]|полици|прокурат|(?<!\w)суд(?!\w)|заблокир|жалоб|пожалу[йе]|осторожн|остерега|"
    r"бдительн|обман|незаконн|пароди|сатир|больше не|удал(?:ён|ен)|спам|недостоверн|провокац|не верьте|"
    r"не подпис|не переход|не отвеча|не реагир|псевдо|липов|так называем|подложн|третьи\w* лиц|неустановлен|экстремист|"
    r"(?<!\w)чуж|непричаст|открещ|ч[её]рн\w+ спис|друго(?:му|й|го) (?:лиц|человек)|законност|хулиган|(?<!\w)мвд(?!\w)|"
    r"(?<!\w)(?:ф\W?е\W?й\W?к|f\W?a\W?k\W?e)(?!\w)|👎|"
    r"(?<!\w)анти(?:канал|глав|мэр)|[❌⛔🚫✖❎⚠🛑]|(?<!\w)(?:fake|scam|parody)(?!\w)",
    re.IGNORECASE,
)
"""Where such a word is near, an address is given to nobody: rather one word too many than one too few."""
_DENIED = re.compile(
    r"(?<!\w)(?:не|нет|никак\w*)(?!\w)(?!\s+(?:забуд|пропус|упус|стесня|подписан|только))", re.IGNORECASE
)
_HARMLESS = re.compile(r"не (?:фейк|мошенник|подделка)\w*|после взлома", re.IGNORECASE)
_DOUBTED = re.compile(r"\?|[«\"„“]\s*(?:\x01|канал|страни|аккаунт|профил|блог|групп|официальн|глав|мэр)", re.IGNORECASE)
"""A label that asks, or is quoted as what others call it."""
_OF_A_PAGE = re.compile(r"(?<!\w)это(?!\w)|аккаунт|канал|страни|профил|паблик|групп", re.IGNORECASE)
_GENUINE = re.compile(r"официальн|настоящ|подлинн|единственн|личн|восстановлен", re.IGNORECASE)
_PLAIN = re.compile(
    r"(?:телеграм\w*|telegram|тг|tg|вк|vk|в?контакт[еа]?|канал\w*|страни(?:ц|чк)\w*|аккаунт\w*|профил\w*|групп[аеуы]|"
    r"паблик\w*|сообществ\w*|блог\w*|соцсет\w*|соц|социальн\w*|сет[иьяе]\w*|ссылк\w*|адрес\w*|мессенджер\w*|max|макс|ok|"
    r"ок|одноклассник\w*|сайт\w*|https?|www|com|ru|официальн\w*|личн\w*|персональн\w*|настоящ\w*|подлинн\w*|авторск\w*|"
    r"публичн\w*|глав\w{0,3}|мэр\w{0,3}|губернатор\w{0,2}|градоначальник\w{0,2}|председател\w{0,2}|депутат\w{0,2}|врио|"
    r"врип|ио|исполняющ\w*|обязанност\w*|временно|действующ\w*|нов(?:ый|ая|ого|ой|ому|ом|ую)|район\w*|округ\w*|"
    r"город\w{0,3}|городск\w*|сельск\w*|муниципальн\w*|образовани\w*|област\w*|кра[йяюе]|республик\w*|зато|мо|"
    r"поселени\w*|спис\w*|полезн\w*|перечн\w*|перечень|на|в|во|у|от|также|теперь|тут|здесь|вот|е[её]|его|мо[йяию]|связи|открыть|перейти|смотреть|подписывайтесь|подпишитесь|"
    r"подписаться|читайте|следите|смотрите|присоединяйтесь|пишите|тел|телефон\w*|факс\w*|почт\w*|эл|электронн\w*|mail|email|каб|"
    r"кабинет\w*|график\w*|врем[яени]\w*|час[ыо]\w*)"
)
"""Words that may stand beside a name and an address and leave no doubt of what the text says."""
_ASIDE = re.compile(
    r"заместител|(?<!\w)зам(?!\w)|замглав|помощни|советни|секретар|пресс|при[её]мн(?:ая|ой|ую)|аппарат|команд|штаб|супруг|"
    r"(?<!\w)(?:жен[аыеуо]|муж|сын|доч|брат|сестр|отц|отец|мать)\w{0,3}(?!\w)|семь[яиеё]|бывш|(?<!\w)экс|прежн|предыдущ|"
    r"сторонник|поклонник|поддержк|(?:канал|групп|страниц|сообществ|паблик)\w* жител|(?<!\w)фан|"
    r"кандидат|избирател|оппонент|критик|т[её]зк|администраци|"
    r"(?<!\w)дум[аыеу](?!\w)|(?<!\w)совет(?:а|е)?(?!\w)|мэри[яию]|редакц|газет|департамент|комитет|управлени|учреждени|"
    r"школ|больниц|(?<!\w)наш(?:а|е|и|ем|ей|их)?(?!\w)|новост",
    re.IGNORECASE,
)
"""Somebody else's page: of one who serves, follows or is related to the head, or of a body."""
_OF_BODY = re.compile(
    r"(?<!\w)(?:мы|нас)(?!\w)|(?<!\w)подел(?:ить|ись)|"
    r"(?:канал|групп|страниц|сообществ|паблик)\w*\s+(?:район|город|округ|муницип|посел)",
    re.IGNORECASE,
)
"""A body's own page, in a label with nobody's name: «Мы в соцсетях» stands under the head's name on many a site."""
_OF_ADMINISTRATION = re.compile(r"(глав(?:а|ы|е|у|ой))(\s+администраци\w+)", re.IGNORECASE)
_CONTACT = re.compile(
    r"\W*(?:тел(?!егр)|факс|почт|e-?mail|адрес|при[её]м|график|каб|часы|время|сайт|индекс|\d|\+)", re.IGNORECASE
)
_PIECE = re.compile(
    r"[;|]|[\u2022\u25aa-\u25ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]\ufe0f?"
    r"|[!?…]\s+(?=[A-ZА-ЯЁ«\"@\0])|(?<![\s.(][A-ZА-ЯЁ])(?<!\bг)(?<!\bул)(?<!\bтел)\.\s+(?=[A-ZА-ЯЁ«\"@\0])"
)
_CLAUSE = re.compile(r"[,;.!?]\s|\s[—–]\s(?=не\b)")
_BOUND = re.compile(r"\s*[—–(-]")
_URL = re.compile(
    r"(?:(?<![\w.-])|(?=https?://)|(?<=[а-яё.)»]-))(?:https?://)?(?:[\w-]{1,63}\.){1,6}[a-z]{2,24}/[^\s,;|)»\"]*|"
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w.-]{1,253}|@[a-z]\w+",
    re.IGNORECASE | re.ASCII,
)
_OF_HEADS = re.compile(r"(?<!\w)(?:глав(?:ы|а)?|мэр(?:ы|ов|а)?|руководител\w+)(?!\w)", re.IGNORECASE)
_FILL, _NAME = "\0", "\1"
_LEVELS, _SHORT = 2, 6
"""So many blocks around an address a line below may speak of it; so many words a line above them has as a heading."""
_SPARE = 30
"""Words of other matters that a card on a page may have."""
_CUT = 4
"""Letters of a name that must be in a text before it is looked for: they are the same in every case."""


@dataclass(eq=False, slots=True)
class _Node:
    """A block of a page or a line; one without children is a piece, with what is in it."""

    start: int
    end: int = 0
    mark: str = OPEN
    parent: "_Node | None" = None
    children: list["_Node"] = field(default_factory=list)
    text: str = ""
    names: list["_Name"] = field(default_factory=list)
    places: list["_Place"] = field(default_factory=list)
    links: list[tuple[int, Address]] = field(default_factory=list)
    loose: list[Word] = field(default_factory=list)
    """Words that are no part of a name or a place, and not of the closed list."""
    office: bool = False

    def add(self, start: int, end: int = 0, mark: str = OPEN) -> "_Node":
        child = _Node(start, end, mark, self)
        self.children.append(child)
        return child

    def pieces(self) -> Iterator["_Node"]:
        todo = [self]
        while todo:  # not recursion: a page may nest deeper than Python does
            node = todo.pop()
            if node.children:
                todo.extend(reversed(node.children))
            else:
                yield node

    @property
    def aside(self) -> bool:
        return bool(_ASIDE.search(self.text))

    @property
    def clean(self) -> bool:
        return not (self.loose or self.aside or _WARNING.search(self.text) or _DOUBTED.search(self.text))

    @property
    def line(self) -> "_Node":
        """The line that a piece is of."""
        return self.parent if self.parent is not None and self.parent.mark == "line" else self

    @property
    def told(self) -> bool:
        """Tell whether the rest of its line says nothing else."""
        return all(p.links or p.clean for p in self.line.pieces())


@dataclass(frozen=True, slots=True)
class _Name:
    """Where somebody is named, and who of the registry it may be: nobody of it, if `fits` is empty."""

    span: Span
    fits: tuple[tuple[Person, Agreement], ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    span: Span
    people: tuple[Person, ...]


_Owner = tuple[Person | None, How]
_NOBODY: _Owner = (None, How.LINKED)


def said(
    passage: Passage,
    people: Sequence[Person],
    bodies: Collection[Address] = (),
    *,
    home: Person | None = None,
    own: Person | None = None,
) -> list[Mention]:
    """Say whose each address in `passage` is, in the text's order, each address once.

    `bodies`: addresses on record that are no person's. `home`: the head of the body that speaks, whom «Глава района»
    means there. `own`: the person whose confirmed page speaks of itself; what it calls its own is given.
    """
    reading = _Reading(passage, people, home, own)
    speaker = Address.read(passage.url)
    found: dict[Address, Mention] = {}
    for address, (person, how) in reading.owners():
        if address not in bodies and address != speaker:
            by_office = person is not None and own is None and not reading.names_person(person)
            new = Mention(address, person, how, passage.url, passage.at, passage.evidence, by_office)
            found[address] = _joined(found[address], new) if address in found else new
    return list(found.values())


_ORDER = (How.WARNED, How.GIVEN, How.MENTIONED, How.OTHER, How.LINKED)


def _joined(one: Mention, other: Mention) -> Mention:
    """Put together what one text says of an address twice: given to two, it is given to neither."""
    first, second = sorted((one, other), key=lambda mention: _ORDER.index(mention.how))
    to_two = second.how is How.GIVEN and first.person != second.person
    if first.how is How.GIVEN and (second.how is How.OTHER or to_two):
        return replace(first, how=How.MENTIONED)
    return first


class _Reading:
    """One text taken apart."""

    def __init__(self, passage: Passage, people: Sequence[Person], home: Person | None, own: Person | None) -> None:
        text = unicodedata.normalize("NFC", passage.text)
        moved = [len(unicodedata.normalize("NFC", passage.text[:at])) for at in passage.offsets]
        moved += [len(text)] * (len(passage.links) - len(moved))
        self.links = sorted(zip(moved, passage.links, strict=True), key=lambda pair: pair[0])
        self.home, self.own, self.laid = home, own, OPEN in text
        quiet = _OF_ADMINISTRATION.sub(lambda m: m[1] + " " * len(m[2]), text)
        self.quiet = re.sub(r"[\x1c-\x1f]", "\n", _URL.sub(_filled, quiet))
        near = _mentioned(self.quiet, people)
        every = words(self.quiet)
        self.places = _places(self.quiet, every, people)
        self.names = _names(self.quiet, every, near, [place.span for place in self.places])
        self.root = _tree(text, self.quiet, [name.span for name in self.names], [at for at, _ in self.links])
        self._silent: dict[_Node, int | None] = {}
        self.bare = _blanked(self.quiet, [name.span for name in self.names if name.fits], _NAME)
        self.bare = _blanked(self.bare, [place.span for place in self.places], _FILL)
        self._fill(every)

    def _fill(self, every: Sequence[Word]) -> None:
        """Put names, places, addresses and loose words into the pieces in which they stand."""
        pieces = list(self.root.pieces())
        rows: list[tuple[int, str, object]] = [
            *((name.span[0], "names", name) for name in self.names),
            *((place.span[0], "places", place) for place in self.places),
            *((link[0], "links", link) for link in self.links),
            *((word.start, "loose", word) for word in self._loose(every)),
        ]
        rows.sort(key=lambda row: row[0])
        at = 0
        for start, what, thing in rows:
            while at + 1 < len(pieces) and pieces[at + 1].start <= start:
                at += 1
            getattr(pieces[at], what).append(thing)
        for piece in pieces:
            piece.text = self._of(piece)
            piece.office = any(office_words(words(piece.text)))

    def _loose(self, every: Sequence[Word]) -> Iterator[Word]:
        spans = sorted([name.span for name in self.names] + [place.span for place in self.places])
        at = 0
        for word in every:
            while at < len(spans) and spans[at][1] <= word.start:
                at += 1
            inside = at < len(spans) and spans[at][0] <= word.start
            if not inside and len(word.text) > 1 and not _PLAIN.fullmatch(word.plain):
                yield word

    # Who is meant

    def _naming(self, piece: _Node) -> bool:
        """Tell whether somebody is named in a piece; an office alone names the head of the body that speaks."""
        if not piece.links and not piece.names and _CONTACT.match(piece.text):
            return False
        return bool(piece.names or piece.places or (piece.office and self.home is not None))

    def _who(self, some: Iterable[_Node]) -> Person | None:
        """Return the one person whom the pieces name together."""
        group = list(some)
        if any(piece.aside for piece in group):
            return None
        return self._named(
            [name for piece in group for name in piece.names],
            [place for piece in group for place in piece.places],
            office=any(piece.office for piece in group),
        )

    def _named(self, names: Sequence[_Name], places: Sequence[_Place], *, office: bool) -> Person | None:
        local = _local(places)
        if any(not name.fits for name in names):
            return None
        if not names:
            return self._head(local) if office else None
        fits = [[p for p, agreement in name.fits if agreement.agrees or office or local] for name in names]
        left = [p for p in fits[0] if all(p in other for other in fits[1:]) and (local is None or p in local)]
        return left[0] if len({p.key for p in left}) == 1 else None

    def _head(self, local: Sequence[Person] | None) -> Person | None:
        """Return the head of the one municipality that is named, or of the body that speaks."""
        if local is None:
            return self.home
        heads = [p for p in local if p.office.group is Group.MUNICIPAL_HEAD] or list(local)
        return heads[0] if len({p.key for p in heads}) == 1 else None

    def names_person(self, person: Person) -> bool:
        """Tell whether the person is named anywhere in the text."""
        return any(fit.key == person.key for name in self.names for fit, _ in name.fits)

    # Each address

    def owners(self) -> Iterator[tuple[Address, _Owner]]:
        """Walk the addresses and say whose each is."""
        for piece in self.root.pieces():
            for at, address in piece.links:
                yield address, self._owner(piece, at, address)

    def _owner(self, piece: _Node, at: int, address: Address) -> _Owner:
        warned = self._warning(piece)
        person, how = self._read(piece, at, address)
        if warned is None:
            return person, how
        if warned is How.WARNED and not self._genuine(piece, at):
            return person or self._near(piece), How.WARNED
        return (person, How.MENTIONED) if person is not None else _NOBODY

    def _read(self, piece: _Node, at: int, address: Address) -> _Owner:
        if self._naming(piece):
            return self._within(piece, at, address)
        if piece.aside or _OF_BODY.search(piece.text):
            return None, How.OTHER
        alone = not _between(piece, at)
        person, sure = self._carried(piece, address)
        if person is None and self.own is not None and alone and piece.told and not _DOUBTED.search(piece.text):
            return self.own, How.GIVEN
        if person is not None:
            sure = sure and alone and piece.told and not self._labelled_aside(piece)
            return person, How.GIVEN if sure else How.MENTIONED
        near = self._near(piece)
        plain = alone and piece.told and not _DOUBTED.search(piece.text)
        return (near, How.MENTIONED) if near is not None else _NOBODY if plain else (None, How.OTHER)

    def _within(self, piece: _Node, at: int, address: Address) -> _Owner:
        """Read a piece that names somebody itself: one item, or several one after the other."""
        item = next(i for i in self._items(piece) if any(link == (at, address) for link in i.links))
        person = self._who([item])
        if person is None and not (item.names or item.office or item.aside) and self._among_heads(piece):
            person = self._head(_local(item.places))
        if person is None:
            return (None, How.OTHER) if item.names or item.aside else _NOBODY
        again = any(a.network is address.network and a != address for _, a in item.links)
        sure = not (again or _between(item, at) or self._unbound(item, at) or _DOUBTED.search(item.text))
        return person, How.GIVEN if sure and piece.told else How.MENTIONED

    def _among_heads(self, piece: _Node) -> bool:
        """Tell whether a piece is in a list of heads: the nearest line above that names nobody says so."""
        node = piece.line
        while node.parent is not None and node.mark != WALL:
            above = node.parent.children[: node.parent.children.index(node)]
            nearest = next((other for other in reversed(above) if self._heads(other, first=False)), None)
            if nearest is not None:
                told = self._of(nearest)
                return bool(_OF_HEADS.search(told)) and all(p.clean for p in nearest.pieces())
            node = node.parent
        return False

    def _unbound(self, item: _Node, at: int) -> bool:
        """Tell whether an address is written out before the name, and no dash or bracket binds the two."""
        anchors = [n.span[0] for n in item.names] + [p.span[0] for p in item.places]
        written = self.quiet[at : at + 1] == _FILL
        if anchors and at > min(anchors):
            return not self.laid and self._addresses_first(alone=True)
        return written and bool(anchors) and not _BOUND.match(item.text, _after(item, at))

    def _items(self, piece: _Node) -> Iterator[_Node]:
        """Cut a piece into items: each begins where somebody is named after an address.

        Where addresses come first, each must be bound to the name behind it by a dash or a bracket.
        """
        anchors = sorted([n.span[0] for n in piece.names] + [p.span[0] for p in piece.places])
        links = [at for at, _ in piece.links]
        one = self._who([piece]) is not None
        if one or not anchors:
            yield piece
        elif anchors[0] <= links[0]:
            starts = [
                a for a, before in zip(anchors, [-1, *anchors], strict=False) if any(before < li < a for li in links)
            ]
            yield from self._cut(piece, [piece.start, *starts])
        elif all(_BOUND.match(piece.text, _after(piece, at)) for at in links):
            yield from self._cut(piece, links)
        else:
            yield replace(piece, names=[], places=[], office=False)

    def _cut(self, piece: _Node, starts: Sequence[int]) -> Iterator[_Node]:
        for start, end in zip(starts, [*starts[1:], piece.end + 1], strict=True):
            text = self.bare[start : min(end, piece.end)]
            yield _Node(
                start,
                min(end, piece.end),
                text=text,
                names=[n for n in piece.names if start <= n.span[0] < end],
                places=[p for p in piece.places if start <= p.span[0] < end],
                links=[link for link in piece.links if start <= link[0] < end],
                loose=[w for w in piece.loose if start <= w.start < end],
                office=any(office_words(words(text))),
            )

    def _carried(self, piece: _Node, address: Address) -> tuple[Person | None, bool]:
        """Find the owner of an address that is alone: in the card around it, or in the heading or line above."""
        node = piece
        while node.parent is not None and node.mark != WALL:
            parent = node.parent
            naming = [p for p in parent.pieces() if p is not piece and self._naming(p)]
            if naming and parent.mark == "line" and (naming[0].start > piece.start or self._addresses_first()):
                return None, False  # the line breaks where one item ends, not where it begins
            if naming:
                person = self._who(naming)
                if person is not None and self._card(parent, piece, address):
                    denied = _DENIED.search(self._of(parent)) is not None
                    return person, not denied and all(p.clean for p in naming)
                return self._above(parent, node, address)
            node = parent
        return None, False

    def _labelled_aside(self, piece: _Node) -> bool:
        """Tell whether the line right above an address, a label without a name, calls it a body's or an aide's."""
        node = piece
        while node.parent is not None and node.mark != WALL:
            siblings = node.parent.children
            above = siblings[: siblings.index(node)]
            if above:
                text = self._of(above[-1])
                label = _unnamed(above[-1]) and not _CONTACT.match(text)
                return label and bool(_ASIDE.search(text) or _OF_BODY.search(text))
            node = node.parent
        return False

    def _addresses_first(self, *, alone: bool = False) -> bool:
        """Tell whether a text begins with an address without a name; `alone`: and ends with a name without one."""
        telling = [p for p in self.root.pieces() if p.links or self._naming(p)]
        return not self._naming(telling[0]) and not (alone and telling[-1].links)

    def _card(self, block: _Node, piece: _Node, address: Address) -> bool:
        """Tell whether a block is one person's card: it has little besides, and no second page on the network."""
        rest = [p for p in block.pieces() if not self._naming(p) and p is not piece]
        loose = sum(len(p.loose) for p in rest if not _CONTACT.match(p.text) or p.links)
        pages = {a for p in block.pieces() for _, a in p.links if a.network is address.network}
        spare = _SPARE if self.laid and block.parent is not None else 0
        return loose <= spare and len(pages) == 1 and not any(p.aside and p.links for p in rest)

    def _above(self, block: _Node, node: _Node, address: Address) -> tuple[Person | None, bool]:
        """Read a block that goes on from person to person: who is named in the lines or the heading above."""
        group: list[_Node] = []
        prose = False
        above = block.children[: block.children.index(node)]
        while above:
            child = above.pop()
            pieces = list(child.pieces())
            linked = [a.network for p in pieces for _, a in p.links]
            if any(map(self._naming, pieces)):
                group.insert(0, child)
                person = None if linked else self._who(_pieces(group))
                if person is not None or linked or _strange(pieces):
                    group += self._heading(above, group, person)
                    heading = any(c.mark == HEADING for c in group)
                    sure = (heading or not prose) and self._names_first(block, heading=heading)
                    return person, sure and all(p.clean for p in _pieces(group))
            elif group or address.network in linked:
                break
            else:
                prose |= any(p.loose and not _CONTACT.match(p.text) for p in pieces)
        return None, False

    def _heading(self, above: Sequence[_Node], group: Sequence[_Node], person: Person | None) -> Sequence[_Node]:
        """Return the heading over a name, where it does not speak of somebody else."""
        if not above or above[-1].mark != HEADING or not any(map(self._naming, above[-1].pieces())):
            return ()
        return above[-1:] if self._who(_pieces([above[-1], *group])) == person else ()

    def _names_first(self, block: _Node, *, heading: bool) -> bool:
        """Tell whether names come before their addresses in a block: it begins with one and ends with the other."""
        events = []
        for child in block.children:
            pieces = list(child.pieces())
            named = any(map(self._naming, pieces))
            linked = any(p.links and (p.clean or named) for p in pieces)
            if named != linked:
                events.append(named)
        return bool(events) and events[0] and (heading or not events[-1])

    def _near(self, piece: _Node) -> Person | None:
        """Return who is named in the piece, in its line, or in the line before."""
        line = piece.line
        places = [piece, line]
        if line.parent is not None:
            number = line.parent.children.index(line)
            places += line.parent.children[max(0, number - 1) : number]
        for node in places:
            naming = [p for p in node.pieces() if self._naming(p)]
            if naming:
                return self._who(naming)
        return None

    # Warnings

    def _warning(self, piece: _Node) -> How | None:
        """Return WARNED where a warning may be meant for an address here, MENTIONED where one is not far."""
        line = piece.line
        if _warns(self._of(line)) or _DENIED.search(_HARMLESS.sub("", piece.text)) or self._headed(line):
            return How.WARNED
        block = line.parent if self.laid else self.root
        near = block is not None and _warns(self._of(block))
        return How.MENTIONED if near or self._doubted_below(line) else None

    def _doubted_below(self, line: _Node) -> bool:
        """Tell whether the next cell or line, with nobody in it, warns or says that a page is not somebody's."""
        node = line
        for _ in range(_LEVELS):
            if node.parent is None or node.mark == WALL:
                return False
            below = node.parent.children[node.parent.children.index(node) + 1 :][:1]
            for told in (self._of(other) for other in below if _unnamed(other)):
                if _warns(told) or (_DENIED.search(told) and _OF_A_PAGE.search(told)):
                    return True
            node = node.parent
        return False

    def _of(self, node: _Node) -> str:
        """Return a text with nobody's name in it, for names are like words: «Фантазюхин», «Судаков»."""
        return self.bare[node.start : node.end]

    def _headed(self, line: _Node) -> bool:
        """Tell whether a line or a heading above warns, or a line below speaks of a page and warns."""
        node, level = line, 0
        while node.parent is not None and node.mark != WALL:
            siblings = node.parent.children
            number = siblings.index(node)
            above = (other for other in reversed(siblings[:number]) if self._heads(other, first=not level))
            after = self._of(siblings[number + 1]) if number + 1 < len(siblings) else ""
            nearest = next(above, None)
            if nearest is not None and _warns(self._of(nearest)):
                return True
            if level < _LEVELS and _warns(after) and _OF_A_PAGE.search(after):
                return True
            node, level = node.parent, level + 1
        return False

    def _heads(self, node: _Node, *, first: bool) -> bool:
        """Tell whether what stands above may speak of what follows: no address and nobody is in it."""
        if node not in self._silent:  # a long page asks again and again
            pieces = list(node.pieces())
            columns = bool(node.children) and all(child.mark == HEADING for child in node.children)
            named = any(p.links or p.names or p.places or (not columns and self._naming(p)) for p in pieces)
            self._silent[node] = None if named else sum(len(p.loose) for p in pieces)
        loose = self._silent[node]
        return loose is not None and (first or node.mark == HEADING or loose <= _SHORT)

    def _genuine(self, piece: _Node, at: int) -> bool:
        """Tell whether the clause around an address calls it official and has no warning."""
        cuts = [m.end() for m in _CLAUSE.finditer(piece.text)]
        begin = max((c for c in cuts if piece.start + c <= at), default=0)
        end = min((c for c in cuts if piece.start + c > at), default=len(piece.text))
        clause = piece.text[begin:end]
        told = (clause, clause.partition(": ")[2])
        return any(_GENUINE.search(one) and not _warns(one) and not _DENIED.search(one) for one in told)


def _warns(text: str) -> bool:
    return bool(_WARNING.search(_HARMLESS.sub("", text)))


def _unnamed(node: _Node) -> bool:
    """Tell whether neither a name nor a place nor an address is in a block; an office may be."""
    return not any(p.names or p.places or p.links for p in node.pieces())


def _pieces(nodes: Iterable[_Node]) -> list[_Node]:
    return [piece for node in nodes for piece in node.pieces()]


def _strange(pieces: Sequence[_Node]) -> bool:
    """Tell whether somebody is named who is not in the registry, or spoken of as another's servant."""
    return any(piece.aside or any(not name.fits for name in piece.names) for piece in pieces)


def _between(piece: _Node, at: int) -> bool:
    """Tell whether words of another matter lead up to an address, or follow the last one."""
    links = [link for link, _ in piece.links]
    first = max((link for link in links if link < at), default=piece.start)
    return any(first <= word.start < at or word.start >= max(links) for word in piece.loose)


def _blanked(text: str, spans: Iterable[Span], fill: str) -> str:
    letters = list(text)
    for first, last in spans:
        letters[first:last] = fill * (last - first)
    return "".join(letters)


def _filled(match: re.Match[str]) -> str:
    """Blank an address with what is neither word nor blank; the mark that ends its sentence stays."""
    address = match[0].rstrip(".:!?…")
    return _FILL * len(address) + match[0][len(address) :]


def _after(piece: _Node, at: int) -> int:
    """Return where an address that is written at `at` ends, within its piece."""
    place = at - piece.start
    while place < len(piece.text) and piece.text[place] == _FILL:
        place += 1
    return place


def _local(places: Sequence[_Place]) -> list[Person] | None:
    """Return those who hold offices in the one municipality that is named, nobody where there are several; None: none.

    The region around a municipality is no second one.
    """
    by_name = {p.people[0].municipality: list(p.people) for p in places}
    regions = {p.region.name for people in by_name.values() for p in people if p.region is not None}
    towns = {name: people for name, people in by_name.items() if name not in regions} or by_name
    if not towns:
        return None
    return next(iter(towns.values())) if len(towns) == 1 else []


# A text taken apart --------------------------------------------------------------------------------------------------


def _tree(text: str, quiet: str, names: Sequence[Span], links: Sequence[int]) -> _Node:
    """Build the blocks of a text, down to the pieces of its lines."""
    root = here = _Node(0, len(text))
    marks = r"[\x1c-\x1f\n]|\Z" if OPEN in text else r"\n\s*\n|\n|\Z"
    start = 0
    if OPEN not in text:
        here = root.add(0)
    for match in re.finditer(marks, text):
        if quiet[start : match.start()].strip() or any(start <= at <= match.start() for at in links):
            _line(here, quiet, start, match.start(), names)
        start = match.end()
        if match[0] in {OPEN, HEADING, WALL}:
            here = here.add(start, len(text), match[0])
        elif match[0] == CLOSE and here.parent is not None:
            here.end = match.start()
            here = here.parent
        elif match[0].count("\n") > 1:
            here.end = match.start()
            here = root.add(start, len(text))
    here.end = here.end or len(text)
    _prune(root)
    return root


def _prune(root: _Node) -> None:
    """Take out blocks in which nothing is."""
    todo = [root]
    order = []
    while todo:
        node = todo.pop()
        order.append(node)
        todo.extend(node.children)
    for node in reversed(order):
        node.children = [c for c in node.children if c.children or c.mark in {"line", "piece"}]


def _line(block: _Node, quiet: str, start: int, end: int, names: Sequence[Span]) -> None:
    """Add a line, cut into pieces; no cut goes through a name."""
    cuts = [(start, start)]
    every = ((m.start() + (m[0][0] in "?!"), m.end()) for m in _PIECE.finditer(quiet, start, end))
    cuts += [cut for cut in every if not any(first < cut[0] < last for first, last in names)]
    if len(cuts) == 1:
        block.add(start, end, "piece")
        return
    line = block.add(start, end, "line")
    for (first, _), after in zip(cuts, [*(a for a, _ in cuts[1:]), end], strict=True):
        line.add(first, after, "piece")


def _mentioned(text: str, people: Sequence[Person]) -> list[Person]:
    """Leave out those whose family name cannot be in the text, which saves the reading of long pages."""
    plain = text.casefold().replace("ё", "е")
    latin = bool(re.search(r"[a-z]{3}", plain.replace(_FILL, "")))
    begins = [(p, p.name.family.casefold().replace("ё", "е")[:_CUT]) for p in people]
    return [p for p, begin in begins if latin or begin[: max(2, len(p.name.family) - 2)] in plain]


def _names(text: str, every: Sequence[Word], people: Sequence[Person], places: Sequence[Span]) -> list[_Name]:
    """Find where people are named: ours, by the family name in any case, and others, by the shape of a name."""
    found = [
        ((o.start, o.end), person, o.agreement)
        for person in people
        for o in occurrences(person.name, text, every, prose=True)
    ]
    names: list[_Name] = []
    for span in sorted({span for span, _, _ in found}):
        if any(_overlap(span, name.span) for name in names):
            continue
        here = [(s, p, a) for s, p, a in found if _overlap(span, s)]
        widest = (min(s[0] for s, _, _ in here), max(s[1] for s, _, _ in here))
        fits = [(p, a) for _, p, a in here if not a.contradicted]
        best = max((a.score for _, a in fits), default=0.0)
        # «Томский район», where a head is called Томский, names nobody.
        if best >= 0.5 or not any(first <= widest[0] and widest[1] <= last for first, last in places):
            names.append(_Name(widest, tuple((p, a) for p, a in fits if a.score == best)))
    others = [span for span in strangers(text, every) if not any(_overlap(span, name.span) for name in names)]
    others = [span for span in others if not any(_overlap(span, place) for place in places)]
    return sorted([*names, *map(_Name, others)], key=lambda name: name.span)


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _places(text: str, every: Sequence[Word], people: Sequence[Person]) -> list[_Place]:
    by_name: dict[str, list[Person]] = {}
    for person in people:
        by_name.setdefault(person.municipality, []).append(person)
    region = next((p.region.name for p in people if p.region is not None), "")
    found = spans_of(by_name, text, every, region)
    return sorted(
        (_Place(span, tuple(by_name[name])) for name, spans in found.items() for span in spans),
        key=lambda place: place.span,
    )
