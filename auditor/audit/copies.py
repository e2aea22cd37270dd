"""Whose words the week's posts are in: nearly the same text as another official's or body's, and words of one's own.

Posts are public. Only the later of two is said to have the text of the earlier; why, nobody knows: a press service may
have written both.
"""

from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from auditor.audit.describe import posts_told
from auditor.audit.document import AuditedOffice, AuditedSame, AuditedWording
from auditor.base.snapshot import Post
from auditor.checks.case import Case
from auditor.language.sketch import same_text
from auditor.registry.models import holder_on

_LEAST = 10
"""A text of fewer characters in its sketch is nobody's: «С праздником!»."""


_Whose = tuple[str, bool]
"""Whose page it is: an office by its id, and whether it is the institution's and not the holder's own."""


@dataclass(frozen=True, slots=True)
class _Stood:
    """A post, and on whose page it stood."""

    whose: _Whose
    network: str
    post: Post

    @property
    def sketch(self) -> str:
        return self.post.sketch or ""


Walls = Mapping[str, Sequence[Post]]
"""Posts by the address of the page on which they stand."""


class Wording:
    """Whose words the week's posts are in, told once all offices are seen. It keeps texts' sketches, and no case."""

    def __init__(self) -> None:
        """Begin with no office."""
        self._first: Case | None = None
        self._stood: list[_Stood] = []
        self._posts: dict[str, Sequence[Post] | None] = {}

    def add(self, case: Case) -> None:
        """Take in an office's case."""
        self._first = self._first or case
        told = posts_told(case)
        self._posts[case.office.id] = None if told is None else [_bare(post) for post in told]
        self._stood += _stood(case, self._within(case))

    @staticmethod
    def _within(case: Case) -> timedelta:
        return timedelta(hours=case.value("same_text_hours"))

    def told(self, offices: Sequence[AuditedOffice], walls: Walls) -> list[AuditedOffice]:
        """Return the offices, in the order in which they were added, each with whose words its posts are in.

        `walls` has the posts of offices that are not judged now. Where nobody else's post was seen, nothing is told.
        """
        case = self._first
        if case is None:
            return []
        within = self._within(case)
        stood = [*self._stood, *_elsewhere(case, self._posts.keys(), walls, within)]
        found, seen = _copies(stood, within, case.value("same_text_percent")), {one.whose for one in stood}
        return [
            _worded(self._posts[office.id], office, found) if seen - {(office.id, False)} else office
            for office in offices
        ]


def _bare(post: Post) -> Post:
    """Return a post without its comments: only its words matter here."""
    return post.model_copy(update={"comments": ()}) if post.comments else post


def _worded(
    told: Sequence[Post] | None, office: AuditedOffice, found: Mapping[tuple[str, str], AuditedSame]
) -> AuditedOffice:
    posts = [post.model_copy(update={"same_as": found.get((office.id, post.url))}) for post in office.posts]
    return office.model_copy(update={"posts": posts, "wording": _wording(told, office.id, found)})


def _wording(
    posts: Sequence[Post] | None, office: str, found: Mapping[tuple[str, str], AuditedSame]
) -> AuditedWording | None:
    if posts is None or any(post.sketch is None for post in posts):
        return None
    own, reposts = [p for p in posts if not p.repost], [p for p in posts if p.repost]
    copied = sum((office, post.url) in found for post in own)
    wordless = sum(not post.sketch for post in own)
    return AuditedWording(
        own=len(own) - copied - wordless,
        copied=copied,
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
                yield _Stood((case.office.id, body), sight.account.network.value, _bare(post))


def _elsewhere(case: Case, judged: Container[str], walls: Walls, within: timedelta) -> Iterator[_Stood]:
    """Yield the same of the offices that are not `judged` now, as far as `walls` has their pages; `case` is any."""
    for office in case.registry.offices if walls else ():
        holder = holder_on(office, case.day)
        own, bodies = (holder.judged_accounts, holder.institution_accounts) if holder else ((), ())
        pages = [*((page, False) for page in own), *((page, True) for page in (*bodies, *office.accounts))]
        for page, body in pages if office.id not in judged else ():
            for post in walls.get(page.url.url, ()):
                if case.week.starts - within <= post.at < case.horizon and _has_text(post):
                    yield _Stood((office.id, body), page.network.value, post)


def _has_text(post: Post) -> bool:
    return not post.repost and len(post.sketch or "") >= _LEAST


def _copies(posts: Sequence[_Stood], within: timedelta, percent: int) -> dict[tuple[str, str], AuditedSame]:
    """Return by the office and the address of a post the earliest post of another with nearly the same text."""
    found: dict[tuple[str, str], AuditedSame] = {}
    for one, other in _candidates(posts, percent):
        earlier, later = sorted((one, other), key=lambda stood: (stood.post.at, stood.post.url))
        if later.post.at - earlier.post.at > within or earlier.post.url == later.post.url:
            continue
        alike = same_text(one.sketch, other.sketch)
        key = (later.whose[0], later.post.url)
        if alike >= percent and (key not in found or earlier.post.at < found[key].at):
            found[key] = _same(earlier, alike)
    return found


def _same(stood: _Stood, percent: int) -> AuditedSame:
    post, (office, body) = stood.post, stood.whose
    return AuditedSame(
        url=post.url, network=stood.network, office=office, institution=body, percent=percent, at=post.at
    )


def _candidates(posts: Sequence[_Stood], percent: int) -> Iterator[tuple[_Stood, _Stood]]:
    """Yield the pairs of two parties' posts that may be alike, each once, without comparing every two.

    Of the shorter of two alike posts so many characters stand in the longer that one of its rarest must be among them.
    """
    count = Counter(character for stood in posts for character in set(stood.sketch))
    places: dict[str, list[int]] = defaultdict(list)
    for place, stood in enumerate(posts):
        for character in set(stood.sketch):
            places[character].append(place)
    for place, stood in enumerate(posts):
        rarest = sorted(stood.sketch, key=lambda character: (count[character], character))
        shared = ceil(len(rarest) * percent / (200 - percent))
        near = {other for character in rarest[: len(rarest) - shared + 1] for other in places[character]}
        for other in sorted(near - {place}):
            longer = (len(posts[other].sketch), other) > (len(stood.sketch), place)
            if longer and posts[other].whose != stood.whose:
                yield stood, posts[other]
