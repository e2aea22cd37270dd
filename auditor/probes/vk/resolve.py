"""Names and numbers: a page keeps its number for ever, and a name may pass to anybody.

A short name may belong to a user, a community or an application. Users are asked for first (1000 a call), then
communities (500), and `utils.resolveScreenName`, one name a call, last: a key may not be allowed to call it. Of a page
that is looked at, a name is nobody's only where each of the three has said so by itself.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from auditor.base.snapshot import Cause, EvidenceKind
from auditor.probes.protocol import Call, Failure, FailureAction, Look, Request, fetch
from auditor.probes.target import Target
from auditor.probes.vk.error_codes import NO_SUCH
from auditor.probes.vk.profile import Pages, ScreenName, VkPage, select_page
from auditor.probes.vk.vk_anonymiser import id_in_name

_MANY = {1: ("users.get", "user_ids", 1000), -1: ("groups.getById", "group_ids", 500)}
"""By sign of a page's number: the method that tells of many, its parameter, and how many it takes."""
_FIELDS = {
    1: "screen_name,domain,verified,followers_count,status,site,about",
    -1: "screen_name,verified,members_count,description,status,site,wall,links",
}
_NOBODYS = 0
"""No page has this number."""
_PROFILE = EvidenceKind.PROFILE


def page_request(
    asked: int | str,
    sign: int,
    kind: EvidenceKind,
    official: int | None = None,
    fields: str = "",
    *,
    alone: bool = False,
) -> Request[Pages]:
    """Ask for the user (`sign` 1) or the community (-1) of a signed number or a name: one request tells of many.

    Of another page than `official` nothing but number and state is kept.
    """
    method, parameter, most = _MANY[sign]
    params = {parameter: str(asked).removeprefix("-"), "fields": fields or _FIELDS[sign]}
    keep = partial(select_page, sign=sign, asked=asked, official=official, alone=alone)
    return Request(Call(method, params, "" if alone else parameter, most), Pages, kind, minimiser=keep)


def _numbered(number: int, kind: EvidenceKind, official: int | None = None) -> Request[Pages]:
    return page_request(number, 1 if number > 0 else -1, kind, official)


def screen_name(name: str, kind: EvidenceKind = _PROFILE) -> Request[ScreenName]:
    """Ask what a name stands for."""
    return Request(Call("utils.resolveScreenName", {"screen_name": name}), ScreenName, kind)


def resolve_id(name: str) -> Look[int | None]:
    """Find the signed number of a name. 0: no page has it; None: it could not be found out."""
    name, stated, clear = name.casefold(), id_in_name(name), True
    if stated is not None:
        return stated
    for sign in (1, -1):
        found = _found_in((yield from fetch(page_request(name, sign, _PROFILE, _NOBODYS, "screen_name,domain"))))
        if found.page is not None:
            return found.page.id
        clear = clear and found.name_unused
    stands_for = yield from fetch(screen_name(name))
    if isinstance(stands_for, ScreenName) and stands_for.type:
        return stands_for.number
    # Where nobody has it by the two methods, a key that may not ask the third knows no more.
    clear = clear and (isinstance(stands_for, ScreenName) or stands_for.cause is Cause.NO_CREDENTIALS)
    return 0 if clear else None


# One page ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ResolvedPage:
    """Which page was found, or why none was."""

    at: datetime
    """When VK's first answer came."""
    page: VkPage | None = None
    cause: Cause | None = None
    """Why the page cannot be judged."""
    exists: bool | None = None
    """True and False are VK's own words; True without a page: VK says that the page is there, and closed."""
    kind: str | None = None
    """What the page is, or what the name stands for if for no page: an application."""
    renamed: bool = False
    """The page was found by its number, and its name is another now."""
    name_unused: bool = False
    """VK says that nobody has the name: neither a user nor a community, nor, where the key may ask that, anything."""


def resolve_page(target: Target, kind: EvidenceKind = _PROFILE) -> Look[ResolvedPage]:
    """Find the page of a target: by number where that is known, else by name.

    A number that was never seen under the address may be a slip in the registry: then the page that has the name comes
    first, and where nobody has it, the page with the number on record.
    """
    name, stated = target.address.name, id_in_name(target.address.name)
    known = stated or target.numbers.get(name)
    number = target.id if target.id_seen or target.id == known else known if target.id is None else None
    found = (yield from _by_number(number, name, kind)) if number else None
    if (
        found is not None
        and not found.name_unused
        and (target.id_seen or found.page is None or found.page.has_name(name))
    ):
        return found
    if found is None or not stated:
        named = yield from _by_name(name, kind, target.id)
        named = named if found is None else replace(named, at=found.at)
        if target.id is None or not named.name_unused or named.cause is Cause.NO_CREDENTIALS:
            return named
        found = replace(found or (yield from _by_number(target.id, name, kind)), at=named.at)
    # VK shows a deleted page by its number: an answer that leaves it out is odd, and does not say that it is gone.
    return replace(found, cause=Cause.UNRECOGNISED_PAGE, name_unused=False) if found.name_unused else found


def _by_number(number: int, name: str, kind: EvidenceKind) -> Look[ResolvedPage]:
    found = _found_in((yield from fetch(_numbered(number, kind))))
    page = found.page
    return replace(found, renamed=page is not None and not (page.deactivated or page.has_name(name)))


def _by_name(name: str, kind: EvidenceKind, official: int | None) -> Look[ResolvedPage]:
    refused: Failure | None = None
    at: datetime | None = None
    for sign in (1, -1):
        answer = yield from _named(name, sign, kind, official)
        at, found = at or answer.at, _found_in(answer)
        if isinstance(answer, Failure) and (
            answer.act is FailureAction.CLOSE_METHOD or answer.cause is Cause.NO_CREDENTIALS
        ):
            refused = refused or answer  # the other method may know the name
        elif not found.name_unused:
            return replace(found, at=at)
    stands_for = yield from fetch(screen_name(name, kind))
    at = at or stands_for.at
    if isinstance(stands_for, Failure):
        free = refused is None and stands_for.cause is Cause.NO_CREDENTIALS
        return ResolvedPage(at, cause=(refused or stands_for).cause, name_unused=free)
    if not stands_for.number:
        cause = Cause.WRONG_KIND if stands_for.type else refused.cause if refused else Cause.NOT_AT_ADDRESS
        return ResolvedPage(at, cause=cause, kind=stands_for.type, name_unused=cause is Cause.NOT_AT_ADDRESS)
    found = replace(_found_in((yield from fetch(_numbered(stands_for.number, kind, official)))), at=at)
    # VK has just said whose name it is: that the page is nobody's contradicts it.
    return replace(found, cause=Cause.UNRECOGNISED_PAGE, name_unused=False) if found.name_unused else found


def _named(name: str, sign: int, kind: EvidenceKind, official: int | None) -> Look[Pages | Failure]:
    """Ask for the user or the community of a name. A deleted page does not say its own: it is known by coming alone."""
    answer = yield from fetch(page_request(name, sign, kind, official))
    if isinstance(answer, Failure) or answer.first is not None or not answer.unread:
        return answer
    return (yield from fetch(page_request(name, sign, kind, official, alone=True)))


def _found_in(answer: Pages | Failure) -> ResolvedPage:
    """Read an answer about one page. The error "private" says that it is there; of two tales neither is believed."""
    if isinstance(answer, Failure):
        free, is_there = answer.code in NO_SUCH, answer.cause is Cause.PRIVATE and answer.code is not None
        return ResolvedPage(answer.at, cause=answer.cause, exists=True if is_there else None, name_unused=free)
    page = answer.first
    if page is None:
        cause = Cause.UNRECOGNISED_PAGE if answer.unread else Cause.NOT_AT_ADDRESS
        return ResolvedPage(answer.at, cause=cause, name_unused=not answer.unread)
    if any(other != page for other in answer.readable):
        return ResolvedPage(answer.at, cause=Cause.CONTRADICTION)
    return ResolvedPage(answer.at, page, page.cause, page.exists, page.kind)
