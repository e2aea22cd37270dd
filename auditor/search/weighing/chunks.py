"""An official text cut into pieces about one thing each, with the names, places and addresses in them."""

import re
from collections.abc import Iterator, Sequence

from auditor.base.address import Address
from auditor.search.weighing.agreement import Agreement, occurrences, strangers
from auditor.search.weighing.lead import Chunk, Name, Person, PlaceName
from auditor.search.weighing.names import canonical
from auditor.search.weighing.places import Municipality, Span
from auditor.search.weighing.relation import Standing, asks_oblique, standing
from auditor.search.weighing.words import Word, words

SITE = re.compile(
    # «Имярек-https://t.me/…»: after a Russian word no blank is needed, and within an address none begins.
    r"(?:(?<![\w.@/-])|(?=https?://)(?<![a-z0-9_/=?&%#])|(?<=[а-яё.)»]-))(?:https?://)?(?:(?:www|m)\.)?(?:vk\.com|vk\.ru|t\.me|telegram\.me|telegram\.dog)"
    r"/[a-z0-9_.~%+@/?=&#:-]+",
    re.IGNORECASE,
)
_SUBDOMAIN = re.compile(r"(?<![\w.@/-])(?:https?://)?([a-z][a-z0-9_]{2,31})\.t\.me\b/?", re.IGNORECASE)
_AT = re.compile(r"(?<![\w.@/-])@([a-z][a-z0-9_]{3,31})(?![\w@-]|\.[a-z])", re.IGNORECASE)
_WIKI = re.compile(r"\[((?:id|club|public|event)\d{1,12})\|(?=[^\]\n]{1,200}\])", re.IGNORECASE)
_TELEGRAM_WORD = re.compile(r"telegram|телеграм|(?<!\w)(?:тг|tg)(?!\w)|t\.me/", re.IGNORECASE)
_OTHER_NETWORK = re.compile(
    r"instagram|инстаграм|одноклассник|(?<!\w)(?:ok|ок)\.ru|twitter|твиттер|youtube|(?<!\w)(?:vk|вк)(?!\w)|контакт|почт|mail",
    re.IGNORECASE,
)
_VK_NUMBER = re.compile(r"(?:id|club|public|event)\d+$", re.IGNORECASE)
_END = ".,:;!?…"
_FILL = "\0"
_ITEM_LONG = 200
"""Characters from one address of a list to the next, at most."""
_HEADING_LONG = 300

_BREAK = re.compile(
    r"\n+|;|[\u2022\u25aa-\u25ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]\ufe0f?"
    r"|[!?…]\s+(?=[A-ZА-ЯЁ«\"@\0])|(?<![\s.(][A-ZА-ЯЁ])(?<!\bг)(?<!\bул)\.\s+(?=[A-ZА-ЯЁ«\"@\0])"
)


def find_addresses(text: str, *, telegram: bool = False) -> list[tuple[int, Address]]:
    """Return the account addresses in free text with where they begin (or their linked words), in the text's order.

    A post's address counts as its author's; invites, share links, wall posts and bots are no accounts and are left out.
    ``@name`` counts where Telegram is spoken of: in a text of Telegram's own (`telegram`), shortly after its name, in
    the line below it, or in the lines of a list that begins so.
    """
    found: list[tuple[int, Address]] = []
    for match in SITE.finditer(text):
        found += _parsed(match.start(), match[0].rstrip(_END))
    for match in _SUBDOMAIN.finditer(text):
        if match[1].lower() not in {"www", "m"} and not match[0].endswith("me/"):
            found += _parsed(match.start(), f"t.me/{match[1]}")
    for match in _WIKI.finditer(text):
        found += _parsed(match.end(), f"vk.com/{match[1]}")
    counted = 0
    for match in _AT.finditer(text):
        if telegram or (not _VK_NUMBER.match(match[1]) and _of_telegram(text, match.start(), counted)):
            found += _parsed(match.start(), match[0])
            counted = match.end()
    return sorted(dict.fromkeys(found), key=lambda pair: pair[0])


def _of_telegram(text: str, at: int, counted: int) -> bool:
    """Tell whether ``@name`` at `at` is Telegram's; `counted` is where the last one ended that was, 0 for none."""
    if counted and at - counted <= _ITEM_LONG and not _OTHER_NETWORK.search(text, counted, at):
        return True
    line = text.rfind("\n", 0, at)
    above = text.rfind("\n", 0, len(text[: max(line, 0)].rstrip()))
    said = list(_TELEGRAM_WORD.finditer(text, max(0, min(above + 1, at - 60), at - _HEADING_LONG), at))
    return bool(said) and not _OTHER_NETWORK.search(text, said[-1].end(), at)


def _parsed(start: int, written: str) -> Iterator[tuple[int, Address]]:
    try:
        address = Address.parse(written)
    except ValueError:
        return
    if not address.invite and not address.bot:
        yield start, address


def chunks_of(text: str, links: list[tuple[int, Address]], people: Sequence[Person]) -> list[Chunk]:
    """Cut a text into chunks; `links` are its addresses with their places.

    No cut goes through an address or through somebody's name.
    """
    quiet = SITE.sub(_filled, text)
    said = words(quiet)
    places = _places(quiet, said, people)
    names, places = _standing(quiet, _names(quiet, said, people, [place.span for place in places]), places)
    cuts, blocks, block = [(0, 0)], [0], 0
    for match in _BREAK.finditer(quiet):
        if any(first < match.start() < last for first, last in (name.span for name in names)):
            continue
        block += match[0].count("\n") > 1
        cuts.append((match.start(), match.end()))
        blocks.append(block)
    ends = [start for start, _ in cuts[1:]] + [len(text) + 1]
    return [
        Chunk(
            text[start:end],
            number,
            tuple(name for name in names if first <= name.span[0] < end),
            tuple(place for place in places if first <= place.span[0] < end),
            tuple(link for link in links if first <= link[0] < end),
            start,
        )
        for (first, start), end, number in zip(cuts, ends, blocks, strict=True)
    ]


def _filled(match: re.Match[str]) -> str:
    """Blank an address with what is neither word nor blank; the mark that ends its sentence stays."""
    address = match[0].rstrip(_END)
    return _FILL * len(address) + match[0][len(address) :]


def _standing(text: str, names: Sequence[Name], places: Sequence[PlaceName]) -> tuple[list[Name], list[PlaceName]]:
    """Put somebody unknown where a name or an office only says whose deputy, son or critic is meant."""
    spans = [place.span for place in places]
    told: list[Name] = []
    for name in names:
        oblique = bool(name.people) and all(a.oblique or _bent(text, name.span) for _, a in name.people)
        aside = name.people and standing(text, name.span, name=True, oblique=oblique, places=spans) is Standing.ASIDE
        told.append(Name(name.span, (), tuple(p for p, _ in name.people)) if aside else name)
    kept = []
    for place in places:
        if standing(text, place.span, name=False, places=spans) is Standing.ASIDE:
            told.append(Name(place.span, (), place.people))
        else:
            kept.append(place)
    return sorted(told, key=lambda name: name.span), kept


def _bent(text: str, span: Span) -> bool:
    """Tell whether a given name is in an oblique case: the family name need not show it."""
    said = [word.text for word in words(text[span[0] : span[1]]) if len(word.text) > 2]
    return any(not canonical(word) and canonical(word, oblique=True) for word in said)


def _names(text: str, said: Sequence[Word], people: Sequence[Person], places: Sequence[Span]) -> list[Name]:
    """Find where people are named: ours, by their family name in any case, and others, by the shape of a name."""
    found: list[tuple[Span, Person, Agreement]] = [
        ((o.start, o.end), person, o.agreement)
        for person in people
        for o in occurrences(person.name, text, said, prose=True)
    ]
    names: list[Name] = []
    for span in sorted({span for span, _, _ in found}):
        if any(_overlap(span, name.span) for name in names):
            continue
        here = [(person, agreement) for other, person, agreement in found if _overlap(span, other)]
        fits = [(person, a) for person, a in here if not a.contradicted]
        widest = (
            min(s[0] for s, _, _ in found if _overlap(span, s)),
            max(s[1] for s, _, _ in found if _overlap(span, s)),
        )
        # «Имярек В. В.» beside a man of the same surname alone on record: the one who agrees in more is meant.
        best = max((a.score for _, a in fits), default=0.0)
        if _within(widest, places) and best < 0.5:  # «Томский район», where a head is called Томский
            continue
        fits = _by_case(text, widest, [(person, a) for person, a in fits if a.score >= best - 0.2], places)
        names.append(Name(widest, tuple(fits)))
    others = [span for span in strangers(text, said) if not any(_overlap(span, name.span) for name in names)]
    return sorted([*names, *(Name(span, ()) for span in others)], key=lambda name: name.span)


def _within(span: Span, places: Sequence[Span]) -> bool:
    return any(first <= span[0] and span[1] <= last and (first, last) != span for first, last in places)


def _by_case(
    text: str, span: Span, fits: list[tuple[Person, Agreement]], places: Sequence[Span]
) -> list[tuple[Person, Agreement]]:
    """Tell a woman «Иванова» from a man in the genitive, where the sentence asks for one case."""
    if len({a.oblique for _, a in fits}) < 2:
        return fits
    oblique = asks_oblique(text, span, places)
    return fits if oblique is None else [(person, a) for person, a in fits if a.oblique is oblique]


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _places(text: str, said: Sequence[Word], people: Sequence[Person]) -> list[PlaceName]:
    by_name: dict[str, list[Person]] = {}
    for person in people:
        by_name.setdefault(person.municipality, []).append(person)
    found = []
    for name, holders in by_name.items():
        region = holders[0].region.name if holders[0].region else ""
        spans = Municipality.parse(name).spans(text, said, region)
        found += [PlaceName(span, tuple(holders)) for span in spans]
    return sorted(found, key=lambda place: place.span)
