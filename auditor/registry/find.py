"""Find offices by what people call them: an id, a municipality or a holder's name."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from difflib import get_close_matches

from auditor.registry.models import Office, Registry


def find_offices(registry: Registry, who: str) -> list[Office]:
    """Return the offices that `who` may mean, in the registry's order: none, one, or several for the caller to list.

    Case and ё/е make no difference, and a name is that of any tenure, in any order of its words. The first of these
    that finds something counts: the id; the municipality; the whole name; whole words of one of them; beginnings of
    its words («стрежев»).
    """
    wanted = _plain(who)
    # «Петров И. П.», as the report prints it: initials are beginnings of words.
    words = wanted.replace(".", " ").split()
    if not words:
        return []
    ways: tuple[Callable[[Office], bool], ...] = (
        lambda office: _plain(office.id) == wanted,
        lambda office: _plain(office.municipality) == wanted,
        lambda office: any(_plain(tenure.name) == wanted for tenure in office.tenures),
        lambda office: any(all(word in said for word in words) for said in _said(office)),
        lambda office: any(all(any(s.startswith(word) for s in said) for word in words) for said in _said(office)),
    )
    for way in ways:
        found = [office for office in registry.offices if way(office)]
        if found:
            return found
    return []


def nearest(registry: Registry, who: str, count: int = 3) -> list[str]:
    """Return the ids of up to `count` offices whose id, municipality or holder's name is like `who`, best first."""
    ids: dict[str, list[str]] = {}
    for office in registry.offices:
        for said in _said(office):
            for text in {" ".join(said), *said}:
                ids.setdefault(text, []).append(office.id)
    close = get_close_matches(_plain(who), ids, n=count * 3, cutoff=0.6)
    return list(dict.fromkeys(found for text in close for found in ids[text]))[:count]


def _plain(text: str) -> str:
    """Fold case, ё, dashes and blanks; compose letters that a keyboard took apart (й, ё)."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return " ".join(re.sub(r"[‐-―−]", "-", folded).split())


def _said(office: Office) -> Iterator[list[str]]:
    """Yield what an office is called, as words: each of its names apart, so that words of two do not mix."""
    yield re.split(r"[-_. ]", _plain(office.id))
    yield _plain(office.municipality).split()
    for tenure in office.tenures:
        yield _plain(tenure.name).split()


def office_urls(office: Office) -> set[str]:
    """Return the addresses of every account of the office and of all who held it; leads were never looked at."""
    people = (account for tenure in office.tenures for account in tenure.accounts)
    return {account.url.url for account in (*office.accounts, *people)}
