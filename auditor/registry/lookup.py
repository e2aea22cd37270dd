"""Which office somebody means who writes an id, a municipality or a name."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from importlib import import_module

from auditor.base.address import Address
from auditor.base.errors import UsageError, parse_option
from auditor.base.text import N_, phrase
from auditor.registry.models import Account, Office, Registry


def find_offices(registry: Registry, who: str, *, whole: bool = False) -> list[Office]:
    """Return the offices that `who` may mean, the likeliest first: none, one, or several for the caller to list.

    Case and ё/е make no difference, Latin letters stand for Russian ones, «район» or «город» may stand beside a name,
    and a name is that of any tenure, in any order of its words. The first of these that finds something counts: the
    id; the municipality or one of its towns; a whole family name, alone or with the rest of the name or its initials;
    whole words of one of them; beginnings of its words («стрежев»). A family name never matches a patronymic. With
    `whole` only the first three count. Offices that the directive binds are likelier than others.
    """
    wanted = _plain(who)
    # «Петров И. П.», as the report prints it.
    words = wanted.replace(".", " ").split()
    words = [word for word in words if word not in _KINDS] or words
    if not words:
        return []
    place, latin = " ".join(words), wanted.isascii()
    ways: tuple[Callable[[Office], bool], ...] = (
        lambda office: _plain(office.id) == wanted,
        lambda office: place in _called(office, latin=latin),
        lambda office: any(_names_whom(name, words, str.__eq__, 1) for name in _names(office, latin=latin)),
        lambda office: _has_words(office, words, str.__eq__, latin=latin),
        lambda office: _has_words(office, words, str.startswith, latin=latin),
    )
    for way in ways[:3] if whole else ways:
        found = [office for office in registry.offices if way(office)]
        if found:
            return sorted(found, key=lambda office: not registry.bound(office))
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
"""Words that say what kind of a place it is, and not which."""


def _has_words(office: Office, words: Sequence[str], like: Callable[[str, str], bool], *, latin: bool) -> bool:
    """Tell whether the words are all of one of the office's names, or a part of it."""
    places = _places(office, latin=latin)
    placed = any(all(any(like(part, word) for part in place) for word in words) for place in places)
    return placed or any(_names_whom(name, words, like) for name in _names(office, latin=latin))


def _names_whom(parts: Sequence[str], words: Sequence[str], like: Callable[[str, str], bool], first: int = 2) -> bool:
    """Tell whether a word is like the family name (or, of `first` 2, the given one), and the others go with it."""
    for n, part in enumerate(parts[:first]):
        for m, word in enumerate(words):
            if like(part, word) and _fit([*parts[:n], *parts[n + 1 :]], [*words[:m], *words[m + 1 :]], like):
                return True
    return False


def _fit(parts: Sequence[str], words: Sequence[str], like: Callable[[str, str], bool]) -> bool:
    """Tell whether each word is one of the parts of a name, or its initial; a patronymic is written whole or not."""
    left = list(parts)
    for word in words:
        found = next((p for p in left if p == word or p[0] == word or (p in parts[:1] and like(p, word))), None)
        if found is None:
            return False
        left.remove(found)
    return True


def pick_office(registry: Registry, who: str, *, whole: bool = False) -> Office:
    """Return the one office that `who` names; with `whole` by its id, its municipality or a whole family name.

    Without `whole` the address of a page on record names its office too. Raises `UsageError` that lists them if there
    are several or none.
    """
    if not whole and _ADDRESS.search(who):
        return _office_of_page(registry, who)
    found = find_offices(registry, who, whole=whole)
    if len(found) == 1:
        return found[0]
    near = found or nearest(registry, who)
    message = _SEVERAL if found else _NEAR if near else _NONE
    more = [f"  … {len(near) - _MOST}"] if len(near) > _MOST else []
    raise UsageError(phrase(message, who=repr(who)), [*(_shown(office) for office in near[:_MOST]), *more])


_MOST = 10
"""Lines: with more nobody finds his own."""


def _shown(office: Office) -> str:
    """Return a line by which an office is known: the id first, for it is what is to be typed."""
    holders = ", ".join(dict.fromkeys(tenure.name for tenure in reversed(office.tenures[-2:])))
    return f"  {office.id}: {office.municipality}, {office.title}{f' ({holders})' if holders else ''}"


_ADDRESS = re.compile(r"^@|://|\b(?:t\.me|vk\.com|vk\.ru|telegram\.me)/", re.IGNORECASE)
"""What looks like the address of a page, and like no name."""


def _office_of_page(registry: Registry, url: str) -> Office:
    """Return the office whose own page, or whose holder's, has this address, a lead included."""
    address = parse_option(Address.parse, url)
    for office in registry.offices:
        pages = [*office.accounts, *(page for tenure in office.tenures for page in tenure.accounts)]
        if any(page.rejected is None and _is_at(page, address) for page in pages):
            return office
    raise UsageError(phrase(_NOBODYS, url=address.url))


def _is_at(page: Account, address: Address) -> bool:
    numbered = page.network is address.network and page.id is not None and page.id == address.number
    return page.url == address or numbered


_SEVERAL = N_("{who} may be several offices; give the id of one:")
_NEAR = N_("no office, municipality, town or holder is called {who}; these are like it:")
_NONE = N_("no office, municipality, town or holder is called {who}; the registry lists them")
_NOBODYS = N_(
    "the page {url} is recorded as belonging to no one; if you know whose it is: "
    "auditor accounts confirm WHO {url} --how …"
)


def nearest(registry: Registry, who: str) -> list[Office]:
    """Return up to three offices whose id, municipality, town or holder's name is like `who`, best first."""
    wanted, near = _plain(who), dict[str, list[Office]]()
    for office in registry.offices:
        for said in (*_places(office, latin=wanted.isascii()), *_names(office, latin=wanted.isascii())):
            for text in {" ".join(said), *said}:
                near.setdefault(text, []).append(office)
    close = get_close_matches(wanted, near, n=9, cutoff=0.6)
    return list({office.id: office for text in close for office in near[text]}.values())[:3]


def _plain(text: str) -> str:
    """Fold case, ё, dashes and blanks; compose letters that a keyboard took apart (й, ё)."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return " ".join(re.sub(r"[‐-―−]", "-", folded).split())


def _called(office: Office, *, latin: bool) -> list[str]:
    """Return the municipality and its towns without the kind of place they are."""
    names = (_plain(name).split() for name in (office.municipality, *office.towns))
    which = (" ".join([word for word in name if word not in _KINDS] or name) for name in names)
    return [_letters(name, latin=latin) for name in which]


def _places(office: Office, *, latin: bool) -> Iterator[list[str]]:
    """Yield the words of the office's id, its municipality and its towns."""
    yield re.split(r"[-_. ]", _plain(office.id))
    yield from (_letters(name, latin=latin).split() for name in (office.municipality, *office.towns))


def _names(office: Office, *, latin: bool) -> Iterator[list[str]]:
    """Yield the parts of each holder's name: the family name, the given one, the patronymic."""
    yield from (_letters(tenure.name, latin=latin).split() for tenure in office.tenures)


def _letters(text: str, *, latin: bool) -> str:
    """Return a name as it is compared; in Latin letters where those were typed."""
    return _plain(str(import_module("iuliia").WIKIPEDIA.translate(text))) if latin else _plain(text)
