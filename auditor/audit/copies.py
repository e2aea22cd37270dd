"""Whose words the week's posts are in: nearly the same text as another official's or body's, and words of one's own.

Posts are public. Only the later of two is said to have the text of the earlier; why, nobody knows: a press service may
have written both.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from math import ceil
from typing import NamedTuple

from auditor.audit.describe import posts_told
from auditor.audit.document import AuditedOffice, AuditedSame, AuditedWording
from auditor.base.snapshot import Network, Post
from auditor.checks.case import Case
from auditor.language.alike import same_text
from auditor.registry.models import holder_on

_LEAST = 10
"""A text of fewer characters in its sketch is nobody's: «С праздником!»."""


_Whose = tuple[str, bool]
"""Whose page it is: an office by its id, and whether it is the institution's and not the holder's own."""


class _Stood(NamedTuple):
    """A post with words of its own, and on whose page it stood: as little of it as comparing takes."""

    whose: _Whose
    network: str
    url: str
    at: datetime
    sketch: str


Walls = Mapping[str, Sequence[Post]]
"""Posts by the address of the page on which they stand."""


class Wording:
    """Whose words the week's posts are in, told once all offices are seen. It keeps texts' sketches, and no case."""

    def __init__(self) -> None:
        """Begin with no office."""
        self._first: Case | None = None
        self._stood: list[_Stood] = []
        self._judged: set[str] = set()

    def add(self, case: Case, office: AuditedOffice) -> AuditedOffice:
        """Take in an office's case; return the office as if no post of it were another's."""
        self._first = self._first or case
        self._judged.add(office.id)
        self._stood += _stood(case, self._within(case))
        return office.model_copy(update={"wording": _wording(posts_told(case))})

    @staticmethod
    def _within(case: Case) -> timedelta:
        return timedelta(hours=case.value("same_text_hours"))

    def told(self, walls: Walls) -> Callable[[AuditedOffice], AuditedOffice]:
        """Return what tells of an office that was added whose words its posts are in.

        `walls` has the posts of offices that are not judged now. Where nobody else's post was seen, nothing is told.
        """
        case = self._first
        if case is None:
            return lambda office: office
        within = self._within(case)
        stood = [*self._stood, *_elsewhere(case, self._judged, walls, within)]
        found = _copies(stood, len(self._stood), within, case.value("same_text_percent"))
        seen = {one.whose for one in stood}
        return lambda office: _worded(office, found, alone=len(seen) == ((office.id, False) in seen))


def _worded(office: AuditedOffice, found: Mapping[tuple[str, str], AuditedSame], *, alone: bool) -> AuditedOffice:
    if alone:
        return office.model_copy(update={"wording": None})
    posts = [post.model_copy(update={"same_as": found.get((office.id, post.url))}) for post in office.posts]
    copied, wording = sum(post.same_as is not None for post in posts), office.wording
    if wording is not None:
        wording = wording.model_copy(update={"own": wording.own - copied, "copied": copied})
    return office.model_copy(update={"posts": posts, "wording": wording})


def _wording(posts: Sequence[Post] | None) -> AuditedWording | None:
    if posts is None or any(post.sketch is None for post in posts):
        return None
    own, reposts = [p for p in posts if not p.repost], [p for p in posts if p.repost]
    wordless = sum(not post.sketch for post in own)
    return AuditedWording(
        own=len(own) - wordless,
        copied=0,
        wordless=wordless,
        reposts=len(reposts),
        reposts_with_words=sum(bool(post.sketch) for post in reposts),
    )


# Which posts are alike ---------------------------------------------------------------------------------------------


def _stood(case: Case, within: timedelta) -> Iterator[_Stood]:
    """Yield an office's posts with a text of their own, those too that may have been there before the week's."""
    sights = [*((sight, False) for sight in case.personal), *((sight, True) for sight in case.institution)]
    for sight, body in sights:
        for post in sight.posts_between(case.week.starts - within, case.horizon):
            if _has_text(post):
                yield _stood_at((case.office.id, body), sight.account.network, post)


def _elsewhere(case: Case, judged: Container[str], walls: Walls, within: timedelta) -> Iterator[_Stood]:
    """Yield the same of the offices that are not `judged` now, as far as `walls` has their pages; `case` is any."""
    for office in case.registry.offices if walls else ():
        holder = holder_on(office, case.day)
        own, bodies = (holder.judged_accounts, holder.institution_accounts) if holder else ((), ())
        pages = [*((page, False) for page in own), *((page, True) for page in (*bodies, *office.accounts))]
        for page, body in pages if office.id not in judged else ():
            for post in walls.get(page.url.url, ()):
                if case.week.starts - within <= post.at < case.horizon and _has_text(post):
                    yield _stood_at((office.id, body), page.network, post)


def _stood_at(whose: _Whose, network: Network, post: Post) -> _Stood:
    return _Stood(whose, network.value, post.url, post.at, post.sketch or "")


def _has_text(post: Post) -> bool:
    return not post.repost and len(post.sketch or "") >= _LEAST


def _copies(
    posts: Sequence[_Stood], judged: int, within: timedelta, percent: int
) -> dict[tuple[str, str], AuditedSame]:
    """Return by the office and the address of a post the earliest post of another with nearly the same text.

    Offices are told of the first `judged` posts alone: two others need not be found.
    """
    found: dict[tuple[str, str], AuditedSame] = {}
    for one, other in _candidates(posts, judged, percent):
        earlier, later = sorted((one, other), key=lambda stood: (stood.at, stood.url))
        if later.at - earlier.at > within or earlier.url == later.url:
            continue
        alike = same_text(one.sketch, other.sketch)
        key = (later.whose[0], later.url)
        if alike >= percent and (key not in found or earlier.at < found[key].at):
            found[key] = _same(earlier, alike)
    return found


def _same(stood: _Stood, percent: int) -> AuditedSame:
    office, body = stood.whose
    return AuditedSame(
        url=stood.url, network=stood.network, office=office, institution=body, percent=percent, at=stood.at
    )


_MET = 2
"""So many of its rarest characters a text shares with one alike: a single one many share by chance."""


def _candidates(posts: Sequence[_Stood], judged: int, percent: int) -> Iterator[tuple[_Stood, _Stood]]:
    """Yield the pairs of two parties' posts that may be alike, each once, without comparing every two.

    Of the shorter of two alike posts so many characters stand in the longer that some of its rarest must be among them.
    """
    ours = {character for stood in posts[:judged] for character in stood.sketch}
    places: dict[str, array[int]] = defaultdict(lambda: array("I"))
    for place, stood in enumerate(posts):
        for character in set(stood.sketch):
            places[character].append(place)
    for place, stood in enumerate(posts):
        shared = ceil(len(stood.sketch) * percent / (200 - percent))
        if place >= judged and sum(character in ours for character in stood.sketch) < shared:
            continue  # it stands in none of those that are judged
        rarest, met = sorted(stood.sketch, key=lambda character: (len(places[character]), character)), min(_MET, shared)
        near = Counter(chain.from_iterable(places[character] for character in rarest[: len(rarest) - shared + met]))
        for other in sorted(other for other, times in near.items() if times >= met):
            longer = (len(posts[other].sketch), other) > (len(stood.sketch), place)
            if longer and posts[other].whose != stood.whose:
                yield stood, posts[other]
