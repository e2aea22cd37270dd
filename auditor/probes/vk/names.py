"""Names and numbers: a page keeps its number for ever, and a name may pass to anybody.

A short name may belong to a user, a community or an application. Users are asked for first (1000 a call), then
communities (500), and `utils.resolveScreenName`, one name a call, last: a key may not be allowed to call it. Of a page
that is looked at, a name is nobody's only where each of the three has said so by itself.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from auditor.base.snapshot import Cause, EvidenceKind
from auditor.probes.base import Target
from auditor.probes.looks import Act, Ask, Call, Failure, Look, ask
from auditor.probes.vk.codes import NO_SUCH
from auditor.probes.vk.pages import Page, Pages, ScreenName, kept_page
from auditor.probes.vk.speakers import stated_number

_MANY = {1: ("users.get", "user_ids", 1000), -1: ("groups.getById", "group_ids", 500)}
"""By sign of a page's number: the method that tells of many, its parameter, and how many it takes."""
_FIELDS = {
    1: "screen_name,domain,verified,followers_count,status,site,about",
    -1: "screen_name,verified,members_count,description,status,site,wall,links",
}
_SIGNS = {"user": 1, "group": -1, "page": -1, "event": -1}
"""The sign of a number by what VK says that a short name stands for."""
_NOBODYS = 0
"""No page has this number."""
_PROFILE = EvidenceKind.PROFILE


def page_of(
    asked: int | str,
    sign: int,
    kind: EvidenceKind,
    official: int | None = None,
    fields: str = "",
    *,
    alone: bool = False,
) -> Ask[Pages]:
    """Ask for the user (`sign` 1) or the community (-1) of a signed number or a name: one request tells of many.

    Of another page than `official` nothing but number and state is kept.
    """
    method, parameter, most = _MANY[sign]
    params = {parameter: str(asked).removeprefix("-"), "fields": fields or _FIELDS[sign]}
    keep = partial(kept_page, sign=sign, asked=asked, official=official, alone=alone)
    return Ask(Call(method, params, "" if alone else parameter, most), Pages, kind, keep=keep)


def _numbered(number: int, kind: EvidenceKind, official: int | None = None) -> Ask[Pages]:
    return page_of(number, 1 if number > 0 else -1, kind, official)


def screen_name(name: str, kind: EvidenceKind = _PROFILE) -> Ask[ScreenName]:
    """Ask what a name stands for."""
    return Ask(Call("utils.resolveScreenName", {"screen_name": name}), ScreenName, kind)


def number_in(answer: ScreenName) -> int:
    """Return the signed number of the page that a name stands for; 0: it stands for no page."""
    return _SIGNS.get(answer.type or "", 0) * (answer.object_id or 0)


def number_of(name: str) -> Look[int | None]:
    """Find the signed number of a name. 0: no page has it; None: it could not be found out."""
    name, stated, told = name.casefold(), stated_number(name), True
    if stated is not None:
        return stated
    for sign in (1, -1):
        answer = yield from ask(page_of(name, sign, _PROFILE, _NOBODYS, "screen_name,domain"))
        page = None if isinstance(answer, Failure) else answer.first
        if page is not None:
            return page.id
        told = told and (answer.code in NO_SUCH if isinstance(answer, Failure) else not answer.unread)
    stands_for = yield from ask(screen_name(name))
    if isinstance(stands_for, ScreenName) and stands_for.type:
        return number_in(stands_for)
    # Where nobody has it by the two methods, a key that may not ask the third knows no more.
    told = told and (isinstance(stands_for, ScreenName) or stands_for.cause is Cause.NO_CREDENTIALS)
    return 0 if told else None


# One page ------------------------------------------------------------------------------------------------------------

_DEACTIVATED = {"deleted": (False, Cause.GONE), "banned": (None, Cause.BANNED)}
"""Only ``deleted`` says that a page is gone: one that VK has banned may come back."""


@dataclass(frozen=True, slots=True)
class Found:
    """Which page was found, or why none was."""

    at: datetime
    """When VK's first answer came."""
    page: Page | None = None
    cause: Cause | None = None
    """Why the page cannot be judged."""
    exists: bool | None = None
    """True and False are VK's own words; True without a page: VK says that the page is there, and closed."""
    kind: str | None = None
    """What the page is, or what the name stands for if for no page: an application."""
    moved: bool = False
    """The page was found by its number, and its name is another now."""
    free: bool = False
    """VK says that nobody has the name: neither a user nor a community, nor, where the key may ask that, anything."""


def find(target: Target, kind: EvidenceKind = _PROFILE) -> Look[Found]:
    """Find the page of a target: by number where that is known, else by name.

    A number that was never seen under the address may be a slip in the registry: then the page that has the name comes
    first, and where nobody has it, the page with the number on record.
    """
    name, stated = target.address.name, stated_number(target.address.name)
    known = stated or target.numbers.get(name)
    number = target.id if target.id_seen or target.id == known else known if target.id is None else None
    numbered = (yield from ask(_numbered(number, kind))) if number else None
    if isinstance(numbered, Failure) and numbered.code not in NO_SUCH:
        return _failed(numbered, numbered.at)
    if numbered is not None:
        page = _page_in(numbered)
        if page is not None and (page.has_name(name) or target.id_seen):
            return _shown(numbered.at, page, name)
        # An answer that leaves a number out is odd, and does not say that the page is gone.
        if stated or (not isinstance(numbered, Failure) and numbered.unread):
            return _shown(numbered.at, None)
    named = yield from _by_name(name, kind, target.id)
    at = named.at if numbered is None else numbered.at
    if target.id is None or not named.free or named.cause is Cause.NO_CREDENTIALS:
        return replace(named, at=at)
    answer = numbered or (yield from ask(_numbered(target.id, kind)))
    if isinstance(answer, Failure) and answer.code not in NO_SUCH:
        return _failed(answer, at)
    return _shown(at, _page_in(answer), name)


def _page_in(answer: Pages | Failure) -> Page | None:
    return None if isinstance(answer, Failure) else answer.first


def _by_name(name: str, kind: EvidenceKind, official: int | None) -> Look[Found]:
    refused: Failure | None = None
    at: datetime | None = None
    for sign in (1, -1):
        answer = yield from _named(name, sign, kind, official)
        at = at or answer.at
        if not isinstance(answer, Failure):
            if answer.items:
                return _shown(at, answer.first)
        elif answer.act is Act.CLOSE or answer.cause is Cause.NO_CREDENTIALS:
            refused = refused or answer  # the other method may know the name
        elif answer.code not in NO_SUCH:
            return _failed(answer, at)
    stands_for = yield from ask(screen_name(name, kind))
    at = at or stands_for.at
    if isinstance(stands_for, Failure):
        free = refused is None and stands_for.cause is Cause.NO_CREDENTIALS
        return replace(_failed(refused or stands_for, at), free=free)
    number = number_in(stands_for)
    if not number:
        cause = Cause.WRONG_KIND if stands_for.type else refused.cause if refused else Cause.NOT_AT_ADDRESS
        return Found(at, cause=cause, kind=stands_for.type, free=cause is Cause.NOT_AT_ADDRESS)
    answer = yield from ask(_numbered(number, kind, official))
    # VK has just said whose name it is: that the page is nobody's contradicts it.
    return _failed(answer, at) if isinstance(answer, Failure) else _shown(at, answer.first)


def _named(name: str, sign: int, kind: EvidenceKind, official: int | None) -> Look[Pages | Failure]:
    """Ask for the user or the community of a name. A deleted page does not say its own: it is known by coming alone."""
    answer = yield from ask(page_of(name, sign, kind, official))
    if isinstance(answer, Failure) or answer.first is not None or not answer.unread:
        return answer
    return (yield from ask(page_of(name, sign, kind, official, alone=True)))


def _shown(at: datetime, page: Page | None, name: str | None = None) -> Found:
    """Return the page that an answer shows, asked for by its number if a `name` is given that it should have.

    VK shows a deleted page by its number: that none came says nothing.
    """
    if page is None:
        return Found(at, cause=Cause.UNRECOGNISED_PAGE)
    state: tuple[bool | None, Cause | None] = (True, Cause.PRIVATE if page.id > 0 and page.closed else None)
    if page.deactivated:
        state = _DEACTIVATED.get(page.deactivated, (None, Cause.UNRECOGNISED_PAGE))
    moved = not (name is None or page.deactivated or page.has_name(name))
    exists, cause = state
    return Found(at, page, cause, exists, page.kind, moved)


def _failed(failure: Failure, at: datetime) -> Found:
    """Read an error about a page: "private" says that it is there."""
    is_there = failure.cause is Cause.PRIVATE and failure.code is not None
    return Found(at, cause=failure.cause, exists=True if is_there else None)
