"""Reading a body's official site for links to pages on VK and Telegram.

Of a site its given page is read, and up to five more of the same host that speak of the head, of contacts or of social
networks. Only links are taken. A site's own address comes from the registry, but where it leads to comes from whoever
runs it now, so each hop is checked: it stays on the host, and the host is not inside this machine's own network.

Requests: one a page, and one for each redirect.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from auditor.base.address import Address
from auditor.base.snapshot import Cause, ControlResult, EvidenceKind, Network, Outcome, Route
from auditor.probes.base import Answer, Clock, keep
from auditor.probes.http import AnyHttp, Limits, Reply
from auditor.probes.linked import marked
from auditor.probes.pages import Passage
from auditor.registry.models import Control
from auditor.search.scouts.hosts import Resolve, ascii_host, is_number, is_public, resolved, site_of
from auditor.search.scouts.scouting import Door, Haul, Task, Worth
from auditor.search.scouts.webpage import decoded, passages_of, sections_of

_HTML = re.compile(r"^\s*(?:text/html|application/xhtml\+xml|text/plain)\b", re.IGNORECASE)
_MORE_PAGES = 5
_HOPS = 5
_LIMITS = Limits(connect=10, read=20, total=60, size=4_000_000)


class _Refused(Exception):  # noqa: N818 - our own refusal to ask, not a fault of the program
    """An address that is not asked."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.value)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class _Read:
    """A page that came, and where from."""

    url: str
    tree: LexborHTMLParser


class WebsiteScout:
    """Reads official sites. For one thread."""

    name = "website"
    network: Network | None = None
    batch = 0

    def __init__(
        self,
        *,
        clock: Clock,
        interval: float,
        proxy: str | None = None,
        allow_local: bool = False,
        limits: Limits | None = None,
        resolve: Resolve | None = None,
    ) -> None:
        """Prepare to ask at most once in `interval` seconds. Raises `SettingsError` for a bad `proxy`.

        `allow_local` lets servers on this machine and its network be asked, for tests. Through a proxy a host may have
        no address here; the proxy then finds it.
        """
        self._http = AnyHttp(interval=interval, proxy=proxy, clock=clock, limits=limits or _LIMITS)
        self._proxied = bool(proxy)
        self._local = allow_local
        self._resolve = resolve or resolved

    @property
    def requests(self) -> int:
        """How many requests it has sent."""
        return self._http.requests

    def limit(self, most: int) -> None:
        """Send at most so many requests."""
        self._http.limit(most)

    def room(self, requests: int) -> int:
        """Say that no name is ever asked for."""
        del requests
        return 0

    def close(self) -> None:
        """Let go of connections."""
        self._http.close()

    def doors(self) -> tuple[Door, ...]:
        """Say that a site can be read, and nothing else."""
        return (Door(Task.READ, open=True),)

    def control(self, control: Control) -> tuple[ControlResult, tuple[Answer, ...]]:
        """Say that no control applies: nothing is concluded from what a site does not have."""
        telegram = control.url.network is Network.TELEGRAM
        result = ControlResult(
            network=control.url.network,
            route=Route.TELEGRAM_PREVIEW if telegram else Route.VK,
            url=control.url.url,
            expected=control.exists,
            outcome=Outcome.INAPPLICABLE,
        )
        return result, ()

    def try_names(self, names: Sequence[str], worth: Worth) -> Haul:
        """Return nothing: a site has no user names."""
        del names, worth
        return Haul(cause=Cause.WRONG_KIND)

    def search(self, words: str, worth: Worth) -> Haul:
        """Return nothing: a site's own search is not asked."""
        del words, worth
        return Haul(cause=Cause.WRONG_KIND)

    def read(self, address: Address | str, since: datetime, worth: Worth) -> Haul:
        """Read a site from the page `address` on; its links come as the haul's `passages`.

        The haul has a cause where the first page was not had: `refused` for an address that must not be asked,
        `unrecognised_page` for one that leads to another host or is no page.
        """
        del since, worth
        if isinstance(address, Address):
            return Haul(cause=Cause.WRONG_KIND)
        answers: list[Answer] = []
        passages: list[Passage] = []
        try:
            first = self._page(_plain(address.strip()), answers, passages)
        except _Refused as refusal:
            return Haul(answers=tuple(answers), cause=refusal.cause)
        others = [url for url in sections_of(first.tree, first.url) if url not in {_plain(address.strip()), first.url}]
        for url in others[:_MORE_PAGES]:
            try:
                self._page(url, answers, passages, retry=False)
            except _Refused:
                continue  # one page of a site that does not come costs its links, and nothing is concluded
        return Haul(answers=tuple(answers), passages=_distinct(passages))

    def _page(self, url: str, answers: list[Answer], passages: list[Passage], *, retry: bool = True) -> _Read:
        """Ask for a page, following redirects on its own host, and take its links. Raises `_Refused`."""
        site = site_of(url)
        for _ in range(_HOPS):
            reply = self._http.visit(url, at=self._checked(url), retry=retry)
            if reply.cause is not None:
                raise _Refused(reply.cause)
            if reply.status == 200:
                return self._taken(url, reply, answers, passages)
            if reply.location is None or site_of(reply.location) != site:
                break
            url = _plain(reply.location)
        raise _Refused(Cause.UNRECOGNISED_PAGE)

    def _taken(self, url: str, reply: Reply, answers: list[Answer], passages: list[Passage]) -> _Read:
        if reply.content_type and not _HTML.match(reply.content_type):
            raise _Refused(Cause.UNRECOGNISED_PAGE)
        tree = LexborHTMLParser(decoded(reply.body, reply.content_type))
        found = passages_of(marked(tree.body, flowing=True), url)
        links = sorted({a.url for p in found for a in p.links})
        stored = json.dumps({"url": url, "links": links}, ensure_ascii=False, indent=1).encode()
        answer = keep(
            EvidenceKind.LEAD,
            url,
            fetched_at=reply.fetched_at,
            status=reply.status,
            received=reply.body,
            stored=stored,
            method=reply.method,
            headers=reply.headers,
        )
        answers.append(answer)
        passages += (replace(p, evidence=answer.evidence.id) for p in found)
        return _Read(url, tree)

    def _checked(self, url: str) -> str | None:
        """Return the IP address to connect to for `url`. Raises `_Refused` for one that must not be asked."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise _Refused(Cause.WRONG_KIND) from None
        if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc:
            raise _Refused(Cause.WRONG_KIND)
        try:
            found = self._resolve(ascii_host(host), port or (443 if parts.scheme == "https" else 80))
        except (OSError, UnicodeError):
            if self._proxied and not is_number(host):
                return None
            raise _Refused(Cause.UNREACHABLE) from None
        if not self._local and not all(is_public(one) for one in found):
            raise _Refused(Cause.REFUSED)
        return None if self._proxied else next(iter(found))


def _plain(url: str) -> str:
    """Return an address without what stands after ``#``; that of a host alone ends in a slash, as links write it."""
    bare = url.partition("#")[0]
    return bare + "/" if re.fullmatch(r"https?://[^/?#]+", bare, re.IGNORECASE) else bare


def _distinct(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    """Leave out what stands on every page of a site: its head and its foot."""
    found: dict[tuple[str, tuple[Address, ...]], Passage] = {}
    for said in passages:
        found.setdefault((said.text, said.links), said)
    return tuple(found.values())
