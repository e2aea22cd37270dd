"""What both ways to Telegram make of a page and its messages."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from auditor.base.address import Address
from auditor.base.snapshot import Cause, Network
from auditor.probes.base import Clock, Window
from auditor.probes.driver import Timer
from auditor.probes.linked import Marked
from auditor.probes.looks import Record
from auditor.probes.plugins import Opened
from auditor.probes.telegram.forms import Message
from auditor.search.pages import Page, PageKind, Passage, Place
from auditor.search.scouts.accounts_in import passage
from auditor.search.scouts.base import CallResult, Scout, Worth, filed

NETWORK = Network("telegram")
_PEOPLE = {PageKind.USER, PageKind.BOT}


@dataclass(slots=True, repr=False)
class Posts:
    """What was read of a channel's history. It lives in memory only."""

    texts: Sequence[Mapping[int, Marked]] = ()
    """By page, each message's own words with their links, or a repost's source."""
    place: int = 0
    """Where on the tape the first page is."""
    messages: Mapping[int, Message] = field(default_factory=dict)


class TelegramScout(Scout):
    """What is stored of `own`, pages of bodies and officials on record, is what a look stores; of others, flags."""

    network = NETWORK

    def __init__(self, opened: Opened, clock: Clock, own: Collection[Address] = (), timer: Timer | None = None) -> None:
        """Ask over a route that is set up."""
        super().__init__(opened, clock, timer)
        self._own = frozenset(own)

    def _worth(self, page: Page, worth: Worth) -> bool:
        """Tell whether a page may be named in what is stored."""
        return page.address in self._own or worth(page)

    def _window(self, since: datetime) -> Window:
        now = self._clock()
        return Window(since, now, since, now, since)

    def _filed(self, page: Page, tape: Sequence[Record], cause: Cause | None, posts: Posts | None = None) -> CallResult:
        """Hand a page over with its answers, and with its last post and the posts that link to other accounts."""
        posts = posts or Posts(place=len(tape))
        shown = {number: m for number, m in posts.messages.items() if not m.service}
        last = max((message.at for message in shown.values()), default=page.last_post_at)
        page = replace(page, last_post_at=last)
        answers, evidence_at = filed(page, tape, own=page.address in self._own and page.kind not in _PEOPLE)
        passages = [replace(said, evidence=evidence_at(posts.place - 1)) for said in page.passages]
        linked: dict[int, Passage] = {}
        for place, texts in enumerate(posts.texts, posts.place):
            for number in texts.keys() & shown.keys() - linked.keys():
                said = _of_post(page.address, shown[number], texts[number])
                linked[number] = replace(said, evidence=evidence_at(place))
        passages += [linked[number] for number in sorted(linked) if linked[number].links]
        ids = tuple(answer.evidence.id for answer in answers)
        return CallResult((replace(page, passages=tuple(passages), evidence=ids),), tuple(answers), cause=cause)


def _of_post(own: Address, message: Message, text: Marked) -> Passage:
    return passage(Place.POST, text, own=own, url=f"https://t.me/{own.asked}/{message.id}", at=message.at)
