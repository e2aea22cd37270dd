"""Reading a body's official site for links to pages on VK and Telegram.

The page on record is read, and up to five more of the same host that speak of the head, of contacts or of social
networks. Only links are taken. The site's address comes from the registry, but those who run the site now decide where
it leads. So each hop is checked: it stays on the host, or leads to an official one (a state's zone, the same domain),
which is then named as the place to which the site moved; and no host is inside this machine's own network.

Requests: one a page, and one for each redirect.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby, zip_longest
from operator import itemgetter
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from auditor.base.address import Address
from auditor.base.snapshot import Cause, EvidenceKind
from auditor.base.stored_response import StoredResponse
from auditor.probes.driver import Limits, Response, Timer
from auditor.probes.http_client import HttpClient, failure_of, header
from auditor.probes.linked_text import LinkedText, linked_text
from auditor.probes.plugins import OpenedRoute, PluginContext
from auditor.probes.protocol import Call, Failure, FailureAction, MinimisedResponse, Request
from auditor.probes.target import Clock
from auditor.search.scouted_page import Passage, PassagePlace
from auditor.search.scouts.account_links import accounts_in
from auditor.search.scouts.scout import Capability, LeadFilter, Scout, ScoutResult, Task, with_minimal_body

_HTML = re.compile(r"^\s*(?:text/html|application/xhtml\+xml|text/plain)\b", re.IGNORECASE)
_STATE_ZONES = ("gov.ru", "gosuslugi.ru")
"""Domains under which bodies have their sites: no one else is given a name there."""
_OPEN_PORTS = {None, 80, 443}
_MORE_PAGES = 5
_HOPS = 5
_OK = 200
SIZE = 4_000_000
_ANSWER = 60.0


class SiteTransport:
    """Asks any official site; a call's method is the site's host, so that one that fails closes no other."""

    def __init__(self, web: HttpClient) -> None:
        """Ask through `web`."""
        self._web = web
        self.close: Callable[[], None] = web.close

    def send(self, call: Call, seconds: float) -> Response:
        """Ask once. That a host is not there says nothing of the others; a page beside the first is asked for once."""
        reply = self._web.get(str(call.params["url"]), seconds)
        failure = failure_of(reply)
        if failure is None:
            return reply
        act = failure.act if call.params.get("first") else FailureAction.DELIVER
        return replace(reply, failure=failure.model_copy(update={"absent": "", "act": act}))

    def read(self, call: Call, reply: Response) -> Mapping[str, Any] | Failure:  # noqa: ARG002 - as `Way`
        """Return a page, or where a redirect leads."""
        kind = header(reply, "Content-Type")
        if reply.location or (reply.status == _OK and (not kind or _HTML.match(kind))):
            return {"location": reply.location}
        return Failure(at=reply.at, cause=Cause.UNRECOGNISED_PAGE)


class _SitePage(MinimisedResponse):
    """That a page came, or where a redirect leads."""

    location: str = ""


@dataclass(slots=True)
class _SiteVisit:
    """What one reading of a site brought so far."""

    answers: list[StoredResponse] = field(default_factory=list)
    passages: dict[object, Passage] = field(default_factory=dict)
    """What every page repeats, its header and footer, is there once."""
    moved: str = ""

    def take(self, url: str, record: StoredResponse) -> LexborHTMLParser:
        """Take the accounts that a page links; of it these are kept, and no word."""
        tree = LexborHTMLParser(decoded(record.raw_body))
        said = _passage_of(linked_text(tree.body, flowing=True), url)
        answer = with_minimal_body(record, {"url": url, "links": sorted({address.url for address in said.links})})
        self.answers.append(answer)
        if said.links:
            self.passages.setdefault((said.text, said.links), replace(said, evidence=answer.evidence.id))
        return tree


class WebsiteScout(Scout):
    """Reads official sites, which have no user names and no control: nothing is concluded from what one lacks."""

    name = "website"

    def __init__(
        self, opened: OpenedRoute, clock: Clock, timer: Timer | None = None, *, allow_local: bool = False
    ) -> None:
        """Ask over a `SiteWay`. `allow_local`: servers on this machine and its network may be asked, for tests."""
        super().__init__(opened, clock, timer)
        self._local = allow_local

    def capabilities(self) -> tuple[Capability, ...]:
        """Say that a site can be read, and nothing else."""
        return (Capability(Task.READ),)

    def read(self, address: Address | str, since: datetime, worth: LeadFilter) -> ScoutResult:
        """Read a site from the page `address` on; its links come as the result's `passages`.

        The result has a cause if the first page could not be read: `refused` for an address that must not be asked,
        `unrecognised_page` for one that leads to another host or is no page.
        """
        del since, worth
        if isinstance(address, Address):
            return ScoutResult(cause=Cause.WRONG_KIND)
        visit, home = _SiteVisit(), _plain(address.strip())
        first = self._page(home, visit, first=True)
        if isinstance(first, Cause):
            return ScoutResult(answers=tuple(visit.answers), cause=first, moved=visit.moved)
        url, tree = first
        for section in [page for page in sections_of(tree, url) if page not in {home, url}][:_MORE_PAGES]:
            self._page(section, visit)  # one that fails costs its links; nothing is concluded from it
        return ScoutResult(answers=tuple(visit.answers), passages=tuple(visit.passages.values()), moved=visit.moved)

    def _page(self, url: str, visit: _SiteVisit, *, first: bool = False) -> tuple[str, LexborHTMLParser] | Cause:
        """Ask for a page, following redirects, and take its links; return where it is, or why there is none.

        The first page may lead to another host: an official one is followed, any other is only named.
        """
        site = site_of(url)
        for _ in range(_HOPS):
            cause, tape = self._why_not(url), list[StoredResponse]()
            if cause is not None:
                return cause
            call = Call(site_of(url), {"url": url, "first": int(first)})
            answer = self._ask(Request(call, _SitePage, EvidenceKind.LEAD, recorded_url=url), tape)
            if isinstance(answer, Failure):
                return answer.cause
            if not answer.location:
                return url, visit.take(url, tape[-1])
            if site_of(answer.location) != site:
                visit.moved = _plain(answer.location) if first else visit.moved
                if not (first and self._official(site, site_of(answer.location))):
                    break
                site = site_of(answer.location)
            url = _plain(answer.location)
        return Cause.UNRECOGNISED_PAGE

    def _official(self, old: str, new: str) -> bool:
        """Tell whether a body's site may have moved to a host: a state's, or one above or below its own name.

        On this machine, for tests, the same port under its other name is one.
        """
        (before, port), (host, other) = (site.partition(":")[::2] for site in (old, new))
        if host == "localhost":
            return self._local and port == other
        if not host.rpartition(".")[2][:1].isalpha():  # a number, in one of the forms that resolvers take
            return False
        return any(_under(host, zone) for zone in (*_STATE_ZONES, before)) or ("." in host and _under(before, host))

    def _why_not(self, url: str) -> Cause | None:
        """Say why an address must not be asked; which hosts may be, the way sees to."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            return Cause.WRONG_KIND
        if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc:
            return Cause.WRONG_KIND
        return None if port in _OPEN_PORTS or self._local else Cause.REFUSED


def _under(host: str, zone: str) -> bool:
    return host == zone or host.endswith(f".{zone}")


def _plain(url: str) -> str:
    """Return an address without its fragment; one of a host alone ends in a slash, as links write it."""
    bare = url.partition("#")[0]
    return bare + "/" if re.fullmatch(r"https?://[^/?#]+", bare, re.IGNORECASE) else bare


def site_of(url: str) -> str:
    """Return the host by which a site is known: without ``www.``, with a port of its own; empty where there is none.

    A change from http to https is no other site.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").casefold()
        name = (host if host.isascii() else host.encode("idna").decode("ascii")).removeprefix("www.")
    except (ValueError, UnicodeError):
        return ""
    if parts.scheme not in {"http", "https"}:
        return ""
    return name if port in {None, 80, 443} else f"{name}:{port}"


# A page: its letters, the sections that may name accounts, the text around each account ------------------------------

_LONG, _MOST_LINKS = 200_000, 400
"""Characters and accounts of one page that are read."""
_LONGEST = 120
"""A link with more words than this is the headline of a news item, not a section's name."""
# What a section is called that may name accounts, most promising first, and how its path may be spelled. «Главная» is
# the front page and not the head's.
_SECTIONS = tuple(
    (re.compile(words, re.IGNORECASE), re.compile(path, re.IGNORECASE))
    for words, path in (
        (
            r"соц(?:иальн\w+)?[\s-]*(?:сет|медиа)|мы\s+в\s+(?:вк|телеграм|сет)|госпаблик|аккаунт|официальн\w+\s+страниц",
            r"soc(?:ial|seti|set)|sots|gospab|accounts?\b",
        ),
        (r"\b(?:глав(?:а|ы|е|у|ой)|мэр\w{0,2})\b", r"\b(?:glava|glavy|mayor|mer|mehr|head)\b"),
        (r"руковод(?:ств|ител)\w*", r"rukovod|leader|management"),
        (r"контакт\w*", r"kontakt|contact"),
        (r"\bадминистраци\w*|структур\w*", r"\badministra|struct|struktur"),
    )
)
_NO_PAGE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|rtf|zip|rar|7z|jpe?g|png|gif|svg|webp|mp[34]|avi|xml)$", re.IGNORECASE
)


def decoded(body: bytes) -> str:
    """Return a page's text: UTF-8 where it is valid, whatever is said of it, else windows-1251, as old sites write."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("windows-1251", errors="replace")


def sections_of(tree: LexborHTMLParser, base: str) -> list[str]:
    """Return pages of the same site that may name accounts: the best of each section, then the rest of them."""
    rows = []
    for place, node in enumerate(tree.css("a[href]")):
        url = _joined(base, node.attributes.get("href") or "")
        words = " ".join(linked_text(node, flowing=True).text.split())
        section = _section(words, urlsplit(url).path) if url is not None and site_of(url) == site_of(base) else None
        if section is not None:
            rows.append((section, len(words), place, url))
    by_section = [[url for *_, url in some] for _, some in groupby(sorted(rows), key=itemgetter(0))]
    return list(dict.fromkeys(url for turn in zip_longest(*by_section) for url in turn if url))


def _section(words: str, path: str) -> int | None:
    if len(words) > _LONGEST or _NO_PAGE.search(path):
        return None
    spelled = re.sub(r"[_\d-]+", " ", path)
    fits = (n for n, (called, written) in enumerate(_SECTIONS) if called.search(words) or written.search(spelled))
    return next(fits, None)


def _joined(base: str, href: str) -> str | None:
    try:
        return urldefrag(urljoin(base, href.strip()))[0]
    except ValueError:
        return None


def _passage_of(whole: LinkedText, url: str) -> Passage:
    """Return a page's text with the accounts that it names. Of a longer one the end is left out."""
    text = whole.text[:_LONG]
    rows = [row for row in accounts_in(whole, mentions=False) if row[0] <= len(text)][:_MOST_LINKS]
    return Passage(PassagePlace.WEBSITE, text, tuple(a for _, a in rows), tuple(at for at, _ in rows), url=url)


def open_scout(wiring: PluginContext, _own: Collection[Address]) -> WebsiteScout:
    """Return the scout of official sites."""
    settings = wiring.settings
    web = HttpClient(wiring.clock, settings.website_proxy, size=SIZE, public=not settings.website_local)
    opened = OpenedRoute(SiteTransport(web), Limits(interval=settings.website_interval, response_timeout=_ANSWER))
    return WebsiteScout(opened, wiring.clock, allow_local=settings.website_local)
