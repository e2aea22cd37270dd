"""What is kept of t.me's pages: each function is given a page as it came, and leaves the form that a look sees.

They raise `ValueError` for a page that does not answer the question.
"""

from collections.abc import Mapping
from typing import Any

from auditor.base.snapshot import Cause
from auditor.probes.telegram.forms import Card, Kind
from auditor.probes.telegram.source import is_another
from auditor.probes.telegram.speakers import Door
from auditor.probes.telegram.web.pages import read_landing
from auditor.probes.telegram.web.preview import Preview, cut, read_preview

Raw = Mapping[str, Any]
"""`at`, when the page came, and its `html`; of a preview that leads to the landing page `redirected` alone."""


def keep_card(raw: Raw, name: str, door: Door | None) -> Card:
    """Keep what a name is; without a `door`, of a control.

    A page about another name says nothing of this one, and of a control that its route is not to be believed.
    """
    page = read_landing(raw["html"])
    other = page.handle not in {None, name.casefold()} and not (name.startswith("+") or door is None)
    if page.kind is Kind.UNRECOGNISED or (other and page.kind in {Kind.CHANNEL, Kind.MISSING}):
        raise ValueError("not this landing page")
    if page.kind is not Kind.CHANNEL:
        return Card(at=raw["at"], kind=page.kind)
    if door is not None:
        door.learn(page.header.title, page.about)
    return Card(at=raw["at"], kind=page.kind, header=page.header.model_copy(update={"title": None}))


def keep_identity(raw: Raw, door: Door, author: int) -> Card:
    """Keep of somebody who comments what he is.

    The stub of a missing name is also what a throttled client sees; a page may be about another name.
    """
    page, (name, sketches) = read_landing(raw["html"]), door.people[author]
    if page.kind in {Kind.UNRECOGNISED, Kind.MISSING} or page.handle not in {None, name}:
        raise ValueError("tells nothing")
    return Card(at=raw["at"], kind=page.kind, sketches=dict(sketches) if page.kind is Kind.GROUP else None)


def keep_history(raw: Raw, name: str, door: Door | None, number: int | None) -> Preview:
    """Keep a page of a channel; of one that is not surely that with the `number` no words are kept."""
    at = raw["at"]
    if raw.get("redirected"):
        return Preview(at=at, cause=Cause.PREVIEW_OFF)
    page = read_preview(raw["html"], name, at)
    if page is None:
        if read_landing(raw["html"]).kind is Kind.MISSING:
            return Preview(at=at, cause=Cause.THROTTLED)
        raise ValueError("not a preview")
    if is_another(page.number, number) or (number is not None and page.number is None and not page.messages):
        header = page.header and page.header.model_copy(update={"title": None})
        return page.model_copy(update={"html": "", "header": header})
    if door is not None:
        door.learn(page.header.title if page.header is not None else None, page.about)
    return page.model_copy(update={"html": cut(raw["html"], name)})
