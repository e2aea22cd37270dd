"""Whose page each address in an official text is: a post that lists twenty heads gives twenty leads.

A text is cut into chunks, at line ends, semicolons, bullets and sentence ends. Within a chunk an address belongs to the
one who is named there; where several are, to the one before it, or after it where the chunk begins with an address. An
address without a name near it is given to no person: an owner is never guessed.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from auditor.base.address import Address
from auditor.base.snapshot import Network
from auditor.registry.models import Group
from auditor.search.pages import Passage
from auditor.search.weighing.agreement import Agreement, Part
from auditor.search.weighing.chunks import SITE, chunks_of, find_addresses
from auditor.search.weighing.lead import NETWORK_WORD, Chunk, Mention, Name, Person, PlaceName
from auditor.search.weighing.places import Span, office_words
from auditor.search.weighing.stance import Stance, stances
from auditor.search.weighing.words import words

_BODY = re.compile(
    r"администраци|(?<!\w)дум[аыеу]|совет(?:а|е)?(?!\w)|пресс-служб|мэри[яию]|редакци|газет|департамент|комитет|"
    r"(?<!\w)наш(?:а|е|и|ем|ей|их)?(?!\w)|учреждени|школ|больниц",
    re.IGNORECASE,
)
_SOCIAL = re.compile(
    r"telegram|телеграм|контакт|(?<!\w)(?:vk|вк|тг|tg)(?!\w)|канал|страниц|аккаунт|блог|соц|(?<!\w)сет[ияь]|паблик|подпис|"
    r"читайте|пишет|ведёт|ведет|на связи",
    re.IGNORECASE,
)
"""What a sentence says that gives somebody's address, and does not merely report something with a link below it."""
_TITLE_WORD = re.compile(
    r"исполняющ|обязанност|временно|района|округа|города|област|края|муниципальн|городск|образовани"
)
_POST = re.compile(r"(?:https?://)?(?:(?:www|m)\.)?(?:t|telegram)\.(?:me|dog)/(?:s/)?\w+/\d+", re.IGNORECASE)
_ITEM = 6
"""Words that the name in a list may have around it; a sentence that leads up to a list has more."""
_FAR = 220
"""Characters between a name and an address within one chunk that still belong together: two lines of a post."""


_STRENGTH = {
    "name+place": 1.0,
    "name": 0.9,
    "office+place": 0.6,
    "place": 0.35,
    "nearby": 0.5,
    "record": 1.0,
    "warned": 1.0,
}


_Owner = tuple[Person | None, str]


def mentions(passage: Passage, people: Sequence[Person], bodies: Collection[Address] = ()) -> list[Mention]:
    """Say whose each account address in `passage` is, in the text's order; each address once, by its best mention.

    `bodies` are institutions' accounts on record, in addition to those that `people` have: no person owns them. An
    address given to two persons in one text is given to neither.
    """
    text = unicodedata.normalize("NFC", passage.text)
    chunks = chunks_of(text, _links(passage, text), people)
    own = {*bodies, *_of_bodies(people), *_self(passage)}
    record = {account.url: person for person in people for account in person.holder.judged_accounts}
    spoken = stances(chunks)
    found: dict[Address, Mention] = {}
    for at, address, owner in _owned(chunks):
        person, why = _lesser(owner) if _POST.match(text, at) else owner
        if spoken.get(at) is Stance.DOUBT:
            person, why = None, ""
        if address in own:
            person, why = None, "own"
        elif address in record:
            person, why = record[address], "record"
        elif spoken.get(at) is Stance.WARNED:
            person, why = person or _copied(passage, chunks, people), "warned"
        new = Mention(address, person, _STRENGTH.get(why, 0.0), why, passage)
        found[address] = _better(found[address], new) if address in found else new
    return list(found.values())


@lru_cache(maxsize=4_096)
def warned_in(passage: Passage) -> frozenset[Address]:
    """Return the addresses against which a text warns."""
    return frozenset(mention.address for mention in mentions(passage, ()) if mention.why == "warned")


def _copied(passage: Passage, chunks: Sequence[Chunk], people: Sequence[Person]) -> Person | None:
    """Return the person a warning is about: named in the text, or else the head whose body writes it."""
    heads = [p for p in people if p.office.group is Group.MUNICIPAL_HEAD]
    named = [p for c in chunks for n in c.names for p in (*(p for p, _ in n.people), *n.aside)]
    named += [p for c in chunks for place in c.places for p in place.people if p in heads]
    own = set(_self(passage))
    named = named or [p for p in heads if own & {*_of_bodies([p]), *(a.url for a in p.holder.judged_accounts)}]
    return named[0] if len({_key(person) for person in named}) == 1 else None


def _lesser(owner: _Owner) -> _Owner:
    """Return what is left of an owner where the address may be that of a report about the person."""
    person, why = owner
    return (person, "nearby") if why in {"name+place", "name", "nearby"} else (None, "")


def _better(old: Mention, new: Mention) -> Mention:
    if "warned" in {old.why, new.why}:
        return max(old, new, key=lambda mention: (mention.why == "warned", mention.person is not None))
    if old.person is None or new.person is None:
        return new if old.person is None and new.person is not None else old
    if _key(old.person) != _key(new.person) and old.strength == new.strength:
        return replace(old, person=None, strength=0.0, why="")
    return max(old, new, key=lambda mention: mention.strength)


def _key(person: Person) -> tuple[str, str]:
    return person.office.id, person.holder.tenure.name


def _of_bodies(people: Sequence[Person]) -> Iterator[Address]:
    for person in people:
        yield from (account.url for account in (*person.office.accounts, *person.holder.institution_accounts))


def _self(passage: Passage) -> Iterator[Address]:
    try:
        yield Address.parse(passage.url)
    except ValueError:
        return


def _links(passage: Passage, text: str) -> list[tuple[int, Address]]:
    """Join the page's links with those written in its text; offsets in the composed text."""
    linked = [
        (len(unicodedata.normalize("NFC", passage.text[:at])), address)
        for at, address in zip(passage.offsets, passage.links, strict=False)
    ]
    linked += [(len(text), address) for address in passage.links[len(passage.offsets) :]]
    host = passage.url.split("//", 1)[-1]
    written = find_addresses(text, telegram=host.startswith(("t.me/", "telegram.me/")))
    known = {(at, address) for at, address in linked}
    near = [(at, a) for at, a in written if not any(a == b and abs(at - place) <= 1 for place, b in known)]
    return sorted({*known, *near}, key=lambda pair: (pair[0], pair[1].name))


def _owned(chunks: Sequence[Chunk]) -> Iterator[tuple[int, Address, _Owner]]:
    """Walk the chunks and give each address its owner."""
    names_first = any(chunk.links for chunk in chunks) and _names_first(chunks)
    for number, chunk in enumerate(chunks):
        if not chunk.links:
            continue
        if chunk.anchored:
            yield from _within(chunk, _heading(chunks, number), names_first=names_first)
        else:
            owner = _beside(chunks, number)
            yield from ((at, address, owner) for at, address in chunk.links)


def _names_first(chunks: Sequence[Chunk]) -> bool:
    """Tell whether a list begins with a name alone and ends with an address alone: then names come first in it."""
    telling = [chunk for chunk in chunks if chunk.names or chunk.links]
    first, last = telling[0], telling[-1]
    return not first.links and len(words(first.text)) <= _ITEM and not last.names and not last.places


def _heading(chunks: Sequence[Chunk], number: int) -> tuple[PlaceName, ...]:
    """Return the municipality named alone in a line above, under which `chunks[number]` comes.

    It tells two people of one surname apart, and is not needed otherwise.
    """
    if chunks[number].places:
        return ()
    for chunk in reversed(chunks[:number]):
        if chunk.places:
            alone = not (chunk.links or chunk.names) and len(words(chunk.text)) <= _ITEM
            return chunk.places if alone and len(_municipalities(chunk)) == 1 else ()
    return ()


def _municipalities(chunk: Chunk) -> set[str]:
    return {place.people[0].municipality for place in chunk.places}


def _within(chunk: Chunk, heading: Sequence[PlaceName], *, names_first: bool) -> Iterator[tuple[int, Address, _Owner]]:
    """Give owners to the addresses of a chunk in which somebody is named."""
    anchors: list[Name | PlaceName] = sorted((*chunk.names, *chunk.places), key=lambda anchor: anchor.span)
    trailing = anchors[0].span[0] <= chunk.links[0][0]
    if names_first and not trailing and chunk.names:
        # The line breaks where one item ends, not where it begins: rather no owner than the next one.
        yield from ((at, address, (None, "")) for at, address in chunk.links)
        return
    if len(chunk.names) <= 1 and len(_municipalities(chunk)) <= 1:
        owner = _under(heading, chunk.text, chunk.names[0] if chunk.names else None, chunk.places)
        spans = [anchor.span for anchor in chunk.names or chunk.places]
        for at, address in chunk.links:
            yield at, address, _told(chunk, min(spans, key=lambda span: _distance(span, at)), at, owner)
        return
    for at, address in chunk.links:
        yield at, address, _among(chunk, anchors, at, trailing=trailing)


def _told(chunk: Chunk, span: Span, at: int, owner: _Owner) -> _Owner:
    """Weaken an owner where the words between name and address report something and speak of no page."""
    if _distance(span, at) > _FAR:
        return None, ""
    first, last = (span[1], at) if span[1] <= at else (at, span[0])
    between = SITE.sub(" ", chunk.text[max(0, first - chunk.start) : max(0, last - chunk.start)])
    said = words(between)
    offices = {word.start for word in office_words(said)}
    plain = [w for w in said if not w.capital and w.start not in offices and not _TITLE_WORD.match(w.plain)]
    loose = len([word for word in plain if len(word.text) > 1]) >= 2 and not _SOCIAL.search(chunk.text)
    earlier = [link for link, _ in chunk.links if first <= link < at]
    if earlier and not loose:  # «Имярек: t.me/…, новости района: t.me/…»: the second has words of its own
        since = SITE.sub(" ", chunk.text[max(0, max(earlier) - chunk.start) : max(0, at - chunk.start)])
        loose = any(len(word.text) > 1 for word in words(NETWORK_WORD.sub(" ", since)))
    return _lesser(owner) if loose else owner


def _distance(span: Span, at: int) -> int:
    return max(span[0] - at, at - span[1], 0)


def _among(chunk: Chunk, anchors: Sequence[Name | PlaceName], at: int, *, trailing: bool) -> _Owner:
    """Choose among several who are named: those between the address and the one before it, or after it."""
    links = [link for link, _ in chunk.links]
    if trailing:
        before = [link for link in links if any(link < a.span[0] <= at for a in anchors)]
        low, high = max(before, default=-1) + 1, at + 1
    else:
        after = [link for link in links if any(at <= a.span[0] < link for a in anchors)]
        low, high = at, min(after, default=chunk.start + len(chunk.text) + 1)
    run = [a for a in anchors if low <= a.span[0] < high]
    names = [a for a in run if isinstance(a, Name)]
    places = [a for a in run if isinstance(a, PlaceName)]
    said = chunk.text[max(0, low - chunk.start) : max(0, high - chunk.start)]
    if not names:
        one = len({p.people[0].municipality for p in places}) == 1
        return _told(chunk, places[-1 if trailing else 0].span, at, _who(said, None, places)) if one else (None, "")
    mine = names[-1 if trailing else 0]
    # Where one item names two, the places cannot be told apart: those next to the name count.
    rivals = [a.span for a in names if a is not mine]
    if rivals:
        places = [p for p in places if all(_apart(p.span, mine.span) < _apart(p.span, r) for r in rivals)]
    return _told(chunk, mine.span, at, _who(said, mine, places))


def _under(heading: Sequence[PlaceName], said: str, name: Name | None, places: Sequence[PlaceName]) -> _Owner:
    """Tell who is meant; where two fit, by the municipality in the heading above."""
    owner = _who(said, name, places)
    if owner[0] is None and name is not None and name.people and heading:
        there = _who(said, name, heading)
        return there if there[1] == "name+place" else owner
    return owner


def _apart(one: Span, other: Span) -> int:
    return max(one[0] - other[1], other[0] - one[1], 0)


def _who(said: str, name: Name | None, places: Sequence[PlaceName]) -> _Owner:
    """Tell who is meant by a name and the municipalities near it in `said`. If two fit equally, neither is."""
    local = [person for place in places for person in place.people]
    if name is None:
        return _office_holder(said, local)
    if not name.people:
        return None, ""
    keys = {_key(person) for person in local}
    here = [(person, a) for person, a in name.people if _key(person) in keys]
    if here:
        return _single(here, "name+place")
    if local:
        # The place is another's: only a name in full may be the person's still, who is on a visit there.
        full = [(person, a) for person, a in name.people if a.given is Part.EQUAL and a.score >= 0.95]
        return _single(full, "nearby")
    return _single(name.people, "name")


def _single(fits: Sequence[tuple[Person, Agreement]], why: str) -> _Owner:
    """Return the one who agrees best. A family name alone is no more than a hint."""
    if not fits:
        return None, ""
    best = max(a.score for _, a in fits)
    first = [(person, a) for person, a in fits if a.score == best]
    if len({_key(person) for person, _ in first}) > 1:
        return None, ""
    person, agreement = first[0]
    if not agreement.agrees and why != "name+place":
        return person, "nearby"
    return person, why


def _office_holder(said: str, local: Sequence[Person]) -> _Owner:
    """Return the head of the one municipality that is spoken of, unless a body's own page may be meant."""
    if _BODY.search(said):
        return None, ""
    heads = {_key(p): p for p in local if p.office.group is Group.MUNICIPAL_HEAD} or {_key(p): p for p in local}
    if len(heads) != 1:
        return None, ""
    return next(iter(heads.values())), "office+place" if any(office_words(words(said))) else "place"


def _beside(chunks: Sequence[Chunk], number: int) -> _Owner:
    """Find the owner of addresses that are alone in their chunk: named in the line before or after.

    The list itself shows which: one that begins with an address has each name after it.
    """
    chunk = chunks[number]
    if _BODY.search(chunk.text):
        return None, ""
    telling = [c for c in chunks if c.anchored or c.links]
    leads = bool(telling[0].links) and not telling[0].anchored and len([c for c in telling if c.anchored]) > 0
    step = 1 if leads else -1
    networks = {address.network for _, address in chunk.links}
    at = number + step
    while 0 <= at < len(chunks):
        other = chunks[at]
        if other.anchored:
            return _carried(chunk, other, networks, _heading(chunks, at))
        if other.links and (leads or networks & {a.network for _, a in other.links} or other.block != chunk.block):
            return None, ""
        if not other.links and words(other.text) and not NETWORK_WORD.fullmatch(other.text.strip(" \t:—–-")):
            return None, ""
        networks |= {address.network for _, address in other.links}
        at += step
    return None, ""


def _carried(chunk: Chunk, named: Chunk, networks: set[Network], heading: Sequence[PlaceName]) -> _Owner:
    """Carry the owner over from the chunk in which the one person is named."""
    taken = {address.network for _, address in named.links}
    if len(named.names) > 1 or networks & taken or (named.links and named.block != chunk.block):
        return None, ""
    if chunk.words > 1 and not (chunk.block == named.block and len(named.names) == 1):
        return None, ""
    person, why = _under(heading, named.text, named.names[0] if named.names else None, named.places)
    if why == "place" and chunk.words == 0 and _only_place(named):
        return person, why
    if person is None or why in {"place", "nearby"}:
        return None, ""
    # «Телеграм: …» under the line with the name is as good as in it; «Подробнее: …» is not.
    alone = chunk.words == 0 and (not named.links or NETWORK_WORD.search(chunk.head) is not None)
    return person, why if alone and named.names else "nearby"


def _only_place(chunk: Chunk) -> bool:
    """Tell whether a line is the name of a municipality and nothing else: the first of an item's two lines."""
    first, last = chunk.places[0].span[0] - chunk.start, chunk.places[-1].span[1] - chunk.start
    around = NETWORK_WORD.sub(" ", chunk.text[:first] + " " + chunk.text[last:])
    return not chunk.links and len(_municipalities(chunk)) == 1 and len(words(around)) <= 1
