"""What is kept of t.me's pages: each function is given a page as it came, and leaves the form that a look sees.

They raise `ValueError` for a page that does not answer the question.
"""

from collections.abc import Mapping
from typing import Any

from auditor.base.snapshot import Cause
from auditor.probes.telegram.channel_source import is_other_channel
from auditor.probes.telegram.responses import EntityCard, EntityKind
from auditor.probes.telegram.telegram_anonymiser import TelegramAnonymiser
from auditor.probes.telegram.web.landing_page import read_landing
from auditor.probes.telegram.web.preview_page import PreviewPage, minimise_preview, read_preview

Raw = Mapping[str, Any]
"""`at`, when the page came, and its `html`; of a preview that leads to the landing page `redirected` alone."""


def minimise_card(raw: Raw, name: str, door: TelegramAnonymiser | None) -> EntityCard:
    """Keep what a name is; without a `door`, of a control.

    A page about another name says nothing of this one, and of a control that its route is not to be believed.
    """
    page = read_landing(raw["html"])
    other = page.handle not in {None, name.casefold()} and not (name.startswith("+") or door is None)
    if page.kind is EntityKind.UNRECOGNISED or (other and page.kind in {EntityKind.CHANNEL, EntityKind.MISSING}):
        raise ValueError("not this landing page")
    if page.kind is not EntityKind.CHANNEL:
        return EntityCard(at=raw["at"], kind=page.kind)
    if door is not None:
        door.add_description(page.header.title, page.about)
    return EntityCard(at=raw["at"], kind=page.kind, header=page.header.model_copy(update={"title": None}))


def minimise_author(raw: Raw, door: TelegramAnonymiser, author: int) -> EntityCard:
    """Keep of somebody who comments what he is.

    The stub of a missing name is also what a throttled client sees; a page may be about another name.
    """
    page, (name, sketches) = read_landing(raw["html"]), door.lookups[author]
    if page.kind in {EntityKind.UNRECOGNISED, EntityKind.MISSING} or page.handle not in {None, name}:
        raise ValueError("tells nothing")
    return EntityCard(at=raw["at"], kind=page.kind, sketches=dict(sketches) if page.kind is EntityKind.GROUP else None)


def keep_history(raw: Raw, name: str, door: TelegramAnonymiser | None, number: int | None) -> PreviewPage:
    """Keep a page of a channel; of one that is not surely that with the `number` no words are kept."""
    at = raw["at"]
    if raw.get("redirected"):
        return PreviewPage(at=at, cause=Cause.PREVIEW_OFF)
    page = read_preview(raw["html"], name, at)
    if page is None:
        if read_landing(raw["html"]).kind is EntityKind.MISSING:
            return PreviewPage(at=at, cause=Cause.THROTTLED)
        raise ValueError("not a preview")
    if is_other_channel(page.number, number) or (number is not None and page.number is None and not page.messages):
        header = page.header and page.header.model_copy(update={"title": None})
        return page.model_copy(update={"html": "", "header": header})
    if door is not None:
        door.add_description(page.header.title if page.header is not None else None, page.about)
    return page.model_copy(update={"html": minimise_preview(raw["html"], name)})
