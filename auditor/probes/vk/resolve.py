"""Resolves a name or an id to a page: a page keeps its id for ever, while its name may pass to another.

A short name may belong to a user, a community or an application. Users are requested first (1000 a call), then
communities (500), and last `utils.resolveScreenName`, one name a call, for which a key may lack permission. When a page
is looked at, its name counts as unused only if each of the three methods has said so by itself. Responses, with
invented values::

    users.get                 {"items": [{"id": 5, "screen_name": "glava5"}]}
    utils.resolveScreenName   {"type": "group", "object_id": 7}
"""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from auditor.base.snapshot import Cause, EvidenceKind
from auditor.probes.protocol import Call, Failure, FailureAction, Look, Request, fetch
from auditor.probes.target import Target
from auditor.probes.vk.error_codes import NO_SUCH
from auditor.probes.vk.profile import Pages, ScreenName, VkPage, select_page
from auditor.probes.vk.vk_network import id_in_name

_BATCH_METHODS = {1: ("users.get", "user_ids", 1000), -1: ("groups.getById", "group_ids", 500)}
"""By sign of a page's id: the method that takes many, its parameter, and the most values in it."""
_FIELDS = {
    1: "screen_name,domain,verified,followers_count,status,site,about",
    -1: "screen_name,verified,members_count,description,status,site,wall,links",
}
_NO_PAGE_ID = 0
"""No page has this id."""
_PROFILE = EvidenceKind.PROFILE


def page_request(
    id_or_name: int | str,
    sign: int,
    kind: EvidenceKind,
    confirmed_id: int | None = None,
    fields: str = "",
    *,
    alone: bool = False,
) -> Request[Pages]:
    """Return the request for the user (`sign` 1) or the community (-1) with a signed id or a name.

    It can share a call with others, except `alone`. Of a page with another id than `confirmed_id`, only id and state
    are stored.
    """
    method, parameter, batch_size = _BATCH_METHODS[sign]
    params = {parameter: str(id_or_name).removeprefix("-"), "fields": fields or _FIELDS[sign]}
    minimise = partial(select_page, sign=sign, id_or_name=id_or_name, confirmed_id=confirmed_id, alone=alone)
    return Request(Call(method, params, "" if alone else parameter, batch_size), Pages, kind, minimiser=minimise)


def _request_by_id(page_id: int, kind: EvidenceKind, confirmed_id: int | None = None) -> Request[Pages]:
    return page_request(page_id, 1 if page_id > 0 else -1, kind, confirmed_id)


def screen_name(name: str, kind: EvidenceKind = _PROFILE) -> Request[ScreenName]:
    """Return the request for what a name belongs to."""
    return Request(Call("utils.resolveScreenName", {"screen_name": name}), ScreenName, kind)


def resolve_id(name: str) -> Look[int | None]:
    """Return the signed id of a name's page: 0 if no page has the name, None if that could not be found out."""
    name, stated_id = name.casefold(), id_in_name(name)
    if stated_id is not None:
        return stated_id
    by_sign = dict[int, Pages | Failure]()
    for sign in (1, -1):
        by_sign[sign] = yield from fetch(_id_request(name, sign))
        page = _read_pages(by_sign[sign]).page
        if page is not None:
            return page.id
    name_owner = yield from fetch(screen_name(name))
    if isinstance(name_owner, ScreenName) and name_owner.type:
        return name_owner.page_id
    # A key may lack permission for the third method: then the other two decide.
    is_unused = isinstance(name_owner, ScreenName) or name_owner.cause is Cause.NO_CREDENTIALS
    for sign, response in by_sign.items():
        if is_unused:
            resolved = _read_pages((yield from _fetch_again_alone(response, _id_request(name, sign, alone=True))))
            if resolved.page is not None:
                return resolved.page.id
            is_unused = resolved.name_unused
    return 0 if is_unused else None


def _id_request(name: str, sign: int, *, alone: bool = False) -> Request[Pages]:
    return page_request(name, sign, _PROFILE, _NO_PAGE_ID, "screen_name,domain", alone=alone)


# One page ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ResolvedPage:
    """The page that was found, or why none was."""

    at: datetime
    """When VK's first response came."""
    page: VkPage | None = None
    cause: Cause | None = None
    """Why the page cannot be judged."""
    exists: bool | None = None
    """By VK's own word; True without a page: VK says that the page exists and is private."""
    kind: str | None = None
    """The kind of page, or what else the name belongs to: an application."""
    renamed: bool = False
    """The page was found by its id, and has another name now."""
    name_unused: bool = False
    """By VK's word, the name belongs to no user, no community and, if the key may ask that, nothing else."""


def resolve_page(target: Target, kind: EvidenceKind = _PROFILE) -> Look[ResolvedPage]:
    """Find the page of a target: by its id if known, else by its name.

    An id that was never seen under the address may be a slip in the registry: then the page that has the name is
    preferred, and the page with the recorded id is taken only if no page has the name.
    """
    name, stated_id = target.address.name, id_in_name(target.address.name)
    recorded_id = stated_id or target.numbers.get(name)
    page_id = target.id if target.id_seen or target.id == recorded_id else recorded_id if target.id is None else None
    resolved = (yield from _resolve_by_id(page_id, name, kind)) if page_id else None
    if (
        resolved is not None
        and not resolved.name_unused
        and (target.id_seen or resolved.page is None or resolved.page.has_name(name))
    ):
        return resolved
    if resolved is None or not stated_id:
        by_name = yield from _resolve_by_name(name, kind, target.id)
        by_name = by_name if resolved is None else replace(by_name, at=resolved.at)
        if target.id is None or not by_name.name_unused or by_name.cause is Cause.NO_CREDENTIALS:
            return by_name
        resolved = replace(resolved or (yield from _resolve_by_id(target.id, name, kind)), at=by_name.at)
    # VK shows even a deleted page by its id: a response that leaves it out is odd, and does not mean that it is gone.
    return replace(resolved, cause=Cause.UNRECOGNISED_PAGE, name_unused=False) if resolved.name_unused else resolved


def _resolve_by_id(page_id: int, name: str, kind: EvidenceKind) -> Look[ResolvedPage]:
    resolved = _read_pages((yield from fetch(_request_by_id(page_id, kind))))
    page = resolved.page
    return replace(resolved, renamed=page is not None and not (page.deactivated or page.has_name(name)))


def _resolve_by_name(name: str, kind: EvidenceKind, confirmed_id: int | None) -> Look[ResolvedPage]:
    refusal: Failure | None = None
    answered_at: datetime | None = None
    for sign in (1, -1):
        response = yield from _fetch_by_name(name, sign, kind, confirmed_id)
        answered_at, resolved = answered_at or response.at, _read_pages(response)
        if isinstance(response, Failure) and (
            response.act is FailureAction.CLOSE_METHOD or response.cause is Cause.NO_CREDENTIALS
        ):
            refusal = refusal or response  # the other methods may know the name
        elif not resolved.name_unused:
            return replace(resolved, at=answered_at)
    name_owner = yield from fetch(screen_name(name, kind))
    answered_at = answered_at or name_owner.at
    if isinstance(name_owner, Failure):
        is_unused = refusal is None and name_owner.cause is Cause.NO_CREDENTIALS
        return ResolvedPage(answered_at, cause=(refusal or name_owner).cause, name_unused=is_unused)
    if not name_owner.page_id:
        cause = Cause.WRONG_KIND if name_owner.type else refusal.cause if refusal else Cause.NOT_AT_ADDRESS
        return ResolvedPage(answered_at, cause=cause, kind=name_owner.type, name_unused=cause is Cause.NOT_AT_ADDRESS)
    resolved = _read_pages((yield from fetch(_request_by_id(name_owner.page_id, kind, confirmed_id))))
    resolved = replace(resolved, at=answered_at)
    # VK has just named the page of this name: that no such page exists contradicts it.
    return replace(resolved, cause=Cause.UNRECOGNISED_PAGE, name_unused=False) if resolved.name_unused else resolved


def _fetch_by_name(name: str, sign: int, kind: EvidenceKind, confirmed_id: int | None) -> Look[Pages | Failure]:
    """Request the user or the community with a name; once more, alone, if a page came without showing its name."""
    response = yield from fetch(page_request(name, sign, kind, confirmed_id))
    alone = page_request(name, sign, kind, confirmed_id, alone=True)
    return (yield from _fetch_again_alone(response, alone))


def _fetch_again_alone(response: Pages | Failure, alone: Request[Pages]) -> Look[Pages | Failure]:
    """Return the response, or that to `alone` if a page came without showing its name.

    A deleted page does not show it, and is recognised by being the only one in the response.
    """
    if isinstance(response, Failure) or response.first is not None or not response.unread:
        return response
    return (yield from fetch(alone))


def _read_pages(response: Pages | Failure) -> ResolvedPage:
    """Read a response about one page. The error "private" means that it exists; two different pages contradict."""
    if isinstance(response, Failure):
        is_unused, is_private = response.code in NO_SUCH, response.cause is Cause.PRIVATE and response.code is not None
        return ResolvedPage(
            response.at, cause=response.cause, exists=True if is_private else None, name_unused=is_unused
        )
    page = response.first
    if page is None:
        cause = Cause.UNRECOGNISED_PAGE if response.unread else Cause.NOT_AT_ADDRESS
        return ResolvedPage(response.at, cause=cause, name_unused=not response.unread)
    if any(other != page for other in response.readable):
        return ResolvedPage(response.at, cause=Cause.CONTRADICTION)
    return ResolvedPage(response.at, page, page.cause, page.exists, page.kind)
