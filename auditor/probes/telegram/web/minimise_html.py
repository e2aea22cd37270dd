"""Minimises t.me's landing pages and previews to the responses that a look sees; `comment_page` does so for comments.

Each function raises `ValueError` for a page that does not answer the request. A landing page, shortened::

    <div class="tgme_page_title"><span>First District</span></div>
    <div class="tgme_page_extra">120 subscribers</div>
    <a class="tgme_page_context_link" href="/s/first_district">Preview channel</a>

is stored as ``{"at": "...", "kind": "channel", "header": {"title": null, "subscribers": 120, ...}}``.
"""

from collections.abc import Mapping
from typing import Any

from auditor.base.snapshot import Cause
from auditor.probes.telegram.responses import EntityCard, EntityKind, has_register_link, is_other_channel
from auditor.probes.telegram.telegram_authors import TelegramAuthors
from auditor.probes.telegram.web.landing_page import read_landing
from auditor.probes.telegram.web.preview_page import PreviewPage, cut_preview, read_preview

ReceivedPage = Mapping[str, Any]
"""`at`, when the page came, and its `html`; for a preview that redirects to the landing page, `redirected` instead."""


_ORGANISATION = {EntityKind.CHANNEL: True, EntityKind.GROUP: True, EntityKind.USER: False}


def minimise_card(received: ReceivedPage, name: str, authors: TelegramAuthors | None, website: str = "") -> EntityCard:
    """Minimise a landing page to what the name leads to; `authors` is None for a control.

    Raises `ValueError` for a page about another name; for a control the name on the page is not compared.
    """
    page = read_landing(received["html"])
    names_other = page.handle not in {None, name.casefold()} and not (name.startswith("+") or authors is None)
    if page.kind is EntityKind.UNRECOGNISED or (names_other and page.kind in {EntityKind.CHANNEL, EntityKind.MISSING}):
        raise ValueError("not a landing page, or one of another name")
    if page.kind is not EntityKind.CHANNEL:
        return EntityCard(at=received["at"], kind=page.kind)
    if authors is not None:
        authors.add_description(page.header.title, page.about)
    header = {"title": None, "register_link": has_register_link(page.about, website)}
    return EntityCard(at=received["at"], kind=page.kind, header=page.header.model_copy(update=header))


def minimise_author(received: ReceivedPage, authors: TelegramAuthors, ordinal: int) -> EntityCard:
    """Minimise the landing page of a comment's author to what they are.

    Raises `ValueError` for the page of a missing name, which a throttled client sees too, or of another name.
    """
    page, (name, sketches) = read_landing(received["html"]), authors.lookups[ordinal]
    if page.kind in {EntityKind.UNRECOGNISED, EntityKind.MISSING} or page.handle not in {None, name}:
        raise ValueError("not the landing page of this author")
    return EntityCard(
        at=received["at"],
        kind=page.kind,
        sketches=dict(sketches) if page.kind is EntityKind.GROUP else None,
        organisation=_ORGANISATION.get(page.kind),
    )


def minimise_preview(
    received: ReceivedPage,
    name: str,
    authors: TelegramAuthors | None,
    confirmed_id: int | None,
    website: str = "",
) -> PreviewPage:
    """Minimise a preview page of the channel `name`. Raises `ValueError` for a page that is no preview.

    Its markup is kept, cut by `cut_preview`. Markup and title are dropped if an id is confirmed and the page names
    another one, or neither an id nor a message. `cause` is `preview_off` if the preview redirects, `throttled` for the
    page of a missing name.
    """
    received_at = received["at"]
    if received.get("redirected"):
        return PreviewPage(at=received_at, cause=Cause.PREVIEW_OFF)
    page = read_preview(received["html"], name, received_at)
    if page is None:
        if read_landing(received["html"]).kind is EntityKind.MISSING:
            return PreviewPage(at=received_at, cause=Cause.THROTTLED)
        raise ValueError("not a preview")
    page = page.with_register_link(has_register_link(page.about, website))
    if is_other_channel(page.number, confirmed_id) or (
        confirmed_id is not None and page.number is None and not page.messages
    ):
        header = page.header and page.header.model_copy(update={"title": None})
        return page.model_copy(update={"html": "", "header": header})
    if authors is not None:
        authors.add_description(page.header.title if page.header is not None else None, page.about)
    return page.model_copy(update={"html": cut_preview(received["html"], name)})
