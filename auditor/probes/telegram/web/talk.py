"""The forms of the discussion widget: a page of comments, reduced by the door of its look."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationInfo, model_validator

from auditor.probes.telegram.forms import Glimpse, Talk, TalkState
from auditor.probes.telegram.speakers import Door, Writer
from auditor.probes.telegram.web.widget import Discussion, RawComment, read_discussion, read_older


@dataclass(frozen=True, slots=True, repr=False)
class About:
    """What a form must know to reduce a page: what was asked for, and the door."""

    name: str
    """As it was asked for."""
    door: Door
    number: int | None = None
    """Of the confirmed channel: of another one no words are kept. In a thread, the post."""
    author: int = 0
    control: bool = False
    """Of a control the page counts that is shown under its name, even if it speaks of another."""


def about_of(info: ValidationInfo) -> About:
    """Return what came with a raw page: without it none can be read."""
    assert isinstance(info.context, About)
    return info.context


class WebTalk(Talk):
    """The discussion widget, or an older page of it."""

    @model_validator(mode="before")
    @classmethod
    def _parsed(cls, raw: Any, info: ValidationInfo) -> Any:
        if "html" not in raw:
            return raw
        about = about_of(info)
        page = _discussion(raw, about)
        path = _api_path(page.api)
        if page.keys and path:
            about.door.keys[about.number or 0] = {**page.keys, "api": path}
        remarks = [_remark(about.door, raw_comment) for raw_comment in page.comments]
        return {
            "at": raw["at"],
            "state": page.state,
            "count": page.count,
            "before": page.before,
            "remarks": [*remarks, *([{}] if page.damaged else [])],
            "leads_on": (about.number or 0) in about.door.keys,
        }


class WebGlimpse(Glimpse):
    """The discussion widget, of which nothing is kept but whether it is open."""

    @model_validator(mode="before")
    @classmethod
    def _parsed(cls, raw: Any, info: ValidationInfo) -> Any:
        if "html" not in raw:
            return raw
        return {"at": raw["at"], "open": _discussion(raw, about_of(info)).state is TalkState.OPEN}


def _discussion(raw: Any, about: About) -> Discussion:
    """Read a page of comments. Raises `ValueError` for one that is none, or is another post's."""
    page = read_older(raw["html"], raw["host"]) if raw["older"] else read_discussion(raw["html"], raw["host"])
    if page.state is None or page.post not in {None, f"{about.name}/{about.number}".casefold()}:
        raise ValueError("not this discussion")
    return page


def _remark(door: Door, raw: RawComment) -> dict[str, Any]:
    names = () if raw.handle is None else (raw.handle,)
    writer = Writer(names, raw.name or "", doubtful=raw.unread)
    return door.remark(
        writer, number=raw.id, at=raw.at, text=raw.text, reply_to=raw.reply_to, askable=raw.handle is not None
    )


def _api_path(api: str | None) -> str:
    """Return the path and query of the address that the page names; its host is never asked but the one set."""
    try:
        parts = urlsplit(api or "")
    except ValueError:
        return ""
    if not parts.path.startswith("/") or parts.path.startswith("//"):
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
