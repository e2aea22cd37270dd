"""Telegram's objects, as JSON, reduced to the forms that a look reads: who it is, messages, the talk in a group.

A field that a later layer of Telegram's schema adds or drops does no harm. What a stored form is read from again has no
``_``, by which Telegram's own objects are told.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import ValidationInfo, model_validator

from auditor.base.snapshot import Cause, Moment
from auditor.probes.looks import Kept, Stored
from auditor.probes.telegram.forms import (
    FIRST_THAT_FITS,
    Card,
    Glimpse,
    History,
    Kind,
    Number,
    Remark,
    Talk,
    Unread,
    is_advertisement,
)
from auditor.probes.telegram.speakers import Door, Writer
from auditor.probes.telegram.web.pages import Description, register_link

PAGE = 100
"""Messages that an answer has at most."""
_HERE = {"all", "web", "desktop", "tdesktop"}
"""Platforms whose restrictions concern everyone; those of one shop's phones do not."""
_ONLY_WARNED = {"sensitive"}

Raw = Mapping[str, Any]
_Kept = TypeVar("_Kept")


@dataclass(slots=True, repr=False)
class Asked:
    """What must be known to reduce an answer about one channel. It lives in memory only, as long as the look."""

    name: str
    """The user name on record, in lower case."""
    door: Door
    official: int | None = None
    """The number of the confirmed channel, where known: of another nothing is kept but that it is there."""
    number: int | None = None
    """The channel's, once it is known."""
    group: int | None = None
    group_names: tuple[str, ...] = ()


class Reduced(Stored):
    """An answer of Telegram's, reduced as it is validated; what is stored of it is read as it stands."""

    @model_validator(mode="before")
    @classmethod
    def _from_telegram(cls, raw: Any, info: ValidationInfo) -> Any:
        if not (isinstance(raw, Mapping) and ("_" in raw or "error" in raw)):
            return raw
        assert isinstance(info.context, Asked)
        return {"at": raw["at"], **cls._reduced(raw, info.context)}

    @classmethod
    def _reduced(cls, raw: Raw, asked: Asked) -> dict[str, Any]:
        """Return what is kept. Raises whatever it will for an answer of another form."""
        raise NotImplementedError


# Who it is -----------------------------------------------------------------------------------------------------------


class Who(Reduced, Card):
    """Who has a name or a number. `word` is Telegram's own where it says that nobody has, and `kind` then `missing`."""

    word: str = ""
    bears: bool = True
    """The name on record is among its user names."""
    private: bool = False
    """Only its members see more than that it is there."""
    restricted: bool = False
    """Telegram shows it to no one."""
    scam: bool = False
    fake: bool = False
    group: Number = None
    """The number of the linked group."""
    group_readable: bool = False
    """One who is not in the group may read it."""

    @classmethod
    def _reduced(cls, raw: Raw, asked: Asked) -> dict[str, Any]:
        return {"kind": Kind.MISSING, "word": raw["error"]} if "error" in raw else _who(raw, asked)


def _who(raw: Raw, asked: Asked) -> dict[str, Any]:
    full, chats = raw.get("full_chat") or {}, _by_id(raw.get("chats"))
    entity = _entity(raw, full, chats)
    names = _names(entity)
    kind = _kind(entity)
    if kind is not Kind.CHANNEL:
        return {"kind": kind, "bears": asked.name in names}
    there = {"kind": kind, "bears": asked.name in names, "number": entity["id"]}
    there["private"] = entity["_"].endswith("Forbidden")
    if asked.official not in {None, entity["id"]}:
        return {**there, "header": {}}
    group = chats.get(full.get("linked_chat_id") or 0)
    if full:
        asked.group_names = _names(group or {})
        asked.door.owner |= {*names, *asked.group_names}
        asked.door.learn(entity.get("title"), [full.get("about") or ""])
    return {
        **there,
        "handle": next(iter(names), None),
        "created": entity.get("date") if entity.get("left") else None,
        "header": _header(entity, full),
        "restricted": _is_restricted(entity),
        "scam": bool(entity.get("scam")),
        "fake": bool(entity.get("fake")),
        "group": full.get("linked_chat_id"),
        "group_readable": group is not None and not group["_"].endswith("Forbidden") and has_hash(group),
    }


def _header(entity: Raw, full: Raw) -> dict[str, Any]:
    about = full.get("about")
    return {
        "verified": bool(entity.get("verified")),
        "subscribers": full.get("participants_count"),
        "register_link": register_link(Description(about) if isinstance(about, str) else None),
    }


def _entity(raw: Raw, full: Raw, chats: Mapping[int, Raw]) -> Raw:
    """Return the channel, group, person or bot that an answer is about. Raises `LookupError` where it is not there."""
    peer = raw.get("peer") or {}
    number = full.get("id") or peer.get("channel_id") or peer.get("chat_id")
    if number is not None:
        return chats[number]
    people = _by_id(raw.get("users"))
    if "user_id" in peer:
        return people[peer["user_id"]]
    (entity,) = [*chats.values(), *people.values()]
    return entity


def _by_id(entities: Any) -> dict[int, Raw]:
    """Return users or chats by their numbers, without those of which Telegram tells nothing."""
    return {e["id"]: e for e in entities or () if not e["_"].endswith("Empty")}


def _kind(entity: Raw) -> Kind:
    if entity["_"].startswith("User"):
        return Kind.BOT if entity.get("bot") else Kind.USER
    return Kind.CHANNEL if entity["_"].startswith("Channel") and entity.get("broadcast") else Kind.GROUP


def _names(entity: Raw) -> tuple[str, ...]:
    """Return user names in lower case, the shown one first."""
    more = [n.get("username") for n in entity.get("usernames") or () if n.get("active")]
    return tuple(dict.fromkeys(n.casefold() for n in (entity.get("username"), *more) if isinstance(n, str) and n))


def has_hash(entity: Raw) -> bool:
    """Tell whether an entity came with an access hash that opens anything: not in short form."""
    return isinstance(entity.get("access_hash"), int) and not entity.get("min")


def _is_restricted(entity: Raw) -> bool:
    reasons = entity.get("restriction_reason") or () if entity.get("restricted") else ()
    return any(r.get("platform") in _HERE and r.get("reason") not in _ONLY_WARNED for r in reasons)


# Messages ------------------------------------------------------------------------------------------------------------


class ClientHistory(Reduced, History):
    """A page of a channel's messages."""

    @classmethod
    def _reduced(cls, raw: Raw, asked: Asked) -> dict[str, Any]:
        rows = _rows(raw)
        shown = [row for row in reversed(rows) if row["_"] != "MessageEmpty"]
        foreign = any(_channel(row.get("peer_id")) not in {None, asked.number} for row in shown)
        return {
            "messages": [_read(_message, row) for row in shown],
            "before": _lowest(rows),
            "count": raw["count"],
            "raw": len(rows),
            "cause": Cause.UNRECOGNISED_PAGE if foreign else None,
        }


def _rows(raw: Raw) -> list[Raw]:
    """Return the messages of a page, newest first, deleted ones' places among them. Raises where it is no page."""
    rows: list[Raw] = raw["messages"]
    int(raw["count"])
    return rows


def _read(reduce: Callable[[Raw], _Kept], row: Raw) -> _Kept | dict[str, Any]:
    """Return what is kept of a message; {}, which no form takes, of one that cannot be read."""
    try:
        return reduce(row)
    except (LookupError, TypeError, ValueError, AttributeError):
        return {}


def _lowest(rows: Iterable[Raw]) -> int | None:
    """Return the lowest id of a page, below which there are older messages; None where there can be none."""
    lowest = min((row["id"] for row in rows), default=1)
    return lowest if lowest > 1 else None


def _message(raw: Raw) -> dict[str, Any]:
    text, action, replies = raw.get("message") or "", raw.get("action"), raw.get("replies") or {}
    service, repost = action is not None, raw.get("fwd_from") is not None
    return {
        "id": raw.get("id"),
        "at": raw.get("date"),
        "text": "" if service or repost else text,
        "repost": repost,
        "service": service,
        "created": raw.get("id") == 1 and (action or {}).get("_") == "MessageActionChannelCreate",
        "advertisement": is_advertisement(text, _links(raw)),
        "paid": (raw.get("media") or {}).get("_") == "MessageMediaPaidMedia",
        "album": raw.get("grouped_id"),
        "state": "open" if replies.get("comments") else "closed",
        "comments": replies.get("replies") if replies.get("comments") else None,
    }


def _links(raw: Raw) -> list[str]:
    """Return where words and buttons of a message lead; newer layers tell a button's link in its type."""
    rows = (raw.get("reply_markup") or {}).get("rows") or ()
    buttons = [button for row in rows for button in row.get("buttons") or ()]
    parts = [*(raw.get("entities") or ()), *buttons, *(button.get("type") or {} for button in buttons)]
    return [part["url"] for part in parts if isinstance(part.get("url"), str)]


def _channel(peer: Raw | None) -> int | None:
    return (peer or {}).get("channel_id")


# The talk ------------------------------------------------------------------------------------------------------------


class ClientTalk(Reduced, Talk):
    """A page of one post's thread, where every message is a comment."""

    @classmethod
    def _reduced(cls, raw: Raw, asked: Asked) -> dict[str, Any]:
        rows, talk = _rows(raw), _Talk(raw, asked)
        shown = [row for row in reversed(rows) if row["_"] not in _NO_COMMENT]
        roots = _roots(shown)
        return {
            "state": "open",
            "count": int(raw["count"]) - (len(rows) - len(shown)),
            "remarks": [_read(lambda row: talk.remark(row, roots=roots), row) for row in shown],
            "before": None if len(rows) < PAGE and len(rows) >= raw["count"] else _lowest(rows),
        }


class Row(Kept):
    """A message of the linked group: its place, and the comment that it is, if it is one."""

    id: int
    at: Moment
    copy_of: int | None = None
    """The channel's post that it is the copy of: the root of the post's thread."""
    reply_to: int | None = None
    top: int | None = None
    """The root of its thread, where it answers another comment."""
    remark: Remark | None = None


class GroupPage(Reduced):
    """A page of the linked group: copies of posts, and whatever replies to something; not the group's own talk."""

    rows: tuple[Annotated[Row | Unread, FIRST_THAT_FITS], ...] = ()
    """Newest first."""
    raw: int
    count: int
    before: Number = None
    """Older messages are asked for by this id; None: there are none."""
    oldest: Moment | None = None
    """The earliest moment on it."""
    disordered: bool = False
    """A message stands on it twice, or not in the order of its number."""

    @classmethod
    def _reduced(cls, raw: Raw, asked: Asked) -> dict[str, Any]:
        rows, talk = _rows(raw), _Talk(raw, asked)
        ids = [row["id"] for row in rows]
        return {
            "rows": [kept for row in rows if (kept := _read(talk.row, row)) is not None],
            "raw": len(rows),
            "count": raw["count"],
            "before": _lowest(rows),
            "oldest": min((row["date"] for row in rows if row.get("date")), default=None),
            "disordered": ids != sorted(set(ids), reverse=True),
        }


class Administrators(Reduced):
    """How many administer the linked group. Who they are only the door is told."""

    count: int

    @classmethod
    def _reduced(cls, raw: Raw, asked: Asked) -> dict[str, Any]:
        numbers = {int(person["user_id"]) for person in raw["participants"]}
        if len(numbers) < max(raw.get("count") or 0, 1):  # somebody has made the group
            raise ValueError("not all of them")
        asked.door.numbers |= numbers
        return {"count": len(numbers)}


class ClientGlimpse(Reduced, Glimpse):
    """Of a control's thread: whether any comment came."""

    @classmethod
    def _reduced(cls, raw: Raw, asked: Asked) -> dict[str, Any]:  # noqa: ARG003 - it is of nobody
        return {"open": len(_rows(raw)) > 0}


_NO_COMMENT = {"MessageEmpty", "MessageService"}
"""Of a deleted message its place remains; a service message is nobody's."""


def _roots(rows: Iterable[Raw]) -> set[int]:
    """Return the root of a thread, which does not come along with it: what its messages lead to and is none of them."""
    headers = [header for row in rows if (header := row.get("reply_to"))]
    tops = {header["reply_to_top_id"] for header in headers if header.get("reply_to_top_id")}
    return tops or {h["reply_to_msg_id"] for h in headers if h.get("reply_to_msg_id")} - {row["id"] for row in rows}


class _Talk:
    """Turns messages of a group into what is kept of them; the people who come along with them stay here."""

    def __init__(self, raw: Raw, asked: Asked) -> None:
        self._asked = asked
        self._people, self._chats = _by_id(raw.get("users")), _by_id(raw.get("chats"))

    def row(self, raw: Raw) -> dict[str, Any] | None:
        """Return what is kept of a message of the group; None where that is nothing."""
        if raw["_"] in _NO_COMMENT:
            return None
        copy_of, header = self._copied(raw), raw.get("reply_to") or {}
        if copy_of is None and not header:
            return None
        place = {"copy_of": copy_of, "top": header.get("reply_to_top_id")}
        remark = self.remark(raw) if _replied(header) is not None or place["top"] is not None else None
        return {"id": raw["id"], "at": raw["date"], **place, "reply_to": _replied(header), "remark": remark}

    def remark(self, raw: Raw, *, roots: Collection[int | None] = ()) -> dict[str, Any]:
        """Return a comment as the door leaves it. What answers one of its `roots` answers the post, and no comment."""
        reply_to = _replied(raw.get("reply_to") or {})
        return self._asked.door.remark(
            self._writer(raw.get("from_id")),
            number=raw["id"],
            at=raw["date"],
            text=raw.get("message") or "",
            reply_to=None if reply_to in roots else reply_to,
        )

    def _writer(self, peer: Raw | None) -> Writer:
        """Return who wrote. Without an author it is an anonymous administrator, who speaks as the group."""
        asked = self._asked
        if peer is None:
            return Writer(asked.group_names, number=asked.group, owner=True)
        number = _channel(peer)
        card = (self._people if number is None else self._chats).get(number or peer.get("user_id") or 0)
        if card is None:
            return Writer(number=number or peer.get("user_id"), doubtful=True, owner=self._is_ours(number))
        title = " ".join(w for key in ("first_name", "last_name", "title") if (w := card.get(key)))
        doubtful = _kind(card) is not Kind.USER
        return Writer(_names(card), title, card["id"], doubtful=doubtful, owner=self._is_ours(number))

    def _is_ours(self, number: int | None) -> bool:
        """Tell whether a number of a channel or group is that of the channel itself or of its group."""
        return number is not None and number in {self._asked.number, self._asked.group}

    def _copied(self, raw: Raw) -> Any:
        """Return the post of which a message is the copy in the group.

        A copy of a repost names the repost's origin as its source, and the channel as where it was saved from.
        """
        header, number = raw.get("fwd_from"), self._asked.number
        if not header or _channel(raw.get("from_id")) != number:
            return None
        if _channel(header.get("saved_from_peer")) == number:
            return header.get("saved_from_msg_id")
        return header.get("channel_post") if _channel(header.get("from_id")) == number else None


def _replied(header: Raw) -> Any:
    """Return what a message replies to; nothing where it quotes a message of another chat."""
    return None if header.get("reply_to_peer_id") is not None else header.get("reply_to_msg_id")
