"""The landing page ``t.me/NAME``: what kind of thing a name is, decided by markup alone (facts: telegram.md 2)."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from selectolax.lexbor import LexborHTMLParser, LexborNode

from auditor.probes.linked import Anchor, Marked, marked
from auditor.probes.tme.html import attribute, parse, text_of, whole

_COUNT = re.compile(r"^([\d\s\u00a0\u202f,.]+)(?:subscriber|member)s?\b", re.IGNORECASE)
_DOMAIN = re.compile(r"[?&]domain=([A-Za-z0-9_]+)")
_TITLE = re.compile(r"@([A-Za-z0-9_]+)\s*$")
# Federal law 303-ФЗ of 08.08.2024: pages above 10,000 subscribers carry a link to their entry in the register.
_REGISTER = re.compile(r"(?<![\w-])(?:knd\.gov\.ru(?![\w-]|\.\w)|gosuslugi\.ru/snet\b)", re.IGNORECASE)
_SHORTENED = re.compile(
    r"(?<![\w.-])(?:clck\.ru|vk\.cc|bit\.ly|goo\.su|u\.to|tinyurl\.com|is\.gd|t\.ly|cutt\.ly|ya\.cc|surl\.li|gu-st\.ru|"
    r"qps\.ru|shorturl\.at|rebrand\.ly|ow\.ly)/\S",
    re.IGNORECASE,
)


class Kind(StrEnum):
    """What a name on t.me is."""

    CHANNEL = "channel"
    GROUP = "group"
    USER = "user"
    BOT = "bot"
    PRIVATE = "private"
    MISSING = "missing"
    UNRECOGNISED = "unrecognised"


@dataclass(frozen=True, slots=True)
class Description:
    """The owner's description of a channel: its text, and where its links lead."""

    text: str = ""
    links: tuple[str, ...] = ()
    anchors: tuple[Anchor, ...] = field(default=(), compare=False)
    """The same links with their places in `text`."""

    @property
    def marked(self) -> Marked:
        """The text with its links."""
        return Marked(self.text, self.anchors)


@dataclass(frozen=True, slots=True)
class Landing:
    """What a landing page says. `handle` is the name it speaks of, in lower case, where it names one."""

    kind: Kind
    handle: str | None = None
    title: str | None = None
    subscribers: int | None = None
    verified: bool | None = None
    description: Description | None = None


def read_landing(page: str) -> Landing:
    """Read a landing page. A page without the marks that it must have is `unrecognised`."""
    if not whole(page):
        return Landing(Kind.UNRECOGNISED)
    tree = parse(page)
    handle, title = _handle(tree), tree.css_first(".tgme_page_title")
    if title is None:
        return Landing(_kind_without_title(tree), handle)
    kind = _kind(tree)
    extra = [text_of(node) for node in tree.css(".tgme_page_extra")]
    return Landing(
        kind=kind,
        handle=handle,
        title=text_of(title.css_first("span") or title) or None,
        subscribers=next((n for t in extra if (n := exact_number(t)) is not None), None),
        verified=title.css_first(".verified-icon") is not None,
        description=described(tree.css_first(".tgme_page_description")),
    )


def _kind_without_title(tree: LexborHTMLParser) -> Kind:
    """Tell the stub of a missing name from a page that merely lost its title.

    The same stub is what a throttled client gets, so the caller may not believe it without a control.
    """
    icon = tree.css_first(".tgme_page_icon .tgme_icon_user") is not None
    contact = tree.css_first(".tgme_page_description .tgme_username_link") is not None
    content = tree.css_first(".tgme_page_extra, .tgme_page_photo, .tgme_page_context_link, .tgme_channel_history")
    return Kind.MISSING if icon and contact and content is None else Kind.UNRECOGNISED


def _kind(tree: LexborHTMLParser) -> Kind:
    extra = " ".join(text_of(node) for node in tree.css(".tgme_page_extra")).casefold()
    action = tree.css_first(".tgme_page_action a, .tgme_action_button_new")
    button = text_of(action).casefold()
    if attribute(action, "href").startswith("tg://join"):
        return Kind.PRIVATE
    if "monthly user" in extra or button == "start bot":
        return Kind.BOT
    if "subscriber" in extra:
        return Kind.CHANNEL
    # In the pages of 2021 a channel had "members" too; its preview link and its card tell it from a group.
    preview = any("/s/" in attribute(node, "href") for node in tree.css("a.tgme_page_context_link"))
    if preview or tree.css_first(".tgme_page_post") is not None:
        return Kind.CHANNEL
    if "member" in extra:
        return Kind.GROUP
    return Kind.USER if button == "send message" else Kind.UNRECOGNISED


def _handle(tree: LexborHTMLParser) -> str | None:
    for node in tree.css('meta[property="al:ios:url"]'):
        if match := _DOMAIN.search(attribute(node, "content")):
            return match[1].casefold()
    match = _TITLE.search(text_of(tree.css_first("title")))
    return match[1].casefold() if match else None


def exact_number(text: str) -> int | None:
    """Read ``11 286 994 subscribers``; None for a rounded ``11.3M`` and for anything else."""
    match = _COUNT.match(text.strip())
    if match is None or "." in match[1]:
        return None
    digits = re.sub(r"[^0-9]", "", match[1])
    return int(digits) if digits and len(digits) < 12 else None


def described(node: LexborNode | None) -> Description:
    """Read a description; one that is not there is empty."""
    if node is None:
        return Description()
    whole = marked(node)
    return Description(whole.text, tuple(attribute(a, "href") for a in node.css("a[href]")), whole.anchors)


def register_link(description: Description | None) -> bool | None:
    """Tell whether the description carries a link to the register of large pages.

    None where the description was not seen, or where a shortened link in it may be the one.
    """
    if description is None:
        return None
    places = (description.text, *description.links)
    if any(_REGISTER.search(place) for place in places):
        return True
    return None if any(_SHORTENED.search(place) for place in places) else False
