"""Find the office that an operator means by an id, a title, a municipality, a town or a holder's name."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from difflib import get_close_matches
from importlib import import_module
from itertools import chain, count

from auditor.base.address import Address
from auditor.base.errors import UsageError, parse_option
from auditor.base.networks import networks
from auditor.base.text import N_, Text, phrase
from auditor.registry.declension import declined, in_other_layout, is_dictionary_form, is_form
from auditor.registry.models import Office, Registry
from auditor.registry.typed_names import plain_name, plain_query


def find_offices(registry: Registry, query: str, *, exact: bool = False) -> list[Office]:
    """Return the offices that `query` may mean, the likeliest first: none, one, or several for the caller to list.

    Case, ё/е and signs make no difference, Latin letters stand for Russian ones, «район», «г.» or «МО» may stand beside
    a name, and a name is that of any tenure, in any order of its words. The first of these rules that finds an office
    counts: the id; the title as it is printed; the municipality or one of its towns; a whole family name, alone or with
    the rest of the name or its initials; the title or «глава», «мэр» with a place or a family name, or a place, in any
    grammatical case; the number of a district («округ № 4»); a name in any case; words of the title; whole words of one
    of them; beginnings of its words («стрежев»); names by the dictionary. With `exact` no rule after the districts
    counts. A single letter or a number is no beginning: by it only a whole name is found. A family name never matches a
    patronymic. What finds nothing is read in the other keyboard layout. Offices that the directive binds are likelier
    than others, and those that were abolished less likely.
    """
    offices = _find_as_typed(registry, query, exact=exact)
    if not offices and len(query.strip()) >= _SHORTEST and not is_too_short(query):
        swapped = in_other_layout(query)
        offices = _find_as_typed(registry, swapped, exact=exact)
        close = [] if offices or exact else nearest(registry, swapped, cutoff=_SURE)
        offices = close if len(close) == 1 else offices
    return sorted(offices, key=lambda office: (not registry.counted(office), office.abolished is not None))


_SHORTEST = 3
"""Letters from which a word is read in the other keyboard layout."""
_SURE = 0.8
"""The likeness from which a word in the other keyboard layout is taken for a name: a shell may have cut a letter."""


def _find_as_typed(registry: Registry, query: str, *, exact: bool) -> list[Office]:
    """Return the offices by the first rule that finds any, of several those of the same kind of place."""
    wanted = _ACTING.sub("", plain_query(query))
    typed = _WORD.findall(wanted)
    words = [word for word in typed if word not in _KINDS] or typed
    if not words:
        return []
    place_name, latin = " ".join(words), wanted.isascii()
    rules: tuple[Callable[[Office], bool], ...] = (
        lambda office: plain_query(office.id) == wanted or plain_name(query).startswith(f"{office.id}: "),
        lambda office: _WORD.findall(plain_query(office.title)) == typed,
        lambda office: place_name in _bare_place_names(office, latin=latin),
        lambda office: any(_matches_person(name, typed, str.__eq__, 1) for name in _holder_names(office, latin=latin)),
        lambda office: _matches_title(office, typed),
        lambda office: _matches_role(office, words, typed, _same_role),
        lambda office: _matches_role(office, words, typed, _like_role),
        lambda office: any(_are_forms(place.split(), words) for place in _bare_place_names(office, latin=False)),
        lambda office: _names_district(typed) and _has_title_words(office, typed),
        lambda office: any(_matches_person(name, typed, is_form, 1) for name in _holder_names(office, latin=latin)),
        lambda office: _has_title_words(office, words),
        lambda office: _has_words(office, words, typed, str.__eq__, latin=latin),
        lambda office: _has_words(office, words, typed, str.startswith, latin=latin),
        lambda office: (
            not latin and any(_matches_person(name, typed, is_dictionary_form, 1) for name in _holder_names(office))
        ),
    )
    for rule in rules[: _WHOLE if is_too_short(query) else _EXACT if exact else None]:
        offices = [office for office in registry.offices if rule(office)]
        if offices:
            return _of_same_kind(offices, typed) if len(offices) > 1 else offices
    return []


_WHOLE = 3
"""How many of the rules ask for a whole name."""
_EXACT = 9
"""How many of the rules count for a decision: a name in another case may be that of a namesake."""
_ACTING = re.compile(r"^(?:врио|вр\.? ?и\.? ?о\.?|и\.? ?о\.?) (?=глав|мэр|губернат|председат)")
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_KIND_NAMES = (
    "город",
    "городской",
    "округ",
    "район",
    "муниципальный",
    "муниципалитет",
    "образование",
    "администрация",
    "село",
    "зато",
)
_KINDS = {
    *(form for name in _KIND_NAMES for form in declined(name)),
    *("муниципальное", "поселок", "поселка", "поселке", "пос", "пгт", "рп", "дер", "гор"),
    *("г", "с", "п", "д", "р"),
}
"""Words for a kind of place, which do not tell places apart."""
_HEADS = ("глава", "мэр")
"""What people call the head of a municipality, whatever the title says."""


def is_too_short(query: str) -> bool:
    """Return whether it is a single letter or a number, which many names begin with or contain."""
    return re.fullmatch(r"\W*(?:\w|\d+)\W*", query) is not None


def _names_district(typed: Sequence[str]) -> bool:
    """Return whether a district was typed by its number, «округ № 4» or «4 округ»."""
    return any(word.isdecimal() for word in typed) and any(is_form("округ", word) for word in typed)


def _has_title_words(office: Office, typed: Sequence[str]) -> bool:
    """Return whether each word is one of the title in some case."""
    title_words = _WORD.findall(plain_query(office.title))
    return all(any(is_form(part, word) or is_form(word, part) for part in title_words) for word in typed)


def _of_same_kind(offices: list[Office], typed: Sequence[str]) -> list[Office]:
    """Return the offices whose municipality is called by a kind that was typed («районе»), or all if none is."""
    kinds = {name for name in _KIND_NAMES for word in typed if is_form(name, word)}
    of_kind = [office for office in offices if kinds & set(plain_query(office.municipality).split())]
    return of_kind or offices


def _title_words(office: Office) -> tuple[list[str], list[str]]:
    """Return the words of the title that are declined, «первый заместитель», and those that follow."""
    words = _WORD.findall(plain_query(office.title))
    head_count = 2 if words[0].endswith(("ый", "ий", "ая")) else 1
    return words[:head_count], words[head_count:]


def _are_forms(words: Sequence[str], typed: Sequence[str]) -> bool:
    return len(words) == len(typed) and all(map(is_form, words, typed))


def _matches_title(office: Office, typed: Sequence[str]) -> bool:
    """Return whether the whole title was typed in some case."""
    head, rest = _title_words(office)
    return _are_forms(head, typed[: len(head)]) and rest == list(typed[len(head) :])


def _same_role(head: str, typed: str) -> bool:
    return is_form(head, typed)


def _like_role(head: str, typed: str) -> bool:
    return head in _HEADS and any(is_form(name, typed) for name in _HEADS)


def _matches_role(
    office: Office, words: Sequence[str], typed: Sequence[str], is_role: Callable[[str, str], bool]
) -> bool:
    """Return whether the first word is the title's, and the others are the title's, a place's in some case, or a name.

    `words` are those of `typed` that tell places apart.
    """
    head, rest = _title_words(office)
    places = [place.split() for place in _bare_place_names(office, latin=False)]
    others = words[1:]
    return is_role(head[0], words[0]) and (
        any(_are_forms(place, others) for place in places)
        or all(word in (*head[1:], *rest) for word in others)
        or any(_matches_person(name, typed[1:], str.__eq__, 1) for name in _holder_names(office))
    )


def _has_words(
    office: Office, words: Sequence[str], typed: Sequence[str], like: Callable[[str, str], bool], *, latin: bool
) -> bool:
    """Return whether each word matches, by `like`, a word of one and the same name of the office or a holder.

    `words` are those of `typed` that tell places apart: «г.» and «с.» are initials of a person.
    """
    places = _place_words(office, latin=latin)
    is_place = any(all(any(like(part, word) for part in place) for word in words) for place in places)
    return is_place or any(_matches_person(name, typed, like) for name in _holder_names(office, latin=latin))


def _matches_person(
    name_parts: Sequence[str], words: Sequence[str], like: Callable[[str, str], bool], checked_parts: int = 2
) -> bool:
    """Return whether a word is like one of the first `checked_parts` parts of a name, and the other words fit the rest.

    The parts are the family name, the given name and the patronymic, in this order.
    """
    for part_index, part in enumerate(name_parts[:checked_parts]):
        for word_index, word in enumerate(words):
            if like(part, word) and _rest_matches(
                [*name_parts[:part_index], *name_parts[part_index + 1 :]],
                [*words[:word_index], *words[word_index + 1 :]],
                like,
            ):
                return True
    return False


def _rest_matches(name_parts: Sequence[str], words: Sequence[str], like: Callable[[str, str], bool]) -> bool:
    """Return whether each word is one of the parts of a name or its initial, each part used once.

    Only the first part may also be a beginning: a patronymic is written in full, in any case, or as an initial.
    """
    remaining = list(name_parts)
    for word in words:
        alike = name_parts if like in _FORMS else name_parts[:1]
        match = next((p for p in remaining if p == word or p[0] == word or (p in alike and like(p, word))), None)
        if match is None:
            return False
        remaining.remove(match)
    return True


_FORMS = (is_form, is_dictionary_form)


class UnclearOfficeError(UsageError):
    """A query may mean each of `offices`, the likeliest first."""

    def __init__(self, message: Text, offices: Sequence[Office]) -> None:
        """Keep the offices: at a terminal their numbers can be typed."""
        more = [f"  … {len(offices) - _MOST}"] if len(offices) > _MOST else []
        self.offices = tuple(offices[:_MOST])
        super().__init__(message, [*(f"  {office_line(office)}" for office in self.offices), *more])


def pick_office(registry: Registry, query: str, *, exact: bool = False) -> Office:
    """Return the one office that `query` names; with `exact` only by its id, its municipality or a whole family name.

    Without `exact` the address of a page on record names its office too. Raises `UnclearOfficeError` if it may be
    several, or none and others are similar, else `UsageError`.
    """
    if not exact and is_address(query):
        return _office_of_page(registry, query)
    offices = find_offices(registry, query, exact=exact)
    if len(offices) == 1:
        return offices[0]
    if not offices and is_too_short(query):
        raise UsageError(phrase(_SHORT, who=repr(query)))
    close = offices or (find_offices(registry, query) if exact else []) or nearest(registry, query)
    if suggestions := close or nearest(registry, in_other_layout(query)):
        raise UnclearOfficeError(phrase(_SEVERAL if offices else _NEAR, who=repr(query)), suggestions)
    raise UsageError(phrase(_NONE, who=repr(query)))


def require_existing(office: Office, day: date) -> None:
    """Raise `UsageError` if the office is abolished by this day: who names it hears that first."""
    if not office.exists_on(day):
        raise UsageError(phrase(_ABOLISHED, office=office.title, id=office.id, date=office.abolished))


_MOST = 10
"""Offices listed at most: nobody searches a longer list."""


def office_line(office: Office) -> str:
    """Return the line that describes an office in a list: the id first, because that is what to type."""
    holders = ", ".join(dict.fromkeys(tenure.name for tenure in reversed(office.tenures[-2:])))
    return f"{office.id}: {office.municipality}, {office.title}{f' ({holders})' if holders else ''}"


def is_address(query: str) -> bool:
    """Return whether it is the address of a page, and no name."""
    hosts = (re.escape(host) for facts in networks().values() for host in facts.hosts)
    return re.search(rf"^@|://|\b(?:{'|'.join(hosts)})/", query, re.IGNORECASE) is not None


def _office_of_page(registry: Registry, url: str) -> Office:
    """Return the office that lists this address for itself or a holder, a lead included, a rejected page not.

    Raises `UsageError` if none does.
    """
    address = parse_option(Address.parse, url)
    for office in registry.offices:
        pages = [*office.accounts, *(page for tenure in office.tenures for page in tenure.accounts)]
        if any(page.rejected is None and page.is_at(address) for page in pages):
            return office
    raise UsageError(phrase(_NOBODYS, url=address.url))


_SEVERAL = N_("{who} may be several offices; give the id of one:")
_NEAR = N_("no office, municipality, town or holder is called {who}; these are like it:")
_NONE = N_("no office, municipality, town or holder is called {who}; the registry lists them")
_SHORT = N_(
    "{who} is too little to name an office; write a municipality, a family name or an id, of a district «округ № 4»"
)
_ABOLISHED = N_("{office} ({id}): abolished since {date}; only weeks that ended before that day are judged")
_NOBODYS = N_(
    "the page {url} is recorded as belonging to no one; if you know whose it is: "
    "auditor accounts confirm WHO {url} --how …"
)


def nearest(registry: Registry, query: str, cutoff: float = 0.6) -> list[Office]:
    """Return up to three offices whose id, municipality, town or holder's name resembles `query`, best first.

    `cutoff`: how like it must be, 1 at most.
    """
    wanted, offices_by_name = plain_query(query), dict[str, list[Office]]()
    for office in registry.offices:
        for name_words in (
            *_place_words(office, latin=wanted.isascii()),
            *_holder_names(office, latin=wanted.isascii()),
        ):
            for text in {" ".join(name_words), *name_words}:
                offices_by_name.setdefault(text, []).append(office)
    close = get_close_matches(wanted, offices_by_name, n=9, cutoff=cutoff)
    return list({office.id: office for text in close for office in offices_by_name[text]}.values())[:3]


def suggested_id(registry: Registry, municipality: str) -> str:
    """Return an id for a new office: its municipality in Latin letters, without the kind of place; none is so yet."""
    whole = plain_name(municipality).split()
    words = [word for word in whole if word not in _KINDS] or whole
    latin = re.sub(r"[^a-z0-9]+", "-", _comparable(" ".join(words), latin=True)).strip("-")[:_ID_LENGTH]
    stem, ids = latin or "office", {office.id for office in registry.offices}
    return next(name for name in chain([stem], (f"{stem}-{n}" for n in count(2))) if name not in ids)


_ID_LENGTH = 40


def _bare_place_names(office: Office, *, latin: bool) -> list[str]:
    """Return the names of the municipality and its towns without words for the kind of place."""
    names = (_WORD.findall(plain_query(name)) for name in (office.municipality, *office.towns))
    bare_names = (" ".join([word for word in name if word not in _KINDS] or name) for name in names)
    return [_comparable(name, latin=latin) for name in bare_names]


def _place_words(office: Office, *, latin: bool) -> Iterator[list[str]]:
    """Yield the words of the office's id, then of its municipality and of each town."""
    yield re.split(r"[-_. ]", plain_name(office.id))
    yield from (_comparable(name, latin=latin).split() for name in (office.municipality, *office.towns))


def _holder_names(office: Office, *, latin: bool = False) -> Iterator[list[str]]:
    """Yield the parts of each holder's name: family name, given name, patronymic."""
    yield from (_comparable(tenure.name, latin=latin).split() for tenure in office.tenures)


def _comparable(text: str, *, latin: bool) -> str:
    """Return a name folded for comparison, with `latin` transliterated to Latin letters."""
    return plain_query(str(import_module("iuliia").WIKIPEDIA.translate(text)) if latin else text)
