"""What both ways to Telegram make of a page and its messages."""

import re
from collections.abc import Collection, Iterable
from dataclasses import replace

from auditor.base.address import Address
from auditor.base.answers import Answer
from auditor.base.snapshot import Cause, Network
from auditor.probes.mtproto.reading import Message as Sent
from auditor.probes.tme.pages import Message as Shown
from auditor.search.pages import Page, Passage, Place
from auditor.search.scouts.accounts_in import passage
from auditor.search.scouts.base import CallResult, Scout, Way, Worth, flags, reduced

NETWORK = Network("telegram")


class TelegramScout(Scout):
    """What is stored of `own`, pages of bodies and officials on record, is what a probe stores; of others, flags."""

    network = NETWORK
    _messages_at: str
    """How the address of a page of messages begins."""
    _cursor: re.Pattern[str]
    """The id in such an address below which the page's messages are; a page without one holds the newest."""

    def __init__(self, way: Way, own: Collection[Address]) -> None:
        """Ask through `way`."""
        super().__init__(way)
        self._own = frozenset(own)

    def _worth(self, page: Page, worth: Worth) -> bool:
        """Tell whether a page may be named in what is stored."""
        return page.address in self._own or worth(page)

    def _filed(self, page: Page, raw: list[Answer], cause: Cause | None) -> CallResult:
        """Hand a page over with its answers: all of them where it is on record, else flags and how many there were."""
        if page.address not in self._own:
            raw = [reduced(raw[0], flags(page) | {"answers": len(raw)})] if raw else []
        passages = tuple(replace(said, evidence=self._behind(said, raw)) for said in page.passages)
        page = replace(page, passages=passages, evidence=tuple(a.evidence.id for a in raw))
        return CallResult((page,), tuple(raw), cause=cause)

    def _behind(self, said: Passage, raw: list[Answer]) -> str:
        """Return the id of the answer that a passage was read from: a page of messages, else the card."""
        below: dict[int, str] = {}
        for page in (a.evidence for a in raw if a.evidence.url.startswith(self._messages_at)):
            match = self._cursor.search(page.url)
            below.setdefault(int(match[1]) if match is not None else 10**16, page.id)
        if said.place is Place.POST and below:
            number = int(said.url.rsplit("/", 1)[-1])
            return below[min(n for n in below if n > number)]
        return raw[0].evidence.id if raw else ""


def with_messages(page: Page, messages: Iterable[Shown | Sent]) -> Page:
    """Add what messages say: the last post, and the posts that link to other accounts; of a repost, its source."""
    posts = sorted((m for m in messages if not m.service), key=lambda m: m.id)
    own = page.address
    said = (
        passage(
            Place.POST, m.source if m.repost else m.marked, own=own, url=f"https://t.me/{own.asked}/{m.id}", at=m.at
        )
        for m in posts
    )
    linked = (one for one in said if one.links)
    return replace(page, last_post_at=max((m.at for m in posts), default=None), passages=(*page.passages, *linked))
