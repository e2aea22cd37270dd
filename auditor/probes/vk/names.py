"""Names and numbers: a page keeps its number for ever, and a name may pass to anybody.

A short name may belong to a user, a community or an application. Users are asked for first (1000 a call), then
communities (500), and `utils.resolveScreenName`, one name a call, last: a key may not be allowed to call it. Of a page
that is looked at, a name is nobody's only where each of the three has said so by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from auditor.base.snapshot import Cause, EvidenceKind
from auditor.probes.base import Target
from auditor.probes.looks import Act, Ask, Call, Failure, Look, ask
from auditor.probes.vk.codes import NO_SUCH
from auditor.probes.vk.pages import Page, Pages, ScreenName, Wanted
from auditor.probes.vk.speakers import stated_number

_MANY = {1: ("users.get", "user_ids", 1000), -1: ("groups.getById", "group_ids", 500)}
"""By sign of a page's number: the method that tells of many, its parameter, and how many it takes."""
_FIELDS = {
    1: "screen_name,domain,verified,followers_count,status,site,about",
    -1: "screen_name,verified,members_count,description,status,site,wall,links",
}
_SIGNS = {"user": 1, "group": -1, "page": -1, "event": -1}
"""The sign of a number by what VK says that a short name stands for."""


def _call(sign: int, names: Sequence[str], fields: str = "") -> Call:
    method, many, most = _MANY[sign]
    return Call(method, {many: ",".join(names), "fields": fields or _FIELDS[sign]}, many, most)


def page_numbered(number: int, kind: EvidenceKind, official: int | None = None) -> Ask[Pages]:
    """Ask for a page by its signed number: one request tells of many."""
    sign = 1 if number > 0 else -1
    return Ask(_call(sign, [str(abs(number))]), Pages, kind, Wanted(sign, number, official=official))


def _named(name: str, sign: int, kind: EvidenceKind, official: int | None) -> Look[Pages | Failure]:
    """Ask for the user or the community of a name. A deleted page does not say its own: it is known by coming alone."""
    call, wanted = _call(sign, [name]), Wanted(sign, names=frozenset({name}), official=official)
    answer = yield from ask(Ask(call, Pages, kind, wanted))
    if isinstance(answer, Failure) or answer.page is not None or not answer.unread:
        return answer
    return (yield from ask(Ask(replace(call, many=""), Pages, kind, replace(wanted, alone=True))))


def _screen_name(name: str, kind: EvidenceKind = EvidenceKind.PROFILE) -> Ask[ScreenName]:
    return Ask(Call("utils.resolveScreenName", {"screen_name": name}), ScreenName, kind)


# Many names ----------------------------------------------------------------------------------------------------------


def names(wanted: Sequence[str]) -> Look[Mapping[str, int]]:
    """Find the signed numbers of many names, by name in lower case; 0: no page has it.

    A name that is left out could not be found out.
    """
    lower = dict.fromkeys(name.casefold() for name in wanted)
    numbers = {name: number for name in lower if (number := stated_number(name)) is not None}
    unclear = set[str]()
    for sign in (1, -1):
        left = [name for name in lower if name not in numbers]
        most = _MANY[sign][2]
        for start in range(0, len(left), most):
            found, open_names = yield from _numbers_of(sign, left[start : start + most])
            numbers |= found
            unclear |= open_names
    for name in [name for name in lower if name not in numbers]:
        answer = yield from ask(_screen_name(name))
        stands_for = answer.type if isinstance(answer, ScreenName) else None
        if stands_for and isinstance(answer, ScreenName):
            numbers[name] = _SIGNS.get(stands_for, 0) * (answer.object_id or 0)
        elif name not in unclear and (isinstance(answer, ScreenName) or answer.cause is Cause.NO_CREDENTIALS):
            numbers[name] = 0  # nobody has it by the two methods, and a key that may not ask the third knows no more
    return numbers


def _numbers_of(sign: int, some: Sequence[str]) -> Look[tuple[Mapping[str, int], frozenset[str]]]:
    """Ask for some names in one request; and return those of whom it leaves open whether they are anybody's.

    One page in trouble fails the request and is not named, so its halves are asked for; so too where VK says that the
    trouble is its own.
    """
    wanted = Wanted(sign, names=frozenset(some), bare=True)
    answer = yield from ask(Ask(_call(sign, some, "screen_name,domain"), Pages, EvidenceKind.PROFILE, wanted))
    if not isinstance(answer, Failure):
        numbers = {name: page.id for page in answer.pages for name in page.chosen_names & wanted.names}
        return numbers, wanted.names - numbers.keys() if answer.unread else frozenset()
    of_all = answer.act in {Act.CLOSE, Act.STOP} or answer.cause is Cause.THROTTLED or not answer.sent
    if of_all or answer.code is None or len(some) == 1:
        return {}, frozenset() if answer.code in NO_SUCH else wanted.names
    half = len(some) // 2
    first, open_first = yield from _numbers_of(sign, some[:half])
    second, open_second = yield from _numbers_of(sign, some[half:])
    return {**first, **second}, open_first | open_second


# One page ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """Which page was found, or why none was."""

    at: datetime
    """When VK's first answer came."""
    page: Page | None = None
    cause: Cause | None = None
    exists: bool | None = None
    """True without a page: VK says that the page is there, and closed."""
    kind: str | None = None
    """What the name stands for if for no page: an application."""
    moved: bool = False
    """The page was found by its number, and its name is another now."""
    free: bool = False
    """VK says that nobody has the name: neither a user nor a community, nor, where the key may ask that, anything."""


def find(target: Target, kind: EvidenceKind = EvidenceKind.PROFILE) -> Look[Found]:
    """Find the page of a target: by number where that is known, else by name.

    A number that was never seen under the address may be a slip in the registry: then the page that has the name comes
    first.
    """
    name, stated = target.address.name, stated_number(target.address.name)
    known = stated or target.numbers.get(name)
    number = target.id if target.id_seen or target.id == known else known if target.id is None else None
    if not number:
        return (yield from _by_name_first(target, kind))
    answer = yield from ask(page_numbered(number, kind))
    if isinstance(answer, Failure) and answer.code not in NO_SUCH:
        return _failed(answer)
    page = None if isinstance(answer, Failure) else answer.page
    if page is not None and (page.has_name(name) or target.id_seen):
        return _numbered(answer.at, page, name)
    if stated or (
        isinstance(answer, Pages) and answer.unread
    ):  # an answer that leaves a number out is odd, and does not say that the page is gone
        return Found(answer.at, cause=Cause.UNRECOGNISED_PAGE)
    named = replace((yield from _by_name(name, kind, target.id)), at=answer.at)
    return named if target.id is None or not _is_free(named) else _numbered(answer.at, page, name)


def _by_name_first(target: Target, kind: EvidenceKind) -> Look[Found]:
    """Find who has the name, and where nobody has it, the page with the number on record."""
    named = yield from _by_name(target.address.name, kind, target.id)
    if target.id is None or not _is_free(named):
        return named
    answer = yield from ask(page_numbered(target.id, kind))
    if isinstance(answer, Failure) and answer.code not in NO_SUCH:
        return replace(_failed(answer), at=named.at)
    return _numbered(named.at, None if isinstance(answer, Failure) else answer.page, target.address.name)


def _is_free(named: Found) -> bool:
    return named.free and named.cause is not Cause.NO_CREDENTIALS


def _numbered(at: datetime, page: Page | None, name: str) -> Found:
    """Return the page that a number leads to. VK shows a deleted page by its number: that none came says nothing."""
    if page is None:
        return Found(at, cause=Cause.UNRECOGNISED_PAGE)
    return Found(at, page, moved=not (page.deactivated or page.has_name(name)))


def _by_name(name: str, kind: EvidenceKind, official: int | None) -> Look[Found]:
    refused: Failure | None = None
    at: datetime | None = None
    for sign in (1, -1):
        answer = yield from _named(name, sign, kind, official)
        at = at or answer.at
        if not isinstance(answer, Failure):
            if answer.page is not None or answer.unread:
                return Found(at, answer.page, None if answer.page else Cause.UNRECOGNISED_PAGE)
        elif answer.act is Act.CLOSE or answer.cause is Cause.NO_CREDENTIALS:
            refused = refused or answer  # the other method may know the name
        elif answer.code not in NO_SUCH:
            return replace(_failed(answer), at=at)
    stands_for = yield from ask(_screen_name(name, kind))
    at = at or stands_for.at
    if isinstance(stands_for, Failure):
        free = refused is None and stands_for.cause is Cause.NO_CREDENTIALS
        return replace(_failed(refused or stands_for), at=at, free=free)
    number = _SIGNS.get(stands_for.type or "", 0) * (stands_for.object_id or 0)
    if not number:
        cause = Cause.WRONG_KIND if stands_for.type else refused.cause if refused else Cause.NOT_AT_ADDRESS
        return Found(at, cause=cause, kind=stands_for.type, free=cause is Cause.NOT_AT_ADDRESS)
    answer = yield from ask(page_numbered(number, kind, official))
    if isinstance(answer, Failure):
        return replace(_failed(answer), at=at)
    # VK has just said whose name it is: that the page is nobody's contradicts it.
    return Found(at, answer.page, None if answer.page else Cause.UNRECOGNISED_PAGE)


def _failed(failure: Failure) -> Found:
    """Read an error about a page: "deleted or banned" says neither, "private" that it is there."""
    if failure.cause is Cause.PRIVATE and failure.code is not None:
        return Found(failure.at, cause=Cause.PRIVATE, exists=True)
    return Found(failure.at, cause=Cause.REFUSED if failure.cause is Cause.GONE else failure.cause)
