"""The stored form of VK's answers: VK's own shape, with the official's own public words and nobody else's.

Lists of what stays, never of what goes: a field that VK adds tomorrow is left out until somebody has looked at it.
Names stay out even of profiles, since a short name may have passed to a private person. A comment has ``said`` in the
place of its author and its text: what is kept of both. What could not be read stays as an empty object, so that it
is missed in the stored form as it was in the answer.

A form is made of whatever came and never raises.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from auditor.base.answers import NO_ANSWER
from auditor.base.snapshot import Cause, Comment
from auditor.language.reading import read_post
from auditor.language.words import without_mentions
from auditor.probes.vk.answers import (
    flag,
    is_marked_by_erid,
    is_paid,
    moment,
    number,
    objects,
    of_owner,
    parent_of,
    source_of,
    tells_of_register,
    whole,
)
from auditor.probes.vk.errors import VkFailure

_PROFILE = frozenset(
    (
        *("id", "screen_name", "domain", "deactivated", "is_closed", "can_access_closed", "verified", "is_verified"),
        *("followers_count", "status", "site", "about"),
    )
)
_COMMUNITY = frozenset(
    (
        *("id", "screen_name", "domain", "type", "deactivated", "is_closed", "verified", "is_government_organization"),
        *("members_count", "description", "status", "site", "wall"),
    )
)
_STRANGER = frozenset(("id", "type", "deactivated", "is_closed", "can_access_closed"))
_PLAIN = str | int | float
_CALL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+|\+?\d[\d\s()–-]{4,}\d")

_NOBODY = 0
"""The author of a post that the wall's owner did not write."""

_Raw = Mapping[str, Any]


def dump(value: object) -> bytes:
    """Write what is kept, the same for the same answer."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "replace")  # half a surrogate pair has no UTF-8


def response(value: object) -> bytes:
    """Write an answer of which `value` is kept."""
    return dump({"response": value})


def error(failure: VkFailure) -> bytes:
    """Keep what was wrong, without the echo of the parameters; of a page that is not VK's answer only its size.

    For a question without an answer, keep why there is none; where it was not asked, what was stopped.
    """
    assert failure.exchange is not None
    if not failure.came:
        return dump({NO_ANSWER: failure.cause.value, **({} if failure.sent else {"stopped": failure.act.value})})
    if failure.code is not None:
        return dump({"error": {"error_code": failure.code, "error_msg": failure.exchange.said}})
    return dump({"not_an_answer": {"bytes": len(failure.exchange.body), "cause": failure.cause.value}})


def unrecognised() -> bytes:
    """Keep of an answer that is none to the question only that it came."""
    return dump({"not_an_answer": {"cause": Cause.UNRECOGNISED_PAGE.value}})


# Pages -----------------------------------------------------------------------------------------------------------


def pages(value: object, form: Callable[[_Raw], dict[str, Any]]) -> list[dict[str, Any] | None] | None:
    """Keep of each page of a list what `form` leaves: the list itself, or ``groups`` of the form that 5.199 has."""
    listed = value.get("groups") if isinstance(value, dict) else value
    if not isinstance(listed, list):
        return None
    return [form(raw) if isinstance(raw, dict) else None for raw in listed]


def user(raw: _Raw) -> dict[str, Any]:
    """Keep what a profile says of itself to everybody."""
    return _plain_fields(raw, _PROFILE)


def group(raw: _Raw) -> dict[str, Any]:
    """Keep what a community says of itself to everybody; of its links those that may lead to the register."""
    links = [link["url"] for link in objects(raw.get("links")) or [] if isinstance(link.get("url"), str)]
    telling = [{"url": url} for url in links if tells_of_register(url)]
    return {**_plain_fields(raw, _COMMUNITY), **({"links": telling} if telling else {})}


def stranger(raw: _Raw) -> dict[str, Any]:
    """Keep only the kind and state of a page that has taken an official's name: it may be a citizen's."""
    return _plain_fields(raw, _STRANGER)


def _plain_fields(raw: _Raw, wanted: Collection[str]) -> dict[str, Any]:
    kept = {key: raw[key] for key in sorted(wanted) if isinstance(raw.get(key), _PLAIN)}
    return {**kept, "deactivated": True} if raw.get("deactivated") and "deactivated" not in kept else kept


def community(raw: _Raw) -> dict[str, Any]:
    """Keep what a body's own page shows of itself: its title, links and contacts too, but no telephone and no mail."""
    kept = {key: raw[key] for key in (*sorted(_COMMUNITY), "name", "activity") if isinstance(raw.get(key), _PLAIN)}
    links = [
        {key: link[key] for key in ("url", "name", "desc") if isinstance(link.get(key), str)}
        for link in objects(raw.get("links")) or []
    ]
    contacts = [
        {"user_id": whole(one.get("user_id")), "desc": without_ways_to_call(str(one.get("desc") or ""))}
        for one in objects(raw.get("contacts")) or []
    ]
    return {**kept, "links": links, "contacts": contacts}


def without_ways_to_call(text: str) -> str:
    """Take telephone numbers and mail addresses out of a text."""
    return " ".join(_CALL.sub("", text).split())


def screen_name(value: object) -> dict[str, Any] | list[Any]:
    """Keep what a short name stands for, and its number."""
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(kind, str):
        return []
    return {"type": kind, "object_id": whole(value.get("object_id"))}


def posts_counter(value: object) -> list[dict[str, Any]]:
    """Keep how many posts a profile counts for itself."""
    counted = [raw["counters"] for raw in objects(value) or [] if isinstance(raw.get("counters"), dict)]
    return [{"counters": _told(posts=number(counters.get("posts")))} for counters in counted[:1]]


def photos(value: object, owner_id: int) -> dict[str, Any] | None:
    """Keep how many photos a profile has and when its own were added: no picture, no address, no caption."""
    items = objects(value.get("items")) if isinstance(value, dict) else None
    if not isinstance(value, dict) or items is None:
        return None
    return _told(
        count=number(value.get("count")),
        items=[_told(date=_seconds(item)) if of_owner(item, owner_id) else {} for item in items],
    )


# Posts and comments ----------------------------------------------------------------------------------------------


def wall(value: object, owner_id: int, *, words: bool = True) -> dict[str, Any] | None:
    """Keep the owner's posts, as a rule with their own text; of others' and of reposted ones only that they exist."""
    items = value.get("items") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(items, list):
        return None
    return _told(count=number(value.get("count")), items=[_post(item, owner_id, words=words) for item in items])


def _post(item: object, owner_id: int, *, words: bool) -> dict[str, Any]:
    raw = item if isinstance(item, dict) and of_owner(item, owner_id) else {}
    placed = _placed(raw)
    if "id" not in placed:
        return placed
    placed |= _flags(raw, "is_pinned")
    if whole(raw.get("from_id")) not in {None, owner_id}:
        return {**placed, "from_id": _NOBODY}
    talk = raw["comments"] if isinstance(raw.get("comments"), dict) else {}
    told = _told(
        from_id=owner_id,
        post_type=raw["post_type"] if isinstance(raw.get("post_type"), str) else None,
        copy_history=[{}] if raw.get("copy_history") else None,
        comments=_told(count=number(talk.get("count"))) | _flags(talk, "can_post", "groups_can_post"),
        post_source=dict(zip(("type", "data"), source, strict=True)) if any(source := source_of(raw)) else None,
        donut={"is_donut": True} if is_paid(raw) else None,
        erid=is_marked_by_erid(raw) or None,
    )
    text = raw["text"] if words and isinstance(raw.get("text"), str) else ""
    return {**placed, **told, **_flags(raw, "marked_as_ads", "is_deleted"), **(_words(text) if words else {})}


def _words(text: str) -> dict[str, Any]:
    """Keep the owner's own text without those whom it mentions, and what it says."""
    return {"text": without_mentions(text), "said": read_post(text)}


def comments(
    value: object, said: Callable[[_Raw], dict[str, Any]] | None = None, under: tuple[int, int] | None = None
) -> dict[str, Any] | None:
    """Keep of each comment its place and what `said` keeps of its author and text, and what the page tells of itself.

    Without `said` only that there are comments. `under`: the owner and the number of the post that was asked about.
    """
    items = value.get("items") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(items, list):
        return None
    told = _told(count=number(value.get("count")), current_level_count=number(value.get("current_level_count")))
    kept = [_comment(item, said, under) if said is not None else {} for item in items]
    return {**told, **_flags(value, "can_post", "groups_can_post"), "items": kept}


def _comment(
    item: object, said: Callable[[_Raw], dict[str, Any]], under: tuple[int, int] | None, depth: int = 0
) -> dict[str, Any]:
    raw = item if isinstance(item, dict) and (under is None or _is_under(item, *under)) else {}
    placed, parent = _placed(raw), parent_of(raw)
    if "id" not in placed:
        return placed
    own = said(raw)
    thread = raw["thread"] if isinstance(raw.get("thread"), dict) else {}
    came = thread.get("items") if depth == 0 else None
    along = [_comment(answer, said, under, depth + 1) for answer in came] if isinstance(came, list) else None
    told = _told(
        parents_stack=None if parent is None else [parent],
        reply_to_comment=whole(raw.get("reply_to_comment")),
        thread=_told(count=number(thread.get("count")), items=along),
    )
    return {**placed, **told, **_flags(raw, "deleted"), "said": own}


def _is_under(raw: _Raw, owner_id: int, post_id: int) -> bool:
    return of_owner(raw, owner_id) and whole(raw.get("post_id")) in {None, post_id}


def said_by(comment: Comment) -> dict[str, Any]:
    """Return what a comment holds beside its place."""
    placed = {"id", "at", "reply_to", "thread", "deleted"}
    return comment.model_dump(mode="json", exclude=placed, exclude_defaults=True)


def with_answers(value: _Raw, comments: Mapping[int, Comment]) -> _Raw:
    """Return a page of comments with what each of them answers, and without whom it addresses."""
    items = [_answered(item, comments) for item in value["items"]]
    return {**value, "items": items}


def _answered(item: Any, comments: Mapping[int, Comment]) -> Any:
    comment = comments.get(whole(item.get("id")) or 0) if isinstance(item, dict) and "said" in item else None
    if comment is None:
        return item
    thread = item.get("thread")
    if isinstance(thread, dict) and isinstance(thread.get("items"), list):
        item = {**item, "thread": with_answers(thread, comments)}
    return {**item, "said": said_by(comment)}


def _placed(raw: _Raw) -> dict[str, Any]:
    """Keep an item's number and moment; of one that lacks either, whether that is because it was deleted."""
    placed = _told(id=whole(raw.get("id")), date=_seconds(raw))
    if len(placed) == 2:
        return placed
    return {"is_deleted": True} if flag(raw.get("is_deleted")) or flag(raw.get("deleted")) else {}


def _seconds(raw: _Raw) -> int | None:
    at = moment(raw.get("date"))
    return None if at is None else int(at.timestamp())


def _flags(raw: _Raw, *names: str) -> dict[str, Any]:
    return {name: True for name in names if flag(raw.get(name))}


def _told(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
