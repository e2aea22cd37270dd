"""Which office somebody means who writes an id, a municipality or a name."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches

from auditor.base.address import Address
from auditor.base.errors import UsageError, typed
from auditor.base.text import N_, Text
from auditor.registry.models import Account, Office, Registry


def find_offices(registry: Registry, who: str, *, whole: bool = False) -> list[Office]:
    """Return the offices that `who` may mean, in the registry's order: none, one, or several for the caller to list.

    Case and ё/е make no difference, and a name is that of any tenure, in any order of its words. The first of these
    that finds something counts: the id; the municipality; a whole family name, alone or with the rest of the name or
    its initials; whole words of one of them; beginnings of its words («стрежев»). A patronymic by itself names nobody:
    «Иванов» is not the woman whose patronymic begins so. With `whole` only the first three count.
    """
    wanted = _plain(who)
    # «Петров И. П.», as the report prints it.
    words = wanted.replace(".", " ").split()
    if not words:
        return []
    ways: tuple[Callable[[Office], bool], ...] = (
        lambda office: _plain(office.id) == wanted,
        lambda office: _plain(office.municipality) == wanted,
        lambda office: any(_names_whom(name, words, str.__eq__, 1) for name in _names(office)),
        lambda office: _has_words(office, words, str.__eq__),
        lambda office: _has_words(office, words, str.startswith),
    )
    for way in ways[:3] if whole else ways:
        found = [office for office in registry.offices if way(office)]
        if found:
            return found
    return []


def _has_words(office: Office, words: Sequence[str], like: Callable[[str, str], bool]) -> bool:
    """Tell whether the words are all of one of the office's names, or a part of it."""
    placed = any(all(any(like(part, word) for part in place) for word in words) for place in _places(office))
    return placed or any(_names_whom(name, words, like) for name in _names(office))


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
    asked = repr(who)
    if found:
        raise UsageError(Text(_SEVERAL, {"who": asked, "offices": _listed(found)}))
    close = ", ".join(nearest(registry, who))
    raise UsageError(Text(_NEAR, {"who": asked, "near": close}) if close else Text(_NONE, {"who": asked}))


_ADDRESS = re.compile(r"^@|://|\b(?:t\.me|vk\.com|vk\.ru|telegram\.me)/", re.IGNORECASE)
"""What looks like the address of a page, and like no name."""


def _office_of_page(registry: Registry, url: str) -> Office:
    """Return the office whose own page, or whose holder's, has this address, a lead included."""
    address = typed(Address.parse, url)
    for office in registry.offices:
        pages = [*office.accounts, *(page for tenure in office.tenures for page in tenure.accounts)]
        if any(page.rejected is None and _is_at(page, address) for page in pages):
            return office
    raise UsageError(Text(_NOBODYS, {"url": address.url}))


def _is_at(page: Account, address: Address) -> bool:
    numbered = page.network is address.network and page.id is not None and page.id == address.number
    return page.url == address or numbered


_SEVERAL = N_("{who} names several offices, use an id: {offices}")
_NEAR = N_("no office, municipality or holder is called {who}; did you mean: {near}")
_NONE = N_("no office, municipality or holder is called {who}; the registry lists them")
_NOBODYS = N_(
    "the page {url} is on record as nobody's; if you know whose it is: auditor accounts confirm WHO {url} --how …"
)


def _listed(offices: Sequence[Office]) -> str:
    return "; ".join(f"{office.id} ({office.municipality}, {office.title})" for office in offices)


def nearest(registry: Registry, who: str) -> list[str]:
    """Return how up to three offices are called whose id, municipality or holder's name is like `who`, best first.

    By the municipality where no other office has it, else by the id.
    """
    near: dict[str, list[Office]] = {}
    for office in registry.offices:
        for said in _said(office):
            for text in {" ".join(said), *said}:
                near.setdefault(text, []).append(office)
    close = get_close_matches(_plain(who), near, n=9, cutoff=0.6)
    offices = {office.id: office for text in close for office in near[text]}
    places = Counter(office.municipality for office in registry.offices)
    alone = (o.municipality if places[o.municipality] == 1 else o.id for o in offices.values())
    return list(alone)[:3]


def _plain(text: str) -> str:
    """Fold case, ё, dashes and blanks; compose letters that a keyboard took apart (й, ё)."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return " ".join(re.sub(r"[‐-―−]", "-", folded).split())


def _said(office: Office) -> Iterator[list[str]]:
    """Yield the words of each of an office's names."""
    yield from _places(office)
    yield from _names(office)


def _places(office: Office) -> Iterator[list[str]]:
    yield re.split(r"[-_. ]", _plain(office.id))
    yield _plain(office.municipality).split()


def _names(office: Office) -> Iterator[list[str]]:
    """Yield the parts of each holder's name: the family name, the given one, the patronymic."""
    yield from (_plain(tenure.name).split() for tenure in office.tenures)
