"""Whose words the week's posts are in: nearly the same text as another official's or body's, and words of one's own.

Posts are public. Only the later of two is said to have the text of the earlier; why, nobody knows: a press service may
have written both.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
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


def with_wording(cases: Sequence[Case], offices: Sequence[AuditedOffice], walls: Walls) -> list[AuditedOffice]:
    """Return the offices, each with whose words its posts are in; `cases` are theirs, in the same order.

    `walls` has the posts of offices that are not judged now. Where nobody else's post was seen, nothing is told.
    """
    if not cases:
        return []
    within, percent = timedelta(hours=cases[0].value("same_text_hours")), cases[0].value("same_text_percent")
    stood = [*_stood(cases, within), *_elsewhere(cases, walls, within)]
    found, seen = _copies(stood, within, percent), {one.whose for one in stood}
    return [
        _worded(case, office, found) if seen - {(office.id, False)} else office
        for case, office in zip(cases, offices, strict=True)
    ]


def _worded(case: Case, office: AuditedOffice, found: Mapping[tuple[str, str], AuditedSame]) -> AuditedOffice:
    posts = [post.model_copy(update={"same_as": found.get((office.id, post.url))}) for post in office.posts]
    return office.model_copy(update={"posts": posts, "wording": _wording(case, office.id, found)})


def _wording(case: Case, office: str, found: Mapping[tuple[str, str], AuditedSame]) -> AuditedWording | None:
    posts = posts_told(case)
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


def _stood(cases: Iterable[Case], within: timedelta) -> Iterator[_Stood]:
    """Yield the posts with a text of their own, those too that may have been there before the week's."""
    for case in cases:
        sights = [*((sight, False) for sight in case.personal), *((sight, True) for sight in case.institution)]
        for sight, body in sights:
            for post in sight.posts_between(case.week.starts - within, case.horizon):
                if _has_text(post):
                    yield _Stood((case.office.id, body), sight.account.network.value, post)


def _elsewhere(cases: Sequence[Case], walls: Walls, within: timedelta) -> Iterator[_Stood]:
    """Yield the same of the offices that are not judged now, as far as `walls` has their pages."""
    mine, case = {case.office.id for case in cases}, cases[0]
    for office in case.registry.offices:
        holder = holder_on(office, case.day)
        own, bodies = (holder.judged_accounts, holder.institution_accounts) if holder else ((), ())
        pages = [*((page, False) for page in own), *((page, True) for page in (*bodies, *office.accounts))]
        for page, body in pages if office.id not in mine else ():
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
