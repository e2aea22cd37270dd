"""Which office somebody means who writes an id, a municipality or a name."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from difflib import get_close_matches

from auditor.base.errors import UsageError
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


def pick_office(registry: Registry, who: str) -> Office:
    """Return the one office that `who` names. Raises `UsageError` that lists them if there are several or none."""
    found = find_offices(registry, who)
    if len(found) == 1:
        return found[0]
    if found:
        listed = "; ".join(f"{office.id} ({office.municipality}, {office.title})" for office in found)
        raise UsageError(f"{who!r} names several offices, use an id: {listed}")
    close = ", ".join(nearest(registry, who))
    hint = f"did you mean: {close}" if close else "`auditor registry show` lists them"
    raise UsageError(f"no office, municipality or holder is called {who!r}; {hint}")


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
    """Yield the words of each of an office's names."""
    yield re.split(r"[-_. ]", _plain(office.id))
    yield _plain(office.municipality).split()
    for tenure in office.tenures:
        yield _plain(tenure.name).split()
