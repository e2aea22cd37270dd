"""Find the office that an operator means by an id, a municipality, a town or a holder's name."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from importlib import import_module

from auditor.base.address import Address
from auditor.base.errors import UsageError, parse_option
from auditor.base.networks import networks
from auditor.base.text import N_, phrase
from auditor.registry.models import Office, Registry


def find_offices(registry: Registry, query: str, *, exact: bool = False) -> list[Office]:
    """Return the offices that `query` may mean, the likeliest first: none, one, or several for the caller to list.

    Case and ё/е make no difference, Latin letters stand for Russian ones, «район» or «город» may stand beside a name,
    and a name is that of any tenure, in any order of its words. The first of these rules that finds an office counts:
    the id; the municipality or one of its towns; a whole family name, alone or with the rest of the name or its
    initials; whole words of one of them; beginnings of its words («стрежев»). A family name never matches a
    patronymic. With `exact` only the first three count. Offices that the directive binds are likelier than others.
    """
    wanted = _plain(query)
    # The report prints a name as «Петров И. П.».
    words = wanted.replace(".", " ").split()
    words = [word for word in words if word not in _KINDS] or words
    if not words:
        return []
    place_name, latin = " ".join(words), wanted.isascii()
    rules: tuple[Callable[[Office], bool], ...] = (
        lambda office: _plain(office.id) == wanted,
        lambda office: place_name in _bare_place_names(office, latin=latin),
        lambda office: any(_matches_person(name, words, str.__eq__, 1) for name in _holder_names(office, latin=latin)),
        lambda office: _has_words(office, words, str.__eq__, latin=latin),
        lambda office: _has_words(office, words, str.startswith, latin=latin),
    )
    for rule in rules[:3] if exact else rules:
        offices = [office for office in registry.offices if rule(office)]
        if offices:
            return sorted(offices, key=lambda office: not registry.bound(office))
    return []


_KINDS = {
    "город",
    "городской",
    "округ",
    "район",
    "муниципальный",
    "муниципалитет",
    "село",
    "поселок",
    "зато",
    "г",
    "с",
    "п",
}
"""Words for a kind of place, which do not tell places apart."""


def _has_words(office: Office, words: Sequence[str], like: Callable[[str, str], bool], *, latin: bool) -> bool:
    """Return whether each word matches, by `like`, a word of one and the same name of the office or a holder."""
    places = _place_words(office, latin=latin)
    is_place = any(all(any(like(part, word) for part in place) for word in words) for place in places)
    return is_place or any(_matches_person(name, words, like) for name in _holder_names(office, latin=latin))


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

    Only the first part may also match by `like`: a patronymic is written in full or as an initial.
    """
    remaining = list(name_parts)
    for word in words:
        match = next(
            (p for p in remaining if p == word or p[0] == word or (p in name_parts[:1] and like(p, word))), None
        )
        if match is None:
            return False
        remaining.remove(match)
    return True


def pick_office(registry: Registry, query: str, *, exact: bool = False) -> Office:
    """Return the one office that `query` names; with `exact` only by its id, its municipality or a whole family name.

    Without `exact` the address of a page on record names its office too. Raises `UsageError` if it may be several,
    which are listed, or none, with similar ones.
    """
    if not exact and _is_address(query):
        return _office_of_page(registry, query)
    offices = find_offices(registry, query, exact=exact)
    if len(offices) == 1:
        return offices[0]
    suggestions = offices or nearest(registry, query)
    message = _SEVERAL if offices else _NEAR if suggestions else _NONE
    rest_line = [f"  … {len(suggestions) - _MOST}"] if len(suggestions) > _MOST else []
    raise UsageError(
        phrase(message, who=repr(query)), [*(_office_line(office) for office in suggestions[:_MOST]), *rest_line]
    )


_MOST = 10
"""Offices listed at most: nobody searches a longer list."""


def _office_line(office: Office) -> str:
    """Return the line that describes an office in a list: the id first, because that is what to type."""
    holders = ", ".join(dict.fromkeys(tenure.name for tenure in reversed(office.tenures[-2:])))
    return f"  {office.id}: {office.municipality}, {office.title}{f' ({holders})' if holders else ''}"


def _is_address(query: str) -> bool:
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
_NOBODYS = N_(
    "the page {url} is recorded as belonging to no one; if you know whose it is: "
    "auditor accounts confirm WHO {url} --how …"
)


def nearest(registry: Registry, query: str) -> list[Office]:
    """Return up to three offices whose id, municipality, town or holder's name resembles `query`, best first."""
    wanted, offices_by_name = _plain(query), dict[str, list[Office]]()
    for office in registry.offices:
        for name_words in (
            *_place_words(office, latin=wanted.isascii()),
            *_holder_names(office, latin=wanted.isascii()),
        ):
            for text in {" ".join(name_words), *name_words}:
                offices_by_name.setdefault(text, []).append(office)
    close = get_close_matches(wanted, offices_by_name, n=9, cutoff=0.6)
    return list({office.id: office for text in close for office in offices_by_name[text]}.values())[:3]


def _plain(text: str) -> str:
    """Return `text` with case, ё, dashes and blanks folded and decomposed letters (й, ё) composed."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return " ".join(re.sub(r"[‐-―−]", "-", folded).split())


def _bare_place_names(office: Office, *, latin: bool) -> list[str]:
    """Return the names of the municipality and its towns without words for the kind of place."""
    names = (_plain(name).split() for name in (office.municipality, *office.towns))
    bare_names = (" ".join([word for word in name if word not in _KINDS] or name) for name in names)
    return [_comparable(name, latin=latin) for name in bare_names]


def _place_words(office: Office, *, latin: bool) -> Iterator[list[str]]:
    """Yield the words of the office's id, then of its municipality and of each town."""
    yield re.split(r"[-_. ]", _plain(office.id))
    yield from (_comparable(name, latin=latin).split() for name in (office.municipality, *office.towns))


def _holder_names(office: Office, *, latin: bool) -> Iterator[list[str]]:
    """Yield the parts of each holder's name: family name, given name, patronymic."""
    yield from (_comparable(tenure.name, latin=latin).split() for tenure in office.tenures)


def _comparable(text: str, *, latin: bool) -> str:
    """Return a name folded for comparison, with `latin` transliterated to Latin letters."""
    return _plain(str(import_module("iuliia").WIKIPEDIA.translate(text))) if latin else _plain(text)
