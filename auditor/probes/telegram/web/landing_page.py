"""Reads t.me's landing page: what a name leads to, and what a channel says about itself there.

No reader raises: a page without the marks that it must have is `unrecognised` (`tme_html`).
"""

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser

from auditor.probes.linked_text import LinkedText
from auditor.probes.telegram.responses import ChannelHeader, EntityKind
from auditor.probes.telegram.web import tme_html

_DOMAIN = re.compile(r"[?&]domain=([A-Za-z0-9_]+)")
_TITLE = re.compile(r"@([A-Za-z0-9_]+)\s*$")


@dataclass(frozen=True, slots=True)
class LandingPage:
    """What a landing page says, before `minimise_card` cuts it to what may be kept."""

    kind: EntityKind
    handle: str | None = None
    """The user name that the page is about, in lower case, if it names one."""
    header: ChannelHeader = field(default_factory=ChannelHeader)
    about: LinkedText | None = None
    """The description."""


def read_landing(page: str) -> LandingPage:
    """Read a landing page; a page without the marks that it must have is `unrecognised`."""
    if not tme_html.is_complete_html(page):
        return LandingPage(EntityKind.UNRECOGNISED)
    tree = tme_html.parse(page)
    handle, title = _handle(tree), tree.css_first(".tgme_page_title")
    if title is None:
        return LandingPage(_kind_without_title(tree), handle)
    about = tme_html.read_description(tree.css_first(".tgme_page_description"))
    header = tme_html.read_header(title.css_first("span") or title, tree.css(".tgme_page_extra"), title)
    return LandingPage(_kind_with_title(tree), handle, header, about)


def _kind_without_title(tree: LexborHTMLParser) -> EntityKind:
    """Return `missing` for the page of a missing name, and `unrecognised` for one that merely lost its title.

    A throttled client gets the same page, so the caller may not believe it without a control.
    """
    icon = tree.css_first(".tgme_page_icon .tgme_icon_user") is not None
    contact = tree.css_first(".tgme_page_description .tgme_username_link") is not None
    content = tree.css_first(".tgme_page_extra, .tgme_page_photo, .tgme_page_context_link, .tgme_channel_history")
    return EntityKind.MISSING if icon and contact and content is None else EntityKind.UNRECOGNISED


def _kind_with_title(tree: LexborHTMLParser) -> EntityKind:
    extra = " ".join(tme_html.text_of(node) for node in tree.css(".tgme_page_extra")).casefold()
    action = tree.css_first(".tgme_page_action a, .tgme_action_button_new")
    button = tme_html.text_of(action).casefold()
    if tme_html.attribute(action, "href").startswith("tg://join"):
        return EntityKind.PRIVATE
    if "monthly user" in extra or button == "start bot":
        return EntityKind.BOT
    if "subscriber" in extra:
        return EntityKind.CHANNEL
    # In the pages of 2021 a channel had "members" too; its preview link and its card tell it from a group.
    preview = any("/s/" in tme_html.attribute(node, "href") for node in tree.css("a.tgme_page_context_link"))
    if preview or tree.css_first(".tgme_page_post") is not None:
        return EntityKind.CHANNEL
    if "member" in extra:
        return EntityKind.GROUP
    return EntityKind.USER if button == "send message" else EntityKind.UNRECOGNISED


def _handle(tree: LexborHTMLParser) -> str | None:
    for node in tree.css('meta[property="al:ios:url"]'):
        if match := _DOMAIN.search(tme_html.attribute(node, "content")):
            return match[1].casefold()
    match = _TITLE.search(tme_html.text_of(tree.css_first("title")))
    return match[1].casefold() if match else None
